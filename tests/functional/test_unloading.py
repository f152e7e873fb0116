"""`load.unload` in children: what goes, what stays and why, and that what was foretold is what happens."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.environments import Python

needs_extension = pytest.mark.skipif(find_spec("pydantic_core") is None, reason="needs pydantic-core")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A working directory with `shop` (which needs `parts`, which needs `bolts`), and `user` of it."""
    for name, text in {
        "shop/__init__.py": """
            import logging
            import parts
            from shop.stock import Stock, count
            """,
        "shop/stock.py": """
            import parts
            class Stock:
                def total(self): return parts.price() * 2
            def count(): return Stock().total()
            """,
        "shop/late.py": "def run(): return 1\n",
        "parts/__init__.py": "from bolts import size\ndef price(): return size()\n",
        "bolts.py": "def size(): return 21\n",
        "user.py": "from shop import Stock\n",
        "lazy_user.py": "def f():\n    import bolts\n    return bolts.size()\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        lines = text.splitlines()
        path.write_text("\n".join(line.removeprefix(" " * 12) for line in lines) + "\n")
    return tmp_path


def test_a_package_goes_with_what_only_it_needed(child: Python, library: Path) -> None:
    """And with what is known of it: in parents, in `load`, in caches; the next import is a new one."""
    code = """
        import linecache, sys, weakref
        import load
        foretold = None
        shop = load.shop
        assert shop.count() == 42
        import shop.late
        linecache.getline(shop.stock.__file__, 1)
        old = weakref.ref(shop.Stock)
        del shop
        foretold = load.unload_report("shop")
        assert {"shop", "shop.stock", "parts", "bolts"} <= set(sys.modules)
        report = load.unload("shop")
        assert foretold.dry_run and not report.dry_run
        assert (foretold.removed, foretold.kept, foretold.alive) == (report.removed, report.kept, report.alive)
        assert report.removed == ("bolts", "parts", "shop", "shop.late", "shop.stock"), report.removed
        assert not set(report.removed) & set(sys.modules)
        assert old() is None and report.alive == () and report.survivors == ()
        assert "shop" not in vars(load)
        assert not [file for file in linecache.cache if "shop" in file]
        assert not [path for path in sys.path_importer_cache if path.endswith("shop")]
        assert load.shop.count() == 42
        print(foretold)
        print(str(report).splitlines()[0])
    """
    lines = child.run(code, cwd=library).check().stdout.splitlines()
    assert lines == ["would go: bolts, parts, shop (3 modules)", "removed: bolts, parts, shop (3 modules)"]


def test_what_somebody_else_needs_stays(child: Python, library: Path) -> None:
    """Also where it is only imported when a function runs, or was asked for by its own name."""
    code = """
        import sys
        import load
        import shop, lazy_user
        del shop
        print(load.unload("shop").removed, lazy_user.f())
        import shop, parts as mine
        del shop
        print(load.unload("shop").removed)
        import shop
        del shop, mine
        load("parts")
        print(load.unload("shop").removed)
    """
    lines = child.run(code, cwd=library).check().stdout.splitlines()
    assert lines == ["('parts', 'shop', 'shop.stock') 21", *["('shop', 'shop.stock')"] * 2]


def test_a_package_that_others_use_is_refused(child: Python, library: Path) -> None:
    """The error says who, and by what; what the asker holds is its own affair; with `force` it goes."""
    code = """
        import sys
        import load
        import shop, user
        from shop.stock import count
        before = set(sys.modules)
        foretold = load.unload_report("shop")
        try:
            load.unload(shop)
        except load.errors.UnloadRefused as error:
            assert error.reason == "needed" and foretold.refused == error.message, foretold
            print(error)
        assert before <= set(sys.modules) and sys.modules["shop"] is shop
        report = load.unload("shop", force=True)
        assert "shop" in report.removed and user.Stock().total() == 42
        print(report.alive)
        print(sorted(report.holders))
    """
    lines = child.run(code, cwd=library).check().stdout.splitlines()
    assert lines[:3] == [
        "'shop' is not unloaded: other modules that are loaded use it.",
        "  user.Stock",
        "  → unload those first, or load.unload('shop', force=True): they keep what they have of it",
    ]
    assert lines[3] == "('bolts', 'parts', 'shop.stock')"
    assert lines[4] == str(
        sorted(
            [
                "__main__.count → function shop.stock.count",
                "__main__.shop → module shop",
                "user.Stock → class shop.stock.Stock",
            ]
        )
    )


def test_a_name_of_the_asker_keeps_the_memory_and_is_told(child: Python, library: Path) -> None:
    """The module goes; who still holds it goes on with it."""
    code = """
        import sys
        import load
        import shop
        report = load.unload("shop")
        assert "shop" not in sys.modules and shop.count() == 42
        print(report)
    """
    shown = child.run(code, cwd=library).check().stdout
    assert "held:    of bolts, parts, shop something lives on" in shown
    assert "held by: __main__.shop → module shop\n" in shown


def test_what_a_running_function_holds_is_told(child: Python, library: Path) -> None:
    """Its variables, and what these hold; afterwards it is free."""
    code = """
        import gc, sys, weakref
        import load
        def work():
            import shop
            things = [shop.Stock()]
            seen = weakref.ref(shop.Stock)
            report = load.unload("shop")
            return report, seen
        report, seen = work()
        gc.collect()
        assert seen() is None
        print(*sorted(report.holders), sep="\\n")
    """
    assert child.run(code, cwd=library).check().stdout.splitlines() == [
        "variable 'shop' of 'work', which is running → module shop",
        "variable 'things' of 'work', which is running → a shop.stock.Stock → class shop.stock.Stock",
    ]


BAD = {
    "no_such": ("not-loaded", "'no_such' is not loaded."),
    "shopp": ("not-loaded", "'shopp' is not loaded.\n  → did you mean 'shop'?"),
    "": ("not-loaded", "'' is not loaded."),
    "blocked": ("not-loaded", "'blocked' is not loaded."),
    "thing": ("no-module", "What is loaded as 'thing' is not a module."),
    "__main__": ("program", "'__main__' cannot be unloaded: it is the program itself."),
    "sys": ("interpreter", "'sys' cannot be unloaded: it is part of the interpreter."),
    "builtins": ("interpreter", "'builtins' cannot be unloaded: it is part of the interpreter."),
    "load": ("load", "'load' cannot be unloaded: load cannot unload itself."),
    "load.errors": ("load", "'load.errors' cannot be unloaded: load cannot unload itself."),
    "packaging.version": ("load", "'packaging.version' cannot be unloaded: load itself runs on it."),
}


def test_what_never_goes_is_refused(child: Python, library: Path) -> None:
    """With and without `force`, and when it is only asked; nothing is changed."""
    code = """
        import json, sys
        import load, shop, packaging.version
        sys.modules["blocked"] = None
        sys.modules["thing"] = 3
        found = {}
        for name in json.loads(sys.argv[1]):
            before = dict(sys.modules)
            for call in (load.unload, lambda name: load.unload(name, force=True), load.unload_report):
                try:
                    call(name)
                except load.errors.UnloadRefused as error:
                    assert error.name == name, error.name
                    found.setdefault(name, (error.reason, str(error)))
                    assert found[name] == (error.reason, str(error))
                else:
                    raise AssertionError(name)
            assert {key: sys.modules[key] for key in before} == before
        for wrong in (3, None, ["shop"], shop.Stock):
            try:
                load.unload(wrong)
            except TypeError as error:
                print(error)
        print(json.dumps(found))
    """
    lines = child.run(["-c", _dedented(code), json.dumps(list(BAD))], cwd=library).check().stdout.splitlines()
    assert lines[:4] == [
        f"a module or its name is expected, not {kind!r}" for kind in ("int", "NoneType", "list", "type")
    ]
    assert {name: tuple(told) for name, told in json.loads(lines[4]).items()} == BAD


def _dedented(code: str) -> str:
    import textwrap

    return textwrap.dedent(code)


def test_what_runs_is_refused(child: Python, library: Path) -> None:
    """In this thread, in another one, in one that waits for its time, and where its body still runs."""
    (library / "busy.py").write_text(
        "import threading\n"
        "import load\n"
        "begun, may_end = threading.Event(), threading.Event()\n"
        "def leave(): return load.unload(__name__, force=True)\n"
        "def work():\n    begun.set()\n    may_end.wait(20)\n"
        "def later(): pass\n"
    )
    (library / "halfway.py").write_text(
        "import threading, load\n"
        "def look():\n"
        "    try:\n        load.unload('halfway')\n"
        "    except load.errors.UnloadRefused as error:\n        print(error.reason, error)\n"
        "thread = threading.Thread(target=look)\nthread.start()\nthread.join()\n"
        "del look, thread\n"
    )
    code = """
        import sys, threading
        import load, busy

        def refused(call):
            foretold = load.unload_report("busy", force=True).refused if call is not busy.leave else None
            try:
                call()
            except load.errors.UnloadRefused as error:
                assert foretold in (None, error.message), foretold
                print(error.reason, error.message)
            assert sys.modules["busy"] is busy

        refused(busy.leave)
        thread = threading.Thread(target=busy.work, name="worker")
        thread.start()
        busy.begun.wait(20)
        refused(lambda: load.unload("busy", force=True))
        busy.may_end.set()
        thread.join()
        timer = threading.Timer(1000, busy.later)
        timer.name = "timer"
        timer.start()
        refused(lambda: load.unload("busy", force=True))
        timer.cancel()
        timer.join()
        del timer, thread
        print(load.unload("busy").removed)
        import halfway
    """
    lines = child.run(code, cwd=library).check().stdout.splitlines()
    assert lines[4].startswith("running 'halfway' cannot be unloaded now: its '")
    assert lines[:4] == [
        "running 'busy' cannot be unloaded now: its 'leave' is running.",
        "running 'busy' cannot be unloaded now: its 'work' is running in thread 'worker'.",
        "running 'busy' cannot be unloaded now: thread 'timer' is to run function busy.later.",
        "('busy',)",
    ]


def test_a_file_that_is_gone_is_refused(child: Python, library: Path) -> None:
    """It could not be imported again; with `force` it goes for good."""
    code = """
        import os, sys
        import load, bolts
        os.remove(bolts.__file__)
        try:
            load.unload("bolts")
        except load.errors.UnloadRefused as error:
            print(error.reason, error.context == (bolts.__file__,))
        print(load.unload("bolts", force=True).removed)
    """
    assert child.run(code, cwd=library).check().stdout == "gone True\n('bolts',)\n"


# What holds a package, in words; whether it goes all the same, and whether it does with `force` and nothing lives on.
HOLDERS: dict[str, tuple[str, ...]] = {
    "atexit": (
        "import atexit\natexit.register(work)",
        "atexit: function {0}.work is to run when the program ends",
    ),
    "atexit_method": (
        "import atexit\natexit.register(Thing().method)",
        "atexit: function {0}.Thing.method is to run when the program ends",
    ),
    "atexit_partial": (
        "import atexit, functools\natexit.register(functools.partial(work, 1))",
        "atexit: function {0}.work is to run when the program ends",
    ),
    "finalizer": (
        "import weakref\nweakref.finalize(weakref, work)",
        "weakref.finalize: function {0}.work is to run when an object goes",
    ),
    "on_signal": (
        "import signal\nsignal.signal(signal.SIGTERM, work)",
        "signal: function {0}.work handles SIGTERM",
    ),
    "log_class": (
        "import logging\nclass Log(logging.Logger): pass\nlogging.setLoggerClass(Log)",
        "logging: class {0}.Log is the class of new loggers",
    ),
    "foreign_pickle": (
        "import copyreg\nclass Other: pass\nOther.__module__ = 'decimal'\ncopyreg.pickle(Other, work)\ndel Other",
        "copyreg: how class decimal.Other is pickled, by function {0}.work",
    ),
    "hook": ("import sys\nsys.excepthook = work", "sys.excepthook → function {0}.work"),
    "patch": (
        "import json\njson.JSONDecoder.extra = [Thing]",
        "class json.decoder.JSONDecoder.extra → list → class {0}.Thing",
    ),
    "variants": (
        "import pprint\npprint.pprint.variants = {'x': Thing()}",
        "function pprint.pprint.variants → dict → a {0}.Thing → class {0}.Thing",
    ),
    "dispatch": (
        "import pkgutil\npkgutil.iter_importer_modules.register(Thing, work)",
        "function pkgutil.iter_importer_modules.registry → mappingproxy → dict → class {0}.Thing",
        "function pkgutil.iter_importer_modules.registry → mappingproxy → dict → function {0}.work",
    ),
    "codec": (
        "import codecs\ncodecs.register(work)",
        "compiled code, or the interpreter itself → list → function {0}.work",
    ),
}
TAKEN_BACK: dict[str, tuple[str, str]] = {
    "pickle": (
        "import copyreg\ncopyreg.pickle(Thing, work)",
        "copyreg: how class {0}.Thing is pickled, by function {0}.work",
    ),
    "log_filter": (
        "import logging\nclass Filter(logging.Filter): pass\nlogging.getLogger('x').addFilter(Filter())",
        "logging: the filter a {0}.Filter of logger 'x'",
    ),
    "log_handler": (
        "import logging\nclass Handler(logging.NullHandler): pass\nlogging.getLogger().addHandler(Handler())",
        "logging: the handler a {0}.Handler of logger 'root'",
    ),
    "handlers_filter": (
        (
            "import logging\nhandler = logging.NullHandler()\nhandler.addFilter(work)\n"
            "logging.getLogger('y').addHandler(handler)\ndel handler"
        ),
        "logging: the filter function {0}.work of a handler of logger 'y'",
    ),
    "warning": (
        "import warnings\nclass Mine(Warning): pass\nwarnings.simplefilter('ignore', Mine)",
        "warnings: a filter for class {0}.Mine",
    ),
    "finder": (
        "import sys\nclass Finder:\n    def find_spec(*_): return None\nsys.meta_path.append(Finder)",
        "sys.meta_path: class {0}.Finder",
    ),
    "path_hook": (
        "import sys\ndef hook(path): raise ImportError\nsys.path_hooks.append(hook)",
        "sys.path_hooks: function {0}.hook",
    ),
}
FREE: dict[str, str] = {
    "plain": "",
    "typed": "import typing\nX = typing.Optional[Thing]\nY = typing.List[Thing]\nZ = typing.Callable[[Thing], int]",
    "overloaded": "import typing\n@typing.overload\ndef f(x: int) -> int: ...\ndef f(x): return x",
    "abstract": "import collections.abc\n@collections.abc.Sized.register\nclass Size: pass\n"
    "isinstance(Size(), collections.abc.Iterable)",
    "cached": "import functools\n@functools.lru_cache\ndef f(): return Thing()\nf()",
    "rings": "import enum, dataclasses, typing\n@dataclasses.dataclass\nclass D:\n    x: int = 0\n"
    "class E(enum.Enum):\n    A = 1\nclass N(typing.NamedTuple):\n    x: int",
    "logs": "import logging\nlog = logging.getLogger(__name__)\nlog.addHandler(logging.NullHandler())",
    "compiled": "import re\nP = re.compile('free[a-z]')\nre.sub('x', lambda m: 'y', 'x')",
}
BODY = "class Thing:\n    def method(self, *_): pass\ndef work(*_): pass\n"
ASK = """
import importlib, json, signal, sys
import load

found = {}
for name in sys.argv[1:]:
    importlib.import_module(name)
    first = load.unload_report(name)
    done = load.unload(name)
    assert (first.removed, first.kept, first.alive) == (done.removed, done.kept, done.alive), (first, done)
    with_force = None
    if name in sys.modules:
        foretold = load.unload_report(name, force=True)
        forced = load.unload(name, force=True)
        assert (foretold.removed, foretold.alive) == (forced.removed, forced.alive), (foretold, forced)
        assert name not in sys.modules
        with_force = [forced.alive, forced.survivors, forced.taken_back]
    found[name] = [done.removed, done.kept.get(name), done.holders, done.alive, with_force]
print(json.dumps(found))
"""


def _asked(child: Python, folder: Path, sources: dict[str, str]) -> dict[str, list]:
    for name, source in sources.items():
        (folder / f"{name}.py").write_text(f"{BODY}{source}\n")
    return json.loads(child.run(["-c", ASK, *sources], cwd=folder).check().stdout)


def test_a_package_that_something_holds_for_good_stays_and_is_told(child: Python, tmp_path: Path) -> None:
    """With `force` it goes, and lives on: who holds it is told in the same words."""
    found = _asked(child, tmp_path, {f"held_{name}": source for name, (source, *_) in HOLDERS.items()})
    expected = {}
    for key, (_, *told) in HOLDERS.items():
        name = f"held_{key}"
        words = [each.format(name) for each in told]
        expected[name] = [[], f"held by {words[0]}", words, [], [[name], words, []]]
    assert found == expected


def test_what_can_be_taken_back_is_with_force(child: Python, tmp_path: Path) -> None:
    """Without, the package stays and the report names it; with it nothing lives on."""
    found = _asked(child, tmp_path, {f"held_{name}": source for name, (source, _) in TAKEN_BACK.items()})
    expected = {
        name: [[], f"held by {words}", [words], [], [[], [], [words]]]
        for name, words in ((f"held_{key}", words.format(f"held_{key}")) for key, (_, words) in TAKEN_BACK.items())
    }
    assert found == expected


def test_what_holds_nothing_or_only_to_be_quick_is_no_hindrance(child: Python, tmp_path: Path) -> None:
    """Caches of the standard library are emptied of it; weak references hold nothing."""
    found = _asked(child, tmp_path, {f"free_{name}": source for name, source in FREE.items()})
    assert found == {f"free_{name}": [[f"free_{name}"], None, [], [], None] for name in FREE}


def test_lazy_handles_and_registry_entries_are_as_before_their_first_use(child: Python, library: Path) -> None:
    """They do not keep a package, and the next use of each imports anew."""
    code = """
        import gc, sys, weakref
        import load
        from load.registry import Registry

        class Holder: pass
        holder = Holder()
        holder.module = load.lazy_import("shop")
        holder.stock = load.lazy_import("shop.stock:Stock")
        kinds = Registry("kinds")
        kinds.register("stock", "shop.stock:Stock")
        assert holder.module.count() == 42 and kinds["stock"] is holder.module.Stock
        assert isinstance(holder.stock().total(), int)
        old = weakref.ref(sys.modules["shop"].Stock)
        foretold = load.unload_report(holder.module)
        report = load.unload(holder.module)
        assert (foretold.removed, foretold.alive) == (report.removed, report.alive) and "shop" in report.removed
        assert old() is None and report.holders == (), report.holders
        assert not load.is_loaded(holder.module) and not load.is_loaded(holder.stock)
        assert not kinds.is_loaded("stock")
        assert "shop" not in sys.modules and "lazy module 'shop'" in repr(holder.module)
        assert holder.module.count() == 42 and load.is_loaded(holder.module)
        assert kinds["stock"] is sys.modules["shop"].Stock and holder.stock().total() == 42
        assert load.unload("shop").alive == ()
    """
    child.run(code, cwd=library).check()


def test_a_submodule_goes_alone(child: Python, library: Path) -> None:
    """Its package loses the attribute, and stays; one that the package itself imports is refused."""
    code = """
        import sys
        import load, shop.late
        print(load.unload("shop.late").removed, hasattr(shop, "late"), "shop" in sys.modules)
        try:
            load.unload("shop.stock")
        except load.errors.UnloadRefused as error:
            print(error.context)
    """
    lines = child.run(code, cwd=library).check().stdout.splitlines()
    assert lines == ["('shop.late',) False True", "('shop.Stock',)"]


def test_a_module_is_named_in_several_ways(child: Python, library: Path) -> None:
    """By an alias, as it is imported through `load`, by itself."""
    code = """
        import sys
        import load
        load.alias("workshop", "shop")
        for name in ("workshop", "load.shop", "shop", None):
            load("shop")
            import load.shop
            report = load.unload(name or sys.modules["shop"])
            assert report.removed == ("bolts", "parts", "shop", "shop.stock"), report
            assert not {"shop", "load.shop"} & set(sys.modules) and report.alive == ()
    """
    child.run(code, cwd=library).check()


@needs_extension
def test_extension_packages_stay_and_are_held_for_good(child: Python) -> None:
    """With `force`, too; and whoever takes them out of `sys.modules` does not end them."""
    code = """
        import gc, sys, weakref
        import json
        import load, pydantic_core
        core = weakref.ref(sys.modules["pydantic_core._pydantic_core"])
        before = dict(sys.modules)
        del pydantic_core
        for force in (False, True):
            report = load.unload("pydantic_core", force=force)
            assert report.removed == () and report.trimmed is None
            assert report.kept["pydantic_core._pydantic_core"].startswith("an extension module: ")
            assert load.unload_report("pydantic_core", force=force).kept == report.kept
        print(load.unload("json").kept["json.decoder"])
        assert {name: sys.modules[name] for name in before} == before
        del before
        for name in [name for name in sys.modules if name.startswith("pydantic_core")]:
            del sys.modules[name]
        gc.collect()
        assert core() is not None
    """
    assert child.run(code).check().stdout == "part of the standard library\n"


def test_a_report_is_plain_data_as_well(child: Python, library: Path) -> None:
    """What `as_dict` gives can be written as JSON."""
    code = """
        import json
        import load, shop
        report = load.unload("shop")
        print(json.dumps(report.as_dict()))
        print(repr(report))
    """
    lines = child.run(code, cwd=library).check().stdout.splitlines()
    found = json.loads(lines[0])
    assert found["removed"] == ["bolts", "parts", "shop", "shop.stock"]
    assert found["survivors"] == found["holders"] == ["__main__.shop → module shop"]
    assert (found["kept"], found["taken_back"], found["dry_run"], found["refused"]) == ({}, [], False, None)
    assert lines[1] == f"<UnloadReport: 4 removed, 0 kept, freed={found['freed']}>"


def test_threads_unload_one_after_the_other(child: Python, tmp_path: Path) -> None:
    """Each takes out its own, whole; none finds another at work and takes it for a holder."""
    for number in range(6):
        (tmp_path / f"own{number}.py").write_text("class Thing: pass\ndef work(): return Thing()\n")
    code = """
        import importlib, sys, threading
        import load
        barrier = threading.Barrier(6, timeout=20)
        reports = {}
        def work(name):
            importlib.import_module(name).work()
            barrier.wait()
            reports[name] = load.unload(name)
        threads = [threading.Thread(target=work, args=(f"own{number}",)) for number in range(6)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        for name, report in reports.items():
            assert report.removed == (name,) and report.alive == () == report.holders, report
        print(len(reports), [name for name in sys.modules if name.startswith("own")])
    """
    assert child.run(code, cwd=tmp_path).check().stdout == "6 []\n"


def test_a_program_with_futures_goes_on(child: Python, tmp_path: Path) -> None:
    """Python 3.12 has freed ones among the referents of a module of its own, and hangs when somebody has held them."""
    (tmp_path / "many.py").write_text("\n".join(f"def f{number}(): return {number}" for number in range(40)) + "\n")
    code = """
        import asyncio, gc
        import load

        async def wait(loop):
            future = loop.create_future()
            loop.call_soon(future.set_result, 1)
            return await future

        async def main():
            loop = asyncio.get_running_loop()
            return await asyncio.gather(*(wait(loop) for _ in range(5)))

        assert sum(asyncio.run(main())) == 5
        import many
        kept = [getattr(many, f"f{number}") for number in range(40)]
        report = load.unload_report("many")
        assert "many" in report.removed and "kept" in " ".join(report.holders), report.as_dict()
        gc.collect()
        del kept, many
        load.unload("many")
        gc.collect()
        print(sum(asyncio.run(main())))
    """
    assert child.run(code, cwd=tmp_path).check().stdout == "5\n"

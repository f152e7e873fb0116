"""`temporarily` with real packages, each in a child: a crash shows as an exit code."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.environments import Python

# Each is imported and used in the block; after it used again where it stayed, imported again, used again.
USES = {
    "numpy": "assert module.arange(4).reshape(2, 2).sum() == 6; module.linalg.inv(module.eye(2))",
    "pandas": "assert module.DataFrame({'a': [1, 2]}).groupby('a').size().sum() == 2",
    "matplotlib.figure": "module.Figure().add_subplot().plot([1, 2])",
    "PIL.Image": "assert module.new('RGB', (2, 2)).tobytes('jpeg', 'RGB')",
    "yaml": "assert module.load('a: [1]', module.CSafeLoader) == {'a': [1]}; assert module.safe_dump([1])",
    "psutil": "assert module.version_info",
    "parso": "assert module.parse('a = 1').children",
    "markdown_it": "assert '<b>' not in module.MarkdownIt().render('*x*')",
    "dateutil.parser": "assert module.parse('2024-02-29').month == 2",
    "rich.table": "assert module.Table(title='x').columns == []",
    "json.tool": "assert module.main",
}
STAY = ["numpy", "pandas", "matplotlib.figure", "PIL.Image", "yaml", "psutil", "json.tool"]
LOADS_OWN = ["psutil", "rich.table"]  # which `unload` refuses


# Three blocks, then by `unload` with and without `force`: what is foretold is what happens, and it works each time.
CYCLES = """
import gc, importlib, sys
import load
import load._unload.report

name, use = sys.argv[1:]

def used():
    exec(use, {"module": importlib.import_module(name), "__name__": "somebodys"})

def taken_out(way):
    if way == "temporarily":
        with (block := load.temporarily(name)) as module:
            assert module is sys.modules[name]
            del module
            used()
            foretold = block.preview()
        return foretold, block.report
    used()
    try:
        foretold = load.unload_report(name, force=way == "force")
    except load.errors.UnloadRefused as error:
        assert "load itself runs on it" in error.message, error
        foretold = load._unload.report.UnloadReport()
        return foretold, foretold
    if foretold.refused is not None:
        return foretold, foretold
    return foretold, load.unload(name, force=way == "force")

gone = []
for way, times in (("temporarily", 3), ("unload", 1), ("force", 1)):
    for _ in range(times):
        foretold, report = taken_out(way)
        for fact in ("removed", "kept", "alive", "refused"):
            assert getattr(foretold, fact) == getattr(report, fact), (way, fact, foretold, report)
        assert not set(report.removed) & set(sys.modules), report
        if way == "temporarily":
            assert set(report.kept) <= set(sys.modules), report
        assert report.alive == (), report
    gone.append(name in report.removed)
used()
print(*gone)
"""


def needs(name: str) -> pytest.MarkDecorator:
    """Skip the test where a package is not there, which the tests as a whole do not need."""
    root = name.partition(".")[0]
    return pytest.mark.skipif(find_spec(root) is None, reason=f"needs {root}")


@pytest.mark.parametrize("name", [pytest.param(name, marks=needs(name)) for name in USES])
def test_a_package_works_however_often_it_is_taken_out(child: Python, name: str) -> None:
    """In a block, and by `unload` with and without `force`; nothing crashes, then or at exit."""
    result = child.run(["-c", CYCLES, name, USES[name]], timeout=120)
    by_unload = str(name not in [*STAY, *LOADS_OWN])
    assert result.check().stdout.split() == [str(name not in STAY), by_unload, by_unload]


@needs("numpy")
def test_numpy_stays_and_the_report_says_why(child: Python) -> None:
    """Removing it would make the next import an error, and free nothing."""
    code = """
        import sys
        import load
        with (block := load.temporarily("numpy", "json.decoder")) as (numpy, decoder):
            assert decoder.__name__ == "json.decoder"
        assert sys.modules["numpy"] is numpy is load.numpy
        assert block.report.removed == ()
        print(block.report)
    """
    shown = child.run(code).check().stdout
    assert "part of numpy, which contains extension modules (numpy._core._multiarray_umath)" in shown
    assert shown.startswith("removed: nothing\n")
    assert all(len(line) < 300 for line in shown.splitlines())


@needs("pandas")
def test_what_a_kept_package_uses_is_not_doubled(child: Python) -> None:
    """As pandas stays, `dateutil` does: its classes would exist twice, and `isinstance` would lie."""
    code = """
        import load
        with (block := load.temporarily("pandas")) as pandas:
            zone = pandas.Timestamp("2024-01-01", tz="dateutil/Europe/Berlin").tz
        import dateutil.tz
        assert isinstance(zone, dateutil.tz.tzfile)
        print(block.report.kept["dateutil"])
    """
    assert child.run(code).check().stdout == "used by pandas, which stays\n"


def test_the_facade_lets_go(child: Python, tmp_path: Path) -> None:
    """What was reached through `load` in the block is gone from it, in all its forms; a file's module as well."""
    (tmp_path / "plugin_of_mine.py").write_text("import load\ncolors = load.colorsys\n")
    code = """
        import sys
        import load
        with (block := load.import_temporarily("./plugin_of_mine.py", "jedi")) as (plugin, jedi):
            import load.parso
            from load import markdown_it
            assert load.jedi is jedi
            assert load.parso is sys.modules["parso"]
        assert "plugin_of_mine" in block.report.removed
        bound = {"jedi", "parso", "markdown_it", "colorsys"} & set(vars(load))
        left = {name for name in sys.modules if name.rpartition("load.")[2] in ("jedi", "parso", "markdown_it")}
        print(sorted(bound), left, load.jedi is not jedi)
    """
    assert child.run(code, cwd=tmp_path).check().stdout == "['colorsys'] set() True\n"


def test_what_load_needs_for_itself_is_not_the_blocks(child: Python) -> None:
    """`packaging` reads the spec; asked for by name it goes."""
    code = """
        import sys
        import load
        with (block := load.temporarily("parso>=0.5")):
            pass
        print(block.report.kept["packaging"], "parso" in block.report.removed)
        with (block := load.temporarily("platformdirs")):
            pass
        print("platformdirs" in sys.modules)
    """
    assert child.run(code).check().stdout == "used by load itself True\nFalse\n"


def test_a_spec_that_cannot_be_had_leaves_nothing(child: Python) -> None:
    """The first of them was imported already when the second failed."""
    code = """
        import sys
        import load
        finders = list(sys.meta_path)
        try:
            with load.temporarily("parso", "no_such_module_here"):
                raise SystemExit("entered")
        except ImportError as error:
            print(type(error).__name__)
        print("parso" in sys.modules, sys.meta_path == finders)
    """
    result = child.run(code, env={"LOAD_INSTALL": "never"})
    assert result.check().stdout.splitlines()[-1] == "False True"
    assert "Refused" in result.stdout or "Resolve" in result.stdout


def test_tasks_of_one_thread_share_their_blocks(child: Python) -> None:
    """The last to end removes what all have brought; nothing is taken from one that still runs."""
    code = """
        import asyncio, sys
        import load

        async def work(name, mine, other):
            with load.temporarily(name) as module:
                mine.set()
                await other.wait()
                await asyncio.sleep(0)
                assert sys.modules[name] is module

        async def main():
            first, second = asyncio.Event(), asyncio.Event()
            await asyncio.gather(work("parso", first, second), work("markdown_it", second, first))

        asyncio.run(main())
        print({"parso", "markdown_it"} & set(sys.modules))
    """
    assert child.run(code).check().stdout == "set()\n"


@pytest.mark.skipif(sys.platform == "linux" and not Path("/proc/self/statm").exists(), reason="there is no /proc here")
def test_pure_packages_give_their_memory_back(child: Python, tmp_path: Path) -> None:
    """A made package of 60 modules, six times: the process is soon as large as it will be."""
    package = tmp_path / "bulky"
    package.mkdir()
    body = "".join(f"class C{i}:\n    def method(self): return {i}\n" for i in range(80))
    names = [f"part{i}" for i in range(60)]
    (package / "__init__.py").write_text("".join(f"from bulky import {name}\n" for name in names))
    for name in names:
        (package / f"{name}.py").write_text(body)
    code = """
        import sys
        sys.path.insert(0, ".")
        import load
        from load._memory import resident
        sizes = []
        for _ in range(6):
            with (block := load.temporarily("bulky")):
                pass
            sizes.append(resident())
            assert len(block.report.removed) == 61
        print(sizes[-1] - sizes[2])
    """
    assert int(child.run(code, cwd=tmp_path).check().stdout) < 3_000_000


LIBRARY = {
    "kept_for_exit.py": "import atexit\ndef work(): pass\natexit.register(work)\n",
    "registering.py": """
import copyreg, logging, sys, typing, warnings
class Thing: pass
class Mine(Warning): pass
class Filter(logging.Filter): pass
class Finder:
    def find_spec(*_): return None
def pickled(thing): return (Thing, ())
copyreg.pickle(Thing, pickled)
warnings.simplefilter("error", Mine)
logging.getLogger("other").addFilter(Filter())
sys.meta_path.append(Finder)
@typing.overload
def f(x: typing.Optional[Thing]) -> int: ...
def f(x): return x
""",
    "plugins/plugin.py": "import beside_it\nimport json\nNAME = beside_it.NAME\n",
    "plugins/beside_it.py": "NAME = 'beside'\n",
    "plugins/json.py": "raise SystemExit('the wrong one')\n",
    "plugins/pack/__init__.py": "from pack import inner\nimport beside_it\n",
    "plugins/pack/inner.py": "",
}


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A working directory with modules that register themselves, and with plugins in a folder."""
    for name, text in LIBRARY.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_what_a_block_has_registered_is_taken_back(child: Python, library: Path) -> None:
    """Three times: the process holds nothing of it in between; what was registered before stays."""
    code = """
        import copyreg, logging, sys, warnings, weakref
        import load
        logging.getLogger("other").addFilter(kept := logging.Filter())
        def registered():
            return len(copyreg.dispatch_table), list(warnings.filters), list(sys.meta_path)
        before = None
        for _ in range(3):
            with (block := load.temporarily("registering")) as module:
                seen = weakref.ref(module.Thing)
                del module
                foretold = block.preview()
                assert "registering" in sys.modules and seen() is not None
            assert seen() is None and block.report.removed == foretold.removed == ("registering",)
            assert block.report.taken_back == foretold.taken_back and len(block.report.taken_back) == 4
            before = before or registered()  # what the first block has imported of the standard library stays
            assert registered() == before and "registering" not in repr(before)
            assert logging.getLogger("other").filters == [kept]
        print(*block.report.taken_back, sep="\\n")
    """
    assert sorted(child.run(code, cwd=library).check().stdout.splitlines()) == [
        "copyreg: how class registering.Thing is pickled, by function registering.pickled",
        "logging: the filter a registering.Filter of logger 'other'",
        "sys.meta_path: class registering.Finder",
        "warnings: a filter for class registering.Mine",
    ]


def test_what_is_to_run_at_exit_stays_and_what_runs_stays(child: Python, library: Path) -> None:
    """A second copy would register a second callback; and a thread would go on in the first."""
    (library / "busy.py").write_text(
        "import threading\nbegun, may_end = threading.Event(), threading.Event()\n"
        "def work():\n    begun.set()\n    may_end.wait(20)\n"
        "thread = threading.Thread(target=work, name='worker')\n"
    )
    code = """
        import sys
        import load
        with (block := load.temporarily("kept_for_exit", "busy")) as (_, busy):
            busy.thread.start()
            busy.begun.wait(20)
            foretold = block.preview()
        assert foretold.kept == block.report.kept and sys.modules["busy"] is busy
        print(block.report.kept["kept_for_exit"])
        print(block.report.kept["busy"])
        busy.may_end.set()
        busy.thread.join()
    """
    assert child.run(code, cwd=library).check().stdout.splitlines() == [
        "held by atexit: function kept_for_exit.work is to run when the program ends",
        "its 'work' is running in thread 'worker'",
    ]


def test_the_folder_of_a_path_is_on_the_path_for_the_block(child: Python, library: Path) -> None:
    """At its end: what lies there can be imported, and hides nothing; in blocks within blocks, too."""
    code = """
        import sys
        import load
        before, finders = list(sys.path), dict(sys.path_importer_cache)
        import json
        with (outer := load.temporarily("./plugins/plugin.py")) as plugin:
            assert plugin.NAME == "beside" and plugin.json is json
            assert sys.path[:-1] == before and sys.path[-1].endswith("plugins")
            with (inner := load.temporarily("./plugins/pack")) as pack:
                assert len(sys.path) == len(before) + 2
            assert inner.report.removed == ("pack", "pack.inner") and sys.path[:-1] == before
            import beside_it
        assert sys.path == before and outer.report.removed == ("beside_it", "plugin")
        assert not [path for path in sys.path_importer_cache if "plugins" in path]
        try:
            with load.temporarily("./plugins/plugin.py", "./plugins/json.py"):
                raise AssertionError
        except SystemExit as error:
            print(error)
        assert sys.path == before and not {"plugin", "beside_it"} & set(sys.modules)
    """
    assert child.run(code, cwd=library).check().stdout == "the wrong one\n"


def test_an_error_of_the_block_holds_nothing_for_good(child: Python, library: Path) -> None:
    """It has a class of the package, and its traceback the package's functions: they go with it."""
    (library / "raising.py").write_text("class Wrong(Exception): pass\ndef work():\n    raise Wrong\n")
    code = """
        import gc, sys, weakref
        import load
        def attempt():
            block = load.temporarily("raising")
            try:
                with block as module:
                    seen = weakref.ref(module.Wrong)
                    module.work()
            except Exception as error:
                assert type(error).__name__ == "Wrong"
            return block.report, seen
        report, seen = attempt()
        assert report.removed == ("raising",) and report.kept == {}, report
        gc.collect()
        assert seen() is None
        print(report.alive)
    """
    assert child.run(code, cwd=library).check().stdout == "('raising',)\n"

"""The graph of running programs: what is loaded, whatever state it is in."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from collections.abc import Mapping
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from load._imports.module_manager import ModuleManager
from load._imports.profiling.recorder import Recorder
from load.errors import ResolveError
from tests.support.environments import Python
from tests.support.processes import Result


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Files of these texts."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")


def run(child: Python, folder: Path, code: str) -> Result:
    """Run code, with the modules of a folder to import."""
    program = folder / "program.py"
    program.write_text(
        "from load._imports.module_manager import ModuleManager\n" + textwrap.dedent(code), encoding="utf-8"
    )
    return child.run([str(program)]).check()


APP = {
    "shop/__init__.py": "from .cart import Cart\n",
    "shop/cart.py": """\
        import json
        from . import prices

        class Cart:
            def pay(self):
                from .bank import pay
        """,
    "shop/prices.py": """\
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from .cart import Cart
        import not_there_at_all
        """,
    "shop/bank.py": "from shop.cart import Cart\n",
    "not_there_at_all.py": "",
}  # fmt: skip


def test_the_graph_of_a_program(child: Python, tmp_path: Path) -> None:
    """By default every statement that may run counts; the script is a module too."""
    write(tmp_path, APP)
    result = run(
        child, tmp_path,
        """
        import json, os.path
        import shop.bank
        manager = ModuleManager()
        print(json.dumps({
            "cart": manager.get_dependencies("shop.cart"),
            "main": manager.get_dependencies("__main__"),
            "path": manager.get_module("os.path").name == os.path.__name__,
            "dependents": manager.get_dependents("shop.cart"),
            "typing": manager.get_dependents("shop.cart", kind="typing"),
            "all": "collections" in manager.get_dependencies("shop.bank", transitive=True),
            "order": manager.get_dependency_order(["shop", "shop.cart", "shop.prices", "shop.bank"]),
            "cycles": [cycle.modules for cycle in manager.find_cycles("typing") if "shop" in str(cycle.modules)],
            "eager": [cycle.modules for cycle in manager.find_cycles() if "shop" in str(cycle.modules)],
            "file": manager.get_module("shop").file,
            "builtin": [manager.get_module("sys").file, manager.get_module("sys").problem],
            "changed": manager.get_dependent_modules(os.path.join("shop", "prices.py")),
            "none": manager.get_dependent_modules("prices.py"),
        }))
        """,
    )  # fmt: skip
    told = json.loads(result.stdout)
    assert told.pop("file") == str(tmp_path / "shop" / "__init__.py")
    assert {"load._imports.module_manager", "json", "shop.bank", "shop"} <= set(told.pop("main"))
    assert told == {
        "cart": ["json", "shop.prices", "shop.bank"],
        "path": True,
        "dependents": ["shop", "shop.bank"],
        "typing": ["shop.prices", "shop", "shop.bank"],
        "all": True,
        "order": ["shop.prices", "shop.cart", "shop", "shop.bank"],
        "cycles": [["shop.bank", "shop.cart"], ["shop.cart", "shop.prices"]],
        "eager": [],
        "builtin": ["", ""],
        "changed": ["shop.prices", "shop.cart", "shop", "shop.bank", "__main__"],
        "none": [],
    }


def test_whatever_stands_in_sys_modules_is_only_looked_at(child: Python, tmp_path: Path) -> None:
    """None, objects, modules whose attributes raise, lazy ones: no code of theirs runs, and nothing is imported."""
    write(tmp_path, {"lazy.py": "print('the lazy one ran')\n", "plain.py": "def f():\n    import lazy\n"})
    result = run(
        child, tmp_path,
        """
        import importlib.util, sys, types
        spec = importlib.util.find_spec("lazy")
        spec.loader = importlib.util.LazyLoader(spec.loader)
        sys.modules["lazy"] = lazy = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(lazy)
        import plain

        class Raising(types.ModuleType):
            def __getattribute__(self, name):
                raise SystemExit(f"asked for {name}")
            def __eq__(self, other):
                raise SystemExit("compared")
            __hash__ = None

        class Posing:
            @property
            def __class__(self):
                raise SystemExit("asked for its class")
            def __getattr__(self, name):
                raise SystemExit(f"asked for {name}")

        strange = types.ModuleType("strange")
        strange.__file__ = strange.__package__ = strange.__spec__ = 5
        strange.__name__ = ["no name"]
        made = types.ModuleType.__new__(types.ModuleType)  # never initialised
        sys.modules.update(
            {"gone": None, "raising": Raising("raising"), "posing": Posing(), "strange": strange, "made": made}
        )
        before = set(sys.modules)
        manager = ModuleManager()
        manager.find_cycles("typing")
        names = [name for name in ("gone", "raising", "posing", "strange", "lazy") if name in manager.graph]
        print(names, manager.get_dependencies("plain"), object.__getattribute__(lazy, "__class__").__name__)
        print([name for name in set(sys.modules) - before if not name.startswith("load.")
               and name.partition(".")[0] not in sys.stdlib_module_names])
        """,
    )  # fmt: skip
    assert result.stdout == "['raising', 'strange', 'lazy'] ['lazy'] _LazyModule\n[]\n"


@pytest.mark.skipif(sys.version_info < (3, 15), reason="lazy imports (PEP 810) came with Python 3.15")
def test_lazy_imports_make_no_rings(child: Python, tmp_path: Path) -> None:
    """By the option for all, by the module for some; the graph of another mode is another one."""
    os.environ["LOAD_CACHE_DIR"] = str(tmp_path / "cache")
    write(tmp_path, {
        "ring_a.py": "import ring_b\n", "ring_b.py": "import ring_a\n",
        "knot_a.py": "import knot_b\n", "knot_b.py": "__lazy_modules__ = ['knot_a']\nimport knot_a\n",
        "tried_a.py": "try:\n    import tried_b\nfinally:\n    pass\n", "tried_b.py": "from tried_a import *\n",
        "program.py": """
            from load._imports.module_manager import ModuleManager
            import importlib
            for name in ("ring", "knot", "tried"):
                importlib.import_module(f"{name}_a"), importlib.import_module(f"{name}_b")
            found = ModuleManager().find_cycles()
            print([each.modules for each in found if each.modules[0].endswith("_a")])
        """,
    })  # fmt: skip
    modes: list[list[str]] = [[], ["-X", "lazy_imports=all"], []]
    told = [child.run([*options, str(tmp_path / "program.py")]).check().stdout for options in modes]
    tried = "('tried_a', 'tried_b')"
    assert told == [f"[('ring_a', 'ring_b'), {tried}]\n", f"[{tried}]\n", f"[('ring_a', 'ring_b'), {tried}]\n"]


def test_sources_that_cannot_be_read_are_told_of(child: Python, tmp_path: Path) -> None:
    """Deleted, broken since, of another encoding: a node without edges, which says why."""
    write(tmp_path, dict.fromkeys(("gone.py", "broken.py", "coded.py", "whole.py"), "import json\n"))
    result = run(
        child, tmp_path,
        r"""
        import pathlib
        import broken, coded, gone, whole
        here = pathlib.Path(whole.__file__).parent
        (here / "gone.py").unlink()
        (here / "broken.py").write_text("import json; (\n")
        (here / "coded.py").write_bytes(b"import json\nx = '\xff'\n")
        manager = ModuleManager()
        for name in ("broken", "coded", "gone", "whole"):
            print(name, manager.get_dependencies(name), manager.get_module(name).problem.partition(":")[0])
        (here / "broken.py").write_text("import textwrap\n")
        manager.refresh()
        print(manager.get_dependencies("broken"), repr(manager.get_module("broken").problem))
        """,
    )  # fmt: skip
    assert result.stdout.splitlines() == [
        "broken [] its source is not Python",
        "coded [] its source is not Python",
        "gone [] its source cannot be read",
        "whole ['json'] ",
        "['textwrap'] ''",
    ]


def test_what_was_seen_to_happen_is_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import that no literal names is known by the record of it alone."""
    write(tmp_path, {
        "seen_a.py": "import importlib\nimport seen_b\nname = 'seen_' + 'c'\nimportlib.import_module(name)\n",
        "seen_b.py": "",
        "seen_c.py": "",
    })  # fmt: skip
    monkeypatch.syspath_prepend(str(tmp_path))
    recorder = Recorder()
    recorder.install()
    try:
        __import__("seen_a")
    finally:
        recorder.uninstall()
    cache = str(tmp_path / "cache" / "statements.bin")
    unseen = ModuleManager(cache=cache)
    unseen.refresh()
    manager = ModuleManager(recorder, cache=cache)
    records = ModuleManager(list(recorder.imports), cache=cache)
    assert unseen.get_dependents("seen_c") == []
    for each in (manager, records):
        assert each.get_dependents("seen_c") == ["seen_a"]
        (edge,) = each.graph.edges("seen_a", "seen_c")
        assert (edge.origin, edge.kind, edge.place) == ("run", "eager", f"{tmp_path / 'seen_a.py'}:4")
        (both,) = each.graph.edges("seen_a", "seen_b")
        assert (both.origin, both.text, both.line) == ("both", "import seen_b", 2)
    with pytest.raises(ResolveError, match="'seen_d'"):
        manager.get_module("seen_d")
    manager.find_cycle_groups()  # what is needed to find them is loaded then
    unseen = ModuleManager(cache=cache)
    cycles = [each.modules for each in ModuleManager(recorder, cache=cache).find_cycle_groups()]
    monkeypatch.setattr("load._imports.graph.graph.cycle_groups_of", None)
    again = ModuleManager(recorder, cache=cache)
    assert [each.modules for each in again.find_cycle_groups()] == cycles  # kept, for a program that runs again
    with pytest.raises(TypeError):
        unseen.find_cycle_groups()
    again.graph.add_edge("seen_c", "seen_a")
    with pytest.raises(TypeError):
        again.find_cycle_groups()


def test_what_was_read_is_kept_for_later_processes(child: Python, tmp_path: Path) -> None:
    """In the cache that is configured, for this Python alone."""
    cache = tmp_path / "cache"
    os.environ["LOAD_CACHE_DIR"] = str(cache)
    code = """
        import email.message, asyncio
        manager = ModuleManager()
        manager.find_cycles()
        print(manager._sources.parsed, len(manager.graph.edges()), [cycle.modules for cycle in manager.find_cycles()],
              [(each.modules, [str(edge) for edge in each.breakers]) for each in manager.find_cycle_groups()])
    """
    first = run(child, tmp_path, code).stdout.split(" ", 1)
    second = run(child, tmp_path, code).stdout.split(" ", 1)
    assert int(first[0]) > 50
    assert int(second[0]) == 0  # the program, which is too young to be trusted by its stamp, has the same text
    assert first[1] == second[1]
    changed = run(child, tmp_path, """
        import email.message
        manager = ModuleManager()
        before = len(manager.find_cycles())
        manager.graph.add_edge("email.message", "one_more")
        manager.graph.add_edge("one_more", "email.message")
        print(len(manager.find_cycles()) - before, len(ModuleManager().find_cycles()) - before)
    """)  # fmt: skip
    assert changed.stdout == "1 0\n"
    kept = list((cache / "imports").iterdir())
    assert kept
    assert all(sys.implementation.cache_tag in file.name for file in kept)


def test_a_graph_is_made_again_only_where_a_source_or_what_is_loaded_changed(child: Python, tmp_path: Path) -> None:
    """What was kept is the same to the last statement, and is lost with any of its sources, or spoilt."""
    os.environ["LOAD_CACHE_DIR"] = str(tmp_path / "cache")
    write(tmp_path, {**APP, "broken.py": "import json\n", "other.py": "import shop\n"})
    for each in tmp_path.rglob("*.py"):
        os.utime(each, (1, 1))
    result = run(
        child, tmp_path,
        """
        import os, pathlib
        import shop, broken
        from load._imports import module_manager
        here = pathlib.Path(shop.__file__).parent
        (here.parent / "broken.py").write_text("import json; (\\n")
        os.utime(here.parent / "broken.py", (1, 1))

        ModuleManager().graph  # what is needed to read sources is loaded then

        times = 0
        def edges_of(*arguments, real=module_manager.edges_of, **options):
            global times
            times += arguments[1] == "shop.cart"
            return real(*arguments, **options)
        module_manager.edges_of = edges_of

        def look():
            made = ModuleManager()
            every = [(*each.as_dict().values(), each.origin, each.wanted, each.bound, each.implied)
                     for each in made.graph.edges()]
            return made.graph.nodes, every, made.get_module("broken").problem

        (here / "__init__.py").write_text("from .cart import *")
        os.utime(here / "__init__.py", (1, 1))
        first = look()
        print(times, look() == first, times, repr(first[2].partition(":")[0]))
        (here / "cart.py").write_text("import string")
        os.utime(here / "cart.py", (1, 1))
        edges = ModuleManager().graph.edges("shop.cart")
        print(times, [each.imported for each in edges], edges == ModuleManager().graph.edges("shop.cart"), times)
        import other
        ModuleManager().graph
        print(times)
        second = look()
        kept = os.path.join(os.environ["LOAD_CACHE_DIR"], "imports")
        for each in os.listdir(kept):
            with open(os.path.join(kept, each), "r+b") as file:
                file.truncate(os.path.getsize(file.name) - 3)
        print(look() == second, times)
        """,
    )  # fmt: skip
    assert result.stdout.splitlines() == [
        "1 True 1 'its source is not Python'",
        "2 ['string'] False 2",
        "3",
        "True 4",
    ]


# Modules that were half made


RINGS: dict[str, tuple[dict[str, str], str]] = {
    "a name": (
        {"a.py": "import b\nx = 1\n", "b.py": "import os\nfrom c import y\n", "c.py": "from a import x\ny = x\n"},
        """\
        'x' was not there yet in 'a': these modules import one another.
          a → b → c → a
            {folder}/a.py:1: import b
            {folder}/b.py:2: from c import y
            {folder}/c.py:1: from a import x
            → to break it, move 'from c import y' ({folder}/b.py:2) into the function that needs it
          x comes at {folder}/a.py:2, which had not run to its end
        """,
    ),
    "an attribute": (
        {"a.py": "import b\nx = 1\n", "b.py": "import a\nprint(a.x)\n"},
        """\
        'x' was not there yet in 'a': these modules import one another.
          a → b → a
            {folder}/a.py:1: import b
            {folder}/b.py:1: import a
            → to break it, move 'import b' ({folder}/a.py:1) into the function that needs it
          it was wanted at {folder}/b.py:2: print(a.x)
          x comes at {folder}/a.py:2, which had not run to its end
        """,
    ),
    "by a function": (
        {
            "a.py": "def start():\n    import b\nstart()\nx = 1\n",
            "b.py": "import plugins\nplugins.begin('c')\n",
            "plugins.py": "import importlib\ndef begin(name):\n    importlib.import_module(name)\n",
            "c.py": "from a import x\n",
        },
        """\
        'x' was not there yet in 'a': these modules import one another.
          a → b → plugins → c → a
            {folder}/a.py:2: import b
            {folder}/b.py:1: import plugins
            {folder}/plugins.py:3: importlib.import_module(name)
            {folder}/c.py:1: from a import x
            → to break it, move 'from a import x' ({folder}/c.py:1) into the function that needs it
          x comes at {folder}/a.py:4, which had not run to its end
        """,
    ),
    "itself": (
        {"a.py": "import a\na.x()\n"},
        """\
        'x' was not there yet in 'a': the module imports itself.
          {folder}/a.py:1: 'import a' finds {folder}/a.py itself
          → rename that file: it bears the name of what it means to import
        """,
    ),
}


@pytest.mark.parametrize("name", RINGS)
def test_a_half_made_module_is_explained(child: Python, tmp_path: Path, name: str) -> None:
    """With the ring and its statements, whatever the interpreter says of it."""
    files, said = RINGS[name]
    write(tmp_path, files)
    result = run(
        child, tmp_path,
        """
        from load._imports.graph.partial import explain_partial
        try:
            import a
        except (ImportError, AttributeError) as error:
            print(explain_partial(error))
        """,
    )  # fmt: skip
    assert result.stdout == textwrap.dedent(said).format(folder=tmp_path)


def test_a_program_that_is_imported_again_is_told_of(child: Python, tmp_path: Path) -> None:
    """The program runs as `__main__`, and once more under its name."""
    write(tmp_path, {"helper.py": "from program import x\ny = x\n"})
    result = run(
        child, tmp_path,
        """
        from load._imports.graph.partial import explain_partial
        try:
            from helper import y
        except ImportError as error:
            print(explain_partial(error))
        x = 1
        """,
    )  # fmt: skip
    assert f"{tmp_path / 'program.py'} runs twice: as the program, and as 'program'" in result.stdout


def test_other_errors_are_not_explained(child: Python, tmp_path: Path) -> None:
    """A missing module or name, an attribute of something else, an error that was never raised."""
    write(tmp_path, {"a.py": "x = 1\n"})
    result = run(
        child, tmp_path,
        """
        import a
        from load._imports.graph.partial import explain_partial
        for code in ("import nothing_there", "from a import y", "a.y", "(1).y", "None.x", "1 / 0"):
            try:
                exec(code)
            except Exception as error:
                print(explain_partial(error))
        print(explain_partial(ImportError("cannot import name 'x'", name="a")))
        """,
    )  # fmt: skip
    assert result.stdout == "None\n" * 7


# Packages that are not imported


def test_the_graph_of_an_installed_package(child: Python, tmp_path: Path) -> None:
    """None of its code runs."""
    pytest.importorskip("grimp", reason="the extra `graph` is not installed")
    write(tmp_path, {**APP, "shop/bank.py": "raise SystemExit('it ran')\nfrom shop.cart import Cart\n"})
    result = run(
        child, tmp_path,
        """
        import sys
        from load._imports.graph.package_graph import package_graph
        made = package_graph("shop")
        print(made.nodes)
        print([(edge.importer, edge.imported, edge.kind, edge.line) for edge in made.edges()])
        print([cycle.modules for cycle in made.find_cycles("typing")], made.find_cycles())
        print("shop" in sys.modules)
        """,
    )  # fmt: skip
    assert result.stdout.splitlines() == [
        "['shop', 'shop.bank', 'shop.cart', 'shop.prices']",
        (
            "[('shop', 'shop.cart', 'eager', 1), ('shop.bank', 'shop.cart', 'eager', 2), ('shop.cart', 'shop.prices', "
            "'eager', 2), ('shop.cart', 'shop.bank', 'deferred', 6), ('shop.prices', 'shop.cart', 'typing', 3)]"
        ),
        "[('shop.bank', 'shop.cart'), ('shop.cart', 'shop.prices')] []",
        "False",
    ]
    assert not list(tmp_path.glob(".grimp*"))


def test_the_graph_of_a_package_within_a_namespace_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked for by its whole name; what the namespace package holds is told."""
    pytest.importorskip("grimp", reason="the extra `graph` is not installed")
    from load._imports.graph.package_graph import package_graph

    write(
        tmp_path,
        {
            "corp/web/shop/__init__.py": "from corp.web.shop import cart\n",
            "corp/web/shop/cart.py": "from . import prices\n",
            "corp/web/shop/prices.py": "from .cart import prices\n",
        },
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    made = package_graph("corp.web.shop")
    assert made.nodes == ["corp.web.shop", "corp.web.shop.cart", "corp.web.shop.prices"]
    (cycle,) = made.find_cycles()
    assert [each.place for each in cycle.statements] == [
        f"{tmp_path / 'corp' / 'web' / 'shop' / name}.py:1" for name in ("cart", "prices")
    ]
    for name, told in (("corp", "it holds corp.web"), ("corp.web", "it holds corp.web.shop")):
        with pytest.raises(ResolveError) as caught:
            package_graph(name)
        assert caught.value.context == (told,)
    with pytest.raises(ResolveError) as caught:
        package_graph("corp.web.shop.cart")
    assert caught.value.hint == "ask for 'corp.web.shop', and the graph for 'corp.web.shop.cart'"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nothing_there", "No package 'nothing_there' is installed."),
        ("alone", "'alone' is not a package, but a module."),
        ("shop.cart", "'shop.cart' is part of a package."),
        ("spread", "'spread' is a namespace package, which has no code of its own."),
        ("torn", "'torn' cannot be read."),
        ("compiled", "'compiled' was compiled, and grimp reads sources alone."),
    ],
)
def test_what_is_no_package_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str) -> None:
    """With the reason, and what to do."""
    pytest.importorskip("grimp", reason="the extra `graph` is not installed")
    from load._imports.graph.package_graph import package_graph

    write(tmp_path, {**APP, "alone.py": "", "spread/part.py": "", "torn/__init__.py": "", "torn/part.py": "import (\n"})
    (tmp_path / "compiled").mkdir()
    (tmp_path / "compiled" / f"__init__{EXTENSION_SUFFIXES[0]}").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ResolveError) as caught:
        package_graph(name)
    assert caught.value.message == said
    assert caught.value.hint


def test_without_grimp_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra by its name."""
    from load._imports.graph.package_graph import package_graph

    monkeypatch.setitem(sys.modules, "grimp", None)
    with pytest.raises(ResolveError, match="needs grimp") as caught:
        package_graph("json")
    assert caught.value.hint is not None
    assert "pip install grimp" in caught.value.hint

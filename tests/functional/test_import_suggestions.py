"""What `load` suggests about imports: those that were not used, those worth being lazy, and `sys.path`."""

from __future__ import annotations

import itertools
import json
import os
import sys
import threading
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from load._imports.graph.graph import DependencyGraph
from load._imports.profiling.profile import ImportProfile, Profile
from load._imports.profiling.search_path import look_at_path
from load._imports.suggesting.reads import _global_names
from load._imports.suggesting.suggestions import Suggestion, suggest
from load._imports.suggesting.usage import UsageRecorder
from load.errors import ProfileError
from tests.support.environments import Python

# -- which functions ran -----------------------------------------------------------------------------------------------

USED = """
import sys, threading
from load._imports.suggesting.usage import UsageRecorder

def plain(): return (x for x in [1])
def never(): pass
def in_thread(): pass
@staticmethod
def decorated(): pass
class Thing:
    def method(self): return lambda: 2

def told(used, function): return used.ran(__file__, function.__code__.co_firstlineno, function.__qualname__)

for turn in range(2):
    with UsageRecorder() as used:
        plain()
        decorated()
        thread = threading.Thread(target=in_thread)
        thread.start()
        thread.join()
        deferred = Thing().method()
        eval("some_name + other", {"some_name": 1, "other": 2})
        told(used, told)
        count = len(used)
        after = told(used, told), used.is_evaluated("some_name")
    never()
    print([told(used, each) for each in (plain, decorated.__func__, in_thread, Thing.method, never)],
          used.ran(__file__, deferred.__code__.co_firstlineno, deferred.__qualname__),
          used.ran(__file__, deferred.__code__.co_firstlineno),
          used.is_evaluated("some_name"), used.is_evaluated("plain"), after, len(used) >= count > 5)
if sys.version_info >= (3, 12):
    print({sys.monitoring.get_tool(each) for each in range(6)})
else:
    print({sys.getprofile(), threading.getprofile()})
"""


def test_which_functions_ran(child: Python, tmp_path: Path) -> None:
    """In every thread, again in a second recording, even while it goes on; and nothing stays behind."""
    file = tmp_path / "program.py"
    file.write_text(USED, encoding="utf-8")
    *turns, left = child.run([str(file)]).check().stdout.splitlines()
    assert turns == ["[True, True, True, True, False] False True True False (True, True) True"] * 2
    assert left == "{None}"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python 3.11 has no sys.monitoring")
def test_all_tool_ids_are_taken(child: Python) -> None:
    """Who has them is told, and nothing is taken from anybody."""
    code = """
        import sys
        from load._imports.suggesting.usage import UsageRecorder
        for number in range(6):
            sys.monitoring.use_tool_id(number, f"tool {number}")
        try:
            UsageRecorder().start()
        except ValueError as error:
            print(error)
        sys.monitoring.free_tool_id(0)
        with UsageRecorder() as used:
            (lambda: 3)()
        print(used.ran("<string>", 12, "<lambda>"))
    """
    *lines, last = child.run(code).check().stdout.splitlines()
    assert lines[0] == "Which functions run cannot be seen: all of Python's tool ids are taken."
    assert lines[1:7] == [f"  {number}: tool {number}" for number in range(6)]
    assert last == "True"


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="later Pythons have room for several tools")
def test_another_profiler_is_at_work() -> None:
    """It is told, and left alone."""

    def other(*_: object) -> None: ...

    sys.setprofile(other)
    try:
        with pytest.raises(ProfileError, match="another profiler is at work"):
            UsageRecorder().start()
        assert sys.getprofile() is other
    finally:
        sys.setprofile(None)


def test_what_the_program_set_meanwhile_stays(child: Python) -> None:
    """A profiler of its own, or a tool that it cleared."""
    code = """
        import sys
        from load._imports.suggesting.usage import UsageRecorder
        def own(*_): pass
        with UsageRecorder() as used:
            sys.setprofile(own)
            if sys.version_info >= (3, 12):
                sys.monitoring.free_tool_id(4)
        print(sys.getprofile() is own)
    """
    assert child.run(code).check().stdout == "True\n"


def test_what_the_program_hid_does_not_count_as_not_run(suggested: Callable[..., dict[str, Any]]) -> None:
    """With a profiler of its own, or as it cleared away what sees: from then on nobody knows."""
    hide = "sys.monitoring.free_tool_id(4)" if sys.version_info >= (3, 12) else "sys.setprofile(None)"
    app = f"import heavy_s\nimport sys\ndef late(): return heavy_s.block\n{hide}\nlate()\n"
    found = suggested({"app.py": app, "heavy_s.py": HEAVY})["import heavy_s"]
    assert found["kind"] == "lazy"
    assert found["text"].startswith("only functions read it (late): ")


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="of Python 3.11")
def test_a_thread_that_runs_on_is_left_alone() -> None:
    """Its profile function goes with its next call."""

    def called_once() -> None: ...

    begun, go_on = threading.Event(), threading.Event()
    left = []

    def work() -> None:
        begun.set()
        go_on.wait(30)
        called_once()
        left.append(sys.getprofile())

    with UsageRecorder():
        thread = threading.Thread(target=work)
        thread.start()
        begun.wait(30)
    go_on.set()
    thread.join()
    assert left == [None]


def test_names_that_code_looks_up_are_those_of_dis() -> None:
    """In large sources, with arguments that need a prefix."""
    import argparse
    import dis
    import typing

    loads = {"DELETE_NAME", "DELETE_GLOBAL", "LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS"}
    many = "\n".join(f"n{number}\ndef f{number}(): return g{number}" for number in range(400))
    for text in (*(Path(module.__file__ or "").read_text() for module in (argparse, typing)), many):
        todo = [compile(text, "source", "exec")]
        while todo:
            code = todo.pop()
            todo += [part for part in code.co_consts if isinstance(part, type(code))]
            assert _global_names(code) == {each.argval for each in dis.get_instructions(code) if each.opname in loads}


# -- import statements -------------------------------------------------------------------------------------------------

# Runs a script as a program of its own, and tells what is suggested, as JSON.
RUN = """
import json, runpy, sys
from load._imports.profiling.profiler import ImportProfiler
from load._imports.suggesting.suggestions import suggest
from load._imports.suggesting.usage import UsageRecorder
import load._imports.module_manager

options = json.loads(sys.argv[1])
knows = options.pop("knows", True)
with ImportProfiler() as profile, UsageRecorder() as used:
    namespace = runpy.run_path(sys.argv[2], run_name="__main__")
found = suggest(profile, used if knows else None, **{"least_bytes": 0, "path": [], **options})
print(json.dumps([each.as_dict() for each in found]))
"""
HEAVY = "block = b'x' * 4_000_000\n"


@pytest.fixture
def suggested(child: Python, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Runs `app.py` beside other modules; suggestions by statement."""

    def run(sources: Mapping[str, str], **options: object) -> dict[str, Any]:
        for name, text in sources.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        (tmp_path / "run.py").write_text(RUN, encoding="utf-8")
        environment = {"PYTHONPATH": f"{child.environ['PYTHONPATH']}{os.pathsep}{tmp_path}"}
        done = child.run(
            [str(tmp_path / "run.py"), json.dumps(options), str(tmp_path / "app.py")], cwd=tmp_path, env=environment
        )
        return {each["statement"]: each for each in json.loads(done.check().stdout.splitlines()[-1])}

    return run


def lazy(statement: str, before: str) -> str:
    """How a statement is made lazy in the words of this Python."""
    return f"write `lazy {statement}`" if sys.version_info >= (3, 15) else f"write `{before}`"


APP = """\
import eager_s
import unread_s
import idle_s as idle
import called_s
from parts_s import first, second
import deep_s.inner.most
import effect_s  # noqa: F401
import own_s as own_s
import exported_s
try:
    import tried_s
except ImportError:
    tried_s = None
__all__ = ["exported_s"]
eager_s.block

class Thing(second.Base):
    default = deep_s

def runs():
    return called_s.block

def never():
    def inner():
        return idle.block
    return inner

runs()
"""
MODULES = {
    "eager_s.py": HEAVY,
    "unread_s.py": HEAVY + "import below_s\n",
    "below_s.py": HEAVY,
    "idle_s.py": HEAVY,
    "called_s.py": HEAVY,
    "parts_s/__init__.py": "",
    "parts_s/first.py": HEAVY,
    "parts_s/second.py": "class Base: pass\n",
    "deep_s/__init__.py": "",
    "deep_s/inner/__init__.py": "",
    "deep_s/inner/most.py": HEAVY,
    "effect_s.py": HEAVY,
    "own_s.py": HEAVY,
    "exported_s.py": HEAVY,
    "tried_s.py": HEAVY,
}


def test_each_kind_of_statement(suggested: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    """Told are those that nothing read, or only functions; not what is exported, declared, or read as it runs."""
    found = suggested({"app.py": APP, **MODULES})
    called = lazy("import called_s", 'called_s = load.lazy_import("called_s")')
    assert {statement: (each["kind"], each["text"]) for statement, each in found.items()} == {
        "import unread_s": (
            "unused",
            "nothing reads it: take it out, unless it is there for what it does as it is imported",
        ),
        "import idle_s as idle": (
            "unused",
            "only functions read it that did not run (never.<locals>.inner): "
            + lazy("import idle_s as idle", 'idle = load.lazy_import("idle_s")'),
        ),
        "import called_s": (
            "lazy",
            f"only functions read it (runs): {called}, and it is imported when the first of them runs",
        ),
        "from parts_s import first": (
            "unused",
            "nothing reads it: take it out, unless it is there for what it does as it is imported",
        ),
        "import tried_s": (
            "unused",
            'nothing reads it: if only its presence counts, ask `load.available("tried_s")`',
        ),
    }
    unread = found["import unread_s"]
    assert (unread["module"], unread["importer"], unread["modules"]) == ("unread_s", "__main__", 2)
    assert unread["place"] == f"{tmp_path / 'app.py'}:2"
    if os.path.exists("/proc/self/statm"):  # elsewhere only the peak may be told, that of the parent included
        assert unread["bytes"] > 6_000_000
    assert unread["seconds"] > 0
    assert found["from parts_s import first"]["module"] == "parts_s.first"


def test_without_knowing_which_functions_ran(suggested: Callable[..., dict[str, Any]]) -> None:
    """As for a profile that was read: whatever a function reads counts as used."""
    found = suggested({"app.py": APP, **MODULES}, knows=False)
    assert {statement: each["kind"] for statement, each in found.items()} == {
        "import unread_s": "unused",
        "import idle_s as idle": "lazy",
        "import called_s": "lazy",
        "from parts_s import first": "unused",
        "import tried_s": "unused",
    }
    assert found["import idle_s as idle"]["text"].endswith("`")


STAND_IN = """\
import whole_s as whole
from parts_s import Error, LIMIT, Kind, Made, Base, call, other
def never(value):
    try:
        call(Made(), other.x, whole)
    except {caught}:
        class Inner(Base, Made): pass
    return isinstance(value, (Made, Base)) and {compared}
"""


@pytest.mark.skipif(sys.version_info >= (3, 15), reason="a lazy import of Python itself becomes the thing itself")
@pytest.mark.parametrize(
    ("caught", "compared", "fits"),
    [
        ("ValueError", "Error('x')", True),
        ("Error", "True", False),
        ("(KeyError, Error)", "True", False),
        ("ValueError", "type(value) is Kind", False),
        ("ValueError", "value < LIMIT", False),
        ("ValueError", "call(Kind)", False),
    ],
)
def test_what_no_lazy_object_can_stand_in_for(
    suggested: Callable[..., dict[str, Any]], caught: str, compared: str, fits: bool
) -> None:
    """Is to be imported where it is used; of a module the lazy one does."""
    sources = {
        "app.py": STAND_IN.format(caught=caught, compared=compared),
        "parts_s/__init__.py": HEAVY + "class Error(Exception): pass\nclass Kind: pass\nLIMIT = 3\n"
        "class Made: pass\nclass Base: pass\ndef call(*each): pass\nclass other: x = 1\n",
        "whole_s.py": HEAVY,
    }
    found = suggested(sources)
    assert 'write `whole = load.lazy_import("whole_s")`' in found["import whole_s as whole"]["text"]
    (text,) = (each["text"] for statement, each in found.items() if statement.startswith("from parts_s"))
    assert ("load.lazy_import" in text, text.endswith("(never): import it in them")) == (fits, not fits)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python 3.12 brought type parameters")
def test_what_type_parameters_name(suggested: Callable[..., dict[str, Any]]) -> None:
    """Is no function in which something could be imported."""
    sources = {"app.py": "from kind_s import Kind\ndef never[T: Kind](x: T): pass\n", "kind_s.py": HEAVY + "Kind = 1\n"}
    found = suggested(sources)["from kind_s import Kind"]["text"]
    assert lazy("from kind_s import Kind", 'Kind = load.lazy_import("kind_s:Kind")') in found


def test_what_a_package_loads_when_it_is_read_is_spared(suggested: Callable[..., dict[str, Any]]) -> None:
    """It counts for the statement that reads it, by a hook of PEP 562 of its own or of a library."""
    sources = {
        "app.py": "from kit_s import heavy_s\nfrom far_s import large_s\n",
        "kit_s/__init__.py": "import importlib\n"
        "def __getattr__(name):\n    return importlib.import_module(f'{__name__}.{name}')\n",
        "kit_s/heavy_s.py": HEAVY + "import below_s\n",
        "below_s.py": HEAVY,
        "far_s/__init__.py": "import hooks_s\n__getattr__ = hooks_s.attach(__name__)\n",
        "far_s/large_s.py": HEAVY,
        "hooks_s.py": "import importlib\ndef attach(package):\n    def __getattr__(name):\n"
        "        return importlib.import_module(f'{package}.{name}')\n    return __getattr__\n",
    }
    found = suggested(sources)
    assert {statement: each["modules"] for statement, each in found.items()} == {
        "from kit_s import heavy_s": 3,
        "from far_s import large_s": 3,
    }


def first_imports(*costs: tuple[str, Path, int, float, int]) -> Profile:
    """What `__main__` imported: module, file, line, seconds, bytes."""
    modules = []
    for name, file, line, seconds, size in costs:
        each = ImportProfile(name)
        each.importer, each._where = "__main__", f"{file}:{line}"
        each.duration = each.self_duration = seconds
        each.memory = each.self_memory = size
        modules.append(each)
    return Profile(modules)


def test_what_is_cheap_is_not_told(tmp_path: Path) -> None:
    """In time and in memory; the dearest stands first."""
    app = tmp_path / "app.py"
    app.write_text("import large_s\nimport slow_s\nimport cheap_s\n", encoding="utf-8")
    whole = first_imports(
        ("large_s", app, 1, 0.001, 1_000_000), ("slow_s", app, 2, 0.02, 0), ("cheap_s", app, 3, 0.009, 9)
    )
    told = suggest(whole, graph=DependencyGraph(), path=[])
    assert [(each.statement, each.seconds, each.bytes) for each in told] == [
        ("import slow_s", 0.02, 0),
        ("import large_s", 0.001, 1_000_000),
    ]
    assert suggest(whole, graph=DependencyGraph(), path=[], least_seconds=1, least_bytes=10**9) == []


def test_several_files_run_under_one_name(tmp_path: Path) -> None:
    """As a script, and what it runs by `runpy`; each is judged by its own source."""
    script, program = tmp_path / "script.py", tmp_path / "program.py"
    script.write_text("import one_s, two_s\none_s\n", encoding="utf-8")
    program.write_text("two_s = 1\nimport three_s\n", encoding="utf-8")
    whole = first_imports(
        ("one_s", script, 1, 0.02, 0), ("two_s", script, 1, 0.03, 0), ("three_s", program, 2, 0.04, 0)
    )
    told = suggest(whole, graph=DependencyGraph(), path=[])
    assert [(each.place, each.statement, each.seconds) for each in told] == [
        (f"{program}:2", "import three_s", 0.04),
        (f"{script}:1", "import two_s", 0.03),
    ]


def test_what_others_import_too_would_not_be_spared(suggested: Callable[..., dict[str, Any]]) -> None:
    """It is not told; where those others could do without it as well, both are named."""
    sources = {
        "app.py": "import big_s\nimport table_s\nimport mine_s\ntable_s.big_s, mine_s.x\n",
        "big_s.py": HEAVY,
        "table_s.py": "import big_s\n",
        "mine_s.py": "x = 1\n",
    }
    assert suggested(sources) == {}
    found = suggested({**sources, "table_s.py": "big_s = 1\n", "mine_s.py": "x = 1\nimport big_s\n"})
    assert list(found) == ["import big_s"]
    assert found["import big_s"]["text"].endswith(f"; so can {Path('mine_s.py').absolute()}:2")


def test_what_another_statement_needs_is_spared_by_none(suggested: Callable[..., dict[str, Any]]) -> None:
    """Though there is something in it that could go."""
    sources = {
        "app.py": "import both_s\nboth_s\n",
        "both_s.py": "import mine_s\nfrom mine_s import x\nx\n",
        "mine_s.py": "import big_s\nx = 1\n",
        "big_s.py": HEAVY,
    }
    assert list(suggested(sources)) == ["import big_s"]


def test_what_a_lazy_import_would_bring_in_this_run_is_not_spared(suggested: Callable[..., dict[str, Any]]) -> None:
    """The table is used, and brings the numbers; where that names them itself, both have to become lazy."""
    sources = {
        "app.py": "import numbers_s\nimport table_s\ndef runs(): return table_s.x\nruns()\n",
        "numbers_s.py": HEAVY,
        "table_s.py": "import numbers_s\nx = numbers_s.block\n" + HEAVY,
    }
    assert list(suggested(sources)) == ["import table_s"]
    found = suggested(
        {
            **sources,
            "app.py": "import numbers_s\nimport mine_s\nmine_s.runs()\n",
            "mine_s.py": "import numbers_s\ndef runs(): return numbers_s.block\n",
        }
    )
    assert found["import numbers_s"]["kind"] == "unused"
    assert found["import numbers_s"]["text"].endswith(f"; so can {Path('mine_s.py').absolute()}:1")


def test_what_other_modules_read_is_used(suggested: Callable[..., dict[str, Any]]) -> None:
    """By name, by a star, as an attribute; and a package's own parts."""
    sources = {
        "app.py": "from hub_s import one_s\nfrom star_s import *\nimport kit_s.hub2 as h\none_s, h.three_s.block\n",
        "hub_s.py": "import one_s\n",
        "one_s.py": HEAVY,
        "star_s.py": "import two_s\n",
        "two_s.py": HEAVY,
        "three_s.py": HEAVY,
        "kit_s/__init__.py": "from .part import block\nimport kit_s.other\n",
        "kit_s/part.py": HEAVY,
        "kit_s/other.py": HEAVY,
        "kit_s/hub2.py": "import three_s\n",
    }
    assert suggested(sources) == {}


def test_what_others_find_in_a_package_is_used(suggested: Callable[..., dict[str, Any]]) -> None:
    """Somebody imports the part, another reads it as an attribute of the package."""
    sources = {
        "app.py": "import kit_s, side_s\nkit_s.part.block\nside_s\n",
        "kit_s/__init__.py": "",
        "kit_s/part.py": HEAVY,
        "side_s.py": "import kit_s.part\n",
    }
    assert suggested(sources) == {}
    found = suggested({**sources, "app.py": "import side_s, kit_s.part\nside_s\n", "kit_s/part.py": HEAVY})
    assert set(found) == {"import kit_s.part"}
    app = "import side_s\ndef runs():\n    import kit_s.part\n    return kit_s.part.block\nside_s\n"
    assert list(suggested({**sources, "app.py": app})) == ["import kit_s.part"]


def test_names_that_are_deleted_are_needed(suggested: Callable[..., dict[str, Any]]) -> None:
    """Without the import there would be nothing to delete."""
    sources = {"app.py": "import heavy_s\ndel heavy_s\n", "heavy_s.py": HEAVY}
    assert suggested(sources) == {}


def test_what_may_be_missing_is_not_made_lazy(suggested: Callable[..., dict[str, Any]]) -> None:
    """Its absence would be noticed elsewhere."""
    app = "from contextlib import suppress\nwith suppress(ImportError):\n    import heavy_s\ndef f(): return heavy_s\n"
    found = suggested({"app.py": app, "heavy_s.py": HEAVY})["import heavy_s"]
    assert found["text"] == "only functions read it that did not run (f): import it in them"


def test_annotations(suggested: Callable[..., dict[str, Any]]) -> None:
    """Those that stay texts need no import; those that something evaluates do."""
    sources = {
        "app.py": "from __future__ import annotations\nimport typing\nimport idle_s, needed_s\n"
        "def f(x: idle_s.X): ...\ndef g(x: needed_s.X): ...\ntyping.get_type_hints(g)\n",
        "idle_s.py": HEAVY + "class X: pass\n",
        "needed_s.py": HEAVY + "class X: pass\n",
    }
    found = suggested(sources)
    assert {name: each["text"] for name, each in found.items()} == {
        "import idle_s": "only annotations name it: import it below `if TYPE_CHECKING:`"
    }
    assert suggested(sources, knows=False) == {}


def test_annotations_that_are_evaluated_late(suggested: Callable[..., dict[str, Any]]) -> None:
    """From Python 3.14 on they are code of their own, which runs only where they are asked for."""
    sources = {
        "app.py": "import idle_s, needed_s\ndef f(x: idle_s.X): ...\ndef g(x: needed_s.X): ...\ng.__annotations__\n",
        "idle_s.py": HEAVY + "class X: pass\n",
        "needed_s.py": HEAVY + "class X: pass\n",
    }
    assert list(suggested(sources)) == (["import idle_s"] if sys.version_info >= (3, 14) else [])
    assert suggested(sources, knows=False) == {}


def test_installed_code_is_told_of_when_asked_for(suggested: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    """Nobody can change what is installed."""
    sources = {
        "app.py": "import sys\nsys.path.append('site-packages')\nimport installed_s\nprint(installed_s)\n",
        "site-packages/installed_s.py": "import unread_s\n",
        "unread_s.py": HEAVY,
    }
    assert suggested(sources) == {}
    found = suggested(sources, everywhere=True)
    assert found["import unread_s"]["importer"] == "installed_s"


def test_sources_that_cannot_be_read_are_passed_over(suggested: Callable[..., dict[str, Any]]) -> None:
    """What was there when it ran may be gone, or changed, since."""
    sources = {
        "app.py": "import gone_s, spoilt_s\ngone_s, spoilt_s\nimport os\nos.remove(gone_s.__file__)\n"
        "open(spoilt_s.__file__, 'w').write('def (')\nimport unread_s\n",
        "gone_s.py": "import below_s\n",
        "spoilt_s.py": "import below_s\n",
        "below_s.py": HEAVY,
        "unread_s.py": HEAVY,
    }
    assert list(suggested(sources)) == ["import unread_s"]


def test_a_suggestion_as_text() -> None:
    """Where, what, what it costs, and what to do."""
    told = Suggestion("unused", "big", "app", "app.py:3", "import big", 0.25, 3_400_000, 12, "take it out")
    assert str(told) == "app.py:3: import big (250.0 ms, 3.4 MB, 12 modules)\n  → take it out"
    told = told._replace(place="", bytes=None, modules=0)
    assert str(told) == "import big (250.0 ms)\n  → take it out"


# -- sys.path ----------------------------------------------------------------------------------------------------------


def profile(*modules: tuple[str, str]) -> Profile:
    """A profile of modules by name and origin; those without were looked for in vain."""
    made = []
    for name, origin in modules:
        each = ImportProfile(name)
        each.origin = origin
        each.errors = [] if origin else [f"ModuleNotFoundError: No module named {name!r}"]
        made.append(each)
    return Profile(made)


def test_entries_twice_and_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By their real place, and with who put them there."""
    first, second, linked = tmp_path / "first", tmp_path / "second", tmp_path / "linked"
    packages = tmp_path / "site-packages"
    for folder in (first, second, packages):
        folder.mkdir()
    linked.symlink_to(first)
    (packages / "of_mine.pth").write_text(f"import os\n# no\n{linked}\n", encoding="utf-8")
    (tmp_path / "file.txt").write_text("", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "nowhere"))
    library = f"/usr/lib/python{sys.version_info.major}{sys.version_info.minor}.zip"
    entries = [first, tmp_path / "nowhere", linked, second, packages, tmp_path / "file.txt", library]
    found = suggest(Profile(), path=[*map(str, entries)], least_seconds=60)
    assert sorted((each.kind, each.statement, each.place, each.text) for each in found) == sorted(
        [
            ("duplicate", str(tmp_path / "nowhere"), "PYTHONPATH", "it is not there: take it out, or correct it"),
            (
                "duplicate",
                str(tmp_path / "file.txt"),
                "",
                "it is neither a folder nor an archive: take it out, or correct it",
            ),
            (
                "duplicate",
                str(linked),
                f"{packages / 'of_mine.pth'}:3",
                f"it is the same place as {str(first)!r}, which stands before it: take one of them out",
            ),
        ]
    )


def test_misses(tmp_path: Path) -> None:
    """Each entry before the one that has a module is looked into in vain; an archive is one, too."""
    first, second = tmp_path / "first", tmp_path / "second"
    (second / "deep").mkdir(parents=True)
    first.mkdir()
    archive = tmp_path / "third.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("packed.py", "")
    (second / "loose.py").touch()
    (second / "deep" / "__init__.py").touch()
    modules = profile(
        ("loose", str(second / "loose.py")),
        ("deep", str(second / "deep" / "__init__.py")),
        ("deep.part", str(second / "deep" / "part.py")),
        ("packed", str(archive / "packed.py")),
        ("absent", ""),
        ("sys", "built-in"),
    )
    looked = look_at_path([str(first), str(second), str(archive)], modules)
    assert [(each.state, each.names, each.misses) for each in looked] == [
        ("folder", 0, 4),
        ("folder", 2, 2),
        ("archive", 1, 1),
    ]
    assert all(each.listing > 0 for each in looked)


def test_slow_entries(tmp_path: Path) -> None:
    """By what listing them takes, and by how often they are looked into in vain."""
    large, small = tmp_path / "large", tmp_path / "small"
    large.mkdir()
    small.mkdir()
    # Four times a clock is read for each: around the question whether it is there, and around the list.
    ticks = itertools.accumulate([0.0, 0.001, 0.0, 0.2, 0.0, 0.001, 0.0, 0.002])
    looked = look_at_path([str(large), str(small)], profile(("absent", ""), ("void", "")), clock=lambda: next(ticks))
    assert [(round(each.listing, 6), round(each.stat, 6)) for each in looked] == [(0.2, 0.001), (0.002, 0.001)]
    assert [round(each.seconds, 6) for each in looked] == [0.202, 0.004]


def test_a_slow_entry_is_told(tmp_path: Path) -> None:
    """With what is slow about it."""
    for number in range(3):
        (tmp_path / str(number)).touch()
    (told,) = suggest(profile(("absent", "")), path=[str(tmp_path)], least_seconds=0.0)
    assert (told.kind, told.statement, told.module) == ("slow-path", str(tmp_path), "")
    assert told.seconds > 0
    assert told.text.startswith("listing its 3 names takes ")
    assert "1 module was looked for in it in vain" in told.text

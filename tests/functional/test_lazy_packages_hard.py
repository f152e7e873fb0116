"""Lazy packages where it is hard: names that lead to submodules, circles, shadowing, helpers, lookers, threads."""

from __future__ import annotations

import importlib
import inspect
import os
import pydoc
import sys
import unicodedata
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

import load
from load.errors import AttributeNotFound, ImportFailed, ResolveError, SourceError
from tests.functional.test_lazy_packages import ATTACH, Made
from tests.support.environments import Python


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on `sys.path`."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def child_of(child: Python, folder: Path, code: str, **environ: str) -> str:
    """What a fresh process prints that finds packages in a folder."""
    paths = os.pathsep.join([str(child.environ["PYTHONPATH"]), str(folder)])
    return child.run(code, env={"PYTHONPATH": paths, **environ}).check().stdout


def write_shared(folder: Path) -> None:
    """A package with a function of the name of its module."""
    for name, text in {"__init__.py": f"{ATTACH}[], {{'area': ['area']}})\n", "area.py": "def area(): pass\n"}.items():
        path = folder / "shared" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


# -- what a name leads to ----------------------------------------------------------------------------------------------


def test_a_submodule_of_another_package(folder: Path) -> None:
    """As `from other.package import submodule` gives it, imported by somebody or not."""
    elsewhere = Made(folder, "", {"leaf.py": "x = 1\n", "failing.py": "import nothing_of_that_name\n"})
    entries = f"{{'leaf': '{elsewhere.name}:leaf', 'more': '.sub:more', 'bad': '{elsewhere.name}:failing'}}"
    package = Made(folder, f"{ATTACH}[], {entries})\n").imported()
    assert package.leaf is sys.modules[f"{elsewhere.name}.leaf"]
    assert package.more.thing() == "thing"
    with pytest.raises(ResolveError, match="needs 'nothing_of_that_name'"):
        _ = package.bad


def test_what_is_not_in_an_attribute(folder: Path) -> None:
    """A path into a class, and a hook of the target's own that says so: each is no such attribute."""
    files = {
        "hooked.py": "def __getattr__(name): raise AttributeError(f'nothing here: {name}')\n",
        "faulty.py": "def __getattr__(name): return name.nothing\n",
    }
    entries = "{'a': '.shapes:Circle.nope', 'hooked': ['b'], 'faulty': ['c']}"
    package = Made(folder, f"{ATTACH}[], {entries})\n", files).imported()
    with pytest.raises(AttributeNotFound, match="'Circle' has no attribute 'nope'"):
        _ = package.a
    with pytest.raises(AttributeNotFound, match="has no attribute 'b'"):
        _ = package.b
    with pytest.raises(ImportFailed, match="'str' object has no attribute 'nothing'"):
        _ = package.c


@pytest.mark.parametrize(
    "entries",
    ["{'x': '%s:x'}", "{'x': '.:x'}", "{'x': '.:y', 'y': '.:x'}", "{'x': '.:y', 'y': '.:z', 'z': '.:y.attribute'}"],
)
def test_a_name_that_stands_for_itself(folder: Path, entries: str) -> None:
    """Directly or in a circle: told where it is declared."""
    made = Made(folder, "")
    entries = entries.replace("%s", made.name)
    (made.folder / "__init__.py").write_text(f"{ATTACH}[], {entries})\n", encoding="utf-8")
    with pytest.raises(SourceError, match="stands for itself") as caught:
        made.imported()
    assert f"declared in {made.folder / '__init__.py'}:2" in str(caught.value)


def test_an_alias_of_a_name_of_the_package(folder: Path) -> None:
    """That is not a circle."""
    package = Made(folder, f"{ATTACH}[], {{'shapes': ['Circle'], 'Round': '.:Circle'}})\n").imported()
    assert package.Round is package.Circle


def test_names_are_known_in_their_normal_form(folder: Path) -> None:
    """As Python knows identifiers (PEP 3131)."""
    made = Made(
        folder, f"{ATTACH}[], {{'letters': ['ﬁle', 'größe'], 'plain': ['x']}})\n", {"letters.py": "ﬁle = größe = 1\n"}
    )
    package = made.imported()
    assert package.__all__ == ["file", unicodedata.normalize("NFKC", "größe"), "x"]
    assert package.ﬁle == package.file == package.größe == 1


# -- circles -----------------------------------------------------------------------------------------------------------


def test_a_module_of_the_same_name_that_the_target_imports(folder: Path) -> None:
    """`core` takes the module `area` from the package while it defines the function `area`."""
    files = {"core.py": "from . import area as _area\ndef area(): return _area.other\nmore = 2\n"}
    package = Made(folder, f"{ATTACH}[], {{'core': ['area', 'more']}})\n", files).imported()
    assert package.more == 2
    assert package.area() == 1


def test_a_true_circle_says_so(folder: Path) -> None:
    """And not that the declaration is wrong."""
    files = {"a.py": "from . import B\nclass A: pass\n", "b.py": "from . import A\nclass B: pass\n"}
    package = Made(folder, f"{ATTACH}[], {{'a': ['A'], 'b': ['B']}})\n", files).imported()
    with pytest.raises(ImportError, match=r"circular import|cannot import name") as caught:
        _ = package.A
    assert "correct the declaration" not in str(caught.value)
    files = {"a.py": "import sys\nPACKAGE = sys.modules[__package__]\nx = PACKAGE.A\nclass A: pass\n"}
    package = Made(folder, f"{ATTACH}[], {{'a': ['A']}})\n", files).imported()
    with pytest.raises(ImportFailed, match="circular import"):
        _ = package.A


# -- names that modules have, too --------------------------------------------------------------------------------------


def test_the_import_of_a_module_does_not_resolve_its_own_lazy_names(folder: Path) -> None:
    """A subpackage that is lazy itself: what it would have to import for the name is left alone."""
    files = {
        "area/__init__.py": f"{ATTACH}[], {{'impl': ['area'], 'y': ['y']}})\n",
        "area/impl.py": "import nothing_of_that_name\n",
        "area/y.py": "y = 1\n",
        "b.py": "x = 1\n",
    }
    made = Made(folder, f"{ATTACH}[], {{'area': ['area'], 'b': ['x']}})\n", files)
    (made.folder / "area.py").unlink()
    made.imported()
    assert importlib.import_module(f"{made.name}.area.y").y == 1
    assert f"{made.name}.area.impl" not in sys.modules
    with pytest.raises(ResolveError, match="nothing_of_that_name"):
        _ = made.imported().area


def test_a_wrong_name_stays_wrong(folder: Path) -> None:
    """Its error each time, and never the module; an attribute that is None is None."""
    package = Made(
        folder, f"{ATTACH}[], {{'area': ['area'], 'b': ['b']}})\n", {"area.py": "aria = 1\n", "b.py": "b = None\n"}
    ).imported()
    for _ in range(3):
        with pytest.raises(AttributeNotFound, match="did you mean 'aria'"):
            _ = package.area
    assert package.b is None
    assert package.b is None


def test_threads_that_use_and_import_it(child: Python, folder: Path) -> None:
    """Whoever binds it last, it is the function; the guard does not go while a module is still to be bound."""
    write_shared(folder)
    code = """
        import importlib, sys, threading
        sys.setswitchinterval(1e-6)
        errors, wrong = [], 0
        for _ in range(300):
            for name in [name for name in sys.modules if name.partition(".")[0] == "shared"]:
                del sys.modules[name]
            import shared
            barrier = threading.Barrier(8)
            def use():
                barrier.wait()
                try:
                    shared.area
                except BaseException as error:
                    errors.append(repr(error))
            def load_it():
                barrier.wait()
                try:
                    importlib.import_module("shared.area")
                except BaseException as error:
                    errors.append(repr(error))
            threads = [threading.Thread(target=each) for each in (use, load_it) * 4]
            [each.start() for each in threads]; [each.join() for each in threads]
            wrong += type(shared.area).__name__ != "function"
        print(errors[:1], wrong, type(shared).__name__)
    """
    assert child_of(child, folder, code) == "[] 0 module\n"


def test_a_module_that_is_bound_late(child: Python, folder: Path) -> None:
    """One thread resolves the last name while another has run the module's body and not bound it yet."""
    write_shared(folder)
    code = """
        import sys, threading, shared
        ran, go_on = threading.Event(), threading.Event()
        def trace(frame, event, argument):
            if frame.f_code.co_name != "_load_unlocked":
                return None
            def inside(frame, event, argument):
                if event == "return" and frame.f_locals["spec"].name == "shared.area":
                    sys.settrace(None)
                    ran.set()
                    go_on.wait(30)
                return inside
            return inside
        def work():
            sys.settrace(trace)
            import shared.area
        thread = threading.Thread(target=work)
        thread.start()
        ran.wait(30)
        print(type(shared.area).__name__)
        go_on.set()
        thread.join()
        print(type(shared.area).__name__, type(shared).__name__)
    """
    assert child_of(child, folder, code) == "function\nfunction module\n"


# -- how it is declared ------------------------------------------------------------------------------------------------


def test_declared_by_a_function_of_the_package(folder: Path) -> None:
    """The names are the package's, wherever the function lies."""
    files = {
        "_util.py": "import json\nimport load\ndef declare(name, entries): return load.attach(name, (), entries)\n"
    }
    body = "from . import _util\n__getattr__, __dir__, __all__ = _util.declare(__name__, {'json': '.shapes:Circle'})\n"
    made = Made(folder, body, files)
    package = made.imported()
    assert package.json.__name__ == "Circle"
    assert vars(package)["json"] is package.json
    assert sys.modules[f"{made.name}._util"].json.__name__ == "json"
    assert "__getattr__" not in vars(package)


@pytest.mark.parametrize(
    "call",
    [
        "'plots'",
        "['plots', 3]",
        "{'m': ['a']}, {'n': ['b']}",
        "None, {'m': 5}",
        "(), ['m']",
        "(), {'m': ['a as ']}",
        "(), {'m': [3]}",
        "(), {3: ['a']}",
        "(), {'m': ['a b']}",
        "(), {'a b': ['m']}",
        "(), {'x': '..beyond.the:top'}",
        "(), {'x': 'a..b'}",
    ],
)
def test_what_cannot_be_declared(folder: Path, call: str) -> None:
    """A typed error with the place; the package is not half there."""
    made = Made(folder, f"{ATTACH}{call})\n")
    with pytest.raises(SourceError, match="declared in") as caught:
        made.imported()
    assert f"{made.folder / '__init__.py'}:2" in str(caught.value)
    assert made.name not in sys.modules


def test_a_package_that_is_none() -> None:
    """The first argument is the package's name."""
    for name in (None, "nothing_of_that_name", 3):
        with pytest.raises(SourceError, match="is not a package that is being imported"):
            load.attach(name, ["a"])  # type: ignore[arg-type]


def test_what_the_package_defines_itself_survives_a_reload(folder: Path) -> None:
    """Only what came of lazy names is looked up anew."""
    body = f"{ATTACH}[], {{'shapes': ['Circle'], 'area': ['helper']}})\ndef helper(): return 'own'\n"
    made = Made(folder, body)
    package = made.imported()
    before = package.Circle
    assert package.helper() == "own"
    del sys.modules[f"{made.name}.shapes"]
    importlib.reload(package)
    assert package.helper() == "own"
    assert package.Circle is not before


# -- what is missing ---------------------------------------------------------------------------------------------------


def test_a_wrong_module_of_what_is_there_is_not_called_missing(folder: Path) -> None:
    """Nothing would be gained by installing it."""
    files = {"typo.py": "import json.nothing_here\n", "other.py": "import pytest.nothing_here\n"}
    for missing in ("raise", "none", "warn"):
        made = Made(
            folder, f"{ATTACH}[], {{'typo': ['x'], 'other': ['y'], 'z': 'json.nope'}}, missing='{missing}')\n", files
        )
        package = made.imported()
        for name, module in {"x": "json.nothing_here", "y": "pytest.nothing_here", "z": "json.nope"}.items():
            with pytest.raises(ModuleNotFoundError, match=module) as caught:
                getattr(package, name)
            assert not isinstance(caught.value, ResolveError)
            assert any(f"declared in {made.folder}" in note for note in caught.value.__notes__)


def test_who_looks_at_everything_is_not_stopped(folder: Path) -> None:
    """A name whose dependency is not installed is none to inspect, pydoc and mock; to others it is an ImportError."""
    package = Made(folder, f"{ATTACH}[], {{'shapes': ['Circle'], 'heavy': ['Model']}})\n").imported()
    assert "Circle" in dict(inspect.getmembers(package))
    assert "Model" not in dict(inspect.getmembers(package))
    assert "Circle" in pydoc.render_doc(package)
    assert mock.create_autospec(package).Circle
    for use in (lambda: package.Model, lambda: getattr(package, "Model", None), lambda: hasattr(package, "Model")):
        with pytest.raises(ResolveError, match="pip install nothing-of-that-name"):
            use()
    with pytest.raises(ImportError, match="nothing_of_that_name"):
        exec(f"from {package.__name__} import *", {})


@pytest.mark.parametrize("value", ["1", " true ", "all", "*", "eager_one", "other, eager_one", "EAGER_ONE"])
def test_everything_at_once(child: Python, folder: Path, value: str) -> None:
    """Whatever is missing stays lazy; a wrong declaration shows."""
    package = folder / "eager_one"
    package.mkdir()
    for name, text in {
        "__init__.py": f"{ATTACH}[], {{'part': ['x'], 'heavy': ['y']}})\n",
        "part.py": "x = 1\n",
        "heavy.py": "import nothing_of_that_name\n",
    }.items():
        (package / name).write_text(text, encoding="utf-8")
    code = "import sys, eager_one\nprint('eager_one.part' in sys.modules, hasattr(type(eager_one), 'x'), eager_one.x)"
    assert child_of(child, folder, code, LOAD_EAGER=value) == "True False 1\n"
    (package / "part.py").write_text("another = 1\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="has no attribute 'x'"):
        child_of(child, folder, code, LOAD_EAGER=value)


def test_the_package_can_be_used_while_it_is_declared_again(folder: Path) -> None:
    """At a reload the hook is there before names go."""
    made = Made(folder, f"{ATTACH}[], {{'shapes': ['Circle']}})\n")
    package: Any = made.imported()
    assert package.Circle
    assert "__getattr__" not in vars(package)
    importlib.reload(package)
    assert package.Circle.__name__ == "Circle"

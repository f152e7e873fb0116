"""Modules that run again: what their sources do to themselves while they do, and what is left when they fail."""

from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from load.errors import ReloadError
from load.imports import ImportCache, ImportOptimizer


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on `sys.path`, whose modules are gone afterwards."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def write(folder: Path, name: str, text: str) -> None:
    """A module."""
    (folder / f"{name}.py").write_text(text, encoding="utf-8")
    importlib.invalidate_caches()


def loaded(folder: Path, name: str, text: str) -> Any:
    """A module, imported."""
    write(folder, name, text)
    return importlib.import_module(name)


def failed(folder: Path, name: str, text: str) -> str:
    """What is said when a module's new source fails, which begins with what it is about."""
    write(folder, name, text)
    with pytest.raises(ReloadError) as caught:
        ImportCache().reload(name)
    assert caught.value.rolled_back == (name,)
    return caught.value.message


# -- a source that fails -----------------------------------------------------------------------------------------------


def test_annotations(folder: Path) -> None:
    """Are what they were; and of the new source alone where it does not fail."""
    module = loaded(folder, "notes_r", "x: int = 1\n")
    assert module.__annotations__ == {"x": int}
    kept = module.__annotations__
    failed(folder, "notes_r", "x: str = 2\ny: str = 'a'\n1 / 0\n")
    assert (module.__annotations__, module.x, hasattr(module, "y")) == ({"x": int}, 1, False)
    assert module.__annotations__ is kept
    write(folder, "notes_r", "y: str = 'a'\n")
    ImportCache().reload("notes_r")
    assert module.__annotations__ == {"y": str}
    write(folder, "notes_r", "if True:\n    z: int = 1\n")
    ImportCache().reload("notes_r")
    assert module.__annotations__ == {"z": int}
    write(folder, "notes_r", "z = 1\n")
    ImportCache().reload("notes_r")
    assert module.__annotations__ == {}


def test_warnings_are_told_again(folder: Path) -> None:
    """What a failed source warned of is no reason to be silent about it later."""
    text = "import warnings\nwarnings.warn('old', UserWarning)\n"
    module = loaded(folder, "warns_r", "__warningregistry__ = {'mine': 1}\n")
    with pytest.warns(UserWarning, match="old"):
        failed(folder, "warns_r", f"{text}1 / 0\n")
    assert module.__warningregistry__ == {"mine": 1}


@pytest.mark.parametrize(
    "deed", ["sys.modules[__name__] = object()", "del sys.modules[__name__]", "sys.modules[__name__] = None"]
)
def test_its_place_among_the_modules(folder: Path, deed: str) -> None:
    """Is its own again, under all its names."""
    module = loaded(folder, "place_r", "x = 1\n")
    sys.modules["place_r_too"] = module
    failed(folder, "place_r", f"import sys\n{deed}\nsys.modules.pop('place_r_too')\n1 / 0\n")
    assert (sys.modules["place_r"], sys.modules["place_r_too"]) == (module, module)


def test_its_class(folder: Path) -> None:
    """Is the one it had, also where that lets nobody set anything."""
    text = """
import sys, types
class Own(types.ModuleType):
    x = property(lambda self: 1)
    def __setattr__(self, name, value):
        raise TypeError(name)
object.__setattr__(sys.modules[__name__], "__class__", Own)
"""
    module = loaded(folder, "class_r", text)
    own = type(module)
    change = "import sys, types\nobject.__setattr__(sys.modules[__name__], '__class__', {})\n1 / 0\n"
    for other in ("types.ModuleType", "type('Other', (types.ModuleType,), {'__setattr__': None})"):
        failed(folder, "class_r", change.format(other))
        assert type(module) is own
        assert module.x == 1


def test_the_path_of_a_package(folder: Path) -> None:
    """Is what it was; what it imported for the first time stays bound, as Python would never bind it again."""
    (folder / "pack_r").mkdir()
    write(folder / "pack_r", "__init__", "")
    write(folder / "pack_r", "old", "")
    write(folder / "pack_r", "new", "x = 5\n")
    module = importlib.import_module("pack_r")
    old = importlib.import_module("pack_r.old")
    path = module.__path__
    write(
        folder / "pack_r",
        "__init__",
        "import sys\n__path__.append('elsewhere')\nfrom . import new\n"
        "del sys.modules['pack_r.old']\nfrom . import old\n"
        "globals().clear()\n1 / 0\n",
    )
    with pytest.raises(ReloadError, match="'pack_r' failed"):
        ImportCache().reload("pack_r")
    assert module.__path__ is path
    assert path == [str(folder / "pack_r")]
    assert (sys.modules["pack_r.old"], module.old) == (old, old)
    assert module.new is importlib.import_module("pack_r.new")


def test_what_it_did_to_another(folder: Path) -> None:
    """Modules that were to run after it are what they were."""
    base = loaded(folder, "first_r", "x = 1\n")
    user = loaded(folder, "second_r", "import first_r\n")
    write(folder, "first_r", "import second_r\nsecond_r.added = 1\n1 / 0\n")
    with pytest.raises(ReloadError) as caught:
        ImportOptimizer().reload_dependencies("first_r")
    assert caught.value.rolled_back == ("first_r",)
    assert (base.x, hasattr(user, "added"), hasattr(base, "second_r")) == (1, False, False)


def test_an_error_without_a_text(folder: Path) -> None:
    """Is told by its class."""
    module = loaded(folder, "error_r", "x = 1\n")
    said = failed(folder, "error_r", "class E(Exception):\n    def __str__(self):\n        1 / 0\nx = 2\nraise E\n")
    assert said == "'error_r' failed when its source ran again: E: <its text raised ZeroDivisionError>"
    assert module.x == 1


@pytest.mark.parametrize("error", ["SystemExit(3)", "KeyboardInterrupt"])
def test_what_is_no_error(folder: Path, error: str) -> None:
    """Goes on as it is, and the module is what it was."""
    module = loaded(folder, "exits_r", "x = 1\n")
    write(folder, "exits_r", f"x = 2\nraise {error}\n")
    with pytest.raises((SystemExit, KeyboardInterrupt)):
        ImportCache().reload("exits_r")
    assert module.x == 1


@pytest.mark.parametrize("text", ["x = (\n", "x = " + "-" * 100_000 + "1\n", "x = '\0'\n"])
def test_what_cannot_be_compiled(folder: Path, text: str) -> None:
    """Is refused, whatever the compiler raises, before anything ran."""
    module = loaded(folder, "deep_r", "x = 1\n")
    user = loaded(folder, "deep_user_r", "import deep_r\nruns = []\n")
    write(folder, "deep_r", text)
    with pytest.raises(ReloadError, match=r"'deep_r' cannot be compiled: .") as caught:
        ImportOptimizer().reload_dependencies("deep_r")
    assert caught.value.rolled_back == ()
    assert (module.x, user.runs) == (1, [])


# -- a source that does not fail ---------------------------------------------------------------------------------------


def test_one_that_takes_itself_out(folder: Path) -> None:
    """Fails, as it does when it is imported, and with it all that ran before."""
    base = loaded(folder, "base_r", "x = 1\n")
    gone = loaded(folder, "gone_r", "import base_r\n")
    write(folder, "base_r", "x = 2\n")
    write(folder, "gone_r", "import base_r, sys\ndel sys.modules[__name__]\n")
    with pytest.raises(ReloadError, match=r"'gone_r' failed .*: ImportError: it took itself out of sys\.modules"):
        ImportOptimizer().reload_dependencies("base_r")
    assert (base.x, sys.modules["gone_r"]) == (1, gone)


def test_one_that_puts_something_in_its_place(folder: Path) -> None:
    """May: that is what is given then, and whether its file changes is known on."""
    loaded(folder, "swap_r", "")
    loaded(folder, "swap_user_r", "import swap_r\n")
    text = "import sys\nclass P:\n    x = 5\nsys.modules[__name__] = P()\n"
    write(folder, "swap_r", text)
    optimizer = ImportOptimizer()
    assert optimizer.reload_dependencies("swap_r") == ["swap_r", "swap_user_r"]
    stands: Any = sys.modules["swap_r"]
    assert stands.x == 5
    assert sys.modules["swap_user_r"].swap_r is stands
    assert optimizer.cache.get("swap_r") is stands
    write(folder, "swap_r", f"{text}# edited\n")
    assert optimizer.cache.changed() == ["swap_r"]
    with pytest.raises(ReloadError, match="'swap_r' is no module, but a 'P' in its place"):
        optimizer.reload_module("swap_r")


def test_one_of_two_names(folder: Path) -> None:
    """Runs once, and is unchanged under both."""
    module = loaded(folder, "twice_r", "import sys\nsys.ran_r = getattr(sys, 'ran_r', 0) + 1\n")
    sys.modules["alias_r"] = module
    cache = ImportCache()
    cache.set("twice_r", module)
    cache.set("alias_r", module)
    write(folder, "twice_r", "import sys\nsys.ran_r += 1\n")
    assert cache.changed() == ["twice_r", "alias_r"]
    try:
        assert cache.reload_all(["alias_r", "twice_r"]) == ["alias_r"]
        assert sys.ran_r == 2  # type: ignore[attr-defined]
    finally:
        del sys.ran_r  # type: ignore[attr-defined]
    assert cache.changed() == []


def test_new_imports_count(folder: Path) -> None:
    """What depends on a module is told from the sources that ran last."""
    loaded(folder, "low_r", "x = 1\n")
    loaded(folder, "high_r", "x = 1\n")
    optimizer = ImportOptimizer()
    assert optimizer.reload_dependencies("low_r") == ["low_r"]
    write(folder, "high_r", "import low_r\n")
    optimizer.reload_module("high_r")
    assert optimizer.reload_dependencies("low_r") == ["low_r", "high_r"]


def test_an_edit_while_it_runs(folder: Path) -> None:
    """Is one: what ran is what was read before."""
    loaded(folder, "edit_r", "")
    cache = ImportCache()
    write(folder, "edit_r", "with open(__file__, 'a') as file:\n    file.write('# more')\n")
    cache.reload("edit_r")
    assert cache.changed() == ["edit_r"]


def test_the_program_under_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does not run again either."""
    main = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", main)
    monkeypatch.setitem(sys.modules, "app_r", main)
    with pytest.raises(ReloadError, match="'app_r' is the program itself"):
        ImportCache().reload("app_r")

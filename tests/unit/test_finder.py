"""Import statements with the `load.` prefix, and the finder behind them."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import load
from load import errors


@pytest.fixture(autouse=True)
def _isolated() -> Iterator[None]:
    """What a test loads and binds goes again."""
    with load.testing.isolated():
        yield


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on `sys.path` with a package `tower` that counts how often its parts run."""
    monkeypatch.syspath_prepend(str(tmp_path))
    package = tmp_path / "tower"
    (package / "inner").mkdir(parents=True)
    runs = "import sys; sys.__dict__.setdefault('tower_runs', []).append(__name__)\n"
    (package / "__init__.py").write_text(runs + "height = 3\n", encoding="utf-8")
    (package / "floor.py").write_text(runs + "class Room: pass\n", encoding="utf-8")
    (package / "inner" / "__init__.py").write_text(runs, encoding="utf-8")
    (package / "inner" / "leaf.py").write_text(runs + "green = True\n", encoding="utf-8")
    monkeypatch.setattr(sys, "tower_runs", [], raising=False)
    return tmp_path


def ran() -> list[str]:
    """The parts of `tower` that ran, in order."""
    return list(sys.tower_runs)  # type: ignore[attr-defined]


def execute(statement: str) -> dict[str, Any]:
    """Run a statement as a script's, and give what it bound."""
    namespace: dict[str, Any] = {}
    exec(compile(statement, "script.py", "exec"), namespace)
    del namespace["__builtins__"]
    return namespace


STATEMENTS = {
    "import load.tower": ("load", "tower"),
    "import load.tower as t": ("t", ""),
    "from load import tower": ("tower", ""),
    "from load import tower as t": ("t", ""),
    "import load.tower.floor": ("load", "tower.floor"),
    "import load.tower.floor as f": ("f", "floor"),
    "from load.tower import floor": ("floor", "floor"),
    "from load.tower import floor as f": ("f", "floor"),
    "from load.tower.floor import Room": ("Room", "floor.Room"),
    "from load.tower import height": ("height", "height"),
    "import load.tower.inner.leaf as leaf": ("leaf", "inner.leaf"),
    "from load.tower.inner import leaf": ("leaf", "inner.leaf"),
    "from load.tower.inner.leaf import green": ("green", "inner.leaf.green"),
    "import importlib; m = importlib.import_module('load.tower.inner'); del importlib": ("m", "inner"),
    "m = __import__('load.tower.inner', fromlist=['leaf'])": ("m", "inner"),
}


@pytest.mark.parametrize(("statement", "bound"), STATEMENTS.items(), ids=STATEMENTS)
def test_an_import_statement_gives_the_real_thing(modules: Path, statement: str, bound: tuple[str, str]) -> None:
    """Each form binds what it says, and it is the module itself and not a second one."""
    name, path = bound
    namespace = execute(statement)
    assert list(namespace) == [name]
    real: Any = sys.modules["tower"]
    if name == "load":
        assert namespace["load"] is load
        assert load.tower is real
        path = path.removeprefix("tower").removeprefix(".")
    for part in filter(None, path.split(".")):
        real = getattr(real, part)
    if name != "load":
        assert namespace[name] is real


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_real_module_is_untouched_and_runs_once(modules: Path, statement: str) -> None:
    """Under whatever names it is imported, before and after: one run, and `__spec__` and the like are its own."""
    execute(statement)
    for other in STATEMENTS:
        execute(other)
    execute("import tower.floor, tower.inner.leaf")
    assert sorted(ran()) == ["tower", "tower.floor", "tower.inner", "tower.inner.leaf"]
    for name in ran():
        module = sys.modules[name]
        assert sys.modules[f"load.{name}"] is module
        assert module.__spec__ is not None
        assert module.__name__ == module.__spec__.name == name
        assert module.__loader__ is module.__spec__.loader
        assert type(module.__loader__).__name__ == "SourceFileLoader"
        assert module.__spec__.origin == module.__file__
        assert module.__package__ in (name, name.rpartition(".")[0])
        assert not getattr(module.__spec__, "_initializing", False)


def test_a_module_that_is_loaded_already_is_taken(modules: Path) -> None:
    """The plain import came first; nothing runs again."""
    execute("import tower.floor")
    assert execute("from load.tower import floor")["floor"] is sys.modules["tower.floor"]
    assert ran() == ["tower", "tower.floor"]


def test_the_facade_binds_the_top_level_name_only(modules: Path) -> None:
    """`import load.tower.floor` binds `load.tower`, as import statements do."""
    execute("import load.tower.floor")
    assert vars(load)["tower"] is sys.modules["tower"]
    assert "floor" not in vars(load)


def test_below_an_alias_the_real_name_is_used() -> None:
    """`load.tint.x` is a submodule of what the alias stands for, and no other package is looked for."""
    load.alias("markup", "xml")
    namespace = execute("import load.markup.dom.minidom as m; from load.markup.etree import ElementTree")
    assert namespace["m"] is sys.modules["xml.dom.minidom"]
    assert namespace["ElementTree"] is sys.modules["xml.etree.ElementTree"]
    assert not [name for name in sys.modules if name.startswith("markup")]


def test_a_module_that_is_no_package_brings_its_children() -> None:
    """`os.path` is found below `load.os`, as it is below `os`."""
    namespace = execute("from load.os.path import join; import load.os.path as p")
    assert namespace["p"] is sys.modules["os.path"]
    assert namespace["join"] is sys.modules["os.path"].join


def test_a_function_that_is_called_like_its_module_stays(modules: Path) -> None:
    """A package may put a function over its submodule: an import of the submodule through `load` leaves it there."""
    (modules / "shadow").mkdir()
    (modules / "shadow" / "__init__.py").write_text("from shadow.cast import cast\n", encoding="utf-8")
    (modules / "shadow" / "cast.py").write_text("def cast(): return 'cast'\nother = 1\n", encoding="utf-8")
    namespace = execute("import shadow, load.shadow.cast; from load.shadow.cast import other, cast as function")
    assert namespace["shadow"].cast() == "cast"
    assert namespace["function"] is namespace["shadow"].cast
    assert sys.modules["load.shadow"] is sys.modules["shadow"]
    assert sys.modules["load.shadow.cast"] is sys.modules["shadow.cast"]


def test_a_missing_module_reads_well() -> None:
    """Not "cannot import name ... (unknown location)", but the Resolver's own error, with the name that was written."""
    for statement in ("from load import surely_no_such", "import load.surely_no_such", "import load.surely_no_such.x"):
        with pytest.raises(ModuleNotFoundError) as caught:
            execute(statement)
        assert isinstance(caught.value, errors.LoadError)
        assert str(caught.value).startswith("'surely_no_such' is not installed")
        assert caught.value.name in ("surely_no_such", "surely_no_such.x")


def test_a_missing_submodule_reads_well(modules: Path) -> None:
    """The package is there, the module in it is not."""
    with pytest.raises(ModuleNotFoundError, match="has no module 'cellar'"):
        execute("import load.tower.cellar")
    with pytest.raises(ImportError, match="cannot import name 'cellar' from 'tower'"):
        execute("from load.tower import cellar")
    assert "load.tower" in sys.modules
    assert not [name for name in sys.modules if "cellar" in name]


@pytest.mark.parametrize("statement", ["from load import {}", "import load.{}", "import load.{}.deeper", "load.{}"])
@pytest.mark.parametrize("body", [None, "raise KeyError('within')", "import surely_no_such", "1 +"])
def test_a_failure_leaves_nothing_behind(modules: Path, statement: str, body: str | None) -> None:
    """Missing, failing, failing in what it imports itself, not even Python: no half of it stays under any name."""
    if body is not None:
        (modules / "rubble.py").write_text(body, encoding="utf-8")
    for _ in range(2):
        with pytest.raises((ImportError, KeyError, SyntaxError)):
            exec(statement.format("rubble"), {"load": load})
        assert not [name for name in sys.modules if "rubble" in name]
        assert "rubble" not in vars(load)


def test_what_was_missing_is_found_once_it_is_there(modules: Path) -> None:
    """No failure is kept."""
    with pytest.raises(ImportError):
        execute("from load import late")
    (modules / "late.py").write_text("came = True", encoding="utf-8")
    importlib.invalidate_caches()
    assert execute("from load import late")["late"].came


@pytest.mark.parametrize("name", ["alias", "why", "load", "LoadModule"])
def test_an_own_function_is_no_module(name: str) -> None:
    """`import load.alias` says how to have it; `from load import alias` has it."""
    with pytest.raises(errors.ResolveError, match=f'write "from load import {name}"'):
        execute(f"import load.{name}")
    with pytest.raises(errors.ResolveError, match="and no module"):
        execute(f"import load.{name}.deeper")
    assert execute(f"from load import {name}")[name] is getattr(load, name)


def test_own_submodules_are_found_as_ever() -> None:
    """Public and private ones are ordinary modules of the package."""
    namespace = execute("import load.errors as e, load._api as a; from load import testing; import load.__main__ as m")
    assert namespace["e"] is errors
    assert namespace["a"].__spec__.name == "load._api"
    assert namespace["m"].__file__.endswith("__main__.py")


@pytest.mark.parametrize("name", ["_surely_no_such", "errors.no_such", "__no_such__"])
def test_private_names_are_never_asked_for(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What begins with an underscore is looked for in the package itself, and nowhere else."""
    monkeypatch.setattr("load._resolve.resolve_name", None)
    with pytest.raises(ModuleNotFoundError, match="No module named 'load"):
        execute(f"import load.{name}")


def test_a_star_import_gives_the_api_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """`from load import *` binds `__all__` and asks nobody."""
    monkeypatch.setattr("load._resolve.resolve_name", None)
    assert set(execute("from load import *")) == set(load.__all__)


def test_a_star_import_of_a_module(modules: Path) -> None:
    """`from load.json import *` is what it is without the prefix."""
    assert set(execute("from load.json import *")) == set(sys.modules["json"].__all__)


# -- find_spec ---------------------------------------------------------------------------------------------------------


def test_find_spec_describes_and_imports_nothing(modules: Path) -> None:
    """The spec says where the module would come from."""
    spec = importlib.util.find_spec("load.tower")
    assert spec is not None
    assert spec.name == "load.tower"
    assert spec.origin == str(modules / "tower" / "__init__.py")
    assert spec.submodule_search_locations == [str(modules / "tower")]
    assert ran() == []
    assert "load.tower" not in sys.modules


def test_a_spec_is_a_promise() -> None:
    """For what would have to be installed, and for own functions, there is none: it can tell what is there."""
    assert importlib.util.find_spec("load.cupy") is None
    assert importlib.util.find_spec("load.surely_no_such") is None
    assert importlib.util.find_spec("load.alias") is None
    assert importlib.util.find_spec("load.surely_no_such") is None
    with pytest.raises(ModuleNotFoundError):
        importlib.util.find_spec("load.surely_no_such.part")


def test_a_described_module_can_be_loaded(modules: Path) -> None:
    """`module_from_spec` and `exec_module`, as documented for specs, lead to the real module in `sys.modules`."""
    spec = importlib.util.find_spec("load.tower")
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
    assert sys.modules["load.tower"] is sys.modules["tower"]


def test_find_spec_of_a_submodule_imports_its_parent_as_ever(modules: Path) -> None:
    """That is how `importlib.util.find_spec` is."""
    spec = importlib.util.find_spec("load.tower.floor")
    assert spec is not None
    assert spec.origin == str(modules / "tower" / "floor.py")
    assert ran() == ["tower"]


def test_walking_the_package_finds_its_own_modules(modules: Path) -> None:
    """`pkgutil` sees the files of `load`, and nothing else."""
    found = {each.name for each in pkgutil.walk_packages(load.__path__, "load.")}
    assert {"load.errors", "load._facade.prefix", "load.testing"} <= found
    assert ran() == []


def test_the_finder_leaves_other_imports_alone(modules: Path) -> None:
    """A name without the prefix is none of its business, however it looks."""
    (modules / "loader_like.py").write_text("", encoding="utf-8")
    (modules / "loads").mkdir()
    (modules / "loads" / "tower.py").write_text("own = 1", encoding="utf-8")
    assert execute("import loader_like, loads.tower as t")["t"].own == 1


def test_another_finder_may_stand_before_it(modules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A finder that passes questions on, as import hooks do, sees the same imports work."""

    class Passing:
        def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
            for finder in sys.meta_path:
                if finder is not self:
                    spec = finder.find_spec(name, path, target)
                    if spec is not None:
                        return spec
            return None

    monkeypatch.setattr(sys, "meta_path", [Passing(), *sys.meta_path])
    assert execute("from load.tower.inner import leaf")["leaf"] is sys.modules["tower.inner.leaf"]
    with pytest.raises(errors.LoadError):
        execute("from load import surely_no_such")
    assert importlib.util.find_spec("load.surely_no_such") is None


MEMBERS = {
    "import load.google.cloud.storage": ["google.cloud.storage"],
    "from load.google.cloud import storage, bigquery": ["google.cloud.storage", "google.cloud.bigquery"],
    "from load.google.cloud.storage import Client": ["google.cloud.storage"],
    "load.google.cloud.storage.Client()": ["google.cloud.storage"],
}


@pytest.mark.parametrize(("statement", "members"), MEMBERS.items(), ids=MEMBERS)
def test_members_of_a_namespace_package_are_asked_for_whole(
    modules: Path, monkeypatch: pytest.MonkeyPatch, statement: str, members: list[str]
) -> None:
    """Nobody distributes `google`: what the source names further on is what is installed, in one solve."""
    asked: list[list[str]] = []

    def resolve_all(texts: list[str], caller: object) -> None:
        asked.append(texts)
        for text in texts:
            folder = modules.joinpath(*text.split("."))
            folder.mkdir(parents=True)
            (folder / "__init__.py").write_text("class Client: pass", encoding="utf-8")
        importlib.invalidate_caches()
        for text in texts:
            importlib.import_module(text)

    monkeypatch.setattr("load._resolve.resolve_all", resolve_all)
    exec(statement, {"load": load})
    assert asked == [members]
    assert load.google.cloud.storage is sys.modules["google.cloud.storage"]

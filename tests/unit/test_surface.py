"""The table of own names, `__all__`, the stub, `dir` and what is really there are one and the same."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import load
from load._names import standard_library
from load._reserved import OWN, is_submodule

_PACKAGE = Path(str(load.__file__)).parent


def test_all_is_the_table() -> None:
    """What `from load import *` gives is what the table says, in its order."""
    assert load.__all__ == list(OWN)
    assert list(OWN) == sorted(OWN)


def test_the_stub_names_the_table() -> None:
    """Type checkers and editors see each own name, and no other."""
    tree = ast.parse((_PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    named: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module != "typing":
            assert all(each.asname == each.name for each in node.names), "a stub exports `x as x`"
            named.update(each.name for each in node.names)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            named.add(node.target.id)
    assert named == {*OWN, "__version__"}


def test_the_stub_exports_the_table() -> None:
    """Its `__all__` is that of the module."""
    tree = ast.parse((_PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    assigned = [node for node in tree.body if isinstance(node, ast.Assign)]
    values = [
        node.value for node in assigned if isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__"
    ]
    assert [ast.literal_eval(value) for value in values] == [load.__all__]


def test_the_stub_takes_each_name_from_where_it_lives() -> None:
    """A name that moves, moves in the stub too."""
    tree = ast.parse((_PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module not in {"typing", "load"}:
            assert {OWN[each.name] for each in node.names} == {f"{node.module}:{each.name}" for each in node.names}


@pytest.mark.parametrize("name", OWN)
def test_an_own_name_is_there(name: str) -> None:
    """It answers, is documented, and is then an ordinary attribute."""
    vars(load).pop(name, None)
    found = getattr(load, name)
    assert vars(load)[name] is found
    assert inspect.getdoc(found)
    assert isinstance(found, ModuleType) == (is_submodule(name) or name == "load")


def test_own_names_are_listed() -> None:
    """`dir(load)` has all of them."""
    assert set(OWN) <= set(dir(load))


def test_public_submodules_are_in_the_table() -> None:
    """Nothing public lies in the package that takes a name away without standing in the table."""
    found = {path.stem for path in _PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert {name for name in found if not name.startswith("_")} == {name for name in OWN if is_submodule(name)}


def test_functions_of_the_root_are_in_the_table() -> None:
    """What `_api` defines for the root and what the root offers are the same."""
    for module in ("load._api", "load._api.installing"):
        api = importlib.import_module(module)
        public = {name for name, value in vars(api).items() if inspect.isfunction(value) and not name.startswith("_")}
        assert public - {"find_caller"} == {name for name, home in OWN.items() if home.startswith(f"{module}:")}


@pytest.mark.parametrize("name", OWN)
def test_no_own_name_is_one_of_the_standard_library(name: str) -> None:
    """No Python, old or new, has a module that an own name would hide."""
    assert not standard_library(name)


def test_the_version_is_text() -> None:
    """`load.__version__` is a version (PEP 440)."""
    from packaging.version import Version

    assert str(Version(load.__version__)) == load.__version__


def test_load_load_is_load() -> None:
    """The spelling that type checkers understand is the module itself: `from load import load` takes nothing away."""
    namespace: dict[str, Any] = {}
    exec("from load import load\nfound = load.load('json'), load.json", namespace)
    assert namespace["load"] is load is sys.modules["load"]
    assert namespace["found"] == (sys.modules["json"],) * 2

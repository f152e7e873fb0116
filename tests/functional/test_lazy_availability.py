"""`load.available` of the names of lazy packages: told without importing anything."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import load
from load.testing import isolated

BY_STUB = "import load\n__getattr__, __dir__, __all__ = load.attach_stub(__name__, __file__)\n"
ATTACH = "__getattr__, __dir__, __all__ = load.attach(__name__"
MAPPING = "{'m': ['x', 'absent'], 'heavy': ['Model'], 'makes': ['z'], 'py': 'json:dumps', 'leaf': '.sub:leaf'}"
FILES = {
    "avail_map/__init__.py": f"import load\n{ATTACH}, ['sub'], {MAPPING})\n",
    "avail_stub/__init__.py": BY_STUB,
    "avail_stub/__init__.pyi": (
        "from . import sub\nfrom .m import x, absent\nfrom .heavy import Model\nfrom .makes import z\n"
        "from json import dumps as py\nfrom .sub import leaf\n"
    ),
    "avail_needs/__init__.py": f"import load\nimport nothing_of_that_name\n{ATTACH}, ['m'], {{'m': ['x']}})\n",
    "avail_dyn/__init__.py": f"import load\nnames = ['m']\n{ATTACH}, names)\n",
}
MODULES = {
    "m.py": "x = 1\n",
    "heavy.py": "import nothing_of_that_name\nclass Model: pass\n",
    "makes.py": "globals()['z'] = 1\n",
    "sub/__init__.py": "",
    "sub/leaf.py": "",
}
ANSWERS = {"x": True, "absent": False, "Model": False, "z": True, "py": True, "sub": True, "leaf": True, "other": False}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The packages, in a folder on the path."""
    monkeypatch.syspath_prepend(str(tmp_path))
    for name, text in FILES.items():
        for each, content in {
            name: text,
            **{f"{name.partition('/')[0]}/{key}": MODULES[key] for key in MODULES},
        }.items():
            (tmp_path / each).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / each).write_text(content, encoding="utf-8")
    importlib.invalidate_caches()
    with isolated():
        yield tmp_path


@pytest.mark.parametrize("package", ["avail_map", "avail_stub"])
def test_before_the_package_is_imported_and_after(package: str) -> None:
    """It is the same; and names of the package that are no lazy ones are looked for as modules."""
    for _ in range(2):
        assert {name: load.available(f"{package}.{name}") for name in ANSWERS} == ANSWERS
        assert load.available(f"{package}.heavy")
        assert [name for name in sys.modules if name.startswith(f"{package}.")] == []
        importlib.import_module(package)


def test_a_package_that_was_taken_away(folder: Path) -> None:
    """What it declared counts no more."""
    package = importlib.import_module("avail_map")
    assert load.available("avail_map.x")
    del sys.modules["avail_map"]
    (folder / "avail_map" / "__init__.py").write_text("", encoding="utf-8")
    importlib.invalidate_caches()
    assert not load.available("avail_map.x")
    sys.modules["avail_map"] = package
    assert load.available("avail_map.x")


def test_what_cannot_be_told_before_the_import() -> None:
    """A package that cannot be imported has no names; a mapping that is computed is known only afterwards."""
    assert not load.available("avail_needs.x")
    assert load.available("avail_dyn.m")
    importlib.import_module("avail_dyn")
    assert load.available("avail_dyn.m")
    assert "avail_dyn.m" not in sys.modules

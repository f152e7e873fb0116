"""The hook by which PyInstaller takes all of `load` into a program; a program is frozen in `tests/packages`."""

from __future__ import annotations

import pkgutil
import runpy
import sys
import tomllib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import load
from tests.support.library import CHECKOUT


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the hook says to a PyInstaller that finds the modules of `load` by their files."""
    hooks = ModuleType("PyInstaller.utils.hooks")
    names = [each.name for each in pkgutil.walk_packages(load.__path__, "load.", onerror=lambda name: None)]

    def collect_submodules(package: str, filter: Callable[[str], bool]) -> list[str]:  # noqa: A002
        return [name for name in (package, *names) if filter(name)]

    vars(hooks).update(
        collect_submodules=collect_submodules,
        collect_data_files=lambda package: [(package, "data")],
        copy_metadata=lambda distribution: [(distribution, "metadata")],
    )
    for name, module in (
        ("PyInstaller", ModuleType("a")),
        ("PyInstaller.utils", ModuleType("b")),
        (hooks.__name__, hooks),
    ):
        monkeypatch.setitem(sys.modules, name, module)
    return runpy.run_path(str(Path(folder()) / "hook-load.py"))


def folder() -> str:
    """The folder that the entry point leads to, as PyInstaller finds it."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, _, function = project["entry-points"]["pyinstaller40"]["hook-dirs"].partition(":")
    (only,) = getattr(import_module(module), function)()
    return str(only)


def test_what_load_names_as_text_is_collected(hook: dict[str, Any]) -> None:
    """All but what only a developer has a use for, which comes along where it is imported."""
    names = set(hook["hiddenimports"])
    assert {"load", "load._resolve", "load._install.policy", "load._lazy.stub", "load.registry.pretrained"} <= names
    assert {name.split(".")[1] for name in names if "." in name}.isdisjoint(
        {"__main__", "_cli", "_pyinstaller", "testing"}
    )


def test_the_tables_and_the_metadata_are_collected(hook: dict[str, Any]) -> None:
    """The names of distributions are data files; `doctor` reads the metadata."""
    assert hook["datas"] == [("load", "data"), ("load-module", "metadata")]


def test_what_installs_is_not_taken_along(hook: dict[str, Any]) -> None:
    """A frozen program has no use for it."""
    assert {"uv", "pip", "IPython"} <= set(hook["excludedimports"])

"""Packages for exports to load, and the registry of exports as a test finds it: empty."""

from __future__ import annotations

import importlib
import itertools
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from load.exports import get_export_registry

_NUMBERS = itertools.count(1)


@contextmanager
def own_registry() -> Iterator[None]:
    """An empty registry of exports; what is registered in it is gone afterwards."""
    with get_export_registry().isolated():
        get_export_registry().clear()
        yield


@contextmanager
def made_packages(
    folder: Path, monkeypatch: pytest.MonkeyPatch, prefix: str
) -> Iterator[Callable[[Mapping[str, str]], str]]:
    """A function that writes a package, its text by module (`__init__` among them), and returns its import name.

    Afterwards none of them is loaded.

    Args:
        folder: where they are written; it comes first on `sys.path`.
        monkeypatch: what takes it away again.
        prefix: how their names begin; a number follows.
    """
    monkeypatch.syspath_prepend(str(folder))
    made: list[str] = []

    def make(texts: Mapping[str, str]) -> str:
        name = f"{prefix}_{next(_NUMBERS)}"
        (folder / name).mkdir()
        for module, text in texts.items():
            (folder / name / f"{module}.py").write_text(text, encoding="utf-8")
        importlib.invalidate_caches()
        made.append(name)
        return name

    yield make
    for each in [each for each in sys.modules if each.partition(".")[0] in made]:
        del sys.modules[each]

"""Features together, two or three at a time: what one does holds while another is at work, and nothing is left over."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

from load._imports.reload import importers
from tests.support.environments import Python


def write(folder: Path, **texts: str) -> None:
    """Modules by name."""
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")


def test_a_reload_finds_what_was_frozen(child: Python, tmp_path: Path) -> None:
    """Servers call `gc.freeze()` before they fork: entries, handles, exports and instances are renewed all the same."""
    write(tmp_path, shape="class C: pass\ndef f(): return 1\n", user="from shape import C, f\nkept = [C()]\n")
    code = """
        import gc
        import load, shape, user
        from load.exports import LazyPackageExport
        from load.imports import reload_changed
        from load.registry import Registry

        table = Registry("table")
        table.register("c", "shape:C")
        first, handle, export = table["c"], load.lazy_import("shape:f"), LazyPackageExport("shape")
        print(handle(), export.f())
        gc.collect()
        gc.freeze()
        with open("shape.py", "w") as file:
            file.write("class C:\\n    __slots__ = ('x',)\\ndef f(): return 10 + 1\\n")
        report = reload_changed()
        print(list(report), "1 existing instance stays of the old class" in str(report))
        print(table["c"] is shape.C is user.C, handle(), export.f(), user.f is shape.f)
    """
    assert child.run(code, cwd=tmp_path).check().stdout.splitlines() == [
        "1 1",
        "['shape', 'user'] True",
        "True 11 11 True",
    ]


def test_what_was_taken_out_again_is_not_said_to_be_built_in(child: Python, tmp_path: Path) -> None:
    """`load.info()` after a block, an unload, and for what has no file of its own."""
    write(tmp_path, brief="", gone="")
    (tmp_path / "spread").mkdir()
    (tmp_path / "spread" / "part.py").touch()
    code = """
        import load

        with load.temporarily("brief"):
            load.gone
        load.spread
        load("gc")
        for entry, row in zip(load.info(), load.info().rows()):
            print(entry.name, entry.is_loaded, entry.origin, row[-1])
    """
    assert child.run(code, cwd=tmp_path).check().stdout.splitlines() == [
        "brief False None no longer loaded",
        "gone False None no longer loaded",
        f"spread True None {tmp_path / 'spread'}",
        "gc True None built in",
    ]


def test_short_names_where_a_module_is_named(child: Python) -> None:
    """What measures takes them, one's own too; what reloads says which module it is."""
    code = """
        import load
        from load.imports import reload_module

        load.alias("hue", "colorsys")
        print(load.measure_import("hue", runs=1).module)
        try:
            reload_module("np")
        except load.errors.ReloadError as error:
            print(error)
    """
    assert child.run(code).check().stdout.splitlines() == ["colorsys", "'np' is not loaded.", "  → name 'numpy'"]


def test_a_module_that_goes_while_a_reload_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in another thread, which unloads it: what was read of it is nothing, and the look goes on."""
    write(tmp_path, going="import staying\n", staying="")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.import_module("going")
    file_of = importers.file_of_own

    def file_of_what_goes(name: str, *others: Any) -> str:
        file = file_of(name, *others)
        if name == "going":
            sys.modules.pop(name, None)
        return file

    monkeypatch.setattr(importers, "file_of_own", file_of_what_goes)
    found = importers.Importers()
    found.refresh()
    assert {"going", "staying"} & found.own.keys() == {"staying"}
    found.refresh()
    assert not found.taken_by("going")


def test_the_memory_of_a_block_that_has_ended(child: Python, tmp_path: Path) -> None:
    """Its report is what the block gave; whoever asks for that of the process is told so."""
    write(tmp_path, large="data = b'x' * 4_000_000\n")
    code = """
        import load

        with load.track_memory() as memory:
            load.large
        print(type(memory).__name__)
        try:
            load.memory_report()
        except load.errors.ProfileError as error:
            print(error)
    """
    kind, fact, block, *_ = child.run(code, cwd=tmp_path).check().stdout.splitlines()
    assert (kind, fact) == ("MemoryTracker", "The memory of imports is not tracked now.")
    assert "a block of load.track_memory() has a report of its own" in block

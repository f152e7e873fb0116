"""Who holds a module is told in the end, and truly, whatever the process has done to its objects."""

from __future__ import annotations

from pathlib import Path

import pytest

from load._unload.trail import Trails
from load._unload.unloading import unload
from load.errors import UnloadRefused
from tests.support.environments import Python


def test_a_ring_through_what_is_held_ends() -> None:
    """What is held may itself hold who has the one that holds it: the way in words ends there."""
    held: list[object] = []
    thing = (held,)
    held.append([thing])
    assert Trails({}).holder(thing, held).words == "compiled code, or the interpreter itself → tuple → list"


def test_what_was_frozen_is_seen(child: Python, tmp_path: Path) -> None:
    """After `gc.freeze()`, as in servers that fork and in workers, the holders are found, and nothing else is kept."""
    for name in ("kept", "free", "brief"):
        (tmp_path / f"{name}.py").write_text("def f(): ...\n", encoding="utf-8")
    code = """
        import gc
        import load, kept, free

        table = [kept.f]
        del kept, free
        gc.freeze()
        print(load.unload_report("kept").holders)
        gc.freeze()
        print(list(load.unload("free").removed))
        gc.freeze()
        with load.temporarily("brief") as brief:
            del brief
            gc.freeze()
        import sys
        print("brief" in sys.modules)
        with load.isolated() as worker:
            worker.call("free:f")
            print(list(worker.call("load:unload", "free").removed))
    """
    first, *others = child.run(code, cwd=tmp_path).check().stdout.splitlines()
    assert "__main__.table" in first
    assert others == ["['free']", "False", "['free']"]


def test_gone_while_it_waited_for_its_turn() -> None:
    """Another thread has unloaded the same meanwhile."""
    with pytest.raises(UnloadRefused, match="'not_loaded_any_more' is not loaded"):
        unload("not_loaded_any_more", __name__)

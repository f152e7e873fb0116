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


@pytest.mark.parametrize("name", ["__name__", ""])
def test_a_handler_is_named_though_the_module_has_the_logger(child: Python, tmp_path: Path, name: str) -> None:
    """Most modules have one, and so reach what registers their handlers."""
    (tmp_path / "noisy.py").write_text(
        "import logging\nclass Keep(logging.Handler): ...\nlogger = logging.getLogger(__name__)\n"
        f"logging.getLogger({name}).addHandler(Keep())\n",
        encoding="utf-8",
    )
    code = """
        import load, noisy
        del noisy
        print(load.unload_report("noisy").as_dict()["kept"])
        print(load.unload("noisy", force=True).as_dict()["taken_back"])
    """
    where = "noisy" if name else "root"
    said = f"logging: the handler a noisy.Keep of logger '{where}'"
    assert child.run(code, cwd=tmp_path).check().stdout.splitlines() == [
        str({"noisy": f"held by {said}"}),
        str([said]),
    ]


def test_holders_of_classes_of_c_are_named(child: Python, tmp_path: Path) -> None:
    """Such a class has no attribute that tells where it is from."""
    (tmp_path / "kept.py").write_text("def f(): ...\n", encoding="utf-8")
    code = """
        import collections, load, kept
        table = collections.defaultdict(list, {1: [kept.f]})
        del kept
        print(*load.unload_report("kept").holders)
    """
    said = "__main__.table → a collections.defaultdict → list → function kept.f\n"
    assert child.run(code, cwd=tmp_path).check().stdout == said

"""What an install that was cut off left behind is taken out, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.environments import Environment
from tests.support.index import Index

MakeWheel = Callable[..., Path]
_BEGIN = """
    from load._install import intent, target
    from load._install.job import Job
    intent.about_to(target.choose(), Job(["humanize"], scratch=""))
"""


def test_what_is_there_in_part_is_taken_out(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """A folder without its metadata, and metadata whose files are gone: both are installed anew."""
    index.add(wheel("humanize"), wheel("tabulate"))
    venv.run(_BEGIN).check()
    (venv.site_packages / "humanize").mkdir()
    (venv.site_packages / "humanize" / "number.py").write_text("half\n", encoding="utf-8")
    assert venv.run("import load; print(load.tabulate.__name__)").check().stdout == "tabulate\n"
    assert venv.installed().keys() >= {"humanize", "tabulate"}
    assert not (venv.site_packages / "humanize" / "number.py").exists()


def test_what_can_be_imported_already_is_repaired_first(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """A package that is there without half of its files would be found, and fail later."""
    index.add(wheel("humanize"))
    venv.run(_BEGIN).check()
    (venv.site_packages / "humanize.py").write_text("half = True\n", encoding="utf-8")
    assert venv.run("import load; print(hasattr(load.humanize, 'half'))").check().stdout == "False\n"
    assert "humanize" in venv.installed()


def test_what_somebody_put_there_later_stays(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """A file that is newer than the install can be is nobody's leftover."""
    index.add(wheel("humanize"), wheel("tabulate"))
    venv.run(_BEGIN, env={"LOAD_TIMEOUT": "0.001"}).check()
    own = venv.site_packages / "own.py"
    ended = time.time() + 0.001
    own.touch()
    while own.stat().st_ctime <= ended:  # a file's time is as of some moment ago
        own.write_text("answer = 42\n", encoding="utf-8")
    code = "import load; print(load.tabulate.__name__, load.own.answer)"
    assert venv.run(code).check().stdout == "tabulate 42\n"


@pytest.mark.parametrize("content", ["{'requirements': ['x'], 'shape': 'another'}", "{'requirements", "", "42"])
def test_an_intent_that_nobody_can_read_stands_in_nobodys_way(
    venv: Environment, index: Index, wheel: MakeWheel, content: str
) -> None:
    """Written by a later version, or damaged: nothing is taken out, and installs go on."""
    index.add(wheel("humanize"))
    state = venv.site_packages / ".load"
    state.mkdir()
    (state / "intent").write_text(content, encoding="utf-8")
    before = {path.name for path in venv.site_packages.iterdir()}
    assert venv.run("import load; print(load.humanize.__name__)").check().stdout == "humanize\n"
    assert before <= {path.name for path in venv.site_packages.iterdir()}
    assert not (state / "intent").exists()

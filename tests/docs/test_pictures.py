"""The pictures of the pages: made by the project's own commands, and made again by the script that made them."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.docs.surroundings import MACHINE, fill_index
from tests.support.environments import Environment
from tests.support.index import Index
from tests.support.library import CHECKOUT

SCRIPT = CHECKOUT / "docs" / "_make" / "pictures.py"
PICTURES = CHECKOUT / "docs" / "pictures"
SESSIONS: dict[str, list[str]] = runpy.run_path(str(SCRIPT))["SESSIONS"]


def words(picture: Path) -> str:
    """All that a picture of a terminal says, its blanks as such."""
    texts = ET.parse(picture).getroot().iter("{http://www.w3.org/2000/svg}text")
    return unescape("\n".join("".join(text.itertext()) for text in texts)).replace("\xa0", " ")


def test_they_are_made_again(venv: Environment, index: Index, wheel: Callable[..., Path], tmp_path: Path) -> None:
    """By one command, from what the commands say here and now."""
    fill_index(index, wheel)
    venv.run([SCRIPT, "terminal", "--into", tmp_path / "made"]).check()
    assert {path.name for path in (tmp_path / "made").iterdir()} == set(SESSIONS)
    said = words(tmp_path / "made" / "run.svg")
    assert "load: installed numpy 2.4.1, pandas 2.3.1 with uv" in said
    assert "mean: 3.0" in said
    assert "one slip away from the well-known 'requests'" in words(tmp_path / "made" / "slip.svg")


@pytest.mark.parametrize("name", SESSIONS)
def test_the_committed_ones_show_the_same_commands(name: str) -> None:
    """None was made by an older script; none shows the paths of who made it or asks another host for anything."""
    said = words(PICTURES / name)
    for command in SESSIONS[name]:
        assert re.search(rf"^\$ ?\n?{re.escape(command)}$", said, re.MULTILINE), command
    assert "Traceback" not in said
    assert MACHINE.findall(said) == []
    assert "url(http" not in (PICTURES / name).read_text(encoding="utf-8")


def test_each_is_shown_and_each_that_is_shown_is_there() -> None:
    """By the README or a page; and none is large."""
    pages = [CHECKOUT / "README.md", *(CHECKOUT / "docs").rglob("*.md")]
    shown = {
        (page.parent / target).resolve()
        for page in pages
        for target in re.findall(r"[(\"]([^()\"\s]*pictures/[\w-]+\.\w+)", page.read_text(encoding="utf-8"))
    }
    assert shown == set(PICTURES.iterdir())
    assert {path.name for path in PICTURES.iterdir() if path.stat().st_size > 200_000} == set()


def test_the_first_screen_of_the_readme_shows_both() -> None:
    """The terminal and the notebook, before the first heading."""
    first = (CHECKOUT / "README.md").read_text(encoding="utf-8").partition("\n## ")[0]
    assert "docs/pictures/run.svg" in first
    assert "docs/pictures/notebook-light.png" in first
    assert "docs/pictures/notebook-dark.png" in first
    assert len(first.splitlines()) < 30

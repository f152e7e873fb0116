"""What stands outside the site, README and examples, leads to files that are there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support.library import CHECKOUT

PAGES = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "examples/README.md"]
NOTEBOOKS = [path.relative_to(CHECKOUT).as_posix() for path in (CHECKOUT / "examples" / "notebooks").glob("*.ipynb")]
_LINK = re.compile(r"\]\((?!https?:|#)([^)\s#]+)(?:#([\w-]+))?\)|(?:src|srcset)=\"([^\"]+)\"")


def text_of(page: Path) -> str:
    """The Markdown of a page, or of the cells of a notebook."""
    text = page.read_text(encoding="utf-8")
    if page.suffix == ".md":
        return text
    return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown")


def anchors(page: Path) -> set[str]:
    """The headings of a page, as links name them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", [*PAGES, *sorted(NOTEBOOKS)])
def test_its_links_lead_somewhere(name: str) -> None:
    """To a file of the checkout, and to a heading where one is named."""
    page = CHECKOUT / name
    broken = []
    for target, heading, picture in _LINK.findall(text_of(page)):
        file = page.parent / (target or picture)
        if not file.exists() or (heading and heading not in anchors(file)):
            broken.append(f"{target or picture}#{heading}")
    assert broken == []


def test_there_are_links() -> None:
    """The pattern finds them."""
    assert len(_LINK.findall(text_of(CHECKOUT / "README.md"))) > 15
    assert all(_LINK.findall(text_of(CHECKOUT / name)) for name in NOTEBOOKS)


def test_the_tests_that_hold_a_promise_are_there() -> None:
    """Each file and each test that the page about safety names."""
    page = (CHECKOUT / "docs" / "explanation" / "safety.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:tests/[\w/]*/)?test_\w+\.py)(?:::(\w+))?`", page)
    there = {path: path.read_text(encoding="utf-8") for path in (CHECKOUT / "tests").rglob("test_*.py")}
    missing = [
        (file, test)
        for file, test in named
        if not any(path.as_posix().endswith(f"/{file}") and f"def {test}" in text for path, text in there.items())
    ]
    assert missing == []
    assert len(named) > 40


def test_who_contributes_is_told_of_every_folder() -> None:
    """Of the tests, of the pages, and of those at the top; and of none that is no more."""
    table = (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Where things are")[2]
    named = set(re.findall(r"^\| `([\w/]+?)/?` \|", table, re.MULTILINE))
    tests = {path.parent for path in (CHECKOUT / "tests").glob("*/*.py")}
    top = {CHECKOUT / name for name in ("load", "benchmarks", "docs", "docs/_make", "examples")}
    assert named == {path.relative_to(CHECKOUT).as_posix() for path in tests | top}

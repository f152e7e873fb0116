"""The page on safety: each promise names tests that there are."""

from __future__ import annotations

import re

from tests.support.library import CHECKOUT

PAGE = (CHECKOUT / "docs" / "explanation" / "safety.md").read_text(encoding="utf-8")
_TEST = re.compile(r"`(?:tests/\w+/)?(test_\w+\.py)(?:::(test_\w+))?`")


def promises() -> list[str]:
    """What begins with a sentence in bold, up to the part on what does not hold."""
    before = PAGE.partition("## What does not hold")[0]
    return re.split(r"^(?=\*\*)", before, flags=re.MULTILINE)[1:]


def test_each_promise_names_a_test() -> None:
    """There are some, and none goes without."""
    assert len(promises()) > 15
    assert [each for each in promises() if not _TEST.search(each)] == []


def test_each_test_named_is_there() -> None:
    """The file, and the function in it."""
    named = _TEST.findall(PAGE)
    texts = {path.name: path.read_text(encoding="utf-8") for path in (CHECKOUT / "tests").rglob("test_*.py")}
    assert [
        (file, name) for file, name in named if file not in texts or (name and f"def {name}(" not in texts[file])
    ] == []

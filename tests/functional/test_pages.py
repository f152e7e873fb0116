"""What the how-to pages say, run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.environments import Python
from tests.support.library import CHECKOUT
from tests.support.pages import program_of


@pytest.mark.parametrize("page", ["profiling.md"])
def test_the_examples_run(child: Python, tmp_path: Path, page: str) -> None:
    """Each, in the order of the page, in one process."""
    (tmp_path / "page.py").write_text(program_of(CHECKOUT / "docs" / "how-to" / page), encoding="utf-8")
    child.run(["page.py"], cwd=tmp_path).check()

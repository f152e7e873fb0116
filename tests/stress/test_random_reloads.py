"""Five hundred random edits of modules that need one another, half of which fail first."""

from __future__ import annotations

import json

import pytest

from tests.support.environments import Python


@pytest.mark.parametrize("part", range(4))
def test_random_reloads(part: int, child: Python) -> None:
    """After a failure every module is what it was; in the end all is as in a fresh program."""
    first, end = 1000 + part * 125, 1000 + (part + 1) * 125
    result = child.run(["-m", "tests.reloads.pairs", str(first), str(end)], timeout=600).check()
    *wrong, last = result.stdout.splitlines()
    assert not wrong, "\n".join(wrong)
    done = json.loads(last)["done"]
    assert sum(done.values()) == 125
    assert len(done) == 12

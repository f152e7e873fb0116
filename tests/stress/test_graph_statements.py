"""The import statements of all sources there are, read from their lines and from their trees."""

from __future__ import annotations

import sysconfig
import tokenize
from pathlib import Path

import pytest

from load._imports.source import facts
from load._imports.source.facts import facts_of
from load._imports.source.lines import statements_of_lines
from load._imports.source.strings import UnsureError
from load._imports.source.tree import statements_of_tree


@pytest.mark.parametrize("scheme", ["stdlib", "purelib"])
def test_lines_say_what_trees_say(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of every source; few are left to the tree. What functions hide changes nothing in what a module uses."""
    told = unsure = 0
    folder = Path(sysconfig.get_path(scheme))
    for file in sorted(folder.rglob("*.py")):
        if scheme == "stdlib" and "site-packages" in file.relative_to(folder).parts:
            continue
        try:
            with tokenize.open(file) as stream:
                text = stream.read()
            by_tree = statements_of_tree(text, str(file))
        except (SyntaxError, ValueError, RecursionError):
            continue  # test data, of Python's own and of others
        try:
            assert statements_of_lines(text) == by_tree, file
            told += 1
        except UnsureError:
            unsure += 1
        if told % 5 == 0:
            short = facts_of(text, str(file))
            with monkeypatch.context() as patch:
                patch.setattr(facts, "without_functions", lambda text: text)
                assert facts_of(text, str(file)) == short, file
    assert told > 100
    assert unsure < told / 10

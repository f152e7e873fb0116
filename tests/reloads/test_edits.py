"""Every edit of `edits/`, done with `load`: each group in a process of its own."""

from __future__ import annotations

import json

import pytest

from tests.reloads.reading import edits_of, groups
from tests.reloads.running import Wrong
from tests.support.environments import Python


@pytest.mark.parametrize("group", groups())
def test_edits(group: str, child: Python) -> None:
    """Are right in all that they are asked about."""
    lines = child.run(["-m", "tests.reloads.running", group]).check().stdout.splitlines()
    said = [json.loads(line) for line in lines]
    assert [each["edit"] for each in said] == [edit.name for edit in edits_of(group)]
    wrong = [
        "\n  ".join([f"{group}: {each['edit']}", *(str(Wrong(**one)) for one in each["wrong"])])
        for each in said
        if each["wrong"]
    ]
    assert not wrong, "\n".join(wrong)

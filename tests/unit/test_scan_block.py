"""The PEP 723 block of a script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from load._imports.scripts.scan import scan_source
from load._imports.scripts.script_block import _blocks, read_script_block
from load.errors import SourceError

# The pattern that the specification gives as the authority on what is a block.
REFERENCE = re.compile(r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$")

WHOLE = """\
#!/usr/bin/env python
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "requests<3",
#   "rich",
# ]
#
# [tool.load]
# install = "locked"
# ///
import requests
"""


def test_the_whole_block_is_read() -> None:
    """Python, requirements and tool tables come out as they are written."""
    found = scan_source(WHOLE, "s.py")
    assert found.requires_python == ">=3.11"
    assert found.dependencies == ("requests<3", "rich")
    assert found.tool == {"load": {"install": "locked"}}
    assert [need.name for need in found.needs] == ["requests"]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_endings_and_the_mark_make_no_difference(ending: str, mark: bytes) -> None:
    """A block on the first line of a file saved by any editor is read."""
    source = mark + WHOLE.partition("\n")[2].replace("\n", ending).encode()
    assert scan_source(source, "s.py").dependencies == ("requests<3", "rich")


def test_no_block_is_not_an_empty_block() -> None:
    """None means that the script does not say; an empty block says nothing is needed."""
    assert scan_source("import a", "s.py").dependencies is None
    empty = scan_source("# /// script\n#\n# ///\n", "s.py")
    assert (empty.dependencies, empty.requires_python, empty.tool) == ((), None, {})


@pytest.mark.parametrize(
    "source",
    [
        "# /// script\n# dependencies = ['a']\n",
        "# /// script\n# ///\n",
        "# /// script\n\n# dependencies = ['a']\n# ///\n",
        "# /// script\n#dependencies = ['a']\n# ///\n",
        "# /// script \n# dependencies = ['a']\n# ///\n",
        "#/// script\n# dependencies = ['a']\n# ///\n",
        " # /// script\n # dependencies = ['a']\n # ///\n",
        "# /// scripts\n# dependencies = ['a']\n# ///\n",
        "# /// script\n# dependencies = ['a']\n# /// \n",
        "# /// script\nimport a\n# ///\n",
        "# /// pyproject\n# dependencies = ['a']\n# ///\n",
    ],
)
def test_what_only_looks_like_a_block_is_none(source: str) -> None:
    """Blocks that are not closed, indented, of another type or with another line in them are ignored."""
    assert read_script_block(source, "s.py") is None


def test_the_last_fence_of_the_comment_closes_the_block() -> None:
    """A fence within a string of the TOML does not end it."""
    block = read_script_block('# /// script\n# tool.x = """\n# ///\n# """\n# ///\n', "s.py")
    assert block is not None
    assert block.tool == {"x": "///\n"}


def test_blocks_of_other_types_may_stand_beside_it() -> None:
    """Only `script` is ours."""
    other = "# /// other\n# dependencies = 1\n# ///\n\n"
    block = read_script_block(other + WHOLE + "\n" + other, "s.py")
    assert block is not None
    assert block.dependencies == ("requests<3", "rich")


@pytest.mark.parametrize(
    ("source", "fact"),
    [
        (WHOLE + "\n" + WHOLE, "lines 2 and 15"),
        (
            "# /// script\n# dependencies = [\n# ///\n",
            "s.py: the `# /// script` block at line 1 is not valid TOML",
        ),
        (
            "x = 1\n# /// script\n# dependencies = 'a'\n# ///\n",
            "`dependencies` .* line 2 is not a list of strings",
        ),
        ("# /// script\n# dependencies = ['a', 1]\n# ///\n", "is not a list of strings"),
        ("# /// script\n# requires-python = 3.11\n# ///\n", "`requires-python` .* is not a string"),
        ("# /// script\n# tool = 1\n# ///\n", "`tool` .* is not a table"),
    ],
)
def test_a_block_that_is_off_says_where(source: str, fact: str) -> None:
    """The error is one of ours, a ValueError too, and names file and line."""
    with pytest.raises(SourceError, match=fact) as caught:
        scan_source(source, "s.py")
    assert isinstance(caught.value, ValueError)
    assert caught.value.hint


LINES = st.lists(
    st.sampled_from(["# /// script", "# /// a-1", "# ///", "#", "# x = 1", "", "x", "#y", "# /// ", "# /// ö"]),
    max_size=14,
)


@settings(deadline=None)
@given(LINES)
def test_blocks_are_those_of_the_reference(lines: list[str]) -> None:
    """Every text has the blocks that the specification's own pattern finds in it."""
    text = "\n".join(lines)
    theirs: list[Any] = []
    for match in REFERENCE.finditer(text):
        content = "".join(
            line[2:] if line.startswith("# ") else line[1:] for line in match["content"].splitlines(keepends=True)
        )
        theirs.append((match["type"], text.count("\n", 0, match.start()) + 1, content.rstrip("\n")))
    assert [(kind, line, body.rstrip("\n")) for kind, line, body in _blocks(text)] == theirs

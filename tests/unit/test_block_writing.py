"""Writing the PEP 723 block: all but the block keeps every byte."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from load._imports.scripts.block_writing import write_script_block
from load._imports.scripts.script_block import read_script_block
from load.errors import SourceError

NEW = '# /// script\n# requires-python = ">=3.11"\n# dependencies = [\n#     "a==1",\n# ]\n# ///\n'


def new(source: bytes) -> bytes:
    """Write a new block with one dependency."""
    return write_script_block(source, "s.py", requires_python=">=3.11", added=["a==1"])


@pytest.mark.parametrize(
    ("before", "head", "tail"),
    [
        (b"", b"", b""),
        (b"import a", b"", b"\nimport a"),
        (b"\nimport a\n", b"", b"\nimport a\n"),
        (b"#!/usr/bin/env python\nimport a\n", b"#!/usr/bin/env python\n", b"\nimport a\n"),
        (b"#!/usr/bin/env python", b"#!/usr/bin/env python\n", b""),
        (b"#!x\n# coding: latin-1\nb = '\xe9'\n", b"#!x\n# coding: latin-1\n", b"\nb = '\xe9'\n"),
        (b"\n# -*- coding: utf-8 -*-\n", b"\n# -*- coding: utf-8 -*-\n", b""),
        (b"# vim: set fileencoding=cp1252 :\n\x80\n", b"# vim: set fileencoding=cp1252 :\n", b"\n\x80\n"),
        (b"x = 1\n# coding: utf-8\n", b"", b"\nx = 1\n# coding: utf-8\n"),
        (b"\xef\xbb\xbfimport a\n", b"\xef\xbb\xbf", b"\nimport a\n"),
        (b"\xef\xbb\xbf# coding: utf-8\nimport a\n", b"\xef\xbb\xbf# coding: utf-8\n", b"\nimport a\n"),
        (b"\x0cimport a\x0b\x1c\x85\n\ttab", b"", b"\n\x0cimport a\x0b\x1c\x85\n\ttab"),
        (b"# /// script\n# not closed\nimport a\n", b"", b"\n# /// script\n# not closed\nimport a\n"),
    ],
)
def test_a_new_block_leaves_all_else_as_it_is(before: bytes, head: bytes, tail: bytes) -> None:
    """It stands behind a program line, an encoding and a byte order mark, with an empty line after it."""
    written = new(before)
    assert written == head + NEW.encode() + tail
    block = read_script_block(written, "s.py")
    assert block is not None
    assert (block.requires_python, block.dependencies) == (">=3.11", ("a==1",))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_are_those_of_the_file(end: str) -> None:
    """A file of Windows stays one."""
    source = end.join(["import a", "x = 1", ""]).encode()
    written = new(source)
    assert written == NEW.replace("\n", end).encode() + end.encode() + source


def test_a_block_keeps_its_comments_and_its_layout() -> None:
    """Only the lines that say something else are written."""
    source = (
        b"# /// script\r\n#\r\n# requires-python = '>=3.9'   # why\r\n# dependencies = [\r\n#   'a>=1', # first\r\n"
        b"#   # other\r\n#   \"b\",\r\n# ]\r\n# \r\n# [tool.uv]\r\n# index-url  =  'x' # \xc3\xa9\r\n"
        b"# ///\r\nimport a, b\r\n"
    )
    written = write_script_block(source, "s.py", replaced={"a>=1": "a==2", "b": "b"}, added=["c==3"])
    expected = source.replace(b"'a>=1'", b'"a==2"').replace(b'"b",\r\n', b'"b",\r\n#   "c==3",\r\n')
    assert written == expected
    assert write_script_block(written, "s.py", replaced={"a==2": "a==2"}) == written


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("# dependencies = []", '# dependencies = [\n#     "a==1",\n#     "b==2",\n# ]'),
        ('# dependencies = ["x"]', '# dependencies = ["x", "a==1", "b==2"]'),
        ("# [tool.uv]", '# dependencies = [\n#     "a==1",\n#     "b==2",\n# ]\n#\n# [tool.uv]'),
        ('# dependencies = [\n#  "x"\n# ]', '# dependencies = [\n#  "x",\n#  "a==1",\n#  "b==2",\n# ]'),
    ],
)
def test_dependencies_come_in_the_form_that_is_there(inner: str, expected: str) -> None:
    """One line stays one line, several stay several, and a key stands before the tables."""
    written = write_script_block(f"# /// script\n{inner}\n# ///\n".encode(), "s.py", added=["a==1", "b==2"])
    assert written.decode() == f"# /// script\n{expected}\n# ///\n"


@pytest.mark.parametrize(
    ("source", "fact"),
    [
        (b"# /// script\n# a=1\n# ///\n\n# /// script\n# a=1\n# ///\n", "more than one"),
        (b"# /// script\n# a = '\xe9'\n# ///\n", "not UTF-8"),
    ],
)
def test_a_block_that_cannot_be_written_is_an_error(source: bytes, fact: str) -> None:
    """Two blocks, and one that is not UTF-8, are left as they are."""
    with pytest.raises(SourceError, match=fact):
        new(source)


@settings(deadline=None)
@given(st.lists(st.sampled_from([b"#!x", b"# coding: utf-8", b"# c", b"", b"x = 1", b"\xff", b"# ///"]), max_size=6))
def test_what_was_there_is_still_there(lines: list[bytes]) -> None:
    """Without its block a written script is what it was, but for the empty line behind the block."""
    source = b"\n".join(lines)
    written = new(source)
    head, found, tail = written.partition(NEW.encode())
    assert found
    assert head + tail in (source, source[: len(head)] + b"\n" + source[len(head) :], source + b"\n")

"""The data files beside this module: read once, searched as text, never parsed for one answer.

Each is UTF-8, one record a line, the key first, then a space; a line that begins with `#` is a comment.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_texts: dict[str, str] = {}


def record(filename: str, key: str) -> str | None:
    """Give the line of a key, a dotted name, without its line end; None where the file has none."""
    if not key.replace(".", "_").isidentifier():
        return None
    text = _text(filename)
    start = text.find(f"\n{key} ") + 1
    return text[start : text.index("\n", start)] if start else None


def records(filename: str) -> list[str]:
    """Give all lines that hold a record, in the order of the file."""
    return [line for line in _text(filename).split("\n") if line and line[0] != "#"]


def records_beginning(filename: str, beginning: str) -> Iterator[str]:
    """Give the lines that hold a record and begin with `beginning`, in the order of the file."""
    text = _text(filename)
    start = text.find(f"\n{beginning}") + 1
    while start and beginning[:1] != "#":
        yield text[start : text.index("\n", start)]
        start = text.find(f"\n{beginning}", start) + 1


def records_ending(filename: str, ending: str) -> Iterator[str]:
    """Give the lines that hold a record and end with `ending`, in the order of the file."""
    text = _text(filename)
    end = text.find(f"{ending}\n")
    while end >= 0:
        line = text[text.rindex("\n", 0, end) + 1 : end] + ending
        if line[0] != "#":
            yield line
        end = text.find(f"{ending}\n", end + 1)


def _text(filename: str) -> str:
    """Give the text of a file with a line break before its first line and one after its last."""
    if filename not in _texts:
        _texts[filename] = "\n" + _read(filename).decode("utf-8").replace("\r\n", "\n").rstrip("\n") + "\n"
    return _texts[filename]


def _read(filename: str) -> bytes:
    path = os.path.join(os.path.dirname(__file__), filename)
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        # Inside a zip archive the path leads through a file; the loader knows how to read on.
        get_data = getattr(__spec__.loader, "get_data", None)
        if get_data is None:
            raise
        return bytes(get_data(path))

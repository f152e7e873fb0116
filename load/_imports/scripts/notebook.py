"""Jupyter notebooks: the Python in their code cells, and changes to one cell that leave the rest byte for byte.

Source: the notebook format, version 4, https://nbformat.readthedocs.io/en/latest/format_description.html.
"""

from __future__ import annotations

import json

from load.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_BOM = "\ufeff"
_SPACE = " \t\r\n"
# Cell magics whose body is Python that runs in the notebook itself.
_PYTHON_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun", "%%memit", "%%mprun", "%%debug")


class Cell:
    """A code cell.

    Attributes:
        number: its place among all cells, from 1.
        source: its text.
        start: where the JSON value of its source begins in the notebook's text.
        end: where that ends.
    """

    __slots__ = ("end", "number", "source", "start")

    def __init__(self, number: int, source: str, start: int, end: int) -> None:
        self.number = number
        self.source = source
        self.start = start
        self.end = end

    @property
    def python(self) -> str:
        """Its text as Python: magics and shell lines become `pass`, a cell in another language nothing."""
        lines = self.source.split("\n")
        first = next((line for line in lines if line.strip()), "").strip()
        if first.startswith("%%") and first.split()[0] not in _PYTHON_MAGICS:
            return ""
        return "\n".join(_plain(line) for line in lines)


class Notebook:
    """A notebook's text, and where its code cells lie in it.

    Attributes:
        text: the JSON as it is on disk.
        cells: the code cells, in order.
    """

    __slots__ = ("_first", "_has_ids", "_ids", "cells", "text")

    def __init__(self, data: bytes, filename: str) -> None:
        """Read a notebook.

        Raises:
            SourceError: it is none.
        """
        content = _content(data, filename)
        self.text = data.decode("utf-8")
        self._has_ids = (content["nbformat"], content.get("nbformat_minor", 0)) >= (4, 5)
        self._ids = {str(cell.get("id")) for cell in content["cells"]}
        start = len(self.text) - len(self.text.lstrip(_BOM + _SPACE))
        self._first = dict(_members(self.text, start))["cells"][0]
        self.cells = list(self._code_cells(content["cells"]))

    def _code_cells(self, contents: list[dict[str, Any]]) -> Iterator[Cell]:
        spans = _items(self.text, self._first)
        for number, (content, (start, _)) in enumerate(zip(contents, spans, strict=True), 1):
            if content["cell_type"] == "code":
                span = dict(_members(self.text, start))["source"]
                yield Cell(number, _joined(content["source"]), *span)

    def with_source(self, cell: Cell, source: str) -> bytes:
        """The notebook with another text in a cell."""
        old = self.text[cell.start : cell.end]
        is_list = old.startswith("[")
        new = self._list(source.splitlines(keepends=True), old) if is_list else self._dumps(source)
        return (self.text[: cell.start] + new + self.text[cell.end :]).encode("utf-8")

    def _list(self, items: list[str], old: str) -> str:
        """A JSON list of texts, laid out as the old one is."""
        first = old[1:].lstrip(_SPACE)
        gap = old[1 : len(old) - len(first)]
        close = old[len(old[:-1].rstrip(_SPACE)) : -1]
        parts = [self._dumps(item) for item in items]
        if "\n" not in gap and "\r" not in gap:
            return "[" + ", ".join(parts) + "]"
        return "[" + gap + f",{gap}".join(parts) + close + "]"

    def with_first_cell(self, source: str) -> bytes:
        """The notebook with a new code cell at its head."""
        cell: dict[str, Any] = {"cell_type": "code", "execution_count": None}
        if self._has_ids:
            cell["id"] = next(name for name in _cell_ids() if name not in self._ids)
        cell.update(metadata={}, outputs=[], source=source.splitlines(keepends=True))
        before, after = self.text[: self._first + 1], self.text[self._first + 1 :]
        rest = after.lstrip(_SPACE)
        gap = after[: len(after) - len(rest)]
        if rest.startswith("]"):
            return (before + self._cell(cell, gap, is_only=True) + rest).encode("utf-8")
        return (before + gap + self._cell(cell, gap) + "," + (gap or " ") + rest).encode("utf-8")

    def _cell(self, cell: dict[str, Any], gap: str, *, is_only: bool = False) -> str:
        end, indent = _layout(self.text)
        if not indent:
            return self._dumps(cell)
        outer = (gap.rpartition("\n")[2] or indent) if not is_only else indent * 2
        text = json.dumps(cell, indent=indent, ensure_ascii=not self._has_other_than_ascii())
        text = text.replace("\n", end + outer)
        return f"{end}{outer}{text}{end}{indent}" if is_only else text

    def _dumps(self, value: object) -> str:
        return json.dumps(value, ensure_ascii=not self._has_other_than_ascii())

    def _has_other_than_ascii(self) -> bool:
        """Whether the notebook writes other characters as they are; where it has none, Jupyter does so."""
        return not self.text.lstrip(_BOM).isascii() or "\\u" not in self.text


def _content(data: bytes, filename: str) -> dict[str, Any]:
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _error(filename, f"it is not JSON: {error}") from None
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        raise _error(filename, "it has no list of cells (the format of version 4 is read)")
    for number, cell in enumerate(content["cells"], 1):
        if not isinstance(cell, dict) or not isinstance(cell.get("cell_type"), str):
            raise _error(filename, f"cell {number} is not a cell")
        source = cell.get("source")
        texts = isinstance(source, list) and all(isinstance(line, str) for line in source)
        if cell["cell_type"] == "code" and not (isinstance(source, str) or texts):
            raise _error(filename, f"cell {number} has no text")
    if not all(isinstance(number, int) for number in (content.get("nbformat"), content.get("nbformat_minor", 0))):
        raise _error(filename, "it does not say in numbers which version of the format it has")
    return content


def _error(filename: str, fact: str) -> SourceError:
    return SourceError(f"{filename} is not a notebook: {fact}.", hint="open it with Jupyter and save it there")


def _joined(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def _cell_ids() -> Iterator[str]:
    from itertools import count

    yield "script-block"
    yield from (f"script-block-{number}" for number in count(2))


def _layout(text: str) -> tuple[str, str]:
    """The line end and the indentation of a notebook; no indentation where it is on one line."""
    import re

    found = re.match(r"\ufeff?\s*\{(\r?\n)([ \t]+)", text)
    return (found[1], found[2]) if found else ("\n", "")


def _plain(line: str) -> str:
    """A line of a cell without what only IPython understands."""
    bare = line.lstrip()
    indent = line[: len(line) - len(bare)]
    if bare.startswith(("%", "!", "?")) or (bare.rstrip().endswith("?") and not bare.startswith("#")):
        return f"{indent}pass"
    names, equals, value = bare.partition("=")
    is_assignment = bool(equals) and all(name.strip().isidentifier() for name in names.split(","))
    if is_assignment and value.lstrip().startswith(("!", "%")):
        return f"{indent}pass"
    return line


# -- places in JSON --------------------------------------------------------------------------------------------------
# The text was parsed before, so that it is known to be well-formed.


def _members(text: str, start: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """The keys of the object at `start`, and where their values begin and end; of two with one name the last holds."""
    decoder = json.JSONDecoder()
    at = _skip(text, start + 1)
    while text[at] != "}":
        key, at = decoder.raw_decode(text, at)
        begin = _skip(text, _skip(text, at) + 1)
        _, end = decoder.raw_decode(text, begin)
        yield key, (begin, end)
        at = _skip(text, end)
        at = _skip(text, at + 1) if text[at] == "," else at


def _items(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Where the items of the list at `start` begin and end."""
    decoder = json.JSONDecoder()
    at = _skip(text, start + 1)
    while text[at] != "]":
        _, end = decoder.raw_decode(text, at)
        yield at, end
        at = _skip(text, end)
        at = _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    while text[at] in _SPACE:
        at += 1
    return at

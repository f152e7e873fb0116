"""The strings and comments of a source, found without parsing it."""

from __future__ import annotations

import re


class UnsureError(Exception):
    """The lines of a source do not tell; its tree does."""


# Strings and comments; a quote alone where a string is not closed as it should be.
TOKENS = re.compile(
    r'''"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+"""|\'\'\'[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+\'\'\'|'''
    r""""[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'|\#[^\n]*|["']""",
    re.DOTALL,
)
# A string that spans lines; only in one can a line seem to begin with what it does not.
_LONG = re.compile(
    r'''"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+"""|\'\'\'[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+\'\'\'''', re.DOTALL
)
_QUOTE_OR_COMMENT = re.compile(r"[\"'#]")


def long_strings(text: str, last: int) -> list[tuple[int, int]] | None:
    """The strings in three quotes that begin before a place; None where one cannot tell without reading all others.

    One can where no quote, comment or continued line stands before one on its line.
    """
    spans = []
    end = 0
    double, single = text.find('"""'), text.find("'''")
    while double >= 0 or single >= 0:
        begin = double if single < 0 or 0 <= double < single else single
        if begin >= last:
            break
        line = text.rfind("\n", 0, begin) + 1
        if text[line - 2 : line] == "\\\n" or _QUOTE_OR_COMMENT.search(text, line, begin):
            return None
        whole = _LONG.match(text, begin)
        if whole is None:
            return None
        end = whole.end()
        _check(text, begin, end)
        spans.append((begin, end))
        double = text.find('"""', end) if 0 <= double < end else double
        single = text.find("'''", end) if 0 <= single < end else single
    return spans


def all_strings(text: str, last: int) -> list[tuple[int, int]]:
    """All strings and comments that begin before a place."""
    spans = []
    for token in TOKENS.finditer(text):
        span = begin, end = token.span()
        if begin > last:
            break
        _check(text, begin, end)
        spans.append(span)
    return spans


def _check(text: str, begin: int, end: int) -> None:
    """Whether a token is whole: since Python 3.12 a field of an f-string may hold its own quotes."""
    if end - begin == 1 and text[begin] != "#":
        raise UnsureError
    prefix = text[max(begin - 2, 0) : begin]
    if prefix[-1:] in "fFtTrR" and any(letter in prefix for letter in "fFtT"):
        inner = text[begin:end].replace("{{", "").replace("}}", "")
        if inner.count("{") != inner.count("}"):
            raise UnsureError

"""The import statements of a source, read from its lines: fast, and never wrong where it answers at all.

`import` is a keyword: outside of strings and comments it stands in import statements alone. Each place where the word
occurs is looked at, strings and comments before it are skipped, and the blocks around it are told by the lines that
open them. Whatever is written in an unusual way (several statements on a line, a backslash, tabs, a condition that
spans lines) is left to `edges_tree`. A test reads all of the standard library and site-packages in both ways.
"""

from __future__ import annotations

import re

from load._imports.source.blocks import Blocks
from load._imports.source.edges import LAZY_MODULES, OUTERMOST, Statement
from load._imports.source.strings import UnsureError, all_strings, long_strings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from load._imports.source.edges import Written

_CALLS = re.compile(r"\b(?:import_module|__import__)\s*\(\s*[rRuU]?[\"']|\b(?:import_module|__import__) +as\b")
_NAME = r"[A-Za-z_][A-Za-z_0-9]*"
_DOTTED = rf"{_NAME}(?:\.{_NAME})*"
_S = r"(?:[ \t]|\\\n)"
_END = r"[ \t]*(?=#|\n|\Z)"
_DOTTED_ITEM = rf"{_DOTTED}(?:{_S}+as{_S}+{_NAME})?"
_PLAIN = re.compile(rf"(lazy[ ]+)?import{_S}+({_DOTTED_ITEM}(?:{_S}*,{_S}*{_DOTTED_ITEM})*){_END}", re.ASCII)
_FROM = re.compile(
    rf"(lazy[ ]+)?from[ ]*(\.+(?:{_DOTTED})?|(?<=[ ]){_DOTTED})[ ]+import{_S}*"
    rf"(?:(?<=[ \t\n])(\*|{_NAME}(?:{_S}+as{_S}+{_NAME})?(?:{_S}*,{_S}*{_NAME}(?:{_S}+as{_S}+{_NAME})?)*)"
    rf"|\(([^()]*)\)){_END}",
    re.ASCII,
)
_ITEM = re.compile(rf"({_NAME})(?:\s+as\s+({_NAME}))?\Z", re.ASCII)
# What can stand before the word on its line where it begins a statement, or goes on one after `from`.
_USUAL = re.compile(r" *(?:lazy +)?(?:from[ .][\w. ]*)?\Z")
_UNUSUAL = re.compile(r"(?:\A|[:;\\])\s*(?:lazy\s+)?(?:from[\s.\\][^\"'#]*)?\\?\Z")


def statements_of_lines(text: str) -> tuple[Statement, ...]:
    """The import statements of a source in the order of their lines.

    Args:
        text: the source, with plain newlines.

    Raises:
        UnsureError: something in it is left to `edges_tree`.
    """
    text = f"\n{text}"  # each line has a newline before it
    found = list(_candidates(text))
    if ("import_module" in text or "__import__" in text) and _CALLS.search(text):
        raise UnsureError
    if OUTERMOST == "global" and LAZY_MODULES in text:
        raise UnsureError
    if not found:
        return ()
    found, strings = _outside_strings(text, found)
    blocks = Blocks(text, strings, found)
    read = []
    line, counted, consumed = 0, 0, 0
    for start, usual, indent in found:
        if start < consumed:
            continue  # the word stands in the comments of a statement that was read
        if not usual:
            raise UnsureError
        line += text.count("\n", counted, start)
        counted = start
        kind = blocks.kind(start, indent) if indent else OUTERMOST
        statement, consumed = _read(text, start, line, kind)
        if kind is not None:
            read.append(statement)
    return tuple(read)


def _candidates(text: str) -> Iterator[tuple[int, bool, int]]:
    """Places where an import statement may be: its beginning, whether it is written in a usual way, its indent."""
    at = text.find("import")
    while at >= 0:
        begin = text.rfind("\n", 0, at) + 1
        before = text[begin:at]
        follows = text[at + 6 : at + 7]
        if not (follows.isalnum() or follows == "_"):
            if _USUAL.match(before):
                indent = len(before) - len(before.lstrip(" "))
                yield begin + indent, text[begin - 2 : begin] != "\\\n", indent
            elif _UNUSUAL.search(before):
                yield at, False, 0
        at = text.find("import", at + 6)


def _outside_strings(
    text: str, found: list[tuple[int, bool, int]]
) -> tuple[list[tuple[int, bool, int]], list[tuple[int, int]]]:
    """Those that stand in no string and no comment; and the spans of the strings of several lines before the last."""
    last = found[-1][0]
    usual = all(each[1] for each in found)
    spans = long_strings(text, last) if usual else None
    if spans is None:
        spans = all_strings(text, last)
    outside = []
    waiting = iter(found)
    each = next(waiting, None)
    for begin, end in spans:
        while each is not None and each[0] < begin:
            outside.append(each)
            each = next(waiting, None)
        while each is not None and each[0] < end:
            each = next(waiting, None)
    if each is not None:
        outside += (each, *waiting)
    return outside, spans


def _read(text: str, start: int, line: int, kind: Written | None) -> tuple[Statement, int]:
    """The statement that begins at a place, and where it ends."""
    kind = kind or OUTERMOST
    match = _PLAIN.match(text, start)
    if match is not None:
        lazily, names = match.groups()
        source = ""
        items = _listed(names)
    else:
        match = _FROM.match(text, start)
        if match is None:
            raise UnsureError
        lazily, source, names, several = match.groups()
        items = _listed(names) if names else _in_parentheses(several)
    if lazily and kind in ("eager", "global"):
        kind = "deferred"
    if kind == "global" and items == ("*",):
        kind = "eager"
    return Statement(line, kind, source, items), match.end()


def _listed(names: str) -> tuple[str, ...]:
    return tuple([" ".join(name.replace("\\\n", " ").split()) for name in names.split(",")])


def _in_parentheses(several: str) -> tuple[str, ...]:
    plain = re.sub(r"#[^\n]*", "", several) if "#" in several else several
    names = plain.replace("\\\n", " ").split(",")
    if not names[-1].strip():
        names.pop()
    items = []
    for name in names:
        match = _ITEM.match(name.strip())
        if match is None:
            raise UnsureError
        items.append(f"{match[1]} as {match[2]}" if match[2] else match[1])
    if not items:
        raise UnsureError
    return tuple(items)

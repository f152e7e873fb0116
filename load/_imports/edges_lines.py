"""The import statements of a source, read from its lines: fast, and never wrong where it answers at all.

`import` is a keyword: outside of strings and comments it stands in import statements alone. Each place where the word
occurs is looked at, strings and comments before it are skipped, and the blocks around it are told by the lines that
open them. Whatever is written in an unusual way (several statements on a line, a backslash, tabs, a condition that
spans lines) is left to `edges_tree`. A test reads all of the standard library and site-packages in both ways.
"""

from __future__ import annotations

import re
from functools import lru_cache

from load._imports.edges import Statement, weakened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from load._imports.edges import Kind


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
_ENDS = re.compile(r":[ \t]*(?:#[^\n]*)?\Z")
_MOST_LINES = 40
_ITEM = re.compile(rf"({_NAME})(?:\s+as\s+({_NAME}))?\Z", re.ASCII)
# What can stand before the word on its line where it begins a statement, or goes on one after `from`.
_USUAL = re.compile(r" *(?:lazy +)?(?:from[ .][\w. ]*)?\Z")
_UNUSUAL = re.compile(r"(?:\A|[:;\\])\s*(?:lazy\s+)?(?:from[\s.\\][^\"'#]*)?\\?\Z")
_ENDS = re.compile(r":[ \t]*(?:#[^\n]*)?\Z")
_MOST_LINES = 40
_ITEM = re.compile(rf"({_NAME})(?:\s+as\s+({_NAME}))?\Z", re.ASCII)
# What can stand before the word on its line where it begins a statement, or goes on one after `from`.
_USUAL = re.compile(r" *(?:lazy +)?(?:from[ .][\w. ]*)?\Z")
_UNUSUAL = re.compile(r"(?:\A|[:;\\])\s*(?:lazy\s+)?(?:from[\s.\\][^\"'#]*)?\\?\Z")
_HEADERS = re.compile(
    r"\n( *)(?:(async +def|def|class|try|while|with|match|case|async +for|async +with|except|finally)\b|(if|elif|for)\b"
    r"([^\n]*)|(else)\s*:)"
)


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
    if not found:
        return ()
    found, strings = _outside_strings(text, found)
    blocks = _Blocks(text, strings, found)
    read = []
    line, counted, consumed = 0, 0, 0
    for start, usual, indent in found:
        if start < consumed:
            continue  # the word stands in the comments of a statement that was read
        if not usual:
            raise UnsureError
        line += text.count("\n", counted, start)
        counted = start
        kind = blocks.kind(start, indent) if indent else "eager"
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
        spans = _strings(text, last)
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


def _strings(text: str, last: int) -> list[tuple[int, int]]:
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


def _read(text: str, start: int, line: int, kind: Kind | None) -> tuple[Statement, int]:
    """The statement that begins at a place, and where it ends."""
    kind = kind or "eager"
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
    if lazily and kind == "eager":
        kind = "deferred"
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


@lru_cache(maxsize=64)
def _headers(indent: int) -> re.Pattern[str]:
    """Finds the lines that open blocks, or go on with them, and are less indented than `indent`."""
    return re.compile(
        rf"\n( {{0,{indent - 1}}}+)(?=[acdefimtw])(?:(async +def|def|class|try|while|with|match|case|async +for|"
        r"async +with|except|finally)\b|(if|elif|for)\b([^\n]*)|(else)\s*:)"
    )


class _Blocks:
    """The blocks around the statements of a source, asked for from its beginning to its end.

    The line that opens a block is the last one before its statements that is less indented than they are.
    """

    def __init__(self, text: str, strings: list[tuple[int, int]], found: list[tuple[int, bool, int]]) -> None:
        last = max((start for start, _, indent in found if indent), default=0)
        deepest = max((indent for _, _, indent in found), default=0)
        self._text = text
        self._strings = iter(strings)
        self._string = next(self._strings, None)
        self._headers = _headers(deepest or 1).finditer(text, 0, last)
        self._header = next(self._headers, None)
        # Indent, word, and the conditions that decide whether the body runs: where those of `if` and `elif` begin.
        self._open: list[tuple[int, str, tuple[int, ...]]] = []

    def kind(self, start: int, indent: int) -> Kind | None:
        """How what stands at a place runs; None where it never does."""
        while self._header is not None and self._header.start() < start:
            if not self._in_string(self._header.start(1) + len(self._header[1])):
                self._opens(self._header)
            self._header = next(self._headers, None)
        while self._open and self._open[-1][0] >= indent:
            self._open.pop()
        if not self._open:
            raise UnsureError
        kind: Kind = "eager"
        for _, word, conditions in self._open:
            seen_by = self._seen_by(word, conditions)
            if seen_by == "dead":
                return None
            kind = weakened(kind, seen_by)
            if kind == "eager" and word.endswith("def"):
                kind = "deferred"
        return kind

    def _in_string(self, at: int) -> bool:
        while self._string is not None and self._string[1] <= at:
            self._string = next(self._strings, None)
        return self._string is not None and self._string[0] <= at

    def _opens(self, header: re.Match[str]) -> None:
        indent = len(header[1])
        word = header[2] or header[3] or header[5]
        beside: tuple[int, str, tuple[int, ...]] | None = None
        closed_function = False
        while self._open and self._open[-1][0] >= indent:
            beside = self._open.pop()
            closed_function = closed_function or beside[1].endswith("def")
        if header[3] and closed_function and not _is_header(header[4]):
            raise UnsureError
        conditions: tuple[int, ...] = ()
        if word in ("elif", "else") and beside is not None and beside[0] == indent and beside[1] in ("if", "elif"):
            conditions = beside[2]
        if word in ("if", "elif"):
            conditions = (*conditions, header.start(4))
        self._open.append((indent, word, conditions))

    def _seen_by(self, word: str, conditions: tuple[int, ...]) -> str:
        """Who sees the body of an `if`, of its `elif`s or `else`, given the conditions so far."""
        if not conditions or word not in ("if", "elif", "else"):
            return "run"
        answer = "run"
        for number, begin in enumerate(conditions, 1):
            body, other = _verdicts(self._condition(begin))
            seen_by = body if number == len(conditions) and word != "else" else other
            if seen_by == "dead":
                return "dead"
            if seen_by == "typing" or answer == "run":
                answer = seen_by
        return answer

    def _condition(self, begin: int) -> str:
        """What stands between `if` and the end of the line with its colon."""
        end = begin
        for _ in range(_MOST_LINES):
            end = self._text.find("\n", end + 1)
            lines = self._text[begin : end if end >= 0 else None]
            if _ENDS.search(lines) and _is_balanced(lines):
                return lines.strip()
            if end < 0:
                break
        raise UnsureError


def _is_header(rest: str) -> bool:
    """Whether a line that begins with `if` or `for` opens a block, rather than standing in a comprehension."""
    return ":" in rest or rest.endswith("\\") or not _is_balanced(rest)


def _is_balanced(text: str) -> bool:
    return sum(map(text.count, "([{")) == sum(map(text.count, ")]}"))


@lru_cache(maxsize=512)
def _verdicts(condition: str) -> tuple[str, str]:
    from _ast import PyCF_ONLY_AST

    from load._imports.edges_tree import verdicts

    try:
        tree = compile(f"if {condition}\n pass", "<condition>", "exec", PyCF_ONLY_AST, dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise UnsureError from error
    return verdicts(tree.body[0].test)  # type: ignore[attr-defined]

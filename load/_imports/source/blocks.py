"""The blocks around the import statements of a source, told by the lines that open them."""

from __future__ import annotations

import re
from functools import lru_cache

from load._imports.source.edges import OUTERMOST, weakened
from load._imports.source.strings import UnsureError, long_strings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from load._imports.source.edges import Written

_ENDS = re.compile(r":[ \t]*(?:#[^\n]*)?\Z")
_ASSIGNMENT = re.compile(r"[ \t]*(?::[^=]*)?=(?!=)")  # behind a name
_BEHIND = re.compile(rf";[ \t]*([^\W\d]\w*){_ASSIGNMENT.pattern}")
_GLOBAL = re.compile(r"\n[ \t]+global[ \t]+([^\n#;\\]*)")
_MOST_LINES = 40  # of a condition
_NEVER_LAZY = frozenset(("class", "except", "try"))  # blocks whose imports Python has lazy by no option


@lru_cache(maxsize=64)
def _headers(indent: int) -> re.Pattern[str]:
    """Finds the lines that open blocks, or go on with them, and are less indented than `indent`."""
    return re.compile(
        rf"\n( {{0,{indent - 1}}}+)(?=[acdefimtw])(?:(async +def|def|class|try|while|with|match|case|async +for|"
        r"async +with|except|finally)\b|(if|elif|for)\b([^\n]*)|(else)\s*:)"
    )


class Blocks:
    """The blocks around the statements of a source, asked for from its beginning to its end.

    The line that opens a block is the last one before its statements that is less indented than they are.
    """

    def __init__(self, text: str, strings: list[tuple[int, int]], found: list[tuple[int, bool, int]]) -> None:
        last = max((start for start, _, indent in found if indent), default=0)
        deepest = max((indent for _, _, indent in found), default=0)
        self._text = text
        self._strings = iter(strings)
        self._string = next(self._strings, None)
        self._bindings: _Bindings | None = None
        self._headers = _headers(deepest or 1).finditer(text, 0, last)
        self._header = next(self._headers, None)
        # Indent, word, and the conditions that decide whether the body runs: where those of `if` and `elif` begin.
        self._open: list[tuple[int, str, tuple[int, ...]]] = []

    def kind(self, start: int, indent: int) -> Written | None:
        """How what stands at a place runs; None where it never does."""
        while self._header is not None and self._header.start() < start:
            if not self._in_string(self._header.start(1) + len(self._header[1])):
                self._opens(self._header)
            self._header = next(self._headers, None)
        while self._open and self._open[-1][0] >= indent:
            self._open.pop()
        if not self._open:
            raise UnsureError
        kind = OUTERMOST
        for _, word, conditions in self._open:
            seen_by = self._seen_by(word, conditions, runs=kind in ("eager", "global"))
            if seen_by == "dead":
                return None
            kind = weakened(kind, seen_by)
            if kind == "global" and word in _NEVER_LAZY:
                kind = "eager"
            if kind in ("eager", "global") and word.endswith("def"):
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

    def _seen_by(self, word: str, conditions: tuple[int, ...], *, runs: bool) -> str:
        """Who sees the body of an `if`, of its `elif`s or `else`, given the conditions so far.

        Args:
            word: what opens it.
            conditions: where these stand.
            runs: whether what is around it runs with the module, where the module's own names may be known.
        """
        if not conditions or word not in ("if", "elif", "else"):
            return "run"
        answer = "run"
        for number, begin in enumerate(conditions, 1):
            body, other, names = _verdicts(self._condition(begin))
            if runs and any(map(self._may_be_known, names)):
                raise UnsureError
            seen_by = body if number == len(conditions) and word != "else" else other
            if seen_by == "dead":
                return "dead"
            if seen_by == "typing" or answer == "run":
                answer = seen_by
        return answer

    def _may_be_known(self, name: str) -> bool:
        """Whether the value of a name may be known before the module runs, as `Constants` knows it."""
        if self._bindings is None:
            self._bindings = _Bindings(self._text)
        return self._bindings.may_be_known(name)

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


class _Bindings:
    """The names that the statements of a source, in no block of it, bind."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._strings: list[tuple[int, int]] | None = None
        self._known: dict[str, bool] = {}
        self._behind = frozenset(_BEHIND.findall(text) if ";" in text else ())
        self._globals = list(_GLOBAL.finditer(text) if "global" in text else ())

    def may_be_known(self, name: str) -> bool:
        """Whether a name may have a value that is known before the module runs."""
        known = self._known.get(name)
        if known is None:
            self._known[name] = False  # what depends on itself is not
            known = self._known[name] = self._has_value(name)
        return known

    def _has_value(self, name: str) -> bool:
        if name in self._behind:
            return True
        values = list(self._values(name))
        if not values:
            return False
        if self._strings is None:
            self._strings = long_strings(self._text, len(self._text))
            if self._strings is None:
                return True
        values = [at for at in values if not self._is_in_string(at)]
        declared = [each for each in self._globals if name in each[1] and not self._is_in_string(each.start(1))]
        if len(values) != 1 or any(name in each[1].replace(",", " ").split() for each in declared):
            return False  # it is bound several times, or by functions as well
        known, names = _known(self._text[values[0] : self._text.find("\n", values[0])])
        return known or any(map(self.may_be_known, names))

    def _values(self, name: str) -> Iterator[int]:
        """Where what is assigned to a name begins, in strings as well."""
        line = f"\n{name}"
        at = self._text.find(line)
        while at >= 0:
            match = _ASSIGNMENT.match(self._text, at + len(line))
            if match is not None:
                yield match.end()
            at = self._text.find(line, at + 1)

    def _is_in_string(self, at: int) -> bool:
        return any(begin <= at < end for begin, end in self._strings or ())


def _is_header(rest: str) -> bool:
    """Whether a line that begins with `if` or `for` opens a block, rather than standing in a comprehension."""
    return ":" in rest or rest.endswith("\\") or not _is_balanced(rest)


def _is_balanced(text: str) -> bool:
    return sum(map(text.count, "([{")) == sum(map(text.count, ")]}"))


@lru_cache(maxsize=512)
def _verdicts(condition: str) -> tuple[str, str, frozenset[str]]:
    """Who sees what stands below a condition, and what is not; and the names on which that may depend."""
    from _ast import PyCF_ONLY_AST

    from load._imports.source.tree import names_in, verdicts

    try:
        tree: Any = compile(f"if {condition}\n pass", "<condition>", "exec", PyCF_ONLY_AST, dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise UnsureError from error
    test = tree.body[0].test
    body, other = verdicts(test)
    return body, other, frozenset(names_in(test) if (body, other) == ("run", "run") else ())


@lru_cache(maxsize=512)
def _known(value: str) -> tuple[bool, frozenset[str]]:
    """Whether an expression has a value that is known, or may have one; else the names on which that depends."""
    from _ast import PyCF_ONLY_AST

    from load._imports.source.tree import names_in
    from load._truth import UNKNOWN, value_of

    try:
        tree: Any = compile(value.strip(), "<value>", "eval", PyCF_ONLY_AST, dont_inherit=True)
    except (SyntaxError, ValueError):  # it goes on, or several statements stand there
        return True, frozenset()
    return value_of(tree.body, {}) is not UNKNOWN, frozenset(names_in(tree.body))

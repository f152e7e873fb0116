"""The import statements of a source, read from its tree: right for all that Python can parse, and slow.

`edges_lines` reads most sources forty times as fast, and hands on what it is not sure of.
"""

from __future__ import annotations

import re
from _ast import (
    AST,
    AnnAssign,
    Assign,
    AsyncFunctionDef,
    Attribute,
    Call,
    ClassDef,
    Compare,
    Constant,
    Eq,
    FunctionDef,
    If,
    Import,
    ImportFrom,
    Lambda,
    Name,
    NotEq,
    Try,
    TryStar,
)
from bisect import bisect_left

from load._imports.source.constants import Constants
from load._imports.source.edges import LAZY_MODULES, OUTERMOST, Statement, weakened
from load._imports.source.scopes import Scope, children, import_roles
from load._imports.source.shapes import is_dotted_name, literals, unwind
from load._truth import branches, value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from load._imports.source.edges import Written

    # Nodes to visit, how what stands there runs, and the scope that names are looked up in.
    Todo = list[tuple[AST, Written, Scope]]

_FUNCTIONS = (FunctionDef, AsyncFunctionDef, Lambda)
_TRIES = (Try, TryStar)
_RENAMED = re.compile(r"\b(?:import_module|__import__)\s+as\b")
_CONTAINERS = ("frozenset", "list", "set", "tuple")
_BLOCKS = ("body", "orelse", "handlers", "finalbody", "cases")


def statements_of_tree(text: str, filename: str) -> tuple[Statement, ...]:
    """The import statements of a source in the order of their lines, and the calls that import what a literal names.

    What no Python on this platform runs is left out; what stands below `if False` is for type checkers.

    Raises:
        SyntaxError: as the compiler raises it; ValueError, RecursionError or MemoryError for what is stranger still.
    """
    import warnings
    from _ast import PyCF_ONLY_AST

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = compile(text, filename, "exec", PyCF_ONLY_AST, dont_inherit=True)
    return tuple(sorted(_Walk(tree, text).statements(), key=lambda found: found.line))


class _Walk:
    """One walk over a tree.

    Args:
        tree: the module.
        text: its source.
    """

    def __init__(self, tree: AST, text: str) -> None:
        self._tree = tree
        self._calls = "import_module" in text or "__import__" in text
        # Where a function that imports has another name, a call of it may stand anywhere.
        self._lines = None if self._calls and _RENAMED.search(text) else _lines_of("import", text)
        self._has_lazy_names = OUTERMOST == "global" and LAZY_MODULES in text
        self._constants: Constants | None = None

    def statements(self) -> Iterator[Statement]:
        """Those of the module, in no order."""
        if self._has_lazy_names:
            yield from _lazy_names(self._tree)
        todo: Todo = [(self._tree, OUTERMOST, Scope(self._tree))]
        roles: set[str] = {"__import__"}
        waiting: list[tuple[Call, Written, Scope]] = []
        while todo:
            node, kind, scope = todo.pop()
            if isinstance(node, (Import, ImportFrom)):
                roles.update(name for name, role in import_roles(node) if role)
                yield _statement(node, kind)
                continue
            if self._calls and isinstance(node, Call):
                waiting.append((node, kind, scope))
            todo += self._below(node, kind, scope)
        for call, kind, scope in waiting:
            yield from _called(call, kind, scope, roles)

    def _below(self, node: AST, kind: Written, scope: Scope) -> Todo:
        if isinstance(node, If):
            below = self._branches(node, kind, scope)
        elif isinstance(node, _FUNCTIONS):
            below = self._function(node, kind, scope)
        elif isinstance(node, ClassDef):
            outside = [(each, kind, scope) for each in children(node) if each not in node.body] if self._calls else []
            inner = Scope(node, scope)
            below = [*outside, *((each, _never_lazy(kind), inner) for each in node.body)]
        elif isinstance(node, _TRIES):
            tried = [*node.body, *node.handlers]
            below = [(each, _never_lazy(kind) if each in tried else kind, scope) for each in children(node)]
        elif self._calls:
            below = [(each, kind, scope) for each in children(node)]
        else:
            below = [
                (each, kind, scope) for name in _BLOCKS for each in getattr(node, name, ()) if isinstance(each, AST)
            ]
        return below if self._lines is None else [each for each in below if self._may_import(each[0])]

    def _may_import(self, node: Any) -> bool:
        """Whether the word stands on a line of it."""
        first = getattr(node, "lineno", None)
        if first is None or self._lines is None:
            return True
        decorators = getattr(node, "decorator_list", None)
        index = bisect_left(self._lines, decorators[0].lineno if decorators else first)
        return index < len(self._lines) and self._lines[index] <= node.end_lineno

    def _branches(self, node: If, kind: Written, scope: Scope) -> Todo:
        todo: Todo = [(node.test, kind, scope)] if self._calls else []
        for seen_by, block in zip(self._verdicts(node.test, kind, scope), (node.body, node.orelse), strict=True):
            if seen_by != "dead":
                todo += [(each, weakened(kind, seen_by), scope) for each in block]
        return todo

    def _verdicts(self, test: Any, kind: Written, scope: Scope) -> tuple[str, str]:
        """As the function of that name, with what is known of the module's names, for what runs with the module."""
        found = verdicts(test)
        names = names_in(test) if found == ("run", "run") and kind in ("eager", "global") else set()
        if not names:
            return found
        if self._constants is None:
            self._constants = Constants(self._tree)
        known = {name: self._constants[name] for name in names & self._constants.keys() if scope.is_global(name)}
        if not known:
            return found
        body, other = branches(test, known)
        is_written = isinstance(test, Name) and test.id in self._constants.written
        return "typing" if body == "dead" and is_written else body, other

    def _function(self, node: Any, kind: Written, scope: Scope) -> Todo:
        inner_kind: Written = "typing" if kind == "typing" else "deferred"
        inner = Scope(node, scope)
        body = node.body if isinstance(node.body, list) else [node.body]
        todo: Todo = [(each, inner_kind, inner) for each in body]
        if self._calls:
            todo += [(each, kind, scope) for each in children(node) if each not in body]
        return todo


def _lines_of(word: str, text: str) -> list[int]:
    """The numbers of the lines on which a word stands, in order."""
    found = []
    line, counted, at = 1, 0, text.find(word)
    while at >= 0:
        line += text.count("\n", counted, at)
        counted = at
        found.append(line)
        at = text.find(word, at + 1)
    return found


def verdicts(test: Any) -> tuple[str, str]:
    """As `branches`, and "script" for what runs only where the module is run as a program.

    A body below a false constant is what type checkers were once shown by.
    """
    if isinstance(test, Compare) and len(test.ops) == 1 and {"__name__", "__main__"} == set(_words(test)):
        if isinstance(test.ops[0], Eq):
            return "script", "run"
        if isinstance(test.ops[0], NotEq):
            return "run", "script"
    body, other = branches(test)
    if body == "dead" and isinstance(test, Constant):
        return "typing", other
    return body, other


def names_in(test: AST) -> set[str]:
    """The names that a condition uses."""
    names = set()
    todo = [test]
    while todo:
        node = todo.pop()
        if isinstance(node, Name):
            names.add(node.id)
        todo += children(node)
    return names


def _words(test: Compare) -> Iterator[object]:
    """The names and constants on both sides."""
    for side in (test.left, *test.comparators):
        yield side.id if isinstance(side, Name) else side.value if isinstance(side, Constant) else None


def _never_lazy(kind: Written) -> Written:
    """How what is told to be no import that Python may have lazy runs."""
    return "eager" if kind == "global" else kind


def _lazy_names(tree: Any) -> Iterator[Statement]:
    """What the module has lazy, where it names them as they are: strings in a list, a tuple or a set."""
    for node in tree.body:
        targets = node.targets if isinstance(node, Assign) else [node.target] if isinstance(node, AnnAssign) else []
        if any(isinstance(target, Name) and target.id == LAZY_MODULES for target in targets):
            value = node.value
            if isinstance(value, Call) and isinstance(value.func, Name) and value.func.id in _CONTAINERS and value.args:
                value = value.args[0]
            names = value_of(value, {})
            if isinstance(names, tuple):
                yield Statement(
                    node.lineno, "eager", LAZY_MODULES, tuple(each for each in names if isinstance(each, str))
                )


def _statement(node: Import | ImportFrom, kind: Written) -> Statement:
    if kind in ("eager", "global") and getattr(node, "is_lazy", False):
        kind = "deferred"
    if node.names[0].name == "*":
        kind = _never_lazy(kind)
    items = tuple(f"{alias.name} as {alias.asname}" if alias.asname else alias.name for alias in node.names)
    source = "" if isinstance(node, Import) else "." * node.level + (node.module or "")
    return Statement(node.lineno, kind, source, items)


def _called(node: Call, kind: Written, scope: Scope, roles: set[str]) -> Iterator[Statement]:
    base, chain = unwind(node.func)
    if not isinstance(base, Name) or base.id not in roles:
        return
    role = scope.role(base.id)
    function = ".".join((base.id if role is None else role, *chain))
    if function in ("importlib.import_module", "__import__"):
        for name, line in literals(node.args[:1]):
            if is_dotted_name(name):
                shown = "__import__" if function == "__import__" else _written(node.func)
                yield Statement(line, _never_lazy(kind), f"{shown}()", (name,))


def _written(function: AST) -> str:
    return f"{_written(function.value)}.{function.attr}" if isinstance(function, Attribute) else function.id  # type: ignore[attr-defined]

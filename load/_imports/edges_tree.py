"""The import statements of a source, read from its tree: right for all that Python can parse, and slow.

`edges_lines` reads most sources forty times as fast, and hands on what it is not sure of.
"""

from __future__ import annotations

from _ast import (
    AST,
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
)

from load._imports.edges import Statement, weakened
from load._imports.scopes import Scope, children, import_roles
from load._imports.shapes import is_dotted_name, literals, unwind
from load._truth import branches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from load._imports.edges import Kind

    # Nodes to visit, how what stands there runs, and the scope that names are looked up in.
    Todo = list[tuple[AST, Kind, Scope]]

_FUNCTIONS = (FunctionDef, AsyncFunctionDef, Lambda)
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
    calls = "import_module" in text or "__import__" in text
    return tuple(sorted(_walk(tree, calls=calls), key=lambda found: found.line))


def _walk(tree: AST, *, calls: bool) -> Iterator[Statement]:
    todo: Todo = [(tree, "eager", Scope(tree))]
    roles: set[str] = {"__import__"}
    waiting: list[tuple[Call, Kind, Scope]] = []
    while todo:
        node, kind, scope = todo.pop()
        if isinstance(node, (Import, ImportFrom)):
            roles.update(name for name, role in import_roles(node) if role)
            yield _statement(node, kind)
            continue
        if calls and isinstance(node, Call):
            waiting.append((node, kind, scope))
        todo += _below(node, kind, scope, calls=calls)
    for call, kind, scope in waiting:
        yield from _called(call, kind, scope, roles)


def _below(node: AST, kind: Kind, scope: Scope, *, calls: bool) -> Todo:
    if isinstance(node, If):
        return _branches(node, kind, scope, calls=calls)
    if isinstance(node, _FUNCTIONS):
        return _function(node, kind, scope, calls=calls)
    if isinstance(node, ClassDef):
        outside = [(each, kind, scope) for each in children(node) if each not in node.body] if calls else []
        inner = Scope(node, scope)
        return [*outside, *((each, kind, inner) for each in node.body)]
    if calls:
        return [(each, kind, scope) for each in children(node)]
    return [(each, kind, scope) for name in _BLOCKS for each in getattr(node, name, ()) if isinstance(each, AST)]


def _branches(node: If, kind: Kind, scope: Scope, *, calls: bool) -> Todo:
    todo: Todo = [(node.test, kind, scope)] if calls else []
    for seen_by, block in zip(verdicts(node.test), (node.body, node.orelse), strict=True):
        if seen_by != "dead":
            todo += [(each, weakened(kind, seen_by), scope) for each in block]
    return todo


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


def _words(test: Compare) -> Iterator[object]:
    """The names and constants on both sides."""
    for side in (test.left, *test.comparators):
        yield side.id if isinstance(side, Name) else side.value if isinstance(side, Constant) else None


def _function(node: Any, kind: Kind, scope: Scope, *, calls: bool) -> Todo:
    inner_kind: Kind = "typing" if kind == "typing" else "deferred"
    inner = Scope(node, scope)
    body = node.body if isinstance(node.body, list) else [node.body]
    todo: Todo = [(each, inner_kind, inner) for each in body]
    if calls:
        todo += [(each, kind, scope) for each in children(node) if each not in body]
    return todo


def _statement(node: Import | ImportFrom, kind: Kind) -> Statement:
    if kind == "eager" and getattr(node, "is_lazy", False):
        kind = "deferred"
    items = tuple(f"{alias.name} as {alias.asname}" if alias.asname else alias.name for alias in node.names)
    source = "" if isinstance(node, Import) else "." * node.level + (node.module or "")
    return Statement(node.lineno, kind, source, items)


def _called(node: Call, kind: Kind, scope: Scope, roles: set[str]) -> Iterator[Statement]:
    base, chain = unwind(node.func)
    if not isinstance(base, Name) or base.id not in roles:
        return
    role = scope.role(base.id)
    function = ".".join((base.id if role is None else role, *chain))
    if function in ("importlib.import_module", "__import__"):
        for name, line in literals(node.args[:1]):
            if is_dotted_name(name):
                shown = "__import__" if function == "__import__" else _written(node.func)
                yield Statement(line, kind, f"{shown}()", (name,))


def _written(function: AST) -> str:
    return f"{_written(function.value)}.{function.attr}" if isinstance(function, Attribute) else function.id  # type: ignore[attr-defined]

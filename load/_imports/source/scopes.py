"""Which names of a source mean `load` or `importlib`, followed through the scopes of the language."""

from __future__ import annotations

from _ast import (
    AST,
    AsyncFunctionDef,
    ClassDef,
    ExceptHandler,
    FunctionDef,
    Global,
    Import,
    ImportFrom,
    Lambda,
    MatchAs,
    MatchMapping,
    MatchStar,
    Module,
    Name,
    Nonlocal,
    Store,
    comprehension,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# What a name can stand for: "load" (the module), "load.<member>", "importlib" and "importlib.<member>".
_OTHER = ""
_FUNCTIONS = (FunctionDef, AsyncFunctionDef, Lambda)
_NESTED = (*_FUNCTIONS, ClassDef)


def import_roles(node: AST) -> Iterator[tuple[str, str]]:
    """Give each name that an import statement binds, with what it stands for ("" for anything else)."""
    if isinstance(node, Import):
        for alias in node.names:
            root = alias.name.partition(".")[0]
            target = alias.name if alias.asname else root
            yield alias.asname or root, target if target in ("load", "importlib") else _OTHER
    elif isinstance(node, ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name, _role_of_member(node, alias.name)


def _role_of_member(node: ImportFrom, member: str) -> str:
    ours = not node.level and node.module in ("load", "importlib")
    return f"{node.module}.{member}" if ours else _OTHER


class Scope:
    """The names of one function, class, comprehension or module."""

    __slots__ = ("_names", "_node", "_outer")

    def __init__(self, node: AST, outer: Scope | None = None) -> None:
        self._node = node
        self._outer = outer
        self._names: dict[str, str] | None = None

    def role(self, name: str) -> str | None:
        """Tell what `name` stands for where this scope's own code uses it; None where nothing binds it."""
        scope: Scope | None = self
        while scope is not None:
            visible = scope is self or not isinstance(scope._node, ClassDef)
            if visible and name in scope._bound():
                return scope._bound()[name]
            scope = scope._outer
        return None

    def is_global(self, name: str) -> bool:
        """Tell whether this scope's own code looks for `name` in the module."""
        scope = self
        while scope._outer is not None:
            visible = scope is self or not isinstance(scope._node, ClassDef)
            if visible and name in scope._bound():
                return False
            scope = scope._outer
        return True

    def _bound(self) -> dict[str, str]:
        if self._names is None:
            self._names = _bindings(self._node)
        return self._names


def _bindings(scope: AST) -> dict[str, str]:
    """Give all names bound in a scope; where several bindings share a name, an import of ours counts."""
    bound: dict[str, str] = {}
    elsewhere: set[str] = set()
    for node in _own_nodes(scope):
        if isinstance(node, (Global, Nonlocal)):
            elsewhere.update(node.names)
        for name, role in _binds(node):
            bound[name] = bound.get(name) or role
    return {name: role for name, role in bound.items() if name not in elsewhere}


def bindings_of(scope: AST) -> Iterator[str]:
    """Give the names that a scope's own code binds, each as often as it does so."""
    for node in _own_nodes(scope):
        yield from (name for name, _ in _binds(node))


def _binds(node: AST) -> Iterable[tuple[str, str]]:
    if isinstance(node, (Import, ImportFrom)):
        return import_roles(node)
    if isinstance(node, Name):
        return ((node.id, _OTHER),) if isinstance(node.ctx, Store) else ()
    name: str | None = None
    if isinstance(node, (FunctionDef, AsyncFunctionDef, ClassDef, ExceptHandler, MatchAs, MatchStar)):
        name = node.name
    elif isinstance(node, MatchMapping):
        name = node.rest
    return ((name, _OTHER),) if name else ()


def _own_nodes(scope: AST) -> Iterator[AST]:
    """Give the nodes of a scope's own code, without what lies in the scopes within it."""
    if isinstance(scope, _FUNCTIONS):
        yield from _parameters(scope)
    stack = list(_roots(scope))
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, comprehension):
            # Its target belongs to the comprehension, and was given there.
            stack += [node.iter, *node.ifs]
        elif not isinstance(node, _NESTED):
            stack += children(node)


def _parameters(node: FunctionDef | AsyncFunctionDef | Lambda) -> Iterator[AST]:
    arguments = node.args
    every = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    ]
    for argument in every:
        if argument is not None:
            yield Name(argument.arg, Store())


def _roots(scope: AST) -> Iterable[AST]:
    if isinstance(scope, Lambda):
        return (scope.body,)
    if isinstance(scope, (Module, FunctionDef, AsyncFunctionDef, ClassDef)):
        return scope.body
    generators: list[comprehension] = getattr(scope, "generators", [])
    return [generator.target for generator in generators]


def children(node: AST) -> list[AST]:
    """Give the nodes directly below a node, in the order of the source."""
    found = []
    for field in node._fields:
        value = getattr(node, field, None)
        if isinstance(value, list):
            found += [item for item in value if isinstance(item, AST)]
        elif isinstance(value, AST):
            found.append(value)
    return found

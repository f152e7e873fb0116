"""Marks in the code of a module, by which it tells what it has bound as soon as it has."""

from __future__ import annotations

import ast
import sys
from importlib.util import resolve_name

from load._imports.files.module_files import namespace_of
from load._imports.reload.names import Names, bound_by
from load._imports.reload.rebinding import public_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterator
    from types import CodeType
    from typing import Any

# Stands in the code for whoever is told, until the code runs.
_MARK = "load: a name was bound"


class Listener:
    """Is told what a module binds as it runs.

    Args:
        namespace: of the module.
        settle: is called with each name that was bound and is to be settled.
        stands: gives what a name is to be bound to, by what the source defines.

    Attributes:
        bound: the names that were bound, as far as the module tells.
    """

    def __init__(
        self, namespace: dict[str, Any], settle: Callable[[str], object], stands: Callable[[str, Any], Any]
    ) -> None:
        self.bound: set[str] = set()
        self._namespace = namespace
        self._settle = settle
        self._stands = stands

    def define(self, name: str) -> Callable[[Any], Any]:
        """The last decorator of a definition that is to be settled: no other thread ever sees the new object."""

        def settled(value: Any) -> Any:
            self.bound.add(name)
            return self._stands(name, value)

        return settled

    def settle(self, name: str) -> None:
        """A name was bound that stood for something which may go on."""
        self.bound.add(name)
        self._settle(name)

    def note(self, *names: str) -> None:
        """Names were bound."""
        self.bound.update(names)

    def note_all(self, source: str) -> None:
        """The names were bound that `from … import *` takes of a module."""
        package = self._namespace.get("__package__")
        module = sys.modules[resolve_name(source, package if isinstance(package, str) else None)]
        self.bound |= public_names(namespace_of(module))


def telling(code: CodeType, listener: Listener) -> CodeType:
    """The code of a tree that was marked, which tells a listener."""
    return code.replace(
        co_consts=tuple(listener if type(each) is str and each == _MARK else each for each in code.co_consts)
    )


def mark(tree: ast.Module, names: Names, wanted: Container[str], held: Collection[str]) -> frozenset[str]:
    """Have a module tell of names that it binds.

    Args:
        tree: its source.
        names: what is known of these.
        wanted: names that are to be settled; if they are bound once.
        held: all names that it has.

    Returns:
        The names that it may bind or not, and tells of.
    """
    settled = {name for name, times in _times(tree.body).items() if times == 1 and name in wanted}
    untold: set[str] = set()
    told: set[str] = set()
    for statement in _all_of(tree.body):
        told.update(_bound(statement, untold))
    untold |= names.perhaps - told
    loose = {name for name in held if type(name) is str and names.goes(name) and name not in names.read_first}
    if not names.stars:
        loose &= told
    loose -= untold
    _mark(tree.body, settled, loose, stars=bool(loose))
    return frozenset(loose)


def _all_of(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        for inner in _inner(statement):
            yield from _all_of(inner)


_DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_BINDING = (*_DEFINING, ast.Assign, ast.AnnAssign)
_TOLD_AFTER = (*_BINDING, ast.AugAssign, ast.Import, ast.ImportFrom, *filter(None, [getattr(ast, "TypeAlias", None)]))
_TOLD_WITHIN = (ast.For, ast.AsyncFor, ast.With, ast.AsyncWith)
_BLOCKS = ("body", "orelse", "finalbody")


def _bound(statement: ast.stmt, untold: set[str]) -> list[str]:
    """What a statement binds and can be told of; what it binds otherwise is added to `untold`."""
    found = [name for name, _ in bound_by(statement, Names())]
    if not isinstance(statement, (*_TOLD_AFTER, *_TOLD_WITHIN)):
        untold.update(found)
    if not isinstance(statement, _DEFINING):
        untold.update(
            each.target.id
            for each in ast.walk(statement)
            if isinstance(each, ast.NamedExpr) and isinstance(each.target, ast.Name)
        )
    return found


def _mark(body: list[ast.stmt], settled: Container[str], loose: Container[str], *, stars: bool) -> None:
    position = 0
    while position < len(body):
        statement = body[position]
        for inner in _inner(statement):
            _mark(inner, settled, loose, stars=stars)
        position += 1
        found = [name for name, _ in bound_by(statement, Names())]
        marks: list[ast.stmt] = []
        if isinstance(statement, _DEFINING) and statement.name in settled:
            first = statement.decorator_list[0] if statement.decorator_list else statement
            statement.decorator_list.insert(0, _call("define", statement.name, first))
            found = []
        elif isinstance(statement, _BINDING):
            marks = [_tell("settle", name, statement) for name in found if name in settled]
            found = [name for name in found if name not in settled]
        marks += [_tell("note", name, statement) for name in found if name in loose]
        if isinstance(statement, ast.ImportFrom) and stars and statement.names[0].name == "*":
            marks.append(_tell("note_all", "." * statement.level + (statement.module or ""), statement))
        if isinstance(statement, _TOLD_AFTER):
            body[position:position] = marks
            position += len(marks)
        elif isinstance(statement, _TOLD_WITHIN):
            statement.body[:0] = marks


def _times(body: list[ast.stmt]) -> dict[str, int]:
    """How often a run binds each name, at most; of branches that exclude one another the one that does it most.

    A name that is bound several times, as `_` often is, is settled when the module has run: each time it is another
    thing.
    """
    times: dict[str, int] = {}
    for statement in body:
        found: dict[str, int] = {}
        if isinstance(statement, _BINDING):
            for name, _ in bound_by(statement, Names()):
                found[name] = found.get(name, 0) + 1
        for inner in _inner(statement):
            again = 2 if isinstance(statement, (ast.For, ast.AsyncFor, ast.While)) else 1
            for name, count in _times(inner).items():
                found[name] = max(found.get(name, 0), count * again)
        for name, count in found.items():
            times[name] = times.get(name, 0) + count
    return times


def _inner(statement: ast.stmt) -> list[list[ast.stmt]]:
    if isinstance(statement, _DEFINING):
        return []
    holders: list[Any] = [statement, *getattr(statement, "handlers", ()), *getattr(statement, "cases", ())]
    return [getattr(holder, block) for holder in holders for block in _BLOCKS if getattr(holder, block, None)]


def _tell(how: str, name: str, after: ast.stmt) -> ast.stmt:
    return ast.copy_location(ast.Expr(_call(how, name, after)), after)


def _call(how: str, name: str, beside: ast.stmt | ast.expr) -> ast.expr:
    call = ast.Call(ast.Attribute(ast.Constant(_MARK), how, ast.Load()), [ast.Constant(name)], [])
    for each in ast.walk(call):  # on one line, which is the first of a definition as it was
        if isinstance(each, ast.expr):
            each.lineno = each.end_lineno = beside.lineno
            each.col_offset = each.end_col_offset = beside.col_offset
    return call

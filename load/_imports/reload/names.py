"""Which names a source binds in its module, and which of them it reads: told from its tree, before it runs."""

from __future__ import annotations

import ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_TRY = (ast.Try, getattr(ast, "TryStar", ast.Try))
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
# What decides by a name whether it is there.
_ASKING = frozenset(("globals", "locals", "vars", "dir", "hasattr", "getattr", "setdefault"))


class Names:
    """The names of a module, by its source.

    Attributes:
        always: names that it binds whenever it runs to its end.
        perhaps: names that it binds under a condition: in an `if`, a loop, a `try`, a `with`, a `match`.
        by_functions: names that functions of it bind, which say `global`.
        read_first: names that its own code reads, or asks for as texts, before anything in it binds them.
        stars: what it takes all names of: the modules of `from … import *`, with the number of dots.
    """

    __slots__ = ("always", "by_functions", "perhaps", "read_first", "stars")

    def __init__(self) -> None:
        self.always: set[str] = set()
        self.perhaps: set[str] = set()
        self.by_functions: set[str] = set()
        self.read_first: set[str] = set()
        self.stars: list[tuple[str, int]] = []

    def goes(self, name: str) -> bool:
        """Whether a name that the module has is to be taken out before it runs: a fresh one would not have it by then.

        What is bound whenever it runs is left to the run, so that other threads never miss it.
        """
        if name in self.always or name in self.by_functions:
            return False
        return name not in self.perhaps or name not in self.read_first


def names_of(tree: ast.Module) -> Names:
    """The names of a module, by its tree."""
    found = Names()
    _Reader(found).block(tree.body, certain=True)
    return found


class _Reader:
    """Follows the statements of a module's own scope, in their order."""

    def __init__(self, found: Names) -> None:
        self._found = found

    def block(self, body: list[ast.stmt], *, certain: bool) -> None:
        for statement in body:
            self._statement(statement, certain=certain)

    def _statement(self, node: ast.stmt, *, certain: bool) -> None:
        found = self._found
        blocks = list(_blocks(node))
        self._read(node, {id(each) for _, body in blocks for each in body})
        for name, always in bound_by(node, found):
            (found.always if certain and always else found.perhaps).add(name)
        for always, body in blocks:
            self.block(body, certain=certain and always)

    def _read(self, node: ast.AST, apart: set[int]) -> None:
        """What a statement reads as it runs; the blocks in `apart` are read by themselves."""
        read: set[str] = set()
        bound: set[str] = set()
        todo: list[tuple[ast.AST, bool]] = [(node, True)]
        while todo:
            each, runs = todo.pop()
            if isinstance(each, ast.Global):
                self._found.by_functions.update(each.names)
            elif runs:
                _note(each, read, bound)
            todo += [
                (child, runs and _runs_with(each, child))
                for child in ast.iter_child_nodes(each)
                if id(child) not in apart
            ]
        self._found.read_first |= read - bound - self._found.always - self._found.perhaps
        self._found.perhaps |= bound


def _note(node: ast.AST, read: set[str], bound: set[str]) -> None:
    if isinstance(node, ast.NamedExpr) and isinstance(node.target, ast.Name):
        bound.add(node.target.id)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        read.add(node.id)
    elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        read.add(node.target.id)
    elif isinstance(node, (ast.Compare, ast.Call, ast.Subscript)) and _asks(node):
        read.update(
            each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)
        )


def _runs_with(node: ast.AST, child: ast.AST) -> bool:
    """Whether a part of a function or a class runs with the module: decorators, defaults, bases, a class's body."""
    if isinstance(node, ast.Lambda):
        return child is node.args
    return not (isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and child in node.body)


def _asks(node: ast.AST) -> bool:
    """Whether an expression looks a name up by its text, as `"x" in globals()` or `hasattr(module, "x")`."""
    return any(getattr(each, "id", getattr(each, "attr", None)) in _ASKING for each in ast.walk(node))


def _blocks(node: ast.stmt) -> Iterator[tuple[bool, list[ast.stmt]]]:
    """The blocks of a statement that are the module's own, and whether each runs whenever the statement does."""
    if isinstance(node, (ast.With, ast.AsyncWith)):
        yield False, node.body  # it may swallow what is raised in it
    elif isinstance(node, (ast.If, *_LOOPS)):
        yield False, node.body
        yield False, node.orelse
    elif isinstance(node, ast.Match):
        for case in node.cases:
            yield False, case.body
    elif isinstance(node, _TRY):
        yield False, node.body
        for handler in node.handlers:
            yield False, handler.body
        yield False, node.orelse
        yield True, node.finalbody


def bound_by(node: ast.stmt, found: Names) -> Iterator[tuple[str, bool]]:
    """The names that a statement itself binds, and whether it does so whenever it runs."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name, True
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        for name in _imported(node, found):
            yield name, True
    elif isinstance(node, (*_TRY, ast.Match)):
        for each in _parts(node):
            yield each, False
    elif not isinstance(node, ast.AnnAssign) or node.value is not None:
        always = not isinstance(node, (ast.For, ast.AsyncFor, ast.AugAssign))
        for name in _assigned(node):
            yield name, always


def _imported(node: ast.Import | ast.ImportFrom, found: Names) -> Iterator[str]:
    for alias in node.names:
        if alias.name == "*" and isinstance(node, ast.ImportFrom):
            found.stars.append((node.module or "", node.level))
        else:
            yield alias.asname or (alias.name.partition(".")[0] if isinstance(node, ast.Import) else alias.name)


def _parts(node: ast.stmt) -> Iterator[str]:
    """The names that the handlers of a `try` bind, or the patterns of a `match`."""
    for part in getattr(node, "handlers", None) or [case.pattern for case in getattr(node, "cases", ())]:
        for each in [part] if isinstance(part, ast.ExceptHandler) else ast.walk(part):
            name = each.rest if isinstance(each, ast.MatchMapping) else getattr(each, "name", None)
            if isinstance(name, str):
                yield name


def _assigned(node: ast.stmt) -> Iterator[str]:
    """The targets of an assignment, a loop, a `with`, a `type` statement."""
    targets = [*getattr(node, "targets", ()), getattr(node, "target", None), getattr(node, "name", None)]
    targets += [item.optional_vars for item in getattr(node, "items", ())]
    for target in targets:
        for each in ast.walk(target) if isinstance(target, ast.AST) else ():
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                yield each.id

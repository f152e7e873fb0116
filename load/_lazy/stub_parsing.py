"""What a stub, or a package's source below `if TYPE_CHECKING:`, imports for others.

Exported is what type checkers take for exported, and a little more: `from .module import name`, with `as` or without,
as stubs for lazy packages have always been written; whatever else has an `as` that does not make it private; and what
`__all__` names. `from pathlib import Path` and `import os.path` are for the stub itself.
Source: https://typing.readthedocs.io/en/latest/spec/distributing.html#import-conventions
"""

from __future__ import annotations

import ast

from load._lazy.stub_names import told_names
from load._reference import absolute
from load._truth import branches, holds_for_checkers
from load.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_IMPORTS = frozenset((ast.Import, ast.ImportFrom))
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Stub:
    """What one stub says, or what stands in for it.

    Attributes:
        path: its file.
        found: name → what it leads to, as written: a module, perhaps relative, and an attribute, "" for itself.
        told: what its `__all__` names; None where it has none, or one that has to be computed.
        own: the public names that it defines itself.
        private: the names that it imports for itself.
        unsure: those of `found` of which nobody can tell whether they are exported.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.found: dict[str, tuple[str, str]] = {}
        self.told: list[str] | None = None
        self.own: set[str] = set()
        self.private: set[str] = set()
        self.unsure: set[str] = set()
        self._written: dict[str, tuple[int, str, str, str]] = {}  # name → line, module, what is taken, and "as" what

    def take(self, name: str, line: int, origin: str, taken: str, known_as: str = "") -> None:
        """Add a name that `from origin import taken as known_as` brings, or an `import` where there is no origin."""
        self.found[name] = (origin, taken) if origin else (taken, "")
        self._written[name] = (line, origin, taken, known_as)

    def where(self, name: str) -> str:
        """File, line and text of the import that brings a name."""
        line, *written = self._written[name]
        return f"{self.path}:{line}: {_text(*written)}"

    def targets(self, package: str, base: str) -> dict[str, tuple[str, str]]:
        """Name → absolute module and attribute, "" for the module itself.

        Args:
            package: import name of the package whose names they are.
            base: the package that dots are relative to.

        Raises:
            SourceError: a name comes from above the package, or stands for itself; with file, line and text.
        """
        targets = {name: self._target(name, package, base) for name in self.found}
        for name, (module, _) in targets.items():
            if module == package:
                self._check_end(name, package, targets)
        return targets

    def _target(self, name: str, package: str, base: str) -> tuple[str, str]:
        written, attribute = self.found[name]
        try:
            module = absolute(written, base)
        except SourceError as error:
            error.context = (self.where(name),)
            raise
        # The package's own attribute of that name is this one: a module is meant.
        return (f"{module}.{attribute}", "") if (module, attribute) == (package, name) else (module, attribute)

    def _check_end(self, name: str, package: str, targets: dict[str, tuple[str, str]]) -> None:
        """Follow a name that the package itself has through its others."""
        seen = [name]
        while True:
            module, attribute = targets[seen[-1]]
            if module != package or attribute not in targets:
                return
            if attribute in seen:
                raise SourceError(
                    f"{' and '.join(map(repr, seen))} stand for each other in {self.path}.",
                    context=[self.where(each) for each in seen],
                    hint="import one of them from the module that has it",
                )
            seen.append(attribute)


def _text(origin: str, taken: str, known_as: str) -> str:
    return f"{f'from {origin} ' if origin else ''}import {taken}{f' as {known_as}' if known_as else ''}"


def parse_stub(path: str, source: bytes) -> Stub:
    """What a stub exports.

    Raises:
        SourceError: it cannot be parsed, or has a star import; the error says where.
    """
    stub = Stub(path)
    statements = list(_statements(_parsed(path, source).body))
    stub.told = told_names(node for node, _ in statements)
    exported = frozenset(stub.told or ())
    for node, is_second in statements:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            _take(node, stub, exported, is_second=is_second)
        else:
            stub.own.update(_defined_by(node))
    return stub


def parse_source(path: str, source: bytes) -> Stub:
    """What a package's source imports below `if TYPE_CHECKING:`.

    Raises:
        SourceError: it cannot be parsed, or has a relative star import there; the error says where.
    """
    stub = Stub(path)
    for node, is_second in _statements(_guarded(_parsed(path, source).body)):
        if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and not _is_foreign_star(node)):
            _take(node, stub, frozenset(), is_second=is_second)
    return stub


def _parsed(path: str, source: bytes) -> ast.Module:
    try:
        return ast.parse(source, path)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 0
        raise SourceError(
            f"The stub {path} cannot be parsed: {getattr(error, 'msg', None) or error}.",
            context=(f"{path}:{line}",),
            hint="correct the stub; a type checker shows the place",
        ) from error


# -- the statements that count -----------------------------------------------------------------------------------------


def _statements(body: Iterable[ast.stmt]) -> Iterator[tuple[ast.stmt, bool]]:
    """The statements outside of functions and classes, in their order; and whether another branch comes before theirs.

    Of a condition there is the branch that holds for this Python, as for type checkers; of everything else, all.
    """
    todo = [(node, False) for node in reversed([*body])]
    while todo:
        node, is_second = todo.pop()
        yield node, is_second
        if type(node) not in _IMPORTS:
            todo += reversed([(each, is_second or is_other) for each, is_other in _within(node)])


def _within(node: ast.AST) -> Iterator[tuple[ast.stmt, bool]]:
    if isinstance(node, _DEFINITIONS):
        return
    holds = holds_for_checkers(node.test) if isinstance(node, ast.If) else None
    if holds is not False:
        yield from ((each, False) for each in getattr(node, "body", ()))
    if holds is not True:
        is_other = isinstance(node, ast.If) and holds is None
        yield from ((each, is_other) for each in getattr(node, "orelse", ()))
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield from ((each, True) for each in part.body)
    yield from ((each, False) for each in getattr(node, "finalbody", ()))


def _guarded(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that only type checkers see."""
    todo = body[::-1]
    while todo:
        node = todo.pop()
        if not isinstance(node, ast.If):
            todo += reversed([each for each, _ in _within(node)])
            continue
        for who, branch in reversed([*zip(branches(node.test), (node.body, node.orelse), strict=True)]):
            if who == "typing":
                yield from branch
            elif who == "run":
                todo += reversed(branch)


def _is_foreign_star(node: ast.ImportFrom) -> bool:
    return not node.level and node.names[0].name == "*"


# -- imports -----------------------------------------------------------------------------------------------------------


def _take(node: ast.Import | ast.ImportFrom, stub: Stub, told: frozenset[str], *, is_second: bool) -> None:
    origin = f"{'.' * node.level}{node.module or ''}" if isinstance(node, ast.ImportFrom) else ""
    for each in node.names:
        if each.name == "*":
            raise SourceError(
                f"The stub {stub.path} has a star import, which cannot be lazy.",
                context=(f"{stub.path}:{node.lineno}: {_text(origin, '*', '')}",),
                hint="name what it brings",
            )
        name = each.asname or each.name
        if not (name in told or _is_exported(each, origin)):
            stub.private.add(name.partition(".")[0])
        elif not (is_second and name in stub.found):
            stub.take(name, each.lineno, origin, each.name, each.asname or "")


def _is_exported(each: ast.alias, origin: str) -> bool:
    if each.asname is None:
        return origin.startswith(".")
    if each.asname == each.name and origin.startswith("."):
        return True
    is_private = each.asname.startswith("_") and not each.asname.endswith("__")
    return not is_private


def _defined_by(node: ast.stmt) -> set[str]:
    """The public names that a statement defines."""
    names: set[str] = set()
    if isinstance(node, _DEFINITIONS):
        names.add(node.name)
    elif isinstance(node, ast.Assign):
        names.update(each.id for each in node.targets if isinstance(each, ast.Name))
    else:  # `name: int`, and `type name = …` of 3.12
        named = getattr(node, "target", None) or getattr(node, "name", None)
        if isinstance(node, ast.AnnAssign) or type(node).__name__ == "TypeAlias":
            names.update([named.id] if isinstance(named, ast.Name) else ())
    return {name for name in names if not name.startswith("_")}

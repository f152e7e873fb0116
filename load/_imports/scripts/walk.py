"""The walk over a source's tree that gathers what it needs.

The walk keeps its own stack, as generated sources nest deeper than Python's. Where nothing in a source stands
for `load` or `importlib`, only its statements are visited.
"""

from __future__ import annotations

import sys
from _ast import (
    AST,
    AnnAssign,
    AsyncFor,
    AsyncFunctionDef,
    AsyncWith,
    Attribute,
    Call,
    ClassDef,
    Constant,
    Del,
    DictComp,
    For,
    FunctionDef,
    GeneratorExp,
    If,
    IfExp,
    Import,
    ImportFrom,
    Lambda,
    ListComp,
    Load,
    Match,
    Name,
    SetComp,
    Store,
    Subscript,
    Try,
    TryStar,
    While,
    With,
    cmpop,
    match_case,
    operator,
)

from load._imports.scripts.findings import SPEC_FUNCTIONS, Findings, Place
from load._imports.source.scopes import Scope, children, import_roles
from load._imports.source.shapes import (
    arguments_of,
    catches_import_errors,
    comprehension_parts,
    gives_up,
    is_dotted_name,
    literals,
    suppresses_import_errors,
    unwind,
)
from load._reference import absolute
from load._truth import branches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _ast import expr
    from collections.abc import Callable, Container, Sequence
    from typing import Any

    from load._imports.scripts.needs import Need

    Todo = list[tuple[AST, "Place"]]

_IMPORTS = (Import, ImportFrom)
_FUNCTIONS = (FunctionDef, AsyncFunctionDef, ClassDef)
_BRANCHES = (AsyncFor, AsyncWith, For, If, Match, Try, TryStar, While, With, match_case)
_STATEMENTS_THAT_MATTER = frozenset((*_IMPORTS, *_FUNCTIONS, *_BRANCHES))
_LEAVES = frozenset({Constant, Del, Load, Name, Store, *operator.__subclasses__(), *cmpop.__subclasses__()})
_BLOCKS = ("body", "orelse", "cases")


def needs_of(tree: AST, own: Container[str] | None, *, package: str = "", dunder_import: bool) -> tuple[Need, ...]:
    """Gather the needs of a parsed source.

    Args:
        tree: the source.
        own: names of `load` itself, which are no needs; None for those of `load._reserved`.
        package: what relative imports are relative to; "" leaves them out.
        dunder_import: whether the text mentions `__import__`.
    """
    walk = _Walk(tree, own, package)
    walk.run()
    if dunder_import:
        walk.candidates.add("__import__")
    if walk.candidates:
        walk = _Walk(tree, own, package, walk)
        walk.run()
    return walk.findings.needs()


class _Walk:
    """One walk. The first sees statements alone and finds the candidates; the second sees all expressions.

    Attributes:
        findings: what was found.
        candidates: names that somewhere stand for `load` or `importlib`.
    """

    def __init__(self, tree: AST, own: Container[str] | None, package: str, first: _Walk | None = None) -> None:
        self._tree = tree
        self._package = package
        self.findings = Findings(own)
        self._expressions = first is not None
        self._lazy_annotations: bool = first._lazy_annotations if first else sys.version_info >= (3, 14)
        self.candidates: set[str] = first.candidates if first else set()

    def run(self) -> None:
        stack: Todo = [(self._tree, Place(Scope(self._tree)))]
        while stack:
            node, place = stack.pop()
            visit = _VISIT.get(type(node))
            stack += reversed(visit(self, node, place) if visit else self._below(node, place))

    # What goes on the stack.

    def _below(self, node: AST, place: Place) -> Todo:
        if self._expressions:
            return [(child, place) for child in children(node) if type(child) not in _LEAVES]
        blocks = [getattr(node, field, ()) for field in _BLOCKS]
        return [pair for block in blocks for pair in self._block(block, place)]

    def _block(self, statements: Sequence[AST], place: Place) -> Todo:
        if self._expressions:
            return [(statement, place) for statement in statements]
        return [(node, place) for node in statements if type(node) in _STATEMENTS_THAT_MATTER]

    def _in(self, place: Place, *nodes: AST | None) -> Todo:
        """Expressions, which only the second walk visits."""
        return [(node, place) for node in nodes if node is not None] if self._expressions else []

    # Statements.

    def _import(self, node: Import, place: Place) -> Todo:
        self._note_roles(node)
        for alias in node.names:
            self.findings.add_import(alias.name, node.lineno, place)
        return []

    def _import_from(self, node: ImportFrom, place: Place) -> Todo:
        members = tuple(alias.name for alias in node.names if alias.name != "*")
        if node.level or node.module is None:
            if self._package:
                module = absolute("." * node.level + (node.module or ""), self._package)
                self.findings.add(module, node.lineno, place, members=members)
            return []
        self._note_roles(node)
        if node.module == "load":
            for member in members:
                self.findings.ask(member, node.lineno, place)
        else:
            self._lazy_annotations |= node.module == "__future__" and "annotations" in members
            self.findings.add_import(node.module, node.lineno, place, members)
        return []

    def _note_roles(self, node: AST) -> None:
        self.candidates.update(name for name, role in import_roles(node) if role)

    def _if(self, node: If | While, place: Place) -> Todo:
        body, other = branches(node.test)
        other = "run" if isinstance(node, While) else other
        todo = self._in(place, node.test)
        for verdict, block in ((body, node.body), (other, node.orelse)):
            if verdict != "dead":
                todo += self._block(block, place.but(typing=place.typing or verdict == "typing"))
        return todo

    def _try(self, node: Try | TryStar, place: Place) -> Todo:
        tried: list[str] = []
        catching = [handler for handler in node.handlers if catches_import_errors(handler.type)]
        caught = bool(catching) and not gives_up(catching[0].body)
        inner = place.but(caught=place.caught or caught, tried=(*place.tried, tried))
        todo = self._block(node.body, inner)
        for handler in node.handlers:
            todo += self._in(place, handler.type)
            todo += self._block(handler.body, place.where("missing", tried) if handler in catching else place)
        todo += self._block(node.orelse, place.where("found", tried) if caught else place)
        return todo + self._block(node.finalbody, place)

    def _with(self, node: With | AsyncWith, place: Place) -> Todo:
        todo = self._in(place, *node.items)
        suppressed = any(suppresses_import_errors(item.context_expr) for item in node.items)
        return todo + self._block(node.body, place.but(caught=place.caught or suppressed))

    def _class(self, node: ClassDef, place: Place) -> Todo:
        todo = self._in(place, *node.decorator_list, *node.bases, *node.keywords)
        return todo + self._block(node.body, place.but(scope=Scope(node, place.scope)))

    def _function(self, node: FunctionDef | AsyncFunctionDef, place: Place) -> Todo:
        annotations = [argument.annotation for argument in arguments_of(node)]
        todo = self._in(place, *node.decorator_list, *node.args.defaults, *node.args.kw_defaults)
        todo += self._in(self._annotating(place), *annotations, node.returns)
        return todo + self._block(node.body, place.inside(node))

    def _annotating(self, place: Place) -> Place:
        return place.but(typing=True) if self._lazy_annotations else place

    def _annotated(self, node: AnnAssign, place: Place) -> Todo:
        # Annotations of a function's own variables are never evaluated.
        where = place.but(typing=True) if place.deferred else self._annotating(place)
        return self._in(place, node.target, node.value) + self._in(where, node.annotation)

    def _typing_only(self, node: AST, place: Place) -> Todo:
        return self._below(node, place.but(typing=True))

    # Expressions: the second walk alone.

    def _lambda(self, node: Lambda, place: Place) -> Todo:
        defaults = self._in(place, *node.args.defaults, *node.args.kw_defaults)
        return defaults + self._in(place.inside(node), node.body)

    def _comprehension(self, node: ListComp | SetComp | DictComp | GeneratorExp, place: Place) -> Todo:
        inner = place.but(scope=Scope(node, place.scope))
        first, others = comprehension_parts(node)
        return self._in(place, first) + self._in(inner, *others)

    def _choice(self, node: IfExp, place: Place) -> Todo:
        todo = self._in(place, node.test)
        for verdict, branch in zip(branches(node.test), (node.body, node.orelse), strict=True):
            if verdict == "run":
                todo += self._in(place, branch)
        return todo

    def _attribute(self, node: Attribute, place: Place) -> Todo:
        base, chain = unwind(node)
        if self._role(base, place) != "load":
            return self._in(place, base)
        asked = chain if isinstance(node.ctx, Load) else chain[:-1]
        self.findings.ask(".".join(asked), node.lineno, place)
        return []

    def _subscript(self, node: Subscript, place: Place) -> Todo:
        if isinstance(node.ctx, Load) and self._role(node.value, place) == "load":
            self.findings.add_specs([node.slice], place)
        return self._below(node, place)

    def _call(self, node: Call, place: Place) -> Todo:
        function = self._called(node.func, place)
        if function is None:
            return self._below(node, place)
        if function in SPEC_FUNCTIONS:
            self.findings.add_specs(node.args if SPEC_FUNCTIONS[function] else node.args[:1], place)
        else:
            for name, line in literals(node.args[:1]):
                self._import_by_call(name, line, place)
        return self._in(place, *node.args, *node.keywords)

    def _import_by_call(self, name: str, line: int, place: Place) -> None:
        if is_dotted_name(name):
            self.findings.add_import(name, line, place)

    def _called(self, function: expr, place: Place) -> str | None:
        """Give the function of `load`, or of the import system, that is called; None for any other."""
        base, chain = unwind(function)
        role = self._role(base, place)
        if role == "load" and len(chain) <= 1:
            name = chain[0] if chain else "load"
        elif chain:
            name = ".".join((role or "", *chain))
        else:
            name = (role or "").removeprefix("load.")
        return name if name in SPEC_FUNCTIONS or name in ("importlib.import_module", "__import__") else None

    def _role(self, node: AST, place: Place) -> str | None:
        if not isinstance(node, Name) or node.id not in self.candidates:
            return None
        role = place.scope.role(node.id)
        return "__import__" if role is None and node.id == "__import__" else role


_VISIT: dict[type[AST], Callable[[_Walk, Any, Place], Todo]] = {
    AnnAssign: _Walk._annotated,
    AsyncFunctionDef: _Walk._function,
    AsyncWith: _Walk._with,
    Attribute: _Walk._attribute,
    Call: _Walk._call,
    ClassDef: _Walk._class,
    DictComp: _Walk._comprehension,
    FunctionDef: _Walk._function,
    GeneratorExp: _Walk._comprehension,
    If: _Walk._if,
    IfExp: _Walk._choice,
    Import: _Walk._import,
    ImportFrom: _Walk._import_from,
    Lambda: _Walk._lambda,
    ListComp: _Walk._comprehension,
    SetComp: _Walk._comprehension,
    Subscript: _Walk._subscript,
    Try: _Walk._try,
    TryStar: _Walk._try,
    While: _Walk._if,
    With: _Walk._with,
}
if sys.version_info >= (3, 12):
    from _ast import TypeAlias

    _VISIT[TypeAlias] = _Walk._typing_only

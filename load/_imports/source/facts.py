"""What the code of a module binds and uses as the module runs, in no function of it."""

from __future__ import annotations

import re
import sys
from _ast import (
    AST,
    AnnAssign,
    Assign,
    AsyncFunctionDef,
    Attribute,
    AugAssign,
    ClassDef,
    Constant,
    Del,
    FunctionDef,
    Import,
    ImportFrom,
    Lambda,
    Load,
    Name,
    Store,
)
from bisect import bisect_right
from functools import lru_cache

from load._imports.source.scopes import children
from load._imports.source.shapes import arguments_of, unwind
from load._imports.source.strings import TOKENS, UnsureError, long_strings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    # Name → the line where the module first binds it; dotted name → the first line that uses it.
    Facts = tuple[dict[str, int], dict[str, int]]

# What opens a function, up to its parameters; and what may stand in them and up to the end of the line with the colon.
_DEF = re.compile(r"\n( *)(?:async +)?def +\w+ *(?=[(\[])")
_SIGNS = re.compile(rf"{TOKENS.pattern}|[()\[\]{{}}:]", re.DOTALL)
_OPENING = frozenset("([{")
_CLOSING = frozenset(")]}")
_AFTER_COLON = re.compile(r"[ \t]*(?:#[^\n]*)?\n")
_FUNCTIONS = (FunctionDef, AsyncFunctionDef)
_BINDING = frozenset((Import, ImportFrom, FunctionDef, AsyncFunctionDef, ClassDef, Name))
_USING = frozenset((Name, Attribute, Assign, AugAssign, AnnAssign))
_IN_PART = frozenset((Lambda, FunctionDef, AsyncFunctionDef, AnnAssign, Attribute))
_NOTHING = frozenset((Constant, Load, Store, Del))
_NAMED = (FunctionDef, AsyncFunctionDef, ClassDef)


def facts_of(text: str, filename: str) -> Facts:
    """The names that a module binds, and the dotted names that it uses, as it runs.

    What stands in functions is left out; what stands in the bodies of classes, in decorators, defaults and annotations
    that are evaluated is used, and so are the names in `__all__`.

    Raises:
        SyntaxError: as the compiler raises it.
    """
    import warnings
    from _ast import PyCF_ONLY_AST

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = compile(without_functions(text), filename, "exec", PyCF_ONLY_AST, dont_inherit=True)
        except (SyntaxError, UnsureError):
            tree = compile(text, filename, "exec", PyCF_ONLY_AST, dont_inherit=True)
    evaluated = sys.version_info < (3, 14) and not _postponed(tree)
    binds: dict[str, int] = {}
    uses: dict[str, int] = {}
    todo: list[tuple[AST, bool]] = [(tree, True)]
    while todo:
        node, of_module = todo.pop()
        kind = type(node)
        if of_module and kind in _BINDING:
            for name in _bound(node):
                binds[name] = min(binds.get(name, node.lineno), node.lineno)  # type: ignore[attr-defined]
        if kind in _USING:
            for name in _used(node):
                uses[name] = min(uses.get(name, node.lineno), node.lineno)  # type: ignore[attr-defined]
        below = _evaluated(node, annotations=evaluated) if kind in _IN_PART else children(node)
        inner = of_module and kind is not ClassDef
        todo += [(child, inner) for child in below if type(child) not in _NOTHING]
    return binds, uses


def without_functions(text: str) -> str:
    """A source whose functions do nothing, on the same lines: most of what a parser would have to read is in them."""
    text = f"\n{text}\n"
    strings = long_strings(text, len(text))
    if strings is None:
        strings = [match.span() for match in TOKENS.finditer(text)]
    begins = [begin for begin, _ in strings]
    parts: list[str] = []
    kept = 0
    header = _DEF.search(text)
    while header is not None:
        at = header.end()
        body = None if _inside(at, strings, begins) else _body(text, at)
        if body is not None:
            end = _end(text, body, len(header[1]), strings, begins)
            parts += (text[kept:body], " pass", "\n" * text.count("\n", body, end))
            at = kept = end
        header = _DEF.search(text, at)
    return "".join((*parts, text[kept:]))[1:]


def _inside(at: int, strings: list[tuple[int, int]], begins: list[int]) -> bool:
    index = bisect_right(begins, at) - 1
    return index >= 0 and at < strings[index][1]


def _body(text: str, at: int) -> int | None:
    """Where the body of a function begins: after its colon; None where it stands on the same line."""
    depth = 0
    for match in _SIGNS.finditer(text, at):
        sign = match[0]
        depth += (sign in _OPENING) - (sign in _CLOSING)
        if sign == ":" and depth == 0:
            return match.end() if _AFTER_COLON.match(text, match.end()) else None
    return None


def _end(text: str, body: int, indent: int, strings: list[tuple[int, int]], begins: list[int]) -> int:
    """Where the first line begins after a body that is no more indented than its function."""
    for match in _not_deeper(indent).finditer(text, body):
        if not _inside(match.start(), strings, begins):
            return match.start()
    return len(text) - 1


@lru_cache(maxsize=64)
def _not_deeper(indent: int) -> re.Pattern[str]:
    return re.compile(rf"\n {{0,{indent}}}+(?=[^\s#])")


def _postponed(tree: AST) -> bool:
    body: list[AST] = getattr(tree, "body", [])
    imports = [node for node in body if isinstance(node, ImportFrom) and node.module == "__future__"]
    return any(alias.name == "annotations" for node in imports for alias in node.names)


def _bound(node: AST) -> Iterator[str]:
    if isinstance(node, (Import, ImportFrom)):
        for alias in node.names:
            yield alias.asname or (alias.name.partition(".")[0] if isinstance(node, Import) else alias.name)
    elif isinstance(node, _NAMED) or (isinstance(node, Name) and isinstance(node.ctx, Store)):
        yield node.name if isinstance(node, _NAMED) else node.id


def _used(node: AST) -> Iterator[str]:
    if isinstance(node, (Name, Attribute)) and not isinstance(node.ctx, (Store, Del)):
        base, chain = unwind(node)
        if isinstance(base, Name):
            yield ".".join((base.id, *chain))
    elif isinstance(node, (Assign, AugAssign, AnnAssign)):
        targets = node.targets if isinstance(node, Assign) else [node.target]
        if any(isinstance(target, Name) and target.id == "__all__" for target in targets) and node.value is not None:
            yield from (each.value for each in _constants(node.value) if isinstance(each.value, str))


def _constants(node: AST) -> Iterator[Constant]:
    todo = [node]
    while todo:
        each = todo.pop()
        if isinstance(each, Constant):
            yield each
        todo += children(each)


def _evaluated(node: AST, *, annotations: bool) -> list[AST]:
    """The nodes below one that are evaluated with it."""
    if isinstance(node, Lambda):
        return [each for each in (*node.args.defaults, *node.args.kw_defaults) if each is not None]
    if isinstance(node, _FUNCTIONS):
        found: list[AST | None] = [*node.decorator_list, *node.args.defaults, *node.args.kw_defaults]
        if annotations:
            found += [*(argument.annotation for argument in arguments_of(node)), node.returns]
        return [each for each in found if each is not None]
    if isinstance(node, AnnAssign) and not annotations:
        return [each for each in (node.target, node.value) if each is not None]
    if isinstance(node, Attribute) and isinstance(node.ctx, Load) and isinstance(unwind(node)[0], Name):
        return []  # the whole chain was taken
    return children(node)

"""Which names a lazy object can stand in for: those that are only called, or asked for something of theirs.

What is caught by `except`, compared, matched, counted with or handed on has to be the thing itself. A lazy object fails
there, or is silently another object: `type(x) is Lazy` is False.
"""

from __future__ import annotations

import ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_CHECKS = frozenset(("isinstance", "issubclass"))
_TYPES = frozenset(("TypeVar", "ParamSpec", "TypeVarTuple", "TypeAlias"))  # nodes of Python 3.12 and later


def used_themselves(tree: ast.Module) -> set[str]:
    """The names that are used in a way in which no lazy object can stand in for what they mean; types apart.

    Args:
        tree: the source of a module.
    """
    fit = {id(part) for node in ast.walk(tree) for part in _fit(node)}
    return {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in fit
    }


def _fit(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of some code in whose place a lazy object does as well."""
    if isinstance(node, ast.Call):
        yield node.func
        if isinstance(node.func, ast.Name) and node.func.id in _CHECKS and len(node.args) > 1:
            kinds = node.args[1]
            yield from kinds.elts if isinstance(kinds, ast.Tuple) else (kinds,)
    elif isinstance(node, ast.Attribute) or (isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)):
        yield node.value
    elif isinstance(node, ast.ClassDef):
        yield from node.bases
    elif type(node).__name__ in _TYPES:
        yield from ast.walk(node)
    annotation = node.returns if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else None
    if isinstance(node, (ast.arg, ast.AnnAssign)):
        annotation = node.annotation
    yield from ast.walk(annotation) if annotation is not None else ()

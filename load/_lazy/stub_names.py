"""What the `__all__` of a stub names, in the forms that type checkers know.

Source: https://typing.readthedocs.io/en/latest/spec/distributing.html#library-interface
"""

from __future__ import annotations

import ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def told_names(statements: Iterable[ast.stmt]) -> list[str] | None:
    """The names, each once; None where there is no `__all__`, or where it has to be computed."""
    names: list[str] | None = None
    for node in statements:
        change = _change(node)
        if change is None:
            continue
        verb, value = change
        given = _texts(value)
        if given is None or (names is None and verb != "set"):
            return None
        if verb == "set":
            names = given
        elif verb == "remove":
            names = [name for name in names or () if name not in given]
        else:
            names = [*(names or ()), *given]
    return None if names is None else list(dict.fromkeys(names))


def _change(node: ast.stmt) -> tuple[str, ast.expr] | None:
    """What a statement does to `__all__`, and with what; None where nothing."""
    if isinstance(node, ast.Assign) and any(map(_is_all, node.targets)):
        return "set", node.value
    if isinstance(node, ast.AnnAssign) and _is_all(node.target) and node.value is not None:
        return "set", node.value
    if isinstance(node, ast.AugAssign) and _is_all(node.target):
        return "add", node.value
    call = node.value if isinstance(node, ast.Expr) else None
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and _is_all(call.func.value)):
        return None
    one = ast.List(call.args, ast.Load())
    verbs = {"extend": ("add", call.args[0] if call.args else one), "append": ("add", one), "remove": ("remove", one)}
    return verbs.get(call.func.attr, ("?", call))


def _is_all(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "__all__"


def _texts(node: ast.expr) -> list[str] | None:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    is_list = isinstance(value, (list, tuple)) and all(isinstance(each, str) for each in value)
    return list(value) if is_list else None

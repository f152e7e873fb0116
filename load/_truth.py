"""What a condition in a source is known to be before it runs: constants, version, platform, TYPE_CHECKING."""

from __future__ import annotations

import _operator
import os
import sys
from _ast import (
    And,
    Attribute,
    BoolOp,
    Call,
    Compare,
    Constant,
    Eq,
    Gt,
    GtE,
    In,
    List,
    Lt,
    LtE,
    Name,
    Not,
    NotEq,
    NotIn,
    Slice,
    Subscript,
    Tuple,
    UnaryOp,
    USub,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _ast import AST, expr
    from collections.abc import Callable
    from typing import Any

_UNKNOWN: Any = object()
_COMPARE: dict[type[AST], Callable[[Any, Any], Any]] = {
    Eq: _operator.eq,
    NotEq: _operator.ne,
    Lt: _operator.lt,
    LtE: _operator.le,
    Gt: _operator.gt,
    GtE: _operator.ge,
    In: lambda left, right: left in right,
    NotIn: lambda left, right: left not in right,
}
_UNARY: dict[type[AST], Callable[[Any, Any], Any]] = {
    Not: lambda value, _: not value,
    USub: lambda value, _: -value,
}
_SYSTEMS = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}
_FACTS: dict[str, Any] = {
    "sys.version_info": sys.version_info,
    "sys.version_info.major": sys.version_info.major,
    "sys.version_info.minor": sys.version_info.minor,
    "sys.platform": sys.platform,
    "sys.implementation.name": sys.implementation.name,
    "os.name": os.name,
    "__debug__": __debug__,
}


def branches(test: expr) -> tuple[str, str]:
    """Tell who sees the two branches of an `if`.

    Returns:
        For the body and for the `else` one of "run" (the interpreter, perhaps), "typing" (type checkers
        alone) and "dead" (nobody).
    """
    running = _Judge(type_checking=False).verdict(test)
    checking = _Judge(type_checking=True).verdict(test)
    body = "run" if running is not False else "dead" if checking is False else "typing"
    other = "run" if running is not True else "dead" if checking is True else "typing"
    return body, other


def holds_for_checkers(test: expr) -> bool | None:
    """What a type checker takes a condition to be; None where it cannot tell, and sees both branches."""
    return _Judge(type_checking=True).verdict(test)


class _Judge:
    """Evaluates what can be evaluated without running anything; all else is `_UNKNOWN`."""

    __slots__ = ("type_checking",)

    def __init__(self, *, type_checking: bool) -> None:
        self.type_checking = type_checking

    def verdict(self, test: expr) -> bool | None:
        value = self.value(test)
        return None if value is _UNKNOWN else bool(value)

    def value(self, node: AST) -> Any:
        evaluate = _EVALUATE.get(type(node))
        return evaluate(self, node) if evaluate else _UNKNOWN

    def constant(self, node: Constant) -> Any:
        return node.value

    def sequence(self, node: Tuple | List) -> Any:
        values = tuple(self.value(item) for item in node.elts)
        return _UNKNOWN if _UNKNOWN in values else values

    def name(self, node: Name | Attribute) -> Any:
        dotted = _dotted(node)
        if dotted.rpartition(".")[2] == "TYPE_CHECKING":
            return self.type_checking
        return _FACTS.get(dotted, _UNKNOWN)

    def subscript(self, node: Subscript) -> Any:
        return _apply(_operator.getitem, self.value(node.value), self.value(node.slice))

    def slice(self, node: Slice) -> Any:
        ends = [None if end is None else self.value(end) for end in (node.lower, node.upper, node.step)]
        return _UNKNOWN if _UNKNOWN in ends else slice(*ends)

    def unary(self, node: UnaryOp) -> Any:
        operation = _UNARY.get(type(node.op))
        return _apply(operation, self.value(node.operand), None)

    def boolean(self, node: BoolOp) -> Any:
        """One operand that decides is enough, in any place; else all have to be known."""
        deciding = not isinstance(node.op, And)
        values = [self.value(item) for item in node.values]
        if any(value is not _UNKNOWN and bool(value) is deciding for value in values):
            return deciding
        return _UNKNOWN if any(value is _UNKNOWN for value in values) else not deciding

    def compare(self, node: Compare) -> Any:
        left = self.value(node.left)
        for sign, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.value(right_node)
            outcome = _apply(_COMPARE.get(type(sign)), left, right)
            if outcome is _UNKNOWN or not outcome:
                return outcome
            left = right
        return True

    def call(self, node: Call) -> Any:
        dotted = _dotted(node.func)
        if dotted == "platform.system" and not node.args:
            return _SYSTEMS.get(sys.platform, _UNKNOWN)
        if dotted == "sys.platform.startswith" and len(node.args) == 1:
            return _apply(str.startswith, sys.platform, self.value(node.args[0]))
        return _UNKNOWN


def _dotted(node: expr) -> str:
    parts = []
    while isinstance(node, Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(node.id if isinstance(node, Name) else "?")
    return ".".join(reversed(parts))


def _apply(function: Callable[[Any, Any], Any] | None, left: Any, right: Any) -> Any:
    if function is None or left is _UNKNOWN or right is _UNKNOWN:
        return _UNKNOWN
    try:
        return function(left, right)
    except (TypeError, ValueError, LookupError):  # It would raise in the script too: nothing is known.
        return _UNKNOWN


_EVALUATE: dict[type[AST], Callable[[_Judge, Any], Any]] = {
    Attribute: _Judge.name,
    BoolOp: _Judge.boolean,
    Call: _Judge.call,
    Compare: _Judge.compare,
    Constant: _Judge.constant,
    List: _Judge.sequence,
    Name: _Judge.name,
    Slice: _Judge.slice,
    Subscript: _Judge.subscript,
    Tuple: _Judge.sequence,
    UnaryOp: _Judge.unary,
}

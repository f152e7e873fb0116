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
    IfExp,
    In,
    List,
    Lt,
    LtE,
    Name,
    Not,
    NotEq,
    NotIn,
    Set,
    Slice,
    Subscript,
    Tuple,
    UnaryOp,
    USub,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _ast import AST, expr
    from collections.abc import Callable, Mapping
    from typing import Any

UNKNOWN: Any = object()
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
_IMPLEMENTATIONS = {"cpython": "CPython", "pypy": "PyPy"}
_FACTS: dict[str, Any] = {
    "sys.version_info": sys.version_info,
    "sys.version_info.major": sys.version_info.major,
    "sys.version_info.minor": sys.version_info.minor,
    "sys.platform": sys.platform,
    "sys.version_info.micro": sys.version_info.micro,
    "sys.hexversion": sys.hexversion,
    "sys.maxsize": sys.maxsize,
    "sys.byteorder": sys.byteorder,
    "sys.builtin_module_names": sys.builtin_module_names,
    "sys.implementation.name": sys.implementation.name,
    "os.name": os.name,
    "__debug__": __debug__,
}
_OF_STRINGS: dict[str, Callable[..., Any]] = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "lower": str.lower,
}


def branches(test: expr, names: Mapping[str, object] | None = None) -> tuple[str, str]:
    """Tell who sees the two branches of an `if`.

    Args:
        test: its condition.
        names: what is known of the names that its module binds.

    Returns:
        For the body and for the `else` one of "run" (the interpreter, perhaps), "typing" (type checkers
        alone) and "dead" (nobody).
    """
    running = _Judge(type_checking=False, names=names).verdict(test)
    checking = _Judge(type_checking=True, names=names).verdict(test)
    body = "run" if running is not False else "dead" if checking is False else "typing"
    other = "run" if running is not True else "dead" if checking is True else "typing"
    return body, other


def holds_for_checkers(test: expr) -> bool | None:
    """What a type checker takes a condition to be; None where it cannot tell, and sees both branches."""
    return _Judge(type_checking=True).verdict(test)


def value_of(node: expr, names: Mapping[str, object]) -> Any:
    """What an expression gives when it is run; `UNKNOWN` where one cannot tell.

    Args:
        node: the expression.
        names: what is known of the names that its module binds.
    """
    return _Judge(type_checking=False, names=names).value(node)


class _Judge:
    """Evaluates what can be evaluated without running anything; all else is `UNKNOWN`."""

    __slots__ = ("names", "type_checking")

    def __init__(self, *, type_checking: bool, names: Mapping[str, object] | None = None) -> None:
        self.type_checking = type_checking
        self.names = names or {}

    def verdict(self, test: expr) -> bool | None:
        value = self.value(test)
        return None if value is UNKNOWN else bool(value)

    def value(self, node: AST) -> Any:
        evaluate = _EVALUATE.get(type(node))
        return evaluate(self, node) if evaluate else UNKNOWN

    def constant(self, node: Constant) -> Any:
        return node.value

    def sequence(self, node: Tuple | List | Set) -> Any:
        values = tuple(self.value(item) for item in node.elts)
        return UNKNOWN if any(value is UNKNOWN for value in values) else values

    def name(self, node: Name | Attribute) -> Any:
        dotted = _dotted(node)
        if dotted.rpartition(".")[2] == "TYPE_CHECKING":
            return self.type_checking
        known = _FACTS.get(dotted, UNKNOWN)
        return self.names.get(dotted, UNKNOWN) if known is UNKNOWN else known

    def subscript(self, node: Subscript) -> Any:
        return _apply(_operator.getitem, self.value(node.value), self.value(node.slice))

    def slice(self, node: Slice) -> Any:
        ends = [None if end is None else self.value(end) for end in (node.lower, node.upper, node.step)]
        return UNKNOWN if any(end is UNKNOWN for end in ends) else slice(*ends)

    def unary(self, node: UnaryOp) -> Any:
        operation = _UNARY.get(type(node.op))
        return _apply(operation, self.value(node.operand), None)

    def boolean(self, node: BoolOp) -> Any:
        """One operand that decides is enough, in any place; else all have to be known."""
        deciding = not isinstance(node.op, And)
        values = [self.value(item) for item in node.values]
        if any(value is not UNKNOWN and bool(value) is deciding for value in values):
            return deciding
        return UNKNOWN if any(value is UNKNOWN for value in values) else not deciding

    def compare(self, node: Compare) -> Any:
        left = self.value(node.left)
        for sign, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.value(right_node)
            outcome = _apply(_COMPARE.get(type(sign)), left, right)
            if outcome is UNKNOWN or not outcome:
                return outcome
            left = right
        return True

    def call(self, node: Call) -> Any:
        dotted = _dotted(node.func)
        if dotted == "platform.system" and not node.args:
            return _SYSTEMS.get(sys.platform, UNKNOWN)
        if dotted == "platform.python_implementation" and not node.args:
            return _IMPLEMENTATIONS.get(sys.implementation.name, UNKNOWN)
        method = _OF_STRINGS.get(node.func.attr) if isinstance(node.func, Attribute) else None
        if method is None or node.keywords:
            return UNKNOWN
        return self._called(method, [node.func.value, *node.args])  # type: ignore[attr-defined]

    def choice(self, node: IfExp) -> Any:
        chosen = self.verdict(node.test)
        return UNKNOWN if chosen is None else self.value(node.body if chosen else node.orelse)

    def _called(self, method: Callable[..., Any], operands: list[expr]) -> Any:
        values = [self.value(each) for each in operands]
        if any(value is UNKNOWN for value in values) or not isinstance(values[0], str):
            return UNKNOWN
        try:
            return method(*values)
        except (TypeError, ValueError):  # it would raise in the source too: nothing is known
            return UNKNOWN


def _dotted(node: expr) -> str:
    parts = []
    while isinstance(node, Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(node.id if isinstance(node, Name) else "?")
    return ".".join(reversed(parts))


def _apply(function: Callable[[Any, Any], Any] | None, left: Any, right: Any) -> Any:
    if function is None or left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    try:
        return function(left, right)
    except (TypeError, ValueError, LookupError):  # It would raise in the script too: nothing is known.
        return UNKNOWN


_EVALUATE: dict[type[AST], Callable[[_Judge, Any], Any]] = {
    Attribute: _Judge.name,
    BoolOp: _Judge.boolean,
    Call: _Judge.call,
    Compare: _Judge.compare,
    Constant: _Judge.constant,
    IfExp: _Judge.choice,
    List: _Judge.sequence,
    Name: _Judge.name,
    Set: _Judge.sequence,
    Slice: _Judge.slice,
    Subscript: _Judge.subscript,
    Tuple: _Judge.sequence,
    UnaryOp: _Judge.unary,
}

"""What a package's compiled body imports below `if TYPE_CHECKING:`, read from its instructions.

That is there where neither stub nor source were shipped, as in a frozen program. The body is followed as if type
checkers ran it, and as it really runs: what is reached on the first way alone counts. Conditions that are known for
this Python are decided on both; of all others each branch is taken, and so are the handlers of exceptions.
"""

from __future__ import annotations

import ast
import dis
from bisect import bisect_left

from load._lazy.stub_parsing import Stub
from load._truth import branches, holds_for_checkers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from dis import Instruction
    from types import CodeType
    from typing import Any

_ENDS = frozenset(("RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "RERAISE"))
_ALWAYS = frozenset(("JUMP_FORWARD", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT", "JUMP_ABSOLUTE"))
_CONSTANTS = frozenset(("LOAD_CONST", "LOAD_SMALL_INT", "LOAD_COMMON_CONSTANT"))
_IDLE = frozenset(("CACHE", "EXTENDED_ARG", "NOP", "NOT_TAKEN", "PRECALL", "PUSH_NULL", "TO_BOOL"))
_JUMPS = frozenset((*dis.hasjrel, *dis.hasjabs))
_SIGNS: dict[str, Callable[[], ast.cmpop]] = {
    "<": ast.Lt,
    "<=": ast.LtE,
    "==": ast.Eq,
    "!=": ast.NotEq,
    ">": ast.Gt,
    ">=": ast.GtE,
}


def parse_code(code: CodeType) -> Stub:
    """The imports for type checkers alone.

    Compiled code does not tell `from json import dumps as dumps` from the same without `as`: such names are `unsure`.
    """
    body = _Body(code)
    stub = Stub(code.co_filename)
    reader = _Reader(stub)
    for_checkers = body.reached(for_checkers=True) - body.reached(for_checkers=False)
    for position in sorted(for_checkers):
        reader.read(body.instructions[position])
    return stub


class _Body:
    """The instructions of a module's body, and where each leads."""

    def __init__(self, code: CodeType) -> None:
        self.instructions = list(dis.get_instructions(code))
        self._offsets = [each.offset for each in self.instructions]
        entries = getattr(dis.Bytecode(code), "exception_entries", ())
        self._handlers = [(each.start, each.end, each.target) for each in entries]
        self._conditions = _conditions(self.instructions)

    def reached(self, *, for_checkers: bool) -> set[int]:
        """The positions of the instructions that may run, for type checkers or really."""
        reached: set[int] = set()
        todo = [0]
        while todo:
            position = todo.pop()
            if position in reached or position >= len(self.instructions):
                continue
            reached.add(position)
            todo += self._following(position, for_checkers=for_checkers)
        return reached

    def _following(self, position: int, *, for_checkers: bool) -> list[int]:
        each = self.instructions[position]
        handlers = [self._at(target) for start, end, target in self._handlers if start <= each.offset < end]
        if each.opname in _ENDS:
            return handlers
        if each.opname in _ALWAYS:
            return [*handlers, self._at(each.argval)]
        if each.opcode not in _JUMPS:
            return [*handlers, position + 1]
        holds = self._holds(position, for_checkers=for_checkers)
        if holds is None or not each.opname.endswith(("IF_FALSE", "IF_TRUE")):
            return [*handlers, position + 1, self._at(each.argval)]
        jumps = holds is each.opname.endswith("IF_TRUE")
        return [*handlers, self._at(each.argval) if jumps else position + 1]

    def _at(self, offset: int) -> int:
        """The instruction at an offset, or the first after it: what extends an argument may not be shown."""
        return bisect_left(self._offsets, offset)

    def _holds(self, position: int, *, for_checkers: bool) -> bool | None:
        condition = self._conditions.get(position)
        if condition is None:
            return None
        if for_checkers:
            return holds_for_checkers(condition)
        body, other = branches(condition)
        return None if body == other == "run" else body == "run"


def _conditions(instructions: list[Instruction]) -> dict[int, ast.expr]:
    """The expression that each jump depends on, where it is made of what a condition may be known by."""
    conditions: dict[int, ast.expr] = {}
    stack: list[Any] = []
    for position, each in enumerate(instructions):
        if each.opcode in _JUMPS and stack:
            conditions[position] = stack[-1]
        if each.opname not in _IDLE:
            stack = _pushed(stack, each)
    return conditions


def _pushed(stack: list[Any], each: Instruction) -> list[Any]:
    """The stack after an instruction; empty after whatever is no part of such an expression."""
    name = {"BINARY_OP": each.argrepr}.get(each.opname, each.opname)
    count = each.argval if name in ("CALL", "BUILD_SLICE") else 0
    if name not in _MAKES or (name == "COMPARE_OP" and each.argval not in _SIGNS):
        return []
    taken, make = _MAKES[name]
    rest = len(stack) - taken - count
    return [*stack[:rest], make(each, *stack[rest:])] if rest >= 0 else []


def _named(each: Instruction) -> ast.expr:
    return ast.Name(each.argval)


def _constant(each: Instruction) -> ast.expr:
    return ast.Constant(each.argval)


def _attribute(each: Instruction, owner: Any) -> ast.expr:
    return ast.Attribute(owner, each.argval)


def _item(_: Instruction, owner: Any, key: Any) -> ast.expr:
    return ast.Subscript(owner, key)


# What an instruction takes from the stack, besides as many as it says itself, and what it puts there.
_MAKES: dict[str, tuple[int, Callable[..., ast.expr]]] = {
    "LOAD_NAME": (0, _named),
    "LOAD_GLOBAL": (0, _named),
    **dict.fromkeys(_CONSTANTS, (0, _constant)),
    "LOAD_ATTR": (1, _attribute),
    "LOAD_METHOD": (1, _attribute),
    "UNARY_NOT": (1, lambda _, value: ast.UnaryOp(ast.Not(), value)),
    "COMPARE_OP": (2, lambda each, left, right: ast.Compare(left, [_SIGNS[each.argval]()], [right])),
    "CONTAINS_OP": (2, lambda each, left, right: ast.Compare(left, [ast.NotIn() if each.arg else ast.In()], [right])),
    "BINARY_SUBSCR": (2, _item),
    "[]": (2, _item),
    "BUILD_SLICE": (0, lambda _, *ends: ast.Slice(*ends)),
    "BINARY_SLICE": (3, lambda _, owner, start, end: ast.Subscript(owner, ast.Slice(start, end))),
    "CALL": (1, lambda _, function, *arguments: ast.Call(function, [*arguments], [])),
}


class _Reader:
    """Puts the instructions of imports together."""

    def __init__(self, stub: Stub) -> None:
        self._stub = stub
        self._constants: list[Any] = [0, None]  # the last two: the level, and the names that are taken
        self._module = ""
        self._whole = False
        self._attribute = ""

    def read(self, each: Instruction) -> None:
        if each.opname in _CONSTANTS:
            self._constants = [self._constants[-1], each.argval]
        elif each.opname == "IMPORT_NAME":
            level, names = self._constants
            self._module, self._whole, self._attribute = f"{'.' * level}{each.argval}", not names, ""
        elif each.opname == "IMPORT_FROM":
            self._attribute = str(each.argval)
        elif each.opname == "STORE_NAME" and self._module:
            self._store(str(each.argval))

    def _store(self, name: str) -> None:
        """`import a.b` loads `a`; `import a.b as c` takes `b` from it first; all else names what it takes."""
        module, attribute = self._module, self._attribute
        if not self._whole and attribute:
            self._take(name, module, attribute, is_sure=module.startswith(".") or name != attribute)
        elif self._whole and (attribute or name != module.partition(".")[0]):
            self._take(name, "", module, is_sure=True)
        elif self._whole and name == module:  # `import json`, or `import json as json`
            self._take(name, "", module, is_sure=False)
        if self._whole:
            self._module = ""
        self._attribute = ""

    def _take(self, name: str, origin: str, taken: str, *, is_sure: bool) -> None:
        is_private = name.startswith("_") and not name.endswith("__") and not origin.startswith(".")
        if name in self._stub.found or is_private:
            return
        self._stub.take(name, 0, origin, taken, name)
        if not is_sure:
            self._stub.unsure.add(name)

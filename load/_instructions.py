"""What a frame is about to do, read from the instruction that it stands at.

`f_lasti` and `co_code` are the same whether the code is traced, specialised or instrumented
(https://docs.python.org/3/reference/datamodel.html#frame-objects).
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType

CACHE = 0  # the room for inline caches after an instruction, which `co_code` shows empty
_NAME_SHIFT = 1 if sys.version_info >= (3, 12) else 0  # LOAD_ATTR's lowest bit says "method" since 3.12


class _Sample:
    """Reports the instruction by which it is asked for an attribute."""

    def __getattr__(self, name: str) -> int:
        return _instruction(sys._getframe(1))


class _MethodSample:
    def __getattr__(self, name: str) -> Callable[[], int]:
        opcode = _instruction(sys._getframe(1))
        return lambda: opcode


def _instruction(frame: FrameType) -> int:
    return frame.f_code.co_code[frame.f_lasti]


# Watching two attribute loads costs a microsecond and cannot be wrong; importing `opcode` costs a millisecond.
ATTRIBUTE_LOADS = frozenset((_Sample().attribute, _MethodSample().method()))


def attribute_named(code: CodeType, offset: int) -> str | None:
    """The name that the instruction at `offset` (bytes into `co_code`) loads as an attribute, or None."""
    instructions = code.co_code
    if offset < 0 or instructions[offset] not in ATTRIBUTE_LOADS:
        return None
    return code.co_names[argument_of(instructions, offset, extended_argument(code)) >> _NAME_SHIFT]


def line_of(code: CodeType, offset: int) -> int:
    """The line of the instruction at `offset` (bytes), or 0 where the code has none."""
    return next((line or 0 for start, end, line in code.co_lines() if start <= offset < end), 0)


def line_in(table: bytes, first: int, offset: int) -> int:
    """As `line_of`, by the table and the first line of a code that need not be kept itself.

    Args:
        table: its `co_linetable`, which Python reads here, as its form is Python's own.
        first: its `co_firstlineno`.
        offset: of the instruction, in bytes.
    """
    return line_of(_instruction.__code__.replace(co_linetable=table, co_firstlineno=first), offset)


def argument_of(instructions: bytes, offset: int, prefix: int) -> int:
    """The argument of an instruction, with the bytes that the prefixes before it add."""
    argument, shift = instructions[offset + 1], 8
    while offset >= 2 and instructions[offset - 2] == prefix:
        offset -= 2
        argument |= instructions[offset + 1] << shift
        shift += 8
    return argument


def extended_argument(code: CodeType) -> int:
    """The prefix instruction that widens an argument, or -1 where the code has too few names to need it."""
    if len(code.co_names) << _NAME_SHIFT <= 0x100:
        return -1  # so that `opcode` is not imported
    from opcode import EXTENDED_ARG

    return EXTENDED_ARG

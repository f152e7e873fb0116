"""What the source of a module does as it runs, told apart from what its functions do when they are called."""

from __future__ import annotations

import sys
from types import CodeType

from load._imports.reload.functions import parameters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from dis import Instruction
    from typing import Any

_OPTIMIZED = 0x1  # CO_OPTIMIZED: the code of a function, and of no class
_HAS_DOCSTRING = 0x4000000  # CO_HAS_DOCSTRING, from 3.14 on; before, the first constant is None where there is none
_KINDS = 0x3A0  # of generators, coroutines and both: decorators ask for them
# What Python notes of a class by itself (3.13): where it stands, and what its methods assign.
_NOTED = ("__firstlineno__", "__static_attributes__")
# Code of its own that runs with what it lies in, or is asked for by what runs.
_RUNS = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "__annotate__")
_GENERIC = "<generic parameters of "
_MAKES = ("MAKE_FUNCTION", "SET_FUNCTION_ATTRIBUTE", "BUILD_TUPLE")


def do_the_same(old: CodeType, new: CodeType) -> bool:
    """Whether two sources do the same as they run, whatever their functions do when they are called."""
    return old == new or _steps(old) == _steps(new)


def are_alike(old: CodeType, new: CodeType) -> bool:
    """Whether two functions do the same, with all that they make, on whatever lines."""
    return old == new or _steps(old, whole=True) == _steps(new, whole=True)


def made_by(code: CodeType) -> Iterator[CodeType]:
    """The code of the functions that a source makes as it runs, and its classes, at any depth."""
    for each in code.co_consts:
        if isinstance(each, CodeType):
            if _runs(each):
                yield from made_by(each)
            else:
                yield each


def docstring(code: CodeType) -> str | None:
    """The docstring of a function; None where it has none."""
    first = code.co_consts[0] if code.co_consts else None
    has_one = isinstance(first, str) and (sys.version_info < (3, 14) or bool(code.co_flags & _HAS_DOCSTRING))
    return first if has_one else None


def _steps(code: CodeType, *, whole: bool = False) -> list[tuple[Any, ...]]:
    """What some code does, step by step, on whatever lines.

    Args:
        code: of a module, a class or a function.
        whole: also what functions that it makes do when they are called.
    """
    from dis import get_instructions

    found: list[tuple[Any, ...]] = []
    every = list(get_instructions(code))
    for number, each in enumerate(every):
        if each.opname == "STORE_NAME" and each.argval in _NOTED:
            found.pop()
            continue
        value = each.argval
        if each.opname == "KW_NAMES" and each.arg is not None:  # of a call, until 3.12: where they are
            value = code.co_consts[each.arg]
        asked = isinstance(value, CodeType) and _is_asked_for(every, number + 1)
        found.append((each.opname, *_exactly(value, whole or asked)))
    found.append((code.co_exceptiontable,))
    return found


def _is_asked_for(every: list[Instruction], number: int) -> bool:
    """Whether a code is what a type alias or the bound of a type parameter (3.12) says: no call of anybody's."""
    while number < len(every) and every[number].opname in _MAKES:
        number += 1
    return number < len(every) and every[number].opname.startswith("CALL_INTRINSIC")


def _runs(code: CodeType) -> bool:
    return not code.co_flags & _OPTIMIZED or code.co_name in _RUNS or code.co_name.startswith(_GENERIC)


def _exactly(value: object, whole: bool) -> tuple[Any, ...]:
    """A constant with its type: 1 is not True; and -0.0 is not 0.0."""
    if isinstance(value, CodeType):
        called = (value.co_qualname, value.co_freevars, parameters(value), value.co_flags & _KINDS)
        return (*called, _steps(value, whole=whole)) if whole or _runs(value) else called
    if isinstance(value, tuple):
        return (tuple, *(_exactly(each, whole) for each in value))
    if isinstance(value, frozenset):
        return (frozenset, frozenset(_exactly(each, whole) for each in value))
    return (type(value), repr(value) if isinstance(value, (float, complex)) else value)

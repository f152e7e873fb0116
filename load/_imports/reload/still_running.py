"""Functions that run on with the code of before: what has begun comes to its end as it began, and a loop may never."""

from __future__ import annotations

import sys
from types import AsyncGeneratorType, CodeType, CoroutineType, GeneratorType

from load._referents import tracked

TYPE_CHECKING = False
if TYPE_CHECKING:
    import threading
    from collections.abc import Iterable
    from types import FrameType, FunctionType
    from typing import Any

_SUSPENDED = {
    CoroutineType: ("cr_code", "cr_frame", "a coroutine that has not ended"),
    GeneratorType: ("gi_code", "gi_frame", "a generator that has not ended"),
    AsyncGeneratorType: ("ag_code", "ag_frame", "a generator that has not ended"),
}
_MOST = 10_000

_past: dict[tuple[Any, ...], str] = {}  # what functions did before → the module that they are of


def note(module: str, functions: Iterable[tuple[FunctionType, CodeType]]) -> None:
    """Note the code that functions of a module had before it ran again.

    Args:
        module: its name.
        functions: them, each with that code.
    """
    every = [(function.__code__, before) for function, before in functions]
    for now, before in every:
        if now is not before and now != before:
            _past[_deeds(before)] = module
    for now, before in every:
        if _past and now is not before:
            _past.pop(_deeds(now), None)  # it does the same, on other lines, or was edited to and fro
    while len(_past) > _MOST:
        del _past[next(iter(_past))]


def _deeds(code: CodeType) -> tuple[Any, ...]:
    """What a code does, and where it is from, whatever the lines that it stands on."""
    constants = tuple(_deeds(each) if isinstance(each, CodeType) else (type(each), each) for each in code.co_consts)
    return (code.co_filename, code.co_qualname, code.co_code, code.co_names, code.co_varnames, constants)


def still_running(modules: Iterable[str]) -> dict[str, str]:
    """Functions of some modules that are running with code of before, by their qualified names, and where they do."""
    wanted = set(modules)
    past = {deeds: module for deeds, module in _past.items() if module in wanted}
    places = {deeds[:2] for deeds in past}
    found: dict[str, str] = {}

    def look(code: CodeType, where: str) -> None:
        if (code.co_filename, code.co_qualname) in places and (module := past.get(_deeds(code))) is not None:
            found.setdefault(f"{module}.{code.co_qualname}", where)

    if not past:
        return {}
    names = {each.ident: each.name for each in _threads()}
    for number, frame in sys._current_frames().items():
        each: FrameType | None = frame
        while each is not None:
            look(each.f_code, f"thread {names.get(number, number)!r}, which runs it")
            each = each.f_back
    for thing in tracked():
        how = _SUSPENDED.get(type(thing))
        if how is not None and getattr(thing, how[1]) is not None:
            look(getattr(thing, how[0]), how[2])
    return found


def _threads() -> list[threading.Thread]:
    module = sys.modules.get("threading")
    return list(module.enumerate()) if module is not None else []

"""Handles that were used and stand for something that is taken out again: they go back to what they were before."""

from __future__ import annotations

from load._lazy.handle import (
    Handle,
    LazyModule,
    _become,
    _Forwarding,
    _Loaded,
    _set_state,
    _state,
    declaration_of,
    is_loaded,
)
from load._referents import tracked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def used_handles(is_gone: Callable[[str, object], bool]) -> list[tuple[Handle, tuple[Any, Any]]]:
    """The handles that were used and stand for what is to go, each with its state; they are found by looking at all.

    Args:
        is_gone: tells whether what a handle stands for is to go, by the name of its module and by itself.
    """
    kinds = set(_kinds(Handle))
    found = []
    for each in tracked():
        if type(each) in kinds and is_loaded(each):
            state = _state(each)
            if is_gone(state[0].name.partition(":")[0], state[1]):
                found.append((each, state))
    return found


def _kinds(cls: type) -> list[type]:
    below: list[type] = type.__subclasses__(cls)
    return [cls, *(each for kind in below for each in _kinds(kind))]


def forget(handle: Handle) -> None:
    """Have a handle that was used be as it was declared: the next use imports anew."""
    if not is_loaded(handle):
        return
    kind, declaration = type(handle), declaration_of(handle)
    _set_state(
        handle,
        (
            *(declaration.name, declaration.resolve, declaration.code, declaration.offset),
            *(declaration.namespace, declaration.require, declaration.missing),
        ),
    )
    if issubclass(kind, (_Loaded, _Forwarding)):  # a module; an object's is of one class before and after
        object.__setattr__(handle, "__dict__", {})
        _become(handle, LazyModule)

"""Values that differ from what was there by nothing but which object they are: then the old one goes on.

A sentinel is compared by `is` with what others have taken long ago; a lock is held by threads, a context variable has
values in the contexts of tasks. Another one in its place would be none to them.
"""

from __future__ import annotations

from _contextvars import Context, ContextVar
from _thread import RLock, allocate_lock
from types import MemberDescriptorType, ModuleType

from load._imports.reload.journal import MISSING, own_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LOCKS = (type(allocate_lock()), RLock)
_ATOMS = (str, bytes, int, float, complex, bool, type(None), type(...))
_WORD = object.__basicsize__ // 2  # bytes of a reference
# Parameters of generics: the caches of `typing` hold each that was ever used. Before 3.12 they are plain instances.
_PARAMETERS = ("TypeVar", "ParamSpec", "TypeVarTuple")
_OF_PARAMETERS = ("__name__", "__bound__", "__constraints__", "__covariant__", "__contravariant__", "__default__")
_mro: Any = type.__dict__["__mro__"].__get__


def may_go_on(value: object) -> bool:
    """Whether a value is of a kind that can go on in the place of another one."""
    kind = type(value)
    if kind in _LOCKS or kind is ContextVar or kind is object or _is_parameter(kind):
        return True
    return kind not in _ATOMS and not issubclass(kind, (type, ModuleType)) and _is_plain(kind)


def is_alike(old: Any, new: Any) -> bool:
    """Whether nobody could tell one value from another, if not by `is`.

    Args:
        old: what may go on.
        new: what has come in its place.
    """
    kind = type(old)
    if kind is not type(new) or not may_go_on(old):
        return False
    if kind in _LOCKS or kind is object:
        return True
    if kind is ContextVar:
        return bool(old.name == new.name) and _is_same(_default(old), _default(new))
    if _is_parameter(kind):
        return all(_is_same(getattr(old, name, None), getattr(new, name, None)) for name in _OF_PARAMETERS)
    return _is_same_state(_state(old), _state(new))


def _is_parameter(kind: type) -> bool:
    return kind.__module__ == "typing" and kind.__name__ in _PARAMETERS and not _is_plain(kind)


def _is_plain(kind: type) -> bool:
    """Whether all that an instance is made of stands in its attributes: no number, no list, nothing of C."""
    if kind.__flags__ & _HEAP_TYPE == 0 or kind.__itemsize__:
        return False
    slots = sum(type(each) is MemberDescriptorType for cls in _mro(kind) for each in vars(cls).values())
    words = slots + (kind.__dictoffset__ > 0) + (kind.__weakrefoffset__ > 0)
    return kind.__basicsize__ == object.__basicsize__ + words * _WORD


_HEAP_TYPE = 1 << 9  # of `tp_flags`: made by a `class` statement, or as if by one


def _state(value: object) -> dict[str, Any]:
    state = dict(own_names(value) or {})
    for cls in _mro(type(value)):
        for name, slot in vars(cls).items():
            if type(slot) is MemberDescriptorType:
                try:
                    state[f"{cls.__name__}.{name}"] = slot.__get__(value)
                except AttributeError:  # nothing was assigned to it
                    continue
    return state


def _is_same_state(old: dict[str, Any], new: dict[str, Any]) -> bool:
    return old.keys() == new.keys() and all(_is_same(value, new[name]) for name, value in old.items())


def _is_same(old: Any, new: Any) -> bool:
    """Whether two values are one object, or equal and so plain that it is no matter which one somebody has."""
    if old is new:
        return True
    if type(old) is not type(new):
        return False
    if type(old) is tuple:
        return len(old) == len(new) and all(map(_is_same, old, new))
    return type(old) in _ATOMS and bool(old == new)


def _default(variable: ContextVar[Any]) -> Any:
    """What a context variable gives where nobody has set it."""
    try:
        return Context().run(variable.get)
    except LookupError:
        return MISSING

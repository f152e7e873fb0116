"""The attributes of a class itself, set and taken out whatever its metaclass makes of that."""

from __future__ import annotations

import gc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_mro: Any = type.__dict__["__mro__"].__get__
# Python keeps these in the class's own attributes when they are set.
_PLAIN = frozenset(
    ("__abstractmethods__", "__annotate__", "__annotations__", "__doc__", "__module__", "__type_params__")
)
_ANY = "__load_sets_attributes__"


def put(cls: type, name: str, value: object) -> None:
    """Have a class define an attribute."""
    if _is_of_metaclass(cls, name):
        _names_of(cls)[name] = value
        _tell_python(cls)
    else:
        type.__setattr__(cls, name, value)


def take_out(cls: type, name: str) -> None:
    """Have a class no longer define an attribute that it does."""
    if _is_of_metaclass(cls, name):
        del _names_of(cls)[name]
        _tell_python(cls)
    else:
        type.__delattr__(cls, name)


def _is_of_metaclass(cls: type, name: str) -> bool:
    """Whether setting an attribute of the class would set something else: `__class__`, a property of the metaclass."""
    for each in _mro(type(cls)):
        if name in vars(each):
            is_plain = each is type and name in _PLAIN
            return not is_plain and hasattr(type(vars(each)[name]), "__set__")
    return False


def _names_of(cls: type) -> dict[str, Any]:
    """What `vars(cls)` lets everybody read."""
    return next(each for each in gc.get_referents(cls) if type(each) is dict and each.keys() == vars(cls).keys())


def _tell_python(cls: type) -> None:
    """Python remembers what it has looked up of a class until it sees that this changes."""
    type.__setattr__(cls, _ANY, None)
    type.__delattr__(cls, _ANY)

"""Where specialised exports keep what they have given, so that each name is from then on an attribute as cheap as any.

Which attributes have a fast path differs between Pythons. This suits all of 3.11 to 3.15:

- Each object has a dictionary of its own from the beginning. One of those that share their keys with other objects of
  the class, as Python makes them, loses its fast path as soon as somebody looks at it: `vars`, `dir`, a completion.
- From 3.14 on, a name has to be among the keys that objects of the class share, at most thirty. It is put there by an
  object of the class that is nobody's, the pattern; so the first thirty names that are given are the fast ones.
- On 3.11 nothing of a class with `__getattr__` has one, nor has a name that a class has as well. There each object has
  a class of its own, without that method: a descriptor asks for each name, and goes when the name was given.
"""

from __future__ import annotations

import sys
from _thread import RLock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ASKS_BY_DESCRIPTORS = sys.version_info < (3, 12)
_HAS_PATTERNS = sys.version_info >= (3, 14)
_become = object.__dict__["__class__"].__set__
_CHANGING = RLock()  # held while an object and its class are changed together, never while anything is imported


def begin(exports: Any) -> None:
    """Make an object ready to keep what it gives; it has given nothing yet."""
    exports.__dict__ = {**vars(exports)}
    cls = type(exports)
    if ASKS_BY_DESCRIPTORS:
        _become(exports, _own_class(exports.__class__ if _Alone in cls.__bases__ else cls))
    elif _HAS_PATTERNS and "_pattern" not in vars(cls):
        cls._pattern = object.__new__(cls)


def keep(exports: Any, name: str, value: object) -> None:
    """Have a name be an attribute."""
    with _CHANGING:
        vars(exports)[name] = value
        kind = type(exports)
        if ASKS_BY_DESCRIPTORS:
            if type(vars(kind).get(name)) is _Asked:
                delattr(kind, name)
        elif _HAS_PATTERNS:
            object.__setattr__(kind._pattern, name, None)


def drop(exports: Any, name: str) -> None:
    """Have a name be asked for anew."""
    with _CHANGING:  # what it was is let go after it: that may run anything
        if ASKS_BY_DESCRIPTORS and not hasattr(type(exports), name):
            setattr(type(exports), name, _Asked(name))
        value = vars(exports).pop(name, None)
    del value


class _Asked:
    """A name that was not given yet; an attribute of the object itself goes before it."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, exports: Any, owner: type) -> Any:
        if exports is None:  # asked of the class, which has none
            raise AttributeError(f"type object {owner.__name__!r} has no attribute {self._name!r}", name=self._name)
        return exports._asked_for(self._name, sys._getframe(1))


class _Alone:
    """The base of classes that one object has for itself; nobody's `__init_subclass__` hears of them."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        pass

    def __delattr__(self: Any, name: str) -> None:
        if name in self._entries and name in vars(self):
            drop(self, name)
        else:
            object.__delattr__(self, name)


def _own_class(cls: Any) -> Any:
    """A class like another one, for one object."""
    asked = {name: _Asked(name) for name in cls._entries if not hasattr(cls, name)}
    own = {
        "__slots__": (),
        "__class__": property(lambda _: cls),
        "__module__": cls.__module__,
        "__qualname__": cls.__qualname__,
        "__doc__": cls.__doc__,
    }
    bases = (cls,) if issubclass(cls, _Alone) else (_Alone, cls)
    return type(cls)(cls.__name__, bases, {**own, **asked})

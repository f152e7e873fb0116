"""Modules of a class of their own (`sys.modules[__name__].__class__ = …`): what a handle has to be to stand for one."""

from __future__ import annotations

import sys
from weakref import WeakKeyDictionary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

ModuleType = type(sys)
# What a handle does itself: how it is made, copied and told from others, and the attributes that it forwards anyway.
_ITS_OWN = frozenset((
    *("__class__", "__class_getitem__", "__copy__", "__deepcopy__", "__del__", "__delattr__", "__dir__", "__eq__"),
    *("__getattr__", "__getattribute__", "__getstate__", "__hash__", "__init__", "__init_subclass__", "__new__"),
    *("__reduce__", "__reduce_ex__", "__repr__", "__setattr__", "__setstate__", "__sizeof__", "__subclasshook__"),
))  # fmt: skip
_made: WeakKeyDictionary[type, dict[type, type]] = WeakKeyDictionary()


def shares_namespace(cls: type) -> bool:
    """Whether an attribute of such a module is what its namespace says, and of the class only where that has none."""
    hooks = ("__getattribute__", "__setattr__", "__delattr__")
    if any(getattr(cls, hook) is not getattr(ModuleType, hook) for hook in hooks):
        return False
    return not any(hasattr(type(value), "__set__") or hasattr(type(value), "__delete__") for _, value in _own(cls))


def _own(cls: type) -> Iterator[tuple[str, Any]]:
    """What the classes of a module bring besides what every module has."""
    for each in cls.__mro__:
        if each not in ModuleType.__mro__:
            yield from ((name, value) for name, value in vars(each).items() if name not in ("__dict__", "__weakref__"))


def standing_for(cls: type, base: type, real: Callable[[Any], Any]) -> type:
    """The class of handles on modules of a class: `base` with what Python looks up in the class, as `__call__`.

    Args:
        cls: the class of the module.
        base: the class of handles that it is made from.
        real: gives the module of a handle.
    """
    made = _made.setdefault(cls, {})
    if base not in made:
        names = {name for name, value in _own(cls) if name[:2] == name[-2:] == "__" and callable(value)} - _ITS_OWN
        methods = {name: _forwarded(name, real) for name in names}
        made[base] = type("module", (base,), {"__module__": base.__module__, **methods}) if methods else base
    return made[base]


def _forwarded(name: str, real: Callable[[Any], Any]) -> Callable[..., Any]:
    def forward(self: Any, *args: Any, **kwargs: Any) -> Any:
        module = real(self)
        return getattr(type(module), name)(module, *args, **kwargs)

    forward.__name__ = name
    return forward

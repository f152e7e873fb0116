"""Handles on objects in modules, `pkg.mod:attr`: what people do with a class or a function, at its first use.

Such a handle makes no claim to be the object: `type`, `hash`, `==` and `bool` are its own. In arithmetic, which it
cannot stand in for, it is a `TypeError` that names `materialize`. A method that raised it for `with`, `await` or `next`
would be a claim that it can.
"""

from __future__ import annotations

import sys

from load._lazy import operators
from load._lazy.handle import (
    Handle,
    arguments_of,
    declaration_of,
    is_documented,
    is_loaded,
    load,
    not_loaded,
    unpickled,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping
    from types import FrameType
    from typing import Any


class LazyObject(Handle):
    """An object that is imported when it is used."""

    __slots__ = ("__weakref__",)

    def __getattribute__(self, name: str) -> Any:
        if name in _OWN:
            return object.__getattribute__(self, name)
        user = sys._getframe(1)
        if not is_loaded(self) and _is_looked_for(name, user):
            if name in _METHODS:
                return object.__getattribute__(self, name)
            return not_loaded(f"lazy object {declaration_of(self).name!r}", name)
        try:
            return getattr(load(self, user), name)
        except Exception:
            if is_documented(name, user):
                return None
            raise

    def __setattr__(self, name: str, value: object) -> None:
        setattr(load(self, sys._getframe(1)), name, value)

    def __delattr__(self, name: str) -> None:
        delattr(load(self, sys._getframe(1)), name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return load(self, sys._getframe(1))(*args, **kwargs)

    def __getitem__(self, key: Any) -> Any:
        return load(self, sys._getframe(1))[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        load(self, sys._getframe(1))[key] = value

    def __delitem__(self, key: Any) -> None:
        del load(self, sys._getframe(1))[key]

    def __contains__(self, key: Any) -> bool:
        return key in load(self, sys._getframe(1))

    def __iter__(self) -> Iterator[Any]:
        return iter(load(self, sys._getframe(1)))

    def __len__(self) -> int:
        user = sys._getframe(1)
        if not is_loaded(self) and _is_shown(user):  # every list of variables asks for it
            raise TypeError(f"lazy object {declaration_of(self).name!r} has no length before it is loaded")
        return len(load(self, user))

    def __bool__(self) -> bool:
        return True

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[Any, ...]:
        value = load(self, sys._getframe(1))
        entries = getattr(value, "__mro_entries__", None)
        return entries(bases) if entries is not None and not isinstance(value, type) else (value,)

    def __instancecheck__(self, instance: Any) -> bool:
        return isinstance(instance, load(self, sys._getframe(1)))

    def __subclasscheck__(self, subclass: type) -> bool:
        return issubclass(subclass, load(self, sys._getframe(1)))

    def __dir__(self) -> list[str]:
        return dir(load(self, sys._getframe(1))) if is_loaded(self) else []

    def __reduce__(self) -> tuple[Any, ...]:
        return unpickled, (LazyObject, *arguments_of(self))

    def __load_renew__(
        self, touched: Container[str], successors: Mapping[int, Any], _past: object
    ) -> Callable[[], object] | None:
        from load._lazy.renewing import renew_object

        return renew_object(self, touched, successors)

    def __repr__(self) -> str:
        declaration = declaration_of(self)
        if is_loaded(self):
            return f"<lazy object {declaration.name!r}: {load(self, sys._getframe(1))!r}>"
        return f"<lazy object {declaration.name!r}, declared in {declaration}>"


# Looked up in the handle by whoever copies it, or makes a class of it; `__class__` makes no claim.
_OWN = frozenset((
    *("__class__", "__copy__", "__deepcopy__", "__load_renew__", "__mro_entries__", "__reduce__", "__reduce_ex__"),
))  # fmt: skip
_METHODS = frozenset(
    name for name, value in (vars(object) | vars(Handle) | vars(LazyObject)).items() if callable(value)
)


def _is_looked_for(name: str, user: FrameType) -> bool:
    from load._lazy.looking import is_probe

    return is_probe(name, user)


def _is_shown(user: FrameType) -> bool:
    from load._lazy.looking import is_shown

    return is_shown(user)


def _refusing(name: str) -> Callable[..., Any]:
    def refuse(self: LazyObject, *_: object) -> Any:
        text = f"a lazy object cannot stand in for {declaration_of(self).name!r} in {name}"
        raise TypeError(f"{text}: use load.materialize(…)")

    refuse.__name__ = name
    return refuse


operators.refuse(LazyObject, _refusing)

"""Handles on objects in modules, `pkg.mod:attr`: what people do with a class or a function, at its first use.

Such a handle makes no claim to be the object: `type`, `hash`, `==` and `bool` are its own. What it cannot stand in for
(arithmetic, `with`, `await`, …) is a `TypeError` that names `materialize`.
"""

from __future__ import annotations

import sys

from load._lazy.handle import Handle, arguments_of, declaration_of, is_loaded, is_probe, load, make

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from load._lazy.declaration import Resolve


class LazyObject(Handle):
    """An object that is imported when it is used."""

    __slots__ = ("__dict__", "__weakref__")

    def __getattr__(self, name: str) -> Any:
        user = sys._getframe(1)
        if not is_loaded(self) and is_probe(name, user):
            text = f"lazy object {declaration_of(self).name!r} has no attribute {name!r} before it is loaded"
            raise AttributeError(text, name=name)
        return getattr(load(self, user), name)

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
        return len(load(self, sys._getframe(1)))

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
        return unpickled_object, arguments_of(self)

    def __repr__(self) -> str:
        declaration = declaration_of(self)
        if is_loaded(self):
            return f"<lazy object {declaration.name!r}: {load(self, sys._getframe(1))!r}>"
        return f"<lazy object {declaration.name!r}, declared in {declaration}>"


def unpickled_object(name: str, resolve: Resolve, require: str | None, missing: str) -> Any:
    """A handle on an object, made anew; nothing is loaded for it."""
    return make(LazyObject, name, sys._getframe(1), resolve, require, missing)


_NOT_STOOD_IN_FOR = (
    *("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "divmod", "pow", "lshift", "rshift", "and", "xor"),
    *("or", "neg", "pos", "abs", "invert", "int", "float", "complex", "index", "round", "enter", "aenter", "await"),
    *("lt", "le", "gt", "ge", "reversed", "next", "aiter", "anext", "fspath"),
)
_REFLECTED = ("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "divmod", "pow", "lshift", "rshift")


def _refusing(name: str) -> Callable[..., Any]:
    def refuse(self: LazyObject, *_: object) -> Any:
        text = f"a lazy object cannot stand in for {declaration_of(self).name!r} in {name}"
        raise TypeError(f"{text}: use load.materialize(…)")

    refuse.__name__ = name
    return refuse


for _each in (*_NOT_STOOD_IN_FOR, *(f"r{_name}" for _name in (*_REFLECTED, "and", "xor", "or"))):
    setattr(LazyObject, f"__{_each}__", _refusing(f"__{_each}__"))

"""The handle: stands in for a module, or for an object in one, until its first use.

Making one touches nothing: it stores what was declared and the place, as a code object and an offset. The first use
imports the module. Then

- the name that it was declared as, where that still holds the handle, gets the real thing, as PEP 810 does;
- a handle that is held elsewhere shares the namespace of its module and changes its class to one without any hook, so
  that an attribute access is what it is on an instance of a plain class. A module's own dictionary can be given to an
  instance of a class of ours, not to another module: that is why a handle is not a subclass of `ModuleType` and only
  answers as one (`isinstance(handle, ModuleType)`).

No lock of ours is held while a module is imported: Python has one for each module, and knows of circles.
"""

from __future__ import annotations

import sys

from load._caller import Caller
from load._lazy.declaration import Declaration, import_only, is_being_imported, materialize_declared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType, ModuleType
    from typing import Any

    from load._lazy.declaration import Resolve
    from load._reference import Reference
else:
    ModuleType = type(sys)  # `types` itself would have to be imported

# Instances of these classes are of one layout, so that one can become the other: `__class__` is a property of theirs,
# and this is what it hides.
_become: Callable[[object, type], None] = object.__dict__["__class__"].__set__


class Handle:
    """What all handles have: one slot. Before the first use a tuple for `Declaration`, afterwards it and the object."""

    __slots__ = ("__load_state__",)

    def __copy__(self) -> Handle:
        return self

    def __deepcopy__(self, memo: object) -> Handle:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return unpickled, (LazyModule, *arguments_of(self))


_set_state: Callable[[object, object], None] = vars(Handle)["__load_state__"].__set__
_state: Callable[[object], Any] = vars(Handle)["__load_state__"].__get__


def _real(handle: object) -> Any:
    """What a handle that was used stands for."""
    return _state(handle)[1]


# Of a handle itself: what it is, and what Python does with every object. The rest is asked of the module.
_OWN = frozenset(name for name, value in (vars(object) | vars(Handle)).items() if callable(value)) | {"__class__"}


class LazyModule(Handle):
    """A module that was not used yet."""

    __class__ = property(lambda _: ModuleType)

    def __getattribute__(self, name: str) -> Any:
        if name in _OWN:
            return object.__getattribute__(self, name)
        user = sys._getframe(1)
        told = _without_loading(declaration_of(self), name, user)
        if told is not _USED:
            return told
        try:
            return getattr(load(self, user), name)
        except Exception:
            if is_documented(name, user):  # of what is not there is none; the rest of its module has some
                return None
            raise

    def __setattr__(self, name: str, value: object) -> None:
        setattr(load(self, sys._getframe(1)), name, value)

    def __delattr__(self, name: str) -> None:
        delattr(load(self, sys._getframe(1)), name)

    def __dir__(self) -> list[str]:
        from load._lazy.looking import TOLD

        return sorted(TOLD)

    def __repr__(self) -> str:
        declaration = declaration_of(self)
        return f"<lazy module {declaration.name!r}, declared in {declaration}>"


class _Loaded(Handle):
    """A module that was used: its namespace is that of the module, and nothing stands in the way.

    What it has of its own is what every module answers to whatever its namespace says.
    """

    __class__ = property(lambda self: type(_real(self)))
    __annotations__ = property(
        lambda self: _real(self).__annotations__,
        lambda self, value: setattr(_real(self), "__annotations__", value),
        lambda self: delattr(_real(self), "__annotations__"),
    )

    __spec__ = property(
        lambda self: _spec(self, sys._getframe(1)),
        lambda self, value: setattr(_real(self), "__spec__", value),
        lambda self: delattr(_real(self), "__spec__"),
    )

    def __dir__(self) -> list[str]:
        return dir(_real(self))

    def __repr__(self) -> str:
        return repr(_real(self))


class _LoadedWithHook(_Loaded):
    """The same for a module with a hook of its own (PEP 562), or a class whose methods are had from the module."""

    def __getattr__(self, name: str) -> Any:
        return getattr(_real(self), name)


class _Forwarding(Handle):
    """A module of a class that has its own way with attributes: what is done to the handle is done to it."""

    def __getattribute__(self, name: str) -> Any:
        if name in _COPIED_BY:
            return object.__getattribute__(self, name)
        return _spec(self, sys._getframe(1)) if name == "__spec__" else getattr(_real(self), name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(_real(self), name, value)

    def __delattr__(self, name: str) -> None:
        delattr(_real(self), name)

    def __dir__(self) -> list[str]:
        return dir(_real(self))

    def __repr__(self) -> str:
        return repr(_real(self))


_COPIED_BY = frozenset(("__copy__", "__deepcopy__", "__reduce__", "__reduce_ex__"))
# What an error says of the class is what it would say of a module.
_Loaded.__name__ = _LoadedWithHook.__name__ = "module"


def _spec(handle: Handle, user: FrameType) -> Any:
    from load._lazy.looking import check_reload

    check_reload(declaration_of(handle).name, user)
    return _real(handle).__spec__


def make(
    kind: type[Handle],
    name: str,
    frame: FrameType,
    resolve: Resolve = import_only,
    require: str | None = None,
    missing: str = "raise",
) -> Any:
    """A handle.

    Args:
        kind: `LazyModule` or `LazyObject`.
        name: what it stands for, a reference as text; it is not checked.
        frame: the frame that declares it.
        resolve: gives the real thing at the first use.
        require: see `Declaration`.
        missing: see `Declaration`.
    """
    handle = object.__new__(kind)
    _set_state(handle, (name, resolve, frame.f_code, frame.f_lasti, frame.f_globals, require, missing))
    return handle


def declaration_of(handle: object) -> Declaration:
    """What was declared, and where."""
    state = _state(handle)
    return state[0] if type(state[0]) is Declaration else Declaration(*state)


# -- the first use -----------------------------------------------------------------------------------------------------

_USED = object()


def _without_loading(declaration: Declaration, name: str, user: FrameType) -> Any:
    """What can be told of a module's attribute without loading it; `_USED` where it has to be.

    Raises:
        AttributeError: somebody only looks for it.
    """
    from load._lazy import looking

    if name in looking.TOLD:
        looking.check_reload(declaration.name, user)
        told = looking.told(declaration.name, name)
        if told is not None:
            return told
        is_probe = not looking.is_named(name, user)
    else:
        is_probe = looking.is_probe(name, user)
    if is_probe and name == "__dict__":  # what every module has, and who completes names takes for granted
        return {}
    return not_loaded(f"lazy module {declaration.name!r}", name) if is_probe else _USED


def is_documented(name: str, user: FrameType) -> bool:
    """See `looking.is_documented`."""
    from load._lazy import looking

    return looking.is_documented(name, user)


def not_loaded(what: str, name: str) -> Any:
    """What somebody gets who only looks: no documentation, as every object has some, and nothing else."""
    if name == "__doc__":
        return None
    raise AttributeError(f"{what} has no attribute {name!r} before it is loaded", name=name)


def load(handle: Any, user: FrameType) -> Any:
    """The real thing behind a handle, which becomes it."""
    state = _state(handle)
    if type(state[0]) is Declaration:  # another thread was first
        if type(handle) is LazyModule:  # and has not ended
            _settle(handle, *state)
        return state[1]
    declaration = Declaration(*state)
    is_module = type(handle) is LazyModule
    try:
        value = materialize_declared(declaration, user)
    except ModuleNotFoundError as error:
        from load._lazy import missing

        return missing.instead(error, declaration, is_module=is_module)
    if is_module and is_being_imported(value):  # a circle: what is there of it so far, and nothing is settled
        return value
    _rebind(declaration, handle, value)
    if is_module:
        _settle(handle, declaration, value)
    else:
        _set_state(handle, (declaration, value))
    return value


def _rebind(declaration: Declaration, handle: object, value: object) -> None:
    """Put the real thing under each name of the declaring module that still holds the handle."""
    namespace = declaration.namespace
    for name, held in list(namespace.items()):
        if held is handle and namespace.get(name) is handle:
            namespace[name] = value
            if ":" in declaration.name:
                _bound[str(namespace.get("__name__")), name] = declaration.name


class _Bound(dict[tuple[str, str], str]):
    """Names of modules that stand for what handles on objects were declared for: no handle is left to tell it.

    A module, and a name of it → what it was declared to be.
    """

    __slots__ = ()

    def __load_renew__(
        self, _touched: object, _successors: object, past: Mapping[str, Mapping[str, Any]]
    ) -> Callable[[], object] | None:
        from load._lazy.renewing_names import renew_names

        return renew_names(self, past)


_bound = _Bound()


def _settle(handle: Any, declaration: Declaration, module: Any) -> None:
    """Have the handle be its module for whoever holds it; two threads that do so do the same."""
    if type(module) is ModuleType:
        kind: type[Handle] = _LoadedWithHook if "__getattr__" in module.__dict__ else _Loaded
    else:
        kind = _of_own_class(type(module))
    _set_state(handle, (declaration, module))
    if issubclass(kind, _Loaded):
        object.__setattr__(handle, "__dict__", module.__dict__)
    _become(handle, kind)


def _of_own_class(cls: type) -> type[Handle]:
    from load._lazy import own_class

    shares = issubclass(cls, ModuleType) and own_class.shares_namespace(cls)
    return own_class.standing_for(cls, _LoadedWithHook if shares else _Forwarding, _real)


# -- asked about handles -----------------------------------------------------------------------------------------------


def is_handle(value: object) -> bool:
    """Whether a value is a handle, loaded or not."""
    return issubclass(type(value), Handle)


def is_loaded(value: object) -> bool:
    """Whether a value is the real thing: no handle, or one that was used.

    Args:
        value: anything; a handle is not used by this.
    """
    return not is_handle(value) or type(_state(value)[0]) is Declaration


def reference(handle: object) -> Reference:
    """What a handle stands for; of a module, its name.

    Args:
        handle: a handle, or a module.

    Returns:
        The reference, the same as was declared.

    Raises:
        TypeError: it is neither.
    """
    if is_handle(handle):
        return declaration_of(handle).reference
    from load._reference import Reference

    if isinstance(handle, ModuleType):
        return Reference(handle.__name__)
    raise TypeError(f"{type(handle).__name__!r} is neither a handle nor a module")


def materialize(value: Any) -> Any:
    """The real thing behind a handle, loaded now if it was not; anything else is given back as it is.

    Args:
        value: anything; what is not a handle comes back as it is.

    Returns:
        The real thing.

    Raises:
        ImportError: it cannot be imported, and may not or cannot be installed.
        AttributeNotFound: the module has no such attribute.
    """
    if not is_handle(value):
        return value
    return load(value, sys._getframe(1))


def arguments_of(handle: object) -> tuple[str, Resolve, str | None, str, tuple[str, int, str | None]]:
    """What a handle is pickled as: what it stands for, never the thing itself, and who declared it."""
    declaration = declaration_of(handle)
    caller = declaration.caller
    place = caller.filename, caller.line, caller.package
    return declaration.name, declaration.resolve, declaration.require, declaration.missing, place


def unpickled(
    kind: type[Handle],
    name: str,
    resolve: Resolve,
    require: str | None,
    missing: str,
    place: tuple[str, int, str | None],
) -> Any:
    """A handle made anew; nothing is loaded for it, and it is still declared by who declared it.

    What resolves it may know the one that there is: `__load_handle__` gives that, or None.
    """
    known = getattr(type(resolve), "__load_handle__", None)
    handle = known(resolve) if known is not None else None
    if handle is not None:
        return handle
    handle = object.__new__(kind)
    _set_state(handle, (name, resolve, Caller(*place), -1, {}, require, missing))
    return handle

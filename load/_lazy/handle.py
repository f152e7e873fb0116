"""The handle: stands in for a module, or for an object in one, until its first use.

Making one touches nothing: it stores what was declared and the place, as a code object and an offset. The first use
imports the module. Then

- the name that it was declared as, where that still holds the handle, gets the real thing, as PEP 810 does;
- a handle that is held elsewhere shares the namespace of its module and changes its class to one without any hook, so
  that an attribute access is what it is on an instance of a plain class. A module's own dictionary can be given to an
  instance of a class of ours, not to another module: that is why a handle is no subclass of `ModuleType` and only
  answers as one (`isinstance(handle, ModuleType)`).

No lock of ours is held while a module is imported: Python has one for each module, and knows of circles.
"""

from __future__ import annotations

import sys

from load._lazy.declaration import Declaration, import_only, is_being_imported, materialize_declared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, ModuleType
    from typing import Any

    from load._lazy.declaration import Resolve
    from load._reference import Reference
else:
    ModuleType = type(sys)  # `types` itself would have to be imported

# Instances of these classes are of one layout, so that one can become the other: `__class__` is a property of theirs,
# and this is what it hides.
_become: Callable[[object, type], None] = object.__dict__["__class__"].__set__
_state: Callable[[object], Any]


class Handle:
    """What all handles have: one slot. Before the first use a tuple for `Declaration`, afterwards it and the object."""

    __slots__ = ("__load_state__",)
    __load_state__: Any

    def __copy__(self) -> Handle:
        return self

    def __deepcopy__(self, memo: object) -> Handle:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return unpickled_module, arguments_of(self)


def _is_module(self: object) -> type[ModuleType]:  # noqa: ARG001 - a property's getter
    return ModuleType


class LazyModule(Handle):
    """A module that was not used yet."""

    __class__ = property(_is_module)

    def __getattr__(self, name: str) -> Any:
        user = sys._getframe(1)
        if is_probe(name, user):
            return _known(declaration_of(self), name)
        return getattr(load(self, user), name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(load(self, sys._getframe(1)), name, value)

    def __delattr__(self, name: str) -> None:
        delattr(load(self, sys._getframe(1)), name)

    def __dir__(self) -> list[str]:
        return list(_WITHOUT_LOADING)

    def __repr__(self) -> str:
        declaration = declaration_of(self)
        return f"<lazy module {declaration.name!r}, declared in {declaration}>"


class _Loaded(Handle):
    """A module that was used: its namespace is that of the module, and nothing stands in the way."""

    __class__ = property(_is_module)

    def __dir__(self) -> list[str]:
        return dir(self.__load_state__[1])

    def __repr__(self) -> str:
        return repr(self.__load_state__[1])


class _LoadedWithHook(_Loaded):
    """The same for a module with a hook of its own (PEP 562)."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__load_state__[1], name)


class _Forwarding(Handle):
    """A module of a class of its own: what is done to the handle is done to it."""

    __class__ = property(lambda self: type(self.__load_state__[1]))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__load_state__[1], name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self.__load_state__[1], name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self.__load_state__[1], name)

    def __dir__(self) -> list[str]:
        return dir(self.__load_state__[1])

    def __repr__(self) -> str:
        return repr(self.__load_state__[1])


# What an error says of the class is what it would say of a module.
_Loaded.__name__ = _LoadedWithHook.__name__ = "module"
_set_state: Callable[[object, object], None] = Handle.__dict__["__load_state__"].__set__
_state = Handle.__dict__["__load_state__"].__get__


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

_WITHOUT_LOADING = ("__file__", "__loader__", "__name__", "__package__", "__path__", "__spec__")


_SEEN_IN_ANY_CASE = ("__all__", "__version__")  # who asks for these wants to know them, in whatever way
# Names by which tools look at whatever value comes by; the last two are those of rich, which detects mocks by them.
_PROBES = ("_ipython_", "_repr_", "_pytest", "_mock_", "_is_coroutine", "awehflow", "aihwerij")


def is_probe(name: str, user: FrameType) -> bool:
    """Whether an attribute is only looked for, to see what kind of thing this is, and not used.

    Who looks whether something is a proxy, a mock, a plot or an array asks every object that comes by. A name with two
    underscores is used where source names it.
    """
    if not name.startswith("__"):
        return name.startswith(_PROBES)
    if name in _SEEN_IN_ANY_CASE:
        return False
    if name in _WITHOUT_LOADING:
        return True
    from load._instructions import attribute_named

    return attribute_named(user.f_code, user.f_lasti) != name


def _known(declaration: Declaration, name: str) -> Any:
    """What can be told of a module that is not loaded."""
    if name == "__name__":
        return declaration.name
    if name in _WITHOUT_LOADING:
        from load._find import find

        spec = find(declaration.name)
        if name == "__spec__":
            return spec
        if spec is not None:
            told = {
                "__file__": spec.origin if spec.has_location else None,
                "__loader__": spec.loader,
                "__package__": spec.parent,
                "__path__": spec.submodule_search_locations,
            }[name]
            if told is not None:
                return told
    raise AttributeError(f"lazy module {declaration.name!r} has no attribute {name!r} before it is loaded", name=name)


def load(handle: Any, user: FrameType) -> Any:
    """The real thing behind a handle, which becomes it."""
    state = _state(handle)
    if type(state[0]) is Declaration:  # another thread was first
        return state[1]
    declaration = Declaration(*state)
    is_module = type(handle) is LazyModule
    try:
        value = _imported(declaration, user)
    except ModuleNotFoundError as error:
        return _instead(error, declaration, is_module=is_module)
    if is_module and is_being_imported(value):  # a circle: what is there of it so far, and nothing is settled
        return value
    _rebind(declaration.namespace, handle, value)
    if is_module:
        _settle(handle, declaration, value)
    else:
        _set_state(handle, (declaration, value))
    return value


def _imported(declaration: Declaration, user: FrameType) -> Any:
    try:
        return materialize_declared(declaration, user)
    except AttributeError as error:
        # As an AttributeError, it would say that the module has no such attribute, and `hasattr` would swallow it.
        from load.errors import ImportFailed

        raise ImportFailed(
            f"{declaration.name!r} could not be imported: {type(error).__name__}: {error}",
            context=(f"declared in {declaration}",),
            hint="see the error above, which its own code raised",
            name=declaration.name,
        ) from error


def _instead(error: ModuleNotFoundError, declaration: Declaration, *, is_module: bool) -> Any:
    """What stands for a module that is not there; the error where nothing does. It is tried again at the next use."""
    from load._lazy import missing

    if not missing.is_missing(error, declaration.reference.module):
        raise error
    explained = missing.explained(error, declaration)
    if declaration.missing != "raise":
        missing.warn(explained, 4)
    if declaration.missing != "none":
        raise explained
    return missing.nothing(is_module)


def _rebind(namespace: dict[str, Any], handle: object, value: object) -> None:
    """Put the real thing under each name of the declaring module that still holds the handle."""
    for name, held in list(namespace.items()):
        if held is handle and namespace.get(name) is handle:
            namespace[name] = value


def _settle(handle: Any, declaration: Declaration, module: Any) -> None:
    """Have the handle be its module for whoever holds it; two threads that do so do the same."""
    _set_state(handle, (declaration, module))
    if type(module) is not ModuleType:
        _become(handle, _Forwarding)
        return
    object.__setattr__(handle, "__dict__", module.__dict__)
    _become(handle, _LoadedWithHook if "__getattr__" in module.__dict__ else _Loaded)


# -- asked about handles -----------------------------------------------------------------------------------------------


def is_handle(value: object) -> bool:
    """Whether a value is a handle, loaded or not."""
    return issubclass(type(value), Handle)


def is_loaded(value: object) -> bool:
    """Whether a value is the real thing: no handle, or one that was used."""
    return not is_handle(value) or type(_state(value)[0]) is Declaration


def reference(handle: object) -> Reference:
    """What a handle stands for; of a module, its name."""
    if is_handle(handle):
        return declaration_of(handle).reference
    from load._reference import Reference

    if isinstance(handle, ModuleType):
        return Reference(handle.__name__)
    raise TypeError(f"{type(handle).__name__!r} is no handle and no module")


def materialize(value: Any) -> Any:
    """The real thing behind a handle, loaded now if it was not; anything else is given back as it is."""
    if not is_handle(value):
        return value
    return load(value, sys._getframe(1))


def arguments_of(handle: object) -> tuple[str, Resolve, str | None, str]:
    """What a handle is pickled as: what it stands for, never the thing itself."""
    declaration = declaration_of(handle)
    return declaration.name, declaration.resolve, declaration.require, declaration.missing


def unpickled_module(name: str, resolve: Resolve, require: str | None, missing: str) -> Any:
    """A handle on a module, made anew; nothing is loaded for it."""
    return make(LazyModule, name, sys._getframe(1), resolve, require, missing)

"""What modules are: every object that can be reached from them, by identity and content; and how they act."""

from __future__ import annotations

import abc
import enum
import functools
import sys
from collections.abc import Iterable, Mapping
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import (
    BuiltinFunctionType,
    FunctionType,
    GetSetDescriptorType,
    MappingProxyType,
    MemberDescriptorType,
    ModuleType,
)
from typing import Any

_CACHES = {"__annotations_cache__", "__annotations__", "__annotate_func__", "__annotate__"}  # filled when asked
_LEAVES = (
    int,
    float,
    str,
    bytes,
    type(None),
    ModuleType,
    ModuleSpec,
    SourceFileLoader,
    BuiltinFunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
)
_WRAPPERS = (property, classmethod, staticmethod, functools.partial, functools._lru_cache_wrapper)


class State:
    """All that can be reached from modules, as it is now. It keeps every object alive, so that identities tell.

    Args:
        names: of the modules.
        held: other things that belong to the state.
    """

    def __init__(self, names: Iterable[str], held: Iterable[object] = ()) -> None:
        self._names = set(names)
        self._seen: set[int] = set()
        self._kept: list[object] = []
        self.facts: dict[str, Any] = {}
        for name in sorted(self._names):
            module = sys.modules.get(name)
            self.facts[f"sys.modules[{name!r}]"] = id(module)
            self._kept.append(module)
            if module is not None:
                self.facts[f"{name}.__class__"] = id(type(module))
                self._mapping(name, vars(module))
        for index, thing in enumerate(held):
            self._visit(f"held[{index}]", thing)

    def differences(self, later: State) -> list[str]:
        """Where a later state is another one, in words."""
        found = []
        for path in {**self.facts, **later.facts}:
            before, after = self.facts.get(path, "nothing"), later.facts.get(path, "nothing")
            if before != after:
                found.append(f"{path}: {before!r} → {after!r}")
        return found

    def _mapping(self, path: str, mapping: Mapping[Any, Any]) -> None:
        items = {key: value for key, value in mapping.items() if key not in _CACHES and key != "__builtins__"}
        self.facts[path] = [(repr(key), id(value)) for key, value in items.items()]
        for key, value in items.items():
            self._visit(f"{path}[{key!r}]", value)

    def _visit(self, path: str, thing: Any) -> None:
        self._kept.append(thing)
        if isinstance(thing, _LEAVES) or id(thing) in self._seen:
            return
        self._seen.add(id(thing))
        if isinstance(thing, type):
            self._class(path, thing)
        elif isinstance(thing, FunctionType):
            self._function(path, thing)
        elif isinstance(thing, (dict, MappingProxyType)):
            self._mapping(path, thing)
        elif isinstance(thing, (list, tuple, set, frozenset)):
            self.facts[path] = [id(each) for each in thing]
            for index, each in enumerate(thing):
                self._visit(f"{path}[{index}]", each)
        else:
            self._other(path, thing)

    def _class(self, path: str, cls: type) -> None:
        if cls.__module__ not in self._names:
            return
        self.facts[f"{path}.bases"] = [id(each) for each in cls.__bases__]
        self.facts[f"{path}.mro"] = [each.__qualname__ for each in cls.__mro__]
        self.facts[f"{path}.kind"] = (id(type(cls)), cls.__name__, cls.__qualname__, cls.__doc__)
        self.facts[f"{path}.notes"] = repr(getattr(cls, "__annotations__", None))
        if isinstance(cls, abc.ABCMeta):
            self.facts[f"{path}.abstract"] = sorted(getattr(cls, "__abstractmethods__", ()))
        self._mapping(f"{path}.__dict__", dict(sorted(vars(cls).items())))  # the order of a class's names means nothing

    def _function(self, path: str, function: FunctionType) -> None:
        if function.__module__ not in self._names and function.__globals__.get("__name__") not in self._names:
            self._cells(path, function)
            return
        self.facts[path] = {
            "code": (id(function.__code__), function.__code__),
            "name": (function.__name__, function.__qualname__, function.__module__, function.__doc__),
            "defaults": repr(function.__defaults__),
            "kwdefaults": repr(function.__kwdefaults__),
            "notes": repr(function.__annotations__),
            "dict": [(key, id(value)) for key, value in vars(function).items()],
        }
        self._visit(f"{path}.__dict__", vars(function))
        self._cells(path, function)

    def _cells(self, path: str, function: FunctionType) -> None:
        for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
            try:
                content = cell.cell_contents
            except ValueError:
                content = None
            self.facts[f"id of {path}.{name}"] = id(content)
            self._visit(f"{path}.{name}", content)

    def _other(self, path: str, thing: Any) -> None:
        self.facts[f"{path}.__class__"] = id(type(thing))
        if isinstance(thing, _WRAPPERS):
            for name in ("fget", "fset", "fdel", "__func__", "__wrapped__", "func", "args", "keywords"):
                inner = getattr(thing, name, None)
                self.facts[f"id of {path}.{name}"] = id(inner)
                self._visit(f"{path}.{name}", inner)
        own = getattr(thing, "__dict__", None)
        if isinstance(own, dict):
            self._mapping(f"{path}.__dict__", own)


# -- how things act ----------------------------------------------------------------------------------------------------


def described(module: ModuleType) -> dict[str, Any]:
    """A module's own names, and what each of them does when it is used; the same in every program with that source."""
    return {
        name: acts(value)
        for name, value in vars(module).items()
        if not name.startswith("__") and name != "_" and not isinstance(value, ModuleType)
    }


def acts(thing: Any) -> Any:
    """What a thing does when it is used."""
    if isinstance(thing, type):
        return _class_acts(thing)
    if isinstance(thing, (int, float, str, type(None))) and not isinstance(thing, enum.Enum):
        return thing
    if type(thing) in (list, tuple, set):
        return [type(thing).__name__, *map(acts, thing)]
    if type(thing) is dict:
        return {key: acts(value) for key, value in thing.items()}
    if hasattr(thing, "__next__"):
        return ["values", *map(acts, thing)]
    if hasattr(thing, "__enter__"):
        with thing as value:
            return ["with", acts(value)]
    if callable(thing):
        return _function_acts(thing)
    return instance_acts(thing, whole=True)


def _function_acts(function: Any) -> Any:
    if function.__name__.startswith(("_make_", "_around_")):
        return "makes functions"
    if hasattr(function, "registry"):
        kinds = sorted(kind.__name__ for kind in function.registry)
        return ["cases", kinds, *(acts(function(each)) for each in (None, 1, "", []))]
    return ["call", acts(function()), function.__doc__, vars(function).get("mark")]


def _class_acts(cls: type) -> Any:
    own = sys.modules[cls.__module__]
    for name in cls.__qualname__.split("."):
        own = getattr(own, name, None)
    facts = [cls.__name__, own is cls, [each.__name__ for each in cls.__mro__], (cls.__doc__ or "").partition("(")[0]]
    names = sorted(name for name in vars(cls) if not name.startswith("_"))
    if issubclass(cls, enum.Enum):
        return [*facts, [instance_acts(each, whole=True) for each in cls], names]
    try:
        made = cls()
    except TypeError as error:
        return [*facts, names, str(error)]
    return [*facts, names, instance_acts(made, whole=True)]


def instance_acts(thing: Any, *, whole: bool) -> Any:
    """What an instance does: its class, and what its methods and properties give.

    Args:
        thing: the instance.
        whole: whether what it was made with belongs to it.
    """
    cls = type(thing)
    found: dict[str, Any] = {"class": cls.__name__}
    if "." not in cls.__qualname__:
        found["current"] = vars(sys.modules[cls.__module__]).get(cls.__name__) is cls
    if whole:
        found["own"] = repr(sorted(getattr(thing, "__dict__", {})))
        found["shown"] = repr(thing) if cls.__repr__ is not object.__repr__ else ""
    for name in dir(cls):
        if name.startswith(("_", "field")) or name in ("count", "index", "x", "y"):
            continue
        value = getattr(thing, name)
        if isinstance(value, type):
            found[name] = instance_acts(value(), whole=whole)
        elif not isinstance(value, enum.Enum):
            found[name] = acts(value()) if callable(value) else acts(value)
    return found

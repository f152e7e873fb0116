"""What was changed, and how each of it is undone; and modules as they were before they ran."""

from __future__ import annotations

import sys
from types import ModuleType

from load._imports.files.module_files import namespace_of
from load._imports.reload.class_names import put, take_out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable
    from typing import Any

MISSING: Any = type("MISSING", (), {"__repr__": lambda _: "MISSING"})()
become: Callable[[object, type], None] = object.__dict__["__class__"].__set__
_bases: Any = type.__dict__["__bases__"]
_MOST_VALUES = 100_000  # that are copied to be given back: what is more is left as a failed run leaves it


class Journal:
    """Changes, to be undone from the last to the first."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], object]] = []

    def did(self, undo: Callable[[], object]) -> None:
        """Something was changed, or is about to be; that is how it is undone."""
        self._undo.append(undo)

    def set(self, namespace: dict[str, Any], name: str, value: object) -> None:
        """Bind a name of a module, or of an object."""
        before = namespace.get(name, MISSING)
        self.did(lambda: _put_back(namespace, name, before))
        namespace[name] = value

    def drop(self, namespace: dict[str, Any], name: str) -> None:
        """Take a name out."""
        before = namespace.pop(name, MISSING)
        self.did(lambda: _put_back(namespace, name, before))

    def become(self, thing: object, cls: type) -> None:
        """Have an object be of another class.

        Raises:
            TypeError: Python does not allow it.
        """
        before = type(thing)
        become(thing, cls)
        self.did(lambda: become(thing, before))

    def undo(self) -> list[Exception]:
        """Undo all of it, the last first; what kept a step from being undone, which keeps no other from it."""
        failures: list[Exception] = []
        while self._undo:
            try:
                self._undo.pop()()
            except Exception as error:  # noqa: BLE001 - code of others may raise anything; it is told
                failures.append(error)
        return failures


def _put_back(namespace: dict[str, Any], name: str, value: object) -> None:
    if value is MISSING:
        namespace.pop(name, None)
    else:
        namespace[name] = value


class Before:
    """Modules as they were before they ran again, and what stood under their names and below them.

    Args:
        plan: names and modules.
    """

    def __init__(self, plan: Iterable[tuple[str, ModuleType]]) -> None:
        plan = list(plan)
        self._states = {name: _State(module) for name, module in plan}
        self._values = _Values()
        for _, module in plan:
            self._values.look(namespace_of(module), of=namespace_of(module).get("__name__"))
        whole = {id(module) for _, module in plan}
        names = {name for name, _ in plan}
        self._loaded = {
            name: each
            for name, each in list(sys.modules.items())
            if id(each) in whole or (type(name) is str and _lies_in(name, names))
        }

    def restore(self) -> None:
        """Have all be so again; what was imported for the first time meanwhile stays loaded."""
        for name, module in self._loaded.items():
            if sys.modules.get(name) is not module:
                sys.modules[name] = module
        for state in self._states.values():
            state.restore()
        self._values.restore()
        for name, module in list(sys.modules.items()):
            if type(name) is str and name not in self._loaded and issubclass(type(module), ModuleType):
                package, _, last = name.rpartition(".")
                if package in self._states:  # Python binds a submodule when it is first imported, and never again
                    self._states[package].names.setdefault(last, module)


def _lies_in(name: str, packages: Container[str]) -> bool:
    while name:
        name = name.rpartition(".")[0]
        if name in packages:
            return True
    return False


class _State:
    """One module as it was."""

    __slots__ = ("_kind", "_module", "_names", "_path", "names")

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._kind = type(module)
        self.names = namespace_of(module)
        self._names = dict(self.names)
        path = self._names.get("__path__")
        self._path = list(path) if type(path) is list else None  # bodies add to it, as it is

    def restore(self) -> None:
        if type(self._module) is not self._kind:
            object.__setattr__(self._module, "__class__", self._kind)
        for name in list(self.names):
            if name not in self._names:
                self.names.pop(name, None)
        self.names.update(self._names)
        if list(self.names) != list(self._names):
            for name in self._names:
                self.names[name] = self.names.pop(name)
        if self._path is not None:
            self._names["__path__"][:] = self._path


class _Values:
    """What stands in the values of a module: in its classes and its containers, as far as those are plain."""

    def __init__(self) -> None:
        self._classes: dict[type, tuple[dict[str, Any], tuple[type, ...]]] = {}
        self._containers: list[tuple[Any, Any]] = []
        self._seen: set[int] = set()
        self._left = _MOST_VALUES

    def look(self, names: dict[str, Any], *, of: object) -> None:
        """Copy what stands in a module's values.

        Args:
            names: its namespace.
            of: its name; classes and instances of others are theirs.
        """
        todo = list(names.values())
        while todo:
            value = todo.pop()
            if id(value) not in self._seen:
                self._seen.add(id(value))
                todo += self._look(value, of)

    def _look(self, value: Any, of: object) -> Iterable[Any]:
        kind = type(value)
        if kind in (dict, list, set, bytearray):
            if len(value) > self._left:
                return ()
            self._left -= len(value)
            self._containers.append((value, kind(value)))
            return () if kind is bytearray else value.values() if kind is dict else value
        if issubclass(kind, type):
            if vars(value).get("__module__") != of:
                return ()
            self._classes[value] = (dict(vars(value)), _bases.__get__(value))
            return list(vars(value).values())
        if kind is tuple:
            return list(value)
        own = own_names(value) if vars(kind).get("__module__") == of else None
        return () if own is None else (own,)

    def restore(self) -> None:
        for cls, (names, bases) in self._classes.items():
            _restore_class(cls, names, bases)
        for value, content in self._containers:
            if not _is_same(value, content):
                if isinstance(value, (list, bytearray)):
                    value[:] = content
                else:
                    value.clear()
                    value.update(content)


def own_names(value: object) -> dict[str, Any] | None:
    """The attributes that an instance has itself, whatever its class says of them; None where it has none."""
    try:
        found = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return None
    return found if type(found) is dict else None


def _is_same(value: Any, content: Any) -> bool:
    """Whether a container holds the same objects, in the same order."""
    if len(value) != len(content):
        return False
    if isinstance(value, dict):
        pairs = zip(value.items(), content.items(), strict=False)
        return all(one[0] is other[0] and one[1] is other[1] for one, other in pairs)
    if isinstance(value, bytearray):
        return bool(value == content)
    return all(one is other for one, other in zip(value, content, strict=False))


def _restore_class(cls: type, names: dict[str, Any], bases: tuple[type, ...]) -> None:
    if _bases.__get__(cls) != bases:
        _bases.__set__(cls, bases)
    now = dict(vars(cls))
    for name in now:
        if name not in names:
            take_out(cls, name)
    for name, value in names.items():
        if now.get(name, MISSING) is not value:
            put(cls, name, value)

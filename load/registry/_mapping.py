"""A dictionary whose values are imported when they are asked for, as far as it is filled, and as a whole."""

import sys
from _thread import RLock

from load.registry._entries import ITSELF, are_import_strings, origin_of, place_of, raw_of
from load.registry._table import NOTHING, LazyTable, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from importlib.metadata import EntryPoint
    from types import FrameType
    from typing import Any, Self, TypeAlias, TypeVar, overload

    from load._reference import Reference
    from load.registry._entries import Origin, Raw

    K = TypeVar("K")
    V = TypeVar("V")
    T = TypeVar("T")
    Registrable: TypeAlias = V | str | tuple[str, ...] | EntryPoint | Callable[[], V]


class LazyImportDict(LazyTable["K", "V"]):
    """A dictionary of things that are imported, or made, when they are asked for.

    Text is an import string (`"pkg.mod:attr"`), and so is each of a tuple of texts; entry points name what they name;
    `lazy(function)` is called once. Everything else is the value itself; `instance("text")` says so of a text.

    Counting, iterating, `in`, `==`, `copy`, `repr` and looking up a key that is not there import nothing; `values()`
    and `items()` import each value as they come to it.

    Args:
        entries: a mapping, or pairs.
        eager_load: import everything at once when it is registered.
        resolve: gives the object that a `Reference` names; the import alone where None. With `load.resolve`, what is
            not there may be installed, as the policy says.

    Raises:
        SourceError: a text is no import string.
    """

    __slots__ = ()

    def __init__(
        self,
        entries: "Mapping[K, V | str] | Iterable[tuple[K, V | str]]" = (),
        /,
        *,
        eager_load: bool = False,
        resolve: "Callable[[Reference], Any] | None" = None,
    ) -> None:
        self._raw: dict[K, Raw] = {}
        self._origins: dict[K, Origin | str] = {}
        self._locks: dict[K, Any] = {}
        self._guard = RLock()  # held while an entry is replaced, never while one is resolved; a signal may come then
        self._eager = eager_load
        self._resolve = resolve
        if entries:
            self._update(sys._getframe(1), entries, {})

    # -- registering ---------------------------------------------------------------------------------------------------

    if TYPE_CHECKING:

        @overload
        def register(self, key: K, *, is_instance: bool = ..., eager_load: bool = ...) -> Callable[[T], T]: ...
        @overload
        def register(
            self, key: K, value: Registrable[V], *, is_instance: bool = ..., eager_load: bool = ...
        ) -> None: ...

    def register(
        self, key: "K", value: "Any" = NOTHING, *, is_instance: bool = False, eager_load: bool = False
    ) -> "Any":
        """Register a value: as a call, or as a decorator.

        Args:
            key: what it is to be looked up by.
            value: an import string, a tuple of them, an entry point, a function that is called once for the value, or
                the value itself (a class, and all else); without it, what is decorated is the value.
            is_instance: it is the value itself, also if it is text or a function.
            eager_load: load it at once.

        Raises:
            SourceError: text that is no import string.
            ImportError: it is to be loaded at once, and cannot be.
        """
        origin = origin_of(sys._getframe(1))
        if value is not NOTHING:
            raw, loaded = (ITSELF, value) if is_instance else raw_of(value, is_recipe=True)
            self._put(key, raw, loaded, origin, eager=eager_load or self._eager)
            return None

        def decorate(decorated: "Any") -> "Any":
            self._put(key, ITSELF, decorated, origin, eager=False)
            return decorated

        return decorate

    def __setitem__(self, key: "K", value: "V | str") -> None:
        raw, loaded = raw_of(value, is_recipe=False)
        self._put(key, raw, loaded, origin_of(sys._getframe(1)), eager=self._eager)

    def _put(self, key: "K", raw: "Raw", loaded: "Any", origin: "Origin | str", *, eager: bool) -> None:
        self._check(key, raw, loaded, origin)
        self._store(key, raw, loaded, origin, eager=eager)

    def _store(self, key: "K", raw: "Raw", loaded: "Any", origin: "Origin | str", *, eager: bool) -> None:
        if eager and raw is not ITSELF:
            from load.registry._resolving import value_of

            loaded = value_of(self, key, raw, origin)
        has_value = eager or raw is ITSELF
        with self._guard:
            old = dict.get(self, key, NOTHING)  # let go of outside: its end may run anybody's code
            if key in self._raw:
                self._forget(key)
            self._origins[key] = origin
            if has_value:  # before the table says so: who looks up holds no lock
                dict.__setitem__(self, key, loaded)
            self._raw[key] = raw
            if not has_value:
                dict.pop(self, key, None)
        del old

    def _forget(self, key: "K") -> None:
        """Drop what else is known of an entry that is replaced, or taken out."""

    def _check(self, key: "K", raw: "Raw", loaded: "Any", origin: "Origin | str") -> None:
        """Raise where something must not be registered."""

    if TYPE_CHECKING:

        @overload  # type: ignore[override]
        def update(self, entries: Mapping[K, V | str], /, **named: V | str) -> None: ...
        @overload
        def update(self, entries: Iterable[tuple[K, V | str]] = (), /, **named: V | str) -> None: ...

    def update(self, entries: "Any" = (), /, **named: "Any") -> None:
        """Register many; all or, where one of them cannot be, none."""
        self._update(sys._getframe(1), entries, named)

    def _update(self, frame: "FrameType", entries: "Any", named: "dict[str, Any]") -> None:
        origin = origin_of(frame)
        origins: dict[Any, Any] = {}
        if isinstance(entries, LazyImportDict):
            origins = {key: entries._origins[key] for key in entries if key not in named}
            entries = {key: _copied(entries, key, raw) for key, raw in entries._table().items()}
        new = dict(entries, **named)
        values: dict[Any, Any] = {}
        if not are_import_strings(new.values()):
            new, values = self._sorted_out(new)
        for key in self._to_check(new):
            self._check(key, new[key], values.get(key), origins.get(key, origin))
        if self._eager:
            from load.registry._resolving import value_of

            lazies = {key: raw for key, raw in new.items() if raw is not ITSELF}
            values.update({key: value_of(self, key, raw, origin) for key, raw in lazies.items()})
        with self._guard:
            replaced = list(self._raw.keys() & new.keys()) if self._raw else []
            old = [dict.get(self, key) for key in replaced]  # let go of outside: its end may run anybody's code
            for key in replaced:
                self._forget(key)
            self._origins.update({**dict.fromkeys(new, origin), **origins} if origins else dict.fromkeys(new, origin))
            dict.update(self, values)  # before the table says so: who looks up holds no lock
            self._raw.update(new)
            for key in replaced:
                if key not in values:
                    dict.pop(self, key, None)
        del old

    @staticmethod
    def _sorted_out(entries: "dict[Any, Any]") -> "tuple[dict[Any, Raw], dict[Any, Any]]":
        """What each is made from, and those that are values already."""
        raws: dict[Any, Raw] = {}
        values: dict[Any, Any] = {}
        for key, value in entries.items():
            raws[key], loaded = raw_of(value, is_recipe=False)
            if raws[key] is ITSELF:
                values[key] = loaded
        return raws, values

    def _to_check(self, raws: "Mapping[K, Raw]") -> "Iterable[K]":  # noqa: ARG002 - for a registry
        """Those of new entries that have to be looked at one by one."""
        return ()

    # -- taking out ----------------------------------------------------------------------------------------------------

    def unregister(self, key: "K") -> None:
        """Take out an entry; nothing is loaded.

        Raises:
            KeyError: the key is not there.
        """
        self._take_out(self._key(key))

    __delitem__ = unregister

    def _take_out(self, key: "K") -> None:
        with self._guard:
            old = dict.get(self, key)  # let go of outside: its end may run anybody's code
            self._raw.pop(key, None)
            self._forget(key)
            dict.pop(self, key, None)
            self._origins.pop(key, None)
            self._locks.pop(key, None)
        del old

    def clear(self) -> None:
        """Take out everything."""
        for key in list(self._table()):
            self._take_out(key)

    def pop(self, key: "K", default: "Any" = NOTHING, /) -> "Any":
        """Take out a value, which is loaded, or give the default where the key is not there.

        Raises:
            KeyError: the key is not there, and no default was given.
            ImportError: it cannot be loaded; it stays.
        """
        if key not in self and default is not NOTHING:
            return default
        value = self[key]
        self.unregister(key)
        return value

    def popitem(self) -> "tuple[K, V]":
        """Take out the last entry, which is loaded.

        Raises:
            KeyError: there is none.
            ImportError: it cannot be loaded; it stays.
        """
        for key in reversed(self._table()):
            return key, self.pop(key)
        raise KeyError(f"{type(self).__name__} is empty")

    def setdefault(self, key: "K", default: "Any" = None, /) -> "Any":
        """The value of a key, which is registered if it is not there."""
        if key not in self:
            raw, loaded = raw_of(default, is_recipe=False)
            self._put(key, raw, loaded, origin_of(sys._getframe(1)), eager=self._eager)
        return self[key]

    # -- as a whole ----------------------------------------------------------------------------------------------------

    def copy(self) -> "Self":
        """Another with the same entries; what is loaded is loaded there, too."""
        new = type(self)(**self._arguments())
        new._restore(self._snapshot())
        return new

    def _snapshot(self) -> "dict[str, Any]":
        """All that is registered; for `_restore`."""
        table = self._table()
        with self._guard:
            return {"raw": dict(table), "origins": dict(self._origins), "loaded": dict(dict.items(self))}

    def _restore(self, snapshot: "Mapping[str, Any]") -> None:
        """Have what was registered when the snapshot was taken, and nothing else."""
        with self._guard:
            old = list(dict.values(self))  # let go of outside: its end may run anybody's code
            self._raw.clear()
            dict.clear(self)
            self._origins = dict(snapshot["origins"])
            dict.update(self, snapshot["loaded"])
            self._raw.update(snapshot["raw"])
        del old

    __copy__ = copy

    def __or__(self, other: "Any") -> "Self":  # type: ignore[override]
        new = self.copy()
        new._update(sys._getframe(1), other, {})
        return new

    def __ror__(self, other: "Any") -> "Self":  # type: ignore[override]
        new = type(self)(**self._arguments())
        new._update(sys._getframe(1), other, {})
        new._update(sys._getframe(1), self, {})
        return new

    def __ior__(self, other: "Any") -> "Self":  # type: ignore[override]
        self._update(sys._getframe(1), other, {})
        return self

    def __eq__(self, other: object) -> bool:
        """Whether both have the same keys and, as far as can be told without loading, the same values."""
        if not isinstance(other, dict):
            return NotImplemented
        if len(self) != len(other) or any(key not in other for key in self):
            return False
        if isinstance(other, LazyImportDict):
            return all(self._is_same(other, key) for key in self)
        return all(self.peek(key) == other[key] for key in self)

    def __ne__(self, other: object) -> bool:
        same = self.__eq__(other)
        return same if same is NotImplemented else not same

    def _is_same(self, other: "LazyImportDict[Any, Any]", key: "K") -> bool:
        raw = self._raw[key]
        if raw is not ITSELF and raw == other._raw[key]:
            return True
        return bool(self.peek(key) == other.peek(key))

    __hash__ = None  # type: ignore[assignment]

    def _listed(self) -> str:
        shown = [f"{key!r}: {'...' if value is self else repr(value)}" for key, value in self._seen()]
        return f"{{{', '.join(shown)}}}"

    def _seen(self) -> "Iterator[tuple[K, Any]]":
        for key in self._table():
            yield key, self.peek(key)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._listed()})"

    def __reduce_ex__(self, protocol: "Any") -> "tuple[Any, ...]":
        snapshot = self._snapshot()
        snapshot["loaded"] = {key: value for key, value in snapshot["loaded"].items() if snapshot["raw"][key] is ITSELF}
        snapshot["origins"] = {key: place_of(origin) for key, origin in snapshot["origins"].items()}
        return _rebuilt, (type(self), self._arguments(), snapshot)

    def _arguments(self) -> "dict[str, Any]":
        """What it was made with, by keyword."""
        return {"eager_load": self._eager, "resolve": self._resolve}


def _rebuilt(
    kind: "type[LazyImportDict[Any, Any]]", arguments: "dict[str, Any]", snapshot: "dict[str, Any]"
) -> "LazyImportDict[Any, Any]":
    """From a pickle: what was lazy is lazy again."""
    new = kind(**arguments)
    new._restore(snapshot)
    return new


def _copied(entries: "LazyImportDict[Any, Any]", key: "Any", raw: "Raw") -> "Any":
    """An entry of another one as it would be registered."""
    from load.registry._entries import Instance

    return Instance(dict.get(entries, key)) if raw is ITSELF else shown(raw)

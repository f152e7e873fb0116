"""A dictionary whose values are imported when they are asked for, as far as it is filled."""

import sys

from load.registry._entries import ITSELF, origin_of, raw_of
from load.registry._storage import GUARD, NOTHING
from load.registry._table import LazyTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from importlib.metadata import EntryPoint
    from types import FrameType
    from typing import Any, Self, TypeAlias, TypeVar, overload

    from typing_extensions import TypeVar as TypeVarWithDefault

    from load._reference import Reference
    from load.registry._entries import Origin, Raw
    from load.registry._storage import More

    K = TypeVarWithDefault("K", default=str)
    V = TypeVarWithDefault("V", default=Any)
    D = TypeVar("D")
    T = TypeVar("T")
    Settable: TypeAlias = V | str | tuple[str, ...] | EntryPoint
    Registrable: TypeAlias = V | str | tuple[str, ...] | EntryPoint | Callable[[], V]


class LazyImportDict(LazyTable["K", "V"]):
    """A dictionary of things that are imported, or made, when somebody asks for them.

    Text is an import string (`"pkg.mod:attr"`), and so is each of a tuple of texts; entry points name what they name;
    `lazy(function)` is called once. Everything else is the value itself; `instance("text")` marks text that is.

    Counting, iterating, `in`, `==`, `copy`, `repr` and looking up a missing key import nothing; `values()` and
    `items()` import each value when they come to it.

    Args:
        entries: a mapping, or pairs.
        eager_load: import everything at once when it is registered.
        resolve: gives the object that a `Reference` names; the import alone where None. With `load.resolve`, what is
            not there may be installed, as the policy says.

    Attributes:
        eager_load: as given; whether what is registered from now on is imported at once.

    Raises:
        SourceError: a text is not an import string.
    """

    __slots__ = ()

    def __init__(
        self,
        entries: "Mapping[K, Settable[V]] | Iterable[tuple[K, Settable[V]]]" = (),
        /,
        *,
        eager_load: bool = False,
        resolve: "Callable[[Reference], Any] | None" = None,
    ) -> None:
        self._set_up(eager_load=eager_load, resolve=resolve)
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
            SourceError: text that is not an import string.
            ImportError: it is to be loaded at once, and cannot be.
            RegistryTypeError: it decorates without a key.
        """
        origin = origin_of(sys._getframe(1))
        if value is NOTHING:
            return self._decorator(sys._getframe(1), key)
        raw, loaded = (ITSELF, value) if is_instance else raw_of(value, is_recipe=True)
        self._put(key, raw, loaded, origin, eager=eager_load or self.eager_load)
        return None

    def _decorator(self, frame: "FrameType", key: "K", **options: "Any") -> "Callable[[T], T]":
        if not isinstance(key, str):
            from load.registry._refusing import check_decorated

            check_decorated(key, frame, self._named())
        code, offset = origin_of(frame)

        def decorate(decorated: "T") -> "T":
            self._put(key, ITSELF, decorated, (code, offset), **options)
            return decorated

        return decorate

    def __setitem__(self, key: "K", value: "Settable[V]") -> None:
        raw, loaded = raw_of(value, is_recipe=False)
        self._put(key, raw, loaded, origin_of(sys._getframe(1)), eager=self.eager_load)

    def _put(
        self,
        key: "K",
        raw: "Raw",
        loaded: "Any",
        origin: "Origin",
        *,
        eager: bool = False,
        override: bool = False,
        more: "More | None" = None,
    ) -> None:
        """Register what may be; looked at first and then stored, if nothing else has come to stand there meanwhile."""
        seen = self._check(key, raw, loaded, origin, override, more)
        if raw is not ITSELF:
            loaded = self._ready(key, raw, origin) if eager else NOTHING
        while not self._store(key, raw, loaded, origin, seen, override, more):
            seen = self._check(key, raw, loaded, origin, override, more)

    def _ready(self, key: "K", raw: "Raw", origin: "Origin") -> "Any":
        """The value, loaded before it is registered."""
        from load.registry._resolving import value_of

        return value_of(self, key, raw, origin)

    def _store(
        self,
        key: "K",
        raw: "Raw",
        loaded: "Any",
        origin: "Origin",
        seen: "Origin | str | None",
        override: bool = False,
        more: "More | None" = None,
    ) -> bool:
        """Store an entry, unless something else stands there than what was seen."""
        old = None
        with GUARD:
            if self._origins.get(key) is not seen or not self._is_free(key, override, more):
                return False
            if seen is not None:
                old = dict.get(self, key), self._extra(key)  # let go of outside: their end may run anybody's code
                self._forget(key)
            self._place(key, raw, loaded, origin, more)
        del old
        return True

    def _check(
        self,
        key: "K",
        raw: "Raw",  # noqa: ARG002 - for a registry, as are the others
        loaded: "Any",  # noqa: ARG002
        origin: "Origin | str",  # noqa: ARG002
        override: bool = False,  # noqa: ARG002
        more: "More | None" = None,  # noqa: ARG002
    ) -> "Origin | str | None":
        """Raise where something must not be registered; else where that was registered which it replaces."""
        return self._origins.get(key)

    def _is_free(self, key: "K", override: bool, more: "More | None") -> bool:  # noqa: ARG002
        """Whether nothing keeps an entry from being stored that `_check` has let pass."""
        return True

    if TYPE_CHECKING:

        @overload  # type: ignore[override]
        def update(self, entries: Mapping[K, Settable[V]], /, **named: Settable[V]) -> None: ...
        @overload
        def update(self, entries: Iterable[tuple[K, Settable[V]]] = (), /, **named: Settable[V]) -> None: ...

    def update(self, entries: "Any" = (), /, **named: "Any") -> None:
        """Register many; all or, where one of them cannot be, none.

        Of another registry, where they were registered comes with them, and their aliases and metadata.

        Args:
            entries: a mapping, pairs, or another registry.
            named: more entries, by key.

        Raises:
            SourceError: a text is not an import string.
            RegistryError: a key stands for another thing; or the registry is frozen.
            ImportError: they are to be loaded at once, and one cannot be.
        """
        self._update(sys._getframe(1), entries, named)

    def _update(self, frame: "FrameType", entries: "Any", named: "dict[str, Any]") -> None:
        from load.registry._bulk import Batch, update

        batch = Batch(origin_of(frame))
        if isinstance(entries, LazyTable):
            batch.take(entries, named)
            entries = ()
        batch.add(dict(entries, **named))
        update(self, batch)

    if TYPE_CHECKING:

        @overload
        def setdefault(self, key: K, default: None = None, /) -> V: ...
        @overload
        def setdefault(self, key: K, default: Settable[V], /) -> V: ...

    def setdefault(self, key: "K", default: "Any" = None, /) -> "Any":
        """The value of a key, which is registered if it is not there.

        Args:
            key: the key, or an alias.
            default: what is registered where it is not there, as by `registry[key] = default`.

        Raises:
            ImportError: what is registered cannot be imported.
            RegistryError: it is not there, and the registry is frozen.
        """
        value = self.get(key, NOTHING)
        if value is NOTHING:
            raw, loaded = raw_of(default, is_recipe=False)
            origin = origin_of(sys._getframe(1))
            if raw is ITSELF:
                self._verify(key, loaded, origin)
            else:
                loaded = self._ready(key, raw, origin) if self.eager_load else NOTHING
        while value is NOTHING:
            self._check_open()
            self._store(key, raw, loaded, origin, None)
            value = self.get(key, NOTHING)
        return value

    # -- taking out ----------------------------------------------------------------------------------------------------

    def unregister(self, key: "K") -> None:
        """Take out an entry; nothing is loaded. Of an alias that word alone: what it stands for stays.

        Args:
            key: the key, or an alias.

        Raises:
            KeyError: the key is not there, or the registry is frozen.
        """
        self._check_open()
        self._table()
        if not self._taken_out(key):
            self._check_open()
            raise self._unknown(key)

    __delitem__ = unregister

    def _taken_out(self, key: "K", only: "Origin | str | None" = None) -> bool:
        """Take out an entry, if it is there, and the one that is meant; or an alias of it."""
        old = None
        with GUARD:
            own = self._aliases.get(key, key)
            if own not in self._raw or (only is not None and self._origins.get(own) is not only):
                return False
            if key in self._aliases:
                self._unalias(key)
                return True
            old = dict.get(self, key), self._extra(key)  # let go of outside: their end may run anybody's code
            self._drop(key)
        del old
        return True

    def clear(self) -> None:
        """Take out everything."""
        self._check_open()
        self._table()
        with GUARD:
            old = dict(dict.items(self)), [self._extra(key) for key in self._raw]  # let go of outside
            for key in list(self._raw):
                self._drop(key)
        del old

    if TYPE_CHECKING:

        @overload
        def pop(self, key: K, /) -> V: ...
        @overload
        def pop(self, key: K, default: V, /) -> V: ...
        @overload
        def pop(self, key: K, default: D, /) -> V | D: ...

    def pop(self, key: "K", default: "Any" = NOTHING, /) -> "Any":
        """Take out a value, which is loaded, or give the default where the key is not there.

        Args:
            key: the key, or an alias.
            default: what is given where it is not there.

        Raises:
            KeyError: the key is not there, and no default was given.
            ImportError: it cannot be loaded; it stays.
        """
        while True:
            own = self._own(key)
            if own is NOTHING:
                if default is NOTHING:
                    raise self._unknown(key)
                return default
            self._check_open()
            origin = self._origins.get(own)
            value = NOTHING if origin is None else self._loaded(own)
            if value is not NOTHING and self._taken_out(key, origin):
                return value  # to one thread alone

    def popitem(self) -> "tuple[K, V]":
        """Take out the last entry, which is loaded.

        Raises:
            KeyError: there is none.
            ImportError: it cannot be loaded; it stays.
        """
        while True:
            last: Any = next(reversed(self), NOTHING)
            if last is NOTHING:
                raise KeyError(f"{type(self).__name__} is empty")
            value = self.pop(last, NOTHING)
            if value is not NOTHING:
                return last, value

    # -- merging -------------------------------------------------------------------------------------------------------

    def __or__(self, other: "Any") -> "Self":  # type: ignore[override]
        if not isinstance(other, dict):
            return NotImplemented
        new = self.copy()
        new._update(sys._getframe(1), other, {})
        return new

    def __ror__(self, other: "Any") -> "Self":  # type: ignore[override]
        if not isinstance(other, dict):
            return NotImplemented
        from load.registry._whole import blank

        new = blank(self)
        new._update(sys._getframe(1), other, {})
        new._update(sys._getframe(1), self, {})
        return new

    def __ior__(self, other: "Any") -> "Self":  # type: ignore[override]
        self._update(sys._getframe(1), other, {})
        return self

"""A dictionary whose values are imported when they are asked for, as far as it is looked up.

What is loaded lies in the dictionary itself, so that looking it up is what it is in any subclass of `dict`; what is not
yet is found by `__missing__`. A table beside it holds all keys in order, with what each was registered as.
"""

from _collections_abc import ItemsView, ValuesView

from load.registry._entries import ITSELF, ImportString, place_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future
    from typing import Any, Literal, TypeVar, overload

    from load._reference import Reference
    from load.registry._entries import Origin, Raw
    from load.registry._resolving import Resolved

    K = TypeVar("K")
    V = TypeVar("V")
    D = TypeVar("D")

NOTHING: "Any" = object()


class LazyTable(dict["K", "V"]):
    """What there is to look up; `LazyImportDict` fills it."""

    __slots__ = ("__weakref__", "_eager", "_guard", "_locks", "_origins", "_raw", "_resolve")

    _raw: "dict[K, Raw]"
    _origins: "dict[K, Origin | str]"
    _locks: "dict[K, Any]"
    _guard: "Any"
    _eager: bool
    _resolve: "Callable[[Reference], Any] | None"

    # -- looking up ----------------------------------------------------------------------------------------------------

    def __missing__(self, key: "K") -> "V":
        own = self._key(key)
        if own is not key:
            return self[own]
        from load.registry._resolving import resolved

        return resolved(self, self, key)

    def _key(self, key: "K") -> "K":
        """The key itself, or what it is another word for.

        Raises:
            KeyError: it is not there.
        """
        if key not in self._table():
            raise KeyError(key)
        return key

    def _named(self) -> str:
        """What errors call it."""
        return type(self).__name__

    def _verify(self, key: "K", value: object, origin: "Origin | str") -> None:
        """Raise where a value is nothing that may stand here."""

    def _table(self) -> "dict[K, Raw]":
        """What is registered."""
        return self._raw

    if TYPE_CHECKING:

        @overload
        def get(self, key: K, default: None = None, /) -> V | None: ...
        @overload
        def get(self, key: K, default: V, /) -> V: ...
        @overload
        def get(self, key: K, default: D, /) -> V | D: ...

    def get(self, key: "Any", default: "Any" = None, /) -> "Any":
        """The value, or a default where the key is not there; a value that cannot be loaded is an error.

        Raises:
            ImportError: what is registered cannot be imported.
        """
        return self[key] if key in self else default  # noqa: SIM401 - this is `get`

    def __contains__(self, key: object) -> bool:
        return key in self._table()

    def __len__(self) -> int:
        return len(self._table())

    def __iter__(self) -> "Iterator[K]":
        return iter(self._table())

    def __reversed__(self) -> "Iterator[K]":
        return reversed(self._table())

    def keys(self) -> "Any":
        """The keys, in the order in which they were registered."""
        return self._table().keys()

    def values(self) -> "Any":
        """The values, each loaded when the iteration comes to it."""
        return ValuesView(self)

    def items(self) -> "Any":
        """The keys and values, each loaded when the iteration comes to it."""
        return ItemsView(self)

    # -- looking without loading ---------------------------------------------------------------------------------------

    def peek(self, key: "K", default: "Any" = NOTHING) -> "Any":
        """The value if it is loaded, else what it is made from: an `ImportString`, a tuple of them, or a `Factory`.

        Raises:
            KeyError: the key is not there, and no default was given.
        """
        if key not in self and default is not NOTHING:
            return default
        key = self._key(key)
        value = dict.get(self, key, NOTHING)
        return shown(self._raw[key]) if value is NOTHING else value

    def raw_items(self) -> "Iterator[tuple[K, Any]]":
        """Each key with what was registered under it; nothing is loaded."""
        for key, raw in list(self._table().items()):
            yield key, dict.get(self, key) if raw is ITSELF else shown(raw)

    def is_loaded(self, key: "K") -> bool:
        """Whether a value is there already.

        Raises:
            KeyError: the key is not there.
        """
        return dict.__contains__(self, self._key(key))

    def loaded(self) -> "dict[K, V]":
        """What is loaded, in the order of the keys."""
        return {key: dict.__getitem__(self, key) for key in self._table() if dict.__contains__(self, key)}

    def registered_in(self, key: "K") -> str:
        """File and line where an entry was registered, or what distribution it comes from.

        Raises:
            KeyError: the key is not there.
        """
        return place_of(self._origins[self._key(key)])

    # -- loading -------------------------------------------------------------------------------------------------------

    def resolve_all(self, on_error: "Literal['raise', 'skip', 'collect']" = "raise") -> "Resolved[K, V]":
        """Load everything.

        Args:
            on_error: "raise" the first error, "skip" what fails, or "collect" the errors in `.errors`.

        Returns:
            A dictionary of the values.

        Raises:
            ValueError: `on_error` is none of the three.
        """
        from load.registry._resolving import resolve_all

        return resolve_all(self, on_error)

    def preload(self, keys: "Iterable[K] | None" = None, *, background: bool = True) -> "Future[Resolved[K, V]]":
        """Load some values, or all, before they are asked for.

        Args:
            keys: which; all where None.
            background: in a thread, while the program goes on.

        Returns:
            A future of what `resolve_all("collect")` gives. A value that failed is tried again when it is asked for.

        Raises:
            KeyError: a key is not there.
        """
        from load.registry._resolving import preload

        return preload(self, [self._key(key) for key in (self if keys is None else keys)], background=background)


def shown(raw: "Raw") -> "Any":
    """What an entry is made from, as it is told."""
    return ImportString(raw) if type(raw) is str else raw

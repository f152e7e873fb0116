"""A dictionary whose values are imported when they are asked for, as far as it is looked up, and as a whole.

What is loaded lies in the dictionary itself, so that looking it up is what it is in any subclass of `dict`; what is not
yet is found by `__missing__`.
"""

from load.registry._entries import ITSELF, place_of
from load.registry._storage import NOTHING, Storage, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
    from concurrent.futures import Future
    from typing import Any, Literal, Self, TypeVar, overload

    from typing_extensions import TypeVar as TypeVarWithDefault

    from load._picture import Picture
    from load.registry._resolving import Resolved

    K = TypeVarWithDefault("K", default=str)
    V = TypeVarWithDefault("V", default=Any)
    D = TypeVar("D")


class LazyTable(Storage["K", "V"]):
    """What there is to look up; `LazyImportDict` fills it."""

    __slots__ = ()

    # -- looking up ----------------------------------------------------------------------------------------------------

    def __missing__(self, key: "K") -> "V":
        own = self._own(key)
        if own is not NOTHING:
            value = self._loaded(own)
            if value is not NOTHING:
                return value  # type: ignore[no-any-return]
        raise self._unknown(key)

    def _loaded(self, own: "K") -> "Any":
        """The value of a key, which is loaded if it is not yet; NOTHING where it was taken out meanwhile."""
        value = dict.get(self, own, NOTHING)
        if value is not NOTHING:
            return value
        from load.registry._resolving import resolved

        return resolved(self, own)

    def _own(self, key: "K") -> "Any":
        """The key itself, or what it is another word for; NOTHING where it is not there."""
        return key if key in self._table() else self._aliases.get(key, NOTHING)

    def _key(self, key: "K") -> "K":
        """The key itself, or what it is another word for.

        Raises:
            KeyError: it is not there.
        """
        own = self._own(key)
        if own is NOTHING:
            raise self._unknown(key)
        return own  # type: ignore[no-any-return]

    def _unknown(self, key: "K") -> Exception:
        """The error about a key that is not there."""
        return KeyError(key)

    if TYPE_CHECKING:

        @overload
        def get(self, key: K, default: None = None, /) -> V | None: ...
        @overload
        def get(self, key: K, default: V, /) -> V: ...
        @overload
        def get(self, key: K, default: D, /) -> V | D: ...

    def get(self, key: "Any", default: "Any" = None, /) -> "Any":
        """The value, or a default where the key is not there; a value that cannot be loaded is an error.

        Args:
            key: the key, or an alias.
            default: what is given where it is not there.

        Raises:
            ImportError: what is registered cannot be imported.
        """
        value = dict.get(self, key, NOTHING)
        if value is NOTHING:
            own = self._own(key)
            value = NOTHING if own is NOTHING else self._loaded(own)
        return default if value is NOTHING else value

    def __contains__(self, key: object) -> bool:
        return key in self._table() or key in self._aliases

    def __len__(self) -> int:
        return len(self._table())

    def __iter__(self) -> "Iterator[K]":
        return iter(list(self._table()))  # what is imported on the way may register more

    def __reversed__(self) -> "Iterator[K]":
        return reversed(list(self._table()))

    def keys(self) -> "KeysView[K]":  # type: ignore[override]
        """The keys, in the order in which they were registered."""
        from load.registry._views import Keys

        return Keys(self)

    def values(self) -> "ValuesView[V]":  # type: ignore[override]
        """The values, each loaded when the iteration comes to it."""
        from load.registry._views import Values

        return Values(self)

    def items(self) -> "ItemsView[K, V]":  # type: ignore[override]
        """The keys and values, each loaded when the iteration comes to it."""
        from load.registry._views import Items

        return Items(self)

    # -- looking without loading ---------------------------------------------------------------------------------------

    def peek(self, key: "K", default: "Any" = NOTHING) -> "Any":
        """The value if it is loaded, else what it is made from: an `ImportString`, a tuple of them, or a `Factory`.

        Args:
            key: the key, or an alias.
            default: what is given where it is not there.

        Raises:
            KeyError: the key is not there, and no default was given.
        """
        own = self._own(key)
        entry = None if own is NOTHING else self._entry(own)
        if entry is not None:
            return shown(entry[0]) if entry[1] is NOTHING else entry[1]
        if default is NOTHING:
            raise self._unknown(key)
        return default

    def raw_items(self) -> "Iterator[tuple[K, Any]]":
        """Each key with what was registered under it; nothing is loaded."""
        for key, raw, value in self._entries():
            yield key, value if raw is ITSELF else shown(raw)

    def is_loaded(self, key: "K") -> bool:
        """Whether a value is there already.

        Args:
            key: the key, or an alias.

        Raises:
            KeyError: the key is not there.
        """
        return dict.__contains__(self, self._key(key))

    def loaded(self) -> "dict[K, V]":
        """What is loaded, in the order of the keys."""
        return {key: value for key, _, value in self._entries() if value is not NOTHING}

    def registered_in(self, key: "K") -> str:
        """File and line where an entry was registered, or what distribution it comes from.

        Args:
            key: the key, or an alias.

        Raises:
            KeyError: the key is not there.
        """
        origin = self._origins.get(self._key(key))
        if origin is None:  # taken out meanwhile
            raise self._unknown(key)
        return place_of(origin)

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

        return preload(self, list(self) if keys is None else [self._key(key) for key in keys], background=background)

    # -- when modules run again ----------------------------------------------------------------------------------------

    def __load_renew__(
        self, touched: "Container[str]", successors: "Mapping[int, Any]", _past: object
    ) -> "Callable[[], object] | None":
        from load.registry._renewing import renew

        return renew(self, touched, successors)

    def __load_keep__(self) -> "Callable[[], object]":
        from load.registry._renewing import keep

        return keep(self)

    # -- as a whole ----------------------------------------------------------------------------------------------------

    def copy(self) -> "Self":
        """Another with the same entries; what is loaded is loaded there, too. It is not frozen."""
        from load.registry._whole import copied

        return copied(self)

    __copy__ = copy

    def __eq__(self, other: object) -> bool:
        """Whether both have the same keys and, as far as can be told without loading, the same values."""
        if not isinstance(other, dict):
            return NotImplemented
        from load.registry._whole import is_like, is_same

        return is_same(self, other) if isinstance(other, LazyTable) else is_like(self, other)

    def __ne__(self, other: object) -> bool:
        same = self.__eq__(other)
        return same if same is NotImplemented else not same

    __hash__ = None  # type: ignore[assignment]

    def _picture(self) -> "Picture":
        from load.registry._showing import picture_of

        return picture_of(self)  # type: ignore[arg-type] # what there is of this are lazy dictionaries

    def _repr_html_(self) -> str:
        from load._display import html_of

        return html_of(self._picture())

    def __rich_console__(self, console: "Any", options: "Any") -> "Iterator[Any]":
        from load._display import drawn

        return drawn(self._picture(), console, options)

    def __repr__(self) -> str:
        from load.registry._whole import listed

        return f"{type(self).__name__}({listed(self)})"

    def __reduce_ex__(self, protocol: "Any") -> "tuple[Any, ...]":
        from load.registry._whole import reduced

        return reduced(self)

    def __setstate__(self, state: "dict[str, Any]") -> None:
        from load.registry._whole import set_state

        set_state(self, state)

"""Where the entries of a registry are kept: what is loaded, what all were registered as, and where.

What is loaded lies in the dictionary itself. A table beside it holds all keys in order, with what each was registered
as, and another where that was done.
"""

import os
from _thread import RLock

from load.registry._entries import ImportString

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from typing import Any, Protocol, TypeAlias

    from typing_extensions import TypeVar as TypeVarWithDefault

    from load._reference import Reference
    from load.registry._entries import Origin, Raw

    K = TypeVarWithDefault("K", default=str)
    V = TypeVarWithDefault("V", default=Any)
    More: TypeAlias = tuple[tuple[Any, ...], dict[str, Any]]  # aliases and metadata

    class RegistryTable(Protocol):
        """What there is of a `Registry` for those below it."""

        _raw: dict[Any, Raw]
        _origins: dict[Any, Origin | str]
        _base: tuple[type, ...] | None
        _aliases: dict[Any, Any]
        _found: set[Any]
        _groups: list[str]

        def _named(self) -> str: ...
        def _check_open(self) -> None: ...
        def _verify(self, key: Any, value: object, origin: Origin | str) -> None: ...
        def _entry(self, key: Any) -> tuple[Raw, Any, Origin | str] | None: ...
        def _place(self, key: Any, raw: Raw, loaded: Any, origin: Origin | str, more: More | None) -> None: ...


NOTHING: "Any" = object()

# Held while entries are replaced, in whatever registry; never while one is resolved, nor by who only looks up. A signal
# may come then, or a finalizer, which registers something: the same thread gets it again. A process that is forked has
# no half of an entry, and no lock that a thread holds which it has not.
GUARD = RLock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=GUARD.acquire, after_in_parent=GUARD.release, after_in_child=GUARD.release)


class Storage(dict["K", "V"]):
    """Entries, to be filled and looked up by what is derived from it.

    Its methods are asked under GUARD where they change something, and must neither raise nor import then.
    """

    __slots__ = (
        "__weakref__",
        "_aliases",
        "_found",
        "_metadata",
        "_origins",
        "_raw",
        "_resolve",
        "_words",
        "eager_load",
    )

    _raw: "dict[K, Raw]"
    _origins: "dict[K, Origin | str]"  # of the same keys; the object is another one after each registering
    _aliases: "dict[K, K]"  # alias → key
    _words: "dict[K, tuple[K, ...]]"  # key → its aliases
    _metadata: "dict[K, dict[str, Any]]"
    _found: "set[K]"  # keys that entry points gave
    eager_load: bool
    _resolve: "Callable[[Reference], Any] | None"

    def _set_up(self, *, eager_load: bool, resolve: "Callable[[Reference], Any] | None") -> None:
        """Be empty; `__init__` is of who derives a class."""
        self._raw = {}
        self._origins = {}
        self._aliases = {}
        self._words = {}
        self._metadata = {}
        self._found = set()
        self.eager_load = eager_load
        self._resolve = resolve

    def _named(self) -> str:
        """What errors call it."""
        return type(self).__name__

    def _verify(self, key: "K", value: object, origin: "Origin | str") -> None:
        """Raise where a value is nothing that may stand here."""

    def _table(self) -> "dict[K, Raw]":
        """What is registered."""
        return self._raw

    def _entry(self, key: "K") -> "tuple[Raw, Any, Origin | str] | None":
        """What a key was registered as, its value or NOTHING, and where; all of one moment. None where it is not."""
        with GUARD:
            raw = self._raw.get(key)
            return None if raw is None else (raw, dict.get(self, key, NOTHING), self._origins[key])

    def _entries(self) -> "list[tuple[K, Raw, Any]]":
        """Every key with what it was registered as, and its value or NOTHING; all of one moment."""
        self._table()
        with GUARD:
            raws, values = list(self._raw.items()), dict(dict.items(self))
        return [(key, raw, values.get(key, NOTHING)) for key, raw in raws]

    def _extra(self, key: "K") -> "More | None":
        """What else is known of an entry."""
        words, facts = self._words.get(key), self._metadata.get(key)
        return (words or (), facts or {}) if words or facts else None

    def _standing(self, keys: "Collection[K]") -> "dict[K, Origin | str]":
        """Where what stands under some keys was registered, as far as something does."""
        with GUARD:
            return {key: self._origins[key] for key in self._raw.keys() & keys} if self._raw else {}

    # -- changing ------------------------------------------------------------------------------------------------------

    def _place(self, key: "K", raw: "Raw", loaded: "Any", origin: "Origin | str", more: "More | None") -> None:
        if key in self._aliases:
            self._unalias(key)
        self._origins[key] = origin
        if loaded is not NOTHING:  # before the table says so: who looks up holds no lock
            dict.__setitem__(self, key, loaded)
        self._raw[key] = raw
        if loaded is NOTHING:
            dict.pop(self, key, None)
        if more is not None:
            self._remember(key, more)

    def _drop(self, key: "K") -> None:
        self._raw.pop(key, None)
        self._forget(key)
        dict.pop(self, key, None)
        self._origins.pop(key, None)

    def _forget(self, key: "K") -> None:
        """Drop what else is known of an entry that is replaced, or taken out."""
        self._metadata.pop(key, None)
        self._found.discard(key)
        for word in self._words.pop(key, ()):
            self._aliases.pop(word, None)

    def _remember(self, key: "K", more: "More") -> None:
        """Keep what else is known of an entry; an alias hides no key, but for one that an entry point gave."""
        kept = []
        for word in more[0]:
            if word in self._aliases:
                self._unalias(word)
            elif word in self._found:
                self._drop(word)
            if word not in self._raw:
                self._aliases[word] = key
                kept.append(word)
        if kept:
            self._words[key] = tuple(kept)
        if more[1]:
            self._metadata[key] = dict(more[1])

    def _claim(self, keys: "Mapping[K, Any]") -> None:
        """Have keys be no aliases any more."""
        for word in self._aliases.keys() & keys.keys():
            self._unalias(word)

    def _unalias(self, word: "K") -> None:
        key = self._aliases.pop(word)
        self._words[key] = tuple(each for each in self._words.get(key, ()) if each != word)

    def _check_open(self) -> None:
        """Raise where nothing may be changed."""

    def _check_all(
        self,
        raws: "dict[K, Raw]",
        values: "dict[K, Any]",  # noqa: ARG002 - for a registry, as are the others
        origins: "dict[K, Origin | str]",  # noqa: ARG002
        more: "dict[K, More]",  # noqa: ARG002
    ) -> "dict[K, Origin | str]":
        """Raise where one of many must not be registered; else where those were registered which they replace."""
        return self._standing(raws.keys())

    def _are_free(self, raws: "dict[K, Raw]", more: "dict[K, More]") -> bool:  # noqa: ARG002
        """Whether nothing keeps many from being stored that `_check_all` has let pass."""
        return True

    # -- as a whole ----------------------------------------------------------------------------------------------------

    def _arguments(self) -> "dict[str, Any]":
        """What `_set_up` takes."""
        return {"eager_load": self.eager_load, "resolve": self._resolve}

    def _state(self) -> "dict[str, Any]":
        """All that is registered; for `_restore`."""
        return {"loaded": dict(dict.items(self)), **{name: getattr(self, name).copy() for name in _TABLES}}

    def _restore(self, state: "Mapping[str, Any]") -> None:
        """Have what was registered when the state was taken, and nothing else."""
        for name in _TABLES:
            setattr(self, name, state[name].copy())
        dict.clear(self)
        dict.update(self, state["loaded"])


_TABLES = ("_raw", "_origins", "_aliases", "_words", "_metadata", "_found")


def shown(raw: "Raw") -> "Any":
    """What an entry is made from, as it is told."""
    return ImportString(raw) if type(raw) is str else raw

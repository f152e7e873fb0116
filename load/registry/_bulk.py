"""Many entries at once: all of them or, where one of them cannot be, none."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Any

from load.registry._entries import ITSELF, raw_of
from load.registry._storage import GUARD, NOTHING, Storage

if TYPE_CHECKING:
    from collections.abc import Collection

    from load.registry._entries import Origin, Raw
    from load.registry._storage import More


class Batch:
    """What is to be registered.

    Args:
        origin: where they are registered.

    Attributes:
        origin: as given.
        raws: key → what it is made from.
        values: key → the value, of those that are there already.
        origins: key → where it was registered.
        more: key → aliases and metadata, of those that come from another registry.
    """

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.raws: dict[Any, Raw] = {}
        self.values: dict[Any, Any] = {}
        self.origins: dict[Any, Origin | str] = {}
        self.more: dict[Any, More] = {}

    def take(self, other: Storage[Any, Any], named: Collection[str]) -> None:
        """Begin with the entries of another registry, and all that it knows of them.

        Args:
            other: that registry.
            named: keys that are given beside it, which go before.
        """
        other._table()
        with GUARD:
            self.raws, self.origins, values = dict(other._raw), dict(other._origins), dict(dict.items(other))
            more = {key: other._extra(key) for key in self.raws}
        self.values = {key: values[key] for key, raw in self.raws.items() if raw is ITSELF}
        for key, extra in more.items():
            if extra is not None and key not in named:
                self.more[key] = tuple(word for word in extra[0] if word not in named), extra[1]

    def add(self, new: dict[Any, Any]) -> None:
        """Go on with these.

        Raises:
            SourceError: a text is not an import string.
        """
        origins: dict[Any, Origin | str] = dict.fromkeys(new, self.origin)
        self.origins = {**self.origins, **origins} if self.origins else origins
        if not self.raws and _are_import_strings(new.values()):
            self.raws = new
        else:
            self._sort_out(new)

    def _sort_out(self, new: dict[Any, Any]) -> None:
        for key, value in new.items():
            self.raws[key], loaded = raw_of(value, is_recipe=False)
            if self.raws[key] is ITSELF:
                self.values[key] = loaded
            else:
                self.values.pop(key, None)


def _are_import_strings(values: Collection[object]) -> bool:
    """Whether many values are all plain text of that form; looked at as a whole, as there may be a hundred thousand."""
    if set(map(type, values)) != {str}:
        return False
    texts: Collection[Any] = values
    whole = "\n".join(texts)
    if whole.count("\n") != len(texts) - 1 or max(map(str.count, texts, repeat(":"))) > 1:
        return False
    return all(map(str.isidentifier, whole.replace("\n", ".").replace(":", ".").split(".")))


def update(table: Storage[Any, Any], batch: Batch) -> None:
    """Register them: all or, where one of them cannot be, none.

    Raises:
        Exception: what keeps one from being registered, or from being loaded where all are to be at once.
    """
    seen = table._check_all(batch.raws, batch.values, batch.origins, batch.more)
    if table.eager_load:
        from load.registry._resolving import value_of

        lazies = {key: raw for key, raw in batch.raws.items() if raw is not ITSELF}
        batch.values.update({key: value_of(table, key, raw, batch.origins[key]) for key, raw in lazies.items()})
    while not _stored(table, batch, seen):
        seen = table._check_all(batch.raws, batch.values, batch.origins, batch.more)


def _stored(table: Storage[Any, Any], batch: Batch, seen: dict[Any, Any]) -> bool:
    """Store a batch, unless something else stands there than what was seen."""
    with GUARD:
        now = table._standing(batch.raws.keys())
        if (
            now.keys() != seen.keys()
            or any(now[key] is not seen[key] for key in now)
            or not table._are_free(batch.raws, batch.more)
        ):
            return False
        before = {key: (table._entry(key), table._extra(key)) for key in now}  # let go of outside, too
        try:
            _store(table, batch, before)
        except BaseException:  # of a key's own code, or an interruption: what was there is there again
            for key in batch.raws:
                if key not in before:
                    table._drop(key)
            for key, (entry, more) in before.items():
                if entry is not None:
                    table._place(key, *entry, more)
            raise
    del before
    return True


def _store(table: Storage[Any, Any], batch: Batch, before: dict[Any, Any]) -> None:
    for key in before:
        table._forget(key)
    table._claim(batch.raws)
    table._origins.update(batch.origins)
    dict.update(table, batch.values)  # before the table says so: who looks up holds no lock
    table._raw.update(batch.raws)
    for key in before:
        table._origins.setdefault(key, batch.origins[key])  # a signal that came in between may have taken it out
        if key not in batch.values:
            dict.pop(table, key, NOTHING)
    for key, more in batch.more.items():  # those of another registry
        table._remember(key, more)

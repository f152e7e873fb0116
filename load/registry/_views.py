"""The keys, values and items of a lazy dictionary: what is imported on the way may register more, or take out."""

from _collections_abc import ItemsView, KeysView, ValuesView

from load.registry._storage import NOTHING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeVar

    from load.registry._storage import Storage

    K = TypeVar("K")
    V = TypeVar("V")


class Keys(KeysView["K"]):
    """The keys; aliases are none."""

    __slots__ = ()
    _mapping: "Storage[K, object]"

    def __contains__(self, key: object) -> bool:
        return key in self._mapping._table()

    def __reversed__(self) -> "Iterator[K]":
        return reversed(self._mapping)


class Items(ItemsView["K", "V"]):
    """Keys and values, each loaded when the iteration comes to it."""

    __slots__ = ()
    _mapping: "Storage[K, V]"

    def __iter__(self) -> "Iterator[tuple[K, V]]":
        return _pairs(self._mapping, self._mapping)

    def __reversed__(self) -> "Iterator[tuple[K, V]]":
        return _pairs(self._mapping, reversed(self._mapping))


class Values(ValuesView["V"]):
    """Values, each loaded when the iteration comes to it."""

    __slots__ = ()
    _mapping: "Storage[object, V]"

    def __contains__(self, value: object) -> bool:
        return any(each is value or each == value for each in self)

    def __iter__(self) -> "Iterator[V]":
        return (value for _, value in _pairs(self._mapping, self._mapping))

    def __reversed__(self) -> "Iterator[V]":
        return (value for _, value in _pairs(self._mapping, reversed(self._mapping)))


def _pairs(table: "Storage[K, V]", keys: "Iterable[K]") -> "Iterator[tuple[K, V]]":
    for key in keys:
        value: V = table.get(key, NOTHING)
        if value is not NOTHING:  # not taken out since the iteration began
            yield key, value

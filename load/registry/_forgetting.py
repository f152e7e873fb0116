"""Entries that were loaded from something that is taken out again: the next use loads them anew."""

from load._referents import tracked
from load.registry._entries import ITSELF
from load.registry._storage import GUARD, NOTHING, Storage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def loaded_entries(is_gone: "Callable[[object], bool]") -> "list[tuple[Storage[Any, Any], Any, Any]]":
    """What was loaded in whatever registry and is to go: the registry, the key, the value; found by looking at all.

    Args:
        is_gone: tells whether a value is to go.
    """
    found = []
    for each in tracked():
        if issubclass(type(each), Storage):
            found += [(each, key, value) for key, raw, value in _entries(each) if raw is not ITSELF and is_gone(value)]
    return found


def _entries(table: "Storage[Any, Any]") -> "list[tuple[Any, Any, Any]]":
    """As they stand; entry points that were not looked for yet are none."""
    try:
        raws = table._raw
    except AttributeError:  # it is being made
        return []
    with GUARD:
        return [
            (key, raw, value) for key, raw in raws.items() if (value := dict.get(table, key, NOTHING)) is not NOTHING
        ]


def forget(table: "Storage[Any, Any]", key: "Any", value: "Any") -> None:
    """Have an entry be as it was registered, where it still has that value."""
    with GUARD:
        if dict.get(table, key, NOTHING) is value and table._raw.get(key, ITSELF) is not ITSELF:
            dict.pop(table, key)

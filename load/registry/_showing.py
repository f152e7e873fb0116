"""What registries show of themselves: each entry, what it stands for, whether it is loaded, where it was registered."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from load._picture import Picture, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from load.registry import LazyImportDict

_LONG = 60  # characters
_MANY = 6  # parts of a tuple
_ENTRIES = 50  # entries that are shown
_REGISTRIES = 10  # registries of a namespace that are shown with their entries


def picture_of(registry: LazyImportDict[Any, Any]) -> Picture:
    """What there is to show of a registry; nothing is loaded."""
    return Picture("", [_table(registry)])


def picture_of_all(registries: Mapping[str, LazyImportDict[Any, Any]]) -> Picture:
    """What there is to show of a namespace: a table for each registry; of many, a line for each."""
    count = "1 registry" if len(registries) == 1 else f"{len(registries):,} registries"
    if len(registries) <= _REGISTRIES:
        return Picture(count, map(_table, registries.values()))
    first = islice(registries.items(), _ENTRIES)
    rows = [(name, len(each), _loaded(each)) for name, each in first]
    return Picture(
        count, [Table(("registry", "registered", "loaded"), rows, numbers=(1, 2), unbroken=1, count=len(registries))]
    )


def _table(registry: LazyImportDict[Any, Any]) -> Table:
    entries = facts_of(registry, _ENTRIES)
    name = getattr(registry, "name", type(registry).__name__)
    rows = [(each["key"], each["is"], "yes" if each["loaded"] else "no", each["registered"]) for each in entries]
    count = len(registry)
    title = f"{name}: {count:,} registered, {_loaded(registry):,} loaded"
    return Table(("key", "is", "loaded", "registered in"), rows, title=title, count=count)


def _loaded(registry: LazyImportDict[Any, Any]) -> int:
    return dict.__len__(registry)  # what is loaded lies in the dictionary itself


def facts_of(registry: LazyImportDict[Any, Any], most: int | None = None) -> list[dict[str, Any]]:
    """What is known of each entry without loading it; keys and values of any kind as text.

    Args:
        registry: whose entries they are.
        most: how many, the first ones; None for all.
    """
    found = []
    for key, raw in islice(registry.raw_items(), most):
        with suppress(KeyError):  # taken out meanwhile, by another thread
            found.append(_facts(registry, key, raw))
    return found


def _facts(registry: LazyImportDict[Any, Any], key: Any, raw: object) -> dict[str, Any]:
    from load.registry import Registry

    return {
        "key": _text(key, str),
        "is": _described(raw),
        "loaded": registry.is_loaded(key),
        "registered": registry.registered_in(key),
        "aliases": [_text(each, str) for each in registry.aliases(key)] if isinstance(registry, Registry) else [],
        "metadata": _texts(registry.metadata(key)) if isinstance(registry, Registry) else {},
    }


def _texts(facts: dict[str, Any]) -> dict[str, str]:
    return {_text(name, str): _text(value, str) for name, value in facts.items()}


def _described(raw: object) -> str:
    """An import string as it is; what has a name of its own by that; anything else as its repr, if that is short."""
    from load.registry import Factory, ImportString

    if isinstance(raw, ImportString):
        return str(raw)
    if isinstance(raw, tuple):
        more = f", ... {len(raw)} in all" if len(raw) > _MANY else ""
        return ", ".join(map(_described, raw[:_MANY])) + more
    if isinstance(raw, Factory):
        return f"made by {_described(raw.function)}"
    name = _text(raw, _name_of)
    if name:
        return name
    from reprlib import Repr

    shortened = Repr()  # so that nothing is written out only to be thrown away
    shortened.maxstring = shortened.maxother = shortened.maxlong = 4 * _LONG
    return _cut(" ".join(_text(raw, shortened.repr).split()), raw)


def _name_of(value: object) -> str:
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    return f"{module}:{name}" if isinstance(module, str) and isinstance(name, str) else ""


def _cut(text: str, value: object) -> str:
    return text if len(text) <= _LONG else f"a {type(value).__name__}"


def _text(value: object, make: Callable[[Any], str]) -> str:
    """The text of a value, whose own code makes it and may fail: one entry does not keep the others from being shown.

    Args:
        value: of any kind.
        make: gives its text.
    """
    try:
        return make(value)
    except Exception as error:  # noqa: BLE001 - told in its place
        return f"<a {type(value).__name__}: its text raises {type(error).__name__}>"

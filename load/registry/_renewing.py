"""What registries do when modules have run again: what was loaded of these is loaded anew.

A reload finds registries by the names of the methods that lead here, and calls these; nothing else knows of it.
"""

from __future__ import annotations

from load._reference import Reference
from load.registry._entries import ITSELF
from load.registry._storage import GUARD, NOTHING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping
    from typing import Any

    from load.registry._entries import Raw
    from load.registry._storage import Storage

    Undo = Callable[[], object]


def renew(entries: Storage[Any, Any], touched: Container[str], successors: Mapping[int, Any]) -> Undo | None:
    """Have loaded values be what their import strings name now; what names nothing any more is not loaded.

    What a factory has made stays: it may be anything.

    Args:
        entries: the registry.
        touched: the modules that have run again, or hold something new.
        successors: what has the place of objects, by the ids of these.

    Returns:
        What undoes it; None where nothing was done.
    """
    before: dict[Any, Any] = {}
    for key, value in list(dict.items(entries)):
        entry = entries._entry(key)
        new = value if entry is None else _new(entries, key, entry[0], value, touched, successors)
        if new is not value:
            before[key] = value
            _put(entries, key, new)
    if not before:
        return None

    def undo() -> None:
        for key, value in before.items():
            _put(entries, key, value)

    return undo


def _put(entries: Storage[Any, Any], key: Any, value: Any) -> None:
    with GUARD:
        if value is NOTHING:
            dict.pop(entries, key, None)
        elif key in entries._raw:
            dict.__setitem__(entries, key, value)


def _new(
    entries: Storage[Any, Any],
    key: Any,
    raw: Raw,
    value: Any,
    touched: Container[str],
    successors: Mapping[int, Any],
) -> Any:
    """What a value is now; NOTHING where it is to be loaded when somebody asks for it."""
    if raw is ITSELF:
        return successors.get(id(value), value)
    texts = (str(raw),) if isinstance(raw, str) else raw if isinstance(raw, tuple) else ()
    if not any(text.partition(":")[0] in touched for text in texts):
        return value
    if entries._resolve is not None:
        return NOTHING  # it is not known what that does besides
    try:
        found = [Reference.parse(str(text)).resolve() for text in texts]
        new = tuple(found) if isinstance(raw, tuple) else found[0]
        entries._verify(key, new, entries._origins[key])
    except Exception:  # noqa: BLE001 - it is raised anew, with the place of the entry, when somebody asks for it
        return NOTHING
    same = isinstance(raw, tuple) and len(value) == len(found) and all(map(lambda a, b: a is b, value, found))
    return value if same else new


def keep(entries: Storage[Any, Any]) -> Undo:
    """What has a registry hold what it holds now: its entries, as far as they were changed by then."""
    state = entries._state()

    def restore() -> None:
        with GUARD:
            if not _is_same(entries._state(), state):
                entries._restore(state)

    return restore


def _is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    for name, table in one.items():
        before = other[name]
        if not isinstance(table, dict):
            if table != before:
                return False
        elif list(table) != list(before) or any(table[key] is not before[key] for key in table):
            return False
    return True

"""Lazy dictionaries as a whole: copies, equality, their text, and how they are pickled."""

from __future__ import annotations

from _thread import get_ident
from typing import TYPE_CHECKING, Any, TypeVar

from load.registry._entries import ITSELF, place_of
from load.registry._storage import GUARD, NOTHING, Storage, shown

if TYPE_CHECKING:
    from load.registry._entries import Raw

    Entry = tuple[Raw, Any]

R = TypeVar("R", bound="Storage[Any, Any]")

_shown_now: set[tuple[int, int]] = set()  # thread and registry: whose text is being made


def blank(table: R) -> R:
    """An empty one of the same class, made with the same arguments; `__init__` of a derived class may take others."""
    new = type(table).__new__(type(table))
    new._set_up(**table._arguments())
    _give(new, _own_attributes(table))
    return new


def copied(table: R) -> R:
    """See `LazyImportDict.copy`."""
    new = blank(table)
    state = state_of(table)
    with GUARD:
        new._restore({**state, "frozen": False})
    return new


def state_of(table: Storage[Any, Any]) -> dict[str, Any]:
    """All that is registered, of one moment."""
    with GUARD:
        return table._state()


def restore(table: Storage[Any, Any], state: dict[str, Any]) -> None:
    """Have what was registered when the state was taken, and nothing else."""
    with GUARD:
        old = table._state()  # let go of outside: its end may run anybody's code
        table._restore(state)
    del old


# -- pickles -----------------------------------------------------------------------------------------------------------


def reduced(table: Storage[Any, Any]) -> tuple[Any, ...]:
    """How it is pickled, and copied deeply: what was lazy is lazy again. It may hold itself."""
    table._table()
    state = state_of(table)
    state["loaded"] = {key: value for key, value in state["loaded"].items() if state["_raw"].get(key) is ITSELF}
    state["_origins"] = {key: place_of(origin) for key, origin in state["_origins"].items()}
    return _empty, (type(table),), {"arguments": table._arguments(), "state": state, "own": _own_attributes(table)}


def _empty(kind: type[R]) -> R:
    return kind.__new__(kind)


def set_state(table: Storage[Any, Any], state: dict[str, Any]) -> None:
    """From a pickle."""
    table._set_up(**state["arguments"])
    table._restore(state["state"])
    _give(table, state["own"])


def _own_attributes(table: Storage[Any, Any]) -> dict[str, Any]:
    """What a derived class has put into it."""
    ours = {name for kind in type(table).__mro__ if kind.__module__ in _OURS for name in kind.__dict__}
    state: Any = object.__getstate__(table)
    parts = state if isinstance(state, tuple) else (state,)
    return {name: value for part in parts for name, value in (part or {}).items() if name not in ours}


_OURS = {f"load.registry.{name}" for name in ("_storage", "_table", "_mapping", "_registry")}


def _give(table: Storage[Any, Any], attributes: dict[str, Any]) -> None:
    for name, value in attributes.items():
        setattr(table, name, value)


# -- equality, text ----------------------------------------------------------------------------------------------------


def is_like(table: Storage[Any, Any], other: dict[Any, Any]) -> bool:
    """Whether a dictionary has the same keys, and the same values as far as they are loaded."""
    mine = {key: _seen(raw, value) for key, raw, value in table._entries()}
    return mine.keys() == other.keys() and all(_is_equal(value, other.get(key)) for key, value in mine.items())


def is_same(table: Storage[Any, Any], other: Storage[Any, Any]) -> bool:
    """Whether both have the same keys and, as far as can be told without loading, the same values."""
    if table is other:
        return True
    mine: dict[Any, Entry] = {key: (raw, value) for key, raw, value in table._entries()}
    yours: dict[Any, Entry] = {key: (raw, value) for key, raw, value in other._entries()}
    return mine.keys() == yours.keys() and all(_are_one(entry, yours[key]) for key, entry in mine.items())


def _are_one(mine: Entry, yours: Entry) -> bool:
    if mine[0] is not ITSELF and mine[0] == yours[0]:
        return True
    return _is_equal(_seen(*mine), _seen(*yours))


def _is_equal(mine: object, yours: object) -> bool:
    return mine is yours or bool(mine == yours)  # as dictionaries compare: what is not a number is itself


def _seen(raw: Raw, value: Any) -> Any:
    return shown(raw) if value is NOTHING else value


def listed(table: Storage[Any, Any]) -> str:
    """Its entries as text, once where it holds itself."""
    mark = get_ident(), id(table)
    if mark in _shown_now:
        return "{...}"
    _shown_now.add(mark)
    try:
        entries = [(key, _seen(raw, value)) for key, raw, value in table._entries()]
        texts = [f"{key!r}: {'...' if value is table else repr(value)}" for key, value in entries]
        return f"{{{', '.join(texts)}}}"
    finally:
        _shown_now.discard(mark)

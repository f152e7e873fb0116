"""The ledger: what was loaded in this process. It is kept from the first request on, and read by `load.info()`."""

from __future__ import annotations

from load import _events

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_entries: dict[str, _events.Loaded] = {}
_started = False


def first_request() -> None:
    """Begin to keep the ledger; the first request of a process does this."""
    global _started
    if not _started:
        _started = True
        _events.subscribe(_enter)


def _enter(event: _events.Event) -> None:
    if isinstance(event, _events.Loaded):
        _entries.setdefault(event.name, event)


def kept() -> Callable[[], None]:
    """Take note of what was loaded so far; the result forgets whatever was loaded since."""
    before = dict(_entries)

    def again() -> None:
        _entries.clear()
        _entries.update(before)

    return again


def entered() -> list[_events.Loaded]:
    """What was loaded, in the order in which it was asked for first."""
    return list(_entries.values())

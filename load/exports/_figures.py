"""What is counted and measured of an export, taken from the event stream."""

from __future__ import annotations

import time
from _thread import allocate_lock, get_ident

from load import _events
from load.exports._events import ExportEvent, ExportFailed, ExportLoaded

_LOCK = allocate_lock()


class Figures:
    """The figures of one export; all are written under one lock.

    Attributes:
        asked: how often it was asked for by `get_export`.
        loads: how often it was loaded; threads that wait for the same load have loaded it once.
        errors: how many uses failed.
        how: of the last load, "imported" or "cached"; None before it.
        seconds: that the last load took, or None.
        total_seconds: that all loads took.
        validation_seconds: that its checks took in the last load, or None.
        memory: bytes that came with the last load, or None.
        last_error: the last error in words, or None.
        last_access: seconds since the epoch, or None.
        used_at: the same on a clock that nobody sets, in seconds; when it was made, before the first.
        is_early: whether the last load was one in the background, for which no use has waited from its beginning.
    """

    __slots__ = (
        *("asked", "errors", "how", "last_access", "last_error", "loads", "memory", "seconds", "total_seconds"),
        *("is_early", "loader", "used_at", "validation_seconds"),
    )

    def __init__(self) -> None:
        self.asked = self.loads = self.errors = 0
        self.how: str | None = None
        self.seconds: float | None = None
        self.total_seconds = 0.0
        self.validation_seconds: float | None = None
        self.memory: int | None = None
        self.last_error: str | None = None
        self.last_access: float | None = None
        self.used_at = time.monotonic()
        self.is_early = False
        self.loader = 0  # the thread

    @property
    def accesses(self) -> int:
        """Uses that were counted: askings, loads and failures."""
        return self.asked + self.loads + self.errors

    def note_asked(self) -> None:
        """It was asked for by name."""
        with _LOCK:
            self.asked += 1
            self._used(time.time())

    def note(self, event: ExportEvent) -> None:
        """It was loaded, or was not."""
        with _LOCK:
            if isinstance(event, ExportLoaded):
                self.loads += 1
                self.how = event.how
                self.seconds = event.seconds
                self.total_seconds += event.seconds
                self.validation_seconds = event.validation_seconds
                self.memory = event.memory
                self.is_early, self.loader = False, get_ident()
            elif isinstance(event, ExportFailed):
                self.errors += 1
                self.last_error = f"{type(event.error).__name__}: {_first_line(event.error)}".removesuffix(": ")
            self._used(event.time)

    def note_early(self) -> None:
        """This thread is one that loads in the background, and may be the one that has loaded it."""
        with _LOCK:
            self.is_early = self.loader == get_ident()

    def _used(self, moment: float) -> None:
        self.last_access = moment
        self.used_at = time.monotonic()


def _first_line(error: BaseException) -> str:
    text = str(getattr(error, "message", None) or error)
    return text.splitlines()[0] if text else ""


def watch() -> None:
    """Take figures from the event stream from now on; a second time changes nothing."""
    _events.subscribe(_note)


def _note(event: _events.Event) -> None:
    if isinstance(event, (ExportLoaded, ExportFailed)) and event.record.enable_performance_monitoring:
        event.record.figures.note(event)

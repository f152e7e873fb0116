"""The line that moves while something is installed: what happens now, and for how long.

A thread of its own draws it, so that rich is imported while the backend runs, and not at all for what is
done at once.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
import time
from contextlib import contextmanager

from load._config import get as setting
from load._console.terminal import (
    UNWRITABLE,
    can_draw,
    console_on,
    encodable,
    readable,
    set_aside_status_with,
    speaks_unicode,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from typing import TextIO

    from rich.live import Live
    from rich.text import Text

PATIENCE = 0.3  # seconds before anything is drawn; importing rich takes about half of that
_TICK = 0.1  # seconds between two pictures
_DOTS, _STROKES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", "|/-\\"


class Job:
    """One thing that is going on.

    Attributes:
        what: what happens, as `installing numpy with uv`.
        key: what tells it from others.
        started: `time.monotonic()` at its start, seconds.
        seen: whether it was ever drawn.
    """

    __slots__ = ("key", "seen", "started", "what")

    def __init__(self, what: str, key: object) -> None:
        self.what = what
        self.key = key
        self.started = time.monotonic()
        self.seen = False


class Status:
    """The moving line of this process; every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # a signal handler may load something while a line is drawn
        self._jobs: list[Job] = []
        self._now = ""
        self._live: Live | None = None
        self._quiet_hands = 0  # how many are writing or asking just now
        self._idle = threading.Event()
        self._idle.set()

    def begin(self, what: str, key: object) -> None:
        """Something started; `key` names it for `end`. What began before goes on under its first name."""
        with self._lock:
            self._now = ""
            if self._find(key) is None:
                self._jobs.append(Job(what, key))
            if len(self._jobs) == 1 and self._idle.is_set():
                self._start_drawing()

    def says(self, line: str) -> None:
        """What is going on now, in the words of the one who does it."""
        self._now = line.strip()

    def end(self, key: object) -> Job | None:
        """Something ended; the job, or None where it is not known."""
        with self._lock:
            job = self._find(key)
            if job is not None:
                if len(self._jobs) == 1:
                    self._stop_drawing()  # before it is forgotten: the last picture is drawn while it goes
                self._jobs.remove(job)
        return job

    def _find(self, key: object) -> Job | None:
        return next((job for job in self._jobs if job.key == key), None)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """The line is away within the block: something else is written, or somebody is asked."""
        with self._lock:
            self._quiet_hands += 1
            self._erase()
        try:
            yield
        finally:
            with self._lock:
                self._quiet_hands -= 1

    def _start_drawing(self) -> None:
        self._idle = threading.Event()
        set_aside_status_with(self.aside)
        drawn_on = (sys.stderr, self._idle)
        threading.Thread(target=self._draw, args=drawn_on, name="load-status", daemon=True).start()

    def _stop_drawing(self) -> None:
        self._idle.set()
        self._erase()

    def close(self) -> None:
        """Give the terminal back as it was: nothing moves any more, the cursor is shown."""
        with self._lock:
            self._stop_drawing()
            self._jobs.clear()

    def _draw(self, stream: TextIO, idle: threading.Event) -> None:
        if idle.wait(PATIENCE):
            return
        try:
            import rich.live  # noqa: F401 - outside the lock: whoever writes a line need not wait for it
        except ImportError:
            return
        while not idle.wait(_TICK):
            with self._lock:
                if idle.is_set() or not self._picture(stream):
                    return

    def _picture(self, stream: TextIO) -> bool:
        """Draw once; False where the terminal takes nothing more."""
        if self._quiet_hands:
            return True
        try:
            if self._live is None:
                self._live = self._new_live(stream)
                self._live.start()
            self._live.refresh()
        except UNWRITABLE:
            self._live = None
            return False
        for job in self._jobs:
            job.seen = True
        return True

    def _new_live(self, stream: TextIO) -> Live:
        from rich.live import Live

        # Redirection would send what the program prints on standard output to standard error.
        return Live(
            console=console_on(stream),
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            get_renderable=lambda: self._line(stream),
        )

    def _line(self, stream: TextIO) -> Text:
        from rich.text import Text

        job = self._jobs[0]
        elapsed = time.monotonic() - job.started
        frames = _DOTS if speaks_unicode(stream) else _STROKES
        others = f" (and {len(self._jobs) - 1} more)" if len(self._jobs) > 1 else ""
        line = Text(no_wrap=True, overflow="ellipsis" if speaks_unicode(stream) else "crop", end="")
        line.append(frames[int(elapsed / _TICK) % len(frames)], style="green")
        line.append(f" {int(elapsed)} s ", style="cyan")
        line.append(encodable(readable(job.what) + others, stream))
        if self._now:
            line.append(encodable(f" · {readable(self._now)}", stream), style="dim")
        return line

    def _erase(self) -> None:
        live, self._live = self._live, None
        if live is None:
            return
        try:
            live.stop()
        except UNWRITABLE:
            return  # the terminal is gone, and the line with it


def _forget() -> None:
    """In a forked child: the thread that draws, and whoever held the lock, stayed behind."""
    global _status
    _status = Status()
    set_aside_status_with(_status.aside)


def begin(what: str, key: object) -> None:
    """Something started, `key` names it for `end`; drawn where standard error can be drawn on."""
    if can_draw(sys.stderr):
        _status.begin(what, key)


def says(line: str) -> None:
    """What is going on now."""
    _status.says(line)


def end(key: object) -> Job | None:
    """Something ended; the job, or None where it was never begun."""
    return _status.end(key)


@contextmanager
def shown_while(what: str) -> Iterator[None]:
    """Show a moving line while the block waits for something, unless the setting `quiet` holds."""
    if setting("quiet"):
        yield
        return
    key = object()
    begin(what, key)
    try:
        yield
    finally:
        end(key)


def aside() -> AbstractContextManager[None]:
    """The moving line is away within the block."""
    return _status.aside()


def _close() -> None:
    _status.close()


_status = Status()
atexit.register(_close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)

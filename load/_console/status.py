"""What goes on and takes a while: told where it can be seen, with how far it is and for how long.

A thread of its own draws it (see `load._console.surfaces`), so that what draws, rich above all, is imported while the
work goes on, and not at all for what is done at once.
"""

from __future__ import annotations

import atexit
import itertools
import os
import sys
import threading
import time
from contextlib import contextmanager

from load import _events
from load._config import get as setting
from load._console.jobs import NO_WORK, OF_BYTES, Job

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from typing import TextIO

    from load._console.surfaces import Moment, Surface

PATIENCE = 0.3  # seconds before anything is drawn, and what draws is imported, which takes about half of that


class Status:
    """What is going on in this process; every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # a signal handler may load something while a line is drawn
        self._jobs: list[Job] = []
        self._now = ""
        self._surface: Surface | None = None
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
        line = line.strip()
        if line.startswith(NO_WORK):
            return
        with self._lock:
            if len(self._jobs) == 1:  # of several nobody knows whose words these are
                self._now = self._jobs[0].hear(line)
            elif not line.startswith(OF_BYTES):
                self._now = line

    def count(self, key: object, done: int, total: int) -> None:
        """How much of something is done, for a bar; nothing where it is not known."""
        with self._lock:
            job = self._find(key)
            if job is not None:
                job.count(done, total)

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
            if self._surface is not None:
                self._surface.make_way()
        try:
            yield
        finally:
            with self._lock:
                self._quiet_hands -= 1

    def _start_drawing(self) -> None:
        idle = threading.Event()
        draw, drawn_on = self._draw, (sys.stderr, idle)
        if "ipykernel" in sys.modules:  # in a notebook the context tells below which cell it is shown
            from contextvars import copy_context

            draw, drawn_on = copy_context().run, (draw, *drawn_on)  # type: ignore[assignment]
        self._idle = idle
        try:
            threading.Thread(target=draw, args=drawn_on, name="load-status", daemon=True).start()
        except RuntimeError:  # there are too many, or none is started any more, as at the end of the program
            idle.set()

    def _stop_drawing(self) -> None:
        self._idle.set()
        surface, self._surface = self._surface, None
        if surface is not None:
            from load._console.terminal import UNWRITABLE

            try:
                surface.settle()
            except UNWRITABLE:
                return  # nobody sees it any more

    def close(self) -> None:
        """Give the terminal back as it was: nothing moves any more, the cursor is shown."""
        with self._lock:
            self._stop_drawing()
            self._jobs.clear()

    def _draw(self, stream: TextIO | None, idle: threading.Event) -> None:
        if idle.wait(PATIENCE):
            return
        from load._console import surfaces, terminal

        surface = surfaces.surface(stream)
        if surface is None or idle.wait(surface.patience) or not surface.prepare():
            return
        with self._lock:
            if idle.is_set():
                return
            self._surface = surface
        terminal.set_aside_status_with(self.aside)
        while True:
            with self._lock:
                if idle.is_set() or not self._picture(surface):
                    return
            if idle.wait(surface.tick):
                return

    def _picture(self, surface: Surface) -> bool:
        """Draw once; False where nothing more is taken."""
        if self._quiet_hands:
            return True
        from load._console.terminal import UNWRITABLE

        try:
            surface.draw(self._moment())
        except UNWRITABLE:
            return False
        for job in self._jobs:
            job.seen = True
        return True

    def _moment(self) -> Moment:
        from load._console.surfaces import Moment

        job = self._jobs[0]
        others = f" (and {len(self._jobs) - 1} more)" if len(self._jobs) > 1 else ""
        return Moment(job.what + others, self._now, time.monotonic() - job.started, job.progress)


def _forget() -> None:
    """In a forked child: the thread that draws, and whoever held the lock, stayed behind."""
    global _status
    _status = Status()
    terminal = sys.modules.get("load._console.terminal")
    if terminal is not None:
        terminal.set_aside_status_with(_status.aside)


def begin(what: str, key: object) -> None:
    """Something started, `key` names it for `end`; nothing is shown of it while the setting `quiet` holds."""
    if not setting("quiet"):
        _status.begin(what, key)


def says(line: str) -> None:
    """What is going on now; of what a backend says of downloads, a bar is drawn."""
    _status.says(line)


def count(key: object, done: int, total: int) -> None:
    """How much of it is done, which is drawn as a bar."""
    _status.count(key, done, total)


def end(key: object) -> Job | None:
    """Something ended; the job, or None where it was never begun."""
    return _status.end(key)


@contextmanager
def shown_while(what: str) -> Iterator[None]:
    """Show a moving line while the block waits for something, unless the setting `quiet` holds.

    Whoever has subscribed is told in any case (`WorkProgress`).
    """
    with _work(what, None):
        yield


@contextmanager
def counted_while(what: str, total: int) -> Iterator[Callable[[int, str], None]]:
    """Show a moving line with a bar while the block does one thing after another, unless the setting `quiet` holds.

    Whoever has subscribed is told in any case (`WorkProgress`).

    Args:
        what: what happens, in words.
        total: how many things there are.

    Yields:
        What is called with how many are done, and what comes now.
    """
    with _work(what, total) as step:
        yield step


@contextmanager
def _work(what: str, total: int | None) -> Iterator[Callable[[int, str], None]]:
    number = next(_numbers)
    key = ("work", number)
    last = None if total is None else 0

    def tell(done: int | None, now: str = "", *, is_over: bool = False) -> None:
        if _events.is_anybody_told():
            _events.emit(_events.WorkProgress(number, what, now=now, done=done, total=total, is_over=is_over))

    def step(done: int, now: str) -> None:
        nonlocal last
        last = done
        count(key, done, total or 0)
        says(now)
        tell(done, now)

    begin(what, key)
    if total is not None:
        count(key, 0, total)
    tell(last)
    try:
        yield step
    finally:
        end(key)
        tell(last, is_over=True)


def aside() -> AbstractContextManager[None]:
    """The moving line is away within the block."""
    return _status.aside()


def _close() -> None:
    _status.close()


_numbers = itertools.count(1)
_status = Status()
atexit.register(_close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)

"""Exports that are loaded before they are used, in the background: started, watched, waited for, cancelled."""

from __future__ import annotations

import sys
import time
from _thread import get_ident
from itertools import count

from load import _events
from load._caller import find_caller
from load._display import Shown
from load.exports import _background_process as process
from load.exports import _background_queue as queue
from load.exports._background_choice import check_numbers, chosen_of, jobs_of
from load.exports._background_events import BackgroundFinished, BackgroundProgress
from load.exports._background_status import BackgroundStatus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from load._caller import Caller
    from load._picture import Picture
    from load.exports._background_queue import Job
    from load.exports._background_status import State

_SLICE = 0.05  # seconds between two looks at whether what is waited for waits for this thread
_loadings = count(1)


def start_background_loading(
    exports: Iterable[Any] | None = None, *, priority: int | Mapping[str, int] = 0, threads: int = 1
) -> BackgroundLoading:
    """Load and check exports in the background, so that their first use need not wait.

    Each comes after those that it depends on; else the highest priority comes first, among all that was started. Who
    uses an export meanwhile waits for the load that runs, or loads it: it is never loaded twice. One that fails does
    not keep others from being loaded. Nobody is asked anything from the background: what may not be installed without
    a person's yes fails with `InstallRefused`, and asks at its use.

    Args:
        exports: their names, those of listed packages (`load.exports.LISTED`), or exports, also such as
            `TorchExports()`; None for all that are registered.
        priority: of all of them, or a mapping from names; those that are not in it have 0. What an export depends on
            has at least its priority.
        threads: how many may be loaded at the same time; more is rarely faster, because imports run Python code.

    Returns:
        An object that tells how far it is; see `BackgroundLoading`.

    Raises:
        RegistryError: there is no such export, or some depend on themselves; nothing is started, or made.
        RegistryTypeError: one of them is not an export.
        BackgroundError: no thread can be started.
        TypeError, ValueError: an argument is nothing of the kind.
    """
    frame = sys._getframe(1)
    check_numbers(priority, threads)
    jobs = jobs_of(chosen_of(exports, frame), priority)
    return BackgroundLoading(jobs, find_caller(frame), threads)


class BackgroundLoading(Shown):
    """Exports that are being loaded in the background; made by `start_background_loading`.

    Attributes:
        number: tells it from others, in events.
    """

    def __init__(self, jobs: Sequence[Job], place: Caller, threads: int) -> None:
        from contextvars import copy_context

        _events.subscribe(_show)
        self.number = next(_loadings)
        self._jobs = jobs
        self._began = time.perf_counter()
        self._open = sum(job.is_open for job in jobs)  # the end of which was not told
        self._teller = 0  # the thread that tells the end of the last
        for job in jobs:
            job.place, job.context = place, copy_context()
            job.tell = self._tell if job.is_open else None
        process.register()
        try:
            queue.put(jobs, threads)
        except RuntimeError as error:
            from load.errors import BackgroundError

            raise BackgroundError(
                f"Nothing can be loaded in the background: {error}.",
                context=(f"asked for in {place}",),
                hint="do without: the exports are loaded at their first use",
            ) from error

    def status(self) -> BackgroundStatus:
        """How far each export is, now."""
        with queue.changed:
            return BackgroundStatus((job.name, job.status()) for job in self._jobs)

    def cancel(self) -> list[str]:
        """Have those that were not begun not loaded; what is being loaded is, to its end.

        Returns:
            The names of those that were cancelled. They are as they were: loaded at their first use.
        """
        cancelled = queue.take_back(self._jobs)
        for job in cancelled:
            self._tell(job, "cancelled")
        return [job.name for job in cancelled]

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until all have come to their end; where a person looks, a bar tells how far it is.

        Args:
            timeout: seconds; None for as long as it takes.

        Returns:
            Whether they have.

        Raises:
            BackgroundError: it would never end: what is loaded waits for this thread.
            TypeError, ValueError: the timeout is not a number of seconds.
        """
        _check_seconds(timeout)
        if self._is_over() or (timeout is not None and not timeout):
            return self._is_over()
        from load._console.background import waited_for

        with queue.changed:
            done, total = len(self._jobs) - self._open, len(self._jobs)
            now = next((job.name for job in self._jobs if job.state == "loading"), "")
        with waited_for(self.number, f"loading {_several(total)} in the background", now, done, total):
            return self._wait(None if timeout is None else time.monotonic() + timeout)

    def _picture(self) -> Picture:
        return self.status()._picture()

    def __str__(self) -> str:
        return str(self.status())

    def __repr__(self) -> str:
        return f"<BackgroundLoading {self.number}: {str(self.status()).replace(chr(10), ', ')}>"

    def _wait(self, until: float | None) -> bool:
        with queue.changed:
            while not self._is_over():
                left = _SLICE if until is None else until - time.monotonic()
                if left <= 0:
                    return False
                self._check_circle()
                queue.changed.wait(min(left, _SLICE))
        return True

    def _is_over(self) -> bool:
        """Whether it is, and all who listen know; to one who listens, whether it is."""
        if any(job.is_open for job in self._jobs):
            return False
        return self._teller == get_ident() or all(job.tell is None for job in self._jobs)

    def _check_circle(self) -> None:
        from load.registry._turns import waits_for

        me = get_ident()
        for thread, job in list(queue.running.items()):
            if thread == me or waits_for(me, thread):
                raise _never_ends(job.name if job is not None else "")

    def _tell(self, job: Job, state: State) -> None:
        """Send the events of a change; those of the last have the end with them."""
        with queue.changed:
            self._open -= state != "loading"
            done, total, is_last = len(self._jobs) - self._open, len(self._jobs), not self._open
            if is_last:
                self._teller = get_ident()
        try:
            _events.emit(
                BackgroundProgress(
                    self.number, job.name, state, done=done, total=total, seconds=job.seconds, error=job.error
                )
            )
            if is_last:
                _events.emit(BackgroundFinished(self.number, self.status(), time.perf_counter() - self._began))
        finally:
            if state != "loading":
                with queue.changed:
                    job.tell = None
                    queue.changed.notify_all()


def _check_seconds(timeout: Any) -> None:
    if timeout is None:
        return
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)):
        raise TypeError(f"timeout is a number of seconds, or None, not {timeout!r}")
    if not timeout >= 0:
        raise ValueError(f"timeout is a number of seconds from 0 on, not {timeout!r}")


def _never_ends(name: str) -> Exception:
    from load.errors import BackgroundError

    return BackgroundError(
        "To wait here would never end: this is part of what is waited for."
        if not name
        else f"To wait here would never end: {name!r} waits for what this thread is doing.",
        context=("this thread imports a module that is needed there, or loads in the background itself",),
        hint="use the export itself, or wait outside of a module's body",
    )


# -- what a person sees ------------------------------------------------------------------------------------------------


def _several(number: int) -> str:
    return "an export" if number == 1 else f"{number} exports"


def _show(event: _events.Event) -> None:
    """Have the console show what happens, whoever waits."""
    if isinstance(event, BackgroundProgress):
        # Where it is not there, or is being imported by another thread, nobody waits yet.
        progressed = getattr(sys.modules.get("load._console.background"), "progressed", None)
        if progressed is not None:
            progressed(event.loading, event.name if event.state == "loading" else "", event.done, event.total)
    elif isinstance(event, BackgroundFinished):
        from load._console.background import finished
        from load.exports._background_status import in_words

        failed = {name: in_words(error) for name, error in event.status.failed.items()}
        was_begun = [name for name in event.status.names("loaded") if event.status[name].seconds is not None]
        finished(len(was_begun), failed, len(event.status.names("cancelled")), event.seconds)

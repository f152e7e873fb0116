"""What waits to be loaded in the background, and the threads that do it: one queue for the process.

A thread lives only while something waits. It uses an export as anybody would; so whoever uses it meanwhile waits for
the same import, and Python finds circles. Nothing of ours is locked while anything is imported.
"""

from __future__ import annotations

import threading
import time
from _thread import get_ident

from load._caller import NOBODY
from load._lazy.handle import is_loaded, materialize
from load.exports._background_status import OPEN, ExportStatus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextvars import Context
    from typing import Any

    from load._caller import Caller
    from load.exports._background_status import State
    from load.exports._declared import Declared


class Job:
    """One export that waits for its turn, or has had it.

    Attributes:
        name: the export.
        handle: its handle.
        record: what was declared of it.
        priority: the highest comes first; of the same, in the order in which they came.
        number: counts in that order.
        needs: jobs that have to come to their end before.
        place: where it was asked for.
        context: the context variables (`load.override`) of who asked.
        tell: is called after each change, with the job and its state; None where nobody waits to be told its end.
        state: see `ExportStatus`.
        error: why it failed.
        seconds: that it took.
    """

    __slots__ = (
        *("context", "error", "handle", "name", "needs", "number", "place", "priority", "record", "seconds", "state"),
        "tell",
    )

    def __init__(self, name: str, handle: Any, record: Declared, priority: int, number: int) -> None:
        self.name = name
        self.handle = handle
        self.record = record
        self.priority = priority
        self.number = number
        self.needs: Sequence[Job] = ()
        self.place: Caller = NOBODY
        self.context: Context | None = None
        self.tell: Callable[[Job, State], object] | None = None
        self.state: State = "loaded" if is_loaded(handle) else "waiting"
        self.error: BaseException | None = None
        self.seconds: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether it has not come to its end."""
        return self.state in OPEN

    def status(self) -> ExportStatus:
        """How far it is."""
        return ExportStatus(self.name, self.state, self.priority, self.seconds, self.error)


changed = threading.Condition(threading.RLock())  # a signal handler may ask for the status while it is being changed
running: dict[int, Job | None] = {}  # the threads, each with what it loads now
waiting: list[Job] = []  # the next first
is_ending = False  # whether the process is, so that nothing is begun, or told, any more
is_paused = False  # whether nothing is to be begun for a moment
_most = 1  # threads at a time


def put(jobs: Sequence[Job], threads: int) -> None:
    """Have jobs done; those that need nothing done are left out.

    Args:
        jobs: as many as there are.
        threads: how many threads there may be at a time for it, at least 1.

    Raises:
        RuntimeError: no thread can be started.
    """
    global _most
    with changed:
        if is_ending:  # the end of the process waits for nothing new
            close_silently(jobs)
            return
        waiting.extend(job for job in jobs if job.is_open)
        waiting.sort(key=lambda job: (-job.priority, job.number))
        _most = max(_most, threads) if running else threads
        try:
            busy = sum(job is not None for job in running.values())
            for _ in range(min(_most, busy + len(waiting)) - len(running)):
                _start()
        except RuntimeError:
            if not running:
                close_silently(take_back(jobs))
                raise


def _start() -> None:
    thread = threading.Thread(target=_work, name="load-background", daemon=True)
    thread.start()
    assert thread.ident is not None
    running.setdefault(thread.ident, None)


def take_back(jobs: Sequence[Job]) -> list[Job]:
    """Take those of the jobs that wait off the queue, and give them; the others are begun or over."""
    with changed:
        taken = [job for job in jobs if job in waiting]
        waiting[:] = [job for job in waiting if job not in taken]
        close(taken)
        return taken


def close(jobs: Sequence[Job]) -> None:
    """Have jobs be cancelled that are not over; `changed` has to be held."""
    for job in jobs:
        if job.is_open:
            job.state = "cancelled"
    changed.notify_all()


def close_silently(jobs: Sequence[Job]) -> None:
    """The same, and nobody is told."""
    close(jobs)
    for job in jobs:
        job.tell = None


# -- a thread ----------------------------------------------------------------------------------------------------------


def _work() -> None:
    while (job := _next()) is not None:
        assert job.context is not None
        job.context.run(_load, job)


def _next() -> Job | None:
    """The job whose turn it is; None where nothing waits, and the thread is to end."""
    me = get_ident()
    with changed:
        running[me] = None
        while waiting and not is_ending:
            job = next((job for job in waiting if not any(need.is_open for need in job.needs)), None)
            if job is not None and not is_paused:
                waiting.remove(job)
                job.state, running[me] = "loading", job
                return job
            changed.wait()  # what is needed is being loaded in another thread, or the process is being forked
        del running[me]
        changed.notify_all()
        return None


def _load(job: Job) -> None:
    """Load an export; whatever comes of it is written down, as nobody else would see it.

    `sys.exit` in the body of a module, or an interruption, ends neither the process nor the thread: it is raised again
    where the export is used.
    """
    _tell(job, "loading")
    started = time.perf_counter()
    error: BaseException | None = None
    try:
        _check_needs(job)
        materialize(job.handle)
        job.record.figures.note_early()
    except BaseException as failure:  # noqa: BLE001 - see above
        error = failure
        _name_place(failure, job.place)
    with changed:
        job.seconds, job.error = time.perf_counter() - started, error
        job.state = "loaded" if error is None else "failed"
        running[get_ident()] = None
        changed.notify_all()
    _tell(job, job.state)


def _check_needs(job: Job) -> None:
    failed = next((need for need in job.needs if need.error is not None), None)
    if failed is None:
        return
    from load.errors import BackgroundError
    from load.exports._background_status import in_words

    raise BackgroundError(
        f"The export {job.name!r} depends on {failed.name!r}, which could not be loaded.",
        context=(in_words(failed.error),) if failed.error is not None else (),
        hint=f"put {failed.name!r} right, and use {job.name!r}: it is tried again",
        name=job.record.import_name,
    ) from failed.error


def _name_place(error: BaseException, place: Caller) -> None:
    """Have the note of a use say who asked for it: on the stack of this thread is nobody."""
    notes = getattr(error, "__notes__", None)
    if isinstance(notes, list):
        was, now = f"used in {NOBODY}", f"loaded in the background, as {place} asked for"
        notes[:] = [each.replace(was, now) if isinstance(each, str) else each for each in notes]


def _tell(job: Job, state: State) -> None:
    """Tell it to who listens; what goes wrong with them is theirs, and does not end the thread."""
    if is_ending:
        job.tell = None
    if job.tell is None:
        return
    try:
        job.tell(job, state)
    except BaseException as error:  # noqa: BLE001 - reported as what happens in a thread is
        threading.excepthook(
            threading.ExceptHookArgs((type(error), error, error.__traceback__, threading.current_thread()))
        )

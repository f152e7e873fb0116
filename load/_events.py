"""The event stream: whatever happens is an event, and nobody prints.

An event is a plain object with slots; subscribers are called in order, in the thread where it happened. Nothing here
costs more than a look at an empty tuple while nobody listens.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Event:
    """Something that happened.

    Attributes:
        time: seconds since the epoch.
    """

    __slots__ = ("time",)
    time: float

    def __init__(self) -> None:
        from time import time

        self.time = time()

    def __repr__(self) -> str:
        slots = [name for cls in reversed(type(self).__mro__) for name in getattr(cls, "__slots__", ())]
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in slots[1:])})"


class Loaded(Event):
    """A name asked of `load` was resolved.

    Attributes:
        name: what was asked for (`np`).
        module: the import name it led to (`numpy`).
        how: "cached" (it was loaded before), "imported", "installed" or "local".
        seconds: time from the request to the object, installs included.
        import_seconds: time of the import alone.
        memory: bytes of resident memory that came with it, or None where it is not tracked.
        caller: file and line of the request, or None.
    """

    __slots__ = ("caller", "how", "import_seconds", "memory", "module", "name", "seconds")

    def __init__(
        self,
        name: str,
        module: str,
        how: str,
        *,
        seconds: float,
        import_seconds: float = 0.0,
        memory: int | None = None,
        caller: tuple[str, int] | None = None,
    ) -> None:
        super().__init__()
        self.name = name
        self.module = module
        self.how = how
        self.seconds = seconds
        self.import_seconds = import_seconds
        self.memory = memory
        self.caller = caller


class LoadFailed(Event):
    """A name asked of `load` could not be resolved.

    Attributes:
        name: what was asked for.
        error: the error that its caller gets.
    """

    __slots__ = ("error", "name")

    def __init__(self, name: str, error: BaseException) -> None:
        super().__init__()
        self.name = name
        self.error = error


class InstallStarted(Event):
    """A backend is about to be started.

    Attributes:
        requirements: what was asked for.
        backend: "uv" or "pip".
        target: the environment or overlay that is installed into.
    """

    __slots__ = ("backend", "requirements", "target")

    def __init__(self, requirements: Sequence[str], backend: str, target: str) -> None:
        super().__init__()
        self.requirements = tuple(requirements)
        self.backend = backend
        self.target = target


class InstallProgress(Event):
    """A line that the backend printed, credentials redacted."""

    __slots__ = ("line",)

    def __init__(self, line: str) -> None:
        super().__init__()
        self.line = line


class WorkProgress(Event):
    """Something that takes a while has begun, has come further, or is over: what a moving line at a terminal shows.

    Installs have events of their own.

    Attributes:
        number: the same in all events of one piece of work.
        what: what happens, in words.
        now: what of it happens now; "" where that is not told.
        done: how much of it is done; None where it is not counted.
        total: of how much; None where it is not counted.
        is_over: whether it has come to its end, one way or another.
    """

    __slots__ = ("done", "is_over", "now", "number", "total", "what")

    def __init__(
        self,
        number: int,
        what: str,
        *,
        now: str = "",
        done: int | None = None,
        total: int | None = None,
        is_over: bool = False,
    ) -> None:
        super().__init__()
        self.number = number
        self.what = what
        self.now = now
        self.done = done
        self.total = total
        self.is_over = is_over


class Change:
    """One distribution that an install changes.

    Attributes:
        name: the distribution.
        old: the version that was there, or None.
        new: the version that comes, or None where it goes.
        kind: "wheel", "build" or "editable"; "" where it is not known.
        size: bytes of the file that is fetched, or None where the index does not say.
        uploaded: when that file was uploaded (ISO 8601), or None where the index does not say.
        source: where it comes from, in words or as a URL without credentials; "" where it is not known.
        requested: whether it was asked for itself; else it comes along.
    """

    __slots__ = ("kind", "name", "new", "old", "requested", "size", "source", "uploaded")

    def __init__(
        self,
        name: str,
        old: str | None,
        new: str | None,
        *,
        kind: str = "",
        size: int | None = None,
        uploaded: str | None = None,
        source: str = "",
        requested: bool = False,
    ) -> None:
        self.name = name
        self.old = old
        self.new = new
        self.kind = kind
        self.size = size
        self.uploaded = uploaded
        self.source = source
        self.requested = requested

    @property
    def is_replacement(self) -> bool:
        """Whether something that is installed already becomes another version or goes."""
        return self.old is not None and self.old != self.new

    def __str__(self) -> str:
        if self.old is None:
            return f"{self.name} {self.new}"
        return f"{self.name} {self.old} → {self.new or 'removed'}"

    def __repr__(self) -> str:
        return f"Change({self.name!r}, {self.old!r}, {self.new!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Change):
            return NotImplemented
        return (self.name, self.old, self.new) == (other.name, other.old, other.new)

    def __hash__(self) -> int:
        return hash((self.name, self.old, self.new))


class InstallFinished(Event):
    """A backend has done its work and the result was verified.

    Attributes:
        requirements: what was asked for.
        changes: what changed; empty where all was there.
        backend: "uv" or "pip", or "none" where an overlay was found again.
        target: the environment or overlay.
        overlay: whether the target is an overlay.
        for_worker: whether that is a worker's own, of `isolated()`.
        seconds: time that the install took.
    """

    __slots__ = ("backend", "changes", "for_worker", "overlay", "requirements", "seconds", "target")

    def __init__(
        self,
        requirements: Sequence[str],
        changes: Sequence[Change],
        *,
        backend: str,
        target: str,
        overlay: bool,
        seconds: float,
        for_worker: bool = False,
    ) -> None:
        super().__init__()
        self.for_worker = for_worker
        self.requirements = tuple(requirements)
        self.changes = tuple(changes)
        self.backend = backend
        self.target = target
        self.overlay = overlay
        self.seconds = seconds


class InstallFailed(Event):
    """A backend failed, or what it installed was undone.

    Attributes:
        requirements: what was asked for.
        error: the error that the caller gets.
    """

    __slots__ = ("error", "requirements")

    def __init__(self, requirements: Sequence[str], error: BaseException) -> None:
        super().__init__()
        self.requirements = tuple(requirements)
        self.error = error


class WorkerStarted(Event):
    """A worker of `isolated()` is ready.

    Attributes:
        name: what was isolated, as in `isolated(...)`.
        pid: its process id.
    """

    __slots__ = ("name", "pid")

    def __init__(self, name: str, pid: int) -> None:
        super().__init__()
        self.name = name
        self.pid = pid


class WorkerEnded(Event):
    """A worker of `isolated()` has ended.

    Attributes:
        name: what was isolated, as in `isolated(...)`.
        pid: its process id.
        why: "closed"; "killed", as a call took too long or was interrupted; "died" by itself.
        exit_code: its exit code, negative for a signal; None where nobody could tell.
    """

    __slots__ = ("exit_code", "name", "pid", "why")

    def __init__(self, name: str, pid: int, why: str, exit_code: int | None) -> None:
        super().__init__()
        self.name = name
        self.pid = pid
        self.why = why
        self.exit_code = exit_code


class Reloaded(Event):
    """Modules have run again.

    Attributes:
        report: their names, and what else was done (`load.imports.ReloadReport`).
    """

    __slots__ = ("report",)

    def __init__(self, report: Sequence[str]) -> None:
        super().__init__()
        self.report = report


class ReloadFailed(Event):
    """A module failed as it ran again, or could not be compiled; all is as it was.

    Attributes:
        error: the error that the caller gets.
    """

    __slots__ = ("error",)

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


_subscribers: tuple[Callable[[Event], object], ...] = ()


def subscribe(subscriber: Callable[[Event], object]) -> Callable[[], None]:
    """Call `subscriber` with every event from now on; the result ends that. Twice the same one counts once."""
    global _subscribers
    if subscriber not in _subscribers:
        _subscribers = (*_subscribers, subscriber)

    def unsubscribe() -> None:
        global _subscribers
        _subscribers = tuple(each for each in _subscribers if each != subscriber)

    return unsubscribe


def subscribers() -> tuple[Callable[[Event], object], ...]:
    """Those that are told of every event, in their order; `load`'s own are among them."""
    return _subscribers


def is_anybody_told() -> bool:
    """Whether somebody has subscribed, so that an event is worth making."""
    return bool(_subscribers)


def emit(event: Event) -> None:
    """Tell every subscriber; one that raises is reported as a warning and does not reach the user's code."""
    for subscriber in _subscribers:
        try:
            subscriber(event)
        except Exception as error:  # noqa: BLE001 - whatever an observer does wrong must not break what it observes
            _report(event, error)


def _report(event: Event, error: Exception) -> None:
    import warnings
    from contextlib import suppress

    message = f"a subscriber of load's events failed on {event!r}: {error!r}"
    try:
        warnings.warn(message, RuntimeWarning, stacklevel=3)
    except RuntimeWarning:  # where warnings are errors, this is still none of the code that is observed
        import sys

        with suppress(Exception):
            sys.stderr.write(f"load: {message}\n")
    except Exception:  # noqa: BLE001 - a standard error of the program's own may raise anything
        return

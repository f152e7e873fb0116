"""One install at a time per target, across threads and processes.

The lock is a file in the target's state folder that is held with `flock`: the system gives it back when its holder
dies, however that happens. Where there is no `flock` (Windows), `filelock` does the same; it costs 60 ms to import, and
this stands on the way to each install.
"""

from __future__ import annotations

import errno
import os
import time
from _thread import RLock

from load import _config, _events
from load.errors import InstallError

try:
    import fcntl
except ImportError:  # Windows
    _HAS_FLOCK = False
else:
    _HAS_FLOCK = True

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, Self

    from load._install.target import Target

_FIRST_PAUSE, _LONGEST_PAUSE = 0.01, 0.2  # seconds between two looks at a lock that another process holds
_NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL)

_threads = RLock()  # one install at a time in this process, whatever its target: they share `sys.path`
_held: dict[str, int] = {}  # path of the lock → descriptor, for the turns of this process
_depth: dict[str, int] = {}


class Busy(InstallError):
    """Somebody else installs into the target, for longer than one was willing to wait."""


class Turn:
    """A `with` block in which no other thread or process installs into a target; may be entered again inside.

    Args:
        target: what is installed into.
        patience: seconds to wait for others; the setting `timeout` by default.

    Attributes:
        waited: whether somebody else was at it.
        was_aside: whether somebody else could have had a turn since it was taken.

    Raises:
        Busy: the others took longer.
        InstallError: the lock cannot be made.
    """

    def __init__(self, target: Target, patience: float | None = None) -> None:
        self._patience = patience
        self._path = os.path.join(target.state_folder, "lock")
        self._name = target.name
        self.waited = False
        self.was_aside = False

    def __enter__(self) -> Self:
        if not _threads.acquire(blocking=False):
            self.waited = True
            _threads.acquire()
        try:
            if not _depth.get(self._path):
                self._take()
            _depth[self._path] = _depth.get(self._path, 0) + 1
        except BaseException:
            _threads.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            _depth[self._path] -= 1
            if not _depth[self._path]:
                del _depth[self._path]
                _give_back(self._path)
        finally:
            _threads.release()

    def step_aside(self) -> None:
        """Let other processes have their turn while a person is asked; the threads of this process wait."""
        self.was_aside = True
        _give_back(self._path)

    def step_back(self) -> None:
        """Take the turn again.

        Raises:
            Busy: others took too long.
        """
        self._take()

    def _take(self) -> None:
        try:
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            (self._take_flock if _HAS_FLOCK else self._take_elsewhere)()
        except OSError as error:
            raise InstallError(
                f"{self._path} cannot be locked: {error.strerror or error}.",
                hint="make the folder writable, or set cache_dir to one that is: LOAD_CACHE_DIR=…",
            ) from error

    def _take_flock(self) -> None:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            pauses = self._pauses()
            while not _lock(descriptor):
                next(pauses)
        except BaseException:
            os.close(descriptor)
            raise
        _held[self._path] = descriptor

    def _take_elsewhere(self) -> None:
        from filelock import FileLock, Timeout

        lock = FileLock(self._path)
        pauses = self._pauses()
        while True:
            try:
                lock.acquire(timeout=0)
                break
            except Timeout:
                next(pauses)
        _elsewhere[self._path] = lock

    def _pauses(self) -> Any:
        """Waits a little longer each time; raises where the others take too long."""
        patience: float = _config.get("timeout") if self._patience is None else self._patience
        end = time.monotonic() + patience
        pause = _FIRST_PAUSE
        while time.monotonic() < end:
            if pause == _FIRST_PAUSE:
                self.waited = True
                _events.emit(_events.InstallProgress(f"waiting for another install into {self._name}"))
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)
            yield
        raise Busy(
            f"Another process installs into {self._name} and did not finish within {patience:g} s.",
            context=[f"the lock is {self._path}"],
            hint="try again when it is done, or give it longer: load.configure(timeout=…) in seconds",
        )


_elsewhere: dict[str, Any] = {}


def _lock(descriptor: int) -> bool:
    """Whether the lock could be taken now."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
        # A file system without locks: uv has a lock of its own on the environment, which still holds.
    return True


def _give_back(path: str) -> None:
    lock = _elsewhere.pop(path, None)
    if lock is not None:
        lock.release()
    descriptor = _held.pop(path, None)
    if descriptor is not None:
        os.close(descriptor)  # gives the lock back, unless a backend that outlives us still holds it


def is_held_here() -> bool:
    """Whether this very thread has a turn."""
    return _threads._is_owned()  # type: ignore[attr-defined, no-any-return]  # there since the lock is written in C


def descriptors() -> tuple[int, ...]:
    """What a backend is to inherit, so that the lock holds for as long as it works, should this process be killed."""
    return tuple(_held.values())


def _forget() -> None:
    """In a forked child: the turns are the parent's, and a thread that had one does not run here."""
    global _threads
    _threads = RLock()
    for descriptor in _held.values():
        os.close(descriptor)
    _held.clear()
    _depth.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)

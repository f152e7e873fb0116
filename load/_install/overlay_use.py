"""Who uses an overlay: a lock on its manifest, shared by all processes that have it on `sys.path`.

The system gives a lock back when its holder dies, however that happens. A forked child holds it too. Where there is no
`flock` (Windows), the open file itself does it: its folder can be neither renamed nor removed then.
"""

from __future__ import annotations

import errno
import os
import time
from contextlib import contextmanager

from load._install.target import STATE

try:
    import fcntl
except ImportError:  # Windows
    _HAS_FLOCK = False
else:
    _HAS_FLOCK = True

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL)
_DAY = 86_400.0  # seconds; the time of the last use is noted at most once in that

_held: dict[str, int] = {}  # overlay → descriptor of its manifest


def manifest_path(folder: str) -> str:
    """The file that says what an overlay holds; its time is that of the last use."""
    return os.path.join(folder, STATE, "overlay.json")


def hold(folder: str) -> bool:
    """Keep an overlay from being removed for as long as this process lives.

    Returns:
        False where it is not there, or is being removed just now.
    """
    if folder in _held:
        return True
    path = manifest_path(folder)
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:  # it has no manifest, or is not ours to read
        return False
    if not (_lock(descriptor, shared=True) and _is_still(descriptor, path)):
        os.close(descriptor)
        return False
    _held[folder] = descriptor
    _note_use(descriptor, path)
    return True


def release(folder: str) -> None:
    """It is not used any more here."""
    descriptor = _held.pop(folder, None)
    if descriptor is not None:
        os.close(descriptor)


@contextmanager
def alone(folder: str) -> Iterator[bool]:
    """Tell whether no process uses an overlay; inside the `with` block none can begin to."""
    path = manifest_path(folder)
    if not _HAS_FLOCK or not os.path.exists(path):  # without a manifest nobody can hold it
        yield folder not in _held
        return
    descriptor = os.open(path, os.O_RDWR)
    try:
        yield _lock(descriptor, shared=False)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, *, shared: bool) -> bool:
    """Whether the lock could be taken now."""
    if not _HAS_FLOCK:
        return True
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
        return shared  # a file system without locks: nobody can tell who uses it, so that nothing is removed
    return True


def _is_still(descriptor: int, path: str) -> bool:
    """Whether a file that was opened still lies where it was, and was not moved away before it was locked."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False


def _note_use(descriptor: int, path: str) -> None:
    if time.time() - os.fstat(descriptor).st_mtime < _DAY:
        return
    try:
        os.utime(path)
    except PermissionError:  # a cache that is shared read-only: its owner prunes it
        return

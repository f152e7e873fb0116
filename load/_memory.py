"""Readings of this process's memory, and nothing else.

On Linux the resident size comes from a kept descriptor on `/proc/self/statm` (proc(5)), which is cheap enough
for every import; elsewhere from psutil. Where nobody tells it (a Linux without `/proc`), the peak stands in for it.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_IS_LINUX = sys.platform == "linux"
_FIELDS = 7  # of statm; the second is the resident size in pages

_statm = -1
_page = 0
_tracing = 0  # how many parties need tracemalloc
_began_tracing = False
is_peak = False  # whether `resident` can only tell the most that there has ever been, which never shrinks


def resident() -> int:
    """Bytes of memory that this process holds in RAM (RSS); the peak of that where `is_peak` is set."""
    if not _IS_LINUX:
        return int(_psutil().Process().memory_info().rss)
    try:
        fields = os.pread(_statm, 128, 0).split()
        if len(fields) == _FIELDS:
            return int(fields[1]) * _page
    except (OSError, ValueError):  # none is open yet, or another file under its number
        return _resident_anew()
    return _resident_anew()


def _resident_anew() -> int:
    """The first time, in a child, and where somebody closed all descriptors, as daemons do."""
    global is_peak
    if not is_peak:
        try:
            _open()
            return int(os.pread(_statm, 128, 0).split()[1]) * _page
        except (OSError, ValueError, IndexError):
            is_peak = True
    return _peak()


def _peak() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # kilobytes on Linux: getrusage(2)


def _open() -> None:
    """Open statm of this process. What stood in `_statm` is not closed: it may be somebody else's by now."""
    global _statm, _page
    if not _page:
        os.register_at_fork(after_in_child=_forget)  # an inherited descriptor tells of the parent
    _page = os.sysconf("SC_PAGE_SIZE")
    _statm = os.open("/proc/self/statm", os.O_RDONLY)


def _forget() -> None:
    global _statm
    _statm = -1


def unique() -> int | None:
    """Bytes that would come back if this process ended (USS), or None where the system does not tell.

    Costs about a millisecond in a large process.
    """
    psutil = _psutil()
    try:
        return int(psutil.Process().memory_full_info().uss)
    except (psutil.Error, OSError, AttributeError):
        return None


def traced() -> int:
    """Bytes that Python itself has allocated since `tracemalloc` began to trace; -1 where it does not."""
    import tracemalloc

    return tracemalloc.get_traced_memory()[0] if tracemalloc.is_tracing() else -1


def begin_tracing() -> None:
    """Have `tracemalloc` trace until `end_tracing` was called as often; what traced before goes on afterwards."""
    global _tracing, _began_tracing
    import tracemalloc

    if not _tracing:
        _began_tracing = not tracemalloc.is_tracing()
    _tracing += 1
    tracemalloc.start()


def end_tracing() -> None:
    """See `begin_tracing`."""
    global _tracing
    import tracemalloc

    _tracing -= 1
    if not _tracing and _began_tracing:
        tracemalloc.stop()


def _psutil() -> Any:
    import psutil  # type: ignore[import-untyped, unused-ignore]

    return psutil

"""One reload at a time: each has the running program to itself."""

from __future__ import annotations

from _thread import allocate_lock, get_ident
from contextlib import contextmanager

from load.errors import ReloadError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_lock = allocate_lock()
_owner: list[int] = []


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait for a reload in another thread; one reload has the running program to itself.

    Raises:
        ReloadError: this thread is in the middle of one.
    """
    me = get_ident()
    if me in _owner:
        raise ReloadError(
            "A module that is being reloaded asks for another reload.",
            hint="reload when its body, or its __reload__, has ended",
        )
    with _lock:
        _owner.append(me)
        try:
            yield
        finally:
            _owner.clear()

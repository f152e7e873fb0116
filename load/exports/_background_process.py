"""What becomes of the threads that load in the background when the process ends, and when it is forked.

Two things here are unusual, and nothing simpler was found to do.

At the end a finder stands first that raises in our threads. They are daemons, as the end of a program is not to wait
for what nobody may use; but the interpreter stops those wherever they are, also where they hold the lock of a module
that a function of `atexit` then imports, for ever. An import is where they can be ended from within: the only other way
to raise in another thread is the C API.

While a fork waits for what is half loaded, `os.register_at_fork` only takes notes. Python runs, before a fork, the
hooks that were registered when it began, and after it all that are registered by then. So of a module that is imported
while the fork waits, such as `logging`, the one that releases a lock would run without the one that acquires it. Not to
wait is no way out: half an extension module cannot be made whole in the new process. Nor can a hook be taken out again.
"""

from __future__ import annotations

import _imp
import os
import sys
import threading
import time
from _thread import get_ident

from load._lazy.declaration import is_being_imported
from load.exports import _background_queue as queue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container
    from typing import Any

_PATIENCE = 0.5  # seconds that the end of the process is put off for a body that does not come to an import
_FORK_PATIENCE = 10.0  # seconds that a fork is put off for what is being loaded
_STILL = 0.3  # seconds after which what has not moved is not waited for
_GLANCE = 0.002  # seconds between two looks at that
_EXTENSION = ("ExtensionFileLoader.create_module", "ExtensionFileLoader.exec_module")

_is_registered = False


def register() -> None:
    """Be told when the process ends: after the threads that it waits for, which may go on using what is loaded."""
    global _is_registered
    if _is_registered:
        return
    _is_registered = True
    import atexit

    if _has_ended():
        queue.is_ending = True
    else:
        atexit.register(_end)


def _has_ended() -> bool:
    """Whether the main thread has, and every other that the process waits for."""
    main = threading.main_thread()
    return not main.is_alive() and all(each is main or each.daemon for each in threading.enumerate())


# -- the end -----------------------------------------------------------------------------------------------------------


class _Ending(BaseException):
    """Ends an import in the background, as the process ends."""


class _End:
    """The first finder, at the end of the process: no thread of ours begins another import."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:  # noqa: ARG004 - as finders are asked
        if get_ident() in queue.running:
            raise _Ending


def _end() -> None:
    """End what runs at its next import, for a thread that the interpreter freezes anywhere may hold what others need.

    A body that does not come to one in time is left to itself.
    """
    with queue.changed:
        queue.is_ending = True
        queue.close_silently(queue.waiting)
        queue.waiting.clear()
        if queue.running:
            sys.meta_path.insert(0, _End)
            queue.changed.wait_for(lambda: not queue.running, _PATIENCE)


# -- forks -------------------------------------------------------------------------------------------------------------


_is_held = False  # whether the import lock is, for a fork
_register_at_fork: Any = getattr(os, "register_at_fork", None)
_deferred: list[dict[str, Any]] = []  # what was to be registered while a fork waited


def _defer(**hooks: Any) -> None:
    """Register the hooks of a module that is imported now after the fork: it would have the last of them run alone."""
    _deferred.append(hooks)


def _register_deferred() -> None:
    setattr(os, "register_at_fork", _register_at_fork)  # noqa: B010 - mypy knows it as a function
    while _deferred:
        _register_at_fork(**_deferred.pop(0))


def _makes_extension(thread: int) -> bool:
    frame = sys._current_frames().get(thread)
    while frame is not None:
        if frame.f_code.co_qualname in _EXTENSION:
            return True
        frame = frame.f_back
    return False


def _before_fork() -> None:
    """Wait until nothing is half loaded: in the new process not all that was half done can be done anew.

    What stands still may wait for this very thread, and is left as it is; but for an extension module, which can never
    be made a second time. Who holds the import lock keeps others from beginning one.
    """
    global _is_held
    me = get_ident()
    if not any(thread != me for thread in list(queue.running)):
        return
    queue.is_paused = True
    setattr(os, "register_at_fork", _defer)  # noqa: B010 - as above
    now = moved = time.monotonic()
    until = now + _FORK_PATIENCE
    places: dict[int, object] = {}
    _imp.acquire_lock()
    while (now_at := _places(me)) and now < until:
        moved = now if now_at != places or any(map(_makes_extension, now_at)) else moved
        places = now_at
        if now - moved > _STILL:
            break
        _imp.release_lock()
        time.sleep(_GLANCE)
        _imp.acquire_lock()
        now = time.monotonic()
    _is_held = True


def _places(me: int) -> dict[int, object]:
    """Where each thread is that loads something, but for this one."""
    frames = sys._current_frames()
    found = {each: frames.get(each) for each, job in list(queue.running.items()) if job is not None and each != me}
    return {each: (id(frame), frame.f_lasti) for each, frame in found.items() if frame is not None}


def _after_fork() -> None:
    global _is_held
    if _is_held:
        _is_held = False
        _register_deferred()
        _imp.release_lock()


def _in_parent() -> None:
    _after_fork()
    if queue.is_paused:
        with queue.changed:
            queue.is_paused = False
            queue.changed.notify_all()


def _in_fork() -> None:
    """In a process that was forked there is none of the threads: what they were about to load is as it was declared."""
    _after_fork()
    queue.is_paused = False
    mine = get_ident()
    gone = {thread: job for thread, job in queue.running.items() if thread != mine}
    queue.changed = threading.Condition(threading.RLock())
    begun = [job for job in gone.values() if job is not None]
    for job in begun:
        job.record.running = 0
    with queue.changed:
        queue.close_silently([*begun, *queue.waiting])
        queue.waiting.clear()
    for thread in gone:
        del queue.running[thread]
    if gone:
        _forget_imports(gone)


def _forget_imports(threads: Container[int]) -> None:
    """Let go of modules that threads which are no more were importing: who imports one would wait for them for ever.

    Source: `_module_locks` in https://github.com/python/cpython/blob/main/Lib/importlib/_bootstrap.py
    """
    import _frozen_importlib

    locks: Any = getattr(_frozen_importlib, "_module_locks", None) or {}
    for name, reference in list(locks.items()):
        lock = reference()
        if getattr(lock, "owner", None) in threads:
            del locks[name]
            if is_being_imported(sys.modules.get(name)):
                del sys.modules[name]


if _register_at_fork is not None:
    _register_at_fork(before=_before_fork, after_in_parent=_in_parent, after_in_child=_in_fork)

"""What runs now: functions on the stacks of all threads, and what their variables hold."""

from __future__ import annotations

import gc
import sys
from _thread import get_ident

from load._caller import is_own_code
from load._unload.ties import Ties, described
from load._unload.verdict import namespace_of, root_of, without_alias

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from types import FrameType

_OPTIMIZED = 0x1  # inspect.CO_OPTIMIZED, without importing all that
_KEEPS_SNAPSHOT = sys.version_info < (3, 13)  # since then `f_locals` is a view (PEP 667)


def _frames() -> Iterator[tuple[int, FrameType]]:
    """Every frame of every thread, the innermost first, with the thread's identifier."""
    for thread, innermost in sys._current_frames().items():
        frame: FrameType | None = innermost
        while frame is not None:
            yield thread, frame
            frame = frame.f_back


def running(names: Collection[str]) -> dict[str, str]:
    """The modules whose code stands on a stack now, or is what a thread was made for → who runs it, in words."""
    namespaces = {id(namespace_of(module)): name for name, module in without_alias(names).items()}
    found: dict[str, str] = {}
    for thread, frame in _frames():
        name = namespaces.get(id(frame.f_globals))
        if name is not None and name not in found:
            found[name] = f"its {frame.f_code.co_name!r} is running{_in_thread(thread)}"
    return found or dict(_of_threads(names))


def _of_threads(names: Collection[str]) -> Iterator[tuple[str, str]]:
    """What threads that were started are to run, as a timer in a while."""
    threading = sys.modules.get("threading")
    by_root: dict[str, list[str]] = {}
    for name in names:
        by_root.setdefault(root_of(name), []).append(name)
    owners = {root: Ties(each) for root, each in by_root.items()}
    for thread in threading.enumerate() if threading is not None else ():
        for function in map(vars(thread).get, ("_target", "function")):
            for root, ties in owners.items():
                if function is not None and ties.owns(function):
                    yield by_root[root][0], f"thread {thread.name!r} is to run {described(function)}"


def _in_thread(thread: int) -> str:
    if thread == get_ident():
        return ""
    threading = sys.modules.get("threading")
    known = getattr(threading, "_active", {}).get(thread)
    return f" in thread {known.name!r}" if known is not None else " in another thread"


def variables() -> dict[int, list[str]]:
    """Identity of an object → the variables of running functions that hold it, in words; "" for this library's own.

    Before Python 3.13 of this thread alone.
    """
    found: dict[int, list[str]] = {}
    for thread, frame in _frames():
        code = frame.f_code
        if _KEEPS_SNAPSHOT and thread != get_ident():  # whether somebody traces it cannot be told
            continue
        if not code.co_flags & _OPTIMIZED:  # its variables are a namespace, which the garbage collector sees
            continue
        own = is_own_code(code.co_filename)
        snapshot = frame.f_locals
        inner = {*code.co_cellvars, *code.co_freevars}  # those lie in cells, which it sees as well
        for name, value in list(snapshot.items()):
            if name not in inner and gc.is_tracked(value):
                words = "" if own else f"variable {name!r} of {code.co_qualname!r}, which is running"
                found.setdefault(id(value), []).append(words)
        _forget(snapshot)
    return found


def _forget(snapshot: Mapping[str, object]) -> None:
    """Empty a snapshot, which would hold the values as long as its function runs.

    Whoever traces writes it back into the function after each line: theirs is left alone.
    """
    if _KEEPS_SNAPSHOT and sys.gettrace() is None and sys.getprofile() is None and isinstance(snapshot, dict):
        snapshot.clear()

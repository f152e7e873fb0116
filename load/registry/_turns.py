"""One turn per factory: a thread at a time, and an error instead of waiting for ever."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

from load.registry._entries import place_of
from load.registry._storage import GUARD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from load.registry._entries import Factory, Origin
    from load.registry._storage import Storage

_SLICE = 0.05  # seconds between two looks at whom the thread waits for that this one waits for


class _Turn:
    """The right to call a factory for one key of one registry.

    Attributes:
        factory: what is called; another one that is registered under the key meanwhile has its own turn.
        lock: what others wait for.
        thread: who has it; 0 where nobody has.
        users: how many have it, or wait for it.
    """

    def __init__(self, factory: Factory) -> None:
        self.factory = factory
        self.lock = threading.Lock()
        self.thread = 0
        self.users = 0


_turns: dict[tuple[int, Any], _Turn] = {}  # registry and key → the turn that is taken
_waits: dict[int, _Turn] = {}  # thread → the turn that it waits for


class turn:  # noqa: N801 - a context manager
    """One thread at a time calls a factory; a circle of threads, or of one, that would wait for ever is an error.

    Args:
        entries: the registry.
        key: the key of the factory.
        factory: what is called.
        origin: where it was registered.
    """

    def __init__(self, entries: Storage[Any, Any], key: object, factory: Factory, origin: Origin | str) -> None:
        self._entries = entries
        self._key = key
        self._factory = factory
        self._origin = origin

    def __enter__(self) -> None:
        place = id(self._entries), self._key
        with GUARD:
            taken = _turns.get(place)
            if taken is None or taken.factory is not self._factory:
                taken = _turns[place] = _Turn(self._factory)
            taken.users += 1
        self._turn = taken
        try:
            if not taken.lock.acquire(blocking=False):
                self._wait(taken)
        except BaseException:
            self._leave()
            raise
        taken.thread = threading.get_ident()

    def _wait(self, taken: _Turn) -> None:
        me = threading.get_ident()
        before = _waits.get(me)  # of what a signal interrupted, which came while that waited
        _waits[me] = taken
        try:
            # Who has the turn may come to wait for this thread later, for a module that this one is importing, and
            # neither knows of the other then: it is looked at again and again.
            while not waits_for(me, me):
                if taken.lock.acquire(timeout=_SLICE):
                    return
            raise self._asks_for_itself()
        finally:
            if before is None:
                _waits.pop(me, None)
            else:
                _waits[me] = before

    def __exit__(self, *_: object) -> None:
        self._turn.thread = 0
        self._turn.lock.release()
        self._leave()

    def _leave(self) -> None:
        place = id(self._entries), self._key
        with GUARD:
            self._turn.users -= 1
            if not self._turn.users and _turns.get(place) is self._turn:
                del _turns[place]

    def _asks_for_itself(self) -> Exception:
        from load.errors import RegistryError

        return RegistryError(
            f"The factory of {self._key!r} in {self._entries._named()} asks for {self._key!r} itself.",
            context=(f"registered in {place_of(self._origin)}",),
            hint="have the factory make the value without looking it up, or importing what looks it up",
        )


def waits_for(me: int, thread: int) -> bool:
    """Whether a thread waits for this one, over others perhaps.

    What was read one by one need not have been true at one moment: it is so where it is the same, twice.

    Args:
        me: this thread.
        thread: the other one; this one itself where it is about to wait.
    """
    path = _path_to(me, thread, ())
    return path is not None and path == _path_to(me, thread, ())


def _path_to(me: int, thread: int, path: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...] | None:
    """From a thread by what it waits for to who has that, and so on to this thread; None where it does not lead there.

    Args:
        me: this thread.
        thread: whose waiting is looked at.
        path: how it was come to: threads, and the locks that they wait for.
    """
    if any(each == thread for each, _ in path):
        return None
    for lock, owner in _waited_for(thread):
        longer = (*path, (thread, id(lock)))
        found = longer if owner == me else _path_to(me, owner, longer) if owner else None
        if found is not None:
            return found
    return None


def _waited_for(thread: int) -> Iterator[tuple[object, int | None]]:
    """The locks that a thread waits for, and who has each: turns, and modules that others import.

    Python keeps the latter where its own search for circles finds them: a lock for each thread, or, since 3.12, a list.
    Source: `_blocking_on` in https://github.com/python/cpython/blob/main/Lib/importlib/_bootstrap.py
    """
    taken = _waits.get(thread)
    if taken is not None:
        yield taken, taken.thread
    import _frozen_importlib

    blocking: Any = getattr(_frozen_importlib, "_blocking_on", None) or {}
    locks = blocking.get(thread)
    for lock in list(locks) if isinstance(locks, list) else [] if locks is None else [locks]:
        yield lock, lock.owner


def _forked() -> None:
    """In a process that was forked, nobody has, or waits for, what other threads had or waited for."""
    me = threading.get_ident()
    for place, taken in list(_turns.items()):
        if taken.thread == me:
            taken.users = 1
        else:
            del _turns[place]
    for thread in list(_waits):
        if thread != me:
            del _waits[thread]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)

"""What is loaded in the background: a bar while somebody waits for it, and a line in logs when it is over.

At a terminal nothing moves while the program goes on there: it would be drawn over what that prints, or over what a
person types.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager

from load._config import get as setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_awaited: dict[int, int] = {}  # number of a loading → how many wait for it


@contextmanager
def waited_for(number: int, what: str, now: str, done: int, total: int) -> Iterator[None]:
    """Show a bar while the block waits for a loading, unless the setting `quiet` holds.

    Args:
        number: of the loading.
        what: what happens, in words.
        now: what is loaded now; "" where nothing is.
        done: how many exports have come to their end.
        total: how many there are.
    """
    if setting("quiet"):
        yield
        return
    from load._console import status

    key = ("background", number)
    _awaited[number] = _awaited.get(number, 0) + 1
    status.begin(what, key)
    status.count(key, done, total)
    status.says(now)
    try:
        yield
    finally:
        _awaited[number] -= 1
        if not _awaited[number]:
            del _awaited[number]
            status.end(key)


def progressed(number: int, name: str, done: int, total: int) -> None:
    """A loading has come further.

    Args:
        number: of the loading.
        name: what is loaded now; "" where nothing new was begun.
        done: how many have come to their end.
        total: how many there are.
    """
    if number in _awaited:
        from load._console import status

        status.count(("background", number), done, total)
        if name:
            status.says(name)


def finished(loaded: int, failed: Mapping[str, str], cancelled: int, seconds: float) -> None:
    """A loading is over: told in logs; at a terminal what failed, as the rest is not news there.

    Args:
        loaded: how many exports it has loaded.
        failed: name → the error in words.
        cancelled: how many were cancelled.
        seconds: that it took.
    """
    if setting("quiet") or not (loaded or failed):
        return
    from load._console.terminal import can_draw, write_line

    if can_draw(sys.stderr) and not failed:
        return
    parts = [f"load: loaded {loaded} {'export' if loaded == 1 else 'exports'} in the background in {seconds:.1f} s"]
    if failed:
        parts.append(f"could not load {'; '.join(f'{name} ({why})' for name, why in failed.items())}")
    if cancelled:
        parts.append(f"{cancelled} cancelled")
    write_line("; ".join(parts))

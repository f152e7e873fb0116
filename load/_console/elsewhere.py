"""What another process is busy with: shown here while it leaves a file that says so."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager

from load._console.status import shown_while

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_GLANCE = 0.1  # seconds between two looks


@contextmanager
def shown_while_there_is(path: str, what: str) -> Iterator[None]:
    """Show a moving line while there is a file, for the length of the block.

    Args:
        path: of the file, which another process makes and removes.
        what: what happens meanwhile, in words.
    """
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(path, what, over), name="load-status-file", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _watch(path: str, what: str, over: threading.Event) -> None:
    while not over.wait(_GLANCE):
        if os.path.exists(path):
            with shown_while(what):
                while os.path.exists(path) and not over.wait(_GLANCE):
                    pass

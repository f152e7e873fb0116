"""Compiled files that Python could take for those of a source that they are not of.

It tells sources apart by whole seconds and sizes: two edits of one length in one second are one to it.
Source: https://docs.python.org/3/reference/import.html#cached-bytecode-invalidation
"""

from __future__ import annotations

import os
from importlib.util import cache_from_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_SETTLED = 2.0  # seconds after which another change of a file shows in its time, on the coarsest of file systems


def drop_doubtful(compiled: str, status: os.stat_result) -> None:
    """Remove a compiled file, unless it was compiled well after the source's last change.

    Args:
        compiled: its path.
        status: of the source.
    """
    try:
        changed = max(status.st_mtime, status.st_ctime if os.name != "nt" else 0.0)
        if os.stat(compiled).st_mtime < changed + _SETTLED:
            os.remove(compiled)
    except OSError:  # there is none, or it is not ours to remove: a later process reads what it would have read
        return


def drop_doubtful_of(sources: Iterable[str]) -> None:
    """The same for the compiled files of some sources, where this Python, started as it was, would look for them."""
    for source in sources:
        try:
            drop_doubtful(cache_from_source(source), os.stat(source))
        except (
            OSError,
            ValueError,
            NotImplementedError,
        ):  # it is gone, or never has one
            continue

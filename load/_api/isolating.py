"""Modules in a process of their own."""

from __future__ import annotations

import sys

from load._caller import find_caller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from load._unload.isolated import Isolated

__all__ = ["isolated"]


def isolated(*specs: str, start: Literal["forkserver", "spawn"] | None = None) -> Isolated:
    """Start a worker process with modules of its own: `with load.isolated("numpy") as worker: worker.call(f, 1)`.

    Its memory is back when it ends, and versions may differ from those here: what is lacking, or asked for in another
    version, goes into an overlay of the worker's own, under the usual policy; nothing changes for this process.

    Args:
        specs: what to import there, as for `load(...)`; what is used together is named together.
        start: "forkserver" forks workers from a process that has the modules already, "spawn" starts each anew;
            by default the first on Linux, the second elsewhere.

    Returns:
        A worker with `.call`, `.submit`, `.pid`, `.memory` (bytes), `.versions`, `.close`; see there.

    Raises:
        SourceError: a spec cannot be read.
        InstallError: something is not there, and could not or may not be installed.
        WorkerError: the worker could not be started, or died at its start.
        Exception: what a module raised when it was imported there.
    """
    from load._unload.isolated import Isolated

    return Isolated(specs, find_caller(sys._getframe(1)), start)

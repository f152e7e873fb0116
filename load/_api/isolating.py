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

    Its memory is free again when it ends, and it may have other versions: what is missing, or asked for in another
    version, is installed into an overlay for the worker, under the usual policy. Nothing changes for this process.

    Args:
        specs: what to import there, as for `load(...)`; name together what is used together.
        start: "forkserver" forks workers from a process that has imported the modules already, "spawn" starts a new
            Python for each; the default is the first on Linux, the second elsewhere.

    Returns:
        A worker with `.call`, `.submit`, `.pid`, `.memory` (bytes), `.versions` and `.close`.

    Raises:
        SourceError: a spec cannot be read.
        InstallError: something is missing, and could not or may not be installed.
        WorkerError: the worker could not be started, or died while it started.
        Exception: what a module raised when it was imported there.
    """
    from load._unload.isolated import Isolated

    return Isolated(specs, find_caller(sys._getframe(1)), start)

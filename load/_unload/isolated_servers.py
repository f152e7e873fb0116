"""How workers come to be: forked from a server that has imported their modules, or started each by itself.

A server is shared by all that ask for the same modules on the same path in the same environment, and ends with the last
of them. Where forks are not to be had (Windows) or not to be trusted (macOS, whose own libraries do not bear them; a
package that starts threads when it is imported), each worker is a Python of its own.
"""

from __future__ import annotations

import os
import socket
import sys
from threading import Lock

from load import _process
from load._find import find
from load._unload.isolated_processes import PATIENCE, Forked, ServerGone, Spawned, begin, exchange, socketpair
from load._unload.worker_channel import Channel
from load.errors import WorkerError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from load._process import Running
    from load._unload.isolated_processes import Setup

FORKSERVER, SPAWN = "forkserver", "spawn"
_ATTEMPTS = 3  # at a worker, where servers are killed
_FORKS = hasattr(os, "fork") and hasattr(socket, "send_fds")

_servers: dict[Hashable, Server] = {}
_sharing = Lock()
_threaded: set[Hashable] = set()  # whose modules start threads when they are imported


class Launcher:
    """Starts workers with the same modules, one after the other.

    Args:
        setup: see `worker.prepare`.
        method: "forkserver" or "spawn"; None for what suits the system.

    Raises:
        WorkerError: there is no such method here.
    """

    def __init__(self, setup: Setup, method: str | None) -> None:
        if method not in (None, FORKSERVER, SPAWN) or (method == FORKSERVER and not _FORKS):
            raise WorkerError(
                f"Workers cannot be started by {method!r} here.", hint='start="spawn" works on every system'
            )
        self._setup = setup
        self._forks = method == FORKSERVER or (method is None and _FORKS and sys.platform != "darwin")
        self._server: Server | None = None

    def start(self) -> Forked | Spawned:
        """Start a worker.

        Raises:
            WorkerError: it could not be started, or died at its start.
            Exception: what a module raised when it was imported there.
        """
        for _ in range(_ATTEMPTS):
            if not self._forks or _content(self._setup) in _threaded:
                return Spawned(self._setup)
            if self._server is None:
                self._server = _shared(self._setup)
            if self._server.is_threaded:
                _threaded.add(_content(self._setup))
                self._leave_server()
                continue
            try:
                return Forked(self._server.request, self._setup)
            except ServerGone:
                _retire(self._server)
                self._leave_server()
        raise WorkerError(
            f"No worker could be started: its server ended {_ATTEMPTS} times.", hint='load.isolated(..., start="spawn")'
        )

    def _leave_server(self) -> None:
        if self._server is not None:
            server, self._server = self._server, None
            _leave(server)

    def close(self) -> None:
        """Start no more."""
        self._leave_server()

    def forget(self) -> None:
        """In a fork of this program: the server is none of ours."""
        if self._server is not None:
            self._server.forget()
            self._server = None


class Server:
    """A process that forks workers.

    Attributes:
        key: what it is shared by.
        users: how many launchers use it.
        is_threaded: whether its modules have started threads, so that it must not fork.
    """

    def __init__(self, key: Hashable) -> None:
        self.key = key
        self.users = 0
        self.is_threaded = False
        self._lock = Lock()
        self._process: Running | None = None
        self._control: socket.socket | None = None

    def start_once(self, setup: Setup) -> None:
        """Start it, unless it runs."""
        with self._lock:
            if self._process is None:
                self._start(setup)

    def _start(self, setup: Setup) -> None:
        control, theirs = socketpair()
        with theirs:
            try:
                process = begin("worker_server", [theirs.fileno()])
            except BaseException:
                control.close()
                raise
        try:
            channel = Channel(control.fileno(), control.fileno())
            (said,) = exchange(channel, setup, lambda: _process.end(process, PATIENCE))
        except BaseException:
            control.close()
            process.kill()
            process.wait()
            raise
        self.is_threaded = said == b"threaded"
        self._process, self._control = process, control

    def request(self, descriptors: Sequence[int]) -> None:
        """Ask for a worker.

        Raises:
            OSError: it is not there any more.
        """
        from load._unload.worker_server import FORK

        with self._lock:
            if self._control is None:
                raise ServerGone
            socket.send_fds(self._control, [FORK], descriptors)

    def end(self) -> None:
        """Have it end; its workers end with it."""
        with self._lock:
            if self._control is not None and self._process is not None:
                self._control.close()
                _process.end(self._process, PATIENCE)

    def forget(self) -> None:
        """In a fork of this program: it is another's child."""
        if self._control is not None and self._process is not None:
            self._control.close()
            self._process.returncode = 0


def _content(setup: Setup) -> tuple[Hashable, ...]:
    """What a server has imported, and from where."""
    return tuple(tuple(setup[name]) for name in ("path", "modules", "overlays"))


def _state(module: tuple[str, str]) -> Hashable:
    """What tells that a module was edited since another worker asked for it."""
    name, path = module
    spec = find(name) if not path else None
    file = path or (spec.origin if spec is not None and spec.has_location else None)
    try:
        status = os.stat(file or "")
    except OSError:  # it has no file, or an overlay will have it
        return None
    return status.st_mtime_ns, status.st_size


def _shared(setup: Setup) -> Server:
    """The server for a setup, which `_leave` has to be called for."""
    key = (*_content(setup), *map(_state, setup["modules"]), *sorted(os.environ.items()))
    with _sharing:
        server = _servers.setdefault(key, Server(key))
        server.users += 1
    try:
        server.start_once(setup)
    except BaseException:
        _leave(server)
        raise
    return server


def _leave(server: Server) -> None:
    with _sharing:
        server.users -= 1
        is_last = not server.users
        if is_last and _servers.get(server.key) is server:
            del _servers[server.key]
    if is_last:
        server.end()


def _retire(server: Server) -> None:
    """It was killed: who asks next gets another."""
    with _sharing:
        if _servers.get(server.key) is server:
            del _servers[server.key]


def forget_all() -> None:
    """In a fork of this program: nothing of this is its own."""
    global _sharing
    _sharing = Lock()
    _servers.clear()

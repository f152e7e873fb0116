"""A worker as the program sees it: a connection, a process id, a way to end it."""

from __future__ import annotations

import os
import pickle
import socket
import sys

from load import _process
from load._unload.worker_answers import unpacked_error
from load._unload.worker_channel import FAILURE, SETUP, Channel, above_streams
from load.errors import WorkerDied, WorkerError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from load._process import Running

PATIENCE = 2.0  # seconds that a process has for its own end
_LOOK = "see what it wrote to standard error"
_FORK = 30.0  # seconds in which a server has forked
_FOLDER = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_START = (
    "import sys; folder, *numbers = sys.argv[1:]; sys.path.insert(0, folder); "
    "from load._unload.worker_channel import inherited; from load._unload.{} import start; "
    "start(*inherited(numbers))"
)

Setup = dict[str, "Any"]


def socketpair() -> tuple[socket.socket, socket.socket]:
    """Two sockets that are connected, above the standard streams."""
    one, other = (socket.socket(fileno=above_streams(each.detach())) for each in socket.socketpair())
    return one, other


def begin(module: str, descriptors: Sequence[int]) -> Running:
    """Start this Python once more, for `load._unload.<module>.start` with descriptors of this process.

    Raises:
        WorkerError: it could not be started.
    """
    # -P: nothing that lies in the working directory comes before the standard library at the start.
    options = [*_process.interpreter_options(silent=True), "-P"]
    command = [sys.executable, *options, "-c", _START.format(module), _FOLDER]
    try:
        return _process.begin(command, descriptors)
    except OSError as error:
        raise WorkerError(f"No worker could be started: {error}.", context=[sys.executable]) from error


def exchange(channel: Channel, setup: Setup, ended: Callable[[], int | None]) -> list[bytearray]:
    """Have the other end set itself up, and give what it says.

    Args:
        channel: the connection to it.
        setup: see `worker.prepare`.
        ended: waits for its end, and gives its exit code.

    Raises:
        WorkerDied: it ended before it was ready.
        Exception: what a module raised when it was imported there.
    """
    try:
        channel.send(SETUP, [pickle.dumps(setup)])
        message = channel.receive()
    except (OSError, EOFError):
        message = None
    if message is None:
        names = ", ".join(name or path for name, path in setup["modules"])
        raise died(None, ended(), f"while it imported {names}" if names else "at its start", _LOOK)
    kind, parts = message
    if kind == FAILURE:
        raise unpacked_error(parts)
    return parts


def died(pid: int | None, code: int | None, when: str, hint: str) -> WorkerDied:
    """The error about a worker that ended by itself."""
    name = _signal_of(code)
    how = f"was killed by {name}" if name else "died" if code is None else f"ended with the exit code {code}"
    return WorkerDied(
        f"The worker {how} {when}.",
        context=[f"process {pid}"] if pid else [],
        hint=hint,
        pid=pid,
        exit_code=code,
        signal=name or None,
    )


def _signal_of(code: int | None) -> str:
    if code is None or code >= 0:
        return ""
    import signal

    try:
        return signal.Signals(-code).name
    except ValueError:  # a real-time signal has no name
        return f"signal {-code}"


class Spawned:
    """A worker that is a Python of its own; the way that every system has.

    Attributes:
        pid: its process id.
        channel: the connection to it.

    Raises:
        WorkerError: it could not be started.
        Exception: what a module raised when it was imported there.
    """

    def __init__(self, setup: Setup) -> None:
        requests, to_worker = map(above_streams, os.pipe())
        from_worker, answers = map(above_streams, os.pipe())
        lifeline, self._lifeline = map(above_streams, os.pipe())
        self.channel = Channel(from_worker, to_worker)
        try:
            self._process = begin("worker", [requests, answers, lifeline])
        except BaseException:
            self._close()
            raise
        finally:
            for each in (requests, answers, lifeline):
                os.close(each)
        self.pid = self._process.pid
        try:
            exchange(self.channel, setup, lambda: _process.end(self._process, PATIENCE))
        except BaseException:
            self.kill()
            self.end()
            raise

    def is_alive(self) -> bool:
        """Whether it could answer."""
        return self._process.poll() is None

    def kill(self) -> None:
        """Kill it; `end` has to follow."""
        _process.kill(self._process)

    def end(self) -> int | None:
        """Have it end, and give its exit code."""
        self.channel.close()
        code = _process.end(self._process, PATIENCE)
        self._close()
        return code

    def _close(self) -> None:
        self.channel.close()
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1

    def forget(self) -> None:
        """In a fork of this program: it is none of ours."""
        self._close()
        self._process.returncode = 0


class ServerGone(Exception):
    """The server ended before it could fork a worker."""


class Forked:
    """A worker that a server has forked.

    Attributes:
        pid: its process id.
        channel: the connection to it.

    Args:
        request: asks the server for a worker with these descriptors.
        setup: see `worker.settle`.

    Raises:
        ServerGone: the server is not there any more.
        WorkerError: the system forks no more processes.
    """

    def __init__(self, request: Callable[[Sequence[int]], None], setup: Setup) -> None:
        ours, theirs = socketpair()
        self._leash, their_leash = socketpair()
        descriptor = ours.detach()
        self.channel = Channel(descriptor, descriptor)
        try:
            with theirs, their_leash, _Streams() as streams:
                request([theirs.fileno(), their_leash.fileno(), *streams])
            self.pid = self._told()
            self.channel.send(SETUP, [pickle.dumps(setup)])
        except OSError:
            self._close()
            raise ServerGone from None
        except BaseException:
            self._close()
            raise

    def _told(self) -> int:
        from load._unload.worker_server import NUMBER

        self._leash.settimeout(_FORK)
        data = self._leash.recv(NUMBER.size)
        if len(data) < NUMBER.size:
            raise ServerGone
        (pid,) = NUMBER.unpack(data)
        if pid < 0:
            raise WorkerError(f"No worker could be started: {os.strerror(-pid)}.", hint="close others first")
        return int(pid)

    def is_alive(self) -> bool:
        """Whether it could answer."""
        import select

        leash = self._leash.fileno()
        if leash < 0:  # it is being ended in another thread
            return False
        poll = select.poll()
        poll.register(leash, select.POLLIN)
        return not poll.poll(0)

    def kill(self) -> None:
        """Kill it; `end` has to follow."""
        try:
            self._leash.shutdown(socket.SHUT_WR)
        except OSError:  # the server has ended, and with it the worker
            return

    def end(self) -> int | None:
        """Have it end, and give its exit code; None where nobody can tell."""
        self.channel.close()
        try:
            return self._exit_code(PATIENCE)
        except TimeoutError:
            self.kill()
            return self._exit_code_of_killed()
        finally:
            self._close()

    def _exit_code_of_killed(self) -> int | None:
        try:
            return self._exit_code(PATIENCE)
        except TimeoutError:  # the server was stopped, and does not run on
            return None

    def _exit_code(self, patience: float) -> int | None:
        from load._unload.worker_server import NUMBER

        self._leash.settimeout(patience)
        try:
            data = self._leash.recv(NUMBER.size)
        except ConnectionError:  # the server was killed
            return None
        return int(NUMBER.unpack(data)[0]) if len(data) == NUMBER.size else None

    def _close(self) -> None:
        self.channel.close()
        self._leash.close()

    def forget(self) -> None:
        """In a fork of this program: it is none of ours."""
        self._close()


class _Streams:
    """A block with the descriptors of standard output and error, or of nothing where they are closed."""

    def __init__(self) -> None:
        self._nothing = -1

    def __enter__(self) -> list[int]:
        return [self._open(1), self._open(2)]

    def _open(self, descriptor: int) -> int:
        try:
            os.fstat(descriptor)
        except OSError:
            if self._nothing < 0:
                self._nothing = os.open(os.devnull, os.O_WRONLY)
            return self._nothing
        return descriptor

    def __exit__(self, *_: object) -> None:
        if self._nothing >= 0:
            os.close(self._nothing)

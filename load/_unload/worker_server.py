"""A process that has imported modules once, and forks workers from them.

It runs nothing but imports, in one thread. Each worker has a leash, a connection to the program: on it the server tells
the worker's process id and, at its end, its exit code; where the program lets go of it, by will or because it died, the
server kills the worker with all that it has started.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import socket
import struct
import sys

from load._unload.worker import flush, prepare, work
from load._unload.worker_channel import FAILURE, RESULT, Channel, occupy_streams

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

NUMBER = struct.Struct("<q")  # what goes over a leash: a process id (or a negative errno), an exit code
FORK = b"F"
FILES = 4  # descriptors that come with it: the worker's connection, its leash, its standard output and error


def start(descriptor: int) -> None:
    """Be the server at the other end of a socket, until that is closed."""
    occupy_streams()
    channel = Channel(descriptor, descriptor)
    message = channel.receive()
    if message is None:
        return
    with _Tied(descriptor):
        failure = prepare(message[1])
    if failure is not None:
        channel.send(FAILURE, failure)
        return
    flush()  # else each worker would print again what its modules have printed
    import gc

    gc.collect()
    gc.freeze()  # what is shared with the workers is not written to for nothing
    is_threaded = len(sys._current_frames()) > 1  # a fork would lose the others, with the locks that they hold
    channel.send(RESULT, [b"threaded" if is_threaded else b""])
    own = _Server(socket.socket(fileno=descriptor)).serve()
    if own is not None:
        _be_worker(own)


class _Tied:
    """A block in which the end of a connection ends this process, even one that never comes back from an import.

    The other end sends nothing meanwhile: whatever happens to a socket is a SIGIO then (fcntl(2)), which ends a process
    on Linux; elsewhere it is ignored.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)

    def __enter__(self) -> None:
        fcntl.fcntl(self._descriptor, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(self._descriptor, fcntl.F_SETFL, self._flags | os.O_ASYNC)

    def __exit__(self, *_: object) -> None:
        fcntl.fcntl(self._descriptor, fcntl.F_SETFL, self._flags)


class _Server:
    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._wake, self._woken = socket.socketpair()  # a child's end wakes the wait for requests
        os.set_blocking(self._wake.fileno(), False)
        os.set_blocking(self._woken.fileno(), False)
        self._leashes: dict[int, tuple[int, socket.socket]] = {}  # descriptor → process id, leash
        self._die_with_parent = _death_signal()

    def serve(self) -> int | None:
        """Fork workers on request.

        Returns:
            In a worker, the descriptor of its connection; in the server None, when its time has come.
        """
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        before = signal.signal(signal.SIGCHLD, lambda *_: None), signal.signal(signal.SIGINT, signal.SIG_IGN)
        woken_before = signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        self._poll = select.poll()
        for each in (self._control, self._woken):
            self._poll.register(each, select.POLLIN)
        while True:
            for descriptor, _ in self._poll.poll():
                if descriptor == self._control.fileno():
                    files = self._request()
                    if files is None:
                        self._end_all()
                        return None
                    if self._fork(files):
                        signal.set_wakeup_fd(woken_before)
                        signal.signal(signal.SIGCHLD, before[0])
                        signal.signal(signal.SIGINT, before[1])
                        return files[0]
                elif descriptor == self._woken.fileno():
                    self._drain()
                elif descriptor in self._leashes:
                    self._poll.unregister(descriptor)
                    _kill(self._leashes[descriptor][0])
            self._reap()

    def _request(self) -> list[int] | None:
        try:
            request, files, _, _ = socket.recv_fds(self._control, 1, FILES)
        except OSError:  # the program was killed
            return None
        for each in files:
            os.set_inheritable(each, False)  # noqa: FBT003 - it takes no keyword
        return files if request else None

    def _drain(self) -> None:
        try:
            while self._woken.recv(4096):
                continue
        except BlockingIOError:
            return

    def _fork(self, files: list[int]) -> bool:
        """Whether this is the worker."""
        channel, leash, *streams = files
        server = os.getpid()
        try:
            pid = _quiet_fork()
        except OSError as error:
            pid = -(error.errno or 1)
        if pid == 0:
            self._leave_server(leash, streams, server)
            return True
        for each in (channel, *streams):
            os.close(each)
        line = socket.socket(fileno=leash)
        if pid > 0:
            _set_group(pid)
            self._leashes[leash] = pid, line
            self._poll.register(leash, select.POLLIN)
        _tell(line, pid)
        if pid < 0:
            line.close()
        return False

    def _leave_server(self, leash: int, streams: list[int], server: int) -> None:
        """In the worker: let go of what is the server's."""
        _set_group(0)
        self._die_with_parent()
        if os.getppid() != server:
            os._exit(1)
        os.close(leash)
        for each in (self._control, self._wake, self._woken, *(line for _, line in self._leashes.values())):
            each.close()
        for number, stream in enumerate(streams, 1):
            os.dup2(stream, number)
            os.close(stream)

    def _reap(self) -> None:
        for descriptor, (pid, line) in list(self._leashes.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                del self._leashes[descriptor]
                self._forget(descriptor)
                _tell(line, os.waitstatus_to_exitcode(status))
                line.close()

    def _forget(self, descriptor: int) -> None:
        try:
            self._poll.unregister(descriptor)
        except KeyError:  # it was killed
            return

    def _end_all(self) -> None:
        for pid, line in self._leashes.values():
            _kill(pid)
            os.waitpid(pid, 0)
            line.close()
        signal.set_wakeup_fd(-1)
        for each in (self._control, self._wake, self._woken):
            each.close()


def _tell(line: socket.socket, number: int) -> None:
    try:
        line.sendall(NUMBER.pack(number))
    except OSError:  # the program does not wait for it any more
        return


def _quiet_fork() -> int:
    """Fork; that there are threads of a numerical library, which knows how to be forked, is not news."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _set_group(pid: int) -> None:
    """A group of its own, so that it can be killed with what it started; the server and the worker both see to it."""
    try:
        os.setpgid(pid, pid)
    except (PermissionError, ProcessLookupError):  # the other was faster, or it has ended
        return


def _kill(pid: int) -> None:
    """Kill a worker that was not waited for yet, so that its number is still its own."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (PermissionError, ProcessLookupError):  # macOS says of an ended one that it is not permitted
        os.kill(pid, signal.SIGKILL)


def _death_signal() -> Callable[[], object]:
    """What makes a process be killed when its parent dies, where the system (prctl(2)) can; looked up before forks."""
    if sys.platform != "linux":
        return lambda: None
    try:
        import ctypes

        control: Any = ctypes.CDLL(None).prctl
    except (ImportError, OSError, AttributeError):  # a Python without it: a killed server's workers end with their call
        return lambda: None
    set_death_signal = 1  # PR_SET_PDEATHSIG
    return lambda: control(set_death_signal, int(signal.SIGKILL), 0, 0, 0)


def _be_worker(descriptor: int) -> None:
    code = 1

    def leave() -> None:
        """Go without what was registered to be done at the end of the server, as its folders are not the worker's."""
        flush()
        os._exit(code)

    import atexit

    atexit.register(leave)  # the last that was registered is the first that is done
    random = sys.modules.get("numpy.random")
    if random is not None:  # else all workers would draw the same numbers; that of Python sees to it itself
        random.seed()
    try:
        work(Channel(descriptor, descriptor))
        code = 0
    except KeyboardInterrupt:  # sent to it alone, and between two calls
        code = 130

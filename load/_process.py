"""The one place that starts processes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

from load import _interpreter
from load.errors import InstallError, LoadError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import IO, Any, Self

    Running = subprocess.Popen[bytes]  # a process that goes on beside this one

_CHUNK = 65_536  # characters read at once
_MOST = 64 * 1024 * 1024  # characters kept of each stream: the first of standard output, the last of standard error
_TALKATIVE = ("-v", "-Ximporttime", "-Xshowrefcount")  # options with which Python tells about itself
_AFTER_THE_END = 2.0  # seconds that are given to output which comes after the process itself has ended


class Finished:
    """A process that ended.

    Attributes:
        command: what was run.
        returncode: its exit code.
        stdout: what it wrote to standard output.
        stderr: what it wrote to standard error.
        seconds: how long it ran.
    """

    __slots__ = ("command", "returncode", "seconds", "stderr", "stdout")

    def __init__(self, command: Sequence[str], returncode: int, stdout: str, stderr: str, seconds: float) -> None:
        self.command = tuple(command)
        self.returncode = returncode
        self.stdout = stdout
        self.stderr = stderr
        self.seconds = seconds


def run(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: str | None = None,
    timeout: float | None = None,
    on_line: Callable[[str], object] | None = None,
    tells_output: bool = False,
    meanwhile: Callable[[], object] | None = None,
    inherit: Sequence[int] = (),
) -> Finished:
    """Run a command to its end, with nothing on standard input.

    Args:
        command: the program and its arguments, never a shell line.
        env: the whole environment of the process; None for this process's own.
        cwd: its working directory.
        timeout: seconds after which it is stopped with its children.
        on_line: called with each line of standard error as it comes.
        tells_output: it is called with those of standard output, too, from another thread.
        meanwhile: called once, while it runs.
        inherit: descriptors that stay open in the process; not on Windows.

    Raises:
        InstallError: it ran longer than `timeout`.
        OSError: it could not be started.
        LoadError: it would start this program once more, which is not Python.
    """
    _check_program(command)
    started = time.perf_counter()
    process: subprocess.Popen[str] = subprocess.Popen(  # type: ignore[call-overload]  # the group is said otherwise on Windows
        list(command),
        env=None if env is None else dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        **_own_group(),
        **({"pass_fds": tuple(inherit)} if inherit else {}),
    )
    output = _Output(process, on_line, tells_output=tells_output)
    watchdog = _Watchdog(process, timeout)
    try:
        with watchdog:
            output.collect(meanwhile)
    except BaseException:
        stop(process)
        raise
    if watchdog.expired:
        raise _too_slow(command, timeout, output)
    return Finished(command, process.returncode, output.stdout, output.stderr, time.perf_counter() - started)


def accompany(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    quiet: bool = False,
    on_signal: Callable[[int], object] | None = None,
) -> int:
    """Run a command on the streams of this process, to its end; Ctrl-C is the command's to answer.

    Args:
        command: the program and its arguments, never a shell line.
        env: the whole environment of the process; None for this process's own.
        quiet: what it writes to standard output goes to standard error, as standard output is for something else.
        on_signal: is called with the number of each signal that asks this process to end meanwhile; the command is
            asked, too.

    Returns:
        Its exit code; negative for the signal that ended it.

    Raises:
        OSError: it could not be started.
        LoadError: it would start this program once more, which is not Python.
    """
    _check_program(command)
    stdout = None
    if quiet:
        stdout = subprocess.DEVNULL if sys.stderr is None else sys.stderr.fileno()
    with _Forwarding(on_signal) as forwarding:
        process = subprocess.Popen(list(command), env=None if env is None else dict(env), stdout=stdout)
        forwarding.to(process)
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # the terminal has told both of them
                if on_signal is not None:
                    on_signal(2)  # SIGINT, everywhere


def begin(command: Sequence[str], descriptors: Sequence[int]) -> Running:
    """Start a process that goes on beside this one, on its standard output and error, with nothing on standard input.

    Args:
        command: the program and its arguments, never a shell line; what stands for the descriptors there comes last.
        descriptors: what it inherits; on Windows their handles.

    Returns:
        The process, in a group of its own; `end` ends it.

    Raises:
        OSError: it could not be started.
        LoadError: it would start this program once more, which is not Python.
    """
    _check_program(command)
    if sys.platform == "win32":
        import msvcrt

        handles = [msvcrt.get_osfhandle(each) for each in descriptors]
        for handle in handles:
            os.set_handle_inheritable(handle, True)  # noqa: FBT003 - it takes no keyword
        passed: dict[str, Any] = {"startupinfo": subprocess.STARTUPINFO(lpAttributeList={"handle_list": handles})}
    else:
        handles, passed = [*descriptors], {"pass_fds": tuple(descriptors)}
    options: dict[str, Any] = {**_own_group(), **passed}
    process: Running = subprocess.Popen([*command, *map(str, handles)], stdin=subprocess.DEVNULL, **options)
    return process


def end(process: Running, patience: float) -> int:
    """Wait for a process that was told to end, and kill it with its children where it does not.

    Args:
        process: as `begin` gave it.
        patience: seconds.

    Returns:
        Its exit code; negative for the signal that ended it.
    """
    try:
        return process.wait(patience)
    except subprocess.TimeoutExpired:
        kill(process)
        return process.wait()


def kill(process: Running) -> None:
    """Kill a process that `begin` gave, with its children; `end` has to follow."""
    if process.poll() is None:
        _signal_group(process, force=True)


class _Forwarding:
    """A block in which what asks this process to end asks the process that it waits for instead."""

    def __init__(self, on_signal: Callable[[int], object] | None) -> None:
        self._on_signal = on_signal
        self._process: subprocess.Popen[bytes] | None = None
        self._came: list[int] = []
        self._before: dict[int, Any] = {}

    def to(self, process: subprocess.Popen[bytes]) -> None:
        """Pass on what came and what comes."""
        self._process = process
        for number in self._came:
            process.send_signal(number)

    def __enter__(self) -> Self:
        if sys.platform != "win32" and threading.current_thread() is threading.main_thread():
            import signal

            for number in (signal.SIGTERM, signal.SIGHUP):
                if signal.getsignal(number) is signal.SIG_DFL:
                    self._before[number] = signal.signal(number, self._pass_on)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before:
            import signal

            for number, handler in self._before.items():
                signal.signal(number, handler)

    def _pass_on(self, number: int, frame: object) -> None:  # noqa: ARG002 - what Python passes
        if self._on_signal is not None:
            self._on_signal(number)
        if self._process is None:
            self._came.append(number)
        else:
            self._process.send_signal(number)


def interpreter_options(*, silent: bool = False) -> list[str]:
    """The options of this interpreter, for another one that shares its environment and is to run as it does.

    Args:
        silent: whether those are left out that only make Python tell about itself.
    """
    given: list[str] = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
    named = {option.partition("=")[0] for option in given}
    given += [
        f"-X{key}" if value is True else f"-X{key}={value}" for key, value in sys._xoptions.items() if key not in named
    ]
    return [each for each in given if not (silent and each.startswith(_TALKATIVE))]


def _check_program(command: Sequence[str]) -> None:
    """Nothing here is meant for the program that this process is: it would not end, or start itself anew and anew."""
    why = _interpreter.why_not_python()
    if why is not None and command[0] in ("", sys.executable):
        raise LoadError(f"No Python can be started here: {why}.", hint="do it in the Python that it is developed with")


def _own_group() -> dict[str, int]:
    """A group of its own, so that it can be stopped with all that it started.

    On POSIX a session of its own: without a terminal, ssh fails where it would wait for a passphrase that nobody sees.
    """
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


class _Output:
    """Reads both streams of a process while it runs; neither may fill its pipe while the other is read.

    A process that it left behind (a credential cache, whatever has made itself a session of its own) may hold the pipes
    open for ever: what comes after the end of the process itself is waited for only a moment.
    """

    def __init__(
        self, process: subprocess.Popen[str], on_line: Callable[[str], object] | None, *, tells_output: bool
    ) -> None:
        self.lines: list[str] = []
        self._stdout: list[str] = []
        self._process = process
        self._on_line = on_line
        self._tells_output = tells_output
        self._error: BaseException | None = None

    @property
    def stdout(self) -> str:
        return "".join(self._stdout)

    @property
    def stderr(self) -> str:
        return "".join(self.lines)

    def collect(self, meanwhile: Callable[[], object] | None) -> None:
        """Read until the process has ended; raises what `on_line` raised."""
        readers = [
            threading.Thread(target=self._read, args=(self._process.stdout, self._stdout), daemon=True),
            threading.Thread(target=self._read_lines, args=(self._process.stderr,), daemon=True),
        ]
        for reader in readers:
            reader.start()
        if meanwhile is not None:
            meanwhile()
        self._process.wait()
        last = time.monotonic() + _AFTER_THE_END
        for reader in readers:
            reader.join(max(0.0, last - time.monotonic()))
        if self._error is not None:
            raise self._error

    # Each reader closes its own stream: closing one that another thread reads from would wait for that thread.

    def _read(self, stream: IO[str], kept: list[str]) -> None:
        size = 0
        with stream:
            while chunk := stream.readline(_CHUNK):  # `read` would wait for as much, or for the end
                size += len(chunk)
                if size <= _MOST:  # the pipe is read on, so that the process can end
                    kept.append(chunk)
                if self._tells_output:
                    self._tell(chunk.rstrip("\n"))

    def _read_lines(self, stream: IO[str]) -> None:
        size = 0
        with stream:
            while line := stream.readline(_CHUNK):
                size += len(line)
                self.lines.append(line)
                while size > _MOST:  # the last lines tell what went wrong
                    size -= len(self.lines.pop(0))
                self._tell(line.rstrip("\n"))

    def _tell(self, line: str) -> None:
        if self._on_line is None or self._error is not None:
            return
        try:
            self._on_line(line)
        except BaseException as error:  # noqa: BLE001 - raised where it is awaited; the pipe must be read on
            self._error = error


class _Watchdog:
    """Stops a process that runs longer than it may."""

    def __init__(self, process: subprocess.Popen[str], timeout: float | None) -> None:
        self.expired = False
        self._process = process
        self._timer = None
        if timeout is not None:
            self._timer = threading.Timer(min(timeout, threading.TIMEOUT_MAX), self._expire)
            self._timer.daemon = True

    def _expire(self) -> None:
        self.expired = True
        stop(self._process)

    def __enter__(self) -> None:
        if self._timer is not None:
            self._timer.start()

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()


def _too_slow(command: Sequence[str], timeout: float | None, output: _Output) -> InstallError:
    return InstallError(
        f"{os.path.basename(command[0])} did not finish within {timeout:g} s and was stopped.",
        last_lines=tuple(line.rstrip("\n") for line in output.lines[-10:]),
        hint="try again, or give it longer: load.configure(timeout=…) in seconds",
    )


def stop(process: subprocess.Popen[str]) -> None:
    """Stop a process and its children: asked first, killed after two seconds, or when the process itself has ended."""
    _signal_group(process, force=False)
    try:
        process.wait(2)
    except subprocess.TimeoutExpired:
        pass
    finally:
        _signal_group(process, force=True)  # a child that stays would hold the pipes open
    process.wait()


def _signal_group(process: subprocess.Popen[Any], *, force: bool) -> None:
    if sys.platform == "win32":
        process.kill() if force else process.terminate()
        return
    import signal

    try:
        os.killpg(process.pid, signal.SIGKILL if force else signal.SIGTERM)
    except (ProcessLookupError, PermissionError):
        return  # it ended by itself in between; macOS says of an ended one that it is not permitted

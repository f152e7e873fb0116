"""The one place that starts processes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

from load.errors import InstallError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import IO


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
) -> Finished:
    """Run a command to its end, with nothing on standard input.

    Args:
        command: the program and its arguments, never a shell line.
        env: the whole environment of the process; None for this process's own.
        cwd: its working directory.
        timeout: seconds after which it is stopped with its children.
        on_line: called with each line of standard error as it comes.

    Raises:
        InstallError: it ran longer than `timeout`.
        OSError: it could not be started.
    """
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
    )
    output = _Output(process, on_line)
    watchdog = _Watchdog(process, timeout)
    with process:
        try:
            with watchdog:
                output.collect()
        except BaseException:
            stop(process)
            raise
    if watchdog.expired:
        raise _too_slow(command, timeout, output)
    return Finished(command, process.returncode, output.stdout, output.stderr, time.perf_counter() - started)


def _own_group() -> dict[str, int]:
    """A group of its own, so that it can be stopped with all that it started.

    On POSIX a session of its own: without a terminal, ssh fails where it would wait for a passphrase that nobody sees.
    """
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


class _Output:
    """Reads both streams of a process to their ends; neither may fill its pipe while the other is read."""

    def __init__(self, process: subprocess.Popen[str], on_line: Callable[[str], object] | None) -> None:
        self.stdout = ""
        self.lines: list[str] = []
        self._process = process
        self._on_line = on_line
        self._error: BaseException | None = None

    @property
    def stderr(self) -> str:
        return "".join(self.lines)

    def collect(self) -> None:
        """Read until both are closed and the process has ended; raises what `on_line` raised."""
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        reader = threading.Thread(target=self._read_lines, args=(self._process.stderr,), daemon=True)
        reader.start()
        self.stdout = self._process.stdout.read()
        reader.join()
        self._process.wait()
        if self._error is not None:
            raise self._error

    def _read_lines(self, stream: IO[str]) -> None:
        for line in stream:
            self.lines.append(line)
            if self._on_line is not None and self._error is None:
                try:
                    self._on_line(line.rstrip("\n"))
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


def _signal_group(process: subprocess.Popen[str], *, force: bool) -> None:
    if sys.platform == "win32":
        process.kill() if force else process.terminate()
        return
    import signal

    try:
        os.killpg(process.pid, signal.SIGKILL if force else signal.SIGTERM)
    except (ProcessLookupError, PermissionError):
        return  # it ended by itself in between; macOS says of an ended one that it is not permitted

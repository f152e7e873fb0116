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
    with process:
        try:
            stdout, stderr = _collect(process, timeout, on_line)
        except BaseException:
            stop(process)
            raise
    return Finished(command, process.returncode, stdout, stderr, time.perf_counter() - started)


def _own_group() -> dict[str, int]:
    """A group of its own, so that it can be stopped with all that it started."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"process_group": 0}


def _collect(
    process: subprocess.Popen[str], timeout: float | None, on_line: Callable[[str], object] | None
) -> tuple[str, str]:
    lines: list[str] = []
    assert process.stderr is not None
    assert process.stdout is not None
    reader = threading.Thread(target=_read_lines, args=(process.stderr, lines, on_line), daemon=True)
    watchdog = None if timeout is None else threading.Timer(timeout, stop, args=(process,))
    expired = time.monotonic() + timeout if timeout is not None else None
    reader.start()
    if watchdog is not None:
        watchdog.daemon = True
        watchdog.start()
    try:
        stdout = process.stdout.read()
        reader.join()
        process.wait()
    finally:
        if watchdog is not None:
            watchdog.cancel()
    if expired is not None and time.monotonic() >= expired:
        program = os.path.basename(process.args[0])  # type: ignore[index, arg-type]  # a list, as `run` makes it
        raise InstallError(
            f"{program} did not finish within {timeout:g} s and was stopped.",
            last_lines=tuple(lines[-10:]),
            hint="try again, or give it longer: load.configure(timeout=…) in seconds",
        )
    return stdout, "".join(lines)


def _read_lines(stream: IO[str], lines: list[str], on_line: Callable[[str], object] | None) -> None:
    for line in stream:
        lines.append(line)
        if on_line is not None:
            on_line(line.rstrip("\n"))


def stop(process: subprocess.Popen[str]) -> None:
    """Stop a process and its children: asked first, killed after two seconds."""
    if process.poll() is not None:
        return
    _signal_group(process, force=False)
    try:
        process.wait(2)
    except subprocess.TimeoutExpired:
        _signal_group(process, force=True)
        process.wait()


def _signal_group(process: subprocess.Popen[str], *, force: bool) -> None:
    if sys.platform == "win32":
        process.kill() if force else process.terminate()
        return
    import signal

    try:
        os.killpg(process.pid, signal.SIGKILL if force else signal.SIGTERM)
    except ProcessLookupError:
        return  # it ended by itself in between

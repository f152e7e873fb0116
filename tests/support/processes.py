"""Child processes of tests: no terminal, nothing on standard input, killed whole when too slow."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped, unused-ignore]

LAUNCHER = Path(__file__).with_name("launcher.py")


@dataclass(frozen=True)
class Result:
    """What a child process left.

    Attributes:
        command: what was run.
        returncode: its exit code; negative for a signal.
        stdout: its standard output.
        stderr: its standard error; at a pseudo-terminal, all that the terminal showed.
        unanswered: the prompts that were expected and never came.
    """

    command: tuple[str, ...]
    returncode: int
    stdout: str
    stderr: str
    unanswered: tuple[str, ...] = ()

    def check(self, returncode: int = 0) -> Result:
        """Return itself; an AssertionError with the whole output where the exit code is another."""
        assert self.returncode == returncode, f"exit code {self.returncode}, not {returncode}\n{self}"
        return self

    def __str__(self) -> str:
        return f"$ {' '.join(self.command)}\n--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}"


class ChildTimeoutError(AssertionError):
    """A child process ran longer than it may; it was killed with its children. Shows what it had written."""


def changed(environ: Mapping[str, str], changes: Mapping[str, str | None] | None) -> dict[str, str]:
    """A copy of an environment with variables set, or removed where the value is None."""
    result = {**environ, **(changes or {})}
    return {name: value for name, value in result.items() if value is not None}


def run(
    command: Sequence[str | os.PathLike[str]],
    *,
    env: Mapping[str, str | None] | None = None,
    cwd: str | os.PathLike[str] | None = None,
    input: str | None = None,  # noqa: A002 - the name that `subprocess.run` gives it
    timeout: float = 150,
) -> Result:
    """Run a command to its end.

    Args:
        command: the program and its arguments.
        env: changes to this process's environment; None as a value removes a variable.
        cwd: the working directory; None for this process's.
        input: the text on its standard input; None for an empty one.
        timeout: seconds until it is killed with its children.

    Raises:
        ChildTimeoutError: it took longer.
    """
    argv = tuple(os.fspath(part) for part in command)
    process = subprocess.Popen(
        argv,
        env=changed(os.environ, env),
        cwd=cwd,
        stdin=subprocess.DEVNULL if input is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,  # no controlling terminal, even where pytest has one
    )
    with process:
        try:
            stdout, stderr = process.communicate(input, timeout)
        except subprocess.TimeoutExpired:
            kill_tree(process.pid)
            stdout, stderr = process.communicate()
            result = Result(argv, process.returncode, stdout, stderr)
            raise ChildTimeoutError(f"still running after {timeout:g} s\n{result}") from None
        except BaseException:  # the test's own time limit, or Ctrl-C: it would be waited for for ever
            kill_tree(process.pid)
            raise
    return Result(argv, process.returncode, stdout, stderr)


def kill_tree(pid: int) -> None:
    """Kill a child process that leads a session of its own, and all that it started."""
    family = descendants(pid) or []
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess):  # it ended by itself in between
            member.kill()
    if sys.platform == "win32":
        psutil.Process(pid).kill()
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    psutil.wait_procs(family, timeout=2)


def descendants(pid: int) -> list[psutil.Process] | None:
    """The processes that a process started, and these in turn; None where the system does not show any."""
    try:
        return list(psutil.Process(pid).children(recursive=True))
    except (psutil.Error, OSError):  # a bare chroot has no /proc
        return None


def through_launcher(command: Sequence[str | os.PathLike[str]], *options: str) -> list[str]:
    """The command, started by the launcher with `options` (see `launcher.py`)."""
    return [sys.executable, "-I", "-S", str(LAUNCHER), *options, "--", *(os.fspath(part) for part in command)]

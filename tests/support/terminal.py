"""Child processes at a pseudo-terminal, with somebody there who answers."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import selectors
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from tests.support.processes import ChildTimeoutError, Result, changed, kill_tree, through_launcher

if TYPE_CHECKING:
    Command = Sequence[str | os.PathLike[str]]

END_OF_INPUT = "\x04"
INTERRUPT = "\x03"

_ROWS, _COLUMNS = 40, 120
_GLANCE = 0.05  # seconds between two looks at whether the process has ended


@dataclass
class _Dialogue:
    """What the terminal shows, and the answers that wait for their prompts."""

    terminal: int
    answers: list[tuple[str, str]]
    shown: bytearray = field(default_factory=bytearray)
    position: int = 0

    def text(self) -> str:
        return self.shown.decode("utf-8", "replace").replace("\r\n", "\n")

    def take(self, data: bytes) -> None:
        self.shown += data
        while self.answers:
            prompt, answer = self.answers[0]
            found = re.search(prompt, self.text()[self.position :])
            if found is None:
                return
            self.position += found.end()
            self.answers.pop(0)
            os.write(self.terminal, answer.encode())


def run_in_pty(
    command: Command,
    answers: Sequence[tuple[str, str]] = (),
    *,
    env: Mapping[str, str | None] | None = None,
    cwd: str | os.PathLike[str] | None = None,
    timeout: float = 150,
    stdout_at_terminal: bool = False,
    background: bool = False,
    typed: str = "",
) -> Result:
    r"""Run a command with its standard input and error at a terminal of its own, and answer its prompts.

    Args:
        command: the program and its arguments.
        answers: pairs of a regular expression, looked for in what the terminal showed since the last match,
            and the text that is then typed: `("Install\?", "y\n")`, or END_OF_INPUT, or INTERRUPT (Ctrl-C).
        env: changes to this process's environment; None as a value removes a variable.
        cwd: the working directory.
        timeout: seconds until it is killed with its children.
        stdout_at_terminal: standard output is the terminal as well; else it is a pipe.
        background: the command is a background job of the terminal; reading from it gives exit code
            `launcher.STOPPED`.
        typed: what was typed before the command was started.

    Returns:
        The result, where `stderr` is all that the terminal showed, echoes included, and `unanswered` the
        prompts that did not come.

    Raises:
        ChildTimeoutError: it took longer.
    """
    ours, theirs = _open()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
    os.write(ours, typed.encode())
    options = ["--terminal", *(["--background"] if background else [])]
    process = subprocess.Popen(
        through_launcher(command, *options),
        env=changed(os.environ, {"TERM": "xterm-256color", **(env or {})}),
        cwd=cwd,
        stdin=theirs,
        stdout=theirs if stdout_at_terminal else subprocess.PIPE,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    dialogue = _Dialogue(ours, list(answers))
    argv = tuple(os.fspath(part) for part in command)
    with process:
        try:
            stdout = _converse(process, dialogue, time.monotonic() + timeout)
        except TimeoutError as error:
            raise ChildTimeoutError(f"{argv} at a terminal: {error}; it showed:\n{dialogue.text()}") from None
        finally:
            if process.poll() is None:
                kill_tree(process.pid)
            os.close(ours)
    unanswered = tuple(prompt for prompt, _ in dialogue.answers)
    return Result(argv, process.returncode, stdout.decode("utf-8", "replace"), dialogue.text(), unanswered)


def _open() -> tuple[int, int]:
    """Both ends of a new terminal; the test is skipped where there are none, as in a bare chroot."""
    try:
        return os.openpty()
    except OSError as error:
        pytest.skip(f"no pseudo-terminal can be opened here: {error}")


def _converse(process: subprocess.Popen[bytes], dialogue: _Dialogue, deadline: float) -> bytes:
    """Feed the dialogue until the process has ended and all of its output is read; return standard output."""
    stdout = bytearray()
    with selectors.DefaultSelector() as selector:
        for source in (dialogue.terminal, process.stdout):
            if source is not None:
                selector.register(source, selectors.EVENT_READ)
        while True:
            ended = process.poll() is not None
            ready = selector.select(0 if ended else _GLANCE) if selector.get_map() else []
            if ended and not ready:
                return bytes(stdout)
            if time.monotonic() > deadline:
                raise TimeoutError("still running at the end of its time")
            for key, _ in ready:
                data = _read(key.fd)
                if not data:
                    selector.unregister(key.fileobj)
                elif key.fd == dialogue.terminal:
                    dialogue.take(data)
                else:
                    stdout += data
            if not selector.get_map() and not ended:
                _wait(process, deadline)


def _wait(process: subprocess.Popen[bytes], deadline: float) -> None:
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise TimeoutError("it closed its output and went on") from None


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError as error:
        if error.errno == errno.EIO:  # how Linux says that nobody holds the other end any more
            return b""
        raise

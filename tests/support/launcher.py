"""Run as a script: changes what this process is, then becomes the command after `--`.

`--terminal`: standard error becomes the controlling terminal. `--background`: the command runs in a process
group that is not the terminal's foreground one; should it be stopped for reading from the terminal, it is
killed and the exit code is STOPPED. `--unprivileged`: root loses its capabilities, so that permission bits
hold for it too (Linux).

A program of its own, because code between fork and exec (`preexec_fn`) is unsafe where threads run, and
warns.
"""

from __future__ import annotations

import os
import signal
import sys

NOT_POSSIBLE = 125
STOPPED = 124

_PR_SET_SECUREBITS = 28
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4
_SECBIT_NOROOT_LOCKED = 0b11


def take_terminal() -> None:
    """Make standard error the controlling terminal of this session."""
    import fcntl
    import termios

    fcntl.ioctl(2, termios.TIOCSCTTY, 0)


def drop_capabilities() -> None:
    """Give up root's capabilities at the next exec (capabilities(7): SECBIT_NOROOT)."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    if libc.prctl(_PR_SET_SECUREBITS, _SECBIT_NOROOT_LOCKED, 0, 0, 0) != 0:
        print(f"capabilities cannot be dropped: {os.strerror(ctypes.get_errno())}", file=sys.stderr)
        sys.exit(NOT_POSSIBLE)


def run_in_background(command: list[str]) -> int:
    """Run the command in a background process group and return its exit code."""
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        os.execvp(command[0], command)
    _, status = os.waitpid(child, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return STOPPED
    return os.waitstatus_to_exitcode(status) % 256


def main(arguments: list[str]) -> int:
    """Apply the options, then become the command."""
    end = arguments.index("--")
    options, command = arguments[:end], arguments[end + 1 :]
    if "--terminal" in options:
        take_terminal()
    if "--unprivileged" in options and os.geteuid() == 0:
        drop_capabilities()
    if "--background" in options:
        return run_in_background(command)
    return os.execvp(command[0], command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What becomes of a command whose standard output takes nothing more: a closed pipe, a full disk.

`load run` does not come by here: how its program ends is that program's business.
"""

from __future__ import annotations

import errno
import os
import sys

from load import _cli

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_OF_WRITING = {
    getattr(errno, name, None) for name in ("EBADF", "EDQUOT", "EFBIG", "EINVAL", "EIO", "ENOSPC", "ENXIO", "EPIPE")
}


def print_version() -> int:
    """Print which `load` this is."""
    root = sys.modules[__name__.partition(".")[0]]
    sys.stdout.write(f"load {root.__version__}\n")
    return 0


def delivered(command: Callable[[], int]) -> int:
    """Run a command until all that it printed is out; the result is the exit code.

    Nobody who reads any more is a quiet end with `UNREAD`, as `load history | head -1` has it; a file that cannot be
    read or written is told in one line.

    Raises:
        OSError: one that is about neither a file nor standard output.
    """
    if sys.stdout is None:  # closed by the shell (`>&-`)
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - it is open until the process ends
    try:
        code = _exit_code(command)
        sys.stdout.flush()
    except OSError as error:
        return _after(error)
    return code


def _exit_code(command: Callable[[], int]) -> int:
    """The exit code, where argparse ends the process, too: what `--help` printed has to come out as well."""
    try:
        return command()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except OSError as error:
        if not error.filename:
            raise
        return _told(error, os.fspath(error.filename))


def _after(error: OSError) -> int:
    if _is_closed_pipe(error):
        _drop_output()
        return _cli.UNREAD
    if not _output_fails(error):
        raise error
    _drop_output()
    return _told(error, "standard output")


def _told(error: OSError, what: str) -> int:
    from load._cli.printing import tell_error
    from load.errors import LoadError

    tell_error(LoadError(f"{what}: {error.strerror or error}"), kind=type(error).__name__, code="os")
    return _cli.FAILED


def _is_closed_pipe(error: OSError) -> bool:
    # Windows says EINVAL of a pipe that nobody reads.
    return isinstance(error, BrokenPipeError) or (
        sys.platform == "win32" and error.errno == errno.EINVAL and _output_fails(error)
    )


def _output_fails(error: OSError) -> bool:
    """Whether it is standard output that fails: what could not be written is still waiting there.

    Without a buffer (`python -u`) nothing waits; then an error that names no file, and that writing can have, is taken
    for one of its.
    """
    if getattr(sys.stdout, "write_through", False):
        return error.errno in _OF_WRITING
    try:
        sys.stdout.flush()
    except OSError:
        return True
    return False


def _drop_output() -> None:
    """Let what is still waiting go nowhere: the interpreter writes it at its end, and would complain."""
    try:
        descriptor = sys.stdout.fileno()
    except OSError:  # not a file of the system; nothing waits there
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)

"""The command line. `load run` stands on the way of every script, so that nothing else is imported for it.

Exit codes: 0 done, 1 an error of `load`, 2 wrong use, 130 interrupted, 141 nobody reads its output any more;
`load run` gives the exit code of its program.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

FAILED, WRONG_USE, INTERRUPTED = 1, 2, 130
UNREAD = 141  # what a shell reports of a program that SIGPIPE ended (128 + 13)


def run(argv: Sequence[str]) -> int:
    """Run one command line; the result is the exit code."""
    if argv and argv[0] == "run" and argv[1:2] not in (["-h"], ["--help"]):
        from load._cli.run_command import run_program

        return run_program(argv[1:])
    from load._cli.output import delivered
    from load._cli.parser import run_command

    return delivered(lambda: run_command(argv))

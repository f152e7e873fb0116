"""The command line. `load run` stands on the way of every script, so that nothing else is imported for it.

Exit codes: 0 done, 1 an error of `load`, 2 wrong use, 130 interrupted, 141 nobody reads its output any more;
`load run` gives the exit code of its program.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

FAILED, WRONG_USE, INTERRUPTED = 1, 2, 130
UNREAD = 141  # what a shell reports of a program that SIGPIPE ended (128 + 13)

# Options of every command: what they set in the environment, where the program of `load run` has them, too.
GENERAL = {"-q": "LOAD_QUIET", "--quiet": "LOAD_QUIET", "--offline": "LOAD_OFFLINE", "--no-color": "NO_COLOR"}
VERSION = ("-V", "--version")
ANSWER = "__complete"  # the word by which the shells' functions ask what a word could become


def run(argv: Sequence[str]) -> int:
    """Run one command line; the result is the exit code."""
    words = without_general(argv)
    if words[:1] == ["run"]:
        from load._cli.run_command import run_program

        return run_program(words[1:])
    try:
        return _run(words)
    except KeyboardInterrupt:
        return INTERRUPTED


def without_general(argv: Sequence[str]) -> list[str]:
    """The words without the options of every command that they begin with, which hold from now on."""
    words = list(argv)
    while words and words[0] in GENERAL:
        set_general(words.pop(0))
    return words


def set_general(option: str) -> None:
    """Have an option of every command, for this process and what it starts."""
    os.environ[GENERAL[option]] = "1"


def _run(words: list[str]) -> int:
    from load._cli.output import delivered

    if words and words[0] in VERSION:
        from load._cli.output import print_version

        return delivered(print_version)
    if words[:1] == [ANSWER]:
        from load._cli.completing import answer

        return delivered(lambda: answer(words[1:]))
    from load._cli.parser import run_command

    return delivered(lambda: run_command(words))

"""Children at a pseudo-terminal believe that somebody is there, and get the answers they ask for."""

from __future__ import annotations

import pytest

from tests.support.environments import Python
from tests.support.launcher import STOPPED
from tests.support.processes import ChildTimeoutError
from tests.support.terminal import END_OF_INPUT, INTERRUPT

ASK_TWICE = """
    import sys
    for what in ("name", "colour"):
        print(f"{what}? ", end="", file=sys.stderr, flush=True)
        print(sys.stdin.readline().strip())
"""


def test_prompts_are_answered_in_order(child: Python) -> None:
    """Standard output is apart; what the terminal showed has the prompts and the echo of the answers."""
    result = child.run_in_pty(ASK_TWICE, [(r"name\? ", "Ada\n"), (r"colour\? ", "grün\n")])
    assert result.check().stdout == "Ada\ngrün\n"
    assert result.stderr == "name? Ada\ncolour? grün\n"
    assert result.unanswered == ()


def test_a_prompt_that_does_not_come_is_told(child: Python) -> None:
    """And one that nobody answers ends with the time."""
    result = child.run_in_pty("print('done')", [("really", "y\n")])
    assert (result.check().stdout, result.unanswered) == ("done\n", ("really",))
    with pytest.raises(ChildTimeoutError, match="name"):
        child.run_in_pty(ASK_TWICE, timeout=2)


def test_the_terminal_is_the_controlling_one_of_the_foreground_group(child: Python) -> None:
    """All that a program can ask to find out whether a person is there."""
    code = """
        import os, sys
        tty = os.open("/dev/tty", os.O_RDWR)
        print(sys.stdin.isatty(), sys.stderr.isatty(), sys.stdout.isatty())
        print(os.tcgetpgrp(tty) == os.getpgrp(), os.get_terminal_size(2).columns)
    """
    assert child.run_in_pty(code).check().stdout == "True True False\nTrue 120\n"
    assert "True True True" in child.run_in_pty(code, stdout_at_terminal=True).check().stderr
    assert child.run(code, tty=True).check().stdout.startswith("True True False")


def test_something_may_be_typed_before_it_starts(child: Python) -> None:
    """A line and the beginning of another, which the first answer completes."""
    result = child.run_in_pty(ASK_TWICE, [(r"colour\? ", "een\n")], typed="Ada\ngr")
    assert (result.check().stdout, result.unanswered) == ("Ada\ngreen\n", ())


def test_end_of_input_and_interrupt_can_be_typed(child: Python) -> None:
    """Ctrl-D is an empty read, Ctrl-C a signal to the foreground."""
    ended = child.run_in_pty(ASK_TWICE, [("name. ", END_OF_INPUT), ("colour. ", END_OF_INPUT)])
    assert ended.check().stdout == "\n\n"
    stopped = child.run_in_pty(ASK_TWICE, [("name. ", INTERRUPT)])
    assert stopped.returncode != 0
    assert "KeyboardInterrupt" in stopped.stderr


def test_a_background_job_that_asks_is_stopped_and_one_that_does_not_ends(child: Python) -> None:
    """It is at the terminal, but not in the foreground; reading would hang without end."""
    code = "import os, sys; print(sys.stdin.isatty(), os.tcgetpgrp(2) == os.getpgrp()); sys.exit(5)"
    ended = child.run_in_pty(code, background=True)
    assert ended.check(5).stdout == "True False\n"
    assert child.run_in_pty(ASK_TWICE, background=True).returncode == STOPPED


def test_a_long_output_is_read_whole(child: Python) -> None:
    """More than a terminal or a pipe holds, on both."""
    result = child.run_in_pty("import sys; print('o' * 300_000); print('e' * 300_000, file=sys.stderr)")
    assert (result.stdout.count("o"), result.stderr.count("e")) == (300_000, 300_000)


def test_output_closed_early_does_not_end_the_wait(child: Python) -> None:
    """The exit code is that of the process, however long it goes on."""
    code = """
        import os
        for descriptor in (0, 1, 2):
            os.close(descriptor)
        os._exit(4)
    """
    child.run_in_pty(code).check(4)

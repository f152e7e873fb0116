"""What is seen of an install while it runs, at a real terminal."""

from __future__ import annotations

import re
import sys

import pytest

from tests.support.environments import Python

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")

# The events of an install; `until_seen` lets it last until its line has been drawn.
INSTALL = """
import os, sys, termios, threading
import load._console as console
from load._console import status
from load._events import Change, InstallFailed, InstallFinished, InstallProgress, InstallStarted, emit

console.attach()
columns = os.environ.get("WIDTH")
if columns:
    termios.tcsetwinsize(2, (10, int(columns)))

def start(*requirements):
    emit(InstallStarted(requirements, "uv", "/venv"))
    emit(InstallProgress("Downloading numpy (16.0MiB) \\x1b[2J"))

def until_seen():
    while not all(job.seen for job in status._status._jobs):
        os.sched_yield()

def finish(*requirements):
    changes = [Change(name, None, "1.0") for name in requirements]
    emit(InstallFinished(requirements, changes, backend="uv", target="/venv", overlay=False, seconds=2.5))
"""
DONE = "load: installed humanize 1.0 with uv in 2.5 s (into the environment /venv)\n"


def test_a_line_moves_while_it_runs_and_then_makes_place(child: Python) -> None:
    """What happens now is told, the cursor comes back, and one plain line stays."""
    result = child.run_in_pty(
        INSTALL + 'start("humanize"); until_seen(); finish("humanize"); print("rich" in sys.modules)'
    )
    assert result.check().stdout == "True\n"
    shown = result.stderr
    assert re.search(r"\d+ s \x1b\[0minstalling humanize with uv", shown)
    assert "· Downloading numpy (16.0MiB) \\x1b[2J" in shown
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h") == 1
    assert shown.endswith("\r\x1b[1A\x1b[2K" + DONE)


def test_what_is_done_at_once_is_one_line(child: Python) -> None:
    """Nothing flickers, and rich is not imported."""
    result = child.run_in_pty(INSTALL + 'start("humanize"); finish("humanize"); print("rich" in sys.modules)')
    assert (result.check().stdout, result.stderr) == ("False\n", DONE)


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {"TERM": "unknown"}])
def test_a_dumb_terminal_gets_the_plain_line(child: Python, env: dict[str, str]) -> None:
    """Without a thread, and without rich."""
    code = 'start("humanize"); print(threading.active_count()); finish("humanize"); print("rich" in sys.modules)'
    result = child.run_in_pty(INSTALL + code, env=env)
    assert (result.check().stdout, result.stderr) == ("1\nFalse\n", DONE)


def test_elsewhere_there_is_one_line_and_no_rich(child: Python) -> None:
    """In a file, a pipe, a log."""
    result = child.run(INSTALL + 'start("humanize"); finish("humanize"); print("rich" in sys.modules)')
    assert (result.check().stdout, result.stderr) == ("False\n", DONE)


def test_twenty_columns_are_enough(child: Python) -> None:
    """The line is cut, never wrapped, also without colours and without Unicode."""
    env = {"WIDTH": "20", "NO_COLOR": "1", "PYTHONIOENCODING": "ascii"}
    result = child.run_in_pty(INSTALL + 'start("humanize"); until_seen(); finish("humanize")', env=env)
    pictures = re.findall(r"[-/|\\] \d+ s [^\r\n]*", result.check().stderr)
    assert pictures
    assert all(len(picture) <= 20 for picture in pictures)
    assert not re.search(r"\x1b\[[0-9;]*m", result.stderr)
    assert result.stderr.endswith(DONE)


def test_quiet_is_quiet_at_a_terminal_too(child: Python) -> None:
    """Neither the line that moves nor the one that stays."""
    result = child.run_in_pty(INSTALL + 'start("humanize"); finish("humanize")', env={"LOAD_QUIET": "1"})
    assert result.check().stderr == ""


def test_what_failed_after_it_was_seen_is_told(child: Python) -> None:
    """Whoever saw it begin learns that it is over; what the program prints stays its own."""
    code = """
stdout = sys.stdout
start("nosuch")
until_seen()
assert sys.stdout is stdout
print("from the program", flush=True)
emit(InstallFailed(["nosuch"], ImportError("no")))
"""
    result = child.run_in_pty(INSTALL + code)
    assert result.check().stdout == "from the program\n"
    assert result.stderr.endswith("load: could not install nosuch\n")


def test_two_installs_at_a_time_share_the_line(child: Python) -> None:
    """It stays until the last is done, and goes aside for the line of the first."""
    code = """
begun, ended = threading.Event(), threading.Event()

def second():
    start("other")
    begun.set()
    ended.wait()
    finish("other")

thread = threading.Thread(target=second)
start("humanize")
thread.start()
begun.wait()
until_seen()
finish("humanize")
assert status._status._jobs
ended.set()
thread.join()
assert not status._status._jobs
"""
    result = child.run_in_pty(INSTALL + code)
    shown = result.check().stderr
    assert "installing humanize with uv (and 1 more)" in shown
    assert "\x1b[2K" + DONE in shown
    assert shown.endswith("load: installed other 1.0 with uv in 2.5 s (into the environment /venv)\n")
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h")


def test_a_program_that_ends_in_mid_install_gives_the_cursor_back(child: Python) -> None:
    """Whatever ended it."""
    result = child.run_in_pty(INSTALL + 'start("humanize"); until_seen(); raise SystemExit(3)')
    assert result.check(3).stderr.endswith("\x1b[?25h\r\x1b[1A\x1b[2K")


def test_a_forked_child_is_not_held_up(child: Python) -> None:
    """The thread that draws, and the lock that it may hold, stay with the parent."""
    code = """
start("humanize")
until_seen()
if os.fork() == 0:
    finish("humanize")
    os._exit(0)
assert os.wait()[1] == 0
finish("humanize")
"""
    result = child.run_in_pty(INSTALL + code, env={"PYTHONWARNINGS": "ignore"})
    assert result.check().stderr.count(DONE) == 2


@pytest.mark.parametrize(
    "breaking",
    ["sys.stderr = None", "sys.stderr.close()", "os.close(2)", "sys.stderr = open(os.devnull, 'w')"],
)
@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_stream_that_goes_away_is_no_error(child: Python, breaking: str, when: str) -> None:
    """The install goes on; the line is lost."""
    first, then = (breaking, "pass") if when == "before" else ("pass", breaking)
    waiting = "until_seen()" if when == "meanwhile" else "pass"
    code = f'{first}\nstart("humanize")\n{waiting}\n{then}\nfinish("humanize")\nprint("went on")'
    result = child.run_in_pty(INSTALL + code)
    assert result.check().stdout == "went on\n"
    assert "Traceback" not in result.stderr

"""What is seen of an install while it runs, at a real terminal."""

from __future__ import annotations

import re
import sys
from pathlib import Path

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
# What follows is done before anything would be drawn, however long that takes here.
AT_ONCE = INSTALL + "assert status.PATIENCE >= 0.3\nstatus.PATIENCE = 100\n"
ERASED = "\x1b8\x1b[J"  # after a picture
DONE = "load: installed humanize 1.0 with uv in 2.5 s (into the environment /venv)\n"


def test_a_line_moves_while_it_runs_and_then_makes_place(child: Python) -> None:
    """What happens now is told, the cursor is never hidden, and one plain line stays."""
    result = child.run_in_pty(
        INSTALL + 'start("humanize"); until_seen(); finish("humanize"); print("rich" in sys.modules)'
    )
    assert result.check().stdout == "True\n"
    shown = result.stderr
    assert re.search(r"\d+ s \x1b\[0minstalling humanize with uv", shown)
    assert "· Downloading numpy (16.0MiB) \\x1b[2J" in shown
    assert "\x1b[?25" not in shown
    assert shown.endswith(ERASED + DONE)


def test_what_the_program_prints_meanwhile_stays_its_own(child: Python) -> None:
    """The line is drawn below it: the cursor is back where the program has left it, after each picture."""
    code = """
print("loading the model ... ", end="", flush=True)
start("humanize")
until_seen()
status.end(threading.get_ident())
print("done")
"""
    result = child.run_in_pty(INSTALL + code, stdout_at_terminal=True)
    picture = r"\x1b\[K\x1bD\x1bM\x1b7\x1b\[B\r[^\n]*?installing humanize[^\n]*?\x1b\[J\x1b8"
    assert re.fullmatch(rf"loading the model \.\.\. (?:{picture})+\x1b\[Jdone\n", result.check().stderr)


def test_what_is_done_at_once_is_one_line(child: Python) -> None:
    """Nothing flickers, and rich is not imported."""
    result = child.run_in_pty(AT_ONCE + 'start("humanize"); finish("humanize"); print("rich" in sys.modules)')
    assert (result.check().stdout, result.stderr) == ("False\n", DONE)


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {"TERM": "unknown"}])
def test_a_dumb_terminal_gets_the_plain_line(child: Python, env: dict[str, str]) -> None:
    """What is done at once is one line there, too, without rich."""
    code = 'start("humanize"); finish("humanize"); print("rich" in sys.modules)'
    result = child.run_in_pty(AT_ONCE + code, env=env)
    assert (result.check().stdout, result.stderr) == ("False\n", DONE)


def test_elsewhere_there_is_one_line_and_no_rich(child: Python) -> None:
    """In a file, a pipe, a log."""
    result = child.run(AT_ONCE + 'start("humanize"); finish("humanize"); print("rich" in sys.modules)')
    assert (result.check().stdout, result.stderr) == ("False\n", DONE)


def test_twenty_columns_are_enough(child: Python) -> None:
    """The line is cut, never wrapped, also without colours and without Unicode."""
    env = {"WIDTH": "20", "NO_COLOR": "1", "PYTHONIOENCODING": "ascii"}
    result = child.run_in_pty(INSTALL + 'start("humanize"); until_seen(); finish("humanize")', env=env)
    pictures = re.findall(r"[-/|\\] \d+ s [^\r\n]*", result.check().stderr)
    assert pictures
    assert all(len(picture.partition("\x1b")[0]) < 20 for picture in pictures)
    assert not re.search(r"\x1b\[[0-9;]*m", result.stderr)
    last = result.stderr.rpartition(ERASED)[2]
    assert (last.replace("\n  ", " "), "\n  " in last) == (DONE, True)
    assert all(len(line) < 20 for line in last.splitlines() if " " in line.strip())


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
    assert ERASED + DONE in shown
    assert shown.endswith("load: installed other 1.0 with uv in 2.5 s (into the environment /venv)\n")


def test_a_program_that_ends_in_mid_install_leaves_no_line(child: Python) -> None:
    """Whatever ended it; one that is killed leaves the line, and a cursor."""
    result = child.run_in_pty(INSTALL + 'start("humanize"); until_seen(); raise SystemExit(3)')
    assert result.check(3).stderr.endswith(ERASED)
    result = child.run_in_pty(INSTALL + 'start("humanize"); until_seen(); os.kill(os.getpid(), 9)')
    assert "installing humanize" in result.check(-9).stderr
    assert "\x1b[?25" not in result.stderr


@pytest.mark.parametrize("ours", [True, False])
def test_nothing_is_drawn_over_what_the_shell_shows(child: Python, ours: bool) -> None:
    """A job in the background, as after Ctrl-Z and `bg`, draws and erases nothing on the terminal."""
    code = f"""
from load._console import surfaces, terminal
start("humanize")
until_seen()
if not {ours}:
    os.tcgetpgrp = lambda terminal: -1
    count = sys.stderr.write
    written = []
    sys.stderr.write = lambda text: written.append(text) or count(text)
    for job in status._status._jobs:
        job.seen = False
    until_seen()
    status.end(status._status._jobs[0].key)
    print(written)
else:
    print([])
"""
    result = child.run_in_pty(INSTALL + code)
    assert result.check().stdout == "[]\n"
    assert result.stderr.endswith(ERASED) is ours


TQDM = """
sys.path[:0] = [os.getcwd()]
import tqdm.std
bar = tqdm.std.tqdm()
"""


def test_bars_of_the_programs_own_are_left_alone(child: Python, tmp_path: Path) -> None:
    """While tqdm or rich draw, nothing moves beside them; a line of ours takes the place of a bar, drawn anew below."""
    (tmp_path / "tqdm").mkdir()
    (tmp_path / "tqdm" / "__init__.py").touch()
    (tmp_path / "tqdm" / "std.py").write_text(
        "import weakref\nclass tqdm:\n    _instances = weakref.WeakSet()\n"
        "    def __init__(self): self._instances.add(self)\n"
        "    def refresh(self, nolock): print('drawn', nolock)\n"
    )
    work = 'start("humanize"); until_seen(); finish("humanize")\n'
    result = child.run_in_pty(INSTALL + TQDM + work + "del bar\n" + work)
    assert result.check().stdout == "drawn True\n"
    first, second = re.split(f"(?<={re.escape(DONE)})", result.stderr, maxsplit=1)
    assert first == "\r\x1b[K" + DONE
    assert second.startswith("\x1b[K\x1bD\x1bM\x1b7\x1b[B\r\x1b[32m")
    assert second.endswith(ERASED + DONE)

    live = """
from rich.console import Console
from rich.progress import Progress
with Progress(console=Console(stderr=True), auto_refresh=False) as progress:
    task = progress.add_task("theirs", total=3)
    """
    result = child.run_in_pty(INSTALL + live + work)
    assert "0 s" not in result.check().stderr
    assert DONE in result.stderr


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

"""`_process.run`: real child processes, their output, their end."""

from __future__ import annotations

import os
import signal
import sys
import textwrap
import threading
import warnings
from pathlib import Path

import psutil  # type: ignore[import-untyped, unused-ignore]
import pytest

from load import _process
from load.errors import InstallError
from tests.support.environments import Python

posix = pytest.mark.skipif(sys.platform == "win32", reason="sessions, groups and signals of POSIX")


def python(code: str) -> list[str]:
    """The command line that runs code in this interpreter, without its site."""
    return [sys.executable, "-S", "-c", textwrap.dedent(code)]


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """The time of a child is over when this is set, however long the child took to come that far."""
    reached = threading.Event()

    class Limit(threading.Timer):
        def run(self) -> None:
            reached.wait()
            self.function()

    monkeypatch.setattr(threading, "Timer", Limit)
    return reached


def is_running(pid: int) -> bool:
    """Whether a process does something still; one that ended and was not yet collected does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def wait_until_gone(pid: int) -> bool:
    """Whether a process ends within a minute."""
    try:
        process = psutil.Process(pid)
    except psutil.NoSuchProcess:
        return True
    gone, _ = psutil.wait_procs([process], timeout=60)
    return bool(gone) or not is_running(pid)


def test_both_streams_and_the_exit_code_are_kept_apart() -> None:
    """What a child writes and how it ends is told as it was."""
    finished = _process.run(python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)"))
    assert (finished.returncode, finished.stdout, finished.stderr) == (7, "out\n", "err\n")
    assert finished.command[0] == sys.executable
    assert finished.seconds > 0


@pytest.mark.timeout(60)
def test_megabytes_on_both_streams_at_once_do_not_block() -> None:
    """Neither pipe may fill while the other is read."""
    code = """
        import sys
        for _ in range(64):
            sys.stderr.write("e" * 65535 + "\\n"); sys.stderr.flush()
            sys.stdout.write("o" * 65535 + "\\n"); sys.stdout.flush()
    """
    finished = _process.run(python(code), timeout=50)
    assert (len(finished.stdout), len(finished.stderr)) == (64 * 65536, 64 * 65536)


def test_lines_of_standard_error_come_in_order_and_whole() -> None:
    """`on_line` gets each line once, without its end, the last one too."""
    lines: list[str] = []
    code = "import sys; [print(i, file=sys.stderr) for i in range(500)]; sys.stderr.write('end')"
    finished = _process.run(python(code), on_line=lines.append)
    assert lines == [*map(str, range(500)), "end"]
    assert finished.stderr.splitlines() == lines


@posix
@pytest.mark.timeout(60)
def test_a_line_comes_while_the_child_runs(tmp_path: Path) -> None:
    """`on_line` is told at once: the child here waits for a file that only the listener makes."""
    go = tmp_path / "go"
    code = f"""
        import os, sys
        print("ready", file=sys.stderr, flush=True)
        with open({str(go)!r}) as pipe: print(pipe.read())
    """
    os.mkfifo(go)
    finished = _process.run(python(code), on_line=lambda line: go.write_text(f"heard {line}"), timeout=50)
    assert finished.stdout == "heard ready\n"


@pytest.mark.timeout(60)
def test_a_listener_that_raises_is_heard_and_does_not_stop_the_pipe() -> None:
    """The error of `on_line` reaches the caller, also where the child writes more than a pipe holds."""

    def listener(line: str) -> None:
        raise LookupError(line)

    code = "import sys; [sys.stderr.write('x' * 9999 + '\\n') for _ in range(100)]"
    with pytest.raises(LookupError, match=r"^x+$"):
        _process.run(python(code), on_line=listener)


def test_bytes_that_are_no_utf_8_become_replacement_characters() -> None:
    """Output in another encoding never raises."""
    code = "import sys; sys.stdout.buffer.write(b'a\\xff\\xfeb'); sys.stderr.buffer.write(b'caf\\xe9\\n')"
    lines: list[str] = []
    finished = _process.run(python(code), on_line=lines.append)
    assert finished.stdout == "a\ufffd\ufffdb"
    assert lines == ["caf\ufffd"]


def test_the_child_reads_nothing_from_standard_input() -> None:
    """A question of a backend gets no answer, and the child goes on."""
    assert _process.run(python("import sys; print(repr(sys.stdin.read()))")).stdout == "''\n"


def test_the_environment_given_is_the_whole_one(tmp_path: Path) -> None:
    """Nothing of this process's environment comes along; the working directory is the one given."""
    os.environ["LOAD_TEST_MARK"] = "ours"
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "PATH") if name in os.environ}
    code = "import os; print(os.environ.get('LOAD_TEST_MARK'), os.environ['X'], os.getcwd())"
    finished = _process.run(python(code), env={**kept, "X": "1"}, cwd=str(tmp_path))
    assert finished.stdout.split() == ["None", "1", os.path.realpath(tmp_path)]


def test_a_program_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    """The caller learns which file is missing."""
    with pytest.raises(FileNotFoundError) as caught:
        _process.run([str(tmp_path / "no-such-program")])
    assert "no-such-program" in str(caught.value)


def test_arguments_reach_the_program_as_they_are() -> None:
    """No shell reads them."""
    arguments = ["$HOME", "a b", ";", "`id`", "*", "'", '"', "&&", "é\u2192"]
    finished = _process.run([*python("import sys; print(ascii(sys.argv[1:]))"), *arguments])
    assert finished.stdout.strip() == ascii(arguments)


@pytest.mark.timeout(60)
def test_a_child_that_takes_too_long_is_stopped() -> None:
    """It would not end by itself."""
    with pytest.raises(InstallError, match=r"did not finish within 0\.5 s and was stopped"):
        _process.run(python("import threading; threading.Event().wait()"), timeout=0.5)


@pytest.mark.timeout(60)
def test_the_last_lines_of_a_child_that_is_stopped_are_kept(limit: threading.Event) -> None:
    """The error names the program, the time, and what was printed last."""
    code = "import sys, threading; print('working', file=sys.stderr, flush=True); threading.Event().wait()"
    with pytest.raises(InstallError, match=r"python.* did not finish within 1 s and was stopped") as caught:
        _process.run(python(code), timeout=1, on_line=lambda line: limit.set())
    assert list(caught.value.last_lines) == ["working"]
    assert caught.value.hint is not None
    assert "timeout" in caught.value.hint


@posix
@pytest.mark.timeout(60)
@pytest.mark.parametrize("child", ["obeys", "ignores SIGTERM"])
def test_a_timeout_stops_the_children_too(limit: threading.Event, child: str) -> None:
    """A child of the child is gone as well, though it holds the pipes and ignores SIGTERM."""
    grandchild = f"""
        import os, signal, sys, threading
        if {child != "obeys"}: signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print(os.getpid(), file=sys.stderr, flush=True)
        threading.Event().wait()
    """
    code = f"""
        import subprocess, sys, os, threading
        subprocess.Popen([sys.executable, "-S", "-c", {textwrap.dedent(grandchild)!r}])
        threading.Event().wait()
    """
    heard: list[str] = []

    def ready(line: str) -> None:
        heard.append(line)
        limit.set()

    with pytest.raises(InstallError, match="did not finish"):
        _process.run(python(code), timeout=2, on_line=ready)
    assert wait_until_gone(int(heard[0]))


LEFT_BEHIND = """
    import os, subprocess, sys, threading
    inner = "import os,threading; print(os.getpid(), flush=True); threading.Event().wait()"
    child = subprocess.Popen([sys.executable, "-S", "-c", inner], start_new_session={session})
    print("done", file=sys.stderr, flush=True)
    {rest}
"""


@posix
@pytest.mark.timeout(60)
@pytest.mark.parametrize("session", [True, False])
def test_what_is_left_behind_holds_nobody_up(session: bool) -> None:
    """A process that outlives the one started keeps the pipes open; it is not waited for, and what was said is kept."""
    code = "sys.stdin.read()"  # nothing to read: it ends at once
    finished = _process.run(python(LEFT_BEHIND.format(session=session, rest=code)), timeout=50)
    assert (finished.returncode, finished.stderr) == (0, "done\n")
    os.kill(int(finished.stdout), signal.SIGKILL)


@posix
@pytest.mark.timeout(60)
def test_a_timeout_holds_though_a_session_of_its_own_keeps_the_pipes(limit: threading.Event) -> None:
    """Who has left the group is not reached; the caller is not held up by it."""
    found: list[str] = []

    def ready(line: str) -> None:
        found.append(line)
        if len(found) == 2:
            limit.set()

    code = LEFT_BEHIND.format(session=True, rest="print(child.pid, file=sys.stderr, flush=True); child.wait()")
    with pytest.raises(InstallError, match="did not finish within 2 s"):
        _process.run(python(code), timeout=2, on_line=ready)
    os.kill(int(found[1]), signal.SIGKILL)


@pytest.mark.timeout(120)
def test_a_flood_does_not_fill_the_memory() -> None:
    """Of a hundred and fifty million characters the last are kept, and the process ends."""
    code = """
        import sys
        line = "e" * 65_000 + "\\n"
        for _ in range(2_300): sys.stderr.write(line)
        sys.stderr.write("last\\n")
    """
    finished = _process.run(python(code), timeout=100)
    assert finished.returncode == 0
    assert finished.stderr.endswith("last\n")
    assert len(finished.stderr) <= _process._MOST


@pytest.mark.timeout(60)
@pytest.mark.parametrize("timeout", [1e12, float("inf")])
def test_a_limit_beyond_what_a_timer_can_hold_is_none(timeout: float) -> None:
    """A setting of ages or of infinity waits as long as it can; no thread dies of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert _process.run(python("print(1)"), timeout=timeout).stdout == "1\n"


@pytest.mark.timeout(60)
def test_no_timer_is_left_behind() -> None:
    """A process that ends in time takes its watchdog with it."""
    before = set(threading.enumerate())
    _process.run(python("pass"), timeout=500)
    new = set(threading.enumerate()) - before
    assert [each for each in new if not (isinstance(each, threading.Timer) and each.finished.is_set())] == []


@posix
def test_the_child_has_no_terminal(child: Python) -> None:
    """What would ask at the terminal behind our back (ssh for a passphrase) fails instead of waiting."""
    code = """
        import sys
        from load import _process
        ask = "import os; os.open('/dev/tty', os.O_RDWR)"
        finished = _process.run([sys.executable, "-S", "-c", ask], timeout=20)
        print("exit code", finished.returncode, finished.stderr.splitlines()[-1][:7])
    """
    result = child.run(code, tty=True)
    assert "exit code 1 OSError" in result.stdout + result.stderr


@posix
@pytest.mark.timeout(60)
def test_an_interrupt_kills_the_whole_group(tmp_path: Path, child: Python) -> None:
    """Ctrl-C while a backend runs: `KeyboardInterrupt` reaches the caller, and nothing runs on."""
    note = tmp_path / "pid"
    code = f"""
        import os, signal, sys
        from load import _process
        work = '''
        import os, subprocess, sys
        inner = "import os,sys,threading; print(os.getpid(), file=sys.stderr, flush=True); threading.Event().wait()"
        subprocess.Popen([sys.executable, "-S", "-c", inner]).wait()
        '''
        import textwrap
        def interrupt(line):
            open({str(note)!r}, "w").write(line)
            os.kill(os.getpid(), signal.SIGINT)
        try:
            _process.run([sys.executable, "-S", "-c", textwrap.dedent(work)], on_line=interrupt)
        except KeyboardInterrupt:
            print("interrupted")
    """
    assert child.run(code).check().stdout == "interrupted\n"
    assert wait_until_gone(int(note.read_text()))


def test_stopping_what_has_ended_changes_nothing() -> None:
    """A process that is gone is no error."""
    import subprocess

    process = subprocess.Popen(python("pass"), text=True, **_process._own_group())  # type: ignore[call-overload]
    process.wait()
    _process.stop(process)
    assert process.returncode == 0

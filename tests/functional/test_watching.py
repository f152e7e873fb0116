"""Modules that are reloaded as soon as their files change: `watch`, `load run --reload`, `%autoload`."""

from __future__ import annotations

import inspect
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.support.environments import Python
from tests.support.processes import kill_tree

TIMEOUT = 100.0  # seconds; nothing here takes one


def edit(file: Path, text: str) -> None:
    """Write a file anew in one step: one that is emptied first may be seen so, as an edit of its own."""
    with open(file, "r+b", buffering=0) as there:
        there.write(text.encode().ljust(os.fstat(there.fileno()).st_size, b"\n"))


def edit_within_the_second(file: Path, text: str) -> None:
    """The same so that Python takes what it compiled of the file before for that of the new text."""
    status = file.stat()
    new = file.with_suffix(".new")
    new.write_bytes(text.encode().ljust(status.st_size, b"\n"))
    os.utime(new, ns=(status.st_atime_ns, status.st_mtime_ns ^ 1))
    os.replace(new, file)


WATCHED = f"""
import os, queue, sys
from pathlib import Path

from load.imports import ReloadReport, watch

sys.path.insert(0, sys.argv[1])
here = Path(sys.argv[1])
told = queue.Queue()

{inspect.getsource(edit)}
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A module `base`, and `above`, which computes with what it takes from it."""
    (tmp_path / "base.py").write_text("VALUE = 1\ndef answer():\n    return 'old'\n")
    (tmp_path / "above.py").write_text("from base import VALUE, answer\nTWICE = VALUE * 2\n")
    return tmp_path


def run(child: Python, code: str, folder: Path) -> str:
    """Run code that watches; what it printed."""
    return child.run(["-c", WATCHED + code, folder], timeout=TIMEOUT).check().stdout


def test_a_change_is_reloaded_with_what_depends_on_it(child: Python, program: Path) -> None:
    """Within the block, in the watching thread; after it nothing is."""
    code = """
import above, base
held = base.answer
with watch(on_reload=told.put) as watcher:
    edit(here / "base.py", "VALUE = 21\\ndef answer():\\n    return 'new'\\n")
    report = told.get(timeout=60)
assert "multiprocessing" in sys.modules
print(list(report), report.skipped, above.TWICE, held(), above.answer(), end=" ")
print(watcher.is_running, watcher.report is report, watcher.error)
(here / "base.py").write_text("VALUE = 5\\n")
print(base.VALUE, told.empty())
"""
    assert run(child, code, program) == "['base', 'above'] {} 42 new new False True None\n21 True\n"


def test_a_module_that_comes_later_is_watched_too(child: Python, program: Path) -> None:
    """Wherever it lies, and without a word about where."""
    (program / "more").mkdir()
    (program / "more" / "late.py").write_text("VALUE = 1\n")
    code = """
import base
with watch(on_reload=told.put) as watcher:
    sys.path.insert(0, str(here / "more"))
    import late
    while late.__file__ not in watcher.files or str(here / "more") not in watcher.folders:
        pass
    edit(here / "more" / "late.py", "VALUE = 'changed'\\n")
    while late.VALUE == 1:
        told.get(timeout=60)
print(late.VALUE)
"""
    assert run(child, code, program) == "changed\n"


def test_an_edit_that_fails_is_told_and_leaves_all_as_it_was(child: Python, program: Path) -> None:
    """To `on_error`; and the next edit is seen as well."""
    code = """
import above, base
with watch([here], on_reload=told.put, on_error=told.put) as watcher:
    edit(here / "base.py", "VALUE = 3\\ndef answer(:\\n")
    error = told.get(timeout=60)
    print(type(error).__name__, error.name, base.VALUE, watcher.error is error)
    edit(here / "base.py", "VALUE = 4\\nanswer = None\\n1 / 0\\n")
    error = told.get(timeout=60)
    print("division by zero" in str(error), base.VALUE, base.answer(), error.report.failed)
    edit(here / "base.py", "VALUE = 5\\nanswer = None\\n")
    print(list(told.get(timeout=60)), above.TWICE, watcher.error)
"""
    expected = "ReloadError base 1 True\nTrue 1 old base\n['base', 'above'] 10 None\n"
    assert run(child, code, program) == expected


def test_an_error_that_nobody_asked_for_is_a_warning(child: Python, program: Path) -> None:
    """So that it is seen; and what a callback raises is shown as of any thread, and ends nothing."""
    code = """
import base, threading, warnings
warnings.showwarning = lambda message, *rest: told.put(f"warned: {message}")
threading.excepthook = lambda args: told.put(f"raised: {args.exc_value!r}")

def bad(report):
    raise KeyError(list(report))

with watch(str(here), on_reload=bad):
    edit(here / "base.py", "VALUE = (\\n")
    print(told.get(timeout=60).splitlines()[0])
    edit(here / "base.py", "VALUE = 3\\n")
    print(told.get(timeout=60))
    edit(here / "base.py", "VALUE = 4\\n")
    print(told.get(timeout=60), base.VALUE)
"""
    out = run(child, code, program).splitlines()
    assert out[0].startswith("warned: 'base' cannot be compiled: '(' was never closed")
    assert out[1:] == ["raised: KeyError(['base'])", "raised: KeyError(['base']) 4"]


def test_it_starts_and_stops_as_often_as_one_likes(child: Python, program: Path) -> None:
    """Also from its own callback."""
    code = """
import base, threading
watcher = watch(on_reload=lambda report: (watcher.stop(), told.put(report)))
edit(here / "base.py", "VALUE = 2\\n")
told.get(timeout=60)
watcher.stop()
watcher.stop()
print(base.VALUE, watcher.is_running, watcher)
watcher.start()
watcher.start()
edit(here / "base.py", "VALUE = 3\\n")
told.get(timeout=60)
watcher.stop()
print(base.VALUE, watcher.is_running, [each.name for each in threading.enumerate()])
"""
    stopped = "<Watcher of the folders of one's own modules, stopped>"
    assert run(child, code, program) == f"2 False {stopped}\n3 False ['MainThread']\n"


def test_bad_input_is_refused_and_nothing_watches(child: Python, program: Path) -> None:
    """A path that is not there; watchfiles that is not there."""
    code = """
import threading
from load.errors import ResolveError, SourceError
try:
    watch(here / "missing")
except SourceError as error:
    print(str(error).splitlines()[0].endswith("is not there."))
sys.modules["watchfiles"] = None
try:
    watch()
except ResolveError as error:
    print(str(error).splitlines()[0], str(error).endswith("-m pip install watchfiles"))
print(threading.active_count())
"""
    needs = "Watching files needs watchfiles, which is not installed. True"
    assert run(child, code, program) == f"True\n{needs}\n1\n"


def test_folders_and_files_that_are_exchanged_are_watched_on(child: Python, program: Path) -> None:
    """Deleted and made anew (a checkout), swapped by name (a deployment), written aside and renamed (an editor)."""
    (program / "pack").mkdir()
    (program / "pack" / "__init__.py").write_text("from .part import VALUE\n")
    (program / "pack" / "part.py").write_text("VALUE = 0\n")
    code = """
import os, shutil, time
import base, pack

def until(get, wanted):
    end = time.monotonic() + 60
    while get() != wanted:
        assert time.monotonic() < end, (get(), wanted)
        time.sleep(0.005)

def part(value):
    (here / "pack" / "part.py").write_text(f"VALUE = {value}\\n")

def renamed(value):
    (here / "aside").write_text(f"VALUE = {value}\\n")
    os.replace(here / "aside", here / "base.py")

with watch() as watcher:
    shutil.copytree(here / "pack", here / "new")
    shutil.rmtree(here / "pack")
    os.rename(here / "new", here / "pack")
    part(1)
    until(lambda: pack.VALUE, 1)
    part(2)
    until(lambda: pack.VALUE, 2)
    shutil.rmtree(here / "pack")
    until(lambda: str(here / "pack") in watcher.folders, False)
    (here / "pack").mkdir()
    (here / "pack" / "__init__.py").write_text("from .part import VALUE\\n")
    part(3)
    until(lambda: pack.VALUE, 3)
with watch(here / "base.py"):
    for value in (11, 12, 13):
        renamed(value)
        until(lambda: base.VALUE, value)
print("all seen")
"""
    assert run(child, code, program) == "all seen\n"


def test_a_dependent_whose_file_goes_for_a_moment_depends_as_before(child: Python, program: Path) -> None:
    """A checkout takes files away and brings them back, while others run again."""
    code = """
import os
import above, base
from load.imports import reload_changed

source = (here / "above.py").read_text()
(here / "base.py").write_text("import os\\nVALUE = answer = 2\\nos.remove(os.path.dirname(__file__) + '/above.py')\\n")
print(list(reload_changed()), above.TWICE)
(here / "above.py").write_text(source)
(here / "base.py").write_text("VALUE = answer = 3\\n")
print(list(reload_changed()), above.TWICE)
"""
    assert run(child, code, program) == "['base', 'above'] 4\n['base', 'above'] 6\n"


@pytest.mark.skipif(sys.platform == "win32", reason="links take a right there")
def test_the_file_behind_a_link_is_watched_also_behind_another(child: Python, program: Path) -> None:
    """As in a container whose configuration is exchanged."""
    (program / "store").mkdir()
    for number in (1, 2):
        (program / "store" / f"v{number}.py").write_text(f"VALUE = {number}\n")
    (program / "linked.py").symlink_to(program / "store" / "v1.py")
    code = """
import linked
with watch(on_reload=told.put):
    for target, text in (("v1", "VALUE = 'one'\\n"), ("v2", None), ("v2", "VALUE = 'two'\\n")):
        if text is None:
            (here / "next").symlink_to(here / "store" / "v2.py")
            (here / "next").replace(here / "linked.py")  # in one step: the file is never gone
        else:
            edit(here / "store" / f"{target}.py", text)
        told.get(timeout=60)
        print(linked.VALUE)
"""
    assert run(child, code, program) == "one\n2\ntwo\n"


def test_sources_and_callbacks_that_would_end_the_program_end_nothing(child: Python, program: Path) -> None:
    """A source that calls `sys.exit` has failed like others; a callback that does is nobody's."""
    code = """
import base

def called(report):
    told.put(report)
    raise SystemExit(3)

with watch(on_reload=called, on_error=told.put) as watcher:
    for text in ("raise SystemExit(3)", "raise KeyboardInterrupt"):
        edit(here / "base.py", f"VALUE = 2\\n{text}\\n")
        error = told.get(timeout=60)
        print(str(error).splitlines()[0], base.VALUE)
    for value in (5, 6):
        edit(here / "base.py", f"VALUE = {value}\\n")
        print(list(told.get(timeout=60)), base.VALUE)
"""
    would = "A source would have ended the program when it ran again"
    assert run(child, code, program).splitlines() == [
        f"{would}: SystemExit: 3. 1",
        f"{would}: KeyboardInterrupt. 1",
        "['base'] 5",
        "['base'] 6",
    ]


def test_where_the_system_watches_nothing_files_are_looked_at(child: Python, program: Path) -> None:
    """With a warning; and where they cannot even be looked at, whoever wants to watch is told."""
    code = """
import base, threading, warnings, watchfiles.main
warnings.showwarning = lambda message, *rest: print(str(message).split("(")[0])
real = watchfiles.main.RustNotify

def limited(paths, debug, polls, *rest):
    if not polls or says_no:
        raise OSError("OS file watch limit reached")
    return real(paths, debug, polls, *rest)

watchfiles.main.RustNotify = limited
says_no = False
with watch(on_reload=told.put):
    edit(here / "base.py", "VALUE = 'polled'\\n")
    told.get(timeout=60)
print(base.VALUE)
says_no = True
try:
    watch()
except load.errors.SourceError as error:
    print(str(error).splitlines()[0])
print(threading.active_count())
"""
    warning = "The system does not watch files "
    refusal = "The folders of one's own modules cannot be watched: OS file watch limit reached."
    assert run(child, "import load.errors\n" + code, program).splitlines() == [
        *(warning, "polled", refusal, "1"),
    ]


class Running:
    """A program under `load run --reload`, which answers each line it reads with what its module says."""

    def __init__(self, folder: Path, *words: str, before: Sequence[str] = ()) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [*before, sys.executable, "-m", "load", "run", "--reload", *words],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        self._ends = threading.Timer(TIMEOUT, kill_tree, [self.process.pid])
        self._ends.start()

    def until(self, start: str) -> str:
        """The next line that begins so."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if line.startswith(start):
                return line.rstrip()
        raise AssertionError(f"no line begins with {start!r}: {self.lines}")

    def asks(self) -> str:
        """Ask the program, and hear its answer."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return self.until("answer")

    def end(self) -> None:
        """End it, whatever it does."""
        self._ends.cancel()
        kill_tree(self.process.pid)
        self.process.communicate()


# Waits for a signal, also for one that came just before: `signal.pause` would wait for the next.
WAITING = "while not threading.Event().wait(0.1): pass\n"
SCRIPT = """
import atexit, sys
import mine
print("began", __name__, sys.argv[1:], flush=True)
atexit.register(print, "at its end", flush=True)
while (line := sys.stdin.readline().strip()) != "stop":
    print("answer", mine.value(), flush=True)
"""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A script that runs until it is told to stop."""
    (tmp_path / "mine.py").write_text("def value():\n    return 1\n")
    (tmp_path / "app.py").write_text(SCRIPT)
    found = Running(tmp_path, "app.py", "--word")
    yield found
    found.end()


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe cannot be interrupted there")
def test_a_program_sees_its_modules_change_as_it_runs(running: Running, tmp_path: Path) -> None:
    """An edit that fails is told, and the program goes on; when it is itself changed it runs again, cleaned up."""
    assert running.until("began") == "began __main__ ['--word']"
    assert running.asks() == "answer 1"
    edit(tmp_path / "mine.py", "def value():\n    return 'two'\n")
    assert "mine" in running.until("load: reloaded")
    assert running.asks() == "answer two"
    edit(tmp_path / "mine.py", "def value(:\n")
    running.until("load: 'mine' cannot be compiled")
    assert running.asks() == "answer two"
    edit(tmp_path / "mine.py", "def value():\n    return 3\n")
    running.until("load: reloaded")
    edit(tmp_path / "app.py", SCRIPT.replace("began", "begun anew"))
    assert running.until("load: app") == "load: app.py has changed, which runs again"
    running.until("at its end")
    assert running.until("begun anew") == "begun anew __main__ ['--word']"
    assert running.asks() == "answer 3"
    assert not [line for line in running.lines if "Traceback" in line or "KeyboardInterrupt" in line]


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's background is not known there")
@pytest.mark.parametrize("ignores", ["a script's &", "the program itself"])
def test_a_program_that_ignores_ctrl_c_is_cleaned_up_before_it_runs_again(tmp_path: Path, ignores: str) -> None:
    """As it does in the background of a script: it was ended hard there, and only after some seconds."""
    own = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n" if ignores == "the program itself" else ""
    script = f"{own}import mine, threading\ntry:\n    print('began', flush=True)\n    {WAITING}finally:\n"
    script += "    print('cleaned up', flush=True)\n"
    (tmp_path / "mine.py").write_text("")
    (tmp_path / "app.py").write_text(script)
    running = Running(tmp_path, "app.py", before=() if own else ("sh", "-c", "trap '' INT; exec \"$@\"", "sh"))
    try:
        running.until("began")
        edit(tmp_path / "app.py", script.replace("began", "begun anew"))
        running.until("begun anew")
        assert running.lines[1:] == ["load: app.py has changed, which runs again", "cleaned up", "begun anew"]
    finally:
        running.end()


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to a process alone there")
def test_a_program_that_has_ended_runs_again_when_a_file_of_it_changes(running: Running, tmp_path: Path) -> None:
    """Its modules count, too, also edited within a second. Ctrl-C ends it, with the exit code that the program had."""
    running.until("began")
    assert running.process.stdin is not None
    running.process.stdin.write("stop\n")
    running.process.stdin.flush()
    running.until("load: app.py has ended with 0")
    edit_within_the_second(tmp_path / "mine.py", "raise SystemExit(7)\n")
    running.until("load: app.py has ended with 7")
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(TIMEOUT) == 7


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe cannot be interrupted there")
def test_a_program_that_is_edited_as_soon_as_it_has_begun_runs_again(running: Running, tmp_path: Path) -> None:
    """What changes before anything of it is watched is not missed."""
    running.until("began")
    edit(tmp_path / "app.py", SCRIPT.replace("began", "begun anew"))
    assert running.until("begun anew") == "begun anew __main__ ['--word']"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_whoever_waits_for_the_program_ends_with_it_when_asked(running: Running, tmp_path: Path) -> None:
    """By SIGTERM, and by Ctrl-C that the program answers in its own way: else it ran on for ever."""
    running.until("began")
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(TIMEOUT) == 128 + signal.SIGTERM
    own = "import signal, sys, threading\nsignal.signal(signal.SIGINT, lambda *_: sys.exit(5))\n"
    (tmp_path / "own.py").write_text(f"{own}print('stands', flush=True)\n{WAITING}")
    again = Running(tmp_path, "own.py")
    try:
        again.until("stands")
        os.killpg(again.process.pid, signal.SIGINT)  # as a terminal does
        assert again.process.wait(TIMEOUT) == 5
    finally:
        again.end()
    assert "has ended" not in "".join((*running.lines, *again.lines))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no parent that changes")
def test_a_program_ends_when_who_waits_for_it_is_killed(running: Running) -> None:
    """No port stays taken by a process that nobody sees."""
    running.until("began")
    running.process.kill()
    assert running.process.stdout is not None
    rest = running.process.stdout.read()  # to its end, which comes with that of the program
    assert "Traceback" not in rest


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to a process alone there")
def test_what_keeps_a_program_from_running_is_mended(tmp_path: Path) -> None:
    """Its own syntax, a module that cannot be compiled or is not there: none of these was ever loaded."""
    (tmp_path / "app.py").write_text("import sys\nprint('at it', flush=True)\nx = (\n")
    running = Running(tmp_path, "app.py")
    try:
        running.until("load: app.py has ended with 1")
        (tmp_path / "mine.py").write_text("def value(:\n")
        edit(tmp_path / "app.py", "try:\n    import mine\nexcept ImportError:\n    pass\nprint('it runs')\n")
        running.until("load: app.py has ended with 1")
        edit(tmp_path / "mine.py", "import os\n")
        running.until("it runs")
        running.until("load: app.py has ended with 0")
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(TIMEOUT) == 128 + signal.SIGTERM
        assert not [line for line in running.lines if "KeyboardInterrupt" in line]
    finally:
        running.end()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "the program is missing"),
        (["-m"], "the program is missing"),
        (["-"], "a program on standard input has no file that could change"),
        (["--fast", "app.py"], "run has no option '--fast'."),
    ],
)
def test_wrong_use_is_told(child: Python, words: list[str], said: str) -> None:
    """With what is right."""
    result = child.run(["-m", "load", "run", "--reload", *words])
    assert result.returncode == 2
    assert said in result.stderr
    assert "load help run " in result.stderr


SHELL = """
import sys
from pathlib import Path
from IPython.core.interactiveshell import InteractiveShell

sys.path.insert(0, sys.argv[1])
here = Path(sys.argv[1])
shell = InteractiveShell.instance()

def cell(text):
    result = shell.run_cell(text, store_history=True)
    assert result.success, text
    return result.result

def write(text):
    (here / "base.py").write_text(text)

cell("%load_ext load")
"""


def in_shell(child: Python, code: str, folder: Path) -> tuple[list[str], list[str]]:
    """Run cells in a child; what was printed, and what was said on standard error."""
    environ = {"IPYTHONDIR": str(folder / "ipython")}
    result = child.run(["-c", SHELL + code, folder], env=environ, timeout=TIMEOUT).check()
    return [line for line in result.stdout.splitlines() if not line.startswith("Out[")], result.stderr.splitlines()


def test_a_cell_sees_what_has_changed(child: Python, program: Path) -> None:
    """Constants that earlier cells took, dependents, held functions; and it is said in a line."""
    code = """
cell("%autoload 2")
cell("from base import VALUE as taken, answer\\nfrom above import *\\nkept = 'mine'")
write("VALUE = 21\\nkept = 'its'\\ndef answer():\\n    return 'new'\\n")
print(cell("(taken, answer(), TWICE, VALUE, kept)"))
cell("taken = 'own'")
write("VALUE = 4\\n\\ndef answer():\\n    return 'newer'\\n")
print(cell("(taken, answer(), TWICE)"))
"""
    printed, said = in_shell(child, code, program)
    assert printed == ["(21, 'new', 42, 21, 'mine')", "('own', 'newer', 8)"]
    assert [line.partition(" in ")[0] for line in said] == ["load: reloaded"] * 2
    assert said[0].endswith(": base, above")


def test_a_source_that_fails_is_told_once_whole_then_in_a_line(child: Python, program: Path) -> None:
    """And every module is as it was."""
    code = """
cell("%autoload 2")
cell("import base")
write("VALUE = 3\\nraise RuntimeError('not now')\\n")
print(cell("base.VALUE"), cell("base.answer()"))
write("VALUE = 9\\n")
print(cell("base.VALUE"))
"""
    printed, said = in_shell(child, code, program)
    assert printed == ["1 old", "9"]
    assert said[0] == "load: 'base' failed when its source ran again: RuntimeError: not now"
    assert said[-2] == "load: as before is all, as base still fails"
    assert said[-1].startswith("load: reloaded")


def test_only_what_is_named_or_nothing(child: Python, program: Path) -> None:
    """Mode 1, off, once by hand, and after the extension is gone."""
    code = """
cell("import base")
cell("%autoload 1 other.package")
write("VALUE = 2\\n")
print(cell("base.VALUE"))
cell("%autoload 1 base")
print(cell("base.VALUE"))
cell("%autoload off")
write("VALUE = 3\\n")
print(cell("base.VALUE"))
cell("%autoload")
print(cell("base.VALUE"))
cell("%autoload 7")
cell("%autoload 2")
cell("%unload_ext load")
write("VALUE = 4\\n")
print(cell("base.VALUE"), "autoload" in shell.magics_manager.magics["line"])
cell("%reload_ext load")
cell("%autoload")
print(cell("base.VALUE"))
"""
    printed, said = in_shell(child, code, program)
    assert printed == ["1", "2", "2", "3", "3 False", "4"]
    assert "load: %autoload 7 means nothing." in said


def test_ctrl_c_while_something_is_reloaded_is_no_failure_of_a_source(child: Python, program: Path) -> None:
    """It reaches the cell, and all is as it was."""
    code = """
cell("import base")
write("VALUE = 2\\nraise KeyboardInterrupt\\n")
result = shell.run_cell("%autoload")
print(type(result.error_in_exec).__name__, cell("base.VALUE"))
"""
    printed, said = in_shell(child, code, program)
    assert printed[-1] == "KeyboardInterrupt 1"
    assert not [line for line in said if "would have ended" in line]


def test_hostile_modules_keep_no_cell_from_what_is_new(child: Python, program: Path) -> None:
    """A source that calls `sys.exit` leaves the shell alone; a `__getattr__` that fails is nobody else's matter."""
    (program / "hostile.py").write_text("OTHER = 1\n")
    code = """
cell("%autoload ON")
cell("from base import VALUE\\nfrom hostile import OTHER")
write("VALUE = 2\\nimport sys\\nsys.exit(4)\\n")
print(cell("VALUE"), cell("'still there'"))
(here / "hostile.py").write_text("def __getattr__(name):\\n    raise RuntimeError(name)\\n")
write("VALUE = 3\\n")
print(cell("(VALUE, OTHER)"))
write("VALUE = 4\\n")
print(cell("(VALUE, OTHER)"))
cell("%autoload 1 base..part")
write("VALUE = 5\\n")
print(cell("(VALUE, OTHER)"))
"""
    printed, said = in_shell(child, code, program)
    assert printed == ["1 still there", "(3, 1)", "(4, 1)", "(5, 1)"]
    assert said[0] == "load: A source would have ended the program when it ran again: SystemExit: 4."
    assert said.count("load: 'base..part' is not a dotted import name.") == 1
    assert not [line for line in (*printed, *said) if "Traceback" in line or "Error in callback" in line]


def test_names_are_renewed_by_whomever_the_module_was_reloaded(child: Python, program: Path) -> None:
    """By another shell, too; also what a `%%time` cell took. What no reload has changed is left alone."""
    code = """
import base
other = InteractiveShell()
other.run_cell("%load_ext load")
cell("%autoload 2")
cell("%%time\\nfrom base import VALUE, answer as count\\nbase_count = 0")
other.run_cell("from base import VALUE as theirs, answer as kept\\n%autoload 2")
write("VALUE = 2\\nanswer = 10\\n")
other.run_cell("mine = theirs")
print(other.user_ns["mine"], cell("VALUE"), cell("count"))
base.answer = 11
write("VALUE = 3\\nanswer = 10\\n")
cell("import base\\nfrom base import answer as own")
base.answer = 12
(here / "above.py").write_text("THRICE = 3\\n")
print(cell("own"), cell("VALUE"))
"""
    printed, _ = in_shell(child, code, program)
    assert [line for line in printed if not line.startswith(("CPU times", "Wall time"))] == ["2 2 10", "10 3"]

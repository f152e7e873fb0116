"""What is seen of what takes a while: at a terminal, at one without a cursor, in a log, in a notebook."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from load._console import status, surfaces
from load._console.bar import Count
from load._console.downloads import Downloads
from load._console.jobs import Job
from load._console.surfaces import Cell, Log, Moment, MovingLine, plain
from tests.support.environments import Environment, Python
from tests.support.index import Index
from tests.support.kernels import TIMEOUT, running_kernel

pty = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")

# `drawn` returns when the work has been shown as it is then, `seen` when it was shown at all; nothing is drawn while
# `held` is.
WORK = """
import io, os, sys
import load
from load._console import bar, status, surfaces
from load._console.status import counted_while, shown_while

status.PATIENCE = 0
surfaces.Cell.patience, surfaces.Cell.tick = 0, 0.01
surfaces._WATCHED, surfaces._WATCHED_AGAIN = 0, 3600
bar._SETTLED = 0

held = status._status._lock

def seen():
    job, = status._status._jobs
    while not job.seen:
        os.sched_yield()

def drawn():
    status._status._jobs[0].seen = False
    seen()
"""
COUNTED = """
with counted_while("measuring the import of pandas", 4) as step:
    step(1, "run 2 of 4")
    drawn()
    step(3, "run 4 of 4 \\x1b[2J")
    drawn()
print("done")
"""


# -- what is told ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "shown", "outlook"),
    [
        (Count(3, 12, "", 6.0), "3/12", "2.0 s each, 18 s left"),
        (Count(30, 90, "", 10.0), "30/90", "3.0/s, 20 s left"),
        (Count(30, 90, "", 10.0, 20), "30/90", "1.0/s, 1 min 0 s left"),
        (Count(12_900_000, 36_000_000, "bytes", 4.0), "12.9 MB of 36.0 MB", "3.2 MB/s, 7 s left"),
        (Count(1, 1000, "", 10.0), "1/1000", "10.0 s each, 166 min 30 s left"),
        (Count(0, 12, "", 6.0), "0/12", ""),  # nothing is done that could be measured
        (Count(5, 12, "", 6.0, 5), "5/12", ""),
        (Count(12, 12, "", 6.0), "12/12", ""),  # nothing is left
        (Count(3, 12, "", 0.2), "3/12", ""),  # too early to tell
        (Count(0, 0, "", 6.0), "0/0", ""),
        (Count(13, 12, "", 6.0), "13/12", ""),
    ],
)
def test_a_rate_and_the_time_that_is_left(count: Count, shown: str, outlook: str) -> None:
    """Where they can be told; else nothing is made up."""
    assert (str(count), count.outlook) == (shown, outlook)
    assert 0 <= count.part <= 1


def test_what_uv_says_of_downloads_is_counted() -> None:
    """Each larger file is named with its size as it begins, and again when it has come; all else is something else."""
    downloads = Downloads()
    heard = [(downloads.hear(line), downloads.counted) for line in ("Resolved 4 packages", "Downloading a (1.0MiB)")]
    assert heard == [(None, None), ("downloading a (1.0 MB)", None)]  # nobody knows how much of it has come
    more = ("Downloading b (512.0KiB)", "Downloaded a", "Downloaded x", "Downloading c.whl", "Downloaded b", "Prepared")
    assert [(downloads.hear(line), downloads.counted) for line in more] == [
        ("downloading a (1.0 MB) and 1 more, 1.6 MB in all", None),
        ("downloading b (524 kB)", (2**20, 3 * 2**19)),
        (None, (2**20, 3 * 2**19)),
        (None, (2**20, 3 * 2**19)),
        ("downloaded", (3 * 2**19, 3 * 2**19)),
        (None, (3 * 2**19, 3 * 2**19)),
    ]


def test_what_pip_says_of_downloads_is_counted_file_by_file() -> None:
    """It tells the bytes that have come, in nearly every line; the sizes of what is still to come nobody knows."""
    downloads = Downloads()
    said = [
        "Downloading a-1.0-py3-none-any.whl (2.0 MB)",
        "Progress 500000 of 2000000",
        "Progress 2000000 of 2000000",
        "Downloading b-1.0.tar.gz (900 kB)",
        "Progress 100000 of 900000",
        "Progress 5 of 0",
        "Progress of the work",
    ]
    assert [(downloads.hear(line), downloads.counted, downloads.file) for line in said] == [
        ("downloading a-1.0-py3-none-any.whl (2.0 MB)", None, 0),
        ("downloading a-1.0-py3-none-any.whl", (500_000, 2_000_000), 1),
        ("downloading a-1.0-py3-none-any.whl", (2_000_000, 2_000_000), 1),
        ("downloading b-1.0.tar.gz", (2_000_000, 2_000_000), 1),
        ("downloading b-1.0.tar.gz", (100_000, 900_000), 2),
        ("downloading b-1.0.tar.gz", None, 3),
        (None, None, 3),
    ]


def test_a_file_that_is_counted_anew_has_a_rate_of_its_own() -> None:
    """What the first brought in says nothing of the second."""
    job = Job("installing", "key")
    for line in ("Downloading a.whl (2.0 MB)", "Progress 10 of 2000000", "Progress 2000000 of 2000000"):
        job.hear(line)
    assert job.progress is not None
    assert job.progress.before == 10
    job.hear("Downloading b.whl (900 kB)")
    assert job.hear("Progress 20 of 900000") == "downloading b.whl"
    assert (job.progress.done, job.progress.total, job.progress.before) == (20, 900_000, 20)


def test_the_first_of_several_files_of_uv_has_a_rate() -> None:
    """It came since the first of them was begun."""
    job = Job("installing", "key")
    for line in ("Downloading a (1.0MiB)", "Downloading b (1.0MiB)", "Downloaded a"):
        job.hear(line)
    assert job.progress is not None
    assert (job.progress.done, job.progress.before) == (2**20, 0)


def test_what_is_no_work_is_not_told_as_such() -> None:
    """Warnings and hints, on which nobody works; nor bytes, where several have theirs."""
    shown = status.Status()
    shown._idle.clear()  # draws nothing
    shown.begin("installing", "one")
    for line in ("Building x", "WARN Range requests not supported", "hint: use y", "warning: z"):
        shown.says(line)
    assert shown._moment().now == "Building x"
    shown.begin("another", "two")
    shown.says("Progress 20 of 900000")
    assert (shown._moment().now, shown._moment().count) == ("", None)


def test_a_moment_in_one_line() -> None:
    """Whatever the one who works says is on it."""
    moment = Moment("installing numpy with uv", "Downloading\n\x1b[2J", 12.4, Count(3, 12, "", 6.0))
    assert plain(moment) == "installing numpy with uv: 12 s, 3/12, 2.0 s each, 18 s left · Downloading\\n\\x1b[2J"
    assert plain(Moment("building x", "", 3.0, None)) == "building x: 3 s"


# -- terminals ---------------------------------------------------------------------------------------------------------


@pty
@pytest.mark.parametrize(
    ("columns", "bar", "outlook"),
    [("120", "━{16} ", r"\(\d.+(/s| each), \d+ s left\) "), ("80", "━{16} ", r"\(\d+ s left\) "), ("50", "", "")],
)
def test_a_bar_with_what_happens_now(child: Python, columns: str, bar: str, outlook: str) -> None:
    """How far, how fast, how long still, as far as there is room for it; and nothing stays."""
    result = child.run_in_pty(WORK + COUNTED, env={"COLUMNS": columns})
    assert result.check().stdout == "done\n"
    shown = re.sub(r"\x1b\[[0-9;]*m", "", result.stderr)
    assert re.search(rf"\d s {bar}3/4 {outlook}measuring the import of pandas", shown)
    assert "\x1b[2J" not in result.stderr
    assert result.stderr.endswith("\x1b8\x1b[J")


@pty
def test_twenty_columns_without_colours_or_unicode(child: Python) -> None:
    """Each picture is one line."""
    env = {"NO_COLOR": "1", "PYTHONIOENCODING": "ascii"}
    set_width = "import termios; termios.tcsetwinsize(2, (10, 20))\n"
    result = child.run_in_pty(set_width + WORK + COUNTED, env=env)
    pictures = re.findall(r"[-/|\\] \d+ s [^\r\n\x1b]*", result.check().stderr)
    assert pictures
    assert max(map(len, pictures)) <= 20
    assert "3/4" in result.stderr
    assert not re.search(r"\x1b\[[0-9;]*m", result.stderr)


@pty
@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_terminal_without_a_cursor_gets_plain_lines(child: Python, term: str) -> None:
    """Whoever watches a build there sees that it goes on."""
    code = """
held.acquire()
with shown_while("building what has no wheel"):
    status.says("Building x==1.0")
    held.release()
    seen()
print("done", "rich" in sys.modules)
"""
    result = child.run_in_pty(WORK + code, env={"TERM": term})
    assert result.check().stdout == "done False\n"
    assert re.fullmatch(r"load: building what has no wheel: \d+ s · Building x==1\.0\n", result.stderr)


@pty
def test_at_the_end_of_the_program_the_work_goes_on(child: Python) -> None:
    """From Python 3.12 on no thread can be started then: nothing is drawn, and nothing fails."""
    code = """
import atexit

@atexit.register
def late():
    with shown_while("x"):
        print("worked")
"""
    result = child.run_in_pty(WORK + code)
    assert result.check().stdout == "worked\n"
    assert "Error" not in result.stderr


class OldConsole(io.StringIO):
    """A console window of Windows before escape codes, as rich tells them apart."""

    encoding = "cp850"

    def isatty(self) -> bool:
        """It is one."""
        return True


def test_an_old_console_of_windows_gets_no_escape_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line is overwritten as a whole, and with blanks at the end."""
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("NO_COLOR", "1")
    stream = OldConsole()
    line = MovingLine(stream)
    assert line.prepare()
    assert line._console is not None
    line._console.legacy_windows = True
    line._console._color_system = None
    line.draw(Moment("starting größe", "→", 1.0, None))
    line.draw(Moment("x", "", 2.0, None))
    line.make_way()
    line.make_way()
    pictures = stream.getvalue().split("\r")
    assert [len(picture) for picture in pictures] == [0, 39, 39, 39, 0]
    assert pictures[1].rstrip() == "- 1 s starting größe - ->"
    assert pictures[3].isspace()


# -- logs --------------------------------------------------------------------------------------------------------------


def test_a_log_gets_few_lines(child: Python) -> None:
    """One after a while; then one again after a longer while, however much happens."""
    code = """
surfaces._LOGGED = 0
held.acquire()
with counted_while("measuring", 4) as step:
    step(0, "run")
    held.release()
    seen()
    for done in range(4):
        step(done, "run again")
"""
    result = child.run(WORK + code)
    assert result.check().stdout == ""
    assert re.fullmatch(r"load: measuring: \d+ s, 0/4 · run\n", result.stderr)


def test_what_is_short_says_nothing(child: Python) -> None:
    """In a log nothing is told of what is done within seconds."""
    assert status.PATIENCE + surfaces._LOGGED >= 10
    assert surfaces._LOGGED_AGAIN >= surfaces._LOGGED
    code = 'surfaces._LOGGED = 100\nwith shown_while("x"): pass\nprint(load.measure_import("json", 1).runs)'
    result = child.run(WORK + code)
    assert (result.check().stdout, result.stderr) == ("1\n", "")


@pytest.mark.parametrize("how", ["LOAD_QUIET", "configure"])
def test_quiet_is_quiet(child: Python, how: str) -> None:
    """Without a line, and without a thread."""
    code = """
import threading
surfaces._LOGGED = 0
with counted_while("measuring", 4) as step:
    step(1, "run")
    print(threading.active_count(), status._status._jobs)
"""
    configure = "load.configure(quiet=True)\n" if how == "configure" else ""
    result = child.run(WORK + configure + code, env={"LOAD_QUIET": "1"} if how == "LOAD_QUIET" else None)
    assert (result.check().stdout, result.stderr) == ("1 []\n", "")


class Full:
    """A stream on which nothing can be written any more."""

    encoding = "utf-8"
    closed = False

    def write(self, text: str) -> int:
        """Fail."""
        raise OSError(28, "No space left on device")


def test_a_log_that_is_full_raises_what_the_drawer_awaits() -> None:
    """It is one of the errors after which nothing more is drawn."""
    with pytest.raises(OSError, match="No space"):
        Log(Full(), 0, 0).draw(Moment("x", "", 1.0, None))  # type: ignore[arg-type]


@pytest.mark.parametrize("breaking", ["sys.stderr = None", "sys.stderr.close()", "os.close(2)"])
def test_a_stream_that_is_gone_is_no_error(child: Python, breaking: str) -> None:
    """The work goes on."""
    code = f'{breaking}\nsurfaces._LOGGED = 0\nwith shown_while("x"): pass\nprint("went on")'
    result = child.run(WORK + code)
    assert (result.check().stdout, result.stderr) == ("went on\n", "")


# -- notebooks ---------------------------------------------------------------------------------------------------------


class Publisher:
    """As IPython's: notes what is published."""

    def __init__(self) -> None:
        self.sent: list[tuple[dict[str, str], str, bool]] = []

    def publish(self, data: dict[str, str], metadata: object, *, transient: dict[str, str], update: bool) -> None:
        """Take one output."""
        self.sent.append((data, transient["display_id"], update))


def test_an_output_is_renewed_in_its_place_and_ends_empty() -> None:
    """What has not changed is not sent again; all texts are text."""
    publisher = Publisher()
    cell = Cell(publisher)
    first = Moment("installing <b>x</b>", "<script>", 1.0, None)
    cell.draw(first)
    cell.draw(first)
    cell.draw(Moment("installing <b>x</b>", "", 2.0, Count(1, 4)))
    cell.settle()
    datas, ids, updates = zip(*publisher.sent, strict=True)
    assert updates == (False, True, True)
    assert len(set(ids)) == 1
    assert [data["text/plain"] for data in datas] == [
        "installing <b>x</b>: 1 s · <script>",
        "installing <b>x</b>: 2 s, 1/4",
        "",
    ]
    assert "&lt;script&gt;" in datas[0]["text/html"]
    assert "<b>" not in datas[0]["text/html"] + datas[1]["text/html"]
    assert 'value="0.250"' in datas[1]["text/html"]
    assert datas[2]["text/html"] == ""


def test_what_was_never_shown_leaves_nothing() -> None:
    """No empty output below a cell that was quick."""
    publisher = Publisher()
    Cell(publisher).settle()
    assert publisher.sent == []


@pytest.fixture
def kernel() -> Iterator[Any]:
    """A client of a running kernel."""
    with running_kernel() as client:
        yield client


@pytest.mark.filterwarnings("ignore")  # of the client's own event loop
def test_a_real_kernel_shows_it_below_its_cell(kernel: Any) -> None:
    """One output with the cell as its parent, renewed, empty at the end; else a log."""
    outputs: list[tuple[str, str, str]] = []

    def output(message: dict[str, Any]) -> None:
        kind, content = message["msg_type"], message["content"]
        if kind in ("display_data", "update_display_data"):
            outputs.append((kind, content["transient"]["display_id"], content["data"]["text/plain"]))
        elif kind in ("stream", "error"):
            outputs.append((kind, content.get("name", ""), content.get("text", content.get("evalue", ""))))

    def streams(name: str = "") -> str:  # which come in pieces
        return "".join(text for kind, where, text in outputs if kind == "stream" and where.startswith(name))

    kernel.execute_interactive(WORK + COUNTED, output_hook=output, timeout=TIMEOUT)
    shown = [each for each in outputs if each[0] != "stream"]
    assert streams() == "done\n"
    assert [kind for kind, _, _ in shown] == ["display_data", *["update_display_data"] * (len(shown) - 1)]
    assert len({each for _, each, _ in shown}) == 1
    assert any(re.match(r"measuring the import of pandas: \d+ s, 1/4", text) for _, _, text in shown)
    assert shown[-2][2].endswith("· run 4 of 4 \\x1b[2J")
    assert shown[-1][2] == ""

    outputs.clear()
    without = "surfaces._LOGGED = 0\nsurfaces.running_kernel = lambda: None\nwith shown_while('x'):\n    seen()\n"
    kernel.execute_interactive(without, output_hook=output, timeout=TIMEOUT)
    assert re.fullmatch(r"load: x: \d+ s\n", streams("stderr"))
    assert streams("stdout") == ""


# -- who takes a while -------------------------------------------------------------------------------------------------


@pty
def test_measurements_and_workers_say_what_they_do(child: Python) -> None:
    """Each run of a measurement is told; so is that a worker is being started."""
    code = """
told = set()
draw = surfaces.MovingLine.draw

def noted(self, moment):
    told.add((moment.what, moment.now, moment.count and str(moment.count)))
    draw(self, moment)

def until_drawn(event):
    if type(event).__name__ == "WorkProgress" and not event.is_over:
        drawn()

surfaces.MovingLine.draw, surfaces.MovingLine.tick = noted, 0.01
load.subscribe(until_drawn)
load.measure_import("json", 2)
with load.isolated("json", start="spawn") as worker:
    pass
sys.stdout.write("\\n".join(sorted(map(repr, told))))
"""
    shown = child.run_in_pty(WORK + code).check().stdout
    assert "('measuring the import of json', 'run 2 of 2', '2/3')" in shown
    assert "(\"starting a worker with 'json'\", '', None)" in shown


@pytest.mark.parametrize("backend", ["uv", "pip"])
def test_each_wait_for_an_install_is_told(venv: Environment, index: Index, wheel: Any, backend: str) -> None:
    """The plan, the look into what nobody vouches for, the install; of pip's downloads every part that comes."""
    index.add(wheel("large-thing", files={"large_thing/__init__.py": "", "large_thing/data": os.urandom(700_000)}))
    code = """
import load
from load._console import status
load.configure(install="always")
begin, hear = status.Status.begin, status.Job.hear
counted = set()

def begun(self, what, key):
    print(what)
    begin(self, what, key)

def heard(self, line):
    now = hear(self, line)
    if self.counted is not None:
        counted.add(self.counted[1])
    return now

status.Status.begin, status.Job.hear = begun, heard
load.large_thing
print(len(counted) == 1 and counted.pop() > 700_000)
"""
    told = venv.run(code, env={"LOAD_BACKEND": backend}).check().stdout.splitlines()
    assert told == [
        "finding out what large_thing would change",
        "looking into large-thing==1.0 before anything is installed",
        f"installing large_thing with {backend}",
        str(backend == "pip"),
    ]


WAITS = """
import sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        while name == "load._imports.module_manager" and not os.path.exists("seen"):
            os.sched_yield()

import os
sys.meta_path.insert(0, Finder())
"""


@pytest.mark.parametrize("looks", [True, False])
def test_what_a_profile_looks_for_afterwards_is_told(child: Python, tmp_path: Path, *, looks: bool) -> None:
    """By the process that waits for it, so that nothing of it is in what is looked at."""
    (tmp_path / "program.py").write_text(WAITS if looks else "")
    code = f"""
        import sys
        from load._cli import run
        from load._console import status
        begin = status.Status.begin

        def begun(self, what, key):
            print(what, file=sys.stderr)
            begin(self, what, key)
            open("seen", "w").close()

        status.Status.begin = begun
        run(["profile", *{["--suggest"] if looks else []}, "program.py"])
    """
    result = child.run(code, cwd=tmp_path).check()
    assert result.stderr == ("looking for suggestions in what was imported\n" if looks else "")
    assert "program.py" in result.stdout


@pytest.mark.parametrize("quiet", ["0", "1"])
def test_who_subscribes_can_draw_progress_of_their_own(child: Python, quiet: str) -> None:
    """Begun, further, over, by one number for each piece of work; also where nothing is drawn, or the work fails."""
    code = """
from load._console import status
import load

def told(event):
    if type(event).__name__ == "WorkProgress":
        print(event.number, event.what, event.now, event.done, event.total, event.is_over, sep="|")

end = load.subscribe(told)
load.measure_import("json", 1)
try:
    with status.shown_while("in vain"):
        raise OSError
except OSError:
    end()
with status.shown_while("unheard"):
    pass
"""
    told = child.run(code, env={"LOAD_QUIET": quiet}).check().stdout.splitlines()
    assert told == [
        "1|measuring the import of json||0|2|False",
        "1|measuring the import of json|run 1 of 1|1|2|False",
        "1|measuring the import of json||1|2|True",
        "2|in vain||None|None|False",
        "2|in vain||None|None|True",
    ]

"""The lines of auto-print in programs that make it hard: strange modules, broken streams, thousands of loads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.environments import Python

# Modules whose version is to steer the terminal, to forge a line, to be endless, or to fail when it is shown.
STRANGE = {
    "steering": r"__version__ = '1\x1b[2J\x1b]0;title\x07\u202e'",
    "forging": r"__version__ = '1\nload: installed evil 1.0\u2028again'",
    "endless": "__version__ = '1' * 100_000",
    "failing": "class V(str):\n    __str__ = None\n    def __format__(self, how): raise KeyError\n__version__ = V('3')",
    "g" + "x" * 200: "__version__ = '1'",
}


def with_modules(child: Python, folder: Path) -> dict[str, str]:
    """The environment in which the modules in a folder are found."""
    return {"PYTHONPATH": f"{child.environ['PYTHONPATH']}:{folder}"}


def test_nothing_of_a_module_forges_a_line_or_steers_the_terminal(child: Python, tmp_path: Path) -> None:
    """A line each, readable, of a bearable length."""
    for name, text in STRANGE.items():
        (tmp_path / f"{name}.py").write_text(text)
    code = f"import load; load.enable_auto_print(memory=False); load(*{[*STRANGE]!r})"
    shown = child.run(["-W", "error", "-c", code], env=with_modules(child, tmp_path), cwd=tmp_path).check().stderr
    lines = shown.splitlines()
    assert [line.partition(" ")[0] for line in lines] == [*STRANGE]
    assert lines[0].startswith(r"steering 1\x1b[2J\x1b]0;title\x07\u202e · imported · ")
    assert lines[1].startswith(r"forging 1\nload: installed evil 1.0\u2028again · imported · ")
    assert lines[2].startswith(f"endless {'1' * 60}… · imported · ")
    assert lines[3].startswith("failing 3 · imported · ")


STREAMS = """
import sys

class Stream:
    closed = False
    def write(self, text): sys.__stdout__.write("took it\\n")
    def flush(self): pass

class Writing(Stream):
    def write(self, text): raise KeyError("write")

class Flushing(Stream):
    def flush(self): raise ZeroDivisionError

class Asked(Stream):
    def isatty(self): raise ZeroDivisionError
    @property
    def encoding(self): raise MemoryError
    @property
    def closed(self): raise ZeroDivisionError

class Lying(Stream):
    encoding = 5
    def isatty(self): return "yes"
    def fileno(self): raise KeyError("fileno")

class Nothing: pass
"""


@pytest.mark.parametrize(
    ("stream", "taken"), [("Writing", 0), ("Flushing", 1), ("Asked", 1), ("Lying", 1), ("Nothing", 0)]
)
@pytest.mark.parametrize("warnings", ["error", "always"])
def test_a_stream_of_the_programs_own_may_raise_anything(child: Python, stream: str, taken: int, warnings: str) -> None:
    """What is loaded is loaded; nothing that the stream raises is seen."""
    code = f"""{STREAMS}
import load
load.enable_auto_print()
sys.stderr = {stream}()
load.tabnanny
from load._console.status import shown_while
from load._console import surfaces
surfaces.Log.patience = surfaces._LOGGED = 0
with shown_while("waiting"): pass
sys.stderr = sys.__stderr__  # which Python flushes at its end
print("went on")
"""
    result = child.run(["-W", warnings, "-c", code]).check()
    assert result.stdout.splitlines()[:taken] == ["took it"] * taken
    assert result.stdout.splitlines()[-1] == "went on"
    assert result.stderr == ""


def test_a_subscriber_that_fails_stays_outside_where_warnings_are_errors(child: Python) -> None:
    """It is told on standard error, and the program goes on; so, too, where the warning cannot be written."""
    code = """
import load, sys
load.subscribe(lambda event: 1 / 0)
load.tabnanny
class Broken:
    def write(self, text): raise KeyError(text)
sys.stderr = Broken()
load.netrc
sys.stderr = sys.__stderr__
print("went on")
"""
    result = child.run(["-W", "error", "-c", code]).check()
    assert result.stdout == "went on\n"
    assert re.fullmatch(r"load: a subscriber of load's events failed on Loaded\(.*\n", result.stderr)
    shown = child.run(["-W", "always", "-c", code]).check()
    assert shown.stdout == "went on\n"
    assert "RuntimeWarning: a subscriber of load's events failed" in shown.stderr


def test_thousands_of_loads_list_no_folder_again_and_again(child: Python, tmp_path: Path) -> None:
    """What is installed is read once for all of them, and again when a folder has changed."""
    for number in range(200):
        (tmp_path / f"made{number}.py").touch()
    code = """
import collections, os, sys
import load
listed = collections.Counter()
listdir = os.listdir

def counted(folder="."):
    if sys._getframe(1).f_globals["__name__"] == "load._install.installed":
        listed[folder] += 1
    return listdir(folder)

os.listdir = counted
load.enable_auto_print(memory=False)
for number in range(200):
    load(f"made{number}")
print(max(listed.values()))

folder = sys.argv[1]
open(os.path.join(folder, "late.py"), "w").close()
metadata = os.path.join(folder, "late-2.5.dist-info")
os.mkdir(metadata)
with open(os.path.join(metadata, "top_level.txt"), "w") as file:
    file.write("late")
os.utime(folder, ns=(1, 1))
load.late
"""
    (tmp_path / "program.py").write_text(code)
    result = child.run(["program.py", str(tmp_path)], cwd=tmp_path).check()
    assert int(result.stdout) <= 2
    lines = result.stderr.splitlines()
    assert len(lines) == 201
    assert lines[-1].startswith("late 2.5 · imported · ")

"""IPython at a real terminal, and the prompt of Python itself, old and new."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.library import CHECKOUT

pexpect = pytest.importorskip("pexpect", reason="needs pexpect: pip install pexpect")

TIMEOUT = 100  # seconds; nothing here takes ten


def plain(text: str) -> str:
    """What is shown, without the codes that move and colour."""
    return re.sub(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[=>]|\][^\x07]*\x07)", "", text).replace("\r", "")


class Terminal:
    """A program at a terminal of its own."""

    def __init__(self, command: list[str], columns: int, folder: Path) -> None:
        ours = {
            "PYTHONPATH": str(CHECKOUT),
            "TERM": "xterm",
            "IPYTHONDIR": str(folder / "ipython"),
            "PYTHON_HISTORY": str(folder / "history"),
            "COLUMNS": str(columns),
        }
        self.process: Any = pexpect.spawn(
            sys.executable,
            command,
            env={**os.environ, **ours},
            cwd=str(folder),
            encoding="utf-8",
            timeout=TIMEOUT,
            dimensions=(40, columns),
        )

    def types(self, text: str, until: str) -> str:
        """Type a text, and give what is shown until a pattern is."""
        self.process.send(text)
        return self.shows(until)

    def shows(self, pattern: str) -> str:
        """What is shown until a pattern is, that included."""
        self.process.expect(pattern)
        return plain(self.process.before + self.process.after)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Any]:
    """Opens terminals: `opened(["-m", "IPython"], columns=100)`; skipped where there are none, as in a bare chroot."""
    try:
        for descriptor in os.openpty():
            os.close(descriptor)
    except OSError as error:
        pytest.skip(f"no pseudo-terminal can be opened here: {error}")
    made: list[Terminal] = []

    def make(command: list[str], columns: int = 120) -> Terminal:
        made.append(Terminal(command, columns, tmp_path))
        return made[-1]

    yield make
    for each in made:
        each.process.close(force=True)


IPYTHON = ["-m", "IPython", "--no-banner", "--no-confirm-exit", "--colors=NoColor", "--HistoryManager.enabled=False"]


@pytest.mark.parametrize("columns", [120, 30])
def test_ipython_shows_a_table_after_the_cell(columns: int, opened: Any) -> None:
    """As wide as the terminal, with what there is room for."""
    pytest.importorskip("IPython")
    terminal = opened(IPYTHON, columns)
    terminal.shows(r"In \[1\]:")
    terminal.types("import load; load.enable_auto_print()\r", r"In \[2\]:")
    shown = terminal.types("m = load.markdown_it\r", r"In \[3\]:")
    header = next(line for line in shown.splitlines() if line.startswith("name "))
    row = next(line for line in shown.splitlines() if line.startswith("markdown_it "))
    assert ("distribution" in header) == (columns == 120)
    assert re.search(r" \d+ ms|[0-9.]+ ms", row)
    assert len(row) < columns
    assert "name " not in terminal.types("1 + 1\r", r"In \[4\]:")


def test_ipython_completes_what_load_could_mean(opened: Any) -> None:
    """With the key, as a person has it: of the face and of a spec."""
    pytest.importorskip("IPython")
    terminal = opened(IPYTHON)
    terminal.shows(r"In \[1\]:")
    terminal.types("import load\r", r"In \[2\]:")
    terminal.types("%load_ext load\r", r"In \[3\]:")
    terminal.types("load.markdown_i\t", "markdown_it")
    terminal.types(".__name__\r", r"Out.*markdown_it")
    terminal.types("%use tabnann\t", "tabnann.*y")
    terminal.types("\r", r"In \[5\]:")
    terminal.types("tabnanny.__name__\r", r"Out.*tabnanny")


def test_advice_promises_nothing_that_is_asked_about(opened: Any) -> None:
    """A name that nobody knows, and a slip, are not got just so: somebody is there, and is asked."""
    pytest.importorskip("IPython")
    terminal = opened(IPYTHON, columns=160)
    terminal.shows(r"In \[1\]:")
    terminal.types("%load_ext load\r", r"In \[2\]:")
    shown = terminal.types("import nunpy\r", r"In \[3\]:")
    told = "%use nunpy, or load.nunpy, asks first, as 'nunpy' is one slip away from the well-known 'numpy'"
    assert f"load: nunpy is not installed; {told}" in " ".join(shown.split())


@pytest.mark.skipif(sys.version_info < (3, 13), reason="the new prompt came with Python 3.13")
def test_the_new_prompt_gets_lines(opened: Any) -> None:
    """Between the prompts, each once; and its completion imports nothing."""
    terminal = opened(["-q"])
    terminal.shows(">>> ")
    terminal.types("import load, sys; load.enable_auto_print()\r", r"\n.*>>> ")
    shown = terminal.types("t = load.tabnanny\r", r"standard library.*>>> ")
    assert len(re.findall(r"tabnanny · imported · [0-9.]+ m?s", shown)) == 1
    terminal.types("load.markdown_i\t", "markdown_it")
    terminal.types("\x15'markdown_it' in sys.modules\r", "False")


def test_the_plain_prompt_gets_lines(opened: Any) -> None:
    """The one that every Python has."""
    terminal = opened(["-q", "-c", "import code; code.interact(banner='', exitmsg='')"])
    terminal.shows(">>> ")
    terminal.types("import load; load.enable_auto_print()\r", r"\n.*>>> ")
    shown = terminal.types("t = load.tabnanny\r", r"standard library\s+>>> ")
    assert len(re.findall(r"tabnanny · imported · [0-9.]+ m?s", shown)) == 1

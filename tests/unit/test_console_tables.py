"""Tables and errors of the command line."""

from __future__ import annotations

import io
import re

import pytest

from load._console.tables import print_error, print_fields, print_lines, print_table
from load.errors import InstallRefused


class Screen(io.StringIO):
    """A stream that says that it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        """Say so."""
        return True


ROWS = [["numpy", "2.4.6", None], ["[b]x[/b]", 1, "a\x1b[2Jb"]]


def test_a_file_gets_aligned_text(capsys: pytest.CaptureFixture[str]) -> None:
    """None is an empty cell, and no line ends in blanks."""
    print_table(ROWS, ["name", "version", "note"], title="Loaded")
    assert capsys.readouterr().out.splitlines() == [
        "Loaded",
        "name      version  note",
        "----      -------  ----",
        "numpy     2.4.6",
        "[b]x[/b]  1        a\\x1b[2Jb",
    ]


def test_a_terminal_gets_a_drawn_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same words, brackets and all."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    screen = Screen()
    print_table(ROWS, ["name", "version", "note"], title="Loaded", to=screen)
    shown = screen.getvalue()
    assert "─────" in shown
    for word in ("Loaded", "version", "2.4.6", "[b]x[/b]", "a\\x1b[2Jb"):
        assert word in shown


def test_a_narrow_terminal_gets_a_list_for_each_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns of three letters help nobody."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("NO_COLOR", "1")
    screen = Screen()
    print_table(ROWS, ["name", "version", "note"], title="Loaded", to=screen)
    lines = [line.rstrip() for line in screen.getvalue().splitlines()]
    assert "name:     numpy" in lines
    assert "version:  2.4.6" in lines
    assert max(map(len, lines)) <= 20 + len("\x1b[1m\x1b[0m")


def test_a_table_breaks_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where folding between words does not suffice, nor in words as long as paths, each row is a list."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    row = ["2026-11-21 08:19", "beautifulsoup4 1.0 → removed", "/a/folder/of/somebody/script.py:3"]
    shown: dict[int, list[str]] = {}
    for columns in (58, 56, 50):
        monkeypatch.setenv("COLUMNS", str(columns))
        screen = Screen()
        print_table([row, row], ["time", "changes", "by"], to=screen, unbroken=1, narrow=55)
        shown[columns] = [line.rstrip() for line in re.sub(r"\x1b\[\d*m", "", screen.getvalue()).splitlines()]
        assert max(map(len, shown[columns])) <= columns
    for columns in (58, 56):
        (line, *_) = [line for line in shown[columns] if line.startswith("2026")]
        assert line.split()[:3] == ["2026-11-21", "08:19", "beautifulsoup4"]
    assert "time:     2026-11-21 08:19" in shown[50]


def test_sentences_are_folded_between_words_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere each stays on its line."""
    monkeypatch.setenv("COLUMNS", "20")
    screen, file = Screen(), io.StringIO()
    for stream in (screen, file):
        print_lines(["would be asked about, because"], to=stream)
    assert screen.getvalue() == "would be asked\n  about, because\n"
    assert file.getvalue() == "would be asked about, because\n"


def test_fields_stand_below_one_another(capsys: pytest.CaptureFixture[str]) -> None:
    """What is not known is left out."""
    print_fields([("module", "cv2"), ("known", None), ("distribution", "opencv-python")], title="cv2")
    assert capsys.readouterr().out == "cv2\nmodule:        cv2\ndistribution:  opencv-python\n"


def test_tables_of_nothing_are_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    """The headers stand alone."""
    print_table([], ["name"])
    print_fields([])
    assert capsys.readouterr().out == "name\n----\n"


def test_a_stream_that_lacks_characters_gets_others() -> None:
    """As a log file in ASCII."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", newline="")
    print_table([["1 → 2"]], ["é"], title="…", to=stream)
    stream.flush()
    assert raw.getvalue().decode("ascii").splitlines()[0] == "..."
    assert "1 -> 2" in raw.getvalue().decode("ascii")


def test_an_error_is_told_without_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    """What is wrong, what was tried, notes, what to do next; on standard error."""
    error = InstallRefused("nunpy is not installed.", context=["install = known"], hint="did you mean numpy?")
    error.add_note("asked for in a.py:3")
    print_error(error)
    assert capsys.readouterr() == (
        "",
        "load: nunpy is not installed.\n  install = known\n  asked for in a.py:3\n  → did you mean numpy?\n",
    )


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (KeyError("x"), "load: KeyError: 'x'\n"),
        (ValueError(), "load: ValueError\n"),
        (RuntimeError("a\nb"), "load: RuntimeError: a\n  b\n"),
    ],
)
def test_any_error_can_be_told(error: Exception, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Also one that is not of `load`."""
    print_error(error)
    assert capsys.readouterr().err == shown

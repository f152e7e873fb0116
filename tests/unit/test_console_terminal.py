"""Writing to standard error as it really is."""

from __future__ import annotations

import io
import sys

import pytest

from load._console import terminal
from load._console.surfaces import Log, surface
from load._console.terminal import can_draw, encodable, is_terminal, readable, write_line, write_styled


class Screen(io.StringIO):
    """A stream that says that it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        """Say so."""
        return True


class Idle(Screen):
    """One of IDLE's."""

    __module__ = "idlelib.run"


def closed() -> io.StringIO:
    """Give a stream that takes nothing any more."""
    stream = io.StringIO()
    stream.close()
    return stream


class Broken(io.StringIO):
    """A stream of which the other end has gone."""

    def write(self, text: str, /) -> int:
        """Fail as a pipe does."""
        raise BrokenPipeError(32, "Broken pipe")


@pytest.mark.parametrize("stream", [None, closed(), Broken(), object()], ids=["none", "closed", "broken", "no stream"])
def test_a_stream_that_takes_nothing_is_no_error(stream: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line is lost, and that is told to whoever wants to know."""
    monkeypatch.setattr(sys, "stderr", stream)
    assert not write_line("hello")
    assert not write_styled([("hello", "bold")])
    assert not is_terminal(sys.stderr)


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("utf-8", "a → b · é…\n"), ("latin-1", "a -> b - é...\n"), ("ascii", "a -> b - \\xe9...\n")],
)
def test_characters_that_the_stream_has_not_are_replaced(
    encoding: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Arrows and dots have plain forms; the rest is escaped, though the stream itself would raise."""
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(raw, encoding=encoding, errors="strict", newline=""))
    assert write_line("a → b · é…")
    sys.stderr.flush()
    written = raw.getvalue().decode(encoding)
    assert written == shown


def test_an_encoding_that_nobody_knows_is_no_error() -> None:
    """What is left then is plain text."""

    class Strange(io.StringIO):
        encoding = "no-such-encoding"

    assert encodable("a → é", Strange()) == "a -> \\xe9"


def test_nothing_from_outside_steers_the_terminal() -> None:
    """Escape codes, line ends and marks of direction are shown as what they are."""
    assert readable("a\x1b[31mb\r\nc\u202ed\x07") == "a\\x1b[31mb\\r\\nc\\u202ed\\x07"
    assert readable("é → 数") == "é → 数"


def test_a_dumb_terminal_gets_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as that of an editor or of a log viewer."""
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "dumb")
    assert is_terminal(screen)
    assert not can_draw(screen)
    assert write_styled([("load: no", "bold red"), ("  [b]why[/b]", "")])
    assert screen.getvalue() == "load: no\n  [b]why[/b]\n"


def test_a_terminal_gets_styles(monkeypatch: pytest.MonkeyPatch) -> None:
    """And with NO_COLOR (https://no-color.org) no colours; brackets are no markup."""
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert write_styled([("[b]x[/b]", "red")])
    assert screen.getvalue() == "\x1b[31m[b]x[/b]\x1b[0m\n"
    monkeypatch.setenv("NO_COLOR", "1")
    screen.truncate(0)
    assert write_styled([("x" * 300, "red")])
    assert "x" * 300 + "\n" in screen.getvalue()
    assert "\x1b[31m" not in screen.getvalue()


def test_a_line_is_written_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that lines of several threads do not mix."""
    pieces: list[str] = []

    class Notes(io.StringIO):
        def write(self, text: str, /) -> int:
            pieces.append(text)
            return len(text)

    monkeypatch.setattr(sys, "stderr", Notes())
    assert terminal.write_line("one line")
    assert pieces == ["one line\n"]


def test_idle_gets_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would show escape codes as they are; progress is told in lines there."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", Idle())
    assert write_styled([("load asks", "bold red")])
    assert sys.stderr.getvalue() == "load asks\n"  # type: ignore[attr-defined]
    assert isinstance(surface(sys.stderr), Log)

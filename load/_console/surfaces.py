"""Where progress is shown: a line that moves at a terminal, one that is renewed in a notebook, a few lines in a log.

None of them is standard output.
"""

from __future__ import annotations

from load._console.person import running_kernel
from load._console.terminal import (
    UNWRITABLE,
    can_draw,
    console_on,
    drawn_by_others,
    encodable,
    in_foreground,
    is_open,
    is_terminal,
    put,
    readable,
    speaks_unicode,
    width,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TextIO, TypeAlias

    from rich.console import Console
    from rich.text import Text

    from load._console.bar import Count

    # Each has `patience` (seconds that it lets pass after those of `status`) and `tick`, seconds; `prepare`, which
    # imports what drawing takes, outside of any lock, and says whether it can be drawn at all; `draw`; `make_way` for
    # something that is written; `settle` at the end. What these raise where the place is gone is among `UNWRITABLE`.
    Surface: TypeAlias = "MovingLine | Cell | Log"

_TICK = 0.1  # seconds between two pictures at a terminal
_NOTEBOOK_PATIENCE, _NOTEBOOK_TICK = 0.2, 0.5  # seconds: each is a message to the browser
_WATCHED, _WATCHED_AGAIN = 0.7, 10.0  # seconds before the first line, and between two, at a terminal without a cursor
_LOGGED, _LOGGED_AGAIN = 9.7, 30.0  # the same in files and pipes
_DOTS, _STROKES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", "|/-\\"
# A line below the cursor, which is back where it was afterwards: what the program prints meanwhile, or has begun to
# print, stays its own. Down and up again makes sure that there is such a line (all of it is VT100's).
_BELOW, _BACK, _ERASE = "\x1b[K\x1bD\x1bM\x1b7\x1b[B\r", "\x1b[J\x1b8", "\x1b[J"


class Moment:
    """What there is to show at one moment.

    Attributes:
        what: what happens, in words.
        now: what of it happens now, in the words of the one who does it; "" where that is not told.
        seconds: since it began.
        count: how much of it is done, or None where that is not known.
    """

    __slots__ = ("count", "now", "seconds", "what")

    def __init__(self, what: str, now: str, seconds: float, count: Count | None) -> None:
        self.what = what
        self.now = now
        self.seconds = seconds
        self.count = count

    @property
    def numbers(self) -> str:
        """How far it is, in words; "" where nothing is counted."""
        if self.count is None:
            return ""
        return ", ".join(part for part in (str(self.count), self.count.outlook) if part)


def surface(stream: TextIO | None) -> Surface | None:
    """The place to show progress on; None where there is none.

    Args:
        stream: standard error, as it was when the work began.
    """
    kernel = running_kernel()
    publisher = getattr(getattr(kernel, "shell", None), "display_pub", None)
    if publisher is not None:
        return Cell(publisher)
    if stream is None or not is_open(stream):
        return None
    if can_draw(stream):
        return MovingLine(stream)
    times = (_WATCHED, _WATCHED_AGAIN) if is_terminal(stream) else (_LOGGED, _LOGGED_AGAIN)
    return Log(stream, *times)


class MovingLine:
    """A line below what the program prints at a terminal, drawn again and again, and gone at the end.

    The cursor stays visible: who is stopped, or killed, cannot show it again.

    Args:
        stream: the terminal.
    """

    patience, tick = 0.0, _TICK

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._console: Console | None = None
        self._is_drawn = False

    def prepare(self) -> bool:
        """Import rich."""
        try:
            import rich.text  # noqa: F401

            self._console = console_on(self._stream)
        except ImportError:
            return False
        return True

    def draw(self, moment: Moment) -> None:
        """Draw the line, where nobody else draws on this terminal and the shell has not taken it back."""
        assert self._console is not None
        if drawn_by_others() or not in_foreground(self._stream):
            self.make_way()
            return
        room = (width(self._stream) or 80) - 1  # in the last column, what erases the rest of the line would erase it
        text = self._line(moment, room)
        with self._console.capture() as captured:
            self._console.print(text, soft_wrap=True, end="")
        self._is_drawn = True
        if self._console.legacy_windows:
            put(self._stream, f"\r{captured.get()}{' ' * (room - text.cell_len)}")
        else:
            put(self._stream, f"{_BELOW}{captured.get()}{_BACK}")

    def _line(self, moment: Moment, room: int) -> Text:
        from rich.text import Text

        stream = self._stream
        unicode = speaks_unicode(stream)
        frames = _DOTS if unicode else _STROKES
        line = Text(end="")
        line.append(frames[int(moment.seconds / _TICK) % len(frames)], style="green")
        line.append(f" {int(moment.seconds)} s ", style="cyan")
        if moment.count is not None:
            from load._console.bar import bar

            line.append(bar(moment.count, room + 1, unicode=unicode))
        line.append(encodable(readable(moment.what), stream))
        if moment.now:
            line.append(encodable(f" · {readable(moment.now)}", stream), style="dim")
        line.truncate(room, overflow="ellipsis" if unicode else "crop")
        return line

    def make_way(self) -> None:
        """Erase the line."""
        if not self._is_drawn:
            return
        self._is_drawn = False
        if not in_foreground(self._stream):
            return  # by now it is the shell's line
        try:
            if self._console is not None and self._console.legacy_windows:
                put(self._stream, f"\r{' ' * ((width(self._stream) or 80) - 1)}\r")
            else:
                put(self._stream, _ERASE)
        except UNWRITABLE:
            return  # the terminal is gone, and the line with it

    settle = make_way


class Cell:
    """An output below the cell of a notebook, renewed in its place, and empty at the end.

    Args:
        publisher: sends outputs to the front end (`display_pub` of IPython's shell).
    """

    patience, tick = _NOTEBOOK_PATIENCE, _NOTEBOOK_TICK

    def __init__(self, publisher: Any) -> None:
        self._publisher = publisher
        self._id = ""
        self._shown: dict[str, str] = {}

    def prepare(self) -> bool:
        """There is nothing to import."""
        return True

    def draw(self, moment: Moment) -> None:
        """Send the picture, if it is another one than the last."""
        self._send({"text/plain": plain(moment), "text/html": _html(moment)})

    def _send(self, data: dict[str, str]) -> None:
        if data == self._shown:
            return
        is_first = not self._id
        if is_first:
            from uuid import uuid4

            self._id = uuid4().hex
        self._shown = data
        try:
            self._publisher.publish(data, {}, transient={"display_id": self._id}, update=not is_first)
        except Exception as error:
            raise OSError("the front end takes no output") from error

    def make_way(self) -> None:
        """Stay: what is written, or asked, has a place of its own."""

    def settle(self) -> None:
        """Show nothing any more."""
        if self._id:
            self._send({"text/plain": "", "text/html": ""})


class Log:
    """A stream of lines, on which there are few of them, with ever the same time between two.

    Args:
        stream: where they go.
        patience: seconds before the first.
        tick: seconds between two.
    """

    def __init__(self, stream: TextIO, patience: float, tick: float) -> None:
        self._stream = stream
        self.patience = patience
        self.tick = tick

    def prepare(self) -> bool:
        """There is nothing to import."""
        return True

    def draw(self, moment: Moment) -> None:
        """Write a line."""
        put(self._stream, encodable(f"load: {plain(moment)}\n", self._stream))

    def make_way(self) -> None:
        """There is nothing in the way."""

    def settle(self) -> None:
        """What is written stays."""


def plain(moment: Moment) -> str:
    """A moment as one line of text: `installing numpy with uv: 12 s, 3/12 · Downloading numpy`."""
    facts = ", ".join(part for part in (f"{moment.seconds:.0f} s", moment.numbers) if part)
    return readable(f"{moment.what}: {facts}{f' · {moment.now}' if moment.now else ''}")


def _html(moment: Moment) -> str:
    from html import escape

    value = "" if moment.count is None else f' value="{moment.count.part:.3f}"'
    facts = " · ".join(part for part in (f"{moment.seconds:.0f} s", moment.numbers) if part)
    now = f' <span style="opacity:.7">· {escape(readable(moment.now))}</span>' if moment.now else ""
    return (
        '<div style="font-size:13px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis">'
        f'<progress{value} max="1" style="width:10em;vertical-align:middle"></progress> '
        f"{escape(readable(moment.what))}: {escape(facts)}{now}</div>"
    )

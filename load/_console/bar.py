"""How far something is: the numbers of one moment, and the bar that is drawn of them."""

from __future__ import annotations

from load._console.wording import duration, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rich.text import Text

_WIDTH = 16  # columns
_NARROW, _BROAD = 60, 100  # columns of a terminal: without a bar below the one, with the rate from the other on
_SETTLED = 1.0  # seconds after which a rate means something


class Count:
    """How much of something is done.

    Attributes:
        done: how much.
        total: of how much.
        unit: "" for things, "bytes".
        seconds: since it was counted first.
        before: how much was done already then.
    """

    __slots__ = ("before", "done", "seconds", "total", "unit")

    def __init__(self, done: int, total: int, unit: str = "", seconds: float = 0.0, before: int = 0) -> None:
        self.done = done
        self.total = total
        self.unit = unit
        self.seconds = seconds
        self.before = before

    @property
    def part(self) -> float:
        """The part that is done, from 0 to 1."""
        return min(1.0, self.done / self.total) if self.total > 0 else 1.0

    def __str__(self) -> str:
        return f"{size(self.done)} of {size(self.total)}" if self.unit else f"{self.done}/{self.total}"

    @property
    def rate(self) -> float:
        """How much is done in a second; 0.0 where nobody can tell yet, or nothing is left to do."""
        done = self.done - self.before
        settled = done > 0 and self.done < self.total and self.seconds >= _SETTLED
        return done / self.seconds if settled else 0.0

    @property
    def left(self) -> str:
        """The time that is left if it goes on so; "" where nobody can tell."""
        if not self.rate:
            return ""
        seconds = (self.total - self.done) / self.rate
        return f"{f'{seconds:.0f} s' if seconds < 60 else duration(seconds)} left"

    @property
    def outlook(self) -> str:
        """The rate and the time that is left, in words; "" where nobody can tell."""
        rate = self.rate
        if not rate:
            return ""
        if self.unit:
            speed = f"{size(round(rate))}/s"
        else:
            speed = f"{rate:.1f}/s" if rate >= 1 else f"{duration(1 / rate)} each"
        return f"{speed}, {self.left}"


def bar(count: Count, columns: int, *, unicode: bool) -> Text:
    """A bar with its numbers and the outlook, and a blank after them; in a narrow terminal less of it.

    Args:
        count: how much is done.
        columns: of the terminal.
        unicode: whether it may be drawn with more than ASCII.
    """
    from rich.text import Text

    text = Text()
    if columns < _NARROW:
        text.append(f"{count} ", style="cyan")
        return text
    filled = int(_WIDTH * count.part)
    if unicode:
        text.append("━" * filled, style="green")
        text.append("━" * (_WIDTH - filled), style="dim")
    else:
        text.append("#" * filled + "-" * (_WIDTH - filled))
    text.append(f" {count} ", style="cyan")
    outlook = count.outlook if columns >= _BROAD else count.left
    if outlook:
        text.append(f"({outlook}) ", style="dim")
    return text

"""What became of exports that are loaded in the background: a picture of one moment."""

from __future__ import annotations

from typing import NamedTuple

from load._display import Shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    from load._picture import Picture

    State = Literal["waiting", "loading", "loaded", "failed", "cancelled"]

OPEN = ("waiting", "loading")  # the states that are no end


class ExportStatus(NamedTuple):
    """How far one export is.

    Attributes:
        name: the export.
        state: "waiting" for its turn, "loading", "loaded", "failed", or "cancelled" before its turn came.
        priority: what it waits, or waited, with: its own, or that of what needs it if that is higher.
        seconds: that its load took; None where it was not begun here, or has not ended.
        error: why it failed, or None. Its use raises it anew, as it is tried again.
    """

    name: str
    state: State
    priority: int
    seconds: float | None
    error: BaseException | None

    def as_dict(self) -> dict[str, Any]:
        """The same in the types of JSON; the error in words."""
        return {**self._asdict(), "error": None if self.error is None else in_words(self.error)}

    def __str__(self) -> str:
        time = "" if self.seconds is None else f" in {self.seconds:.1f} s"
        why = "" if self.error is None else f": {in_words(self.error)}"
        return f"{self.name}: {self.state}{time}{why}"


class BackgroundStatus(Shown, dict[str, ExportStatus]):
    """How far each export of a background loading is, by name, in the order of their turns."""

    @property
    def is_done(self) -> bool:
        """Whether all have come to their end, whichever that is."""
        return not any(each.state in OPEN for each in self.values())

    @property
    def failed(self) -> dict[str, BaseException]:
        """Name → why it failed."""
        return {name: each.error for name, each in self.items() if each.error is not None}

    def names(self, state: str) -> list[str]:
        """The exports in a state, as "loaded".

        Args:
            state: "waiting", "loading", "loaded", "failed" or "cancelled".
        """
        return [name for name, each in self.items() if each.state == state]

    def as_dict(self) -> dict[str, dict[str, Any]]:
        """The same in the types of JSON."""
        return {name: each.as_dict() for name, each in self.items()}

    def __str__(self) -> str:
        return "\n".join(map(str, self.values())) or "nothing is to be loaded"

    def _picture(self) -> Picture:
        from load._console.wording import duration
        from load._picture import Picture, Table

        states = [each.state for each in self.values()]
        title = ", ".join(f"{states.count(each)} {each}" for each in dict.fromkeys(states)) or str(self)
        rows = [
            (
                *(each.name, each.state, "" if each.seconds is None else duration(each.seconds)),
                "" if each.error is None else in_words(each.error),
            )
            for each in self.values()
        ]
        return Picture(title, [Table(("export", "state", "time", "error"), rows, numbers=(2,), unbroken=1)])

    def __repr__(self) -> str:
        states = [each.state for each in self.values()]
        return f"<BackgroundStatus: {', '.join(f'{states.count(each)} {each}' for each in dict.fromkeys(states))}>"


def in_words(error: BaseException) -> str:
    """An error on one line."""
    text = str(getattr(error, "message", None) or error)
    return f"{type(error).__name__}: {text.strip().splitlines()[0]}" if text.strip() else type(error).__name__

"""What goes on, each thing with what is known of how far it is."""

from __future__ import annotations

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from load._console.bar import Count
    from load._console.downloads import Downloads

# How lines of uv and pip begin that are no work, though it may go on; that are about downloads; about bytes alone.
NO_WORK = ("WARN", "warning:", "DEBUG", "TRACE", "hint:", "[notice]", "Using Python ")
_OF_DOWNLOADS = ("Download", "Progress ")
OF_BYTES = "Progress "


class Job:
    """One thing that is going on.

    Attributes:
        what: what happens, as `installing numpy with uv`.
        key: what tells it from others.
        started: `time.monotonic()` at its start, seconds.
        seen: whether it was ever drawn.
        counted: how much of it is done, of how much, and the unit, as `Count` has them; where that is known.
        downloads: what a backend has said of its downloads, where it has.
    """

    __slots__ = ("_first", "counted", "downloads", "key", "seen", "started", "what")

    def __init__(self, what: str, key: object) -> None:
        self.what = what
        self.key = key
        self.started = time.monotonic()
        self.seen = False
        self.counted: tuple[int, int, str] | None = None
        self.downloads: Downloads | None = None
        self._first: tuple[float, int] | None = None  # when it was counted first, and what was done by then

    def count(self, done: int, total: int, unit: str = "") -> None:
        """So much of it is done."""
        if self._first is None:
            self._first = time.monotonic(), done
        self.counted = done, total, unit

    @property
    def progress(self) -> Count | None:
        """How much of it is done at this moment, where that is known."""
        if self.counted is None or self._first is None:
            return None
        from load._console.bar import Count

        return Count(*self.counted, time.monotonic() - self._first[0], self._first[1])

    def hear(self, line: str) -> str:
        """A line of the backend that does it; what goes on, in words."""
        if not line.startswith(_OF_DOWNLOADS):
            return line
        if self.downloads is None:
            from load._console.downloads import Downloads

            self.downloads = Downloads()
            self._first = time.monotonic(), 0  # what has come by the first count came since now
        file = self.downloads.file
        words = self.downloads.hear(line)
        if words is None:
            return line
        if self.downloads.file != file:
            self._first = None  # another file comes, with a rate of its own
        if self.downloads.counted is None:
            self.counted = None
        else:
            self.count(*self.downloads.counted, "bytes")
        return words

"""What was installed and removed here, as the journals of the environment and of the overlays tell it."""

from __future__ import annotations

from load._console.terminal import shorter_path
from load._display import Shown
from load._install import journal, target
from load._install.target import Target
from load._names import normalize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from load._install.journal import Entry
    from load._picture import Picture

_HEADERS = ("time (UTC)", "what", "changes", "asked by", "allowed because")
_NARROW = 60  # columns of a terminal below which an entry has lines of its own
_LENGTH = 200  # characters of changes that are shown of an entry; the rest is counted


class History(Shown):
    """Entries, the oldest first; a line for each as text."""

    __slots__ = ("_entries",)

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = tuple(entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: int) -> Entry:
        return self._entries[index]

    def __repr__(self) -> str:
        return f"<History: {len(self)} {'entry' if len(self) == 1 else 'entries'}>"

    def about(self, name: str) -> History:
        """Only the entries in which a distribution changed."""
        wanted = normalize(name)
        return History([each for each in self if any(change["name"] == wanted for change in each.changes)])

    def last(self, count: int) -> History:
        """Only the newest entries."""
        return History(self._entries[-count:] if count > 0 else ())

    def as_dicts(self) -> list[dict[str, Any]]:
        """What `load history --json` prints."""
        return [each.as_dict() for each in self]

    def rows(self) -> list[tuple[str, str, str, str, str]]:
        """Time, to the minute in UTC, action, what changed, who asked, and why it was allowed."""
        return [
            (_minute(each.time), each.action, _changes(each), shorter_path(_asker(each)), each.reason or "")
            for each in self
        ]

    def __str__(self) -> str:
        if not self:
            return "Nothing was installed here by load."
        return "\n".join(map(_line, self))

    def _picture(self) -> Picture:
        from load._picture import Picture, Table

        if not self:
            return Picture(str(self))
        return Picture("", [Table(_HEADERS, self.rows()[::-1], title="The newest first", unbroken=2)])

    def show(self) -> None:
        """Print it for people, on standard output: a table at a terminal, else a line for each entry.

        Raises:
            OSError: standard output cannot be written to.
        """
        import sys

        from load._console.tables import print_lines, print_table
        from load._console.terminal import can_draw

        if can_draw(sys.stdout):
            print_table(self.rows(), _HEADERS, unbroken=2, narrow=_NARROW)
        else:
            print_lines(map(_line, self))


def _line(entry: Entry) -> str:
    because = ", ".join(part for part in (_asker(entry), entry.reason) if part)
    parts = [entry.time, f"{entry.action:<9}", _changes(entry), f"({because})" if because else ""]
    return "  ".join(part for part in parts if part).rstrip()


def _minute(time: str) -> str:
    """`2026-11-21 08:19` of `2026-11-21T08:19:33Z`."""
    return time[:16].replace("T", " ")


def _changes(entry: Entry) -> str:
    found = [_one(change) for change in entry.changes]
    shown = 0
    length = 0
    for text in found:
        length += len(text) + len(", ")
        if shown and length > _LENGTH:
            break
        shown += 1
    rest = len(found) - shown
    return ", ".join(found[:shown]) + (f" and {rest} more" if rest else "")


def _one(change: dict[str, Any]) -> str:
    if change["old"] is None:
        return f"{change['name']} {change['new']}"
    return f"{change['name']} {change['old']} → {change['new'] or 'removed'}"


def _asker(entry: Entry) -> str:
    return f"{entry.file}:{entry.line}" if entry.line else entry.file


def history() -> History:
    """The journals of this environment and of this user's overlays, as one.

    Raises:
        OSError: a journal is there and cannot be read.
    """
    folders = [Target(None, "").state_folder]
    goal = target.choose()
    if not goal.is_overlay:
        folders.insert(0, goal.state_folder)
    entries = [entry for folder in folders for entry in journal.read(folder)]
    return History(sorted(entries, key=lambda each: each.time))

"""What was installed and removed here, as the journals of the environment and of the overlays tell it."""

from __future__ import annotations

from load._install import journal, target
from load._install.target import Target
from load._names import normalize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from load._install.journal import Entry


class History:
    """Entries, the oldest first; a table as text."""

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
        return f"<History: {len(self)} entries>"

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
        """Time, action, what changed, who asked, and why it was allowed."""
        return [(each.time, each.action, _changes(each), _asker(each), each.reason or "") for each in self]

    def __str__(self) -> str:
        if not self:
            return "Nothing was installed here by load."
        return "\n".join("  ".join(part for part in row if part) for row in self.rows())


def _changes(entry: Entry) -> str:
    return ", ".join(_one(change) for change in entry.changes)


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

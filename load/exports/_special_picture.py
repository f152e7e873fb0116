"""What specialised exports show of themselves: each name, what it stands for, and whether it was given."""

from __future__ import annotations

from load._lazy.handle import is_loaded
from load._picture import Picture, Table
from load.exports._table import record_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from typing import Any

    from load.exports._entries import Entry


def picture_of(cls: str, package: str, export: Any, entries: Iterable[Entry], given: Collection[str]) -> Picture:
    """What there is to show; nothing is imported for it.

    Args:
        cls: the class of the exports.
        package: what they are of.
        export: that of the package.
        entries: the names of the table.
        given: those that are attributes by now.
    """
    rows = [(each.name, each.path, "yes" if each.name in given else "no", _need(each)) for each in entries]
    state = "loaded" if is_loaded(export) else "not loaded"
    title = f"{cls}: {len(rows):,} names of {package}, which is {state}; {len(given):,} given"
    width = 4 if any(row[3] for row in rows) else 3
    columns = ("name", "stands for", "given", "needs")
    record = record_of(export)
    last = record.figures.last_error if record is not None else None
    notes = [f"the last error: {last}"] if last else []
    return Picture(title, [Table(columns[:width], [row[:width] for row in rows], unbroken=1)], notes)


def _need(entry: Entry) -> str:
    """What has to be there besides the package."""
    return entry.needs or ("may be missing" if entry.is_optional else "")

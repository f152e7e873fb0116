"""The ledger: what was loaded in this process, when, from where, how long it took."""

from __future__ import annotations

import sys

from load import _events

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_entries: dict[str, _events.Loaded] = {}
_started = False


def first_request() -> None:
    """Begin to keep the ledger; the first request of a process does this."""
    global _started
    if not _started:
        _started = True
        _events.subscribe(_enter)


def _enter(event: _events.Event) -> None:
    if isinstance(event, _events.Loaded):
        _entries.setdefault(event.name, event)


class Entry:
    """One thing that was loaded.

    Attributes:
        name: what was asked for.
        module: the import name it led to.
        how: "cached", "imported", "installed" or "local".
        version: version of the distribution that provides it, or None.
        distribution: that distribution, or None.
        origin: the file it came from, or None for one that has none.
        seconds: time from the request to the object.
        memory: bytes that came with it, or None where they were not tracked.
        time: seconds since the epoch.
        caller: file and line of the request.
    """

    __slots__ = (
        "caller",
        "distribution",
        "how",
        "memory",
        "module",
        "name",
        "origin",
        "seconds",
        "time",
        "version",
    )

    def __init__(self, event: _events.Loaded, distribution: str | None, version: str | None) -> None:
        self.name = event.name
        self.module = event.module
        self.how = event.how
        self.seconds = event.seconds
        self.memory = event.memory
        self.time = event.time
        self.caller = event.caller
        self.distribution = distribution
        self.version = version
        self.origin = getattr(sys.modules.get(event.module), "__file__", None)

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return {name: getattr(self, name) for name in sorted(self.__slots__)}

    def __repr__(self) -> str:
        return f"Entry({self.name!r}, {self.how!r}, version={self.version!r})"


class Info:
    """What was loaded in this process, in the order in which it was asked for."""

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = entries

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, name: str) -> Entry:
        for entry in self.entries:
            if name in (entry.name, entry.module):
                return entry
        raise KeyError(name)

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return {"loaded": [entry.as_dict() for entry in self.entries]}

    def rows(self) -> list[tuple[str, ...]]:
        """A row of text per entry: name, version, how, milliseconds, megabytes, origin."""
        return [
            (
                entry.name,
                entry.version or "",
                entry.how,
                f"{entry.seconds * 1e3:.1f} ms",
                "" if entry.memory is None else f"{entry.memory / 1e6:+.1f} MB",
                entry.origin or "built in",
            )
            for entry in self.entries
        ]

    def __str__(self) -> str:
        if not self.entries:
            return "Nothing was loaded through load yet."
        rows = self.rows()
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
        return "\n".join(lines)

    __repr__ = __str__


def info() -> Info:
    """What was loaded in this process."""
    from load._install import installed

    visible = installed.visible() if _entries else {}
    entries = []
    for event in list(_entries.values()):
        provider = installed.provider_of(event.module, visible)
        entries.append(Entry(event, provider.name if provider else None, provider.version if provider else None))
    return Info(entries)

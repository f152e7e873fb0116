"""What was loaded in this process, when, from where, how long it took: the ledger, made ready to be shown."""

from __future__ import annotations

import sys

from load._display import Shown
from load._imports.files.module_files import namespace_of, source_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from load._events import Loaded
    from load._picture import Picture

_COLUMNS = ("name", "version", "how", "time", "memory", "from")
_TIME, _MEMORY = _COLUMNS.index("time"), _COLUMNS.index("memory")


class Entry(Shown):
    """One thing that was loaded.

    Attributes:
        name: what was asked for.
        module: the import name it led to.
        how: "cached", "imported", "installed" or "local".
        version: version of the distribution that provides it, or None.
        distribution: that distribution, or None.
        origin: the file it came from, or None for one that has none, or is no longer loaded.
        is_loaded: whether the module is still in `sys.modules`.
        seconds: time from the request to the object.
        memory: bytes that came with it, or None where they were not tracked.
        time: seconds since the epoch.
        caller: file and line of the request.
    """

    __slots__ = (
        "caller",
        "distribution",
        "how",
        "is_loaded",
        "memory",
        "module",
        "name",
        "origin",
        "seconds",
        "time",
        "version",
    )

    def __init__(self, event: Loaded, distribution: str | None, version: str | None) -> None:
        self.name = event.name
        self.module = event.module
        self.how = event.how
        self.seconds = event.seconds
        self.memory = event.memory
        self.time = event.time
        self.caller = event.caller
        self.distribution = distribution
        self.version = version
        self.is_loaded = event.module in sys.modules
        self.origin = source_of(sys.modules.get(event.module))

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return {name: getattr(self, name) for name in sorted(self.__slots__)}

    def _place(self) -> str:
        if not self.is_loaded:
            return "no longer loaded"
        module = sys.modules.get(self.module)
        folders = namespace_of(module).get("__path__") if isinstance(module, type(sys)) else None
        return self.origin or next(iter(folders or ()), "built in")

    def _picture(self) -> Picture:
        from load._console.wording import duration, growth
        from load._picture import Picture, Table

        facts = [
            *(("module", self.module), ("version", self.version), ("distribution", self.distribution)),
            *(("how", self.how), ("time", duration(self.seconds))),
            ("memory", None if self.memory is None else growth(self.memory)),
            ("from", self._place()),
            ("asked for in", None if self.caller is None else ":".join(map(str, self.caller))),
        ]
        return Picture(self.name, [Table((), [fact for fact in facts if fact[1]])])

    def __repr__(self) -> str:
        return f"Entry({self.name!r}, {self.how!r}, version={self.version!r})"


class Info(Shown):
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
                entry._place(),
            )
            for entry in self.entries
        ]

    def _picture(self) -> Picture:
        from load._picture import Picture, Table

        if not self.entries:
            return Picture("Nothing was loaded through load yet.")
        rows = self.rows()
        memory = any(row[_MEMORY] for row in rows)  # tracked on request alone
        kept = [index for index in range(len(_COLUMNS)) if memory or index != _MEMORY]
        table = Table(
            [_COLUMNS[index] for index in kept],
            [[row[index] for index in kept] for row in rows],
            numbers=[at for at, index in enumerate(kept) if index in (_TIME, _MEMORY)],
            unbroken=1,
        )
        return Picture("", [table])

    def __repr__(self) -> str:
        return str(self)


def info() -> Info:
    """What was loaded in this process."""
    from load._install import installed
    from load._resolve.ledger import entered

    events = entered()
    visible = installed.visible() if events else {}
    entries = []
    for event in events:
        provider = installed.provider_of(event.module, visible)
        entries.append(Entry(event, provider.name if provider else None, provider.version if provider else None))
    return Info(entries)

"""What a lock came to: for the person who asked for it, as text and as plain data."""

from __future__ import annotations

from load._display import Told
from load._events import Change

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from load._install.lock_file import LockFile


class LockResult(Told):
    """What was locked.

    Attributes:
        path: the lock, an absolute path.
        packages: the distributions that it holds, for all platforms that it is for.
        modules: import name → distribution, for what was asked for.
        scripts: the scripts whose needs it holds, absolute paths.
        changes: what became another version, came or went, compared with the lock that was there.
        universal: whether it holds for other platforms too.
        notes: what else there is to know, a sentence each.
    """

    __slots__ = ("changes", "modules", "notes", "packages", "path", "scripts", "universal")

    def __init__(self, lock: LockFile, *, changes: Sequence[Change], universal: bool, notes: Sequence[str]) -> None:
        self.path = lock.path
        self.packages = lock.packages
        self.modules = dict(lock.modules)
        self.scripts = lock.scripts
        self.changes = tuple(changes)
        self.universal = universal
        self.notes = tuple(notes)

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "path": self.path,
            "packages": [{"name": each.name, "version": each.version or None} for each in self.packages],
            "modules": self.modules,
            "scripts": list(self.scripts),
            "changes": [{"name": each.name, "old": each.old, "new": each.new} for each in self.changes],
            "universal": self.universal,
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        where = "all platforms" if self.universal else "this platform only"
        lines = [f"Locked {self._counted} for {where} in {self.path}"]
        lines += [f"  {change}" for change in self.changes]
        lines += [f"  note: {note}" for note in self.notes]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<LockResult: {self._counted} in {self.path}>"

    @property
    def _counted(self) -> str:
        count = len({each.name for each in self.packages})
        return f"{count} distribution{'s' if count != 1 else ''}"


def changes_between(old: LockFile | None, new: LockFile) -> list[Change]:
    """What differs between two locks; nothing where there was none."""
    if old is None:
        return []
    before, after = _versions_in(old), _versions_in(new)
    names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    return [Change(name, before.get(name), after.get(name)) for name in names]


def _versions_in(lock: LockFile) -> dict[str, str]:
    versions: dict[str, list[str]] = {}
    for each in lock.packages:
        versions.setdefault(each.name, []).append(each.commit[:12] or each.version or each.source)
    return {name: ", ".join(sorted(each)) for name, each in versions.items()}

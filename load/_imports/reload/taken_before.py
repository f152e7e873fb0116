"""What modules took when an earlier process read their sources: most are what they were, and are not taken apart again.

It is kept for programs by the top-level names of their own modules.
"""

from __future__ import annotations

import marshal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from load._imports.source.reading import Sources, Stamp

    # What is imported → the names that are taken of it, each with what it is called then.
    Taken = dict[str, list[tuple[str, str]]]
    # The source as it was; the package; what is imported whole; that of which names are taken and which has no
    # submodules; the same of what has some; the names that are taken of these, dotted; and all of it, marshalled, as
    # few reloads look at the names of more than a few modules.
    Row = tuple[Stamp, str, tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...], bytes]

_FEW = 0.02  # the part of all modules that may have changed before it is worth writing anew
_MOST = 30_000


class TakenBefore:
    """What modules take, with the sources and the packages that it was worked out of.

    Args:
        sources: tells whether a source is what it was, and keeps results.
        names: those of the modules that are about to be looked at.
        parents: the packages of which any submodule is loaded.
    """

    def __init__(self, sources: Sources, names: Iterable[str], parents: set[str]) -> None:
        self._sources = sources
        self._parents = parents
        self._key = sources.key_of(("taken", *sorted({name.partition(".")[0] for name in names})), ())
        self._rows: dict[str, Row] = sources.results.get(self._key) or {}
        self._new: dict[str, Row] = {}
        self._same = 0

    def get(self, name: str, package: str, stamp: Stamp | None) -> tuple[Iterable[str], bytes] | None:
        """What a module imports, and what it takes of it, marshalled; None where that may be something else by now."""
        row = self._rows.get(name)
        if row is None or row[0] != stamp or row[1] != package:
            return None
        _, _, modules, plain, packages, names, data = row
        loaded = sys.modules
        for each in modules:
            if each not in loaded and "." in each:
                return None  # it may be a name by now
        for each in names:
            if each in loaded:
                return None
        if not self._parents.isdisjoint(plain):
            return None
        self._same += 1
        return modules + plain + packages, data

    def add(self, name: str, package: str, stamp: Stamp | None, taken: Taken) -> None:
        """Keep what was worked out just now, of a source that was as `stamp` says before it was read."""
        if stamp is None:
            return
        parts: tuple[list[str], list[str], list[str]] = ([], [], [])
        names: list[str] = []
        for each, found in taken.items():
            has_submodules = each in self._parents
            parts[bool(found) + (bool(found) and has_submodules)].append(sys.intern(each))
            if has_submodules:
                names += [f"{each}.{one}" for one, _ in found]
        modules, plain, packages = map(tuple, parts)
        self._new[name] = (stamp, package, modules, plain, packages, tuple(names), marshal.dumps(taken))

    def save(self) -> None:
        """Write it for later processes, unless nearly all of it is what they have."""
        if len(self._new) > self._same * _FEW:
            kept = self._rows if len(self._rows) < _MOST else {}
            self._sources.results.keep(self._key, {**kept, **self._new})

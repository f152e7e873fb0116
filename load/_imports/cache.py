"""Modules by name, as long as their files are what they were.

The modules themselves stay where Python has them: nothing here takes anything out of `sys.modules`.
"""

from __future__ import annotations

import sys
import time
from _thread import RLock

from load._display import Shown
from load._imports.files.fingerprint import Fingerprint
from load._imports.files.module_files import Place, file_of, modules_of, source_of
from load._imports.module_manager import ModuleManager

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence
    from types import ModuleType
    from typing import Any

    from load._imports.reload.report import ReloadReport
    from load._picture import Picture


class ImportCache(Shown):
    """Modules that are known by name, and whether their files have changed since.

    Args:
        max_entries: how many are kept; the one that was asked for longest ago goes first. None for no limit.
        ttl: seconds after which an entry is old; None for never.
        manager: tells what depends on what; one of its own where None.

    Raises:
        ValueError: `max_entries` is less than one, or `ttl` is not above zero.
        TypeError: `max_entries` is not a whole number, or `ttl` is not a number.
    """

    def __init__(
        self, *, max_entries: int | None = None, ttl: float | None = None, manager: ModuleManager | None = None
    ) -> None:
        if max_entries is not None and (type(max_entries) is bool or not isinstance(max_entries, int)):
            raise TypeError(f"max_entries is a whole number, or None, not {max_entries!r}")
        if ttl is not None and (type(ttl) is bool or not isinstance(ttl, (int, float))):
            raise TypeError(f"ttl is a number of seconds, or None, not {ttl!r}")
        if max_entries is not None and max_entries < 1:
            raise ValueError(f"max_entries is at least 1, or None, not {max_entries!r}")
        if ttl is not None and not ttl > 0:  # also what is not a number at all, as `nan`
            raise ValueError(f"ttl is above 0 seconds, or None, not {ttl!r}")
        self._max_entries = max_entries
        self._ttl = ttl
        self._manager = manager
        self._loaded: frozenset[str] = frozenset()  # names that it knows of
        self._entries: dict[str, _Entry] = {}  # the one that was asked for longest ago first
        self._guard = RLock()
        self._stats = dict.fromkeys(("hits", "misses", "stale", "expired", "evicted"), 0)

    # -- entries -------------------------------------------------------------------------------------------------------

    def set(self, name: str, module: ModuleType) -> None:
        """Keep a module under a name, with its file as it is now.

        Args:
            name: the name.
            module: the module.

        Raises:
            TypeError: it is not a module.
        """
        if not isinstance(module, type(sys)):
            raise TypeError(f"{name!r} stands for a module, not for {type(module).__name__!r}")
        self._keep(name, _Entry.of(module))

    def note(self, name: str, module: ModuleType) -> None:
        """The same without reading the file, for modules that were imported just now.

        It is read when it is first looked at, if it still has its time by then. If not, nobody can tell any more
        whether it is the same, and it counts as changed.

        Args:
            name: its name.
            module: what was imported, whatever a loader made; what it put in its own place is kept instead.
        """
        stands = sys.modules.get(name)
        entry = _Entry.of(module, hashed=False)
        self._keep(name, entry if stands is None else entry.stands_for(stands))

    def _keep(self, name: str, entry: _Entry) -> None:
        with self._guard:
            self._entries.pop(name, None)
            self._entries[name] = entry
            if self._max_entries is not None and len(self._entries) > self._max_entries:
                del self._entries[next(iter(self._entries))]
                self._stats["evicted"] += 1

    def get(self, name: str) -> ModuleType | None:
        """The module; None for one that is not known, is too old, or whose file has changed or gone.

        Args:
            name: its name.
        """
        with self._guard:
            entry = self._entries.get(name)
            if entry is None:
                self._stats["misses"] += 1
                return None
            if self._is_expired(entry):
                del self._entries[name]
                self._stats["expired"] += 1
                return None
        if entry.has_changed():
            with self._guard:
                self._stats["stale"] += 1
            return None
        with self._guard:
            self._stats["hits"] += 1
            if self._entries.get(name) is entry:
                self._entries[name] = self._entries.pop(name)
        module: ModuleType = entry.module
        return module

    def _is_expired(self, entry: _Entry) -> bool:
        return self._ttl is not None and time.monotonic() - entry.since > self._ttl

    def is_stale(self, name: str) -> bool:
        """Whether the file of a known module has changed, or is gone; False for one that is not known.

        Args:
            name: its name.
        """
        entry = self._entries.get(name)
        return entry is not None and entry.has_changed()

    def changed(self) -> list[str]:
        """The names of all modules whose files have changed, or are gone."""
        return [name for name in list(self._entries) if self.is_stale(name)]

    def invalidate(self, name: str) -> bool:
        """Forget a module; whether it was known.

        Args:
            name: its name.
        """
        with self._guard:
            return self._entries.pop(name, None) is not None

    def invalidate_path(self, path: str | os.PathLike[str]) -> list[str]:
        """Forget the modules that come from a file, or lie in it, as in an archive; their names.

        What depends on them is still told afterwards.

        Args:
            path: the file.
        """
        place = Place(path)
        names = modules_of(place)
        found = [name for name, entry in list(self._entries.items()) if name in names or entry.is_from(place)]
        with self._guard:
            for name in found:
                self._entries.pop(name, None)
        return list(dict.fromkeys([*found, *names]))

    def clear(self) -> None:
        """Forget everything but the figures."""
        with self._guard:
            self._entries.clear()

    @property
    def stats(self) -> dict[str, int]:
        """`entries`, and how often a module was given (`hits`), not known, changed (`stale`), too old, or had to go."""
        with self._guard:
            return {"entries": len(self._entries), **self._stats}

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def _picture(self) -> Picture:
        from load._picture import Picture, Table

        return Picture(f"An import cache of {len(self)} modules", [Table((), self.stats.items())])

    def __repr__(self) -> str:
        return f"<ImportCache of {len(self)} modules>"

    # -- dependencies --------------------------------------------------------------------------------------------------

    @property
    def manager(self) -> ModuleManager:
        """What tells which module depends on which, among those that are loaded now."""
        loaded = frozenset(sys.modules)
        if self._manager is None:
            self._manager = ModuleManager()
        if loaded != self._loaded:
            self._manager.refresh()
            self._loaded = loaded
        return self._manager

    def get_dependencies(self, name: str) -> list[str]:
        """The modules that a loaded module imports.

        Args:
            name: its name.

        Raises:
            ResolveError: no such module is loaded.
        """
        return self.manager.get_dependencies(name)

    def get_dependent_modules(self, path: str | os.PathLike[str]) -> list[str]:
        """The loaded modules that a file is the source of, or the archive of, and all that depend on them.

        Args:
            path: the file.

        Returns:
            Their names, each after what it needs, and the file's own before others that it needs and that need it;
            none where no loaded module comes from there. The program itself, which depends on everything and cannot be
            reloaded, is not among them.
        """
        graph = self.manager.graph
        own = {graph.canonical(name) for name in modules_of(Place(path)) if name in graph}
        found = {each for name in own for each in graph.get_dependents(name, transitive=True, kind="eager")}
        order: list[str] = []
        for group in graph.get_dependency_order(own | found):
            order += sorted([group] if isinstance(group, str) else group, key=lambda name: name not in own)
        return [name for name in order if name != "__main__"]

    def reload(self, name: str) -> ModuleType:
        """Run a loaded module again, as `load.imports.reload_module`, and keep it with its file as it was read.

        Args:
            name: its name.

        Returns:
            What stands in `sys.modules` under its name now: the module, or what its source put there.

        Raises:
            ReloadError: it is not loaded, has no source, or its source fails; then it is as it was.
        """
        self.reload_all([name])
        return sys.modules[name]

    def reload_all(self, names: Sequence[str]) -> ReloadReport:
        """The same for several, in their order: all, or none.

        Args:
            names: their names.

        Returns:
            The names of those that ran, and what else was done; of a module that has several, the first.

        Raises:
            ReloadError: as for `reload`.
        """
        from load._imports.reload.calls import Reloads

        about = AboutToRun()
        return self.ran(Reloads(about=about).these(names), about)

    def ran(self, report: ReloadReport, about: AboutToRun) -> ReloadReport:
        """Keep modules that have run again with their files as they were read."""
        self._loaded = frozenset()  # they may import others now
        for name in report:
            entry = about.entries[name]
            with self._guard:
                for alias in [each for each, known in self._entries.items() if known.module is entry.module]:
                    self._entries[alias] = entry
            self._keep(name, entry.stands_for(sys.modules.get(name, entry.module)))
        return report


class AboutToRun:
    """Modules that are about to run, with their files before these are read: an edit while they run is one."""

    def __init__(self) -> None:
        self.entries: dict[str, _Entry] = {}

    def __call__(self, names: Iterable[str]) -> None:
        self.entries = {name: _Entry.of(sys.modules.get(name)) for name in names}


class _Entry:
    __slots__ = ("file", "module", "since", "source")

    def __init__(self, module: Any, source: str | None, file: Fingerprint | None) -> None:
        self.module = module
        self.source = source
        self.file = file
        self.since = time.monotonic()

    @classmethod
    def of(cls, module: Any, *, hashed: bool = True) -> _Entry:
        """With its file as it is now."""
        path = file_of(module)
        return cls(module, source_of(module), None if path is None else Fingerprint(path, hashed=hashed))

    def stands_for(self, module: Any) -> _Entry:
        """The same file, for what stands under the module's name by now."""
        return _Entry(module, self.source, self.file)

    def has_changed(self) -> bool:
        return self.file is not None and self.file.has_changed()

    def is_from(self, place: Place) -> bool:
        if self.file is not None and self.file.real == place.real:
            return True  # also where it is a link that leads elsewhere by now
        return self.source is not None and place.has(self.source)

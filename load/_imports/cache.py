"""Modules by name, as long as their files are what they were.

The modules themselves stay where Python has them: nothing here takes anything out of `sys.modules`.
"""

from __future__ import annotations

import os
import sys
import time
from _thread import RLock

from load._imports.fingerprint import Fingerprint
from load._imports.module_manager import ModuleManager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType


class ImportCache:
    """Modules that are known by name, and whether their files have changed since.

    Args:
        max_entries: how many are kept; the one that was asked for longest ago goes first. None for no limit.
        ttl: seconds after which an entry is old; None for never.
        manager: tells what depends on what; one of its own where None.

    Raises:
        ValueError: `max_entries` is less than one, or `ttl` is not above zero.
    """

    def __init__(
        self, *, max_entries: int | None = None, ttl: float | None = None, manager: ModuleManager | None = None
    ) -> None:
        if max_entries is not None and max_entries < 1:
            raise ValueError(f"max_entries is at least 1, or None, not {max_entries!r}")
        if ttl is not None and ttl <= 0:
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

        Raises:
            TypeError: it is no module.
        """
        if not isinstance(module, type(sys)):
            raise TypeError(f"{name!r} stands for a module, not for {type(module).__name__!r}")
        self._keep(name, _Entry(module, hashed=True))

    def note(self, name: str, module: ModuleType) -> None:
        """The same without reading the file, for modules that were imported just now."""
        self._keep(name, _Entry(module, hashed=False))

    def _keep(self, name: str, entry: _Entry) -> None:
        with self._guard:
            self._entries.pop(name, None)
            self._entries[name] = entry
            if self._max_entries is not None and len(self._entries) > self._max_entries:
                del self._entries[next(iter(self._entries))]
                self._stats["evicted"] += 1

    def get(self, name: str) -> ModuleType | None:
        """The module; None for one that is not known, is too old, or whose file has changed or gone."""
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
        return entry.module

    def _is_expired(self, entry: _Entry) -> bool:
        return self._ttl is not None and time.monotonic() - entry.since > self._ttl

    def is_stale(self, name: str) -> bool:
        """Whether the file of a known module has changed, or is gone; False for one that is not known."""
        entry = self._entries.get(name)
        return entry is not None and entry.has_changed()

    def changed(self) -> list[str]:
        """The names of all modules whose files have changed, or are gone."""
        return [name for name in list(self._entries) if self.is_stale(name)]

    def invalidate(self, name: str) -> bool:
        """Forget a module; whether it was known."""
        with self._guard:
            return self._entries.pop(name, None) is not None

    def invalidate_path(self, path: str | os.PathLike[str]) -> list[str]:
        """Forget the modules that come from a file; their names. What depends on them is still told afterwards."""
        real = os.path.realpath(path)
        names = modules_of(real)
        with self._guard:
            known = [
                name for name, entry in self._entries.items() if entry.file is not None and entry.file.path == real
            ]
            for name in known:
                del self._entries[name]
        return list(dict.fromkeys([*known, *names]))

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

        Raises:
            ResolveError: no such module is loaded.
        """
        return self.manager.get_dependencies(name)

    def get_dependent_modules(self, path: str | os.PathLike[str]) -> list[str]:
        """The loaded modules that a file is the source of, and all that depend on them.

        Returns:
            Their names, the file's own first, each after what it needs; none where no loaded module comes from there.
            The program itself, which depends on everything and cannot be reloaded, is not among them.
        """
        return [name for name in self.manager.get_dependent_modules(path) if name != "__main__"]

    def reload(self, name: str) -> ModuleType:
        """Run the source of a loaded module again, in the same module, and keep it with its file as it is now.

        Raises:
            ReloadError: it is not loaded, has no source, or its source fails; then it is as it was.
        """
        from load._imports.reloading import reload_modules

        reload_modules([name])
        module = sys.modules[name]
        self.set(name, module)
        return module


class _Entry:
    __slots__ = ("file", "module", "since")

    def __init__(self, module: ModuleType, *, hashed: bool) -> None:
        self.module = module
        self.since = time.monotonic()
        path = file_of(module)
        self.file = None if path is None else Fingerprint(path, hashed=hashed)

    def has_changed(self) -> bool:
        return self.file is not None and self.file.has_changed()


def modules_of(real_path: str) -> list[str]:
    """The names of the loaded modules that come from a file, told by its real path."""
    last = os.path.basename(real_path)
    found = []
    for name, module in list(sys.modules.items()):
        path = vars(module).get("__file__") if isinstance(module, type(sys)) else None
        # A link may have another name than its file; but a file of another name that is no link is another one.
        if not isinstance(path, str) or not (os.path.basename(path) == last or os.path.islink(path)):
            continue
        if os.path.realpath(path) == real_path:
            found.append(name)
    return found


def file_of(module: ModuleType) -> str | None:
    """The file that a module came from, or the archive that it lies in; None where it came from none."""
    path = vars(module).get("__file__")
    while isinstance(path, str) and path and not os.path.exists(path):
        above = os.path.dirname(path)  # in an archive there is no such file, but above it there is one
        if above == path or os.path.isdir(above):
            return str(vars(module)["__file__"])
        path = above
    return path if isinstance(path, str) and path else None

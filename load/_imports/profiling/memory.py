"""The memory of this process, and what imports brought of it: by module and by distribution.

It is resident memory (RSS): what a module brings is what the process grew by while it was imported. The first that
touches a page, or a library, is the one that it is counted for, and less than a page shows as nothing.
"""

from __future__ import annotations

from load import _memory
from load._config import Override
from load._config import get as setting
from load._display import Shown, Told
from load._imports.profiling.profiler import ImportProfiler
from load.errors import ProfileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Any, Self

    from load._imports.profiling.profile import Profile
    from load._picture import Picture

_trackers: list[MemoryTracker] = []  # those that are at work; a report is about the last
_watches = False  # whether the first of them is that of the setting


class MemoryUsage(Told):
    """The memory of this process at one moment, in bytes.

    Attributes:
        resident: what it holds in RAM (RSS).
        unique: what would come back if it ended (USS); None where that was not asked for, or is not told.
        traced: what Python itself has allocated since `tracemalloc` began to trace; None where it does not.
    """

    __slots__ = ("resident", "traced", "unique")

    def __init__(self, resident: int, unique: int | None, traced: int | None) -> None:
        self.resident = resident
        self.unique = unique
        self.traced = traced

    def __int__(self) -> int:
        return self.resident

    def as_dict(self) -> dict[str, int | None]:
        """The same as plain data."""
        return {name: getattr(self, name) for name in self.__slots__}

    def __str__(self) -> str:
        more = [
            f"{kind} {megabytes(size)}" for kind in ("unique", "traced") if (size := getattr(self, kind)) is not None
        ]
        return f"{megabytes(self.resident)} resident" + (f" ({', '.join(more)})" if more else "")

    def __repr__(self) -> str:
        return f"<MemoryUsage: {self}>"


def memory_usage(*, unique: bool = False) -> MemoryUsage:
    """Read how much memory this process has; `unique=True` reads the USS as well, which takes about a millisecond."""
    import sys

    tracing = "tracemalloc" in sys.modules and sys.modules["tracemalloc"].is_tracing()
    return MemoryUsage(_memory.resident(), _memory.unique() if unique else None, _memory.traced() if tracing else None)


class MemoryTracker(Shown):
    """A block in which the memory of every import is measured: `with load.track_memory() as memory: …`.

    What `load` loads meanwhile in this thread tells its memory in its events, too.

    Attributes:
        imports: what was imported, as a profile.
    """

    def __init__(self) -> None:
        self.imports = ImportProfiler()
        self._before = 0
        self._after: int | None = None
        self._override = Override({"track_memory": True})

    def __enter__(self) -> Self:
        if setting("track_memory"):
            watch()
        self.begin()
        self._override.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._override.__exit__(kind, error, trace)
        self.imports.uninstall()
        self._after = _memory.resident()
        _trackers.remove(self)

    def begin(self) -> None:
        """Measure from now on; what was measured before is forgotten."""
        self.imports.clear()
        self._after = None
        self._before = _memory.resident()
        _trackers.append(self)
        self.imports.install()

    @property
    def bytes(self) -> int:
        """What the process grew by since the beginning of the block, until its end or until now; may be negative."""
        return (_memory.resident() if self._after is None else self._after) - self._before

    def report(self) -> MemoryReport:
        """What each module and distribution brought of it."""
        with self.imports.aside():
            return MemoryReport(self.imports, self.bytes)

    def _picture(self) -> Picture:
        return self.report()._picture()

    def __repr__(self) -> str:
        return f"<MemoryTracker: {megabytes(self.bytes)}, {len(self.imports)} modules>"


class MemoryReport(Shown):
    """What imports brought of a process's memory; all figures are in bytes.

    Attributes:
        total: what the process grew by.
        modules: module → what it brought itself, the largest first; without those that could not be measured.
        distributions: distribution → what its modules brought; "Python" is the standard library, "" is code of no
            distribution.
        below_page: modules that brought less than a page, which shows as nothing.
        unknown: modules that could not be measured, as several threads imported at the same time.
    """

    __slots__ = ("below_page", "distributions", "modules", "total", "unknown")

    def __init__(self, profile: Profile, total: int) -> None:
        own = {each.module: each.self_memory for each in profile if each.self_memory is not None}
        self.total = total
        self.modules = _largest_first(own)
        self.distributions = _largest_first(_by_distribution(profile, own))
        self.below_page = [module for module, size in own.items() if size == 0]
        self.unknown = [each.module for each in profile if each.self_memory is None]

    @property
    def covered(self) -> int:
        """What all modules together brought."""
        return sum(self.modules.values())

    @property
    def coverage(self) -> float:
        """The part of `total` that is told of module by module; 1.0 is all, 0.0 where nothing grew."""
        return self.covered / self.total if self.total > 0 else 0.0

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return {**{name: getattr(self, name) for name in self.__slots__}, "coverage": self.coverage}

    def rows(self, most: int = 12) -> list[tuple[str, str, str]]:
        """Name, megabytes and what it is, for the largest distributions and modules."""
        named = [(name or "own code", size, "distribution") for name, size in list(self.distributions.items())[:most]]
        named += [(name, size, "module") for name, size in list(self.modules.items())[:most]]
        return [(name, megabytes(size), kind) for name, size, kind in named]

    def _picture(self) -> Picture:
        from load._picture import Picture, Table

        told = f"{self.coverage:.1%} of it by module" if self.total > 0 else "nothing to tell by module"
        title = f"{megabytes(self.total)} came with {len(self.modules)} modules; {told}"
        notes = [f"less than a page: {len(self.below_page)} modules"]
        if self.unknown:
            notes.append(f"not measured, as threads imported side by side: {len(self.unknown)} modules")
        return Picture(title, [Table(("name", "memory", "is a"), self.rows(), numbers=(1,))], notes)

    def __repr__(self) -> str:
        return f"<MemoryReport: {megabytes(self.total)}, {len(self.modules)} modules>"


def watch() -> None:
    """Measure all imports from now on, as the setting `track_memory` says, whatever blocks do besides; once."""
    global _watches
    if not _watches:
        _watches = True
        MemoryTracker().begin()


def watch_unless_watched() -> None:
    """The same, where no block says that memory is tracked: what it says ends with it."""
    if not _trackers:
        watch()


def memory_report() -> MemoryReport:
    """What imports brought since tracking began.

    Raises:
        ProfileError: it was not tracked.
    """
    if not _trackers:
        raise ProfileError(
            "The memory of imports is not tracked now.",
            context=(
                "a block of load.track_memory() has a report of its own: what it gives, printed",
                "the setting track_memory takes effect with the first thing that is asked of load",
            ),
            hint="load.configure(track_memory=True) before they are imported; or load.measure_import(NAME)",
        )
    return _trackers[-1].report()


def megabytes(size: int) -> str:
    """Bytes in words: millions of them."""
    return f"{size / 1e6:.1f} MB"


def _largest_first(sizes: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(sizes.items(), key=lambda item: -item[1]))


def _by_distribution(profile: Profile, own: Mapping[str, int]) -> dict[str, int]:
    from load._imports.profiling.owners import owners

    names = owners(profile)
    sums: dict[str, int] = {}
    for module, size in own.items():
        sums[names[module]] = sums.get(names[module], 0) + size
    return sums

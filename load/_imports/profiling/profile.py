"""What imports cost, module by module, and what can be asked of that: the slow, the large, who brought whom."""

from __future__ import annotations

from load._display import Shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, Self

    from load._imports.profiling.record import Import
    from load._picture import Picture

SLOW = 0.1  # seconds
LARGE = 1_000_000  # bytes


class ImportProfile(Shown):
    """What one module cost; several imports of it, as after a failure, are added up.

    Attributes:
        module: its dotted name.
        duration: seconds that its import took, including what it imported itself.
        self_duration: the same, without what it imported.
        find, create, execute: the parts of `self_duration`: looking for it, making the module (`dlopen`), running its
            body; all 0.0 where only their sum is known.
        dependencies: the modules that were first imported during its import, in that order.
        errors: what kept it from being imported, each in words.
        memory: growth of memory during its import, in bytes; None if it was not measured, or if several threads
            imported at the same time. Less than a memory page may show as 0.
        self_memory: the same, without what it imported.
        importer: the module whose code asked for it first, or "".
        parent: the module in whose import it came, or "".
        origin: the file it came from, or "".
        thread: identifier of the thread.
        started: seconds since the beginning of the profile.
    """

    __slots__ = (
        *(
            "_declared",
            "_where",
            "create",
            "dependencies",
            "duration",
            "errors",
            "execute",
            "find",
            "importer",
            "memory",
        ),
        *("module", "origin", "parent", "self_duration", "self_memory", "started", "thread"),
    )

    def __init__(self, module: str, *, parent: str = "", started: float = 0.0, thread: int = 0) -> None:
        self.module = module
        self.duration = self.self_duration = self.find = self.create = self.execute = 0.0
        self.dependencies: list[str] = []
        self.errors: list[str] = []
        self.memory: int | None = None
        self.self_memory: int | None = None
        self.importer = self.origin = ""
        self.parent = parent
        self.thread = thread
        self.started = started
        self._declared = ""
        self._where: Import | str = ""  # looked up when it is asked for: a thousand imports are a thousand line tables

    @property
    def place(self) -> str:
        """File and line of the statement that asked for it first, or ""."""
        return self._where if isinstance(self._where, str) else self._where.place

    @property
    def declared(self) -> str:
        """File and line of the lazy import statement (PEP 810) that was carried out at `place`, or ""."""
        return self._declared if isinstance(self._where, str) else self._where.declared

    @property
    def has_error(self) -> bool:
        """Whether an import of it failed."""
        return bool(self.errors)

    @property
    def dependency_count(self) -> int:
        """How many modules were first imported in its course."""
        return len(self.dependencies)

    def as_dict(self) -> dict[str, Any]:
        """All of it, in the types of JSON: seconds and bytes."""
        names = [name for name in self.__slots__ if not name.startswith("_")]
        return {**{name: getattr(self, name) for name in names}, "place": self.place, "declared": self.declared}

    def __getstate__(self) -> tuple[None, dict[str, Any]]:
        """For pickles and copies: without what it was recorded from."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return None, {**fields, "_where": self.place, "_declared": self.declared}

    def _picture(self) -> Picture:
        from load._imports.profiling.picture import picture_of_one

        return picture_of_one(self)

    def __repr__(self) -> str:
        failed = ", failed" if self.errors else ""
        return f"<ImportProfile of {self.module!r}: {self.duration * 1e3:.1f} ms{failed}>"


class Profile(Shown):
    """The profiles of many modules.

    Args:
        profiles: of each module one, in the order in which their imports began.
    """

    def __init__(self, profiles: Iterable[ImportProfile] = ()) -> None:
        self._profiles = {each.module: each for each in profiles}

    @property
    def profiles(self) -> dict[str, ImportProfile]:
        """Module → what it cost, in the order in which their imports began."""
        return dict(self._all())

    def _all(self) -> dict[str, ImportProfile]:
        return self._profiles

    def get_profile(self, module: str) -> ImportProfile | None:
        """What a module cost; None for one that was not imported meanwhile.

        Args:
            module: its name.
        """
        return self._all().get(module)

    def get_all_profiles(self) -> dict[str, ImportProfile]:
        """The same as `profiles`."""
        return self.profiles

    def get_slow_imports(self, threshold: float = SLOW) -> list[ImportProfile]:
        """Modules that took longer than `threshold` seconds, including what they imported, the slowest first.

        Args:
            threshold: seconds.
        """
        slow = [each for each in self if each.duration > threshold]
        return sorted(slow, key=lambda each: -each.duration)

    def get_memory_intensive_imports(self, threshold: int = LARGE) -> list[ImportProfile]:
        """Modules that took more than `threshold` bytes, without what they imported, the largest first.

        Args:
            threshold: bytes.
        """
        large = [each for each in self if (each.self_memory or 0) > threshold]
        return sorted(large, key=lambda each: -(each.self_memory or 0))

    def get_import_chain(self, module: str) -> list[str]:
        """The chain of imports that led to a module, from the outermost to itself; [] if it was not imported.

        Args:
            module: its name.
        """
        every = self._all()
        chain: list[str] = []
        each = every.get(module)
        while each is not None and each.module not in chain:
            chain.append(each.module)
            each = every.get(each.parent)
        return chain[::-1]

    def analyze_imports(self, threshold: float = SLOW) -> dict[str, Any]:
        """The totals, averages, and the slow and large imports.

        Args:
            threshold: what is slow, in seconds.

        Returns:
            `total_imports` and `error_count`; in seconds `total_duration`, which counts nothing twice, and
            `average_duration`, `max_duration` of modules with what they imported, `average_self_duration`,
            `max_self_duration` of modules without it; `average_dependencies`, `max_dependencies`, `max_chain_length`;
            in bytes, where it was measured, `total_memory_impact`, which counts nothing twice,
            `average_memory_impact`, `max_memory_impact` of modules without what they imported, and
            `memory_unknown`, how many could not be measured; `slow_imports` and `memory_intensive_imports`, as
            profiles. Without imports averages are 0.0.
        """
        every = list(self)
        memory = [each.self_memory for each in every if each.self_memory is not None]
        return {
            "total_imports": len(every),
            "error_count": sum(each.has_error for each in every),
            "total_duration": sum(each.self_duration for each in every),
            **_figures("duration", [each.duration for each in every]),
            **_figures("self_duration", [each.self_duration for each in every]),
            **_figures("dependencies", [each.dependency_count for each in every]),
            "max_chain_length": max(_depths(self._all()).values(), default=0),
            "total_memory_impact": sum(memory),
            **_figures("memory_impact", memory),
            "memory_unknown": len(every) - len(memory),
            "slow_imports": self.get_slow_imports(threshold),
            "memory_intensive_imports": self.get_memory_intensive_imports(),
        }

    @property
    def dependency_graph(self) -> dict[str, list[str]]:
        """Module → the modules that were first imported in its course."""
        return {each.module: list(each.dependencies) for each in self}

    @property
    def errors(self) -> dict[str, list[str]]:
        """Module → what kept it from being imported, for those that failed."""
        return {each.module: list(each.errors) for each in self if each.errors}

    def as_document(self, title: str = "") -> dict[str, Any]:
        """All of it in the types of JSON, as the reports take it.

        Args:
            title: what was profiled, in words.
        """
        from platform import python_version

        every = [each.as_dict() for each in self]
        memory = [each["self_memory"] for each in every if each["self_memory"] is not None]
        return {
            "load_profile": 1,
            "title": title,
            "python": python_version(),
            "seconds": sum(each["self_duration"] for each in every),
            "bytes": sum(memory) if memory else None,
            "modules": every,
            "cycles": [],
            "suggestions": None,
        }

    def __iter__(self) -> Iterator[ImportProfile]:
        return iter(list(self._all().values()))

    def __len__(self) -> int:
        return len(self._all())

    def __contains__(self, module: object) -> bool:
        return module in self._all()

    def _picture(self) -> Picture:
        from load._imports.profiling.picture import picture_of

        return picture_of(self)

    def __repr__(self) -> str:
        every = self._all().values()
        return (
            f"<{type(self).__name__}: {len(every)} modules, {sum(each.self_duration for each in every) * 1e3:.1f} ms>"
        )

    @classmethod
    def of(cls, records: Iterable[Import], *, started: float) -> Self:
        """What a recorder has seen to its end.

        Args:
            records: in the order in which they began.
            started: the clock at the beginning of the profile, in seconds.
        """
        return cls(_added_up(records, started).values())


def _added_up(records: Iterable[Import], started: float) -> dict[str, ImportProfile]:
    every: dict[str, ImportProfile] = {}
    told: list[Import] = []
    for record in records:
        if not record.done:
            continue
        if record.dependencies:
            told.append(record)
        above = record.parent
        while above is not None and not above.done:  # begun by a call that nobody ended
            above = above.parent
        parent = above.name if above is not None else ""
        profile = every.get(record.name)
        if profile is None:
            profile = ImportProfile(record.name, parent=parent, started=record.started - started, thread=record.thread)
            every[record.name] = profile
            profile.importer, profile.origin, profile._where = record.importer, record.origin, record
        _add(profile, record)
    for profile in every.values():
        if profile.parent in every and profile.parent != profile.module:
            every[profile.parent].dependencies.append(profile.module)
    for record in told:
        dependencies = every[record.name].dependencies
        dependencies += [name for name in dict.fromkeys(record.dependencies or ()) if name not in dependencies]
    return every


def _add(profile: ImportProfile, record: Import) -> None:
    within = record.parent
    while within is not None and within.name != record.name:
        within = within.parent
    if within is None:  # else it is a part of what was counted already, as between `start_import` and `finish_import`
        profile.duration += record.seconds
        if record.bytes is not None:
            profile.memory = (profile.memory or 0) + record.bytes
    profile.self_duration += record.self_seconds
    profile.find += record.found
    profile.create += record.created
    profile.execute += record.executed
    if record.self_bytes is not None:
        profile.self_memory = (profile.self_memory or 0) + record.self_bytes
    if record.error:
        profile.errors.append(record.error)


def _figures(name: str, values: list[Any]) -> dict[str, Any]:
    return {
        f"average_{name}": sum(values) / len(values) if values else 0.0,
        f"max_{name}": max(values, default=0),
    }


def _depths(every: dict[str, ImportProfile]) -> dict[str, int]:
    """How many modules are in the chain to each; parents begin before what is imported in their course."""
    depths: dict[str, int] = {}
    for profile in every.values():
        depths[profile.module] = depths.get(profile.parent, 0) + 1
    return depths

"""What profiles show of themselves: the modules that cost most, and what failed."""

from __future__ import annotations

from load._console.wording import size
from load._picture import Picture, Table
from load._report.tree import megabytes, milliseconds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Protocol

    class Cost(Protocol):
        """What a module cost: `ImportProfile` has all of it."""

        module: str
        duration: float
        self_duration: float
        find: float
        create: float
        execute: float
        memory: int | None
        self_memory: int | None
        importer: str
        origin: str
        dependencies: list[str]
        errors: list[str]

        @property
        def place(self) -> str:
            """File and line that asked."""

        @property
        def declared(self) -> str:
            """File and line of the lazy statement."""


_MODULES = 50  # modules that are shown
_FAILED = 10  # failed imports that are told


def picture_of(profile: Iterable[Cost]) -> Picture:
    """What there is to show of a profile: the modules that took longest, with what they imported, come first."""
    every = list(profile)
    if not every:
        return Picture("Nothing was imported.")
    dearest = sorted(every, key=lambda each: -each.duration)[:_MODULES]
    memory = any(each.self_memory is not None for each in every)
    columns = ["module", "self ms", "total ms", *(["self MB", "total MB"] if memory else []), "where"]
    rows = [_row(each, memory=memory) for each in dearest]
    numbers = range(1, len(columns) - 1)
    table = Table(columns, rows, numbers=numbers, unbroken=1, count=len(every))
    failed = [f"failed: {each.module}: {each.errors[0].splitlines()[0]}" for each in every if each.errors]
    if len(failed) > _FAILED:
        failed[_FAILED:] = [f"and {len(failed) - _FAILED} more that failed"]
    return Picture(_title(every), [table], failed)


def _title(every: Sequence[Cost]) -> str:
    parts = [
        "1 module" if len(every) == 1 else f"{len(every):,} modules",
        f"{milliseconds(sum(each.self_duration for each in every))} ms",
    ]
    sizes = [each.self_memory for each in every if each.self_memory is not None]
    if sizes:
        parts.append(f"{megabytes(sum(sizes))} MB")
    failed = sum(bool(each.errors) for each in every)
    if failed:
        parts.append(f"{failed:,} failed")
    return " · ".join(parts)


def _row(each: Cost, *, memory: bool) -> tuple[str, ...]:
    sizes = [each.self_memory, each.memory] if memory else []
    return (
        each.module,
        milliseconds(each.self_duration),
        milliseconds(each.duration),
        *("–" if size is None else megabytes(size) for size in sizes),
        each.place,
    )


def picture_of_one(each: Cost) -> Picture:
    """What there is to show of one module's profile."""
    failed = ", failed" if each.errors else ""
    times = f"{milliseconds(each.duration)} ms, without what it imported {milliseconds(each.self_duration)} ms"
    parts = [f"{name} {milliseconds(getattr(each, name))} ms" for name in ("find", "create", "execute")]
    facts = [
        ("time", times),
        ("of that", ", ".join(parts) if each.find or each.create or each.execute else ""),
        ("memory", "" if each.memory is None else f"{size(each.memory)}, without what it imported {_own(each)}"),
        ("imported by", each.importer),
        ("where", each.place),
        ("declared", each.declared),
        ("from", each.origin),
        ("imported first", _listed(each.dependencies)),
        *(("error", error.splitlines()[0]) for error in each.errors),
    ]
    return Picture(f"{each.module}{failed}", [Table((), [fact for fact in facts if fact[1]])])


def _own(each: Cost) -> str:
    return "not known" if each.self_memory is None else size(each.self_memory)


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return ", ".join(names[:8]) + more

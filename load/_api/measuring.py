"""The memory of this process and of its imports, and what an import costs in a process of its own."""

from __future__ import annotations

from load._display import Told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from load._imports.profiling.memory import MemoryReport, MemoryTracker, MemoryUsage

__all__ = ["measure_import", "memory_report", "memory_usage", "track_memory"]


class Spread:
    """The spread of several measurements.

    Attributes:
        median: the one in the middle.
        low, high: the smallest and the largest.
    """

    __slots__ = ("high", "low", "median")

    def __init__(self, values: Sequence[float]) -> None:
        from statistics import median

        self.median = median(values)
        self.low = min(values)
        self.high = max(values)

    def __repr__(self) -> str:
        return f"Spread(median={self.median!r}, low={self.low!r}, high={self.high!r})"


class Measurement(Told):
    """What the import of a module costs in a fresh process.

    Attributes:
        module: its name.
        runs: in how many processes it was measured.
        seconds: time of the import.
        bytes: growth of resident memory (RSS); None where the system does not tell.
        modules: how many modules were imported, itself included.
    """

    __slots__ = ("bytes", "module", "modules", "runs", "seconds")

    def __init__(self, module: str, answers: Sequence[dict[str, Any]]) -> None:
        sizes = [answer["bytes"] for answer in answers if answer["bytes"] is not None]
        self.module = module
        self.runs = len(answers)
        self.seconds = Spread([answer["seconds"] for answer in answers])
        self.bytes = Spread(sizes) if sizes else None
        self.modules = max(len(answer["modules"]) for answer in answers)

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        told: dict[str, Any] = {"module": self.module, "runs": self.runs, "modules": self.modules}
        for name in ("seconds", "bytes"):
            spread = getattr(self, name)
            told[name] = spread and {key: getattr(spread, key) for key in ("median", "low", "high")}
        return told

    def __str__(self) -> str:
        seconds = self.seconds
        parts = [
            self.module,
            f"{seconds.median * 1e3:.1f} ms ({seconds.low * 1e3:.1f} – {seconds.high * 1e3:.1f})",
            *([f"{self.bytes.median / 1e6:+.1f} MB"] if self.bytes is not None else []),
            f"{self.modules} module{'' if self.modules == 1 else 's'}",
            f"{self.runs} run{'' if self.runs == 1 else 's'}",
        ]
        return " · ".join(parts)

    def __repr__(self) -> str:
        return f"<Measurement: {self}>"


def memory_usage(*, unique: bool = False) -> MemoryUsage:
    """Read how much memory this process uses.

    Args:
        unique: also read the memory that would be free if the process ended (USS), which takes about a millisecond.

    Returns:
        An object with `resident`, `unique` and `traced`, in bytes; `int` of it is the resident size.
    """
    from load._imports.profiling.memory import memory_usage as read

    return read(unique=unique)


def track_memory() -> MemoryTracker:
    """Measure the memory of every import in a block: `with load.track_memory() as memory: …`.

    Afterwards `memory.bytes` is the growth of the process, `memory.imports` a profile, and `memory.report()` the growth
    by module and distribution.
    """
    from load._imports.profiling.memory import MemoryTracker

    return MemoryTracker()


def memory_report() -> MemoryReport:
    """Tell which imports took how much memory, since the setting `track_memory` was switched on or in a block.

    Returns:
        An object with `total`, `distributions`, `modules`, `coverage` and more, in bytes; print it to read it.

    Raises:
        ProfileError: memory was not tracked.
    """
    from load._imports.profiling.memory import memory_report as report

    return report()


def measure_import(module: str, runs: int = 5) -> Measurement:
    """Measure what an import costs, in fresh processes of this Python; a first run is not counted.

    Args:
        module: a dotted import name, or an alias of one; nothing is installed.
        runs: how many processes.

    Returns:
        An object with `seconds` and `bytes`, each with `median`, `low` and `high`, and `modules`.

    Raises:
        ResolveError: it cannot be imported; `context` has the last lines that its process printed.
        SourceError: it is not a dotted name.
        ValueError: there is less than one run.
    """
    from load._lazy.fresh import ask
    from load._reference import is_dotted_name
    from load.errors import SourceError

    if not isinstance(module, str) or not is_dotted_name(module):
        raise SourceError(
            f"{module!r} is not a dotted import name.", text=str(module), hint="load.measure_import('pandas')"
        )
    if runs < 1:
        raise ValueError(f"runs is at least 1, not {runs!r}")
    from load._resolve.presence import target_of

    module = target_of(module)
    from load._console.status import counted_while

    with counted_while(f"measuring the import of {module}", runs + 1) as step:
        ask(module)  # compiles it, and reads its files into the cache of the system
        answers: list[dict[str, Any]] = []
        for done in range(1, runs + 1):
            step(done, f"run {done} of {runs}")
            answers.append(ask(module))
    return Measurement(module, answers)

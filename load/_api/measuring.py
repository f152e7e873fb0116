"""What an import costs in a process of its own: the figures that are worth quoting."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


class Spread:
    """Several measurements of one thing.

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


class Measurement:
    """What the import of a module costs in a fresh process.

    Attributes:
        module: its name.
        runs: in how many processes it was measured.
        seconds: time of the import.
        bytes: resident memory (RSS) that came with it; None where the system does not tell.
        modules: how many modules came, itself included.
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
            f"{self.modules} modules",
            f"{self.runs} runs",
        ]
        return " · ".join(parts)

    def __repr__(self) -> str:
        return f"<Measurement: {self}>"


def measure(module: str, runs: int) -> Measurement:
    """Import a module in one fresh process after the other; see `load.measure_import`."""
    from load._lazy.fresh import ask
    from load._reference import is_dotted_name
    from load.errors import SourceError

    if not is_dotted_name(module):
        raise SourceError(
            f"{module!r} is no dotted import name.", text=str(module), hint="load.measure_import('pandas')"
        )
    if runs < 1:
        raise ValueError(f"runs is at least 1, not {runs!r}")
    ask(module)  # compiles it, and reads its files into the cache of the system
    return Measurement(module, [ask(module) for _ in range(runs)])

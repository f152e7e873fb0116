"""What could be done about exports that cost much or are of no use, from their figures."""

from __future__ import annotations

import time
from typing import NamedTuple

from load import _display
from load._lazy.handle import is_loaded
from load.exports._levels import ExportValidationLevel
from load.exports._table import TABLE, recorded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Literal

    from load.exports._declared import Declared

    Kind = Literal["failing", "slow", "costly-checks", "heavy-and-idle", "unused"]

_SHARE = 0.5  # of a load that its checks may take
_NOTICED = 0.1  # seconds that somebody notices


class ExportSuggestion(NamedTuple):
    """Something to do about an export.

    Attributes:
        kind: "failing": no use of it has succeeded; "slow": its first use takes long; "costly-checks": of that, the
            checks take most; "heavy-and-idle": it takes much memory, and was not used for long; "unused": it was never
            used.
        name: the export.
        text: one sentence of what to do.
        seconds: what it is about: of the load, of the checks, or without a use; 0 for one that fails.
        bytes: the memory that came with it; None where that was not measured.
    """

    kind: Kind
    name: str
    text: str
    seconds: float
    bytes: int | None

    def as_dict(self) -> dict[str, Any]:
        """All of it, in the types of JSON: seconds and bytes."""
        return self._asdict()

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return _display.html_of(_display.told(str(self)))

    def __rich_console__(self, console: Any, options: Any) -> Iterator[Any]:
        return _display.drawn(_display.told(str(self)), console, options)


def optimization_suggestions(*, slow: float = 1.0, heavy: float = 100e6, idle: float = 300.0) -> list[ExportSuggestion]:
    """What could be done about the exports that are monitored, as their figures are now.

    Args:
        slow: seconds from which a first use takes long.
        heavy: bytes from which a package takes much memory.
        idle: seconds without a counted use from which an export is idle.

    Returns:
        Those of exports that fail come first, then those about most seconds.
    """
    found: list[ExportSuggestion] = []
    for name in list(TABLE):
        export = recorded(name)
        if export is not None and export[1].enable_performance_monitoring:
            found += _about(name, export[1], slow, heavy, idle, loaded=is_loaded(export[0]))
    return sorted(found, key=lambda each: (each.kind != "failing", -each.seconds, each.name))


def _about(
    name: str, record: Declared, slow: float, heavy: float, idle: float, *, loaded: bool
) -> Iterator[ExportSuggestion]:
    figures = record.figures
    unused_for = time.monotonic() - figures.used_at
    if figures.errors and not figures.loads:
        uses = "one use failed" if figures.errors == 1 else f"{figures.errors} uses, and none succeeded"
        text = f"{name}: {uses}: {figures.last_error}"
        yield ExportSuggestion("failing", name, text, 0.0, None)
    elif not figures.accesses and unused_for >= idle:
        text = f"{name}: made in {record.place} {unused_for:.0f} s ago, and never used: leave it out"
        yield ExportSuggestion("unused", name, text, unused_for, None)
    if figures.seconds is not None and figures.seconds >= slow and not figures.is_early:
        text = f"{name}: its first use takes {figures.seconds:.1f} s: have it loaded before, in the background"
        yield ExportSuggestion("slow", name, text, figures.seconds, figures.memory)
    checks = figures.validation_seconds or 0.0
    if checks >= _NOTICED and checks > _SHARE * (figures.seconds or 0.0):
        lower = ExportValidationLevel(max(record.validation_level - 1, 0))
        text = f"{name}: its checks take {checks:.1f} s of {figures.seconds:.1f} s: check it at {lower}"
        yield ExportSuggestion("costly-checks", name, text, checks, figures.memory)
    if loaded and (figures.memory or 0) >= heavy and unused_for >= idle:
        text = (
            f"{name}: {(figures.memory or 0) / 1e6:.0f} MB, and not asked for since {unused_for:.0f} s: let go of it, "
            "and call cleanup_exports()"
        )
        yield ExportSuggestion("heavy-and-idle", name, text, unused_for, figures.memory)

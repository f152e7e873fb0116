"""Handles: what one costs when it is made, and that an attribute of one that was used costs what it costs elsewhere."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.pairs import Figure, figure, printed, ratio, remark
from benchmarks.peers import NATIVE
from benchmarks.places import ROOT, VERSION, Place

PROCESSES = 5  # an address here, a hash there: one process may be luckier than another
HELD = 10.0 if sys.version_info >= (3, 14) else 2.0
COMMAND = """
import sys
sys.path.append({root!r})
from benchmarks.handle_costs import main
sys.path.pop()
main({folder!r}, {packages!r})
"""


class Costs:
    """What all the processes measured.

    Attributes:
        raising: who makes no handle on a missing module, and what it raises.
    """

    def __init__(self, place: Place, folder: Path, packages: Sequence[str]) -> None:
        self._found: dict[str, dict[str, list[list[float]]]] = {}  # kind → who → process → round
        self.raising: dict[str, str] = {}
        for number in range(PROCESSES):
            where = folder / f"handles_{number}"
            where.mkdir()
            code = COMMAND.format(root=str(ROOT), folder=str(where), packages=list(packages))
            self._add(json.loads(printed([place.python, "-I", "-c", code])))

    def _add(self, printed_costs: dict[str, dict[str, dict[str, list[float]]]]) -> None:
        for kind, costs in printed_costs["costs"].items():
            for who, values in costs.items():
                self._found.setdefault(kind, {}).setdefault(who, []).append(values)
        self.raising.update(printed_costs["raising"])  # type: ignore[arg-type]

    def of(self, kind: str, who: str = "load") -> list[float]:
        """The values of all rounds in all processes."""
        return [value for values in self._found[kind][who] for value in values]

    def best(self, kind: str, who: str = "load") -> list[float]:
        """The best round of each process: what else the machine does can only make an absolute time longer."""
        return [min(values) for values in self._found[kind][who]]

    def has(self, kind: str, who: str) -> bool:
        """Whether it was measured."""
        return who in self._found[kind]

    def peers(self, kind: str) -> list[str]:
        """Whose handles were measured besides ours, each after its own kind."""
        return [who for who in self._found[kind] if "`" in who]


def made(costs: Costs) -> list[Figure]:
    """Handles made, in microseconds, the best of each process; the peers' through ours."""
    return [
        figure(
            f"a handle made, module present, the best of each process ({VERSION})", 1.0, costs.best("present"), "µs"
        ),
        figure(
            f"a handle made, module missing, the best of each process ({VERSION})", 1.0, costs.best("missing"), "µs"
        ),
        figure(f"a handle made, dotted name, the best of each process ({VERSION})", 1.0, costs.best("dotted"), "µs"),
        figure(
            f"a handle made on an object, `mod:attr`, the best of each process ({VERSION})",
            None,
            costs.best("object"),
            "µs",
        ),
        *(
            ratio(f"a handle made, {kind}, {who} : `load` ({VERSION})", None, costs.of(kind, who), costs.of(kind))
            for kind in ("present", "missing")
            for who in costs.peers(kind)
        ),
        *(
            remark(f"a handle made, missing, {who} ({VERSION})", f"raises {error}")
            for who, error in costs.raising.items()
        ),
    ]


def used(costs: Costs) -> list[Figure]:
    """An attribute of what was used before, through that of a plain module."""

    def access(what: str, promise: float | None, who: str, peer: str = "plain") -> Figure:
        return ratio(f"an attribute {what} ({VERSION})", promise, costs.of("access", who), costs.of("access", peer))

    return [
        figure(f"an attribute of a plain module ({VERSION})", None, costs.best("access", "plain"), "ns"),
        access("by the name that was declared : of an imported module", 1.2, "declared by_load", "declared as_usual"),
        access("of a handle held elsewhere : of a plain module", HELD, "load"),
        access("of a handle on a module with a PEP 562 hook : of that module", HELD, "load with_hook", "with_hook"),
        access(
            "of a handle on a module of a class of its own : of that module", None, "load of_own_class", "of_own_class"
        ),
        *(access(f"of a handle, {who} : of a plain module", None, who) for who in costs.peers("access")),
        *_native(costs),
    ]


def _native(costs: Costs) -> list[Figure]:
    if not NATIVE:
        return [remark(f"an attribute by the name declared by `lazy import` ({VERSION})", "PEP 810 is of 3.15")]
    usual, native = costs.of("access", "declared as_usual"), costs.of("access", "declared by_native")
    return [ratio(f"an attribute by the name declared by `lazy import` ({VERSION})", None, native, usual)]


def resolved(costs: Costs, plain: str, packages: Mapping[str, str], ours: Sequence[str]) -> list[Figure]:
    """An attribute of a lazy package of which all names were used, through that of one that imports them at once.

    Args:
        costs: what was measured.
        plain: the package that is not lazy.
        packages: name of a package → what it is called.
        ours: the names of those that something is promised of.
    """
    return [
        ratio(
            f"an attribute of a package, all resolved, {who} : imported at once ({VERSION})",
            1.1 if name in ours else None,
            costs.of("access", name),
            costs.of("access", plain),
        )
        for name, who in packages.items()
        if costs.has("access", name) and name != plain
    ]

"""Handles and lazy packages: what they cost before the first use, and that they cost nothing after it.

All of it beside the peers, in one environment and in one run. What cannot be installed for this Python is left out, and
said to be.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks import handles
from benchmarks.lazy_packages import OURS, Packages
from benchmarks.pairs import Figure, printed, remark
from benchmarks.peers import DISTRIBUTIONS
from benchmarks.places import VERSION, Place

VERSIONS = "from importlib.metadata import version; print(', '.join(f'{{each}} {{version(each)}}' for each in {!r}))"


def measure(folder: Path) -> list[Figure]:
    """Handles in a few processes, packages in many."""
    place = Place(folder / "lazies")
    there = [name for name in DISTRIBUTIONS if place.installs(name)]
    packages = Packages(place, ["lazy_loader", *(DISTRIBUTIONS[name] for name in there)])
    peers = [name for name in packages.peers if name != "natively"]
    costs = handles.Costs(place, folder, ["at_once", "by_hand", *OURS, *peers])
    return [
        *_beside(place, there),
        *handles.made(costs),
        *handles.used(costs),
        *handles.resolved(costs, "at_once", {name: each.who for name, each in packages.there.items()}, list(OURS)),
        *packages.figures(),
    ]


def _beside(place: Place, there: list[str]) -> list[Figure]:
    """Which peers it is beside, and which it is not."""
    names = ["lazy-loader", *(name.partition("[")[0] for name in there)]
    versions = printed([place.python, "-I", "-c", VERSIONS.format(names)])
    return [
        remark(f"peers beside `load` ({VERSION})", versions),
        *(
            remark(f"{name} ({VERSION})", "not measured: it could not be installed here")
            for name in DISTRIBUTIONS
            if name not in there
        ),
        remark(f"transformers ({VERSION})", "not measured itself: 100 MB; its `_LazyModule` is in lazy-imports"),
    ]

"""Exports: that one which is loaded and monitored costs what a handle does, what making one costs, and the import."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.pairs import Figure, figure, printed, ratio
from benchmarks.places import ROOT, VERSION

PROCESSES = 7
ACCESS = """
import sys, json
sys.path.insert(0, {root!r})
import load
from time import perf_counter
from load.exports import LazyPackageExport, SpecializedExports
class Colors(SpecializedExports):
    package = "colorsys"
    exports = {{"ONE_THIRD": "colorsys.ONE_THIRD"}}
held = {{
    "module": __import__("colorsys"),
    "handle": load.lazy_import("colorsys"),
    "monitored": LazyPackageExport("colorsys"),
    "specialised": Colors(),
}}
held["specialised"].ONE_THIRD
dir(held["specialised"]), vars(held["specialised"])  # as completion does
def cost(thing):
    started = perf_counter()
    for _ in range(200_000):
        thing.ONE_THIRD; thing.ONE_THIRD; thing.ONE_THIRD; thing.ONE_THIRD; thing.ONE_THIRD
    return perf_counter() - started
found = {{}}
for round in range(4):
    for name, thing in held.items():
        found.setdefault(name, []).append(cost(thing))
costs = {{name: min(values[1:]) for name, values in found.items()}}
started = perf_counter()
for number in range(1000):
    LazyPackageExport("colorsys", import_name="colorsys")
costs["again"] = (perf_counter() - started) * 1e3
names = [f"ware_{{number}}" for number in range(1000)]
started = perf_counter()
for name in names:
    LazyPackageExport(name, import_name=name)
costs["made"] = (perf_counter() - started) * 1e3
started = perf_counter()
for number in range(1000):
    Colors()
costs["tables"] = (perf_counter() - started) * 1e3
print(json.dumps(costs))
"""
IMPORT = """
import sys
sys.path.insert(0, {root!r})
import load
from time import perf_counter
started = perf_counter()
import load.exports
print((perf_counter() - started) * 1e3)
"""


def measure(_folder: Path) -> list[Figure]:
    """Each in several processes: an address here, a hash there, and one is luckier than another."""
    access, imports = ACCESS.format(root=str(ROOT)), IMPORT.format(root=str(ROOT))
    costs = [json.loads(printed([sys.executable, "-c", access])) for _ in range(PROCESSES)]
    times = [float(printed([sys.executable, "-c", imports])) for _ in range(PROCESSES)]

    def of(name: str) -> list[float]:
        return [each[name] for each in costs]

    return [
        ratio(
            f"an attribute of a loaded, monitored export : of a loaded handle ({VERSION})",
            1.15,
            of("monitored"),
            of("handle"),
        ),
        ratio(
            f"an attribute of a loaded, monitored export : of the module ({VERSION})",
            None,
            of("monitored"),
            of("module"),
        ),
        ratio(
            f"a name of specialised exports that was given before : an attribute of the module ({VERSION})",
            1.3,
            of("specialised"),
            of("module"),
        ),
        figure(f"specialised exports made, of a package with an export ({VERSION})", None, of("tables"), "µs"),
        figure(f"an export made ({VERSION})", None, of("made"), "µs"),
        figure(f"an export asked for again with the same settings ({VERSION})", None, of("again"), "µs"),
        figure(f"`import load.exports` after `import load` ({VERSION})", 3.0, times, "ms"),
    ]

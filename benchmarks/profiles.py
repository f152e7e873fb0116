"""Profiling imports: what it adds to them, and how much of the whole it tells of."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.pairs import Figure, environment, figure, in_turn, ratio, remark
from benchmarks.places import VERSION, Place

PACKAGES = {"pandas": 1.03, "sympy": 1.05}  # what profiling them may cost, against nothing
ROUNDS = 41
# The same is loaded before, whoever watches: what is imported in common would be cheaper for one of them. The modules
# of time.process_time are what the process itself did, on whatever core.
COST = """
import load.imports, time, tracemalloc
profiler = load.imports.ImportProfiler()
{before}
started = time.process_time()
import {package}
print(time.process_time() - started)
"""
TOLD = """
import json, time
from load import _memory
from load.imports import ImportProfiler
profiler = ImportProfiler()
size = _memory.resident()
profiler.install()
started = time.perf_counter()
import {package}
wall = time.perf_counter() - started
grown = _memory.resident() - size
profiler.uninstall()
own = list(profiler)
print(json.dumps({{
    "seconds": sum(each.self_duration for each in own) / wall,
    "bytes": sum(each.self_memory or 0 for each in own) / grown,
    "least": min(each.self_duration for each in own),
}}))
"""


def measure(folder: Path) -> list[Figure]:
    """All of it in a fresh environment that has the packages."""
    place = Place(folder / "profiles")
    found: list[Figure] = []
    for package, promise in PACKAGES.items():
        if place.installs(package):
            found += [*_overhead(place, package, promise), *_coverage(place, package)]
        else:
            found.append(remark(f"{package} ({VERSION})", "cannot be installed here"))
    return found


def _overhead(place: Place, package: str, promise: float) -> list[Figure]:
    def act(before: str = "", *options: str) -> Callable[[], float]:
        code = COST.format(before=before, package=package)
        return lambda: float(_last_line([place.python, "-I", *options, "-c", code]))

    costs = in_turn(
        {
            "nothing": act(),
            "load": act("profiler.install()"),
            "importtime": act("", "-X", "importtime"),
        },
        rounds=ROUNDS,
    )
    traced = act("profiler = load.imports.ImportProfiler(memory='traced'); profiler.install()")
    slow = in_turn({"nothing": act(), "traced": traced}, rounds=5)
    what = f"CPU time of `import {package}`"
    return [
        ratio(f"{what} with time and memory watched : without ({VERSION})", promise, costs["load"], costs["nothing"]),
        ratio(f"{what} with `-X importtime` : without ({VERSION})", None, costs["importtime"], costs["nothing"]),
        ratio(f"{what} with `memory='traced'` : without ({VERSION})", None, slow["traced"], slow["nothing"]),
    ]


def _coverage(place: Place, package: str) -> list[Figure]:
    told = [json.loads(_last_line([place.python, "-I", "-c", TOLD.format(package=package)])) for _ in range(7)]
    what = f"of `import {package}`, not told module by module"
    found = [figure(f"time {what} ({VERSION})", 1.0, [abs(1 - each["seconds"]) * 100 for each in told], "%")]
    if sys.platform == "linux":
        found.append(figure(f"memory {what} ({VERSION})", 1.0, [abs(1 - each["bytes"]) * 100 for each in told], "%"))
    below = [float(each["least"] < 0) for each in told]
    return [*found, figure(f"self times below zero, `import {package}` ({VERSION})", 0.0, below, "runs")]


def _last_line(command: list[str]) -> str:
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]

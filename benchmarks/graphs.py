"""The graph of a big program and its cycles: read for the first time, and again in a new process."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from benchmarks.pairs import Figure, figure, in_turn, printed, remark
from benchmarks.places import VERSION, Place

PROGRAM = ("pandas", "sympy")
# Both are measured from their own import on; what the program itself imports is there before, and its garbage is gone.
OURS = """
import gc, json, sys, time
import pandas, sympy
gc.collect()
started = time.perf_counter()
from load._imports.module_manager import ModuleManager
manager = ModuleManager()
cycles = manager.find_cycles()
[cycle.as_dict() for cycle in cycles]
print(json.dumps([time.perf_counter() - started, len(sys.modules), len(manager.graph.edges()), len(cycles)]))
"""
GRIMP = """
import json, time
started = time.perf_counter()
import grimp
graph = grimp.build_graph("pandas", "sympy", cache_dir={cache})
print(json.dumps([time.perf_counter() - started, len(graph.modules), graph.count_imports(), 0]))
"""


def measure(folder: Path) -> list[Figure]:
    """The program is pandas and sympy; grimp reads the files of both, loaded or not, and finds no cycles."""
    place = Place(folder / "graphs")
    if not all(place.installs(name) for name in PROGRAM):
        return [remark(f"graph and cycles of pandas and sympy ({VERSION})", "they cannot be installed here")]
    cache, peers = folder / "cache", folder / "peers"
    sizes: dict[str, list[int]] = {}

    def run(name: str, code: str) -> float:
        seconds, *sizes[name] = json.loads(printed([place.python, "-I", "-c", code], LOAD_CACHE_DIR=str(cache)))
        return float(seconds)

    def cold() -> float:
        shutil.rmtree(cache, ignore_errors=True)
        return run("ours", OURS)

    acts: dict[str, Callable[[], float]] = {"cold": cold, "again": lambda: _again(run)}
    if place.installs("grimp"):
        acts["grimp"] = lambda: run("grimp", GRIMP.format(cache=None))
        acts["grimp again"] = lambda: run("grimp", GRIMP.format(cache=repr(str(peers))))
    found = in_turn(acts, rounds=5)
    modules, edges, cycles = sizes["ours"]
    what = f"graph and cycles of the {modules:,} modules loaded with pandas and sympy"
    return [
        figure(f"{what}: {edges:,} imports, {cycles} rings ({VERSION})", 1.5, found["cold"], "s"),
        figure(f"{what}, again in a new process ({VERSION})", 100.0, [each * 1e3 for each in found["again"]], "ms"),
        *_peers(found, sizes),
    ]


def _again(run: Callable[[str, str], float]) -> float:
    """After another process has filled the cache."""
    run("ours", OURS)
    return run("ours", OURS)


def _peers(found: dict[str, list[float]], sizes: dict[str, list[int]]) -> list[Figure]:
    if "grimp" not in found:
        return [remark(f"graph of pandas and sympy by grimp ({VERSION})", "cannot be installed here")]
    modules, edges, _ = sizes["grimp"]
    what = f"graph of the {modules:,} modules of pandas and sympy by grimp, without cycles"
    return [
        figure(f"{what}: {edges:,} imports ({VERSION})", None, found["grimp"], "s"),
        figure(
            f"{what}, again in a new process ({VERSION})", None, [each * 1e3 for each in found["grimp again"]], "ms"
        ),
    ]

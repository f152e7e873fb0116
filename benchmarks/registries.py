"""Registries: a look-up that was made before, many entries, and what importing `load.registry` costs."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.pairs import Figure, figure, in_turn, printed, ratio, remark
from benchmarks.places import ROOT, VERSION, Place

PEERS = ("lazyregistry", "catalogue", "phx-class-registry")
COMMAND = "import sys; sys.path.append({root!r}); from benchmarks.registry_costs import main; sys.path.pop(); main()"
IMPORT = """
import sys, time
before = set(sys.modules)
started = time.perf_counter()
import {name}
print(time.perf_counter() - started)
"""
FOREIGN = """
import json, sys
import load.registry
files = {name: getattr(module, "__file__", None) or "" for name, module in sys.modules.items()}
others = [name for name, file in files.items() if "site-packages" in file and name.partition(".")[0] != "load"]
print(json.dumps(others))
"""


def measure(folder: Path) -> list[Figure]:
    """All of it in a fresh environment that has the peers."""
    place = Place(folder / "registries")
    absent = [name for name in PEERS if not place.installs(name)]
    costs = json.loads(printed([place.python, "-I", "-c", COMMAND.format(root=str(ROOT))]))
    return [
        *_lookups(costs["lookup"]),
        *_entries(costs),
        *_imports(place),
        *(remark(f"{name} ({VERSION})", "cannot be installed here") for name in absent),
    ]


def _lookups(costs: dict[str, list[float]]) -> list[Figure]:
    what = "a look-up of a loaded key"
    others = [who for who in costs if who not in ("dict", "floor", "load")]
    return [
        ratio(f"{what} : a dict with `__missing__` ({VERSION})", 1.15, costs["load"], costs["floor"]),
        ratio(f"{what} : a dict ({VERSION})", None, costs["load"], costs["dict"]),
        *(ratio(f"{what}, {who} : `load` ({VERSION})", None, costs[who], costs["load"]) for who in others),
    ]


def _entries(costs: dict[str, dict[str, list[float]]]) -> list[Figure]:
    found: list[Figure] = []
    for kind, unit in (("filled", "time"), ("memory", "memory")):
        for way, base, promise in (("update", "dict", 3.0), ("register", "dict one by one", 6.0)):
            what = f"100,000 import strings by `{way}` : a dict of texts, {unit} ({VERSION})"
            found.append(ratio(what, promise, costs[kind][way], costs[kind][base]))
    return found


def _imports(place: Place) -> list[Figure]:
    def cost(name: str) -> float:
        return float(printed([place.python, "-I", "-c", IMPORT.format(name=name)])) * 1e3

    names = {"ours": "load.registry", "theirs": "lazyregistry"}
    ways = {key: (lambda name=name: cost(name)) for key, name in names.items() if _is_there(place, name)}
    costs = in_turn(ways, rounds=21)
    foreign = json.loads(printed([place.python, "-I", "-c", FOREIGN]))
    return [
        figure(f"import load.registry ({VERSION})", 2.0, costs["ours"], "ms"),
        *(
            ratio(f"import lazyregistry : import load.registry ({VERSION})", None, costs["theirs"], costs["ours"])
            for _ in range("theirs" in costs)
        ),
        figure(f"modules of others that come with load.registry ({VERSION})", 0.0, [float(len(foreign))], ""),
    ]


def _is_there(place: Place, name: str) -> bool:
    code = f"import importlib.util; print(importlib.util.find_spec({name.partition('.')[0]!r}) is not None)"
    return printed([place.python, "-I", "-c", code]) == "True"

"""What stands in the way of everybody: `import load`, a first `load.json`, a warm `load.x`."""

from __future__ import annotations

import sys
import timeit
from pathlib import Path
from types import ModuleType

from benchmarks.pairs import Figure, compared, printed
from benchmarks.places import Place

HEAVY = ("rich", "packaging", "subprocess", "psutil", "importlib.metadata")
TIMED = "import time; started = time.perf_counter(); import {}; print(time.perf_counter() - started)"


def measure(folder: Path) -> list[Figure]:
    """The cold figures, in fresh processes."""
    place = Place(folder / "imports")

    def cost(module: str) -> float:
        return float(printed([place.python, "-I", "-c", TIMED.format(module)]))

    added = "import sys; before = set(sys.modules); import load; print(len(set(sys.modules) - before))"
    first = f"import sys, load; load.json; print(sum(name in sys.modules for name in {HEAVY!r}))"
    modules = float(printed([place.python, "-I", "-c", added]))
    heavy = float(printed([place.python, "-I", "-c", first]))
    return [
        compared(
            "`import load` : `import lazy_loader`", 1.5, lambda: cost("load"), lambda: cost("lazy_loader"), rounds=41
        ),
        Figure("modules that `import load` adds to a bare interpreter", 8, modules, modules, modules, "modules"),
        Figure(f"of {', '.join(HEAVY)}: imported by a first `load.json`", 0, heavy, heavy, heavy, "modules"),
    ]


def measure_warm(_: Path) -> list[Figure]:
    """The warm path, in this process; on 3.15 the peer is a plain module, before it one with a PEP 562 hook."""
    import load

    load.json  # noqa: B018 - bound by the access
    peer = ModuleType("peer")
    peer.json = load.json  # type: ignore[attr-defined]
    plain = sys.version_info >= (3, 15)
    if not plain:
        peer.__getattr__ = lambda name: name  # type: ignore[attr-defined]
    number = 500_000

    def loop(statement: str, names: dict[str, object]) -> float:
        # All in one function's own names, so that nothing but the attribute load differs.
        return min(timeit.repeat(statement, repeat=3, number=number, globals=names))

    def access(module: ModuleType) -> float:
        names = {"m": module}
        return loop("m.json;" * 10, names) - loop("m;" * 10, names)

    kind = "a plain module's attribute" if plain else "a cached attribute of a module with a PEP 562 hook"
    promise = 1.2 if plain else 1.1
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return [
        compared(f"warm `load.x` : {kind} ({version})", promise, lambda: access(load), lambda: access(peer), rounds=15)
    ]

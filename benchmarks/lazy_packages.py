"""Lazy packages: one of 200 names in 200 submodules, made with `load`, by hand and with the peers, and imported.

Warm means that the library was imported and used before, as it is where one lazy package is not the first; cold that
the import of the package is the first of the process. All of it is timed inside of fresh processes, and some of it
around them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.handle_costs import HANDLES
from benchmarks.pairs import Figure, figure, in_turn, printed, ratio, seconds
from benchmarks.peers import NATIVE
from benchmarks.places import VERSION, Place

NAMES = {f"name_{number}": f"part_{number}" for number in range(HANDLES)}
ENTRIES = {part: [name] for name, part in NAMES.items()}
STATEMENTS = "".join(f"from .{part} import {name} as {name}\n" for name, part in NAMES.items())
ROUNDS = 61
USED = "load; load.attach; load.attach_stub"  # the first looks up names of the library
TIMED = "import time, {first}; started = time.perf_counter(); import {package}; print(time.perf_counter() - started)"
BY_HAND = f"""
_NAMES = {NAMES!r}
__all__ = list(_NAMES)
def __getattr__(name):
    if name not in _NAMES:
        raise AttributeError(name)
    from importlib import import_module
    value = globals()[name] = getattr(import_module("." + _NAMES[name], __name__), name)
    return value
def __dir__():
    return __all__
"""
TO_NOTHING = f"""
import load
def attach(package, attributes):
    return None, None, None
__getattr__, __dir__, __all__ = attach(__name__, attributes={ENTRIES!r})
del __getattr__, __dir__, __all__
"""
LOAD_ALONE = "after `import load` alone"
BOUND = "__getattr__, __dir__, __all__"


@dataclass(frozen=True)
class Package:
    """One way of making the package.

    Attributes:
        who: what it is called in the figures.
        body: its `__init__.py`.
        library: what has to be there for it.
        used: what is imported before it where it is warm.
        has_stub: whether it has one.
    """

    who: str
    body: str
    library: str = "load"
    used: str = USED
    has_stub: bool = False


OURS = {
    "attached": Package("`load.attach`", f"import load\n{BOUND} = load.attach(__name__, attributes={ENTRIES!r})\n"),
    "stubbed": Package(
        "`load.attach_stub`", f"import load\n{BOUND} = load.attach_stub(__name__, __file__)\n", has_stub=True
    ),
}
OTHERS = {
    "by_hand": Package("by hand", BY_HAND),
    "at_once": Package("imported at once", STATEMENTS),
    "to_nothing": Package("the same literal given to a function that does nothing", TO_NOTHING),
}
PEERS = {
    "ll_attached": Package(
        "`lazy_loader.attach`",
        f"import lazy_loader\n{BOUND} = lazy_loader.attach(__name__, submod_attrs={ENTRIES!r})\n",
        "lazy_loader",
        "lazy_loader",
    ),
    "ll_stubbed": Package(
        "`lazy_loader.attach_stub`",
        f"import lazy_loader\n{BOUND} = lazy_loader.attach_stub(__name__, __file__)\n",
        "lazy_loader",
        "ast, lazy_loader",
        has_stub=True,
    ),
    "li_module": Package(
        "`lazy_imports.LazyModule`",
        "from lazy_imports import LazyModule, as_package, load\n"
        f"load(LazyModule(*as_package(__file__), {STATEMENTS!r}, name=__name__))\n",
        "lazy_imports",
        "lazy_imports",
    ),
    "li_importer": Package(
        "`lazy_imports.LazyImporter` (from `_LazyModule` of transformers)",
        "import sys\nfrom lazy_imports import LazyImporter\n"
        f"sys.modules[__name__] = LazyImporter(__name__, __file__, {ENTRIES!r})\n",
        "lazy_imports",
        "lazy_imports",
    ),
    "ap_init": Package(
        "`apipkg.initpkg`",
        f"import apipkg\napipkg.initpkg(__name__, { {name: f'.{part}:{name}' for name, part in NAMES.items()}!r})\n",
        "apipkg",
        "apipkg",
    ),
}
LAZY_STATEMENTS = Package("`lazy from … import` (PEP 810)", STATEMENTS.replace("from ", "lazy from "))


class Packages:
    """The packages in the environment that they are measured in.

    Attributes:
        there: name → package, of all that can be there.
        peers: the names of those that are the peers'.
    """

    def __init__(self, place: Place, libraries: Sequence[str]) -> None:
        peers = {name: each for name, each in PEERS.items() if each.library in libraries}
        if NATIVE:
            peers["natively"] = LAZY_STATEMENTS
        self.peers = list(peers)
        self.there = {**OURS, **OTHERS, **peers}
        self._python = place.python
        site = Path(printed([place.python, "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]))
        for name, package in self.there.items():
            _write(site / name, package)

    def figures(self) -> list[Figure]:
        """All of them, measured in turn."""
        acts = {f"cold {LOAD_ALONE}": self._import("attached", "load")}
        for name, package in self.there.items():
            acts[f"warm {name}"] = self._import(name, package.used)
            acts[f"cold {name}"] = self._import(name, "sys")
            acts[f"whole {name}"] = self._process(name)
        costs: dict[str, dict[str, list[float]]] = {"warm": {}, "cold": {}, "whole": {}}
        for each, values in in_turn(acts, rounds=ROUNDS).items():
            kind, _, name = each.partition(" ")
            costs[kind][name] = values
        return [*self._warm(costs["warm"]), *self._first(costs["cold"]), *self._whole(costs["whole"])]

    def _import(self, package: str, first: str) -> Callable[[], float]:
        command = [self._python, "-I", "-c", TIMED.format(package=package, first=first)]
        return lambda: float(printed(command)) * 1e3

    def _process(self, package: str) -> Callable[[], float]:
        command = [self._python, "-I", "-c", f"import {package}"]
        return lambda: seconds(command) * 1e3

    def _warm(self, costs: dict[str, list[float]]) -> list[Figure]:
        what = f"a package of {len(NAMES)} names"
        added = [one - other for one, other in zip(costs["attached"], costs["to_nothing"], strict=True)]
        return [
            figure(f"{what}, `load` imported ({VERSION})", 0.2, costs["attached"], "ms"),
            figure(f"the same by hand ({VERSION})", None, costs["by_hand"], "ms"),
            figure(f"the same literal given to nothing ({VERSION})", None, costs["to_nothing"], "ms"),
            figure(f"what `load.attach` adds to that ({VERSION})", 0.2, added, "ms"),
            ratio(
                f"{what}, `load` imported : `lazy_loader` imported ({VERSION})",
                0.83,
                costs["attached"],
                costs["ll_attached"],
            ),
            figure(f"{what} from a stub, `load` imported ({VERSION})", None, costs["stubbed"], "ms"),
            ratio(
                f"{what} from a stub, `load` imported : by hand ({VERSION})", 1.3, costs["stubbed"], costs["by_hand"]
            ),
            *self._beside(costs, "library imported"),
        ]

    def _first(self, costs: dict[str, list[float]]) -> list[Figure]:
        what = f"a package of {len(NAMES)} names"
        return [
            figure(f"{what}, cold ({VERSION})", 1.0, costs["attached"], "ms"),
            figure(f"the same by hand, cold ({VERSION})", None, costs["by_hand"], "ms"),
            figure(f"{what}, {LOAD_ALONE} ({VERSION})", None, costs[LOAD_ALONE], "ms"),
            ratio(f"{what}, cold : `lazy_loader` cold ({VERSION})", 0.95, costs["attached"], costs["ll_attached"]),
            figure(f"{what} from a stub, cold ({VERSION})", None, costs["stubbed"], "ms"),
            ratio(f"{what} from a stub, cold : by hand ({VERSION})", None, costs["stubbed"], costs["by_hand"]),
            *self._beside(costs, "cold"),
        ]

    def _whole(self, costs: dict[str, list[float]]) -> list[Figure]:
        what = "`python -c 'import package'`, the whole process"
        return [
            ratio(f"{what}, from a stub : by hand ({VERSION})", 1.3, costs["stubbed"], costs["by_hand"]),
            ratio(f"{what}, `load.attach` : by hand ({VERSION})", None, costs["attached"], costs["by_hand"]),
            *(
                ratio(f"{what}, {self.there[name].who} : by hand ({VERSION})", None, costs[name], costs["by_hand"])
                for name in ("at_once", *self.peers)
            ),
        ]

    def _beside(self, costs: dict[str, list[float]], how: str) -> list[Figure]:
        """What the others take for each that ours takes; the peers' stub beside our stub."""
        return [
            ratio(f"{how}, {self.there[name].who} : {self.there[ours].who} ({VERSION})", None, costs[name], costs[ours])
            for name in ("at_once", *self.peers)
            for ours in ["stubbed" if self.there[name].has_stub else "attached"]
        ]


def _write(folder: Path, package: Package) -> None:
    folder.mkdir()
    (folder / "__init__.py").write_text(package.body, encoding="utf-8")
    if package.has_stub:
        (folder / "__init__.pyi").write_text(STATEMENTS, encoding="utf-8")
    for name, part in NAMES.items():
        (folder / f"{part}.py").write_text(f"{name} = 1\n", encoding="utf-8")

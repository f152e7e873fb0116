"""What handles cost, ours and the peers', in turn in one process.

`handles` calls `main` in the environment that has the peers, in several processes.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module, invalidate_caches
from itertools import repeat
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.pairs import in_turn
from benchmarks.peers import NATIVE, Maker, makers

HANDLES = 200
ROUNDS = 9
LOOP = """
def run(times{binding}):
    for _ in times: {used}
def idle(times{binding}):
    for _ in times: {held}
"""
OF_OWN_CLASS = """
import sys, types
class Own(types.ModuleType): pass
sys.modules[__name__].__class__ = Own
value = 1
"""
ACCESSES = 20  # in a turn of the loop
LEAST = 1e-3  # seconds that a loop runs
Loop = tuple[Callable[[Iterable[object]], None], Callable[[Iterable[object]], None]]
Costs = dict[str, list[float]]


def main(where: str, packages: Sequence[str]) -> None:
    """Print, as JSON: kind of figure → who → a value for each round; and who raises what where a module is missing.

    Args:
        where: an empty folder.
        packages: lazy packages with `HANDLES` names, and others to compare them with.
    """
    folder = Path(where)
    _write(folder)
    sys.path.insert(0, str(folder))
    invalidate_caches()
    gc.disable()
    ours = {"load": makers()["load"]}
    able, raising = _able(makers(), _names("missing_{}"))
    costs = {
        "present": _made(makers(), _names("present_{}")),
        "missing": _made(able, _names("missing_{}")),
        "dotted": _made(ours, _names("parent.present_{}")),
        "object": _made(ours, _names("present_{}:value")),
        "access": _accessed(packages),
    }
    print(json.dumps({"costs": costs, "raising": raising}))


def _write(folder: Path) -> None:
    (folder / "parent").mkdir(exist_ok=True)
    for number in range(HANDLES):
        (folder / f"present_{number}.py").write_text("value = 1\n", encoding="utf-8")
        (folder / "parent" / f"present_{number}.py").write_text("value = 1\n", encoding="utf-8")
    (folder / "parent" / "__init__.py").write_text("", encoding="utf-8")
    (folder / "with_hook.py").write_text(
        "value = 1\ndef __getattr__(name): raise AttributeError(name)\n", encoding="utf-8"
    )
    (folder / "of_own_class.py").write_text(OF_OWN_CLASS, encoding="utf-8")
    loop = _loop_source("declared.value", "declared")
    for name, declaration in {
        "as_usual": "import with_nothing as declared\n",
        "by_load": "import load\ndeclared = load.lazy_import('with_nothing_2')\n",
        "by_native": "lazy import with_nothing_3 as declared\n",
    }.items():
        (folder / f"declared_{name}.py").write_text(declaration + loop, encoding="utf-8")
    for name in ("with_nothing", "with_nothing_2", "with_nothing_3"):
        (folder / f"{name}.py").write_text("value = 1\n", encoding="utf-8")


# -- made --------------------------------------------------------------------------------------------------------------


def _names(pattern: str) -> list[str]:
    return [pattern.format(number) for number in range(HANDLES)]


def _able(all_makers: dict[str, Maker], names: Sequence[str]) -> tuple[dict[str, Maker], dict[str, str]]:
    """Who can make handles on these, and what the others raise."""
    raising: dict[str, str] = {}
    for who, maker in all_makers.items():
        try:
            maker(names[:1])()
        except Exception as error:  # noqa: BLE001 - whatever a peer raises is what is looked for
            raising[who] = type(error).__name__
    return {who: maker for who, maker in all_makers.items() if who not in raising}, raising


def _made(by: dict[str, Maker], names: Sequence[str]) -> Costs:
    """Microseconds for a handle, by who makes it; every round makes them anew on modules that were not imported."""

    def forget() -> None:
        for name in names:
            sys.modules.pop(name, None)

    def making(maker: Maker) -> Callable[[], float]:
        return lambda: _making(maker, names)

    found = in_turn({who: making(maker) for who, maker in by.items()}, rounds=ROUNDS, before=forget)
    forget()
    return found


def _making(maker: Maker, names: Sequence[str]) -> float:
    make = maker(names)
    started = perf_counter()
    handles = make()
    elapsed = perf_counter() - started
    assert len(handles) == len(names)
    return elapsed / len(names) * 1e6


# -- used --------------------------------------------------------------------------------------------------------------


def _accessed(packages: Sequence[str]) -> Costs:
    """Nanoseconds for an attribute that was used before, by what it is an attribute of."""
    loops = {who: _loop(holder, attribute) for who, (holder, attribute) in _holders(packages).items()}
    for who in ("as_usual", "by_load", *(["by_native"] if NATIVE else [])):
        module: Any = import_module(f"declared_{who}")
        loops[f"declared {who}"] = module.run, module.idle
    return in_turn({who: _accessing(loop) for who, loop in loops.items()}, rounds=ROUNDS)


def _holders(packages: Sequence[str]) -> dict[str, tuple[Any, str]]:
    """Who → what has been used once, and the attribute of it."""
    import load

    holders: dict[str, tuple[Any, str]] = {}
    for number, (who, maker) in enumerate(makers().items()):
        if "PEP 810" in who:  # there, nothing but the declared name is of use
            continue
        name = f"present_{number}"
        holders[who] = maker([name])()[0], "value"
    for name in ("with_hook", "of_own_class"):
        holders[f"load {name}"] = load.lazy_import(name), "value"
        holders[name] = import_module(name), "value"
    holders["plain"] = import_module(f"present_{HANDLES - 1}"), "value"
    for holder, attribute in holders.values():
        assert getattr(holder, attribute) == 1
    for package in packages:
        module = import_module(package)
        for number in range(HANDLES):
            assert getattr(module, f"name_{number}") == 1
        holders[package] = module, "name_7"
    return holders


def _loop_source(used: str, held: str, binding: str = "") -> str:
    return LOOP.format(used=f"{used};" * ACCESSES, held=f"{held};" * ACCESSES, binding=binding)


def _loop(holder: object, attribute: str) -> Loop:
    """In functions of its own each: an instruction is specialised for what it meets first."""
    scope: dict[str, Any] = {"holder": holder}
    exec(_loop_source(f"held.{attribute}", "held", ", held=holder"), scope)
    return scope["run"], scope["idle"]


def _turns(loop: Loop) -> int:
    """So many turns that the loop runs long enough to be timed; it is warm then."""
    turns = 500
    while _timed(loop[0], turns) < LEAST:
        turns *= 2
    _timed(loop[1], turns)
    return turns


def _accessing(loop: Loop) -> Callable[[], float]:
    """Gives the best of some, without what the loop costs itself."""
    run, idle = loop
    turns = _turns(loop)

    def cost() -> float:
        times = [(_timed(run, turns), _timed(idle, turns)) for _ in range(7)]
        busy, empty = (min(each) for each in zip(*times, strict=True))
        return float(busy - empty) / (turns * ACCESSES) * 1e9

    return cost


def _timed(act: Callable[[Iterable[object]], None], turns: int) -> float:
    times = repeat(None, turns)
    started = perf_counter()
    act(times)
    return perf_counter() - started

"""What registries cost, ours and the peers', in turn in one process; `registries` calls `main` where the peers are."""

from __future__ import annotations

import gc
import importlib
import json
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import repeat
from time import perf_counter
from typing import Any

from benchmarks.pairs import in_turn

ENTRIES = 100_000
ROUNDS = 9
LOOP = "def run(times, held):\n    for _ in times: " + 'held["key"];' * 20 + "\n"
IDLE = "def run(times, held):\n    for _ in times: " + "held;" * 20 + "\n"


def main() -> None:
    """Print, as JSON: kind of figure → who → a value for each round."""
    gc.disable()
    print(json.dumps({"lookup": _looked_up(), "filled": _filled(), "memory": _kept()}))


class Floor(dict[str, Any]):
    """The least that a dictionary with lazy values can be."""

    def __missing__(self, key: str) -> Any:
        raise KeyError(key)


# -- look-ups ----------------------------------------------------------------------------------------------------------


def _looked_up() -> dict[str, list[float]]:
    """Nanoseconds for a key that is loaded, the loop subtracted."""
    held = {"dict": {"key": 1}, "floor": Floor(key=1), "load": _ours(), **dict(_peers())}
    return in_turn({who: _cost(each) for who, each in held.items()}, rounds=ROUNDS)


def _ours() -> Any:
    from load.registry import Registry

    registry: Registry[str, Any] = Registry("ours")
    registry["key"] = "json:dumps"
    assert callable(registry["key"])
    return registry


def _peers() -> Iterator[tuple[str, Any]]:
    """Registries of others that are installed, with one key that was used."""
    for name, make in {
        "lazyregistry": _lazyregistry,
        "catalogue": _catalogue,
        "class-registry": _class_registry,
    }.items():
        try:
            yield name, make()
        except ImportError:
            continue


def _lazyregistry() -> Any:
    module = importlib.import_module("lazyregistry")
    registry = module.Registry(name="theirs")
    registry["key"] = "json:dumps"
    assert callable(registry["key"])
    return registry


class _Getting:
    """Gives `[key]` to a registry that has only `get`."""

    def __init__(self, get: Callable[[str], Any]) -> None:
        self.__class__ = type("_Getting", (_Getting,), {"__getitem__": lambda _, key: get(key)})


def _catalogue() -> Any:
    registry = importlib.import_module("catalogue").create("benchmarks", "theirs")
    registry.register("key", func=json.dumps)
    return _Getting(registry.get)


def _class_registry() -> Any:
    registry = importlib.import_module("class_registry").ClassRegistry()
    registry.register("key")(dict)
    return _Getting(registry.get_class)


def _cost(held: Any) -> Callable[[], float]:
    scopes: list[dict[str, Any]] = [{}, {}]
    for scope, code in zip(scopes, (LOOP, IDLE), strict=True):
        exec(code, scope)
    turns = 2_000

    def act() -> float:
        costs = []
        for scope in scopes:
            scope["run"](repeat(None, 100), held)
            started = perf_counter()
            scope["run"](repeat(None, turns), held)
            costs.append(perf_counter() - started)
        return (costs[0] - costs[1]) / turns / 20 * 1e9

    return act


# -- many entries ------------------------------------------------------------------------------------------------------


def _pairs() -> Iterator[tuple[str, str]]:
    return ((f"key {number}", f"package.module_{number}:Class{number}") for number in range(ENTRIES))


def _dictionary() -> Any:
    return dict(_pairs())


def _one_by_one() -> Any:
    made: dict[str, str] = {}
    for key, value in _pairs():
        made[key] = value  # noqa: PERF403 - what `register` does, one by one
    return made


def _updated() -> Any:
    from load.registry import Registry

    made: Registry[str, Any] = Registry("made")
    made.update(_pairs())
    return made


def _registered() -> Any:
    from load.registry import Registry

    made: Registry[str, Any] = Registry("made")
    for key, value in _pairs():
        made.register(key, value)
    return made


WAYS = {"dict": _dictionary, "dict one by one": _one_by_one, "update": _updated, "register": _registered}


def _filled() -> dict[str, list[float]]:
    """Seconds for all of them."""

    def timed(way: Callable[[], Any]) -> Callable[[], float]:
        def act() -> float:
            started = perf_counter()
            made = way()
            elapsed = perf_counter() - started
            assert len(made) == ENTRIES
            return elapsed

        return act

    return in_turn({name: timed(way) for name, way in WAYS.items()}, rounds=ROUNDS)


def _kept() -> dict[str, list[float]]:
    """Bytes for each entry."""
    found: dict[str, list[float]] = {}
    for name, way in WAYS.items():
        gc.collect()
        tracemalloc.start()
        made = way()
        found[name] = [tracemalloc.get_traced_memory()[0] / len(made)]
        tracemalloc.stop()
    return found

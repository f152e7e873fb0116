"""What it takes until a command of `load` answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.pairs import Figure, in_turn, ratio, seconds
from benchmarks.places import Place

_ROUNDS = 31


def measure(folder: Path) -> list[Figure]:
    """The version, the help and the tabulator key, beside a Python that does nothing."""
    place = Place(folder / "commands")
    commands = {
        "python": [place.python, "-c", "pass"],
        "argparse": [place.python, "-c", "import argparse"],
        "version": [place.load, "--version"],
        "help": [place.load, "--help"],
        "option": [place.load, "__complete", "zsh", "install", "--"],
        "name": [place.load, "__complete", "zsh", "why", "num"],
    }
    costs = in_turn({name: _timed(each) for name, each in commands.items()}, rounds=_ROUNDS)
    named = {
        "version": ("`load --version` : `python -c pass`", 2.0),
        "help": ("`load --help` : `python -c pass`", None),
        "argparse": ("importing argparse alone : `python -c pass`", None),
        "option": ("the tabulator key after `load install --` : `python -c pass`", None),
        "name": ("the tabulator key after `load why num` : `python -c pass`", None),
    }
    return [ratio(what, promise, costs[name], costs["python"]) for name, (what, promise) in named.items()]


def _timed(command: Sequence[str]) -> Callable[[], float]:
    return lambda: seconds(command)

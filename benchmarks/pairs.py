"""Pairs: two ways of doing one thing, in turn, compared pair by pair.

Machines drift: an absolute time means nothing, and neither does the ratio of two times that were measured apart.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One promise and what was measured of it.

    Attributes:
        what: the two things compared, in words.
        promise: the most that it may be.
        value: the median over all pairs.
        least: the smallest pair.
        most: the largest pair.
        unit: "×" for ratios.
    """

    what: str
    promise: float
    value: float
    least: float
    most: float
    unit: str = "×"

    @property
    def kept(self) -> bool:
        """Whether the promise is kept."""
        return self.value <= self.promise

    def row(self) -> str:
        """A row of a Markdown table."""
        kept = "yes" if self.kept else "**no**"
        spread = f"{self.least:.2f} – {self.most:.2f}"
        return f"| {self.what} | ≤ {self.promise:g} {self.unit} | {self.value:.2f} {self.unit} | {spread} | {kept} |"


def compared(
    what: str,
    promise: float,
    ours: Callable[[], float],
    theirs: Callable[[], float],
    *,
    rounds: int,
    before: Callable[[], object] = lambda: None,
) -> Figure:
    """The ratio of ours to theirs, each called `rounds` times in turn after one round that does not count.

    Args:
        what: the two things, in words.
        promise: the most that the median ratio may be.
        ours: gives a time in seconds.
        theirs: the same for what it is compared with.
        rounds: how many pairs.
        before: called before each of the two, outside of what is measured.
    """
    ratios = []
    for index in range(rounds + 1):
        pair = []
        for act in (ours, theirs) if index % 2 else (theirs, ours):
            before()
            pair.append(act())
        first, second = pair if index % 2 else reversed(pair)
        if index:
            ratios.append(first / second)
    return Figure(what, promise, statistics.median(ratios), min(ratios), max(ratios))


def environment() -> dict[str, str]:
    """The environment of every child.

    Bytecode is written, or every figure of an import is wrong. pip's settings are left out: `load` passes its indexes
    on to uv, so that uv by hand would ask other places than uv through `load`.
    """
    dropped = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "VIRTUAL_ENV")
    kept = {key: value for key, value in os.environ.items() if key not in dropped and not key.startswith("PIP_")}
    return {**kept, "PIP_CONFIG_FILE": os.devnull}


def seconds(command: Sequence[str], **options: str) -> float:
    """How long a whole process runs; one that fails ends the benchmark."""
    env = {**environment(), **options}
    started = time.perf_counter()
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    elapsed = time.perf_counter() - started
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    return elapsed


def printed(command: Sequence[str], **options: str) -> str:
    """What a process prints."""
    done = subprocess.run(command, env={**environment(), **options}, capture_output=True, text=True, check=True)
    return done.stdout.strip()

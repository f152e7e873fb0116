"""Ways of doing one thing, in turn, compared round by round.

Machines drift: an absolute time means little, and so does the ratio of two times that were measured apart.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """What was measured, and of most figures what was promised of it.

    Attributes:
        what: what was measured, or the two things compared, in words.
        promise: the most that it may be; None of a figure that only informs.
        value: the median over all rounds; None where there is only a remark.
        least: the smallest.
        most: the largest.
        unit: "×" for ratios.
        remark: what is said in place of a value: why there is none.
    """

    what: str
    promise: float | None
    value: float | None
    least: float = 0.0
    most: float = 0.0
    unit: str = "×"
    remark: str = ""

    @property
    def kept(self) -> bool:
        """Whether the promise is kept; one that was not made is."""
        return self.promise is None or (self.value is not None and self.value <= self.promise)

    def row(self) -> str:
        """A row of a Markdown table."""
        promise = "–" if self.promise is None else f"≤ {self.promise:g} {self.unit}"
        kept = "–" if self.promise is None else "yes" if self.kept else "**no**"
        if self.value is None:
            return f"| {self.what} | {promise} | {self.remark} | – | {kept} |"
        spread = f"{self.least:.2f} – {self.most:.2f}"
        return f"| {self.what} | {promise} | {self.value:.2f} {self.unit} | {spread} | {kept} |"


def remark(what: str, said: str) -> Figure:
    """A row without a value."""
    return Figure(what, None, None, remark=said)


def figure(what: str, promise: float | None, values: Sequence[float], unit: str = "×") -> Figure:
    """The median of values, with the smallest and the largest."""
    return Figure(what, promise, statistics.median(values), min(values), max(values), unit)


def ratio(what: str, promise: float | None, ours: Sequence[float], theirs: Sequence[float]) -> Figure:
    """What two things cost that were measured in turn, round by round the one through the other."""
    return figure(what, promise, [first / second for first, second in zip(ours, theirs, strict=True)])


def in_turn(
    acts: Mapping[str, Callable[[], float]], *, rounds: int, before: Callable[[], object] = lambda: None
) -> dict[str, list[float]]:
    """What each of several things costs in each of so many rounds, after one round that does not count.

    Every round begins with another of them, so that none always follows the same one.

    Args:
        acts: name → gives a time in seconds.
        rounds: how many count.
        before: called before each of them, outside of what is measured.
    """
    names = list(acts)
    found: dict[str, list[float]] = {name: [] for name in names}
    for index in range(rounds + 1):
        first = index % len(names)
        for name in (*names[first:], *names[:first]):
            before()
            cost = acts[name]()
            if index:
                found[name].append(cost)
    return found


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
    costs = in_turn({"ours": ours, "theirs": theirs}, rounds=rounds, before=before)
    return ratio(what, promise, costs["ours"], costs["theirs"])


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

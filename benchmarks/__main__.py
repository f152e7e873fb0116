"""`python -m benchmarks [ROOM ...] [--write]`: measures, prints, and writes the page."""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import (
    cells,
    commands,
    exports,
    graphs,
    imports,
    installs,
    isolation,
    lazies,
    pages,
    profiles,
    programs,
    registries,
    reload_plans,
    reloads,
    unloads,
)
from benchmarks.pairs import Figure
from benchmarks.places import ROOT

ROOMS: dict[str, Callable[[Path], list[Figure]]] = {
    "imports": imports.measure,
    "warm": imports.measure_warm,
    "lazies": lazies.measure,
    "registries": registries.measure,
    "graphs": graphs.measure,
    "installs": installs.measure,
    "programs": programs.measure,
    "commands": commands.measure,
    "pages": pages.measure,
    "profiles": profiles.measure,
    "isolation": isolation.measure,
    "reloads": reloads.measure,
    "reload-plans": reload_plans.measure,
    "unloads": unloads.measure,
    "exports": exports.measure,
    "cells": cells.measure,
}
PAGE = ROOT / "docs" / "explanation" / "benchmarks.md"
HEAD = """\
# What it costs

Written by `python -m benchmarks --write`; every figure is the median of rounds measured in turn in one run, with the
smallest and the largest round beside it. An absolute time means little: machines differ, and this one was busy. Where
nothing is promised, the figure is there to compare with.

Measured with CPython {python} on {system}.

| what | promise | measured | rounds | kept |
| --- | --- | --- | --- | --- |
"""


def main() -> int:
    """Measure the rooms that are named; the exit code is the number of promises that are not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("rooms", nargs="*", help=f"of {', '.join(ROOMS)}; all where none is named")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)}")
    arguments = parser.parse_args()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.rooms or ROOMS:
            for figure in ROOMS[name](Path(folder)):
                print(figure.row(), flush=True)
                figures.append(figure)
    if arguments.write:
        head = HEAD.format(python=platform.python_version(), system=platform.system())
        PAGE.write_text(head + "".join(f"{figure.row()}\n" for figure in figures), encoding="utf-8")
    return sum(not figure.kept for figure in figures)


if __name__ == "__main__":
    sys.exit(main())

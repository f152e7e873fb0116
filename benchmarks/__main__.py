"""`python -m benchmarks [ROOM ...] [--write]`: measures, prints, and writes the page."""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
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

ROOMS: dict[str, tuple[str, Callable[[Path], list[Figure]]]] = {
    "imports": ("`import load`", imports.measure),
    "warm": ("`load.x` on a loaded module", imports.measure_warm),
    "lazies": ("Handles and lazy packages", lazies.measure),
    "registries": ("Registries", registries.measure),
    "installs": ("Installs", installs.measure),
    "programs": ("`load run`", programs.measure),
    "commands": ("The command line", commands.measure),
    "cells": ("Notebook cells", cells.measure),
    "profiles": ("Import profiles", profiles.measure),
    "graphs": ("Graphs and cycles", graphs.measure),
    "pages": ("The page of a profile", pages.measure),
    "reloads": ("Edits that are reloaded rightly", reloads.measure),
    "reload-plans": ("Plans of a reload", reload_plans.measure),
    "unloads": ("Unloading", unloads.measure),
    "isolation": ("Isolated workers", isolation.measure),
    "exports": ("Exports", exports.measure),
}
PAGE = ROOT / "docs" / "explanation" / "benchmarks.md"
HEAD = """\
# What it costs

Written by `python -m benchmarks --write`; every figure is the median of rounds measured in turn in one run, with the
smallest and the largest round beside it. An absolute time means little: machines differ, and these were busy. Where
nothing is promised, the figure is there to compare with.
"""
SECTION = """
## {title}

`python -m benchmarks {room}`, with CPython {python} on {system}:

| what | promise | measured | rounds | kept |
| --- | --- | --- | --- | --- |
{rows}"""


def section(room: str, figures: Sequence[Figure]) -> str:
    """What the page says of a room."""
    rows = "".join(f"{figure.row()}\n" for figure in figures)
    about = {"room": room, "python": platform.python_version(), "system": platform.system()}
    return SECTION.format(title=ROOMS[room][0], rows=rows, **about)


def written(page: str, sections: Mapping[str, str]) -> str:
    """The page with these sections in place of the ones that it has of the same rooms.

    Args:
        page: the page as it stands; "" where there is none.
        sections: what to write of each room that was measured.
    """
    standing = {part.partition("\n")[0]: f"\n## {part}" for part in page.split("\n## ")[1:]}
    return HEAD + "".join(sections.get(room) or standing.get(title, "") for room, (title, _) in ROOMS.items())


def main() -> int:
    """Measure the rooms that are named; the exit code is the number of promises that are not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=f"of {', '.join(ROOMS)}; all where none is named")
    parser.add_argument("--write", action="store_true", help=f"write them into {PAGE.relative_to(ROOT)}")
    arguments = parser.parse_args()
    unknown = [room for room in arguments.rooms if room not in ROOMS]
    if unknown:
        parser.error(f"there is no room {unknown[0]!r}; there are {', '.join(ROOMS)}")
    broken = 0
    with tempfile.TemporaryDirectory() as folder:
        for room in arguments.rooms or ROOMS:
            figures = ROOMS[room][1](Path(folder))
            print(section(room, figures), flush=True)
            if arguments.write:  # at once: a later room may fail
                page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
                PAGE.write_text(written(page, {room: section(room, figures)}), encoding="utf-8")
            broken += sum(not figure.kept for figure in figures)
    return broken


if __name__ == "__main__":
    sys.exit(main())

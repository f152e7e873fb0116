"""What `load run` costs where all that a script needs is there."""

from __future__ import annotations

from pathlib import Path

from benchmarks.pairs import Figure, compared, seconds
from benchmarks.places import ROOT, Place

QUICKSTART = str(ROOT / "examples" / "quickstart.py")


def measure(folder: Path) -> list[Figure]:
    """An empty script and the quickstart, beside `python` and `uv run`."""
    place = Place(folder / "programs")
    place.install("pandas", "matplotlib")
    empty, picture = folder / "empty.py", str(folder / "picture.png")
    empty.write_text("", encoding="utf-8")
    return [
        compared(
            "`load run` : `python`, the quickstart",
            1.1,
            lambda: seconds([place.load, "run", QUICKSTART, picture]),
            lambda: seconds([place.python, QUICKSTART, picture]),
            rounds=7,
        ),
        _empty(place, str(empty)),
        compared(
            "`load run` : `uv run`, an empty script",
            1.0,
            lambda: seconds([place.load, "run", str(empty)]),
            lambda: seconds([place.uv, "run", "--no-project", "--python", place.python, str(empty)]),
            rounds=15,
        ),
    ]


def _empty(place: Place, script: str) -> Figure:
    """A difference, for the empty script has no time of its own to be a ratio of."""
    differences = []
    for _ in range(31):
        ours = seconds([place.load, "run", script])
        differences.append((ours - seconds([place.python, script])) * 1e3)
    differences.sort()
    middle = differences[len(differences) // 2]
    return Figure("`load run` over `python`, an empty script", 15, middle, differences[0], differences[-1], "ms")

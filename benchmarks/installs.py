"""What an install on demand costs over the same install by hand, with a warm cache of the backend."""

from __future__ import annotations

from pathlib import Path

from benchmarks.pairs import Figure, compared, printed, seconds
from benchmarks.places import Bare, Place

SMALL = "humanize"
EIGHT = ("humanize", "tabulate", "colorama", "toolz", "cachetools", "click", "attrs", "more-itertools")
EIGHT_MODULES = ("humanize", "tabulate", "colorama", "toolz", "cachetools", "click", "attr", "more_itertools")
WATCHED = """
import sys
started = []
sys.addaudithook(lambda event, args: started.append(event) if event in ("subprocess.Popen", "os.posix_spawn") else None)
import load
load.{name}
print(len(started))
"""


def measure(folder: Path) -> list[Figure]:
    """Into an environment, one name and eight; into an overlay, the first time and the second."""
    place, bare = Place(folder / "installs"), Bare(folder / "bare")
    place.install(*EIGHT)
    return [_one(place), _eight(place), _overlay(place, bare), _again(bare)]


def _one(place: Place) -> Figure:
    by_hand = [place.uv, "pip", "install", "--python", place.python, SMALL]
    return compared(
        f"`load.{SMALL}` when missing : `uv pip install` and then `python -c 'import'`",
        1.3,
        lambda: seconds([place.python, "-c", f"import load; load.{SMALL}"]),
        lambda: seconds(by_hand) + seconds([place.python, "-c", f"import {SMALL}"]),
        rounds=11,
        before=lambda: place.remove(SMALL),
    )


def _eight(place: Place) -> Figure:
    modules = ", ".join(EIGHT_MODULES)
    specs = ", ".join(repr(name) for name in EIGHT_MODULES)
    by_hand = [place.uv, "pip", "install", "--python", place.python, *EIGHT]
    return compared(
        "eight missing in one `import_aliases` : one `uv pip install` of the eight and their import",
        1.1,
        lambda: seconds([place.python, "-c", f"import load; load.import_aliases({specs})"]),
        lambda: seconds(by_hand) + seconds([place.python, "-c", f"import {modules}"]),
        rounds=9,
        before=lambda: place.remove(*EIGHT),
    )


def _overlay(place: Place, bare: Bare) -> Figure:
    by_hand = [place.uv, "pip", "install", "--python", place.python, SMALL]

    def before() -> None:
        place.remove(SMALL)
        bare.forget()

    return compared(
        f"`load.{SMALL}` into an overlay, first time : `uv pip install` and then `python -c 'import'`",
        2.5,
        lambda: seconds([bare.python, "-c", f"import load; load.{SMALL}"], **bare.options),
        lambda: seconds(by_hand) + seconds([place.python, "-c", f"import {SMALL}"]),
        rounds=9,
        before=before,
    )


def _again(bare: Bare) -> Figure:
    code = WATCHED.format(name=SMALL)
    printed([bare.python, "-c", code], **bare.options)
    started = float(printed([bare.python, "-c", code], **bare.options))
    return Figure("processes that the second run with an overlay starts", 0, started, started, started, "processes")

"""What the entries of `sys.path` cost: what it takes to look into them, and how often that is done in vain."""

from __future__ import annotations

import os
import sys
from time import perf_counter
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from load._imports.profiling.profile import Profile


class PathEntry(NamedTuple):
    """One entry of `sys.path`.

    Attributes:
        entry: as it stands there.
        position: its index there.
        state: "folder", "archive", "missing", or "other" for a file that is not an archive.
        same_as: the entry before it that is the same place, or None.
        names: how many files and folders lie in it.
        listing: what it took to list it, as Python does once, and again when it changes; in seconds.
        stat: what it took to ask whether it changed, as Python does at every look; in seconds.
        misses: how many modules were looked for in it in vain.
        set_by: who put it there: "PYTHONPATH", file and line of a `.pth`, or "" where that is not known.
    """

    entry: str
    position: int
    state: str
    same_as: str | None
    names: int
    listing: float
    stat: float
    misses: int
    set_by: str

    @property
    def seconds(self) -> float:
        """What it cost, by what it costs now: listing it once, and asking at every miss."""
        return self.listing + self.misses * self.stat


def look_at_path(
    path: Sequence[str] | None = None, profile: Profile | None = None, *, clock: Callable[[], float] = perf_counter
) -> list[PathEntry]:
    """Measure all entries of the path, in their order.

    Args:
        path: the entries; those of `sys.path` where None. What is not text is passed over, as Python does.
        profile: what was imported, for the misses.
        clock: gives the time in seconds.
    """
    entries = [each for each in (sys.path if path is None else path) if isinstance(each, str)]
    misses = _misses(entries, profile)
    setters = _setters(entries)
    seen: dict[str, str] = {}
    looked = []
    for index, entry in enumerate(entries):
        place = _real(entry)
        state, names, listing, stat = _measured(entry or os.curdir, clock)
        same = seen.get(place)
        seen.setdefault(place, entry)
        by = setters.get(place, "")
        looked.append(PathEntry(entry, index, state, same, names, listing, stat, misses.get(index, 0), by))
    return looked


def is_expected(entry: PathEntry) -> bool:
    """Whether an entry that is not there is one that Python itself puts there: the archive of the standard library."""
    return os.path.basename(entry.entry) == f"python{sys.version_info.major}{sys.version_info.minor}.zip"


def _real(entry: str) -> str:
    return os.path.normcase(os.path.realpath(entry or os.curdir))


def _measured(entry: str, clock: Callable[[], float]) -> tuple[str, int, float, float]:
    """What an entry is, how much is in it, and what listing it and asking for it take."""
    started = clock()
    try:
        os.stat(entry)
    except (OSError, ValueError):
        return "missing", 0, 0.0, clock() - started
    stat = clock() - started
    started = clock()
    try:
        names = len(os.listdir(entry))
    except NotADirectoryError:
        return _archive(entry, clock)
    except OSError:  # one that may not be listed
        return "other", 0, clock() - started, stat
    return "folder", names, clock() - started, stat


def _archive(entry: str, clock: Callable[[], float]) -> tuple[str, int, float, float]:
    """The same of an archive, which is read once and never looked at again."""
    import zipfile

    started = clock()
    try:
        with zipfile.ZipFile(entry) as archive:
            names, state = len(archive.namelist()), "archive"
    except (OSError, zipfile.BadZipFile):
        names, state = 0, "other"
    return state, names, clock() - started, 0.0


def _misses(entries: Sequence[str], profile: Profile | None) -> dict[int, int]:
    """How many top-level modules were looked for in each entry, and found in a later one or nowhere."""
    misses: dict[int, int] = {}
    starts = [(_real(entry) + os.sep, index) for index, entry in enumerate(entries)]
    for each in profile or ():
        if "." in each.module:
            continue  # submodules are looked for in their package
        if each.origin and not os.path.isabs(each.origin):
            continue  # built in, or frozen: the path is not asked
        if not each.origin and not each.errors:
            continue  # a namespace package, or nobody knows
        found = _home(each.origin, starts)
        for index in range(len(entries) if found is None else found):
            misses[index] = misses.get(index, 0) + 1
    return misses


def _home(origin: str, starts: Iterable[tuple[str, int]]) -> int | None:
    """The first entry that a file lies in: a module directly, a package in a folder of its name."""
    if not origin:
        return None
    file = os.path.normcase(os.path.realpath(origin))
    folder = os.path.dirname(file)
    if os.path.basename(file).startswith("__init__."):
        folder = os.path.dirname(folder)
    return next((index for start, index in starts if start == folder + os.sep), None)


def _setters(entries: Iterable[str]) -> dict[str, str]:
    """Who put an entry there, as far as the environment and the `.pth` files tell."""
    import site

    setters: dict[str, str] = {}
    for folder in entries:
        if os.path.basename(folder) not in ("site-packages", "dist-packages"):
            continue
        for file, number, line in _pth_lines(folder):
            setters.setdefault(_real(os.path.join(folder, line)), f"{file}:{number}")
    variable = "" if sys.flags.ignore_environment else os.environ.get("PYTHONPATH", "")
    for entry in variable.split(os.pathsep) if variable else ():
        setters[_real(entry)] = "PYTHONPATH"
    user = getattr(site, "USER_SITE", None)
    if isinstance(user, str):
        setters.setdefault(_real(user), "the user's site-packages")
    return setters


def _pth_lines(folder: str) -> Iterable[tuple[str, int, str]]:
    """The lines of `.pth` files that name folders.

    Source: https://docs.python.org/3/library/site.html
    """
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".pth"))
    except OSError:
        return
    for name in names:
        file = os.path.join(folder, name)
        try:
            with open(file, encoding="utf-8-sig", errors="replace") as stream:
                lines = stream.read().splitlines()
        except OSError:
            continue
        for number, line in enumerate(lines, 1):
            if line.strip() and not line.startswith(("#", "import ", "import\t")):
                yield file, number, line.rstrip()

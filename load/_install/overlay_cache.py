"""The overlays in the cache as a whole: what may go, and what is damaged.

What has not the form of a name that `load` gives is not touched. Nothing that a running process uses is removed, and
nothing is built meanwhile: the overlays' turn is taken.
"""

from __future__ import annotations

import os
import re
import time

from load import _config
from load._install import overlay, overlay_check
from load._install.overlay_listing import NAME, Overlay, named, overlays, remove, statuses
from load._install.target import Target
from load._install.turn import Turn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Damaged", "Overlay", "Pruned", "Verified", "overlays", "prune", "remove_parts", "verify"]

_PART = re.compile(NAME.pattern + r"\.(?P<pid>\d+)\.part")
_ENTRY = re.compile(r"[0-9a-f]{40}")
_ENTRY_PART = re.compile(r"[0-9a-f]{40}\.(?P<pid>\d+)")
_SCRATCH = re.compile(r"load-(?P<pid>\d+)-\d+")
_DAY, _HOUR = 86_400.0, 3_600.0  # seconds

ALL = Target(None, "the overlays")


# -- pruning ---------------------------------------------------------------------------------------------------------


class Pruned:
    """What went.

    Attributes:
        removed: each overlay that went, with the reason.
        in_use: each overlay that would have gone if no process used it.
        leftovers: the paths of what else went: entries of the index, unfinished folders, folders for scratch.
        freed: bytes; what uv's cache still holds was not freed.
    """

    __slots__ = ("_links", "freed", "in_use", "leftovers", "removed")

    def __init__(self) -> None:
        self.removed: list[tuple[Overlay, str]] = []
        self.in_use: list[Overlay] = []
        self.leftovers: list[str] = []
        self.freed = 0
        self._links: dict[tuple[int, int], int] = {}

    def weigh(self, path: str) -> list[os.stat_result]:
        """What would be freed of a path; to be given to `went` when it is gone."""
        return list(statuses(path))

    def went(self, weight: Iterable[os.stat_result]) -> None:
        """Count what is gone; a file is freed with the last of its links."""
        for status in weight:
            key = status.st_dev, status.st_ino
            left = self._links.get(key, status.st_nlink) - 1
            self._links[key] = left
            if left <= 0:
                self.freed += status.st_size


def prune(days: float) -> Pruned:
    """Remove what is not needed any more.

    That is: overlays that no process has used for a number of days, those of Pythons that are gone, damaged ones
    without a manifest, entries of the index that lead nowhere, and what killed processes left.

    Raises:
        Busy: another process installs into an overlay and does not come to an end.
        InstallError: the cache cannot be written to.
    """
    pruned = Pruned()
    if os.path.isdir(overlay.root()):
        with Turn(ALL):
            _remove_parts(pruned)
            _remove_unused(pruned, time.time() - days * _DAY, days)
            _remove_lost_entries(pruned)
    _remove_scratch(pruned)
    return pruned


def remove_parts() -> None:
    """Remove what killed processes left unfinished; the overlays' turn is ours."""
    _remove_parts(Pruned())


def _remove_parts(pruned: Pruned) -> None:
    for path, match in named(overlay.root(), _PART):
        if _is_left(path, int(match["pid"]), grace=0):
            _remove_leftover(path, pruned)


def _remove_unused(pruned: Pruned, limit: float, days: float) -> None:
    for each in overlays():
        reason = _reason(each, limit, days)
        if not reason:
            continue
        weight = pruned.weigh(each.path)
        if remove(each.path):
            pruned.went(weight)
            pruned.removed.append((each, reason))
        else:
            pruned.in_use.append(each)


def _reason(each: Overlay, limit: float, days: float) -> str:
    if each.manifest is None:
        return "its manifest is missing or damaged"
    if each.manifest.python_is_gone:
        return f"its Python is gone: {each.manifest.executable}"
    return f"not used for {days:g} days" if each.last_used <= limit else ""


def _remove_lost_entries(pruned: Pruned) -> None:
    """Entries of the index that lead nowhere, and what is left of writing one."""
    for path, _ in named(overlay.index(), _ENTRY):
        if not any(map(overlay.is_there, _read_entry(path))):
            _remove_leftover(path, pruned)
    for path, match in named(overlay.index(), _ENTRY_PART):
        if _is_left(path, int(match["pid"]), grace=0):
            _remove_leftover(path, pruned)


def _read_entry(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        return []


def _remove_scratch(pruned: Pruned) -> None:
    for path, match in named(os.path.join(_config.cache_folder(), "scratch"), _SCRATCH):
        # A process of another container may have a number that nobody has here: it is given an hour.
        if _is_left(path, int(match["pid"]), grace=_HOUR):
            _remove_leftover(path, pruned)


def _is_left(path: str, pid: int, *, grace: float) -> bool:
    """Whether what a process made is left over: it died, or its number is another's since."""
    import psutil  # type: ignore[import-untyped, unused-ignore]

    try:
        age = time.time() - os.lstat(path).st_mtime
    except FileNotFoundError:
        return False
    return age >= _DAY or (age >= grace and pid != os.getpid() and not psutil.pid_exists(pid))


def _remove_leftover(path: str, pruned: Pruned) -> None:
    from shutil import rmtree

    weight = pruned.weigh(path)
    if os.path.isdir(path) and not os.path.islink(path):
        rmtree(path, ignore_errors=True)
    else:
        os.remove(path)
    if not os.path.lexists(path):
        pruned.went(weight)
        pruned.leftovers.append(path)


# -- verifying -------------------------------------------------------------------------------------------------------


class Damaged:
    """One overlay that is not as it was made.

    Attributes:
        overlay: the overlay.
        facts: what is wrong, a line each.
        is_removed: whether it was removed; one that a process uses was not.
    """

    __slots__ = ("facts", "is_removed", "overlay")

    def __init__(self, overlay: Overlay, facts: Iterable[str], *, is_removed: bool) -> None:
        self.overlay = overlay
        self.facts = tuple(facts)
        self.is_removed = is_removed


class Verified:
    """What a look at all overlays found.

    Attributes:
        sound: the overlays that are as they were made.
        damaged: those that are not.
    """

    __slots__ = ("damaged", "sound")

    def __init__(self) -> None:
        self.sound: list[Overlay] = []
        self.damaged: list[Damaged] = []


def verify() -> Verified:
    """Look at every file of every overlay, and remove the damaged ones.

    Code that Python compiled from a file is removed too: Python makes it anew from what was looked at.

    Raises:
        Busy: another process installs into an overlay and does not come to an end.
        InstallError: the cache cannot be written to.
    """
    verified = Verified()
    if not os.path.isdir(overlay.root()):
        return verified
    with Turn(ALL):  # nobody builds or removes one meanwhile
        for each in overlays():
            _verify(each, verified)
        _remove_lost_entries(Pruned())
    return verified


def _verify(each: Overlay, verified: Verified) -> None:
    found = overlay_check.check(each.path)
    for path in found.compiled:
        os.remove(path)
    if found.damage:
        verified.damaged.append(Damaged(each, found.damage, is_removed=remove(each.path)))
    else:
        verified.sound.append(each)

"""The overlays in the cache as a whole: what is there, what may go, and what is damaged.

What has not the form of a name that `load` gives is not touched. Nothing that a running process uses is removed, and
nothing is built meanwhile: the overlays' turn is taken.
"""

from __future__ import annotations

import os
import re
import time

from load import _config
from load._install import overlay, overlay_check, overlay_manifest, overlay_use
from load._install.target import Target
from load._install.turn import Turn
from load.errors import InstallError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from load._install.overlay_manifest import Manifest

_OVERLAY = re.compile(r"[\w.]+(?:-[\w.]+){2,}-[0-9a-f]{8}-[0-9a-f]{20}")
_PART = re.compile(_OVERLAY.pattern + r"\.(?P<pid>\d+)\.part")
_ENTRY = re.compile(r"[0-9a-f]{40}")
_ENTRY_PART = re.compile(r"[0-9a-f]{40}\.(?P<pid>\d+)")
_SCRATCH = re.compile(r"load-(?P<pid>\d+)-\d+")
_DAY, _HOUR = 86_400.0, 3_600.0  # seconds

ALL = Target(None, "the overlays")


class Overlay:
    """One overlay in the cache.

    Attributes:
        path: its folder.
        manifest: what it says of itself, or None where that cannot be read.
        size: bytes of its files; some may be shared with uv's cache.
        last_used: seconds since the epoch, to the day.
    """

    __slots__ = ("last_used", "manifest", "path", "size")

    def __init__(self, path: str, manifest: Manifest | None, size: int, last_used: float) -> None:
        self.path = path
        self.manifest = manifest
        self.size = size
        self.last_used = last_used

    def __repr__(self) -> str:
        return f"<Overlay {os.path.basename(self.path)}: {', '.join(self.pins) or 'damaged'}>"

    @property
    def pins(self) -> dict[str, str]:
        """Distribution → version."""
        return self.manifest.pins if self.manifest is not None else {}

    @property
    def python(self) -> str:
        """The version of its Python, or ""."""
        return self.manifest.version if self.manifest is not None else ""

    @property
    def created(self) -> str:
        """When it was made, ISO 8601 in UTC, or ""."""
        return self.manifest.created if self.manifest is not None else ""


def overlays() -> list[Overlay]:
    """The overlays of this user, of all Pythons, the one that was used last first."""
    found = [_overlay(folder) for folder in _folders()]
    return sorted(found, key=lambda each: each.last_used, reverse=True)


def _folders() -> Iterator[str]:
    for path, _ in _named(overlay.root(), _OVERLAY):
        if os.path.isdir(path) and not os.path.islink(path):
            yield path


def _named(folder: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, re.Match[str]]]:
    """What lies in a folder under a name of this form."""
    try:
        names = sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return
    for name in names:
        match = pattern.fullmatch(name)
        if match is not None:
            yield os.path.join(folder, name), match


def _overlay(folder: str) -> Overlay:
    try:
        last_used = os.stat(overlay_use.manifest_path(folder)).st_mtime
    except OSError:
        last_used = os.stat(folder).st_mtime
    size = sum(status.st_size for status in _statuses(folder))
    return Overlay(folder, overlay_manifest.read(folder), size, last_used)


def _statuses(path: str) -> Iterator[os.stat_result]:
    """What the system knows of each file below a folder, or of a file."""
    if not os.path.isdir(path) or os.path.islink(path):
        yield os.lstat(path)
        return
    for place, _, files in os.walk(path):
        for name in files:
            yield os.lstat(os.path.join(place, name))


# -- pruning ---------------------------------------------------------------------------------------------------------


class Pruned:
    """What went.

    Attributes:
        removed: each overlay that went, with the reason.
        in_use: each overlay that would have gone if no process used it.
        leftovers: the paths of what else went: entries of the index, unfinished folders, folders for scratch.
        freed: bytes; what uv's cache still holds was not freed.
    """

    __slots__ = ("_links", "_sizes", "freed", "in_use", "leftovers", "removed")

    def __init__(self) -> None:
        self.removed: list[tuple[Overlay, str]] = []
        self.in_use: list[Overlay] = []
        self.leftovers: list[str] = []
        self.freed = 0
        self._links: dict[tuple[int, int], int] = {}

    def weigh(self, path: str) -> list[os.stat_result]:
        """What would be freed of a path; to be given to `went` when it is gone."""
        return list(_statuses(path))

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
    for path, match in _named(overlay.root(), _PART):
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
    for path, _ in _named(overlay.index(), _ENTRY):
        if not any(map(overlay.is_there, _read_entry(path))):
            _remove_leftover(path, pruned)
    for path, match in _named(overlay.index(), _ENTRY_PART):
        if _is_left(path, int(match["pid"]), grace=0):
            _remove_leftover(path, pruned)


def _read_entry(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        return []


def _remove_scratch(pruned: Pruned) -> None:
    for path, match in _named(os.path.join(_config.cache_folder(), "scratch"), _SCRATCH):
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


def stands(folder: str) -> bool:
    """Whether an overlay is there as a whole, as far as the sizes of its files tell; else it is removed.

    The overlays' turn is ours.

    Raises:
        InstallError: it is damaged, and another process uses it.
    """
    if overlay_check.is_complete(folder):
        return True
    overlay.deactivate(folder)
    if not remove(folder):
        raise InstallError(
            f"The overlay {folder} is damaged, and another process uses it.",
            hint="when that has ended: load cache verify",
        )
    return False


def remove(folder: str) -> bool:
    """Remove an overlay as a whole, and what leads to it; the overlays' turn is ours.

    Returns:
        False where a process uses it; it stays as it is then.
    """
    from shutil import rmtree

    aside = overlay.part_of(folder)
    rmtree(aside, ignore_errors=True)
    with overlay_use.alone(folder) as is_free:
        if not is_free:
            return False
        try:
            os.rename(folder, aside)
        except PermissionError:  # Windows: one of its files is open
            return False
    rmtree(aside, ignore_errors=True)
    return True


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

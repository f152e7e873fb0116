"""The overlays in the cache, one by one: what is there, and how one is removed.

What has not the form of a name that `load` gives is not touched.
"""

from __future__ import annotations

import os
import re

from load._install import overlay, overlay_check, overlay_manifest, overlay_use
from load.errors import InstallError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from load._install.overlay_manifest import Manifest

NAME = re.compile(r"[\w.]+(?:-[\w.]+){2,}-[0-9a-f]{8}-[0-9a-f]{20}")


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
    for path, _ in named(overlay.root(), NAME):
        if os.path.isdir(path) and not os.path.islink(path):
            yield path


def named(folder: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, re.Match[str]]]:
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
    size = sum(status.st_size for status in statuses(folder))
    return Overlay(folder, overlay_manifest.read(folder), size, last_used)


def statuses(path: str) -> Iterator[os.stat_result]:
    """What the system knows of each file below a folder, or of a file."""
    if not os.path.isdir(path) or os.path.islink(path):
        yield os.lstat(path)
        return
    for place, _, files in os.walk(path):
        for name in files:
            yield os.lstat(os.path.join(place, name))


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

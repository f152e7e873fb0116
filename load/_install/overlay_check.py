"""Whether an overlay is as it was made: every file against the RECORD that lists it.

Files of an overlay may be hard links into the cache of uv, so that who writes into one changes others as well.
Source: https://packaging.python.org/specifications/recording-installed-packages/#the-record-file
"""

from __future__ import annotations

import base64
import hashlib
import os

from load._install import installed, overlay_manifest
from load._install.target import STATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCK_OF_UV = ".lock"  # uv leaves it in a folder that it installs into; it is empty
_OUT_OF_LIBRARY = "../../"  # pip records the programs in a folder as those of a whole Python
_COMPILED = "__pycache__"


class Check:
    """What a look at an overlay found.

    Attributes:
        damage: what is wrong, a line each; empty where it is as it was made.
        compiled: files that Python or a library made while it was used, and makes again.
    """

    __slots__ = ("compiled", "damage")

    def __init__(self) -> None:
        self.damage: list[str] = []
        self.compiled: list[str] = []


def check(folder: str) -> Check:
    """Look at every file of an overlay; nothing is changed."""
    found = Check()
    manifest = overlay_manifest.read(folder)
    if manifest is None:
        found.damage.append("its manifest is missing or damaged")
        return found
    if not os.path.basename(folder).startswith(f"{manifest.python}-"):
        found.damage.append("its manifest is another overlay's")
    listed = _Listed(folder)
    for name, digest in manifest.records.items():
        if overlay_manifest.record_digest(os.path.join(folder, name)) != digest:
            found.damage.append(f"{name}/RECORD is missing or changed")
        else:
            listed.add(name)
    found.damage += listed.wrong()
    _look_for_others(folder, listed, found)
    return found


def is_complete(folder: str) -> bool:
    """Whether all that was recorded is there in its size; a thousand files take some ten milliseconds."""
    manifest = overlay_manifest.read(folder)
    if manifest is None:
        return False
    for name, digest in manifest.records.items():
        if digest and not os.path.isfile(os.path.join(folder, name, "RECORD")):
            return False
        if not all(_has_size(os.path.join(folder, path), size) for path, size in _entries(folder, name)):
            return False
    return True


def _has_size(path: str, size: int | None) -> bool:
    try:
        found = os.stat(path).st_size
    except OSError:
        return path.endswith(".pyc")  # it is made when it is needed
    return size is None or found == size


def _entries(folder: str, name: str) -> Iterator[tuple[str, int | None]]:
    metadata = os.path.join(folder, name)
    for path, size in installed.record(installed.Installed(name, "", folder, metadata)):
        yield _inside(path), size


def _inside(path: str) -> str:
    """A path of a RECORD, relative to the overlay."""
    path = path.replace("\\", "/")
    return os.path.normpath(path.removeprefix(_OUT_OF_LIBRARY))


class _Listed:
    """What the RECORDs of an overlay list."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        # Two distributions may bring the same file (of a namespace, say): then it is one or the other's.
        self._files: dict[str, list[tuple[str, str]]] = {}

    def __contains__(self, path: str) -> bool:
        return path in self._files

    def add(self, name: str) -> None:
        """Take in the RECORD of a distribution."""
        import csv

        with open(os.path.join(self._folder, name, "RECORD"), encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                if row:
                    digest, size = (*row[1:3], "", "")[:2]
                    self._files.setdefault(_inside(row[0]), []).append((digest, size))

    def wrong(self) -> Iterator[str]:
        """Each listed file that is missing or changed."""
        for path, entries in self._files.items():
            fact = self._fact(path, entries)
            if fact:
                yield f"{path.replace(os.sep, '/')} {fact}"

    def _fact(self, path: str, entries: list[tuple[str, str]]) -> str:
        full = os.path.join(self._folder, path)
        if os.path.isabs(path) or path.startswith(".."):
            return "lies outside"
        if os.path.islink(full) or not os.path.isfile(full):
            return "" if path.endswith(".pyc") else "is missing"
        return "" if any(_matches(full, digest) for digest, _ in entries) else "was changed"


def _matches(path: str, expected: str) -> bool:
    """Whether a file has the digest that a RECORD gives for it, as `sha256=…` in URL-safe base 64."""
    kind, _, digest = expected.partition("=")
    if not digest:
        return True
    if kind not in hashlib.algorithms_guaranteed or kind.startswith("shake"):
        return False
    with open(path, "rb") as file:
        found = hashlib.file_digest(file, kind).digest()
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode() == digest.rstrip("=")


def _look_for_others(folder: str, listed: _Listed, found: Check) -> None:
    """What lies there without being listed."""
    for path in _all_files(folder):
        relative = os.path.relpath(path, folder)
        if relative in listed or relative == os.path.join(STATE, "overlay.json"):
            continue
        if relative == _LOCK_OF_UV and os.path.getsize(path) == 0:
            continue
        if os.path.basename(os.path.dirname(path)) == _COMPILED and not os.path.islink(path):
            found.compiled.append(path)
        else:
            found.damage.append(f"{relative.replace(os.sep, '/')} does not belong to it")


def _all_files(folder: str) -> Iterator[str]:
    """All that is not a folder; a link to a folder is none."""
    for place, folders, files in os.walk(folder):
        for name in files:
            yield os.path.join(place, name)
        for name in folders:
            if os.path.islink(os.path.join(place, name)):
                yield os.path.join(place, name)

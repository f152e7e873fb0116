"""Whether a file is still what it was, told without reading it where that can be told so."""

from __future__ import annotations

import os
import time

from load._imports.files.module_files import places_of

_SETTLED = 2.0  # seconds after which another change of a file shows in its time, on the coarsest of file systems
_LARGE = 1 << 20  # bytes; what is larger is an archive or an extension module, and not read for a look alone


class Fingerprint:
    """A file as it was at one moment.

    Args:
        path: the file. Links are followed anew at each look: one that leads to another file by then is a change, if
            what that says is another thing.
        hashed: read it now. Without, it is read when it is first looked at, if it still has its time by then; if not,
            nobody can tell any more what it said, and it counts as changed.

    Attributes:
        path: as given, and absolute.
        real: its real path at that moment.
    """

    __slots__ = ("_digest", "_is_settled", "_mark", "path", "real")

    def __init__(self, path: str, *, hashed: bool = True) -> None:
        self.path, self.real = places_of(path)
        self._mark = _mark_of(self.path)
        # What was changed just now may be changed once more within the resolution of its time.
        self._is_settled = _has_settled(self._mark)
        self._digest = _digest_of(self.path) if hashed or not self._is_settled else None

    def has_changed(self) -> bool:
        """Whether its content is another now, or it is gone; a new time alone is not a change."""
        mark = _mark_of(self.path)
        if mark is None:
            return self._mark is not None
        if self._digest is None:
            self._read_late()
        if mark == self._mark and self._is_settled:
            return False
        digest = _digest_of(self.path)
        if digest is None or digest != self._digest:
            return True
        self._mark = mark
        self._is_settled = _has_settled(mark)
        return False

    def _read_late(self) -> None:
        """Read what was not read in time, where its time tells that it is still the same."""
        if self._mark is None or not self._is_settled or self._mark[1] > _LARGE:
            return
        for path in (self.path, self.real):  # where a link leads elsewhere by now, what it led to may still be there
            digest = _digest_of(path) if _mark_of(path) == self._mark else None
            if digest is not None and _mark_of(path) == self._mark:  # not changed while it was read
                self._digest = digest
                return


def _has_settled(mark: tuple[int, int, int, int] | None) -> bool:
    return mark is not None and time.time() - mark[0] / 1e9 > _SETTLED


def _mark_of(path: str) -> tuple[int, int, int, int] | None:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino, found.st_dev


def _digest_of(path: str) -> bytes | None:
    # Of the interpreter, and not by way of `hashlib`, which may be half made, or somebody's own file, when this runs in
    # the course of an import.
    from _blake2 import blake2b

    whole = blake2b(digest_size=20)
    try:
        with open(path, "rb") as file:
            while part := file.read(_LARGE):
                whole.update(part)
    except OSError:
        return None
    return whole.digest()

"""Whether a file is still what it was, told without reading it where that can be told so."""

from __future__ import annotations

import os
import time

_SETTLED = 2.0  # seconds after which another change of a file shows in its time, on the coarsest of file systems


class Fingerprint:
    """A file as it was at one moment.

    Args:
        path: the file; links are followed.
        hashed: read it now. Without, it is read when it is first looked at again, if it looks the same by then.

    Attributes:
        path: its real path.
    """

    __slots__ = ("_digest", "_is_settled", "_mark", "path")

    def __init__(self, path: str, *, hashed: bool = True) -> None:
        self.path = os.path.realpath(path)
        self._mark = _mark_of(self.path)
        # What was changed just now may be changed once more within the resolution of its time.
        self._is_settled = self._mark is not None and time.time() - self._mark[0] / 1e9 > _SETTLED
        self._digest = _digest_of(self.path) if hashed or not self._is_settled else None

    def has_changed(self) -> bool:
        """Whether its content is another now, or it is gone; a new time alone is no change."""
        mark = _mark_of(self.path)
        if mark is None:
            return self._mark is not None
        if mark == self._mark and self._is_settled:
            return False
        digest = _digest_of(self.path)
        if mark == self._mark and self._digest is None:
            self._digest = digest
        if digest is None or digest != self._digest:
            return True
        self._mark = mark
        self._is_settled = time.time() - mark[0] / 1e9 > _SETTLED
        return False


def _mark_of(path: str) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _digest_of(path: str) -> bytes | None:
    from hashlib import blake2b

    try:
        with open(path, "rb") as file:
            return blake2b(file.read(), digest_size=20).digest()
    except OSError:
        return None

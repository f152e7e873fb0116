"""Files of the user's cache that hold what was read of sources, and what was worked out of that.

Such a file may be lost, spoilt or written by several processes at once: it is replaced whole, carries a check of
itself, and costs no more than time.
"""

from __future__ import annotations

import _imp
import marshal
import os
import sys
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Raised with every change of what is read or of how it is kept; files of another number are never looked at.
SCANNER = 8
_CHECK = 8  # bytes
_MOST_RESULTS = 12


def cache_file() -> str:
    """Where statements are kept, for this Python and this way of reading them."""
    from load._config import cache_folder

    # Conditions on the platform, and `if __debug__`, decide what is read.
    version = f"{sys.implementation.cache_tag}{'' if __debug__ else '-O'}-{sys.platform}-{SCANNER}"
    return os.path.join(cache_folder(), "imports", f"statements-{version}.bin")


def digest_of(data: bytes) -> bytes:
    """The hash that a text is known by."""
    from _blake2 import blake2b

    return blake2b(data, digest_size=16).digest()


def read(path: str) -> Any:
    """What was written to a file; None where there is none, or it is cut off or spoilt."""
    try:
        with open(path, "rb") as stream:
            content = stream.read()
    except OSError:
        return None
    data = memoryview(content)[_CHECK:]
    if _imp.source_hash(SCANNER, data) != content[:_CHECK]:
        return None
    return marshal.loads(data)  # noqa: S302 - as Python does with what it compiled


def write(path: str, value: Any) -> None:
    """Replace a file by a value of plain types, where it can be written."""
    data = marshal.dumps(value)
    part = f"{path}.{os.urandom(4).hex()}.part"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(part, "xb") as stream:
            stream.write(_imp.source_hash(SCANNER, data))
            stream.write(data)
        os.replace(part, path)
    except OSError:  # read-only, full, or held open by another process: the next one works it out again
        with suppress(OSError):
            os.remove(part)


class Results:
    """What was worked out of many sources, each result in a file of its own.

    Args:
        beside: the file of the statements that they come of; None where nothing is to be kept.
    """

    def __init__(self, beside: str | None) -> None:
        self._stem = None if beside is None else os.path.splitext(beside)[0]

    @property
    def are_kept(self) -> bool:
        """Whether later processes get any."""
        return self._stem is not None

    def get(self, key: bytes) -> Any:
        """A result in plain types; None where none is kept."""
        return None if self._stem is None else read(self._file(key))

    def keep(self, key: bytes, result: Any) -> None:
        """Keep one for later processes; the oldest ones go."""
        if self._stem is None:
            return
        write(self._file(key), result)
        with suppress(OSError):  # another process tidies up as well
            _tidy(os.path.dirname(self._stem), f"{os.path.basename(self._stem)}-")

    def _file(self, key: bytes) -> str:
        return f"{self._stem}-{key.hex()}.bin"


def _tidy(folder: str, prefix: str) -> None:
    with os.scandir(folder) as entries:
        results = [each for each in entries if each.name.startswith(prefix) and each.name.endswith(".bin")]
    if len(results) > _MOST_RESULTS:
        results.sort(key=lambda each: each.stat().st_mtime_ns)
        for each in results[:-_MOST_RESULTS]:
            os.remove(each.path)

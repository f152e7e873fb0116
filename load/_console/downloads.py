"""How much of an install is downloaded, by what the backend prints of it.

uv tells the size of each larger file as its download begins, and that it has come; pip tells that it downloads one file
after the other, and the bytes of it again and again.
"""

from __future__ import annotations

import re

from load._console.wording import size

_BEGUN = re.compile(r"Downloading (?P<name>\S+) \((?P<size>[\d.]+) ?(?P<unit>bytes|[kMG]B|[KMG]iB)\)$")
_DONE = re.compile(r"Downloaded (?P<name>\S+)$")
_BYTES = re.compile(r"Progress (?P<done>\d+) of (?P<total>\d+)$")
_UNITS = {"bytes": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


class Downloads:
    """The files that are downloaded in one run of a backend.

    Attributes:
        counted: bytes that are done and bytes in all, of all files or the one that comes now; None where nobody knows
            how much of them has come.
        file: how many were begun before the one that is counted, where one is counted after the other.
    """

    def __init__(self) -> None:
        self.counted: tuple[int, int] | None = None
        self.file = 0
        self._sizes: dict[str, int] = {}
        self._done: set[str] = set()
        self._is_told_by_bytes = False

    def hear(self, line: str) -> str | None:
        """Learn from a line.

        Returns:
            What goes on, in words; None where the line is about no download.
        """
        told = _BYTES.match(line)
        if told is not None:
            self._count_bytes(int(told["done"]), int(told["total"]))
            return self._words()
        begun = _BEGUN.match(line)
        if begun is not None:
            self._sizes[begun["name"]] = round(float(begun["size"]) * _UNITS[begun["unit"]])
        else:
            done = _DONE.match(line)
            if done is None or done["name"] not in self._sizes:
                return None
            self._done.add(done["name"])
        if self._done:
            self.counted = sum(self._sizes[name] for name in self._done), sum(self._sizes.values())
        return self._words()

    def _count_bytes(self, done: int, total: int) -> None:
        """pip's: of the file that was begun last."""
        if not self._is_told_by_bytes or (self.counted is not None and done < self.counted[0]):
            self.file += 1
        self._is_told_by_bytes = True
        self.counted = (done, total) if total else None

    def _words(self) -> str:
        if self._is_told_by_bytes:
            return f"downloading {list(self._sizes)[-1]}" if self._sizes else "downloading"
        coming = sorted((name for name in self._sizes if name not in self._done), key=lambda name: -self._sizes[name])
        if not coming:
            return "downloaded"
        words = f"downloading {coming[0]} ({size(self._sizes[coming[0]])})"
        if len(coming) > 1:
            words += f" and {len(coming) - 1} more"
        return words if len(coming) == 1 or self.counted else f"{words}, {size(sum(self._sizes.values()))} in all"

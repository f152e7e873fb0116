"""The import statements of source files, read once: what was read is kept in the user's cache by the hash of the text.

A file whose `(mtime_ns, size, inode)` is the one that was seen is not even opened. The cache may be lost, spoilt or
written by several processes at once: it is replaced whole, carries a check of itself, and costs no more than time.
"""

from __future__ import annotations

import marshal
import os
from functools import cached_property
from time import time_ns

from load._imports.files.kept import Results, digest_of, read, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from load._imports.source.edges import Row, Statement
    from load._imports.source.facts import Facts

    Stamp = tuple[int, int, int]

_MOST_FILES = 6_000
# What is larger was made by a program, holds data, and would take seconds to read.
_LARGEST = 8 * 1024 * 1024
# A file may change again within the resolution of its clock: one so young is told by its text. In nanoseconds.
_SETTLED = 2_000_000_000


class UnreadableError(Exception):
    """A source whose statements cannot be told; the text says why."""


class Sources:
    """Reads source files, and remembers.

    Args:
        path: the file of the cache; None where nothing is to be kept.

    Attributes:
        parsed: how many sources were read anew, for want of an entry.
    """

    def __init__(self, path: str | None) -> None:
        self.parsed = 0
        self._path = path
        self._used: dict[str, bytes] = {}  # with the hashes of their texts, or why these cannot be read
        self._results = Results(path)
        self._changed = False

    @cached_property
    def _kept(self) -> tuple[dict[str, tuple[Stamp, bytes]], dict[bytes, tuple[bytes, bytes | None]]]:
        kept: Any = None if self._path is None else read(self._path)
        return ({}, {}) if kept is None else kept

    @cached_property
    def _files(self) -> dict[str, tuple[Stamp, bytes]]:
        return self._kept[0]

    @cached_property
    def _known(self) -> dict[bytes, tuple[bytes, bytes | None]]:
        """By hash: the statements, or why there are none; and facts, which few sources are asked for. Marshalled."""
        return self._kept[1]

    def stamp(self, file: str) -> Stamp | None:
        """What a file is known by as long as it does not change; None where one so young may yet, or there is none."""
        try:
            status = os.stat(file)
        except (OSError, ValueError):
            return None
        is_settled = abs(time_ns() - status.st_mtime_ns) > _SETTLED
        return (status.st_mtime_ns, status.st_size, status.st_ino) if is_settled else None

    def statements(self, file: str) -> tuple[Row, ...]:
        """The import statements of a file, as plain tuples: most are only taken apart.

        Raises:
            UnreadableError: there is no such file, or it is not a Python source.
        """
        digest, data = self._digest(file)
        known = self._known.get(digest)
        found: tuple[Row, ...] | str
        if known is None:
            found = _read(data if data is not None else _bytes_of(file), file)
            plain: Any = found if isinstance(found, str) else tuple(map(tuple, found))
            self._known[digest] = (marshal.dumps(plain), None)
            self.parsed += 1
            self._changed = True
        else:
            found = marshal.loads(known[0])  # noqa: S302 - of our own cache, whose check was right
        if isinstance(found, str):
            raise UnreadableError(found)
        return found

    def facts(self, file: str) -> Facts | None:
        """What a module binds and uses as it runs; None where that cannot be told."""
        try:
            digest, data = self._digest(file)
            known = self._known.get(digest)
            if known is not None and known[1] is not None:
                kept: Facts = marshal.loads(known[1])  # noqa: S302 - as above
                return kept
            from load._imports.source.facts import facts_of

            facts = facts_of(_decoded(data if data is not None else _bytes_of(file)), file)
        except (UnreadableError, SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        if known is not None:
            self._known[digest] = (known[0], marshal.dumps(facts))
            self._changed = True
        return facts

    @property
    def results(self) -> Results:
        """What was worked out of sources before."""
        return self._results

    def are_known(self, files: Iterable[str]) -> bool:
        """Whether all files were read before as they are now, or cannot be read; looks no further than to the first."""
        return all(map(self._is_known, files))

    def _is_known(self, file: str) -> bool:
        try:
            return self._digest(file)[0] in self._known
        except UnreadableError:
            return True

    def key_of(self, parts: Iterable[str], files: Iterable[str]) -> bytes:
        """What a result depends on: names, and the texts of files that were looked at."""
        digests = [self._used.get(file, b"") for file in files]
        text = "\0".join(parts).encode("utf-8", "surrogatepass")
        return digest_of(b"\0".join((text, marshal.dumps(digests))))

    def save(self) -> None:
        """Write what was learned, where it can be written."""
        if not self._changed or self._path is None:
            return
        self._changed = False
        used = self._used.keys() & self._files.keys()
        older = [file for file in self._files if file not in used][: max(_MOST_FILES - len(used), 0)]
        files = {file: self._files[file] for file in (*used, *older)}
        digests = {digest for _, digest in files.values()}.union(self._used.values())  # with those that are too young
        write(self._path, (files, {digest: known for digest, known in self._known.items() if digest in digests}))

    def _digest(self, file: str) -> tuple[bytes, bytes | None]:
        """The hash of a file's text, and the text where it had to be read for that."""
        try:
            status = os.stat(file)
        except (OSError, ValueError) as error:
            raise self._unreadable(file, _reason(error)) from error
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        known = self._files.get(file)
        if known is not None and known[0] == stamp and known[1] in self._known:
            self._used[file] = known[1]
            return known[1], None
        if status.st_size > _LARGEST:
            raise self._unreadable(file, f"its source is too large to be read: {status.st_size:,} bytes")
        try:
            data = _bytes_of(file)
        except UnreadableError as error:
            raise self._unreadable(file, str(error)) from error
        digest = self._used[file] = digest_of(data)
        if abs(time_ns() - status.st_mtime_ns) > _SETTLED:
            self._files[file] = (stamp, digest)
            self._changed = True
        return digest, data

    def _unreadable(self, file: str, why: str) -> UnreadableError:
        self._used[file] = why.encode("utf-8", "surrogatepass")
        return UnreadableError(why)


def _bytes_of(file: str) -> bytes:
    try:
        with open(file, "rb") as stream:
            return stream.read()
    except (OSError, ValueError) as error:
        raise UnreadableError(_reason(error)) from error


def _reason(error: Exception) -> str:
    return f"its source cannot be read: {getattr(error, 'strerror', None) or error}"


def _read(data: bytes, file: str) -> tuple[Statement, ...] | str:
    """The statements, or why there are none to be had."""
    from load._imports.source.lines import statements_of_lines
    from load._imports.source.strings import UnsureError

    try:
        text = _decoded(data)
        try:
            return statements_of_lines(text)
        except UnsureError:
            from load._imports.source.tree import statements_of_tree

            return statements_of_tree(text, file)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"its source is not Python: {error}"


def _decoded(data: bytes) -> str:
    """The text of a source, decoded as Python does (PEP 263), with plain newlines."""
    if b"coding" in b"".join(data[:1000].split(b"\n", 2)[:2]):
        from importlib.util import decode_source

        return decode_source(data)
    text = data.decode("utf-8-sig")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text

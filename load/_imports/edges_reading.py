"""The import statements of source files, read once: what was read is kept in the user's cache by the hash of the text.

A file whose `(mtime_ns, size, inode)` is the one that was seen is not even opened. The cache may be lost, spoilt or
written by several processes at once: it is replaced whole, carries a check of itself, and costs no more than time.
"""

from __future__ import annotations

import _imp
import marshal
import os
import sys
from contextlib import suppress
from time import time_ns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from load._imports.cycles_facts import Facts
    from load._imports.edges import Row, Statement

    Stamp = tuple[int, int, int]

# Raised with every change of what is read or of how it is kept; entries of another number are never looked at.
_SCANNER = 2
_MOST_FILES = 6_000
_MOST_RESULTS = 8
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
        self._files: dict[str, tuple[Stamp, bytes]] = {}
        # By hash: the statements, or why there are none; and facts, which few sources are asked for, still marshalled.
        self._known: dict[bytes, tuple[tuple[Row, ...] | str, bytes | None]] = {}
        self._used: dict[str, bytes] = {}  # with the hashes of their texts
        self._results: dict[bytes, bytes] = {}
        self._changed = False
        self._load()

    def statements(self, file: str) -> tuple[Row, ...]:
        """The import statements of a file, as plain tuples: most are only taken apart.

        Raises:
            UnreadableError: there is no such file, or it is no Python source.
        """
        digest, data = self._digest(file)
        known = self._known.get(digest)
        if known is None:
            known = self._known[digest] = (_read(data if data is not None else _bytes_of(file), file), None)
            self.parsed += 1
            self._changed = True
        found = known[0]
        if isinstance(found, str):
            raise UnreadableError(found)
        return found

    def facts(self, file: str) -> Facts | None:
        """What a module binds and uses as it runs; None where that cannot be told."""
        try:
            digest, data = self._digest(file)
            known = self._known.get(digest)
            if known is not None and known[1] is not None:
                kept: Facts = marshal.loads(known[1])  # noqa: S302 - of the same file, whose check was right
                return kept
            from load._imports.cycles_facts import facts_of

            facts = facts_of(_decoded(data if data is not None else _bytes_of(file)), file)
        except (UnreadableError, SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        if known is not None:
            self._known[digest] = (known[0], marshal.dumps(facts))
            self._changed = True
        return facts

    def result(self, key: bytes) -> Any:
        """What was worked out of sources before, in plain types; None where nothing is kept."""
        kept = self._results.get(key)
        return None if kept is None else marshal.loads(kept)  # noqa: S302 - as above

    def keep_result(self, key: bytes, result: Any) -> None:
        """Keep it for later processes, in place of the oldest one."""
        self._results = {key: marshal.dumps(result), **self._results}
        while len(self._results) > _MOST_RESULTS:
            self._results.popitem()
        self._changed = True

    def key_of(self, parts: Iterable[str], files: Iterable[str]) -> bytes:
        """What a result depends on: names, and the texts of files that were read."""
        digests = [self._used.get(file, b"") for file in files]
        return digest_of("\0".join(parts).encode("utf-8", "surrogatepass") + b"\0\0" + b"".join(digests))

    def save(self) -> None:
        """Write what was learned, where it can be written."""
        if not self._changed or self._path is None:
            return
        self._changed = False
        used = self._used.keys() & self._files.keys()
        older = [file for file in self._files if file not in used][: max(_MOST_FILES - len(used), 0)]
        files = {file: self._files[file] for file in (*used, *older)}
        digests = {digest for _, digest in files.values()}
        known = {
            digest: (found if isinstance(found, str) else tuple(map(tuple, found)), facts)
            for digest, (found, facts) in self._known.items()
            if digest in digests
        }
        data = marshal.dumps((files, known, self._results))
        _replace(self._path, _imp.source_hash(_SCANNER, data) + data)

    def _load(self) -> None:
        if self._path is None:
            return
        try:
            with open(self._path, "rb") as stream:
                content = stream.read()
        except OSError:
            return
        if _imp.source_hash(_SCANNER, content[8:]) != content[:8]:
            return  # cut off, or spoilt: it is written anew
        self._files, self._known, self._results = marshal.loads(content[8:])  # noqa: S302 - as Python does with what it compiled

    def _digest(self, file: str) -> tuple[bytes, bytes | None]:
        """The hash of a file's text, and the text where it had to be read for that."""
        self._used.pop(file, None)
        try:
            status = os.stat(file)
        except (OSError, ValueError) as error:
            raise UnreadableError(_reason(error)) from error
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        known = self._files.get(file)
        if known is not None and known[0] == stamp and known[1] in self._known:
            self._used[file] = known[1]
            return known[1], None
        if status.st_size > _LARGEST:
            raise UnreadableError(f"its source is too large to be read: {status.st_size:,} bytes")
        data = _bytes_of(file)
        digest = self._used[file] = digest_of(data)
        if abs(time_ns() - status.st_mtime_ns) > _SETTLED:
            self._files[file] = (stamp, digest)
            self._changed = True
        return digest, data


def cache_file() -> str:
    """Where statements are kept, for this Python and this way of reading them."""
    from load._config import cache_folder

    # Conditions on the platform, and `if __debug__`, decide what is read.
    version = f"{sys.implementation.cache_tag}{'' if __debug__ else '-O'}-{sys.platform}-{_SCANNER}"
    return os.path.join(cache_folder(), "imports", f"statements-{version}.bin")


def digest_of(data: bytes) -> bytes:
    """The hash that a text is known by."""
    from _blake2 import blake2b

    return blake2b(data, digest_size=16).digest()


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
    from load._imports.edges_lines import UnsureError, statements_of_lines

    try:
        text = _decoded(data)
        try:
            return statements_of_lines(text)
        except UnsureError:
            from load._imports.edges_tree import statements_of_tree

            return statements_of_tree(text, file)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"its source is no Python: {error}"


def _decoded(data: bytes) -> str:
    """The text of a source, decoded as Python does (PEP 263), with plain newlines."""
    if b"coding" in b"".join(data[:1000].split(b"\n", 2)[:2]):
        from importlib.util import decode_source

        return decode_source(data)
    text = data.decode("utf-8-sig")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _replace(path: str, content: bytes) -> None:
    part = f"{path}.{os.urandom(4).hex()}.part"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(part, "xb") as stream:
            stream.write(content)
        os.replace(part, path)
    except OSError:  # read-only, full, or held open by another process: the next one reads the sources again
        with suppress(OSError):
            os.remove(part)

"""Messages between a program and its workers: bytes over two descriptors, on every system the same."""

from __future__ import annotations

import io
import os
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Buffer, Sequence  # type: ignore[attr-defined, unused-ignore]

# What a message is: the first byte of it.
SETUP, CALL, RESULT, FAILURE = b"S", b"C", b"R", b"E"

_HEAD = struct.Struct("<cI")  # what it is, of how many parts
_LENGTH = struct.Struct("<Q")  # of one part, in bytes
_LAST_STREAM = 2  # the descriptor of standard error
_JOINED = 65_536  # bytes; what is smaller goes out at once


class Channel:
    """One end of a connection; used by one thread at a time.

    Args:
        reading: descriptor that messages come from; it belongs to the channel from now on.
        writing: descriptor that messages go to; the same one, or another.
    """

    def __init__(self, reading: int, writing: int) -> None:
        self._descriptors = {reading, writing}
        self._in = io.FileIO(reading, "rb", closefd=False)
        self._out = io.FileIO(writing, "wb", closefd=False)

    def send(self, kind: bytes, parts: Sequence[Buffer]) -> None:
        """Send a message.

        Raises:
            OSError: the other end is not there any more.
        """
        views = [memoryview(part).cast("B") for part in parts]
        head = _HEAD.pack(kind, len(views)) + b"".join(_LENGTH.pack(view.nbytes) for view in views)
        if sum(view.nbytes for view in views) < _JOINED:
            views, head = [], b"".join([head, *views])
        for view in (memoryview(head), *views):
            self._write(view)

    def _write(self, view: memoryview) -> None:
        while view.nbytes:
            view = view[self._out.write(view) :]

    def receive(self) -> tuple[bytes, list[bytearray]] | None:
        """The next message: what it is, and its parts; None where the other end has ended.

        Raises:
            EOFError: it ended in the middle of a message.
            OSError: the connection broke.
        """
        head = self._read(_HEAD.size, may_end=True)
        if not head:
            return None
        kind, count = _HEAD.unpack(head)
        lengths = self._read(count * _LENGTH.size)
        return kind, [self._read(length) for (length,) in _LENGTH.iter_unpack(lengths)]

    def _read(self, size: int, *, may_end: bool = False) -> bytearray:
        data = bytearray(size)
        view, filled = memoryview(data), 0
        while filled < size:
            count = self._in.readinto(view[filled:])
            if not count:
                if may_end and not filled:
                    return bytearray()
                raise EOFError("the other end of a worker's connection ended in the middle of a message")
            filled += count
        return data

    def close(self) -> None:
        """End the connection; the other end sees that."""
        descriptors, self._descriptors = self._descriptors, set()
        for descriptor in descriptors:
            os.close(descriptor)


def above_streams(descriptor: int) -> int:
    """A descriptor in the place of one that was just opened, and is none of a standard stream that somebody closed.

    What such a stream says would be taken for a message otherwise.
    """
    if descriptor > _LAST_STREAM or sys.platform == "win32":  # which passes handles on, and no descriptors
        return descriptor
    import fcntl

    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _LAST_STREAM + 1)
    os.close(descriptor)
    return moved


def occupy_streams() -> None:
    """Let standard streams that are closed lead nowhere, before anything else gets their descriptors."""
    while (opened := os.open(os.devnull, os.O_RDWR)) <= _LAST_STREAM:
        os.set_inheritable(opened, True)  # noqa: FBT003 - it takes no keyword
    os.close(opened)


def inherited(numbers: Sequence[str]) -> list[int]:
    """The descriptors that a process was started with: see `load._process.begin`."""
    found = [int(each) for each in numbers]
    if sys.platform == "win32":
        import msvcrt

        found = [msvcrt.open_osfhandle(handle, os.O_BINARY) for handle in found]
    return found

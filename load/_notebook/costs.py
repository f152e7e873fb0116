"""What an import cost of the time and memory that a request took, and what of it went into other packages."""

from __future__ import annotations

from _thread import get_ident
from time import perf_counter

from load._imports.profiling.recorder import Recorder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

    from load._imports.profiling.record import Import, Line

_MOST = 5_000  # imports that are remembered
_SLACK = 0.5  # seconds that may pass between the end of a request and the word of it, on a busy machine


class Costs(Recorder):
    """Records every import while it is installed, and remembers the last ones.

    Args:
        memory: whether memory is measured, too.
    """

    def __init__(self, *, memory: bool) -> None:
        from load._memory import resident

        if memory:
            resident()  # what it imports itself comes before what it is to measure
        super().__init__(resident if memory else None)
        self._told: dict[int, float] = {}  # thread → when the last import began that was told of

    def begin(self, name: str, frame: FrameType, line: Line) -> Import:
        """An import begins; before one that stands for itself, what nobody will ask for any more is forgotten."""
        if not line and len(self.imports) > _MOST:
            # One that another thread adds meanwhile may be lost to the names that are told, but to no figure.
            self.imports[:] = [record for record in self.imports if not _outermost(record).done]
            self.ended.clear()
        return super().begin(name, frame, line)

    def of(self, module: str, seconds: float) -> tuple[int | None, dict[str, float]]:
        """What came with a module in a request of this thread.

        Args:
            module: its import name.
            seconds: how long ago the request began.

        Returns:
            The bytes, None where they were not measured; and top-level name → seconds that went into importing it in
            the course of the module, the costliest first.
        """
        thread = get_ident()
        # What was told of is not looked at again: after thousands of quick requests that would take its time.
        course = self._course(thread, max(perf_counter() - seconds - _SLACK, self._told.get(thread, 0.0)))
        own = {record for record in course if record.name == module or module.startswith(f"{record.name}.")}
        root = module.partition(".")[0]
        inner: dict[str, float] = {}
        for record in course:
            name = record.name.partition(".")[0]
            if name != root and record not in own and _comes_with(record, own):
                inner[name] = inner.get(name, 0.0) + record.self_seconds
        if own and all(record.parent is None for record in own if not _comes_with(record, own)):
            self._told[thread] = max(record.started for record in course if record in own or _comes_with(record, own))
        return _bytes(own), dict(sorted(inner.items(), key=lambda item: -item[1]))

    def _course(self, thread: int, since: float) -> list[Import]:
        """What a thread has imported after that."""
        found = []
        for record in reversed(self.imports):
            if record.started <= since:
                break
            if record.done and record.thread == thread:
                found.append(record)
        return found


def _outermost(record: Import) -> Import:
    while record.parent is not None:
        record = record.parent
    return record


def _comes_with(record: Import, own: set[Import]) -> bool:
    above = record.parent
    while above is not None:
        if above in own:
            return True
        above = above.parent
    return False


def _bytes(own: set[Import]) -> int | None:
    """What came with a module and its parents, each counted once; None where one was not measured."""
    sizes = [record.bytes for record in own if not _comes_with(record, own)]
    known = [size for size in sizes if size is not None]
    return sum(known) if known and len(known) == len(sizes) else None

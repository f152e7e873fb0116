"""What every import costs, and who asked for it: a finder that asks the others, and watches what becomes of it.

Each thread has a stack of its own: Python runs one import inside another, and never two at a time in one thread.
Source: https://docs.python.org/3/reference/import.html#the-meta-path
"""

from __future__ import annotations

import sys
from _thread import _local, get_ident
from time import perf_counter

from load._imports.statements import importing_frame
from load._imports.wrapping import wrap
from load._instructions import line_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import CodeType, FrameType, ModuleType


class Import:
    """One module that was looked for, found or not.

    Attributes:
        name: its dotted name.
        importer: name of the module whose code asked for it, or "" where that is not known.
        parent: the import in whose course it came, in the same thread.
        thread: the thread's identifier.
        origin: where it was found; "" for one that was not, or has no place.
        started: the clock at its beginning, in seconds.
        found, created, executed: what finding it, making the module (`dlopen`) and running its body took, in seconds.
        seconds: all of that, with what was imported in its course.
        inner_seconds: the part of what was imported in its course.
        bytes: resident memory (RSS) that came with it, with what was imported in its course; None where not measured.
        inner_bytes: the part of what was imported in its course.
        error: what kept it from being imported.
    """

    __slots__ = (
        *("_base", "_code", "_inner", "_mark", "_offset", "_recorder", "bytes", "created", "error", "executed"),
        *("found", "importer", "inner_bytes", "inner_seconds", "name", "origin", "parent", "seconds", "started"),
        "thread",
    )

    def __init__(self, name: str, recorder: Recorder, frame: FrameType, stack: list[Import]) -> None:
        self.name = name
        self.importer: str = frame.f_globals.get("__name__", "")
        self.parent = stack[-1] if stack else None
        self.thread = get_ident()
        self.origin = ""
        self.found = self.created = self.executed = self.seconds = self.inner_seconds = self._inner = 0.0
        self.bytes: int | None = None
        self.inner_bytes = 0
        self.error: BaseException | None = None
        self._recorder = recorder
        self._code: CodeType = frame.f_code
        self._offset = frame.f_lasti
        self._base = recorder.memory() if recorder.memory is not None else 0
        self.started = self._mark = perf_counter()

    @property
    def place(self) -> str:
        """File and line of the statement that asked for it."""
        return f"{self._code.co_filename}:{line_of(self._code, self._offset)}"

    @property
    def self_seconds(self) -> float:
        """What it took itself, without what was imported in its course, in seconds."""
        return self.seconds - self.inner_seconds

    @property
    def self_bytes(self) -> int | None:
        """Resident memory of its own, without what was imported in its course."""
        return None if self.bytes is None else self.bytes - self.inner_bytes

    def __repr__(self) -> str:
        return f"<Import of {self.name!r}: {self.seconds * 1e3:.2f} ms>"

    # Called by the import system, by way of `wrapping`. What was imported in the course of a phase is no part of it.

    def looked_for(self) -> None:
        """A finder has answered."""
        self.found = self._phase()

    def executes(self, name: str, module: ModuleType) -> None:  # noqa: ARG002 - what `wrap` passes
        """The module was made, and its body is about to run."""
        self.created = self._phase()

    def ended(self, name: str, module: ModuleType | None, error: BaseException | None) -> None:  # noqa: ARG002
        """Its body has run, or failed, or could not be made."""
        self.executed = self._phase()
        self.seconds = self._mark - self.started
        self.error = error
        recorder = self._recorder
        if recorder.memory is not None:
            self.bytes = recorder.memory() - self._base
        stack = recorder.stack()
        while stack and stack.pop() is not self:  # those above it were left by what never came back to us
            continue
        parent = self.parent
        if parent is not None:
            parent.inner_seconds += self.seconds
            parent.inner_bytes += self.bytes or 0

    def _phase(self) -> float:
        now = perf_counter()
        elapsed = now - self._mark - (self.inner_seconds - self._inner)
        self._mark, self._inner = now, self.inner_seconds
        return elapsed


class Recorder:
    """Stands in `sys.meta_path` while it records.

    Args:
        memory: gives the process's resident memory in bytes; None where that is not to be measured.

    Attributes:
        imports: what was imported since it was installed, in the order of their beginnings.
    """

    def __init__(self, memory: Callable[[], int] | None = None) -> None:
        self.memory = memory
        self.imports: list[Import] = []
        self._threads = _local()

    # -- standing in the path ------------------------------------------------------------------------------------------

    def install(self) -> None:
        """Stand first, but behind the finder of `load.x`, which passes everything else on; once."""
        if not any(finder is self for finder in sys.meta_path):
            first = sys.meta_path[0] if sys.meta_path else None
            sys.meta_path.insert(int(hasattr(first, "_load_prefix_finder")), self)

    def uninstall(self) -> None:
        """Go; whatever else was put into the path or taken out of it meanwhile stays so."""
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not self]

    def stack(self) -> list[Import]:
        """What this thread is importing, the outermost first."""
        try:
            stack: list[Import] = self._threads.stack
        except AttributeError:
            stack = self._threads.stack = []
            self._threads.asked = set()
        return stack

    # -- recording -----------------------------------------------------------------------------------------------------

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Ask the other finders, as the import system does; a module that is looked for without an import is theirs."""
        stack = self.stack()
        asked: set[str] = self._threads.asked
        if name in asked:
            return None
        importer = importing_frame(sys._getframe(1))
        if importer is None:
            return None
        record = Import(name, self, importer, stack)
        asked.add(name)
        try:
            spec = self._asked(name, path, target)
        finally:
            asked.discard(name)
            record.looked_for()
        self.imports.append(record)
        stack.append(record)
        if spec is None or not wrap(spec, before=record.executes, after=record.ended):
            record.ended(name, None, None)
        if spec is not None:
            record.origin = spec.origin or ""
        return spec

    def _asked(self, name: str, path: Sequence[str] | None, target: ModuleType | None) -> ModuleSpec | None:
        passed = False
        for finder in list(sys.meta_path):
            if finder is self:
                passed = True
            elif passed and hasattr(finder, "find_spec"):
                spec = finder.find_spec(name, path, target)
                if spec is not None:
                    return spec
        return None

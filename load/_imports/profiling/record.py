"""One import as it was seen: what finding, making and running a module took, the memory that came, and who asked."""

from __future__ import annotations

import sys
from _thread import get_ident
from time import perf_counter

from load._caller import cell_of
from load._imports.importlib_bootstrap import IMPORT_SYSTEM
from load._imports.statements import is_lazy_use_at
from load._instructions import line_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType, ModuleType, TracebackType
    from typing import Protocol

    class Watch(Protocol):
        """What a record needs of the recorder that made it."""

        memory: Callable[[], int] | None
        on_import: Callable[[str, ModuleType], None] | None

        def line(self) -> Line: ...
        def leave(self, record: Import, line: Line) -> None: ...


_HAS_LAZY_IMPORTS = sys.version_info >= (3, 15)


class Import:
    """One module that was looked for, found or not.

    Attributes:
        name: its dotted name.
        importer: name of the module whose code asked for it, or "" where that is not known.
        parent: the import in whose course it came, in the same thread.
        origin: where it was found; "" for one that was not, or has no place.
        started: the clock at its beginning, in seconds.
        seconds: what finding it, making the module and running its body took, with what was imported in its course.
        inner_seconds: the part of what was imported in its course.
        bytes: memory that came with it, with what was imported in its course; None where it was not measured, or
            another thread imported at the same time, as nobody can tell then what came with what.
        inner_bytes: the part of what was imported in its course.
        error: what kept it from being imported, in words, or "". Not the error itself, which would keep all its frames.
        done: whether it came to its end.
        dependencies: what was told to be imported in its course, where somebody told its beginning and end; else None.
    """

    __slots__ = (
        *("_base", "_code", "_file", "_first", "_found", "_found_inner", "_line", "_lines", "_made", "_made_inner"),
        *("_offset", "_recorder", "bytes", "dependencies", "done", "error", "importer", "inner_bytes"),
        *("inner_seconds", "name", "origin", "parent", "seconds", "started"),
    )

    def __init__(self, name: str, recorder: Watch, frame: FrameType, line: Line) -> None:
        self.name = name
        self._recorder = recorder
        self._line = line
        code = frame.f_code
        self.parent = parent = line[-1] if line else None
        self._file = file = code.co_filename
        # Not the code itself: that of a module's body would be kept with all its constants, which Python frees.
        self._lines, self._first, self._offset = code.co_linetable, code.co_firstlineno, frame.f_lasti
        if parent is not None and file == IMPORT_SYSTEM:  # no frame: the code of an extension module
            importer: object = parent.name
        else:
            importer = frame.f_globals.get("__name__")
        self.importer = importer if isinstance(importer, str) else ""
        self.origin = self.error = ""
        self.seconds = self.inner_seconds = 0.0
        # The clock when it was found, and when it was made; and what had been imported in its course by then.
        self._found = self._made = self._found_inner = self._made_inner = 0.0
        self.bytes: int | None = None
        self.inner_bytes = 0
        self.done = False
        self._code = code if _HAS_LAZY_IMPORTS else None  # which tells whether it was the first use of one
        self.dependencies: Sequence[str] | None = None
        memory = recorder.memory
        self._base = 0 if memory is None else memory()
        self.started = perf_counter()

    @property
    def thread(self) -> int:
        """The thread's identifier."""
        return self._line.thread

    # What was imported in the course of a phase is no part of it.

    @property
    def found(self) -> float:
        """What finding it took, in seconds."""
        return self._found - self.started - self._found_inner if self._found else 0.0

    @property
    def created(self) -> float:
        """What making the module took (`dlopen`), in seconds; all since it was found, if it could not be made."""
        if not self._found or not (self._made or self.done):
            return 0.0
        made, inner = (self._made, self._made_inner) if self._made else (self._ended, self.inner_seconds)
        return made - self._found - (inner - self._found_inner)

    @property
    def executed(self) -> float:
        """What running its body took, in seconds."""
        if not self.done or (self._found and not self._made):
            return 0.0
        return self._ended - (self._made or self.started) - (self.inner_seconds - self._made_inner)

    @property
    def _ended(self) -> float:
        return self.started + self.seconds

    @property
    def place(self) -> str:
        """File (or cell) and line of the statement that asked for it; an extension module's file alone."""
        if self.parent is not None and self._file == IMPORT_SYSTEM:
            return self.parent.origin
        return f"{cell_of(self._file) or self._file}:{line_in(self._lines, self._first, self._offset)}"

    @property
    def declared(self) -> str:
        """File and line where it was declared, if that was a lazy import (PEP 810) carried out at `place`, or ""."""
        if self._code is None:
            return ""
        with Aside(self._recorder.line()):
            if not is_lazy_use_at(self._code, self._offset):
                return ""
            from load._imports.profiling.lazy_statements import declared_in

            return declared_in(self._file, self.importer, self.name)

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

    # Called by the import system, by way of `wrapping`. All that is not needed at once is told by the figures later:
    # what these take is counted for the modules above.

    def looked_for(self) -> None:
        """A finder has answered."""
        self._found_inner = self.inner_seconds
        self._found = perf_counter()

    def executes(self, name: str, module: ModuleType) -> None:  # noqa: ARG002 - what `wrap` passes
        """The module was made, and its body is about to run."""
        self._made_inner = self.inner_seconds
        self._made = perf_counter()

    def ended(self, name: str, module: ModuleType | None, error: BaseException | str | None) -> None:
        """Its body has run, or failed, or could not be made."""
        self.seconds = seconds = perf_counter() - self.started
        recorder, line = self._recorder, self._line
        if recorder.memory is not None and not line.others:
            reading = recorder.memory()
            if self._base >= 0 and reading >= 0:  # below: nothing was there to read it from
                self.bytes = reading - self._base
        if error is not None:  # before it counts as ended: who looks from then on sees all of it
            self.error = error if isinstance(error, str) else self._explained(error)
        self.done = True
        recorder.leave(self, line)
        parent = self.parent
        if parent is not None and not parent.done:
            parent.inner_seconds += seconds
            if self.bytes is not None:
                parent.inner_bytes += self.bytes
        if error is None and module is not None and recorder.on_import is not None:
            with Aside(line):
                recorder.on_import(name, module)

    def _explained(self, error: BaseException) -> str:
        """An error in words; where modules import one another, with the ring, which the error itself gets as a note."""
        if not _is_half_made(error):
            return told(error)
        with Aside(self._line):
            from load._imports.graph.partial import explain_partial

            explanation = explain_partial(error)
        if explanation is None:
            return told(error)
        if str(explanation) not in getattr(error, "__notes__", ()):
            error.add_note(str(explanation))
        return f"{told(error)}\n{explanation}"


def _is_half_made(error: BaseException) -> bool:
    """Whether an error is about a name of a module that is still being loaded."""
    if isinstance(error, AttributeError):
        module: object = getattr(error, "obj", None)
    elif isinstance(error, ImportError) and isinstance(error.name, str):
        module = sys.modules.get(error.name)
    else:
        return False
    if not issubclass(type(module), type(sys)):
        return False
    return bool(getattr(type(sys).__getattribute__(module, "__dict__").get("__spec__"), "_initializing", False))


def told(error: BaseException) -> str:
    """An error in words: its class and what it says."""
    try:
        text = str(error)
    except Exception as problem:  # noqa: BLE001 - an error of somebody's class may be anything
        text = f"<its text raised {type(problem).__name__}>"
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


class Line(list["Import"]):
    """What one thread is importing, the outermost first.

    Attributes:
        thread: its identifier.
        asked: the names that finders are being asked for.
        others: how many other threads imported in the course of the outermost.
        is_aside: whether nothing is recorded now.
    """

    __slots__ = ("asked", "is_aside", "others", "thread")

    def __init__(self) -> None:
        super().__init__()
        self.thread = get_ident()
        self.asked: set[str] = set()
        self.others = 0
        self.is_aside = False


class Aside:
    """A block in which what this thread imports is not recorded: a look at the figures is no part of them."""

    __slots__ = ("_line", "_was")

    def __init__(self, line: Line) -> None:
        self._line = line
        self._was = line.is_aside

    def __enter__(self) -> None:
        self._line.is_aside = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._line.is_aside = self._was

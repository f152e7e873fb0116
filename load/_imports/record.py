"""One import as it was seen: what finding, making and running a module took, the memory that came, and who asked."""

from __future__ import annotations

import sys
from _thread import get_ident
from time import perf_counter

from load._imports.importlib_bootstrap import LOADING
from load._imports.statements import is_lazy_use_at
from load._instructions import line_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import CodeType, FrameType, ModuleType, TracebackType
    from typing import Protocol

    class Watch(Protocol):
        """What a record needs of the recorder that made it."""

        memory: Callable[[], int] | None
        on_import: Callable[[str, ModuleType], None] | None

        def line(self) -> Line: ...
        def leave(self, record: Import, line: Line) -> None: ...


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
        bytes: memory that came with it, with what was imported in its course; None where it was not measured, or
            another thread imported at the same time, as nobody can tell then what came with what.
        inner_bytes: the part of what was imported in its course.
        error: what kept it from being imported, in words, or "". Not the error itself, which would keep all its frames.
        done: whether it came to its end.
        dependencies: what was told to be imported in its course, where somebody told its beginning and end; else None.
    """

    __slots__ = (
        *("_base", "_code", "_inner", "_line", "_mark", "_offset", "_recorder", "bytes", "created", "dependencies"),
        *("done", "error", "executed", "found", "importer", "inner_bytes", "inner_seconds", "name", "origin"),
        *("parent", "seconds", "started", "thread"),
    )

    def __init__(self, name: str, recorder: Watch, frame: FrameType, line: Line) -> None:
        self.name = name
        self.parent = line[-1] if line else None
        if frame.f_code in LOADING and self.parent is not None:  # no frame: the code of an extension module
            self.importer = self.parent.name
        else:
            importer = frame.f_globals.get("__name__", "")
            self.importer = importer if isinstance(importer, str) else ""
        self.thread = line.thread
        self.origin = self.error = ""
        self.found = self.created = self.executed = self.seconds = self.inner_seconds = self._inner = 0.0
        self.bytes: int | None = None
        self.inner_bytes = 0
        self.done = False
        self.dependencies: Sequence[str] | None = None
        self._recorder = recorder
        self._line = line
        self._code: CodeType = frame.f_code
        self._offset = frame.f_lasti
        self._base = recorder.memory() if recorder.memory is not None else 0
        self.started = self._mark = perf_counter()

    @property
    def place(self) -> str:
        """File and line of the statement that asked for it; the file alone where that is an extension module."""
        if self._code in LOADING and self.parent is not None:
            return self.parent.origin
        with Aside(self._recorder.line()):
            return f"{self._code.co_filename}:{line_of(self._code, self._offset)}"

    @property
    def declared(self) -> str:
        """File and line where it was declared, if that was a lazy import (PEP 810) carried out at `place`, or ""."""
        with Aside(self._recorder.line()):
            if not is_lazy_use_at(self._code, self._offset):
                return ""
            from load._imports.lazy_statements import declared_in

            return declared_in(self._code.co_filename, self.importer, self.name)

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
        now = perf_counter()
        inner = self._inner = self.inner_seconds
        self.found = now - self._mark - inner
        self._mark = now

    def executes(self, name: str, module: ModuleType) -> None:  # noqa: ARG002 - what `wrap` passes
        """The module was made, and its body is about to run."""
        now = perf_counter()
        inner = self.inner_seconds
        self.created = now - self._mark - (inner - self._inner)
        self._mark, self._inner = now, inner

    def ended(self, name: str, module: ModuleType | None, error: BaseException | str | None) -> None:
        """Its body has run, or failed, or could not be made."""
        now = perf_counter()
        recorder = self._recorder
        self.executed = now - self._mark - (self.inner_seconds - self._inner)
        self.seconds = seconds = now - self.started
        if recorder.memory is not None and not self._line.others:
            reading = recorder.memory()
            if self._base >= 0 and reading >= 0:  # below: nothing was there to read it from
                self.bytes = reading - self._base
        if error is not None:  # before it counts as ended: who looks from then on sees all of it
            self.error = error if isinstance(error, str) else self._explained(error)
        self.done = True
        recorder.leave(self, self._line)
        parent = self.parent
        if parent is not None and not parent.done:
            parent.inner_seconds += seconds
            if self.bytes is not None:
                parent.inner_bytes += self.bytes
        if error is None and module is not None and recorder.on_import is not None:
            with Aside(self._line):
                recorder.on_import(name, module)

    def _explained(self, error: BaseException) -> str:
        """An error in words; where modules import one another, with the ring, which the error itself gets as a note."""
        if not _is_half_made(error):
            return told(error)
        with Aside(self._line):
            from load._imports.partial import explain_partial

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

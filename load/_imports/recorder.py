"""What every import costs, and who asked for it: a finder that asks the others, and watches what becomes of it.

Each thread has a stack of its own: Python runs one import inside another, and never two at a time in one thread.
Source: https://docs.python.org/3/reference/import.html#the-meta-path
"""

from __future__ import annotations

import sys
from _thread import RLock, _local, get_ident
from time import perf_counter

from load._caller import is_own_code
from load._imports.importlib_bootstrap import LOADING
from load._imports.statements import importer_of, importing_frame, is_lazy_use_at
from load._imports.wrapping import wrap
from load._instructions import line_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import CodeType, FrameType, ModuleType, TracebackType
    from typing import Any


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

    def __init__(self, name: str, recorder: Recorder, frame: FrameType, line: Line) -> None:
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


def _on_whose_behalf(frame: FrameType) -> FrameType:
    """The frame that made a function of `load` import something; a module of its own imports for itself."""
    outer: FrameType | None = frame
    while outer is not None and _is_own_function(outer.f_code):
        outer = importer_of(outer.f_back)
    return outer or frame


def _is_own_function(code: CodeType) -> bool:
    return code.co_name != "<module>" and is_own_code(code.co_filename)


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


class Recorder:
    """Stands in `sys.meta_path` while it records.

    Args:
        memory: gives the memory of the process in bytes; None where that is not to be measured.
        stands_for: the finder that stands in `sys.meta_path` and passes each question on; itself where None.
        on_import: called with the name and the module after each import that succeeded.

    Attributes:
        memory, on_import: as given.
        imports: what was imported since it was installed, in the order of their beginnings.
        ended: those that came to their end, in that order.
        started: the clock when it was made, in seconds.
    """

    def __init__(
        self,
        memory: Callable[[], int] | None = None,
        *,
        stands_for: Any = None,
        on_import: Callable[[str, ModuleType], None] | None = None,
    ) -> None:
        self.memory = memory
        self.on_import = on_import
        self._finder = self if stands_for is None else stands_for
        self.imports: list[Import] = []
        self.ended: list[Import] = []
        self.started = perf_counter()
        self._threads = _local()
        self._busy: list[Line] = []  # threads that import
        self._guard = RLock()  # held when a thread begins to import, or ends; a signal's handler may import then

    # -- standing in the path ------------------------------------------------------------------------------------------

    def install(self) -> None:
        """Stand first, but behind the finder of `load.x`, which passes everything else on; once."""
        if not self.is_installed:
            first = sys.meta_path[0] if sys.meta_path else None
            sys.meta_path.insert(int(hasattr(first, "_load_prefix_finder")), self._finder)

    def uninstall(self) -> None:
        """Go; whatever else was put into the path or taken out of it meanwhile stays so."""
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not self._finder]

    @property
    def is_installed(self) -> bool:
        """Whether it stands in the path."""
        return any(finder is self._finder for finder in sys.meta_path)

    def line(self) -> Line:
        """What this thread is importing."""
        try:
            line: Line = self._threads.line
        except AttributeError:
            line = self._threads.line = Line()
        return line

    # -- recording -----------------------------------------------------------------------------------------------------

    def begin(self, name: str, frame: FrameType, line: Line) -> Import:
        """An import begins, in this thread, by what a frame does."""
        if not line:
            with self._guard:
                if self._busy:  # threads may have ended in the middle, and in a child process all others have
                    running = sys._current_frames()
                    self._busy = [other for other in self._busy if other.thread in running]
                for other in self._busy:
                    other.others += 1
                line.others = len(self._busy)
                self._busy.append(line)
        record = Import(name, self, frame, line)
        self.imports.append(record)
        line.append(record)
        return record

    def leave(self, record: Import, line: Line) -> None:
        """An import came to its end, with all that others left above it; but for what has to be told to end."""
        self.ended.append(record)
        if line and line[-1] is record:
            line.pop()
        elif record in line:
            index = line.index(record)
            line[index:] = [other for other in line[index + 1 :] if other.dependencies is not None]
        if not line:
            with self._guard:
                self._busy = [other for other in self._busy if other is not line]

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Ask the other finders, as the import system does; a module that is looked for without an import is theirs."""
        line = self.line()
        if name in line.asked or line.is_aside:
            return None
        importer = importing_frame(sys._getframe(1))
        if importer is None:
            return None
        if _is_own_function(importer.f_code):
            importer = _on_whose_behalf(importer)
        record = self.begin(name, importer, line)
        line.asked.add(name)
        try:
            spec = self._find_spec(name, path, target)
        except BaseException as error:
            record.looked_for()
            record.ended(name, None, error)
            raise
        finally:
            line.asked.discard(name)
        record.looked_for()
        if spec is None:
            record.ended(name, None, f"ModuleNotFoundError: No module named {name!r}")
            return None
        origin = getattr(spec, "origin", None)
        if isinstance(origin, str):
            record.origin = origin
        if not wrap(spec, before=record.executes, after=record.ended):
            record.ended(name, None, None)
        return spec

    def _find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None) -> ModuleSpec | None:
        """Ask the finders behind its own; all of them where it was taken out of the path meanwhile.

        Its name is that of the import system's function, so that another recorder knows the frame for what it is.
        """
        path_finders = list(sys.meta_path)
        indexes = [index for index, finder in enumerate(path_finders) if finder is self._finder]
        for finder in path_finders[indexes[0] + 1 if indexes else 0 :]:
            if finder is not self._finder and hasattr(finder, "find_spec"):
                spec = finder.find_spec(name, path, target)
                if spec is not None:
                    return spec
        return None

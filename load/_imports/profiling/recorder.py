"""A finder that asks the others, and watches what becomes of every import.

Each thread has a stack of its own: Python runs one import inside another, and never two at a time in one thread.
Source: https://docs.python.org/3/reference/import.html#the-meta-path
"""

from __future__ import annotations

import sys
from _thread import RLock, _local
from sys import _getframe
from time import perf_counter
from types import ModuleType

from load._caller import is_own_code
from load._imports.profiling.record import Import, Line
from load._imports.statements import FIND_AND_LOAD, importer_of, importing_frame
from load._imports.wrapping import wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import CodeType, FrameType
    from typing import Any

_MOST_CALLS = 4  # between a module's `__getattr__` and what it has import something


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
        if line.is_aside or name in line.asked:
            return None
        frame = _direct_importer() or importing_frame(_getframe(1))
        if frame is None:
            return None
        if frame.f_code.co_name != "<module>":
            frame = _on_whose_behalf(frame)
        record = self.begin(name, frame, line)
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
        if not wrap(spec, record.ended, record.executes):
            record.ended(name, None, None)
        return spec

    def _find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None) -> ModuleSpec | None:
        """Ask the finders behind its own; all of them where it was taken out of the path meanwhile.

        Its name is that of the import system's function, so that another recorder knows the frame for what it is.
        """
        own, finders = self._finder, list(sys.meta_path)
        for index, finder in enumerate(finders):
            if finder is own:
                del finders[: index + 1]
                break
        for finder in finders:
            if finder is not own:  # it may stand there twice
                try:
                    find_spec = finder.find_spec
                except AttributeError:
                    continue
                spec: ModuleSpec | None = find_spec(name, path, target)
                if spec is not None:
                    return spec
        return None


def _direct_importer() -> FrameType | None:
    """The frame of the import statement, where nothing but the import system lies between; else None.

    What `importing_frame` finds on whatever way, it finds without making objects of the frames that lie between.
    """
    try:
        if _getframe(4).f_code is not FIND_AND_LOAD:
            return None
        frame = _getframe(5)
    except ValueError:  # nobody asks but a program of a few frames
        return None
    return None if frame.f_code.co_filename.startswith("<frozen importlib") else frame


def _on_whose_behalf(frame: FrameType) -> FrameType:
    """The frame that made a function of `load`, or the hook of a module, import something.

    A module of `load` imports for itself. What a package loads when it is read (PEP 562) is asked for by who reads it.
    """
    while (outer := _caller_of_own(frame) or _reader(frame)) is not None:
        frame = outer
    return frame


def _caller_of_own(frame: FrameType) -> FrameType | None:
    outer: FrameType | None = frame
    while outer is not None and _is_own_function(outer.f_code):
        outer = importer_of(outer.f_back)
    return None if outer is frame else outer


def _is_own_function(code: CodeType) -> bool:
    return code.co_name != "<module>" and is_own_code(code.co_filename)


def _reader(frame: FrameType) -> FrameType | None:
    """Who reads an attribute of a module whose `__getattr__` imports, by itself or by functions beside it."""
    hook: FrameType | None = frame
    for _ in range(_MOST_CALLS):
        if hook is None or hook.f_code.co_filename != frame.f_code.co_filename:
            return None
        if hook.f_code.co_name == "__getattr__" and _is_hook(hook):
            return importer_of(hook.f_back)
        hook = hook.f_back
    return None


def _is_hook(frame: FrameType) -> bool:
    """Whether a `__getattr__` is a module's own function, or a method of a module's class; no other object's."""
    within = frame.f_code.co_qualname.rpartition(".")[0]
    if not within or within.endswith("<locals>"):
        return True
    arguments = frame.f_code.co_varnames[: frame.f_code.co_argcount]
    return bool(arguments) and issubclass(type(frame.f_locals.get(arguments[0])), ModuleType)

"""Profiling imports: by standing among the finders, or between two calls that say where an import begins and ends."""

from __future__ import annotations

import sys
from _thread import RLock

from load import _memory
from load._imports.profiling.profile import ImportProfile, Profile
from load._imports.profiling.record import Aside, Import
from load._imports.profiling.recorder import Recorder
from load.errors import ProfileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType, TracebackType
    from typing import Any, Literal, Self, TypeAlias

    Memory: TypeAlias = bool | Literal["rss", "traced"]


class ImportProfiler(Profile):
    """Records what imports cost in time and memory while it is installed, and steps that are reported to it.

    `with ImportProfiler() as profiler:` installs it for a block. Modules that were loaded before are not seen, nor
    those found by a finder that was later put before it.

    Args:
        memory: True or "rss" for resident memory, "traced" for what `tracemalloc` sees, which makes imports about
            four times slower; False for none.

    Raises:
        ValueError: `memory` is none of these.
    """

    def __init__(self, *, memory: Memory = True) -> None:
        super().__init__()
        self._memory = memory
        self._traces = False
        self._stands_for: object = None
        self._on_import: Callable[[str, ModuleType], None] | None = None
        self._recorder = self._new_recorder()
        self._entered = 0
        self._guard = RLock()
        self._told: dict[Import, set[str]] = {}  # what `start_import` began, with what was loaded by then
        self._seen = 0

    def _new_recorder(self) -> Recorder:
        return Recorder(_reader(self._memory), stands_for=self._stands_for, on_import=self._on_import)

    # -- recording -----------------------------------------------------------------------------------------------------

    def install(self) -> Self:
        """Record all imports from now on. Calling it again changes nothing."""
        if self._memory == "traced" and not self._traces:
            self._traces = True
            _memory.begin_tracing()
        self._recorder.install()
        return self

    def uninstall(self) -> None:
        """Stop recording; what was recorded is kept."""
        self._recorder.uninstall()
        if self._traces:
            self._traces = False
            _memory.end_tracing()

    def __enter__(self) -> Self:
        self._entered += 1
        return self.install()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._entered -= 1
        if not self._entered:
            self.uninstall()

    @property
    def is_installed(self) -> bool:
        """Whether it is recording now."""
        return self._recorder.is_installed

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What the other finders find, watched (`importlib.abc.MetaPathFinder`)."""
        return self._recorder.find_spec(name, path, target)

    @property
    def records(self) -> list[Import]:
        """What was seen, import by import."""
        return list(self._recorder.imports)

    def aside(self) -> Aside:
        """A block in which what this thread imports is not watched."""
        return Aside(self._recorder.line())

    def clear(self) -> None:
        """Forget what was seen and told; what is being imported now is not seen either."""
        was_installed = self.is_installed
        self._recorder.uninstall()
        self._recorder = self._new_recorder()
        self._told.clear()
        self._profiles, self._seen = {}, 0
        if was_installed:
            self._recorder.install()

    # -- being told ----------------------------------------------------------------------------------------------------

    def start_import(self, name: str) -> None:
        """Say that the import of a module begins, in this thread; what is imported until its end came in its course.

        Args:
            name: the module.
        """
        recorder = self._recorder
        record = recorder.begin(name, sys._getframe(1), recorder.line())
        record.dependencies = ()
        self._told[record] = set(sys.modules)

    def finish_import(
        self, name: str, dependencies: Iterable[str] | None = None, error: BaseException | str | None = None
    ) -> ImportProfile:
        """Say that it ended.

        Args:
            name: the module.
            dependencies: the modules that it imported; those that were loaded since its beginning where None.
            error: what kept it from being imported.

        Returns:
            What it cost.

        Raises:
            ProfileError: it was not started in this thread.
        """
        record = next((each for each in reversed(self._recorder.line()) if self._is_told(each, name)), None)
        if record is None:
            raise self._not_started(name)
        before = self._told.pop(record)
        if dependencies is None:
            dependencies = [module for module in list(sys.modules) if module not in before and module != name]
        record.dependencies = tuple(dependencies)
        record.ended(name, None, error)
        records = self.records
        index = len(records) - 1 - records[::-1].index(record)
        return Profile.of(records[index:], started=self._recorder.started).profiles[name]

    def _is_told(self, record: Import, name: str) -> bool:
        return record.name == name and record in self._told

    def _not_started(self, name: str) -> ProfileError:
        begun = sorted({record.name for record in list(self._told)})
        return ProfileError(
            f"The import of {name!r} was not started in this thread.",
            context=(f"started were: {', '.join(begun)}",) if begun else (),
            hint=f"call start_import({name!r}) before it",
            profile=self,
        )

    # -- looking -------------------------------------------------------------------------------------------------------

    def as_document(self, title: str = "") -> dict[str, Any]:
        """As `Profile.as_document`."""
        with self.aside():
            return super().as_document(title)

    def __str__(self) -> str:
        with self.aside():
            return super().__str__()

    def _repr_html_(self) -> str:
        with self.aside():
            return super()._repr_html_()

    def __rich_console__(self, console: Any, options: Any) -> Iterator[Any]:
        with self.aside():
            return iter(list(super().__rich_console__(console, options)))

    def _all(self) -> dict[str, ImportProfile]:
        recorder = self._recorder
        with self._guard:
            count = len(recorder.ended)
            if self._seen != count:
                self._profiles = Profile.of(list(recorder.imports), started=recorder.started)._profiles
                self._seen = count
            return self._profiles


def profile_imports(*, memory: Memory = True) -> ImportProfiler:
    """Record the imports of a block.

    `with profile_imports() as profile: …`, and then `profile.get_slow_imports()`, or any other method.

    Args:
        memory: as for `ImportProfiler`.

    Returns:
        A profiler that is installed when the block begins and removed when it ends, whatever happens in it.

    Raises:
        ValueError: `memory` is none of these.
    """
    return ImportProfiler(memory=memory)


def profiler_for(finder: object, on_import: Callable[[str, ModuleType], None], *, memory: Memory) -> ImportProfiler:
    """A profiler for something that stands in `sys.meta_path` itself.

    Args:
        finder: what stands there, and passes each question on to `find_spec`.
        on_import: called with the name and the module after each import that succeeded.
        memory: as for `ImportProfiler`.
    """
    profiler = ImportProfiler(memory=memory)
    profiler._stands_for, profiler._on_import = finder, on_import
    profiler._recorder = profiler._new_recorder()
    return profiler


def _reader(memory: Memory) -> Callable[[], int] | None:
    if memory is False:
        return None
    if memory not in (True, "rss", "traced"):
        raise ValueError(f"memory is True, False, 'rss' or 'traced', not {memory!r}")
    reader = _memory.traced if memory == "traced" else _memory.resident
    reader()  # what it imports itself comes before what it is to measure
    return reader

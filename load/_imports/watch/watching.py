"""Reloading whatever changes, as soon as it has changed: files are watched by `watchfiles`, in a thread of its own."""

from __future__ import annotations

import os
import sys
import threading
import warnings

from load._imports.files.module_files import places_of
from load._imports.reload.calls import Reloads, remember
from load._imports.watch.file_changes import DEBOUNCE, SOURCES, FileChanges, warn_of_polling
from load.errors import ReloadError, SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType
    from typing import Any, Self, TypeAlias

    from load._imports.reload.report import ReloadReport

    Paths: TypeAlias = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


class Watcher:
    """Watches the files of one's own modules, and reloads what changes, with all that depends on it.

    It ends with its `with` block, or with the program. Reloads happen in a thread of its own, one after the other. Code
    that runs meanwhile in other threads sees the old module, the new one, or, while the module runs again, a mixture.

    Args:
        paths: a file or folder to watch, or several, folders with all that lies in them; the folders of all modules of
            one's own that are loaded, also later, where none is given.
        on_reload: is called with the report of each reload.
        on_error: is called with the `ReloadError` of each that failed, after which all is as it was; where None, it is
            given as a `RuntimeWarning`.
        debounce: seconds for which changes are gathered.

    Attributes:
        report: of the last reload; None before the first.
        error: of the last reload, where that failed; else None.

    Raises:
        ResolveError: watchfiles is not installed.
        SourceError: one of the paths is not there.
    """

    report: ReloadReport | None
    error: ReloadError | None

    def __init__(
        self,
        paths: Paths = (),
        *,
        on_reload: Callable[[ReloadReport], object] | None = None,
        on_error: Callable[[ReloadError], object] | None = None,
        debounce: float = DEBOUNCE,
    ) -> None:
        self._beside: list[str] = []
        self._paths = [_existing(path) for path in ([paths] if isinstance(paths, (str, os.PathLike)) else paths)]
        self._on_reload = on_reload
        self._on_error = on_error
        self._on_change: Callable[[list[str]], object] | None = None
        self._reloads = Reloads()
        self._stops = threading.Event()
        self._changes = FileChanges(
            recursive=bool(self._paths),
            stops=self._stops,
            on_begin=self._begun,
            on_poll=_warn_of_polling,
            debounce=debounce,
        )
        self._failure: Exception | None = None
        self._stands = threading.Event()  # set while changes are seen
        self._watched: list[str] = []
        self._thread: threading.Thread | None = None
        self.report = self.error = None

    def __repr__(self) -> str:
        what = ", ".join(self._paths) or "the folders of one's own modules"
        return f"<Watcher of {what}{'' if self.is_running else ', stopped'}>"

    @property
    def is_running(self) -> bool:
        """Whether it watches."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def files(self) -> list[str]:
        """The files of one's own modules."""
        return sorted(set(remember().values()))

    @property
    def folders(self) -> list[str]:
        """The files and folders that it watches now."""
        return list(self._watched) if self.is_running else []

    def start(self) -> Self:
        """Watch from now on; when this returns, no change is missed. Calling it again changes nothing.

        Raises:
            SourceError: the system lets nobody watch these places.
        """
        if not self.is_running:
            remember()
            self._stops.clear()
            self._stands.clear()
            self._thread = threading.Thread(target=self._run, name="load.imports.watch", daemon=True)
            self._thread.start()
            self._stands.wait()
            failure, self._failure = self._failure, None
            if failure is not None:
                what = ", ".join(self._paths) or "The folders of one's own modules"
                hint = "see that all may be read, or name those to watch"
                raise SourceError(f"{what} cannot be watched: {failure}.", hint=hint) from failure
        return self

    def stop(self) -> None:
        """Stop watching; a reload that has begun is finished first."""
        self._stops.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # -- in its thread -------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while not self._stops.is_set():
                self._watch(self._places())
        except Exception as error:
            if self._stands.is_set():
                raise
            self._failure = error  # it is for `start`
        finally:
            self._stands.set()

    def _places(self) -> list[str]:
        if self._paths:
            return self._paths
        files: set[str] = {*remember().values(), *self._beside}
        files |= {os.path.realpath(file) for file in files if os.path.islink(file)}
        return sorted({os.path.dirname(file) for file in files})

    def _watch(self, places: list[str]) -> None:
        """Watch these, until there are others."""
        loaded: set[str] | None = None
        for paths in self._changes.of(places):
            sources = [path for path in paths if path.endswith(SOURCES)]
            is_first = loaded is None  # also what changed before it was watched
            if sources or is_first:
                self._react(sources)
            if sources or loaded != sys.modules.keys():
                if self._places() != places:
                    return
                loaded = set(sys.modules)

    def _begun(self, places: list[str]) -> None:
        self._watched = places
        self._stands.set()

    def _react(self, paths: list[str]) -> None:
        if self._on_change is not None:
            _outside(self._on_change, paths)
        try:
            report = survived(self._reloads.changed, SystemExit, KeyboardInterrupt)
        except ReloadError as error:
            self.error = error
            self.report = error.report
            _outside(self._on_error or _warn, error)
            return
        except Exception as error:  # noqa: BLE001 - it is told, and the next change is to be seen, too
            _tell(error)
            return
        self.error = None
        if report:
            self.report = report
            if self._on_reload is not None:
                _outside(self._on_reload, report)


def watch(
    paths: Paths = (),
    *,
    on_reload: Callable[[ReloadReport], object] | None = None,
    on_error: Callable[[ReloadError], object] | None = None,
    debounce: float = DEBOUNCE,
) -> Watcher:
    """Reload one's own modules as soon as their files change, with all that depends on them.

    `with watch(): …` for the length of a block, or `watcher = watch()` and `watcher.stop()` some time later.

    Args:
        paths: a file or folder to watch, or several; the folders of all modules of one's own where none is given.
        on_reload: is called with the report of each reload, in the watching thread.
        on_error: is called with the `ReloadError` of each that failed, after which all is as it was; where None, it is
            given as a `RuntimeWarning`.
        debounce: seconds for which changes are gathered.

    Returns:
        The watcher, which is already watching.

    Raises:
        ResolveError: watchfiles is not installed.
        SourceError: one of the paths is not there.
    """
    return Watcher(paths, on_reload=on_reload, on_error=on_error, debounce=debounce).start()


def watcher_of_program(
    program: str,
    on_change: Callable[[list[str]], object],
    *,
    on_reload: Callable[[ReloadReport], object],
    on_error: Callable[[ReloadError], object],
) -> Watcher:
    """A watcher for a program that runs under supervision; it does not watch yet.

    Args:
        program: its file, which is watched as well though it is none of a loaded module; or the name of its module.
        on_change: is called with the paths that changed, before anything is reloaded; with none where something may
            have changed before it was watched.
        on_reload: as for `Watcher`, and so is `on_error`.
        on_error: likewise.

    Raises:
        ResolveError: watchfiles is not installed.
    """
    watcher = Watcher(on_reload=on_reload, on_error=on_error)
    watcher._on_change = on_change
    watcher._beside = [os.path.abspath(program)] if os.path.isfile(program) else []
    return watcher


def survived(reload: Callable[[], ReloadReport], *ends: type[BaseException]) -> ReloadReport:
    """Reload, and take it for a failure like others where a source would end the program.

    Args:
        reload: does it.
        ends: what ends programs.

    Raises:
        ReloadError: it failed.
    """
    try:
        return reload()
    except ends as error:
        raise ReloadError(
            f"A source would have ended the program when it ran again: {type(error).__name__}"
            f"{f': {error}' if str(error) else ''}.",
            hint='keep what ends the program below `if __name__ == "__main__":`',
        ) from error


def _outside(call: Callable[[Any], object], given: object) -> None:
    """Call somebody's function; what it raises is told as of any thread, and ends nothing."""
    try:
        call(given)
    except BaseException as error:  # noqa: BLE001 - it is passed on to whoever is to be told
        _tell(error)


def _tell(error: BaseException) -> None:
    threading.excepthook(
        threading.ExceptHookArgs((type(error), error, error.__traceback__, threading.current_thread()))
    )


def _warn(error: ReloadError) -> None:
    warnings.warn(str(error), RuntimeWarning, stacklevel=2)


def _warn_of_polling(error: Exception) -> None:
    _outside(warn_of_polling, error)


def _existing(path: str | os.PathLike[str]) -> str:
    found = places_of(os.fsdecode(path))[0]
    if not os.path.exists(found):
        raise SourceError(
            f"{os.fsdecode(path)!r} is not there.", text=os.fsdecode(path), hint="give files and folders that are"
        )
    return found

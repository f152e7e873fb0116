"""What changes in files and folders, as `watchfiles` tells it: also after they were exchanged, or gone for a while."""

from __future__ import annotations

import os
import sys
import threading
import warnings
from contextlib import closing

from load.errors import ResolveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

DEBOUNCE = 0.1  # seconds: editors write a file in several steps
LOOK = 1_000  # milliseconds after which whoever waits has a look by himself
SOURCES = (".py", ".pyw")
_SOON = 0.05  # seconds


class FileChanges:
    """Tells what changes.

    Where the system watches no (more) files, they are looked at again and again instead.

    Args:
        recursive: whether all that lies within folders is meant.
        stops: ends it, from any thread; without it Ctrl-C does, as KeyboardInterrupt.
        on_begin: is called with what is watched, as soon as it is.
        on_poll: is called with the system's error where it does not watch.
        debounce: seconds for which changes are gathered.

    Raises:
        ResolveError: watchfiles is not installed.
    """

    def __init__(
        self,
        *,
        recursive: bool,
        on_begin: Callable[[list[str]], object],
        on_poll: Callable[[Exception], object],
        stops: threading.Event | None = None,
        debounce: float = DEBOUNCE,
    ) -> None:
        self._watchfiles = imported()
        self._recursive = recursive
        self._raises = stops is None
        self._stops = stops if stops is not None else threading.Event()
        self._on_begin = on_begin
        self._on_poll = on_poll
        self._debounce = debounce
        self._polls = False

    def of(self, places: Sequence[str]) -> Iterator[list[str]]:
        """What changed in some places, each time that something did, and every second nothing.

        It ends where one of them is not the file or folder any more that is watched: begin anew with them then, and
        take it that something has changed.

        Args:
            places: files and folders, absolute paths; those that are not there are waited for.

        Raises:
            OSError: they can neither be watched nor looked at.
            KeyboardInterrupt: Ctrl-C was pressed.
        """
        standing = _identities(places)
        there = [path for path, identity in standing.items() if identity is not None]
        if not there:
            self._on_begin([])
            self._stops.wait(LOOK / 1e3)
            yield []
            return
        try:
            with closing(self._watch(there)) as batches:
                for batch in batches:
                    yield sorted(path for _, path in batch)
                    gone = {path for change, path in batch if change == self._watchfiles.Change.deleted}
                    if not gone.isdisjoint(there) or _identities(places) != standing:
                        return
        except FileNotFoundError:  # it went just now
            self._stops.wait(_SOON)
        except (OSError, RuntimeError) as error:  # the second is what watchfiles says of its own
            if self._polls:
                raise
            self._polls = True
            self._on_poll(error)

    def _watch(self, there: list[str]) -> Any:
        return self._watchfiles.watch(
            *there,
            recursive=self._recursive,
            debounce=int(self._debounce * 1e3),
            rust_timeout=LOOK,
            yield_on_timeout=True,
            stop_event=_Stopping(self._stops, lambda: self._on_begin(there)),
            raise_interrupt=self._raises,
            # Nothing is filtered here: while only that happens which is, no time runs out.
            watch_filter=None,
            **({"force_polling": True} if self._polls else {}),
        )


class _Stopping:
    """The event that ends watching; `watchfiles` looks at it for the first time when it watches."""

    def __init__(self, stops: threading.Event, begun: Callable[[], object]) -> None:
        self._stops = stops
        self._begun: Callable[[], object] | None = begun

    def is_set(self) -> bool:
        begun, self._begun = self._begun, None
        if begun is not None:
            begun()
        return self._stops.is_set()

    def set(self) -> None:
        self._stops.set()


def _identities(places: Sequence[str]) -> dict[str, tuple[int, int] | None]:
    """What tells a file or folder from another that has its name later; None where there is none."""
    return {path: _identity(path) for path in places}


def _identity(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def imported() -> Any:
    """The module watchfiles.

    Raises:
        ResolveError: it is not installed.
    """
    try:
        import watchfiles
    except ModuleNotFoundError as error:
        if error.name != "watchfiles":
            raise
        raise ResolveError(
            "Watching files needs watchfiles, which is not installed.",
            name="watchfiles",
            hint=f"{sys.executable or 'python'} -m pip install watchfiles",
        ) from error
    return watchfiles


def warn_of_polling(error: Exception) -> None:
    """Say as a `RuntimeWarning` that files are looked at again and again."""
    text = f"The system does not watch files ({error}); they are looked at again and again, which takes time."
    warnings.warn(text, RuntimeWarning, stacklevel=3)

"""Waiting for files to change, with nothing else to do: while a program has ended that is to run again."""

from __future__ import annotations

import os

from load._imports.files.module_files import places_of
from load._imports.watch.file_changes import SOURCES, FileChanges, imported, warn_of_polling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


def require_watchfiles() -> None:
    """Say at once that it is needed.

    Raises:
        ResolveError: watchfiles is not installed.
    """
    imported()


def stamps_of(files: Iterable[str]) -> dict[str, int | None]:
    """When files were last changed, in nanoseconds since the epoch; None for those that are not there."""
    return {file: _stamp_of(file) for file in files}


def sources_in(folders: Iterable[str]) -> list[str]:
    """The sources that lie in folders, not in those within them."""
    found: list[str] = []
    for folder in folders:
        try:
            found += [os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(SOURCES)]
        except OSError:  # it has gone
            continue
    return found


def wait_for_change(
    stamps: Mapping[str, int | None], on_begin: Callable[[], object], *, with_folders: bool = False
) -> None:
    """Wait until one of some files is another than it was.

    Args:
        stamps: the files, absolute paths, as `stamps_of` told of them.
        on_begin: is called when they are watched, before anything is waited for.
        with_folders: whether it counts, too, what changes, comes or goes among the sources beside them.

    Raises:
        ResolveError: watchfiles is not installed.
        KeyboardInterrupt: Ctrl-C was pressed.
    """
    folders = sorted({os.path.dirname(place) for path in stamps for place in places_of(path)})
    began: list[bool] = []

    def begun(_: list[str]) -> None:
        if not began:
            began.append(True)
            on_begin()

    def now() -> dict[str, int | None]:
        return {**stamps_of(sources_in(folders) if with_folders else ()), **stamps_of(stamps)}

    before = {**now(), **stamps}
    changes = FileChanges(recursive=False, on_begin=begun, on_poll=warn_of_polling)
    while now() == before:
        for _ in changes.of(folders):
            if now() != before:
                return


def _stamp_of(file: str) -> int | None:
    try:
        return os.stat(file).st_mtime_ns
    except OSError:
        return None

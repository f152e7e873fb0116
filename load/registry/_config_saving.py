"""What is saved to a folder: made whole in a folder beside the old files, and then moved into their places.

Where making it fails, the old files have not been touched. What a process that was killed left beside them is taken
away by a later save.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import threading
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from load.registry import _config_failing as failing
from load.registry import _config_files as files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_ABANDONED = 60 * 60  # seconds without a change to anything in it; no save rests that long
_MOVING = threading.Lock()  # on Windows


def save(folder: Path, name: str, text: str, state: Callable[[Path], None]) -> None:
    """Save a config and its state.

    Args:
        folder: where; it is made if it is not there.
        name: of the file of the config; it is put into its place last.
        text: of it.
        state: saves what else there is to a folder that it is given.

    Raises:
        ConfigError: a file stands where a folder should be, or a folder where the file should be.
        OSError: something cannot be written; what was there is there.
    """
    with _made(folder, name), _staging(folder, name) as staging:
        path = os.path.join(folder, name)
        mode = _mode_of(path)
        state(staging)
        _write(os.path.join(staging, name), text, mode)
        moves = list(_moves(staging, folder))
        moves.sort(key=lambda move: move[1] == path)
        _sync(staging)
        with _alone(folder):
            for source, target in moves:
                os.replace(source, target)
        _sync_names({os.path.dirname(target) for _, target in moves})


@contextmanager
def _made(folder: Path, name: str) -> Iterator[None]:
    """A folder: made first, and taken away again if saving fails and nothing is in it."""
    made: list[Path] = []
    for each in (folder, *folder.parents):
        if os.path.lexists(each):
            break
        made.append(each)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException as error:
        for each in made:
            with suppress(OSError):
                each.rmdir()
        if isinstance(error, (FileExistsError, NotADirectoryError)) and not folder.is_dir():
            path = os.path.join(folder, name)
            if folder.is_symlink() and not folder.exists():
                raise failing.leads_nowhere(path, folder) from error
            raise failing.not_a_folder(path, folder) from error
        raise


def _mode_of(path: str) -> int | None:
    """The mode of the file of a config that may be replaced; None where there is none.

    Raises:
        ConfigError: something else stands there.
        PermissionError: it is read-only.
    """
    try:
        mode = os.stat(path).st_mode
    except OSError:  # it is not there, or a link that leads nowhere, which is replaced
        return None
    if not stat.S_ISREG(mode):
        raise failing.not_a_file(path, mode)
    if not os.access(path, os.W_OK):
        raise PermissionError(13, "it is read-only", path)  # replacing it would go around its mode
    return stat.S_IMODE(mode)


# -- the folder beside -------------------------------------------------------------------------------------------------


@contextmanager
def _staging(folder: Path, name: str) -> Iterator[Path]:
    """A folder in the folder, so that what is made there is on the same file system and needs only be renamed."""
    staging = folder / f"{name}.{os.urandom(4).hex()}.part"
    try:
        staging.mkdir()
    except OSError as error:
        error.filename = str(folder)  # what its user knows, and what may not be written to
        raise
    try:
        _sweep(folder, name, os.stat(staging).st_mtime)
        yield staging
    finally:
        shutil.rmtree(staging)


def _sweep(folder: Path, name: str, now: float) -> None:
    """Take away what saves that were killed left.

    Args:
        folder: where they saved to.
        name: of the file of the config.
        now: by the clock of the file system, in seconds since 1970.
    """
    own = re.compile(re.escape(name) + r"\.[0-9a-f]{8}\.part")
    try:
        there = list(os.scandir(folder))
    except PermissionError:  # it can be written to, but not listed
        return
    for each in there:
        if own.fullmatch(each.name) and each.is_dir(follow_symlinks=False):
            with suppress(OSError):  # somebody else's, or taken away by somebody else: this save goes on
                if now - _last_change(each.path) > _ABANDONED:
                    shutil.rmtree(each.path)


def _last_change(folder: str) -> float:
    places = (os.path.join(top, each) for top, folders, files in os.walk(folder) for each in (*folders, *files))
    return max(os.lstat(each).st_mtime for each in (folder, *places))


def _write(path: str, text: str, mode: int | None) -> None:
    with open(path, "wb") as file:
        file.write(text.encode("utf-8"))
    if mode is not None:
        os.chmod(path, mode)


# -- from there into their places --------------------------------------------------------------------------------------


def _moves(source: Path, target: Path) -> Iterator[tuple[str, str]]:
    """What is to be renamed to what: files, and folders that are new.

    Raises:
        OSError: a folder would have to replace a file, or a file a folder.
    """
    for each in sorted(os.scandir(source), key=lambda entry: entry.name):
        place = target / each.name
        is_folder = each.is_dir(follow_symlinks=False)
        if not is_folder and place.is_dir() and not place.is_symlink():
            raise IsADirectoryError(21, "save_state made a file, and there is a folder", str(place))
        if not is_folder or not os.path.lexists(place):
            yield each.path, str(place)
        elif place.is_dir():
            yield from _moves(Path(each.path), place)
        else:
            raise NotADirectoryError(20, "save_state made a folder, and there is a file", str(place))


def is_still(folder: Path, name: str, stamp: tuple[int, ...]) -> bool:
    """Whether a config is the one that was read, and so whatever was read since belongs to it.

    A save that is under way is waited for: it puts the config into its place last.

    Args:
        folder: where it is.
        name: of its file.
        stamp: of what was read.
    """
    with _alone(folder, alter=False):
        try:
            return files.stamp_of(os.stat(folder / name)) == stamp
        except FileNotFoundError:
            return False


@contextmanager
def _alone(folder: Path, *, alter: bool = True) -> Iterator[None]:
    """While nobody else moves files into a folder: what lies there then is all of one save, not of two."""
    if os.name == "nt":  # no folder can be locked there; between processes, the last one wins, file by file
        with _MOVING:
            yield
        return
    import fcntl

    with ExitStack() as stack:
        with suppress(OSError):  # no locks on that file system, or no right to list the folder: files are whole anyway
            descriptor = os.open(folder, os.O_RDONLY)
            stack.callback(os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX if alter else fcntl.LOCK_SH)
        yield


def _sync(top: Path) -> None:
    """Have all files in a folder written through to the disk, so that a power failure leaves no empty ones."""
    for folder, _, names in os.walk(top):
        for name in names:
            path = os.path.join(folder, name)
            if os.name != "nt" and stat.S_ISREG(os.lstat(path).st_mode):  # there, it takes the right to write
                _sync_one(path)


def _sync_names(folders: Iterable[str]) -> None:
    """Have the names in folders written through, which is more than every file system can do."""
    for folder in folders:
        if os.name != "nt":
            with suppress(OSError):  # the files are in their places
                _sync_one(folder)


def _sync_one(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""The intent: what is about to be installed into an environment, written down before the backend starts.

It is removed when the result was verified. One that is found while nobody holds the target's lock was left by a process
that was killed: what it names may be there in part (uv, killed at the wrong moment, leaves a package without its
metadata), and is installed anew.
"""

from __future__ import annotations

import os
import time

from load import _config
from load._install import installed
from load._install.target import STATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from load._install.installed import Installed
    from load._install.job import Job
    from load._install.target import Target

_FILE = "intent"


class Intent:
    """What a process was about to do.

    Attributes:
        requirements: what the backend was given.
        editables: project folders that were to be installed in place.
        hashed: requirement lines with hashes.
        before: distribution → version, for all that lay in the target.
        entries: the names of all that lay in the target.
        until: seconds since the epoch after which nothing can have been done any more.
    """

    __slots__ = ("before", "editables", "entries", "hashed", "requirements", "until")

    def __init__(
        self,
        requirements: Sequence[str],
        *,
        before: Mapping[str, str],
        entries: Sequence[str],
        until: float,
        editables: Sequence[str] = (),
        hashed: Sequence[str] = (),
    ) -> None:
        self.requirements = tuple(requirements)
        self.editables = tuple(editables)
        self.hashed = tuple(hashed)
        self.before = dict(before)
        self.entries = tuple(entries)
        self.until = until

    def write(self, target: Target) -> None:
        """Write it down, whole or not at all.

        Raises:
            OSError: the folder cannot be written to; nothing may be installed then.
        """
        path = _path(target)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        part = f"{path}.{os.getpid()}"
        with open(part, "w", encoding="utf-8") as file:
            # As Python writes it: importing `json` would take longer than all else here, on the way to each install.
            file.write(repr({name: getattr(self, name) for name in self.__slots__}))
        os.replace(part, path)


def about_to(target: Target, job: Job) -> Intent:
    """Write down what a job is about to do."""
    assert target.folder is not None
    before = {name: each.version for name, each in installed.visible([target.folder]).items()}
    intent = Intent(
        job.requirements,
        before=before,
        entries=os.listdir(target.folder),
        until=time.time() + _config.get("timeout"),
        editables=job.editables,
        hashed=job.hashed,
    )
    intent.write(target)
    return intent


def clear(target: Target) -> None:
    """The result was verified, or what came was removed again."""
    try:
        os.remove(_path(target))
    except FileNotFoundError:
        return


def is_there(target: Target) -> bool:
    """Whether one was written and not removed."""
    return os.path.exists(_path(target))


def read(target: Target) -> Intent | None:
    """The intent that stands in a target, or None."""
    try:
        with open(_path(target), encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        return None
    from ast import literal_eval

    try:
        return Intent(**literal_eval(text))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):  # by another version, or damaged
        clear(target)
        return None


def _path(target: Target) -> str:
    return os.path.join(target.state_folder, _FILE)


def clean(target: Target, intent: Intent) -> bool:
    """Take out of an environment what is there in part, so that it counts as not installed.

    Only what the intent can have touched is looked at: what was not there before, and is not newer than its install
    can be. Whatever else somebody has put there since stays.

    Returns:
        Whether the environment is as it was before, or has whole distributions more.
    """
    assert target.folder is not None
    claimed: set[str] = set(intent.entries)
    for distribution in installed.visible([target.folder]).values():
        if intent.before.get(distribution.name) == distribution.version:
            continue
        if is_whole(distribution):
            claimed.update(file.partition("/")[0] for file in installed.files_of(distribution))
        else:
            _remove(distribution.metadata)
    for entry in os.listdir(target.folder):
        path = os.path.join(target.folder, entry)
        if entry not in claimed and entry not in (STATE, "__pycache__") and os.lstat(path).st_ctime <= intent.until:
            _remove(path)
    return intent.before.keys() <= installed.visible([target.folder]).keys()


def _remove(path: str) -> None:
    from shutil import rmtree

    if os.path.isdir(path) and not os.path.islink(path):
        rmtree(path)
    else:
        os.remove(path)


def is_whole(distribution: Installed) -> bool:
    """Whether all that a distribution's record lists is there, in its size; and the record itself is."""
    if not distribution.metadata.endswith(".dist-info"):
        return True  # made by older tools, never by a backend of ours
    entries = installed.record(distribution)
    if not entries or not os.path.isfile(os.path.join(distribution.metadata, "INSTALLER")):
        return False
    for path, size in entries:
        if path.endswith(".pyc"):
            continue
        try:
            found = os.stat(os.path.join(distribution.folder, path))
        except OSError:
            return False
        if size is not None and found.st_size != size:
            return False
    return True

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
_FOR_EVER = 1e12  # seconds; infinity cannot be read again


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
        _remove_file(part)  # its mode would stay
        # For nobody else's eyes: a requirement may hold credentials, without which it could not be installed anew.
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
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
        until=min(time.time() + _config.get("timeout"), _FOR_EVER),
        editables=job.editables,
        hashed=job.hashed,
    )
    intent.write(target)
    return intent


def clear(target: Target) -> None:
    """The result was verified, or what came was removed again."""
    path = _path(target)
    if os.path.isdir(path) and not os.path.islink(path):
        _remove(path)  # not ours; a repair that never ends would stand in the way of every install
    else:
        _remove_file(path)


def _remove_file(path: str) -> None:
    try:
        os.remove(path)
    except FileNotFoundError:
        return


def moment(target: Target) -> int:
    """When the intent was written, in nanoseconds since the epoch: what comes after it has a later time."""
    return os.stat(_path(target)).st_ctime_ns


def is_there(target: Target) -> bool:
    """Whether one was written and not removed."""
    return os.path.exists(_path(target))


def read(target: Target) -> Intent | None:
    """The intent that stands in a target, or None; one that nobody can read is removed."""
    from ast import literal_eval

    try:
        with open(_path(target), encoding="utf-8") as file:
            facts = literal_eval(file.read())
        if _is_sound(facts):
            return Intent(**facts)
    except FileNotFoundError:
        return None
    except (IsADirectoryError, ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        pass  # by another version, or damaged
    except PermissionError:
        if not os.path.isdir(_path(target)):  # what Windows says of a folder
            return None  # somebody else's, who alone can carry it out anew
    clear(target)
    return None


def _is_sound(facts: object) -> bool:
    """Whether what was read is what `write` writes."""
    if not isinstance(facts, dict) or facts.keys() != set(Intent.__slots__):
        return False
    lists = [facts[name] for name in ("requirements", "editables", "hashed", "entries")]
    if not isinstance(facts["before"], dict) or not isinstance(facts["until"], (int, float)):
        return False
    lists += [tuple(facts["before"]), tuple(facts["before"].values())]
    return all(isinstance(each, tuple) and all(isinstance(item, str) for item in each) for each in lists)


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

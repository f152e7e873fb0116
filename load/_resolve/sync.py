"""Making the target match a lock: what lacks is installed, other versions are replaced, the rest goes only if asked."""

from __future__ import annotations

import os
import time

from load._caller import NOBODY
from load._events import Change
from load._install import installed, lock_file, refusal, target
from load._install.installer import Outcome, install_locked
from load._install.order_policy import check_order
from load._install.plan import Plan
from load._names import normalize
from load._redact import redact
from load._resolve.origins import GIT, INDEX, LOCAL, URL, origin_of
from load._resolve.wanted import OWN
from load.errors import ConfigError, InstallRefused, VersionConflict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from load._caller import Caller
    from load._install.installed import Installed
    from load._install.lock_file import Locked, LockedFile, LockFile
    from load._install.target import Target

_KEPT = ("pip", "uv", OWN)


def sync(
    path: str | None = None,
    *,
    dry_run: bool = False,
    exact: bool = False,
    yes: bool = False,
    caller: Caller = NOBODY,
) -> Outcome | Plan:
    """Make the target match a lock.

    Args:
        path: the lock; that of the project by default.
        dry_run: whether only to tell what would change.
        exact: whether what the lock does not hold is removed, but for pip, uv, `load` and what these need.
        yes: whether replacing and removing is agreed to already.
        caller: who asked.

    Returns:
        What changed, or with `dry_run` what would.

    Raises:
        ConfigError: there is no lock, it cannot be read, or it is for another Python or platform.
        VersionConflict: something that is loaded is locked in another version, or would go. Nothing was changed.
        InstallRefused: something would be replaced or removed, and nobody agreed. Nothing was changed.
        InstallError: the backend failed; a file that is not the one of the lock is such a failure.
    """
    lock = lock_file.read(path or _found())
    work = _Sync(lock, exact=exact, caller=caller)
    if dry_run:
        return work.plan()
    return work.carry_out(yes=yes)


def _found() -> str:
    path = lock_file.find()
    if path is None:
        place = lock_file.place()
        raise ConfigError(f"There is no lock: {place} is not there.", hint="load lock SCRIPT", key="", origin=place)
    return path


class _Sync:
    """One sync: the difference between a lock and what is visible."""

    def __init__(self, lock: LockFile, *, exact: bool, caller: Caller) -> None:
        self._lock = lock
        self._caller = caller
        self._target = target.choose()
        self._visible = installed.visible()
        locked = lock.applying()
        self._differing = [each for each in locked if not self._is_there(each)]
        self._removed = _extra(locked, self._target, lock) if exact else []

    def _is_there(self, locked: Locked) -> bool:
        present = self._visible.get(locked.name)
        if present is None:
            # A checkout of `load` that runs without being installed is not to be joined by another `load`.
            return locked.name == OWN
        return _is_same(locked, present)

    @property
    def _changes(self) -> list[Change]:
        asked = set(self._lock.modules.values())
        changes = [_change(each, self._visible, requested=each.name in asked) for each in self._differing]
        return [*changes, *(Change(each.name, each.version, None) for each in self._removed)]

    @property
    def _upheavals(self) -> list[Change]:
        """What would be replaced or removed."""
        return [change for change in self._changes if change.old is not None]

    def plan(self) -> Plan:
        """What would change, and what would be asked."""
        changes = self._changes
        backend = ""
        if changes:
            from load._install.backends import choose

            backend = choose().name
        return Plan(
            [each.requirement().partition(" --hash")[0] for each in self._differing],
            changes,
            target=self._target.name,
            backend=backend,
            verdict="ask" if self._upheavals else "install",
            reasons=["it changes what is installed"] if self._upheavals else (),
        )

    def carry_out(self, *, yes: bool) -> Outcome:
        """Do it, once all of it is agreed to."""
        because = check_order("The lock is not installed", self._caller, "load sync", agreed=yes)
        self._refuse_loaded()
        if (self._upheavals and not yes) or (because and self._changes):
            self._ask(because)
        outcome = _carry_out(self._differing, self._caller)
        if not self._removed:
            return outcome
        _remove(self._removed, self._target, self._caller)
        gone = [Change(each.name, each.version, None) for each in self._removed]
        return Outcome([*outcome.changes, *gone], outcome.folders)

    def _refuse_loaded(self) -> None:
        """Before anything is asked or done: what is loaded is neither replaced nor removed."""
        from load._install.solving import loaded

        standing = loaded(self._visible)
        blocked = [(standing[each.name], each) for each in self._differing if each.name in standing]
        if blocked:
            raise refusal.locked_conflict(blocked)
        going = [each for each in self._removed if each.name in standing]
        if going:
            names = ", ".join(each.name for each in going)
            raise VersionConflict(
                f"{names} would be removed, and is loaded in this program.",
                hint="in a fresh process: load sync --exact",
                distribution=going[0].name,
                present=going[0].version,
            )

    def _ask(self, because: str) -> None:
        from load import _console
        from load._install.backends import choose
        from load._install.permission import Permission

        if not _console.person_is_there():
            raise refusal.replacement((), self._upheavals)
        permission = Permission((), self._caller, self._target, explicit=False)
        reasons = [because] * bool(because) + ["it changes what is installed"] * bool(self._upheavals)
        permission.ask(self._changes, choose(), *reasons)


def _carry_out(differing: Sequence[Locked], caller: Caller) -> Outcome:
    """The one way to the backend: exactly these files, with their hashes, and nothing that they depend on."""
    if not differing:
        return Outcome((), ())
    return install_locked(differing, caller, action="sync")


def _remove(distributions: Sequence[Installed], goal: Target, caller: Caller) -> None:
    """Remove distributions from the environment, as its turn is ours, and write it into the journal."""
    from load import _console, _events
    from load._install import afterwards, journal
    from load._install.backends import choose
    from load._install.job import shown_command
    from load._install.turn import Turn

    names = [each.name for each in distributions]
    changes = [Change(each.name, each.version, None) for each in distributions]
    backend = choose()
    _console.attach()
    started = time.perf_counter()
    with Turn(goal):
        backend.remove(names)
        afterwards.refresh()
        journal.append(
            goal.state_folder,
            action="sync",
            requirements=(),
            changes=changes,
            caller=caller,
            reason="the lock does not hold it",
            command=shown_command(backend.name, "uninstall", names),
            backend=backend.name,
            target=goal.name,
            script=None,
        )
    _events.emit(
        _events.InstallFinished(
            (), changes, backend=backend.name, target=goal.name, overlay=False, seconds=time.perf_counter() - started
        )
    )


# -- the difference --------------------------------------------------------------------------------------------------


def _is_same(locked: Locked, present: Installed) -> bool:
    """Whether what is installed is what the lock holds: the same version, from the same kind of place."""
    origin = origin_of(present)
    if locked.commit:
        return origin.kind in (GIT, LOCAL) and f"@{locked.commit}" in origin.reference
    if locked.direct.startswith("file:"):
        return origin.kind == LOCAL and _same_place(origin.reference, locked.direct)
    if locked.direct:
        return origin.kind == URL and origin.reference.partition("#")[0] == locked.direct
    if not _is_same_version(locked.version, present.version):
        return False
    return origin.kind in (INDEX, URL) or (origin.kind == LOCAL and not origin.editable and _is_file(origin.reference))


def _is_same_version(one: str, other: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return one == other


def _same_place(one: str, other: str) -> bool:
    from load._resolve.versions import path_of

    return os.path.realpath(path_of(one)) == os.path.realpath(path_of(other))


def _is_file(url: str) -> bool:
    """Whether a file URL is that of a wheel, which the version says enough about."""
    return url.partition("#")[0].endswith((".whl", ".tar.gz", ".zip"))


def _change(locked: Locked, visible: Mapping[str, Installed], *, requested: bool) -> Change:
    present = visible.get(locked.name)
    file = _file_for_here(locked.files)
    is_wheel = file is not None and file.name.endswith(".whl")
    return Change(
        locked.name,
        present.version if present is not None else None,
        locked.version or locked.source,
        kind="wheel" if is_wheel else "build",
        size=file.size if file is not None else None,
        uploaded=file.uploaded if file is not None else None,
        source=locked.source or (redact(file.url) if file is not None else ""),
        requested=requested,
    )


def _file_for_here(files: Sequence[LockedFile]) -> LockedFile | None:
    """The file that an installer takes here: the wheel of the best tag, else the source."""
    from packaging.tags import sys_tags
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename

    ranks = {tag: rank for rank, tag in enumerate(sys_tags())}
    found: list[tuple[int, LockedFile]] = []
    for file in files:
        try:
            tags = parse_wheel_filename(file.name)[3] if file.name.endswith(".whl") else frozenset()
        except InvalidWheelFilename:
            continue
        ranked = [ranks[tag] for tag in tags if tag in ranks]
        if ranked or not file.name.endswith(".whl"):
            found.append((min(ranked, default=len(ranks)), file))
    return min(found, key=lambda each: each[0])[1] if found else None


# -- what the lock does not hold -------------------------------------------------------------------------------------


def _extra(locked: Sequence[Locked], goal: Target, lock: LockFile) -> list[Installed]:
    """What the environment has and the lock does not, but for what installing itself needs.

    Raises:
        InstallRefused: what is installed here may not be changed.
    """
    if goal.folder is None:
        raise InstallRefused(
            "Nothing can be removed here: this Python is not an environment that may be changed.",
            context=[f"the lock is {lock.path}"],
            hint="in a virtual environment: load sync --exact",
            reason="read-only",
        )
    there = installed.visible([goal.folder])
    kept = {each.name for each in locked} | _needed_by(_KEPT, there)
    return [there[name] for name in sorted(there) if name not in kept]


def _needed_by(names: Sequence[str], there: Mapping[str, Installed]) -> set[str]:
    """Distributions, what they depend on, and what that depends on."""
    from importlib.metadata import PathDistribution
    from pathlib import Path

    from packaging.requirements import Requirement

    found: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        present = there.get(name)
        for text in (PathDistribution(Path(present.metadata)).requires or ()) if present is not None else ():
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                todo.append(normalize(requirement.name))
    return found

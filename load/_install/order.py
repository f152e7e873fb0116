"""An order: what is to be installed, for whom and into what, on its way from the policy to the result."""

from __future__ import annotations

import os

from load import _events
from load._display import Shown
from load._install import installed, refusal
from load._install.failures import BackendError
from load._install.job import Job
from load._redact import redact
from load.errors import InstallError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from load._caller import Caller
    from load._events import Change
    from load._install.job import Backend
    from load._install.lock_file import Locked
    from load._install.permission import Permission
    from load._install.policy import Need
    from load._install.target import Target
    from load._picture import Picture


class Outcome(Shown):
    """What an install led to.

    Attributes:
        changes: what changed; empty where all was there.
        folders: the folders in which what was asked for lies now.
    """

    __slots__ = ("changes", "folders")

    def __init__(self, changes: Sequence[Change], folders: Sequence[str]) -> None:
        self.changes = tuple(changes)
        self.folders = tuple(folders)

    def _picture(self) -> Picture:
        from load._picture import Picture, Table

        if not self.changes:
            return Picture("Nothing changed.")
        rows = [(change.name, change.old or "", change.new or "removed") for change in self.changes]
        count = "1 distribution" if len(rows) == 1 else f"{len(rows)} distributions"
        notes = [f"in {folder}" for folder in self.folders]
        return Picture(f"{count} changed", [Table(("distribution", "before", "now"), rows)], notes)

    def __repr__(self) -> str:
        return f"<Outcome: {', '.join(map(str, self.changes)) or 'nothing changed'}>"


class Order:
    """One order.

    Attributes:
        needs: what has to be there afterwards.
        caller: who asked.
        importable: whether an import name can be found now, without importing it.
        target: what is installed into.
        permission: the policy's word and a person's.
        backend: what installs.
        scratch: a folder for files that the backend reads.
        visible: what is installed, when the order was made.
        action: what the journal calls it.
        locked: what a lock holds for it; then exactly that is installed.
        left_out: files that the backend did not unpack, as they would lie outside the target.
    """

    def __init__(
        self,
        needs: Sequence[Need],
        caller: Caller,
        importable: Callable[[str], bool],
        *,
        target: Target,
        permission: Permission,
        backend: Callable[[], Backend],
        scratch: str,
        locked: Sequence[Locked] = (),
        action: str = "install",
    ) -> None:
        self.action = action
        self.needs = list(needs)
        self.caller = caller
        self.importable = importable
        self.target = target
        self.permission = permission
        self.scratch = scratch
        self.visible = installed.visible()
        self.fingerprint = installed.fingerprint(self.visible)
        self.locked = list(locked)
        self.left_out: list[str] = []
        self._choose = backend
        self._backend: Backend | None = None

    @property
    def backend(self) -> Backend:
        """The backend, chosen when it is needed first: an overlay that is found again needs none."""
        if self._backend is None:
            self._backend = self._choose()
        return self._backend

    @property
    def requirements(self) -> list[str]:
        """What the backend is given."""
        return [need.requirement for need in self.needs] or [f"{each.name}=={each.version}" for each in self.locked]

    @property
    def is_outdated(self) -> bool:
        """Whether somebody else has changed what is installed since the order was made."""
        return installed.fingerprint(installed.visible()) != self.fingerprint

    def job(self) -> Job:
        """The work as it is without anybody's further agreement: wheels only, nothing that is installed changed."""
        if self.locked:
            lines = [each.requirement() for each in self.locked]
            # The same version from another source is another distribution, which a version does not tell.
            anew = [each.name for each in self.locked if self._has(each)]
            return Job((), hashed=lines, reinstall=anew, scratch=self.scratch, on_line=self._hear)
        return Job(
            [need.requirement for need in self.needs if not need.editable],
            editables=[need.requirement for need in self.needs if need.editable],
            constraints=installed.constraints(self._held()),
            scratch=self.scratch,
            on_line=self._hear,
        )

    def _held(self) -> dict[str, installed.Installed]:
        """What a solve leaves as it is: all that is visible, but what an overlay that stands first is asked for."""
        if not self.target.stands_first:
            return self.visible
        asked = {installed.name_in(need.requirement) for need in self.needs if need.requirement != need.distribution}
        return {name: each for name, each in self.visible.items() if name not in asked}

    def _has(self, locked: Locked) -> bool:
        present = self.visible.get(locked.name)
        return present is not None and locked.version in ("", present.version)

    def _hear(self, line: str) -> None:
        """Pass on what the backend prints; uv leaves files with unsafe paths out and only mentions them."""
        _, said, file = line.partition("Skipping unsafe file name: ")
        if said:
            self.left_out.append(file.strip())
        tell(line)

    def names_of(self, changes: Sequence[Change]) -> set[str]:
        """The distributions that were asked for themselves."""
        names = {need.distribution for need in self.needs if need.distribution}
        names.update(need.distribution for need in self.needs if self._found_in(need, changes))
        return {installed.name_in(name) for name in names}

    def _found_in(self, need: Need, changes: Sequence[Change]) -> bool:
        """Learn the name of a source from what the backend says that it would install from there."""
        if need.distribution:
            return True
        location = redact(need.requirement).removeprefix("git+").partition("@")[0]
        candidates = [change.name for change in changes if change.new and location in change.new]
        if len(candidates) == 1:
            need.distribution = candidates[0]
        return bool(need.distribution)

    def name_of(self, need: Need, changes: Sequence[Change] = ()) -> str:
        """The distribution's name of a source that does not say it; its own code may run for that."""
        if not self._found_in(need, changes):
            need.distribution = self._name_told_by_backend(need)
        return need.distribution

    def _name_told_by_backend(self, need: Need) -> str:
        from load._console.status import shown_while

        alone = Job(
            [need.requirement],
            dependencies=False,
            build_all=True,
            dry_run=True,
            folder=os.path.join(self.scratch, "nowhere"),
            scratch=self.scratch,
            on_line=tell,
        )
        try:
            with shown_while(f"building {redact(need.requirement)} to learn its name"):
                names = [change.name for change in self.backend.run(alone) if change.new is not None]
        except BackendError as error:
            raise refusal.explained(error, [need]) from None
        if len(names) != 1:
            raise InstallError(f"{need.asked!r} gives {len(names)} distributions, not one.", hint="name it: NAME @ …")
        return names[0]


def tell(line: str) -> None:
    """Pass on what a backend prints."""
    _events.emit(_events.InstallProgress(redact(line)))

"""From an order to its plan: what would change, with the builds and replacements that it takes."""

from __future__ import annotations

import os
import sys

from load import _console
from load._events import Change
from load._install import installed, refusal
from load._install.failures import CONFLICT, NO_WHEEL, BackendError
from load._install.plan import with_facts
from load._redact import redact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from load._install.job import Job
    from load._install.order import Order

RUNS_CODE = "there is no wheel, and building its source runs its code"


class Solution:
    """What an order would change.

    Attributes:
        changes: each distribution that would change.
        job: the work that does it.
        reasons: what has to be agreed to besides what the policy says.
    """

    __slots__ = ("changes", "job", "reasons")

    def __init__(self, changes: Sequence[Change], job: Job, reasons: Sequence[str]) -> None:
        self.changes = tuple(changes)
        self.job = job
        self.reasons = tuple(reasons)

    def with_facts(self, order: Order) -> list[Change]:
        """The changes with what the index says of each file; that takes another look at it."""
        return with_facts(self.changes, order.backend, self.job, sorted(order.names_of(self.changes)))

    @property
    def replaced(self) -> list[Change]:
        """What is installed and would become something else; the same version from another source is another thing."""
        return [change for change in self.changes if change.old is not None and change.new is not None]


class Solver:
    """Finds what an order would change, without changing anything.

    Args:
        order: what is to be installed.
        may_ask: whether a person may be asked where making the plan itself would run code.
    """

    def __init__(self, order: Order, *, may_ask: bool = True) -> None:
        self._order = order
        self._may_ask = may_ask
        self._freed = False

    def solve(self) -> Solution:
        """Find it.

        Raises:
            InstallRefused: a build or a replacement is needed, and nobody is there to agree.
            VersionConflict: something that is loaded stands in the way.
            InstallError: there is no solution, or the backend failed.
        """
        order = self._order
        job = self._first_job()
        while True:
            try:
                with self._shown(job):
                    changes = order.backend.run(job)
                break
            except BackendError as error:
                job = self._otherwise(job, error)
        job = self._with_builds_of_needs(job, changes)
        if order.target.stands_first:
            _as_additions(changes)
        solution = Solution(changes, job.but(dry_run=False), ())
        if solution.replaced:
            listed = ", ".join(map(str, solution.replaced))
            solution.reasons = (f"it changes what is installed: {listed}",)
            if self._may_ask and not _console.person_is_there():
                raise refusal.replacement(order.needs, solution.replaced)
        return solution

    def _shown(self, job: Job) -> AbstractContextManager[None]:
        """Tell who waits what for; it is away before anything is asked. A mere look is told of by who wants it."""
        from contextlib import nullcontext

        from load._console.status import shown_while

        if not self._may_ask:
            return nullcontext()
        asked = ", ".join(map(redact, self._order.requirements))
        if job.build_all or job.built:
            return shown_while(f"building what has no wheel, to see what {asked} brings")
        return shown_while(f"finding out what {asked} would change")

    def _first_job(self) -> Job:
        order = self._order
        job = order.job().but(dry_run=True)
        if order.backend.name == "pip" and any(need.builds for need in order.needs):
            self._agree_to_builds()  # pip runs a source's code even to say what it needs; uv reads it where it can
            if self._may_ask:  # pip is not told by name what it may build
                job = job.but(built=[need.distribution or need.requirement for need in order.needs if need.builds])
        for need in order.needs:
            if need.editable and order.target.is_overlay and self._may_ask:
                order.name_of(need)  # its own pin must not be looked for on an index
        return job

    def _agree_to_builds(self) -> None:
        order = self._order
        if all(need.trusted_source for need in order.needs if need.builds):
            return
        if not (self._may_ask and _console.person_is_there()):
            raise refusal.source_build(order.needs)
        order.permission.ask((), order.backend, "it has to be built from source, which runs its code")

    def _otherwise(self, job: Job, error: BackendError) -> Job:
        """The next attempt, where one is lacking a wheel or something that is installed is in the way."""
        if error.kind == NO_WHEEL and not job.build_all:
            return self._with_builds(job, error)
        if error.kind == CONFLICT and not self._freed and job.constraints:
            return self._with_replacements(job, error)
        if self._freed and not self._order.target.stands_first:
            raise refusal.loaded_conflict(self._order.needs, loaded(self._order.visible), error) from None
        raise refusal.explained(error, self._order.needs) from None

    def _with_builds(self, job: Job, error: BackendError) -> Job:
        order = self._order
        sources = [need for need in order.needs if need.builds]
        if sources and not job.built:  # their metadata can only be told by their own code
            self._agree_to_builds()
            if self._may_ask:  # a look runs no code, whosoever it is
                return job.but(built=[order.name_of(need) for need in sources])
        if not (self._may_ask and _console.person_is_there()):
            raise refusal.no_wheel(order.needs, error) from None
        order.permission.ask((), order.backend, RUNS_CODE)
        return job.but(build_all=True)

    def _with_replacements(self, job: Job, error: BackendError) -> Job:
        """Free what is installed but not loaded; in an overlay that stands first, all."""
        order = self._order
        if order.target.is_overlay and not order.target.stands_first:
            raise refusal.overlay_conflict(order.needs, error) from None
        self._freed = True
        if order.target.stands_first:
            return job.but(constraints=())
        return job.but(constraints=installed.constraints(loaded(order.visible)))

    def _with_builds_of_needs(self, job: Job, changes: Sequence[Change]) -> Job:
        """What is built by its source's nature is built under its own name, and nothing else is."""
        if not self._may_ask:  # only its own code may be left to tell its name
            return job
        sources = [need for need in self._order.needs if need.builds and not need.editable]
        return job.but(built=[self._order.name_of(need, changes) for need in sources] or job.built)


def _as_additions(changes: Sequence[Change]) -> None:
    """What stands first in a worker takes nobody's place here."""
    for each in changes:
        if each.new is not None:
            each.old = None


def locked_solution(order: Order) -> Solution:
    """What a lock changes needs no solving."""
    old = {name: each.version for name, each in order.visible.items()}
    changes = [Change(each.name, old.get(each.name), each.version) for each in order.locked]
    if order.target.stands_first:
        _as_additions(changes)
    return Solution(changes, order.job(), ())


def loaded(visible: dict[str, installed.Installed]) -> dict[str, installed.Installed]:
    """The distributions of which something is in `sys.modules`: these may not change under the running program.

    What only a `.pth` file loads at the start of Python, as that of setuptools does, is nothing that a program uses.
    """
    roots = {name.partition(".")[0] for name in sys.modules} - {"_distutils_hack"}
    return {name: each for name, each in visible.items() if roots.intersection(installed.import_names_of(each))}


def path_files(folder: str | None) -> list[str]:
    """The `.pth` files of a folder."""
    return [name for name in os.listdir(folder) if name.endswith(".pth")] if folder else []

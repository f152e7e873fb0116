"""Installing into an environment that may be changed: what goes wrong half-way is taken back or repaired."""

from __future__ import annotations

import sys

from load._install import afterwards, inspection, installed, intent, overlay, refusal, strangers
from load._install.failures import CONFLICT, NO_WHEEL, BackendError
from load._install.order import Outcome, tell
from load._install.solving import Solver, locked_solution, path_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from load._events import Change
    from load._install.job import Job
    from load._install.order import Order
    from load._install.solving import Solution


class NeedsPlan(Exception):
    """Only a plan can tell what there is to be agreed to."""


class EnvironmentInstall:
    """One order's way into an environment."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._solution: Solution | None = None
        self._looked: dict[str, str] = {}  # stranger → digest of what was looked at
        self._since = 0  # nanoseconds since the epoch: what has a later time came with this install

    def prepare(self, *, planned: bool) -> None:
        """Make the plan and have it agreed to, where there is anything to agree to.

        Known names go without: that is one call of the backend less. With pip they do not: it writes over whatever a
        stranger has that comes along.
        """
        order = self._order
        if order.locked:  # what a lock holds was agreed to when it was written
            self._solution = locked_solution(order)
            return
        takes_plan = planned or order.permission.is_open or order.backend.name == "pip"
        if not (takes_plan or any(strangers.is_strange(need) for need in order.needs)):
            return
        self._solution = solution = Solver(order).solve()
        if order.permission.needs_asking(solution.changes, solution.reasons):
            order.permission.ask(solution.with_facts(order), order.backend, *solution.reasons)

    def carry_out(self) -> Outcome:
        """Do it; the target's turn is ours.

        Raises:
            NeedsPlan: wheels are lacking or something installed is in the way, and nobody was asked yet.
        """
        order = self._order
        job = self._solution.job if self._solution is not None else order.job()
        if self._solution is not None:
            if not self._solution.changes:
                return Outcome((), [order.target.folder or ""])
            self._looked = strangers.look_aside(order, self._solution.changes, job)
            job = _held(job, self._solution.changes)
        before_files = path_files(order.target.folder) if job.editables else ()
        programs = inspection.Programs(order.target.prefix)
        changes, started = self._run(job)
        afterwards.refresh()
        if job.editables and order.target.folder:
            overlay.add_path_files(order.target.folder, set(path_files(order.target.folder)).difference(before_files))
        self._verify(changes, programs)
        intent.clear(order.target)
        afterwards.finish(order, changes, started, sys.prefix)
        return Outcome(changes, [order.target.folder or ""])

    # -- doing it ----------------------------------------------------------------------------------------------------

    def _run(self, job: Job) -> tuple[list[Change], float]:
        order = self._order
        started = afterwards.announce(order)
        what = intent.about_to(order.target, job)
        self._since = intent.moment(order.target)
        try:
            return order.backend.run(job), started
        except BaseException as error:
            if intent.clean(order.target, what):  # else something is gone that was to be replaced: the next run repairs
                intent.clear(order.target)
            if isinstance(error, BackendError):
                if self._solution is None and error.kind in (NO_WHEEL, CONFLICT):
                    raise NeedsPlan from None
                raise refusal.explained(error, order.needs) from None
            raise

    def _verify(self, changes: Sequence[Change], programs: inspection.Programs) -> None:
        """What came must be what was agreed to, harmless, and bring the names asked for; else it is undone."""
        order = self._order
        order.names_of(changes)  # learns the names of sources that do not say them
        strange = strangers.among(order, [change.name for change in changes if change.new is not None])
        there = installed.visible([order.target.folder or ""]) if strange else {}
        came = [there[name] for name in sorted(strange & there.keys())]
        found = self._unexpected(changes)
        if came:
            ground = strangers.ground(order)
            found += inspection.dangers_in_place(came, order.target.prefix, ground)
            found += strangers.differing(came, self._looked)
        if found:
            inspection.keep_to_own_files(came, self._since)
            inspection.disarm(came)
            programs.put_back()
            self._undo(changes, broken={danger.owner for danger in found if danger.owner})
            programs.put_back()  # what was removed may have taken them along
            raise refusal.unsafe(order.needs, found)
        afterwards.verify(order, changes, lambda: self._undo(changes))

    def _unexpected(self, changes: Sequence[Change]) -> list[inspection.Danger]:
        """What came and was not in the plan: the index has changed its mind since."""
        if self._solution is None or self._order.locked:
            return []
        planned = {change.name for change in self._solution.changes}
        came = [change for change in changes if change.new is not None and change.name not in planned]
        return [inspection.Danger(each.name, each.new or "", "was not in the plan") for each in came]

    def _undo(self, changes: Sequence[Change], broken: Collection[str] = ()) -> None:
        """Remove what came, and bring back the versions that it took the place of.

        Args:
            changes: what changed.
            broken: distributions that it has overwritten files of; they are installed anew.
        """
        order = self._order
        there = installed.visible([order.target.folder or ""])
        came = [there[change.name] for change in changes if change.new is not None and change.name in there]
        inspection.keep_to_own_files(came, self._since)
        added = [change.name for change in changes if change.old is None]
        if added:
            order.backend.remove(added)
        old = [f"{change.name}=={change.old}" for change in changes if change.is_replacement]
        if old:
            order.backend.run(order.job().but(requirements=old, editables=(), constraints=(), dependencies=False))
        if broken:
            pins = [f"{name}=={order.visible[name].version}" for name in sorted(broken) if name in order.visible]
            again = order.job().but(requirements=pins, editables=(), constraints=(), dependencies=False)
            order.backend.run(again.but(reinstall=sorted(broken)))
        intent.clear(order.target)
        afterwards.refresh()


def _held(job: Job, changes: Sequence[Change]) -> Job:
    """The job, held to the versions that the plan has: an index may have newer ones a moment later."""
    pins = [f"{each.name}=={each.new}" for each in changes if strangers.is_pin(each)]
    if job.hashed or not pins:
        return job
    names = {installed.name_in(pin) for pin in pins}
    return job.but(constraints=[*(each for each in job.constraints if installed.name_in(each) not in names), *pins])


def repair(order: Order) -> None:
    """Install anew what a process that was killed left behind in part; the target's turn is ours.

    Raises:
        InstallError: something that was being replaced is gone, and could not be installed anew.
    """
    left = intent.read(order.target)
    if left is None:
        return
    tell(f"repairing what an install that was cut off left in {order.target.name}")
    is_sound = intent.clean(order.target, left)
    afterwards.refresh()
    order.visible = installed.visible()
    job = order.job().but(
        requirements=left.requirements,
        editables=left.editables,
        hashed=left.hashed,
        constraints=installed.constraints(order.visible),
    )
    try:
        changes = order.backend.run(job)
    except BackendError as error:
        if not is_sound:
            raise refusal.not_repaired(order.target, left.requirements, error) from None
        intent.clear(order.target)  # nothing is half there any more, and what was begun is not to be had
        return
    intent.clear(order.target)
    afterwards.refresh()
    afterwards.record(order, changes, action="repair", requirements=left.requirements, folder=sys.prefix)
    order.visible = installed.visible()
    order.fingerprint = installed.fingerprint(order.visible)

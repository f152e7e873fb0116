"""The way of an install: policy → plan → consent → turn → intent → backend → refresh → verify → record.

Nothing is installed that the policy does not allow, nothing that is installed already is changed without a person's
yes, and what did not bring what was asked for is undone. A person is never waited for while others wait for a turn.
"""

from __future__ import annotations

from load import _config, _console, _events
from load._install import afterwards, environment, installed, intent, reachability, refusal, target
from load._install.backends import choose
from load._install.environment import EnvironmentInstall, NeedsPlan
from load._install.job import interpreter
from load._install.order import Order, Outcome
from load._install.overlay_install import OverlayInstall
from load._install.permission import Permission
from load._install.plan import Plan
from load._install.policy import ASK, REFUSE, Verdict
from load._install.scratch import Scratch
from load._install.turn import Turn, is_held_here
from load._redact import redact
from load.errors import LoadError, shorten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from load._caller import Caller
    from load._install.lock_file import Locked
    from load._install.policy import Need
    from load._install.target import Target

__all__ = ["Outcome", "install", "install_locked", "look", "repair_what_was_left"]


def install(
    needs: Sequence[Need],
    caller: Caller,
    *,
    importable: Callable[[str], bool],
    explicit: bool = False,
    for_worker: bool = False,
    beside: Sequence[Need] = (),
) -> Outcome:
    """Install all that is needed, in one solve.

    Args:
        needs: what has to be there afterwards.
        caller: who asked.
        importable: whether an import name can be found now, without importing it.
        explicit: whether a person typed these names as an order to install them.
        for_worker: whether it goes into an overlay that stands first in another process, and nothing changes for this
            one.
        beside: what is there already and has to fit to what a worker gets; it is not judged.

    Raises:
        InstallRefused: the policy or a person said no; nothing was changed.
        VersionConflict: something that is loaded stands in the way; nothing was changed.
        NotProvided: a distribution came without the import name; it was removed again.
        InstallError: the backend failed.
        BackendNotFound: there is none.
    """
    try:
        goal = target.for_worker() if for_worker else target.choose()
        if _config.get("install") == "locked" and needs:
            return _from_lock(needs, caller, importable, goal)
        return _Attempts(needs, caller, importable, goal, beside=beside, explicit=explicit).carry_out()
    except LoadError as error:
        shorten(error)
        raise


def _from_lock(needs: Sequence[Need], caller: Caller, importable: Callable[[str], bool], goal: Target) -> Outcome:
    """All that the lock holds for this Python, once the policy has found the needs in it."""
    from load._install import lock_file

    Permission(needs, caller, goal, explicit=False).apply_policy()
    path = lock_file.find()
    assert path is not None  # the policy has read it
    there = installed.visible()
    applying = lock_file.read(path).applying()
    lacking = [each for each in applying if each.name not in there or there[each.name].version != each.version]
    if goal.stands_first:
        _refuse_other_versions(needs, applying, goal)
        return _Attempts(needs if lacking else (), caller, importable, goal, locked=lacking).carry_out()
    return install_locked(lacking, caller, needs=needs, importable=importable)


def _refuse_other_versions(needs: Sequence[Need], locked: Sequence[Locked], goal: Target) -> None:
    """A lock that holds a name in another version than the one asked for does not hold what was asked for."""
    from packaging.requirements import Requirement

    versions = {each.name: each.version for each in locked}
    for need in needs:
        if need.is_direct:
            continue
        name = installed.name_in(need.distribution or need.requirement)
        if name in versions and not Requirement(need.requirement).specifier.contains(versions[name], prereleases=True):
            verdict = Verdict(REFUSE, "lock", f"install = locked, and the lock holds {name} {versions[name]}")
            raise refusal.refused([(need, verdict)], goal)


def _stands(need: Need, importable: Callable[[str], bool]) -> bool:
    """Whether it was brought meanwhile; a version asked for is checked by the backend."""
    return bool(need.module) and need.requirement == need.distribution and importable(need.module)


class _Attempts:
    """Goes the way as often as somebody else changes what is installed in between."""

    def __init__(
        self,
        needs: Sequence[Need],
        caller: Caller,
        importable: Callable[[str], bool],
        goal: Target,
        *,
        beside: Sequence[Need] = (),
        explicit: bool = False,
        locked: Sequence[Locked] = (),
        action: str = "install",
    ) -> None:
        self._action = action
        self._needs = list(needs)
        self._caller = caller
        self._importable = importable
        self._explicit = explicit
        self._locked = list(locked)
        self._target = goal
        self._beside = list(beside)
        self._permission = Permission(needs, caller, self._target, explicit=explicit)
        if locked and not needs:
            self._permission.because.append("the lock holds it")

    def carry_out(self) -> Outcome:
        planned = False
        while True:
            open_needs = [need for need in self._needs if not self._stands(need)]
            if not (open_needs or self._locked):
                return Outcome((), ())
            _console.attach()
            try:
                outcome = self._attempt(open_needs, planned=planned)
            except NeedsPlan:
                afterwards.take_back_announcement()
                planned = True
                continue
            except BaseException as error:  # also where a person interrupts it: what was announced has ended
                reachability.note(error)
                _events.emit(_events.InstallFailed([redact(need.requirement) for need in open_needs], error))
                raise
            if outcome is not None:
                return outcome
            afterwards.refresh()

    def _stands(self, need: Need) -> bool:
        """Whether it was brought meanwhile; what stands first in a worker is solved as a whole."""
        return not self._target.stands_first and _stands(need, self._importable)

    def _attempt(self, needs: Sequence[Need], *, planned: bool) -> Outcome | None:
        """Go the way once; None where somebody else was faster and it must be looked at anew."""
        self._permission.narrow(needs)
        with Scratch() as scratch:
            order = self._order(needs, scratch)
            way = OverlayInstall(order) if self._target.is_overlay else EnvironmentInstall(order)
            if isinstance(way, OverlayInstall):
                found = way.found_again()
                if found is not None:
                    return found
            if needs:
                self._permission.apply_policy()
                if not self._explicit:
                    reachability.refuse_if_unreachable(needs)
            with Turn(self._target) as turn:
                if not self._target.is_overlay and intent.is_there(self._target):
                    environment.repair(order)
                    return None
                # Somebody may have had a turn since it was looked, also where nobody is waited for.
                if any(map(self._stands, needs)) or (turn.waited and order.is_outdated):
                    return None
                if isinstance(way, OverlayInstall):
                    found = way.found_again()
                    if found is not None:
                        return found
                self._permission.turn = turn
                way.prepare(planned=planned)
                return None if turn.was_aside and order.is_outdated else way.carry_out()

    def _order(self, needs: Sequence[Need], scratch: str) -> Order:
        return Order(
            [*needs, *self._beside],
            self._caller,
            self._importable,
            target=self._target,
            permission=self._permission,
            backend=choose,
            scratch=scratch,
            locked=self._locked,
            action=self._action,
        )


def look(needs: Sequence[Need], caller: Caller, *, importable: Callable[[str], bool], explicit: bool = False) -> Plan:
    """Tell what an install would change, and what the policy says of it; nothing is changed, and nobody is asked.

    Raises:
        InstallRefused: it cannot be told without running code that nobody agreed to (`reason` is "build").
        VersionConflict: something that is loaded stands in the way.
        InstallError: there is no solution, or the backend failed.
    """
    from load._install.solving import Solver

    goal = target.choose()
    permission = Permission(needs, caller, goal, explicit=explicit)
    open_needs = [need for need in needs if not _stands(need, importable)]
    if not open_needs:
        return Plan((), (), target=goal.name, backend="")
    verdicts = permission.verdicts()
    if any(verdict.reason in ("near-miss", "frozen") for _, verdict in verdicts):  # the index is not even asked
        because = [verdict.because for _, verdict in verdicts if verdict.action in (ASK, REFUSE)]
        asked = [need.requirement for need in open_needs]
        word = _strictest([verdict.action for _, verdict in verdicts], asked=False)
        return Plan(asked, (), target=goal.name, backend="", verdict=word, reasons=because)
    with Scratch() as scratch:
        order = Order(
            open_needs, caller, importable, target=goal, permission=permission, backend=choose, scratch=scratch
        )
        solution = Solver(order, may_ask=False).solve()
        changes = solution.with_facts(order)
        reasons = [verdict.because for _, verdict in verdicts if verdict.action in (ASK, REFUSE)] + [*solution.reasons]
        return Plan(
            order.requirements,
            changes,
            target=goal.name,
            backend=order.backend.name,
            verdict=_strictest([verdict.action for _, verdict in verdicts], asked=bool(solution.reasons)),
            reasons=reasons,
        )


def _strictest(actions: Sequence[str], *, asked: bool) -> str:
    if REFUSE in actions:
        return REFUSE
    return ASK if ASK in actions or asked else "install"


def install_locked(
    locked: Sequence[Locked],
    caller: Caller,
    *,
    needs: Sequence[Need] = (),
    importable: Callable[[str], bool] = bool,
    action: str = "install",
) -> Outcome:
    """Install exactly what a lock holds.

    Args:
        locked: what is not there, or in another version or from another source.
        caller: who asked.
        needs: what has to be there afterwards.
        importable: whether an import name can be found now, without importing it.
        action: what the journal calls it.

    Raises:
        VersionConflict: another version is loaded; nothing was changed.
        InstallRefused: a need is not in the lock, or there is no Python to install for.
        InstallError: the backend failed; a file that is not the one of the lock is such a failure.
    """
    from load._install.solving import loaded

    interpreter()
    standing = loaded(installed.visible())
    blocked = [(standing[each.name], each) for each in locked if each.name in standing]
    if blocked:
        raise refusal.locked_conflict(blocked)
    return _Attempts(needs, caller, importable, target.choose(), locked=locked, action=action).carry_out()


def repair_what_was_left() -> None:
    """Repair what a killed process left in this environment; where somebody is at work there, wait for the end.

    Raises:
        InstallError: it could not be repaired.
    """
    goal = target.choose()
    if goal.is_overlay or _config.get("install") == "never" or is_held_here() or not intent.is_there(goal):
        return
    _console.attach()
    from load._caller import NOBODY

    permission = Permission((), NOBODY, goal, explicit=False)
    permission.because.append("an install was cut off")
    with Scratch() as scratch, Turn(goal):
        order = Order((), NOBODY, bool, target=goal, permission=permission, backend=choose, scratch=scratch)
        environment.repair(order)
        afterwards.refresh()

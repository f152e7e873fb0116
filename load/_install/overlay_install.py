"""Installing into an overlay, where the environment may not be changed: built aside, looked at, renamed into place.

One that stands first in a worker may hold other versions than are visible here, and is not put on this process's path.
"""

from __future__ import annotations

import os

from load._install import afterwards, installed, overlay, overlay_manifest, overlay_use, refusal, strangers
from load._install.failures import BackendError
from load._install.order import Outcome
from load._install.solving import Solver, locked_solution
from load.errors import InstallError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from load._events import Change
    from load._install.job import Job
    from load._install.order import Order
    from load._install.solving import Solution


class OverlayInstall:
    """One order's way into an overlay."""

    def __init__(self, order: Order) -> None:
        self._order = order
        # What a lock holds is found again only where it came by the same lock: with its hashes.
        locked = [each.requirement() for each in order.locked]
        place = ["first"] if order.target.stands_first else []
        self._key = overlay.request_key([*order.requirements, *locked, *place], order.fingerprint)
        self._solution: Solution | None = None
        self._lacking: list[Change] = []

    def found_again(self) -> Outcome | None:
        """The overlays that answered this request before, put on `sys.path`; None where there are none."""
        folders = overlay.find(self._key)
        if folders is None:
            return None
        order = self._order
        are_there = all(self._use(folder) for folder in folders)
        if are_there and all(order.importable(need.module) for need in order.needs if need.module):
            return Outcome((), folders)
        overlay.forget(self._key)  # it does not answer the request any more
        return None

    def prepare(self, *, planned: bool) -> None:  # noqa: ARG002 - an overlay always is: its pins are its name
        """Make the plan and have it agreed to, where there is anything to agree to."""
        order = self._order
        self._solution = solution = locked_solution(order) if order.locked else Solver(order).solve()
        self._lacking = overlay.lacking(solution.changes, {name: each.version for name, each in order.visible.items()})
        is_alone = not order.target.stands_first
        replaced = [change for change in self._lacking if is_alone and change.name in order.visible]
        if replaced:
            raise refusal.overlay_conflict(order.needs, None, replaced)
        if not order.locked and order.permission.needs_asking(self._lacking):
            order.permission.ask(solution.with_facts(order), order.backend)

    def carry_out(self) -> Outcome:
        """Do it; the turn is ours."""
        found = self.found_again()
        if found is not None:
            return found
        assert self._solution is not None
        order = self._order
        folder = overlay.folder_of([f"{each.name}=={each.new}" for each in self._lacking] + self._exact_sources())
        started = afterwards.announce(order)
        is_new = not self._stands(folder)
        if is_new:
            self._build(self._solution.job, folder)
        if not self._use(folder):
            raise InstallError(f"The overlay {folder} cannot be read.", hint="look at its permissions, or remove it")
        afterwards.verify(order, self._lacking, lambda: overlay.discard(folder) if is_new else None, [folder])
        overlay.remember(self._key, [folder])
        afterwards.finish(order, self._lacking, started, folder)
        return Outcome(self._lacking, [folder])

    def _use(self, folder: str) -> bool:
        """Keep an overlay from being removed while this process lives, and see what is in it; whether it is there."""
        order = self._order
        if not order.target.stands_first:
            return overlay.activate(folder)
        order.importable = lambda name: overlay.finds(name, folder)
        return overlay_use.hold(folder)

    def _exact_sources(self) -> list[str]:
        """What tells two overlays with the same pins apart: sources that are no index, and a lock's hashes."""
        order = self._order
        direct = [need.requirement for need in order.needs if need.requirement != need.distribution and need.is_direct]
        return direct + [each.requirement() for each in order.locked]

    def _stands(self, folder: str) -> bool:
        """Whether the overlay is there as a whole; a damaged one is removed."""
        from load._install import overlay_cache, overlay_listing

        overlay_cache.remove_parts()
        return os.path.isdir(folder) and overlay_listing.stands(folder)

    def _build(self, job: Job, folder: str) -> None:
        order = self._order
        looked = strangers.look_aside(order, self._lacking, job)
        part = overlay.part_of(folder)
        os.makedirs(os.path.dirname(part), exist_ok=True)
        overlay.discard(part)  # of a process that had the same number and was killed
        try:
            order.backend.run(self._job_for(job, part))
            os.makedirs(part, exist_ok=True)
            self._check(part, looked)
            overlay_manifest.write(part, requirements=order.requirements, python=overlay.python_key())
            overlay.put_in_place(part, folder)
        except BackendError as error:
            overlay.discard(part)
            raise refusal.explained(error, order.needs) from None
        except BaseException:
            overlay.discard(part)
            raise

    def _check(self, part: str, looked: Mapping[str, str]) -> None:
        """The strangers in it must be what was looked at."""
        order = self._order
        came = [each for each in installed.visible([part]).values() if each.name in looked]
        found = strangers.differing(came, looked)
        if found:
            raise refusal.unsafe(order.needs, found)

    def _job_for(self, job: Job, part: str) -> Job:
        order = self._order
        if order.locked:
            names = {change.name for change in self._lacking}
            lines = [each.requirement() for each in order.locked if each.name in names]
            return job.but(hashed=lines, folder=part, dry_run=False)
        placed = [need for need in order.needs if need.is_direct or need.requirement.endswith(".whl")]
        direct = {installed.name_in(need.distribution): need for need in placed}
        pins = [f"{change.name}=={change.new}" for change in self._lacking if change.name not in direct]
        pins += [need.requirement for need in direct.values() if not need.editable]
        return job.but(requirements=pins, constraints=(), dependencies=False, folder=part, dry_run=False)

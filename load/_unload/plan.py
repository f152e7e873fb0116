"""What a removal would do, worked out before anything is changed: what goes, what stays and why, who holds what."""

from __future__ import annotations

import gc
import sys
import threading

from load._referents import thaw
from load._unload.bindings import bindings, caches
from load._unload.reach import Reach
from load._unload.report import UnloadReport
from load._unload.running import variables
from load._unload.ties import Kind, Ties
from load._unload.trail import UNKNOWN, Holder, Trails, described_as_held
from load._unload.verdict import root_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from load._unload.reach import Root
    from load._unload.ties import Tie
    from load._unload.verdict import Verdict

# Two that look at once would each find the other holding what it looks at. Nothing is imported under it but ctypes.
ONE_AT_A_TIME = threading.RLock()
_TOLD = 10  # holders that are told
_LIKE = 4  # holders of one kind that are followed


class Plan:
    """A removal that could be carried out.

    Attributes:
        go: names to remove.
        kept: name → why it stays, in words.
        holders: who would hold something of what goes, or does hold what stays for that reason, in words.
        alive: names of modules of which something would live on.
        ties: what is taken back.
    """

    __slots__ = ("alive", "go", "holders", "kept", "ties")

    def __init__(
        self, go: list[str], kept: dict[str, str], holders: list[str], alive: set[str], ties: list[Tie]
    ) -> None:
        self.go = go
        self.kept = kept
        self.holders = holders
        self.alive = alive
        self.ties = ties


def make_plan(verdict: Verdict, *, takes_back: bool, whatever_holds: bool, is_askers: Callable[[str], bool]) -> Plan:
    """Work a removal out.

    A package that something else holds would live on, without its name, and be there twice after the next import: it
    stays. What those hold who ask for the removal is their own affair.

    Args:
        verdict: what may go; it is told what stays besides.
        takes_back: whether registrations are taken back.
        whatever_holds: whether packages go that are held all the same.
        is_askers: tells whether a module is of those who ask.
    """
    holders: list[str] = []
    while go := verdict.go:
        found = _Look(go, verdict, takes_back=takes_back)
        words, held = found.held(is_askers)
        holders += [each for each in words if each not in holders]
        if whatever_holds or not held:
            return Plan(go, verdict.kept, holders[:_TOLD], found.alive, found.ties)
        del found  # before the next look, which would find it holding what it has seen
        verdict.keep(held)
    return Plan([], verdict.kept, holders[:_TOLD], set(), [])


def foretold(plan: Plan) -> UnloadReport:
    """What a plan would do, told without doing it."""
    taken_back = [tie.words for tie in plan.ties if tie.words]
    return UnloadReport(plan.go, plan.kept, dry_run=True, holders=plan.holders, alive=plan.alive, taken_back=taken_back)


class _Look:
    """One look at what some modules reach, and at who holds it."""

    def __init__(self, go: list[str], verdict: Verdict, *, takes_back: bool) -> None:
        if "load._imports.reload.outlived" in sys.modules:  # nothing was reloaded where it is not
            sys.modules["load._imports.reload.outlived"].forget()
        thaw()  # nobody tells what holds a module that was frozen
        gc.collect()  # what only waits to be collected holds nothing
        self._go = frozenset(go)
        registered = Ties(go)
        registrations = registered.find()
        every = [*registrations, *bindings(go, registered)]
        kept = caches()
        all_ties = [*every, *kept]
        self._edges = {cut: tie.words for tie in every for cut in tie.cuts if tie.words}
        self._unseen = {id(tie.unseen): tie.words for tie in every if tie.unseen is not None}
        cut = [tie for tie in all_ties if tie.kind <= (Kind.WHERE_WANTED if takes_back else Kind.ALWAYS)]
        own = (*verdict.own, registrations, every, kept, all_ties, *(each for tie in all_ties for each in tie.own))
        self._own = {id(each) for each in own}
        self._variables = variables()
        self._reach = Reach(
            go,
            seeds=(seed for tie in all_ties for seed in tie.seeds),
            cuts={pair for tie in cut for pair in tie.cuts},
            own=own,
            beyond={holder for tie in registrations for holder, _ in tie.cuts},
        )
        self._roots = self._reach.roots(self._variables)
        self.alive = self._reach.defining(self._roots)
        useless = {id(tie) for tie in kept if not any(map(self._reach.leads_to_own, tie.seeds))}
        self.ties = [tie for tie in cut if id(tie) not in useless]

    def held(self, is_askers: Callable[[str], bool]) -> tuple[list[str], dict[str, str]]:
        """Who holds something, in words, and the packages that therefore stay → why."""
        own = (self._roots, *self._roots, *(part for root in self._roots for part in root.own))
        trails = Trails(self._variables, self._own.union(map(id, own)), self._go)
        words: list[str] = []
        lasting: list[Root] = []
        told: dict[str, str] = {}
        for root in self._roots:
            for holder in self._holders(root, trails):
                words.append(holder.words)
                if not (holder.passing or (holder.module is not None and is_askers(holder.module))):
                    lasting.append(root)
                    told.setdefault(root_of(self._reach.module_of(root.path[-1]) or ""), f"held by {holder.words}")
        packages = {root_of(name) for name in self._reach.alive(lasting)}
        first = next(iter(told.values()), "")
        return list(dict.fromkeys(words)), {package: told.get(package, first) for package in packages}

    def _holders(self, root: Root, trails: Trails) -> Iterator[Holder]:
        held = root.path[0]
        registered = self._unseen.get(id(held))
        unseen = root.unseen
        if registered is not None:
            yield Holder(registered)
            unseen -= 1
        for variable in root.variables:
            yield Holder(f"{variable} → {described_as_held(root.target)}", passing=True)
        for holder in _samples(root.holders):
            words = self._edges.get((id(holder), id(held)))
            found = Holder(words) if words is not None else trails.holder(holder, held)
            if found.is_known or registered is None:  # since 3.14 `atexit` has a list that can be seen, of no name
                yield found
        if unseen > 0:
            yield Holder(f"{UNKNOWN} → {described_as_held(root.target)}")


def _samples(holders: Iterable[object]) -> list[object]:
    """A few of each kind: a thousand objects of a class hold it in a thousand like ways."""
    found: dict[type, list[object]] = {}
    for each in holders:
        some = found.setdefault(type(each), [])
        if len(some) < _LIKE:
            some.append(each)
    return [each for some in found.values() for each in some]

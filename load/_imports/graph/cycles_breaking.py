"""The smallest set of statements whose deferral breaks all rings of a group of modules.

Which statements to take so that each ring loses one is a hitting set, of which the smallest is looked for by branch and
bound: rings are met as they turn out to be whole still, and each is broken in all ways in turn. Where that takes too
long, as in a package of hundreds of modules, what was found by the best bargains counts.
"""

from __future__ import annotations

from load._imports.graph.cycles_search import shortest, tangled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from load._imports.graph.cycles_judging import Judge
    from load._imports.source.edges import Edge

    Step = tuple[str, str]
    # An importer, a file, a line and a text: several edges may come of one statement.
    Key = tuple[str, str, int, str]

_MOST_STATES = 1_500  # that are looked at before the best so far is taken
_STARTS = 8  # modules from which a short ring is looked for
_MOST_MODULES = 60  # in a group where the smallest set is looked for
# A statement weighs more than what it makes to move it with what else needs it; one that cannot be moved at all, as it
# ends in `*`, more than all others.
_STATEMENT, _FIXED = 1_000, 1_000_000


def smallest_breakers(
    inner: Mapping[str, Mapping[str, Sequence[Edge]]], rings: Iterable[tuple[str, ...]], judge: Judge
) -> tuple[tuple[Edge, ...], bool]:
    """The statements to defer, and whether it is certain that no fewer will do.

    Args:
        inner: a group of modules that need one another, and the statements between them.
        rings: those that are known; each is broken when the cheapest step of each is.
        judge: says which statements can be moved at what cost.
    """
    group = _Group(inner, judge)
    for ring in rings:
        group.add(ring)
    chosen = group.pruned(group.greedy())
    certain = len(group.rings) == 1
    if not certain and len(inner) <= _MOST_MODULES:
        search = _Search(group, chosen)
        chosen, certain = search.best, search.is_done
    edges = map(group.edge_of, _bits(chosen))
    return tuple(sorted(edges, key=lambda edge: (edge.importer, edge.line, edge.text))), certain


class _Group:
    """A group of modules whose statements are numbered; a set of statements is a whole number with their bits.

    Attributes:
        rings: the known ones: of each step, the statements that make it.
    """

    def __init__(self, inner: Mapping[str, Mapping[str, Sequence[Edge]]], judge: Judge) -> None:
        self.rings: list[tuple[int, ...]] = []
        self._numbers: dict[Key, int] = {}
        self._edges: list[list[Edge]] = []  # that come of each statement
        self._judge = judge
        self._weights: dict[int, int] = {}  # to weigh one may need its source, which is read where that matters
        self._steps: dict[Step, int] = {}
        self._totals: dict[int, int] = {}
        self._inner = inner
        for importer, targets in inner.items():
            for imported, edges in targets.items():
                self._steps[importer, imported] = sum({1 << self._number(edge) for edge in edges})

    def _number(self, edge: Edge) -> int:
        key = (edge.importer, edge.file, edge.line, edge.text)
        number = self._numbers.setdefault(key, len(self._edges))
        if number == len(self._edges):
            self._edges.append([])
        self._edges[number].append(edge)
        return number

    def add(self, ring: tuple[str, ...]) -> tuple[int, ...]:
        """Know one more ring."""
        steps = tuple(self._steps[step] for step in zip(ring, (*ring[1:], ring[0]), strict=True))
        self.rings.append(steps)
        return steps

    def edge_of(self, number: int) -> Edge:
        """What stands for a statement."""
        return min(self._edges[number], key=lambda edge: edge.implied)

    def weight(self, statements: int) -> int:
        """What it costs to defer statements."""
        if statements not in self._totals:
            self._totals[statements] = sum(map(self._weight, _bits(statements)))
        return self._totals[statements]

    def _weight(self, number: int) -> int:
        if number not in self._weights:
            edges = self._edges[number]
            fixed, held = any(map(self._judge.is_fixed, edges)), any(map(self._judge.is_held, edges))
            self._weights[number] = _STATEMENT + _FIXED * fixed + held
        return self._weights[number]

    def whole_ring(self, deferred: int) -> tuple[int, ...] | None:
        """A ring that is whole though statements are deferred; None where there is none."""
        for ring in self.rings:
            if all(step & ~deferred for step in ring):
                return ring
        return next(self._more_rings(deferred), None)

    def _more_rings(self, deferred: int) -> Iterator[tuple[int, ...]]:
        """Rings that are not known yet, some of each part that still hangs together; each is known from then on."""
        met: set[frozenset[str]] = set()
        for part in tangled(self._without(deferred)):
            for start in sorted(part)[:_STARTS]:
                ring = shortest(part, start)
                if ring is not None and frozenset(ring) not in met:
                    met.add(frozenset(ring))
                    yield self.add(ring)

    def _without(self, deferred: int) -> dict[str, dict[str, Any]]:
        steps = self._steps
        return {
            importer: {imported: None for imported in targets if steps[importer, imported] & ~deferred}
            for importer, targets in self._inner.items()
        }

    def greedy(self) -> int:
        """Statements that break all rings: again and again the step that breaks most of the known ones for its cost."""
        deferred = 0
        whole = list(self.rings)
        while whole:
            within: dict[int, set[int]] = {}
            for number, ring in enumerate(whole):
                for step in ring:
                    within.setdefault(step, set()).add(number)
            while within:
                best = min(within, key=lambda step: (self.weight(step & ~deferred) / len(within[step]), step))
                deferred |= best
                gone = set().union(*(rings for step, rings in within.items() if not step & ~deferred))
                within = {step: left for step, rings in within.items() if (left := rings - gone)}
            whole = list(self._more_rings(deferred))
        return deferred

    def pruned(self, deferred: int) -> int:
        """The same without what can stay, the dearest first."""
        left = {importer: set(targets) for importer, targets in self._without(deferred).items()}
        for number in sorted(_bits(deferred), key=lambda number: -self._weight(number)):
            others = deferred & ~(1 << number)
            importer = self._edges[number][0].importer
            back = {to for to in self._inner[importer] if self._steps[importer, to] & ~others} - left[importer]
            if not _reaches(left, back, importer):
                left[importer] |= back
                deferred = others
        return deferred


class _Search:
    """Looks for the cheapest set.

    Attributes:
        best: the cheapest so far.
        is_done: whether all others were seen to cost no less.
    """

    def __init__(self, group: _Group, first: int) -> None:
        self._group = group
        self._states = 0
        self.best = first
        self.is_done = True
        self._visit(0, ())

    def _visit(self, deferred: int, kept: tuple[int, ...]) -> None:
        """Look at all sets that hold `deferred`, and not all of any step in `kept`."""
        self._states += 1
        if self._states > _MOST_STATES:
            self.is_done = False
        if not self.is_done or any(not step & ~deferred for step in kept):
            return
        group = self._group
        if group.weight(deferred) + self._at_least(deferred) >= group.weight(self.best):
            return
        ring = group.whole_ring(deferred)
        if ring is None:
            self.best = deferred
            return
        steps = sorted(set(ring) - set(kept), key=lambda step: (group.weight(step & ~deferred), step))
        for index, step in enumerate(steps):
            self._visit(deferred | step, (*kept, *steps[:index]))

    def _at_least(self, deferred: int) -> int:
        """What the rings that are still whole cost at the least, as far as they have no statement in common."""
        cost = taken = 0
        left = ~deferred
        for ring in self._group.rings:
            own = 0
            for step in ring:
                if not step & left:
                    break
                own |= step
            else:
                if not own & taken:
                    taken |= own
                    cost += min([self._group.weight(step & left) for step in ring])
        return cost


def _reaches(neighbours: Mapping[str, set[str]], starts: Iterable[str], end: str) -> bool:
    found = set(starts)
    todo = list(found)
    while todo and end not in found:
        fresh = neighbours[todo.pop()] - found
        found |= fresh
        todo += fresh
    return end in found


def _bits(numbers: int) -> list[int]:
    found = []
    while numbers:
        lowest = numbers & -numbers
        found.append(lowest.bit_length() - 1)
        numbers ^= lowest
    return found

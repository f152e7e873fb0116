"""What a ring of imports means: where it fails, which of its statements is the best to move."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from load._imports.source.edges import Edge
    from load._imports.source.facts import Facts

    # Importer → imported → the statements by which it does so.
    Neighbours = Mapping[str, Mapping[str, Sequence[Edge]]]
    FactsOf = Callable[[str], "Facts | None"]


class Judge:
    """Says of a ring what it means."""

    def __init__(self, neighbours: Neighbours, facts: FactsOf, offered: Callable[[str], Container[str]]) -> None:
        self._neighbours = neighbours
        self._facts_of = facts
        self._offered_by = offered
        self._offered: dict[str, Container[str]] = {}
        self._known: dict[str, Facts | None] = {}
        self._reached: dict[str, set[str]] = {}
        self._costs: dict[tuple[str, str], tuple[Any, ...]] = {}

    def statements(self, step: tuple[str, str]) -> Sequence[Edge]:
        """Those by which a module imports another."""
        return self._neighbours[step[0]][step[1]]

    def weakest(self, ring: tuple[str, ...]) -> tuple[str, str]:
        """The step of a ring that costs least to defer."""
        return min(steps_of(ring), key=self._cost)

    def is_free(self, step: tuple[str, str]) -> bool:
        """Whether the statements of a step can be moved as they are."""
        return not any(self._cost(step)[:2])

    def is_fixed(self, edge: Edge) -> bool:
        """Whether it stands in a function already, or cannot stand in one, as a `*` cannot."""
        is_star = "*" in edge.wanted or (edge.implied and edge.text.endswith(" import *"))
        return edge.kind != "eager" or is_star

    def is_held(self, edge: Edge) -> bool:
        """Whether what a statement binds has to be there as its module runs, or is taken from it by others."""
        if not edge.bound:
            return False
        if edge.imported.startswith(f"{edge.importer}."):
            return True  # what a package imports of its own is what it offers
        if edge.importer not in self._offered:
            self._offered[edge.importer] = self._offered_by(edge.importer)
        offered = self._offered[edge.importer]
        if any(name in offered for name in edge.bound):
            return True
        facts = self._facts(edge.importer)
        return facts is None or any(_is_used(name, facts) for name in edge.bound)

    def _cost(self, step: tuple[str, str]) -> tuple[Any, ...]:
        if step not in self._costs:
            edges = self.statements(step)
            fixed, held = any(map(self.is_fixed, edges)), any(map(self.is_held, edges))
            self._costs[step] = (fixed, held, len(edges), -edges[0].line, step)
        return self._costs[step]

    def _facts(self, name: str) -> Facts | None:
        if name not in self._known:
            self._known[name] = self._facts_of(name)
        return self._known[name]

    def failing(self, ring: tuple[str, ...]) -> Iterator[str]:
        """The modules from which the ring cannot be entered."""
        eager = [[each for each in self.statements(step) if each.kind == "eager"] for step in steps_of(ring)]
        if not all(eager) or self._gated(ring):
            return
        # A package in the ring is always entered before what lies in it.
        members = set(ring)
        entries = {name for name in ring if members.isdisjoint(_packages_of(name))}
        for index, entry in enumerate(ring):
            if entry not in entries:
                continue
            leaves = min(each.line for each in eager[index])
            back = eager[index - 1]
            if any(self._lacks(edge, entry, leaves) for edge in back if edge.wanted != ("*",) or len(entries) > 1):
                yield entry

    def _gated(self, ring: tuple[str, ...]) -> bool:
        """Whether a package above all of the ring imports it, so that it is entered in one way only."""
        for package in _packages_of(ring[0]):
            inside = f"{package}."
            if all(name.startswith(inside) for name in ring) and self._reach(package).intersection(ring):
                return True
        return False

    def _reach(self, start: str) -> set[str]:
        if start not in self._reached:
            reached = {start}
            todo = [start]
            while todo:
                fresh = [each for each in self._neighbours.get(todo.pop(), ()) if each not in reached]
                reached.update(fresh)
                todo += fresh
            self._reached[start] = reached
        return self._reached[start]

    def _lacks(self, edge: Edge, entry: str, leaves: int) -> bool:
        """Whether a statement, or the code after it, needs something that `entry` has not bound by a line."""
        facts = self._facts(entry)
        if facts is None:
            return bool(edge.wanted)
        # A name that no statement binds comes by `from … import *`, or from the module's own `__getattr__`.
        late = {name for name, line in facts[0].items() if line >= leaves}
        if edge.wanted:
            return not late.isdisjoint(edge.wanted) or (edge.wanted == ("*",) and _has_public(late))
        importer = self._facts(edge.importer)
        if importer is None or edge.implied:
            return False
        if "." in entry and edge.imported.partition(".")[0] in edge.bound and _is_used(entry, importer):
            return True  # a package has what lies in it as an attribute when that has run to its end, and not before
        return not late.isdisjoint(_attributes(edge, importer))


def _packages_of(name: str) -> list[str]:
    """The packages above a name, the outermost first."""
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]


def steps_of(ring: tuple[str, ...]) -> list[tuple[str, str]]:
    """Each module of a ring with the next."""
    return list(zip(ring, (*ring[1:], ring[0]), strict=True))


def _has_public(names: Iterable[str]) -> bool:
    return any(not name.startswith("_") for name in names)


def _is_used(name: str, facts: Facts) -> bool:
    return any(used == name or used.startswith(f"{name}.") for used in facts[1])


def _attributes(edge: Edge, importer: Facts) -> Iterator[str]:
    """The attributes of an imported module that its importer uses as it runs."""
    for bound in edge.bound:
        whole = edge.imported if edge.imported.partition(".")[0] == bound else bound
        for used in importer[1]:
            if used.startswith(f"{whole}."):
                yield used[len(whole) + 1 :].partition(".")[0]

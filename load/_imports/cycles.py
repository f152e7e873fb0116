"""Rings of modules that import one another: found, explained, and where to break each.

A group of modules of which each needs all others has more rings than can be counted. Here each group is taken apart
into the rings that matter: the shortest first, each without the statement that would break the one before it. Whoever
defers all of those statements has broken the group.
"""

from __future__ import annotations

from collections import deque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from load._imports.cycles_facts import Facts
    from load._imports.edges import Edge

    # Importer → imported → the statements by which it does so.
    Neighbours = Mapping[str, Mapping[str, Sequence[Edge]]]
    FactsOf = Callable[[str], "Facts | None"]


class Cycle:
    """Modules in a ring, each importing the next and the last the first.

    Attributes:
        modules: in the order of the ring.
        statements: those that make it, from the first module's to the last's.
        failing_entries: those of the modules whose import fails, or takes too little from the next, where it is the
            first import of the ring.
        breaker: the statement that would break the ring, were it in a function; None where several would have to go.
        breakers: all statements that have to be deferred for that.
        is_free: whether nothing of what the breakers bind is used as their module runs, or taken from it by others, so
            that they can be moved as they are.
    """

    __slots__ = ("breakers", "failing_entries", "is_free", "modules", "statements")

    def __init__(
        self,
        modules: tuple[str, ...],
        statements: tuple[Edge, ...],
        *,
        failing_entries: tuple[str, ...] = (),
        breakers: tuple[Edge, ...] = (),
        is_free: bool = False,
    ) -> None:
        self.modules = modules
        self.statements = statements
        self.failing_entries = failing_entries
        self.breakers = breakers
        self.is_free = is_free

    @property
    def breaker(self) -> Edge | None:
        """The one statement that would break the ring, were it in a function."""
        return self.breakers[0] if len(self.breakers) == 1 else None

    @property
    def entry_order_matters(self) -> bool:
        """Whether it depends on the module that is imported first whether all goes well."""
        return bool(self.failing_entries)

    def __repr__(self) -> str:
        return f"<Cycle {' → '.join((*self.modules, self.modules[0]))}>"

    def __str__(self) -> str:
        lines = [" → ".join((*self.modules, self.modules[0]))]
        lines += [f"  {each.place}: {each.text}" for each in self.statements]
        if self.failing_entries:
            lines.append(f"  fails where {' or '.join(self.failing_entries)} is imported first")
        if self.breakers:
            places = " and ".join(f"{each.text!r} ({each.place})" for each in self.breakers)
            lines.append(f"  → to break it, move {places} into the function that needs it")
            if not self.is_free:
                lines.append("    with what else needs it: it is used as the module runs, or taken from it by others")
        return "\n".join(lines)

    def as_row(self) -> tuple[Any, ...]:
        """The cycle in plain types, for `from_row`."""
        statements, breakers = tuple(map(tuple, self.statements)), tuple(map(tuple, self.breakers))
        return self.modules, statements, self.failing_entries, breakers, self.is_free

    @classmethod
    def from_row(cls, row: tuple[Any, ...]) -> Cycle:
        """A cycle as `as_row` gave it."""
        from load._imports.edges import Edge

        modules, statements, failing, breakers, is_free = row
        return cls(
            modules,
            tuple(map(Edge._make, statements)),
            failing_entries=failing,
            breakers=tuple(map(Edge._make, breakers)),
            is_free=is_free,
        )

    def as_dict(self) -> dict[str, Any]:
        """The cycle in the types of JSON."""
        return {
            "modules": list(self.modules),
            "statements": [each.as_statement() for each in self.statements],
            "entry_order_matters": self.entry_order_matters,
            "breaker": self.breaker.as_statement() if self.breaker else None,
        }


def groups(neighbours: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """All modules, those first that others need; modules that need one another in one group (Tarjan 1972)."""
    index: dict[str, int] = {}
    lowest: dict[str, int] = {}
    on_stack: set[str] = set()
    stack: list[str] = []
    found: list[tuple[str, ...]] = []
    for root in neighbours:
        if root in index:
            continue
        index[root] = lowest[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        path = [(root, iter(neighbours[root]))]
        while path:
            node, rest = path[-1]
            for each in rest:
                if each not in index:
                    index[each] = lowest[each] = len(index)
                    stack.append(each)
                    on_stack.add(each)
                    path.append((each, iter(neighbours.get(each, ()))))
                    break
                if each in on_stack and index[each] < lowest[node]:
                    lowest[node] = index[each]
            else:
                path.pop()
                if path and lowest[node] < lowest[path[-1][0]]:
                    lowest[path[-1][0]] = lowest[node]
                if lowest[node] == index[node]:
                    cut = stack.index(node) if stack[-1] != node else len(stack) - 1
                    group = tuple(sorted(stack[cut:]))
                    del stack[cut:]
                    on_stack.difference_update(group)
                    found.append(group)
    return found


def cycles_of(
    neighbours: Neighbours, facts: FactsOf, offered: Callable[[str], Container[str]] = lambda _: ()
) -> Iterator[Cycle]:
    """The rings of a graph, those of two modules first.

    Args:
        neighbours: who imports whom, by which statements.
        facts: gives what a module binds and uses as it runs.
        offered: gives the names that others take from a module, which cannot go into a function of it.
    """
    judge = _Judge(neighbours, facts, offered)
    for inner in sorted(_tangled(neighbours), key=lambda each: (len(each), min(each))):
        for ring in _rings(inner, judge):
            yield judge.cycle(ring)


def _rings(inner: dict[str, dict[str, Sequence[Edge]]], judge: _Judge) -> Iterator[tuple[str, ...]]:
    """Rings that are left after each was broken, the shortest first as far as one can tell cheaply."""
    for one, targets in inner.items():
        for other in sorted(targets):
            if one < other and one in inner[other]:
                yield one, other
                _break(inner, (one, other), judge)
    todo = _tangled(inner)
    while todo:
        rest = todo.pop()
        start = min(rest)  # packages come before what lies in them, and take most of the rings apart
        while (ring := _shortest(rest, start)) is not None:
            yield ring
            _break(rest, ring, judge)
        del rest[start]  # it is in no ring any more
        todo += _tangled(rest)


def _tangled(neighbours: Mapping[str, Mapping[str, Any]]) -> list[dict[str, dict[str, Any]]]:
    """The groups of modules that need one another, each by itself."""
    return [
        {name: {to: neighbours[name][to] for to in neighbours[name] if to in members} for name in group}
        for group in groups(neighbours)
        if len(group) > 1 and (members := set(group))
    ]


def _break(inner: dict[str, dict[str, Sequence[Edge]]], ring: tuple[str, ...], judge: _Judge) -> None:
    importer, imported = judge.weakest(ring)
    del inner[importer][imported]


def _shortest(inner: Mapping[str, Mapping[str, Any]], start: str) -> tuple[str, ...] | None:
    """The shortest ring through a module."""
    came_from = {start: ""}
    queue = deque((start,))
    while queue:
        node = queue.popleft()
        for each in inner[node]:
            if each == start:
                ring = [node]
                while ring[-1] != start:
                    ring.append(came_from[ring[-1]])
                return tuple(reversed(ring))
            if each not in came_from:
                came_from[each] = node
                queue.append(each)
    return None


class _Judge:
    """Says of a ring what it means."""

    def __init__(self, neighbours: Neighbours, facts: FactsOf, offered: Callable[[str], Container[str]]) -> None:
        self._neighbours = neighbours
        self._facts_of = facts
        self._offered = offered
        self._known: dict[str, Facts | None] = {}
        self._reached: dict[str, set[str]] = {}
        self._costs: dict[tuple[str, str], tuple[Any, ...]] = {}

    def cycle(self, ring: tuple[str, ...]) -> Cycle:
        steps = _steps(ring)
        weakest = self.weakest(ring)
        return Cycle(
            ring,
            tuple(self._neighbours[one][other][0] for one, other in steps),
            failing_entries=tuple(self._failing(ring)),
            breakers=tuple(self._neighbours[weakest[0]][weakest[1]]),
            is_free=not any(self._cost(weakest)[:2]),
        )

    def weakest(self, ring: tuple[str, ...]) -> tuple[str, str]:
        """The step of a ring that costs least to defer."""
        return min(_steps(ring), key=self._cost)

    def _cost(self, step: tuple[str, str]) -> tuple[Any, ...]:
        if step not in self._costs:
            edges = self._neighbours[step[0]][step[1]]
            # One that stands in a function has been deferred already, and a `*` cannot stand there.
            fixed = any(each.kind != "eager" or "*" in each.wanted for each in edges)
            used = any(each.bound for each in edges) and self._is_held(step, edges)
            self._costs[step] = (fixed, used, len(edges), -edges[0].line, step)
        return self._costs[step]

    def _is_held(self, step: tuple[str, str], edges: Sequence[Edge]) -> bool:
        """Whether what statements bind has to be there as their module runs, or is taken from it by others."""
        if step[1].startswith(f"{step[0]}."):
            return True  # what a package imports of its own is what it offers
        bound = [name for each in edges for name in each.bound]
        offered = self._offered(step[0])
        if any(name in offered for name in bound):
            return True
        facts = self._facts(step[0])
        return facts is None or any(_is_used(name, facts) for name in bound)

    def _facts(self, name: str) -> Facts | None:
        if name not in self._known:
            self._known[name] = self._facts_of(name)
        return self._known[name]

    def _failing(self, ring: tuple[str, ...]) -> Iterator[str]:
        """The modules from which the ring cannot be entered."""
        if self._gated(ring):
            return
        # A package in the ring is always entered before what lies in it.
        members = set(ring)
        entries = {name for name in ring if members.isdisjoint(_packages_of(name))}
        for index, entry in enumerate(ring):
            if entry not in entries:
                continue
            leaves = min(each.line for each in self._neighbours[entry][ring[(index + 1) % len(ring)]])
            back = self._neighbours[ring[index - 1]][entry]
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
        return not late.isdisjoint(_attributes(edge, importer))


def _packages_of(name: str) -> list[str]:
    """The packages above a name, the outermost first."""
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]


def _steps(ring: tuple[str, ...]) -> list[tuple[str, str]]:
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

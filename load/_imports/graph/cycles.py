"""Rings of modules that import one another: found, explained, and where to break each.

A group of modules of which each needs all others has more rings than can be counted. Here each group is taken apart
into the rings that matter: the shortest first, each without the statement that would break the one before it. Whoever
defers all of those statements has broken the group.
"""

from __future__ import annotations

from load._display import Told
from load._imports.graph.cycles_judging import Judge, steps_of
from load._imports.graph.cycles_search import shortest, tangled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence
    from typing import Any

    from load._imports.graph.cycles_judging import FactsOf, Neighbours
    from load._imports.source.edges import Edge


_MOST_NAMES = 6  # modules of a group that are named
_MOST_STATEMENTS = 20  # statements to move that are shown


class Cycle(Told):
    """Modules that import one another in a circle: each the next, and the last the first.

    Attributes:
        modules: in the order of the cycle.
        statements: those that make it, from the first module's to the last's.
        failing_entries: those of the modules whose import fails, or takes too little from the next, where it is the
            first of the cycle to be imported.
        breaker: the statement that breaks the cycle when it is moved into a function; None where several have to move.
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
        """The one statement that breaks the cycle when it is moved into a function."""
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
            few = " or takes too little" if any(each.wanted == ("*",) for each in self.statements) else ""
            lines.append(f"  fails{few} where {' or '.join(self.failing_entries)} is imported first")
        if not self.failing_entries and any(each.kind != "eager" for each in self.statements):
            lines.append("  some of these run after the modules are loaded, or never: none fails by it")
        elif self.breakers:
            places = " and ".join(f"{each.text!r} ({each.place})" for each in self.breakers)
            lines.append(f"  → to break it, move {places} into the function that needs it")
            lines += _held(self.breakers, self.is_free)
        return "\n".join(lines)

    def as_row(self) -> tuple[Any, ...]:
        """The cycle in plain types, for `from_row`."""
        statements, breakers = tuple(map(tuple, self.statements)), tuple(map(tuple, self.breakers))
        return self.modules, statements, self.failing_entries, breakers, self.is_free

    @classmethod
    def from_row(cls, row: tuple[Any, ...]) -> Cycle:
        """A cycle as `as_row` gave it."""
        from load._imports.source.edges import Edge

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
            "is_free": self.is_free,
        }


class CycleGroup(Told):
    """Modules that all need one another, directly or not, and the cycles between them.

    Attributes:
        modules: their names.
        cycles: those of two modules first.
        breakers: the statements that break all cycles when they are moved into functions.
        is_smallest: whether it is certain that no fewer statements would do; in large groups it is not looked for.
        is_free: whether all breakers can be moved as they are; see `Cycle`.
    """

    __slots__ = ("breakers", "cycles", "is_free", "is_smallest", "modules")

    def __init__(
        self,
        modules: tuple[str, ...],
        cycles: tuple[Cycle, ...],
        breakers: tuple[Edge, ...],
        *,
        is_smallest: bool = False,
        is_free: bool = False,
    ) -> None:
        self.modules = modules
        self.cycles = cycles
        self.breakers = breakers
        self.is_smallest = is_smallest
        self.is_free = is_free

    def __repr__(self) -> str:
        return f"<CycleGroup of {len(self.modules)} modules, {len(self.cycles)} cycles>"

    def __str__(self) -> str:
        if len(self.cycles) == 1 and len(self.breakers) == 1:
            return str(self.cycles[0])
        return "\n\n".join((self.summary(), *map(str, self.cycles)))

    def summary(self) -> str:
        """What would break all cycles, in some lines, without the cycles themselves."""
        cycles, names = _counted(len(self.cycles), "cycle"), ", ".join(self.modules[:_MOST_NAMES])
        more = len(self.modules) - _MOST_NAMES
        lines = [f"{cycles} of {len(self.modules)} modules: {names}{f' and {more} more' if more > 0 else ''}"]
        if any(each.kind != "eager" for cycle in self.cycles for each in cycle.statements):
            return lines[0]
        several = len(self.breakers) > 1
        into = "the functions that need them" if several else "the function that needs it"
        those = _counted(len(self.breakers), "statement")
        known = ", and no fewer will do" if self.is_smallest and several else ""
        lines.append(f"  → to break all of them, move {those} into {into}{known}:")
        lines += [f"    {each.place}: {each.text}" for each in self.breakers[:_MOST_STATEMENTS]]
        if len(self.breakers) > _MOST_STATEMENTS:
            lines.append(f"    … {len(self.breakers) - _MOST_STATEMENTS} more")
        lines += _held(self.breakers, self.is_free)
        return "\n".join(lines)

    def as_row(self) -> tuple[Any, ...]:
        """The group in plain types, for `from_row`."""
        rows = tuple(each.as_row() for each in self.cycles)
        return self.modules, rows, tuple(map(tuple, self.breakers)), self.is_smallest, self.is_free

    @classmethod
    def from_row(cls, row: tuple[Any, ...]) -> CycleGroup:
        """A group as `as_row` gave it."""
        from load._imports.source.edges import Edge

        modules, rows, breakers, is_smallest, is_free = row
        cycles = tuple(map(Cycle.from_row, rows))
        edges = tuple(map(Edge._make, breakers))
        return cls(modules, cycles, edges, is_smallest=is_smallest, is_free=is_free)

    def as_dict(self, first: int = 0) -> dict[str, Any]:
        """The group in the types of JSON.

        Args:
            first: the number of its first cycle in the list of all cycles.
        """
        return {
            "modules": list(self.modules),
            "cycles": list(range(first, first + len(self.cycles))),
            "breakers": [each.as_statement() for each in self.breakers],
            "is_smallest": self.is_smallest,
            "is_free": self.is_free,
        }


def cycles_of(
    neighbours: Neighbours, facts: FactsOf, offered: Callable[[str], Container[str]] = lambda _: ()
) -> Iterator[Cycle]:
    """The rings of a graph, those of two modules first.

    Args:
        neighbours: who imports whom, by which statements.
        facts: gives what a module binds and uses as it runs.
        offered: gives the names that others take from a module, which cannot go into a function of it.
    """
    judge = Judge(neighbours, facts, offered)
    for inner in _in_order(neighbours):
        for ring in _rings(inner, judge):
            yield _cycle(ring, judge)


def cycle_groups_of(
    neighbours: Neighbours, facts: FactsOf, offered: Callable[[str], Container[str]] = lambda _: ()
) -> Iterator[CycleGroup]:
    """The groups of modules that need one another, with their rings in the order of `cycles_of`.

    Args:
        neighbours: who imports whom, by which statements.
        facts: as for `cycles_of`.
        offered: as for `cycles_of`.
    """
    from load._imports.graph.cycles_breaking import smallest_breakers

    judge = Judge(neighbours, facts, offered)
    for inner in _in_order(neighbours):
        whole = {name: dict(targets) for name, targets in inner.items()}
        rings = list(_rings(inner, judge))
        breakers, is_smallest = smallest_breakers(whole, rings, judge)
        yield CycleGroup(
            tuple(whole),
            tuple(_cycle(ring, judge) for ring in rings),
            breakers,
            is_smallest=is_smallest,
            is_free=not any(judge.is_fixed(each) or judge.is_held(each) for each in breakers),
        )


def groups_document(every: Iterable[CycleGroup]) -> dict[str, list[dict[str, Any]]]:
    """All rings and their groups in the types of JSON; a group names its rings by their numbers."""
    cycles: list[dict[str, Any]] = []
    documents = []
    for group in every:
        documents.append(group.as_dict(len(cycles)))
        cycles += [cycle.as_dict() for cycle in group.cycles]
    return {"cycles": cycles, "cycle_groups": documents}


def _held(breakers: Sequence[Edge], is_free: bool) -> list[str]:
    """Lines that say what has to be done besides, where statements cannot be moved as they are."""
    if any(each.text.endswith(" import *") for each in breakers):
        return ["    by the names that it takes, with what needs them: `import *` cannot stand in a function"]
    if is_free:
        return []
    it, used = ("it", "it is used") if len(breakers) == 1 else ("them", "some are used")
    return [f"    with what else needs {it}: {used} as the module runs, or taken from it by others"]


def _in_order(neighbours: Neighbours) -> list[dict[str, dict[str, Any]]]:
    return sorted(tangled(neighbours), key=lambda each: (len(each), min(each)))


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _weakness(edge: Edge) -> int:
    from load._imports.source.edges import KINDS

    return KINDS.index(edge.kind)


def _cycle(ring: tuple[str, ...], judge: Judge) -> Cycle:
    weakest = judge.weakest(ring)
    return Cycle(
        ring,
        tuple(min(judge.statements(step), key=_weakness) for step in steps_of(ring)),
        failing_entries=tuple(judge.failing(ring)),
        breakers=tuple(judge.statements(weakest)),
        is_free=judge.is_free(weakest),
    )


def _rings(inner: dict[str, dict[str, Sequence[Edge]]], judge: Judge) -> Iterator[tuple[str, ...]]:
    """Rings that are left after each was broken, the shortest first as far as one can tell cheaply."""
    for one, targets in inner.items():
        for other in sorted(targets):
            if one < other and one in inner[other]:
                yield one, other
                _break(inner, (one, other), judge)
    todo = tangled(inner)
    while todo:
        rest = todo.pop()
        start = min(rest)  # packages come before what lies in them, and take most of the rings apart
        while (ring := shortest(rest, start)) is not None:
            yield ring
            _break(rest, ring, judge)
        del rest[start]  # it is in no ring any more
        todo += tangled(rest)


def _break(inner: dict[str, dict[str, Sequence[Edge]]], ring: tuple[str, ...], judge: Judge) -> None:
    importer, imported = judge.weakest(ring)
    del inner[importer][imported]

"""Which import came in whose: the tree of a profile, and where in time its parts lie.

Nothing here recurses: a profile may be as deep as somebody's imports are.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from load._report.document import Module

_QUANTUM = 16  # parts of a microsecond: sums of them are exact in binary, so that what is nested stays so


class Nesting:
    """The tree of the modules of a profile, which are meant by their index in it.

    Args:
        modules: in the order in which their imports began. A parent that does not stand before its module, or is not
            there, is none.

    Attributes:
        parents: index of each one's parent, or -1.
        children: of each one, in the order of their beginnings.
        roots: those without parent.
    """

    def __init__(self, modules: Sequence[Module]) -> None:
        self.modules = modules
        self.parents: list[int] = []
        self.children: list[list[int]] = [[] for _ in modules]
        self.roots: list[int] = []
        before: dict[str, int] = {}
        for index, each in enumerate(modules):
            parent = before.get(each["parent"], -1)
            self.parents.append(parent)
            (self.children[parent] if parent >= 0 else self.roots).append(index)
            before[each["module"]] = index

    def summed(self, own: Sequence[float]) -> list[float]:
        """Of each module, its own value and those of all that came with it; what is below zero counts as nothing."""
        totals = [max(0.0, value) for value in own]
        for index in range(len(totals) - 1, -1, -1):  # children stand behind their parents
            if self.parents[index] >= 0:
                totals[self.parents[index]] += totals[index]
        return totals

    def counts(self) -> list[int]:
        """Of each module, how many modules it and all that came with it are."""
        return [round(value) for value in self.summed([1.0] * len(self.modules))]


def spans(modules: Sequence[Module]) -> list[tuple[float, float]]:
    """When each import began and how long it took, so that in a thread they lie within one another, or apart.

    What was recorded does so, but for what several imports of one module add up to, and profiles that do not tell when
    an import began: there an import begins when the one before it has ended.

    Args:
        modules: as of `Nesting`. What began in another thread than its parent lies in no other.

    Returns:
        The beginnings and durations, in microseconds.
    """
    nesting = Nesting(modules)
    totals = [_quanta(total) for total in nesting.summed([each["self_duration"] for each in modules])]
    starts = [_quanta(each["started"]) for each in modules]
    ends = [0] * len(modules)
    above = [_same_thread(modules, index, parent) for index, parent in enumerate(nesting.parents)]
    below: dict[int, list[int]] = {}
    roots: dict[int, list[int]] = {}
    for index, parent in enumerate(above):
        (below.setdefault(parent, []) if parent >= 0 else roots.setdefault(modules[index]["thread"], [])).append(index)
    for thread in roots.values():
        _place(thread, below, starts, totals, ends)
    return [(start / _QUANTUM, (end - start) / _QUANTUM) for start, end in zip(starts, ends, strict=True)]


def _place(
    roots: list[int], below: dict[int, list[int]], starts: list[int], totals: list[int], ends: list[int]
) -> None:
    """Move what begins too early, and lengthen what is too short for what lies in it."""
    free = 0  # the end of what was placed last
    index, waiting = -1, _in_turn(roots, starts)
    outer: list[tuple[int, list[int]]] = []  # the imports that are open, each with what lies in it and is to come
    while index >= 0 or waiting:
        if waiting:
            outer.append((index, waiting))
            index = waiting.pop()
            starts[index] = free = max(starts[index], free)
            waiting = _in_turn(below.get(index, []), starts)
        else:
            ends[index] = free = max(starts[index] + totals[index], free)
            index, waiting = outer.pop()


def _in_turn(indexes: list[int], starts: list[int]) -> list[int]:
    """The last first, to be popped."""
    return sorted(indexes, key=lambda index: (starts[index], index), reverse=True)


def _same_thread(modules: Sequence[Module], index: int, parent: int) -> int:
    return parent if parent >= 0 and modules[parent]["thread"] == modules[index]["thread"] else -1


def _quanta(seconds: float) -> int:
    return round(seconds * 1_000_000 * _QUANTUM)

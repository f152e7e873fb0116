"""An order in which modules can run again: each after those that it needs."""

from __future__ import annotations

import sys

from load._imports.graph.cycles_search import groups

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


def each_before_its_dependents(needed_by: Mapping[str, Iterable[str]], first: Collection[str]) -> list[str]:
    """Names in an order in which each comes before those that need it.

    Args:
        needed_by: all of them, each with those that need it.
        first: those that come first where some need one another; the rest of these is in the order of its import.
    """
    order = _after_all(needed_by)
    return order if order is not None else _in_groups(needed_by, first)


def _after_all(needed_by: Mapping[str, Iterable[str]]) -> list[str] | None:
    """Names in an order in which each comes before those that need it; None where some need one another."""
    seen: set[str] = set()
    ended: list[str] = []
    for root in needed_by:
        if root in seen:
            continue
        seen.add(root)
        path = [(root, iter(needed_by[root]))]
        while path:
            name, rest = path[-1]
            for each in rest:
                if each not in seen:
                    seen.add(each)
                    path.append((each, iter(needed_by[each])))
                    break
            else:
                ended.append(name)
                path.pop()
    ended.reverse()
    place = {name: number for number, name in enumerate(ended)}
    if any(place[each] < place[name] for name in ended for each in needed_by[name]):
        return None
    return ended


def _in_groups(needed_by: Mapping[str, Iterable[str]], first: Collection[str]) -> list[str]:
    """The same where some need one another: these are together, those that come first in the order of their import."""
    place = {name: number for number, name in enumerate(sys.modules)}
    needs: dict[str, dict[str, None]] = {name: {} for name in sorted(needed_by, key=lambda name: place.get(name, 0))}
    for name, found in needed_by.items():
        for each in found:
            needs[each][name] = None
    order: list[str] = []
    for group in groups(needs):
        order += sorted(group, key=lambda name: (name not in first, place.get(name, 0)))
    return order

"""Groups of modules that need one another, and the shortest ring in one."""

from __future__ import annotations

from collections import deque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


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


def tangled(neighbours: Mapping[str, Mapping[str, Any]]) -> list[dict[str, dict[str, Any]]]:
    """The groups of modules that need one another, each by itself."""
    return [
        {name: {to: neighbours[name][to] for to in neighbours[name] if to in members} for name in group}
        for group in groups(neighbours)
        if len(group) > 1 and (members := set(group))
    ]


def shortest(inner: Mapping[str, Mapping[str, Any]], start: str) -> tuple[str, ...] | None:
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

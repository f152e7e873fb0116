"""Who imports whom, as a mapping of importers to what they import, and that to the statements which do so."""

from __future__ import annotations

from load._imports.source.edges import KINDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from load._imports.source.edges import Edge, Kind

    Neighbours = dict[str, dict[str, list[Edge]]]


def neighbours_of(nodes: Iterable[str], edges: Iterable[Edge]) -> Neighbours:
    """Importer → imported → the statements between them; each module is there, whether or not it imports any.

    Args:
        nodes: names of modules.
        edges: the statements; their modules become nodes too.
    """
    out: Neighbours = {name: {} for name in nodes}
    for edge in edges:
        targets = out.get(edge[0])
        if targets is None:
            targets = out[edge[0]] = {}
        known = targets.get(edge[1])
        if known is not None:
            known.append(edge)
            continue
        targets[edge[1]] = [edge]
        if edge[1] not in out:
            out[edge[1]] = {}
    return out


def turned(neighbours: Neighbours) -> Neighbours:
    """What is imported → importer → the statements."""
    found: Neighbours = {name: {} for name in neighbours}
    for importer, targets in neighbours.items():
        for imported, edges in targets.items():
            found[imported][importer] = edges
    return found


def weighed(neighbours: Neighbours, kind: Kind) -> Neighbours:
    """The same with the statements alone that are of a kind, or stronger."""
    kinds = KINDS[: KINDS.index(kind) + 1]
    return {
        importer: {
            imported: kept
            for imported, edges in targets.items()
            if (kept := [edge for edge in edges if edge.kind in kinds])
        }
        for importer, targets in neighbours.items()
    }


def reached(neighbours: Neighbours, start: str, kind: Kind, *, transitive: bool) -> list[str]:
    """The modules beside one, the nearest first; with `transitive` also those beside these.

    Raises:
        ValueError: there is no such kind.
    """
    check_kind(kind)
    kinds = KINDS[: KINDS.index(kind) + 1]
    found: dict[str, None] = {}
    todo = [start]
    for name in todo:  # grows as it is walked
        for each, edges in neighbours[name].items():
            if each not in found and each != start and any(edge.kind in kinds for edge in edges):
                found[each] = None
                if transitive:
                    todo.append(each)
    return list(found)


def check_kind(kind: str) -> None:
    """Make sure that there is such a kind.

    Raises:
        ValueError: there is not.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not a kind of import; there are {', '.join(KINDS)}")

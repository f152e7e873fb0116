"""What a graph of modules shows of itself: those that most others import, and the groups that import one another."""

from __future__ import annotations

from load._picture import Picture, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from load._imports.graph.cycles import CycleGroup
    from load._imports.source.edges import Edge

_GROUPS = 5  # groups of modules in rings that are told
_MODULES = 50  # modules that are shown


def picture_of(nodes: Sequence[str], edges: Sequence[Edge], groups: Sequence[CycleGroup]) -> Picture:
    """What there is to show of a graph.

    Args:
        nodes: its modules.
        edges: its statements.
        groups: the modules in it that import one another.
    """
    importers: dict[str, set[str]] = {name: set() for name in nodes}
    imported: dict[str, set[str]] = {name: set() for name in nodes}
    for edge in edges:
        if edge.kind != "typing":
            importers[edge.imported].add(edge.importer)
            imported[edge.importer].add(edge.imported)
    names = sorted(importers, key=lambda name: (-len(importers[name]), name))[:_MODULES]
    rows = [(name, len(importers[name]), len(imported[name])) for name in names]
    table = Table(
        ("module", "imported by", "imports"), rows, title="", numbers=(1, 2), unbroken=1, count=len(importers)
    )
    title = f"{_counted(len(importers), 'module')}, {_counted(len(edges), 'import')}"
    return Picture(title, [table], _rings(groups))


def _rings(groups: Sequence[CycleGroup]) -> list[str]:
    lines = [line for group in groups[:_GROUPS] for line in group.summary().splitlines()]
    if len(groups) > _GROUPS:
        lines.append(f"and {len(groups) - _GROUPS} more groups of modules that import one another")
    return lines or ["no module imports itself, directly or not"]


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"

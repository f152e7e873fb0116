"""The edges of a graph as columns of plain values, from which a later process makes them again at little cost."""

from __future__ import annotations

from itertools import chain, islice, repeat
from sys import intern

from load._imports.source.edges import Edge, new_edge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    # Of each module: its name, its file, what it imports, and how many edges there are to all of that; then to each by
    # itself; then the other fields of the edges, a column for each, with statements as text.
    Table = tuple[list[tuple[str, str, tuple[str, ...], int]], list[int], list[list[Any]]]

_COLUMNS = ("imported", "kind", "line", "written", "wanted", "bound", "implied")


def packed(neighbours: Mapping[str, Mapping[str, Sequence[Edge]]]) -> Table:
    """The table of edges that were all read in sources: those of an importer have one file.

    Args:
        neighbours: importer → imported → the edges between them.
    """
    modules = []
    for importer, targets in neighbours.items():
        file = next((edges[0].file for edges in targets.values()), "")
        modules.append((intern(importer), file, tuple(map(intern, targets)), sum(map(len, targets.values()))))
    groups = [edges for targets in neighbours.values() for edges in targets.values()]
    every = [edge for edges in groups for edge in edges]
    fields = (
        dict(zip(Edge._fields, zip(*every, strict=True), strict=True)) if every else dict.fromkeys(Edge._fields, ())
    )
    texts = {id(edge.written): intern(edge.text) for edge in every}  # several edges come of one statement
    columns: list[list[Any]] = [list(fields[name]) for name in _COLUMNS]
    columns[0] = list(map(intern, columns[0]))  # what is one object is written, and read, once
    columns[3] = [texts[id(written)] for written in columns[3]]
    return modules, list(map(len, groups)), columns


def unpacked(table: Table) -> dict[str, dict[str, list[Edge]]]:
    """What `packed` was given."""
    modules, counts, (imported, kinds, lines, texts, wanted, bound, implied) = table
    importers = chain.from_iterable(repeat(importer, count) for importer, _, _, count in modules)
    files = chain.from_iterable(repeat(file, count) for _, file, _, count in modules)
    origins = repeat("source", len(imported))
    rows = zip(importers, imported, kinds, files, lines, texts, origins, wanted, bound, implied, strict=True)
    every = list(map(new_edge, rows))
    end = 0
    groups = iter([every[end : (end := end + count)] for count in counts])
    return {importer: dict(zip(names, islice(groups, len(names)), strict=True)) for importer, _, names, _ in modules}

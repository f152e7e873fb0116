"""A graph of imports as a Mermaid diagram, which GitHub, GitLab and most notebooks draw.

Source: https://mermaid.js.org/syntax/flowchart.html
"""

from __future__ import annotations

from load._report.document import KINDS, checked_graph

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from load._report.document import Cycle, Graph, Kind

_ARROWS = {"eager": "-->", "deferred": "-.->", "typing": "-->"}
_THIN = "stroke:#8a94a3,stroke-width:0.75px"
# One colour for each cycle, in turn: a fill that dark text is read on, and the line of its statements.
_COLOURS = (("#ffd9d4", "#c0392b"), ("#ffe7b8", "#a8690a"), ("#e3dcff", "#6a4fc0"), ("#cfeedd", "#1f7a4d"))
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_. -,…")


def mermaid(graph: Mapping[str, Any], *, max_nodes: int = 80) -> str:
    """The graph as the text of a flow chart: who imports whom.

    Statements that run with their module are solid lines, those in functions dotted ones, those that only type checkers
    see thin ones; the members and statements of cycles are coloured.

    Args:
        graph: a graph document.
        max_nodes: how many modules are drawn. Those of cycles go first, then those with most neighbours; a node, and a
            comment, say how many are left out.

    Raises:
        ProfileError: it is not a graph.
        ValueError: `max_nodes` is less than 1.
    """
    if max_nodes < 1:
        raise ValueError("max_nodes has to be at least 1")
    whole = checked_graph(graph)
    pairs = _pairs(whole)
    kept = _kept(whole, pairs, max_nodes)
    drawn = {pair: kind for pair, kind in pairs.items() if kept.keys() >= set(pair)}
    return "\n".join([*_nodes(kept), *_left_out(whole, kept, len(pairs) - len(drawn)),
                      *_edges(drawn, kept, whole["cycles"]), *_classes(whole["cycles"], kept)]) + "\n"  # fmt: skip


def _pairs(graph: Graph) -> dict[tuple[str, str], Kind]:
    """Importer and imported → the strongest kind of the statements between them."""
    found: dict[tuple[str, str], Kind] = {}
    for edge in graph["edges"]:
        pair = (edge["importer"], edge["imported"])
        if pair not in found or KINDS.index(edge["kind"]) < KINDS.index(found[pair]):
            found[pair] = edge["kind"]
    return found


def _kept(graph: Graph, pairs: Iterable[tuple[str, str]], most: int) -> dict[str, str]:
    """The modules that are drawn, in the order of the graph → their identifiers."""
    members = {name for cycle in graph["cycles"] for name in cycle["modules"]}
    neighbours: dict[str, set[str]] = {name: set() for name in graph["nodes"]}
    for importer, imported in pairs:
        neighbours[importer].add(imported)
        neighbours[imported].add(importer)
    order = {name: index for index, name in enumerate(graph["nodes"])}
    best = sorted(order, key=lambda name: (name not in members, -len(neighbours[name]), order[name]))[:most]
    return {name: f"m{index}" for index, name in enumerate(sorted(best, key=order.__getitem__))}


def _nodes(kept: Mapping[str, str]) -> Iterator[str]:
    yield "flowchart LR"
    for name, key in kept.items():
        yield f'    {key}["{escaped(name)}"]'


def _left_out(graph: Graph, kept: Mapping[str, str], edges: int) -> Iterator[str]:
    nodes = len(graph["nodes"]) - len(kept)
    if nodes:
        yield f"    %% left out: {nodes:,} of {len(graph['nodes']):,} modules, and {edges:,} imports of or by them"
        yield f'    more(["… {nodes:,} more modules, {edges:,} imports"])'
        yield "    style more stroke-dasharray:4 3,fill:none"


def _edges(drawn: Mapping[tuple[str, str], Kind], kept: Mapping[str, str], cycles: Iterable[Cycle]) -> Iterator[str]:
    in_cycle = {
        (each["importer"], each["imported"]): _COLOURS[number % len(_COLOURS)][1]
        for number, cycle in enumerate(cycles)
        for each in cycle["statements"]
    }
    styles: dict[str, list[str]] = {}
    for index, ((importer, imported), kind) in enumerate(drawn.items()):
        yield f"    {kept[importer]} {_ARROWS[kind]} {kept[imported]}"
        colour = in_cycle.get((importer, imported))
        if colour and kind != "typing":
            styles.setdefault(f"stroke:{colour},stroke-width:2.5px", []).append(str(index))
        elif kind == "typing":
            styles.setdefault(_THIN, []).append(str(index))
    for style, indexes in styles.items():
        yield f"    linkStyle {','.join(indexes)} {style}"


def _classes(cycles: Iterable[Cycle], kept: Mapping[str, str]) -> Iterator[str]:
    coloured: set[str] = set()
    for number, cycle in enumerate(cycles):
        keys = [kept[name] for name in cycle["modules"] if name in kept and name not in coloured]
        coloured.update(cycle["modules"])
        if keys:
            fill, line = _COLOURS[number % len(_COLOURS)]
            yield f"    classDef cycle{number + 1} fill:{fill},stroke:{line},stroke-width:2px,color:#1b1f24"
            yield f"    class {','.join(keys)} cycle{number + 1}"


def escaped(text: str) -> str:
    """A text for a quoted label, with all that Mermaid, Markdown or HTML could take for more than text as numbers."""
    return "".join(char if char in _PLAIN or (ord(char) > 0xA0 and char.isprintable()) else f"#{ord(char)};"
                   for char in text)  # fmt: skip

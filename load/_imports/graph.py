"""Who imports whom: a graph of modules, with the statement behind each of its edges."""

from __future__ import annotations

from load._imports.cycles import cycles_of, groups
from load._imports.edges import KINDS, Edge
from load.errors import ResolveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from typing import Any

    from load._imports.cycles import Cycle, FactsOf
    from load._imports.edges import Kind, Origin


class DependencyGraph:
    """Modules, and the statements by which they import one another.

    A package depends on the submodules that it imports; a submodule depends on its package where a statement in it
    asks for something of the package, and not for lying in it.

    Args:
        nodes: names of modules.
        edges: the statements; their modules become nodes too.
        facts: gives what a module binds and uses as it runs, which tells how a cycle can be broken; None where nothing
            is known of any.

    Attributes:
        is_changed: whether something was added to it since it was made.
    """

    def __init__(self, nodes: Iterable[str] = (), edges: Iterable[Edge] = (), *, facts: FactsOf | None = None) -> None:
        self._out: dict[str, dict[str, list[Edge]]] = {name: {} for name in nodes}
        self._in: dict[str, dict[str, list[Edge]]] | None = None
        self._aliases: dict[str, str] = {}
        self._facts: FactsOf = facts or (lambda _: None)
        self._cycles: dict[Kind, list[Cycle]] = {}
        self.is_changed = False
        for edge in edges:
            self._append(edge)

    def _append(self, edge: Edge) -> None:
        out = self._out
        targets = out.get(edge[0])
        if targets is None:
            targets = out[edge[0]] = {}
        known = targets.get(edge[1])
        if known is not None:
            known.append(edge)
            return
        targets[edge[1]] = [edge]
        if edge[1] not in out:
            out[edge[1]] = {}

    # -- what there is -------------------------------------------------------------------------------------------------

    @property
    def nodes(self) -> list[str]:
        """The names of all modules."""
        return list(self._out)

    def __len__(self) -> int:
        return len(self._out)

    def __contains__(self, name: object) -> bool:
        return name in self._out or name in self._aliases

    def __repr__(self) -> str:
        return f"<DependencyGraph of {len(self):,} modules, {len(self.edges()):,} imports>"

    def edges(self, importer: str | None = None, imported: str | None = None) -> list[Edge]:
        """The statements, all or those of an importer, or that import a module.

        Raises:
            ResolveError: there is no such module in the graph.
        """
        if importer is not None:
            targets = self._out[self._name(importer)]
            if imported is not None:
                return list(targets.get(self._name(imported), ()))
            return [edge for edges in targets.values() for edge in edges]
        if imported is not None:
            return [edge for edges in self._incoming()[self._name(imported)].values() for edge in edges]
        return [edge for targets in self._out.values() for edges in targets.values() for edge in edges]

    # -- changing it ---------------------------------------------------------------------------------------------------

    def add_node(self, name: str) -> None:
        """Add a module, if it is not there."""
        if name not in self._out:
            self._out[name] = {}
            self._forget()

    def add_alias(self, alias: str, name: str) -> None:
        """Let a module be asked for by another name: `os.path` is `posixpath`, or `ntpath`."""
        self._aliases[alias] = name

    def add_edge(
        self,
        importer: str | Edge,
        imported: str = "",
        *,
        kind: Kind = "eager",
        file: str = "",
        line: int = 0,
        text: str = "",
        origin: Origin = "source",
    ) -> Edge:
        """Add a statement, or what was seen to be imported; the two become one where they are at one place.

        Args:
            importer: who imports, or a whole edge.
            imported: what it imports.
            kind: "eager", "deferred" or "typing".
            file: where the statement stands.
            line: its line.
            text: the statement.
            origin: "source" or "run".

        Returns:
            The edge as it stands in the graph.

        Raises:
            ValueError: there is no such kind, or nothing is imported.
        """
        if isinstance(importer, Edge):
            edge = importer
        else:
            edge = Edge(importer, imported, kind, file, line, text or f"import {imported}", origin)
        if edge.kind not in KINDS:
            raise ValueError(f"{edge.kind!r} is no kind of import; there are {', '.join(KINDS)}")
        if not edge.importer or not edge.imported:
            raise ValueError("an edge needs an importer and what it imports")
        self._out.setdefault(edge.imported, {})
        known = self._out.setdefault(edge.importer, {}).setdefault(edge.imported, [])
        self._forget()
        for index, other in enumerate(known):
            if other.line == edge.line and (other.file == edge.file or "run" in (other.origin, edge.origin)):
                known[index] = other if other.origin == edge.origin else _joined(other, edge)
                return known[index]
        known.append(edge)
        return edge

    def _forget(self) -> None:
        self.is_changed = True
        self._in = None
        self._cycles.clear()

    # -- asking it -----------------------------------------------------------------------------------------------------

    def get_dependencies(self, name: str, *, transitive: bool = False, kind: Kind = "deferred") -> list[str]:
        """What a module imports, in the order of its statements.

        Args:
            name: the module.
            transitive: with all that these import, the nearest first.
            kind: the weakest that counts: "eager", "deferred" (whatever may run) or "typing" (all).

        Raises:
            ResolveError: there is no such module in the graph.
        """
        return _reached(self._out, self._name(name), kind, transitive=transitive)

    def get_dependents(self, name: str, *, transitive: bool = False, kind: Kind = "deferred") -> list[str]:
        """The modules that import a module.

        Args:
            name: the module.
            transitive: with all that import these, the nearest first.
            kind: as for `get_dependencies`.

        Raises:
            ResolveError: there is no such module in the graph.
        """
        return _reached(self._incoming(), self._name(name), kind, transitive=transitive)

    def get_dependency_order(self, names: str | Iterable[str] | None = None) -> list[str | tuple[str, ...]]:
        """Modules in an order in which each comes after all that it needs as it runs.

        Args:
            names: a module, for it and all it needs; several, for these alone; None for all.

        Returns:
            The names; modules that need one another are one tuple.

        Raises:
            ResolveError: there is no such module in the graph.
        """
        wanted: Container[str]
        if names is None:
            wanted = self._out
        elif isinstance(names, str):
            wanted = {self._name(names), *self.get_dependencies(names, transitive=True, kind="eager")}
        else:
            wanted = set(map(self._name, names))
        order: list[str | tuple[str, ...]] = []
        for group in groups(self._weighed("eager")):
            kept = tuple(name for name in group if name in wanted)
            if kept:
                order.append(kept if len(kept) > 1 else kept[0])
        return order

    def find_cycles(self, kind: Kind = "eager") -> list[Cycle]:
        """The rings of modules that import one another.

        Args:
            kind: the weakest that counts, as for `get_dependencies`. Only eager ones can fail.

        Raises:
            ValueError: there is no such kind.
        """
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is no kind of import; there are {', '.join(KINDS)}")
        if kind not in self._cycles:
            self._cycles[kind] = list(cycles_of(self._weighed(kind), self._facts, self._offered))
        return list(self._cycles[kind])

    def know_cycles(self, kind: Kind, cycles: Iterable[Cycle]) -> None:
        """Take over cycles that were found in a graph like this."""
        self._cycles[kind] = list(cycles)

    def as_dict(self) -> dict[str, Any]:
        """The graph, with its eager cycles, in the types of JSON."""
        return {
            "nodes": self.nodes,
            "edges": [edge.as_dict() for edge in self.edges()],
            "cycles": [cycle.as_dict() for cycle in self.find_cycles()],
        }

    def canonical(self, name: str, *, add: bool = False) -> str:
        """The name under which a module stands in the graph.

        Args:
            name: its name, or an alias.
            add: give a name that the graph does not have as it is.

        Raises:
            ResolveError: there is no such module in the graph.
        """
        return self._aliases.get(name, name) if add else self._name(name)

    # -- within --------------------------------------------------------------------------------------------------------

    def _name(self, name: str) -> str:
        name = self._aliases.get(name, name)
        if name in self._out:
            return name
        from load._names.near_miss import near

        close = near(name, self._out)
        hint = f"did you mean {', '.join(map(repr, close))}?" if close else "import it first, or see `.nodes`"
        raise ResolveError(
            f"{name!r} is not in the graph.", context=(f"it has {len(self._out):,} modules",), hint=hint, name=name
        )

    def _incoming(self) -> dict[str, dict[str, list[Edge]]]:
        if self._in is None:
            found: dict[str, dict[str, list[Edge]]] = {name: {} for name in self._out}
            for importer, targets in self._out.items():
                for imported, edges in targets.items():
                    found[imported][importer] = edges
            self._in = found
        return self._in

    def _offered(self, name: str) -> set[str]:
        """The names that other modules take from one."""
        return {wanted for edges in self._incoming()[name].values() for edge in edges for wanted in edge.wanted}

    def _weighed(self, kind: Kind) -> dict[str, dict[str, list[Edge]]]:
        """The graph with the statements alone that are of a kind, or stronger."""
        kinds = KINDS[: KINDS.index(kind) + 1]
        return {
            importer: {
                imported: kept
                for imported, edges in targets.items()
                if (kept := [edge for edge in edges if edge.kind in kinds])
            }
            for importer, targets in self._out.items()
        }


def _joined(one: Edge, other: Edge) -> Edge:
    """What was read and what was seen to happen."""
    read = one if one.origin != "run" else other
    return read._replace(origin="both")


def _reached(neighbours: dict[str, dict[str, list[Edge]]], start: str, kind: Kind, *, transitive: bool) -> list[str]:
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of import; there are {', '.join(KINDS)}")
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

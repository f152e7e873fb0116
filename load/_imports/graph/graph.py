"""Who imports whom: a graph of modules, with the statement behind each of its edges."""

from __future__ import annotations

from load._display import Shown
from load._imports.graph.cycles import cycle_groups_of, cycles_of, groups_document
from load._imports.graph.cycles_search import groups
from load._imports.graph.neighbours import check_kind, neighbours_of, reached, turned, weighed
from load._imports.source.edges import Edge
from load.errors import ResolveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from typing import Any, Self

    from load._imports.graph.cycles import Cycle, CycleGroup
    from load._imports.graph.cycles_judging import FactsOf
    from load._imports.graph.neighbours import Neighbours
    from load._imports.source.edges import Kind, Origin
    from load._picture import Picture


class DependencyGraph(Shown):
    """Modules, and the statements by which they import one another.

    A package depends on the submodules that it imports. A submodule depends on its package only if a statement in it
    asks for something of the package.

    Args:
        nodes: names of modules.
        edges: the statements; their modules become nodes too.
        facts: gives what a module binds and uses as it runs, which tells how a cycle can be broken; None where nothing
            is known of any.

    Attributes:
        is_changed: whether something was added to it since it was made.
    """

    def __init__(self, nodes: Iterable[str] = (), edges: Iterable[Edge] = (), *, facts: FactsOf | None = None) -> None:
        self._out = neighbours_of(nodes, edges)
        self._in: Neighbours | None = None
        self._aliases: dict[str, str] = {}
        self._facts: FactsOf = facts or (lambda _: None)
        self._cycles: dict[Kind, list[Cycle]] = {}
        self._groups: dict[Kind, list[CycleGroup]] = {}
        self.is_changed = False

    @classmethod
    def of(cls, neighbours: Neighbours, *, facts: FactsOf | None = None) -> Self:
        """A graph of what `neighbours_of` gave."""
        graph = cls(facts=facts)
        graph._out = neighbours
        return graph

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

    def _picture(self) -> Picture:
        from load._imports.graph.picture import picture_of

        return picture_of(self.nodes, self.edges(), self.find_cycle_groups())

    def edges(self, importer: str | None = None, imported: str | None = None) -> list[Edge]:
        """The statements, all or those of an importer, or that import a module.

        Args:
            importer: the module whose statements are meant; all where None.
            imported: the module that they import; any where None.

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
        """Add a module, if it is not there.

        Args:
            name: its name.
        """
        if name not in self._out:
            self._out[name] = {}
            self._forget()

    def add_alias(self, alias: str, name: str) -> None:
        """Let a module be asked for by another name: `os.path` is `posixpath`, or `ntpath`.

        Args:
            alias: the other name.
            name: the module's own.
        """
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
        check_kind(edge.kind)
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
        self._groups.clear()

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
        return reached(self._out, self._name(name), kind, transitive=transitive)

    def get_dependents(self, name: str, *, transitive: bool = False, kind: Kind = "deferred") -> list[str]:
        """The modules that import a module.

        Args:
            name: the module.
            transitive: with all that import these, the nearest first.
            kind: as for `get_dependencies`.

        Raises:
            ResolveError: there is no such module in the graph.
        """
        return reached(self._incoming(), self._name(name), kind, transitive=transitive)

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
        for group in groups(weighed(self._out, "eager")):
            kept = tuple(name for name in group if name in wanted)
            if kept:
                order.append(kept if len(kept) > 1 else kept[0])
        return order

    def find_cycles(self, kind: Kind = "eager") -> list[Cycle]:
        """The cycles: modules that import one another in a circle.

        Args:
            kind: the weakest that counts, as for `get_dependencies`. Only eager ones can fail.

        Raises:
            ValueError: there is no such kind.
        """
        check_kind(kind)
        if kind not in self._cycles:
            self._cycles[kind] = list(cycles_of(weighed(self._out, kind), self._facts, self._offered))
        return list(self._cycles[kind])

    def find_cycle_groups(self, kind: Kind = "eager") -> list[CycleGroup]:
        """The groups of modules that need one another: their cycles, and the fewest statements that break all of these.

        Args:
            kind: as for `find_cycles`.

        Raises:
            ValueError: there is no such kind.
        """
        check_kind(kind)
        if kind not in self._groups:
            self.know_groups(kind, cycle_groups_of(weighed(self._out, kind), self._facts, self._offered))
        return list(self._groups[kind])

    def know_cycles(self, kind: Kind, cycles: Iterable[Cycle]) -> None:
        """Take over cycles that were found in a graph like this."""
        self._cycles[kind] = list(cycles)

    def know_groups(self, kind: Kind, groups: Iterable[CycleGroup]) -> None:
        """Take over groups that were found in a graph like this."""
        self._groups[kind] = list(groups)
        self._cycles[kind] = [cycle for group in self._groups[kind] for cycle in group.cycles]

    def as_dict(self) -> dict[str, Any]:
        """The graph, with its eager cycles and their groups, in the types of JSON."""
        return {
            "nodes": self.nodes,
            "edges": [edge.as_dict() for edge in self.edges()],
            **groups_document(self.find_cycle_groups()),
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

    def _incoming(self) -> Neighbours:
        if self._in is None:
            self._in = turned(self._out)
        return self._in

    def _offered(self, name: str) -> set[str]:
        """The names that other modules take from one."""
        return {wanted for edges in self._incoming()[name].values() for edge in edges for wanted in edge.wanted}


def _joined(one: Edge, other: Edge) -> Edge:
    """What was read and what was seen to happen."""
    read = one if one.origin != "run" else other
    return read._replace(origin="both")

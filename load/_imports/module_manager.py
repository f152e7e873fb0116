"""The graph of the running program: what its modules' sources say, and what was seen to be imported."""

from __future__ import annotations

import gc
import os
import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import SourceFileLoader
from contextlib import contextmanager
from types import ModuleType

from load._display import Shown
from load._imports.files.kept import cache_file, digest_of
from load._imports.graph.cycles import Cycle, CycleGroup
from load._imports.graph.graph import DependencyGraph
from load._imports.graph.neighbours import neighbours_of
from load._imports.profiling.recorder import Recorder
from load._imports.source.edges import Edge, are_all_lazy, edges_of
from load._imports.source.reading import Sources, UnreadableError
from load._imports.source.table import packed, unpacked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Protocol, TypeVar

    from load._imports.source.edges import Kind
    from load._imports.source.facts import Facts
    from load._picture import Picture

    _Row = TypeVar("_Row", Cycle, CycleGroup)

    class Observed(Protocol):
        """An import that was seen to happen, as `Import` of the recorder."""

        @property
        def name(self) -> str:
            """What was imported."""

        @property
        def importer(self) -> str:
            """Who asked for it."""

        @property
        def place(self) -> str:
            """File and line that asked."""

        @property
        def parent(self) -> Observed | None:
            """The import in whose course it came."""


class LoadedModule:
    """What is known of a module of the running program.

    Attributes:
        name: its name.
        file: its source; "" for one without: built in, an extension, a namespace package, in an archive.
        package: what its relative imports are relative to.
        problem: why nothing could be read of its source, or "".
    """

    __slots__ = ("file", "name", "package", "problem")

    def __init__(self, name: str, file: str, package: str, problem: str = "") -> None:
        self.name = name
        self.file = file
        self.package = package
        self.problem = problem

    def __repr__(self) -> str:
        return f"<LoadedModule {self.name!r} from {self.file or 'no source'!r}>"


class ModuleManager(Shown):
    """The modules of the running program, and which of them import which.

    Nothing is imported to find out, and no code of a module runs. The graph is that of the first moment when somebody
    asked for it; `refresh` looks again.

    Args:
        imports: imports that were seen to happen: a recorder, or its records. They are added to what the sources say,
            and are all that is known of modules without source.
        cache: a file to keep what was read in, for later processes; None for the one in the user's cache, "" for none.
    """

    def __init__(self, imports: Recorder | Iterable[Observed] = (), *, cache: str | None = None) -> None:
        self._imports = imports
        with uncollected():
            self._sources = Sources(cache_file() if cache is None else cache or None)
        self._modules: dict[str, LoadedModule] = {}
        self._graph: DependencyGraph | None = None
        self._key = b""  # what the sources of the graph are known by

    def _picture(self) -> Picture:
        return self.graph._picture()

    def __repr__(self) -> str:
        return f"<ModuleManager of {len(self.graph):,} modules>"

    @property
    def graph(self) -> DependencyGraph:
        """The graph of what was loaded when it was first asked for, or refreshed."""
        return self._graph if self._graph is not None else self.refresh()

    def refresh(self) -> DependencyGraph:
        """Look at the loaded modules and their sources again; those that have not changed are not read again."""
        with uncollected():
            self._graph = self._build()
        self._sources.save()
        return self._graph

    @property
    def modules(self) -> list[LoadedModule]:
        """The loaded modules that the graph was made of."""
        return list(self._loaded().values())

    def get_module(self, name: str) -> LoadedModule:
        """What is known of a module.

        Args:
            name: its name, or another that it is asked for by.

        Raises:
            ResolveError: it is not in the graph.
        """
        known = self._modules.get(name)
        if known is not None:
            return known
        name = self.graph.canonical(name)
        return self._modules.get(name) or LoadedModule(name, "", "", "it is not loaded")

    def get_dependencies(self, name: str, *, transitive: bool = False, kind: Kind = "deferred") -> list[str]:
        """As `DependencyGraph.get_dependencies`."""
        return self.graph.get_dependencies(name, transitive=transitive, kind=kind)

    def get_dependents(self, name: str, *, transitive: bool = False, kind: Kind = "deferred") -> list[str]:
        """As `DependencyGraph.get_dependents`."""
        return self.graph.get_dependents(name, transitive=transitive, kind=kind)

    def get_dependency_order(self, names: str | Iterable[str] | None = None) -> list[str | tuple[str, ...]]:
        """As `DependencyGraph.get_dependency_order`."""
        return self.graph.get_dependency_order(names)

    def find_cycles(self, kind: Kind = "eager") -> list[Cycle]:
        """As `DependencyGraph.find_cycles`."""
        return self._known_or_found(kind, Cycle, self.graph.know_cycles, self.graph.find_cycles)

    def find_cycle_groups(self, kind: Kind = "eager") -> list[CycleGroup]:
        """As `DependencyGraph.find_cycle_groups`."""
        return self._known_or_found(kind, CycleGroup, self.graph.know_groups, self.graph.find_cycle_groups)

    def get_dependent_modules(self, path: str | os.PathLike[str]) -> list[str]:
        """The modules that a file is the source of, and all that depend on them.

        Args:
            path: the file.

        Returns:
            Their names, in the order in which they would have to be run again: the file's own first, each after what it
            needs. Empty where no loaded module comes from there.
        """
        own = [name for name, module in self._loaded().items() if _is_same(module.file, path)]
        found = {each for name in own for each in self.graph.get_dependents(name, transitive=True, kind="eager")}
        order: list[str] = list(own)
        for group in self.graph.get_dependency_order(found.difference(own)):
            order += (group,) if isinstance(group, str) else group
        return order

    # -- within --------------------------------------------------------------------------------------------------------

    def _loaded(self) -> Mapping[str, LoadedModule]:
        if self._graph is None:
            self.refresh()
        return self._modules

    def _build(self) -> DependencyGraph:
        self._modules, aliases = loaded_modules()
        graph = DependencyGraph.of(self._neighbours(aliases), facts=self._facts)
        for alias, name in aliases.items():
            graph.add_alias(alias, name)
        records = self._imports.imports if isinstance(self._imports, Recorder) else self._imports
        added = [edge for record in records if (edge := _add_observed(graph, record)) is not None]
        if added:
            told = repr([(*each[:5], each.origin) for each in added])  # a statement may be kept in two forms
            self._key = digest_of(self._key + told.encode("utf-8", "surrogatepass"))
        graph.is_changed = False  # whatever is added from here on, no key tells
        return graph

    def _neighbours(self, aliases: Mapping[str, str]) -> dict[str, dict[str, list[Edge]]]:
        """What the sources say of who imports whom: as an earlier process has kept it, or read anew."""
        modules = [each for each in self._modules.values() if each.file]
        parts = [part for each in self._modules.values() for part in (each.name, each.package, each.file)]
        parts += [part for pair in aliases.items() for part in pair]
        parts.append("all lazy" if are_all_lazy() else "")
        files = [each.file for each in modules]
        if self._sources.are_known(files):
            self._key = self._sources.key_of(parts, files)
            kept = self._sources.results.get(self._key)
            if kept is not None:
                table, problems = kept
                for each, problem in zip(modules, problems, strict=True):
                    each.problem = problem
                return unpacked(table)
        neighbours = self._read(modules, aliases)
        self._key = self._sources.key_of(parts, files)
        if self._sources.results.are_kept:
            self._sources.results.keep(self._key, (packed(neighbours), [each.problem for each in modules]))
        return neighbours

    def _read(self, modules: Iterable[LoadedModule], aliases: Mapping[str, str]) -> dict[str, dict[str, list[Edge]]]:
        names = set(self._modules) | set(aliases)
        all_lazy = are_all_lazy()
        edges: list[Edge] = []
        for module in modules:
            try:
                statements = self._sources.statements(module.file)
            except UnreadableError as error:
                module.problem = str(error)
                continue
            edges += edges_of(
                statements, module.name, module.package, module.file, names.__contains__, all_lazy=all_lazy
            )
        if aliases:
            edges = [edge._replace(imported=aliases[edge.imported]) if edge.imported in aliases else edge for edge in edges]  # fmt: skip  # noqa: E501
        return neighbours_of(self._modules, edges)

    def _known_or_found(
        self,
        kind: Kind,
        row: type[_Row],
        know: Callable[[Kind, Iterable[_Row]], None],
        find: Callable[[Kind], list[_Row]],
    ) -> list[_Row]:
        """What was kept of a graph like this, which the graph is told; else what is found, which is kept."""
        with uncollected():
            # What somebody has added to the graph, no other has.
            key = None if self.graph.is_changed else digest_of(self._key + f"{row.__name__}/{kind}".encode())
            kept = None if key is None else self._sources.results.get(key)
            if kept is not None:
                know(kind, map(row.from_row, kept))
            found = find(kind)
            if key is not None and kept is None:
                self._sources.results.keep(key, [each.as_row() for each in found])
        self._sources.save()
        return found

    def _facts(self, name: str) -> Facts | None:
        module = self._modules.get(name)
        return self._sources.facts(module.file) if module is not None and module.file else None


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage is collected meanwhile.

    What is made here lives on, and stands in no rings: to look through all objects of the program for garbage would
    double the time.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _add_observed(graph: DependencyGraph, record: Observed) -> Edge | None:
    if not record.importer or record.importer == record.name:
        return None
    file, _, line = record.place.rpartition(":")
    number = int(line) if line.isdigit() else 0
    importer, name = graph.canonical(record.importer, add=True), graph.canonical(record.name, add=True)
    if importer == name or importer.startswith(f"{name}."):
        return None  # that a package runs before what lies in it is known
    parent = record.parent
    kind: Kind = "eager" if parent is not None and parent.name == record.importer else "deferred"
    return graph.add_edge(importer, name, kind=kind, file=file, line=number, origin="run")


def loaded_modules() -> tuple[dict[str, LoadedModule], dict[str, str]]:
    """The modules in `sys.modules`, and which names there are others' second ones.

    Whatever stands there is looked at without running any code of it.
    """
    modules: dict[str, LoadedModule] = {}
    aliases: dict[str, str] = {}
    every = {
        name: each
        for name, each in list(sys.modules.items())
        if type(name) is str and issubclass(type(each), ModuleType)
    }
    for name, module in every.items():
        try:
            namespace = ModuleType.__getattribute__(module, "__dict__")
        except AttributeError:
            continue  # a class that was never initialised
        own = namespace.get("__name__")
        if type(own) is str and own != name and every.get(own) is module:
            aliases[name] = own
            continue
        modules[name] = LoadedModule(name, _source(namespace), _package(name, namespace))
    return modules, aliases


def _source(namespace: Mapping[str, object]) -> str:
    file = namespace.get("__file__")
    if type(file) is not str:
        spec = namespace.get("__spec__")
        # A frozen module of the standard library has its source beside it, where `__file__` tells.
        file = spec.origin if type(spec) is ModuleSpec and spec.has_location else None
        loader = namespace.get("__loader__")
        if file is None and type(loader) is SourceFileLoader:  # a script that has ended has no `__file__` any more
            file = loader.path
    return file if type(file) is str and file.endswith((".py", ".pyw")) else ""


def _package(name: str, namespace: Mapping[str, object]) -> str:
    package = namespace.get("__package__")
    if type(package) is str:
        return package
    return name if "__path__" in namespace else name.rpartition(".")[0]


def _is_same(file: str, path: str | os.PathLike[str]) -> bool:
    if os.path.basename(file) != os.path.basename(path):
        return False
    return bool(file) and os.path.realpath(file) == os.path.realpath(path)

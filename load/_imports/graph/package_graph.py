"""The graph of an installed package, none of whose code runs: through grimp, which finds its modules and imports."""

from __future__ import annotations

import os
import sys

from load._find import find
from load._imports.files.kept import cache_file
from load._imports.graph.graph import DependencyGraph
from load._imports.source.edges import Edge, are_all_lazy, edges_of
from load._imports.source.reading import Sources, UnreadableError
from load.errors import ResolveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from load._imports.source.edges import Kind
    from load._imports.source.facts import Facts


def package_graph(name: str, *, external: bool = False) -> DependencyGraph:
    """The graph of an installed package, without importing it.

    Args:
        name: a top-level package.
        external: with the other distributions' packages that it imports, each as one module.

    Returns:
        Its modules and the statements between them: eager, in functions, and for type checkers alone.

    Raises:
        ResolveError: there is no such package, a source of it is no Python, or grimp is not installed.
    """
    grimp = _grimp()
    folder = _folder(name)
    try:
        found = grimp.build_graph(name, include_external_packages=external, cache_dir=None)
    except (grimp.exceptions.GrimpException, ValueError, SyntaxError) as error:
        what = str(error) or type(error).__name__
        raise ResolveError(
            f"{name!r} cannot be read.", context=(f"grimp: {what}",), hint="give a package that is whole", name=name
        ) from error
    modules: list[str] = sorted(found.modules)
    sources = Sources(cache_file())
    files = {module: _file(module, folder) for module in modules if module.partition(".")[0] == name}
    edges: list[Edge] = []
    for module in modules:
        edges += _edges(module, files.get(module, ""), found, sources)

    def facts(module: str) -> Facts | None:
        file = files.get(module)
        return sources.facts(file) if file else None

    sources.save()
    return DependencyGraph(modules, edges, facts=facts)


def _grimp() -> Any:
    try:
        import grimp
        import grimp.exceptions
    except ModuleNotFoundError as error:
        if error.name != "grimp":
            raise
        raise ResolveError(
            "The graph of a package that is not imported needs grimp, which is not installed.",
            name="grimp",
            hint=f"{sys.executable or 'python'} -m pip install grimp",
        ) from error
    return grimp


def _folder(name: str) -> str:
    """The folder of a top-level package."""
    if "." in name:
        raise ResolveError(
            f"{name!r} is part of a package.",
            hint=f"ask for {name.partition('.')[0]!r}, and the graph for {name!r}",
            name=name,
        )
    spec = find(name)
    if spec is None:
        raise ResolveError(f"No package {name!r} is installed.", hint="install it first, or check the name", name=name)
    places = list(spec.submodule_search_locations or ())
    if not places or spec.origin is None:
        kind = "a namespace package, which has no code of its own" if places else "no package, but a module"
        raise ResolveError(f"{name!r} is {kind}.", hint="give a package with an __init__.py", name=name)
    return places[0]


def _file(module: str, folder: str) -> str:
    """The source of a module of the package, "" for one without."""
    path = os.path.join(folder, *module.split(".")[1:])
    for each in (os.path.join(path, "__init__.py"), f"{path}.py"):
        if os.path.isfile(each):
            return each
    return ""


def _edges(module: str, file: str, found: Any, sources: Sources) -> list[Edge]:
    """The statements of a module as its source says them; what grimp alone has found is added."""
    edges: list[Edge] = []
    try:
        package = module if os.path.basename(file) == "__init__.py" else module.rpartition(".")[0]
        statements = sources.statements(file)
        edges = [
            edge
            for edge in edges_of(statements, module, package, file, found.modules.__contains__, all_lazy=are_all_lazy())
            if edge.imported in found.modules
        ]
    except UnreadableError:
        edges = []
    known = {edge.imported for edge in edges}
    for imported in sorted(found.find_modules_directly_imported_by(module) - known):
        for detail in found.get_import_details(importer=module, imported=imported):
            kind: Kind = "deferred" if detail.get("is_lazy") else "eager"
            edges.append(Edge(module, imported, kind, file, detail["line_number"], detail["line_contents"].strip()))
    return edges

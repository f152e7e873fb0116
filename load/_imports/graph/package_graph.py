"""The graph of an installed package, none of whose code runs: through grimp, which finds its modules and imports."""

from __future__ import annotations

import os
import sys

from load._find import find, is_namespace
from load._imports.files.kept import cache_file
from load._imports.graph.graph import DependencyGraph
from load._imports.source.edges import Edge, are_all_lazy, edges_of
from load._imports.source.reading import Sources, UnreadableError
from load.errors import ResolveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from load._imports.source.edges import Kind
    from load._imports.source.facts import Facts


def package_graph(name: str, *, external: bool = False) -> DependencyGraph:
    """The graph of an installed package, without importing it.

    Args:
        name: a package; a part of one only where all above it are namespace packages, as of `google.cloud.storage`.
        external: with the other distributions' packages that it imports, each as one module.

    Returns:
        Its modules and the statements between them: eager, in functions, and for type checkers only.

    Raises:
        ResolveError: there is no such package, one of its sources is not valid Python, or grimp is not installed.
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
    inside = f"{name}."
    files = {each: _file(f"{each}.".removeprefix(inside), folder) for each in modules if f"{each}.".startswith(inside)}
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


def whole_package(name: str) -> str:
    """The outermost package with code of its own that a module belongs to; what is above it are namespace packages.

    Args:
        name: the module; it is returned itself where nothing above it has code.
    """
    parts = name.split(".")
    for count in range(1, len(parts)):
        above = ".".join(parts[:count])
        spec = find(above)
        if spec is None or not is_namespace(spec):
            return above
    return name


def _folder(name: str) -> str:
    """The folder of a package."""
    whole = whole_package(name)
    if whole != name:
        raise ResolveError(
            f"{name!r} is part of a package.", hint=f"ask for {whole!r}, and the graph for {name!r}", name=name
        )
    spec = find(name)
    if spec is None:
        raise ResolveError(f"No package {name!r} is installed.", hint="install it first, or check the name", name=name)
    places = list(spec.submodule_search_locations or ())
    if not places:
        hint = "give a package: a folder with an __init__.py"
        raise ResolveError(f"{name!r} is not a package, but a module.", hint=hint, name=name)
    if is_namespace(spec):
        raise ResolveError(
            f"{name!r} is a namespace package, which has no code of its own.",
            context=_within(name, places),
            hint=f"give a package in it, as {name}.NAME",
            name=name,
        )
    if spec.origin is None or not spec.origin.endswith(".py"):
        raise ResolveError(
            f"{name!r} was compiled, and grimp reads sources alone.",
            context=(f"it is {spec.origin}",),
            hint=f"import it, and ask load.imports.ModuleManager().get_dependencies({name!r})",
            name=name,
        )
    return places[0]


def _within(name: str, places: Iterable[str]) -> list[str]:
    """A line that lists the packages in a namespace package; no line where there are none."""
    folders = {each.name for place in places if os.path.isdir(place) for each in os.scandir(place) if each.is_dir()}
    found = sorted(f"{name}.{each}" for each in folders if each.isidentifier() and each != "__pycache__")
    return [f"it holds {', '.join(found)}"] if found else []


def _file(inner: str, folder: str) -> str:
    """The source of a module of the package, "" for one without.

    Args:
        inner: its name within the package, with a dot after each part.
        folder: that of the package.
    """
    path = os.path.join(folder, *inner.split(".")[:-1])
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

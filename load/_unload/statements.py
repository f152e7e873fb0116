"""The import statements by which loaded modules may need what is to go: a graph of those, and of no others.

To read the source of every module that is loaded would take more memory than most packages give back.
"""

from __future__ import annotations

from load._imports.graph.graph import DependencyGraph
from load._imports.module_manager import loaded_modules
from load._imports.source.edges import edges_of
from load._imports.source.reading import Sources, UnreadableError
from load._unload.verdict import is_of_standard_library, root_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from load._imports.module_manager import LoadedModule
    from load._imports.source.edges import Edge


def graph_of_users(names: Collection[str], packages: Collection[str]) -> DependencyGraph:
    """Who imports modules, or something of packages, as the sources of the other modules say.

    Args:
        names: the modules.
        packages: top-level names.
    """
    modules, aliases = loaded_modules()
    return DependencyGraph((), _edges(modules, aliases, frozenset(names), frozenset(packages)))


def _edges(
    modules: Mapping[str, LoadedModule], aliases: Mapping[str, str], names: frozenset[str], packages: frozenset[str]
) -> Iterator[Edge]:
    sources = Sources(None)
    roots = {root_of(name) for name in names}
    is_part = not roots <= names  # then the rest of the package may import it in ways that do not name the package
    known = {*modules, *aliases}.__contains__
    for name, module in modules.items():
        root = root_of(name)
        if name in names or not module.file or root == "load" or is_of_standard_library(root, None):
            continue
        wanted = {*packages} - {root} if root in packages else {*roots, *packages}
        if not (is_part and root in roots) and not _may_import(module.file, wanted):
            continue
        try:
            statements = sources.statements(module.file)
        except UnreadableError:
            continue  # what it holds of the modules is seen in its namespace
        for edge in edges_of(statements, name, module.package, module.file, known):
            yield edge._replace(imported=aliases.get(edge.imported, edge.imported))


def _may_import(file: str, roots: Collection[str]) -> bool:
    """Whether a line of a source looks like an import of a package; what it is the grammar tells."""
    try:
        with open(file, "rb") as source:
            text = source.read()
    except OSError:
        return False
    return any(b"import" in line for root in roots for line in _lines_with(text, root.encode()))


def _lines_with(text: bytes, word: bytes) -> Iterator[bytes]:
    """The lines in which something stands; none is told twice."""
    at = text.find(word)
    while at >= 0:
        end = text.find(b"\n", at)
        end = len(text) if end < 0 else end
        yield text[text.rfind(b"\n", 0, at) + 1 : end]
        at = text.find(word, end)

"""`load graph`: which module of a package imports which, and in which cycles, without importing any of it."""

from __future__ import annotations

import os
import shlex

from load._cli.figures import limit
from load._cli.printing import print_json, print_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from load._cli.arguments import Commands
    from load._imports.graph.graph import DependencyGraph

_MOST = 20  # cycles, or modules, that are shown
_GRAPH = """\
examples:
  load graph rich                        its modules and import cycles
  load graph mypkg --mermaid             a diagram for Markdown
  load graph mypkg --external --json     including the packages it imports

A cycle is shown with the import statements that form it and the one to move
into a function. Where several cycles overlap, the fewest statements that break
all of them come first. Imports in functions and below TYPE_CHECKING do not run
while modules are loaded, and form no cycle. The package is not imported; grimp
reads it:
  load install grimp
"""


def add_to(commands: Commands) -> None:
    """Add the command to the command line."""
    graph = commands.add_parser(
        "graph",
        description="Show how the modules of an installed package import one another, without importing them.",
        epilog=_GRAPH,
    )
    graph.add_argument("package", metavar="PKG", help="its import name")
    graph.add_argument("--external", action="store_true", help="include the other packages that it imports")
    graph.add_argument("--most", type=limit, default=_MOST, metavar="N", help=f"show so many cycles ({_MOST})")
    form = graph.add_mutually_exclusive_group()
    form.add_argument("--mermaid", action="store_true", help="print a Mermaid diagram of at most N modules")
    form.add_argument("--json", action="store_true", help="print JSON: nodes, edges, cycles, cycle_groups")
    graph.set_defaults(act=_graph)


def _graph(arguments: argparse.Namespace) -> int:
    from load._cli.checkout import require
    from load._imports.graph.package_graph import package_graph

    _check_path(arguments.package)
    require(arguments.package)
    _check_whole(arguments.package)
    graph = package_graph(arguments.package, external=arguments.external)
    if arguments.json:
        print_json(graph.as_dict())
    elif arguments.mermaid:
        from load._report.mermaid import mermaid

        print_text(mermaid(graph.as_dict(), max_nodes=max(arguments.most, 1)))
    else:
        print_text("\n".join(_lines(arguments.package, graph, arguments.most)))
    return 0


def _check_whole(package: str) -> None:
    """Make sure that a package is whole.

    Raises:
        SourceError: it is a part of one; the hint is what to type.
    """
    from load._imports.graph.package_graph import whole_package
    from load.errors import SourceError

    whole = whole_package(package)
    if whole != package:
        fact = f"{package!r} is a part of a package, and the graph is of a whole one."
        raise SourceError(fact, text=package, hint=f"type: load graph {whole}")


def _check_path(package: str) -> None:
    """Make sure that it can be an import name.

    Raises:
        SourceError: it is a path; the hint is what to type.
    """
    from load.errors import SourceError

    path = os.path.abspath(package)
    if not os.path.exists(path) or package.isidentifier():
        return
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    while os.path.exists(os.path.join(os.path.dirname(folder), "__init__.py")):
        folder = os.path.dirname(folder)
    above, name = os.path.split(folder)
    if not os.path.exists(os.path.join(folder, "__init__.py")):
        hint = "give the import name of a package: a folder with an __init__.py"
    elif above == os.getcwd():
        hint = f"type: load graph {name}"
    else:
        hint = f"type: cd {shlex.quote(above)} && load graph {name}"
    raise SourceError(f"{package!r} is a path, and no import name.", text=package, hint=hint)


def _lines(package: str, graph: DependencyGraph, most: int) -> Iterator[str]:
    kinds = [edge.kind for edge in graph.edges()]
    counted = ", ".join(f"{kinds.count(kind):,} {kind}" for kind in ("eager", "deferred", "typing"))
    groups = graph.find_cycle_groups()
    total = sum(len(group.cycles) for group in groups)
    modules, imports = _plural(len(graph), "module"), _plural(len(kinds), "import")
    yield f"{package}: {modules}, {imports} ({counted})"
    yield f"{_plural(total, 'cycle') if total else 'no cycles'} of imports that run while modules are loaded"
    shown = 0
    for group in groups:
        if shown >= most:
            break
        if len(group.cycles) > 1:
            yield f"\n{group.summary()}"
        for cycle in group.cycles[: most - shown]:
            yield f"\n{cycle}"
            shown += 1
    if total > most:
        yield f"\n… {total - most} more: --most {total}"


def _plural(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"

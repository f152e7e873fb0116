"""`load graph`: which module of a package imports which, and in which rings, without importing any of it."""

from __future__ import annotations

from load._cli.printing import print_json, print_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from load._cli.arguments import Commands
    from load._imports.graph import DependencyGraph

_MOST = 20  # rings, or modules, that are shown
_GRAPH = """\
examples:
  load graph rich                        how it hangs together, and its rings
  load graph mypkg --mermaid             a diagram, for Markdown
  load graph mypkg --external --json     with what it imports of others

A ring is told with the statements that make it and the one to move. Only
statements that run as a module is loaded count; imports in functions and for
type checkers alone make none. Nothing of the package is imported; it is read
by grimp, which comes with: load install 'load-module[graph]'
"""


def add_to(commands: Commands) -> None:
    """Add the command to the command line."""
    graph = commands.add_parser(
        "graph",
        help="which module of a package imports which, and its import cycles",
        description="Tell how the modules of an installed package import one another, without importing them.",
        epilog=_GRAPH,
    )
    graph.add_argument("package", metavar="PKG", help="its import name")
    graph.add_argument("--external", action="store_true", help="with the packages of others that it imports")
    graph.add_argument("--most", type=int, default=_MOST, metavar="N", help=f"how many rings to show ({_MOST})")
    form = graph.add_mutually_exclusive_group()
    form.add_argument("--mermaid", action="store_true", help="as a Mermaid diagram, of N modules at most")
    form.add_argument("--json", action="store_true", help="as JSON: nodes, edges, cycles")
    graph.set_defaults(act=_graph)


def _graph(arguments: argparse.Namespace) -> int:
    from load._cli.checkout import require
    from load._imports.package_graph import package_graph

    require(arguments.package)
    graph = package_graph(arguments.package, external=arguments.external)
    if arguments.json:
        print_json(graph.as_dict())
    elif arguments.mermaid:
        from load._report.mermaid import mermaid

        print_text(mermaid(graph.as_dict(), max_nodes=max(arguments.most, 1)))
    else:
        print_text("\n".join(_lines(arguments.package, graph, max(arguments.most, 0))))
    return 0


def _lines(package: str, graph: DependencyGraph, most: int) -> Iterator[str]:
    kinds = [edge.kind for edge in graph.edges()]
    counted = ", ".join(f"{kinds.count(kind):,} {kind}" for kind in ("eager", "deferred", "typing"))
    cycles = graph.find_cycles()
    yield f"{package}: {len(graph):,} modules, {len(kinds):,} imports ({counted})"
    rings = "1 ring" if len(cycles) == 1 else f"{len(cycles) or 'no'} rings"
    yield f"{rings} of imports that run as modules are loaded"
    for cycle in cycles[:most]:
        yield f"\n{cycle}"
    if len(cycles) > most:
        yield f"\n… {len(cycles) - most} more rings: --most {len(cycles)}"

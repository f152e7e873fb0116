"""`load history` and `load uninstall`."""

from __future__ import annotations

from load._caller import NOBODY
from load._cli.figures import count
from load._cli.printing import print_json, print_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from load._cli.arguments import Commands

_UNINSTALL = """\
examples:
  load uninstall humanize        by the name of the distribution
  load uninstall cv2             or by that of the module
  load uninstall --force numpy   also what others need

What is loaded in a running program, pip, uv, load and what these need are not
removed.
"""
_HISTORY = """\
examples:
  load history                   all that load changed here, the oldest first
  load history pandas            where pandas changed
  load history -n 5 --json       the last five, every fact
"""


def add_to(commands: Commands) -> None:
    """Add the commands to the command line."""
    _add_uninstall(commands)
    _add_history(commands)


def _add_uninstall(commands: Commands) -> None:
    uninstall = commands.add_parser(
        "uninstall",
        description="Remove distributions, unless something that is installed needs them.",
        epilog=_UNINSTALL,
    )
    uninstall.add_argument("names", nargs="+", metavar="NAME", help="a distribution or an import name")
    uninstall.add_argument("--force", action="store_true", help="also what others need")
    uninstall.add_argument("--json", action="store_true", help="what changed, as JSON")
    uninstall.set_defaults(act=_uninstall)


def _uninstall(arguments: argparse.Namespace) -> int:
    from load._resolve.uninstall import uninstall

    outcome = uninstall(arguments.names, NOBODY, force=arguments.force)
    if arguments.json:
        print_json({"changes": [{"name": each.name, "old": each.old, "new": each.new} for each in outcome.changes]})
    return 0


def _add_history(commands: Commands) -> None:
    history = commands.add_parser(
        "history",
        description="Tell what load changed in this environment and in this user's overlays.",
        epilog=_HISTORY,
    )
    history.add_argument("name", nargs="?", metavar="NAME", help="only where this distribution changed")
    history.add_argument("-n", type=count, metavar="COUNT", help="only the newest entries")
    history.add_argument("--json", action="store_true", help="every fact, as JSON")
    history.set_defaults(act=_history)


def _history(arguments: argparse.Namespace) -> int:
    from load._resolve.history import history

    found = history()
    if arguments.name:
        found = found.about(arguments.name)
    if arguments.n is not None:
        found = found.last(arguments.n)
    if arguments.json:
        print_json(found.as_dicts())
    elif not found:
        print_text("Nothing was changed here by load." if not arguments.name else f"{arguments.name}: nothing changed.")
    else:
        found.show()
    return 0

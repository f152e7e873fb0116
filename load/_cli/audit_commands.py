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
  load uninstall humanize        the name of a distribution
  load uninstall cv2             or of a module
  load uninstall --force numpy   even if others need it

What a running program has loaded is never removed, and neither are pip, uv,
load and what these need.
"""
_HISTORY = """\
examples:
  load history                   everything load changed here, oldest first
  load history pandas            changes of pandas
  load history -n 5 --json       the last five, in full
"""


def add_to(commands: Commands) -> None:
    """Add the commands to the command line."""
    _add_uninstall(commands)
    _add_history(commands)


def _add_uninstall(commands: Commands) -> None:
    uninstall = commands.add_parser(
        "uninstall",
        description="Remove distributions that nothing else needs.",
        epilog=_UNINSTALL,
    )
    uninstall.add_argument("names", nargs="+", metavar="NAME", help="a distribution or an import name")
    uninstall.add_argument("--force", action="store_true", help="remove them even if others need them")
    uninstall.add_argument("--json", action="store_true", help="print what changed as JSON")
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
    history.add_argument("name", nargs="?", metavar="NAME", help="only changes of this distribution")
    history.add_argument("-n", type=count, metavar="COUNT", help="only the newest COUNT entries")
    history.add_argument("--json", action="store_true", help="print all details as JSON")
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

"""`load why` and `load info`."""

from __future__ import annotations

import sys

from load._caller import NOBODY
from load._cli.printing import print_json, print_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from load._cli.arguments import Commands

_WHY = """\
examples:
  load why cv2                     one name
  load why 'pandas>=2' sklearn     several, with versions
  load why np --json               for programs
"""
_INFO = """\
examples:
  load info
  load info --json     for programs
"""


def add_to(commands: Commands) -> None:
    """Add the commands to the command line."""
    why = commands.add_parser(
        "why",
        description="Tell how a name or spec would be resolved: alias, where it is found or which distribution would "
        "be installed, which table says so, and what the policy says.",
        epilog=_WHY,
    )
    why.add_argument("specs", nargs="+", metavar="SPEC", help="a name or spec")
    why.add_argument("--json", action="store_true", help="print JSON: an object, or a list for several names")
    why.set_defaults(act=_why)
    info = commands.add_parser(
        "info",
        description="Tell which Python, target, backend, policy and cache load would work with here.",
        epilog=_INFO,
    )
    info.add_argument("--json", action="store_true", help="print JSON")
    info.set_defaults(act=_info)


def _why(arguments: argparse.Namespace) -> int:
    from load._resolve.why import why

    answers = [why(text, NOBODY) for text in arguments.specs]
    if arguments.json:
        facts = [answer.as_dict() for answer in answers]
        print_json(facts[0] if len(facts) == 1 else facts)
    else:
        print_text("\n\n".join(map(str, answers)))
    return 0


def _info(arguments: argparse.Namespace) -> int:
    from load._resolve.surroundings import surroundings

    root = sys.modules[__name__.partition(".")[0]]
    facts = {"load": root.__version__, **surroundings()}
    if arguments.json:
        print_json(facts)
        return 0
    width = max(map(len, facts))
    print_text("\n".join(f"{key.replace('_', ' '):<{width}}  {value}" for key, value in facts.items()))
    return 0

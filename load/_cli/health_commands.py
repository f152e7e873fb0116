"""`load doctor`, `load cache list|prune|verify`."""

from __future__ import annotations

from load import _cli
from load._cli.figures import amount
from load._cli.printing import print_json, print_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from load._cli.arguments import Commands, Parser

_DOCTOR = """\
examples:
  load doctor            settings, surroundings, and any problems
  load doctor --online   also try the indexes
  load doctor --json | jq '.findings[].fact'

exit codes: 0 no problem was found (notes do not count), 1 there is one.
"""
_CACHE = """\
examples:
  load cache list                contents, size and last use of each overlay
  load cache prune --days 7      remove those not used for a week
  load cache verify              check every file, remove damaged overlays

An overlay is a folder that holds what load installed where the environment may
not be changed; it is made again when it is needed. Settings and the caches of
uv and pip are not touched.
"""
_PRUNE = """\
examples:
  load cache prune               remove what was not used for 30 days
  load cache prune --days 0      remove all that no running process uses

Overlays of a Python that is gone, and what killed processes left behind, are
removed at any age. Files shared with uv's cache are not counted: removing them
here frees nothing.
"""
_VERIFY = """\
examples:
  load cache verify
  load cache verify --json

Every file is compared with the record of its distribution. A damaged overlay
is removed, unless a running process uses it, and made again when it is needed.
Files that Python compiled are removed; Python makes them again.

exit codes: 0 all are sound, 1 at least one was damaged.
"""


def add_to(commands: Commands) -> None:
    """Add the commands to the command line."""
    _add_doctor(commands)
    cache = _parser(commands, "cache", "list, prune or verify the overlays", _CACHE)
    parts = cache.commands()
    _add_list(parts)
    _add_prune(parts)
    _add_verify(parts)


def _parser(commands: Commands, name: str, does: str, epilog: str) -> Parser:
    return commands.add_parser(
        name,
        help=does,
        description=f"{does[0].upper()}{does[1:]}.",
        epilog=epilog,
    )


def _add_doctor(commands: Commands) -> None:
    doctor = _parser(commands, "doctor", "what load works with here, and what would go wrong", _DOCTOR)
    doctor.add_argument("--online", action="store_true", help="also check that the indexes can be reached")
    doctor.add_argument("--json", action="store_true", help="print JSON")
    doctor.set_defaults(act=_doctor)


def _doctor(arguments: argparse.Namespace) -> int:
    from contextlib import nullcontext

    from load._console.status import shown_while
    from load._resolve.doctor import doctor

    with shown_while("asking the indexes") if arguments.online else nullcontext():
        diagnosis = doctor(online=arguments.online)
    if arguments.json:
        print_json(diagnosis.as_dict())
    else:
        diagnosis.show()
    return _cli.FAILED if diagnosis.problems else 0


def _add_list(commands: Commands) -> None:
    listing = _parser(commands, "list", "the overlays: what they hold, their size, when they were used", _CACHE)
    listing.add_argument("--json", action="store_true", help="print JSON, sizes in bytes")
    listing.set_defaults(act=_list)


def _list(arguments: argparse.Namespace) -> int:
    from load._resolve.overlays import overlays

    found = overlays()
    if arguments.json:
        print_json(found.as_dict())
    else:
        found.show()
    return 0


def _add_prune(commands: Commands) -> None:
    prune = _parser(commands, "prune", "remove what is not needed any more", _PRUNE)
    prune.add_argument(
        "--days", type=amount, default=30, metavar="N", help="remove overlays unused for so many days (30)"
    )
    prune.add_argument("--json", action="store_true", help="print what was removed as JSON")
    prune.set_defaults(act=_prune)


def _prune(arguments: argparse.Namespace) -> int:
    from load._resolve.overlays import overlays

    done = overlays().prune(arguments.days)
    if arguments.json:
        print_json(done.as_dict())
    else:
        print_text(str(done))
    return 0


def _add_verify(commands: Commands) -> None:
    verify = _parser(commands, "verify", "check every file of the overlays, and remove the damaged ones", _VERIFY)
    verify.add_argument("--json", action="store_true", help="print what was found as JSON")
    verify.set_defaults(act=_verify)


def _verify(arguments: argparse.Namespace) -> int:
    from load._resolve.overlays import overlays

    found = overlays().verify()
    if arguments.json:
        print_json(found.as_dict())
    else:
        print_text(str(found))
    return 0 if found else _cli.FAILED

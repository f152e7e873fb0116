"""The parser of the command line, and what each command does with what was parsed."""

from __future__ import annotations

import os
import sys

from load import _cli, _config
from load._caller import NOBODY
from load._cli import (
    audit_commands,
    graph_commands,
    health_commands,
    install_commands,
    lazy_commands,
    lock_commands,
    profile_commands,
    registry_commands,
)
from load._cli.arguments import Parser
from load._cli.printing import print_json, print_text
from load.errors import LoadError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from load._cli.arguments import Commands

_EPILOG = """\
examples:
  load run analysis.py --fast     run a script; what it needs is installed first
  load run -m http.server         run a module
  load why cv2                    how a name would be resolved
  load install 'pandas>=2' rich   install into this environment, or an overlay

exit codes: 0 done, 1 an error of load, 2 wrong use, 130 interrupted, 141 nobody
reads the output; load run gives the exit code of the program that it ran.
"""
_RUN = """\
examples:
  load run analysis.py input.csv     the words after the script are its own
  load run -m http.server            a module, as python -m
  load run - < analysis.py           a program from standard input, as python -

Nothing is started where something that is needed may not be installed.
"""
_WHY = """\
examples:
  load why cv2                       a name
  load why 'pandas>=2' sklearn       specs, several of them
  load why np --json                 for programs
"""


def run_command(argv: Sequence[str]) -> int:
    """Run one command line other than `load run SCRIPT`; the result is the exit code."""
    parser = _parser()
    arguments = parser.parse_args(argv or ["--help"])
    _config.reread(os.getcwd())  # a command's project is the one it is typed in
    try:
        code: int = arguments.act(arguments)
    except LoadError as error:
        from load._console.tables import print_error

        print_error(error)
        return _cli.FAILED
    except KeyboardInterrupt:
        return _cli.INTERRUPTED
    return code


def _parser() -> Parser:
    parser = Parser(
        prog="load",
        description="One import that gives you any Python module: from the cache, from disk, or installed on demand.",
        epilog=_EPILOG,
    )
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.commands()
    _add_run(commands)
    _add_why(commands)
    _add_info(commands)
    parts = (
        *(install_commands, lock_commands, audit_commands, health_commands, lazy_commands, registry_commands),
        *(profile_commands, graph_commands),
    )
    for module in parts:
        module.add_to(commands)
    return parser


def _version() -> str:
    root = sys.modules[__name__.partition(".")[0]]
    return f"load {root.__version__}"


def _add_run(commands: Commands) -> None:
    run = commands.add_parser(
        "run",
        help="run a script or module with all that it needs",
        description="Find what a script imports without running it (or read its PEP 723 block), install what is "
        "missing in one go, and run it in this process as `python SCRIPT` would.",
        epilog=_RUN,
        usage="load run [-h] (SCRIPT | -m MODULE | -) [ARG ...]",
    )
    run.add_argument("-m", dest="module", metavar="MODULE", help="run a module as `python -m` would")
    run.add_argument("script", nargs="?", metavar="SCRIPT", help="path of the script; - for standard input")
    run.add_argument("arguments", nargs="...", metavar="ARG", help="passed on to the program")


def _add_why(commands: Commands) -> None:
    why = commands.add_parser(
        "why",
        help="how a name would be resolved, without doing it",
        description="Tell how a name or spec would be resolved: alias, where it is found or which distribution would "
        "be installed, which table says so, and what the policy says.",
        epilog=_WHY,
    )
    why.add_argument("specs", nargs="+", metavar="NAME", help="a name or spec")
    why.add_argument("--json", action="store_true", help="as JSON: an object, or a list for several names")
    why.set_defaults(act=_why)


def _why(arguments: argparse.Namespace) -> int:
    from load._resolve.why import why

    answers = [why(text, NOBODY) for text in arguments.specs]
    if arguments.json:
        facts = [answer.as_dict() for answer in answers]
        print_json(facts[0] if len(facts) == 1 else facts)
    else:
        print_text("\n\n".join(map(str, answers)))
    return 0


def _add_info(commands: Commands) -> None:
    info = commands.add_parser(
        "info",
        help="what load would work with here",
        description="Tell which Python, target, backend, policy and cache load would work with here.",
        epilog="examples:\n  load info\n  load info --json                   for programs",
    )
    info.add_argument("--json", action="store_true", help="as JSON")
    info.set_defaults(act=_info)


def _info(arguments: argparse.Namespace) -> int:
    from load._resolve.surroundings import surroundings

    facts = {"load": _version().removeprefix("load "), **surroundings()}
    if arguments.json:
        print_json(facts)
        return 0
    width = max(map(len, facts))
    print_text("\n".join(f"{key.replace('_', ' '):<{width}}  {value}" for key, value in facts.items()))
    return 0

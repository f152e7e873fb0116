"""The help of `load run`, which reads its own arguments: see `run_command`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from load._cli.arguments import Commands

_RUN = """\
examples:
  load run analysis.py input.csv     what follows the script is passed to it
  load run -m http.server            a module, like python -m
  load run - < analysis.py           a program from standard input, like python -
  load run --reload server.py        reload its modules when you edit them
  load run --offline analysis.py     download nothing, nor for load.x in the script

Options of load run come before the script or -m MODULE. If something that is needed may not be installed, the script is
not started.

exit codes: that of the program; 1 if what it needs was not installed; 2 for wrong use or a script that does not open.
"""


def add_to(commands: Commands) -> None:
    """Add the command to the command line."""
    run = commands.add_parser(
        "run",
        description="Find out what a script imports without running it (or read its PEP 723 block), install what is "
        "missing in one step, and run the script in this process as `python SCRIPT` would.",
        epilog=_RUN,
        usage="load run [OPTIONS] SCRIPT [ARG ...]\nload run [OPTIONS] -m MODULE [ARG ...]\nload run - [ARG ...]",
    )
    run.add_argument(
        "--reload",
        action="store_true",
        help="reload modules when they are edited, and restart when the script is",
    )
    run.add_argument("-m", dest="module", metavar="MODULE", help="run a module as `python -m` would")
    run.add_argument("script", nargs="?", metavar="SCRIPT", help="path of the script; - for standard input")
    run.add_argument("arguments", nargs="...", metavar="ARG", help="passed on to the program")

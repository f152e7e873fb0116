"""The help of `load run`, which reads its own arguments: see `run_command`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from load._cli.arguments import Commands

_RUN = """\
examples:
  load run analysis.py input.csv     the words after the script are its own
  load run -m http.server            a module, as python -m
  load run - < analysis.py           a program from standard input, as python -
  load run --reload server.py        its modules change as it runs
  load run --offline analysis.py     fetch nothing; nor does the script through load

The options stand before the script or -m MODULE. Nothing is started where something that is needed may not be
installed.

exit codes: that of the program; 1 what it needs was not installed, 2 wrong use, or a script that cannot be opened.
"""


def add_to(commands: Commands) -> None:
    """Add the command to the command line."""
    run = commands.add_parser(
        "run",
        description="Find what a script imports without running it (or read its PEP 723 block), install what is "
        "missing in one go, and run it in this process as `python SCRIPT` would.",
        epilog=_RUN,
        usage="load run [OPTIONS] SCRIPT [ARG ...]\nload run [OPTIONS] -m MODULE [ARG ...]\nload run - [ARG ...]",
    )
    run.add_argument(
        "--reload",
        action="store_true",
        help="reload its modules as they change, and run it again when it has changed itself",
    )
    run.add_argument("-m", dest="module", metavar="MODULE", help="run a module as `python -m` would")
    run.add_argument("script", nargs="?", metavar="SCRIPT", help="path of the script; - for standard input")
    run.add_argument("arguments", nargs="...", metavar="ARG", help="passed on to the program")

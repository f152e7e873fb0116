"""The parser of the command line, made as far as the command that is typed needs it."""

from __future__ import annotations

import sys
from argparse import SUPPRESS, Action

from load import _cli
from load._cli.arguments import Parser
from load._cli.checkout import working_directory
from load._cli.commands import GROUPS, MODULES
from load._cli.printing import expect_json, tell_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_EPILOG = """\
examples:
  load run analysis.py --fast     install what the script needs, and run it
  load why cv2                    how a name would be resolved
  load install 'pandas>=2' rich   into this environment, or an overlay
  load help install               all about one command

exit codes: 0 success, 1 an error of load, 2 wrong use, 130 interrupted, 141 the reader of the output has gone; load run
passes on the exit code of the program.
"""


def run_command(argv: Sequence[str]) -> int:
    """Run one command line other than `load run SCRIPT`; the result is the exit code."""
    own = argv[: argv.index("--")] if "--" in argv else argv
    if "--json" in own and "profile" not in own:  # whose program may have such an option; it looks for its own
        expect_json()
    parser = CommandLine()
    parser.set_defaults(reads_project=True)
    arguments = parser.parse_args(argv or ["--help"])
    from load.errors import LoadError  # not for help, which ends before

    try:
        if arguments.reads_project:
            from load import _config

            _config.reread(working_directory())  # a command's project is the one it is typed in
        code: int = arguments.act(arguments)
    except LoadError as error:
        tell_error(error)
        return _cli.FAILED
    return code


class CommandLine(Parser):
    """The parser of the whole command line; a command is added when it is asked for."""

    def __init__(self) -> None:
        super().__init__(
            prog="load",
            description="One import that gives you any Python module: from the cache, from disk, or installed on "
            "demand.",
            epilog=_EPILOG,
        )
        self.add_argument("-V", "--version", action="version", version=f"load {_version()}", help="show the version")
        self._added = self.commands()

    @property
    def names(self) -> Sequence[str]:
        """The names of all commands."""
        return list(MODULES)

    def part(self, name: str) -> Parser:
        """The parser of a command; where there is none, that is told, and ends the process."""
        if name not in MODULES:
            from load._cli.wrong_use import refuse_command

            refuse_command("", name, self.names)
        if name not in self.parts:
            module = __import__(f"{__package__}.{MODULES[name]}", fromlist=["add_to"])
            module.add_to(self._added)
        return self.parts[name]

    def whole(self) -> Mapping[str, Parser]:
        """The parsers of all commands, by name."""
        return {name: self.part(name) for name in MODULES}

    def format_help(self) -> str:
        """The commands by what people want; none of them is imported."""
        formatter = self._get_formatter()
        formatter.add_usage(f"{self.prog} [OPTIONS] COMMAND ...", (), ())
        formatter.add_text(self.description)
        for heading, group in GROUPS.items():
            formatter.start_section(heading)
            formatter.add_arguments(
                [Action((), SUPPRESS, metavar=name, help=does) for name, (_, does) in group.items()]
            )
            formatter.end_section()
        formatter.start_section("options")
        formatter.add_arguments(list(dict.fromkeys(self.options.values())))
        formatter.end_section()
        formatter.add_text(self.epilog)
        return formatter.format_help()


def _version() -> str:
    version: str = sys.modules[__name__.partition(".")[0]].__version__
    return version

"""`load help` and `load completion`."""

from __future__ import annotations

from load._cli.printing import print_for_shell
from load._cli.shells import SHELLS, function_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from load._cli.arguments import Commands, Parser

_HELP = """\
examples:
  load help              list the commands
  load help profile      show one of them
  load help cache list   show one with two words
"""
_COMPLETION = """\
for every new shell:
  load completion bash >> ~/.bashrc
  load completion zsh >> ~/.zshrc
  mkdir -p ~/.config/fish/completions
  load completion fish > ~/.config/fish/completions/load.fish
  load completion powershell | Add-Content $PROFILE

for this shell only:
  source <(load completion bash)
  source <(load completion zsh)
  load completion fish | source
  load completion powershell | Out-String | Invoke-Expression

When you press Tab, the shell asks load itself for commands, options, and names of modules and distributions. No module
is imported and nothing is downloaded for that.
"""


def add_to(commands: Commands) -> None:
    """Add the commands to the command line."""
    help_ = commands.add_parser("help", description="Show what a command does, with examples.", epilog=_HELP)
    help_.add_argument("commands", nargs="*", metavar="COMMAND", help="a command, such as `install` or `cache list`")
    help_.set_defaults(act=_help, reads_project=False)
    completion = commands.add_parser(
        "completion",
        description="Print a function that makes your shell complete what is typed after load.",
        epilog=_COMPLETION,
    )
    completion.add_argument("shell", metavar="SHELL", choices=SHELLS, help="bash, zsh, fish or powershell")
    completion.set_defaults(act=_completion, reads_project=False)


def _help(arguments: argparse.Namespace) -> int:
    from load._cli.parser import CommandLine

    parser: Parser = CommandLine()
    for name in arguments.commands:
        parser = parser.part(name)
    parser.print_help()
    return 0


def _completion(arguments: argparse.Namespace) -> int:
    print_for_shell(function_of(arguments.shell))
    return 0

"""argparse as the command line uses it: the options of every command, and errors that say what was meant."""

from __future__ import annotations

import argparse

from load import _cli
from load._cli.help_format import Help

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, NoReturn

    Commands = argparse._SubParsersAction["Parser"]


_LACKING = "the following arguments are required: COMMAND"  # as argparse says it
_IGNORED = ": ignored explicit argument "


class Parser(argparse.ArgumentParser):
    """A parser with the options of every command, whose errors are a line of fact and the word that was meant."""

    def __init__(self, **options: Any) -> None:
        # An abbreviation would change its meaning with the next option that begins so.
        super().__init__(**{"formatter_class": Help, "add_help": False, "allow_abbrev": False, **options})
        self._positionals.title = "arguments"
        self._commands: Commands | None = None
        self._words: Sequence[str] = ()
        self._every = every = self.add_argument_group("for every command")
        every.add_argument("-h", "--help", action="help", help="show this help")
        every.add_argument("-q", "--quiet", action=_General, help="no announcements, no progress")
        every.add_argument("--offline", action=_General, help="download nothing")
        every.add_argument("--no-color", action=_General, help="no colours")

    def commands(self) -> Commands:
        """Have commands: what they are added to."""
        self._commands = self.add_subparsers(
            title="commands", metavar="COMMAND", required=True, parser_class=Parser, prog=self.prog
        )
        self._action_groups.remove(self._every)
        self._action_groups.append(self._every)  # help has the groups in this order
        return self._commands

    @property
    def parts(self) -> Mapping[str, Parser]:
        """The parsers of its commands, by name; those of the command line itself only as far as they were made."""
        return self._commands.choices if self._commands is not None else {}

    @property
    def options(self) -> Mapping[str, argparse.Action]:
        """All options, by each of their names."""
        return self._option_string_actions

    @property
    def positionals(self) -> Sequence[argparse.Action]:
        """The arguments that are no options, in order."""
        return self._get_positional_actions()

    @property
    def names(self) -> Sequence[str]:
        """The names of its commands."""
        return list(self.parts)

    def part(self, name: str) -> Parser:
        """The parser of one of its commands; where there is none, that is told, and ends the process."""
        if name not in self.parts:
            from load._cli.wrong_use import refuse_command

            refuse_command(self.command, name, self.names)
        return self.parts[name]

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """As in argparse, but what is not known is an error here, where the command is known."""
        words = list(args or ())
        if "--json" in words and "--json" in self.options:
            from load._cli.printing import expect_json

            expect_json()
        if self._commands is not None:
            self._check_command(words)
        self._words = words
        found, unknown = super().parse_known_args(words, namespace)
        unknown = [word for word in unknown if word != "--"]  # which some versions leave there, and it asks for nothing
        if unknown:
            self.refuse(unknown)
        return found, unknown

    def _check_command(self, words: Sequence[str]) -> None:
        """Make sure that the first word which is not an option is a command; the options before it take no values."""
        for word in words:
            if word == "--":
                self.error(_LACKING)
            if not word.startswith("-"):
                self.part(word)
                return
            if self._is_unknown(word):
                self.refuse([word])

    def error(self, message: str) -> NoReturn:
        """End with what is wrong; a slip in an option comes before what lacks."""
        own = self._words[: self._words.index("--")] if "--" in self._words else self._words
        unknown = [each for each in own if each.startswith("--") and self._is_unknown(each)]
        if unknown:
            self.refuse(unknown)
        from load._cli.wrong_use import refuse

        option, is_value, value = message.removeprefix("argument ").partition(_IGNORED)
        if is_value:
            message = f"{option} takes no value, so not {value}"
        if message == _LACKING:
            message = f"the command is missing: {', '.join(self.names)}"
        refuse(
            f"{self.command}: {message}" if self.command else message,
            f"load help {self.command}".strip() + " tells more",
            context=self.usage_lines(),
        )

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Make sure that a value is one of those that there are."""
        if action.choices is not None and value not in action.choices:
            from load._cli.wrong_use import refuse_value

            refuse_value(self.command, str(action.metavar), str(value), [str(each) for each in action.choices])

    def usage_lines(self) -> list[str]:
        """The usage, for an error: without colours."""
        formatter = Help(self.prog).without_colors()
        formatter.add_usage(self.usage, self._actions, self._mutually_exclusive_groups)
        return formatter.format_help().rstrip().splitlines()

    @property
    def command(self) -> str:
        """Which command it is the parser of; "" for the command line itself."""
        return self.prog.partition(" ")[2]

    def _is_unknown(self, word: str) -> bool:
        return (word.partition("=")[0] if word.startswith("--") else word[:2]) not in self.options

    def refuse(self, unknown: Sequence[str]) -> NoReturn:
        """End with words that are not known, and what was meant."""
        from load._cli.wrong_use import refuse_words

        paths = [action.option_strings[0] for action in self._actions if action.metavar == "PATH"]
        path_option = paths[0] if len(paths) == 1 else None
        refuse_words(self.command, unknown, list(self.options), path_option, has_commands=self._commands is not None)

    def _print_message(self, message: str, file: Any = None) -> None:
        """Write help in characters that the stream takes; a stream that takes nothing is an error here."""
        import sys

        from load._console.terminal import encodable

        stream = sys.stdout if file is None else file
        stream.write(encodable(message, stream))


class _General(argparse.Action):
    """An option of every command: it holds from the moment that it is read."""

    def __init__(self, *, option_strings: Sequence[str], **options: Any) -> None:
        super().__init__(option_strings, argparse.SUPPRESS, nargs=0, default=argparse.SUPPRESS, help=options["help"])

    def __call__(self, *_: object) -> None:
        _cli.set_general(self.option_strings[-1])

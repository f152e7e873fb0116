"""argparse as the command line uses it: help of at most 80 columns, and errors that say what was meant."""

from __future__ import annotations

import argparse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

_WIDTH = 80  # columns; longer lines are hard to read
_SAME = {"add": "install", "remove": "uninstall"}  # what other tools call a command
_COMMAND = len("check-lazy") + 4  # the longest command and its indent, which argparse forgets to count

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction["Parser"]


class Help(argparse.RawDescriptionHelpFormatter):
    """Examples as they are written; a command and what it does on one line."""

    def __init__(self, prog: str, **options: Any) -> None:
        from shutil import get_terminal_size

        columns = min(_WIDTH, get_terminal_size().columns)
        super().__init__(prog, **{**options, "width": columns - 2})
        self._action_max_length = _COMMAND

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(part for line in text.splitlines() for part in _folded(f"{indent}{line}", width))


def _folded(line: str, width: int) -> list[str]:
    """A line in as many as it needs; what follows an example's command stays in its column."""
    if len(line) <= width:
        return [line]
    import re
    from textwrap import wrap

    column = re.match(r" +.*?   *(?=\S)", line.rstrip()) if line.startswith(" ") else None
    hanging = column.end() if column is not None and column.end() * 2 < width else 2 if column is not None else 0
    return wrap(line, width, subsequent_indent=" " * hanging, break_long_words=False, break_on_hyphens=False)


class Parser(argparse.ArgumentParser):
    """A parser whose errors show the usage of the command that was typed, and the word that was meant."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"formatter_class": Help, **options})
        self._commands: Commands | None = None

    def commands(self) -> Commands:
        """Have commands: what they are added to."""
        self._commands = self.add_subparsers(title="commands", metavar="COMMAND", required=True)
        return self._commands

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """As in argparse, but what is not known is an error here, where the usage of the command is known."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)} ({self._instead_of(unknown)})")
        return found, unknown

    def error(self, message: str) -> Any:
        """End with the usage and the message."""
        super().error(self._with_suggestion(message))

    def _instead_of(self, unknown: Sequence[str]) -> str:
        """What was meant by arguments that are not known, or where it is told what there is."""
        meant = list(self._meant_by(unknown))
        return f"did you mean {' '.join(meant)}?" if meant else f"see {self.prog} --help"

    def _meant_by(self, unknown: Sequence[str]) -> Iterator[str]:
        from difflib import get_close_matches

        paths = [action.option_strings[0] for action in self._actions if action.metavar == "PATH"]
        for word in unknown:
            if word.startswith("--"):
                yield from get_close_matches(word.partition("=")[0], self._option_string_actions, n=1)
            elif not word.startswith("-") and len(paths) == len(unknown) == 1:
                yield f"{paths[0]} {word}"

    def _with_suggestion(self, message: str) -> str:
        if self._commands is None:
            return message
        start = "argument COMMAND: invalid choice: "
        if not message.startswith(start):
            lacks_command = message.endswith("required: COMMAND")
            return f"{message} ({', '.join(self._commands.choices)})" if lacks_command else message
        quoted = message.removeprefix(start)
        typed = quoted[1:].partition(quoted[0])[0]
        meant = self._command_meant_by(typed)
        return f"invalid choice: {typed!r} (did you mean {meant}?)" if meant else message

    def _command_meant_by(self, typed: str) -> str:
        assert self._commands is not None
        if typed.endswith((".py", ".ipynb")) and "run" in self._commands.choices:
            return f"run {typed}"
        from difflib import get_close_matches

        close = get_close_matches(typed, self._commands.choices, n=1)
        same = _SAME.get(typed, "")
        return close[0] if close else same if same in self._commands.choices else ""

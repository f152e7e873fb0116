"""What a word of a command line can become: the answer to a shell at the tabulator key.

Names of modules and distributions are read off files and folders. Nothing of them is imported, and nothing is asked of
an index.
"""

from __future__ import annotations

import os

from load._cli import ANSWER
from load._cli.commands import MODULES
from load._cli.completed_names import distributions, modules, specs
from load._cli.parser import CommandLine
from load._cli.printing import print_for_shell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Action
    from collections.abc import Callable, Iterable, Sequence

    from load._cli.arguments import Parser

    Answer = tuple[str, list[tuple[str, str]]]  # "files" or "words"; the words, each with what it means

_GIVEN = {"bash": 3, "powershell": 1}  # how many words these shells hand over, their own name among them
_FILES: Answer = ("files", [])
_LEVELS = ("none", "basic", "strict", "comprehensive")
_BREAKS = "\"'@><=;|&(:"  # where bash begins a new word (COMP_WORDBREAKS)


def _exports(beginning: str) -> Iterable[str]:
    """The exports that `load` lists."""
    from load._cli.export_checking import names_of

    return sorted(each for each in names_of([]) if each.startswith(beginning))


# What stands for the name of a value → the values that begin with a text.
_VALUES: dict[str, Callable[[str], Iterable[str]]] = {
    "LEVEL": lambda _: _LEVELS,
    "MODULE": modules,
    "MODULE:NAME": modules,
    "PKG": modules,
    "SPEC": specs,
}
_NAMES: dict[str, Callable[[str], Iterable[str]]] = {  # NAME is something else for each command
    "check-lazy": modules,
    "exports": _exports,
    "history": distributions,
    "lock": distributions,
    "profile": modules,
    "uninstall": distributions,
}
_OF_FILES = ("ARG", "FILE", "PATH", "SCRIPT")


def answer(words: Sequence[str]) -> int:
    """Print what the last word of a command line can become.

    Args:
        words: the shell, and the words after `load` as far as the cursor; for bash, the line up to the cursor and
            what bash takes for the current word. PowerShell has the line in the environment.
    """
    if not words or len(words) != _GIVEN.get(words[0], len(words)):
        from load._cli.wrong_use import refuse_command

        refuse_command("", ANSWER, list(MODULES))
    shell, *typed = words
    kept = 0
    if shell == "bash":
        typed, kept = _of_bash(*typed)
    elif shell == "powershell":
        typed = _of_powershell(os.environ.get("_LOAD_COMPLETED", ""))
    kind, found = answer_to(typed)
    lines = [kind, *(f"{word[kept:]}\t{does}" for word, does in found)]
    print_for_shell("\n".join(lines))
    return 0


def _of_bash(line: str, part: str) -> tuple[list[str], int]:
    """The words of a line, and how many characters of the last one bash has taken for words of their own."""
    words = split(line)[1:]
    part = part.strip("\"'")
    return words, len(words[-1]) - len(part) if words and part.strip(_BREAKS) else len(words[-1]) if words else 0


def _of_powershell(line: str) -> list[str]:
    """The words of a line after the first; the last one is empty after a blank."""
    import re

    parts = r"""(?:'[^']*'?|"[^"]*"?|`.|[^\s'"`])+"""
    words = [re.sub(r"""['"]|`(?=.)""", "", word) for word in re.findall(parts, line)]
    return [*words[1:], ""] if line[-1:].isspace() and line.count("'") % 2 == line.count('"') % 2 == 0 else words[1:]


def split(line: str) -> list[str]:
    """The words of a line that ends anywhere; the last one is empty after a blank."""
    import shlex

    for closing in ("", "'", '"', "\\"):
        try:
            words = shlex.split(line + closing)
        except ValueError:  # it ends within quotes
            continue
        is_between = not closing and line[-1:].isspace() and line[-2:-1] != "\\"
        return [*words, ""] if is_between or not words else words
    return []


def answer_to(typed: Sequence[str]) -> Answer:
    """What the last word can become.

    Args:
        typed: the words after `load`, the last of which is being typed.
    """
    *before, current = typed or [""]
    parser: Parser = CommandLine()
    while True:
        index = next((index for index, word in enumerate(before) if not word.startswith("-")), None)
        commands = _commands_of(parser)
        if not commands:
            return _of_command(parser, before, current)
        if index is None:
            return _options(parser, before, current) if current.startswith("-") else _matching(commands, current)
        name = before[index]
        if name == "help" and isinstance(parser, CommandLine):
            return _of_help(parser, before[index + 1 :], current)
        parser, before = parser.part(name), before[index + 1 :]


def _commands_of(parser: Parser) -> list[tuple[str, str]]:
    if isinstance(parser, CommandLine):
        from load._cli.commands import GROUPS

        return [(name, does) for group in GROUPS.values() for name, (_, does) in group.items()]
    return [(name, each.description or "") for name, each in parser.parts.items()]


def _of_help(parser: Parser, before: Sequence[str], current: str) -> Answer:
    for name in before:
        parser = parser.part(name)
    return _matching(_commands_of(parser), current)


def _of_command(parser: Parser, before: Sequence[str], current: str) -> Answer:
    """What a word after a command can become: an option, an option's value, or an argument."""
    rest = list(before)
    count = 0
    while rest:
        word = rest.pop(0)
        if word == "--":
            return _of_argument(parser, count + len(rest), current)
        action = parser.options.get(word) if word.startswith("-") and word != "-" else None
        if action is not None and action.nargs != 0:
            if not rest:
                return _values(parser, action, current)
            rest.pop(0)
        is_program = action.dest == "module" if action is not None else not word.startswith("-") or word == "-"
        if is_program and _runs_programs(parser):  # what follows is the program's own
            return _FILES
        count += action is None and not word.startswith("-")
    if current.startswith("-"):
        return _options(parser, before, current)
    return _of_argument(parser, count, current)


def _runs_programs(parser: Parser) -> bool:
    return any(each.nargs == "..." for each in parser.positionals)


def _of_argument(parser: Parser, count: int, current: str) -> Answer:
    """What an argument can become that so many others stand before."""
    arguments = parser.positionals
    if not arguments or (count >= len(arguments) and arguments[-1].nargs not in ("+", "*", "...")):
        return _matching([], current)
    return _values(parser, arguments[min(count, len(arguments) - 1)], current)


def _options(parser: Parser, before: Sequence[str], current: str) -> Answer:
    name, equals, value = current.partition("=")
    if equals and name in parser.options:
        kind, found = _values(parser, parser.options[name], value)
        return kind, [(f"{name}={word}", does) for word, does in found]
    given = {parser.options[word] for word in before if word in parser.options}
    found = [
        (option, action.help or "")
        for option, action in parser.options.items()
        if action not in given or type(action).__name__ == "_AppendAction"
    ]
    return _matching(found, current)


def _values(parser: Parser, action: Action, current: str) -> Answer:
    metavar = str(action.metavar)
    if action.choices is not None:
        return _matching([(str(each), "") for each in action.choices], current)
    if metavar in _OF_FILES or (metavar == "SPEC" and current[:1] in (".", "/", "~")):
        return _FILES
    named = _NAMES.get(parser.command.partition(" ")[0]) if metavar == "NAME" else _VALUES.get(metavar)
    return _matching([(each, "") for each in named(current)] if named is not None else [], current)


def _matching(found: Iterable[tuple[str, str]], current: str) -> Answer:
    return "words", [(word, " ".join(does.split())) for word, does in found if word.startswith(current)]

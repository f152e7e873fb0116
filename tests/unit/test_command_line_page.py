"""docs/reference/command-line.md says what the parser says, and the examples of the help hold."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator

import pytest

from load import _cli
from load._cli import printing
from load._cli.arguments import Parser
from load._cli.parser import CommandLine
from tests.support.library import CHECKOUT

PAGE = (CHECKOUT / "docs" / "reference" / "command-line.md").read_text(encoding="utf-8")
GENERAL = {"-h", "--help", *_cli.GENERAL}


def leaves(parser: Parser) -> Iterator[Parser]:
    """A command, or those below it."""
    if not parser.parts:
        yield parser
    for each in parser.parts.values():
        yield from leaves(each)


def commands() -> dict[str, Parser]:
    """Name of a command as it is typed after `load` → its parser."""
    return {leaf.command: leaf for each in CommandLine().whole().values() for leaf in leaves(each)}


def rows() -> dict[str, str]:
    """Name of a command → what the page says of it, which may be several rows."""
    found: dict[str, str] = {}
    names = sorted(commands(), key=len, reverse=True)
    for row in re.findall(r"^\| `load .*$", PAGE, re.MULTILINE):
        typed = row.removeprefix("| `load ")
        name = next((each for each in names if re.match(rf"{re.escape(each)}(?![\w-])", typed)), typed)
        found[name] = found.get(name, "") + row
    return found


def test_the_page_has_every_command_and_no_other() -> None:
    """A command that is added has to be told."""
    assert rows().keys() == commands().keys()


def test_the_page_has_every_option_of_a_command_and_no_other() -> None:
    """Of those of its own."""
    own, told = {}, {}
    for name, parser in commands().items():
        own[name] = {each for each in parser.options if each not in GENERAL}
        told[name] = set(re.findall(r"(?<![\w-])-{1,2}[a-z][\w-]*", rows()[name])) - {"--help"}
    assert told == own


def test_the_page_has_the_options_of_every_command() -> None:
    """With the variables that they stand for."""
    told = dict(re.findall(r"^\| ((?:`-[^|]+)) \|[^|]*\|([^|]*)\|$", PAGE, re.MULTILINE))
    found = {option: value.strip(" `") for options, value in told.items() for option in re.findall(r"`(.+?)`", options)}
    assert found == {"-h": "", "--help": "", **{option: f"{name}=1" for option, name in _cli.GENERAL.items()}}


def test_the_page_has_the_exit_codes() -> None:
    """All that the command line has of its own."""
    table = PAGE.partition("## Exit codes")[2]
    codes = [0, _cli.FAILED, _cli.WRONG_USE, _cli.INTERRUPTED, _cli.UNREAD]
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)] == codes


def examples() -> Iterator[tuple[str, list[str]]]:
    """The examples of all help texts: the line, and its words as far as the shell hands them over."""
    for parser in (CommandLine(), *commands().values(), *CommandLine().whole().values()):
        for line in re.findall(r"^  (load .*)$", parser.epilog or "", re.MULTILINE):
            typed = re.split(r"  ", line)[0]
            words = shlex.shlex(typed, posix=True, punctuation_chars=True)
            words.whitespace_split = True
            found = list(words)
            end = next((index for index, word in enumerate(found) if set(word) <= set("<>|&;")), len(found))
            yield typed, found[1:end]


def test_the_examples_of_the_help_can_be_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parser takes each of them."""
    monkeypatch.setattr(printing, "_wants_document", False)
    for name in set(_cli.GENERAL.values()):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    found = dict(examples())
    assert len(found) > 40
    for typed, words in found.items():
        parsed = CommandLine().parse_args(words)
        assert words[0] == "run" or callable(parsed.act), typed


def test_every_command_has_examples() -> None:
    """Its own, not another's."""
    for name, parser in commands().items():
        assert re.search(rf"^  load {name}\b", parser.epilog or "", re.MULTILINE), name

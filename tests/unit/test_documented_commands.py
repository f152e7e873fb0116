"""Whatever the README, the pages, the examples and the errors tell to be typed, the command line has."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from load._cli.arguments import Parser
from load._cli.parser import CommandLine
from tests.support.library import CHECKOUT

_SLIPS = ["remove", "install -r"]  # what the page of the command line shows as such
_OWN_WORDS = ("run", "profile")  # what follows the program is none of ours
_PAGES = [
    *sorted(CHECKOUT.glob("*.md")),
    *sorted((CHECKOUT / "docs").rglob("*.md")),
    *sorted((CHECKOUT / "examples").rglob("*.md")),
]
_SOURCES = sorted((CHECKOUT / "load").rglob("*.py"))
# In a page: a line to be typed, or code in a sentence. In a source: the text of a hint, or an example of a help text.
_TYPED = re.compile(r"(?:^|`|\$ |; |&& |\| )load ((?:--?[a-z]|[a-z])[^`\n]*)", re.MULTILINE)
_HINT = re.compile(r"""(?:hint=f?["']|^ {2}|did you mean |type: )load ([a-z][^"`\n]*)""", re.MULTILINE)


def told(files: list[Path], pattern: re.Pattern[str]) -> Iterator[tuple[Path, str]]:
    """File → each line that it tells to be typed after `load`."""
    for file in files:
        text = file.read_text(encoding="utf-8")
        for line in pattern.findall(text):
            yield file, line


def words_of(line: str) -> list[str]:
    """The words as far as they are of `load`: not what stands behind a pipe, two blanks or a comment."""
    plain = re.split(r"  |\s\\?[|>&;#<(→]|[,;:.)]\s", line)[0].rstrip(",;:.)\"'")
    try:
        return shlex.split(plain)
    except ValueError:  # an apostrophe of the sentence
        return plain.split()


@cache
def whole_line() -> tuple[CommandLine, Mapping[str, Parser]]:
    """The command line, and the parsers of all its commands."""
    line = CommandLine()
    return line, line.whole()


def faults(words: list[str]) -> Iterator[str]:
    """What of the words the command line does not have."""
    line, whole = whole_line()
    parser: Parser = line
    for word in words:
        if word.startswith("-"):
            if word.partition("=")[0] not in parser.options and word not in ("-", "--"):
                yield f"{parser.command} {word}"
        elif parser.names and re.fullmatch(r"[a-z][a-z-]*", word):
            parts = whole if parser is line else parser.parts
            if word not in parts:
                yield word
                return
            parser = parts[word]
        elif parser.command in _OWN_WORDS:
            return


@pytest.mark.parametrize(
    ("files", "pattern", "least"), [(_PAGES, _TYPED, 150), (_SOURCES, _HINT, 30)], ids=["pages", "sources"]
)
def test_what_is_told_to_be_typed_is_there(files: list[Path], pattern: re.Pattern[str], least: int) -> None:
    """The command, and each of its options."""
    found = [(file, line) for file, line in told(files, pattern) if line not in _SLIPS]
    assert len(found) > least
    wrong = [
        f"{file.relative_to(CHECKOUT)}: load {line}: {fault}"
        for file, line in found
        for fault in faults(words_of(line))
    ]
    assert wrong == []


def test_what_is_not_there_is_seen() -> None:
    """A command, one of a command's own, and an option; what follows a program is its own."""
    said = {
        "instal x": ["instal"],
        "cache lst --json": ["lst"],
        "install x --nope | head": ["install --nope"],
        "run app.py --nope": [],
        "run --nope app.py": ["run --nope"],
        "install 'pandas>=2', and": [],
    }
    assert {line: list(faults(words_of(line))) for line in said} == said

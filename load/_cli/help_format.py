"""How help looks: as wide as the terminal, but never too wide to read, and with no example broken in the middle."""

from __future__ import annotations

import argparse
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

_WIDTH = 80  # columns; longer lines are hard to read
_NARROW = 20  # columns that there are said to be at least; where there are fewer, lines are broken by the terminal
_ROOM = 26  # columns that the words beside an example need at least, or they go below it
_EXAMPLES = "examples:"  # the heading of what is to be typed
_DEEP = 4  # blanks before a line that goes on with the words beside an example


class Help(argparse.HelpFormatter):
    """The usage in one line where it fits, paragraphs folded, examples as they are to be typed."""

    def __init__(self, prog: str, **options: Any) -> None:
        columns = max(_NARROW, min(_WIDTH, _columns()))
        super().__init__(prog, **{**options, "width": columns - 2})

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        """Add the usage: what is to be typed; the options stand below it."""
        forms = usage if usage is not None else self._form(actions)
        super().add_usage("\n".join(self._folded_forms(forms)), actions, groups, prefix)

    def _form(self, actions: Iterable[argparse.Action]) -> str:
        words = [self._format_args(each, each.dest) for each in actions if not each.option_strings]
        return " ".join([self._prog, "[OPTIONS]", *words])

    def _folded_forms(self, forms: str) -> Iterator[str]:
        margin = " " * len("usage: ")
        lines = (line for form in forms.splitlines() for line in folded(form.strip(), self._width - len(margin), 4))
        for index, line in enumerate(lines):
            yield f"{margin}{line}" if index else line

    def _fill_text(self, text: str, width: int, indent: str) -> str:  # noqa: ARG002 - texts stand at the margin
        theme: Any = getattr(self, "_theme", None)  # of Python 3.14 and later; empty where no colours are wanted
        laid = laid_out(text, width)
        return laid.replace(_EXAMPLES, f"{theme.heading}{_EXAMPLES}{theme.reset}", 1) if theme is not None else laid

    def _split_lines(self, text: str, width: int) -> list[str]:
        return folded(" ".join(text.split()), width)

    def without_colors(self) -> Help:
        """The same, for a stream other than standard output."""
        uncolored: Any = getattr(self, "_set_color", None)
        if uncolored is not None:
            uncolored(False)  # noqa: FBT003 - as argparse has it
        return self


def _columns() -> int:
    """The columns of the terminal as `shutil` tells them, but without its import: a tenth of what help costs."""
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told):
        return int(told)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or _WIDTH  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):  # it is none, is closed, or is not a terminal
        return _WIDTH


def folded(text: str, width: int, hanging: int = 0) -> list[str]:
    """A text in lines of at most so many columns; a word that is longer stays whole."""
    from textwrap import wrap

    return wrap(text, width, subsequent_indent=" " * hanging, break_long_words=False, break_on_hyphens=False) or [""]


def laid_out(text: str, width: int) -> str:
    """A text with examples, laid out for a terminal.

    Lines at the margin are a paragraph, until an empty one. A line that two blanks stand before is an example: what is
    to be typed, two blanks or more, what it does; that goes on in lines that stand further in.

    Args:
        text: the text.
        width: the columns.
    """
    return "\n\n".join("\n".join(_block(block.split("\n"), width)) for block in text.strip("\n").split("\n\n"))


def _block(lines: Sequence[str], width: int) -> Iterator[str]:
    prose: list[str] = []
    examples: list[tuple[str, str]] = []
    for line in lines:
        if not line.startswith("  "):
            yield from _laid_out_examples(examples, width)
            examples = []
            prose.append(line)
        elif examples and line.startswith(" " * _DEEP):
            typed, does = examples.pop()
            examples.append((typed, f"{does} {line.strip()}"))
        else:
            yield from _paragraph(prose, width)
            prose = []
            typed, _, does = line.strip().partition("  ")
            examples.append((typed, does.strip()))
    yield from _laid_out_examples(examples, width)
    yield from _paragraph(prose, width)


def _paragraph(lines: Sequence[str], width: int) -> list[str]:
    return folded(" ".join(lines), width) if lines else []


def _laid_out_examples(examples: Sequence[tuple[str, str]], width: int) -> Iterator[str]:
    """What each does beside it, where there is room, else below it."""
    column = max((len(typed) for typed, does in examples if does), default=0) + 4
    is_beside = width - column >= _ROOM
    for typed, does in examples:
        if not does:
            yield f"  {typed}"
        elif is_beside:
            first, *more = folded(does, width - column)
            yield f"  {typed}".ljust(column) + first
            yield from (" " * column + line for line in more)
        else:
            yield f"  {typed}"
            yield from (f"      {line}" for line in folded(does, width - 6))

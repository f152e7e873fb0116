"""Pictures of results drawn for people: rich at a terminal and where rich prints them, aligned text elsewhere."""

from __future__ import annotations

import sys

from load._console.tables import print_fields, print_lines, print_table, rich_fields, rich_table
from load._console.terminal import can_draw, console_on, encodable, folded, readable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import IO, TextIO

    from rich.console import Console, ConsoleOptions, RenderableType

    from load._picture import Picture, Table

_INDENT = 2  # blanks before what is folded


def text_of(picture: Picture) -> str:
    """A picture as plain text."""
    from load._console import tables

    return tables.text_of(lambda text: print_picture(picture, text))


def print_picture(picture: Picture, to: TextIO | None = None) -> None:
    """Print a picture, all of it.

    Args:
        picture: what there is to show.
        to: the stream; None for standard output.

    Raises:
        OSError: the stream cannot be written to.
    """
    stream = sys.stdout if to is None else to
    if can_draw(stream):
        console = console_on(stream)
        for part in rendered(picture, console, console.options):
            console.print(part)
        return
    for number, (title, table, notes) in enumerate(picture.sections()):
        if number and len(picture.tables) > 1:
            stream.write("\n")
        if table is None:
            print_lines([title] if title else [], to=stream)
        else:
            _print_table(table, title, stream)
        print_lines(notes, to=stream)


def _print_table(table: Table, title: str, stream: TextIO) -> None:
    if not table.columns:
        print_fields([(row[0], row[1]) for row in table.rows], title or None, to=stream)
    elif table.rows:
        print_table(table.rows, table.columns, title or None, stream, unbroken=table.unbroken, numbers=table.numbers)
    elif title:
        print_lines([title], to=stream)


def rendered(picture: Picture, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
    """A picture for rich.

    Args:
        picture: what there is to show; its texts may be anything.
        console: what it is drawn on, whose encoding is respected.
        options: how much room there is.
    """
    picture = picture.mapped(lambda text: _encodable(readable(text), console.file))
    for number, (title, table, notes) in enumerate(picture.sections()):
        if number and len(picture.tables) > 1:
            yield ""
        if table is None or not table.rows:
            yield from _lines([title] if title else [], options.max_width, "bold")
        elif not table.columns:
            facts = [[f"{row[0]}:", row[1]] for row in table.rows]
            yield from rich_fields(facts, title or None, options.max_width)
        else:
            yield from rich_table(
                table.rows,
                table.columns,
                title or None,
                options.max_width,
                unbroken=table.unbroken,
                numbers=table.numbers,
            )
        yield from _lines(notes, options.max_width)


def _encodable(text: str, stream: IO[str]) -> str:
    return encodable(text, stream)  # type: ignore[arg-type] # of a stream it wants but the encoding


def _lines(lines: Iterable[str], room: int, style: str = "") -> Iterator[RenderableType]:
    from rich.text import Text

    for line in lines:
        for part in folded(line, room + 1, _INDENT):
            yield Text(part, style=style)

"""Tables and errors for the command line: rich at a terminal, aligned text elsewhere."""

from __future__ import annotations

import sys

from load._console.terminal import can_draw, console_on, encodable, folded, readable, width, write_styled
from load.errors import LoadError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence
    from typing import Literal, TextIO

    from rich.console import RenderableType

_GAP = 3  # characters between two columns
_LONG_WORD = 20  # characters of a word that may be folded where there is no room: paths, addresses, hashes


def print_table(
    rows: Iterable[Sequence[object]],
    headers: Sequence[str],
    title: str | None = None,
    to: TextIO | None = None,
    *,
    unbroken: int = 0,
    narrow: int = 0,
    numbers: Container[int] = (),
) -> None:
    """Print a table; at a terminal too narrow for it, each row is a list of its own.

    Args:
        rows: what stands in it; None is an empty cell.
        headers: the names of the columns.
        title: a line above it.
        to: the stream; None for standard output.
        unbroken: how many columns, the first ones, are never folded.
        narrow: columns of a terminal below which it is too narrow in any case.
        numbers: the columns that hold figures, by their place.

    Raises:
        OSError: the stream cannot be written to.
    """
    stream = sys.stdout if to is None else to
    cells = [[_cell(value, stream) for value in row] for row in rows]
    names = [_cell(header, stream) for header in headers]
    if can_draw(stream):
        console = console_on(stream)
        for part in rich_table(cells, names, title, console.width, unbroken=unbroken, narrow=narrow, numbers=numbers):
            console.print(part)
        return
    if title:
        print(_cell(title, stream), file=stream)
    for line in _aligned([names, ["-" * len(name) for name in names], *cells], numbers):
        print(line, file=stream)


def rich_table(
    rows: Sequence[Sequence[str]],
    headers: Sequence[str],
    title: str | None,
    room: int,
    *,
    unbroken: int = 0,
    narrow: int = 0,
    numbers: Container[int] = (),
) -> Iterator[RenderableType]:
    """A table for rich, or a list for each row where that is too wide.

    The cells are what the stream takes; `room` is the width in columns, the other arguments are those of `print_table`.
    """
    columns = [[name, *(row[index] for row in rows)] for index, name in enumerate(headers)]
    widths = _widths(columns, room, unbroken, narrow)
    if widths is None:
        yield from _lists(rows, headers, title, room)
    else:
        yield _table(rows, headers, title, widths, numbers)


def print_fields(fields: Iterable[tuple[str, object]], title: str | None = None, to: TextIO | None = None) -> None:
    """Print facts, a line each: the name, then the value; a None is left out.

    The other arguments, and what is raised, are those of `print_table`.
    """
    stream = sys.stdout if to is None else to
    known = [[f"{_cell(name, stream)}:", _cell(value, stream)] for name, value in fields if value is not None]
    if can_draw(stream):
        console = console_on(stream)
        for part in rich_fields(known, title and _cell(title, stream), console.width):
            console.print(part)
        return
    if title:
        print(_cell(title, stream), file=stream)
    for line in _aligned(known):
        print(line, file=stream)


def print_lines(lines: Iterable[str], indent: int = 2, to: TextIO | None = None) -> None:
    """Print sentences, a line each; at a terminal they are folded between words.

    Args:
        lines: the sentences.
        indent: blanks before what is folded.
        to: the stream; None for standard output.

    Raises:
        OSError: the stream cannot be written to.
    """
    stream = sys.stdout if to is None else to
    columns = width(stream)
    for line in lines:
        for part in folded(_cell(line, stream), columns, indent):
            print(part, file=stream)


def text_of(show: Callable[[TextIO], object]) -> str:
    """What is printed where there is no terminal, as one text."""
    from io import StringIO

    text = StringIO()
    show(text)
    return text.getvalue().rstrip("\n")


def print_error(error: BaseException) -> None:
    """Print an error on standard error, without its traceback.

    What is wrong, what was tried, what to do next; never raises.
    """
    write_styled(_described(error))


def _described(error: BaseException) -> Iterator[tuple[str, str]]:
    if isinstance(error, LoadError):
        message, context, hint = error.message, error.context, error.hint
    else:
        message, context, hint = f"{type(error).__name__}: {error}".removesuffix(": "), (), None
    first, *rest = message.splitlines() or [type(error).__name__]
    yield f"load: {first}", "bold red"
    for text in (*rest, *context, *getattr(error, "__notes__", ())):
        for line in str(text).splitlines():
            yield f"  {line}", ""
    if hint:
        yield f"  → {hint}", "green"


def _cell(value: object, stream: TextIO) -> str:
    return "" if value is None else encodable(readable(str(value)), stream)


def _aligned(rows: Sequence[Sequence[str]], numbers: Container[int] = ()) -> Iterator[str]:
    """The rows with their columns below one another, figures to the right; the last is not padded."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = enumerate(zip(row, widths, strict=True))
        yield "  ".join(
            cell.rjust(width) if index in numbers else cell.ljust(width) for index, (cell, width) in cells
        ).rstrip()


def _widths(columns: Sequence[Sequence[str]], room: int, unbroken: int, narrow: int) -> list[int] | None:
    """How wide the columns are to be, so that words stay whole; None where there is no room for that."""
    least = [_least(column, whole=index < unbroken) for index, column in enumerate(columns)]
    left = room - _GAP * (len(columns) - 1)
    if room < narrow or sum(least) > left:
        return None
    widths = [max(map(len, column)) for column in columns]
    while sum(widths) > left:
        widest = max((width, index) for index, width in enumerate(widths) if width > least[index])[1]
        widths[widest] -= 1
    return widths


def _least(column: Iterable[str], *, whole: bool) -> int:
    """The width below which a column would break words, but for those that are long beyond measure."""
    if whole:
        return max(map(len, column))
    return min(max((len(word) for cell in column for word in cell.split()), default=0), _LONG_WORD)


def _lists(
    rows: Sequence[Sequence[str]], headers: Sequence[str], title: str | None, room: int
) -> Iterator[RenderableType]:
    """Each row as a list of what is in it, with an empty line between two."""
    for number, row in enumerate(rows):
        if number:
            yield ""
        filled = [[f"{header}:" if header else "", cell] for header, cell in zip(headers, row, strict=True) if cell]
        yield from rich_fields(filled, None if number else title, room)


def _table(
    rows: Sequence[Sequence[str]],
    headers: Sequence[str],
    title: str | None,
    widths: Sequence[int],
    numbers: Container[int],
) -> RenderableType:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    # `Text` throughout: a bracket in it is not markup, whatever the console says.
    heading = Text(title, style="bold") if title else None
    table = Table(title=heading, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    table.show_edge = False
    for index, header in enumerate(headers):
        style = "cyan" if index == 0 else ""
        justify: Literal["left", "right"] = "right" if index in numbers else "left"
        table.add_column(Text(header), style=style, justify=justify, overflow="fold", width=widths[index])
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def rich_fields(rows: Sequence[Sequence[str]], title: str | None, room: int) -> Iterator[RenderableType]:
    """Names and values for rich, a line each; where the names leave no room beside them, as running text.

    Args:
        rows: a name and a value each.
        title: a line above them.
        room: the width in columns.
    """
    from rich.table import Table
    from rich.text import Text

    if title:
        yield Text(title, style="bold")
    widest = max((len(name) for name, _ in rows), default=0)
    if room - widest - _GAP < min(_LONG_WORD, max((len(value) for _, value in rows), default=0), room // 2):
        yield from (Text.assemble((name, "cyan"), f" {value}", overflow="fold") for name, value in rows)
        return
    table = Table.grid(padding=(0, 2))
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    yield table

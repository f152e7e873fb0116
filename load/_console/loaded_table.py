"""The table of what a cell has loaded, as text for a terminal of any width."""

from __future__ import annotations

from load._console.terminal import readable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    # The cells of a row, as `HEADERS` names them; or one text, of a printer of the user's, that takes the whole row.
    Row: TypeAlias = Sequence[str] | str

HEADERS = ("name", "version", "how", "time", "of which", "memory", "distribution")
_LEAVE_OUT = (4, 6, 5, 2, 1, 3)  # columns that a terminal too narrow for all does without, the first ones first
FIGURES = (3, 5)  # columns that are set to the right
_GAP = 2  # blanks between two columns


def lines(rows: Sequence[Row], rest: int, columns: int | None = None) -> list[tuple[str, str]]:
    """The table as lines of text, each with its rich style.

    Args:
        rows: the rows shown.
        rest: how many more there are.
        columns: the width of the terminal; None for no limit.
    """
    table = [[readable(cell) for cell in row] for row in rows if not isinstance(row, str)]
    kept = _kept(table, columns)
    widths = {index: max(len(row[index]) for row in (HEADERS, *table)) for index in kept}
    found: list[tuple[str, str]] = [(_cut(_aligned(HEADERS, widths), columns), "dim")] if table else []
    shown = iter(table)
    for row in rows:
        if isinstance(row, str):
            found += [(_cut(readable(line), columns), "") for line in row.splitlines()]
        else:
            found.append((_cut(_aligned(next(shown), widths), columns), ""))
    return found + ([(_cut(more(rest), columns), "dim")] if rest else [])


def text(rows: Sequence[Row], rest: int) -> str:
    """The table as plain text."""
    return "\n".join(line for line, _ in lines(rows, rest))


def more(rest: int) -> str:
    """What stands below the rows that are shown."""
    return f"and {rest} more"


def _kept(table: Sequence[Sequence[str]], columns: int | None) -> list[int]:
    """The columns that are shown: those that are not empty throughout, and that there is room for."""
    kept = [index for index in range(len(HEADERS)) if any(row[index] for row in table)]
    widths = {index: max(len(row[index]) for row in (HEADERS, *table)) for index in kept}
    for index in _LEAVE_OUT:
        if columns is None or sum(widths[each] for each in kept) + _GAP * (len(kept) - 1) < columns:
            break
        kept = [each for each in kept if each != index]
    return kept


def _aligned(row: Sequence[str], widths: dict[int, int]) -> str:
    cells = (row[at].rjust(width) if at in FIGURES else row[at].ljust(width) for at, width in widths.items())
    return (" " * _GAP).join(cells).rstrip()


def _cut(line: str, columns: int | None) -> str:
    return line if columns is None or len(line) < columns else f"{line[: max(columns - 2, 1)]}…"

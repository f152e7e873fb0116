"""What an object shows of itself, as plain data: the one shape that text, rich tables and HTML are drawn from."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


class Table:
    """Rows under the names of their columns.

    Attributes:
        columns: their names; empty where each row is a name and a value.
        rows: the cells, as text.
        title: a line above it, or "".
        notes: lines below it.
        numbers: the columns that hold figures, by their place.
        unbroken: how many columns, the first ones, are never folded.
        count: how many rows there are, where `rows` are only the first of them.
    """

    __slots__ = ("columns", "count", "notes", "numbers", "rows", "title", "unbroken")

    def __init__(
        self,
        columns: Sequence[str],
        rows: Iterable[Sequence[object]],
        *,
        title: str = "",
        notes: Sequence[str] = (),
        numbers: Sequence[int] = (),
        unbroken: int = 0,
        count: int | None = None,
    ) -> None:
        self.columns = tuple(columns)
        self.rows = tuple(tuple("" if cell is None else str(cell) for cell in row) for row in rows)
        self.title = title
        self.notes = tuple(notes)
        self.numbers = tuple(numbers)
        self.unbroken = unbroken
        self.count = len(self.rows) if count is None else count

    def first(self, most: int | None) -> Table:
        """The same with the first rows alone, and a note of how many more there are."""
        rows = self.rows if most is None else self.rows[:most]
        hidden = self.count - len(rows)
        notes = (f"and {hidden:,} more", *self.notes) if hidden > 0 else self.notes
        return Table(self.columns, rows, title=self.title, notes=notes, numbers=self.numbers, unbroken=self.unbroken)

    def mapped(self, change: Callable[[str], str]) -> Table:
        """The same with every text changed."""
        return Table(
            [change(each) for each in self.columns],
            [[change(cell) for cell in row] for row in self.rows],
            title=change(self.title),
            notes=[change(each) for each in self.notes],
            numbers=self.numbers,
            unbroken=self.unbroken,
            count=self.count,
        )


class Picture:
    """What an object shows of itself: a line, tables, and lines below them.

    Attributes:
        title: what it is, in one line; "" where the tables say it.
        tables: see `Table`.
        notes: lines below; those that are indented belong to the line before them.
    """

    __slots__ = ("notes", "tables", "title")

    def __init__(self, title: str = "", tables: Iterable[Table] = (), notes: Iterable[str] = ()) -> None:
        self.title = title
        self.tables = tuple(tables)
        self.notes = tuple(notes)

    @classmethod
    def of_text(cls, text: str) -> Picture:
        """The picture of what is told in sentences: the first line, and what is below it."""
        title, *notes = text.splitlines() or [""]
        return cls(title, notes=notes)

    def sections(self) -> Iterator[tuple[str, Table | None, tuple[str, ...]]]:
        """What stands below one another: each with its title, its table, and lines; each may be missing."""
        if not self.tables:
            yield self.title, None, self.notes
            return
        if self.title and self.tables[0].title:
            yield self.title, None, ()
        for number, table in enumerate(self.tables):
            yield table.title or ("" if number else self.title), table, table.notes
        if self.notes:
            yield "", None, self.notes

    def first(self, most: int | None) -> Picture:
        """The same with at most so many rows in a table, and so many lines below."""
        notes = self.notes if most is None else self.notes[:most]
        hidden = len(self.notes) - len(notes)
        more = (f"and {hidden:,} more lines",) if hidden else ()
        return Picture(self.title, [each.first(most) for each in self.tables], (*notes, *more))

    def mapped(self, change: Callable[[str], str]) -> Picture:
        """The same with every text changed."""
        return Picture(
            change(self.title), [each.mapped(change) for each in self.tables], [change(each) for each in self.notes]
        )

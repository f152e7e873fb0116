"""Pictures of results: one shape, drawn as text, as HTML and by rich."""

from __future__ import annotations

import io
from html.parser import HTMLParser

import pytest
from rich.console import Console

from load._console.pictures import print_picture
from load._display import PAGE, SCREEN, Shown, Told, html_of, text_of
from load._notebook.cells import table_html
from load._picture import Picture, Table

HOSTILE = '<script>alert(1)</script> & "it\'s" [bold]x[/bold] \x1b[2J \u202e'
ESCAPED = '<script>alert(1)</script> & "it\'s" [bold]x[/bold] \\x1b[2J \\u202e'
VOID = {"br", "hr", "img"}


class Outline(HTMLParser):
    """The elements and texts of a piece of HTML; what is not closed in its turn is an error.

    Args:
        text: the HTML.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """It ends."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Text; the style is none."""
        if self.open[-1:] != ["style"]:
            self.texts.append(data)


class Thing(Shown):
    """Something with a picture.

    Args:
        picture: that.
    """

    def __init__(self, picture: Picture) -> None:
        self.picture = picture

    def _picture(self) -> Picture:
        return self.picture

    def __repr__(self) -> str:
        return "<Thing>"


class Sentences(Told):
    def __str__(self) -> str:
        return "went <well>\n  in two lines"


def hostile() -> Picture:
    """Somebody else's text wherever there is a place for one."""
    table = Table((HOSTILE, "n"), [(HOSTILE, 1)], title=HOSTILE, notes=[HOSTILE], numbers=(1,))
    return Picture(HOSTILE, [table, Table((), [(HOSTILE, HOSTILE)])], [HOSTILE])


def many(count: int) -> Picture:
    """A table of that many rows."""
    return Picture("Loaded", [Table(("name", "ms"), [(f"m{at}", at) for at in range(count)], numbers=(1,))])


def by_rich(shown: object, width: int = 80, encoding: str = "utf-8", *, terminal: bool = False) -> str:
    """What rich prints of it."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    console = Console(file=stream, width=width, force_terminal=terminal, _environ={"TERM": "xterm"})
    console.print(shown)
    stream.flush()
    return raw.getvalue().decode(encoding)


def test_no_text_becomes_an_element() -> None:
    """Names, paths and errors come from the world: all of them are text, and shown as they are."""
    outline = Outline(html_of(hostile()))
    assert set(outline.tags) == {"div", "style", "table", "thead", "tbody", "tr", "th", "td"}
    assert outline.attributes == {"class"}
    assert outline.texts.count(ESCAPED) == 8
    assert outline.texts.count("1") == 1


def test_its_style_is_understood_at_a_terminal_too() -> None:
    """Notebooks that draw HTML there, as euporie, know selectors of old: with others, columns run into one another."""
    style = html_of(Picture("", [Table(["name"], [["x"]])])).partition("<style>")[2].partition("</style>")[0]
    assert "padding:" in style
    assert ":is(" not in style


def test_nothing_steers_the_terminal() -> None:
    """Neither what is printed nor what rich draws has an escape code, or a mark-up, of the texts."""
    for shown in (text_of(hostile()), by_rich(Thing(hostile()), 200)):
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert shown.count("\\x1b[2J") == 8
        assert shown.count("[bold]x[/bold]") == 8


def test_the_three_forms_hold_the_same() -> None:
    """Every cell, column and note stands in each of them."""
    table = Table(("name", "how"), [("numpy", "imported"), ("yaml", None)], notes=["3.4 MB to fetch"])
    picture = Picture("What was loaded", [table], ["and so on", "  with more"])
    words = [
        "What was loaded",
        "name",
        "how",
        "numpy",
        "imported",
        "yaml",
        "3.4 MB to fetch",
        "and so on",
        "  with more",
    ]
    assert [each for each in Outline(html_of(picture)).texts if each] == words
    for shown in (text_of(picture), by_rich(Thing(picture))):
        assert "None" not in shown
        assert sorted(words, key=shown.index) == words


@pytest.mark.parametrize("count", [12, 13, PAGE, PAGE + 1, 5000])
def test_long_tables_are_folded_and_cut(count: int) -> None:
    """A dozen rows are shown at once; more stand below their title, which opens them; the rest is counted."""
    outline = Outline(html_of(many(count)))
    assert ("details" in outline.tags) == (count > 12)
    assert outline.tags.count("tr") == min(count, PAGE) + 1
    assert (f"and {count - PAGE:,} more" in outline.texts) == (count > PAGE)
    assert outline.texts.index("Loaded") == 0


def test_text_is_no_longer_than_a_screen() -> None:
    """The rest is counted; what is printed on request is whole."""
    lines = text_of(many(1000)).splitlines()
    assert len(lines) == SCREEN + 4
    assert lines[-1] == f"and {1000 - SCREEN} more"
    assert lines[2:5] == ["----  --", "m0     0", "m1     1"]
    whole = io.StringIO()
    print_picture(many(1000), whole)
    assert len(whole.getvalue().splitlines()) == 1003


def test_rows_that_were_not_made_are_counted() -> None:
    """Who has thousands makes the first ones alone."""
    picture = Picture("Modules", [Table(("name",), [("a",), ("b",)], count=70_000)])
    assert text_of(picture).endswith("\nand 69,998 more")
    assert "and 69,998 more" in Outline(html_of(picture)).texts


def test_an_empty_table_is_its_title() -> None:
    """Without a head over nothing."""
    picture = Picture("Nothing was loaded.", [Table(("name",), [])])
    assert text_of(picture) == "Nothing was loaded."
    assert Outline(html_of(picture)).tags == ["div", "style", "div"]
    assert by_rich(Thing(picture)).strip() == "Nothing was loaded."


def test_sentences_are_a_picture_as_well() -> None:
    """The first is the title; the text stays what it was."""
    assert str(Sentences()) == "went <well>\n  in two lines"
    assert Outline(Sentences()._repr_html_()).texts == ["went <well>", "  in two lines"]
    assert by_rich(Sentences()) == "went <well>\n  in two lines\n"


@pytest.mark.parametrize("width", [1, 10, 20, 40])
def test_narrow_terminals_get_lists(width: int) -> None:
    """No line is longer than the terminal, and nothing is lost."""
    table = Table(("distribution", "from"), [("scikit-learn", "pypi.org"), ("numpy", "files.example/x/y")])
    shown = by_rich(Thing(Picture("Changes of the plan", [table], ["would be installed"])), width)
    assert max(map(len, shown.splitlines())) <= max(width, len("distribution:  x"))
    if width > 10:
        assert "scikit-learn" in shown.replace("\n", "")


def test_other_encodings_get_plain_forms() -> None:
    """An arrow becomes one of ASCII; what has none is escaped; nothing raises."""
    picture = Picture("a → b", [Table(("näme",), [("größe …",), ("\udcff",)])])
    shown = by_rich(Thing(picture), encoding="ascii")
    assert "a -> b" in shown
    assert "gr\\xf6\\xdfe ..." in shown
    assert "\\udcff" in shown
    html_of(picture).encode()


def test_colours_are_richs_to_give() -> None:
    """At a terminal there are some; elsewhere, and in text, none."""
    assert "\x1b[" in by_rich(Thing(many(2)), terminal=True)
    assert "\x1b[" not in by_rich(Thing(many(2)))
    assert "\x1b[" not in str(Thing(many(2)))


class Printer:
    """As IPython's: what is being printed, from the outermost, and the text."""

    def __init__(self, depth: int) -> None:
        self.stack = list(range(depth))
        self.texts: list[str] = []

    def text(self, text: str) -> None:
        """Take what is printed."""
        self.texts.append(text)


@pytest.mark.parametrize(
    ("depth", "cycle", "shown"), [(1, False, "Loaded"), (2, False, "<Thing>"), (1, True, "<Thing>")]
)
def test_ipython_shows_the_text_of_what_stands_alone(depth: int, cycle: bool, shown: str) -> None:
    """In a list each is one line."""
    printer = Printer(depth)
    Thing(many(3))._repr_pretty_(printer, cycle)
    assert printer.texts[0].splitlines()[0] == shown


def test_the_table_of_a_cell_steers_nothing() -> None:
    """Names, and what printers say, whose texts take rows of their own; empty columns are left out."""
    row = ("<script>x</script>", '"', "\x1b[31m", "1 ms", "", "", "a&b")
    outline = Outline(table_html([row, "of <b>mine</b>\nmore\x07"], 1))
    assert "script" not in outline.tags
    assert outline.texts == [
        *("name", "version", "how", "time", "distribution"),
        *("<script>x</script>", '"', "\\x1b[31m", "1 ms", "a&b"),
        "of <b>mine</b>\nmore\\x07",
        "and 1 more",
    ]
    assert "colspan" in outline.attributes
    assert Outline(table_html(["mine"], 0)).texts == ["mine"]
    assert Outline(table_html([], 1200)).texts == ["and 1200 more"]

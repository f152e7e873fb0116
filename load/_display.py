"""How results show themselves: as text, in a notebook, and where rich prints them, all drawn from one picture.

A class says in `_picture` what there is to show; what draws it is imported when it is drawn.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from load._picture import Picture

SCREEN = 40  # rows of a table that text shows; the rest is counted
PAGE = 50  # the same of a notebook and of rich


class Shown:
    """The base of what has a picture; `_picture` is all that a class has to give."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "__repr__" in vars(cls) and "_repr_pretty_" not in vars(cls):
            cls._repr_pretty_ = Shown._repr_pretty_  # type: ignore[method-assign] # IPython takes what is nearer

    def _picture(self) -> Picture:
        """What there is to show."""
        raise NotImplementedError

    def __str__(self) -> str:
        return text_of(self._picture())

    def _repr_html_(self) -> str:
        """For notebooks."""
        return html_of(self._picture())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """For IPython at a terminal: the text; in a list or a dictionary, one line."""
        alone = not cycle and len(printer.stack) <= 1
        printer.text(str(self) if alone else repr(self))

    def __rich_console__(self, console: Any, options: Any) -> Iterator[Any]:
        """For `rich.print` and the like."""
        return drawn(self._picture(), console, options)


class Told(Shown):
    """The base of what is told in sentences: `__str__` gives them, and the picture is drawn of them."""

    __slots__ = ()

    def __str__(self) -> str:
        raise NotImplementedError

    def _picture(self) -> Picture:
        return told(str(self))


def told(text: str) -> Picture:
    """The picture of sentences."""
    from load._picture import Picture

    return Picture.of_text(text)


def text_of(picture: Picture) -> str:
    """A picture as plain text: no colours, no more rows than a screen has."""
    from load._console.pictures import text_of as drawn_as_text

    return drawn_as_text(picture.first(SCREEN))


def html_of(picture: Picture) -> str:
    """A picture as HTML, whatever its texts hold."""
    from load._console.terminal import readable
    from load._report.html import html

    return html(picture.first(PAGE).mapped(readable))


def drawn(picture: Picture, console: Any, options: Any) -> Iterator[Any]:
    """A picture for rich."""
    from load._console.pictures import rendered

    return rendered(picture.first(PAGE), console, options)

"""How the texts of the help are laid out."""

from __future__ import annotations

from load._cli.help_format import laid_out

TEXT = """\
examples:
  load run a.py      some words that go on and
                     on
  load run b.py

A paragraph that was folded
elsewhere.
  load typed 'as it is'
"""
WIDE = """\
examples:
  load run a.py  some words that go on and on
  load run b.py

A paragraph that was folded elsewhere.
  load typed 'as it is'"""
NARROW = """\
examples:
  load run a.py
      some words that go on
      and on
  load run b.py

A paragraph that was folded
elsewhere.
  load typed 'as it is'"""


def test_what_an_example_does_stands_beside_it_or_below() -> None:
    """As there is room; paragraphs fill the lines, and what is to be typed stays on one."""
    assert laid_out(TEXT, 78) == WIDE
    assert laid_out(TEXT, 30) == NARROW


def test_no_example_is_broken() -> None:
    """Not in the narrowest terminal."""
    assert "  load run a.py\n" in laid_out(TEXT, 10)
    assert "  load typed 'as it is'" in laid_out(TEXT, 10)

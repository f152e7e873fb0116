"""Figures that are typed: what is none is told in words, not by the name of a type."""

from __future__ import annotations

from argparse import ArgumentTypeError


def count(text: str) -> int:
    """A whole number from 1 on."""
    return _whole(text, 1)


def limit(text: str) -> int:
    """A whole number from 0 on."""
    return _whole(text, 0)


def amount(text: str) -> float:
    """A number from 0 on, which may have a fraction."""
    try:
        number = float(text)
    except ValueError:
        raise _no_number(text, 0) from None
    if not number >= 0:  # NaN is not, either: nothing is more than that
        raise _no_number(text, 0)
    return number


def _whole(text: str, least: int) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text) < least:
        raise _no_number(text, least)
    return int(text)


def _no_number(text: str, least: int) -> ArgumentTypeError:
    return ArgumentTypeError(f"{text!r} is not {least} or more")

"""Standard error as it really is: terminal or file, closed, broken, absent, or without the character."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager
    from typing import TextIO

    from rich.console import Console

# What writing to a closed, broken or home-made stream raises; RuntimeError: a write inside a write (signals).
UNWRITABLE = (OSError, ValueError, RuntimeError, AttributeError, TypeError)

_PLAIN_FORMS = str.maketrans({"→": "->", "·": "-", "…": "...", "—": "-"})

_above_status: Callable[[], AbstractContextManager[object]] | None = None


def set_aside_status_with(pause: Callable[[], AbstractContextManager[object]]) -> None:
    """Have `pause` entered around every line, so that a status line that moves is out of its way."""
    global _above_status
    _above_status = pause


def is_terminal(stream: TextIO | None) -> bool:
    """Whether the stream is an open terminal."""
    try:
        return stream is not None and stream.isatty()
    except UNWRITABLE:
        return False


def can_draw(stream: TextIO | None) -> bool:
    """Whether the stream is a terminal that can do more than print lines."""
    return is_terminal(stream) and os.environ.get("TERM", "").lower() not in ("dumb", "unknown")


def width(stream: TextIO | None) -> int | None:
    """The columns of a terminal (`COLUMNS` overrides it, as elsewhere); None where the stream is none."""
    if not is_terminal(stream):
        return None
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told):
        return int(told)
    try:
        return os.get_terminal_size(stream.fileno()).columns if stream is not None else None
    except UNWRITABLE:
        return None


def folded(text: str, columns: int | None, indent: int = 0) -> list[str]:
    """A line in as many as a terminal needs, folded between words; the second and later ones are indented.

    Args:
        text: one line.
        columns: the terminal's; None for no limit.
        indent: blanks before the second line; what is indented further than it is worth is not.
    """
    if columns is None or len(text) < columns:
        return [text]
    from textwrap import wrap

    hanging = " " * (indent if indent * 2 < columns else 2)
    return wrap(
        text,
        columns - 1,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
        expand_tabs=False,
        replace_whitespace=False,
    )


def shorter_path(path: str) -> str:
    """A path from the working directory, where that is shorter."""
    try:
        relative = os.path.relpath(path)
    except (OSError, ValueError):  # no working directory any more; another drive of Windows
        return path
    return relative if len(relative) < len(path) else path


def speaks_unicode(stream: TextIO | None) -> bool:
    """Whether the stream takes every character."""
    return (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "").startswith("utf")


def readable(text: str) -> str:
    """The text on one line, with control characters escaped: nothing from outside steers the terminal."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def encodable(text: str, stream: TextIO | None) -> str:
    """The text in characters that the stream takes."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except LookupError:
        return ascii(text.translate(_PLAIN_FORMS))[1:-1]
    except UnicodeEncodeError:
        return text.translate(_PLAIN_FORMS).encode(encoding, "backslashreplace").decode(encoding)
    return text


def write_line(text: str) -> bool:
    """Write one line to standard error; whether that could be done. Never raises."""
    return write(readable(text) + "\n")


def write(text: str) -> bool:
    """Write text to standard error as it is, in one piece; whether that could be done."""
    if _above_status is None:
        return _write(text)
    with _above_status():
        return _write(text)


def _write(text: str) -> bool:
    stream = sys.stderr
    try:
        stream.write(encodable(text, stream))
        stream.flush()
    except UNWRITABLE:
        return False
    return True


def console_on(stream: TextIO) -> Console:
    """A rich console on a stream, which shows text as it is: no markup, no emoji, no guessed highlights."""
    from rich.console import Console

    return Console(file=stream, markup=False, emoji=False, highlight=False)


def write_styled(lines: Iterable[tuple[str, str]]) -> bool:
    """Write lines, each with a rich style, to standard error: styled at a terminal, plain elsewhere."""
    pairs = [(readable(text), style) for text, style in lines]
    plain = "".join(f"{text}\n" for text, _ in pairs)
    return write(_styled(pairs, sys.stderr) or plain if can_draw(sys.stderr) else plain)


def print_segments(lines: Iterable[Iterable[tuple[str, str]]]) -> None:
    """Print lines, each of pieces of text with their rich styles, to standard output: styled at a terminal.

    Raises:
        OSError: it cannot be written to.
    """
    pieces = [[(encodable(readable(text), sys.stdout), style) for text, style in line] for line in lines]
    if not can_draw(sys.stdout):
        sys.stdout.write("".join("".join(text for text, _ in line).rstrip() + "\n" for line in pieces))
        return
    from rich.text import Text

    console = console_on(sys.stdout)
    for line in pieces:
        console.print(Text.assemble(*line), soft_wrap=True)


def _styled(pairs: list[tuple[str, str]], stream: TextIO) -> str | None:
    """The lines with escape codes; None where the terminal takes none (old Windows consoles)."""
    from rich.text import Text

    console = console_on(stream)
    if console.legacy_windows:
        return None
    with console.capture() as captured:
        for text, style in pairs:
            console.print(Text(encodable(text, stream), style=style), soft_wrap=True)
    return captured.get()

"""Standard error as it really is: terminal or file, closed, broken, absent, or without the character."""

from __future__ import annotations

import io
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager
    from typing import Any, TextIO

    from rich.console import Console

# What a closed or broken stream raises; RuntimeError: a write inside a write (signals).
UNWRITABLE = (OSError, ValueError, RuntimeError, AttributeError, TypeError)

_PLAIN_FORMS = str.maketrans({"→": "->", "·": "-", "…": "...", "—": "-", "–": "-", "├": "|", "└": "`", "│": "|"})

_HANGING = 2  # blanks before what is folded

_above_status: Callable[[], AbstractContextManager[object]] | None = None


def set_aside_status_with(pause: Callable[[], AbstractContextManager[object]]) -> None:
    """Have `pause` entered around every line, so that a status line that moves is out of its way."""
    global _above_status
    _above_status = pause


def is_terminal(stream: TextIO | None) -> bool:
    """Whether the stream is an open terminal."""
    try:
        return stream is not None and bool(stream.isatty())
    except Exception:  # noqa: BLE001 - a home-made stream may raise anything
        return False


def can_draw(stream: TextIO | None) -> bool:
    """Whether the stream is a terminal that can do more than print lines.

    Those of IDLE say that they are terminals, and show the codes themselves.
    """
    if type(stream).__module__.startswith("idlelib."):
        return False
    return is_terminal(stream) and os.environ.get("TERM", "").lower() not in ("dumb", "unknown")


def in_foreground(stream: TextIO | None) -> bool:
    """Whether what is drawn on a terminal is drawn for this process: False once the shell runs it in the background."""
    if sys.platform == "win32":
        return True
    try:
        return stream is not None and os.tcgetpgrp(_descriptor(stream)) == os.getpgrp()
    except OSError:
        return True  # no terminal that shells hand round: it has no other user


def drawn_by_others() -> bool:
    """Whether the program itself has a display of rich, or bars of tqdm, that are drawn again and again."""
    return _has_bars_of_tqdm() or any(
        type(stream).__module__ == "rich.file_proxy" for stream in (sys.stdout, sys.stderr)
    )


def _has_bars_of_tqdm() -> bool:
    return bool(_bars_of_tqdm())


def _bars_of_tqdm() -> list[Any]:
    return list(getattr(getattr(sys.modules.get("tqdm.std"), "tqdm", None), "_instances", None) or ())


def width(stream: TextIO | None) -> int | None:
    """The columns of a terminal (`COLUMNS` overrides it, as elsewhere); None where the stream is none."""
    if not is_terminal(stream):
        return None
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told):
        return int(told)
    try:
        return os.get_terminal_size(_descriptor(stream)).columns if stream is not None else None
    except OSError:
        return None


def _descriptor(stream: TextIO) -> int:
    try:
        return stream.fileno()
    except Exception as error:
        raise OSError(f"a {type(stream).__name__} has no descriptor") from error


def is_open(stream: TextIO | None) -> bool:
    """Whether the stream says that it is open."""
    try:
        return getattr(stream, "closed", True) is False
    except Exception:  # noqa: BLE001 - a home-made stream may raise anything
        return False


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
    return _encoding(stream).lower().replace("-", "").startswith("utf")


def _encoding(stream: TextIO | None) -> str:
    try:
        encoding = getattr(stream, "encoding", None)
    except Exception:  # noqa: BLE001 - a home-made stream may raise anything
        encoding = None
    return encoding if isinstance(encoding, str) and encoding else "utf-8"


def readable(text: str) -> str:
    """The text on one line, with control characters escaped: nothing from outside steers the terminal."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def encodable(text: str, stream: TextIO | None) -> str:
    """The text in characters that the stream takes."""
    encoding = _encoding(stream)
    try:
        text.encode(encoding)
    except LookupError:
        return ascii(text.translate(_PLAIN_FORMS))[1:-1]
    except UnicodeEncodeError:
        return text.translate(_PLAIN_FORMS).encode(encoding, "backslashreplace").decode(encoding)
    return text


def write_line(text: str) -> bool:
    """Write one line to standard error, folded at a narrow terminal; whether that could be done. Never raises."""
    return write("\n".join(folded(readable(text), width(sys.stderr), _HANGING)) + "\n")


def write(text: str) -> bool:
    """Write text to standard error as it is, in one piece; whether that could be done."""
    if _above_status is None:
        return _write(text)
    with _above_status():
        return _write(text)


def _write(text: str) -> bool:
    stream = sys.stderr
    bars = _bars_of_tqdm()
    if bars and can_draw(stream):
        text = f"\r\x1b[K{text}"  # in place of the bar, which is drawn again below
    try:
        put(stream, encodable(text, stream))
    except UNWRITABLE:
        return False
    if bars:
        _draw_again(bars)
    return True


def _draw_again(bars: Iterable[Any]) -> None:
    """Have tqdm draw its bars, without its lock: a thread that is stuck with it must hold up nobody here."""
    from contextlib import suppress

    for each in bars:
        with suppress(Exception):  # of the program's own bars, nothing reaches who loads something
            each.refresh(nolock=True)


def put(stream: TextIO, text: str) -> None:
    """Write text at once.

    Raises:
        OSError: it cannot be written; whatever a home-made stream raises.
    """
    try:
        below = _below(stream)
        if below is None:
            stream.write(text)
            stream.flush()
        else:
            stream.flush()
            _write_all(below, text.encode(stream.encoding, stream.errors or "strict"))
    except OSError:
        raise
    except Exception as error:
        raise OSError(f"a {type(stream).__name__} takes no text") from error


def _below(stream: TextIO) -> io.RawIOBase | None:
    """What lies below the buffer of this process's own standard error; None of any other stream.

    What cannot be written would stay in that buffer, and a program that has done all it had to would end with exit
    code 120, as Python cannot write it at the end either.
    """
    if stream is not sys.__stderr__ or type(stream) is not io.TextIOWrapper:
        return None
    buffer = stream.buffer
    return buffer.raw if type(buffer) is io.BufferedWriter else None


def _write_all(raw: io.RawIOBase, data: bytes) -> None:
    while data:
        count = raw.write(data)
        if count is None:
            raise BlockingIOError("the stream takes no more for now")
        data = data[count:]


def console_on(stream: TextIO) -> Console:
    """A rich console on a stream, which shows text as it is: no markup, no emoji, no guessed highlights."""
    from rich.console import Console

    return Console(file=stream, markup=False, emoji=False, highlight=False)


def write_styled(lines: Iterable[tuple[str, str]]) -> bool:
    """Write lines, each with a rich style, to standard error: styled at a terminal, plain elsewhere."""
    pairs = [(readable(text), style) for text, style in lines]
    plain = "".join(f"{text}\n" for text, _ in pairs)
    styled = None
    if can_draw(sys.stderr):
        try:
            styled = _styled(pairs, sys.stderr)
        except Exception:  # noqa: BLE001 - rich asks a home-made stream, which may raise anything
            styled = None
    return write(styled or plain)


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

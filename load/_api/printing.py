"""Auto-print, as the root offers it: what is loaded is told on standard error, or in a table after a cell."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from load._config import Override
    from load._notebook.arrival import Arrival

__all__ = ["disable_auto_print", "enable_auto_print", "no_print", "register_printer", "set_print_limit"]


def enable_auto_print(limit: int | None = None, *, memory: bool = True) -> None:
    """Tell what is loaded from now on: version, how it came, time, memory and place.

    In a script and at Python's prompt that is a line for each thing, on standard error; in IPython and Jupyter a table
    after each cell that has loaded something. What was loaded before is shown once for each name. Calling it again
    changes nothing.

    Args:
        limit: the most that is shown, as for `set_print_limit`; None leaves that unchanged.
        memory: whether to measure the growth of memory with each import.

    Raises:
        ConfigError: the limit is not a whole number.
    """
    from load._notebook.auto_print import enable_auto_print as enable

    enable(limit, memory=memory)


def disable_auto_print() -> None:
    """Stop printing what is loaded, whatever the setting `auto_print` says."""
    from load._notebook.auto_print import disable_auto_print as disable

    disable()


def set_print_limit(limit: int | None) -> None:
    """Set the most that auto-print shows; the rest is only counted.

    Args:
        limit: rows of the table after a cell, or lines in a program; None means 20 rows, and all lines.

    Raises:
        ConfigError: it is not a whole number.
    """
    from load._notebook.auto_print import set_print_limit as set_limit

    set_limit(limit)


def no_print() -> Override:
    """Print nothing for what is loaded in a `with` block, in this thread or task only: `with load.no_print():`."""
    from load._config import Override

    return Override({"auto_print": False})


def register_printer(printer: Callable[[Arrival], str | None]) -> Callable[[], None]:
    """Let a function of your own phrase what auto-print writes for a thing that was loaded.

    The one registered last is asked first. If one fails, that is warned about once, and it is skipped.

    Args:
        printer: called with what is known of the thing: `.name`, `.module`, `.version`, `.distribution`, `.how`,
            `.place`, `.seconds`, `.pulled_in`, `.memory` and `.along`. It returns the text, "" for no output, or None
            to leave it to others.

    Returns:
        A function that unregisters it.

    Raises:
        TypeError: it cannot be called.
    """
    from load._notebook.printers import register_printer as register

    return register(printer)

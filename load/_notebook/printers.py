"""Printers: functions of the user's that say what auto-print writes for a thing that was loaded."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from load._notebook.arrival import Arrival

    Printer: TypeAlias = Callable[[Arrival], str | None]

_printers: tuple[Printer, ...] = ()
_failed: list[Printer] = []


def register_printer(printer: Printer) -> Callable[[], None]:
    """Have `printer` asked, before those registered earlier; the result ends that. See `load.register_printer`."""
    global _printers
    if not callable(printer):
        raise TypeError(f"a printer is a function of one argument, not {printer!r}")
    _printers = (printer, *(each for each in _printers if each != printer))

    def unregister() -> None:
        global _printers
        _printers = tuple(each for each in _printers if each != printer)

    return unregister


def kept() -> Callable[[], None]:
    """Take note of the printers that there are; the result has these again, and no others."""
    before = _printers

    def again() -> None:
        global _printers
        _printers = before

    return again


def text_by_printers(arrival: Arrival) -> str | None:
    """What the first printer that has an opinion says: a text, "" for nothing; None where none has one."""
    for printer in _printers:
        try:
            text = printer(arrival)
            if text is not None and not isinstance(text, str):
                raise TypeError(f"it gave {text!r}, which is neither text nor None")  # noqa: TRY301 - told below
        except (Exception, SystemExit) as error:  # noqa: BLE001 - it must not break what was loaded; Ctrl-C is a person's
            _warn_once(printer, error)
            continue
        if text is not None:
            return text
    return None


def _warn_once(printer: Printer, error: BaseException) -> None:
    """Warn of what a printer does wrong, at the place where it stands."""
    if printer in _failed:
        return
    _failed.append(printer)
    import warnings

    message = f"a printer of load's auto-print failed: {_named(printer)}: {_told(error)}"
    code = getattr(printer, "__code__", None) or _warn_once.__code__
    try:
        warnings.warn_explicit(message, RuntimeWarning, code.co_filename, code.co_firstlineno)
    except Exception:  # noqa: BLE001 - warnings are errors, or there is no standard error: nothing to a code that loads
        from load._console.terminal import write_line

        write_line(f"load: {message}")


def _named(printer: Printer) -> str:
    return str(getattr(printer, "__qualname__", type(printer).__name__))


def _told(error: BaseException) -> str:
    try:
        return repr(error)
    except Exception:  # noqa: BLE001 - one that cannot even say what it is
        return type(error).__name__

"""Auto-print: one line on standard error for each thing that `load` loads. Off by default."""

from __future__ import annotations

from load._config import get as setting
from load._events import Loaded, subscribe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from load._events import Event

_chosen: bool | None = None  # what the program itself said; None leaves it to the setting `auto_print`
_unsubscribe: Callable[[], None] | None = None
_printed: set[str] = set()


def enable_auto_print() -> None:
    """Print one line on standard error for each thing loaded from now on.

    The line says its name and version, how it came (cached, imported, installed, local), the time it took and
    its memory where that is tracked (`track_memory`). What was loaded before is printed once for its name.
    The setting `quiet` silences it.
    """
    global _chosen
    _chosen = True
    _listen()


def disable_auto_print() -> None:
    """Print nothing any more, whatever the setting `auto_print` says."""
    global _chosen, _unsubscribe
    _chosen = False
    if _unsubscribe is not None:
        _unsubscribe()
        _unsubscribe = None
    _printed.clear()


def maybe_enable() -> None:
    """Print where the setting `auto_print` says so and the program has not decided; for the first load."""
    if _chosen is None and setting("auto_print"):
        _listen()


def _listen() -> None:
    global _unsubscribe
    _unsubscribe = subscribe(_print)


def _print(event: Event) -> None:
    if not isinstance(event, Loaded) or (event.how == "cached" and event.name in _printed):
        return
    if setting("quiet") or not (_chosen or setting("auto_print")):
        return
    _printed.add(event.name)
    from load._console.terminal import write_line
    from load._notebook.line import line_of

    write_line(line_of(event))

"""Auto-print: what `load` loads is told on standard error, a line each; in IPython in a table after the cell.

Off by default.
"""

from __future__ import annotations

from _thread import get_ident
from time import time

from load._config import configure, lookup
from load._config import get as setting
from load._events import InstallFinished, Loaded, subscribe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from load._console.loaded_table import Row
    from load._events import Event
    from load._notebook.arrival import Arrival
    from load._notebook.cells import Cells
    from load._notebook.costs import Costs

_ROWS = 20  # of a table, where no limit was set
_WIDEST = 60  # characters of a name, a version or a place in it

_chosen: bool | None = None  # what the program itself said; None leaves it to the setting `auto_print`
_unsubscribe: Callable[[], None] | None = None
_costs: Costs | None = None
_cells: Cells | None = None
_printed: set[str] = set()
_along: dict[int, list[str]] = {}  # thread → what an install brought along with what is being loaded there
_lines = 0  # written since it was switched on
_unwritten = 0  # left out, beyond the limit


def enable_auto_print(limit: int | None = None, *, memory: bool = True) -> None:
    """Tell what is loaded from now on; see `load.enable_auto_print`."""
    global _chosen
    if limit is not None:
        set_print_limit(limit)
    _chosen = True
    _listen(memory=memory)


def disable_auto_print() -> None:
    """Print nothing any more, whatever the setting `auto_print` says."""
    global _chosen, _unsubscribe, _costs, _cells
    _chosen = False
    if _unsubscribe is not None:
        _unsubscribe()
        _unsubscribe = None
    if _costs is not None:
        _costs.uninstall()
        _costs = None
    if _cells is not None:
        _cells.stop()
        _cells = None
    _printed.clear()
    _along.clear()
    _tell_unwritten()


def kept() -> Callable[[], None]:
    """Take note of whether it is on, and who said so; the result makes that so again."""
    chosen, was_on = _chosen, _unsubscribe is not None

    def again() -> None:
        global _chosen
        is_on = _unsubscribe is not None
        if was_on and not is_on:
            enable_auto_print()
        elif is_on and not was_on:
            disable_auto_print()
        _chosen = chosen

    return again


def set_print_limit(limit: int | None) -> None:
    """Set the most that is shown; see `load.set_print_limit`."""
    configure(print_limit=limit)


def maybe_enable() -> None:
    """Print where the setting `auto_print` says so and the program has not decided; for the first load."""
    if _chosen is None and _unsubscribe is None and setting("auto_print"):
        _listen(memory=True)


def _listen(*, memory: bool) -> None:
    global _unsubscribe, _costs
    from load._notebook.costs import Costs

    _unsubscribe = subscribe(_notice)
    if _costs is None or (_costs.memory is not None) != memory:
        if _costs is not None:
            _costs.uninstall()
        _costs = Costs(memory=memory)
    _costs.install()
    _follow_shell()


def _follow_shell() -> None:
    """Listen to the shell that runs by now: a program may start one long after it has switched this on."""
    global _cells
    from load._notebook.cells import Cells, running_shell

    shell = running_shell()
    if shell is not None and (_cells is None or _cells.shell is not shell):
        if _cells is not None:
            _cells.stop()
        _cells = Cells(shell, _rows_of)


def _notice(event: Event) -> None:
    if isinstance(event, InstallFinished):
        _note_install(event)
    elif isinstance(event, Loaded) and not (event.how == "cached" and event.name in _printed) and _is_wanted():
        _printed.add(event.name)
        memory, pulled_in = _cost(event)
        along = _along.pop(get_ident(), []) if event.how == "installed" else []
        _follow_shell()
        facts: dict[str, Any] = {"memory": memory, "pulled_in": pulled_in, "along": along}
        if _cells is None or not _cells.hold((event, facts)):
            _write(event, facts)


def _is_wanted() -> bool:
    """Whether it is told here and now: the block that this runs in says so first, then the program."""
    if setting("quiet"):
        return False
    value, origin = lookup("auto_print")
    return bool(value if origin == "load.override()" else _chosen or value)


def _note_install(event: InstallFinished) -> None:
    from load._console.wording import distribution_key

    asked = {distribution_key(requirement) for requirement in event.requirements}
    came = [each for each in event.changes if each.new is not None and distribution_key(each.name) not in asked]
    if not event.for_worker:
        _along[get_ident()] = [str(each) for each in came]


def _cost(event: Loaded) -> tuple[int | None, dict[str, float]]:
    if _costs is None or event.how == "cached":
        return None, {}
    since = max(time() - event.time, 0.0)  # of several, those that came first are told when the last is there
    return _costs.of(event.module, event.seconds + since)


# -- a line each -------------------------------------------------------------------------------------------------------


def _write(event: Loaded, facts: dict[str, Any]) -> None:
    global _lines, _unwritten
    limit = setting("print_limit")
    if limit is not None and _lines >= limit:
        if not _unwritten:
            import atexit

            atexit.register(_tell_unwritten)
        _unwritten += 1
        return
    from load._console.terminal import write_line
    from load._notebook.arrival import Arrival

    for line in _text(Arrival(event, **facts)).splitlines():
        _lines += 1
        write_line(line)


def _text(arrival: Arrival) -> str:
    from load._notebook.line import line_of
    from load._notebook.printers import text_by_printers

    text = text_by_printers(arrival)
    return line_of(arrival) if text is None else text


def _tell_unwritten() -> None:
    """Say how much was left out; at the end of the program, or of the printing."""
    global _lines, _unwritten
    count, _lines, _unwritten = _unwritten, 0, 0
    if count:
        import atexit

        from load._console.terminal import write_line

        atexit.unregister(_tell_unwritten)
        write_line(f"load: and {count} more")


# -- a table -----------------------------------------------------------------------------------------------------------


def _rows_of(held: list[tuple[Loaded, dict[str, Any]]]) -> tuple[list[Row], int]:
    """The rows of what a cell has loaded, as many as are shown; and how many are not."""
    from load._install import installed
    from load._notebook.arrival import Arrival

    held = _without_ways_there(held)
    limit = setting("print_limit")
    most = _ROWS if limit is None else limit
    visible = installed.visible() if most else {}
    rows = [_row(Arrival(event, visible, **facts)) for event, facts in held[:most]]
    return [row for row in rows if row], max(len(held) - most, 0)


def _without_ways_there(held: list[tuple[Loaded, dict[str, Any]]]) -> list[tuple[Loaded, dict[str, Any]]]:
    """Without packages that were there, and were named but on the way to a module: the `xml` of `load.xml.dom`."""
    ways = {event.module[:at] for event, _ in held for at, char in enumerate(event.module) if char == "."}
    return [each for each in held if each[0].how != "cached" or each[0].module not in ways]


def _row(arrival: Arrival) -> Row:
    from load._console.wording import duration, growth
    from load._notebook.line import how_of, inner_of
    from load._notebook.printers import text_by_printers

    text = text_by_printers(arrival)
    if text is not None:
        return text
    return (
        _short(f"{arrival.module} (as {arrival.alias})" if arrival.alias else arrival.module),
        _short(arrival.version or ""),
        how_of(arrival),
        "" if arrival.how == "cached" else duration(arrival.seconds),
        inner_of(arrival),
        "" if arrival.memory is None else growth(arrival.memory),
        _short(arrival.distribution or arrival.place),
    )


def _short(cell: str) -> str:
    """What a module says of itself may be of any length; it takes the room of other columns no further than this."""
    return cell if len(cell) <= _WIDEST else f"{cell[: _WIDEST - 1]}…"

"""Auto-print in IPython and Jupyter: one table after each cell that loaded something."""

from __future__ import annotations

import os
import sys
from _thread import get_ident
from collections import deque

from load._console.terminal import width, write_styled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

    from load._console.loaded_table import Row

_SHELL = "IPython.core.interactiveshell"


def running_shell() -> Any:
    """The IPython shell of this process, or None; nothing is imported to find out."""
    cls = getattr(sys.modules.get(_SHELL), "InteractiveShell", None)
    return cls.instance() if cls is not None and cls.initialized() else None


class Cells:
    """Holds what the cells of a shell load until they end.

    Args:
        shell: IPython's.
        rows: gives the rows of what is held, and how many more there are.
    """

    def __init__(self, shell: Any, rows: Callable[[list[Any]], tuple[list[Row], int]]) -> None:
        self.shell = shell
        self._rows = rows
        self._held: deque[tuple[int, Any]] = deque()  # the thread whose cell it is of, and the thing
        self._process = os.getpid()
        # Thread → of the cells that run in it, one within the other (`%%capture`), where their standard error goes. It
        # is one thread but for subshells: https://jupyter.org/enhancement-proposals/91-kernel-subshells
        self._streams: dict[int, list[object]] = {}
        if _is_in_a_cell(sys._getframe()):
            self._begin()
        shell.events.register("pre_run_cell", self._begin)
        shell.events.register("post_run_cell", self._end)

    def stop(self) -> None:
        """Show nothing any more."""
        self.shell.events.unregister("pre_run_cell", self._begin)
        self.shell.events.unregister("post_run_cell", self._end)
        self._held.clear()

    def hold(self, thing: Any) -> bool:
        """Keep a thing for the table; False where no cell runs, or its code has sent standard error elsewhere.

        A process forked by a cell has no end of the cell, either.
        """
        thread = get_ident()
        if thread not in self._streams:  # one that a cell has started: of the cell that began last
            thread = (0, *self._streams)[-1]
        streams = tuple(self._streams.get(thread, ()))
        if not streams or streams[-1] is not sys.stderr or os.getpid() != self._process:
            return False
        self._held.append((thread, thing))
        return True

    def _begin(self, info: Any = None) -> None:  # noqa: ARG002 - what IPython passes
        self._streams.setdefault(get_ident(), []).append(sys.stderr)

    def _end(self, result: Any = None) -> None:  # noqa: ARG002 - what IPython passes
        thread = get_ident()
        streams = self._streams.get(thread)
        if streams:  # an empty cell ends, but does not begin
            streams.pop()
            if not streams:
                del self._streams[thread]
        if self._held:
            # What a thread adds from here on is of the next cell.
            held = [self._held.popleft() for _ in range(len(self._held))]
            self._held.extend(each for each in held if each[0] != thread and each[0] in self._streams)
            own = [thing for owner, thing in held if owner == thread or owner not in self._streams]
            if own:
                self._show(own)

    def _show(self, held: list[Any]) -> None:
        rows, rest = self._rows(held)
        if not rows and not rest:
            return
        from load._console import loaded_table

        if not publish(
            self.shell, lambda: {"text/html": table_html(rows, rest), "text/plain": loaded_table.text(rows, rest)}
        ):
            write_styled(loaded_table.lines(rows, rest, width(sys.stderr)))


def publish(shell: Any, forms: Callable[[], dict[str, str]]) -> bool:
    """Show something below the cell that runs, in a notebook; whether there is one.

    Args:
        shell: IPython's.
        forms: gives what is shown, by MIME type.
    """
    send = getattr(getattr(shell, "display_pub", None), "publish", None)
    if getattr(shell, "kernel", None) is None or send is None:
        return False
    data = forms()
    try:
        send(data=data)
    except Exception:  # noqa: BLE001 - a kernel of another make, or one that ends: standard error is left
        return False
    return True


def table_html(rows: list[Row], rest: int) -> str:
    """The table for a notebook; the text of a printer takes a row of its own."""
    from load._console.loaded_table import FIGURES, HEADERS, more
    from load._console.terminal import readable
    from load._picture import Picture, Table
    from load._report.html import html

    kept = [at for at in range(len(HEADERS)) if any(row[at] for row in rows if not isinstance(row, str))]
    cells = [
        ["\n".join(map(readable, row.splitlines()))] if isinstance(row, str) else [readable(row[at]) for at in kept]
        for row in rows
    ]
    numbers = [number for number, at in enumerate(kept) if at in FIGURES]
    table = Table([HEADERS[at] for at in kept] or [""], cells, numbers=numbers)
    return html(Picture("", [table], [more(rest)] if rest else []))


def _is_in_a_cell(frame: FrameType | None) -> bool:
    """Whether a cell runs now, in this thread."""
    while frame is not None:
        if frame.f_code.co_name == "run_cell_async" and frame.f_globals.get("__name__") == _SHELL:
            return True
        frame = frame.f_back
    return False

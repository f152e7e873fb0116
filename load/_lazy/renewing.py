"""What handles on objects do when modules have run again: they hold what these define now.

A reload finds them by the name of the method that leads here, and calls it; nothing else knows of it.
"""

from __future__ import annotations

from load._lazy.forgetting import forget
from load._lazy.handle import Handle, _set_state, _state, is_loaded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping
    from typing import Any

    Undo = Callable[[], object]


def renew_object(handle: Handle, touched: Container[str], successors: Mapping[int, Any]) -> Undo | None:
    """Have a handle on an object hold what its reference names now.

    One that names nothing any more is unused again, and its next use says why.

    Args:
        handle: the handle.
        touched: the modules that have run again, or hold something new.
        successors: what has the place of objects, by the ids of these.

    Returns:
        What undoes it; None where nothing was done.
    """
    if not is_loaded(handle):
        return None
    declaration, value = state = _state(handle)
    new: Any = successors.get(id(value), value)
    if declaration.reference.module in touched:
        try:
            new = declaration.reference.resolve()
        except Exception:  # noqa: BLE001 - it is raised anew at the next use, with the place of that
            forget(handle)
            return lambda: _set_state(handle, state)
    if new is value:
        return None
    _set_state(handle, (declaration, new))
    return lambda: _set_state(handle, state)

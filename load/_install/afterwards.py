"""After the backend: refresh → verify → record."""

from __future__ import annotations

import time

from load import _events
from load._caller import script_of
from load._install import installed, reachability, refusal
from load._install.job import shown_command
from load._names import normalize
from load._redact import redact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from load._events import Change
    from load._install.order import Order
    from load._install.policy import Need


def announce(order: Order) -> float:
    """The backend is about to be started; the time is given back."""
    _events.emit(_events.InstallStarted(list(map(redact, order.requirements)), order.backend.name, order.target.name))
    return time.perf_counter()


def take_back_announcement() -> None:
    """What was announced in this thread has to be planned first: until then nobody is told that it is installed."""
    from _thread import get_ident

    from load._console import status

    status.end(get_ident())  # the key of `load._console.announce`


def refresh() -> None:
    """Let the import system see what came."""
    import importlib

    importlib.invalidate_caches()


def verify(order: Order, changes: Sequence[Change], undo: Callable[[], object], path: list[str] | None = None) -> None:
    """Each import name asked for must be there now.

    Args:
        order: what was asked for.
        changes: what came.
        undo: takes all of it back.
        path: the folders that it lies in; `sys.path` by default.

    Raises:
        NotProvided: one is not; all that came is undone.
    """
    missing = [need for need in order.needs if need.module and not order.importable(need.module)]
    if missing:
        provided = _provided(missing[0], changes, path)
        undo()
        raise refusal.not_provided(missing, provided)


def _provided(need: Need, changes: Sequence[Change], path: list[str] | None) -> list[str]:
    """The import names that the distribution installed for a need does bring."""
    came = {change.name for change in changes}
    distributions = [each for name, each in installed.visible(path).items() if name in came]
    own = [each for each in distributions if each.name == normalize(need.distribution)]
    return sorted({name for each in own for name in installed.import_names_of(each)})


def finish(order: Order, changes: Sequence[Change], started: float, folder: str) -> None:
    """It is done: write it into the journal and tell everybody."""
    reachability.forget()
    record(order, changes, action=order.action, requirements=order.requirements, folder=folder)
    _events.emit(
        _events.InstallFinished(
            list(map(redact, order.requirements)),
            changes,
            backend=order.backend.name,
            target=folder,
            overlay=order.target.is_overlay,
            for_worker=order.target.stands_first,
            seconds=time.perf_counter() - started,
        )
    )


def record(order: Order, changes: Sequence[Change], *, action: str, requirements: Sequence[str], folder: str) -> None:
    """Write what changed into the target's journal."""
    if not changes:
        return
    from load._install import journal  # it was imported while the backend ran

    shown = [redact(each) for each in requirements]
    journal.append(
        order.target.state_folder,
        action=action,
        requirements=shown,
        changes=changes,
        caller=order.caller,
        reason="; ".join(order.permission.because),
        command=shown_command(order.backend.name, "install", shown),
        backend=order.backend.name,
        target=folder,
        script=script_of(order.caller),
    )

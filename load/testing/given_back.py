"""What `load` itself keeps in a process, given back after a test as it was before."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager

from load import _config, _events
from load._notebook import auto_print, printers
from load._resolve import ledger, presence
from load.exports import get_export_registry
from load.registry import NAMESPACE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_OWN = f"{__name__.partition('.')[0]}."


@contextmanager
def given_back() -> Iterator[None]:
    """Undo what a block does to settings, aliases, `load.info()`, subscribers, auto-print and the global registries."""
    undo = (_config.kept(), _aliases(), ledger.kept(), _subscribers(), auto_print.kept(), printers.kept())
    try:
        with ExitStack() as registries:
            registries.enter_context(NAMESPACE.isolated())
            registries.enter_context(get_export_registry().isolated())
            yield
    finally:
        for each in undo:
            each()


def _aliases() -> Callable[[], None]:
    before = dict(presence.user_aliases)

    def again() -> None:
        presence.user_aliases.clear()
        presence.user_aliases.update(before)

    return again


def _subscribers() -> Callable[[], None]:
    """Those of other people; whoever listens here for `load` itself knows that it does."""
    before = _foreign()

    def again() -> None:
        for each in _foreign():
            _events.subscribe(each)()  # it counts once, and what this returns ends it
        for each in before:
            _events.subscribe(each)

    return again


def _foreign() -> list[Callable[[_events.Event], object]]:
    return [each for each in _events.subscribers() if not str(getattr(each, "__module__", "")).startswith(_OWN)]

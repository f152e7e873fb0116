"""What `load` itself keeps in a process, given back after a test as it was before."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager

from load import _config, _events
from load._notebook import auto_print, printers
from load._resolve import ledger, presence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

_OWN = f"{__name__.partition('.')[0]}."


@contextmanager
def given_back() -> Iterator[None]:
    """Undo what a block does to settings, aliases, `load.info()`, subscribers, auto-print and the global registries."""
    undo = (_config.kept(), _aliases(), ledger.kept(), _subscribers(), auto_print.kept(), printers.kept())
    try:
        with ExitStack() as registries:
            for registry in _registries():
                registries.enter_context(registry.isolated())
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


def _registries() -> list[Any]:
    """Those that are for the whole program, where they were made; what else was made is nobody's but the test's."""
    registry, exports = sys.modules.get(f"{_OWN}registry"), sys.modules.get(f"{_OWN}exports")
    found = [registry.NAMESPACE] if registry is not None else []
    return [*found, exports.get_export_registry()] if exports is not None else found

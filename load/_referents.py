"""What objects refer to, as Python's garbage collector knows it: asked so that the process survives it."""

from __future__ import annotations

import gc
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_IS_3_12 = sys.version_info[:2] == (3, 12)


def askable(things: Iterable[object]) -> list[object]:
    """Those of some objects whose referents may be asked for.

    On Python 3.12 the module `_asyncio` gives freed objects that it keeps for later use. To hold one for a moment puts
    it a second time among these, in a ring: the next collection never ends.

    Args:
        things: any objects.
    """
    unsafe = sys.modules.get("_asyncio") if _IS_3_12 else None
    return [each for each in things if each is not unsafe] if unsafe is not None else list(things)


def thaw() -> None:
    """Have the garbage collector tell of all objects again.

    After `gc.freeze()`, as in servers before they fork, it tells nobody of those that were there, nor what they refer
    to. Who wants to know what holds a module must see them, so they are thawed: the next full collection looks at
    them again, which costs forked processes some of the memory that they share.
    """
    if gc.get_freeze_count():
        gc.unfreeze()


def tracked() -> list[Any]:
    """All objects that the garbage collector knows; see `thaw`."""
    thaw()
    return gc.get_objects()


def referents(*things: object) -> list[object]:
    """What some objects refer to; see `askable`."""
    return gc.get_referents(*askable(things))

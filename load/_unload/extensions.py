"""Extension modules that were ever seen: held for good.

Some crash the process when they are imported again after the first module of them was collected (orjson on CPython
3.13.0 did); as long as that is alive, they do not.
"""

from __future__ import annotations

import sys

from load._unload.verdict import is_extension

_held: dict[int, object] = {}


def keep_extensions() -> None:
    """Hold all that are loaded now; whoever takes them out of `sys.modules` does not end them any more."""
    for module in list(sys.modules.values()):
        if id(module) not in _held and is_extension(module):
            _held[id(module)] = module

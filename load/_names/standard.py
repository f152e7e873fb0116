"""The standard library, of this Python and of any other."""

from __future__ import annotations

import sys

from load._names.data import records
from load._names.spelling import root_of

_elsewhere: frozenset[str] = frozenset()


def standard_library(name: str) -> bool:
    """Tell whether a dotted name belongs to the standard library of any Python, gone or yet to come.

    Known are those of CPython 2.7 and 3.6 to 3.15. Nothing under such a name is ever installed.
    """
    global _elsewhere
    root = root_of(name)
    if root in sys.stdlib_module_names:
        return True
    if not _elsewhere:
        _elsewhere = frozenset(records("standard_library.txt"))
    return root in _elsewhere

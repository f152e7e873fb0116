"""Which thread imported what, while a block of `temporarily()` is open."""

from __future__ import annotations

import importlib
import sys
from _thread import get_ident

from load._caller import is_own_code
from load._unload.verdict import NEEDS_OF_LOAD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType


class Witness:
    """A finder (`importlib.abc.MetaPathFinder`) that finds nothing and notes who looks for what.

    It is asked in the thread that imports, before the module is in `sys.modules`; nothing else tells threads
    apart.

    Attributes:
        threads: import name → identifier of the thread that looked for it last.
        for_load: top-level names that `load` itself imported.
    """

    def __init__(self) -> None:
        self.threads: dict[str, int] = {}
        self.for_load: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Note the name, and leave it to the next finder."""
        del path, target
        self.threads[fullname] = get_ident()
        if fullname in NEEDS_OF_LOAD and _load_asks():
            self.for_load.add(fullname)
        return None

    def start(self) -> None:
        """Begin to watch."""
        sys.meta_path.insert(0, self)

    def stop(self) -> None:
        """Watch no more, and forget. Somebody may have replaced the list of finders meanwhile."""
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not self]
        self.threads = {}
        self.for_load = set()


def _load_asks() -> bool:
    """Whether the import statement that is carried out stands in `load`."""
    frame = sys._getframe(2)
    while frame.f_back is not None and _is_import_machinery(frame.f_code.co_filename):
        frame = frame.f_back
    return is_own_code(frame.f_code.co_filename)


def _is_import_machinery(filename: str) -> bool:
    return filename.startswith("<frozen importlib") or filename == importlib.__file__

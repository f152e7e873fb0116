"""The face of `load`: the module that is called, subscripted and asked for attributes, and the `load.` finder.

The finder at `sys.meta_path[0]` knows the prefix, and watches packages reached through `load`. It sees every import of
the process, so what is not its own leaves after one comparison. It stands in this file, as one more would be a tenth of
what `import load` costs.
"""

import sys

from load._reserved import PREFIX, is_submodule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

WATCHED: set[str] = set()  # top-level packages reached through `load`: their subpackages answer to dotted use


class PrefixFinder:
    """Finds `load.<name>` for every name that is not `load`'s own."""

    _load_prefix_finder = True  # by which `load` recognises it, also one of an earlier import of `load`

    def find_spec(
        self, fullname: str, path: "Sequence[str] | None" = None, target: "ModuleType | None" = None
    ) -> "ModuleSpec | None":
        """Describe a module of the prefix, without importing anything (`importlib.abc.MetaPathFinder`)."""
        if fullname.startswith(PREFIX):
            root = fullname[len(PREFIX) :].partition(".")[0]
            if root.startswith("_") or is_submodule(root):
                return None
            from load._facade.prefix import describe

            return describe(fullname, sys._getframe(1))
        if WATCHED and fullname.partition(".")[0] in WATCHED:
            from load._facade.submodules import find_watched

            return find_watched(fullname, path, target, sys._getframe(1))
        return None


FINDER = PrefixFinder()


def place() -> None:
    """Put the finder first, once; one that an earlier import of `load` left behind goes."""
    if FINDER in sys.meta_path:
        return
    sys.meta_path[:] = [FINDER, *(each for each in sys.meta_path if not hasattr(each, "_load_prefix_finder"))]

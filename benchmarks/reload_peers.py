"""The peers that reload, and how a person who uses them has modules reloaded that changed.

`python -m benchmarks.reload_peers TOOL GROUP ...` runs edits with one where it is installed, and prints a line of JSON
for each. None is told more than in its own use: IPython and marimo look at all modules before a cell runs, jurigged is
told of the files that were written, and with `importlib.reload` a person names either what changed, or that and all
that depends on it, in the right order.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Callable, Sequence
from typing import Any

from tests.reloads.running import Change, Load, Tool, report


class Importlib:
    """`importlib.reload` of what changed.

    Args:
        whole: of all that depends on it as well.
    """

    def __init__(self, *, whole: bool = False) -> None:
        self._whole = whole

    def loaded(self, names: Sequence[str]) -> None:
        """Nothing has to be said."""

    def reload(self, change: Change) -> None:
        """One after the other; the first that fails ends it."""
        importlib.invalidate_caches()
        for name in change.affected if self._whole else change.changed:
            importlib.reload(sys.modules[name])


class BeforeCells:
    """Looks at all modules before a cell runs: there is one before the files change, and one afterwards.

    Args:
        look: does so. Errors are logged, or shown in the notebook.
    """

    def __init__(self, look: Callable[[], object]) -> None:
        self._look = look

    def loaded(self, _names: Sequence[str]) -> None:
        """Before the one cell."""
        self._look()

    def reload(self, _change: Change) -> None:
        """Before the other."""
        self._look()


def _ipython() -> Tool:
    from IPython.extensions.autoreload import ModuleReloader

    reloader: Any = ModuleReloader()
    reloader.enabled = reloader.check_all = True  # what `%autoreload 2` sets
    return BeforeCells(reloader.check)


def _marimo() -> Tool:
    from marimo._runtime.reload.autoreload import ModuleReloader

    reloader: Any = ModuleReloader()
    return BeforeCells(lambda: reloader.check(sys.modules, reload=True))


class Jurigged:
    """jurigged, without the thread that watches the files."""

    def __init__(self) -> None:
        from jurigged.register import registry

        self._registry: Any = registry

    def loaded(self, names: Sequence[str]) -> None:
        """It keeps the text of what is imported."""
        for name in names:
            file = sys.modules[name].__file__
            if file is not None:
                self._registry.prepare(name, file)

    def reload(self, change: Change) -> None:
        """What its watcher does for each file that was written: it logs errors, and goes on."""
        for name in change.changed:
            code = self._registry.get(sys.modules[name].__file__)
            with contextlib.suppress(Exception):
                code.refresh()


# How each is called in tables, what it is installed as (None: comes with Python), and how it is made.
TOOLS: dict[str, tuple[str, str | None, Callable[[], Tool]]] = {
    "load": ("`load`", None, Load),
    "importlib": ("`importlib.reload`, what changed", None, Importlib),
    "in-order": ("`importlib.reload`, and all that depends on it", None, lambda: Importlib(whole=True)),
    "ipython": ("IPython `%autoreload 2`", "ipython", _ipython),
    "marimo": ("marimo", "marimo", _marimo),
    "jurigged": ("jurigged", "jurigged", Jurigged),
}

if __name__ == "__main__":
    report(sys.argv[1], TOOLS[sys.argv[1]][2](), sys.argv[2:])

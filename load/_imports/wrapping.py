"""Standing in for a loader while it loads one module, without leaving a trace.

The found loader is put back on the spec and on the module before the module's body runs, so that the body, and whoever
looks later (`inspect.getsource`, `importlib.resources`, pickled specs), sees what would be there anyway.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any

    Around = Callable[[str, ModuleType, Callable[[], None]], None]


def wrap(spec: ModuleSpec, around: Around) -> bool:
    """Have `around` called in place of the execution of a module that was found.

    Args:
        spec: what a finder found, on its way to the import system. A namespace package's has no loader yet, and
            nothing of it is executed: `around` is called when its module is made.
        around: gets the module's name, the module, and a function that executes it, to be called once.

    Returns:
        Whether the spec was wrapped; a loader of the old kind (no `create_module` or no `exec_module`) is left alone.
    """
    loader = spec.loader
    if loader is None:
        if spec.submodule_search_locations is None:
            return False
        spec.loader = _ForNamespace(spec, around)  # type: ignore[assignment]
        return True
    if not (hasattr(loader, "create_module") and hasattr(loader, "exec_module")):
        return False
    spec.loader = _ForLoader(spec, around, loader)  # type: ignore[assignment]
    return True


class _ForLoader:
    """Passes everything on to the loader whose place it takes."""

    def __init__(self, spec: ModuleSpec, around: Around, loader: Any) -> None:
        self._spec = spec
        self._around = around
        self._loader = loader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Create the module as the loader does, with the loader itself on the spec."""
        spec.loader = self._loader
        try:
            module: ModuleType | None = self._loader.create_module(spec)
        finally:
            spec.loader = self  # type: ignore[assignment]
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Put the loader back, then execute the module within `around`."""
        loader = self._loader
        self._spec.loader = loader
        if getattr(module, "__loader__", None) is self:
            module.__loader__ = loader
        self._around(self._spec.name, module, lambda: loader.exec_module(module))


class _ForNamespace:
    """Stands where a namespace package has no loader (PEP 420), until its module is made."""

    def __init__(self, spec: ModuleSpec, around: Around) -> None:
        self._spec = spec
        self._around = around

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Make the module; with the spec as it was, the import system goes on as it would have."""
        spec.loader = None
        module = type(sys)(spec.name)
        self._around(spec.name, module, _nothing)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is executed: the import system asks the spec's own loader by now."""


def _nothing() -> None:
    """There is no body to run."""

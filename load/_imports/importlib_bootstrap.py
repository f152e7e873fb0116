"""The frame that stands between the import system and a module's body, which nobody is to see.

Its code says that it is the import system's. So Python leaves it out of tracebacks with those around it
(`remove_importlib_frames` in CPython's Python/import.c): one frame of another file among them would keep them all. And
a module that warns while it is imported says with `stacklevel=2` that its importer is meant; `warnings` passes over
frames in between whose file has "importlib" and "_bootstrap" in its path (`_next_external_frame` in Lib/warnings.py).
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any

    After = Callable[[str, ModuleType | None, BaseException | None], None]
    Before = Callable[[str, ModuleType], None]


class ForLoader:
    """Passes everything on to the loader whose place it takes."""

    __slots__ = ("_after", "_before", "_loader", "_spec")

    def __init__(self, spec: ModuleSpec, loader: Any, before: Before | None, after: After) -> None:
        self._spec = spec
        self._loader = loader
        self._before = before
        self._after = after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Create the module as the loader does, with the loader itself on the spec."""
        spec.loader = self._loader
        try:
            module: ModuleType | None = self._loader.create_module(spec)
        except BaseException as error:  # the spec stays as it was found: its finder may keep it
            self._after(spec.name, None, error)
            raise
        spec.loader = self  # type: ignore[assignment]
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Put the loader back, then have it execute the module; the one frame of ours that the body can see."""
        spec, loader = self._spec, self._loader
        name = spec.name
        spec.loader = loader
        if getattr(module, "__loader__", None) is self:
            module.__loader__ = loader
        if self._before is not None:
            self._before(name, module)
        try:
            loader.exec_module(module)
        except BaseException as error:
            self._after(name, module, error)
            raise
        self._after(name, module, None)


class ForNamespace:
    """Stands where a namespace package has no loader (PEP 420), until its module is made."""

    def __init__(self, before: Before | None, after: After) -> None:
        self._before = before
        self._after = after

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Make the module; with the spec as it was, the import system goes on as it would have."""
        spec.loader = None
        module = type(sys)(spec.name)
        if self._before is not None:
            self._before(spec.name, module)
        self._after(spec.name, module, None)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is executed: the import system asks the spec's own loader by now."""


IMPORT_SYSTEM = "<frozen importlib._bootstrap>"
for _function in (ForLoader.create_module, ForLoader.exec_module):
    _function.__code__ = _function.__code__.replace(co_filename=IMPORT_SYSTEM)

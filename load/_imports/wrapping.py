"""Standing in for a loader while it loads one module, without leaving a trace.

The found loader is put back on the spec and on the module before the module's body runs, so that the body, and whoever
looks later (`inspect.getsource`, `importlib.resources`, pickled specs), sees what would be there anyway.
"""

from __future__ import annotations

from load._imports.importlib_bootstrap import ForLoader, ForNamespace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

    from load._imports.importlib_bootstrap import After, Before


def wrap(spec: ModuleSpec, after: After, before: Before | None = None) -> bool:
    """Have functions called before and after the execution of a module that was found.

    Args:
        spec: what a finder found, on its way to the import system. A namespace package's has no loader, and nothing of
            it is executed: both are called when its module is made.
        after: gets the module's name, the module (None where it could not be made), and what was raised, or None; the
            error goes on in any case.
        before: gets the name and the module, which has its own loader by then.

    Returns:
        Whether the spec was wrapped; a loader of the old kind (no `create_module` or no `exec_module`) is left alone.
    """
    loader = spec.loader
    if loader is None:
        if spec.submodule_search_locations is None:
            return False
        spec.loader = ForNamespace(before, after)  # type: ignore[assignment]
        return True
    if not (hasattr(loader, "create_module") and hasattr(loader, "exec_module")):
        return False
    spec.loader = ForLoader(spec, loader, before, after)  # type: ignore[assignment]
    return True

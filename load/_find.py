"""Where `import name` would find a module, told without importing anything.

`importlib.util.find_spec` imports every parent of a dotted name; this walks `sys.meta_path` itself and goes
down from package to package by `ModuleSpec.submodule_search_locations`. A submodule that its package makes
while it runs (`six.moves`) is therefore seen only once the package is loaded.
"""

from __future__ import annotations

import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import NamespaceLoader, PathFinder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

# Finders that import while they look, by the name of their class. Those of wrapt (and of what vendors it) and
# of ddtrace answer only with what the other finders say; that of setuptools puts its own in for `distutils`.
_IMPORT_AS_THEY_LOOK = frozenset({"DistutilsMetaFinder", "ImportHookFinder", "ModuleWatchdog"})
_DISTUTILS = "setuptools._distutils"


def find(name: str) -> ModuleSpec | None:
    """Tell where `import name` would find a module; imports nothing, not even the parents of `name`.

    Args:
        name: a dotted import name; what no import statement could name (`""`, `".x"`, `"a..b"`) is nowhere.

    Returns:
        The spec; for a module in `sys.modules` the one it has, or one made from what it says about itself.
        None where nothing would be found.

    Raises:
        Exception: whatever a foreign finder on `sys.meta_path` raises; `import name` would raise the same.
    """
    if not all(part.isidentifier() for part in name.split(".")):
        return None
    if name in sys.modules:
        return _spec_of_loaded(name, sys.modules[name])
    parent = name.rpartition(".")[0]
    if not parent:
        return _ask_finders(name, None)
    locations = _search_locations(parent)
    return None if locations is None else _ask_finders(name, locations)


def is_namespace(spec: ModuleSpec) -> bool:
    """Tell whether `spec` is a mere folder (PEP 420): no file, and perhaps there by accident."""
    mere = spec.loader is None or isinstance(spec.loader, NamespaceLoader)
    return mere and spec.submodule_search_locations is not None and spec.origin is None


def entry_finder(entry: str) -> Any:
    """Give the finder that `sys.path_hooks` has for an entry of `sys.path`, from the interpreter's own cache.

    Returns:
        The path entry finder; None where no hook takes the entry (a file that is not an archive).
    """
    if entry not in sys.path_importer_cache:
        sys.path_importer_cache[entry] = _make_entry_finder(entry)
    return sys.path_importer_cache[entry]


def _make_entry_finder(entry: str) -> Any:
    for hook in sys.path_hooks:
        try:
            return hook(entry)
        except ImportError:  # How a hook says that the entry is not for it.
            continue
    return None


def _peek(module: object, attribute: str) -> Any:
    """Read an attribute of a loaded module without waking what makes attributes on demand, else None."""
    try:
        return object.__getattribute__(module, attribute)
    except AttributeError:
        return None


def _spec_of_loaded(name: str, module: object) -> ModuleSpec | None:
    if module is None:  # The mark by which an import of the name is forbidden.
        return None
    spec = _peek(module, "__spec__")
    if isinstance(spec, ModuleSpec):
        return spec
    made = ModuleSpec(name, _peek(module, "__loader__"), origin=_peek(module, "__file__"))
    made.submodule_search_locations = _peek(module, "__path__")
    return made


def _search_locations(package: str) -> Sequence[str] | None:
    """Give the folders in which a package's submodules lie; None where it is not a package or not there."""
    module = sys.modules.get(package)
    if module is not None:
        locations: Sequence[str] | None = _peek(module, "__path__")
        return locations
    spec = find(package)
    return None if spec is None else spec.submodule_search_locations


def _ask_finders(name: str, path: Sequence[str] | None) -> ModuleSpec | None:
    parent = name.rpartition(".")[0]
    above_is_loaded = not parent or parent in sys.modules
    for finder in tuple(sys.meta_path or ()):
        spec = _ask(finder, name, path, above_is_loaded=above_is_loaded)
        if spec is not None:
            return spec
    return None


def _ask(finder: Any, name: str, path: Sequence[str] | None, *, above_is_loaded: bool) -> ModuleSpec | None:
    kind = type(finder).__name__
    if getattr(finder, "_load_prefix_finder", False) or not hasattr(finder, "find_spec"):
        return None
    if kind in _IMPORT_AS_THEY_LOOK:
        return find(_DISTUTILS) if (kind, name) == ("DistutilsMetaFinder", "distutils") else None
    if above_is_loaded:
        found: ModuleSpec | None = finder.find_spec(name, path)
        return found
    if finder is PathFinder:
        return _walk_path(name, path or ())
    try:
        unloaded: ModuleSpec | None = finder.find_spec(name, path)
    except (KeyError, ModuleNotFoundError):
        # It leans on PathFinder, which looks the parent of a namespace up in sys.modules.
        return None
    return unloaded


def _walk_path(name: str, path: Sequence[str]) -> ModuleSpec | None:
    """Do what PathFinder does, which cannot place a namespace whose parent is not loaded."""
    portions: list[str] = []
    for entry in path:
        look = getattr(entry_finder(entry), "find_spec", None)
        spec = look(name) if look else None
        if spec is None:
            continue
        if spec.loader is not None:
            found: ModuleSpec = spec
            return found
        portions.extend(spec.submodule_search_locations or ())
    if not portions:
        return None
    namespace = ModuleSpec(name, None, is_package=True)
    namespace.submodule_search_locations = portions
    return namespace

"""Taking modules out of `sys.modules`, and out of where the import system and `load` keep them."""

from __future__ import annotations

import sys

from load._unload.verdict import namespace_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def remove(names: Iterable[str], *, known_paths: frozenset[str] = frozenset()) -> list[str]:
    """Remove modules by name.

    Args:
        names: import names; one that is not there any more is passed over.
        known_paths: entries of `sys.path_importer_cache` to leave alone.

    Returns:
        The names removed, submodules first.
    """
    modules = {name: sys.modules[name] for name in sorted(names, reverse=True) if name in sys.modules}
    paths = {path for module in modules.values() for path in _search_path(module)}
    files = {namespace_of(module).get("__file__") for module in modules.values()}
    for name in modules:
        del sys.modules[name]
    for name, module in modules.items():
        _unbind_from_parent(name, module)
    _unbind_from_load({id(module) for module in modules.values()})
    _forget_lines(files)
    for path in paths - known_paths:
        sys.path_importer_cache.pop(path, None)
    return list(modules)


def _search_path(module: object) -> Iterator[str]:
    """Where the submodules of a package are looked for."""
    paths = namespace_of(module).get("__path__", ())
    try:
        yield from (path for path in paths if isinstance(path, str))
    except (TypeError, KeyError):
        return  # no list, or a namespace package whose parent has gone already


def _unbind_from_parent(name: str, module: object) -> None:
    """A parent that stays loses the attribute, where it is still this module.

    One that goes keeps it: whoever still holds the parent goes on with it whole.
    """
    parent, _, child = name.rpartition(".")
    namespace = namespace_of(sys.modules.get(parent))
    if namespace.get(child) is module:
        del namespace[child]


def _unbind_from_load(gone: set[int]) -> None:
    """`load.yaml` asks the Resolver again, and `load.yaml` in `sys.modules` is not a second way to it."""
    bound = namespace_of(sys.modules.get("load"))
    for key in [key for key, value in list(bound.items()) if id(value) in gone]:
        del bound[key]
    for name, module in list(sys.modules.items()):
        if name.startswith("load.") and id(module) in gone:
            del sys.modules[name]


def _forget_lines(files: set[object]) -> None:
    cache = getattr(sys.modules.get("linecache"), "cache", {})
    for file in files:
        cache.pop(file, None)

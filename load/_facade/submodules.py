"""Dotted use: `load.matplotlib.pyplot` imports the submodule that it names.

A fall-through (PEP 562) is planted in packages of exact type `ModuleType` that were reached through `load`, in their
subpackages that are loaded, and in those that are loaded later, by whomever. It answers after the package's own hook,
and only a name that somebody's own code asks for. `configure(submodules=False)` silences it.
"""

from __future__ import annotations

import sys

from load import _config, _events
from load._caller import find_caller
from load._facade import WATCHED
from load._facade.asked import attributes_after, has_imported, is_asked_for
from load._imports.statements import importing_frame, is_library

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import FrameType, ModuleType
    from typing import Any
else:
    ModuleType = type(sys)


def follow() -> None:
    """Plant wherever the Resolver leads from now on; calling it again changes nothing."""
    _events.subscribe(_plant_reached)


def _plant_reached(event: _events.Event) -> None:
    if not isinstance(event, _events.Loaded):
        return
    root = event.module.partition(".")[0]
    if _is_package(sys.modules.get(root)) and _config.get("submodules"):
        WATCHED.add(root)
        plant_loaded(root)


def plant_loaded(root: str) -> None:
    """Plant in a package and in those of its subpackages that are loaded."""
    beginning = f"{root}."
    for name, module in list(sys.modules.items()):
        if (name == root or name.startswith(beginning)) and _is_package(module):
            plant(name, module)


def _is_package(module: object) -> bool:
    return type(module) is ModuleType and "__path__" in vars(module)


def plant(name: str, module: ModuleType) -> None:
    """Give a package the fall-through, once; `name` is its name in `sys.modules`."""
    from load._facade.importlib_bootstrap import fall_through, is_fall_through

    own = vars(module).get("__getattr__")
    if not is_fall_through(own):
        vars(module)["__getattr__"] = fall_through(name, module, own, is_wanted=is_wanted, submodule=submodule)


def is_wanted(package: str, attribute: str, frame: FrameType) -> bool:
    """Tell whether a name that a package does not have is one of its submodules, asked for by somebody's own code."""
    if attribute.startswith("_") or not is_asked_for(frame, attribute) or _detects_features(frame):
        return False
    from load._find import find

    return bool(_config.get("submodules")) and (
        find(f"{package}.{attribute}") is not None or _member_after(package, attribute, frame) is not None
    )


def _detects_features(frame: FrameType) -> bool:
    """Whether code may ask in order to see what there is: installed code does, if it does not use `load` itself."""
    return is_library(frame) and not has_imported(frame, sys.modules.get("load"))


def submodule(package: str, attribute: str, frame: FrameType) -> Any:
    """The submodule that `is_wanted`, imported.

    Raises:
        ImportError: a member of a namespace package that cannot be installed.
        Exception: what the submodule's own body raises.
    """
    from load._resolve import resolve_name

    name = f"{package}.{attribute}"
    resolve_name(_member_after(package, attribute, frame) or name, find_caller(frame))
    return sys.modules[name]


def _member_after(package: str, attribute: str, frame: FrameType) -> str | None:
    """The member of a namespace package that the source names from `attribute` on, if it is known and not there."""
    if getattr(sys.modules.get(package), "__file__", None) is not None:
        return None
    name = f"{package}.{attribute}"
    return known_member(name, ".".join((name, *attributes_after(frame))))


def known_member(name: str, written: str) -> str | None:
    """The known member of a namespace package that a dotted name means, where it is not there.

    Args:
        name: the package, or a package in it (`google`, `google.cloud`).
        written: the whole dotted name (`google.cloud.storage.Client`).

    Returns:
        The name in the table (`google.cloud.storage`); None where there is none, or it can be imported.
    """
    from load._find import find
    from load._names import ImportName, lookup

    entry = lookup(ImportName(written))
    if entry is None or not f"{entry.import_name}.".startswith(f"{name}.") or "." not in entry.import_name:
        return None
    return entry.import_name if find(entry.import_name) is None else None


# -- subpackages that are loaded later --------------------------------------------------------------------------------


def find_watched(
    fullname: str, path: Sequence[str] | None, target: ModuleType | None, frame: FrameType
) -> ModuleSpec | None:
    """Find a module of a watched package as the finders after this one do; a package is planted in once it has run.

    Returns:
        The spec that the import system is to use; None for whoever only asks where something is.
    """
    if fullname in _under_way() or (importing_frame(frame) is None and not _is_reload(frame)):
        return None
    _under_way().add(fullname)
    try:
        spec = _ask_others(fullname, path, target)
    finally:
        _under_way().discard(fullname)
    if spec is None or spec.submodule_search_locations is None:
        return spec
    from load._imports.wrapping import wrap

    wrap(spec, after=_plant_executed)
    return spec


def _plant_executed(name: str, module: ModuleType | None, error: BaseException | None) -> None:
    stands = sys.modules.get(name, module)  # a module may put something else in its own place
    if error is None and type(stands) is ModuleType:
        plant(name, stands)


def _is_reload(frame: FrameType) -> bool:
    above = frame.f_back
    return above is not None and above.f_code.co_name == "reload" and above.f_globals.get("__name__") == "importlib"


def _ask_others(fullname: str, path: Sequence[str] | None, target: ModuleType | None) -> ModuleSpec | None:
    finders = list(sys.meta_path)
    own = next((place for place, finder in enumerate(finders) if hasattr(finder, "_load_prefix_finder")), -1)
    after = finders[own + 1 :]
    for finder in after:
        find_spec = getattr(finder, "find_spec", None)
        spec: ModuleSpec | None = find_spec(fullname, path, target) if find_spec is not None else None
        if spec is not None:
            return spec
    return None


def _under_way() -> set[str]:
    """The names that this thread looks for: a finder that passes the question on must not get it back."""
    names: set[str] | None = getattr(_thread_state, "names", None)
    if names is None:
        names = _thread_state.names = set()
    return names


def _thread_local() -> Any:
    from _thread import _local  # `threading` is not imported for it

    return _local()


_thread_state = _thread_local()

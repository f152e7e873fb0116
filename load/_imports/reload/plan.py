"""Which modules are to run again, in which order, and which cannot."""

from __future__ import annotations

import os
import sys
from importlib.machinery import SourceFileLoader
from types import ModuleType

from load._caller import is_library_code, is_own_code
from load._imports.files.module_files import namespace_of, source_of
from load._imports.reload.sources import refused
from load._names import shipped_alias
from load._reference import is_dotted_name
from load.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from typing import Any

    from load._imports.reload.changed import Changes
    from load._imports.reload.importers import Importers

_RUNNING = "is being imported: its body is running now"
_GONE = "its file is gone"
NOTHING_MORE: Mapping[str, Collection[str]] = {}


class Plan:
    """What a reload is going to do.

    Attributes:
        names: the modules that are to run, in order.
        skipped: module → why it does not run, though it depends on one that does, or has changed.
    """

    __slots__ = ("names", "skipped")

    def __init__(self, names: Iterable[str], skipped: Mapping[str, str] | None = None) -> None:
        self.names = tuple(names)
        self.skipped = dict(skipped or {})


def plan_these(targets: Iterable[str | ModuleType]) -> Plan:
    """Modules that were named, and no others; one that has several names runs once.

    Raises:
        ReloadError: one of them cannot be reloaded.
    """
    named: dict[int, str] = {}
    for target in targets:
        name = name_of(target)
        named.setdefault(id(reloadable(name)), name)
    return Plan(named.values())


def plan_dependents(
    target: str | ModuleType, importers: Importers, more: Mapping[str, Collection[str]] = NOTHING_MORE
) -> Plan:
    """A module that was named, and all that depend on it.

    Args:
        target: the module.
        importers: who imports whom.
        more: importers that are known from elsewhere, by what they import.

    Raises:
        ReloadError: it cannot be reloaded.
    """
    name = name_of(target)
    reloadable(name)
    return _with_dependents([name], importers, more, {}, _is_gone)


def plan_changed(
    changes: Changes,
    importers: Importers,
    more: Mapping[str, Collection[str]] = NOTHING_MORE,
    only: Collection[str] | None = None,
) -> Plan:
    """All of one's own modules whose sources have changed, and all that depend on these.

    Args:
        changes: knows what ran.
        importers: who imports whom.
        more: as for `plan_dependents`.
        only: modules and packages in which a change counts; None for all.
    """
    own = {
        name: file
        for name, file in importers.own.items()
        if name != "__main__" and (only is None or name in only or name.startswith(tuple(f"{each}." for each in only)))
    }
    changed, gone = changes.find(own)
    skipped = {name: _GONE for name in gone if not why_not(name)}  # what lies in an archive never had a file
    skipped |= {name: f"it {why}" for name in changed if (why := why_not(name))}
    names = [name for name in changed if name not in skipped]
    return _with_dependents(names, importers, more, skipped, lambda name, _: name in skipped)


def _with_dependents(
    names: list[str],
    importers: Importers,
    more: Mapping[str, Collection[str]],
    skipped: dict[str, str],
    is_gone: Callable[[str, Importers], bool],
) -> Plan:
    if not names:
        return Plan((), skipped)
    found = importers.dependents(names, more)
    every: dict[int, str] = {}
    program = sys.modules.get("__main__")
    for name in found:
        why = "" if name in names or _can_run(name, importers, program) else _why_skipped(name, importers)
        if not why and name not in names and is_gone(name, importers):
            why = _GONE
        if why:
            skipped[name] = why
        elif name in sys.modules:
            every[id(sys.modules[name])] = name
    for name in names:  # as it was named, where it has several names
        every[id(sys.modules[name])] = name
    skipped |= _holders(found, importers)
    return Plan(importers.order(every.values(), names, more), skipped)


def _is_gone(name: str, importers: Importers) -> bool:
    return name in importers.own and name not in importers.there and not os.path.exists(importers.own[name])


def _can_run(name: str, importers: Importers, program: object) -> bool:
    """Whether a module is an ordinary one, and nothing keeps it from running again; others are looked at closely."""
    module = sys.modules.get(name)
    if name not in importers.own or module is program or type(module) is not ModuleType:
        return False
    spec = module.__dict__.get("__spec__")
    return type(getattr(spec, "loader", None)) is SourceFileLoader and not getattr(spec, "_initializing", True)


def _why_skipped(name: str, importers: Importers) -> str:
    """Why a module that depends on others does not run again; "" where it does."""
    module = sys.modules.get(name)
    if module is sys.modules.get("__main__"):
        return "it is the program itself, which runs"
    if name not in importers.own:
        return _why_not_own(module)
    return f"it {why}" if (why := why_not(name)) else ""


def _why_not_own(module: object) -> str:
    file = source_of(module) or ""
    if is_own_code(file):
        return "it is part of load"
    if not file.endswith((".py", ".pyw")):
        return "it has no source that could run again"
    return "it is installed, or of the standard library" if is_library_code(file) else "it is another's second name"


def _holders(names: Collection[str], importers: Importers) -> dict[str, str]:
    """Modules of others that have one of some modules by name: what they import is not read."""
    ids = {id(sys.modules[name]) for name in names if name in sys.modules}
    apart = {
        "load",
        "__main__",
        "__mp_main__",  # what multiprocessing calls it as well
        *names,
        *importers.own,
    }  # and the packages that they lie in, to which Python has bound them
    for name in names:
        package = name.rpartition(".")[0]
        while package and package not in apart:
            apart.add(package)
            package = package.rpartition(".")[0]
    found: dict[str, str] = {}
    for name, module in list(sys.modules.items()):
        if name in apart or type(name) is not str or not issubclass(type(module), ModuleType):
            continue
        if not ids.isdisjoint(map(id, list(namespace_of(module).values()))):
            found[name] = _why_not_own(module)
    return found


# -- what can run again ------------------------------------------------------------------------------------------------


def name_of(target: str | ModuleType) -> str:
    """The name of a loaded module, given by that or itself.

    Raises:
        TypeError: it is neither a name nor a module.
        SourceError: the text is not a dotted name.
        ReloadError: the module is not loaded under its name.
    """
    if isinstance(target, str):
        if not is_dotted_name(target):
            raise SourceError(
                f"{target!r} is not a dotted import name.",
                text=target,
                hint="give the name of a loaded module, or itself",
            )
        return target
    if not isinstance(target, ModuleType):
        raise TypeError(f"a module, or its name, is reloaded, not a {type(target).__name__!r}")
    own: Any = target.__name__
    stands = sys.modules.get(own) if isinstance(own, str) else None
    if stands is target or (stands is not None and not issubclass(type(target), ModuleType)):  # the latter: a handle
        return str(own)
    for name, module in list(sys.modules.items()):
        if module is target:
            return name
    raise refused(str(own), "is not the module that is loaded under its name", "give the name of a loaded module")


def reloadable(name: str) -> ModuleType:
    """A loaded module that can run again.

    Raises:
        ReloadError: it cannot.
    """
    module = sys.modules.get(name)
    if module is None:
        stands_for = shipped_alias(name)
        raise refused(name, "is not loaded", f"import {name}" if stands_for is None else f"name {stands_for!r}")
    why = why_not(name)
    if why:
        hint = "restart the program"
        if module is sys.modules.get("__main__"):
            hint = "move what is to be reloaded into a module"
        elif why == _RUNNING:
            hint = "reload it when its import has ended"
        raise refused(name, why, hint)
    assert isinstance(module, ModuleType)
    return module


def why_not(name: str) -> str:
    """Why a loaded module cannot run again, as part of a sentence about it; "" where it can."""
    module = sys.modules.get(name)
    if not issubclass(type(module), ModuleType):
        return f"is not a module, but a {type(module).__name__!r} in its place"
    assert module is not None
    if module is sys.modules.get("__main__"):
        return "is the program itself, which runs"
    if is_own_code(source_of(module) or ""):
        return "is part of load, which reloads"
    if not _has_source(module):
        return _why_no_source(module)
    return _RUNNING if getattr(namespace_of(module).get("__spec__"), "_initializing", False) is True else ""


def _why_no_source(module: ModuleType) -> str:
    loader = getattr(namespace_of(module).get("__spec__"), "loader", None)
    if loader is not None and os.path.isfile(source_of(module) or ""):
        return f"was loaded by a {type(loader).__name__!r}, which gives no code of a source that could run again"
    return "has no source that could run again"


def _has_source(module: ModuleType) -> bool:
    spec = namespace_of(module).get("__spec__")
    path, loader = getattr(spec, "origin", None), getattr(spec, "loader", None)
    return isinstance(path, str) and hasattr(loader, "get_data") and hasattr(loader, "source_to_code")

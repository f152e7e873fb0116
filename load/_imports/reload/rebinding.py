"""Names of modules that do not run again, bound to what there is now."""

from __future__ import annotations

import sys
from types import ModuleType

from load._imports.files.module_files import namespace_of
from load._imports.reload.journal import MISSING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator
    from typing import Any

    from load._imports.reload.importers import Importers
    from load._imports.reload.journal import Journal

    Rebound = dict[str, dict[str, None]]  # module → names


def rebind_taken(
    name: str, before: dict[str, Any], importers: Importers, pending: Container[str], journal: Journal
) -> Rebound:
    """Do again what `from … import` statements did, for modules that do not run: and for those that took it from them.

    A name that stands for something else by now than what was taken is left alone.

    Args:
        name: the module that has run.
        before: its names as they were.
        importers: who takes what from whom.
        pending: modules that will run, and do it themselves.
        journal: is told how it is undone.
    """
    found: Rebound = {}
    now = namespace_of(sys.modules[name])
    todo = [(name, _differences(before, now), public_names(before) | public_names(now))]
    for origin, changes, public in todo:  # grows as it is walked
        for importer, taken in importers.of(origin).items():
            module = sys.modules.get(importer)
            if importer in pending or importer == name or not issubclass(type(module), ModuleType):
                continue
            names = namespace_of(module)  # type: ignore[arg-type]
            known = found.get(importer, {})
            further = {
                each: pair for each, pair in _rebind(names, taken, changes, public, journal) if each not in known
            }
            if further:
                found[importer] = known | dict.fromkeys(further)
                todo.append((importer, further, public_names(names)))
    return found


def _differences(before: dict[str, Any], now: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Name → what it stood for, and what it stands for; MISSING where there is none."""
    found = {name: (old, now.get(name, MISSING)) for name, old in before.items() if now.get(name, MISSING) is not old}
    return found | {name: (MISSING, now[name]) for name in now if name not in before}


def _rebind(
    names: dict[str, Any],
    taken: Iterable[tuple[str, str]],
    changes: dict[str, tuple[Any, Any]],
    public: Container[str],
    journal: Journal,
) -> Iterator[tuple[str, tuple[Any, Any]]]:
    for wanted, alias in taken:
        is_star = wanted == "*"
        for name, bound in [(each, each) for each in changes if each in public] if is_star else [(wanted, alias)]:
            old, new = changes.get(name, (MISSING, MISSING))
            if old is new or names.get(bound, MISSING) is not old:
                continue
            if new is MISSING and is_star:
                journal.drop(names, bound)
            elif new is not MISSING and (is_star or old is not MISSING):
                journal.set(names, bound, new)
            else:
                continue
            yield bound, (old, new)


def public_names(names: dict[str, Any]) -> set[str]:
    """The names that `from … import *` takes."""
    listed = names.get("__all__")
    if isinstance(listed, (list, tuple)):
        return {name for name in listed if type(name) is str}
    return {name for name in names if type(name) is str and not name.startswith("_")}


def rebind_replaced(replaced: Iterable[tuple[Any, Any]], journal: Journal) -> Rebound:
    """Have every module that holds something which another has replaced hold that, under whatever name.

    Args:
        replaced: pairs of old and new.
        journal: is told how it is undone.
    """
    successors = {id(old): (old, new) for old, new in replaced}
    found: Rebound = {}
    if not successors:
        return found
    seen: set[int] = set()
    for name, module in list(sys.modules.items()):
        if not issubclass(type(module), ModuleType):
            continue
        names = namespace_of(module)
        if id(names) in seen:
            continue
        seen.add(id(names))
        for each, value in list(names.items()):
            if id(value) in successors:
                journal.set(names, each, successors[id(value)][1])
                found.setdefault(name, {})[each] = None
    return found

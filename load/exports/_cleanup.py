"""Exports that nobody uses any more: dropped, and their packages unloaded where `load.unload` says that they can be."""

from __future__ import annotations

import gc
import sys
import time
from types import ModuleType

from load._display import Told
from load.exports._table import MAKING, TABLE, record_of, recorded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from load._unload.report import UnloadReport
    from load.exports._declared import Declared


class CleanupReport(Told):
    """What was cleaned up, and what was not.

    Attributes:
        dropped: names of exports that are no more.
        kept: name → why it stays, in words.
        unloaded: import name → what `load.unload` did.
        loaded: import name → why the package of a dropped export stays in the process.
    """

    __slots__ = ("dropped", "kept", "loaded", "unloaded")

    def __init__(self) -> None:
        self.dropped: list[str] = []
        self.kept: dict[str, str] = {}
        self.unloaded: dict[str, UnloadReport] = {}
        self.loaded: dict[str, str] = {}

    @property
    def freed(self) -> int:
        """Bytes by which the resident memory of the process shrank, as far as the system tells."""
        return sum(report.freed or 0 for report in self.unloaded.values())

    def as_dict(self) -> dict[str, Any]:
        """The same in the types of JSON."""
        unloaded = {name: report.as_dict() for name, report in self.unloaded.items()}
        return {"dropped": list(self.dropped), "kept": dict(self.kept), "unloaded": unloaded, "loaded": self.loaded}

    def __str__(self) -> str:
        lines = [f"dropped: {', '.join(self.dropped) or 'nothing'}"]
        lines += [f"kept: {name}: {why}" for name, why in self.kept.items()]
        lines += [f"unloaded: {name}: {'; '.join(str(report).splitlines())}" for name, report in self.unloaded.items()]
        lines += [f"still loaded: {name}: {why}" for name, why in self.loaded.items()]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<CleanupReport: {len(self.dropped)} dropped, {len(self.kept)} kept, {len(self.unloaded)} unloaded>"


def cleanup_exports(*, idle: float | None = None) -> CleanupReport:
    """Drop the exports that nothing refers to any more, and unload their packages where that is possible.

    An export that a variable, a list or an object of the program still holds stays, whenever it was used. A package is
    removed only if `load.unload` would remove it, that is, not if other modules use it or it has extension modules, and
    never if it was loaded before the export was used.

    Args:
        idle: seconds for which an export must not have been used (as `access_count` counts uses); 0 or None for any.

    Returns:
        What went and what stays, and why; `str` of it is for people.

    Raises:
        ValueError: `idle` is below 0.
        TypeError: it is not a number.
    """
    if idle is not None and (isinstance(idle, bool) or not isinstance(idle, (int, float))):
        raise TypeError(f"idle is a number of seconds, not {idle!r}")
    if idle is not None and not idle >= 0:
        raise ValueError(f"idle is a number of seconds from 0 on, not {idle!r}")
    asker = sys._getframe(1).f_globals.get("__name__")
    return _clean(list(TABLE), idle or 0.0, asker if isinstance(asker, str) else "__main__")


_leaving: set[str] = set()  # names of exports that are to go by themselves


def go_by_itself(name: str) -> None:
    """Have an export go once it was used and nothing holds it any more."""
    _leaving.add(name)


def sweep() -> None:
    """Clean up exports that were to go by themselves, once they were used."""
    names = [name for name in list(_leaving) if _goes_by_itself(name)]
    if names:
        _clean(names, 0.0, "load.exports")


def _goes_by_itself(name: str) -> bool:
    found = recorded(name)
    if found is None or not found[1].auto_cleanup:
        _leaving.discard(name)
        return False
    return _is_loaded(found[0])


def _clean(names: list[str], idle: float, asker: str) -> CleanupReport:
    report = CleanupReport()
    gc.collect()  # what only a circle of dead objects holds is not in use
    brought = [record for name in names if (record := _dropped(name, idle, report)) is not None]
    for module in dict.fromkeys(record.import_name for record in brought):
        _unload(module, [record for record in brought if record.import_name == module], asker, report)
    return report


def _dropped(name: str, idle: float, report: CleanupReport) -> Declared | None:
    """Take an export out of the table, unless it is in use; its record, if it was loaded."""
    with MAKING:
        found = recorded(name)
        if found is None:  # another thread has taken it out
            return None
        handle, record = found
        is_loaded = _is_loaded(handle)
        del found, handle
        why = _why_kept(name, record, idle)
        if why:
            report.kept[name] = why
            return None
        TABLE.unregister(name)
    report.dropped.append(name)
    return record if is_loaded else None


def _is_loaded(handle: Any) -> bool:
    from load._lazy.handle import is_loaded

    return is_loaded(handle)


def _why_kept(name: str, record: Declared, idle: float) -> str:
    if record.running:
        return "it is being loaded"
    if _references(TABLE, name) > _references_of_nobody():
        where = _holders(dict.get(TABLE, name))
        return f"it is in use: held by {where}" if where else "it is in use"
    since = time.monotonic() - record.figures.used_at
    return f"it was used {since:.0f} s ago" if since < idle else ""


def _references(table: dict[str, Any], name: str) -> int:
    return sys.getrefcount(dict.get(table, name))


def _references_of_nobody() -> int:
    """How many references something has that only a registry holds."""
    from load.registry import Registry

    alone: Registry[str, object] = Registry("alone")
    alone.register("it", object(), is_instance=True)
    return _references(alone, "it")


def _holders(handle: Any) -> str:
    """The names of modules that hold an export, as text."""
    # Of one that has several names, as the program has for multiprocessing, the first.
    modules = {id(module): (name, module) for name, module in reversed(list(sys.modules.items()))}
    found = [
        f"{name}.{key}"
        for name, module in modules.values()
        if issubclass(type(module), ModuleType)
        for key, value in list(vars(module).items())
        if value is handle
    ]
    return ", ".join(sorted(found))


def _unload(module: str, records: list[Declared], asker: str, report: CleanupReport) -> None:
    from load._unload.unloading import name_of, unload
    from load.errors import UnloadRefused

    others = [name for name in list(TABLE) if _stands_for(name, module)]
    if others:
        report.loaded[module] = f"the export {', '.join(map(repr, others))} is in use"
    elif not any(record.brought for record in records):
        report.loaded[module] = "it was there before the export was used"
    elif module in sys.modules:
        try:
            done = unload(name_of(module), asker)
        except UnloadRefused as refused:
            report.loaded[module] = refused.message
        else:
            if module in done.removed:
                report.unloaded[module] = done
            else:
                report.loaded[module] = done.kept.get(module, "load.unload keeps it")


def _stands_for(name: str, module: str) -> bool:
    record = record_of(dict.get(TABLE, name))
    return record is not None and record.import_name == module

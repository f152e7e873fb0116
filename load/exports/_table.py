"""The table of all exports: a registry of their handles."""

from __future__ import annotations

from _thread import RLock
from typing import Any

from load._lazy.handle import declaration_of, is_handle
from load.exports._declared import Declared
from load.registry import Registry


def record_of(value: object) -> Declared | None:
    """The record of an export; None of anything else."""
    if not is_handle(value):
        return None
    resolve: object = declaration_of(value).resolve
    return resolve if isinstance(resolve, Declared) else None


class AnyExport(type):
    """The class of classes whose instances are all exports: their handles are of one class with others."""

    def __instancecheck__(cls, value: object) -> bool:
        return record_of(value) is not None


class Export(metaclass=AnyExport):
    """What a value has to be to stand in the table; its handle is the one implementation that there is."""


TABLE: Registry[str, Any] = Registry("exports", base=Export)
MAKING = RLock()  # held while the table is looked at and written, never while anything is imported


def get_export_registry() -> Registry[str, Any]:
    """The registry of all exports, by their names; a look-up gives the export and loads nothing.

    It is a `load.registry.Registry`: `list(...)`, `in`, `.metadata(...)`, `.isolated()` for tests, and the like.
    """
    return TABLE


def recorded(name: str) -> tuple[Any, Declared] | None:
    """An export and its record; None where nothing of that name is registered."""
    handle = TABLE.get(name)
    record = record_of(handle)
    return None if record is None else (handle, record)


def unknown(name: object) -> Exception:
    """The error for a name that no export has."""
    from difflib import get_close_matches

    from load.errors import RegistryError

    names = list(TABLE)
    of_package = [each for each in names if isinstance(name, str) and _is_of(each, name)]
    near = of_package or (get_close_matches(name, names, 3) if isinstance(name, str) else [])
    return RegistryError(
        f"No export {name!r} was made.",
        context=(f"there are: {', '.join(map(str, names)) or 'none'}",),
        hint=f"did you mean {', '.join(map(repr, near))}?" if near else f"make it first: LazyPackageExport({name!r})",
    )


def _is_of(name: str, package: str) -> bool:
    found = recorded(name)
    return found is not None and package in (found[1].package, found[1].import_name)

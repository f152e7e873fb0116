"""The checks of a package: each is a function that gives what is wrong, and stands in the table of its level."""

from __future__ import annotations

import os
import sys
from types import ModuleType

from load._find import find
from load.exports._levels import ExportValidationLevel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from load.errors import ExportValidationError
    from load.exports._declared import Declared

    Check = Callable[[Any], str | None]


def failure_of(record: Declared, module: Any) -> ExportValidationError | None:
    """The error with every check that a package fails at the level of its export; None where it passes."""
    level = record.validation_level
    failed: list[str] = []
    count = 0
    for check in _checks_of(record.import_name, level):
        count += 1
        fact = _fact(check, module)
        if fact is not None:
            failed.append(fact)
    if not failed:
        return None
    from load.errors import ExportValidationError

    name = record.import_name
    checks = f"its only check at {level}" if count == 1 else f"{len(failed)} of {count} checks at {level}"
    return ExportValidationError(
        f"The export {record.name!r} failed {checks}.",
        context=(*failed, f"it is {_place_of(module)}", f"declared in {record.place}"),
        hint=f"put that right, then load.unload({name!r}, force=True) or start anew; or ask for a lower level",
        name=name,
        export=record.name,
        level=level,
        failures=tuple(failed),
    )


def _checks_of(import_name: str, level: ExportValidationLevel) -> Iterator[Check]:
    for each in ExportValidationLevel:
        if each <= level:
            yield from CHECKS[each]
    if level >= ExportValidationLevel.COMPREHENSIVE:
        from load.exports._checks import checks_for

        yield from checks_for(import_name)


def _fact(check: Check, module: Any) -> str | None:
    """What a check says; one that raises has failed: a package may do anything when it is looked at."""
    try:
        return check(module)
    except BaseException as error:
        if not is_failure(error):
            raise
        text = str(error).partition("\n")[0]
        return f"{getattr(check, '__name__', 'a check').strip('_')}: {type(error).__name__}: {text}"


def is_failure(error: BaseException) -> bool:
    """Whether an error says that a package does not work, and not that the program is to stop.

    One that calls `sys.exit` does not work; one that is written in Rust panics, which is no `Exception`.
    """
    return isinstance(error, (Exception, SystemExit)) or type(error).__name__ == "PanicException"


def _place_of(module: Any) -> str:
    file = _of(module, "__file__")
    if isinstance(file, str):
        return file
    folders = _folders(module)
    return (
        f"a namespace package in {', '.join(folders)}" if folders else f"of type {type(module).__name__}, without file"
    )


def _of(module: Any, name: str) -> Any:
    """An attribute that was set: the hook of a package that is itself lazy is not asked for it."""
    names = getattr(type(module), "__dict__", {})
    own = vars(module) if hasattr(module, "__dict__") else {}
    return own[name] if name in own else getattr(module, name, None) if name in names else None


def _folders(module: Any) -> list[str]:
    path = _of(module, "__path__")
    return [str(each) for each in path] if path is not None else []


# -- BASIC -------------------------------------------------------------------------------------------------------------


def _has_name(module: Any) -> str | None:
    name = _of(module, "__name__")
    return None if isinstance(name, str) and name else f"it has no __name__: it is of type {type(module).__name__}"


def _has_origin(module: Any) -> str | None:
    """Right for every kind: of a file, in an archive or frozen; built in; a namespace package, which has folders."""
    spec = _of(module, "__spec__")
    if isinstance(_of(module, "__file__"), str):
        return None
    if _folders(module):
        return None if any(map(_is_there, _folders(module))) else "none of the folders of its __path__ is there"
    origin = getattr(spec, "origin", None)
    if _of(module, "__name__") in sys.builtin_module_names or origin in ("built-in", "frozen"):
        return None
    if getattr(spec, "has_location", False):
        return f"it has no __file__, though it came from {origin}"
    return "it came from nowhere: it has no __file__, no __path__, and is not built in"


def _is_there(entry: str) -> bool:
    """Whether an entry of a path is there; of one within an archive, the archive."""
    while entry and not os.path.exists(entry):
        above = os.path.dirname(entry)
        if above == entry:
            return False
        entry = above
        if os.path.isdir(entry):
            return False
    return bool(entry)


# -- STRICT ------------------------------------------------------------------------------------------------------------


def _is_module(module: Any) -> str | None:
    return None if isinstance(module, ModuleType) else f"it is not a module: it is of type {type(module).__name__}"


def _has_spec(module: Any) -> str | None:
    """`__loader__` and `__package__` say the same once more, and go: Python 3.15 sets the latter no more."""
    return "it has no __spec__: no import made it" if _of(module, "__spec__") is None else None


def _has_package(module: Any) -> str | None:
    package, parent = _of(module, "__package__"), getattr(_of(module, "__spec__"), "parent", None)
    if package is None and parent is None:
        return "it has no __package__"
    if None not in (package, parent) and package != parent:
        return f"its __package__ is {package!r}, and its __spec__ says {parent!r}"
    return None


def _is_in_place(module: Any) -> str | None:
    name = getattr(_of(module, "__spec__"), "name", None) or _of(module, "__name__")
    there = sys.modules.get(name) if isinstance(name, str) else None
    return None if there is module else f"what stands in sys.modules as {name!r} is another module"


def _has_what_it_offers(module: Any) -> str | None:
    offered = _of(module, "__all__")
    if offered is None:
        return None
    known = {*vars(module), *dir(module)}
    missing = [str(name) for name in offered if name not in known and not _can_be_had(module, name)]
    return f"it lacks what its __all__ has: {_listing(missing)}" if missing else None


def _can_be_had(module: Any, name: Any) -> bool:
    """Whether a package's hook gives a name that it does not list, or it is a submodule that was not imported."""
    if not isinstance(name, str):
        return False
    return hasattr(module, name) or (bool(_folders(module)) and find(f"{module.__name__}.{name}") is not None)


_SHOWN = 10


def _listing(names: list[str]) -> str:
    more = f", and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"


# -- COMPREHENSIVE, of any package -------------------------------------------------------------------------------------


def _has_something(module: Any) -> str | None:
    """An empty folder or file that lies in the way of a package is the first thing that is imported instead of it."""
    if any(not name.startswith("_") for name in dir(module)):
        return None
    from pkgutil import iter_modules

    folders = _folders(module)
    if next(iter_modules(folders), None) is not None or any(map(_has_packages, folders)):
        return None
    return "it is empty: no public name, and no submodule"


def _has_packages(folder: str) -> bool:
    """Whether a folder of a namespace package has namespace packages in it, which are mere folders too."""
    try:
        with os.scandir(folder) as entries:
            return any(
                entry.is_dir() and entry.name.isidentifier() and entry.name != "__pycache__" for entry in entries
            )
    except OSError:
        return False


CHECKS: dict[ExportValidationLevel, tuple[Check, ...]] = {
    ExportValidationLevel.NONE: (),
    ExportValidationLevel.BASIC: (_has_name, _has_origin),
    ExportValidationLevel.STRICT: (_is_module, _has_spec, _has_package, _is_in_place, _has_what_it_offers),
    ExportValidationLevel.COMPREHENSIVE: (_has_something,),
}

"""`LazyPackageExport`: makes the handle of an export, and its record.

What it makes is the handle of `load.lazy_import`; only that the name which it is declared as goes on holding it. So an
attribute of a loaded export costs what one of a plain object does, and no name of the package is taken.
"""

from __future__ import annotations

import sys
import warnings

from load._caller import Caller, package_of
from load.exports._cleanup import go_by_itself, sweep
from load.exports._declared import Settings
from load.exports._levels import ExportValidationLevel, level_of
from load.exports._record import Record, handle_of
from load.exports._table import MAKING, TABLE, AnyExport, recorded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType
    from typing import Any

    from load.exports._declared import Declared, Enabled


class LazyPackageExport(metaclass=AnyExport):
    """Stands for a package, which is imported and checked at its first use.

    What this makes is a handle, as `load.lazy_import` does; `isinstance(export, LazyPackageExport)` tells it from
    others. All attributes are the package's; to ask about the export itself, use functions: `load.is_loaded(export)`,
    `load.materialize(export)`, `get_export_metadata(name)`. It is registered under its name, which is `package`, and
    `package:attr` for an object in one. Made again with the same settings, it is the same export; with other settings
    a new one takes its place, and a warning names both.

    Args:
        package: what it is: an import name, or a distribution whose import name is known (`scikit-learn`).
        import_name: the module, where that is called otherwise.
        attr: dotted path of an object in the module, which it stands for then.
        validation_level: how much is checked when it is loaded.
        enable_performance_monitoring: whether loads, errors and askings are counted and measured.
        require: what its distribution has to be, as a requirement (PEP 508) like "torch>=2".
        enabled: an environment variable that says no by `0`, `false`, `no`, `off` or nothing, or a function that says
            it by what it returns: asked each time that the package is to be loaded.
        install: whether it may be installed where it is missing, as the policy says.
        dependencies: names of exports that are loaded before it.
        auto_cleanup: whether it is dropped, and unloaded if that can be, once it was used and nothing holds it any
            more; that is looked at whenever another export is made.

    Raises:
        SourceError: it names nothing; `require` cannot be read.
        ValueError: there is no such level.
        TypeError: an argument is of another type.
        RegistryError: another package is registered under the name.
    """

    def __new__(
        cls,
        package: str,
        *,
        import_name: str | None = None,
        attr: str | None = None,
        validation_level: ExportValidationLevel | str = ExportValidationLevel.BASIC,
        enable_performance_monitoring: bool = True,
        require: str | None = None,
        enabled: Enabled = None,
        install: bool = False,
        dependencies: Sequence[str] = (),
        auto_cleanup: bool = False,
    ) -> Any:
        """Make it, or give the one that there is."""
        return make_export(
            sys._getframe(1),
            package,
            import_name=import_name,
            attr=attr,
            validation_level=validation_level,
            enable_performance_monitoring=enable_performance_monitoring,
            require=require,
            enabled=enabled,
            install=install,
            dependencies=dependencies,
            auto_cleanup=auto_cleanup,
        )

    if TYPE_CHECKING:  # all names are the package's

        def __getattr__(self, name: str) -> Any: ...
        def __call__(self, *args: Any, **kwargs: Any) -> Any: ...


def make_export(
    frame: FrameType, package: str, *, import_name: str | None = None, attr: str | None = None, **settings: Any
) -> Any:
    """An export that a frame declares; see `LazyPackageExport`."""
    from load.exports import _arguments

    place = Caller(frame.f_code.co_filename, frame.f_lineno or 0, package_of(frame.f_code.co_filename))
    module = _arguments.import_name_of(package, import_name, place)
    _arguments.check(module, attr, settings, place)
    settings["validation_level"] = level_of(settings.get("validation_level", ExportValidationLevel.BASIC), place)
    record = Record(package, module, attr or "", place, **settings)
    sweep()
    return put(record.name, handle_of(record), record)


def put(name: str, handle: Any, record: Declared) -> Any:
    """Register an export; one of the same settings that stands there is kept, and given back.

    Raises:
        RegistryError: another package stands there.
    """
    with MAKING:
        found = recorded(name)
        if found is not None:
            before = found[1]
            if before.target != record.target:
                raise _taken(name, before, record)
            if before.as_dict() == record.as_dict():
                return found[0]
            record.brought = record.brought or before.brought  # it may be unloaded with the new one, too
        TABLE.register(name, handle, is_instance=True, override=True)
    if found is not None:
        try:
            _warn(name, found[1], record)
        except Warning:  # whoever makes errors of warnings does not want it replaced
            _put_back(name, handle, found[0])
            raise
    if record.auto_cleanup:
        go_by_itself(name)
    return handle


def _put_back(name: str, handle: Any, before: Any) -> None:
    """Undo a replacement, unless another thread has replaced it again."""
    with MAKING:
        if dict.get(TABLE, name) is handle:
            TABLE.register(name, before, is_instance=True, override=True)


def _taken(name: str, before: Declared, record: Declared) -> Exception:
    from load.errors import RegistryError

    return RegistryError(
        f"The export {name!r} stands for {before.target!r} already, and not for {record.target!r}.",
        context=(f"declared in {before.place}", f"asked for in {record.place}"),
        hint=f"choose another name; get_export_registry().unregister({name!r}) takes it out",
    )


def _warn(name: str, before: Declared, record: Declared) -> None:
    """Say, where the second was declared, what the two differ in."""
    different = [each for each in Settings.__slots__ if getattr(before, each) != getattr(record, each)]
    old, new = (", ".join(f"{each}={_shown(getattr(one, each))}" for each in different) for one in (before, record))
    warnings.warn_explicit(
        f"the export {name!r} of {before.place} ({old}) is replaced by that of {record.place} ({new})",
        UserWarning,
        record.place.filename,
        record.place.line,
    )


def _shown(value: object) -> str:
    return str(value) if isinstance(value, ExportValidationLevel) else repr(value)

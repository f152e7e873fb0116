"""Making exports, registering them under names, and looking them up."""

from __future__ import annotations

import sys
from types import ModuleType

from load._caller import find_caller
from load.exports._export import make_export, put
from load.exports._levels import ExportValidationLevel
from load.exports._table import TABLE, record_of, recorded, unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypeVar, Unpack

    from load.exports._declared import Declared, Enabled
    from load.exports._special import ExportSettings, SpecializedExports

    Kind = TypeVar("Kind", bound=SpecializedExports)


def create_lazy_export(
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
    """Make an export: the same as `LazyPackageExport(...)`, and what type checkers take for anything.

    Args:
        package: as for `LazyPackageExport`, and so are the others.
        import_name: the module.
        attr: an object in it.
        validation_level: how much is checked.
        enable_performance_monitoring: whether it is counted and measured.
        require: a requirement on its distribution.
        enabled: what switches it off.
        install: whether it may be installed.
        dependencies: exports that are loaded before.
        auto_cleanup: whether it goes by itself.

    Raises:
        RegistryError: another package is registered under the name.
        Exception: as for `LazyPackageExport`.
    """
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


def create_specialized_export(kind: type[Kind], **settings: Unpack[ExportSettings]) -> Kind:
    """Make specialised exports: the same as `TorchExports(...)`.

    Args:
        kind: `TorchExports`, or any class that derives from `SpecializedExports`.
        settings: as for `LazyPackageExport`; without any, the export of the package that there is already is used.

    Raises:
        RegistryTypeError: it is no such class, or says no package.
        RegistryError: another package is registered under the name.
    """
    from load.errors import RegistryTypeError
    from load.exports._special import SpecializedExports

    if isinstance(kind, type) and issubclass(kind, SpecializedExports) and kind.package:
        return kind(**settings)
    is_kind = isinstance(kind, type) and issubclass(kind, SpecializedExports)
    raise RegistryTypeError(
        f"{kind.__name__} says no `package`." if is_kind else f"{kind!r} is not a class of specialised exports.",
        context=(f"asked for in {find_caller(sys._getframe(1))}",),
        hint="derive one from SpecializedExports, as TorchExports is",
    )


def get_export(name: str) -> Any:
    """The export that is registered under a name; nothing is loaded. This is counted as an access.

    Args:
        name: its name.

    Raises:
        RegistryError: there is none.
    """
    found = recorded(name)
    if found is None:
        raise unknown(name)
    handle, record = found
    if record.enable_performance_monitoring:
        record.figures.note_asked()
    return handle


def register_export(name: str, export: Any) -> Any:
    """Register an export under a name of your own.

    Args:
        name: what it is to be looked up by.
        export: an export; or a module that an export has been made for, which means that one.

    Returns:
        The export that is registered now.

    Raises:
        RegistryError: another package is registered under the name, or no export was made for the module.
        RegistryTypeError: it is not an export, or the name is not text.
    """
    from load.errors import RegistryTypeError

    asked = f"asked for in {find_caller(sys._getframe(1))}"
    if not isinstance(name, str) or not name:
        raise RegistryTypeError(f"The name of an export is a text, not {name!r}.", context=(asked,))
    record = record_of(export)
    if record is None:
        export, record = _of_module(name, export, asked)
    return put(name, export, record)


def _of_module(name: str, module: Any, asked: str) -> tuple[Any, Declared]:
    from load._lazy.handle import is_handle
    from load.errors import RegistryError, RegistryTypeError

    if is_handle(module) or not issubclass(type(module), ModuleType):
        kind = "a lazy import" if is_handle(module) else f"of type {type(module).__name__}"
        raise RegistryTypeError(
            f"What is to be registered as {name!r} is not an export: it is {kind}.",
            context=(asked,),
            hint="register what LazyPackageExport(...) makes",
        )
    found = [recorded(each) for each in list(TABLE)]
    for each in found:
        if each is not None and not each[1].attribute and sys.modules.get(each[1].import_name) is module:
            return each
    raise RegistryError(
        f"No export was made for the module {module.__name__!r}.",
        context=(asked,),
        hint=f"make one: LazyPackageExport({module.__name__!r})",
    )

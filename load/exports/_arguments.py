"""What an export may be declared with."""

from __future__ import annotations

from load._reference import Reference, is_dotted_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from load._caller import Caller

_SWITCHES = ("enable_performance_monitoring", "install", "auto_cleanup")


def import_name_of(package: str, import_name: str | None, place: Caller) -> str:
    """The module of an export.

    Args:
        package: an import name, a shipped alias of one, or a distribution.
        import_name: the module, where somebody said it.
        place: where it is declared.

    Raises:
        SourceError: `package` is neither, as far as is known.
        TypeError: it is not text.
    """
    for argument, value in (("package", package), ("import_name", import_name)):
        if not isinstance(value, str) and (value is not None or argument == "package"):
            raise _wrong_type(argument, 'a name like "torch"', value, place)
    if import_name is not None:
        return import_name
    from load._names import ImportName, import_names_of, lookup, shipped_alias

    is_name = is_dotted_name(package)
    if is_name and lookup(ImportName(package)) is not None:
        return package
    known = import_names_of(package)
    if is_name and _is_there(package):
        return package
    alias = shipped_alias(package)
    if alias is not None:
        return alias
    if is_name and not known:
        return package
    if known:
        return known[0]
    from load.errors import SourceError

    raise SourceError(
        f"{package!r} is not an import name, and no distribution of which one is known.",
        context=(f"declared in {place}",),
        hint=f'say it: LazyPackageExport({package!r}, import_name="...")',
        text=package,
    )


def _is_there(module: str) -> bool:
    from load._find import find

    return find(module) is not None


def check(module: str, attr: str | None, settings: Mapping[str, Any], place: Caller) -> None:
    """Look at all else that an export is declared with; an error says where that was.

    Raises:
        SourceError: the name of the module or of the attribute is none, or `require` is not a requirement.
        TypeError: an argument is of another type.
    """
    from load.errors import SourceError

    if attr is not None and not isinstance(attr, str):
        raise _wrong_type("attr", 'a name like "nn.Module"', attr, place)
    try:
        Reference(module, attr or "")
    except SourceError as error:
        error.context = (*error.context, f"declared in {place}")
        raise
    for name in _SWITCHES:
        if not isinstance(settings.get(name, False), bool):
            raise _wrong_type(name, "True or False", settings[name], place)
    enabled, dependencies = settings.get("enabled"), settings.get("dependencies", ())
    if not (enabled is None or (isinstance(enabled, str) and enabled) or callable(enabled)):
        raise _wrong_type("enabled", "the name of an environment variable, or a function", enabled, place)
    is_several = not isinstance(dependencies, str) and hasattr(dependencies, "__iter__")
    if not is_several or not all(isinstance(each, str) for each in dependencies):
        raise _wrong_type("dependencies", 'names like ("numpy", "torch")', dependencies, place)
    if settings.get("require") is not None:
        _check_requirement(settings["require"], place)


def _check_requirement(require: object, place: Caller) -> None:
    from load._install.spec import parse
    from load.errors import SourceError

    if not isinstance(require, str):
        raise _wrong_type("require", 'a requirement like "torch>=2"', require, place)
    try:
        parse(f"pypi:{require}")
    except SourceError as error:
        raise SourceError(
            f"require is not a requirement: {error.message}",
            context=(f"require={require!r}", f"declared in {place}"),
            hint='name the distribution and its versions, as in "torch>=2"',
        ) from error


def _wrong_type(argument: str, wanted: str, value: object, place: Caller) -> TypeError:
    return TypeError(f"{argument} is {wanted}, not {value!r} (declared in {place})")

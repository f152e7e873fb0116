"""What a spec names, as far as it is there: versions, extras, sources and attributes on top of names."""

from __future__ import annotations

import os

from load import _names
from load._resolve.presence import Missing, by_name, imported, shipped_target, target_of, through, user_aliases
from load.errors import ResolveError, SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from load._caller import Caller
    from load._install.spec import Spec


def by_spec(spec: Spec, caller: Caller, *, installed: bool = False) -> Any:
    """The object that a spec names, or a `Missing`."""
    if spec.source is not None:
        return _by_source(spec, caller, installed=installed)
    if spec.is_plain:
        return _by_plain(spec, installed=installed)
    module = spec.module or module_of_distribution(spec.distribution)
    wrong = _unsuitable(spec, module, installed=installed)
    return wrong if wrong is not None else _attribute(spec, by_name(module, installed=installed))


def _by_plain(spec: Spec, *, installed: bool) -> Any:
    """A dotted name: the longest importable prefix, then attributes."""
    name = through(user_aliases, spec.module) or spec.module
    if "." not in name:
        return by_name(spec.module, installed=installed)
    try:
        return by_name(spec.module, installed=installed)
    except ResolveError:
        found = _by_prefix(shipped_target(name) or name)
        if found is None:
            raise
        return found


def _by_prefix(name: str) -> Any:
    """The object of a dotted name whose tail is attributes; None where no prefix can be imported."""
    from load._reference import Reference

    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        module = imported(".".join(parts[:length]))
        if module is not None:
            return Reference(".".join(parts[:length]), ".".join(parts[length:])).within(module)
    return None


def _attribute(spec: Spec, found: Any) -> Any:
    if isinstance(found, Missing):
        return Missing(spec.text, found.module, spec)
    if not spec.attribute:
        return found
    from load._reference import Reference

    return Reference(getattr(found, "__name__", spec.module), spec.attribute).within(found)


def module_of_distribution(distribution: str) -> str:
    """The import name that a distribution is known for, or "" where nothing tells it."""
    names = _names.import_names_of(distribution)
    if names:
        return names[0]
    from load._install import installed

    present = installed.visible().get(_names.normalize(distribution))
    provided = installed.import_names_of(present) if present is not None else []
    return provided[0] if provided else ""


def _unsuitable(spec: Spec, module: str, *, installed: bool) -> Missing | None:
    """A `Missing` where the version or an extra is not the one asked for, or where no import name is known yet."""
    if not module:
        if installed:
            raise ResolveError(f"{spec.distribution!r} is installed, but provides nothing that can be imported.")
        return Missing(spec.text, "", spec)
    if not (spec.version or spec.extras):
        return None
    from load._resolve import versions

    return None if versions.suits(spec, target_of(module)) else Missing(spec.text, target_of(module), spec)


# -- sources ---------------------------------------------------------------------------------------------------------


def is_local(spec: Spec) -> bool:
    """Whether a spec names a piece of code that is imported from where it lies."""
    from load._install.sources import PathSource

    return isinstance(spec.source, PathSource) and spec.source.path.endswith((".py", "/"))


def _by_source(spec: Spec, caller: Caller, *, installed: bool) -> Any:
    from load._install.sources import IndexSource, PathSource

    source = spec.source
    if isinstance(source, PathSource):
        return _by_path(spec, source.resolved(caller.folder), installed=installed)
    if isinstance(source, IndexSource):
        return _by_index(spec, source, installed=installed)
    return _by_origin(spec, "", installed=installed)


def _by_path(spec: Spec, path: str, *, installed: bool) -> Any:
    from load._imports.local import import_path, is_module_path

    check_path(path, spec)
    if is_module_path(path):
        return _attribute(spec, import_path(path, spec.module))
    return _by_origin(spec, path, installed=installed)


def check_path(path: str, spec: Spec) -> None:
    """Refuse a path that leads to nothing that could be loaded.

    Raises:
        SourceError: it says what was expected.
    """
    from load._imports.local import is_module_path, is_project

    if is_module_path(path) or is_project(path) or (path.endswith(".whl") and os.path.isfile(path)):
        return
    if not os.path.exists(path):
        raise SourceError(
            f"There is nothing at {path}.",
            text=spec.text,
            hint=_where_it_starts(spec),
        )
    is_folder = os.path.isdir(path)
    what = "folder is neither a project nor a package" if is_folder else "file is neither a Python source nor a wheel"
    raise SourceError(
        f"This {what}: {path}.",
        text=spec.text,
        hint="expected: a .py file, a package folder, a project folder (pyproject.toml) or a wheel",
    )


def _where_it_starts(spec: Spec) -> str:
    """What to look at where a path leads to nothing; one that begins at the root or at home starts nowhere else."""
    from load._install.sources import PathSource

    if isinstance(spec.source, PathSource) and os.path.isabs(os.path.expanduser(spec.source.path)):
        return "check how it is spelled, and that it is on this machine"
    return "a relative path starts beside the file that names it, at a command line in the working directory"


def _by_index(spec: Spec, source: Any, *, installed: bool) -> Any:
    from load._resolve import versions

    if not versions.is_installed(source):
        return Missing(spec.text, spec.module, spec)
    module = spec.module or module_of_distribution(source.distribution)
    if not module:
        raise ResolveError(f"{source.distribution!r} provides nothing that can be imported.")
    return _attribute(spec, by_name(module, installed=installed))


def _by_origin(spec: Spec, path: str, *, installed: bool) -> Any:
    """A distribution from Git, a URL or a path: it must have come from just there."""
    from load._resolve import versions

    names = versions.names_from(spec, path)
    if names is None:
        if installed:
            raise ResolveError(f"{spec.text!r} was installed, but its record is not there.")
        return Missing(spec.text, spec.module, spec, path)
    module = spec.module or next(iter(names), "")
    if not module:
        raise ResolveError(f"{spec.text!r} is installed, but provides nothing that can be imported.")
    return _attribute(spec, by_name(module, installed=installed))

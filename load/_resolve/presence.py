"""What is there without installing anything: the first half of the Resolver.

A name or a spec leads to the object, to an error of the object's own, or to a `Missing` that says what would have to be
installed.
"""

from __future__ import annotations

import os
import sys

from load import _names
from load.errors import ResolveError, SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from load._caller import Caller
    from load._install.spec import Spec

user_aliases: dict[str, str] = {}


class Missing:
    """Something that is not there.

    Attributes:
        asked: what was written.
        module: the import name that is missing, or "" where only the distribution is known.
        spec: the spec that asked for it, or None for a plain name.
        path: the absolute path of a path source, or "".
        declared: whether the program itself lists it among its dependencies.
    """

    __slots__ = ("asked", "declared", "module", "path", "spec")

    def __init__(self, asked: str, module: str, spec: Spec | None = None, path: str = "") -> None:
        self.asked = asked
        self.module = module
        self.spec = spec
        self.path = path
        self.declared = False


def by_name(name: str, *, installed: bool = False) -> Any:
    """The module of a name or alias, or a `Missing`.

    The order: the user's aliases, a module importable under that very name, the shipped aliases.

    Args:
        name: dotted import name or alias.
        installed: whether it was just installed, so that not finding it is an error.
    """
    own = _through(user_aliases, name)
    if own is not None:
        return _imported(own) or _missing(name, own, installed=installed)
    module = _imported(name)
    if module is not None and not _is_mere_folder(module):
        return module
    target = _shipped_target(name)
    if module is not None and target is None and _names.lookup(_id(name)) is None:
        return module
    if target is not None:
        return _imported(target) or _missing(name, target, installed=installed)
    if module is not None:
        _forget_folder(name)
    return _missing(name, name, installed=installed)


def _id(name: str) -> _names.ImportName:
    return _names.ImportName(name)


def _through(aliases: dict[str, str], name: str) -> str | None:
    """The target of an alias, also where the alias is the first segment of a dotted name."""
    if name in aliases:
        return aliases[name]
    root, dot, rest = name.partition(".")
    return f"{aliases[root]}.{rest}" if dot and root in aliases else None


def _shipped_target(name: str) -> str | None:
    root, dot, rest = name.partition(".")
    target = _names.shipped_alias(root)
    return f"{target}{dot}{rest}" if target is not None else None


def target_of(name: str) -> str:
    """The import name that a name or alias means, looking at aliases only."""
    return _through(user_aliases, name) or _shipped_target(name) or name


def _imported(name: str) -> ModuleType | None:
    """The imported module, or None where it, or a package above it, is not there."""
    from importlib import import_module

    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if not _is_about(error, name):
            raise
        return None


def _is_about(error: ModuleNotFoundError, name: str) -> bool:
    """Whether the error is about the very module asked for or a package above it.

    A module that is there, and fails because something *it* needs is not, raises its own error.
    """
    if error.name is None or not (name == error.name or name.startswith(f"{error.name}.")):
        return False
    return error.name not in sys.modules


def _is_mere_folder(module: ModuleType) -> bool:
    """A folder that happens to bear the name, found as a namespace package (PEP 420) without any Python in it."""
    if getattr(module, "__file__", None) is not None or not hasattr(module, "__path__"):
        return False
    return not any(_holds_python(folder) for folder in module.__path__)


def _holds_python(folder: str) -> bool:
    from importlib.machinery import all_suffixes

    suffixes = tuple(all_suffixes())
    try:
        return any(name.endswith(suffixes) for _, _, names in os.walk(folder) for name in names)
    except OSError:
        return False


def _forget_folder(name: str) -> None:
    for each in [each for each in sys.modules if each == name or each.startswith(f"{name}.")]:
        del sys.modules[each]


def _missing(asked: str, module: str, *, installed: bool) -> Missing:
    root = module.partition(".")[0]
    if _names.standard_library(root):
        raise _not_in_this_python(module)
    if root in sys.modules and _names.lookup(_id(module)) is None:
        raise _no_submodule(module)
    if installed:
        raise ResolveError(f"{module!r} was installed, but cannot be imported.", name=module)
    return Missing(asked, module)


def _not_in_this_python(module: str) -> ResolveError:
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return ResolveError(
        f"{module!r} is not in the standard library of Python {version}, and standard-library names are not installed.",
        name=module,
        hint=_close_to(module) or "check the name, or the version of Python that has it",
    )


def _no_submodule(module: str) -> ResolveError:
    parent, _, last = module.rpartition(".")
    return ResolveError(
        f"{parent!r} has no module {last!r}.",
        name=module,
        hint=_close_to(module) or f"see what there is: help({parent})",
    )


def _close_to(module: str) -> str | None:
    parent, _, last = module.rpartition(".")
    candidates = _submodules(parent) if parent else sorted(sys.stdlib_module_names)
    close = [f"{parent}.{name}" if parent else name for name in _names.near(last, candidates)]
    return f"did you mean {', '.join(map(repr, close))}?" if close else None


def _submodules(parent: str) -> list[str]:
    from pkgutil import iter_modules

    path = getattr(sys.modules.get(parent), "__path__", None)
    return [each.name for each in iter_modules(path)] if path is not None else []


# -- specs -----------------------------------------------------------------------------------------------------------


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
    name = _through(user_aliases, spec.module) or spec.module
    if "." not in name:
        return by_name(spec.module, installed=installed)
    try:
        return by_name(spec.module, installed=installed)
    except ResolveError:
        found = _by_prefix(_shipped_target(name) or name)
        if found is None:
            raise
        return found


def _by_prefix(name: str) -> Any:
    """The object of a dotted name whose tail is attributes; None where no prefix can be imported."""
    from load._reference import Reference

    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        module = _imported(".".join(parts[:length]))
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
            hint="a relative path starts beside the file that names it",
        )
    what = "folder is no project and no package" if os.path.isdir(path) else "file is no Python source and no wheel"
    raise SourceError(
        f"This {what}: {path}.",
        text=spec.text,
        hint="expected: a .py file, a package folder, a project folder (pyproject.toml) or a wheel",
    )


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

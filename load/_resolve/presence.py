"""What is there without installing anything: the first half of the Resolver.

A name leads to the module, to an error of the object's own, or to a `Missing` that says what would have to be
installed.
"""

from __future__ import annotations

import os
import sys

from load import _names
from load.errors import ResolveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from load._install.spec import Spec
else:
    ModuleType = type(sys)

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
    own = through(user_aliases, name)
    if own is not None:
        return imported(own) or _missing(name, own, installed=installed)
    module = imported(name)
    if module is not None and not _is_mere_folder(module):
        return module
    target = shipped_target(name)
    if target is None and module is None:
        target = named_as_distribution(name)
    if module is not None and target is None and _names.lookup(_id(name)) is None:
        return module
    if target is not None:
        return imported(target) or _missing(name, target, installed=installed)
    if module is not None:
        _forget_folder(name)
    return _missing(name, name, installed=installed)


def _id(name: str) -> _names.ImportName:
    return _names.ImportName(name)


def through(aliases: dict[str, str], name: str) -> str | None:
    """The target of an alias, also where the alias is the first segment of a dotted name."""
    if name in aliases:
        return aliases[name]
    root, dot, rest = name.partition(".")
    return f"{aliases[root]}.{rest}" if dot and root in aliases else None


def shipped_target(name: str) -> str | None:
    root, dot, rest = name.partition(".")
    target = _names.shipped_alias(root)
    return f"{target}{dot}{rest}" if target is not None else None


def named_as_distribution(name: str) -> str | None:
    """The import name that is meant where a distribution's name was written: `PyYAML` for `yaml`."""
    if "." in name or _names.lookup(_id(name)) is not None:
        return None
    names = _names.import_names_of(name)
    return names[0] if names and name not in names else None


def target_of(name: str) -> str:
    """The import name that a name or alias means, looking at aliases only."""
    return through(user_aliases, name) or shipped_target(name) or name


def imported(name: str) -> ModuleType | None:
    """The imported module, or None where it, or a package above it, is not there."""
    from importlib import import_module

    try:
        return import_module(name)
    except RuntimeError as error:
        from load._reference import unfinished

        return unfinished(name, error)
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
    if not issubclass(type(module), ModuleType):
        return False  # what has put itself in its place may answer anything with an error of its own
    names = object.__getattribute__(module, "__dict__")
    if names.get("__file__") is not None or "__path__" not in names:
        return False
    from load._find import is_namespace

    spec = names.get("__spec__")
    if spec is None or not is_namespace(spec):  # a mock of a test, or of Sphinx, which stands for a package
        return False
    return not any(_holds_python(folder) for folder in names["__path__"])


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
        name=module.partition(".")[0],
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

"""What `dir(load)` lists: whatever `load.<name>` could mean, read off folders and tables; nothing is imported."""

from __future__ import annotations

import os
import sys

from load._reserved import OWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType, ModuleType


def names_of(facade: ModuleType, frame: FrameType) -> list[str]:
    """The API, what is bound, the aliases, the standard library, and the importable top-level names; sorted.

    Args:
        facade: the module `load`.
        frame: the frame that asked.
    """
    names = {*OWN, *vars(facade)}
    if _looks_up_each(frame):
        return sorted(names)
    from load._names import shipped_aliases
    from load._resolve.presence import user_aliases

    names.update(user_aliases, shipped_aliases())
    names.update(_public(sys.stdlib_module_names), _public(sys.builtin_module_names), _public(sys.modules))
    for entry in dict.fromkeys(sys.path):
        names.update(_public(_importable_in(entry or os.curdir)))
    return sorted(names)


def _looks_up_each(frame: FrameType) -> bool:
    """Whether it is IPython, completing `import load.`: it fails where a name that is listed is not bound."""
    return frame.f_globals.get("__name__") == "IPython.core.completerlib" and bool(frame.f_locals.get("only_modules"))


def _public(names: object) -> Iterator[str]:
    for name in list(names):  # type: ignore[call-overload]
        if name.isidentifier() and not name.startswith("_"):
            yield name


def _importable_in(entry: str) -> Iterator[str]:
    """The top-level names that an entry of `sys.path` offers."""
    if os.path.isfile(entry):
        yield from _in_archive(entry)
        return
    installed = os.path.basename(os.path.normpath(entry)) in {"site-packages", "dist-packages"}
    suffixes = tuple(_suffixes())
    try:
        with os.scandir(entry) as found:
            for each in found:
                stem = each.name.partition(".")[0]
                if each.name.endswith(suffixes) or (stem == each.name and _is_package(each, installed=installed)):
                    yield stem
    except OSError:  # Entries of `sys.path` need not exist, nor be readable; the import system passes over them too.
        return


def _is_package(entry: os.DirEntry[str], *, installed: bool) -> bool:
    """Whether a folder is a package. Among installed things every folder is; elsewhere it needs an `__init__`."""
    if not (entry.name.isidentifier() and entry.is_dir()):
        return False
    return installed or os.path.isfile(os.path.join(entry.path, "__init__.py"))


def _suffixes() -> list[str]:
    from importlib.machinery import all_suffixes

    return all_suffixes()


def _in_archive(path: str) -> Iterator[str]:
    from pkgutil import iter_modules

    for module in iter_modules([path]):
        yield module.name

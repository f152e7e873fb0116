"""Importing a `.py` file or a package folder from where it lies, without installing it.

The module gets the name of its file where that name is free, else a name of its own: what is in `sys.modules`, or what
an `import` of that name would find, is never shadowed.
"""

from __future__ import annotations

import os
import sys

from load._find import find
from load.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

_loaded: dict[str, str] = {}  # real path → name in sys.modules


def is_module_path(path: str) -> bool:
    """Whether the path is a `.py` file, or a folder that is a package and no project."""
    if os.path.isdir(path):
        return os.path.isfile(os.path.join(path, "__init__.py")) and not is_project(path)
    return path.endswith(".py") and os.path.isfile(path)


def is_project(path: str) -> bool:
    """Whether the folder is a project that can be installed."""
    return any(os.path.isfile(os.path.join(path, name)) for name in ("pyproject.toml", "setup.py"))


def import_path(path: str, name: str = "") -> ModuleType:
    """The module of a file or package folder, imported once per path.

    Args:
        path: absolute path.
        name: the name that it must have in `sys.modules`, or "" for one that is free.

    Raises:
        SourceError: `name` is taken by another module, or the file cannot be imported under any name.
        Exception: what the module's body raises; nothing of it stays in `sys.modules` then.
    """
    real = os.path.realpath(path)
    known = _loaded.get(real)
    if known is not None and known in sys.modules and name in ("", known):
        return sys.modules[known]
    module_name = name or _free_name(real)
    if name:
        _refuse_taken(name, real)
    module = _execute(module_name, path)
    _loaded[real] = module_name
    return module


def _free_name(path: str) -> str:
    stem = os.path.basename(path).removesuffix(".py")
    if stem.isidentifier() and stem not in sys.modules and not _is_elsewhere(stem, path):
        return stem
    import hashlib

    digest = hashlib.sha256(path.encode(errors="surrogateescape")).hexdigest()[:8]
    clean = "".join(char if char.isalnum() else "_" for char in stem)
    return f"local_{clean}_{digest}"


def _is_elsewhere(stem: str, path: str) -> bool:
    """Whether a plain import of the name would find another file than this one."""
    spec = find(stem)
    if spec is None:
        return False
    return spec.origin is None or os.path.realpath(spec.origin) not in (
        path,
        os.path.join(path, "__init__.py"),
    )


def _refuse_taken(name: str, path: str) -> None:
    module = sys.modules.get(name)
    if module is None:
        return
    raise SourceError(
        f"{name!r} is loaded already, from {getattr(module, '__file__', None) or 'Python itself'}.",
        text=path,
        hint="give the file another name: other_name @ PATH",
    )


def _execute(name: str, path: str) -> ModuleType:
    from importlib.util import module_from_spec, spec_from_file_location

    is_package = os.path.isdir(path)
    file = os.path.join(path, "__init__.py") if is_package else path
    spec = spec_from_file_location(name, file, submodule_search_locations=[path] if is_package else None)
    if spec is None or spec.loader is None:
        raise SourceError(
            f"{path!r} is not a Python source.", text=path, hint="a .py file or a package folder is expected"
        )
    module = module_from_spec(spec)
    before = set(sys.modules)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        for each in [each for each in sys.modules if each == name or each.startswith(f"{name}.")]:
            if each not in before:
                del sys.modules[each]
        raise
    return sys.modules.get(name, module)

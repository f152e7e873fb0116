"""Which modules lie beside a script, and are the script's own."""

from __future__ import annotations

import os
import sys
from _frozen_importlib_external import BYTECODE_SUFFIXES, EXTENSION_SUFFIXES, SOURCE_SUFFIXES

from load._find import entry_finder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_SUFFIXES = (*SOURCE_SUFFIXES, *EXTENSION_SUFFIXES, *BYTECODE_SUFFIXES)
# Bytecode counts only in the place of a source: in __pycache__ it outlives the package that it came from.
_SIGNS_OF_A_PACKAGE = (
    *SOURCE_SUFFIXES,
    *EXTENSION_SUFFIXES,
    *(f"__init__{end}" for end in BYTECODE_SUFFIXES),
)


def script_folder(path: str | os.PathLike[str]) -> str:
    """Give what `python path` puts at the head of sys.path: the script's folder, or the folder or archive."""
    text = os.fspath(path)
    if os.path.isdir(text) or entry_finder(os.path.abspath(text)) is not None:
        return os.path.abspath(text)
    return source_folder(text)


def source_folder(path: str) -> str:
    """Give the folder of a script that is a file, with links to it followed as the interpreter does."""
    # It follows them everywhere but on Windows.
    resolve = os.path.abspath if sys.platform == "win32" else os.path.realpath
    return os.path.dirname(resolve(path))


def local_modules(script_path: str | os.PathLike[str]) -> Callable[[str], bool]:
    """Give a test for the names that mean a file or folder beside the script.

    Args:
        script_path: the script; or a folder or an archive with a `__main__`, which then is the place itself.

    Returns:
        A function that takes an import name and tells whether its root is a module there: a source, compiled
        or extension file, a folder with an `__init__`, or one with a Python file at any depth (PEP 420).
    """
    folder = script_folder(script_path)
    if not os.path.isdir(folder):
        archive = entry_finder(folder)
        return lambda name: archive is not None and archive.find_spec(_root(name)) is not None
    names = frozenset(_listing(folder))

    def is_local(name: str) -> bool:
        root = _root(name)
        if any(root + suffix in names for suffix in _SUFFIXES):
            return True
        return root in names and _holds_python(os.path.join(folder, root))

    return is_local


def _root(name: str) -> str:
    return name.partition(".")[0]


def _listing(folder: str) -> Iterable[str]:
    # The names as they are on disk: where the file system ignores case, Python does not.
    try:
        return os.listdir(folder)
    except OSError:
        return ()


def _holds_python(folder: str) -> bool:
    """Tell whether there is a Python file in a folder or below it, nearest levels first."""
    level = [folder]
    while level:
        below: list[str] = []
        for place in level:
            if any(name.endswith(_SIGNS_OF_A_PACKAGE) for name in _listing(place)):
                return True
            below.extend(_folders(place))
        level = below
    return False


def _folders(folder: str) -> list[str]:
    # Links are not followed, as they may lead in circles.
    try:
        with os.scandir(folder) as entries:
            return [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []

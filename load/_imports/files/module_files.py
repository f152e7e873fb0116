"""Which loaded modules come from which file, told without running any code of theirs."""

from __future__ import annotations

import os
import sys
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NAMESPACE: Any = vars(ModuleType)["__dict__"]  # a module's class may have a `__dict__` of its own


def namespace_of(module: ModuleType) -> dict[str, Any]:
    """The names in a module, whatever its class makes of them."""
    found: dict[str, Any] | None = _NAMESPACE.__get__(module)
    return {} if found is None else found  # None: it was never initialised


def source_of(module: object) -> str | None:
    """What a module says that it came from, as it stands there; None where that can be no path of a file.

    Args:
        module: one, or whatever a loader made instead.
    """
    if issubclass(type(module), ModuleType):
        path = namespace_of(module).get("__file__")  # type: ignore[arg-type]
    else:
        try:
            path = getattr(module, "__file__", None)
        except Exception:  # noqa: BLE001 - somebody's object may answer with anything
            return None
    return path if type(path) is str and path and "\0" not in path else None


def file_of(module: object) -> str | None:
    """The file that a module came from, or the archive that it lies in; None where it came from none."""
    source = path = source_of(module)
    if source is None or path is None:
        return None
    while not os.path.exists(path):
        above = os.path.dirname(path)  # in an archive there is no such file, but above it there is one
        if above == path or not above or os.path.isdir(above):
            return source
        path = above
    return path


class Place:
    """A file that modules may come from, under whatever names it has.

    Args:
        path: the file; relative to the working directory.
    """

    __slots__ = ("_inner", "_last", "given", "real")

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.given, self.real = places_of(os.fsdecode(path))
        self._last = os.path.basename(self.real)
        # What lies in an archive comes from it; what lies in a folder does not.
        self._inner = "" if os.path.isdir(self.real) else self.real + os.sep

    def has(self, source: str) -> bool:
        """Whether what a module says that it came from is this file, or lies in it."""
        # A link may have another name than its file; but a file of another name that is not a link is another one.
        if source == self.given or os.path.basename(source) == self._last or os.path.islink(source):
            return places_of(source)[1] == self.real
        if not self._inner:
            return False
        is_within = source.startswith(self.given + os.sep) or f"{os.sep}{self._last}{os.sep}" in source
        return is_within and places_of(source)[1].startswith(self._inner)


def places_of(path: str) -> tuple[str, str]:
    """A path made absolute, and that with all links followed; itself where that cannot be told."""
    try:
        return os.path.abspath(path), os.path.realpath(path)
    except (OSError, ValueError):  # the working directory is gone; no file can have such a name
        return path, path


def modules_of(place: Place) -> list[str]:
    """The names of the loaded modules that come from a file, or lie in it."""
    found = []
    for name, module in list(sys.modules.items()):
        source = source_of(module) if issubclass(type(module), ModuleType) else None
        if source is not None and place.has(source):
            found.append(name)
    return found

"""One thing that was loaded, with all that is told of it: version, distribution, place, time, memory."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from load._events import Loaded
    from load._install.installed import Installed


_LONGEST = 60  # characters of a version


class Arrival:
    """One thing that was loaded, as printers get it (`load.register_printer`).

    Attributes:
        name: what was asked for (`np`).
        module: the import name that it led to (`numpy`).
        version: of the distribution, or what the module says of itself, or None.
        distribution: the distribution that provides it, or None.
        how: "cached" (it was loaded before), "imported", "installed" or "local".
        place: where it lies, in words: "site-packages", "the standard library", "an overlay", a folder or file.
        seconds: time from the request to the object, installs included.
        pulled_in: top-level name → seconds of it that went into importing that, the costliest first.
        memory: bytes of resident memory that came with it, or None where that was not measured.
        along: what an install brought besides, as in `("idna 3.11",)`.
    """

    __slots__ = (
        *("along", "distribution", "how", "memory", "module"),
        *("name", "place", "pulled_in", "seconds", "version"),
    )

    def __init__(
        self,
        event: Loaded,
        visible: Mapping[str, Installed] | None = None,
        *,
        memory: int | None = None,
        pulled_in: Mapping[str, float] | None = None,
        along: Sequence[str] = (),
    ) -> None:
        is_local = event.how == "local"
        provider = None if is_local else _provider(event.module, visible)
        self.name = event.name
        self.module = event.module
        self.how = event.how
        self.seconds = event.seconds
        self.memory = event.memory if event.memory is not None else memory
        self.pulled_in = dict(pulled_in or {})
        self.along = tuple(along)
        self.version = _version(event.module, provider, is_local=is_local)
        self.distribution = provider.name if provider is not None else None
        self.place = _place(event.module, provider, is_local=is_local)

    @property
    def alias(self) -> str:
        """The short name that was asked for, where it is one; else nothing."""
        return self.name if self.name != self.module and self.name.isidentifier() else ""

    def __repr__(self) -> str:
        return f"Arrival({self.name!r}, {self.how!r}, version={self.version!r})"


def version_of(module_name: str, *, is_local: bool = False) -> str | None:
    """The version of the distribution that provides a module, or what the module says of itself, or None.

    No attribute of the module is looked up in a way that could run its code.

    Args:
        module_name: dotted import name.
        is_local: whether it was imported from where it lies, so that no distribution provides it.
    """
    return _version(module_name, None if is_local else _provider(module_name, None), is_local=is_local)


def _version(module_name: str, provider: Installed | None, *, is_local: bool) -> str | None:
    if _is_standard(module_name) and not is_local:
        return None
    namespace = _namespace(module_name.partition(".")[0])
    own = namespace.get("__version__")
    # From elsewhere: it hides the distribution of its name, or is an editable install of it. It knows better.
    if provider is not None and not ("__version__" in namespace and _is_elsewhere(namespace, provider)):
        return provider.version
    return _told(own) if isinstance(own, str) else None


def _told(version: str) -> str:
    """A version that a module gives itself, as an exact text: it may be of a type of its own, and of any length."""
    text = str.__str__(version)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _provider(module_name: str, visible: Mapping[str, Installed] | None) -> Installed | None:
    if _is_standard(module_name):
        return None
    from load._install import installed
    from load._names import normalize

    distributions = dict(visible) if visible is not None else installed.visible_as_told()
    root = module_name.partition(".")[0]
    file = _namespace(root).get("__file__")
    folders = {each.folder for each in distributions.values()}
    if isinstance(file, str) and not any(_lies_in(file, folder) for folder in folders):
        # One's own, or an editable install: to ask every distribution for it would take long, and lead nowhere.
        return distributions.get(normalize(root))
    return installed.provider_of(module_name, distributions)


def _is_standard(module_name: str) -> bool:
    return module_name.partition(".")[0] in sys.stdlib_module_names


def _namespace(module: str) -> dict[str, Any]:
    """The names of a loaded module as they stand, without its hooks: a lazy one stays lazy."""
    try:
        namespace = object.__getattribute__(sys.modules.get(module), "__dict__")
    except AttributeError:
        return {}
    return namespace if isinstance(namespace, dict) else {}


def _place(module: str, provider: Installed | None, *, is_local: bool) -> str:
    if _is_standard(module) and not is_local:
        return "the standard library"
    namespace = _namespace(module)
    if provider is not None and not _is_elsewhere(namespace, provider):
        return "an overlay" if _is_overlay(provider.folder) else os.path.basename(os.path.normpath(provider.folder))
    file = namespace.get("__file__")
    if not isinstance(file, str):
        return ""
    from load._console.terminal import shorter_path

    return shorter_path(os.path.dirname(file) if os.path.basename(file).startswith("__init__.") else file)


def _is_overlay(folder: str) -> bool:
    from load._config import cache_folder

    return _lies_in(folder, cache_folder())


def _is_elsewhere(namespace: Mapping[str, Any], provider: Installed) -> bool:
    file = namespace.get("__file__")
    return isinstance(file, str) and not _lies_in(file, provider.folder)


def _lies_in(file: str, folder: str) -> bool:
    return os.path.realpath(file).startswith(os.path.join(os.path.realpath(folder), ""))

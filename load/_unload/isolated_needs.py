"""What a worker needs: its modules, and the path that they are found on."""

from __future__ import annotations

import os
import sys

from load._resolve.lacking import lacking, meaning
from load._resolve.specs import module_of_distribution
from load.errors import ResolveError, VersionConflict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from load._caller import Caller
    from load._install.spec import Spec
    from load._resolve.presence import Missing


class Wanted:
    """What a worker needs.

    Attributes:
        modules: import name and path of each module; the path is "" where it is imported by its name.
        path: its `sys.path`.
        overlays: the overlays that it uses, its own first.
    """

    __slots__ = ("modules", "overlays", "path")

    def __init__(self, modules: list[tuple[str, str]], path: list[str], overlays: list[str]) -> None:
        self.modules = modules
        self.path = path
        self.overlays = overlays


def prepared(texts: Sequence[str], caller: Caller) -> Wanted:
    """See that what specs name is there for a worker.

    What is lacking here, or is here in another version, goes into an overlay that stands first on the worker's path;
    nothing changes for this process.

    Raises:
        SourceError: a spec cannot be read, or leads nowhere.
        InstallRefused: the policy or a person said no.
        InstallError: the backend failed.
    """
    from load._install.spec import parse

    specs = [parse(text) for text in texts]
    missing = [_lacking(spec, caller) for spec in specs]
    folders: list[str] = []
    if any(missing):
        from load._unload.isolated_overlay import install_aside

        folders = install_aside(specs, missing, caller)
    modules = [_module_of(spec, caller, folders) for spec in specs]
    overlays = [*folders, *_active_overlays()]
    return Wanted(modules, [*folders, *_path()], overlays)


def _lacking(spec: Spec, caller: Caller) -> Missing | None:
    """What would have to be installed for a spec, whatever is loaded here."""
    try:
        return lacking(spec, caller)
    except VersionConflict as conflict:
        if not conflict.present:  # a module without any version
            raise
        from load._resolve.presence import Missing

        return Missing(spec.text, meaning(spec.module) if spec.module else "", spec)


def _path() -> list[str]:
    """The path of this process, as it is from its working directory."""
    return [os.path.abspath(each) for each in sys.path if isinstance(each, str)]


def _active_overlays() -> Sequence[str]:
    overlay = sys.modules.get("load._install.overlay")
    return overlay.active() if overlay is not None else ()


def _module_of(spec: Spec, caller: Caller, folders: Sequence[str]) -> tuple[str, str]:
    from load._install.sources import PathSource

    path = ""
    if isinstance(spec.source, PathSource):
        from load._imports.local import is_module_path

        path = spec.source.resolved(caller.folder)
        if is_module_path(path):
            return spec.module, path
    name = meaning(spec.module) if spec.module else _provided(spec, path, folders)
    if not name:
        raise ResolveError(f"{spec.text!r} provides nothing that can be imported.")
    return name, ""


def _provided(spec: Spec, path: str, folders: Sequence[str]) -> str:
    """The import name of a distribution that was named by its own name, or by its source."""
    from load._install.sources import IndexSource

    distribution = spec.source.distribution if isinstance(spec.source, IndexSource) else spec.distribution
    if folders:
        from load._unload.isolated_overlay import module_in

        name = module_in(folders, spec, distribution, path)
        if name:
            return name
    if distribution:
        return module_of_distribution(distribution)
    from load._resolve import versions

    return next(iter(versions.names_from(spec, path) or ()), "")

"""Overlays: content-addressed folders in the user's cache that hold only what the environment lacks.

An overlay is keyed by the Python, the platform and the resolved pins; it is built aside and renamed into place, so that
it is either whole or not there. An index, keyed by what was asked for and by what is visible, finds it again without
starting any process.
"""

from __future__ import annotations

import os
import sys

from load import _config
from load._caller import add_installed_folder
from load._install import overlay_use

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from load._events import Change

PART = ".part"  # the end of a name: it is being built, or removed
_active: list[str] = []


def root() -> str:
    """The folder that all overlays lie in."""
    return os.path.join(_config.cache_folder(), "overlays")


def python_key() -> str:
    """What tells one Python on one platform from another."""
    which = _digest([sys.version, sys.base_exec_prefix])[:8]
    return f"{sys.implementation.cache_tag}{getattr(sys, 'abiflags', '')}-{sys.platform}-{_machine()}-{which}"


def _machine() -> str:
    if hasattr(os, "uname"):  # `platform` says the same at a cost of milliseconds
        return os.uname().machine
    import platform

    return platform.machine()


def request_key(requirements: Iterable[str], fingerprint: str) -> str:
    """The key in the index of a request, made where `fingerprint` was visible."""
    return _digest([python_key(), fingerprint, *sorted(requirements)])


def folder_of(pins: Iterable[str]) -> str:
    """The folder of the overlay that holds exactly these pins."""
    return os.path.join(root(), f"{python_key()}-{_digest(sorted(pins))[:20]}")


def _digest(parts: Iterable[str]) -> str:
    import hashlib

    data = "\n".join(parts).encode("utf-8", "surrogatepass")  # a path may be no UTF-8
    return hashlib.sha256(data).hexdigest()[:40]


def find(key: str) -> list[str] | None:
    """The overlays that answered this request before, if all are still there and whole as far as a look tells."""
    folders = _in_index(key)
    return folders if folders and all(map(is_there, folders)) else None


def _in_index(key: str) -> list[str]:
    try:
        with open(_index_file(key), encoding="utf-8") as file:
            return file.read().splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def is_there(folder: str) -> bool:
    """Whether an overlay is there with its manifest, which is the first to go where one is removed."""
    try:
        return os.stat(overlay_use.manifest_path(folder)).st_size > 0
    except OSError:
        return False


def remember(key: str, folders: Sequence[str]) -> None:
    """Write the answer to a request into the index, whole or not at all."""
    if _in_index(key) == [*folders]:
        return
    path = _index_file(key)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    part = f"{path}.{os.getpid()}"
    with open(part, "w", encoding="utf-8") as file:
        file.write("".join(f"{folder}\n" for folder in folders))
    os.replace(part, path)


def forget(key: str) -> None:
    """Take an answer out of the index."""
    try:
        os.remove(_index_file(key))
    except FileNotFoundError:
        return


def index() -> str:
    """The folder of the index."""
    return os.path.join(root(), "index")


def _index_file(key: str) -> str:
    return os.path.join(index(), key)


def part_of(folder: str) -> str:
    """Where this process builds an overlay, or takes it to where nobody finds it any more."""
    return f"{folder}.{os.getpid()}{PART}"


def put_in_place(built: str, folder: str) -> bool:
    """Rename a finished overlay into place; False where another process was first."""
    try:
        os.rename(built, folder)
    except OSError:
        if not os.path.isdir(folder):
            raise
        discard(built)
        return False
    return True


def discard(folder: str) -> None:
    """Remove an overlay, or what was built of one; it is gone as a whole or not at all."""
    from shutil import rmtree

    deactivate(folder)
    aside = folder if folder.endswith(PART) else part_of(folder)
    if aside != folder and os.path.isdir(folder):
        rmtree(aside, ignore_errors=True)
        os.rename(folder, aside)
    rmtree(aside, ignore_errors=True)


def deactivate(folder: str) -> None:
    """Take an overlay from `sys.path`; others may remove it."""
    overlay_use.release(folder)
    if folder in _active:
        _active.remove(folder)
        if folder in sys.path:
            sys.path.remove(folder)


def activate(folder: str) -> bool:
    """Put an overlay last on `sys.path`, and what its `.pth` files name behind it.

    As long as this process lives, no other removes it.

    Returns:
        False where it is not there (any more).
    """
    if folder in _active:
        return True
    if not overlay_use.hold(folder):
        return False
    _active.append(folder)
    add_installed_folder(folder)
    if folder not in sys.path:
        sys.path.append(folder)
    add_path_files(folder, [name for name in sorted(os.listdir(folder)) if name.endswith(".pth")])
    import importlib

    importlib.invalidate_caches()
    return True


def add_path_files(folder: str, names: Iterable[str]) -> None:
    """Do what the interpreter does with `.pth` files at its start: that is how editable installs become importable."""
    import site

    for name in names:
        site.addpackage(folder, name, None)


def active() -> tuple[str, ...]:
    """The overlays on `sys.path` of this process."""
    return tuple(_active)


def remember_script(script: str) -> None:
    """Note which overlays a script uses, for `load.activate()`.

    What it used before stays in the list, unless that holds other versions of what it uses now.
    """
    if not _active:
        return
    older = [folder for folder in of_script(script) if folder not in _active]
    if older:
        from load._install.overlay_manifest import clash

        older = [folder for folder in older if not any(clash(folder, other) for other in _active)]
    remember(_script_key(script), [*older, *_active])


def of_script(script: str) -> list[str]:
    """The overlays that a script used before and that are still there."""
    return [folder for folder in _in_index(_script_key(script)) if is_there(folder)]


def _script_key(script: str) -> str:
    return _digest([python_key(), "script", os.path.realpath(script)])


def finds(name: str, folder: str) -> bool:
    """Whether the top-level package of an import name can be found by a process that has an overlay first."""
    from importlib.machinery import PathFinder

    PathFinder.invalidate_caches()
    return PathFinder.find_spec(name.partition(".")[0], [folder, *sys.path]) is not None


def lacking(changes: Sequence[Change], visible: dict[str, str]) -> list[Change]:
    """The changes that the overlay itself must hold: what is visible in the same version is there already."""
    return [change for change in changes if change.new is not None and visible.get(change.name) != change.new]

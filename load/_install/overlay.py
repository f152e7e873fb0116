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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from load._events import Change

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

    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]


def find(key: str) -> list[str] | None:
    """The overlays that answered this request before, if all are still there; empty where none was needed."""
    try:
        with open(_index_file(key), encoding="utf-8") as file:
            folders = file.read().splitlines()
    except OSError:
        return None
    return folders if all(os.path.isdir(folder) for folder in folders) else None


def remember(key: str, folders: Sequence[str]) -> None:
    """Write the answer to a request into the index, whole or not at all."""
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


def _index_file(key: str) -> str:
    return os.path.join(root(), "index", key)


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
    """Remove an overlay, or what was built of one."""
    from shutil import rmtree

    if folder in _active:
        _active.remove(folder)
        if folder in sys.path:
            sys.path.remove(folder)
    rmtree(folder, ignore_errors=True)


def activate(folder: str) -> None:
    """Put an overlay last on `sys.path`, and what its `.pth` files name behind it."""
    if folder in _active:
        return
    _active.append(folder)
    add_installed_folder(folder)
    if folder not in sys.path:
        sys.path.append(folder)
    add_path_files(folder, [name for name in sorted(os.listdir(folder)) if name.endswith(".pth")])
    import importlib

    importlib.invalidate_caches()


def add_path_files(folder: str, names: Iterable[str]) -> None:
    """Do what the interpreter does with `.pth` files at its start: that is how editable installs become importable."""
    import site

    for name in names:
        site.addpackage(folder, name, None)


def active() -> tuple[str, ...]:
    """The overlays on `sys.path` of this process."""
    return tuple(_active)


def remember_script(script: str) -> None:
    """Note which overlays a script uses, for `load.activate()`."""
    if _active:
        remember(_script_key(script), [*dict.fromkeys([*(find(_script_key(script)) or ()), *_active])])


def of_script(script: str) -> list[str]:
    """The overlays that a script used before and that are still there."""
    return find(_script_key(script)) or []


def _script_key(script: str) -> str:
    return _digest([python_key(), "script", os.path.realpath(script)])


def lacking(changes: Sequence[Change], visible: dict[str, str]) -> list[Change]:
    """The changes that the overlay itself must hold: what is visible in the same version is there already."""
    return [change for change in changes if change.new is not None and visible.get(change.name) != change.new]

"""The target: the environment that is installed into, or an overlay where that may not be changed."""

from __future__ import annotations

import os
import sys

from load import _config, _interpreter

STATE = ".load"  # no import name and no distribution can be called so


def overlays() -> str:
    """The folder that all overlays lie in."""
    return os.path.join(_config.cache_folder(), "overlays")


class Target:
    """Where an install goes.

    Attributes:
        folder: the environment's site-packages, or None for an overlay.
        name: the words that messages have for it.
        stands_first: whether it is an overlay that another process has before all that this one has, so that it may
            hold other versions.
    """

    __slots__ = ("folder", "name", "stands_first")

    def __init__(self, folder: str | None, name: str, *, stands_first: bool = False) -> None:
        self.folder = folder
        self.name = name
        self.stands_first = stands_first

    @property
    def is_overlay(self) -> bool:
        """Whether the environment itself stays as it is."""
        return self.folder is None

    @property
    def prefix(self) -> str:
        """The folder that nothing of an environment may lie outside of."""
        folder = self.folder or sys.prefix
        return sys.prefix if os.path.realpath(folder).startswith(os.path.realpath(sys.prefix) + os.sep) else folder

    @property
    def state_folder(self) -> str:
        """The folder for what `load` itself keeps of this target; made by whoever writes into it."""
        if self.folder is not None:
            return os.path.join(self.folder, STATE)
        return os.path.join(overlays(), STATE)


substitute: Target | None = None  # what `load.testing` puts in the place of this environment


def choose() -> Target:
    """A writable virtual or conda environment, else an overlay; for a frozen program it is never used."""
    if substitute is not None:
        return substitute
    if not _interpreter.is_python():
        return Target(None, "none")
    folder = site_packages()
    if is_environment() and os.access(folder, os.W_OK):
        return Target(folder, f"the environment {sys.prefix}")
    return Target(None, "an overlay")


def for_worker() -> Target:
    """An overlay that stands first in a worker of `isolated()`, whatever can be installed into here."""
    return Target(None, "an overlay of a worker", stands_first=True)


def is_environment() -> bool:
    """Whether this Python is a virtual or conda environment, and no base that others build on."""
    return _is_venv() or _is_conda_environment()


def site_packages() -> str:
    """The folder of this environment that distributions are installed into."""
    import site

    # Debian's Python lists dist-packages as well, in virtual environments too, where they do not exist.
    folders = site.getsitepackages([sys.prefix])
    own = [folder for folder in folders if os.path.basename(folder) == "site-packages"]
    return (own or folders)[-1]


def _is_venv() -> bool:
    return sys.prefix != sys.base_prefix


def _is_conda_environment() -> bool:
    """A conda environment other than the base, which conda itself lives in, and without a PEP 668 marker."""
    if not os.path.isdir(os.path.join(sys.prefix, "conda-meta")):
        return False
    is_base = os.path.isdir(os.path.join(sys.prefix, "condabin"))
    return not is_base and not is_externally_managed()


def is_externally_managed() -> bool:
    """Whether this Python, outside of virtual environments, bears the marker of PEP 668."""
    file = getattr(os, "__file__", None)  # none where somebody has frozen the standard library
    return file is not None and os.path.isfile(os.path.join(os.path.dirname(file), "EXTERNALLY-MANAGED"))

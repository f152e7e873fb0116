"""Backends: uv first, pip where uv is absent. The two differ in their command lines and in nothing else."""

from __future__ import annotations

import os
import sys

from load import _config
from load._install.job import interpreter
from load.errors import BackendNotFound

TYPE_CHECKING = False
if TYPE_CHECKING:
    from load._install.job import Backend

substitute: Backend | None = None  # what `load.testing` puts in the place of uv and pip


def choose() -> Backend:
    """The backend that the `backend` setting and the machine give.

    Raises:
        BackendNotFound: there is none; the error lists where it was looked for.
        InstallRefused: there is no Python that it could work for.
    """
    if substitute is not None:
        return substitute
    interpreter()
    wanted = _config.get("backend")
    looked: list[str] = []
    if wanted in ("auto", "uv"):
        uv = _find_uv(looked)
        if uv is not None:
            from load._install.uv import Uv

            return Uv(uv)
    if wanted in ("auto", "pip") and _has_pip(looked):
        from load._install.pip import Pip

        return Pip()
    raise BackendNotFound(
        f"No {'backend' if wanted == 'auto' else wanted} was found to install with.",
        context=[f"looked for {place}" for place in looked],
        hint=f"{sys.executable} -m ensurepip",
    )


def _find_uv(looked: list[str]) -> str | None:
    """The uv program: beside this interpreter, as uv's own package says, then on PATH."""
    program = "uv.exe" if sys.platform == "win32" else "uv"
    candidate = os.path.join(os.path.dirname(sys.executable), program)
    looked.append(candidate)
    if os.path.isfile(candidate):
        return candidate
    found = _uv_of_package(looked)
    if found is not None:
        return found
    from shutil import which

    looked.append("uv on PATH")
    return which("uv")


def _uv_of_package(looked: list[str]) -> str | None:
    looked.append("uv's own package")
    try:
        from uv import find_uv_bin
    except ImportError:
        return None
    try:
        return os.fspath(find_uv_bin())
    except FileNotFoundError:
        return None


def _has_pip(looked: list[str]) -> bool:
    looked.append(f"{sys.executable} -m pip")
    from importlib.machinery import PathFinder

    return PathFinder.find_spec("pip") is not None

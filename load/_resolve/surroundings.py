"""What `load` works with here: the Python, the target, the backends, the policy, the settings, the cache."""

from __future__ import annotations

import os
import sys

from load import _config, _interpreter
from load._install import backends, installed, overlay, target
from load._redact import redact
from load._settings import SETTINGS
from load.errors import BackendNotFound, InstallRefused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


def surroundings() -> dict[str, Any]:
    """Plain facts, each under its name."""
    policy, origin = _config.lookup("install")
    return {
        "python": python(),
        "target": target.choose().name,
        "backend": backend(),
        "policy": f"install = {policy} (from {origin})",
        "project": _config.project_file() or "none",
        "cache": _config.cache_folder(),
        "overlays": overlay.root(),
    }


def python() -> str:
    """The version and the path of this Python; of a frozen program, its own."""
    return f"{sys.version.split()[0]} ({sys.executable})"


def kind_of_python() -> str:
    """Whether it is a virtual environment, one of conda, or the system's."""
    why = _interpreter.why_not_python()
    if why is not None:
        return why
    marker = " (marked as externally managed, PEP 668)" if target.is_externally_managed() else ""
    if sys.prefix != sys.base_prefix:
        return f"virtual environment of {sys.base_prefix}"
    if os.path.isdir(os.path.join(sys.prefix, "conda-meta")):
        is_base = os.path.isdir(os.path.join(sys.prefix, "condabin"))
        return ("conda's base environment" if is_base else "conda environment") + marker
    return f"not an environment{marker}"


def why_target() -> str:
    """Why installs go where they go."""
    goal = target.choose()
    why = _interpreter.why_not_python()
    if why is not None:
        return why
    if not goal.is_overlay:
        return "it is an environment that may be changed"
    folder = target.site_packages()
    if target.is_environment() and not os.access(folder, os.W_OK):
        return f"{folder} cannot be written to"
    return f"this Python is {kind_of_python()}, which is left as it is"


def backend() -> str:
    """The name of the backend that would be used."""
    try:
        return backends.choose().name
    except (BackendNotFound, InstallRefused) as error:
        return f"none: {error.message}"


def all_backends() -> dict[str, str]:
    """Each backend that is there → its version and where it was found."""
    found: dict[str, str] = {}
    if not _interpreter.is_python():
        return found
    uv = backends._find_uv([])  # the search itself, whatever the setting `backend` says
    if uv is not None:
        found["uv"] = f"{_version_of(uv)} ({uv})"
    pip = installed.visible().get("pip")
    if pip is not None:
        found["pip"] = f"{pip.version} ({pip.folder})"
    return found


def _version_of(program: str) -> str:
    """What a program calls its version; it takes some milliseconds."""
    from load import _process
    from load.errors import InstallError

    try:
        said = _process.run([program, "--version"], timeout=5).stdout.split()
    except (OSError, InstallError) as error:
        return f"does not answer: {error}"
    return said[1] if len(said) > 1 else "of unknown version"


def settings() -> Iterator[tuple[str, str, str]]:
    """Each setting, its value as text, and where that came from.

    Raises:
        ConfigError: one has a value that it cannot have.
    """
    for name in SETTINGS:
        value, origin = _config.lookup(name)
        yield name, redact(_text(value)), origin


def _text(value: object) -> str:
    if isinstance(value, (tuple, list)):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{key} = {_text(each)}" for key, each in value.items()) or "none"
    return str(value).lower() if isinstance(value, bool) else "none" if value in (None, "") else str(value)


def indexes() -> Iterator[tuple[str, str]]:
    """The indexes that would be asked: what they are for, and the address without credentials.

    Raises:
        ConfigError: what the settings say of one is wrong.
    """
    from load._install.indexes import bound

    for index in bound():
        names = ", ".join((*index.names, *(f"{prefix}*" for prefix in index.prefixes)))
        yield f"index {index.name}", f"{redact(index.url)} for {names}"
    yield "index", _public_index()


def _public_index() -> str:
    """The indexes for all other names, as the backend that would be used has them."""
    from load._install import pip_settings, uv_settings

    if backend() == "uv":
        of_uv = uv_settings.read()
        default, extra = of_uv.default, [url for _, url in of_uv.extra]
        links, is_off = of_uv.links, of_uv.is_offline
    else:
        of_pip = pip_settings.read()
        default, extra = of_pip.get("index-url", ""), of_pip.get("extra-index-url", "").split()
        links, is_off = of_pip.get("find-links", "").split(), pip_settings.is_on(of_pip.get("no-index", ""))
    addresses = [] if is_off else [*extra, default or "the package index"]
    return ", ".join(map(redact, [*addresses, *links])) or "none: only what is asked for by path or address"

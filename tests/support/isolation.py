"""Keeps a test from the user's settings, caches and network, and the next test from this one."""

from __future__ import annotations

import importlib
import os
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

original_environ: Mapping[str, str] = MappingProxyType(dict(os.environ))
"""The environment that pytest was started in."""

_NOBODY = "http://127.0.0.1:9"  # nothing listens there: a connection is refused at once
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_REMOVED_PREFIXES = ("PIP_", "UV_", "LOAD_", "GIT_", "XDG_", "CONDA_", "PYTHON", "LC_", "TTY_", "JUPYTER_")
_REMOVED = {
    "BROWSER",
    "CI",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "COLORTERM",
    "COLUMNS",
    "FORCE_COLOR",
    "GH_TOKEN",
    "GITHUB_TOKEN",
    "IPYTHONDIR",
    "LANGUAGE",
    "LINES",
    "NO_COLOR",
    "NETRC",
    "PY_COLORS",
    "SOURCE_DATE_EPOCH",
    "SSH_ASKPASS",
    "VIRTUAL_ENV",
    "VIRTUAL_ENV_PROMPT",
}
_USER_PIP_FILES = (".config/pip/pip.conf", ".pip/pip.conf", "Library/Application Support/pip/pip.conf")


def isolated_environ(home: Path, uv_cache: Path) -> dict[str, str]:
    """The environment for one test: its own home, none of the user's settings, no way out of this machine.

    Args:
        home: an existing folder.
        uv_cache: a folder that tests share, so that uv is quick; not the user's.
    """
    upper = {name.upper() for name in _PROXIES}
    kept = {
        name: value
        for name, value in original_environ.items()
        if not name.startswith(_REMOVED_PREFIXES) and name not in _REMOVED and name.upper() not in upper
    }
    return {**kept, "LANG": "C.UTF-8", **_folders(home), **_tools(home, uv_cache), **_no_way_out()}


def _folders(home: Path) -> dict[str, str]:
    return {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "APPDATA": str(home / "AppData" / "Roaming"),
        "LOCALAPPDATA": str(home / "AppData" / "Local"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_CONFIG_DIRS": str(home / "etc" / "xdg"),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_DIRS": str(home / "share"),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "XDG_STATE_HOME": str(home / ".local" / "state"),
    }


def _tools(home: Path, uv_cache: Path) -> dict[str, str]:
    return {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "LOAD_CACHE_DIR": str(home / ".cache" / "load"),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_CACHE_DIR": str(uv_cache),
        "UV_NO_CONFIG": "1",
        "UV_PYTHON_DOWNLOADS": "never",
    }


def _no_way_out() -> dict[str, str]:
    """Every tool obeys a proxy, and this one refuses: a forgotten index is an error, not the real one."""
    values = {"NO_PROXY": "127.0.0.1,localhost", **dict.fromkeys(_PROXIES[:3], _NOBODY)}
    return {**values, **{name.lower(): value for name, value in values.items()}}


def registry_environ(isolated: Mapping[str, str]) -> dict[str, str]:
    """The isolated environment with the user's way to the package index: pip's and uv's settings, proxies."""
    neutral = {"PIP_CONFIG_FILE", "UV_NO_CONFIG", *_PROXIES, *(name.lower() for name in _PROXIES)}
    kept = {name: value for name, value in isolated.items() if name not in neutral}
    ways = {
        name: value
        for name, value in original_environ.items()
        if name.startswith(("PIP_", "UV_")) or name.upper() in _PROXIES or name == "NETRC"
    }
    files = {
        "PIP_CONFIG_FILE": _user_file(*_USER_PIP_FILES),
        "UV_CONFIG_FILE": _user_file(".config/uv/uv.toml"),
        "NETRC": _user_file(".netrc"),
    }
    present = {name: path for name, path in files.items() if path is not None}
    return {**kept, **present, **ways, "UV_CACHE_DIR": isolated["UV_CACHE_DIR"]}


def _user_file(*names: str) -> str | None:
    home = Path(original_environ.get("HOME") or Path.home())
    return next((str(home / name) for name in names if (home / name).is_file()), None)


@contextmanager
def isolated_process(environ: Mapping[str, str], cwd: Path) -> Iterator[None]:
    """Give this process another environment and working directory, and put back what the block changed.

    That is these two, `sys.path`, `sys.meta_path`, `sys.path_hooks` and `sys.modules`.
    """
    before = dict(os.environ), os.getcwd(), dict(sys.modules)
    lists: list[tuple[list[Any], list[Any]]] = [
        (each, list(each)) for each in (sys.path, sys.meta_path, sys.path_hooks)
    ]
    _set_environ(environ)
    os.chdir(cwd)
    try:
        yield
    finally:
        _set_environ(before[0])
        os.chdir(before[1])
        if any(each != saved for each, saved in lists):
            for each, saved in lists:
                each[:] = saved
            importlib.invalidate_caches()
        _restore_modules(before[2])


def _set_environ(environ: Mapping[str, str]) -> None:
    """Replace the environment, but for what pytest itself keeps there."""
    for name in set(os.environ) - set(environ):
        if not name.startswith("PYTEST_"):
            del os.environ[name]
    os.environ.update({name: value for name, value in environ.items() if not name.startswith("PYTEST_")})


def _restore_modules(before: Mapping[str, ModuleType]) -> None:
    """Put back what was replaced or removed, and remove what came, but for real installed modules.

    Those stay because an extension module cannot be imported a second time.
    """
    for name in [name for name in sys.modules if name not in before and not _is_installed(name)]:
        del sys.modules[name]
    for name, module in before.items():
        if sys.modules.get(name) is not module:
            sys.modules[name] = module


def _is_installed(name: str) -> bool:
    """Whether the module of this name is the one that the running environment or the checkout has."""
    spec = getattr(sys.modules[name], "__spec__", None)
    if spec is None or spec.name != name:
        return False
    return spec.origin in {"built-in", "frozen"} or any(
        str(place).startswith(_REAL_FOLDERS) for place in (spec.origin, *(spec.submodule_search_locations or ()))
    )


_REAL_FOLDERS = tuple(
    folder.rstrip(os.sep) + os.sep
    for folder in {
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
        str(Path(__file__).resolve().parents[2]),
    }
)

"""Where settings stand on disk: the machine's file, the user's, and `[tool.load]` of the project."""

from __future__ import annotations

import os
import sys

from load import _folders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any


class Layer:
    """What one file says: the settings, and the name that messages give it."""

    __slots__ = ("origin", "values")

    def __init__(self, values: dict[str, Any], origin: str) -> None:
        self.values = values
        self.origin = origin


def machine_settings() -> Layer:
    """The settings of the machine's administrator."""
    # A ceiling that cannot be read is not leave to go above it.
    return _settings_file(os.path.join(_folders.machine_config(), "load.toml"), hidden=False)


def user_settings() -> Layer:
    """The settings of the user."""
    return _settings_file(os.path.join(_folders.user_config(), "load.toml"))


def project_settings(start: str | None) -> Layer:
    """`[tool.load]` of the project around the running script, or around `start`."""
    path = find_project_file(start)
    if path is None:
        return Layer({}, "project")
    tool = _read_toml(path, marker=b"load").get("tool", {})
    values = tool.get("load", {}) if isinstance(tool, dict) else {}
    origin = f"[tool.load] of {path}"
    if not isinstance(values, dict):
        from load.errors import ConfigError

        raise ConfigError(f"tool.load of {path} is not a table.", key="", origin=origin, hint="write [tool.load]")
    settings = {key.replace("-", "_"): value for key, value in values.items()}
    settings.pop("budget", None)  # which `load profile --budget pyproject.toml` reads
    return Layer(settings, origin)


def _settings_file(path: str, *, hidden: bool = True) -> Layer:
    values = _read_toml(path, hidden=hidden)
    return Layer({key.replace("-", "_"): value for key, value in values.items()}, path)


def _read_toml(path: str, marker: bytes = b"", *, hidden: bool = True) -> dict[str, Any]:
    """A TOML file's content; nothing where there is none, or where `marker` does not occur in it.

    Args:
        path: the file.
        marker: what a file that matters has in it.
        hidden: whether a file that may not be read counts as none.
    """
    try:
        with open(path, "rb") as file:
            data = file.read()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        if hidden and isinstance(error, PermissionError):
            return {}
        from load.errors import ConfigError

        raise ConfigError(
            f"{path} cannot be read: {error.strerror}.", key="", origin=path, hint=f"make {path} a file, or remove it"
        ) from error
    if marker not in data:
        return {}
    import tomllib

    try:
        return tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits
        from load.errors import ConfigError

        raise ConfigError(f"{path} is not valid TOML: {error}.", key="", origin=path, hint=f"correct {path}") from error


def find_project_file(start: str | None) -> str | None:
    """The nearest `pyproject.toml` at or above `start`, or the running script's folder, or the working directory."""
    folder = start or script_folder(sys.modules.get("__main__")) or _working_directory()
    while folder:
        candidate = os.path.join(folder, "pyproject.toml")
        if os.path.isfile(candidate):
            return candidate
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent
    return None


def _working_directory() -> str | None:
    try:
        return os.getcwd()
    except FileNotFoundError:  # the folder was removed under the process
        return None


def script_folder(main: ModuleType | None) -> str | None:
    """The folder of the script that is `__main__`; None for a prompt, a notebook, and a command of an environment."""
    path = getattr(main, "__file__", None)
    if not path or not os.path.exists(path):
        return None
    folder = os.path.dirname(os.path.abspath(path))
    installed = os.path.normcase(os.path.realpath(sys.prefix)) + os.sep
    return None if os.path.normcase(os.path.realpath(folder) + os.sep).startswith(installed) else folder


def project_requirements(path: str | None) -> tuple[str, ...]:
    """`[project] dependencies` and all extras of a `pyproject.toml`, as written."""
    if path is None:
        return ()
    project = _read_toml(path, marker=b"dependencies").get("project", {})
    if not isinstance(project, dict):
        return ()
    optional = project.get("optional-dependencies", {})
    lists = [project.get("dependencies", []), *(optional.values() if isinstance(optional, dict) else ())]
    return tuple(item for each in lists if isinstance(each, list) for item in each if isinstance(item, str))

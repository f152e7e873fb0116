"""The lock: which files of which distributions a project is installed from.

A lock is a `pylock.load.toml` in the form of PEP 751 (https://packaging.python.org/specifications/pylock-toml/), so
that uv and pip install from it as well. What `load` adds stands in `[tool.load]`. A lock may come from a stranger:
every value that reaches a backend is checked when it is read.
"""

from __future__ import annotations

import os

from load import _config
from load._install.locked import FILE_NAME, Locked, LockedFile, LockFile, error_in, making
from load._settings_files import find_project_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["FILE_NAME", "LockFile", "Locked", "LockedFile", "find", "place", "read"]


def place(start: str | None = None) -> str:
    """Where the lock of a project lies, or would lie.

    Beside the project's `pyproject.toml`, else beside the script that runs, else in the working directory.

    Args:
        start: the folder of a script in the project; that of the running program by default.
    """
    project = find_project_file(start) if start is not None else _config.project_file()
    if project is not None:
        return os.path.join(os.path.dirname(project), FILE_NAME)
    folder = start or _config.project_folder() or _config.running_script_folder() or os.getcwd()
    return os.path.join(folder, FILE_NAME)


def find() -> str | None:
    """The lock of the running program's project, or None."""
    path = place()
    return path if os.path.isfile(path) else None


def read(path: str) -> LockFile:
    """Read a lock.

    Raises:
        ConfigError: it cannot be read, or is none; the error names the file and the place in it.
    """
    from load._install.lock_reading import lock_of

    return lock_of(_table(path), os.path.abspath(path))


def _table(path: str) -> dict[str, Any]:
    import tomllib

    from load.errors import ConfigError

    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except OSError as error:
        hint = making(path) if isinstance(error, FileNotFoundError) else "name a file: pylock.toml or pylock.NAME.toml"
        raise ConfigError(
            f"The lock {path} cannot be read: {error.strerror}.", hint=hint, key="", origin=path
        ) from error
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits
        raise error_in(path, "", f"is not valid TOML: {error}") from error

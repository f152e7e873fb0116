"""A person's "always": names are added to `[tool.load] allow` of the project's file, whose form is kept."""

from __future__ import annotations

import os

from load import _config
from load._names import normalize
from load.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def add(names: Sequence[str]) -> str:
    """Add distributions to the `allow` list of the project; it holds at once in this process.

    Args:
        names: distributions.

    Returns:
        The path of the file written.

    Raises:
        ConfigError: there is no project, or its file cannot be read or written; it is as it was then.
    """
    path = _config.project_file()
    if path is None:
        raise ConfigError(
            "There is no project to allow it for.", key="allow", origin="project", hint="load install NAME"
        )
    text = _read(path)
    _write(path, _with_names(text, names, path))
    _config.reread_files()
    return path


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", newline="") as file:  # line ends stay as they are
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise _failure(path, "read", error) from error


def _failure(path: str, verb: str, error: Exception) -> ConfigError:
    fact = getattr(error, "strerror", None) or str(error)
    return ConfigError(f"{path} cannot be {verb}: {fact}.", key="allow", origin=path, hint=f"correct {path}")


def _with_names(text: str, names: Sequence[str], path: str) -> str:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise _failure(path, "read", error) from error
    table: Any = document
    for key in ("tool", "load"):
        if key not in table:
            table[key] = tomlkit.table(is_super_table=key == "tool")
        table = table[key]
    allowed = table.setdefault("allow", tomlkit.array())
    if not isinstance(allowed, list):
        raise ConfigError(f"allow of {path} is not a list.", key="allow", origin=path, hint=f"correct {path}")
    there = {normalize(str(name)) for name in allowed}
    for name in dict.fromkeys(map(normalize, names)):
        if name not in there:
            allowed.append(name)
    result = tomlkit.dumps(document)
    return result.replace("\r\n", "\n").replace("\n", "\r\n") if "\r\n" in text else result


def _write(path: str, text: str) -> None:
    """Write the file whole or not at all, with its mode, and through a link."""
    real = os.path.realpath(path)
    part = f"{real}.{os.getpid()}.part"
    try:
        mode = os.stat(real).st_mode
        if not os.access(real, os.W_OK):
            raise PermissionError(13, "it is read-only")  # replacing it would go around its mode
        with open(part, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.chmod(part, mode)
        os.replace(part, real)
    except OSError as error:
        if os.path.exists(part):
            os.remove(part)
        raise _failure(path, "written", error) from error

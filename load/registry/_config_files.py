"""The file of a config: UTF-8 and JSON, read strictly.

Source: RFC 8259
"""

from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path
from typing import Any, NamedTuple

from load.errors import ConfigError
from load.registry import _config_failing as failing


def folder_of(path: str | os.PathLike[str]) -> Path:
    """The folder that a user names.

    Raises:
        ConfigError: it is nothing that a folder can be called.
        TypeError: it is not a path.
    """
    folder = Path(path)
    if "\0" in str(folder):
        raise failing.no_path(str(folder), "a null byte")
    try:
        os.fsencode(folder)
    except UnicodeEncodeError as error:
        raise failing.no_path(str(folder), "a character that no name can have") from error
    return folder


def check_filename(name: object) -> None:
    """Make sure that a name is that of a file in a folder, wherever that is.

    Raises:
        ConfigError: it is a path, or nothing.
    """
    if not isinstance(name, str) or name in ("", ".", "..") or set(name) & set("/\\:\0"):
        raise ConfigError(
            f"{name!r} is not a name of a file in a folder.",
            key="config_filename",
            hint="give a name like 'config.json'",
        )


# -- reading -----------------------------------------------------------------------------------------------------------


class File(NamedTuple):
    """The file of a config, read.

    Attributes:
        path: of it.
        values: what it holds.
        stamp: tells it from the one that is put into its place.
    """

    path: str
    values: dict[str, Any]
    stamp: tuple[int, ...]


def stamp_of(stat_of: os.stat_result) -> tuple[int, ...]:
    """What tells a file from another of the same name."""
    return stat_of.st_dev, stat_of.st_ino, stat_of.st_size, stat_of.st_mtime_ns


def read(folder: Path, name: str) -> File:
    """Read the file of a config.

    Raises:
        ConfigError: it is not there (then it is a FileNotFoundError or a NotADirectoryError as well), or holds no
            JSON object.
        OSError: it cannot be read.
    """
    check_filename(name)
    path = os.path.join(folder, name)
    try:
        with open(path, "rb", opener=_at_once) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise failing.not_a_file(path, found.st_mode)
            data = file.read()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise failing.not_found(path, folder, name) from error
    except OSError as error:
        _refuse(path, error)
        raise
    return File(path, parsed(data, path), stamp_of(found))


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))  # a pipe that nobody writes to would be waited for


def _refuse(path: str, error: OSError) -> None:
    """Say it better, if something that cannot be opened is not a file."""
    if isinstance(error, ConfigError):
        return
    if error.errno == errno.ELOOP:
        raise failing.leads_nowhere(path, path) from error
    try:
        mode = os.stat(path).st_mode
    except OSError:  # what could not be opened may not be looked at either; the error that there is says so
        return
    if not stat.S_ISREG(mode):
        raise failing.not_a_file(path, mode) from error


def parsed(data: str | bytes, where: str) -> dict[str, Any]:
    """The object in a JSON text.

    Args:
        data: the text.
        where: what errors call it.

    Raises:
        ConfigError: it is not a JSON object; or it has a key twice, or NaN, or a number that is too large.
    """
    text = _decoded(data, where) if isinstance(data, bytes) else data.removeprefix("\ufeff")
    if not text.strip():
        raise failing.not_json(where, "is empty", "save_pretrained writes it anew")
    try:
        values = json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float)
    except json.JSONDecodeError as error:
        place = f"{where}:{error.lineno}:{error.colno}"
        raise failing.not_json(place, f"is not JSON: {error.msg}", "correct the place") from error
    except RecursionError as error:
        raise failing.not_json(where, "is nested too deep", "flatten it") from error
    except _Refused as error:
        raise failing.not_json(where, str(error), "correct it") from error
    except ValueError as error:
        raise failing.not_json(where, "holds a number of too many digits", "write it as a text") from error
    if not isinstance(values, dict):
        raise failing.not_json(where, f"holds {failing.word_for(values)}, not an object", "put it in braces, with keys")
    return values


def _decoded(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line, column = before.count(b"\n") + 1, len(before) - (before.rfind(b"\n") + 1) + 1
        raise failing.not_json(
            f"{where}:{line}:{column}", f"is not UTF-8: the byte 0x{data[error.start]:02x}", "save it as UTF-8"
        ) from error


class _Refused(ValueError):
    """What Python's own parser takes, and JSON does not."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _Refused(f"has the key {failing.shown(key)} twice")
            seen.add(key)
    return values


def _constant(text: str) -> float:
    raise _Refused(f"holds {text}, which is not JSON")


def _float(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise _Refused(f"holds the number {failing.cut(text)}, which is too large")
    return number


# -- writing -----------------------------------------------------------------------------------------------------------


def text_of(values: dict[str, Any]) -> str:
    """Values as a JSON text that people can read."""
    try:
        text = json.dumps(values, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
        text.encode("utf-8")
    except UnicodeEncodeError:  # half of a surrogate pair, as in names of files that are no text
        text = json.dumps(values, allow_nan=False, indent=2) + "\n"
    except ValueError as error:
        raise failing.not_json(
            "the config", "cannot stand in JSON: a number has too many digits", "write it as a text"
        ) from error
    return text

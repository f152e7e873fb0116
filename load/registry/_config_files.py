"""The file of a config: UTF-8 and JSON, read strictly, written whole or not at all.

Source: RFC 8259
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from load.errors import ConfigError
from load.registry import _config_failing as failing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def check_filename(name: object) -> None:
    """Make sure that a name is that of a file in a folder, wherever that is.

    Raises:
        ConfigError: it is a path, or nothing.
    """
    if not isinstance(name, str) or name in ("", ".", "..") or set(name) & set("/\\:\0"):
        raise ConfigError(
            f"{name!r} is no name of a file in a folder.", key="config_filename", hint="give a name like 'config.json'"
        )


# -- reading -----------------------------------------------------------------------------------------------------------


def read(folder: Path, name: str) -> tuple[str, dict[str, Any]]:
    """What the file of a config holds.

    Returns:
        Its path, and its values.

    Raises:
        ConfigError: it is not there (then it is a FileNotFoundError or a NotADirectoryError as well), or holds no
            JSON object.
        OSError: it cannot be read.
    """
    check_filename(name)
    path = os.path.join(folder, name)
    try:
        with open(path, "rb") as file:
            data = file.read()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise failing.not_found(path, folder, name) from error
    return path, parsed(data, path)


def parsed(data: str | bytes, where: str) -> dict[str, Any]:
    """The object in a JSON text.

    Args:
        data: the text.
        where: what errors call it.

    Raises:
        ConfigError: it is no JSON object; or it has a key twice, or NaN, or a number that is too large.
    """
    text = _decoded(data, where) if isinstance(data, bytes) else data.removeprefix("\ufeff")
    if not text.strip():
        raise failing.not_json(where, "is empty", "save_pretrained writes it anew")
    try:
        values = json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float)
    except json.JSONDecodeError as error:
        place = f"{where}:{error.lineno}:{error.colno}"
        raise failing.not_json(place, f"is no JSON: {error.msg}", "correct the place") from error
    except RecursionError as error:
        raise failing.not_json(where, "is nested too deep", "flatten it") from error
    except ValueError as error:  # from below, and integers of thousands of digits
        raise failing.not_json(where, str(error).rstrip("."), "correct it") from error
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


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"has the key {next(key for key in keys if keys.count(key) > 1)!r} twice")
    return values


def _constant(text: str) -> float:
    raise ValueError(f"holds {text}, which is no JSON")


def _float(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"holds the number {text[:40]}, which is too large")
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
        raise failing.not_json("the config", f"cannot stand in JSON: {error}", "make it smaller") from error
    return text


@contextmanager
def saving(folder: Path, name: str) -> Iterator[None]:
    """A folder that something is saved in: made first, and taken away again if that fails and nothing is in it.

    Raises:
        ConfigError: a file stands where a folder should be; it is a NotADirectoryError as well.
        OSError: it cannot be made.
    """
    made: list[Path] = []
    for each in (folder, *folder.parents):
        if os.path.lexists(each):
            break
        made.append(each)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException as error:
        for each in made:
            with suppress(OSError):
                each.rmdir()
        if isinstance(error, (FileExistsError, NotADirectoryError)) and not folder.is_dir():
            raise failing.not_a_folder(os.path.join(folder, name), folder) from error
        raise


def write(path: str, text: str) -> None:
    """Write a file beside the old one, and put it in its place; where that was a link, what it led to stays.

    Raises:
        OSError: it cannot be written; what was there is there.
    """
    if os.path.exists(path) and not os.access(path, os.W_OK):
        raise PermissionError(13, "it is read-only", path)  # replacing it would go around its mode
    part = f"{path}.{os.urandom(4).hex()}.part"
    try:
        with open(part, "xb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            os.chmod(part, os.stat(path).st_mode & 0o7777)
        os.replace(part, path)
    finally:
        with suppress(FileNotFoundError):
            os.remove(part)

"""Profiles read from and written to files: whole or not at all."""

from __future__ import annotations

import json
import os
from contextlib import suppress

from load._report.document import checked
from load.errors import ProfileError

_OPEN = ("/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/self/fd/")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from load._report.document import Profile


def read_document(text: str | bytes) -> Profile:
    """Read a profile that was written as JSON.

    Args:
        text: all of it; bytes are UTF-8, with its mark at the beginning or without.

    Raises:
        ProfileError: it is not JSON, or no profile; the error says where.
    """
    try:
        document = json.loads(text.decode("utf-8-sig") if isinstance(text, bytes) else text)
    except RecursionError as error:
        raise _no_json("it is nested too deeply") from error
    except UnicodeDecodeError as error:
        raise _no_json(f"byte {error.start} is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise _no_json(f"line {error.lineno}, column {error.colno}: {error.msg}") from error
    except ValueError as error:  # a number of more digits than Python reads
        raise _no_json(str(error)) from error
    return checked(document)


def as_json(document: Mapping[str, Any], *, ascii_only: bool = False) -> str:
    """A profile as JSON, one module a line, so that two can be compared.

    Args:
        document: the profile.
        ascii_only: escape all other characters.

    Raises:
        ProfileError: it is not a profile.
    """
    profile = checked(document)
    rows = ",\n".join(f"  {_dumped(each, ascii_only)}" for each in profile["modules"])
    fields = [f' "modules": [\n{rows}\n ]' if name == "modules" else f' "{name}": {_dumped(value, ascii_only)}'
              for name, value in profile.items()]  # fmt: skip
    return "{\n" + ",\n".join(fields) + "\n}\n"


def check_place(path: str) -> None:
    """Make sure that a file can be written, before there is anything to write.

    Raises:
        ProfileError: its folder is not there, or a folder stands in its place.
    """
    folder = os.path.dirname(os.path.realpath(path))
    if os.path.isdir(path):
        raise ProfileError(f"{path} cannot be written: it is a folder.", hint="give the path of a file")
    if not os.path.exists(path) and not os.path.isdir(folder):
        fact = f"{path} cannot be written: its folder is not there."
        raise ProfileError(fact, context=(f"the folder: {folder}",), hint="make the folder, or give another path")


def write(path: str | os.PathLike[str], text: str) -> None:
    """Write a text whole or not at all, as UTF-8; where a link stood, what it led to is written.

    Args:
        path: the file; what was in it is gone.
        text: what it is to hold.

    Raises:
        OSError: it cannot be written; what was there is there.
    """
    if _is_stream(path):
        with open(path, "ab") as file:  # a file behind it may hold more
            file.write(_encoded(text))
        return
    real = os.path.realpath(path)
    if os.path.exists(real) and not os.access(real, os.W_OK):
        raise PermissionError(13, "it is read-only", os.fspath(path))  # replacing it would go around its mode
    part = f"{real}.{os.urandom(4).hex()}.part"
    try:
        with open(part, "xb") as file:
            file.write(_encoded(text))
        with suppress(FileNotFoundError):
            os.chmod(part, os.stat(real).st_mode & 0o7777)
        os.replace(part, real)
    finally:
        with suppress(FileNotFoundError):
            os.remove(part)


def _is_stream(path: str | os.PathLike[str]) -> bool:
    """Whether nothing can take its place: a pipe, a device, what is open already under a number (/dev/stdout)."""
    if os.path.abspath(os.fspath(path)).startswith(_OPEN):
        return True
    return os.path.exists(path) and not os.path.isfile(path)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")  # a path may hold halves of surrogate pairs, which no UTF-8 has


def _dumped(value: object, ascii_only: bool) -> str:
    return json.dumps(value, ensure_ascii=ascii_only, allow_nan=False)


def _no_json(what: str) -> ProfileError:
    return ProfileError("This profile cannot be read: it is not JSON.", context=(what,), hint="profile again")

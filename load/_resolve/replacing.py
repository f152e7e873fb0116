"""Writing a file whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress

from load.errors import SourceError


def replace_file(path: str, data: bytes) -> None:
    """Put new content in the place of a file, which is never seen half written.

    Links are followed; the permissions of a file that is there stay, and so does its owner as far as that may be.

    Args:
        path: the file, which need not be there.
        data: its new content.

    Raises:
        SourceError: it cannot be written; nothing was changed.
    """
    real = os.path.realpath(path)
    if os.path.exists(real) and not os.access(real, os.W_OK):
        raise _not_written(path, "it is read-only")
    part = f"{real}.{os.getpid()}.part"
    try:
        with open(part, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _take_over_permissions(real, part)
        os.replace(part, real)
    except OSError as error:
        raise _not_written(path, error.strerror or str(error)) from error
    finally:
        if os.path.exists(part):
            os.remove(part)


def _take_over_permissions(old: str, new: str) -> None:
    try:
        status = os.stat(old)
    except FileNotFoundError:
        return
    if hasattr(os, "chown") and (status.st_uid, status.st_gid) != (os.getuid(), os.getgid()):
        with suppress(PermissionError):  # only root gives files away
            os.chown(new, status.st_uid, status.st_gid)
    os.chmod(new, status.st_mode & 0o7777)


def _not_written(path: str, fact: str) -> SourceError:
    return SourceError(f"{path} cannot be written: {fact}.", hint="make it, and the folder it lies in, writable")

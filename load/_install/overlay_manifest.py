"""The manifest of an overlay: what it holds, for which Python, and what tells a change of it.

It is written before the overlay is renamed into place, so that an overlay without one is none. The RECORD of each
distribution has the hashes of its files; the manifest has those of the RECORDs.
"""

from __future__ import annotations

import os
import sys
import time

from load._install import installed
from load._install.overlay_use import manifest_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any


class Manifest:
    """What an overlay says of itself.

    Attributes:
        pins: distribution → version.
        requirements: what was asked for when it was made, credentials redacted.
        python: what tells its Python and platform from others, as in the overlay's name.
        version: the version of that Python.
        executable: the interpreter of that Python, outside of any virtual environment; "" where it has none.
        created: when it was made, ISO 8601 in UTC.
        records: `.dist-info` folder → SHA-256 of its RECORD.
    """

    __slots__ = ("created", "executable", "pins", "python", "records", "requirements", "version")

    def __init__(
        self,
        *,
        pins: Mapping[str, str],
        requirements: Sequence[str],
        python: str,
        version: str,
        executable: str,
        created: str,
        records: Mapping[str, str],
    ) -> None:
        self.pins = dict(pins)
        self.requirements = tuple(requirements)
        self.python = python
        self.version = version
        self.executable = executable
        self.created = created
        self.records = dict(records)

    @property
    def python_is_gone(self) -> bool:
        """Whether the Python that it was made for is not there any more."""
        return bool(self.executable) and not os.path.exists(self.executable)


def write(folder: str, *, requirements: Sequence[str], python: str) -> None:
    """Write the manifest of a finished overlay that is not in its place yet.

    Args:
        folder: where it was built.
        requirements: what was asked for.
        python: the key of this Python.
    """
    import json

    from load._redact import redact

    there = installed.visible([folder]).values()
    manifest = {
        "pins": {each.name: each.version for each in sorted(there, key=lambda each: each.name)},
        "requirements": [redact(each) for each in requirements],
        "python": python,
        "version": sys.version.split()[0],
        "executable": getattr(sys, "_base_executable", "") or sys.executable or "",
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "records": {name: record_digest(os.path.join(folder, name)) for name in metadata_folders(folder)},
    }
    path = manifest_path(folder)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(manifest, file, indent=1)


def read(folder: str) -> Manifest | None:
    """The manifest of an overlay; None where there is none that could be read."""
    import json

    try:
        with open(manifest_path(folder), encoding="utf-8") as file:
            content = json.load(file)
        return _checked(Manifest(**{name: content[name] for name in Manifest.__slots__}))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _checked(manifest: Manifest) -> Manifest:
    """The manifest, if all in it is of the right kind."""
    texts: list[Any] = [getattr(manifest, name) for name in ("python", "version", "executable", "created")]
    texts += [*manifest.requirements, *manifest.pins.values(), *manifest.records.values()]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a text was expected")
    return manifest


def metadata_folders(folder: str) -> list[str]:
    """The names of the `.dist-info` folders of an overlay."""
    return sorted(name for name in os.listdir(folder) if name.endswith(".dist-info"))


def record_digest(metadata: str) -> str:
    """SHA-256 of the RECORD in a `.dist-info` folder; "" where there is none."""
    import hashlib

    try:
        with open(os.path.join(metadata, "RECORD"), "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


def clash(one: str, other: str) -> bool:
    """Whether two overlays hold different versions of one distribution."""
    first, second = read(one), read(other)
    if first is None or second is None:
        return True
    return any(second.pins.get(name, version) != version for name, version in first.pins.items())

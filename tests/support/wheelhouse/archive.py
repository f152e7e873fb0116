"""Writes wheels with nothing but the standard library.

Sources: the specifications of the binary distribution format, of core metadata and of recording installed
projects.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import tarfile
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_WRITTEN = (2020, 1, 1, 0, 0, 0)
_REGULAR_FILE = 0o100644 << 16


@dataclass(frozen=True)
class Metadata:
    """What a distribution says of itself.

    Attributes:
        name: the distribution's name as written by its author.
        version: its version.
        requires: requirements (PEP 508).
        extras: requirements by the name of the extra that asks for them.
        entry_points: targets by name by group: `{"console_scripts": {"hello": "hello:main"}}`.
        requires_python: a version specifier, or None.
        declared_imports: the `Import-Name` fields of PEP 794; none leaves the metadata at version 2.2.
        dynamic: metadata fields that only a build can tell (PEP 643).
    """

    name: str
    version: str = "1.0"
    requires: Sequence[str] = ()
    extras: Mapping[str, Sequence[str]] = field(default_factory=dict)
    entry_points: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    requires_python: str | None = None
    declared_imports: Sequence[str] = ()
    dynamic: Sequence[str] = ()

    @property
    def stem(self) -> str:
        """`name-version` as file names spell it."""
        return f"{escaped(self.name)}-{self.version.replace('-', '_')}"

    def text(self) -> str:
        """The METADATA (or PKG-INFO) file."""
        lines = [
            f"Metadata-Version: {'2.5' if self.declared_imports else '2.2'}",
            f"Name: {self.name}",
            f"Version: {self.version}",
            "Summary: Made by a test",
            *(f"Dynamic: {name}" for name in self.dynamic),
            *([f"Requires-Python: {self.requires_python}"] if self.requires_python else []),
            *(f"Requires-Dist: {requirement}" for requirement in self.requires),
            *self._extra_lines(),
            *(f"Import-Name: {name}" for name in self.declared_imports),
        ]
        return "\n".join(lines) + "\n"

    def entry_points_text(self) -> str:
        """The entry_points.txt file; empty where there are none."""
        return "\n".join(
            "\n".join([f"[{group}]", *(f"{name} = {target}" for name, target in targets.items()), ""])
            for group, targets in self.entry_points.items()
        )

    def _extra_lines(self) -> list[str]:
        lines = []
        for extra, requirements in self.extras.items():
            lines.append(f"Provides-Extra: {extra}")
            for requirement in requirements:
                what, _, marker = requirement.partition(";")
                condition = f"({marker.strip()}) and extra == '{extra}'" if marker else f"extra == '{extra}'"
                lines.append(f"Requires-Dist: {what.strip()}; {condition}")
        return lines


def escaped(name: str) -> str:
    """A distribution's name as file names spell it."""
    return re.sub(r"[-_.]+", "_", name).lower()


def dist_info(metadata: Metadata, tag: str = "py3-none-any") -> dict[str, bytes]:
    """The files of the `.dist-info` folder, by path, without RECORD."""
    folder = f"{metadata.stem}.dist-info"
    wheel = f"Wheel-Version: 1.0\nGenerator: load-tests\nRoot-Is-Purelib: true\nTag: {tag}\n"
    files = {f"{folder}/METADATA": metadata.text().encode(), f"{folder}/WHEEL": wheel.encode()}
    if metadata.entry_points:
        files[f"{folder}/entry_points.txt"] = metadata.entry_points_text().encode()
    return files


def record(files: Mapping[str, bytes], record_path: str, wrong: Collection[str] = ()) -> str:
    """The RECORD file for `files`; the paths in `wrong` get the hash of something else."""
    lines = [f"{path},{_hash(b'other' if path in wrong else data)},{len(data)}" for path, data in files.items()]
    return "\n".join([*lines, f"{record_path},,", ""])


def _hash(data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"sha256={digest}"


def write_wheel(
    folder: Path,
    metadata: Metadata,
    files: Mapping[str, bytes],
    *,
    tag: str = "py3-none-any",
    wrong_record: Collection[str] = (),
    also_recorded: Collection[str] = (),
) -> Path:
    """Write one wheel into `folder` and return its path.

    Args:
        folder: where to; it must exist.
        metadata: what the wheel says of itself.
        files: contents by path inside the wheel, written as given, `..` included.
        tag: the compatibility tag in the file name and in WHEEL.
        wrong_record: paths whose hash in RECORD is not that of their content.
        also_recorded: paths that RECORD lists besides, and that are no files of the wheel.
    """
    contents = {**files, **dist_info(metadata, tag)}
    record_path = f"{metadata.stem}.dist-info/RECORD"
    listed = record(contents, record_path, wrong_record) + "".join(f"{path},,\n" for path in also_recorded)
    contents[record_path] = listed.encode()
    path = folder / f"{metadata.stem}-{tag}.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            entry = zipfile.ZipInfo(name, _WRITTEN)
            entry.external_attr = _REGULAR_FILE
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return path


def write_sdist(folder: Path, metadata: Metadata, root: Path) -> Path:
    """Pack the project at `root`, with its PKG-INFO, into `folder` and return the path of the `.tar.gz`."""
    path = folder / f"{metadata.stem}.tar.gz"
    files = [file for file in sorted(root.rglob("*")) if file.is_file() and "__pycache__" not in file.parts]
    contents = {file.relative_to(root).as_posix(): file.read_bytes() for file in files}
    contents["PKG-INFO"] = metadata.text().encode()
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as archive:
        for name, data in contents.items():
            entry = tarfile.TarInfo(f"{metadata.stem}/{name}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return path

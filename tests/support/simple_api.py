"""The pages of a package index: the simple repository API, HTML (PEP 503) and JSON (PEP 691, PEP 700)."""

from __future__ import annotations

import hashlib
import html
import json
import re
import tarfile
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

HTML = "text/html"
HTML_V1 = "application/vnd.pypi.simple.v1+html"
JSON_V1 = "application/vnd.pypi.simple.v1+json"


@dataclass(frozen=True)
class IndexedFile:
    """One file that an index offers.

    Attributes:
        path: where it lies.
        project: the normalised name of its project.
        version: its version.
        sha256: the hash that the index says it has.
        upload_time: when it was uploaded, in ISO 8601; None: the index does not say (PEP 700).
        yanked: False, True or the reason (PEP 592).
        requires_python: a version specifier, or None.
        metadata: the METADATA offered beside it (PEP 658), or None.
    """

    path: Path
    project: str
    version: str
    sha256: str
    upload_time: str | None
    yanked: bool | str
    requires_python: str | None
    metadata: bytes | None

    @property
    def url(self) -> str:
        """Its address relative to its project's page."""
        return f"../../files/{quote(self.path.name)}"


def normalised(name: str) -> str:
    """A project's name as the addresses of an index spell it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def name_and_version(file: Path) -> tuple[str, str]:
    """The normalised name and the version that a wheel's or an sdist's file name says.

    Raises:
        ValueError: it is neither.
    """
    if file.name.endswith(".whl"):
        name, version = file.name.split("-")[:2]
    elif file.name.endswith(".tar.gz"):
        name, _, version = file.name.removesuffix(".tar.gz").rpartition("-")
    else:
        raise ValueError(f"{file.name} is neither a wheel nor an sdist")
    return normalised(name), version


def inner_metadata(file: Path) -> bytes | None:
    """The METADATA of a wheel or the PKG-INFO of an sdist; None where the archive cannot be read."""
    try:
        return _wheel_metadata(file) if file.suffix == ".whl" else _sdist_metadata(file)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError):
        return None  # truncated on purpose; an index offers what it was given


def _wheel_metadata(file: Path) -> bytes | None:
    with zipfile.ZipFile(file) as archive:
        names = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return archive.read(names[0]) if names else None


def _sdist_metadata(file: Path) -> bytes | None:
    with tarfile.open(file) as archive:
        for entry in archive:
            content = archive.extractfile(entry) if entry.name.count("/") == 1 else None
            if content is not None and entry.name.endswith("/PKG-INFO"):
                return content.read()
    return None


def required_python(metadata: bytes | None) -> str | None:
    """The `Requires-Python` field of a METADATA file."""
    return BytesParser().parsebytes(metadata)["Requires-Python"] if metadata else None


def negotiated(accept: str, offered: Collection[str]) -> str | None:
    """The offered content type that an `Accept` header likes best (RFC 9110); None where it wants none."""
    best: tuple[float, str] | None = None
    for item in accept.split(","):
        kind, *parameters = (part.strip() for part in item.split(";"))
        weight = next((float(each[2:]) for each in parameters if each.startswith("q=")), 1.0)
        match = HTML if kind in {"*/*", "text/*"} else kind
        if match in offered and (best is None or weight > best[0]):
            best = (weight, match)
    return best[1] if best else None


def page(kind: str, project: str | None, files: Sequence[IndexedFile]) -> bytes:
    """The page of a project, or, where `project` is None, the list of all projects."""
    if kind == JSON_V1:
        return json.dumps(_json(project, files)).encode()
    return _html(project, files).encode()


def _json(project: str | None, files: Sequence[IndexedFile]) -> dict[str, Any]:
    meta = {"api-version": "1.1"}
    if project is None:
        return {
            "meta": meta,
            "projects": [{"name": name} for name in sorted({file.project for file in files})],
        }
    versions = list(dict.fromkeys(file.version for file in files))
    return {
        "meta": meta,
        "name": project,
        "versions": versions,
        "files": [_json_file(file) for file in files],
    }


def _json_file(file: IndexedFile) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "filename": file.path.name,
        "url": file.url,
        "hashes": {"sha256": file.sha256},
        "size": file.path.stat().st_size,
        "yanked": file.yanked,
    }
    if file.upload_time is not None:
        entry["upload-time"] = file.upload_time
    if file.requires_python is not None:
        entry["requires-python"] = file.requires_python
    if file.metadata is not None:
        entry["core-metadata"] = {"sha256": hashlib.sha256(file.metadata).hexdigest()}
    return entry


def _html(project: str | None, files: Sequence[IndexedFile]) -> str:
    if project is None:
        links = [f'<a href="{name}/">{name}</a>' for name in sorted({file.project for file in files})]
    else:
        links = [_html_link(file) for file in files]
    head = '<meta name="pypi:repository-version" content="1.1"><title>A local index</title>'
    return f"<!DOCTYPE html>\n<html><head>{head}</head><body>\n" + "<br>\n".join(links) + "\n</body></html>\n"


def _html_link(file: IndexedFile) -> str:
    attributes = {"href": f"{file.url}#sha256={file.sha256}"}
    if file.requires_python is not None:
        attributes["data-requires-python"] = file.requires_python
    if file.yanked:
        attributes["data-yanked"] = file.yanked if isinstance(file.yanked, str) else ""
    if file.metadata is not None:
        attributes["data-core-metadata"] = f"sha256={hashlib.sha256(file.metadata).hexdigest()}"
    written = " ".join(f'{name}="{html.escape(value)}"' for name, value in attributes.items())
    return f"<a {written}>{html.escape(file.path.name)}</a>"

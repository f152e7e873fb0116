"""The text of a lock from what pip reports: pip's own `lock` is an experiment, its report is not.

Sources: https://pip.pypa.io/en/stable/reference/installation-report/ and PEP 751.
"""

from __future__ import annotations

from load._names import normalize
from load._redact import without_credentials

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def lock_text(installed: Sequence[dict[str, Any]]) -> str:
    """The text of a lock.

    Args:
        installed: the `install` part of the report.
    """
    import tomlkit

    packages = sorted((_package(each) for each in installed), key=lambda package: package["name"])
    return tomlkit.dumps({"lock-version": "1.0", "created-by": "pip", "packages": packages})


def _package(each: dict[str, Any]) -> dict[str, Any]:
    metadata, source = each["metadata"], each["download_info"]
    package: dict[str, Any] = {"name": normalize(metadata["name"])}
    if "dir_info" in source:
        return {**package, "directory": _directory(source)}
    if "vcs_info" in source:
        return {**package, "version": metadata["version"], "vcs": _vcs(source)}
    package["version"] = metadata["version"]
    if "requires_python" in metadata:
        package["requires-python"] = metadata["requires_python"]
    file = _file(source)
    if each["is_direct"]:
        return {**package, "archive": {**_subdirectory(source), **file}}
    file = {"name": _name(file["url"]), **file}
    return {**package, "wheels": [file]} if file["name"].endswith(".whl") else {**package, "sdist": file}


def _file(source: dict[str, Any]) -> dict[str, Any]:
    info = source["archive_info"]
    hashes = dict(info.get("hashes", {}))
    kind, found, digest = info.get("hash", "").partition("=")  # what pip wrote before it knew several
    if found:
        hashes.setdefault(kind, digest)
    return {"url": without_credentials(source["url"]), "hashes": hashes}


def _vcs(source: dict[str, Any]) -> dict[str, Any]:
    info = source["vcs_info"]
    asked = {"requested-revision": info["requested_revision"]} if "requested_revision" in info else {}
    return {
        "type": info["vcs"],
        "url": without_credentials(source["url"]),
        **asked,
        "commit-id": info["commit_id"],
        **_subdirectory(source),
    }


def _directory(source: dict[str, Any]) -> dict[str, Any]:
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    editable = {"editable": True} if source["dir_info"].get("editable") else {}
    return {"path": url2pathname(urlsplit(source["url"]).path), **editable, **_subdirectory(source)}


def _subdirectory(source: dict[str, Any]) -> dict[str, str]:
    return {"subdirectory": source["subdirectory"]} if "subdirectory" in source else {}


def _name(url: str) -> str:
    from urllib.parse import unquote

    return unquote(url.partition("#")[0].partition("?")[0].rpartition("/")[2])

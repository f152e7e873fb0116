"""Which distribution something that is there belongs to, and where that distribution came from (PEP 610)."""

from __future__ import annotations

import os

from load._find import find
from load._install import installed
from load._redact import without_credentials
from load._resolve import versions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from load._install.installed import Installed
    from load._install.spec import Spec

INDEX, GIT, URL, LOCAL = "index", "git", "url", "local"


class Origin:
    """Where an installed distribution came from.

    Attributes:
        kind: "index", "git", "url" (a file that was fetched) or "local".
        reference: what stands behind the `@` of a direct reference, without credentials; "" for an index.
        editable: whether it is a project folder that stays where it is.
    """

    __slots__ = ("editable", "kind", "reference")

    def __init__(self, kind: str, reference: str = "", *, editable: bool = False) -> None:
        self.kind = kind
        self.reference = reference
        self.editable = editable


def origin_of(distribution: Installed) -> Origin:
    """Where a distribution came from, as its record says (https://packaging.python.org/specifications/direct-url/)."""
    record = versions.direct_url(distribution)
    if record is None:
        return Origin(INDEX)
    url = without_credentials(record["url"])
    subdirectory = record.get("subdirectory", "")
    repository = record.get("vcs_info")
    if isinstance(repository, dict):
        fragment = f"#subdirectory={subdirectory}" if subdirectory else ""
        reference = f"{repository.get('vcs', 'git')}+{url}@{repository.get('commit_id', '')}{fragment}"
        return Origin(LOCAL if url.startswith("file:") else GIT, reference)
    if url.startswith("file:"):
        return Origin(LOCAL, url, editable=bool(record.get("dir_info", {}).get("editable")))
    digest = record.get("archive_info", {}).get("hashes", {}).get("sha256")
    return Origin(URL, f"{url}#sha256={digest}" if digest else url)


def provider(module: str, distributions: Mapping[str, Installed]) -> Installed | None:
    """The distribution that provides a module that is there, or None.

    Of several that share a namespace package it is the one whose file the module is; of an editable one the module lies
    in its project folder.
    """
    file = _file_of(module)
    root = module.partition(".")[0]
    claiming = [each for each in distributions.values() if root in installed.import_names_of(each)]
    if len(claiming) > 1 and file is not None:
        owning = [each for each in claiming if _owns(each, file)]
        claiming = owning or claiming
    if claiming:
        return claiming[0] if len(claiming) == 1 else installed.provider_of(module, dict(distributions))
    return next((each for each in distributions.values() if file is not None and _holds(each, file)), None)


def _file_of(module: str) -> str | None:
    """The file of a module, or of the nearest package above it that has one."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        spec = find(".".join(parts[:length]))
        if spec is not None and spec.has_location and spec.origin:
            return os.path.realpath(spec.origin)
    return None


def _owns(distribution: Installed, file: str) -> bool:
    folder = os.path.realpath(distribution.folder)
    return any(os.path.normpath(os.path.join(folder, name)) == file for name in installed.files_of(distribution))


def _holds(distribution: Installed, file: str) -> bool:
    """Whether a file lies in the project folder of an editable distribution."""
    origin = origin_of(distribution)
    folder = os.path.realpath(versions.path_of(origin.reference)) if origin.editable else ""
    return bool(folder) and file.startswith(folder + os.sep)


def place_of(module: str) -> str | None:
    """Where a module lies that can be found now, or None."""
    spec = find(module.partition(".")[0])
    if spec is None or spec.origin in ("built-in", "frozen"):
        return None
    return spec.origin or next(iter(spec.submodule_search_locations or ()), None)


def installed_from(spec: Spec, path: str, distributions: Mapping[str, Installed]) -> Installed | None:
    """The distribution that came from just the source of a spec, or None."""
    for distribution in distributions.values():
        record = versions.direct_url(distribution)
        if record is not None and versions.is_from(record, spec, path):
            return distribution
    return None

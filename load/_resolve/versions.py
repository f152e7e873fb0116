"""Whether what is installed is what was asked for: its version, its extras, the place it came from."""

from __future__ import annotations

import os
import sys

from load._install import installed
from load._names import normalize
from load.errors import SourceError, VersionConflict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from load._install.installed import Installed
    from load._install.sources import IndexSource
    from load._install.spec import Spec


def suits(spec: Spec, module: str) -> bool:
    """Whether what is visible under an import name has the version and the extras of a spec.

    Raises:
        SourceError: it is a module of the standard library.
        VersionConflict: it is loaded in another version: a loaded one is never replaced under a running program; or it
            belongs to no distribution.
    """
    distributions = installed.visible()
    provider = installed.provider_of(module, distributions)
    if provider is None:
        return _suits_without_distribution(spec, module)
    if spec.version and not contains(spec.version, provider.version):
        if module.partition(".")[0] in sys.modules:
            raise _loaded_in_another_version(spec, module, provider)
        return False
    return not spec.extras or has_extras(provider, spec.extras, distributions)


def _suits_without_distribution(spec: Spec, module: str) -> bool:
    """A module that belongs to no distribution (the standard library, a file beside the script) has no version."""
    from load._find import find

    if find(module) is None:
        return False
    if module.partition(".")[0] in sys.stdlib_module_names:
        raise SourceError(
            f"{module!r} is part of Python itself, and has no versions or extras of its own.",
            text=spec.text,
            hint=f"ask for {module!r} alone",
        )
    raise VersionConflict(
        f"{module!r} belongs to no distribution, so that its version cannot be told.",
        context=[f"asked for {spec.text!r}"],
        hint=f"ask for {module!r} without a version",
        name=module,
        wanted=spec.version or spec.extras,
    )


_WITHOUT_LOAD = "load works with it itself: change it with uv or pip, or in another environment"


def _before(spec: Spec, module: str) -> str:
    ask = f"ask for it before anything else imports {module!r}, in a fresh process"
    return f"{ask}; to have both versions: load.isolated({spec.text!r})"


def _loaded_in_another_version(spec: Spec, module: str, provider: Installed) -> VersionConflict:
    return VersionConflict(
        f"{provider.name} {provider.version} is loaded, and {spec.version} was asked for.",
        context=["a version that is loaded is never replaced under a running program"],
        hint=_before(spec, module) if provider.name not in installed.own_needs() else _WITHOUT_LOAD,
        name=module,
        distribution=provider.name,
        present=provider.version,
        wanted=spec.version,
    )


def contains(specifier: str, version: str) -> bool:
    """Whether a version is one that the specifier admits (PEP 440); one that is installed may be a pre-release."""
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(specifier).contains(version, prereleases=True)


def has_extras(provider: Installed, extras: str, distributions: dict[str, Installed]) -> bool:
    """Whether all that the extras of a distribution require is visible."""
    from importlib.metadata import PathDistribution
    from pathlib import Path

    from packaging.requirements import Requirement

    wanted = [extra.strip() for extra in extras.strip("[]").split(",")]
    requires = PathDistribution(Path(provider.metadata)).requires or []
    for requirement in map(Requirement, requires):
        if any(_applies(requirement, extra) for extra in wanted):
            present = distributions.get(normalize(requirement.name))
            if present is None or not requirement.specifier.contains(present.version, prereleases=True):
                return False
    return True


def _applies(requirement: Any, extra: str) -> bool:
    """Whether a requirement holds with an extra and does not without any."""
    marker = requirement.marker
    return marker is not None and marker.evaluate({"extra": extra}) and not marker.evaluate({"extra": ""})


def is_installed(source: IndexSource) -> bool:
    """Whether the distribution of an index requirement is visible in an admitted version."""
    from packaging.requirements import Requirement

    requirement = Requirement(source.requirement)
    present = installed.visible().get(normalize(requirement.name))
    if present is None or not requirement.specifier.contains(present.version, prereleases=True):
        return False
    return not requirement.extras or has_extras(present, ",".join(requirement.extras), installed.visible())


def names_from(spec: Spec, path: str) -> list[str] | None:
    """The import names of the visible distribution that came from a spec's source (PEP 610), or None if none did."""
    for distribution in installed.visible().values():
        record = direct_url(distribution)
        if record is not None and is_from(record, spec, path):
            return _import_names(distribution, record)
    return None


def direct_url(distribution: Installed) -> dict[str, Any] | None:
    """What a distribution's record says of the source that it came from (PEP 610), or None for an index."""
    try:
        with open(os.path.join(distribution.metadata, "direct_url.json"), encoding="utf-8") as file:
            import json

            found = json.load(file)
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("url"), str) else None


def is_from(record: dict[str, Any], spec: Spec, path: str) -> bool:
    """Whether a record of a source is that of the source that a spec names."""
    from load._install.sources import GitSource, WheelSource
    from load._redact import without_credentials

    source = spec.source
    if isinstance(source, GitSource):
        return _is_from_git(record, source)
    if isinstance(source, WheelSource):  # a record holds no credentials (PEP 610)
        return without_credentials(record["url"]) == without_credentials(source.url)
    return os.path.realpath(path_of(record["url"])) == os.path.realpath(path)


def _is_from_git(record: dict[str, Any], source: Any) -> bool:
    from load._redact import without_credentials

    version_control, subdirectory = record.get("vcs_info"), record.get("subdirectory", "")
    url = without_credentials(source.url.removeprefix("git+")).removesuffix(".git")
    if not isinstance(version_control, dict):
        return False
    if without_credentials(record["url"]).removesuffix(".git") != url or subdirectory != source.subdirectory:
        return False
    return source.ref in ("", version_control.get("requested_revision"), version_control.get("commit_id"))


def path_of(url: str) -> str:
    """The path of a file URL, or "" for another."""
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    parts = urlsplit(url)
    return url2pathname(parts.path) if parts.scheme == "file" else ""


def _import_names(distribution: Installed, record: dict[str, Any]) -> list[str]:
    names = installed.import_names_of(distribution)
    if names or not record.get("dir_info", {}).get("editable"):
        return names
    return _names_in_project(path_of(record["url"]), distribution.name)


def _names_in_project(folder: str, name: str) -> list[str]:
    """The import names of an editable project, whose record lists none: what lies in it, its own name first."""
    from pkgutil import iter_modules

    found = [each.name for each in iter_modules([folder, os.path.join(folder, "src")]) if each.name != "setup"]
    return sorted(
        found,
        key=lambda each: (normalize(each) != name, each.startswith("_"), each in ("tests", "docs"), each),
    )

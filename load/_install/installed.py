"""What is installed: all distributions visible on `sys.path`, read from the names of their folders.

A `*.dist-info` folder bears the distribution's name and version
(https://packaging.python.org/specifications/recording-installed-packages/), so that a listing is enough: reading the
metadata of every distribution costs many times as much, and this stands on the way to each install.
"""

from __future__ import annotations

import os
import sys

from load._names import normalize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_FORBIDDEN = frozenset(" \t;,@#[]()<>=~'\"\\/")


class Installed:
    """One distribution that is visible.

    Attributes:
        name: its normalised name.
        version: its version.
        folder: the entry of `sys.path` that it lies in.
        metadata: its `.dist-info` or `.egg-info`, an absolute path.
    """

    __slots__ = ("folder", "metadata", "name", "version")

    def __init__(self, name: str, version: str, folder: str, metadata: str) -> None:
        self.name = name
        self.version = version
        self.folder = folder
        self.metadata = metadata

    def __repr__(self) -> str:
        return f"Installed({self.name}=={self.version})"


def visible(path: list[str] | None = None) -> dict[str, Installed]:
    """Normalised name → distribution, for all that lies on `sys.path`; the first entry of the path wins."""
    found: dict[str, Installed] = {}
    for folder in sys.path if path is None else path:
        for distribution in _in_folder(folder or os.curdir):
            found.setdefault(distribution.name, distribution)
    return found


def visible_as_told() -> dict[str, Installed]:
    """As `visible`, not to be changed; listed again only where a folder has another time: for what is merely told.

    Thousands of loads in a row would otherwise list the same folders thousands of times.
    """
    global _told
    state = [(folder, _stamp(folder or os.curdir)) for folder in sys.path]
    known, found = _told
    if known != state:
        found = visible()
        _told = state, found
    return found


def _stamp(folder: str) -> tuple[int, int]:
    try:
        status = os.stat(folder)
    except (OSError, ValueError):
        return 0, 0
    return status.st_ino, status.st_mtime_ns


_told: tuple[list[tuple[str, tuple[int, int]]], dict[str, Installed]] = ([], {})


def _in_folder(folder: str) -> Iterator[Installed]:
    try:
        names = os.listdir(folder)
    except OSError:  # a path entry that is not a folder, or not ours to read, holds nothing that could be imported
        return
    for name in names:
        if name.endswith((".dist-info", ".egg-info")):
            distribution = _read(folder, name)
            if distribution is not None:
                yield distribution


def _read(folder: str, entry: str) -> Installed | None:
    name, version = _split(entry)
    metadata = os.path.join(folder, entry)
    if not version:  # an .egg-info without version, as `setup.py develop` writes it
        version = _version_in_metadata(metadata)
    # What is not a version (a temporary folder of an installer, say) is not a distribution.
    if not name or name[0] in "~-." or not version[:1].isalnum() or _FORBIDDEN & set(name + version):
        return None
    return Installed(normalize(name), version, folder, metadata)


def _split(entry: str) -> tuple[str, str]:
    stem = entry.rpartition(".")[0]
    name, _, version = stem.partition("-")
    return name, version.partition("-")[0]  # egg-info may go on with "-py3.11"


def _version_in_metadata(path: str) -> str:
    for candidate in (os.path.join(path, "PKG-INFO"), path):
        try:
            with open(candidate, encoding="utf-8", errors="replace") as file:
                for line in file:
                    if line.startswith("Version:"):
                        return line.partition(":")[2].strip()
        except OSError:
            continue
    return ""


def constraints(distributions: dict[str, Installed]) -> list[str]:
    """The distributions as requirements that hold each at its version."""
    return [f"{each.name}=={each.version}" for each in sorted(distributions.values(), key=lambda each: each.name)]


def requires(distribution: Installed) -> list[str]:
    """The normalised names of what a distribution needs here, without any extra.

    Source: https://packaging.python.org/specifications/core-metadata/#requires-dist-multiple-use
    """
    from importlib.metadata import PathDistribution
    from pathlib import Path

    from packaging.requirements import InvalidRequirement, Requirement

    found: list[str] = []
    for text in PathDistribution(Path(distribution.metadata)).requires or ():
        try:
            requirement = Requirement(text)
        except InvalidRequirement:  # of a time before PEP 508: it names nothing that could be relied on
            continue
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            found.append(normalize(requirement.name))
    return found


def own_needs() -> set[str]:
    """`load` and what it needs itself: that is loaded wherever `load` installs or removes something."""
    own = visible().get("load-module")
    return {"load-module", *(requires(own) if own is not None else ())}


def installed_version(distribution: str) -> tuple[int, ...]:
    """The first two numbers of the version that is installed; none where it is not."""
    found = visible().get(distribution)
    if found is None:
        return ()
    return tuple(int(part) if part.isdecimal() else 0 for part in found.version.split(".")[:2])


def fingerprint(distributions: dict[str, Installed]) -> str:
    """A text that changes with every install; whoever keeps it makes a digest of it."""
    return "\n".join(constraints(distributions))


def record(distribution: Installed) -> list[tuple[str, int | None]]:
    """The files of a distribution, relative to its folder, and their sizes in bytes where they are known.

    Source: https://packaging.python.org/specifications/recording-installed-packages/#the-record-file
    """
    try:
        with open(os.path.join(distribution.metadata, "RECORD"), encoding="utf-8", newline="") as file:
            import csv

            rows = [row for row in csv.reader(file) if row]
    except (OSError, UnicodeDecodeError):
        return []
    return [(row[0], int(row[2]) if len(row) > 2 and row[2].isdecimal() else None) for row in rows]


def files_of(distribution: Installed) -> list[str]:
    """The files of a distribution, relative to its folder, as its RECORD lists them."""
    return [path for path, _ in record(distribution)]


def name_in(requirement: str) -> str:
    """The normalised distribution name that a requirement begins with, or "" where it begins with none."""
    end = next((i for i, char in enumerate(requirement) if not (char.isalnum() or char in "._-")), len(requirement))
    return "" if requirement[end : end + 1] in (":", "/", "+", "\\") else normalize(requirement[:end])


def import_names_of(distribution: Installed) -> list[str]:
    """The import names that a distribution provides at the top, read from its own record."""
    declared = _top_level(distribution)
    if declared:
        return declared
    names: dict[str, None] = {}
    for file in files_of(distribution):
        name = _import_name(file)
        if name:
            names.setdefault(name)
    return sorted(names, key=lambda name: (normalize(name) != distribution.name, name.startswith("_"), name))


def _top_level(distribution: Installed) -> list[str]:
    """`top_level.txt`, which editable installs of setuptools have; private names come last."""
    try:
        with open(os.path.join(distribution.metadata, "top_level.txt"), encoding="utf-8") as file:
            names = file.read().split()
    except OSError:
        return []
    return sorted(names, key=lambda name: (normalize(name) != distribution.name, name.startswith("_"), name))


def _import_name(file: str) -> str:
    """The top-level import name that a file of a distribution belongs to, or ""."""
    top, slash, rest = file.replace("\\", "/").partition("/")
    if not slash:
        stem, dot, extension = top.partition(".")
        is_module = dot and extension.rpartition(".")[2] in ("py", "so", "pyd")
        return stem if is_module and stem.isidentifier() else ""
    if rest.endswith((".py", ".so", ".pyd", ".pyi")) and top.isidentifier():
        return top
    return ""


def provider_of(import_name: str, distributions: dict[str, Installed]) -> Installed | None:
    """The installed distribution that provides an import name, or None.

    The shipped table and the name itself are tried first; only where both fail is every record read.
    """
    from load._names import ImportName, lookup

    root = import_name.partition(".")[0]
    if root in sys.stdlib_module_names:
        return None
    entry = lookup(ImportName(import_name))
    for guess in (entry.distribution if entry else None, root):
        candidate = distributions.get(normalize(guess)) if guess else None
        if candidate is not None and root in import_names_of(candidate):
            return candidate
    for candidate in distributions.values():
        if root in import_names_of(candidate):
            return candidate
    return None

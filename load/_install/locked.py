"""What a lock holds: distributions, the files that they are installed from, and what it says about itself."""

from __future__ import annotations

import os

from load._names import normalize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FILE_NAME = "pylock.load.toml"


class LockedFile:
    """One file that a distribution may be installed from.

    Attributes:
        name: its file name.
        url: where it is fetched from, or "".
        path: where it lies, an absolute path, or "".
        hashes: algorithm → digest.
        size: bytes, or None where the lock does not say.
        uploaded: ISO 8601 text, or None.
    """

    __slots__ = ("hashes", "name", "path", "size", "uploaded", "url")

    def __init__(
        self,
        name: str,
        *,
        url: str = "",
        path: str = "",
        hashes: Mapping[str, str],
        size: int | None = None,
        uploaded: str | None = None,
    ) -> None:
        self.name = name
        self.url = url
        self.path = path
        self.hashes = dict(hashes)
        self.size = size
        self.uploaded = uploaded

    def __repr__(self) -> str:
        return f"LockedFile({self.name!r})"


class Locked:
    """One distribution that a lock holds.

    Attributes:
        name: its normalised name.
        version: its version, or "" where only its source tells.
        marker: the condition under which it is installed (PEP 508), or "".
        source: where it comes from, without credentials: the index, the repository, a folder; "" where the lock does
            not say.
        files: the files that it may be installed from.
        direct: the URL of its repository, archive or folder as a direct reference has it, or "" for an index.
        commit: the commit id where it comes from a Git repository, or "".
    """

    __slots__ = ("commit", "direct", "files", "marker", "name", "source", "version")

    def __init__(
        self,
        name: str,
        version: str,
        *,
        marker: str = "",
        source: str = "",
        files: Sequence[LockedFile] = (),
        direct: str = "",
        commit: str = "",
    ) -> None:
        self.name = name
        self.version = version
        self.marker = marker
        self.source = source
        self.files = tuple(files)
        self.direct = direct
        self.commit = commit

    def requirement(self) -> str:
        """The line that has a backend install exactly this: `name==1.0 --hash=sha256:…` or `name @ URL`."""
        line = f"{self.name} @ {self.direct}" if self.direct else f"{self.name}=={self.version}"
        hashes = sorted({f"{kind}:{digest}" for file in self.files for kind, digest in file.hashes.items()})
        return " ".join([line, *(f"--hash={each}" for each in hashes)])

    def __repr__(self) -> str:
        return f"Locked({self.name!r}, {self.version!r})"


class LockFile:
    """What a lock says.

    Attributes:
        path: the file.
        packages: the distributions, in its order.
        modules: import name → distribution, for what was asked for.
        scripts: the scripts whose needs it holds, absolute paths.
        requirements: what was asked for besides them, as requirements.
        requires_python: the Pythons that it holds for (PEP 440), or "".
        environments: the markers of which one has to hold, or empty for all.
        created_by: the tool that wrote it.
    """

    __slots__ = (
        "created_by",
        "environments",
        "modules",
        "packages",
        "path",
        "requirements",
        "requires_python",
        "scripts",
    )

    def __init__(
        self,
        path: str,
        packages: Sequence[Locked],
        *,
        modules: Mapping[str, str] | None = None,
        scripts: Sequence[str] = (),
        requirements: Sequence[str] = (),
        requires_python: str = "",
        environments: Sequence[str] = (),
        created_by: str = "load",
    ) -> None:
        self.path = path
        self.packages = tuple(packages)
        self.modules = dict(modules or {})
        self.scripts = tuple(scripts)
        self.requirements = tuple(requirements)
        self.requires_python = requires_python
        self.environments = tuple(environments)
        self.created_by = created_by

    def distribution_for(self, import_name: str) -> str | None:
        """The distribution that the lock has for an import name, or None.

        Its own table is asked first, from the whole name to its root; then the shipped table and the name itself, as
        far as the lock holds what they say: a lock of another tool has no table.
        """
        parts = import_name.split(".")
        for length in range(len(parts), 0, -1):
            found = self.modules.get(".".join(parts[:length]))
            if found is not None:
                return found
        from load._names import ImportName, lookup

        entry = lookup(ImportName(import_name))
        held = {each.name for each in self.packages}
        guesses = (entry.distribution if entry is not None else "", normalize(parts[0]))
        return next((str(name) for name in guesses if name in held), None)

    def package(self, name: str) -> Locked | None:
        """The distribution of a name, the one for this Python where there are several; None if there is none."""
        found = [each for each in self.packages if each.name == normalize(name)]
        return next((each for each in found if self._holds(each)), found[0] if found else None)

    def applying(self) -> list[Locked]:
        """The distributions that are for this Python on this platform, in the order of the file.

        Raises:
            ConfigError: the lock is not for this Python or this platform at all, or has two of one distribution.
        """
        self._check_place()
        found = [each for each in self.packages if self._holds(each)]
        twice = {each.name for each in found if sum(other.name == each.name for other in found) > 1}
        if twice:
            raise error_in(self.path, "packages", f"has {', '.join(sorted(twice))} more than once for this Python")
        return found

    def _holds(self, package: Locked) -> bool:
        return not package.marker or _evaluates(package.marker)

    def _check_place(self) -> None:
        from platform import python_version

        from load.errors import ConfigError

        fits = not self.requires_python or _contains(self.requires_python, python_version())
        if fits and (not self.environments or any(_evaluates(each) for each in self.environments)):
            return
        wanted = [f"Python {self.requires_python}"] if self.requires_python else []
        is_own = self.created_by == "load" and self.scripts
        raise ConfigError(
            f"{self.path} was made for another Python or platform.",
            context=[f"it is for {each}" for each in (*wanted, *self.environments)],
            hint="make it anew for this Python: load lock --upgrade"
            if is_own
            else "run it under the one that it is for",
            key="environments" if fits else "requires-python",
            origin=self.path,
        )


def _evaluates(marker: str) -> bool:
    from packaging.markers import Marker

    return Marker(marker).evaluate()


def _contains(specifier: str, version: str) -> bool:
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(specifier).contains(version, prereleases=True)


def error_in(path: str, key: str, fact: str) -> Exception:
    """The error that names a place in a lock and what is wrong there."""
    from load.errors import ConfigError

    where = f"`{key}` of the lock {path}" if key else f"The lock {path}"
    hint = f"mend it, or remove it and make it anew: {making(path)}" if is_name(path) else making(path)
    return ConfigError(f"{where} {fact}.", key=key, origin=path, hint=hint)


def is_name(path: str) -> bool:
    """Whether a lock may be called so: `pylock.toml` or `pylock.NAME.toml`, by PEP 751; uv and pip read no other."""
    name = os.path.basename(path)
    middle = name.removeprefix("pylock.").removesuffix(".toml")
    return name == "pylock.toml" or (f"pylock.{middle}.toml" == name and bool(middle) and "." not in middle)


def making(path: str) -> str:
    """What is to be typed for a lock to lie there."""
    if not is_name(path):
        return "name a lock: pylock.toml or pylock.NAME.toml"
    return "load lock SCRIPT" if os.path.basename(path) == FILE_NAME else f"load lock SCRIPT --output {path}"

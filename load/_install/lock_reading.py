"""Reading a lock: every value is looked at before anything uses it, and an error names the place.

What is checked is what PEP 751 says of the keys that are used, and that no text can become an option, or a second line,
of what a backend is given.
"""

from __future__ import annotations

import os

from load._install.locked import Locked, LockedFile, LockFile, error_in
from load._redact import redact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_STRONG = {"sha256": 64, "sha384": 96, "sha512": 128}
_UNSAFE = frozenset("\"'`<>\\^{|};")
_SOURCES = ("vcs", "directory", "archive")


def lock_of(table: dict[str, Any], path: str) -> LockFile:
    """The lock that a table says, which was read from `path`.

    Raises:
        ConfigError: it is none.
    """
    return _Reading(path).lock(table)


class _Reading:
    """The reading of one file."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._folder = os.path.dirname(path)

    def wrong(self, key: str, fact: str) -> Exception:
        return error_in(self._path, key, fact)

    def lock(self, table: dict[str, Any]) -> LockFile:
        version = self.text(table, "lock-version", "")
        if version.partition(".")[0] != "1":
            raise self.wrong("lock-version", f"is {version!r}; this load reads 1.0")
        tool = self.table(self.table(table, "tool", ""), "load", "tool.")
        return LockFile(
            self._path,
            [self.package(each, at) for at, each in enumerate(self.tables(table, "packages", ""))],
            modules=self.modules(tool),
            scripts=[self.local(each, "tool.load.scripts") for each in self.texts(tool, "scripts", "tool.load.")],
            requirements=self.checked_texts(tool, "requirements", "tool.load.", _requirement),
            requires_python=self.checked(table, "requires-python", "", _specifier),
            environments=self.checked_texts(table, "environments", "", _marker),
            created_by=self.text(table, "created-by", ""),
        )

    def modules(self, tool: dict[str, Any]) -> dict[str, str]:
        found = self.table(tool, "modules", "tool.load.")
        for module in found:
            key = f"tool.load.modules.{module}"
            if not all(part.isidentifier() for part in module.split(".")):
                raise self.wrong(key, "is not an import name")
            if not isinstance(found[module], str) or not _is_name(found[module]):
                raise self.wrong(key, "is not a normalised name of a distribution")
        return dict(found)

    def package(self, table: dict[str, Any], at: int) -> Locked:
        name = self.text(table, "name", f"packages[{at}].")
        if not _is_name(name):
            raise self.wrong(f"packages[{at}].name", f"is {name!r}, which is not a normalised name")
        key = f"packages[{at}] ({name})."
        sources = [each for each in _SOURCES if each in table]
        if len(sources) > 1 or (sources and ("wheels" in table or "sdist" in table)):
            raise self.wrong(key[:-1], "has more than one source")
        marker = self.checked(table, "marker", key, _marker)
        version = self.checked(table, "version", key, _version)
        if sources:
            return self.direct(sources[0], table, name, version, marker, key)
        files = [self.file(each, f"{key}wheels[{n}].") for n, each in enumerate(self.tables(table, "wheels", key))]
        files += [self.file(self.table(table, "sdist", key), f"{key}sdist.")] if "sdist" in table else []
        if not files or not version:
            raise self.wrong(key[:-1], "has no version" if files else "has no file to install it from")
        index = self.text(table, "index", key) if "index" in table else ""
        return Locked(name, version, marker=marker, source=redact(index), files=files)

    def direct(self, kind: str, table: dict[str, Any], name: str, version: str, marker: str, key: str) -> Locked:
        source = self.table(table, kind, key)
        key = f"{key}{kind}."
        if kind == "vcs":
            url, commit = self.repository(source, key)
            return Locked(name, version, marker=marker, source=redact(url), direct=url, commit=commit)
        if kind == "directory":
            folder = self.local(self.text(source, "path", key), f"{key}path")
            return Locked(name, version, marker=marker, source=folder, direct=_file_url(folder))
        file = self.file(source, key)
        url = file.url or _file_url(file.path)
        return Locked(name, version, marker=marker, source=redact(url), files=[file], direct=url)

    def repository(self, source: dict[str, Any], key: str) -> tuple[str, str]:
        """The direct reference of a Git repository at its commit, and that commit."""
        from load._install.sources import GitSource, parse_source
        from load.errors import SourceError

        if source.get("type") != "git":
            raise self.wrong(f"{key}type", f"is {source.get('type')!r}; load installs from Git only")
        commit = self.text(source, "commit-id", key)
        if len(commit) not in (40, 64) or not _is_hex(commit):
            raise self.wrong(f"{key}commit-id", "is not a full commit id")
        url = source.get("url") or _file_url(self.local(self.text(source, "path", key), f"{key}path"))
        subdirectory = self.text(source, "subdirectory", key) if "subdirectory" in source else ""
        text = f"git+{url}@{commit}" + (f"#subdirectory={subdirectory}" if subdirectory else "")
        try:
            parsed = parse_source(text, whole=text)
        except SourceError as error:
            raise self.wrong(f"{key}url", f"cannot be used: {error.message.rstrip('.')}") from None
        assert isinstance(parsed, GitSource)
        if parsed.ref != commit:
            raise self.wrong(f"{key}url", "names a ref of its own")
        return parsed.location, commit

    def file(self, table: dict[str, Any], key: str) -> LockedFile:
        url = self.text(table, "url", key) if "url" in table else ""
        path = self.local(self.text(table, "path", key), f"{key}path") if not url else ""
        if url and not _is_address(url):
            raise self.wrong(f"{key}url", "is not an address that could be fetched")
        hashes = self.hashes(self.table(table, "hashes", key), f"{key}hashes")
        size = table.get("size")
        if size is not None and (not isinstance(size, int) or isinstance(size, bool) or size < 0):
            raise self.wrong(f"{key}size", "is not a number of bytes")
        name = self.text(table, "name", key) if "name" in table else _last_part(url or path)
        return LockedFile(name, url=url, path=path, hashes=hashes, size=size, uploaded=_time(table.get("upload-time")))

    def hashes(self, table: dict[str, Any], key: str) -> dict[str, str]:
        strong = {kind: digest for kind, digest in table.items() if kind in _STRONG}
        for kind, digest in strong.items():
            if not isinstance(digest, str) or len(digest) != _STRONG[kind] or not _is_hex(digest):
                raise self.wrong(f"{key}.{kind}", f"is not {_STRONG[kind]} hexadecimal digits")
        if not strong:
            raise self.wrong(key, "holds no SHA-256 hash")
        return strong

    # -- plain values ------------------------------------------------------------------------------------------------

    def text(self, table: dict[str, Any], key: str, where: str) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value or not value.isprintable():
            raise self.wrong(where + key, "is missing" if value is None else "is not text")
        return value

    def texts(self, table: dict[str, Any], key: str, where: str) -> list[str]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) and each.isprintable() for each in value):
            raise self.wrong(where + key, "is not a list of texts")
        return value

    def table(self, table: dict[str, Any], key: str, where: str) -> dict[str, Any]:
        value = table.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(where + key, "is not a table")
        return value

    def tables(self, table: dict[str, Any], key: str, where: str) -> list[dict[str, Any]]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.wrong(where + key, "is not a list of tables")
        return value

    def checked(self, table: dict[str, Any], key: str, where: str, check: Callable[[str], object]) -> str:
        return self._checked(self.text(table, key, where), where + key, check) if key in table else ""

    def checked_texts(self, table: dict[str, Any], key: str, where: str, check: Callable[[str], object]) -> list[str]:
        return [self._checked(each, where + key, check) for each in self.texts(table, key, where)]

    def _checked(self, text: str, key: str, check: Callable[[str], object]) -> str:
        try:
            check(text)
        except ValueError as error:  # what packaging raises for a version, a specifier, a marker or a requirement
            raise self.wrong(key, f"cannot be read: {str(error).splitlines()[0].rstrip('.')}") from None
        except RecursionError:
            raise self.wrong(key, "cannot be read: it is nested too deeply") from None
        return text

    def local(self, path: str, key: str) -> str:
        """An absolute path from one that is relative to the lock, with either kind of slash."""
        if path.startswith("-") or "\0" in path:
            raise self.wrong(key, "is not a path")
        return os.path.normpath(os.path.join(self._folder, path.replace("\\", "/") if os.sep == "/" else path))


def _version(text: str) -> None:
    from packaging.version import Version

    Version(text)


def _specifier(text: str) -> None:
    from packaging.specifiers import SpecifierSet

    SpecifierSet(text)


def _marker(text: str) -> None:
    from packaging.markers import Marker, UndefinedEnvironmentName

    try:
        Marker(text).evaluate()
    except UndefinedEnvironmentName:
        raise ValueError(f"{text!r} depends on an extra or a dependency group, of which load installs none") from None


def _requirement(text: str) -> None:
    from packaging.requirements import Requirement

    Requirement(text)


def _is_name(text: str) -> bool:
    """Whether it is a name in its normal form (https://packaging.python.org/specifications/name-normalization/)."""
    parts = text.split("-")
    return text.isascii() and text == text.lower() and all(part.isalnum() for part in parts)


def _is_hex(text: str) -> bool:
    return set(text) <= set("0123456789abcdef")


def _is_address(url: str) -> bool:
    from urllib.parse import urlsplit

    if any(not 33 <= ord(char) < 127 or char in _UNSAFE for char in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "file" or (parts.scheme in ("http", "https") and bool(parts.hostname))


def _file_url(path: str) -> str:
    from pathlib import Path

    return Path(path).as_uri()


def _last_part(location: str) -> str:
    from urllib.parse import unquote

    return unquote(location.partition("#")[0].partition("?")[0].replace("\\", "/").rpartition("/")[2])


def _time(value: Any) -> str | None:
    """A time of TOML as ISO 8601 text."""
    from datetime import datetime

    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else None

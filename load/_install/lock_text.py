"""The text of a lock: what a backend resolved, in an order of its own, without anything that belongs to this machine.

The same packages give the same bytes, whichever backend they come from and in whichever order it lists them. URLs lose
their credentials, files on this machine become paths relative to the lock, and a file without a hash is an error.
Source: PEP 751, https://packaging.python.org/specifications/pylock-toml/.
"""

from __future__ import annotations

import json
import os

from load._redact import without_credentials
from load.errors import InstallError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

_HEAD = "# Made by `load lock`. `load sync`, `uv pip install -r` and `pip install -r` install from it.\n"
_ONE_PLATFORM = "# It holds for the platform and the Python below only: pip made it; uv locks for others too.\n"
_TOP = ("lock-version", "environments", "requires-python", "created-by")
_PACKAGE = ("name", "version", "marker", "requires-python", "index", "vcs", "directory", "archive", "sdist", "wheels")
_VCS = ("type", "url", "path", "requested-revision", "commit-id", "subdirectory")
_DIRECTORY = ("path", "editable", "subdirectory")
_FILE = ("name", "upload-time", "url", "path", "size", "hashes", "subdirectory")


class Contents:
    """What a lock says besides the packages.

    Attributes:
        modules: import name → distribution.
        scripts: absolute paths of the scripts whose needs it holds.
        requirements: what was asked for besides them.
    """

    __slots__ = ("modules", "requirements", "scripts")

    def __init__(self, modules: Mapping[str, str], scripts: Sequence[str], requirements: Sequence[str]) -> None:
        self.modules = dict(modules)
        self.scripts = tuple(scripts)
        self.requirements = tuple(requirements)


def lock_text(resolved: Mapping[str, Any], contents: Contents, *, path: str) -> str:
    """The text of a lock.

    Args:
        resolved: what a backend resolved: the table of a PEP 751 file.
        contents: the rest.
        path: where the lock will lie.

    Raises:
        InstallError: a file has no SHA-256 hash.
    """
    return _Writing(os.path.dirname(os.path.abspath(path))).text(resolved, contents)


class _Writing:
    """The writing of one lock, relative paths taken from its folder."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def text(self, resolved: Mapping[str, Any], contents: Contents) -> str:
        single = is_for_one_platform(resolved)
        top = {**resolved, "lock-version": "1.0", "created-by": "load", **(this_platform() if single else {})}
        packages = sorted((self._package(each) for each in resolved.get("packages", [])), key=_sort_key)
        parts = [_HEAD + (_ONE_PLATFORM if single else ""), _lines(_only(top, _TOP))]
        if not packages:  # a required key, even where nothing was asked for
            parts.append("packages = []\n")
        parts += ["\n[[packages]]\n" + _lines(each) for each in packages]
        parts.append("\n[tool.load]\n" + _lines(self._own(contents)))
        parts.append("\n[tool.load.modules]\n" + _lines(dict(sorted(contents.modules.items()))))
        return "".join(parts)

    def _own(self, contents: Contents) -> dict[str, Any]:
        own: dict[str, Any] = {}
        if contents.scripts:
            own["scripts"] = sorted(self._relative(script) for script in contents.scripts)
        if contents.requirements:
            own["requirements"] = sorted(contents.requirements)
        return own

    def _package(self, package: Mapping[str, Any]) -> dict[str, Any]:
        found = _only(package, _PACKAGE)
        name = found["name"]
        if "index" in found:
            found["index"] = without_credentials(found["index"])
        if "vcs" in found:
            found["vcs"] = self._located(_only(found["vcs"], _VCS))
        if "directory" in found:
            found["directory"] = self._located(_only(found["directory"], _DIRECTORY))
        for key in ("archive", "sdist"):
            if key in found:
                found[key] = self._file(found[key], name)
        if "wheels" in found:
            found["wheels"] = sorted((self._file(each, name) for each in found["wheels"]), key=_file_key)
        return found

    def _file(self, file: Mapping[str, Any], package: str) -> dict[str, Any]:
        found = self._located(_only(file, _FILE))
        digest = file.get("hashes", {}).get("sha256")
        if not digest:
            where = found.get("url") or found.get("path")
            raise InstallError(
                f"There is no SHA-256 hash for a file of {package}.",
                context=[f"the file is {where}"],
                hint="lock from an index that gives the hashes of its files",
            )
        found["hashes"] = {"sha256": digest}
        if found.get("name") == _file_name(found):
            del found["name"]  # PEP 751: only where it is not the last part of the location
        return found

    def _located(self, found: dict[str, Any]) -> dict[str, Any]:
        """The same with a location that says nothing of this machine but a relative path."""
        url: str = found.get("url", "")
        if url.startswith("file:"):
            del found["url"]
            found["path"] = _path_of(url)
        elif url:
            found["url"] = without_credentials(url).partition("#")[0]
        if "path" in found:
            found["path"] = self._relative(os.path.join(self._folder, found["path"]))
        return found

    def _relative(self, path: str) -> str:
        try:
            relative = os.path.relpath(path, self._folder)
        except ValueError:  # another drive of Windows, to which no relative path leads
            relative = path
        return relative.replace(os.sep, "/")


def is_for_one_platform(resolved: Mapping[str, Any]) -> bool:
    """Whether a backend resolved for the running Python and platform only, as pip does."""
    return bool(resolved.get("created-by") == "pip")


def this_platform() -> dict[str, Any]:
    """What a lock says that holds for the running Python and platform only."""
    import sys
    from platform import machine

    fields = {
        "implementation_name": sys.implementation.name,
        "sys_platform": sys.platform,
        "platform_machine": machine(),
    }
    marker = " and ".join(f"{key} == '{value}'" for key, value in fields.items())
    return {"environments": [marker], "requires-python": f"=={sys.version_info[0]}.{sys.version_info[1]}.*"}


def _only(table: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: table[key] for key in keys if table.get(key) is not None}


def _sort_key(package: Mapping[str, Any]) -> tuple[str, str, str]:
    return package["name"], package.get("version", ""), package.get("marker", "")


def _file_key(file: Mapping[str, Any]) -> tuple[str, str]:
    return file.get("name") or _file_name(file), str(file.get("url") or file.get("path"))


def _file_name(file: Mapping[str, Any]) -> str:
    from urllib.parse import unquote

    url = file.get("url", "").partition("?")[0]
    return unquote(url.rpartition("/")[2]) if url else str(file.get("path", "")).rpartition("/")[2]


def _path_of(url: str) -> str:
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    return url2pathname(urlsplit(url).path)


# -- TOML ------------------------------------------------------------------------------------------------------------


def _lines(table: Mapping[str, Any]) -> str:
    return "".join(f"{_key(key)} = {_value(value, spread=True)}\n" for key, value in table.items())


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("-", "").replace("_", "").isalnum() else _value(key)


def _value(value: Any, *, spread: bool = False) -> str:
    """A value as TOML; a list of several takes a line for each where `spread`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        if spread and value:
            return "[\n" + "".join(f"    {_value(each)},\n" for each in value) + "]"
        return "[" + ", ".join(_value(each) for each in value) + "]"
    return value.isoformat().replace("+00:00", "Z") if hasattr(value, "isoformat") else str(value)

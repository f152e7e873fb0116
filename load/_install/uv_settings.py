"""The indexes that uv would use by itself: its variables, then its files, then what pip has.

Needed only where private indexes are set: then all of them have to stand behind one signpost.
Source: https://docs.astral.sh/uv/concepts/configuration-files/
"""

from __future__ import annotations

import os

from load._install import pip_settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_KEYS = ("index", "index-url", "extra-index-url", "find-links", "no-index", "default-index")
VARIABLES = ("UV_INDEX", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_NO_INDEX")


class UvIndexes:
    """Where uv would look.

    Attributes:
        default: the address of the index that is asked last; "" for the public one.
        extra: name ("" where it has none) and address of those that are asked before it.
        links: folders and pages of files.
        is_offline: whether there are no indexes, only links.
        rest: the other settings of uv's files, or None where they say nothing of indexes and can stay as they are.
    """

    def __init__(self) -> None:
        self.default = ""
        self.extra: list[tuple[str, str]] = []
        self.links: list[str] = []
        self.is_offline = False
        self.rest: dict[str, Any] | None = None


def read() -> UvIndexes:
    """Read them, the strongest first."""
    found = UvIndexes()
    files = list(_tables())
    says_of_indexes = [table for table in files if any(key in table or key in _part(table, "pip") for key in _KEYS)]
    of_pip = {} if says_of_indexes or any(name in os.environ for name in VARIABLES) else pip_settings.indexes_for_uv()
    _read_variables(found, {**of_pip, **os.environ})
    for table in files:
        _read_table(found, _part(table, "pip"))
        _read_table(found, table)
    if says_of_indexes:
        found.rest = _rest(files)
    return found


def _read_variables(found: UvIndexes, environ: dict[str, str]) -> None:
    for url in f"{environ.get('UV_INDEX', '')} {environ.get('UV_EXTRA_INDEX_URL', '')}".split():
        name, named, address = url.partition("=")
        is_named = named and "/" not in name and ":" not in name
        found.extra.append((name, address) if is_named else ("", url))
    default = environ.get("UV_DEFAULT_INDEX") or environ.get("UV_INDEX_URL", "")
    name, named, address = default.partition("=")
    found.default = address if named and "/" not in name and ":" not in name else default
    found.links += [link for link in environ.get("UV_FIND_LINKS", "").split(",") if link]
    found.is_offline = environ.get("UV_NO_INDEX", "").lower() in ("1", "true", "yes", "on", "y", "t")


def _read_table(found: UvIndexes, table: dict[str, Any]) -> None:
    for index in _items(table, "index", dict):
        if index.get("explicit"):  # for projects that name it for a requirement
            continue
        if index.get("default"):
            found.default = found.default or _text(index, "url")
        else:
            found.extra.append((_text(index, "name"), _text(index, "url")))
    found.extra += [("", url) for url in _items(table, "extra-index-url", str)]
    found.default = found.default or _text(table, "index-url")
    found.links += _items(table, "find-links", str)
    found.is_offline = found.is_offline or bool(table.get("no-index"))


# What has another form than uv's settings have is passed over: uv itself reports it.


def _part(table: dict[str, Any], key: str) -> dict[str, Any]:
    value = table.get(key)
    return value if isinstance(value, dict) else {}


def _items(table: dict[str, Any], key: str, kind: type) -> list[Any]:
    value = table.get(key)
    return [each for each in value if isinstance(each, kind)] if isinstance(value, list) else []


def _text(table: dict[str, Any], key: str) -> str:
    value = table.get(key)
    return value if isinstance(value, str) else ""


def _tables() -> Iterator[dict[str, Any]]:
    """The content of uv's files that hold here: the project's, the user's, the machine's."""
    paths = list(pip_settings.uv_files())
    if "UV_CONFIG_FILE" not in os.environ and paths:
        user, machine, *project = paths
        nearest = next((path for path in project if _table(path)), "")  # uv takes one project's, too
        paths = [nearest, user, machine]
    yield from filter(None, map(_table, paths))


def _table(path: str) -> dict[str, Any]:
    import tomllib

    try:
        with open(path, "rb") as file:
            table: dict[str, Any] = tomllib.load(file)
    except (OSError, ValueError, RecursionError):
        return {}  # uv itself reports a broken file of its own
    return _part(_part(table, "tool"), "uv") if path.endswith("pyproject.toml") else table


def _rest(files: list[dict[str, Any]]) -> dict[str, Any]:
    """All files as one, without what they say of indexes and of projects."""
    merged: dict[str, Any] = {}
    for table in reversed(files):
        pip = {**_part(merged, "pip"), **_part(table, "pip")}
        merged.update(table)
        merged["pip"] = {key: value for key, value in pip.items() if key not in _KEYS}
    of_projects = ("sources", "workspace", "dev-dependencies", "package", "managed", "build-backend")
    return {key: value for key, value in merged.items() if key not in (*_KEYS, *of_projects)}

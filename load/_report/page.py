"""A profile as one page of HTML that needs nothing else: no network, no server, no framework.

The parts of the page lie in `web/`; they are joined here, with the profile as data that nothing can break out of, and a
policy that lets the browser run and load just these parts.
"""

from __future__ import annotations

import base64
import hashlib
import html as markup
import json
import sys
from collections.abc import Hashable
from importlib.resources import files
from typing import TypeVar

from load._report.document import checked
from load._report.nesting import Nesting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from load._report.document import Module, Profile

_Value = TypeVar("_Value", bound=Hashable)

_SCRIPTS = ("model.js", "palette.js", "drawing.js", "chart.js", "table.js", "sections.js", "page.js")
_STANDARD = "standard library"
# What could end the element that the data stand in, or begin a comment in it; and line ends of JavaScript of old.
_ESCAPES = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})


def html(document: Mapping[str, Any]) -> str:
    """The profile as a page: an icicle chart of time or memory, a table of all modules, cycles, failed imports.

    Args:
        document: a profile.

    Returns:
        The whole page, which a browser opens from a file.

    Raises:
        ProfileError: it is not a profile.
    """
    profile = checked(document)
    style = _part("page.css")
    script = "\n".join(_part(name) for name in _SCRIPTS)
    parts = {
        "title": markup.escape(profile["title"] or "imports"),
        "policy": markup.escape(_policy(style, script)),
        "style": style,
        "data": json.dumps(_data(profile), allow_nan=False, separators=(",", ":")).translate(_ESCAPES),
        "script": script,
    }
    # Split first: what is put in is not looked at again, whatever it holds.
    first, *rest = _part("page.html").split("{{")
    return first + "".join(parts[name] + text for name, text in (each.split("}}", 1) for each in rest))


def _part(name: str) -> str:
    return (files("load._report") / "web" / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """What the page may do: run this script, use this style."""
    rules = {
        "default-src": "'none'",
        "script-src": _hash(script),
        "style-src": _hash(style),
        "img-src": "data:",  # its empty icon, so that no other is asked for
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _data(profile: Profile) -> dict[str, Any]:
    """What the page draws, in few bytes and few lists, which is what makes it open fast: a column for each field.

    Packages, threads, folders and files are told by their numbers, times in tenths of a microsecond.
    """
    modules = profile["modules"]
    in_one = not all(_is_standard(each["module"]) for each in modules)  # where there is nothing else, told apart
    packages, threads, paths = _Numbers[str](), _Numbers[int](), _Paths()
    parents = Nesting(modules).parents
    places = [_place(each["place"]) for each in modules]
    columns: dict[str, list[Any]] = {
        "name": [each["module"] for each in modules],
        "parent": parents,
        "package": [packages.of(_package(each["module"], in_one=in_one)) for each in modules],
        "thread": [threads.of(each["thread"]) for each in modules],
        "importer": [_importer(each, modules, parent) for each, parent in zip(modules, parents, strict=True)],
        "file": [paths.of(file) for file, _ in places],
        "line": [line for _, line in places],
        "origin": [paths.of(each["origin"]) for each in modules],
        "memory": [each["memory"] for each in modules],
        "self_memory": [each["self_memory"] for each in modules],
    }
    times = ("self_duration", "duration", "find", "create", "execute")
    columns |= {name: [_tenths(each[name]) for each in modules] for name in times}  # type: ignore[literal-required]
    return {
        **{name: profile[name] for name in ("title", "python", "load", "bytes", "cycles", "cycle_groups")},
        "suggestions": profile["suggestions"] or [],
        "duration": _tenths(profile["seconds"]),
        "threads": len(threads),
        "packages": list(packages),
        "folders": list(paths.folders),
        "files": paths.files,
        "errors": {index: each["errors"] for index, each in enumerate(modules) if each["errors"]},
        "columns": columns,
    }


def _tenths(seconds: float) -> int:
    return round(seconds * 1e7)


def _place(place: str) -> tuple[str, int]:
    """File and line; line 0 where the text tells none."""
    file, _, line = place.rpartition(":")
    return (file, int(line)) if line.isascii() and line.isdecimal() and len(line) < 10 and file else (place, 0)


def _importer(module: Module, modules: Sequence[Module], parent: int) -> int | str:
    """Who asked for a module: a number where it is its parent, as it mostly is."""
    importer = module["importer"]
    return parent if parent >= 0 and modules[parent]["module"] == importer else importer


class _Numbers(dict[_Value, int]):
    """Numbers things in the order in which they come."""

    def of(self, thing: _Value) -> int:
        """The number of one."""
        return self.setdefault(thing, len(self))


class _Paths:
    """Numbers paths, and their folders."""

    def __init__(self) -> None:
        self.folders = _Numbers[str]()
        self.files: list[tuple[int, str]] = []
        self._known = _Numbers[str]()

    def of(self, path: str) -> int:
        """The number of one."""
        number = self._known.of(path)
        if number == len(self.files):
            end = max(path.rfind("/"), path.rfind("\\")) + 1
            self.files.append((self.folders.of(path[:end]), path[end:]))
        return number


def _package(module: str, *, in_one: bool) -> str:
    return _STANDARD if in_one and _is_standard(module) else module.partition(".")[0] or module


def _is_standard(module: str) -> bool:
    top = module.partition(".")[0]
    # The names of `_sysconfigdata…` have the platform in them.
    return top in sys.stdlib_module_names or top.startswith("_sysconfigdata")

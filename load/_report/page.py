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
from importlib.resources import files

from load._report.document import checked
from load._report.nesting import Nesting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from load._report.document import Module, Profile

_SCRIPTS = ("model.js", "palette.js", "chart.js", "table.js", "sections.js", "page.js")
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
        ProfileError: it is no profile.
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
    """What the page draws, in few bytes: packages and texts that come often are told by their numbers."""
    modules = profile["modules"]
    packages: dict[str, int] = {}
    threads: dict[int, int] = {}
    files: dict[str, int] = {}
    rows = []
    in_one = not all(map(_is_standard, (each["module"] for each in modules)))  # where there is nothing else, told apart
    for each, parent in zip(modules, Nesting(modules).parents, strict=True):
        package = packages.setdefault(_package(each["module"], in_one=in_one), len(packages))
        thread = threads.setdefault(each["thread"], len(threads))
        file, colon, line = each["place"].rpartition(":")
        place = [files.setdefault(file if colon else each["place"], len(files)), line if colon else ""]
        rows.append([each["module"], parent, package, thread, each["importer"], *place, each["origin"], *_cost(each)])
    about = {name: profile[name] for name in ("title", "python", "load", "seconds", "bytes", "cycles")}
    return {**about, "packages": list(packages), "threads": len(threads), "files": list(files), "modules": rows}


def _cost(module: Module) -> list[Any]:
    times = (module["self_duration"], module["duration"], module["find"], module["create"], module["execute"])
    sizes = (module["self_memory"], module["memory"])
    return [*(round(time, 7) for time in times), *sizes, module["errors"] or 0]


def _package(module: str, *, in_one: bool) -> str:
    return _STANDARD if in_one and _is_standard(module) else module.partition(".")[0] or module


def _is_standard(module: str) -> bool:
    top = module.partition(".")[0]
    # The names of `_sysconfigdata…` have the platform in them.
    return top in sys.stdlib_module_names or top.startswith("_sysconfigdata")

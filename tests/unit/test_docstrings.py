"""The docstrings of what is public: each says what it takes, as the reference shows it."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from types import FunctionType
from typing import Any

import load
from load._reserved import OWN, is_submodule
from load._settings import SETTINGS
from tests.support.library import CHECKOUT

MODULES = ["registry", "registry.pretrained", "imports", "exports", "testing"]


def hidden() -> re.Pattern[str]:
    """What the reference leaves out, as it is of use in `load` alone."""
    found = re.search(r'- "!(\^\(aside\|.*?\)\$)"', (CHECKOUT / "mkdocs.yml").read_text(encoding="utf-8"))
    assert found is not None
    return re.compile(found[1])


def public() -> Iterator[tuple[str, Any]]:
    """Each public name, with what it is."""
    for name in OWN:
        if not is_submodule(name):
            yield f"load.{name}", getattr(load, name)
    for name in MODULES:
        module = importlib.import_module(f"load.{name}")
        for each in module.__all__:
            if each not in vars(module).get("LISTED", ()):  # an export: asking for it would load it
                yield f"load.{name}.{each}", getattr(module, each)


def functions() -> dict[str, tuple[FunctionType, list[str]]]:
    """Each public function and method of `load`, by its name, with the names of what it takes."""
    found: dict[str, tuple[FunctionType, list[str]]] = {}
    leaves_out = hidden()
    for path, value in public():
        if isinstance(value, FunctionType):
            found[path] = value, list(inspect.signature(value).parameters)
        elif isinstance(value, type):
            for name, member in inspect.getmembers_static(value):
                method = member.__func__ if isinstance(member, (classmethod, staticmethod)) else member
                is_own = isinstance(method, FunctionType) and method.__module__.partition(".")[0] == "load"
                if is_own and not name.startswith("_") and not leaves_out.match(name):
                    own = 0 if isinstance(member, staticmethod) else 1
                    found[f"{path}.{name}"] = method, list(inspect.signature(method).parameters)[own:]
    return found


def section(text: str, title: str) -> str | None:
    """The lines of one section of a docstring."""
    match = re.search(rf"^{title}:\n((?:(?:    .*)?\n)+)", f"{text}\n", re.MULTILINE)
    return None if match is None else inspect.cleandoc(match[1])


def is_elsewhere(text: str) -> bool:
    """Whether it is said in another place, which is named: `DependencyGraph.edges`, a protocol of the library."""
    return re.match(r"As `[\w.]+`|What .*\(`importlib\.abc\.\w+`\)", text) is not None


def test_what_a_function_takes_is_said() -> None:
    """Each argument, and nothing that is none; of the root, of the public modules and of their classes."""
    said, taken = {}, {}
    for name, (function, parameters) in functions().items():
        text = inspect.getdoc(function) or ""
        if not is_elsewhere(text):
            said[name] = sorted(re.findall(r"^(\w+):", section(text, "Args") or "", re.MULTILINE))
            taken[name] = sorted(each for each in parameters if not each.startswith("_"))
    assert said == taken
    assert {"load.resolve", "load.registry.Registry.peek", "load.imports.Budget.read"} <= taken.keys()
    assert len(taken) > 200


def test_configure_names_every_setting() -> None:
    """All that there are, and no other."""
    text = section(inspect.getdoc(load.configure) or "", "Args") or ""
    named = re.findall(r"[a-z_]+", re.sub(r"\(.*?\)", "", text).partition("settings:")[2])
    assert sorted(named) == sorted(SETTINGS)


def test_each_says_what_it_does() -> None:
    """There is a docstring, and it begins with a sentence."""
    first = {name: (inspect.getdoc(function) or "").partition("\n\n")[0] for name, (function, _) in functions().items()}
    assert [name for name, text in first.items() if not text or text.rstrip("`)")[-1] not in ".:"] == []

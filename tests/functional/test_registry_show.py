"""`load registry show`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.environments import Python
from tests.support.processes import Result

SHOP = """
from load.registry import NAMESPACE, LazyImportDict, Registry, instance
PLUGINS = Registry("plugins")
PLUGINS.register("bert", "nothing_of_that_name:Bert", aliases=["BERT"], metadata={"size": 3})
PLUGINS["text"] = instance("good morning")
PLUGINS["pair"] = ("a:b", "c")
@PLUGINS.register("class")
class Thing: ...
def make(): raise ValueError
PLUGINS.register("made", make)
PLUGINS["long"] = instance("x" * 100)
LAZY = LazyImportDict({"d": "decimal:Decimal"})
NAMESPACE["models"]["x"] = "nothing_of_that_name"
NAMESPACE["empty"]
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with a module that fills registries."""
    (tmp_path / "shop.py").write_text(SHOP, encoding="utf-8")
    return tmp_path


def show(child: Python, folder: Path, *arguments: str) -> Result:
    """Run the command in a folder, without that being on `sys.path`."""
    code = "import sys; sys.path.remove(''); from load.__main__ import main; sys.exit(main())"
    return child.run(["-c", code, "registry", "show", *arguments], cwd=folder)


def test_it_is_shown_without_importing_entries(child: Python, shop: Path) -> None:
    """Keys, what they stand for, whether it is loaded, and where it was registered."""
    lines = show(child, shop, "shop:PLUGINS").check().stdout.splitlines()
    assert lines[0] == "plugins: 6 registered, 3 loaded"
    rows = {line.split()[0]: line.split()[1:] for line in lines[3:]}
    assert rows["bert"] == ["nothing_of_that_name:Bert", "no", f"{shop / 'shop.py'}:4"]
    assert rows["text"] == ["'good", "morning'", "yes", f"{shop / 'shop.py'}:5"]
    assert rows["pair"] == ["a:b,", "c", "no", f"{shop / 'shop.py'}:6"]
    assert rows["class"] == ["shop:Thing", "yes", f"{shop / 'shop.py'}:7"]
    assert rows["made"] == ["made", "by", "shop:make", "no", f"{shop / 'shop.py'}:10"]
    assert rows["long"] == ["a", "str", "yes", f"{shop / 'shop.py'}:11"]


def test_as_json(child: Python, shop: Path) -> None:
    """With aliases and metadata; a namespace by the names of its registries."""
    shown = json.loads(show(child, shop, "shop:PLUGINS", "--json").check().stdout)
    assert shown["plugins"][0] == {
        "key": "bert",
        "is": "nothing_of_that_name:Bert",
        "loaded": False,
        "registered": f"{shop / 'shop.py'}:4",
        "aliases": ["BERT"],
        "metadata": {"size": "3"},
    }
    everything = json.loads(show(child, shop, "shop:NAMESPACE", "--json").check().stdout)
    assert {name: len(entries) for name, entries in everything.items()} == {"models": 1, "empty": 0}
    assert list(json.loads(show(child, shop, "shop:LAZY", "--json").check().stdout)) == ["shop:LAZY"]


@pytest.mark.parametrize(
    ("reference", "fact"),
    [
        ("shop:Thing", "shop:Thing is not a registry: it is of type type."),
        ("shop:PLUGIN", "did you mean 'PLUGINS'"),
        ("shop_nowhere:X", "There is no module 'shop_nowhere'."),
        ("a b", "'a b' names no object."),
    ],
)
def test_what_cannot_be_shown(child: Python, shop: Path, reference: str, fact: str) -> None:
    """A fact, and what to do."""
    result = show(child, shop, reference).check(1)
    assert fact in result.stderr
    assert "→" in result.stderr
    assert "Traceback" not in result.stderr


def test_values_that_are_hard_to_show(child: Python, tmp_path: Path) -> None:
    """Whose text cannot be made, has many lines, or is huge: each has its row, and the others theirs."""
    text = """
from load.registry import Registry, instance
class Silent:
    def __repr__(self): raise RuntimeError("no repr")
    __hash__ = object.__hash__
class Odd:
    def __getattr__(self, name): raise ValueError(name)
class Lines:
    def __repr__(self): return "one\\n  two\\nthree"
class Wrong:
    def __repr__(self): return 3
HARD = Registry("hard")
HARD["silent"] = Silent()
HARD["odd"] = Odd()
HARD["lines"] = Lines()
HARD["wrong"] = Wrong()
HARD["list"] = list(range(1_000_000))
HARD["long"] = instance("x" * 1_000_000)
HARD["escape"] = instance("\\x1b[31mred")
HARD["many"] = tuple(["json:dumps"] * 1_000)
HARD[Silent()] = instance("by an object")
HARD.register("fact", "json:dumps", metadata={"a": Silent()}, aliases=[Silent()])
"""
    (tmp_path / "shop.py").write_text(text, encoding="utf-8")
    result = show(child, tmp_path, "shop:HARD").check()
    rows = {line.split("  ")[0]: line for line in result.stdout.splitlines()[3:]}
    assert "<Silent instance at" in rows["silent"]
    assert "its text raises ValueError" in rows["odd"]
    assert "one two three" in rows["lines"]
    assert "Wrong" in rows["wrong"]
    assert "[0, 1, 2, 3, 4, 5, ...]" in rows["list"]
    assert "a str" in rows["long"]
    assert "json:dumps, ... 1000 in all" in rows["many"]
    assert "\x1b" not in result.stdout
    assert "<a Silent: its text raises RuntimeError>" in rows
    assert len(result.stdout) < 3_000
    shown = json.loads(show(child, tmp_path, "shop:HARD", "--json").check().stdout)["hard"]
    assert len(shown) == 10
    assert shown[-1]["metadata"] == {"a": "<a Silent: its text raises RuntimeError>"}

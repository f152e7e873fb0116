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
        ("shop:Thing", "shop:Thing is no registry: it is of type type."),
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

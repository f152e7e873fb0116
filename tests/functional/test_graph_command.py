"""`load graph`: how the modules of a package hang together."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from tests.support.environments import Python
from tests.support.processes import Result

needs_grimp = pytest.mark.skipif(importlib.util.find_spec("grimp") is None, reason="needs grimp, the extra `graph`")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """One with a ring, which would raise if it were imported."""
    folder = tmp_path / "ringed"
    folder.mkdir()
    texts = {
        "__init__": "raise RuntimeError('imported')\n",
        "one": "from ringed import two\n\ndef f():\n    import ringed.three\n",
        "two": "from ringed import one\nx = 1\n",
        "three": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import ringed.one\n",
    }
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return tmp_path


def graph(child: Python, folder: Path, *words: str) -> Result:
    """`load graph`, typed in a folder."""
    return child.run(["-m", "load", "graph", *words], cwd=folder, env={"PYTHONSAFEPATH": None})


@needs_grimp
def test_rings(child: Python, package: Path) -> None:
    """With the statements that make them; imports in functions and for type checkers make none."""
    shown = graph(child, package, "ringed").check().stdout
    assert shown.startswith("ringed: 4 modules, ")
    assert "1 ring of imports" in shown
    assert "one.py:1: from ringed import two" in shown
    assert "two.py:1: from ringed import one" in shown
    assert "three" not in shown


@needs_grimp
def test_for_programs_and_diagrams(child: Python, package: Path) -> None:
    """Nodes, edges and cycles; a diagram for Markdown."""
    found = json.loads(graph(child, package, "ringed", "--json").check().stdout)
    assert found["nodes"] == ["ringed", "ringed.one", "ringed.three", "ringed.two"]
    kinds = {(edge["importer"], edge["imported"]): edge["kind"] for edge in found["edges"]}
    assert kinds["ringed.one", "ringed.three"] == "deferred"
    assert kinds["ringed.three", "ringed.one"] == "typing"
    assert [sorted(cycle["modules"]) for cycle in found["cycles"]] == [["ringed.one", "ringed.two"]]
    assert graph(child, package, "ringed", "--mermaid").check().stdout.startswith("flowchart LR\n")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["nothing_of_that_name"], 1, "There is no module 'nothing_of_that_name'."),
        (["not a name"], 1, "not a name"),
        ([], 2, "PKG"),
        (["ringed", "--json", "--mermaid"], 2, "not allowed with"),
    ],
)
def test_bad_input(child: Python, package: Path, words: list[str], code: int, said: str) -> None:
    """One line that says what is wrong."""
    result = graph(child, package, *words).check(code)
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_without_grimp(child: Python, package: Path) -> None:
    """It is said what to install."""
    (package / "grimp.py").write_text("raise ModuleNotFoundError('no grimp', name='grimp')\n", encoding="utf-8")
    result = graph(child, package, "ringed").check(1)
    assert "load-module[graph]" in result.stderr

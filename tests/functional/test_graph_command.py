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
    assert "1 cycle of imports" in shown
    assert "one.py:1: from ringed import two" in shown
    assert "two.py:1: from ringed import one" in shown
    assert "three" not in shown


@needs_grimp
def test_what_breaks_several_rings_comes_first(child: Python, tmp_path: Path) -> None:
    """The fewest statements for all rings of modules that hang together; as many rings as are asked for."""
    folder = tmp_path / "knot"
    folder.mkdir()
    texts = {"__init__": "", "hub": "import knot.one\nimport knot.two\n", "one": "import knot.last\nx = 1\n"}
    texts |= {"two": "import knot.last\nx = 1\n", "last": "import knot.hub\n"}
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    shown = graph(child, tmp_path, "knot").check().stdout
    assert "2 cycles of imports" in shown
    first = shown.split("\n\n")[1].splitlines()
    assert first[0] == "2 cycles of 4 modules: knot.hub, knot.last, knot.one, knot.two"
    assert first[1] == "  → to break all of them, move 1 statement into the function that needs it:"
    assert first[2].endswith("last.py:1: import knot.hub")
    assert shown.count("→ to break it, move") == 2
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "__init__.py").touch()
    assert graph(child, tmp_path, "small").check().stdout.startswith("small: 1 module, 0 imports (0 eager, ")
    few = graph(child, tmp_path, "knot", "--most", "1").check().stdout
    assert few.count("→ to break it, move") == 1
    assert few.endswith("… 1 more: --most 2\n")


@needs_grimp
def test_for_programs_and_diagrams(child: Python, package: Path) -> None:
    """Nodes, edges and cycles; a diagram for Markdown."""
    found = json.loads(graph(child, package, "ringed", "--json").check().stdout)
    assert found["nodes"] == ["ringed", "ringed.one", "ringed.three", "ringed.two"]
    kinds = {(edge["importer"], edge["imported"]): edge["kind"] for edge in found["edges"]}
    assert kinds["ringed.one", "ringed.three"] == "deferred"
    assert kinds["ringed.three", "ringed.one"] == "typing"
    assert [sorted(cycle["modules"]) for cycle in found["cycles"]] == [["ringed.one", "ringed.two"]]
    assert [(group["cycles"], len(group["breakers"])) for group in found["cycle_groups"]] == [([0], 1)]
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


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("ringed.one", "type: load graph ringed"),
        ("spread.inner.part", "type: load graph spread.inner"),
        ("./ringed", "type: load graph ringed"),
        ("ringed/", "type: load graph ringed"),
        ("ringed/one.py", "type: load graph ringed"),
        (".", "give the import name of a package: a folder with an __init__.py"),
    ],
)
def test_what_is_no_package_is_told_with_what_to_type(child: Python, package: Path, word: str, hint: str) -> None:
    """A part of one, or the path of one."""
    inner = package / "spread" / "inner"
    inner.mkdir(parents=True)
    for name in ("__init__", "part"):
        (inner / f"{name}.py").touch()
    result = graph(child, package, word).check(1)
    assert result.stderr.splitlines()[-1] == f"  → {hint}"


def test_a_path_elsewhere_is_told_with_where_to_go(child: Python, package: Path) -> None:
    """As the import name means nothing here."""
    elsewhere = package / "else where"
    elsewhere.mkdir()
    said = graph(child, elsewhere, str(package / "ringed" / "two.py")).check(1).stderr
    assert said.splitlines()[-1] == f"  → type: cd {package} && load graph ringed"


@needs_grimp
def test_terminals_that_know_ascii_alone(child: Python, package: Path) -> None:
    """Get arrows of it, and nothing in place of a letter."""
    shown = child.run(
        ["-m", "load", "graph", "ringed"], cwd=package, env={"PYTHONSAFEPATH": None, "PYTHONIOENCODING": "ascii"}
    ).check().stdout  # fmt: skip
    assert "ringed.one -> ringed.two -> ringed.one" in shown
    assert "  -> to break it, move 'from ringed import" in shown
    assert "?" not in shown


def test_without_grimp(child: Python, package: Path) -> None:
    """It is said what to install."""
    (package / "grimp.py").write_text("raise ModuleNotFoundError('no grimp', name='grimp')\n", encoding="utf-8")
    result = graph(child, package, "ringed").check(1)
    assert "pip install grimp" in result.stderr

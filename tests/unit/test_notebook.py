"""Notebooks: the Python in their cells, and changes that leave the rest byte for byte."""

from __future__ import annotations

import json
from typing import Any

import pytest

from load._imports.scripts.notebook import Notebook
from load._imports.scripts.program import Program
from load.errors import SourceError

STYLES: list[dict[str, Any]] = [
    {"indent": 1, "ensure_ascii": False},
    {"indent": 2},
    {"indent": "\t", "ensure_ascii": False},
    {},
]


def notebook(*sources: str, minor: int = 5, **style: Any) -> bytes:
    """A notebook with a heading and code cells."""
    cells: list[dict[str, Any]] = [{"cell_type": "markdown", "metadata": {}, "source": ["# Zürich"]}]
    for number, source in enumerate(sources):
        cell = {"cell_type": "code", "execution_count": 1, "metadata": {"b": 1, "a": 2}, "outputs": []}
        cells.append({**cell, "id": f"cell{number}", "source": source.splitlines(keepends=True)})
    table = {"cells": cells, "metadata": {"z": 1, "a": {}}, "nbformat": 4, "nbformat_minor": minor}
    return (json.dumps(table, **style) + "\n").encode()


@pytest.mark.parametrize("style", STYLES)
def test_a_cell_that_is_written_as_it_was_changes_nothing(style: dict[str, Any]) -> None:
    """The layout of its list of lines is kept."""
    data = notebook("import a\nimport b", **style)
    read = Notebook(data, "n.ipynb")
    assert read.with_source(read.cells[0], read.cells[0].source) == data


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("sources", [(), ("import a\n",)])
def test_a_new_first_cell_stands_in_the_style_of_the_rest(style: dict[str, Any], sources: tuple[str, ...]) -> None:
    """What Jupyter would write with that cell in it is what is written."""
    data = notebook(*sources, **style)
    written = Notebook(data, "n.ipynb").with_first_cell("# é\nx")
    table = json.loads(written)
    new, *rest = table["cells"]
    assert new == {
        "cell_type": "code",
        "execution_count": None,
        "id": "script-block",
        "metadata": {},
        "outputs": [],
        "source": ["# é\n", "x"],
    }
    assert rest == json.loads(data)["cells"]
    assert written == (json.dumps(table, **style) + "\n").encode()


def test_a_notebook_without_cells_gets_its_first() -> None:
    """An empty list of cells is filled in the layout of the file."""
    table: dict[str, Any] = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    data = json.dumps(table, indent=1).encode()
    written = Notebook(data, "n.ipynb").with_first_cell("x")
    assert written == json.dumps(json.loads(written), indent=1).encode()
    assert "id" not in json.loads(written)["cells"][0]


@pytest.mark.parametrize("kind", ["crlf", "bom", "string source", "odd spaces", "taken id"])
def test_odd_files_keep_their_oddities(kind: str) -> None:
    """Line ends, a byte order mark, a source that is one text, spaces that nobody else would write."""
    data = notebook("import a", indent=1, ensure_ascii=False)
    changed = {
        "crlf": data.replace(b"\n", b"\r\n"),
        "bom": b"\xef\xbb\xbf" + data,
        "string source": data.replace(b'[\n    "import a"\n   ]', b'"import a"'),
        "odd spaces": data.replace(b'"metadata": {}', b'"metadata" :  {  }'),
        "taken id": data.replace(b"cell0", b"script-block"),
    }[kind]
    assert changed != data
    written = Notebook(changed, "n.ipynb").with_first_cell("x")
    rest = changed[changed.index(b"{", changed.index(b"cells")) :]
    assert written.endswith(rest)
    cells = json.loads(written.decode("utf-8-sig"))["cells"]
    assert cells[0]["id"] == ("script-block-2" if kind == "taken id" else "script-block")
    if kind == "crlf":
        assert written.count(b"\n") == written.count(b"\r\n")
    again = Notebook(written, "n.ipynb")
    assert again.with_source(again.cells[0], "x") == written


def test_magics_are_no_python() -> None:
    """Magics and shell lines are left out, cells in other languages too; what follows a Python cell magic is Python."""
    read = Notebook(
        notebook(
            "%matplotlib inline\nimport a\n!ls\nfiles = !ls\nhelp?\nif x:\n    %pwd\n",
            "%%bash\nimport no",
            "\n%%time\nimport b",
        ),
        "n.ipynb",
    )
    assert [cell.python for cell in read.cells] == [
        "pass\nimport a\npass\npass\npass\nif x:\n    pass\n",
        "",
        "\npass\nimport b",
    ]


def test_a_program_of_cells_is_scanned_as_one() -> None:
    """Each cell is read by itself, with `await` outside of functions allowed, and the block of one cell counts."""
    block = '# /// script\n# dependencies = ["a"]\n# ///'
    found = Program("n.ipynb", notebook("import a\nawait a.b()", block, "import load\nload.numpy"))
    assert [need.name for need in found.needs.needs] == ["a", "numpy"]
    assert found.needs.dependencies == ("a",)
    assert found.uses_load


@pytest.mark.parametrize(
    ("data", "fact"),
    [
        (b"", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "no list of cells"),
        (b'{"worksheets": []}', "no list of cells"),
        (b'{"cells": [1]}', "cell 1 is not a cell"),
        (b'{"cells": [{"cell_type": "code", "source": [1]}]}', "cell 1 has no text"),
        (notebook("import ("), "cell 2 is not valid Python"),
        (notebook(*["# /// script\n# dependencies = []\n# ///"] * 2), "more than one"),
    ],
)
def test_what_is_no_notebook_says_why(data: bytes, fact: str) -> None:
    """The error is one of ours and names the cell."""
    with pytest.raises(SourceError, match=fact) as caught:
        Program("n.ipynb", data)
    assert "n.ipynb" in str(caught.value)

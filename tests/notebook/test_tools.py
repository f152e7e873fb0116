"""Notebooks run by tools that cannot ask anybody: nbconvert and papermill."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest

from tests.support.environments import Python

pytest.importorskip("ipykernel", reason="needs a Jupyter kernel: pip install ipykernel")
from tests.notebook.cells import nbformat, notebook

ASKS = ("import load\nload.enable_auto_print()\nload.tabnanny;", "load.configure(install='ask')\nload.pyfiglet")
REFUSAL = "'pyfiglet' is not installed, and load may not install it here."
HINT = 'load.configure(install="known") in a cell before, where nobody can be asked'


def written(folder: Path, *sources: str) -> Path:
    """A notebook's file."""
    path = folder / "book.ipynb"
    nbformat.write(notebook(*sources), path)
    return path


def test_a_page_of_nbconvert_says_what_to_set(child: Python, tmp_path: Path) -> None:
    """It does not wait for an answer; the table is there, and the refusal."""
    pytest.importorskip("nbconvert", reason="needs nbconvert: pip install '.[jupyter]'")
    command = ["-m", "nbconvert", "--execute", "--allow-errors", "--to", "html", written(tmp_path, *ASKS)]
    child.run(command, cwd=tmp_path, timeout=120).check()
    page = html.unescape((tmp_path / "book.html").read_text(encoding="utf-8"))
    assert 'class="load-shown"' in page
    assert ">tabnanny</td>" in page
    assert REFUSAL in page
    assert HINT in page


def test_papermill_is_told_what_to_set(child: Python, tmp_path: Path) -> None:
    """It ends at once, and what it has written holds the table."""
    pytest.importorskip("papermill", reason="needs papermill: pip install '.[jupyter]'")
    failed = child.run(
        ["-m", "papermill", "--no-progress-bar", written(tmp_path, *ASKS), "out.ipynb"], cwd=tmp_path, timeout=120
    )
    assert failed.returncode == 1
    assert REFUSAL in failed.stderr
    assert HINT in failed.stderr
    book = json.loads((tmp_path / "out.ipynb").read_text(encoding="utf-8"))
    assert "load-shown" in json.dumps(book["cells"])

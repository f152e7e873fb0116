"""The notebooks of the examples: each runs, and is committed with what it showed in a real run."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.docs.surroundings import MACHINE
from tests.support.environments import Environment
from tests.support.library import CHECKOUT

nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed: pip install '.[docs]'")
nbformat = pytest.importorskip("nbformat")

FOLDER = CHECKOUT / "examples" / "notebooks"
NAMES = sorted(path.name for path in FOLDER.glob("*.ipynb"))


def shown(book: Any) -> str:
    """All that the outputs of a notebook say in words, without colours."""
    parts = [output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in outputs(book)]
    return re.sub(r"\x1b\[[\d;]*m", "", "\n".join("".join(part) for part in parts))


def outputs(book: Any) -> list[Any]:
    """The outputs of all cells."""
    return [output for cell in book["cells"] if cell["cell_type"] == "code" for output in cell["outputs"]]


@pytest.fixture
def kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes a kernel of a Python: `kernels(python)`, known as `tested`, which sees the checkout."""
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))

    def make(python: Path) -> None:
        folder = tmp_path / "jupyter" / "kernels" / "tested"
        folder.mkdir(parents=True)
        arguments = [str(python), "-Wignore", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec = {"argv": arguments, "display_name": "tested", "language": "python"}
        (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")

    return make


def execute(name: str, folder: Path) -> Any:
    """Run a copy of a notebook in the kernel `tested`; the notebook with its new outputs."""
    copied = shutil.copytree(FOLDER.parent, folder / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    book = nbformat.read(copied / "notebooks" / name, as_version=4)
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    run = nbclient.NotebookClient(
        book, timeout=120, kernel_name="tested", resources={"metadata": {"path": str(copied / "notebooks")}}
    )
    return run.execute()


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")  # of zmq and jupyter_client
def test_the_profile_is_told_and_the_fix_helps(kernels: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The statements that are to blame, what to write, and fewer modules afterwards."""
    monkeypatch.setenv("PYTHONPATH", str(CHECKOUT))
    kernels(Path(sys.executable))
    text = shown(execute("faster_start.ipynb", tmp_path))
    assert 'write `asyncio = load.lazy_import("asyncio")`' in text
    before, after = (int(count) for count in re.findall(r"^shop · .* (\d+) modules · 7 runs$", text, re.MULTILINE))
    assert after < before / 2


@pytest.mark.registry
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")
def test_the_analysis_installs_what_it_needs(
    venv: Environment, kernels: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In an environment with `load` and a kernel alone."""
    venv.uv_pip("install", "ipykernel", timeout=120).check()
    assert "pandas" not in venv.installed()
    monkeypatch.delenv("PYTHONPATH", raising=False)
    kernels(venv.python)
    book = execute("weather.ipynb", tmp_path)
    assert {"pandas", "matplotlib"} <= set(venv.installed())
    assert "installed pandas" in shown(book)
    assert any("image/png" in output.get("data", {}) for output in outputs(book))


@pytest.mark.parametrize("name", NAMES)
def test_it_is_committed_with_its_outputs(name: str) -> None:
    """Whole, in order, without an error, and without the paths, times or host of who ran it."""
    book = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    cells = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert len(outputs(book)) >= 4
    assert [output for output in outputs(book) if output["output_type"] == "error"] == []
    assert [cell["metadata"] for cell in cells if "execution" in cell["metadata"]] == []
    assert MACHINE.findall(shown(book)) == []
    host = os.environ.get("HOSTNAME", "no host")
    assert host not in shown(book) or host in "".join(line for cell in cells for line in cell["source"])


def test_there_are_two() -> None:
    """One that installs what it needs, one that looks at what costs."""
    assert NAMES == ["faster_start.ipynb", "weather.ipynb"]

"""Notebooks that are run by nbclient, and what their cells show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.support.library import CHECKOUT

nbformat = pytest.importorskip("nbformat", reason="needs nbclient: pip install '.[jupyter]'")
nbclient = pytest.importorskip("nbclient", reason="needs nbclient: pip install '.[jupyter]'")


@dataclass
class Shown:
    """What one cell shows."""

    stdout: str = ""
    stderr: str = ""
    error: str = ""
    traceback: str = ""
    bundles: list[dict[str, Any]] = field(default_factory=list)

    @property
    def tables(self) -> list[list[str]]:
        """The names in the tables of `load`, of which each is there as HTML and as text."""
        found = [each for each in self.bundles if 'class="load-shown"' in each.get("text/html", "")]
        return [[line.split()[0] for line in each["text/plain"].splitlines()[1:]] for each in found]


def notebook(*sources: str) -> Any:
    """A notebook of these cells."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def run(monkeypatch: pytest.MonkeyPatch, *sources: str, **environ: str) -> list[Shown]:
    """Run cells in a kernel of their own; whatever fails, the others run."""
    for name, value in {"PYTHONPATH": str(CHECKOUT), **environ}.items():
        monkeypatch.setenv(name, value)
    book = notebook(*sources)
    nbclient.NotebookClient(book, timeout=150, startup_timeout=150, allow_errors=True).execute()
    return [_shown(cell.outputs) for cell in book.cells]


def _shown(outputs: list[Any]) -> Shown:
    shown = Shown()
    for output in outputs:
        if output.output_type == "stream":
            setattr(shown, output.name, getattr(shown, output.name) + output.text)
        elif output.output_type == "error":
            shown.error = f"{output.ename}: {output.evalue}"
            shown.traceback = "\n".join(output.traceback)
        else:
            shown.bundles.append(dict(output.data))
    return shown

"""Run notebooks in place, so that they are committed with what they really show.

python docs/_make/notebooks.py examples/notebooks/*.ipynb

Do it in an environment with `load-module`, `ipykernel` and `nbclient` alone, and in a folder whose path anybody may
read, as TMPDIR is: what is installed shows the environment, and what is suggested a file.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient


def run(path: Path) -> None:
    """Run one notebook, without the times of the run in its metadata."""
    book = nbformat.read(path, as_version=4)
    NotebookClient(book, record_timing=False, resources={"metadata": {"path": str(path.parent)}}).execute()
    for cell in book.cells:
        cell.metadata.pop("execution", None)
    nbformat.write(book, path)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        run(Path(name))

"""A program as it lies on disk, a script or a notebook: what it needs, and how its block of metadata is written."""

from __future__ import annotations

import os

from load._imports.scripts.needs import ScriptNeeds
from load._imports.scripts.notebook import Notebook
from load._imports.scripts.scan import scan_source
from load._imports.scripts.script_block import script_span
from load.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _ast import AST
    from collections.abc import Mapping, Sequence

_SUFFIXES = (".py", ".pyw", "")
_NOTEBOOK = ".ipynb"


class Program:
    """A script or a notebook.

    Attributes:
        path: where it lies, an absolute path.
        data: its bytes.
        needs: what it needs, and what its block says.
        uses_load: whether it imports `load`.
    """

    __slots__ = ("_notebook", "data", "needs", "path", "uses_load")

    def __init__(self, path: str, data: bytes) -> None:
        """Take a program's bytes; `read_program` reads them from disk.

        Raises:
            SourceError: it is not Python, or its block is malformed.
        """
        self.path = path
        self.data = data
        self._notebook = Notebook(data, path) if path.endswith(_NOTEBOOK) else None
        self.needs, self.uses_load = self._scanned() if self._notebook is None else self._scanned_cells(self._notebook)

    def _scanned(self) -> tuple[ScriptNeeds, bool]:
        tree = _parsed(self.data, self.path)
        return scan_source(self.data, self.path), _imports_load(tree)

    def _scanned_cells(self, notebook: Notebook) -> tuple[ScriptNeeds, bool]:
        parts = [_runnable(cell.python, f"{self.path}, cell {cell.number}") for cell in notebook.cells]
        scanned = [scan_source(text, self.path) for text, _ in parts]
        blocks = [each for each in scanned if each.dependencies is not None]
        if len(blocks) > 1:
            raise _two_blocks(self.path)
        needs = tuple(need for each in scanned for need in each.needs)
        uses_load = any(_imports_load(tree) for _, tree in parts)
        if not blocks:
            return ScriptNeeds(needs), uses_load
        block = blocks[0]
        return ScriptNeeds(
            needs, requires_python=block.requires_python, dependencies=block.dependencies, tool=block.tool
        ), uses_load

    def with_block(self, *, requires_python: str | None, replaced: Mapping[str, str], added: Sequence[str]) -> bytes:
        """Its bytes with the block written or updated, as `block_writing.write_script_block` does it.

        In a notebook the block stands in a code cell of its own, at the head where there was none.
        """
        from load._imports.scripts.block_writing import write_script_block

        def written(source: bytes) -> bytes:
            return write_script_block(
                source, self.path, requires_python=requires_python, replaced=replaced, added=added
            )

        if self._notebook is None:
            return written(self.data)
        for cell in self._notebook.cells:
            if script_span(cell.source.splitlines(), self.path) is not None:
                source = written(cell.source.encode()).decode()
                return self.data if source == cell.source else self._notebook.with_source(cell, source)
        return self._notebook.with_first_cell(written(b"").decode().rstrip("\n"))


def read_program(path: str) -> Program:
    """Read a script or a notebook.

    Raises:
        SourceError: there is none, it cannot be read, it is not Python, or its block is malformed.
    """
    suffix = os.path.splitext(path)[1].lower()
    if os.path.isdir(path):
        raise SourceError(f"{path} is a folder, not a script.", hint="name the script in it")
    if suffix not in (*_SUFFIXES, _NOTEBOOK):
        raise SourceError(f"{path} is neither a Python script nor a notebook.", hint="name a .py or .ipynb file")
    try:
        with open(path, "rb") as file:
            data = file.read()
    except (OSError, ValueError) as error:  # a null character in a path is a ValueError
        reason = getattr(error, "strerror", None) or error
        raise SourceError(f"{path} cannot be read: {reason}.", hint="name a script that is there") from error
    return Program(os.path.abspath(path), data)


def _parsed(source: str | bytes, where: str) -> AST:
    import warnings
    from _ast import PyCF_ONLY_AST

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return compile(source, where, "exec", PyCF_ONLY_AST, dont_inherit=True)
        except SyntaxError as error:
            fact = f"{error.msg}, line {error.lineno}" if error.lineno else str(error.msg)
            raise SourceError(f"{where} is not valid Python: {fact}.", hint="mend it first") from error
        except (ValueError, RecursionError, MemoryError) as error:
            # Null characters; nesting that is too deep for the parser.
            raise SourceError(f"{where} is not valid Python: {error}.", hint="mend it first") from error


def _runnable(text: str, where: str) -> tuple[str, AST]:
    """A cell as Python that compiles: one with `await` outside of functions is put into one."""
    try:
        return text, _parsed(text, where)
    except SourceError:
        from textwrap import indent

        wrapped = "async def cell():\n" + indent(text, " ") + "\n pass\n"
        try:
            return wrapped, _parsed(wrapped, where)
        except SourceError:
            pass
        raise


def _imports_load(tree: AST) -> bool:
    import ast

    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and any(each.name.partition(".")[0] == "load" for each in node.names):
            return True
        if isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").partition(".")[0] == "load":
            return True
    return False


def _two_blocks(path: str) -> SourceError:
    return SourceError(
        f"{path} has more than one `# /// script` block.", hint="keep one of them: a notebook says once what it needs"
    )

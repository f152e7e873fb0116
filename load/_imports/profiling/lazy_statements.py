"""Where a lazy import (PEP 810) was declared that is carried out somewhere else."""

from __future__ import annotations

import ast

from load._reference import absolute
from load.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def declared_in(filename: str, importer: str, name: str) -> str:
    """File and line of the lazy statement of a module that means another one, or "" where it has none.

    Args:
        filename: the module's source.
        importer: its dotted name.
        name: the other's.
    """
    import tokenize

    try:
        with tokenize.open(filename) as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError):  # it is not there any more, or was not Python
        return ""
    package = importer if filename.endswith("__init__.py") else importer.rpartition(".")[0]
    for node in ast.walk(tree):
        if getattr(node, "is_lazy", 0) and any(
            meant == name or meant.startswith(f"{name}.") for meant in _meant(node, package)
        ):
            return f"{filename}:{node.lineno}"  # type: ignore[attr-defined]
    return ""


def _meant(node: ast.AST, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        try:
            module = absolute("." * node.level + (node.module or ""), package)
        except SourceError:  # above the top: it fails when it is carried out
            return
        yield from (f"{module}.{alias.name}" for alias in node.names)

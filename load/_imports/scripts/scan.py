"""Which modules a script needs, read from its source without running it.

Import statements, `importlib.import_module` and the forms of `load` (`load.x.y`, `load("x>=2")`, `load["x"]`,
`from load import x`, `import_aliases`, `@requires`, …) are seen wherever they stand, with what stands around
them: a `try` that catches ImportError, `if TYPE_CHECKING`, a branch for another platform, a function.
"""

from __future__ import annotations

import os
from _frozen_importlib_external import MAGIC_NUMBER

from load._find import entry_finder
from load._imports.scripts.beside import local_modules
from load._imports.scripts.needs import Need, ScriptNeeds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _ast import AST
    from collections.abc import Container

    from load._imports.scripts.script_block import ScriptBlock

__all__ = ["Need", "ScriptNeeds", "local_modules", "scan_file", "scan_source"]


def scan_file(path: str | os.PathLike[str], *, own: Container[str] | None = None, package: str = "") -> ScriptNeeds:
    """Tell what a script needs, as `scan_source`.

    Args:
        path: a script; or a folder or archive, whose `__main__.py` is the script. Bytecode needs nothing that
            could be seen.
        own: as for `scan_source`.
        package: as for `scan_source`.

    Raises:
        OSError: the file cannot be read.
        SyntaxError: as `python path` would show it.
        SourceError: its PEP 723 block is malformed.
    """
    path = os.path.abspath(path)
    archive = entry_finder(path)
    spec = archive.find_spec("__main__") if archive is not None else None
    if archive is not None and spec is None:
        return ScriptNeeds()
    filename: str = path if spec is None else spec.origin
    source: bytes = _read(filename) if spec is None else spec.loader.get_data(filename)
    if filename.endswith(".pyc") or source.startswith(MAGIC_NUMBER):
        return ScriptNeeds()
    return scan_source(source, filename, own=own, package=package)


def scan_source(
    text: str | bytes, filename: str, *, own: Container[str] | None = None, package: str = ""
) -> ScriptNeeds:
    """Tell what a source needs, without running it.

    Args:
        text: the source; bytes are decoded as Python does (PEP 263).
        filename: where it comes from, for messages.
        own: the names of `load` itself, which are no modules to load (`load.configure`); those of
            `load._reserved` where None.
        package: the package that relative imports are relative to; they are left out where there is none, as in a
            script.

    Returns:
        Its needs in the order of their lines, and its PEP 723 block.

    Raises:
        SyntaxError: as the compiler raises it (ValueError for null bytes, on some versions). A source in which the
            word `import` does not occur needs nothing, and is not parsed.
        SourceError: the PEP 723 block is malformed.
    """
    needs = _needs(text, filename, own, package) if _mentions("import", text) else ()
    block = _block(text, filename) if _mentions("# ///", text) else None
    if block is None:
        return ScriptNeeds(needs)
    return ScriptNeeds(needs, requires_python=block.requires_python, dependencies=block.dependencies, tool=block.tool)


def _read(filename: str) -> bytes:
    with open(filename, "rb") as stream:
        return stream.read()


def _mentions(word: str, text: str | bytes) -> bool:
    return word.encode() in text if isinstance(text, bytes) else word in text


def _needs(text: str | bytes, filename: str, own: Container[str] | None, package: str) -> tuple[Need, ...]:
    tree = _parse(text, filename)
    from load._imports.scripts.walk import needs_of

    return needs_of(tree, own, package=package, dunder_import=_mentions("__import__", text))


def _block(text: str | bytes, filename: str) -> ScriptBlock | None:
    from load._imports.scripts.script_block import read_script_block

    return read_script_block(text, filename)


def _parse(text: str | bytes, filename: str) -> AST:
    import warnings
    from _ast import PyCF_ONLY_AST

    # The same warnings come again when the script is compiled to run; once is enough.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return compile(text, filename, "exec", PyCF_ONLY_AST, dont_inherit=True)

"""The import statements of a module that it did not need as it ran: nothing read their names, or only functions did."""

from __future__ import annotations

import ast
import re
import sys
from functools import cached_property
from typing import NamedTuple

from load._imports.source.shapes import catches_import_errors, suppresses_import_errors
from load._imports.suggesting.reads import (
    Reads,
    base_of,
    exported,
    read_elsewhere,
    reads_of,
    relied_on,
    with_parents,
)
from load._imports.suggesting.standing_in import used_themselves

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from typing import Literal

    from load._imports.suggesting.usage import Used

_DECLARED = re.compile(r"#\s*noqa(?!\s*:)|#\s*noqa\s*:[^#]*\bF401\b", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d]\w*")
_FROM_PACKAGE = re.compile(r"\bfrom\s*\.+\s*import\b")
_NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_MOST_NAMED = 3  # functions


class Source:
    """A module's source, as it was read and compiled.

    Args:
        module: its dotted name.
        package: what its relative imports are relative to.
        file: where it stands, as its code says it.

    Raises:
        OSError: it cannot be read; SyntaxError or ValueError where its encoding is off.
    """

    def __init__(self, module: str, package: str, file: str) -> None:
        import tokenize

        with tokenize.open(file) as stream:
            self.text = stream.read()
        self.module = module
        self.package = package
        self.file = file

    @cached_property
    def tree(self) -> ast.Module:
        """It parsed.

        Raises:
            SyntaxError: it is not Python; ValueError or RecursionError for what is stranger still.
        """
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(self.text, self.file)

    def forget_tree(self) -> None:
        """Give the memory of the tree back; it is parsed again where it is asked for again."""
        self.__dict__.pop("tree", None)

    def may_read(self, modules: Collection[str]) -> bool:
        """Whether its text names one of some modules, by the last part of its name, or something of its own package.

        Args:
            modules: their dotted names.
        """
        lasts = {name.rpartition(".")[2] for name in modules}
        return not lasts.isdisjoint(_WORDS.findall(self.text)) or _FROM_PACKAGE.search(self.text) is not None

    def reads(self, used: Used | None) -> Reads:
        """The names that its code reads."""
        return reads_of(self.tree, compile(self.tree, self.file, "exec", dont_inherit=True), used)

    def read_elsewhere(self) -> set[str]:
        """What it reads of other modules."""
        return read_elsewhere(self.tree, self.package)

    @cached_property
    def used_themselves(self) -> set[str]:
        """The names that no lazy object can stand in for."""
        return used_themselves(self.tree)

    def relied_on(self) -> set[str]:
        """What it reads of packages though none of its statements names it."""
        return relied_on(self.tree, self.package)

    def is_package(self) -> bool:
        """Whether it is the `__init__` of a package."""
        return self.module == self.package

    def is_declared(self, node: ast.stmt) -> bool:
        """Whether a comment at a statement says that its names are not read on purpose (`# noqa: F401`)."""
        lines = self.text.splitlines()[node.lineno - 1 : node.end_lineno]
        return any(_DECLARED.search(line) for line in lines)


class Unneeded(NamedTuple):
    """An import statement, or one name of it, that its module did not need as it ran.

    Attributes:
        kind: "unused" where nothing read it in this run; "lazy" where functions did that ran, and nothing else.
        importer: the module that it stands in.
        file: its source.
        line: the line of the statement.
        statement: the statement, or the part of it.
        modules: the modules that it asks for; those above them too.
        text: one sentence of what to do.
    """

    kind: Literal["unused", "lazy"]
    importer: str
    file: str
    line: int
    statement: str
    modules: tuple[str, ...]
    text: str

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.file}:{self.line}"


class _Part(NamedTuple):
    """What can be taken out of a source: a statement, or one alias of it."""

    node: ast.Import | ast.ImportFrom
    names: tuple[str, ...]  # that it binds
    modules: tuple[str, ...]
    is_tried: bool


def unneeded(
    source: Source, used: Used | None, elsewhere: set[str], relied: set[str], is_module: Callable[[str], bool]
) -> Iterator[Unneeded]:
    """Find the import statements at the top of a module that it did not need as it ran.

    Not among them: what is exported or read by another module, what a comment declares as wanted (`# noqa: F401`),
    `from … import *`, what the `__init__` of a package imports from within the package, and what others find in a
    package only because it is imported here.

    Args:
        source: the module.
        used: which functions ran; None where that is not known, then all of them may have.
        elsewhere: what other modules read of others, as `Source.read_elsewhere`.
        relied: what modules read of packages without importing it, as `Source.relied_on`.
        is_module: tells whether a dotted name is a module that was imported.
    """
    reads = source.reads(used)
    kept = exported(source.tree)
    if f"{source.module}.*" in elsewhere:
        return

    def is_needed(name: str) -> bool:
        return name in reads.eager or name in kept or f"{source.module}.{name}" in elsewhere

    for node, is_tried in _statements(source.tree):
        if getattr(node, "is_lazy", False) or source.is_declared(node):
            continue
        for part in _parts(node, source, is_tried, is_needed, is_module):
            if relied.isdisjoint(part.modules):
                yield _verdict(part, source, reads, used)


def _statements(tree: ast.Module) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """The import statements that run with the module, and whether something around them catches what they raise."""
    todo: list[tuple[ast.AST, bool]] = [(each, False) for each in reversed(tree.body)]
    while todo:
        node, is_tried = todo.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node, is_tried
        elif isinstance(node, ast.Try):
            caught = is_tried or any(catches_import_errors(each.type) for each in node.handlers)
            rest = [*node.handlers, *node.orelse, *node.finalbody]
            todo += [(each, is_tried) for each in reversed(rest)] + [(each, caught) for each in reversed(node.body)]
        elif not isinstance(node, (*_NESTED, ast.expr)):
            if isinstance(node, ast.With):
                is_tried = is_tried or any(suppresses_import_errors(each.context_expr) for each in node.items)
            todo += [(each, is_tried) for each in reversed(list(ast.iter_child_nodes(node)))]


def _parts(
    node: ast.Import | ast.ImportFrom,
    source: Source,
    is_tried: bool,
    is_needed: Callable[[str], bool],
    is_module: Callable[[str], bool],
) -> Iterator[_Part]:
    root = source.package.partition(".")[0]
    if isinstance(node, ast.Import):
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            is_own = source.is_package() and name == root
            if not is_needed(name) and alias.asname != alias.name and not is_own:
                yield _Part(_only(node, alias), (name,), with_parents(alias.name), is_tried)
        return
    base = base_of(node, source.package)
    if base is None or base == "__future__" or any(alias.name == "*" for alias in node.names):
        return
    if source.is_package() and base.partition(".")[0] == root:
        return
    free = [each for each in node.names if each.asname != each.name and not is_needed(each.asname or each.name)]
    submodules = [f"{base}.{alias.name}" for alias in node.names if is_module(f"{base}.{alias.name}")]
    if len(free) == len(node.names):
        modules = (*with_parents(base), *submodules)
        yield _Part(node, tuple(alias.asname or alias.name for alias in free), modules, is_tried)
        return
    for alias in free:
        if f"{base}.{alias.name}" in submodules:
            yield _Part(_only(node, alias), (alias.asname or alias.name,), (f"{base}.{alias.name}",), is_tried)


def _only(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> ast.Import | ast.ImportFrom:
    if len(node.names) == 1:
        return node
    if isinstance(node, ast.Import):
        return ast.copy_location(ast.Import([alias]), node)
    return ast.copy_location(ast.ImportFrom(node.module, [alias], node.level), node)


# -- what to do --------------------------------------------------------------------------------------------------------


def _verdict(part: _Part, source: Source, reads: Reads, used: Used | None) -> Unneeded:
    called = _readers(part, reads.called)
    idle = _readers(part, reads.idle)
    kind: Literal["unused", "lazy"] = "lazy" if called else "unused"
    if called:
        text = f"only functions read it ({_listed(called)}): {_how(part, source, reads)}"
        text += ", and it is imported when the first of them runs" if used is not None else ""
    elif idle:
        text = f"only functions read it that did not run ({_listed(idle)}): {_how(part, source, reads)}"
    elif reads.annotations.intersection(part.names):
        text = "only annotations name it: import it below `if TYPE_CHECKING:`"
    elif part.is_tried:
        text = f'nothing reads it: if only its presence counts, ask `load.available("{part.modules[-1]}")`'
    else:
        text = "nothing reads it: take it out, unless it is there for what it does as it is imported"
    statement = " ".join(ast.unparse(part.node).split())
    return Unneeded(kind, source.module, source.file, part.node.lineno, statement, part.modules, text)


def _readers(part: _Part, known: dict[str, list[str]]) -> list[str]:
    return sorted({function for name in part.names for function in known.get(name, ())})


def _listed(functions: list[str]) -> str:
    more = len(functions) - _MOST_NAMED
    return ", ".join(functions[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _how(part: _Part, source: Source, reads: Reads) -> str:
    """How to make it lazy, in the words of this Python."""
    node = part.node
    if sys.version_info >= (3, 15) and not part.is_tried:
        return f"write `lazy {' '.join(ast.unparse(node).split())}`"
    if part.is_tried or not _can_be_lazy(part, source):
        named = reads.annotations.intersection(part.names)
        return "import it in them" + (", and for annotations below `if TYPE_CHECKING:`" if named else "")
    alias = node.names[0]
    if isinstance(node, ast.Import):
        spec = alias.name
    else:
        base = base_of(node, source.package)
        spec = f"{base}.{alias.name}" if f"{base}.{alias.name}" in part.modules else f"{base}:{alias.name}"
    more = ", and the others alike" if len(node.names) > 1 else ""
    return f'write `{alias.asname or alias.name} = load.lazy_import("{spec}")`{more}'


def _can_be_lazy(part: _Part, source: Source) -> bool:
    """Whether `load.lazy_import` can stand in for it."""
    if isinstance(part.node, ast.Import):
        return all(alias.asname or "." not in alias.name for alias in part.node.names)
    base = base_of(part.node, source.package)
    names = {alias.asname or alias.name for alias in part.node.names if f"{base}.{alias.name}" not in part.modules}
    return not names or names.isdisjoint(source.used_themselves)

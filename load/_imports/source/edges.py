"""What an import statement says, and the edges of a graph that come of it."""

from __future__ import annotations

import sys
from functools import partial
from typing import NamedTuple

from load._reference import absolute
from load.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, Literal

    Kind = Literal["eager", "deferred", "typing"]
    # "global": eager, but lazy where Python is told so: by `-X lazy_imports=all`, or by the module for some names.
    Written = Literal["eager", "deferred", "typing", "global"]
    Origin = Literal["source", "run", "both"]
    # A statement as it comes from the cache.
    Row = tuple[int, Written, str, tuple[str, ...]]

# From the strongest to the weakest: with its module; in a function, or lazily; for type checkers alone.
KINDS: tuple[Kind, ...] = ("eager", "deferred", "typing")
# The name by which a module has some of its imports lazy, from Python 3.15 on (PEP 810); as the source of a statement,
# it stands for the names.
LAZY_MODULES = "__lazy_modules__"
# How a statement of the module itself runs.
OUTERMOST: Written = "global" if sys.version_info >= (3, 15) else "eager"
_LONGEST_TEXT = 160


class Statement(NamedTuple):
    """One import statement as it is written, or a call that imports what a literal names.

    Attributes:
        line: where it begins.
        kind: "eager", "deferred" or "typing"; from Python 3.15 on also "global", which `edges_of` decides upon.
        source: what `from` names, with its dots; "" for a plain `import`; with `()` at its end the function called.
        items: what is imported, each with its `as`; the literal of a call.
    """

    line: int
    kind: Written
    source: str
    items: tuple[str, ...]

    @property
    def text(self) -> str:
        """The statement on one line; a long one is cut."""
        return _text(self.source, self.items)


def _text(source: str, items: tuple[str, ...]) -> str:
    names = ", ".join(items)
    if source.endswith("()"):
        return f'{source[:-1]}"{names}")'
    whole = f"from {source} import {names}" if source else f"import {names}"
    return whole if len(whole) <= _LONGEST_TEXT else f"{whole[: _LONGEST_TEXT - 1]}…"


class Edge(NamedTuple):
    """A module that imports another.

    Attributes:
        importer: who imports.
        imported: what is imported.
        kind: "eager": as the importer runs; "deferred": by a function of it, or lazily; "typing": only type checkers
            see it.
        file: where the statement stands, "" where that is not known.
        line: its line, 0 where that is not known.
        written: the statement as text, or its `source` and `items`.
        origin: "source" where it was read, "run" where the import was seen to happen, "both" where both are so.
        wanted: names that `imported` has to have by then: those of a `from`, without its submodules.
        bound: names that the statement binds to `imported`, or to what is wanted of it.
        implied: nothing is wanted of it but that it runs: a package above the module that the statement names.
    """

    importer: str
    imported: str
    kind: Kind = "eager"
    file: str = ""
    line: int = 0
    written: str | tuple[str, tuple[str, ...]] = ""
    origin: Origin = "source"
    wanted: tuple[str, ...] = ()
    bound: tuple[str, ...] = ()
    implied: bool = False

    @property
    def text(self) -> str:
        """The statement on one line; a long one is cut."""
        return self.written if isinstance(self.written, str) else _text(*self.written)

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.file}:{self.line}" if self.file else "an unknown place"

    def __str__(self) -> str:
        return f"{self.importer} → {self.imported}: {self.text} ({self.place})"

    def as_dict(self) -> dict[str, Any]:
        """The edge in the types of JSON."""
        return {**self.as_statement(), "kind": self.kind}

    def as_statement(self) -> dict[str, Any]:
        """The same without the kind."""
        return {
            "importer": self.importer,
            "imported": self.imported,
            "file": self.file,
            "line": self.line,
            "text": self.text,
        }


# Makes one from all of its fields.
new_edge = partial(tuple.__new__, Edge)


def edges_of(
    statements: Iterable[Row],
    importer: str,
    package: str,
    file: str,
    is_module: Callable[[str], bool],
    *,
    all_lazy: bool = False,
) -> list[Edge]:
    """The edges that come of the statements of a module.

    Importing `a.b.c` runs `a` and `a.b` first: these are implied, unless the importer lies in them, as they run already
    then. `from a import b` depends on `a` for `b`, or, where `a.b` is a module, on that.

    Args:
        statements: what was read.
        importer: the module that they stand in.
        package: what relative names are relative to, "" for nothing.
        file: where they stand.
        is_module: tells whether a dotted name is known to be a module.
        all_lazy: whether Python has all imports lazy that can be.
    """
    found = _Found(importer, file, is_module)
    lazy: frozenset[str] = frozenset()
    for line, kind, source, items in statements:
        found.statement = (kind, file, line, (source, items), "source")
        if not source:
            for item in items:
                name, _, alias = item.partition(" as ")
                if kind == "global":
                    found.decide(is_lazy=all_lazy or name in lazy)
                found.add(name, (alias or name.partition(".")[0],))
        elif source[-1] == ")":
            found.add(items[0], ())
        elif source == LAZY_MODULES:
            lazy = frozenset(items)
        else:
            base = resolved(source, package)
            if base is not None:
                if kind == "global":
                    found.decide(is_lazy=all_lazy or base in lazy)
                found.add_members(base, items)
    return found.edges


def resolved(source: str, package: str) -> str | None:
    """The absolute name of what `from` names; None where it lies above the package, or there is none."""
    if source[0] != ".":
        return source
    try:
        return absolute(source, package)
    except SourceError:
        return None


class _Found:
    """Gathers the edges of one module.

    Attributes:
        statement: what the edges of one statement have in common.
    """

    __slots__ = ("_importer", "_is_module", "_within", "edges", "statement")

    def __init__(self, importer: str, file: str, is_module: Callable[[str], bool]) -> None:
        self.edges: list[Edge] = []
        self.statement: tuple[Any, ...] = ("eager", file, 0, "", "source")
        self._importer = importer
        self._within = f"{importer}."
        self._is_module = is_module

    def decide(self, *, is_lazy: bool) -> None:
        """Say when the statement runs."""
        self.statement = ("deferred" if is_lazy else "eager", *self.statement[1:])

    def add(self, name: str, bound: tuple[str, ...], wanted: tuple[str, ...] = ()) -> None:
        if "." in name:
            self._add_packages(name)
        if name != self._importer:
            self.edges.append(new_edge((self._importer, name, *self.statement, wanted, bound, False)))

    def add_members(self, base: str, items: tuple[str, ...]) -> None:
        prefix = f"{base}."
        modules: list[tuple[str, str]] = []
        wanted = bound = items
        if " as " in "".join(items) or any(map(self._is_module, map(prefix.__add__, items))):
            pairs = [(name, alias or name) for name, _, alias in (item.partition(" as ") for item in items)]
            modules = [(prefix + name, alias) for name, alias in pairs if self._is_module(prefix + name)]
            rest = [pair for pair in pairs if not self._is_module(prefix + pair[0])]
            wanted = tuple([name for name, _ in rest])
            bound = tuple([alias for _, alias in rest])
        if wanted:
            self.add(base, bound, wanted)
        else:
            self._add_packages(prefix)
        for full, alias in modules:
            if full != self._importer:
                self.edges.append(new_edge((self._importer, full, *self.statement, (), (alias,), False)))

    def _add_packages(self, name: str) -> None:
        """The packages above a name, without those that the importer is, or lies in."""
        if self._within.startswith(name[: name.rfind(".") + 1]):
            return  # the importer lies in the lowest of them, and so in all
        end = name.find(".")
        while end > 0:
            if not self._within.startswith(name[: end + 1]):
                self.edges.append(new_edge((self._importer, name[:end], *self.statement, (), (), True)))
            end = name.find(".", end + 1)


def weakened(kind: Written, seen_by: str) -> Written:
    """How what stands below a condition runs, given how the condition does."""
    if seen_by == "typing":
        return "typing"
    return "deferred" if seen_by == "script" and kind in ("eager", "global") else kind


def are_all_lazy() -> bool:
    """Whether Python has all imports lazy that can be, as by `-X lazy_imports=all`."""
    mode = getattr(sys, "get_lazy_imports", None)
    return mode is not None and mode() == "all"

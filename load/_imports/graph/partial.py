"""Why an import found a module half made: the ring of statements that led back to it.

What the interpreter says of it differs from version to version, and often points elsewhere ("consider renaming").
Here it is told by the traceback: the body of the module that lacks a name is still running in it.
"""

from __future__ import annotations

import os
import re
from types import ModuleType
from typing import NamedTuple

from load._display import Told
from load._imports.graph.cycles import Cycle, cycles_of
from load._imports.source.edges import Edge, edges_of
from load._imports.source.reading import Sources, UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType
    from typing import Any

    from load._imports.source.edges import Kind

_NAME = re.compile(r"cannot import name '([^']+)'")


class Explanation(Told):
    """Why a name was not there yet.

    Attributes:
        module: the module that was not yet made.
        name: what was wanted of it, "" where that is not known.
        cycle: the statements that led back to it; None where the module stands in its own way.
        notes: what else there is to know.
    """

    __slots__ = ("cycle", "module", "name", "notes")

    def __init__(self, module: str, name: str, cycle: Cycle | None, notes: tuple[str, ...] = ()) -> None:
        self.module = module
        self.name = name
        self.cycle = cycle
        self.notes = notes

    def __repr__(self) -> str:
        return f"<Explanation of {self.module}.{self.name}>"

    def __str__(self) -> str:
        what = f"{self.name!r} was not there yet in {self.module!r}" if self.name else f"{self.module!r} was half made"
        why = "these modules import one another" if self.cycle else "the module imports itself"
        lines = [f"{what}: {why}."]
        if self.cycle:
            lines += [f"  {line}" for line in str(self.cycle).splitlines() if not line.startswith("  fails ")]
        return "\n".join((*lines, *(f"  {note}" for note in self.notes)))


class _Step(NamedTuple):
    """Where a module's code is: what a frame of a traceback says."""

    module: str
    package: str
    file: str
    line: int
    is_body: bool


def explain_partial(error: BaseException) -> Explanation | None:
    """Explain an ImportError or AttributeError caused by modules that import one another.

    Args:
        error: the error as it was caught, with its traceback.

    Returns:
        The explanation; None where the error is of another kind.
    """
    module, name = _wanted(error)
    if not module:
        return None
    steps = list(_steps(error))
    bodies = [index for index, step in enumerate(steps) if step.is_body and step.module == module]
    if not bodies:
        return None
    ring = _ring(steps[bodies[-1] :])
    if len(ring) == 1:
        return _itself(module, name, ring[0])
    cycle = _cycle(ring)
    return Explanation(module, name, cycle, tuple(_notes(steps, ring, cycle.statements[-1], name)))


def _wanted(error: BaseException) -> tuple[str, str]:
    """The module that lacks a name, and the name."""
    if isinstance(error, AttributeError):
        owner = getattr(error, "obj", None)
        if not issubclass(type(owner), ModuleType):
            return "", ""
        name = ModuleType.__getattribute__(owner, "__dict__").get("__name__")
        return (name if isinstance(name, str) else ""), error.name or ""
    if isinstance(error, ModuleNotFoundError) or not isinstance(error, ImportError):
        return "", ""
    match = _NAME.match(str(error))
    return (error.name or "", match[1]) if match else ("", "")


def _steps(error: BaseException) -> Iterator[_Step]:
    """Where each module's code is, from the outermost frame; the import system is left out."""
    trace = error.__traceback__
    outer: list[tuple[FrameType, int]] = []
    frame = trace.tb_frame.f_back if trace is not None else None
    while frame is not None:
        outer.append((frame, frame.f_lineno))
        frame = frame.f_back
    places = outer[::-1]
    while trace is not None:
        places.append((trace.tb_frame, trace.tb_lineno))
        trace = trace.tb_next
    for frame, line in places:
        code = frame.f_code
        namespace = frame.f_globals
        name = _text(namespace, "__name__")
        if not code.co_filename.startswith("<frozen importlib") and name != "importlib":
            yield _Step(
                name,
                _text(namespace, "__package__"),
                code.co_filename,
                line,
                code.co_name == "<module>",
            )


def _text(namespace: dict[str, Any], key: str) -> str:
    value = namespace.get(key)
    return value if isinstance(value, str) else ""


def _ring(steps: list[_Step]) -> list[_Step]:
    """One step for each module on the way: where its code left for the next."""
    ring: list[_Step] = []
    for step in steps:
        if ring and ring[-1].module == step.module:
            ring[-1] = step
        else:
            ring.append(step)
    return ring


def _cycle(ring: list[_Step]) -> Cycle:
    sources = Sources(None)
    files = {step.module: step.file for step in ring}
    edges = [_edge(step, after.module, files, sources) for step, after in zip(ring, (*ring[1:], ring[0]), strict=True)]
    neighbours: dict[str, dict[str, list[Edge]]] = {step.module: {} for step in ring}
    for edge in edges:
        neighbours[edge.importer].setdefault(edge.imported, []).append(edge)
    known = {name: sources.facts(file) for name, file in files.items()}
    judged = max(cycles_of(neighbours, known.get), key=lambda cycle: len(cycle.modules))
    return Cycle(
        tuple(step.module for step in ring),
        tuple(edges),
        failing_entries=(ring[0].module,),
        breakers=judged.breakers,
        is_free=judged.is_free,
    )


def _edge(step: _Step, imported: str, files: dict[str, str], sources: Sources) -> Edge:
    """The statement at a place, or the last before it, that imports a module; else what the line says."""
    try:
        statements = [each for each in sources.statements(step.file) if each[0] <= step.line]
    except UnreadableError:
        statements = []
    edges = edges_of(statements, step.module, step.package, step.file, files.__contains__)
    asking = [edge for edge in edges if edge.imported == imported]
    here = [edge for edge in asking if edge.line == step.line]
    if asking:
        return (here or asking)[-1]._replace(origin="both")
    kind: Kind = "eager" if step.is_body else "deferred"
    return Edge(step.module, imported, kind, step.file, step.line, _line(step) or f"import {imported}", "run")


def _line(step: _Step) -> str:
    from linecache import getline

    return getline(step.file, step.line).strip()


def _itself(module: str, name: str, step: _Step) -> Explanation | None:
    """A file that bears the name of the module that it means to import."""
    try:
        statements = Sources(None).statements(step.file)
    except UnreadableError:
        return None
    # As another module: an edge from a module to itself is none.
    asked = [edge for edge in edges_of(statements, "", "", step.file, {module}.__contains__) if edge.imported == module]
    if not asked:
        return None
    where = f"{asked[0].place}: {asked[0].text!r} finds {step.file} itself"
    return Explanation(module, name, None, (where, "→ rename that file: it bears the name of what it means to import"))


def _notes(steps: list[_Step], ring: list[_Step], last: Edge, name: str) -> Iterator[str]:
    if last.line != ring[-1].line:
        yield f"it was wanted at {ring[-1].file}:{ring[-1].line}: {_line(ring[-1])}"
    bound = _line_of(ring[0].file, name) if name else 0
    if bound:
        yield f"{name} comes at {ring[0].file}:{bound}, which had not run to its end"
    main = next((step for step in steps if step.module == "__main__" and step.is_body), None)
    twice = next(
        (step for step in steps if main and step.module != "__main__" and _is_same(step.file, main.file)), None
    )
    if twice is not None:
        yield f"{twice.file} runs twice: as the program, and as {twice.module!r}, by which the ring imports it"


def _line_of(file: str, name: str) -> int:
    facts = Sources(None).facts(file)
    return facts[0].get(name, 0) if facts else 0


def _is_same(one: str, other: str) -> bool:
    return one == other or os.path.realpath(one) == os.path.realpath(other)

"""What pictures are drawn from: profiles and graphs in the types of JSON, and whether they are that.

A profile lists its modules in the order in which their imports began, each with the module in whose import it came. Not
all of a module has to be told: what is missing is empty, and memory that is missing was not measured.
"""

from __future__ import annotations

import math
from typing import Any, Literal, TypedDict

from load._report import checks
from load.errors import ProfileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 1
KINDS = ("eager", "deferred", "typing")

Kind = Literal["eager", "deferred", "typing"]


class Module(TypedDict):
    """What a module cost: times in seconds, memory in bytes."""

    module: str
    parent: str
    importer: str
    place: str
    origin: str
    thread: int
    started: float
    duration: float
    self_duration: float
    find: float
    create: float
    execute: float
    memory: int | None
    self_memory: int | None
    dependencies: list[str]
    errors: list[str]
    declared: str


class Statement(TypedDict):
    """A statement that imports."""

    importer: str
    imported: str
    file: str
    line: int
    text: str


class Cycle(TypedDict):
    """Modules that import one another, the statements that make it so, and the one whose deferral would end it."""

    modules: list[str]
    statements: list[Statement]
    entry_order_matters: bool
    breaker: Statement | None
    is_free: bool  # whether the breaker can be moved as it is; else something needs what it binds


class CycleGroup(TypedDict):
    """Modules that hang together: their cycles, by their numbers, and the fewest statements that would end all."""

    modules: list[str]
    cycles: list[int]
    breakers: list[Statement]
    is_smallest: bool  # whether it is certain that no fewer would do
    is_free: bool  # whether all breakers can be moved as they are


class Suggestion(TypedDict):
    """Something that could be done about an import: what it is, and what it would have spared in this run."""

    kind: str
    module: str
    importer: str
    place: str
    statement: str
    seconds: float
    bytes: int | None
    modules: int
    text: str


class Profile(TypedDict):
    """The profile of a run."""

    load_profile: int
    title: str
    python: str
    load: str
    seconds: float
    startup_seconds: float | None  # what that Python takes to start, do nothing and end; None where nobody measured it
    bytes: int | None
    modules: list[Module]
    cycles: list[Cycle]
    cycle_groups: list[CycleGroup]
    suggestions: list[Suggestion] | None  # None where nobody looked for any


class Edge(Statement):
    """A statement that imports, and when it does."""

    kind: Kind


class Graph(TypedDict):
    """Who imports whom."""

    nodes: list[str]
    edges: list[Edge]
    cycles: list[Cycle]
    cycle_groups: list[CycleGroup]


def checked(document: object) -> Profile:
    """A profile with all its fields, from one that may lack some.

    Raises:
        ProfileError: something in it is not what it has to be; the error says where.
    """
    fields = checks.mapping(document, "the profile")
    if "load_profile" not in fields:
        raise checks.wrong("the profile", "has no `load_profile`, the number of its format")
    version = fields["load_profile"]
    if version != VERSION or isinstance(version, bool):
        raise ProfileError(
            "This profile has a format that is not known here.",
            context=(f"load_profile is {checks.short(version)}, and {VERSION} is read",),
            hint="read it with the version of load that wrote it, or profile again",
        )
    modules = [_module(each, f"modules[{index}]") for index, each in enumerate(checks.items(fields, "modules", ""))]
    seen: dict[str, int] = {}
    for index, each in enumerate(modules):
        first = seen.setdefault(each["module"], index)
        if first != index:
            raise checks.wrong(
                f"modules[{index}].module", f"{checks.short(each['module'])} stands in modules[{first}] already"
            )
    own = [each["self_memory"] for each in modules if each["self_memory"] is not None]
    return {
        "load_profile": VERSION,
        "title": checks.text(fields, "title", ""),
        "python": checks.text(fields, "python", ""),
        "load": checks.text(fields, "load", ""),
        "seconds": checks.number(fields, "seconds", "", math.fsum(each["self_duration"] for each in modules)),
        "startup_seconds": None if fields.get("startup_seconds") is None else _startup(fields),
        "bytes": checks.whole_or_none(fields, "bytes", "") if "bytes" in fields else sum(own) if own else None,
        "modules": modules,
        "cycles": _cycles(fields),
        "cycle_groups": _groups(fields),
        "suggestions": _suggestions(fields),
    }


def checked_graph(document: object) -> Graph:
    """A graph with all its fields, from one that may lack some; what only an edge names is a node as well.

    Raises:
        ProfileError: something in it is not what it has to be; the error says where.
    """
    fields = checks.mapping(document, "the graph")
    nodes = checks.texts(fields, "nodes", "")
    edges = [_edge(each, f"edges[{index}]") for index, each in enumerate(checks.items(fields, "edges", ""))]
    ends = [end for edge in edges for end in (edge["importer"], edge["imported"])]
    names = list(dict.fromkeys([*nodes, *ends]))
    return {"nodes": names, "edges": edges, "cycles": _cycles(fields), "cycle_groups": _groups(fields)}


# -- checks ------------------------------------------------------------------------------------------------------------


def _module(value: object, where: str) -> Module:
    fields = checks.mapping(value, where)
    return {
        "module": checks.name(fields, "module", where),
        "parent": checks.text(fields, "parent", where),
        "importer": checks.text(fields, "importer", where),
        "place": checks.text(fields, "place", where),
        "origin": checks.text(fields, "origin", where),
        "thread": checks.whole_or_none(fields, "thread", where) or 0,
        "started": checks.number(fields, "started", where, 0.0),
        "duration": checks.number(fields, "duration", where),
        "self_duration": checks.number(fields, "self_duration", where),
        "find": checks.number(fields, "find", where, 0.0),
        "create": checks.number(fields, "create", where, 0.0),
        "execute": checks.number(fields, "execute", where, 0.0),
        "memory": checks.whole_or_none(fields, "memory", where),
        "self_memory": checks.whole_or_none(fields, "self_memory", where),
        "dependencies": checks.texts(fields, "dependencies", where),
        "errors": checks.texts(fields, "errors", where),
        "declared": checks.text(fields, "declared", where),
    }


def _startup(fields: Mapping[str, Any]) -> float:
    seconds = checks.number(fields, "startup_seconds", "")
    if seconds <= 0:
        raise checks.wrong("startup_seconds", f"{checks.short(seconds)} is not a time that Python can take to start")
    return seconds


def _suggestions(fields: Mapping[str, Any]) -> list[Suggestion] | None:
    if fields.get("suggestions") is None:
        return None
    return [
        _suggestion(each, f"suggestions[{index}]") for index, each in enumerate(checks.items(fields, "suggestions", ""))
    ]


def _suggestion(value: object, where: str) -> Suggestion:
    fields = checks.mapping(value, where)
    return {
        "kind": checks.name(fields, "kind", where),
        "module": checks.text(fields, "module", where),
        "importer": checks.text(fields, "importer", where),
        "place": checks.text(fields, "place", where),
        "statement": checks.text(fields, "statement", where),
        "seconds": checks.number(fields, "seconds", where, 0.0),
        "bytes": checks.whole_or_none(fields, "bytes", where),
        "modules": checks.whole_or_none(fields, "modules", where) or 0,
        "text": checks.text(fields, "text", where),
    }


def _statement(value: object, where: str) -> Statement:
    fields = checks.mapping(value, where)
    return {
        "importer": checks.name(fields, "importer", where),
        "imported": checks.name(fields, "imported", where),
        "file": checks.text(fields, "file", where),
        "line": checks.whole_or_none(fields, "line", where) or 0,
        "text": checks.text(fields, "text", where),
    }


def _edge(value: object, where: str) -> Edge:
    statement = _statement(value, where)
    kind = checks.mapping(value, where).get("kind", "eager")
    if kind not in KINDS:
        raise checks.wrong(f"{where}.kind", f"{checks.short(kind)} is none of {', '.join(KINDS)}")
    return {**statement, "kind": kind}


def _cycles(fields: Mapping[str, Any]) -> list[Cycle]:
    return [_cycle(each, f"cycles[{index}]") for index, each in enumerate(checks.items(fields, "cycles", "", []))]


def _cycle(value: object, where: str) -> Cycle:
    fields = checks.mapping(value, where)
    statements = checks.items(fields, "statements", where, [])
    breaker = fields.get("breaker")
    return {
        "modules": checks.texts(fields, "modules", where),
        "statements": [_statement(each, f"{where}.statements[{index}]") for index, each in enumerate(statements)],
        "entry_order_matters": fields.get("entry_order_matters") is True,
        "breaker": None if breaker is None else _statement(breaker, f"{where}.breaker"),
        "is_free": fields.get("is_free") is not False,
    }


def _groups(fields: Mapping[str, Any]) -> list[CycleGroup]:
    every = enumerate(checks.items(fields, "cycle_groups", "", []))
    return [_group(each, f"cycle_groups[{index}]", len(fields.get("cycles", ()))) for index, each in every]


def _group(value: object, where: str, cycles: int) -> CycleGroup:
    fields = checks.mapping(value, where)
    numbers = checks.items(fields, "cycles", where)
    for number in numbers:
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < cycles:
            raise checks.wrong(checks.at(where, "cycles"), f"{checks.short(number)} is the number of no cycle")
    breakers = checks.items(fields, "breakers", where, [])
    return {
        "modules": checks.texts(fields, "modules", where),
        "cycles": numbers,
        "breakers": [_statement(each, f"{where}.breakers[{index}]") for index, each in enumerate(breakers)],
        "is_smallest": fields.get("is_smallest") is True,
        "is_free": fields.get("is_free") is not False,
    }

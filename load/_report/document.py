"""What pictures are drawn from: profiles and graphs in the types of JSON, and whether they are that.

A profile lists its modules in the order in which their imports began, each with the module in whose import it came. Not
all of a module has to be told: what is missing is empty, and memory that is missing was not measured.
"""

from __future__ import annotations

import math
from typing import Any, Literal, NoReturn, TypedDict

from load.errors import ProfileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 1
_TOO_LARGE = 2**63  # for seconds, bytes, lines and threads alike
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
    bytes: int | None
    modules: list[Module]
    cycles: list[Cycle]
    suggestions: list[Suggestion] | None  # None where nobody looked for any


class Edge(Statement):
    """A statement that imports, and when it does."""

    kind: Kind


class Graph(TypedDict):
    """Who imports whom."""

    nodes: list[str]
    edges: list[Edge]
    cycles: list[Cycle]


def checked(document: object) -> Profile:
    """A profile with all its fields, from one that may lack some.

    Raises:
        ProfileError: something in it is not what it has to be; the error says where.
    """
    fields = _mapping(document, "the profile")
    if "load_profile" not in fields:
        raise _wrong("the profile", "has no `load_profile`, the number of its format")
    version = fields["load_profile"]
    if version != VERSION or isinstance(version, bool):
        raise ProfileError(
            "This profile has a format that is not known here.",
            context=(f"load_profile is {_short(version)}, and {VERSION} is read",),
            hint="read it with the version of load that wrote it, or profile again",
        )
    modules = [_module(each, f"modules[{index}]") for index, each in enumerate(_list(fields, "modules", ""))]
    seen: dict[str, int] = {}
    for index, each in enumerate(modules):
        first = seen.setdefault(each["module"], index)
        if first != index:
            raise _wrong(f"modules[{index}].module", f"{_short(each['module'])} stands in modules[{first}] already")
    own = [each["self_memory"] for each in modules if each["self_memory"] is not None]
    return {
        "load_profile": VERSION,
        "title": _text(fields, "title", ""),
        "python": _text(fields, "python", ""),
        "load": _text(fields, "load", ""),
        "seconds": _number(fields, "seconds", "", math.fsum(each["self_duration"] for each in modules)),
        "bytes": _whole_or_none(fields, "bytes", "") if "bytes" in fields else sum(own) if own else None,
        "modules": modules,
        "cycles": _cycles(fields),
        "suggestions": _suggestions(fields),
    }


def checked_graph(document: object) -> Graph:
    """A graph with all its fields, from one that may lack some; what only an edge names is a node as well.

    Raises:
        ProfileError: something in it is not what it has to be; the error says where.
    """
    fields = _mapping(document, "the graph")
    nodes = _texts(fields, "nodes", "")
    edges = [_edge(each, f"edges[{index}]") for index, each in enumerate(_list(fields, "edges", ""))]
    ends = [end for edge in edges for end in (edge["importer"], edge["imported"])]
    return {"nodes": list(dict.fromkeys([*nodes, *ends])), "edges": edges, "cycles": _cycles(fields)}


# -- checks ------------------------------------------------------------------------------------------------------------


def _module(value: object, where: str) -> Module:
    fields = _mapping(value, where)
    return {
        "module": _name(fields, "module", where),
        "parent": _text(fields, "parent", where),
        "importer": _text(fields, "importer", where),
        "place": _text(fields, "place", where),
        "origin": _text(fields, "origin", where),
        "thread": _whole_or_none(fields, "thread", where) or 0,
        "started": _number(fields, "started", where, 0.0),
        "duration": _number(fields, "duration", where),
        "self_duration": _number(fields, "self_duration", where),
        "find": _number(fields, "find", where, 0.0),
        "create": _number(fields, "create", where, 0.0),
        "execute": _number(fields, "execute", where, 0.0),
        "memory": _whole_or_none(fields, "memory", where),
        "self_memory": _whole_or_none(fields, "self_memory", where),
        "dependencies": _texts(fields, "dependencies", where),
        "errors": _texts(fields, "errors", where),
        "declared": _text(fields, "declared", where),
    }


def _suggestions(fields: Mapping[str, Any]) -> list[Suggestion] | None:
    if fields.get("suggestions") is None:
        return None
    return [_suggestion(each, f"suggestions[{index}]") for index, each in enumerate(_list(fields, "suggestions", ""))]


def _suggestion(value: object, where: str) -> Suggestion:
    fields = _mapping(value, where)
    return {
        "kind": _name(fields, "kind", where),
        "module": _text(fields, "module", where),
        "importer": _text(fields, "importer", where),
        "place": _text(fields, "place", where),
        "statement": _text(fields, "statement", where),
        "seconds": _number(fields, "seconds", where, 0.0),
        "bytes": _whole_or_none(fields, "bytes", where),
        "modules": _whole_or_none(fields, "modules", where) or 0,
        "text": _text(fields, "text", where),
    }


def _statement(value: object, where: str) -> Statement:
    fields = _mapping(value, where)
    return {
        "importer": _name(fields, "importer", where),
        "imported": _name(fields, "imported", where),
        "file": _text(fields, "file", where),
        "line": _whole_or_none(fields, "line", where) or 0,
        "text": _text(fields, "text", where),
    }


def _edge(value: object, where: str) -> Edge:
    statement = _statement(value, where)
    kind = _mapping(value, where).get("kind", "eager")
    if kind not in KINDS:
        raise _wrong(f"{where}.kind", f"{_short(kind)} is none of {', '.join(KINDS)}")
    return {**statement, "kind": kind}


def _cycles(fields: Mapping[str, Any]) -> list[Cycle]:
    return [_cycle(each, f"cycles[{index}]") for index, each in enumerate(_list(fields, "cycles", "", []))]


def _cycle(value: object, where: str) -> Cycle:
    fields = _mapping(value, where)
    statements = _list(fields, "statements", where, [])
    breaker = fields.get("breaker")
    return {
        "modules": _texts(fields, "modules", where),
        "statements": [_statement(each, f"{where}.statements[{index}]") for index, each in enumerate(statements)],
        "entry_order_matters": fields.get("entry_order_matters") is True,
        "breaker": None if breaker is None else _statement(breaker, f"{where}.breaker"),
    }


def _mapping(value: object, where: str) -> dict[str, Any]:
    return value if isinstance(value, dict) else _fail(where, f"{_short(value)} is no object")


def _list(fields: Mapping[str, Any], key: str, where: str, missing: list[Any] | None = None) -> list[Any]:
    value = fields.get(key, missing)
    return list(value) if isinstance(value, (list, tuple)) else _fail(_at(where, key), f"{_short(value)} is no list")


def _texts(fields: Mapping[str, Any], key: str, where: str) -> list[str]:
    values = _list(fields, key, where, [])
    for index, value in enumerate(values):
        if not isinstance(value, str):
            raise _wrong(f"{_at(where, key)}[{index}]", f"{_short(value)} is no text")
    return values


def _text(fields: Mapping[str, Any], key: str, where: str) -> str:
    value = fields.get(key, "")
    return value if isinstance(value, str) else _fail(_at(where, key), f"{_short(value)} is no text")


def _name(fields: Mapping[str, Any], key: str, where: str) -> str:
    return _text(fields, key, where) or _fail(_at(where, key), "there is no name")


def _number(fields: Mapping[str, Any], key: str, where: str, missing: float | None = None) -> float:
    value: Any = fields.get(key, missing)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < _TOO_LARGE:  # as NaN is not
        return float(value)
    raise _wrong(_at(where, key), f"{_short(value)} is no number that was measured")


def _whole_or_none(fields: Mapping[str, Any], key: str, where: str) -> int | None:
    value = fields.get(key)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and abs(value) < _TOO_LARGE):
        return value
    raise _wrong(_at(where, key), f"{_short(value)} is no whole number that was measured")


def _at(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _short(value: object) -> str:
    if isinstance(value, int) and abs(value) >= _TOO_LARGE:
        return "a number of too many digits"  # which Python may refuse to write
    shown = (
        "nothing" if value is None else repr(value) if isinstance(value, (str, int, float)) else type(value).__name__
    )
    return shown if len(shown) <= 60 else f"{shown[:57]}…"


def _fail(where: str, what: str) -> NoReturn:  # an expression that raises: the checks are a line each
    raise _wrong(where, what)


def _wrong(where: str, what: str) -> ProfileError:
    return ProfileError(
        "This is no profile, or no graph, that can be drawn.", context=(f"{where}: {what}",), hint="profile again"
    )

"""What the walk over a source found, gathered into needs."""

from __future__ import annotations

from load._imports.scripts.needs import Need
from load._imports.source.scopes import Scope
from load._imports.source.shapes import literals, plain_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _ast import AST
    from collections.abc import Container, Iterable
    from typing import Any, Literal

# Root functions that take specs, and whether all of their arguments are specs or the first alone.
SPEC_FUNCTIONS = {
    "load": False,
    "lazy_import": False,
    "temporarily": False,
    "import_temporarily": False,
    "import_aliases": True,
    "requires": True,
}


class Place:
    """What stands around a node.

    Attributes:
        scope: where its names are looked up.
        deferred: inside a function.
        caught: a missing module is caught there.
        typing: only type checkers see it.
        conditions: as in `Need`, over lists that fill while the `try` they belong to is walked.
        tried: the lists that what is imported here goes into.
    """

    __slots__ = ("caught", "conditions", "deferred", "scope", "tried", "typing")
    scope: Scope
    deferred: bool
    caught: bool
    typing: bool
    conditions: tuple[tuple[Literal["missing", "found"], list[str]], ...]
    tried: tuple[list[str], ...]

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.deferred = self.caught = self.typing = False
        self.conditions = ()
        self.tried = ()

    def but(self, **changes: Any) -> Place:
        """Give a copy with some attributes changed."""
        copy = Place(self.scope)
        for slot in self.__slots__:
            setattr(copy, slot, changes.get(slot, getattr(self, slot)))
        return copy

    def inside(self, node: AST) -> Place:
        """Give the place within a function: it runs later, so what catches around it does not count."""
        return self.but(scope=Scope(node, self.scope), deferred=True, caught=False, tried=())

    def where(self, kind: Literal["missing", "found"], names: list[str]) -> Place:
        """Give the place that is reached only where `names` are missing, or found."""
        return self.but(conditions=(*self.conditions, (kind, names)))


class Findings:
    """What was found so far.

    Args:
        own: names of `load` itself, which are no needs; None for those of `load._reserved`.
    """

    def __init__(self, own: Container[str] | None) -> None:
        self._own = own
        self._found: list[tuple[int, dict[str, Any], Place]] = []

    def add(self, name: str, line: int, place: Place, **facts: Any) -> None:
        """Something is needed; `facts` are further fields of `Need`."""
        facts = {"members": (), "via": "import", "spec": None, **facts}
        self._found.append((line, {"name": name, **facts}, place))
        # `load.cupy.array` is caught for want of `cupy`; how far its chain is modules is not known here.
        missing = name.partition(".")[0] if facts["via"] == "load" else name
        for names in place.tried if missing else ():
            names.append(missing)

    def add_import(self, name: str, line: int, place: Place, members: tuple[str, ...] = ()) -> None:
        """A module is imported, and perhaps names from it."""
        root, _, rest = name.partition(".")
        if root == "load":
            self.ask(rest, line, place, members)
        elif root != "__future__":
            self.add(name, line, place, members=members)

    def ask(self, dotted: str, line: int, place: Place, members: tuple[str, ...] = ()) -> None:
        """`load` is asked for a name."""
        root = dotted.partition(".")[0]
        if root and not root.startswith("_") and not self._is_own(root):
            self.add(dotted, line, place, members=members, via="load", spec=dotted)

    def add_specs(self, arguments: Iterable[AST], place: Place) -> None:
        """`load` is given specs."""
        for text, line in literals(arguments):
            if text.strip():
                self.add(plain_name(text), line, place, via="load", spec=text)

    def _is_own(self, name: str) -> bool:
        if self._own is None:
            from load._reserved import OWN

            self._own = OWN
        return name in self._own or name in SPEC_FUNCTIONS

    def needs(self) -> tuple[Need, ...]:
        """All of it, each need once, in the order of the lines."""
        unique: dict[tuple[Any, ...], Need] = {}
        for line, facts, place in sorted(self._found, key=lambda found: found[0]):
            conditions = tuple((kind, tuple(names)) for kind, names in place.conditions)
            caught = place.caught or place.typing
            need = Need(line=line, deferred=place.deferred, caught=caught, conditions=conditions, **facts)
            unique.setdefault((*facts.values(), place.deferred, caught, conditions), need)
        return tuple(unique.values())

"""What modules that are to go reach, and what of it would live on: the garbage collector's own reckoning, beforehand.

An object lives on where more references to it are counted than come from what goes with it. All that modules reach is
gone through once, without running any code of theirs: the modules that stay, and their namespaces, are its border.
"""

from __future__ import annotations

import gc
import sys
from types import FunctionType, ModuleType

from load import _referents
from load._unload.verdict import namespace_of, without_alias

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from typing import Any

    Cut = tuple[int, int]  # identities of a holder and of what it holds: a reference that will be taken away

# A build without the global lock keeps no exact counts of functions, classes and modules (PEP 703): what holds them
# without being seen cannot be told there, and shows only afterwards.
_COUNTS_ARE_EXACT = "free-threading" not in sys.version
_FEW = 20  # things whose holders the interpreter finds quickest itself
_AT_ONCE = 200  # objects of the process that are looked at together; most lots hold nothing of interest
_MODULE_OF_CLASS: Any = vars(type)["__dict__"]


def is_a(thing: object, kind: type | tuple[type, ...]) -> bool:
    """As `isinstance`, which asks the thing itself too, and a proxy answers with whatever it likes."""
    return issubclass(type(thing), kind)


def home_of(thing: object) -> str | None:
    """The module that a class says it is from, without asking its metaclass."""
    home = _MODULE_OF_CLASS.__get__(thing).get("__module__")
    return home if isinstance(home, str) else None


def definitions_of(module: object) -> list[object]:
    """A function of a module, in whose company all its namespace lives, and its classes."""
    namespace = namespace_of(module)
    values = list(namespace.values())
    function = next((each for each in values if type(each) is FunctionType and each.__globals__ is namespace), None)
    classes = [each for each in values if is_a(each, type) and home_of(each) == namespace.get("__name__")]
    return classes if function is None else [function, *classes]


class Root:
    """Something that lives on by itself, as something else than what goes holds it.

    Attributes:
        path: from it to the first class, function or namespace of what is to go; itself where it is one.
        holders: what holds it, as far as Python can see.
        variables: variables of running functions that hold it, in words.
        unseen: how many references to it nobody can see: those of compiled code and of the interpreter.
    """

    __slots__ = ("holders", "path", "unseen", "variables")

    def __init__(self, path: list[object], holders: list[object], variables: list[str], unseen: int) -> None:
        self.path = path
        self.holders = holders
        self.variables = variables
        self.unseen = unseen

    @property
    def target(self) -> object:
        """The first thing of what is to go; a module rather than its namespace."""
        above = self.path[-2:][0]
        return above if is_a(above, ModuleType) else self.path[-1]

    @property
    def own(self) -> tuple[object, ...]:
        """The collections in which it holds things itself."""
        return self.path, self.holders, self.variables


class Reach:
    """All that some modules hold on to.

    Args:
        names: modules that are to go, by their names in `sys.modules`.
        seeds: further objects that are gone through: what is registered somewhere and will be taken back.
        cuts: references that will be taken away.
        own: collections of this library's that hold modules while it works.
        beyond: identities of what holds registrations, as the handlers of a logger. Whatever goes may reach it, as a
            module does through the logger that it has; it stays, and holds them all the same.
    """

    def __init__(
        self,
        names: Collection[str],
        *,
        seeds: Iterable[object] = (),
        cuts: Collection[Cut] = (),
        own: Iterable[object] = (),
        beyond: Collection[int] = (),
    ) -> None:
        self._names = frozenset(names)
        self._namespaces: dict[int, str] = {}
        self._cuts = frozenset(cuts)
        self._beyond_it = frozenset(beyond)
        self._objects: list[object] = []
        self._index: dict[int, int] = {}
        self._internal: list[int] = []
        self._own = {id(each) for each in (self._objects, self._index, self._internal, self.__dict__, *own)}
        self._collect(seeds)
        self._counted = self._beyond()
        self._barren: set[int] = set()  # from where nothing of what goes is reached

    def __len__(self) -> int:
        return len(self._objects)

    # -- what there is -------------------------------------------------------------------------------------------------

    def _collect(self, seeds: Iterable[object]) -> None:
        border = self._border()
        objects, index, internal = self._objects, self._index, self._internal
        for each in (*self._starts(), *seeds):
            if id(each) not in index and id(each) not in border and gc.is_tracked(each):
                index[id(each)] = len(objects)
                objects.append(each)
                internal.append(0)
        referents, is_tracked = gc.get_referents, gc.is_tracked
        for holder in objects:  # which grows on the way
            for held in referents(holder):
                known = index.get(id(held))
                if known is not None:
                    internal[known] += 1
                elif id(held) not in border and is_tracked(held):
                    index[id(held)] = len(objects)
                    objects.append(held)
                    internal.append(1)

    def _starts(self) -> Iterator[object]:
        for name, module in without_alias(self._names).items():
            namespace = namespace_of(module)
            self._namespaces[id(namespace)] = name
            yield module
            yield namespace

    def _border(self) -> set[int]:
        border = {id(sys.modules), *self._beyond_it}
        going = set(map(id, without_alias(self._names).values()))
        for module in list(sys.modules.values()):
            if id(module) not in going:
                border.add(id(module))
                border.add(id(namespace_of(module)))
        return border

    def _beyond(self) -> dict[int, int]:
        """Index → how many references come from elsewhere; what is cut is not counted."""
        objects = self._objects
        probe: list[object] = []
        objects.append(probe)
        del probe
        counts = list(map(sys.getrefcount, objects))
        usual = counts.pop()  # of something that only this list holds
        objects.pop()
        surplus = map(int.__sub__, counts, self._internal)
        return {at: count - usual for at, count in enumerate(surplus) if count > usual}

    # -- whose it is ---------------------------------------------------------------------------------------------------

    def module_of(self, thing: object) -> str | None:
        """The module to go that a class or function is from, or that a namespace is of; None for all else."""
        if type(thing) is FunctionType:
            return self._namespaces.get(id(thing.__globals__))
        if is_a(thing, type):
            home = home_of(thing)
            return home if home in self._names else None
        return self._namespaces.get(id(thing)) if type(thing) is dict else None

    def leads_to_own(self, thing: object) -> bool:
        """Whether something of the modules is reached from an object."""
        at = self._index.get(id(thing))
        return at is not None and bool(self._path_to_own(at))

    # -- what would live on --------------------------------------------------------------------------------------------

    def roots(self, variables: Mapping[int, list[str]]) -> list[Root]:
        """What lives on by itself and has something of the modules live on with it.

        Args:
            variables: identity → the variables of running functions that hold it, in words, "" for this library's own;
                Python's garbage collector knows nothing of them.
        """
        paths = {at: path for at in self._counted if (path := self._path_to_own(at))}
        holders = self._holders_outside(paths)
        found: list[Root] = []
        for at, path in paths.items():
            held_by, count = holders.get(at, []), self._counted[at]
            thing = self._objects[at]
            visible = [
                each for each in held_by if id(each) not in self._own and (id(each), id(thing)) not in self._cuts
            ]
            known = variables.get(id(thing), [])
            named = [each for each in known if each]
            unseen = max(count - len(held_by) - len(known), 0) if _COUNTS_ARE_EXACT else 0
            if visible or named or unseen:
                found.append(Root(path, visible, named, unseen))
        return found

    def _holders_outside(self, paths: Mapping[int, list[object]]) -> dict[int, list[object]]:
        """Index → what holds it that is not reached itself, once for each reference that was counted."""
        wanted = {id(self._objects[at]): at for at in paths}
        found: dict[int, list[object]] = {}
        uncounted = {id(self._objects), *map(id, paths.values())}
        for lot in self._lots(tuple(self._objects[at] for at in paths), uncounted):
            for holder in lot:
                if id(holder) in self._index or id(holder) in uncounted:
                    continue
                for held in _referents.referents(holder):
                    if id(held) in wanted:
                        found.setdefault(wanted[id(held)], []).append(holder)
        return found

    def _lots(self, things: tuple[object, ...], uncounted: set[int]) -> Iterator[list[object]]:
        """All objects of the process that hold some things, with others among them; what this makes is `uncounted`."""
        uncounted.add(id(things))
        if len(things) <= _FEW:
            yield gc.get_referrers(*things) if things else []
            return
        wanted = set(map(id, things))
        every = gc.get_objects()
        uncounted.add(id(every))
        for start in range(0, len(every), _AT_ONCE):
            lot = every[start : start + _AT_ONCE]
            if not wanted.isdisjoint(map(id, _referents.referents(*lot))):
                yield lot

    def _path_to_own(self, start: int) -> list[object]:
        """The shortest way from an object to something of the modules; none where there is no way."""
        if start in self._barren:
            return []
        came: dict[int, int] = {start: -1}
        for at in (waiting := [start]):
            if self.module_of(self._objects[at]) is not None:
                return self._path(came, at)
            for held in self._held_by(at):
                if held not in came and held not in self._barren:
                    came[held] = at
                    waiting.append(held)
        self._barren.update(came)
        return []

    def _held_by(self, at: int) -> Iterator[int]:
        holder = self._objects[at]
        for held in gc.get_referents(holder):
            known = self._index.get(id(held))
            if known is not None and (id(holder), id(held)) not in self._cuts:
                yield known

    def _path(self, came: Mapping[int, int], at: int) -> list[object]:
        path: list[object] = []
        while at >= 0:
            path.append(self._objects[at])
            at = came[at]
        return path[::-1]

    def alive(self, roots: Iterable[Root]) -> set[str]:
        """The modules of which a class, a function or the namespace lives on where some roots do."""
        homes = (self.module_of(self._objects[at]) for at in self._living(roots))
        return {home for home in homes if home is not None}

    def defining(self, roots: Iterable[Root]) -> set[str]:
        """Those of which something lives on that they define: what can be told of them afterwards, too."""
        living = {id(self._objects[at]) for at in self._living(roots)}
        names = self._namespaces.values()
        return {name for name in names if any(id(each) in living for each in definitions_of(sys.modules.get(name)))}

    def _living(self, roots: Iterable[Root]) -> list[int]:
        """Everything that lives on where some roots do."""
        waiting = [self._index[id(root.path[0])] for root in roots]
        seen = set(waiting)
        for at in waiting:
            for held in self._held_by(at):
                if held not in seen:
                    seen.add(held)
                    waiting.append(held)
        return waiting

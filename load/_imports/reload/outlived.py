"""What a module has no more, and somebody else still has: no reload reaches it, so that it is told.

A server goes on with the application that it was given, a table with the entry of a function that is gone.
"""

from __future__ import annotations

import functools
import gc
import sys
from types import AsyncGeneratorType, CoroutineType, FrameType, FunctionType, GeneratorType, ModuleType, TracebackType
from weakref import ref

from load._imports.files.module_files import namespace_of
from load._imports.reload.alike import is_alike
from load._imports.reload.journal import MISSING
from load._imports.reload.settling import is_definition
from load._referents import referents, thaw

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from load._imports.reload.settling import Settler

_CONTAINERS = (dict, list, set, bytearray)
_ATOMS = (str, bytes, int, float, complex, bool, type(None))
_CACHED = type(functools.lru_cache(maxsize=1)(lambda: None))
_DEFINITIONS = (type, FunctionType, _CACHED)
_PENDING = (GeneratorType, CoroutineType, AsyncGeneratorType)
_PASSING = (FrameType, TracebackType)
_HEAP_TYPE = 1 << 9  # of `tp_flags`: made by a `class` statement, or as if by one
_COUNTS_ARE_EXACT = "free-threading" not in sys.version
_FAR = 6  # steps upwards
_WIDE = 40  # holders that are followed at each step
_FOLLOWED = 3  # things whose holders are looked for at once, tens of milliseconds each
_LONG = 10_000  # values
_DEEP = 20_000  # objects that one is taken to consist of
UNSEEN = "a function that runs, or compiled code"


def no_more(settler: Settler) -> Iterator[tuple[str, Any]]:
    """What a module that has run has no more, by its name, and nothing goes on as: somebody else may still have it."""
    has = {id(value) for value in settler.namespace.values()}
    for name, old in settler.before.items():
        if type(name) is not str or name.startswith("__") or id(old) in has:
            continue
        whole = f"{settler.name}.{name}"
        if whole in settler.replaced:
            continue
        is_own = is_definition(old, settler.name) or (type(old) is FunctionType and settler.encloses_own(old))
        if is_own or _has_state(old, settler.namespace.get(name, MISSING)):
            yield whole, old


def _has_state(old: object, new: object) -> bool:
    """Whether it matters that somebody still has a value instead of another one, or of none."""
    kind = type(old)
    if kind in _CONTAINERS:
        return not (kind is type(new) and _is_constant(old, new))
    if issubclass(kind, (*_DEFINITIONS, ModuleType, *_ATOMS)) or not kind.__flags__ & _HEAP_TYPE:
        return False
    # What cannot be held weakly would be kept by being watched: a connection to a database stayed open.
    return kind.__weakrefoffset__ != 0 and not is_alike(old, new)


def _is_constant(old: Any, new: Any) -> bool:
    """Whether a container holds the same plain values, and so looks like one that nobody changes."""
    if not 0 < len(old) == len(new) < _LONG:
        return False
    flat = [*old.values(), *old, *new.values()] if type(old) is dict else [*old, *new]
    return all(type(each) in _ATOMS for each in flat) and bool(old == new)


class Old:
    """Something that a module has no more, held only where Python cannot hold it weakly.

    Attributes:
        name: what it was called, with its module.
        who: has it, in words, once that was looked for.
    """

    __slots__ = ("_strong", "_weak", "name", "who")

    def __init__(self, name: str, thing: Any) -> None:
        self.name = name
        self.who: str | None = None
        try:
            self._weak: ref[Any] | None = ref(thing)
        except TypeError:
            self._weak = None
        self._strong = thing if self._weak is None else None

    def __call__(self) -> Any:
        return self._strong if self._weak is None else self._weak()

    @property
    def lives(self) -> bool:
        """Whether anybody else has it."""
        if self._weak is not None:
            return self._weak() is not None
        # What it holds itself may hold it in turn, which is a ring that nothing but this keeps.
        others = 0 if self._strong is None else _counts([self._strong])[0] - 1
        return others > 0 and others > _from_within(self._strong)

    def let_go(self) -> None:
        """Hold it no longer, also where a report is kept."""
        self._strong = None


_known: list[Old] = []  # what lived on when it was looked at last


def note(names: list[str], things: list[Any], modules: Iterable[str]) -> list[Old]:
    """Note what modules have no more.

    Args:
        names: what things were called, with their modules.
        things: these, which nothing else of ours holds; it is emptied.
        modules: those that have run.

    Returns:
        All that these have no more, and that may live on, also from earlier times.
    """
    counts = _counts(things)
    found = [Old(names[at], things[at]) for at, count in enumerate(counts) if count > 0 or not _COUNTS_ARE_EXACT]
    things.clear()
    forget(only_dead=True)
    _known.extend(found)
    ran = set(modules)
    return [each for each in _known if each.name.rpartition(".")[0] in ran]


def forget(*, only_dead: bool = False) -> None:
    """Hold nothing of what lived on: modules are to be taken out, and what is held here would keep them.

    Args:
        only_dead: let go only what nobody else has by now.
    """
    for each in _known:
        if not only_dead or not each.lives:
            each.let_go()
    _known[:] = [each for each in _known if only_dead and each.lives]


def outlived(olds: list[Old]) -> dict[str, str]:
    """Who still has some things, in words, by their names; it takes a look or two through all objects."""
    if not any(each.lives for each in olds):
        return {}
    thaw()
    gc.collect()  # most rings die here: a class holds itself
    found = {each.name: each for each in olds if each.lives}
    living = {id(each()) for each in found.values()}
    followed = 0
    for each in found.values():
        if each.who is None and followed < _FOLLOWED:
            followed += 1
            each.who = _who(each, living)
    return {name: each.who for name, each in found.items() if each.who}


def _counts(things: list[Any]) -> list[int]:
    """How often things are referred to, besides by the list in which they are given."""
    things.append(object())
    counts = list(map(sys.getrefcount, things))
    things.pop()
    usual = counts.pop()
    return [count - usual for count in counts]


# -- who has it --------------------------------------------------------------------------------------------------------


def _who(old: Old, living: set[int]) -> str:
    """Who has a thing, in words; "" where that is told otherwise, or of no interest."""
    thing = old()
    if thing is None:
        return ""
    seen = {*_parts(thing), id(old)}
    way = {id(thing)}  # from it upwards
    level = [thing]
    for _ in range(_FAR):
        above: list[Any] = []
        seen |= {id(level), id(above)}
        for each in gc.get_referrers(*level):
            # A cache is Python's own of `typing`, for the most part.
            if id(each) in seen or issubclass(type(each), (ModuleType, _CACHED, *_PASSING)):
                continue
            seen.add(id(each))
            who = "" if id(each) in living else _named(each, thing, way)
            if who is not None:
                return who
            above.append(each)
        level = above[:_WIDE]
        way.update(map(id, level))
        if not level:
            break
    return "" if issubclass(type(thing), _DEFINITIONS) else UNSEEN


def _named(holder: Any, thing: Any, way: set[int]) -> str | None:
    """What has a name that says something to people; "" where the thing goes on under another one."""
    kind = type(holder)
    if kind is dict:
        module = _module_of(holder)
        if module is None:
            return None
        key = _key(holder, way)
        # It was imported, as from a module that has not run; of the program itself nobody imports.
        goes_on = holder.get(key) is thing and module != "__main__" and not issubclass(type(thing), _DEFINITIONS)
        return "" if goes_on else f"{module}.{key}"
    if issubclass(kind, _PENDING):
        return f"the {kind.__name__} {holder.__qualname__!r}, which has not ended"
    if kind is FunctionType:
        return None
    if issubclass(kind, type):
        key = _key(vars(holder), way)
        return f"{_name_of(holder)}.{key}" if key is not None else f"the class {_name_of(holder)}"
    if kind is thing:
        return "an instance of it"
    if kind.__flags__ & _HEAP_TYPE and _MODULE.__get__(kind) not in ("builtins", "functools", "weakref"):
        return f"a {_name_of(kind)}"
    return None


# Whatever a metaclass makes of them.
_MODULE: Any = type.__dict__["__module__"]
_QUALNAME: Any = type.__dict__["__qualname__"]


def _name_of(cls: type) -> str:
    return f"{_MODULE.__get__(cls)}.{_QUALNAME.__get__(cls)}"


def _key(names: Mapping[Any, Any], way: set[int]) -> Any:
    return next((key for key, value in list(names.items()) if id(value) in way), None)


def _module_of(namespace: dict[Any, Any]) -> str | None:
    name = namespace.get("__name__")
    module = sys.modules.get(name) if isinstance(name, str) else None
    is_whole = issubclass(type(module), ModuleType) and namespace_of(module) is namespace  # type: ignore[arg-type]
    return str(name) if is_whole else None


def _parts(thing: Any) -> dict[int, Any]:
    """What a thing holds itself, at any depth, by identity: that those hold it in turn keeps nothing alive."""
    border = {id(namespace_of(each)) for each in _modules()}
    seen = {id(thing): thing}
    level = [thing]
    while level and len(seen) < _DEEP:
        below: list[Any] = []
        for each in referents(*level):
            if id(each) in seen or id(each) in border or issubclass(type(each), (type, ModuleType)):
                continue
            seen[id(each)] = each
            if gc.is_tracked(each):
                below.append(each)
        level = below
    return seen


def _from_within(thing: Any) -> int:
    """How often a thing is referred to by what it holds itself."""
    return sum(held is thing for part in _parts(thing).values() for held in referents(part))


def _modules() -> Iterator[ModuleType]:
    every: Iterable[Any] = list(sys.modules.values())
    return (each for each in every if issubclass(type(each), ModuleType))

"""Who holds something, in words: from it upwards to the nearest thing that has a name."""

from __future__ import annotations

import gc
import sys
from types import (
    AsyncGeneratorType,
    BuiltinFunctionType,
    CoroutineType,
    FrameType,
    FunctionType,
    GeneratorType,
    ModuleType,
    TracebackType,
)

from load._caller import is_own_code
from load._referents import referents
from load._unload.reach import home_of, is_a
from load._unload.ties import described
from load._unload.verdict import namespace_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

_FAR = 8  # steps upwards
_SEARCHES = 100  # through all objects of the process, a few milliseconds each
_WIDE = 40  # holders that are followed at each step
_PENDING = (GeneratorType, CoroutineType, AsyncGeneratorType)
UNKNOWN = "compiled code, or the interpreter itself"


class Holder:
    """Somebody who holds something.

    Attributes:
        words: who, and how, as in `shop.CACHE → dict → a yaml.loader.Loader`.
        module: the module that it belongs to; None where that cannot be told.
        passing: whether it is a function that runs now, or an error on its way: in a while it holds nothing.
        is_known: whether it could be followed to something with a name.
    """

    __slots__ = ("is_known", "module", "passing", "words")

    def __init__(self, words: str, module: str | None = None, *, passing: bool = False, is_known: bool = True) -> None:
        self.words = words
        self.module = module
        self.passing = passing
        self.is_known = is_known


class Trails:
    """The way from things upwards.

    Args:
        variables: identity → variables of running functions that hold it, in words.
        passed: identities of this library's own collections.
        gone: modules that were taken out: what is theirs is followed further, whatever its name.
    """

    def __init__(
        self, variables: Mapping[int, list[str]], passed: Collection[int] = (), gone: Collection[str] = ()
    ) -> None:
        self._variables = variables
        self._passed = passed
        self._gone = gone
        self._left = _SEARCHES
        self._namespaces = {
            id(namespace_of(module)): name for name, module in list(sys.modules.items()) if type(name) is str
        }

    def holder(self, thing: object, held: object) -> Holder:
        """Who has `thing`, which holds `held`."""
        return self._search([thing], {id(thing): held, id(held): held})  # which may itself hold who has `thing`

    def above(self, thing: object) -> Holder:
        """Who has something that holds `thing`."""
        came: dict[int, object] = {id(thing): thing}
        return self._search(self._above([thing], came), came)

    def _search(self, level: list[object], came: dict[int, object]) -> Holder:
        first = level[0] if level else None
        for _ in range(_FAR):
            for each in level:
                named = self._named(each, came[id(each)])
                if named is not None and (named.module is None or named.module not in self._gone):
                    return self._told(named, each, came)
            self._left -= 1
            level = self._above(level, came) if self._left >= 0 else []
            if not level:
                break
        return Holder(f"{UNKNOWN} → {_chain(first, came)}", is_known=False)

    def _above(self, level: list[object], came: dict[int, object]) -> list[object]:
        ids = {id(each): each for each in level}
        things = tuple(level)
        own = {id(level), id(things), id(ids), id(came), *self._passed}
        found: list[object] = []
        for each in gc.get_referrers(*things):
            if id(each) in came or id(each) in own or _is_of_load(each):
                continue
            below = next((ids[id(held)] for held in referents(each) if id(held) in ids), None)
            if below is not None:
                came[id(each)] = below
                found.append(each)
        return found[:_WIDE]

    def _named(self, thing: object, held: object) -> Holder | None:
        """What is known by a name itself; None for all else."""
        variables = [each for each in self._variables.get(id(thing), ()) if each]
        if variables:
            return Holder(variables[0], passing=True)
        if type(thing) is dict:
            return self._of_namespace(thing, held)
        if is_a(thing, ModuleType):
            name = namespace_of(thing).get("__name__")
            return Holder(f"module {name}", name if isinstance(name, str) else None)
        if type(thing) is FunctionType:
            return Holder(described(thing), thing.__module__)
        if is_a(thing, type):
            return Holder(described(thing), home_of(thing))
        return _other(thing)

    def _of_namespace(self, namespace: dict[object, object], held: object) -> Holder | None:
        name = self._namespaces.get(id(namespace))
        if name is None:
            return None
        key = next((key for key, value in list(namespace.items()) if value is held), None)
        return Holder(f"{name}.{key}" if key is not None else f"module {name}", name)

    def _told(self, named: Holder, top: object, came: Mapping[int, object]) -> Holder:
        below = came[id(top)]
        if type(below) is dict and id(below) in came and (type(top) is FunctionType or is_a(top, type)):
            key = next((key for key, value in list(below.items()) if value is came[id(below)]), None)
            if isinstance(key, str):  # an attribute
                named = Holder(f"{named.words}.{key}", named.module, passing=named.passing)
                below = came[id(below)]
        rest = _chain(below, came) if id(below) in came else described_as_held(below)
        return Holder(f"{named.words} → {rest}", named.module, passing=named.passing)


def _is_of_load(thing: object) -> bool:
    """Whether it is a generator of this library, which works just now."""
    return type(thing) is GeneratorType and is_own_code(thing.gi_code.co_filename)


def _other(thing: object) -> Holder | None:
    if is_a(thing, _PENDING):
        name = getattr(thing, "__qualname__", "?")
        return Holder(f"{type(thing).__name__} {name!r}, which has not ended", passing=True)
    if is_a(thing, BaseException):
        return Holder(f"the error {type(thing).__name__}", passing=True)
    if is_a(thing, (TracebackType, FrameType)):
        return Holder("the traceback of an error", passing=True)
    if _is_thread(thing):
        return Holder(f"thread {thing.name!r}", type(thing).__module__)  # type: ignore[attr-defined]
    wrapped = getattr(thing, "__wrapped__", None) if type(thing).__name__ == "_lru_cache_wrapper" else None
    if type(wrapped) is FunctionType:
        return Holder(f"the cache of {described(wrapped)}", wrapped.__module__)
    if type(thing) is BuiltinFunctionType and isinstance(thing.__module__, str):
        return Holder(f"function {thing.__module__}.{thing.__qualname__}", thing.__module__)
    return None


def _is_thread(thing: object) -> bool:
    cls = namespace_of(sys.modules.get("threading")).get("Thread")
    return isinstance(cls, type) and issubclass(type(thing), cls)


def _chain(thing: object, came: Mapping[int, object]) -> str:
    return " → ".join(described_as_held(each) for each in _down(thing, came))


def _down(thing: object, came: Mapping[int, object]) -> Iterator[object]:
    while came.get(id(thing), thing) is not thing:
        yield thing
        thing = came[id(thing)]
    yield thing


def described_as_held(thing: object) -> str:
    """A class, function or module by its name, all else by its class."""
    if is_a(thing, ModuleType):
        return f"module {namespace_of(thing).get('__name__')}"
    if type(thing) is dict and "__spec__" in thing:
        return f"the namespace of {thing.get('__name__')}"
    if type(thing).__module__ == "builtins" and not is_a(thing, type) and type(thing) is not FunctionType:
        return type(thing).__name__
    return described(thing)

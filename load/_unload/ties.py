"""Where a process keeps what packages register: what can be taken back, and by what name each is told.

A tie is one such registration, with the references that it consists of. Some go with every removal (names, caches),
some only where that is wanted (`copyreg`, logging, warnings), and some never: what is to run at exit, or on a signal.
"""

from __future__ import annotations

import atexit
import sys
from enum import IntEnum
from types import FunctionType, MethodType

from load._unload.reach import home_of, is_a
from load._unload.verdict import namespace_of, without_alias

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from typing import Any

    from load._unload.reach import Cut


class Kind(IntEnum):
    """When a tie is cut."""

    ALWAYS = 0
    WHERE_WANTED = 1
    NEVER = 2


class Tie:
    """A registration.

    Attributes:
        words: what holds what, for people.
        kind: when it is cut.
        cuts: the references that go with it.
        seeds: what else goes with it, and has to be looked through.
        unseen: what it holds without Python's seeing it.
        undo: a function that takes it back, and its arguments.
    """

    __slots__ = ("cuts", "kind", "seeds", "undo", "unseen", "words")

    def __init__(
        self,
        words: str,
        kind: Kind,
        *,
        cuts: Collection[Cut] = (),
        seeds: Collection[object] = (),
        unseen: object = None,
        undo: tuple[Any, ...] = (),
    ) -> None:
        self.words = words
        self.kind = kind
        self.cuts = cuts
        self.seeds = seeds
        self.unseen = unseen
        self.undo = undo

    @property
    def own(self) -> tuple[object, ...]:
        """The collections in which it holds things itself."""
        return self, self.seeds, self.undo

    def take_back(self) -> None:
        """End it."""
        if self.undo:
            self.undo[0](*self.undo[1:])


class Ties:
    """The registrations of some modules.

    Args:
        names: the modules, by their names in `sys.modules`.
    """

    def __init__(self, names: Collection[str]) -> None:
        self._names = frozenset(names)
        self._namespaces = {id(namespace_of(module)) for module in without_alias(names).values()}

    def find(self) -> list[Tie]:
        """All of them; nothing is imported to find out, and nothing is changed."""
        return [tie for place in _PLACES for tie in place(self)]

    def owns(self, thing: object) -> bool:
        """Whether something is of these modules: a class, a function, an instance or a method of one."""
        if type(thing) is MethodType:
            return self.owns(thing.__func__) or self.owns(thing.__self__)
        if type(thing) is FunctionType:
            return id(thing.__globals__) in self._namespaces or self._is_wrapper_of_own(thing)
        if is_a(thing, type):
            return home_of(thing) in self._names
        inner = getattr(thing, "func", None) if type(thing) is _partial() else None
        return home_of(type(thing)) in self._names or (inner is not None and self.owns(inner))

    def _is_wrapper_of_own(self, function: FunctionType) -> bool:
        """Whether a decorator of somebody else's made it from a function of these modules."""
        inner = vars(function).get("__wrapped__")
        return type(inner) is FunctionType and inner is not function and self.owns(inner)

    # -- the places ----------------------------------------------------------------------------------------------------

    def exit_callbacks(self) -> Iterator[Tie]:
        """`atexit`: they run when the program ends, and nothing tells what they are needed for."""
        for callback in _exit_callbacks():
            if self.owns(callback):
                words = f"atexit: {described(callback)} is to run when the program ends"
                yield Tie(words, Kind.NEVER, seeds=(callback,), unseen=callback)

    def finalizers(self) -> Iterator[Tie]:
        """`weakref.finalize`: the same for single objects."""
        finalize = namespace_of(sys.modules.get("weakref")).get("finalize")
        registry = getattr(finalize, "_registry", {})
        for info in list(registry.values()):
            if self.owns(info.func) or any(map(self.owns, info.args or ())):
                words = f"weakref.finalize: {described(info.func)} is to run when an object goes"
                cuts = [(id(info), id(each)) for each in (info.func, info.args)]
                yield Tie(words, Kind.NEVER, cuts=cuts)

    def signal_handlers(self) -> Iterator[Tie]:
        """`signal`: taking one back would change what a signal does."""
        signal = sys.modules.get("signal")
        if signal is None:
            return
        for number in signal.valid_signals():
            handler = signal.getsignal(number)
            if callable(handler) and self.owns(handler):
                name = getattr(number, "name", number)
                yield Tie(f"signal: {described(handler)} handles {name}", Kind.NEVER, seeds=(handler,), unseen=handler)

    def picklers(self) -> Iterator[Tie]:
        """`copyreg`: how objects of a class are pickled and copied."""
        table: dict[Any, Any] = namespace_of(sys.modules.get("copyreg")).get("dispatch_table", {})
        for cls, function in list(table.items()):
            if not self.owns(cls) and not self.owns(function):
                continue
            words = f"copyreg: how {described(cls)} is pickled, by {described(function)}"
            cuts = [(id(table), id(cls)), (id(table), id(function))]
            kind = Kind.WHERE_WANTED if self.owns(cls) else Kind.NEVER
            yield Tie(words, kind, cuts=cuts, seeds=(function,), undo=(table.pop, cls, None))

    def warning_filters(self) -> Iterator[Tie]:
        """`warnings`: filters for a category of the package's own."""
        warnings = sys.modules.get("warnings")
        filters: list[Any] = getattr(warnings, "filters", [])
        for entry in list(filters):
            if isinstance(entry, tuple) and len(entry) > 2 and self.owns(entry[2]):
                words = f"warnings: a filter for {described(entry[2])}"
                cuts = [(id(filters), id(entry))]
                yield Tie(words, Kind.WHERE_WANTED, cuts=cuts, seeds=(entry,), undo=(_remove_same, filters, entry))

    def log_parts(self) -> Iterator[Tie]:
        """`logging`: filters and handlers of the package's own classes, on whatever logger."""
        logging = sys.modules.get("logging")
        if logging is None:
            return
        root = logging.root
        for logger in [root, *(each for each in list(root.manager.loggerDict.values()) if hasattr(each, "filters"))]:
            where = f"logger {logger.name!r}"
            yield from self._filters_of(logger, where)
            for handler in list(logger.handlers):
                if self.owns(handler):
                    words = f"logging: the handler {described(handler)} of {where}"
                    cuts = [(id(logger.handlers), id(handler))]
                    undo = (logger.removeHandler, handler)
                    yield Tie(words, Kind.WHERE_WANTED, cuts=cuts, seeds=(handler,), undo=undo)
                yield from self._filters_of(handler, f"a handler of {where}")

    def _filters_of(self, filterer: Any, where: str) -> Iterator[Tie]:
        for each in list(filterer.filters):
            if self.owns(each):
                words = f"logging: the filter {described(each)} of {where}"
                cuts = [(id(filterer.filters), id(each))]
                undo = (filterer.removeFilter, each)
                yield Tie(words, Kind.WHERE_WANTED, cuts=cuts, seeds=(each,), undo=undo)

    def log_class(self) -> Iterator[Tie]:
        """`logging`: the class that loggers are made of from now on."""
        namespace = namespace_of(sys.modules.get("logging"))
        cls = namespace.get("_loggerClass")
        if self.owns(cls):
            yield Tie(
                f"logging: {described(cls)} is the class of new loggers", Kind.NEVER, cuts=[(id(namespace), id(cls))]
            )

    def finders(self) -> Iterator[Tie]:
        """The import system: finders on `sys.meta_path` and `sys.path_hooks`."""
        for name in ("meta_path", "path_hooks"):
            places: list[Any] = getattr(sys, name)
            for each in list(places):
                if self.owns(each):
                    words = f"sys.{name}: {described(each)}"
                    cuts = [(id(places), id(each))]
                    undo = (_remove_same, places, each)
                    yield Tie(words, Kind.WHERE_WANTED, cuts=cuts, seeds=(each,), undo=undo)

    def overloads(self) -> Iterator[Tie]:
        """`typing`: what `typing.get_overloads` tells, which is of no use without the functions."""
        registry: dict[str, Any] = getattr(sys.modules.get("typing"), "_overload_registry", {})
        for name in list(registry):
            if name in self._names:
                cuts = [(id(registry), id(registry[name]))]
                yield Tie("", Kind.ALWAYS, cuts=cuts, seeds=(registry[name],), undo=(registry.pop, name, None))


_PLACES: tuple[Callable[[Ties], Iterator[Tie]], ...] = (
    Ties.exit_callbacks,
    Ties.finalizers,
    Ties.signal_handlers,
    Ties.picklers,
    Ties.warning_filters,
    Ties.log_parts,
    Ties.log_class,
    Ties.finders,
    Ties.overloads,
)


def described(thing: object) -> str:
    """A class or function by its full name, all else by its class."""
    if type(thing) is MethodType:
        return described(thing.__func__)
    if type(thing) is _partial():
        return described(getattr(thing, "func", None))
    if type(thing) is FunctionType:
        return f"function {thing.__module__}.{thing.__qualname__}"
    if is_a(thing, type):
        return f"class {home_of(thing)}.{type.__dict__['__qualname__'].__get__(thing)}"
    # A class of C has no name of a module among its attributes: Python tells it.
    return f"a {home_of(type(thing)) or type.__dict__['__module__'].__get__(type(thing))}.{type(thing).__qualname__}"


class _Listener:
    """Equal to nothing, and notes with what it is compared."""

    __slots__ = ("heard",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self) -> None:
        self.heard: list[object] = []

    def __eq__(self, other: object) -> bool:
        self.heard.append(other)
        return False


def _exit_callbacks() -> list[object]:
    """What is registered with `atexit`, which keeps no list; but it compares each with what is to be unregistered."""
    listener = _Listener()
    atexit.unregister(listener)  # type: ignore[arg-type]
    return listener.heard


def _partial() -> Any:
    return namespace_of(sys.modules.get("functools")).get("partial", _Listener)


def _remove_same(entries: list[Any], entry: object) -> None:
    entries[:] = [each for each in entries if each is not entry]

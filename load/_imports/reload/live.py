"""The objects of the running program that a reload has to know of, found by one look through all there are."""

from __future__ import annotations

import functools
import gc
import sys
from types import CellType, CodeType, FunctionType, GetSetDescriptorType, MemberDescriptorType

from load._imports.reload.class_names import put
from load._imports.reload.journal import become, own_names
from load._imports.reload.weak_holders import redirect_weak_holders
from load._referents import askable, tracked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

# Private methods by which things of `load` that keep what they were given are told to look again. No module of theirs
# has to be imported here for it, and making one costs nothing.
RENEW = "__load_renew__"
KEEP = "__load_keep__"


class Live:
    """The functions of some modules, and what keeps objects of modules for others.

    Args:
        namespaces: the globals of the modules.

    Attributes:
        keepers: registries, handles and the like.
        touched: the ids of functions that were patched, and by which module.
    """

    def __init__(self, namespaces: Iterable[dict[str, Any]]) -> None:
        self._functions: dict[int, list[tuple[FunctionType, CodeType]]] = {id(names): [] for names in namespaces}
        self.keepers: list[Any] = []
        self.touched: dict[int, str] = {}
        by_kind: dict[type, bool] = {}
        functions = self._functions
        for each in tracked():
            kind = type(each)
            if kind is FunctionType:
                found = functions.get(id(each.__globals__))
                if found is not None:
                    found.append((each, each.__code__))
                continue
            keeps = by_kind.get(kind)
            if keeps is None:
                keeps = by_kind[kind] = any(RENEW in vars(cls) for cls in _mro(kind))
            if keeps:
                self.keepers.append(each)

    def functions_of(self, namespace: dict[str, Any]) -> list[tuple[FunctionType, CodeType]]:
        """The functions of a module, wherever they are held, and the code that they had at the beginning."""
        return self._functions.get(id(namespace), [])

    def keep(self) -> Callable[[], None]:
        """What has the registries hold what they hold now, once more."""
        restores = [getattr(each, KEEP)() for each in self.keepers if hasattr(type(each), KEEP)]

        def restore() -> None:
            for each in restores:
                each()

        return restore


def instances_of(cls: type) -> list[Any]:
    """The instances of a class itself, of no subclass."""
    return [each for each in gc.get_referrers(cls) if type(each) is cls]


_mro: Any = type.__dict__["__mro__"].__get__


def redirect_holders(stood_for: Iterable[tuple[Any, Any]]) -> None:
    """Have whoever holds a new object hold the old one, which goes on: a decorator may have put it somewhere.

    It is not undone: what the old object was before is what it is again then, and nobody needs the new one.

    Args:
        stood_for: pairs of them; nothing else of ours holds the new ones.
    """
    stands = {id(pair[0]): pair for pair in stood_for}
    redirect_weak_holders(stands.values(), _holders)
    counts, inner = _references(stands)
    suspects = [new for number, new in _held(stands.values()) if number > counts[id(new)]]
    if not suspects:
        return
    holders = [each for each in _holders(suspects) if id(each) not in inner and each is not suspects]
    _clear_caches([holder for holder in holders if type(holder) is tuple])
    owners: dict[int, type] = {}
    if any(type(holder) is dict for holder in holders):
        owners = {id(names): cls for cls in _classes() for names in gc.get_referents(cls) if type(names) is dict}
    for holder in holders:
        owner = owners.get(id(holder))
        if owner is None:
            _replace_in(holder, stands)
        else:
            _replace_in_class(owner, stands)


_FEW = 16
_CACHED = type(functools.lru_cache(maxsize=1)(lambda: None))
_INNER = (dict, tuple, CellType, property, staticmethod, classmethod, GetSetDescriptorType, MemberDescriptorType)


def _held(pairs: Iterable[tuple[Any, Any]]) -> list[tuple[int, Any]]:
    """How often new objects are referred to, besides by their pairs."""
    every = [*pairs, (object(), None)]
    counts = [sys.getrefcount(new) for new, _ in every]
    ours = counts.pop()  # the references that everything has which is counted here
    return [(count - ours, new) for count, (new, _) in zip(counts, every, strict=False)]


def _references(stands: dict[int, tuple[Any, Any]]) -> tuple[dict[int, int], set[int]]:
    """How often new objects refer to one another, as a class does to its methods and to itself; and by way of what."""
    counts = dict.fromkeys(stands, 0)
    inner: set[int] = set()
    apart = {id(new.__globals__) for new, _ in stands.values() if type(new) is FunctionType}
    apart |= {id(getattr(new, "__builtins__", None)) for new, _ in stands.values()}
    # A table in an attribute of a class is by now the one of the class that goes on.
    apart |= {id(each) for _, old in stands.values() if isinstance(old, type) for each in vars(old).values()}
    todo = [new for new, _ in stands.values()]
    while todo:
        for each in gc.get_referents(todo.pop()):
            if id(each) in counts:
                counts[id(each)] += 1
            elif type(each) in _INNER and id(each) not in inner and id(each) not in apart:
                inner.add(id(each))
                todo.append(each)
    return counts, inner


def _holders(things: list[Any]) -> list[Any]:
    """Who refers to some objects; each object more makes asking Python for it slower."""
    if len(things) <= _FEW:
        return gc.get_referrers(*things)
    ids = {id(each) for each in things}
    return [each for each in askable(tracked()) if not ids.isdisjoint(map(id, gc.get_referents(each)))]


def _clear_caches(keys: list[Any]) -> None:
    """Have caches of functions forget calls with what nobody should hold: they would keep it alive.

    What others hold weakly, as receivers of signals, would go on being called beside what stands for it.
    """
    if not keys:
        return
    holders = gc.get_referrers(*keys)
    tables = [each for each in holders if type(each) is dict]
    for each in {id(each): each for each in (*holders, *(gc.get_referrers(*tables) if tables else ()))}.values():
        if type(each) is _CACHED:
            each.cache_clear()


def _classes() -> list[type]:
    return [each for each in tracked() if issubclass(type(each), type)]


def _replace_in_class(cls: type, stands: dict[int, tuple[Any, Any]]) -> None:
    for name, value in list(vars(cls).items()):
        if id(value) in stands:
            put(cls, name, stands[id(value)][1])


def _replace_in(holder: Any, stands: dict[int, tuple[Any, Any]]) -> None:
    kind = type(holder)
    if id(kind) in stands:  # an instance that was made before the class was bound
        become(holder, stands[id(kind)][1])
    elif issubclass(kind, dict):
        _replace_in_dict(holder, stands)
    elif issubclass(kind, list):
        _replace_in_list(holder, stands)
    elif issubclass(kind, set):
        for value in [each for each in set.__iter__(holder) if id(each) in stands]:
            set.discard(holder, value)
            set.add(holder, stands[id(value)][1])
    elif kind is CellType:
        holder.cell_contents = stands[id(holder.cell_contents)][1]
    elif not issubclass(kind, (type, tuple, FunctionType)):
        names = own_names(holder)
        if names is not None:
            _replace_in_dict(names, stands)


def _replace_in_list(holder: list[Any], stands: dict[int, tuple[Any, Any]]) -> None:
    """A list that both were put into, each in its turn, is a register: there the old one stands once."""
    held = {id(each) for each in list.__iter__(holder)}
    for index in range(list.__len__(holder) - 1, -1, -1):
        pair = stands.get(id(list.__getitem__(holder, index)))
        if pair is not None and id(pair[1]) in held:
            list.__delitem__(holder, index)
        elif pair is not None:
            list.__setitem__(holder, index, pair[1])


def _replace_in_dict(holder: dict[Any, Any], stands: dict[int, tuple[Any, Any]]) -> None:
    for key, value in list(dict.items(holder)):
        if id(value) in stands:
            dict.__setitem__(holder, key, stands[id(value)][1])
        if id(key) in stands:
            dict.__setitem__(holder, stands[id(key)][1], dict.pop(holder, key))

"""Who holds a new object weakly, as signals do their receivers, holds the old one that goes on in its place."""

from __future__ import annotations

import gc
import sys
from weakref import KeyedRef, getweakrefs, ref

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    Pair = tuple[ref[Any], ref[Any]]  # a reference to a new object, and one like it to the old object


def redirect_weak_holders(stood_for: Iterable[tuple[Any, Any]], holders_of: Callable[[list[Any]], list[Any]]) -> None:
    """Have containers that refer weakly to a new object refer to the old one, unless they do already.

    Args:
        stood_for: pairs of a new object that nobody else should hold, and the old one that goes on in its place.
        holders_of: gives who refers to some objects.
    """
    pairs = {id(one): (one, other) for new, old in stood_for for one, other in _pairs(new, old)}
    if not pairs:
        return
    for holder in holders_of([one for one, _ in pairs.values()]):
        if type(holder) is tuple:
            _rebuild(holder, pairs)
        elif issubclass(type(holder), dict):
            _replace_in_dict(holder, pairs)
        elif issubclass(type(holder), set):
            _replace_in_set(holder, pairs)
        elif issubclass(type(holder), list):
            _replace_in_list(holder, pairs)


def _pairs(new: Any, old: Any) -> list[Pair]:
    found: list[Pair] = []
    every: list[Any] = [*getweakrefs(new), object()]
    counts = list(map(sys.getrefcount, every))
    usual = counts.pop()
    for one, count in zip(every, counts, strict=False):
        plain = one.__callback__ is None if type(one) is ref else False
        # Each base of a class knows it so.
        if count - usual <= (len(new.__bases__) if plain and isinstance(new, type) else 0):
            continue
        if type(one) is ref:
            found.append((one, ref(old, one.__callback__) if one.__callback__ is not None else ref(old)))
        elif type(one) is KeyedRef:
            found.append((one, KeyedRef(old, one.__callback__, one.key)))
    return found


def _refers(values: Iterable[Any], thing: Any) -> bool:
    return any(issubclass(type(each), ref) and each() is thing for each in values)


def _replace_in_dict(holder: dict[Any, Any], pairs: dict[int, Pair]) -> None:
    for key, value in list(dict.items(holder)):
        if id(value) in pairs:
            other = pairs[id(value)][1]
            if not _refers(dict.values(holder), other()):
                dict.__setitem__(holder, key, other)
        if id(key) in pairs:
            other = pairs[id(key)][1]
            if not dict.__contains__(holder, other):
                dict.__setitem__(holder, other, dict.pop(holder, key))


def _replace_in_set(holder: set[Any], pairs: dict[int, Pair]) -> None:
    for one in [each for each in set.__iter__(holder) if id(each) in pairs]:
        other = pairs[id(one)][1]
        if not set.__contains__(holder, other):
            set.discard(holder, one)
            set.add(holder, other)


def _replace_in_list(holder: list[Any], pairs: dict[int, Pair]) -> None:
    for index, one in enumerate(list(list.__iter__(holder))):
        if id(one) in pairs and not _refers(list.__iter__(holder), pairs[id(one)][1]()):
            list.__setitem__(holder, index, pairs[id(one)][1])


def _rebuild(entry: tuple[Any, ...], pairs: dict[int, Pair]) -> None:
    """A list of tuples, one of which has the reference: that is another tuple then."""
    old = next(pairs[id(each)][1]() for each in entry if id(each) in pairs)
    for table in gc.get_referrers(entry):
        if type(table) is not list:
            continue
        entries = [each for each in table if type(each) is tuple]
        if not any(_refers(each, old) for each in entries):
            rebuilt = tuple(pairs[id(each)][1] if id(each) in pairs else each for each in entry)
            table[:] = [rebuilt if each is entry else each for each in table]

"""What goes with every removal: names, what the standard library keeps to be quick, and what `load` has bound."""

from __future__ import annotations

import gc
import sys
from types import FunctionType

from load._caller import is_standard_library
from load._unload.ties import Kind, Tie
from load._unload.verdict import namespace_of, without_alias

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import Any

    from load._unload.reach import Cut
    from load._unload.ties import Ties


def bindings(names: Collection[str], ties: Ties) -> list[Tie]:
    """All that holds modules only so that they are found again."""
    return [
        *_names(names),
        *_of_handles(names, ties),
        *_of_registries(names, ties),
        *_of_exports(names, ties),
    ]


def _names(names: Collection[str]) -> Iterator[Tie]:
    """`sys.modules`, parents that stay, and the names of `load`. `removal.remove` takes these out."""
    facade = namespace_of(sys.modules.get("load"))
    cuts: list[Cut] = []
    for name, module in without_alias(names).items():
        parent = namespace_of(sys.modules.get(name.rpartition(".")[0]))
        cuts += [(id(holder), id(module)) for holder in (sys.modules, facade, parent)]
    yield Tie("", Kind.ALWAYS, cuts=cuts)


def _of_handles(names: Collection[str], ties: Ties) -> Iterator[Tie]:
    """Handles of `lazy_import` and their like; the next use imports anew."""
    if "load._lazy.handle" not in sys.modules:
        return
    from load._lazy.forgetting import forget, used_handles

    def is_gone(module: str, value: object) -> bool:
        return module in names or id(value) in gone or ties.owns(value)

    gone = set(map(id, without_alias(names).values()))
    for handle, state in used_handles(is_gone):
        held = (state, namespace_of(state[1]), vars(handle) if hasattr(type(handle), "__dict__") else None)
        cuts = [(id(handle), id(each)) for each in held]
        yield Tie("", Kind.ALWAYS, cuts=cuts, seeds=(state,), undo=(forget, handle))


def _of_registries(names: Collection[str], ties: Ties) -> Iterator[Tie]:
    """Entries of registries that were loaded from their names."""
    if "load.registry._storage" not in sys.modules:
        return
    from load.registry._forgetting import forget, loaded_entries

    gone = set(map(id, without_alias(names).values()))
    for table, key, value in loaded_entries(lambda value: id(value) in gone or ties.owns(value)):
        yield Tie("", Kind.ALWAYS, cuts=[(id(table), id(value))], seeds=(value,), undo=(forget, table, key, value))


def _of_exports(names: Collection[str], ties: Ties) -> Iterator[Tie]:
    """What specialised exports keep of what they have given; they give it anew."""
    kind = namespace_of(sys.modules.get("load.exports._special")).get("SpecializedExports")
    if kind is None:
        return

    def is_gone(path: str, value: object) -> bool:
        within = any(f"{path}.".startswith(f"{name}.") for name in names)
        return within or id(value) in gone or ties.owns(value)

    gone = set(map(id, without_alias(names).values()))
    kinds = {kind, *_below(kind)}
    for each in gc.get_objects():
        if type(each) not in kinds:
            continue
        for name, value in each.__load_kept__(is_gone):
            cuts = [(id(holder), id(value)) for holder in (each, vars(each))]
            seeds = (value,) if id(value) in gone or ties.owns(value) else ()
            yield Tie("", Kind.ALWAYS, cuts=cuts, seeds=seeds, undo=(each.__load_forget__, name))


def _below(cls: type) -> list[type]:
    subclasses: list[type] = type.__subclasses__(cls)
    return [*subclasses, *(each for kind in subclasses for each in _below(kind))]


def caches() -> list[Tie]:
    """Every `functools.lru_cache` of the standard library: whatever is in it can be computed again.

    `typing` keeps there what was written in brackets, classes of whatever package.
    """
    return [
        _of_cache(each) for each in gc.get_objects() if type(each).__name__ == "_lru_cache_wrapper" and _is_pure(each)
    ]


def _is_pure(cache: Any) -> bool:
    wrapped = getattr(cache, "__wrapped__", None)
    return type(wrapped) is FunctionType and is_standard_library(wrapped.__code__.co_filename)


def _of_cache(cache: Any) -> Tie:
    function = cache.__wrapped__
    kept = [each for each in gc.get_referents(cache) if each is not function]
    seeds = [each for each in kept if not issubclass(type(each), type)]
    return Tie("", Kind.ALWAYS, cuts=[(id(cache), id(each)) for each in kept], seeds=seeds, undo=(_clear, cache))


def _clear(cache: Any) -> None:
    cache.cache_clear()

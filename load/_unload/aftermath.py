"""A removal carried out, and what became of it: memory that came back, and what lives on and who holds it."""

from __future__ import annotations

import gc
import sys
from array import array
from functools import cache
from weakref import ref

from load._unload.extensions import keep_extensions
from load._unload.reach import definitions_of
from load._unload.removal import remove
from load._unload.report import UnloadReport
from load._unload.running import variables
from load._unload.trail import Trails
from load._unload.verdict import without_alias

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from load._unload.plan import Plan
    from load._unload.ties import Tie

_resident_before = array("q", [0])  # a number would lie among what goes, from before that to after it
_FOLLOWED = 3  # things that live on unforeseen and are followed to who holds them


def carried_out(plan: Plan, *, known_paths: frozenset[str] = frozenset()) -> UnloadReport:
    """Remove what a plan says, and see what lives on; `give_back` is to follow, once the plan is forgotten.

    Memory goes back to the system in lots of a megabyte, and only where nothing in them is in use. A new text lies
    wherever there was room, so among the modules: the names are one text until those are gone, which is too long for
    that.

    Args:
        plan: what to remove; what it holds is forgotten.
        known_paths: entries of `sys.path_importer_cache` to leave alone.
    """
    keep_extensions()
    if not plan.go:
        return UnloadReport((), plan.kept, 0, holders=plan.holders)
    _resident_before[0] = _resident()
    names = "\0".join(plan.go)
    plan.go.clear()
    marks = _marks(names.split("\0"))
    taken_back = [words for words in map(_take_back, plan.ties) if words]
    plan.ties.clear()
    remove(names.split("\0"), known_paths=known_paths)
    gc.collect()
    gc.collect()  # what finalizers of the first have let go
    living = [(name, mark) for name, mark in marks if mark() is not None]
    marks.clear()
    removed = names.split("\0")
    unforeseen = [mark for name, mark in living if name not in plan.alive][:_FOLLOWED]
    return UnloadReport(
        removed,
        plan.kept,
        holders=plan.holders,
        alive={name for name, _ in living},
        survivors=[*plan.holders, *_followed(unforeseen, frozenset(removed))] if living else (),
        taken_back=taken_back,
    )


def give_back(report: UnloadReport) -> UnloadReport:
    """Have the system get back what is free after a removal, and tell how much that is.

    Whatever was made for the removal lies among what was removed: it has to be forgotten by now.
    """
    if report.removed:
        _clear_internal_caches()
        gc.collect()  # which also gives up the places that the interpreter keeps for the next tuples and the like
        report.trimmed = trim()
        after = _resident()
        report.freed = _resident_before[0] - after if after >= 0 else None
    return report


def _take_back(tie: Tie) -> str:
    tie.take_back()
    return tie.words


def _marks(names: Iterable[str]) -> list[tuple[str, ref[Any]]]:
    """Weak references to classes and functions of modules: a module may be gone while they live, and keep all of it."""
    found: list[tuple[str, ref[Any]]] = []
    for name, module in without_alias(names).items():
        found += [(name, ref(each)) for each in definitions_of(module)]
    return found


def _followed(living: list[ref[Any]], gone: frozenset[str]) -> list[str]:
    """Who holds what lives on though nothing was seen to hold it before; what is held alike is told once."""
    trails = Trails(variables(), {id(living)}, gone)
    words = [trails.above(mark()).words for mark in living]
    return list(dict.fromkeys(words))


def _clear_internal_caches() -> None:
    """Have the interpreter forget the attributes that it looked up last: their names lie among what goes."""
    clear = getattr(sys, "_clear_internal_caches", None) or getattr(sys, "_clear_type_cache", None)  # documented
    if clear is not None:
        clear()


def trim() -> bool | None:
    """Have the C library give back the memory that it keeps in reserve; None where it cannot be asked.

    Returns:
        Whether it gave something back.
    """
    malloc_trim = _malloc_trim()
    return None if malloc_trim is None else bool(malloc_trim(0))


@cache
def _malloc_trim() -> Callable[[int], int] | None:
    """Glibc's function, made once: what belongs to it would lie among what goes."""
    if sys.platform != "linux":
        return None
    import ctypes

    try:
        function: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):  # musl has none
        return None
    return function


def _resident() -> int:
    """The resident memory in bytes; -1 where the system does not tell."""
    from load import _memory

    size = _memory.resident()
    return -1 if _memory.is_peak else size

"""Which exports are to be loaded in the background, and in which order."""

from __future__ import annotations

import sys
from itertools import count

from load.exports import _background_queue as queue
from load.exports._dependencies import in_order
from load.exports._listed import LISTED, listed
from load.exports._table import TABLE, record_of, recorded, unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import FrameType
    from typing import Any

    from load.exports._background_queue import Job

_numbers = count(1)


def chosen_of(exports: Iterable[Any] | None, frame: FrameType) -> dict[str, Any]:
    """Name → export, those that they depend on before them; listed ones are made only where all is right.

    Args:
        exports: as for `start_background_loading`.
        frame: who asks.

    Raises:
        RegistryError: one is unknown, or depends on itself.
        RegistryTypeError: one is not an export.
    """
    if isinstance(exports, str):
        raise TypeError(f"exports are several names, as [{exports!r}], not the text {exports!r}")
    asked = list(TABLE) if exports is None else list(exports)
    found = [_named(each) for each in asked]
    for name, handle in found:
        _with_needs(name, handle)
    made = [(name, listed(name, frame) if handle is None else handle) for name, handle in found]
    chosen: dict[str, Any] = {}
    for name, handle in made:
        for need in _with_needs(name, handle):
            chosen.setdefault(need, handle if need == name else TABLE.get(need))
    return chosen


def _named(given: Any) -> tuple[str, Any]:
    """An export and its name; None for one that is listed, and was not made."""
    special = sys.modules.get("load.exports._special")
    if special is not None and isinstance(given, special.SpecializedExports):
        given = given._export
    record = record_of(given)
    if record is not None:
        return record.name, given
    if not isinstance(given, str):
        from load.errors import RegistryTypeError

        raise RegistryTypeError(
            f"What is to be loaded in the background is not an export: it is of type {type(given).__name__}.",
            hint="give what LazyPackageExport(...) makes, or its name",
        )
    found = recorded(given)
    if found is None and given not in LISTED:
        raise _unknown(given)
    return given, found[0] if found is not None else None


def _unknown(name: str) -> Exception:
    from difflib import get_close_matches

    error: Any = unknown(name)
    near = get_close_matches(name, LISTED, 3)
    if near and "did you mean" not in error.hint:
        error.hint = f"did you mean {', '.join(map(repr, near))}?"
    return error  # type: ignore[no-any-return]


def _with_needs(name: str, handle: Any) -> list[str]:
    """The names of the exports that one depends on, and its own, in order."""
    record = record_of(handle)
    if record is None:
        return [name]
    if TABLE.get(name) is handle:
        return in_order([name])
    return [*in_order(record.dependencies), name]  # one that another has taken the place of


def jobs_of(chosen: Mapping[str, Any], priority: int | Mapping[str, int]) -> list[Job]:
    """The jobs of exports, in the order of their turns.

    Args:
        chosen: name → export, those that others depend on before these.
        priority: of all, or of some by their names.

    Raises:
        RegistryError: a priority is given to another.
    """
    jobs: dict[str, Job] = {}
    for name, handle in chosen.items():
        record = record_of(handle)
        assert record is not None
        own = priority if isinstance(priority, int) else priority.get(name, 0)
        jobs[name] = queue.Job(name, handle, record, own, next(_numbers))
        jobs[name].needs = [jobs[need] for need in _with_needs(name, handle) if need != name]
    for job in jobs.values():
        for need in job.needs:
            need.priority = max(need.priority, job.priority)
    if not isinstance(priority, int) and not priority.keys() <= jobs.keys():
        from load.errors import RegistryError

        raise RegistryError(
            f"A priority is given to what is not to be loaded: {', '.join(map(repr, priority.keys() - jobs.keys()))}.",
            context=(f"to be loaded: {', '.join(jobs) or 'nothing'}",),
            hint="name it among the exports, or leave it out",
        )
    return sorted(jobs.values(), key=lambda job: (-job.priority, job.number))


def check_numbers(priority: Any, threads: Any) -> None:
    """Refuse what is not a priority, or no number of threads.

    Raises:
        TypeError, ValueError: it is none.
    """
    given = priority.values() if hasattr(priority, "values") else [priority]
    for each in given:
        if isinstance(each, bool) or not isinstance(each, int):
            raise TypeError(f"priority is a whole number, or a mapping from names to such, not {each!r}")
    if isinstance(threads, bool) or not isinstance(threads, int):
        raise TypeError(f"threads is a whole number, not {threads!r}")
    if threads < 1:
        raise ValueError(f"threads is 1 or more, not {threads}")

"""A profile in the trace event format, which Perfetto, speedscope and Chrome's own viewer read.

Source: https://github.com/google/trace-viewer, "Trace Event Format": complete events, times in microseconds.
"""

from __future__ import annotations

from load._report.document import checked
from load._report.nesting import spans

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from load._report.document import Module

_PROCESS = 1  # there is one; viewers want a number


def trace(document: Mapping[str, Any]) -> dict[str, Any]:
    """The profile as a trace: an event for each module, below one another as they came, a track for each thread.

    Args:
        document: a profile.

    Returns:
        Plain data, to be written as JSON. Times that do not fit into those of what imported it, as of a module that
        was imported again after it had failed, are moved until they do; `args` has what was measured.

    Raises:
        ProfileError: it is not a profile.
    """
    profile = checked(document)
    modules = profile["modules"]
    threads = {thread: number for number, thread in enumerate(dict.fromkeys(each["thread"] for each in modules), 1)}
    events = [_named("process_name", profile["title"] or "imports", 0)]
    events += [_named("thread_name", f"thread {number} ({thread})", number) for thread, number in threads.items()]
    timed = list(zip(modules, spans(modules), strict=True))
    timed.sort(key=lambda pair: (pair[1][0], -pair[1][1]))  # stable: what came in another's course stands behind it
    events += [_event(module, threads[module["thread"]], start, length) for module, (start, length) in timed]
    about = {name: str(profile[name]) for name in ("title", "python", "load")}
    return {"traceEvents": events, "displayTimeUnit": "ms", "otherData": about}


def _event(module: Module, thread: int, start: float, length: float) -> dict[str, Any]:
    measured: dict[str, Any] = {
        "self_ms": round(module["self_duration"] * 1e3, 6),
        "total_ms": round(module["duration"] * 1e3, 6),
        "find_ms": round(module["find"] * 1e3, 6),
        "create_ms": round(module["create"] * 1e3, 6),
        "execute_ms": round(module["execute"] * 1e3, 6),
        "memory_bytes": module["memory"],
        "self_memory_bytes": module["self_memory"],
    }
    told = {name: module[name] for name in ("importer", "place", "origin") if module[name]}
    failed = {"errors": module["errors"]} if module["errors"] else {}
    return {
        "name": module["module"],
        "cat": "import,failed" if failed else "import",
        "ph": "X",
        "ts": start,
        "dur": length,
        "pid": _PROCESS,
        "tid": thread,
        "args": {**{name: value for name, value in measured.items() if value is not None}, **told, **failed},
    }


def _named(what: str, name: str, thread: int) -> dict[str, Any]:
    return {"name": what, "ph": "M", "pid": _PROCESS, "tid": thread, "args": {"name": name}}

"""Which code ran: every function that was called at least once, seen at its first call.

Python 3.12 and later tell each code object once and then no more (`sys.monitoring`, PEP 669), which costs a program as
good as nothing. Python 3.11 tells every call. There what cProfile is made of counts them, in C: programs take 1.3 to 2
times as long, one of nothing but small calls up to 6 times; in other threads a function is told (`sys.setprofile`), as
nobody else could end that there, and all of these figures double.
Source: https://docs.python.org/3/library/sys.monitoring.html
"""

from __future__ import annotations

import sys

from load.errors import ProfileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType, TracebackType
    from typing import Any

_TOOL_IDS = (4, 3, 2, 1, 0, 5)  # those that PEP 669 names for nobody first, then the profiler's, …
_TOOL = "load: which functions ran"
_was_used = False  # whether code may be there that was told of once and tells no more


class Used:
    """The code that ran. A function, a lambda, the body of a class: whatever has a code object of its own.

    Attributes:
        is_whole: whether all was seen; not so where the program has set a profiler of its own (Python 3.11), or
            cleared away what sees it.
    """

    def __init__(self) -> None:
        self.is_whole = True
        self._places: set[tuple[str, int]] = set()
        self._named: set[tuple[str, int, str]] = set()
        self._evaluated: set[str] = set()
        self._look: Callable[[], None] | None = None  # notes what ran by now, where nobody is told of it at once

    def ran(self, filename: str, first_line: int, name: str = "") -> bool:
        """Whether code ran.

        Args:
            filename: its file, as its code object has it (`co_filename`).
            first_line: its first line (`co_firstlineno`), that of the first decorator where there is one.
            name: its qualified name (`co_qualname`); "" for whatever begins on that line.
        """
        self._now()
        if name:
            return (filename, first_line, name) in self._named
        return (filename, first_line) in self._places

    def is_evaluated(self, name: str) -> bool:
        """Whether code that was made of a text, as of an annotation, reads a name."""
        self._now()
        return name in self._evaluated

    def note(self, code: CodeType) -> None:
        """Code begins to run."""
        filename = code.co_filename
        self._places.add((filename, code.co_firstlineno))
        self._named.add((filename, code.co_firstlineno, code.co_qualname))
        if filename[:1] == "<":
            self._evaluated.update(code.co_names)

    def _now(self) -> None:
        if self._look is not None:
            self._look()

    def __len__(self) -> int:
        self._now()
        return len(self._named)

    def __repr__(self) -> str:
        return f"<Used: {len(self)} functions ran>"


class UsageRecorder:
    """Sees which code runs, in all threads: `with UsageRecorder() as used: …`, and then `used.ran(…)`.

    What had begun before does not count until it is called again. On Python 3.11 other threads are seen only if they
    are started meanwhile.

    Attributes:
        used: what ran by now.

    Raises:
        ProfileError: on entering, where others have taken all that Python offers for this.
    """

    def __init__(self) -> None:
        if sys.version_info < (3, 12):
            # Not in `start`, where they may be taken for imports of the program.
            import _lsprof  # noqa: F401
            import threading  # noqa: F401
        self.used = Used()
        self._way: _Monitoring | _CountedCalls | None = None

    def start(self) -> Used:
        """Watch from now on. Calling it again changes nothing.

        Raises:
            ProfileError: others have taken all that Python offers for this.
        """
        if self._way is None:
            way = _Monitoring(self.used) if sys.version_info >= (3, 12) else _CountedCalls(self.used)
            way.start()
            self._way = way
        return self.used

    def stop(self) -> None:
        """Stop watching, and leave nothing behind; what was seen is kept."""
        way, self._way = self._way, None
        if way is not None:
            way.stop()

    def __enter__(self) -> Used:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Monitoring:
    """By `sys.monitoring`."""

    def __init__(self, used: Used) -> None:
        self._used = used
        self._note = used.note
        self._id = -1

    def start(self) -> None:
        global _was_used
        monitoring = _monitoring()
        self._id = self._take()
        monitoring.register_callback(self._id, monitoring.events.PY_START, self._begins)
        monitoring.set_events(self._id, monitoring.events.PY_START)
        if _was_used:
            monitoring.restart_events()
        _was_used = True

    def _take(self) -> int:
        monitoring = _monitoring()
        for number in _TOOL_IDS:
            if monitoring.get_tool(number) is None:
                monitoring.use_tool_id(number, _TOOL)
                return number
        holders = [f"{number}: {monitoring.get_tool(number)}" for number in sorted(_TOOL_IDS)]
        raise ProfileError(
            "Which functions run cannot be seen: all of Python's tool ids are taken.",
            context=holders,
            hint="end one of these tools",
        )

    def _begins(self, code: CodeType, offset: int) -> object:  # noqa: ARG002 - what Python passes
        self._note(code)
        return _monitoring().DISABLE

    def stop(self) -> None:
        monitoring = _monitoring()
        if monitoring.get_tool(self._id) != _TOOL:  # somebody has cleared it away already
            self._used.is_whole = False
        else:
            monitoring.set_events(self._id, 0)
            monitoring.register_callback(self._id, monitoring.events.PY_START, None)
            monitoring.free_tool_id(self._id)


def _monitoring() -> Any:
    return sys.monitoring  # type: ignore[attr-defined, unused-ignore]


class _CountedCalls:
    """By the C part of cProfile in the thread that starts it, on Python 3.11, and by a profile function in others.

    cProfile itself would be one more import that the program has for nothing.
    """

    def __init__(self, used: Used) -> None:
        from _lsprof import Profiler

        self._used = used
        self._calls: Any = Profiler(builtins=False, subcalls=False)
        self._seen: dict[int, CodeType] = {}  # kept, so that no other code gets the same identifier
        self._function = self._make(self._seen, used)
        self._before: Any = None
        self._stopped = False

    def _make(self, seen: dict[int, CodeType], used: Used) -> Callable[[FrameType, str, object], None]:
        identifier = id

        def called(frame: FrameType, event: str, _: object) -> None:  # noqa: ARG001 - whatever it does, it runs
            code = frame.f_code
            if identifier(code) in seen:
                return
            if self._stopped:  # a thread that runs on
                sys.setprofile(None)
                return
            seen[identifier(code)] = code
            used.note(code)

        return called

    def start(self) -> None:
        import threading

        other = sys.getprofile()
        if other is not None:
            raise ProfileError(
                "Which functions run cannot be seen: another profiler is at work.",
                context=(f"it is {other!r}",),
                hint="end it, or use Python 3.12 or later, which has room for both",
            )
        self._before = threading.getprofile()
        threading.setprofile(self._function)
        self._used._look = self._look
        self._calls.enable()

    def _look(self) -> None:
        """Note what ran by now in the thread that watches; others cannot read what is written meanwhile."""
        if not self._is_watching():
            return
        self._calls.disable()
        self._take()
        self._calls.enable()

    def _is_watching(self) -> bool:
        current: Any = sys.getprofile()
        return current is self._calls

    def _take(self) -> None:
        for entry in self._calls.getstats():
            self._used.note(entry.code)

    def stop(self) -> None:
        import threading

        self._stopped = True
        self._used._look = None
        if self._is_watching():
            self._calls.disable()
        else:  # the program has set its own
            self._used.is_whole = False
        self._take()
        self._calls.clear()
        self._seen.clear()
        if threading.getprofile() is self._function:
            threading.setprofile(self._before)

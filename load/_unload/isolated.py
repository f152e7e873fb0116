"""Modules in a worker process: their memory comes back when it ends, and their versions are its own."""

from __future__ import annotations

import os
import sys
from typing import overload
from weakref import finalize

from load import _config
from load._display import Shown
from load._reference import Reference
from load._unload import isolated_needs
from load._unload.isolated_calls import Calls
from load._unload.isolated_servers import Launcher
from load._unload.worker_pickling import packed
from load.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Buffer, Callable, Sequence  # type: ignore[attr-defined, unused-ignore]
    from concurrent.futures import Future
    from types import TracebackType
    from typing import Any, NoReturn, Self, TypeVar

    from load._caller import Caller
    from load._picture import Picture

    Result = TypeVar("Result")


class Isolated(Shown):
    """A worker process with modules of its own, in which functions are called; also the block of a `with` statement.

    A call runs as if it had been made here: arguments and results are pickled, an error comes back as what it is, with
    the worker's traceback as its cause, and what is printed goes to the standard output and error of this process.
    Calls are carried out one after the other. A worker that dies, or is killed because a call took too long, is
    replaced at the next call. It may be used from many threads; a fork of this process cannot use it.

    Args:
        specs: what to import there, as for `load(...)`.
        caller: who asks; relative paths start there.
        start: how workers are started: "forkserver", "spawn", or None for what suits the system.

    Raises:
        SourceError: a spec cannot be read.
        InstallError: something is not there, and could not or may not be installed.
        WorkerError: the worker could not be started, or died at its start.
        Exception: what a module raised when it was imported there.
    """

    def __init__(self, specs: Sequence[str], caller: Caller, start: str | None = None) -> None:
        wanted = isolated_needs.prepared(specs, caller)
        self._title = ", ".join(map(repr, specs))
        self._names = [name for name, path in wanted.modules if not path]
        self._versions: dict[str, str | None] | None = None
        setup = {
            "path": wanted.path,
            "modules": wanted.modules,
            "overlays": wanted.overlays,
            "cwd": _working_directory(),
            "argv": [*sys.argv],
            "settings": _config.handed_on(),
        }
        from load._console.status import shown_while

        with shown_while(f"starting a worker with {self._title}" if specs else "starting a worker"):
            self._calls = Calls(Launcher(setup, start), self._title)
        finalize(self, self._calls.finish).atexit = False

    @overload
    def call(
        self, function: Callable[..., Result], /, *args: Any, timeout: float | None = None, **kwargs: Any
    ) -> Result: ...

    @overload
    def call(self, function: Reference | str, /, *args: Any, timeout: float | None = None, **kwargs: Any) -> Any: ...

    def call(
        self,
        function: Callable[..., Any] | Reference | str,
        /,
        *args: Any,
        timeout: float | None = None,
        **kwargs: Any,
    ) -> Any:
        """Call a function in the worker, and wait for what it gives.

        Args:
            function: a function of a module, or its name as "package.module:function", for which the module need not be
                imported here. Functions of the program itself, lambdas and inner functions take cloudpickle.
            args: its positional arguments.
            timeout: seconds, those in which the worker was busy included; then the worker is killed, if it is at it.
                None for as long as it takes.
            kwargs: its keyword arguments; one that is called `timeout` takes `functools.partial`.

        Raises:
            WorkerTimeout: it took longer.
            WorkerDied: the worker ended before the function did.
            WorkerError: the worker was closed, or something cannot be pickled.
            SourceError: the name cannot be read.
            TypeError, ValueError: the timeout is not a number of seconds.
            BaseException: what the function raised.
        """
        seconds = _seconds(timeout)
        name, parts = _request(function, args, kwargs)
        return self._calls.answer_of(name, parts, seconds)

    @overload
    def submit(self, function: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]: ...

    @overload
    def submit(self, function: Reference | str, /, *args: Any, **kwargs: Any) -> Future[Any]: ...

    def submit(self, function: Callable[..., Any] | Reference | str, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have a function called in the worker, after those that were asked for before; see `call`.

        Returns:
            A future; one that has not begun can be cancelled. `asyncio.wrap_future` makes it awaitable.

        Raises:
            WorkerError: the worker was closed, or the arguments cannot be pickled.
            SourceError: the name cannot be read.
        """
        name, parts = _request(function, args, kwargs)
        return self._calls.submit(name, parts).future

    @property
    def pid(self) -> int | None:
        """The worker's process id; None where it ended and no call has come since."""
        process = self._calls.process
        return process.pid if process is not None and process.is_alive() else None

    @property
    def memory(self) -> int | None:
        """Bytes of memory that the worker holds in RAM (RSS), with what it shares with its server.

        None where there is no worker, or the system does not tell.
        """
        pid = self.pid
        if pid is None:
            return None
        import psutil  # type: ignore[import-untyped, unused-ignore]

        try:
            return int(psutil.Process(pid).memory_info().rss)
        except psutil.Error:  # it has ended since, or there is no /proc
            return None

    @property
    def versions(self) -> dict[str, str | None]:
        """Import name → version of its distribution in the worker, None where it belongs to none.

        Raises:
            WorkerError: the worker was closed before it was asked.
        """
        if self._versions is None:
            self._versions = self.call("load._unload.worker:versions", self._names)
        return {**self._versions}

    def close(self, *, cancel: bool = False) -> None:
        """End the worker, after the calls that it was given; then its memory is back. May be called again.

        Args:
            cancel: whether the calls that wait are dropped, and the one that runs is ended with the worker.
        """
        self._calls.close(cancel=cancel)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(cancel=error is not None)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a worker belongs to the process that it was made in, and can be neither sent nor copied")

    def _picture(self) -> Picture:
        """How it is now; the worker itself is not asked, which may be busy for long."""
        from load._unload.isolated_picture import picture_of

        return picture_of(self._title, self.pid, self.memory, self._calls.now(), self._versions)

    def __repr__(self) -> str:
        pid = self.pid
        return f"<isolated({self._title}): {f'process {pid}' if pid else 'no worker'}>"


def _working_directory() -> str | None:
    try:
        return os.getcwd()
    except OSError:  # somebody has removed it
        return None


def _request(function: object, args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[str, list[Buffer]]:
    """What is called, in words, and the call as parts of a message."""
    if isinstance(function, str):
        function = Reference.parse(function)
        if not function.attribute:
            raise _without_attribute(function.module)
    if not (isinstance(function, Reference) or callable(function)):
        raise TypeError(f"a function or its name is called, not {type(function).__name__}")
    name = str(function) if isinstance(function, Reference) else getattr(function, "__qualname__", repr(function))
    return name, packed((function, args, kwargs), f"the call of {name}")


def _seconds(timeout: Any) -> float | None:
    """A length of time as it is given; what is none is refused before anything is sent, or the worker dies of it."""
    if timeout is None:
        return None
    try:
        seconds = float(timeout) if not isinstance(timeout, (str, bytes)) else None
    except OverflowError:  # longer than anybody waits
        seconds = float("inf")
    except TypeError:
        seconds = None
    if seconds is None:
        raise TypeError(f"a timeout is a number of seconds, not {type(timeout).__name__}")
    if not seconds >= 0:  # nan is not, either
        raise ValueError(f"a timeout is a number of seconds from 0 on, not {timeout!r}")
    return seconds


def _without_attribute(text: str) -> SourceError:
    module, _, name = text.rpartition(".")
    return SourceError(
        f"{text!r} names a module, and no function in it.",
        text=text,
        position=len(text),
        hint=f'write "{module}:{name}"' if module else f'write "{text}:function"',
    )

"""Calls of one worker, one after the other: a thread sends them, waits for the answers, and replaces a dead worker."""

from __future__ import annotations

import atexit
import os
from collections import deque
from concurrent.futures import wait
from threading import TIMEOUT_MAX, Condition, ExceptHookArgs, Thread, current_thread, excepthook
from typing import Any
from weakref import WeakSet

from load import _events
from load._unload import isolated_servers
from load._unload.isolated_answers import Call, Now, settle, value_of
from load._unload.isolated_processes import died
from load._unload.worker_channel import CALL
from load.errors import WorkerError, WorkerTimeout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Buffer, Sequence  # type: ignore[attr-defined, unused-ignore]

    from load._unload.isolated_answers import Answer
    from load._unload.isolated_processes import Forked, Spawned
    from load._unload.isolated_servers import Launcher


_AT_EXIT = 10.0  # seconds that the end of the program waits for a worker's
_all: WeakSet[Calls] = WeakSet()


class Calls:
    """The calls of one worker.

    Args:
        launcher: starts the worker, and its successors.
        title: what was isolated, in words.

    Attributes:
        process: the worker that stands, or None until the next call.

    Raises:
        WorkerError: the worker could not be started.
        Exception: what a module raised when it was imported there.
    """

    def __init__(self, launcher: Launcher, title: str) -> None:
        self._launcher = launcher
        self._title = title
        self._owner = os.getpid()
        self._change = Condition()
        self._waiting: deque[Call] = deque()
        self._running: Call | None = None
        self._closed = False
        self.process: Forked | Spawned | None = None
        self._thread = Thread(target=self._drive, name=f"load.isolated({title})", daemon=True)
        try:
            self._begin()
            self._thread.start()
        except BaseException:
            self._undo()
            raise
        _all.add(self)

    def _undo(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.end()
        self._launcher.close()

    # -- for those who call ------------------------------------------------------------------------------------------

    def submit(self, name: str, parts: Sequence[Buffer]) -> Call:
        """Have a function called when those before it are done.

        Raises:
            WorkerError: it was closed, or belongs to another process.
        """
        call = Call(name, parts, is_waited_for=False)
        self._take(call)
        return call

    def _take(self, call: Call) -> None:
        if os.getpid() != self._owner:
            raise WorkerError(
                f"isolated({self._title}) belongs to the process {self._owner}, which this one was forked from.",
                hint="call load.isolated() in this process",
            )
        with self._change:
            if self._closed:
                raise self._was_closed()
            self._waiting.append(call)
            self._change.notify()

    def _was_closed(self) -> WorkerError:
        return WorkerError(f"isolated({self._title}) was closed.", hint="call load.isolated() anew")

    def answer_of(self, name: str, parts: Sequence[Buffer], timeout: float | None) -> Any:
        """Have a function called when those before it are done, and wait for its answer.

        Args:
            name: what is called, in words.
            parts: the message with the call.
            timeout: seconds, those included in which others are served; None for as long as it takes.

        Raises:
            WorkerTimeout: there was none in that time.
            WorkerError: the worker died, or was closed.
            BaseException: what the function raised.
        """
        if current_thread() is self._thread:
            raise WorkerError(
                "A callback of a future cannot wait for its own worker.", hint="use submit() there, or another worker"
            )
        call = Call(name, parts, is_waited_for=True)
        try:
            self._take(call)
            wait((call.future,), None if timeout is None else min(timeout, TIMEOUT_MAX))
        except BaseException:  # Ctrl-C, from the moment on that it was taken: nobody is there for the answer
            self._give_up(call)
            raise
        if not call.future.done():
            was_running = self._give_up(call)
            if was_running is not None:
                raise self._too_slow(call, timeout, was_running=was_running)
        if call.future.cancelled():
            raise self._was_closed()
        return value_of(call.future.result())

    def _too_slow(self, call: Call, timeout: float | None, *, was_running: bool) -> WorkerTimeout:
        if was_running:
            fact, hint = "did not finish", "give it longer; the next call gets a new worker"
        else:
            fact, hint = "was not begun", "the worker is busy with other calls: give it longer, or take another worker"
        return WorkerTimeout(f"{call.name} {fact} within {timeout:g} s.", hint=hint, seconds=timeout)

    def _give_up(self, call: Call) -> bool | None:
        """Have a call not be carried out any more; whether it was running, None where it is done."""
        with self._change:
            if call is not self._running:
                return False if call.future.cancel() else None
            call.given_up = True
            if self.process is not None:
                self.process.kill()
            return True

    def finish(self) -> None:
        """Take no more calls; the worker ends when those that wait are done."""
        if os.getpid() != self._owner:
            return
        with self._change:
            self._closed = True
            self._change.notify()

    def close(self, *, cancel: bool, patience: float | None = None) -> None:
        """End the worker, and wait for that.

        Args:
            cancel: whether the calls that wait are dropped, and the one that runs is ended.
            patience: seconds; None for as long as it takes.
        """
        self.finish()
        if os.getpid() != self._owner:
            return
        if cancel:
            self._cancel()
        if current_thread() is self._thread:
            return
        try:
            self._thread.join(patience)
        except BaseException:  # Ctrl-C while others are waited for
            self._cancel()
            raise

    def _cancel(self) -> None:
        with self._change:
            dropped = [*self._waiting]
            self._waiting.clear()
            running = self._running
        for call in dropped:
            if call.future.cancel():
                call.future.set_running_or_notify_cancel()
        if running is not None:
            self._give_up(running)

    def now(self) -> Now:
        """How it stands with them."""
        with self._change:
            waiting = sum(not call.future.cancelled() for call in self._waiting)
            return Now(self._running.name if self._running is not None else None, waiting, self._closed)

    def forget(self) -> None:
        """In a fork of this program: the worker is none of ours."""
        self._change = Condition()
        if self.process is not None:
            self.process.forget()
            self.process = None
        self._launcher.forget()

    # -- in the thread -----------------------------------------------------------------------------------------------

    def _drive(self) -> None:
        while (call := self._next()) is not None:
            try:
                self._carry_out(call)
            except BaseException as error:  # noqa: BLE001 - of a callback, or a subscriber; the next is not to suffer
                if call.future.done():
                    excepthook(ExceptHookArgs((type(error), error, error.__traceback__, current_thread())))
                else:
                    call.future.set_exception(error)
            del call  # nothing of it is kept until the next
        try:
            self._end("closed")
        finally:
            self._launcher.close()

    def _next(self) -> Call | None:
        with self._change:
            while True:
                while self._waiting:
                    call = self._waiting.popleft()
                    if call.future.set_running_or_notify_cancel():
                        self._running = call
                        return call
                if self._closed:
                    return None
                self._change.wait()

    def _carry_out(self, call: Call) -> None:
        answer: Answer | None = None
        error: BaseException | None = None
        try:
            answer = self._asked(call)
        except BaseException as raised:  # noqa: BLE001 - whoever waits gets it
            error = raised
        with self._change:
            self._running = None
        if call.given_up:
            self._end("killed")
            error = error or WorkerError(f"{call.name} was given up.", hint="call it again")
        elif answer is None and error is None:
            error = self._lost(call)
        settle(call, answer, error)

    def _asked(self, call: Call) -> Answer | None:
        """The worker's answer to a call; None where it died."""
        if self.process is not None and not self.process.is_alive():
            self._end("died")
        if self.process is None:
            self._begin()
        process = self.process
        assert process is not None
        if call.given_up:
            return None
        parts, call.parts = call.parts, ()
        try:
            process.channel.send(CALL, parts)
            return process.channel.receive()
        except (OSError, EOFError):
            return None
        except BaseException:  # no memory for the answer: the rest of it would be taken for the next one
            process.kill()
            self._end("killed")
            raise

    def _lost(self, call: Call) -> WorkerError:
        pid = self.process.pid if self.process is not None else None
        hint = "see what it wrote to standard error; the next call gets a new worker"
        return died(pid, self._end("died"), f"while it ran {call.name}", hint)

    def _begin(self) -> None:
        self.process = self._launcher.start()
        _events.emit(_events.WorkerStarted(self._title, self.process.pid))

    def _end(self, why: str) -> int | None:
        """End the worker that stands, and give its exit code."""
        with self._change:
            process, self.process = self.process, None
        if process is None:
            return None
        code = process.end()
        _events.emit(_events.WorkerEnded(self._title, process.pid, why, code))
        return code


def _close_all() -> None:
    for calls in list(_all):
        calls.close(cancel=True, patience=_AT_EXIT)


def _forget_all() -> None:
    for calls in list(_all):
        calls.forget()
    isolated_servers.forget_all()


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)

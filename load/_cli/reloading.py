"""`load run --reload`: a program that sees its modules change as it runs, and runs again when it has changed itself.

Two processes: this one starts the program in another, again and again, and waits for a change where it has ended; the
other reloads what changes while the program runs. What they tell one another stands in a file.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from functools import partial
from threading import Thread, Timer
from time import monotonic, sleep, time_ns

from load import _cli, _process
from load._caller import is_own_code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, Self

    from load._imports.watch.watching import Watcher
    from load.errors import ReloadError

_NOTES = "_LOAD_RUN_RELOAD"  # in the environment of the program's process: who waits for it, and the file
_PATIENCE = 3.0  # seconds that a program has to end when it is asked to
_RECENTLY = 10.0  # seconds after Ctrl-C in which a program that ends has ended because of it
_LOOK = 0.5  # seconds after which a program looks whether anybody waits for it yet


def supervise(words: Sequence[str]) -> int:
    """Run a program, and again whenever it has changed itself, or a file of it changes after it has ended.

    Args:
        words: the program and its arguments, as after `load run`.

    Returns:
        The exit code of its last run, as shells count it.

    Raises:
        ResolveError: watchfiles is not installed.
    """
    asked = _Asked()
    try:
        return _supervise(words, asked)
    except KeyboardInterrupt:  # between two runs
        return asked.code or _cli.INTERRUPTED


def _supervise(words: Sequence[str], asked: _Asked) -> int:
    import tempfile

    from load._imports.files.compiled import drop_doubtful_of
    from load._imports.watch.waiting import require_watchfiles, stamps_of, wait_for_change

    require_watchfiles()
    program = words[1] if words[0] == "-m" else words[0]
    files: dict[str, int | None] = {}  # of the last run that came to the program itself
    with tempfile.TemporaryDirectory(prefix="load-run-") as folder:
        notes = os.path.join(folder, "notes.json")
        command = [sys.executable, *_process.interpreter_options(), "-m", "load", "run", *words]
        environ = {**os.environ, _NOTES: f"{os.getpid()} {notes}"}
        while True:
            drop_doubtful_of(files)
            before = stamps_of([os.path.realpath(program)] if os.path.isfile(program) else ())
            code = _process.accompany(command, env=environ, on_signal=asked.by)
            noted = _read(notes)
            if asked.is_due():
                return _exit_code(code)
            files = noted["files"] or files
            if noted["again"]:
                continue
            if not files and code == _cli.FAILED:  # what it needs could not be installed
                files = before
            if code in (_cli.INTERRUPTED, -signal.SIGINT) or not files:
                return _exit_code(code)
            how = _signal_of(code) or f"has ended with {code}"
            text = f"load: {program} {how}; it runs again when a file of it changes (Ctrl-C ends this)"
            try:
                with asked:
                    # What kept it from running may be a module that was not loaded: it is not known, but lies beside.
                    wait_for_change({**files, **before}, on_begin=partial(_say, text), with_folders=code != 0)
            except KeyboardInterrupt:
                return asked.code or _exit_code(code)


class _Asked:
    """Whether this process was asked to end; as a block, in which that is a KeyboardInterrupt."""

    def __init__(self) -> None:
        self._number = 0
        self._when = 0.0
        self._before: dict[int, Any] = {}

    @property
    def code(self) -> int:
        """The exit code of a process that a signal has ended; 0 where there was none but Ctrl-C."""
        return 0 if self._number in (0, signal.SIGINT) else 128 + self._number

    def by(self, number: int) -> None:
        """Note a signal."""
        self._number = self._number if self.code else number
        self._when = monotonic()

    def is_due(self) -> bool:
        """Whether a program that has just ended has ended because of it."""
        return bool(self.code) or (self._number != 0 and monotonic() - self._when < _RECENTLY)

    def __enter__(self) -> Self:
        for number in filter(None, (getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP"))):
            if signal.getsignal(number) is signal.SIG_DFL:
                self._before[number] = signal.signal(number, self._interrupt)
        return self

    def __exit__(self, *_: object) -> None:
        while self._before:
            signal.signal(*self._before.popitem())

    def _interrupt(self, number: int, frame: object) -> None:  # noqa: ARG002 - what Python passes
        self.by(number)
        raise KeyboardInterrupt


def _exit_code(code: int) -> int:
    return code if code >= 0 else 128 - code


def _signal_of(code: int) -> str:
    """How a signal has ended a program, in words; "" where none did."""
    if code >= 0:
        return ""
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:  # a real-time signal has no name
        return f"was ended by signal {-code}"


def run_supervised(run: Callable[[], int], program: str) -> int:
    """Run the program in this process; what it imports is reloaded as it changes.

    Args:
        run: runs it.
        program: its file, or the name of its module.
    """
    try:
        from load._cli.execute import when_ended
        from load._imports.watch.watching import watcher_of_program

        parent, _, notes = os.environ.pop(_NOTES).partition(" ")  # what the program starts is not supervised
        _end_with(int(parent))
        again = _Again(notes, program)
        again.listen()
        watcher = watcher_of_program(
            program, again.look, on_reload=lambda report: _say(f"load: {report.headline}"), on_error=_tell
        )
        when_ended.append(lambda: again.ended(watcher))
        watcher.start()
        again.note(watcher)  # it may be killed
    except KeyboardInterrupt:  # it has not begun
        return _cli.INTERRUPTED
    try:
        return run()
    except KeyboardInterrupt:
        if again.is_wanted:
            return 0
        raise
    finally:
        again.note(watcher)


def _end_with(parent: int) -> None:
    """Have a thread end this program when nobody waits for it any more: who started it was killed."""
    if sys.platform == "win32":
        return

    def look() -> None:
        while os.getppid() == parent:
            sleep(_LOOK)
        os.kill(os.getpid(), signal.SIGTERM)
        sleep(_PATIENCE)
        os._exit(128 + signal.SIGTERM)

    Thread(target=look, name="load run --reload", daemon=True).start()


class _Again:
    """Whether a program is to run again, as its own file has changed."""

    def __init__(self, notes: str, program: str) -> None:
        self._notes = notes
        self._program = program
        self._began = time_ns()
        self._own: str | None = None
        self._stamp: int | None = None  # of its file as it was read
        self.is_wanted = False
        self._find()

    def listen(self) -> None:
        """Have a signal that is no one's end the program where Ctrl-C is ignored: by it, or from `nohup` or `&` on."""
        number = _spare()
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, self._end)

    def _end(self, number: int, frame: object) -> None:  # noqa: ARG002 - what Python passes
        if self.is_wanted:
            raise KeyboardInterrupt

    def look(self, _: list[str]) -> None:
        """Files have changed, or may have; in the watching thread."""
        from load._imports.watch.waiting import stamps_of

        self._find()
        own = self._own
        if own is None or self.is_wanted or stamps_of([own])[own] in (None, self._stamp):
            return
        _say(f"load: {os.path.basename(own)} has changed, which runs again")
        self.is_wanted = True
        self.note(None)
        _interrupt()
        ends = Timer(_PATIENCE, lambda: os._exit(0))  # it did not listen, or waits for a thread
        ends.daemon = True
        ends.start()

    def ended(self, watcher: Watcher) -> None:
        """The program has ended; that it was interrupted for this is no error to be shown."""
        if self.is_wanted:
            show = sys.excepthook
            sys.excepthook = lambda kind, *rest: None if kind is KeyboardInterrupt else show(kind, *rest)
        self.note(watcher)

    def note(self, watcher: Watcher | None) -> None:
        """Tell the process that waits for this one."""
        from load._imports.watch.waiting import stamps_of

        self._find()
        stamps = stamps_of(watcher.files if watcher is not None else ())
        if self._own is not None:
            stamps[self._own] = self._stamp
        with open(self._notes, "w", encoding="utf-8") as stream:
            json.dump({"again": self.is_wanted, "files": stamps}, stream)

    def _find(self) -> None:
        """Find the program's file, as soon as it is known."""
        if self._own is not None:
            return
        from load._imports.watch.waiting import stamps_of

        is_read = not os.path.isfile(self._program)
        file = getattr(sys.modules.get("__main__"), "__file__", None) if is_read else self._program
        if not isinstance(file, str) or is_own_code(file):
            return
        self._own = own = os.path.realpath(file)
        stamp = stamps_of([own])[own]
        # What was written since this process began was so before it was read, or after.
        is_unsure = is_read and stamp is not None and self._began <= stamp <= time_ns()
        self._stamp = -1 if is_unsure else stamp


def _interrupt() -> None:
    """Have the main thread raise KeyboardInterrupt, also where it waits."""
    import threading

    if sys.platform == "win32":
        import _thread

        _thread.interrupt_main()
        return
    main = threading.main_thread().ident
    assert main is not None
    spare = _spare()
    is_ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    signal.pthread_kill(main, spare if is_ignored and spare is not None else signal.SIGINT)


def _spare() -> signal.Signals | None:
    """A signal that hardly anybody uses, and that does nothing where it is not listened for."""
    return getattr(signal, "SIGURG", None)


def _read(notes: str) -> dict[str, Any]:
    try:
        with open(notes, encoding="utf-8") as stream:
            found = json.load(stream)
        os.remove(notes)
    except FileNotFoundError:  # it was killed, or could not be started at all
        return {"again": False, "files": {}}
    return {"again": bool(found["again"]), "files": dict(found["files"])}


def _tell(error: ReloadError) -> None:
    from load._console.tables import print_error

    print_error(error)


def _say(text: str) -> None:
    from load._console.terminal import write_line

    write_line(text)

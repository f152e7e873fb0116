"""What runs in a worker: the modules are imported first, then it answers one call after the other."""

from __future__ import annotations

import os
import pickle
import sys
from contextlib import suppress

from load._reference import Reference
from load._unload.worker_answers import ANSWER, ARGUMENTS, IMPORT, RUN, packed_error
from load._unload.worker_channel import FAILURE, RESULT, SETUP, Channel, occupy_streams
from load._unload.worker_pickling import packed, unpacked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Buffer, Sequence  # type: ignore[attr-defined, unused-ignore]
    from typing import Any


def start(requests: int, answers: int, lifeline: int) -> None:
    """Be a worker in a process of its own, until the program that asked for it ends the connection.

    Args:
        requests: descriptor that calls come from.
        answers: descriptor that results go to.
        lifeline: descriptor that ends with that program.
    """
    occupy_streams()
    _end_with(lifeline)
    channel = Channel(requests, answers)
    message = channel.receive()
    if message is None:
        return
    failure = prepare(message[1])
    if failure is not None:
        channel.send(FAILURE, failure)
        return
    channel.send(RESULT, [])
    work(channel)


def _end_with(lifeline: int) -> None:
    """Have a thread end this process with the program, also in the middle of a call."""
    import threading

    def watch() -> None:
        os.read(lifeline, 1)
        if sys.platform != "win32":
            import signal

            os.killpg(0, signal.SIGKILL)  # and what it has started
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def prepare(parts: Sequence[Buffer]) -> list[Buffer] | None:
    """Set up what calls find: path, working directory, modules; what went wrong is given, as parts of a message."""
    setup: dict[str, Any] = pickle.loads(parts[0])  # noqa: S301 - of our own process
    try:
        settle(setup)
        sys.path[:] = setup["path"]
        for folder in setup["overlays"]:
            from load._install import overlay

            overlay.activate(folder)
        for name, path in setup["modules"]:
            _bring(name, path)
    except BaseException as error:  # noqa: BLE001 - a module's body may raise anything; who asked for it gets it
        return packed_error(IMPORT, error)
    return None


def settle(setup: dict[str, Any]) -> None:
    """Take over the working directory, the arguments and the settings of the program."""
    from load import _config

    sys.argv[:] = setup["argv"]
    _config.take_over(*setup["settings"])
    if setup["cwd"] is not None:
        with suppress(OSError):  # it was removed: that program has no working directory either
            os.chdir(setup["cwd"])


def _bring(name: str, path: str) -> None:
    """Import a module, by its name or from its file; of a dotted name the end may be an attribute."""
    if path:
        from load._imports.local import import_path

        import_path(path, name)
        return
    from importlib import import_module

    try:
        import_module(name)
    except ModuleNotFoundError as error:
        module, _, attribute = name.rpartition(".")
        if error.name != name or not hasattr(sys.modules.get(module), attribute):
            raise


def work(channel: Channel) -> None:
    """Answer calls until the connection ends."""
    mine = os.getpid()
    if hasattr(os, "register_at_fork"):  # what a function forks may live on, and must not hold the connection open
        os.register_at_fork(after_in_child=channel.close)
    while (message := _next(channel)) is not None:
        if message[0] == SETUP:
            settle(pickle.loads(message[1][0]))  # noqa: S301 - of our own process
            continue
        kind, answer = _answer(message[1])
        del message  # large arguments are not kept until the next call
        flush()
        if os.getpid() != mine:  # the function has forked, and let the child return
            os._exit(0)
        try:
            channel.send(kind, answer)
        except OSError:  # nobody waits for it any more
            return
        del answer


def _next(channel: Channel) -> tuple[bytes, list[bytearray]] | None:
    try:
        return channel.receive()
    except (OSError, EOFError):  # the program was killed
        return None


def _answer(parts: list[bytearray]) -> tuple[bytes, list[Buffer]]:
    try:
        function, args, kwargs = unpacked(parts)
        parts.clear()
    except BaseException as error:  # noqa: BLE001 - unpickling runs anybody's code; who called gets what it raised
        return FAILURE, packed_error(ARGUMENTS, error)
    try:
        if isinstance(function, Reference):
            function = function.resolve()
        value = function(*args, **kwargs)
    except BaseException as error:  # noqa: BLE001 - as if it had been called there
        return FAILURE, packed_error(RUN, error)
    try:
        return RESULT, packed(value, f"the result, of the type {type(value).__name__},")
    except BaseException as error:  # noqa: BLE001 - pickling runs anybody's code
        return FAILURE, packed_error(ANSWER, error)


def flush() -> None:
    """Let what was printed be there now."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):  # none, closed, or nobody reads it: what is printed is lost then
            continue


def versions(names: Sequence[str]) -> dict[str, str | None]:
    """The versions of the distributions that modules of this process belong to; None of those that belong to none."""
    from load._install import installed

    there = installed.visible()
    found = {name: installed.provider_of(name, there) for name in names}
    return {name: None if each is None else each.version for name, each in found.items()}

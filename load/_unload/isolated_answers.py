"""A call of a worker, and what comes of it."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any, NamedTuple

from load._unload.worker_answers import unpacked_error
from load._unload.worker_channel import FAILURE
from load._unload.worker_pickling import unpacked
from load.errors import WorkerError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Buffer, Sequence  # type: ignore[attr-defined, unused-ignore]

    Answer = tuple[bytes, list[bytearray]]


class Call:
    """One call on its way.

    Attributes:
        name: what is called, in words.
        parts: function and arguments, pickled.
        future: its answer; as a message where `is_waited_for`, so that it is unpickled in the thread that waits.
        is_waited_for: whether somebody waits for it now.
        given_up: whether nobody wants the answer any more.
    """

    __slots__ = ("future", "given_up", "is_waited_for", "name", "parts")

    def __init__(self, name: str, parts: Sequence[Buffer], *, is_waited_for: bool) -> None:
        self.name = name
        self.parts = parts
        self.future: Future[Any] = Future()
        self.is_waited_for = is_waited_for
        self.given_up = False


class Now(NamedTuple):
    """How it stands with the calls of a worker at one moment.

    Attributes:
        runs: the call that is carried out, or None.
        waiting: how many wait for their turn.
        is_closed: whether no more are taken.
    """

    runs: str | None
    waiting: int
    is_closed: bool


def value_of(answer: Answer) -> Any:
    """What a function gave, unpickled in this thread.

    Raises:
        WorkerError: it cannot be unpickled here.
        BaseException: what the function raised.
    """
    kind, parts = answer
    if kind == FAILURE:
        raise unpacked_error(parts)
    try:
        return unpacked(parts)
    except Exception as error:
        raise WorkerError(
            "The result of a worker cannot be unpickled here.",
            context=[f"{type(error).__name__}: {error}"],
            hint="return plain data, or something whose module can be imported here as well",
        ) from error


def settle(call: Call, answer: Answer | None, error: BaseException | None) -> None:
    """Give a call's future what came of it; its callbacks run here."""
    value: Any = answer
    if answer is not None and error is None and not call.is_waited_for:
        try:
            value = value_of(answer)
        except BaseException as raised:  # noqa: BLE001 - it is the future's
            error = raised
    if error is not None:
        call.future.set_exception(error)
    else:
        call.future.set_result(value)

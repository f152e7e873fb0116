"""Errors on their way from a worker: of their own type where that can be, always with the worker's traceback."""

from __future__ import annotations

import importlib
import pickle

from load._caller import is_own_code
from load._unload.worker_pickling import packed, unpacked
from load.errors import WorkerError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Buffer, Sequence  # type: ignore[attr-defined, unused-ignore]

# At what a worker failed.
IMPORT, ARGUMENTS, RUN, ANSWER = "import", "arguments", "run", "answer"
_FACTS = {
    IMPORT: "A module could not be imported in the worker",
    ARGUMENTS: "The worker cannot unpickle the function or its arguments",
    RUN: "The function failed in the worker, and its error cannot be brought here",
    ANSWER: "The result cannot be brought here",
}
_HINTS = {
    IMPORT: "see the worker's traceback above",
    ARGUMENTS: "its modules must be importable there, on the path that this process had when it called isolated()",
    RUN: "see the worker's traceback above",
    ANSWER: "return plain data, and leave what cannot be pickled in the worker",
}


class RemoteTraceback(Exception):
    """The traceback of an error that was raised in a worker, as text; the cause of the error that is raised here."""

    def __str__(self) -> str:
        return f'\n"""\n{self.args[0]}"""'


def packed_error(stage: str, error: BaseException) -> list[Buffer]:
    """An error as parts of a message: words that are understood everywhere, then itself if it can be.

    Args:
        stage: at what the worker failed.
        error: what was raised.
    """
    trace = error.__traceback__
    while trace is not None and _is_machinery(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    words = [stage, type(error).__name__, _text_of(error), _formatted(error.with_traceback(trace))]
    head = pickle.dumps(words)
    return [head, *_itself(error)] if stage in (IMPORT, RUN) or isinstance(error, WorkerError) else [head]


def _is_machinery(filename: str) -> bool:
    """Whether a frame that an error went through first tells nobody anything."""
    return is_own_code(filename) or filename.startswith("<frozen importlib") or filename == importlib.__file__


def _itself(error: BaseException) -> list[Buffer]:
    """The error, or nothing where it would not be the same after the way: that is tried out."""
    try:
        parts = packed(error, "the error")
        return parts if type(unpacked(parts)) is type(error) else []
    except Exception:  # noqa: BLE001 - its own code may raise anything; it is told in words
        return []


def _formatted(error: BaseException) -> str:
    from traceback import format_exception

    return "".join(format_exception(error))


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as second:  # noqa: BLE001 - its own code may raise anything
        return f"(its text cannot be had: {type(second).__name__})"


def unpacked_error(parts: Sequence[Buffer]) -> BaseException:
    """The error of a message, with the worker's traceback as its cause."""
    stage, kind, text, trace = pickle.loads(parts[0])  # noqa: S301 - of our own process
    error = _brought(parts[1:]) or WorkerError(
        f"{_FACTS[stage]}.", context=[f"{kind}: {text}" if text else kind], hint=_HINTS[stage]
    )
    error.__cause__ = RemoteTraceback(trace)
    return error


def _brought(parts: Sequence[Buffer]) -> BaseException | None:
    """The error itself, or None: its class may be one that only the worker can import."""
    if not parts:
        return None
    try:
        error = unpacked(parts)
    except Exception:  # noqa: BLE001 - its own code may raise anything; it is told in words
        return None
    return error if isinstance(error, BaseException) else None

"""What goes to a worker and comes back from it: pickled by reference where that reaches, else by value.

The other process has another `__main__`: what is defined there, and lambdas and closures anywhere, go by value, which
takes cloudpickle (https://github.com/cloudpipe/cloudpickle). Large buffers (arrays, with protocol 5) are not copied.
"""

from __future__ import annotations

import copyreg
import io
import pickle
from collections import ChainMap
from contextlib import suppress
from functools import partial
from types import FunctionType

from load._unload.worker_arrays import reducers
from load.errors import WorkerError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Buffer, Callable, Sequence  # type: ignore[attr-defined, unused-ignore]
    from typing import Any

_LARGE = 65_536  # bytes from which on a buffer goes beside the pickle
_PROTOCOL = 5


def packed(value: object, what: str) -> list[Buffer]:
    """A value as parts of a message.

    Args:
        value: whatever can be pickled, or by cloudpickle.
        what: what it is, for the error, as "the arguments".

    Raises:
        WorkerError: it cannot.
    """
    try:
        parts = _with_buffers(_by_name, value)
    except Exception as error:  # noqa: BLE001 - whatever an object's own code raises means that it cannot
        return _by_value(value, what, error)
    return _by_value(value, what, None) if _names_main(value, parts[0]) else [*parts]


def unpacked(parts: Sequence[Buffer]) -> Any:
    """The value of a message's parts; runs what its objects do when they are unpickled."""
    return pickle.loads(parts[0], buffers=parts[1:])  # noqa: S301 - of our own process


def _by_name(file: io.BytesIO, keep: Any, own: dict[type, Any]) -> Any:
    """A pickler of what other processes know by name."""
    pickler = pickle.Pickler(file, _PROTOCOL, buffer_callback=keep)
    pickler.dispatch_table = {**copyreg.dispatch_table, **own}
    return pickler


def _cloudpickler(cls: Any, file: io.BytesIO, keep: Any, own: dict[type, Any]) -> Any:
    """A pickler that sends functions and classes by value where it has to."""
    table = ChainMap(own, cls.dispatch_table)
    return type("Pickler", (cls,), {"dispatch_table": table})(file, protocol=_PROTOCOL, buffer_callback=keep)


def _with_buffers(make: Callable[..., Any], value: object) -> list[Buffer]:
    """The pickle of a value, and its large buffers beside it; `make` makes the pickler."""
    buffers: list[Buffer] = []

    def keep(buffer: pickle.PickleBuffer) -> bool:
        """Whether it goes into the pickle."""
        try:
            raw = buffer.raw()
        except BufferError:  # it does not lie in one piece
            return True
        if raw.nbytes < _LARGE:
            return True
        buffers.append(raw)
        return False

    file = io.BytesIO()
    make(file, keep, reducers()).dump(value)
    return [file.getvalue(), *buffers]


def _by_value(value: object, what: str, error: Exception | None) -> list[Buffer]:
    try:
        import cloudpickle  # type: ignore[import-untyped, import-not-found, unused-ignore]
    except ImportError:
        raise _needs_cloudpickle(value, what, error) from error
    try:
        return _with_buffers(partial(_cloudpickler, cloudpickle.Pickler), value)
    except Exception as second:
        raise _unfit(what, second) from second


def _unfit(what: str, error: Exception) -> WorkerError:
    return WorkerError(
        f"{what[:1].upper()}{what[1:]} cannot be pickled, which is how things pass between processes.",
        context=[f"{type(error).__name__}: {error}"],
        hint="pass plain data, and make what cannot be pickled in the worker",
    )


def _needs_cloudpickle(value: object, what: str, error: Exception | None) -> WorkerError:
    names = sorted(_Search(value).names)
    if error is not None and not names:
        return _unfit(what, error)
    shown = ", ".join(names)
    return WorkerError(
        f"{shown} cannot be sent by name: the worker has another __main__, and inner functions have no names there.",
        context=[f"needed for {what}"],
        hint="python -m pip install cloudpickle, or define it in a module file that is imported",
    )


def _names_main(value: object, data: Buffer) -> bool:
    """Whether a pickle refers to the `__main__` of this process; the search costs, so that it is begun on suspicion."""
    assert isinstance(data, bytes)
    return b"__main__" in data and bool(_Search(value).names)


class _Search(pickle.Pickler):
    """Finds what of a value no other process knows by name, pickling it without keeping the result.

    Attributes:
        names: functions and classes of `__main__`, and those that lie within functions.
    """

    def __init__(self, value: object) -> None:
        super().__init__(io.BytesIO(), _PROTOCOL)
        self.names: set[str] = set()
        with suppress(Exception):  # it cannot be pickled any further; what was found by then is told
            self.dump(value)

    def reducer_override(self, found: Any) -> Any:
        """Note what goes by its name, and go on as usual."""
        if isinstance(found, (type, FunctionType)):
            name = getattr(found, "__qualname__", "")
            if getattr(found, "__module__", None) == "__main__" or "<" in name:
                self.names.add(name)
        return NotImplemented

"""Arrays of numpy on their way between processes that may have different versions of it.

What numpy itself pickles names modules that other versions do not have (`numpy._core`, `numpy.core`); here it is
rebuilt by what every version has. The memory of a contiguous array is not copied.
"""

from __future__ import annotations

import pickle
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Buffer, Callable  # type: ignore[attr-defined, unused-ignore]
    from typing import Any


def reducers() -> dict[type, Callable[[Any], Any]]:
    """What to pickle types in another way by; none where numpy is not loaded."""
    array = getattr(sys.modules.get("numpy"), "ndarray", None)
    return {array: _reduced} if array is not None else {}


def _reduced(array: Any) -> Any:
    """An array as the function and the arguments that make it."""
    if array.dtype.hasobject or not array.dtype.itemsize:
        return array.__reduce__()
    order = "F" if array.flags.f_contiguous else "C"
    whole = sys.modules["numpy"].ascontiguousarray(array.T if order == "F" else array)  # a copy where it lies in pieces
    return _rebuilt, (pickle.PickleBuffer(whole.reshape(-1).view("u1")), array.dtype, array.shape, order)


def _rebuilt(memory: Buffer, dtype: Any, shape: tuple[int, ...], order: Any) -> Any:
    import numpy as np  # type: ignore[import-not-found, unused-ignore]

    return np.ndarray(shape, dtype, memory, order=order)

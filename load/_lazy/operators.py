"""The operators that a stand-in refuses with words of its own.

Left out is what it would make a claim with: the classes of `collections.abc`, `os.PathLike`, `typing.SupportsInt` and
`inspect` take for awaitable, an iterator or a path whatever has `__await__`, `__next__` or `__fspath__`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_REFLECTED = (
    *("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "divmod", "pow", "lshift", "rshift", "and", "xor"),
    "or",
)
_OTHERS = ("neg", "pos", "invert", "lt", "le", "gt", "ge")


def refuse(cls: type, made: Callable[[str], Callable[..., Any]]) -> None:
    """Give a class a method for each operator.

    Args:
        cls: the class of the stand-ins.
        made: gives the method of a name such as `__add__`.
    """
    for name in (*_REFLECTED, *(f"r{each}" for each in _REFLECTED), *_OTHERS):
        setattr(cls, f"__{name}__", made(f"__{name}__"))

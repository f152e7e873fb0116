"""`load.lazy_import`, and what can be asked of a handle.

The root names these functions themselves, without one in between, and nothing is imported here that only the use of a
handle needs: making one costs about a microsecond, and the first of a process little more than this file.
"""

from __future__ import annotations

import sys

from load._lazy.handle import LazyModule, is_loaded, make, materialize, reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from load._lazy.declaration import Declaration, Resolve

__all__ = ["is_loaded", "lazy_import", "materialize", "reference"]


def lazy_import(name: str, *, require: str | None = None, install: bool | None = None, missing: str = "raise") -> Any:
    """Give a handle that stands in for a module, or an object in one, and loads it at its first use.

    Args:
        name: `pkg.mod` or `pkg.mod:attr`; a leading dot means the package of the code that calls.
        require: the version that its distribution must have, as a requirement (PEP 508) like "pandas>=2"; it is
            checked at the first use.
        install: whether it may be installed at the first use: None means as the policy says, False never.
        missing: what happens if the module is missing at the first use: "raise" an ImportError, "warn" and raise, or
            "none": warn, and every attribute is None.

    Returns:
        The handle. At the first use, the variable that it was assigned to is rebound to the real module or object.

    Raises:
        SourceError: `name` is not a valid name, or `require` cannot be read.
        ValueError: `missing` is not one of the three.
        TypeError: an argument is of the wrong type.
    """
    frame = sys._getframe(1)
    resolve = _as_allowed if install is None else _as_asked(install, frame)
    try:
        is_name = name.isidentifier()
    except (AttributeError, TypeError):
        raise _wrong_type("name", 'a text like "numpy"', name, frame) from None
    if not is_name:  # two parts are looked at faster than any number of them
        head, _, tail = name.partition(".")
        is_name = head.isidentifier() and (tail.isidentifier() or all(map(str.isidentifier, tail.split("."))))
    if is_name and require is None and missing == "raise":
        return make(LazyModule, name, frame, resolve)
    name = _checked(name, frame, require, missing)
    if ":" not in name:
        return make(LazyModule, name, frame, resolve, require, missing)
    from load._lazy.objects import LazyObject

    return make(LazyObject, name, frame, resolve, require, missing)


def _as_allowed(declaration: Declaration) -> Any:
    """The real thing, installed where the policy allows it."""
    from load._resolve.declared import resolve_declared

    return resolve_declared(declaration)


def _as_present(declaration: Declaration) -> Any:
    """The real thing, if it is there."""
    from load._resolve.declared import resolve_present

    return resolve_present(declaration)


def _as_asked(install: object, frame: FrameType) -> Resolve:
    if install is False:
        return _as_present
    if install is not True:
        raise _wrong_type("install", "None or False", install, frame)
    return _as_allowed


def _checked(name: str, frame: FrameType, require: str | None, missing: str) -> str:
    """The reference as text, absolute."""
    from load._lazy.declaration import absolute_name
    from load._lazy.missing import WAYS

    if missing not in WAYS:
        raise ValueError(f"missing is one of {', '.join(map(repr, WAYS))}, not {missing!r} ({_declared(frame)})")
    if require is not None:
        _check_requirement(require, frame)
    return absolute_name(name, frame)


def _check_requirement(require: object, frame: FrameType) -> None:
    from load._install.spec import parse
    from load.errors import SourceError

    if not isinstance(require, str):
        raise _wrong_type("require", 'a requirement like "pandas>=2"', require, frame)
    try:
        parse(f"pypi:{require}")
    except SourceError as error:
        raise SourceError(
            f"require is not a requirement: {error.message}",
            context=(f"require={require!r}", _declared(frame)),
            hint='name the distribution and its versions, as in "pandas>=2"',
        ) from error


def _wrong_type(argument: str, wanted: str, value: object, frame: FrameType) -> TypeError:
    return TypeError(f"{argument} is {wanted}, not {value!r} ({_declared(frame)})")


def _declared(frame: FrameType) -> str:
    return f"declared in {frame.f_code.co_filename}:{frame.f_lineno}"

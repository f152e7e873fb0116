"""The fields of a document, each made sure to be what it has to be; whatever is not raises a `ProfileError`."""

from __future__ import annotations

from typing import Any, NoReturn

from load.errors import ProfileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_TOO_LARGE = 2**63  # for seconds, bytes, lines and threads alike


def mapping(value: object, where: str) -> dict[str, Any]:
    """An object."""
    return value if isinstance(value, dict) else _fail(where, f"{short(value)} is not an object")


def items(fields: Mapping[str, Any], key: str, where: str, missing: list[Any] | None = None) -> list[Any]:
    """What stands in a list of an object."""
    value = fields.get(key, missing)
    return list(value) if isinstance(value, (list, tuple)) else _fail(at(where, key), f"{short(value)} is not a list")


def texts(fields: Mapping[str, Any], key: str, where: str) -> list[str]:
    """The texts in a list; none where there is no list."""
    values = items(fields, key, where, [])
    for index, value in enumerate(values):
        if not isinstance(value, str):
            raise wrong(f"{at(where, key)}[{index}]", f"{short(value)} is not text")
    return values


def text(fields: Mapping[str, Any], key: str, where: str) -> str:
    """A text, "" where there is none."""
    value = fields.get(key, "")
    return value if isinstance(value, str) else _fail(at(where, key), f"{short(value)} is not text")


def name(fields: Mapping[str, Any], key: str, where: str) -> str:
    """A text that says something."""
    return text(fields, key, where) or _fail(at(where, key), "there is no name")


def number(fields: Mapping[str, Any], key: str, where: str, missing: float | None = None) -> float:
    """A number that can have been measured."""
    value: Any = fields.get(key, missing)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < _TOO_LARGE:  # as NaN is not
        return float(value)
    raise wrong(at(where, key), f"{short(value)} is not a number that was measured")


def whole_or_none(fields: Mapping[str, Any], key: str, where: str) -> int | None:
    """A whole number that can have been measured, None where there is none."""
    value = fields.get(key)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and abs(value) < _TOO_LARGE):
        return value
    raise wrong(at(where, key), f"{short(value)} is not a whole number that was measured")


def at(where: str, key: str) -> str:
    """Where in a document a field stands."""
    return f"{where}.{key}" if where else key


def short(value: object) -> str:
    """A value as an error shows it."""
    if isinstance(value, int) and abs(value) >= _TOO_LARGE:
        return "a number of too many digits"  # which Python may refuse to write
    shown = (
        "nothing" if value is None else repr(value) if isinstance(value, (str, int, float)) else type(value).__name__
    )
    return shown if len(shown) <= 60 else f"{shown[:57]}…"


def _fail(where: str, what: str) -> NoReturn:  # an expression that raises: the checks are a line each
    raise wrong(where, what)


def wrong(where: str, what: str) -> ProfileError:
    """The error of a document that is not what it has to be."""
    return ProfileError(
        "This is not a profile, or a graph, that can be drawn.", context=(f"{where}: {what}",), hint="profile again"
    )

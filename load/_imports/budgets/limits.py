"""The limits that a budget for imports can have, and how they are read from a file."""

from __future__ import annotations

import math
import os

from load.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

_WILD = str.maketrans("*?[]!", "_____")
_LONGEST = 80  # characters of a wrong value that are shown


def read_limits(path: str) -> dict[str, Any]:
    """The limits that a TOML file sets: in `[budget]`, in `[tool.load.budget]`, or as a whole where it has neither.

    Raises:
        ConfigError: the file is not there, or no TOML, or what it says is not a budget.
    """
    return checked(_table(_toml(path), path), path)


def checked(limits: Mapping[str, object], origin: str) -> dict[str, Any]:
    """Limits that are sound.

    Args:
        limits: the limits by their keys.
        origin: where they come from.

    Raises:
        ConfigError: a limit that there is not, or with a value that it cannot have; or there is none at all.
    """
    if not limits:
        raise ConfigError(
            f"This budget (from {origin}) limits nothing.", origin=origin, hint=f"set one of {', '.join(_LIMITS)}"
        )
    return {key: _value(key, value, origin) for key, value in limits.items()}


def _toml(path: str) -> dict[str, Any]:
    import tomllib

    try:
        with open(path, "rb") as file:
            return tomllib.loads(file.read().decode("utf-8"))
    except OSError as error:
        raise ConfigError(
            f"The budget {path} cannot be read: {error.strerror or error}.",
            origin=path,
            hint="give the path of a TOML file",
        ) from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(
            f"The budget {path} is not valid TOML: {error}.", origin=path, hint=f"correct {path}"
        ) from error


def _table(document: dict[str, Any], origin: str) -> dict[str, Any]:
    if os.path.basename(origin) == "pyproject.toml" or "tool" in document:
        return _of_project(document, origin)
    if "budget" not in document:
        return document
    table = document["budget"]
    if not isinstance(table, dict):
        raise ConfigError(f"budget of {origin} is not a table.", key="budget", origin=origin, hint="write [budget]")
    outside = [key for key in document if key in _LIMITS]
    if outside:
        raise ConfigError(
            f"{outside[0]!r} of {origin} stands outside of [budget].",
            key=outside[0],
            origin=origin,
            hint="move it below [budget]",
        )
    return table


def _of_project(document: dict[str, Any], origin: str) -> dict[str, Any]:
    table: Any = document
    for key in ("tool", "load", "budget"):
        table = table.get(key) if isinstance(table, dict) else None
    if isinstance(table, dict):
        return table
    fact = "has no [tool.load.budget]" if table is None else "has a tool.load.budget that is not a table"
    raise ConfigError(
        f"{origin} {fact}.",
        key="tool.load.budget",
        origin=origin,
        hint="write [tool.load.budget], and below it a limit, as modules = 300",
    )


def _value(key: str, value: object, origin: str) -> object:
    if key not in _LIMITS:
        from difflib import get_close_matches

        close = get_close_matches(key, _LIMITS, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"the limits are {', '.join(_LIMITS)}"
        raise ConfigError(f"There is no limit {key!r} (from {origin}).", key=key, origin=origin, hint=hint)
    expected, read = _LIMITS[key]
    sound = read(value)
    if sound is None:
        shown = repr(value)
        shown = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
        raise ConfigError(
            f"{key} = {shown} (from {origin}) is not {expected}.",
            key=key,
            origin=origin,
            hint=f"set {key} to {expected}",
        )
    return sound


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _positive(value: object) -> float | None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value if is_number and 0 < value < math.inf else None  # type: ignore[operator, return-value]


def _patterns(value: object) -> tuple[str, ...] | None:
    several = [value] if isinstance(value, str) else value
    if not isinstance(several, (list, tuple)) or not all(map(_is_pattern, several)):
        return None
    return tuple(several)


def _is_pattern(text: object) -> bool:
    return isinstance(text, str) and all(part.translate(_WILD).isidentifier() for part in text.split("."))


def _roots(value: object) -> tuple[str, ...] | None:
    names = _patterns(value)
    return names if names is not None and all(name.isidentifier() for name in names) else None


_LIMITS: dict[str, tuple[str, Callable[[object], object]]] = {
    "modules": ("a whole number of modules", _whole),
    "seconds": ("a positive number of seconds", _positive),
    "bytes": ("a whole number of bytes", _whole),
    "startup_ratio": ("a positive number", _positive),
    "forbidden": ('a list of modules and patterns, as ["torch", "tests.*"]', _patterns),
    "allowed_roots": ('a list of top-level packages, as ["mypkg", "numpy"]', _roots),
}

"""The settings that there are: their defaults, what they can be, and how they are read from text.

`_config` knows what each is here and now.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

INSTALL_MODES = ("never", "locked", "ask", "known", "always")  # from the strictest to the most lenient


class Setting:
    """One setting: its default, how text from the environment is read, and what a value must be."""

    __slots__ = ("default", "expected", "read", "valid")

    def __init__(
        self, default: object, expected: str, valid: Callable[[Any], bool], read: Callable[[str], object]
    ) -> None:
        self.default = default
        self.expected = expected
        self.valid = valid
        self.read = read


def _choice(default: str, *choices: str) -> Setting:
    return Setting(default, "one of " + ", ".join(choices), choices.__contains__, str)


def _switch(default: bool) -> Setting:
    return Setting(default, "true or false", lambda value: isinstance(value, bool), _read_switch)


def _read_switch(text: str) -> object:
    words = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
        "": False,
    }
    return words.get(text.strip().lower(), text)


def _names(default: tuple[str, ...] = ()) -> Setting:
    return Setting(default, "a list of names", _is_names, lambda text: tuple(text.replace(",", " ").split()))


def _is_names(value: object) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(name, str) for name in value)


def _is_table(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(part, str) for pair in value.items() for part in pair)


def _is_table_of_tables(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(key, str) and isinstance(each, dict) and all(map(_is_flat, each.values()))
        for key, each in value.items()
    )


def _is_flat(value: object) -> bool:
    parts = value if isinstance(value, (list, tuple)) else (value,)
    return not any(isinstance(part, (dict, list, tuple)) for part in parts)


def _is_seconds(value: object) -> bool:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return False
    return 0 < value <= 1e300 or value == float("inf")  # an integer may be one that no float holds


def _is_folder(value: object) -> bool:
    """Whether it can be the name of a folder at all; the limits are those of Linux and macOS, with room for more."""
    if value is None:
        return True
    try:
        name = os.fsencode(value)  # type: ignore[arg-type]
    except (TypeError, UnicodeEncodeError):
        return False
    longest = max(map(len, name.replace(b"\\", b"/").split(b"/")))
    return bool(name) and not isinstance(value, bytes) and b"\0" not in name and len(name) <= 3_000 and longest <= 255


def _read_seconds(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


def _is_count(value: object) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0)


def _read_count(text: str) -> object:
    return int(text) if text.isdecimal() and len(text) < 10 else text


SETTINGS: dict[str, Setting] = {
    "install": _choice("known", *INSTALL_MODES),
    "backend": _choice("auto", "auto", "uv", "pip"),
    "allow": _names(),
    "trust": _names(),
    "packages": Setting({}, "a table of import name = distribution", _is_table, str),
    "index": Setting({}, "a table of private indexes, NAME = { url = …, names = … }", _is_table_of_tables, str),
    "exclude_newer": Setting(
        "", "a duration or a date", lambda value: isinstance(value, str) or hasattr(value, "isoformat"), str
    ),
    "offline": _switch(default=False),
    "timeout": Setting(
        600.0,
        "a positive number of seconds",
        _is_seconds,
        _read_seconds,
    ),
    "cache_dir": Setting(None, "a folder", _is_folder, str),
    "submodules": _switch(default=True),
    "track_memory": _switch(default=False),
    "auto_print": _switch(default=False),
    "print_limit": Setting(None, "a whole number, 0 or more", _is_count, _read_count),
    "quiet": _switch(default=False),
}


# -- checking ---------------------------------------------------------------------------------------------------------


def checked(key: str, value: object, origin: str) -> object:
    from load.errors import ConfigError

    if key not in SETTINGS:
        from difflib import get_close_matches

        close = get_close_matches(key, SETTINGS, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"the settings are {', '.join(SETTINGS)}"
        raise ConfigError(f"There is no setting {key!r} (from {origin}).", key=key, origin=origin, hint=hint)
    setting = SETTINGS[key]
    if not setting.valid(value):
        raise ConfigError(
            f"{key} = {_as_text(value)} (from {origin}) is not {setting.expected}.",
            key=key,
            origin=origin,
            hint=f"set {key} to {setting.expected}",
        )
    if key == "packages" and isinstance(value, dict):
        _check_packages(value, origin)
    return tuple(value) if isinstance(value, list) else value


def _check_packages(table: dict[str, str], origin: str) -> None:
    """Make sure that each import name stands for a distribution's name: it is handed to the installer as it is.

    Raises:
        ConfigError: one stands for anything else.
    """
    from load.errors import ConfigError

    for module, distribution in table.items():
        if not _is_distribution_name(distribution):
            key = f"packages.{module if module.isprintable() else ascii(module)}"
            raise ConfigError(
                f"{key} = {_as_text(distribution)} (from {origin}) is not the name of a distribution.",
                key="packages",
                origin=origin,
                hint=f"set {key} to a name alone; a version or a source belongs into the spec",
            )


def _is_distribution_name(text: str) -> bool:
    """The rule of https://packaging.python.org/specifications/name-normalization/."""
    plain = text.replace("-", "").replace("_", "").replace(".", "")
    return plain.isascii() and plain.isalnum() and text[0].isalnum() and text[-1].isalnum()


_LONGEST = 300  # characters of a wrong value that are shown


def _as_text(value: object) -> str:
    """A value for a message, which need not hold all of it."""
    from load._redact import redact

    try:
        text = redact(repr(value))  # before it is cut: half a password would not be seen as one
    except (RecursionError, ValueError):
        return "a value beyond all measure"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


_OTHER_VARIABLES = ("EAGER", "DEBUG")  # that are no settings
_OF_AN_INDEX = ("_USERNAME", "_PASSWORD")
# Variables of another product of this name, and what says the same here.
_SAID_OTHERWISE = {"NO_INSTALL": "INSTALL=never", "NO_AUTOPRINT": "AUTO_PRINT=0", "NO_AUTO_PRINT": "AUTO_PRINT=0"}


def check_variables() -> None:
    """Make sure that no variable is a misspelt one of ours: what has no effect would be taken for a protection.

    Raises:
        ConfigError: one is; the error names the right one.
    """
    known = [*map(str.upper, SETTINGS), *_OTHER_VARIABLES]
    for variable in os.environ:
        name = variable.removeprefix("LOAD_")
        if name == variable or name in known or (name.startswith("INDEX_") and name.endswith(_OF_AN_INDEX)):
            continue
        meant = _meant(name, known)
        if meant is not None:
            from load.errors import ConfigError

            raise ConfigError(
                f"There is no variable {variable}.",
                key=name.lower(),
                origin=variable,
                hint=f"did you mean LOAD_{meant}?",
            )


def _meant(name: str, known: list[str]) -> str | None:
    from difflib import get_close_matches

    if name in _SAID_OTHERWISE:
        return _SAID_OTHERWISE[name]
    if name.startswith("INDEX_"):
        index, _, last = name.rpartition("_")
        close = get_close_matches(f"_{last}", _OF_AN_INDEX, n=1, cutoff=0.6)
        return f"{index}{close[0]}" if close else None
    return next(iter(get_close_matches(name, known, n=1, cutoff=0.8)), None)

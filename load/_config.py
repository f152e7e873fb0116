"""Settings: defaults < machine file < user file < project < environment < `configure` < `override`.

One table says which settings there are; everything reads through `get`. Files and environment are read when the first
setting is needed, never at import.
"""

from __future__ import annotations

import os
import sys
from _thread import allocate_lock

from load import _folders
from load import _settings_files as files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextvars import ContextVar
    from types import TracebackType
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
    "quiet": _switch(default=False),
}

_configured: dict[str, tuple[object, str]] = {}
_outer: dict[str, tuple[object, str]] | None = None  # machine, user, project and environment, once read
_project_start: str | None = None
_overrides: ContextVar[tuple[Mapping[str, object], ...]] | None = None
_first_override = allocate_lock()


def get(name: str) -> Any:
    """The value of a setting that holds here and now."""
    return lookup(name)[0]


def lookup(name: str) -> tuple[Any, str]:
    """The value of a setting, and where it came from.

    Raises:
        ConfigError: a file or the environment holds a value that the setting cannot have.
    """
    value, origin = _strongest(name)
    if name == "install":
        return _capped(str(value), origin)
    if name == "index" and origin.startswith("load."):  # by `configure` or `override`
        return _joined(_read_outer().get(name), value, origin), origin
    return value, origin


def _strongest(name: str) -> tuple[Any, str]:
    for override in reversed(_overrides.get() if _overrides is not None else ()):
        if name in override:
            return override[name], "load.override()"
    if name in _configured:
        return _configured[name]
    return _read_outer().get(name, (SETTINGS[name].default, "default"))


def _capped(mode: str, origin: str) -> tuple[str, str]:
    """`install` can never be more lenient than the machine file and `LOAD_INSTALL` say."""
    for ceiling, ceiling_origin in _read_ceilings():
        if INSTALL_MODES.index(ceiling) < INSTALL_MODES.index(mode):
            mode, origin = ceiling, f"{ceiling_origin} (a ceiling)"
    return mode, origin


def _read_ceilings() -> Iterator[tuple[str, str]]:
    outer = _read_outer()
    for key in ("ceiling:machine", "ceiling:environment", "ceiling:start"):
        if key in outer:
            value, origin = outer[key]
            yield str(value), origin


def _read_outer() -> dict[str, tuple[object, str]]:
    global _outer
    if _outer is None:
        _outer = _gather()
    return _outer


def _gather() -> dict[str, tuple[object, str]]:
    found: dict[str, tuple[object, str]] = {}
    machine = files.machine_settings()
    for layer in (machine, files.user_settings(), files.project_settings(_project_start)):
        for key, value in layer.values.items():
            checked = _checked(key, value, layer.origin)
            found[key] = (_joined(found.get(key), checked, layer.origin) if key == "index" else checked, layer.origin)
    if "install" in machine.values:
        found["ceiling:machine"] = (machine.values["install"], machine.origin)
    _check_variables()
    for key, setting in SETTINGS.items():
        variable = f"LOAD_{key.upper()}"
        if _is_set(setting, os.environ.get(variable)):
            found[key] = (_checked(key, setting.read(os.environ[variable]), variable), variable)
    _note_ceilings(found)
    return found


def _is_set(setting: Setting, text: str | None) -> bool:
    """Whether a variable says something; an empty one does only where that is a value."""
    return bool(text) or (text is not None and setting.valid(setting.read(text)))


def _note_ceilings(found: dict[str, tuple[object, str]]) -> None:
    """`LOAD_INSTALL` is a ceiling: as it is now, and as it was at the start, whatever was done to it since."""
    if found.get("install", ("", ""))[1] == "LOAD_INSTALL":
        found["ceiling:environment"] = found["install"]
    at_start = _at_start("LOAD_INSTALL")
    if at_start:
        origin = "LOAD_INSTALL at the start of the process"
        found["ceiling:start"] = (_checked("install", at_start, origin), origin)


_AT_IMPORT = os.environ.get("LOAD_INSTALL")


def _at_start(variable: str) -> str | None:
    """A variable as the process was started with it, where the system tells; else as it was at the first use of `load`.

    A program that starts itself, or others, anew gives them another start: that is beyond this.
    Source: https://man7.org/linux/man-pages/man5/proc_pid_environ.5.html
    """
    start = os.fsencode(f"{variable}=")
    try:
        with open("/proc/self/environ", "rb") as file:
            entries = file.read().split(b"\0")
    except OSError:
        return _AT_IMPORT
    return next((os.fsdecode(entry[len(start) :]) for entry in entries if entry.startswith(start)), _AT_IMPORT)


_OTHER_VARIABLES = ("EAGER", "PRINT_LIMIT", "NO_AUTOPRINT", "DEBUG")  # that are no settings
_OF_AN_INDEX = ("_USERNAME", "_PASSWORD")


def _check_variables() -> None:
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

    if name.startswith("INDEX_"):
        index, _, last = name.rpartition("_")
        close = get_close_matches(f"_{last}", _OF_AN_INDEX, n=1, cutoff=0.6)
        return f"{index}{close[0]}" if close else None
    return next(iter(get_close_matches(name, known, n=1, cutoff=0.8)), None)


def _joined(weaker: tuple[Any, str] | None, stronger: Any, origin: str) -> object:
    """The private indexes of two layers together.

    What one file binds to an index stays bound there: a project cannot lift what its machine's owner said.
    """
    if weaker is None:
        return stronger
    indexes, origin_of_weaker = weaker
    changed = [name for name in stronger if name in indexes and stronger[name] != indexes[name]]
    if changed:
        from load.errors import ConfigError

        raise ConfigError(
            f"The index {changed[0]!r} (from {origin}) is another one in {origin_of_weaker}.",
            key="index",
            origin=origin,
            hint="give it another name; it may not bind what the other one binds",
        )
    return {**indexes, **stronger}


def _checked(key: str, value: object, origin: str) -> object:
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


def configure(**settings: object) -> None:
    """Set settings for this process; `None` takes one back.

    Raises:
        ConfigError: an unknown setting, or a value that it cannot have; nothing is changed then.
    """
    checked = {
        key: (_checked(key, value, "load.configure()"), "load.configure()")
        for key, value in settings.items()
        if value is not None or key not in SETTINGS
    }
    for key in settings:
        _configured.pop(key, None)
    _configured.update(checked)


class Override:
    """Settings for the length of a `with` block, in this thread or task only."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        self._settings = {key: _checked(key, value, "load.override()") for key, value in settings.items()}

    def __enter__(self) -> None:
        variable = _overrides_variable()
        variable.set((*variable.get(), self._settings))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        variable = _overrides_variable()
        left = list(variable.get())
        for index in range(len(left) - 1, -1, -1):
            if left[index] is self._settings:  # the last of its own: blocks of generators may end out of order
                del left[index]
                break
        variable.set(tuple(left))


def _overrides_variable() -> ContextVar[tuple[Mapping[str, object], ...]]:
    global _overrides
    with _first_override:  # two threads may make their first at the same time
        if _overrides is None:
            from contextvars import ContextVar

            _overrides = ContextVar("load_overrides", default=())
        return _overrides


def reread(project_start: str | None = None) -> None:
    """Forget what was read from files and environment; the project is looked for from `project_start` on."""
    global _outer, _project_start
    _outer = None
    _project_start = project_start


def reread_files() -> None:
    """Forget what was read from files and environment; the project stays the same."""
    reread(_project_start)


def project_folder() -> str | None:
    """The folder that the project is looked for from, where it was said; else the running script's tells."""
    return _project_start


def project_file() -> str | None:
    """The `pyproject.toml` of the project that the running script belongs to, or None."""
    return files.find_project_file(_project_start)


def project_dependencies() -> tuple[str, ...]:
    """The requirements that the project itself declares (`[project] dependencies` and its extras)."""
    return files.project_requirements(project_file())


def cache_folder() -> str:
    """The folder of the user's cache that `load` keeps its own things in."""
    chosen: str | None = get("cache_dir")
    if chosen:
        return os.path.abspath(os.path.expanduser(chosen))
    return _folders.user_cache()


def running_script_folder() -> str | None:
    """The folder of the script that runs, or None at a prompt, in a notebook and in an installed command."""
    return files.script_folder(sys.modules.get("__main__"))

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
    "offline": _switch(default=False),
    "timeout": Setting(
        600.0,
        "a positive number of seconds",
        lambda value: isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0,
        _read_seconds,
    ),
    "cache_dir": Setting(
        None, "a folder", lambda value: value is None or (isinstance(value, str) and bool(value)), str
    ),
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
    for key in ("ceiling:machine", "ceiling:environment"):
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
            found[key] = (_checked(key, value, layer.origin), layer.origin)
    if "install" in machine.values:
        found["ceiling:machine"] = (machine.values["install"], machine.origin)
    for key, setting in SETTINGS.items():
        variable = f"LOAD_{key.upper()}"
        if variable in os.environ:
            value = _checked(key, setting.read(os.environ[variable]), variable)
            found[key] = (value, variable)
            if key == "install":
                found["ceiling:environment"] = (value, variable)
    return found


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
            f"{key} = {value!r} (from {origin}) is not {setting.expected}.",
            key=key,
            origin=origin,
            hint=f"set {key} to {setting.expected}",
        )
    return tuple(value) if isinstance(value, list) else value


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

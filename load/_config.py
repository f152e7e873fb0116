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
from load._settings import INSTALL_MODES, SETTINGS, Setting, check_variables, checked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextvars import ContextVar
    from types import TracebackType
    from typing import Any

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
            sound = checked(key, value, layer.origin)
            found[key] = (_joined(found.get(key), sound, layer.origin) if key == "index" else sound, layer.origin)
    if "install" in machine.values:
        found["ceiling:machine"] = (machine.values["install"], machine.origin)
    check_variables()
    for key, setting in SETTINGS.items():
        variable = f"LOAD_{key.upper()}"
        if _is_set(setting, os.environ.get(variable)):
            found[key] = (checked(key, setting.read(os.environ[variable]), variable), variable)
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
        found["ceiling:start"] = (checked("install", at_start, origin), origin)


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


def configure(**settings: object) -> None:
    """Set settings for this process; `None` takes one back.

    Raises:
        ConfigError: an unknown setting, or a value that it cannot have; nothing is changed then.
    """
    sound = {
        key: (checked(key, value, "load.configure()"), "load.configure()")
        for key, value in settings.items()
        if value is not None or key not in SETTINGS
    }
    for key in settings:
        _configured.pop(key, None)
    _configured.update(sound)


def kept() -> Callable[[], None]:
    """Take note of what `configure` has set so far; the result sets that again, and nothing else."""
    before = dict(_configured)

    def again() -> None:
        _configured.clear()
        _configured.update(before)

    return again


def handed_on() -> tuple[dict[str, object], str | None]:
    """What a process that works for this one needs for the same settings: those that code has set, and the project."""
    settings = {key: value for key, (value, _) in _configured.items()}
    for override in _overrides.get() if _overrides is not None else ():
        settings.update(override)
    return settings, _project_start or running_script_folder()


def take_over(settings: Mapping[str, object], project_start: str | None) -> None:
    """Have the settings that another process has handed on."""
    configure(**settings)
    reread(project_start)


class Override:
    """Settings for the length of a `with` block, in this thread or task only."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        self._settings = {key: checked(key, value, "load.override()") for key, value in settings.items()}

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

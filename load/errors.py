"""Every error that `load` raises on purpose.

The tree (each class is also the built-in error that people already catch)::

    LoadError
    ├── ResolveError        ModuleNotFoundError   there is nothing of that name
    ├── AttributeNotFound   ImportError           `mod:attr` without attr
    ├── ImportFailed        ImportError           a module that was used lazily raised an AttributeError
    ├── SourceError         ValueError            a spec that cannot be read
    ├── VersionConflict     ImportError           another version stands in the way
    ├── InstallError        ImportError           the backend failed
    │   ├── InstallRefused  ModuleNotFoundError   the policy, or a person, said no
    │   ├── NotProvided     ModuleNotFoundError   the distribution came, the import name did not
    │   └── BackendNotFound                       neither uv nor pip
    ├── RegistryError       KeyError              a key that is missing, or an entry that is refused
    │   └── RegistryTypeError  TypeError          an entry of the wrong kind
    ├── ReloadError                               a module that could not be reloaded
    ├── UnloadRefused                             a module that cannot be unloaded
    ├── ExportValidationError                     a package that did not pass the checks of its export
    ├── ExportDisabled      ImportError           an export that is switched off
    ├── BackgroundError     RuntimeError          exports that cannot be loaded, or waited for, in the background
    ├── ProfileError        ValueError            a profile that was not started or cannot be read, an exceeded budget
    ├── WorkerError                               a worker process failed, or something cannot be sent
    │   ├── WorkerDied                            it ended in the middle of a call
    │   └── WorkerTimeout   TimeoutError          a call took longer than it may
    └── ConfigError         ValueError            an invalid setting

`str(error)` has a line of fact, what was tried, and one thing to do next.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import TracebackType
    from typing import Any

__all__ = [
    "AttributeNotFound",
    "BackendNotFound",
    "BackgroundError",
    "ConfigError",
    "ExportDisabled",
    "ExportValidationError",
    "ImportFailed",
    "InstallError",
    "InstallRefused",
    "LoadError",
    "NotProvided",
    "ProfileError",
    "RegistryError",
    "RegistryTypeError",
    "ReloadError",
    "ResolveError",
    "SourceError",
    "UnloadRefused",
    "VersionConflict",
    "WorkerDied",
    "WorkerError",
    "WorkerTimeout",
]


def __dir__() -> list[str]:
    return __all__


def _without_own_end(trace: TracebackType | None) -> TracebackType | None:
    """A traceback without the frames of `load`, and of the import system, that are its last ones."""
    import os
    import types

    own = (os.path.join(os.path.dirname(os.path.abspath(__file__)), ""), "<frozen importlib")
    kept: list[TracebackType] = []
    while trace is not None:
        kept.append(trace)
        trace = trace.tb_next
    while kept and not os.environ.get("LOAD_DEBUG") and kept[-1].tb_frame.f_code.co_filename.startswith(own):
        kept.pop()
    for each in reversed(kept):
        trace = types.TracebackType(trace, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return trace


class LoadError(Exception):
    """Base of all errors of `load`; none shows credentials, wherever they were written.

    Args:
        message: one line of fact.
        context: what was tried, a line each.
        hint: the one thing to do next.
        name: the import name it is about, as `ImportError.name`.
        details: further facts, kept as attributes of the same names.
    """

    code: str = "load"
    message: str
    context: tuple[str, ...]
    hint: str | None
    name: str | None

    def __init__(
        self,
        message: str,
        *,
        context: Iterable[str] = (),
        hint: str | None = None,
        name: str | None = None,
        **details: Any,
    ) -> None:
        message = _shown(message)
        super().__init__(message)
        self.message = message
        self.context = tuple(map(_shown, context))
        self.hint = _shown(hint)
        self.name = name
        self.__dict__.update({key: _shown(value) for key, value in details.items()})

    def __str__(self) -> str:
        lines = [self.message, *(f"  {line}" for line in self.context)]
        if self.hint:
            lines.append(f"  → {self.hint}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r})"

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: the way to the code that asked `load`, without the frames behind it.

        `LOAD_DEBUG=1` keeps them, and the debugger has them in any case.
        """
        import sys
        from traceback import format_exception

        trace = _without_own_end(self.__traceback__)
        shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
        if shell is None:
            return format_exception(type(self), self, trace)
        shown: list[str] = shell.InteractiveTB.structured_traceback(type(self), self, trace)
        return shown

    def __reduce__(self) -> tuple[Any, ...]:
        # Keyword-only arguments neither pickle nor copy by themselves; `name` is a slot of ImportError.
        state = {**self.__dict__, "name": self.name}
        return _rebuild, (type(self), self.message), state

    def __setstate__(self, state: dict[str, Any] | None) -> None:
        for key, value in (state or {}).items():
            setattr(self, key, value)


def shorten(error: BaseException) -> None:
    """Have an error of `load` go on without the frames of the way to it: they tell nothing that its text does not.

    `LOAD_DEBUG=1` keeps them; what a module's own body raises is left as it is.
    """
    import os

    if isinstance(error, LoadError) and not os.environ.get("LOAD_DEBUG"):
        error.__traceback__ = None


def _shown(value: Any) -> Any:
    """A text, or a list or tuple of texts, without credentials; looked at closely only where there is an address."""
    if type(value) in (list, tuple):
        return type(value)(map(_shown, value))
    if not isinstance(value, str) or ("://" not in value and "@" not in value):
        return value
    from load._redact import redact

    return redact(value)


def _rebuild(cls: type[LoadError], message: str) -> LoadError:
    return cls(message)


class ResolveError(LoadError, ModuleNotFoundError):
    """Nothing of that name could be found."""

    code = "resolve"


class AttributeNotFound(LoadError, ImportError):
    """The module is there, the attribute of `module:attribute` is not."""

    code = "attribute-not-found"


class ImportFailed(LoadError, ImportError):
    """Code that ran during a lookup raised an AttributeError or KeyError, which would look like one of the lookup."""

    code = "import-failed"


class SourceError(LoadError, ValueError):
    """A spec cannot be read; the error shows the place in its text.

    Attributes:
        text: the spec as it was written, credentials redacted.
        position: index of the first wrong character in it, or None.
    """

    code = "source"
    text: str
    position: int | None

    def __init__(
        self,
        message: str,
        *,
        text: str = "",
        position: int | None = None,
        context: Iterable[str] = (),
        **rest: Any,
    ) -> None:
        shown = _shown(text)
        if position is not None and shown != text:
            position = _moved(position, text, shown)
        super().__init__(message, context=tuple(context) or _pointer(shown, position), **rest)
        self.text = shown
        self.position = position


def _moved(position: int, text: str, shown: str) -> int:
    """Where a place of a text is after something in the text has become shorter or longer."""
    if shown.startswith(text[:position]):
        return position
    if shown.endswith(text[position:]):
        return len(shown) - len(text[position:])
    return next((at for at, char in enumerate(shown) if char != text[at]), len(shown))


def _pointer(text: str, position: int | None) -> tuple[str, ...]:
    """The text with a caret below the place; control characters are shown escaped."""
    if not text:
        return ()
    shown = [char if char.isprintable() else repr(char)[1:-1] for char in text[:200]]
    line = "".join(shown)
    if position is None:
        return (line,)
    return line, " " * len("".join(shown[:position])) + "^"


class VersionConflict(LoadError, ImportError):
    """A version that is loaded, or installed, is not the one asked for.

    Attributes:
        distribution: the distribution in conflict.
        present: the version that is there.
        wanted: what was asked for.
    """

    code = "version-conflict"
    distribution: str = ""
    present: str = ""
    wanted: str = ""


class InstallError(LoadError, ImportError):
    """The backend failed.

    Attributes:
        command: the command that was run, credentials redacted as everywhere.
        exit_code: its exit code.
        last_lines: the last lines that it printed, redacted.
        log_path: where the whole output was kept, or None.
    """

    code = "install"
    command: Sequence[str] = ()
    exit_code: int | None = None
    last_lines: Sequence[str] = ()
    log_path: str | None = None


class InstallRefused(InstallError, ModuleNotFoundError):
    """The policy or a person said no; nothing was installed.

    Attributes:
        reason: "policy", "lock", "unknown-name", "near-miss", "heavy", "build", "replacement", "third-party",
            "declined", "offline", "unsafe", "needed", "read-only", "frozen" or "standard-library".
    """

    code = "install-refused"
    reason: str = "policy"


class NotProvided(InstallError, ModuleNotFoundError):
    """The distribution was installed, but it does not provide the import name; the install was undone."""

    code = "not-provided"


class BackendNotFound(InstallError):
    """Neither uv nor pip could be found; the message lists where they were looked for."""

    code = "backend-not-found"


class RegistryError(LoadError, KeyError):
    """A registry does not have the key, or refuses an entry."""

    code = "registry"


class RegistryTypeError(RegistryError, TypeError):
    """An entry of a registry is of the wrong kind for it, or for how it was used."""

    code = "registry-type"


class ReloadError(LoadError):
    """A module could not be reloaded, and nothing was changed.

    Attributes:
        rolled_back: names of the modules that had run again, or begun to, and are as before.
        report: what was planned, and which module failed (`load.imports.ReloadReport`); None where it did not come to
            a plan.
    """

    code = "reload"
    rolled_back: tuple[str, ...] = ()
    report: Any = None


class UnloadRefused(LoadError):
    """A module cannot be unloaded; nothing was changed.

    Attributes:
        reason: "not-loaded", "no-module", "program", "interpreter", "load", "running", "importing", "needed" or "gone".
    """

    code = "unload-refused"
    reason: str = "not-loaded"


class ExportValidationError(LoadError):
    """A package did not pass the checks of its export, and is not handed out.

    Attributes:
        export: the name of the export.
        level: how much was checked (`load.exports.ExportValidationLevel`).
        failures: every check that failed, a line each.
    """

    code = "export-validation"
    export: str = ""
    level: Any = None
    failures: tuple[str, ...] = ()


class ExportDisabled(LoadError, ImportError):
    """An export is switched off by the `enabled` that it was declared with.

    Attributes:
        export: the name of the export.
    """

    code = "export-disabled"
    export: str = ""


class BackgroundError(LoadError, RuntimeError):
    """Background loading cannot be started or waited for, or an export needs another one that has failed."""

    code = "background"


class ProfileError(LoadError, ValueError):
    """A profile of imports was not started, cannot be read, or exceeds its budget.

    Attributes:
        profile: what was recorded by then, or None.
    """

    code = "profile"
    profile: Any = None


class WorkerError(LoadError):
    """A worker of `isolated()` could not be started or was closed, or something cannot be sent to it or back."""

    code = "worker"


class WorkerDied(WorkerError):
    """A worker process ended while it ran a function or an import.

    Attributes:
        pid: its process id, or None where it ended at its start.
        exit_code: its exit code, negative for a signal; None where nobody could tell.
        signal: the name of the signal that ended it (`"SIGSEGV"`), or None.
    """

    code = "worker-died"
    pid: int | None = None
    exit_code: int | None = None
    signal: str | None = None


class WorkerTimeout(WorkerError, TimeoutError):
    """A call in a worker took longer than its timeout; if it had begun, the worker was killed.

    Attributes:
        seconds: the timeout.
    """

    code = "worker-timeout"
    seconds: float = 0.0


class ConfigError(LoadError, ValueError):
    """A setting, or a value in a configuration file, is not valid.

    Attributes:
        key: the setting, or the name in the file.
        origin: where the value came from.
    """

    code = "config"
    key: str = ""
    origin: str = ""

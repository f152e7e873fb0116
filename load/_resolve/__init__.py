"""The Resolver: `sys.modules` → import → (if allowed) install → import → verify. There is one.

Every face asks here: `load.x`, `load("spec")`, `import load.x`, `import_aliases`, `requires`, the command line.
"""

from __future__ import annotations

import os
import sys
import time

from load import _events
from load._resolve import presence
from load._resolve.presence import Missing, user_aliases

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from load._caller import Caller
    from load._install.spec import Spec

__all__ = ["Resolved", "resolve_all", "resolve_name", "resolve_spec", "user_aliases"]

_PROMPTS = frozenset(("<stdin>", "<console>"))  # what code is called that was typed just now


class Resolved:
    """One spec and what it led to.

    Attributes:
        spec: the spec.
        value: the module or object.
    """

    __slots__ = ("spec", "value")

    def __init__(self, spec: Spec, value: Any) -> None:
        self.spec = spec
        self.value = value

    @property
    def field(self) -> str:
        """The name that it is bound under: its alias, else the last segment of its name."""
        spec = self.spec
        if spec.alias:
            return spec.alias
        name = spec.attribute or spec.module or getattr(self.value, "__name__", "") or spec.distribution
        return name.rpartition(".")[2]


def resolve_name(name: str, caller: Caller) -> Any:
    """The module of a dotted import name, or of an alias; installed where the policy allows it.

    Args:
        name: what was asked for.
        caller: who asked.

    Raises:
        ResolveError: nothing can bear this name.
        InstallRefused: it is not installed, and the policy or a person said no.
        InstallError: installing it failed.
        Exception: what the module's own body raises, with a note of where it was asked for.
    """
    request = _Request(name, caller)
    try:
        found = presence.by_name(name)
        if isinstance(found, Missing):
            request.install([found])
            found = presence.by_name(name, installed=True)
    except Exception as error:
        request.failed(error)
        raise
    request.done(found)
    return found


def resolve_spec(text: str, caller: Caller) -> Any:
    """What a spec names (see `load._install.spec`); as `resolve_name` for everything that can be written."""
    return resolve_all([text], caller)[0].value


def resolve_all(texts: Sequence[str], caller: Caller) -> list[Resolved]:
    """What several specs name; all that is missing is installed in one solve.

    Raises:
        SourceError: a spec cannot be read.
        ResolveError: some could not be loaded; it names each and its reason.
        LoadError: for a single spec the error itself.
    """
    from load._install.spec import parse

    return _Batch([parse(text) for text in texts], caller).resolve()


class _Request:
    """One name on its way: its time, its memory, its end."""

    __slots__ = ("before", "caller", "how", "import_started", "memory", "name", "started")

    def __init__(self, name: str, caller: Caller) -> None:
        from load._resolve.ledger import first_request

        first_request()
        self.name = name
        self.caller = caller
        self.before = presence.target_of(name) in sys.modules or name in sys.modules
        self.how = ""
        if not self.before:
            _repair_first()
        self.begin()

    def begin(self) -> None:
        """From here on it is looked for."""
        self.memory = _resident()
        self.started = self.import_started = time.perf_counter()

    def begin_import(self, waited: float) -> None:
        """From here on it is imported; what came before took that many seconds, in which others had their turn."""
        self.begin()
        self.started -= waited

    def install(self, missing: Sequence[Missing]) -> None:
        from load._resolve.install import install_missing

        outcome = install_missing(missing, self.caller)
        self.how = "installed" if outcome.changes else ""  # an overlay may have had it all the time
        self.import_started = time.perf_counter()

    def failed(self, error: Exception) -> Exception:
        """The error as its reader needs it: with the place of the request."""
        _events.emit(_events.LoadFailed(self.name, error))
        note = f"asked of load as {self.name!r} in {self.caller}"
        # Who typed it at a prompt knows; and pdb, of an error with a note, shows nothing but the note.
        if self.caller.filename not in _PROMPTS and note not in getattr(error, "__notes__", ()):
            error.add_note(note)
        return error

    def done(self, value: Any) -> None:
        """It is there, and that is told."""
        _events.emit(self.loaded(value))

    def loaded(self, value: Any, spec_how: str = "", module: str = "") -> _events.Loaded:
        """What there is to tell of it, now that it is there."""
        now = time.perf_counter()
        if isinstance(value, type(sys)):
            module = value.__name__
        after = _resident() if self.memory is not None else None
        return _events.Loaded(
            self.name,
            module or self.name,
            self.how or spec_how or ("cached" if self.before else "imported"),
            seconds=now - self.started,
            import_seconds=now - self.import_started,
            memory=None if after is None or self.memory is None else after - self.memory,
            caller=(self.caller.filename, self.caller.line),
        )


_INTENT = os.path.join(
    sys.prefix,
    *(("Lib",) if sys.platform == "win32" else ("lib", f"python{sys.version_info[0]}.{sys.version_info[1]}")),
    "site-packages",
    ".load",
    "intent",
)


def _repair_first() -> None:
    """Where an install was cut off, or another process is in the middle of one, what can be found may be half there."""
    if os.path.exists(_INTENT):
        from load._install.installer import repair_what_was_left

        repair_what_was_left()


def _resident() -> int | None:
    from load import _config

    if not _config.get("track_memory"):
        return None
    from load._imports.profiling.memory import watch_unless_watched
    from load._memory import resident

    watch_unless_watched()
    return resident()


class _Batch:
    """Several specs that are resolved together."""

    def __init__(self, specs: Sequence[Spec], caller: Caller) -> None:
        self.specs = specs
        self.caller = caller
        self.requests = [_Request(spec.module or _shown(spec.text), caller) for spec in specs]
        self.errors: dict[int, Exception] = {}
        self.values: dict[int, Any] = {}
        self.told: dict[int, _events.Loaded] = {}  # when all are there

    def resolve(self) -> list[Resolved]:
        missing: dict[int, Missing] = {}
        for index, spec in enumerate(self.specs):
            self.requests[index].begin()
            found = self._present(index, spec)
            if isinstance(found, Missing):
                missing[index] = found
        if missing and not self.errors:
            self._install(missing)
        if self.errors:
            raise self._failure()
        for index in range(len(self.specs)):
            _events.emit(self.told[index])
        return [Resolved(spec, self.values[index]) for index, spec in enumerate(self.specs)]

    def _present(self, index: int, spec: Spec, *, installed: bool = False) -> Any:
        from load._resolve import specs

        try:
            found = specs.by_spec(spec, self.caller, installed=installed)
        except Exception as error:  # noqa: BLE001 - every error is kept, and one names them all
            self.errors[index] = self.requests[index].failed(error)
            return None
        self.values[index] = found
        if not isinstance(found, Missing):
            how = "local" if spec.source is not None and specs.is_local(spec) else ""
            self.told[index] = self.requests[index].loaded(found, how, spec.module)
        return found

    def _install(self, missing: dict[int, Missing]) -> None:
        from load._resolve.install import install_missing

        started = time.perf_counter()
        try:
            outcome = install_missing(list(missing.values()), self.caller)
        except Exception as error:  # noqa: BLE001 - see above
            for index in missing:
                self.errors[index] = self.requests[index].failed(error)
            return
        took = time.perf_counter() - started
        for index in missing:
            self.requests[index].how = "installed" if outcome.changes else ""
            self.requests[index].begin_import(took)
            self._present(index, self.specs[index], installed=True)

    def _failure(self) -> Exception:
        from load.errors import ResolveError, shorten

        distinct = list(dict.fromkeys(self.errors.values()))
        for each in distinct:
            shorten(each)
        if len(distinct) == 1:
            return distinct[0]

        failure = ResolveError(
            f"{len(self.errors)} of {len(self.specs)} could not be loaded; none was bound.",
            context=[f"{self.specs[index].text}: {_first_line(error)}" for index, error in self.errors.items()],
            hint=next((error.hint for error in distinct if getattr(error, "hint", None)), None),  # type: ignore[attr-defined]
            name=self.specs[next(iter(self.errors))].module.partition(".")[0] or None,
            errors=tuple(distinct),
        )
        failure.__cause__ = distinct[0]
        return failure


def _shown(text: str) -> str:
    from load._redact import redact

    return redact(text)


def _first_line(error: Exception) -> str:
    message = getattr(error, "message", None) or str(error) or type(error).__name__
    return str(message).splitlines()[0]

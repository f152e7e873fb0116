"""The diagnosis: what `load` works with here, and what would go wrong."""

from __future__ import annotations

import sys

from load import _config, _interpreter
from load._console.wording import size
from load._display import Shown
from load._redact import redact
from load._resolve import findings as look
from load._resolve import surroundings
from load._resolve.findings import NOTE, PROBLEM, Finding
from load.errors import ConfigError, LoadError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, TextIO

    from load._picture import Picture

_UNKNOWN = "unknown: see below"


class Diagnosis(Shown):
    """What was found.

    Attributes:
        facts: what `load` works with, by name.
        settings: each setting, its value as text, and where that came from.
        values: the values of the settings as plain data, credentials redacted.
        findings: what would go wrong or is good to know (`.severity`, `.about`, `.fact`, `.advice`); problems first.
    """

    def __init__(
        self,
        facts: dict[str, str],
        settings: Iterable[tuple[str, str, str]],
        findings: Iterable[Finding],
        *,
        values: Mapping[str, Any],
    ) -> None:
        self.facts = facts
        self.settings = tuple(settings)
        self.values = dict(values)
        self.findings = tuple(sorted(findings, key=lambda each: each.severity != PROBLEM))

    @property
    def problems(self) -> tuple[Finding, ...]:
        """The findings that have to be seen to."""
        return tuple(each for each in self.findings if each.severity == PROBLEM)

    def __repr__(self) -> str:
        problems, notes = len(self.problems), len(self.findings) - len(self.problems)
        return f"<Diagnosis: {problems} problem{_s(problems)}, {notes} note{_s(notes)}>"

    def show(self, to: TextIO | None = None) -> None:
        """Print it for people, on standard output by default.

        Raises:
            OSError: the stream cannot be written to.
        """
        from load._console.pictures import print_picture

        print_picture(self._picture(), to)

    def _picture(self) -> Picture:
        from load._picture import Picture, Table

        tables = [Table((), self.facts.items())]
        if self.settings:
            tables.append(Table(("setting", "value", "from"), self.settings))
        if not self.findings:
            return Picture("", [*tables, Table((), [("findings", "nothing would go wrong")])])
        return Picture("", tables, [line for each in self.findings for line in str(each).splitlines()])

    def as_dict(self) -> dict[str, Any]:
        """What `load doctor --json` prints."""
        settings = [
            {"name": name, "value": self.values[name], "text": text, "origin": origin}
            for name, text, origin in self.settings
        ]
        return {
            "facts": dict(self.facts),
            "settings": settings,
            "findings": [each.as_dict() for each in self.findings],
            "problems": len(self.problems),
        }


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def doctor(*, online: bool = False) -> Diagnosis:
    """Look at all that `load` works with here; nothing is changed.

    Args:
        online: whether the indexes are asked, too; that takes as long as they do.
    """
    return _Examination(online=online).diagnosis()


class _Examination:
    """One look; what is wrong with the settings is a finding, and the rest goes on."""

    def __init__(self, *, online: bool) -> None:
        self._online = online
        self._findings: dict[str, Finding] = {}

    def diagnosis(self) -> Diagnosis:
        facts = dict(self._facts())
        settings = self._attempt(lambda: list(surroundings.settings()), [])
        values = {name: _plain(_config.get(name)) for name, _, _ in settings}
        for check in look.checks():
            self._check(check)
        if _interpreter.is_python():
            self._check(_backend)
        if self._online and _interpreter.is_python():
            self._check(lambda: _ask_indexes(facts))
        return Diagnosis(facts, settings, self._findings.values(), values=values)

    def _facts(self) -> Iterable[tuple[str, str]]:
        root = sys.modules[__name__.partition(".")[0]]
        yield "load", f"{getattr(root, '__version__', 'unknown')} ({_folder()})"
        yield "python", surroundings.python()
        yield "kind", surroundings.kind_of_python()
        yield "target", f"{_target()}: {surroundings.why_target()}"
        yield from self._attempt(surroundings.all_backends, {}).items()
        yield "backend", self._attempt(surroundings.backend, _UNKNOWN)
        yield from self._attempt(lambda: list(surroundings.indexes()), [("index", _UNKNOWN)])
        yield "project", _config.project_file() or "none"
        yield "lock", self._attempt(_lock, _UNKNOWN)
        yield "cache", self._attempt(_cache, _UNKNOWN)
        yield "overlays", self._attempt(_overlays, _UNKNOWN)

    def _attempt(self, gather: Callable[[], Any], otherwise: Any) -> Any:
        try:
            return gather()
        except LoadError as error:
            self._add(_of_error(error))
            return otherwise

    def _check(self, check: Callable[[], Iterable[Finding]]) -> None:
        try:
            for finding in check():
                self._add(finding)
        except LoadError as error:
            self._add(_of_error(error))

    def _add(self, finding: Finding) -> None:
        self._findings.setdefault(finding.fact, finding)


def _of_error(error: LoadError) -> Finding:
    about = "settings" if isinstance(error, ConfigError) else error.code
    return Finding(PROBLEM, about, error.message, error.hint or "see docs/reference/errors.md")


def _plain(value: Any) -> Any:
    """A setting's value as JSON has it."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, (bool, int, float)) else redact(str(value))


def _ask_indexes(facts: dict[str, str]) -> Iterable[Finding]:
    """Ask the indexes, and write down beside the address of each what came of it."""
    from load._resolve.online import answers

    for answer in answers():
        if answer.finding is not None:
            yield answer.finding
        if answer.index in facts:
            facts[answer.index] += f": {answer}"


def _backend() -> Iterable[Finding]:
    from load._install import backends

    chosen = backends.choose().name  # none is an error, and that a finding
    if chosen == "pip" and _config.get("backend") == "auto":
        advice = f"{sys.executable} -m pip install uv"
        yield Finding(NOTE, "backend", "uv is not there: installs take several times as long with pip", advice)


def _folder() -> str:
    import os

    return os.path.dirname(os.path.abspath(_config.__file__))


def _target() -> str:
    from load._install import target

    return target.choose().name


def _lock() -> str:
    from load._install import lock_file

    path = lock_file.find()
    if path is None:
        return "none"
    lacking, other = look.lock_state(path)
    if not lacking and not other:
        return f"{path}: all of it is installed"
    return f"{path}: {len(lacking)} lacking, {len(other)} in another version"


def _cache() -> str:
    folder = _config.cache_folder()
    state = f"{size(look.free_space(folder))} free" if look.is_writable(folder) else "cannot be written to"
    return f"{folder} ({state})"


def _overlays() -> str:
    from load._install import overlay_cache

    found = overlay_cache.overlays()
    return f"{len(found)}, {size(sum(each.size for each in found))}" if found else "none"

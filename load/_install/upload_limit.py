"""The cooldown: files that were uploaded lately are not taken, so that others notice first what is wrong with them.

Exempt is what was named exactly (a `==` of the request, a file with its hash) and what is bound to a private index.
uv and pip are always told a moment, never a duration: each reads durations in its own way.
"""

from __future__ import annotations

from load import _config
from load._install.installed import name_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from load._install.job import Job

_HOURS = {"h": 1, "d": 24, "w": 7 * 24}
_FIRST_PIP = (26, 0)  # the first with `--uploaded-prior-to`


def moment() -> str:
    """The moment after which nothing may have been uploaded, as ISO 8601 in UTC; "" where there is no cooldown.

    Raises:
        ConfigError: `exclude_newer` is neither a duration nor a date.
    """
    value, origin = _config.lookup("exclude_newer")
    text = (value if isinstance(value, str) else value.isoformat()).strip()  # TOML has dates of its own
    if not text:
        return ""
    try:
        found = _before_now(text) if text[-1] in _HOURS and text[:-1].strip().isdecimal() else _date(text)
    except (ValueError, OverflowError):
        from load.errors import ConfigError

        raise ConfigError(
            f"exclude_newer = {text!r} (from {origin}) is neither a duration nor a date.",
            key="exclude_newer",
            origin=origin,
            hint='write "3d", "12h", "2w", or a date such as "2026-11-01"',
        ) from None
    return found.strftime("%Y-%m-%dT%H:%M:%SZ")


def _before_now(text: str) -> datetime:
    from datetime import UTC, datetime, timedelta

    return datetime.now(UTC) - timedelta(hours=int(text[:-1]) * _HOURS[text[-1]])


def _date(text: str) -> datetime:
    """A date or a date and time; without an offset it is UTC, and a date alone is its beginning."""
    from datetime import UTC, datetime

    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def options_of_uv(job: Job, bound: Iterable[str] = (), *, lock: bool = False) -> list[str]:
    """The options of uv for a job.

    Args:
        job: the job.
        bound: names that are known to be bound to private indexes, besides those that the settings spell out.
        lock: whether it is a lock, for which what is installed has to be found on the index as well.
    """
    if job.hashed:
        return []
    exempt = {*pinned(job.requirements), *bound, *_spelt_out()}
    if lock:
        exempt |= pinned(job.constraints)
    options = ["--exclude-newer", moment()]
    for name in sorted(exempt):
        options += ["--exclude-newer-package", f"{name}=false"]
    return options


def options_of_pip(job: Job) -> list[str]:
    """The options of pip for a job; none where this pip cannot do it, which `unenforceable` says.

    pip can exempt no single name: who has pins besides other requirements finds their files first.
    """
    only_pins = not job.dependencies and all(is_pin(each) for each in job.requirements)
    if job.hashed or only_pins or not pip_can():
        return []
    return ["--uploaded-prior-to", moment()]


def pinned(requirements: Iterable[str]) -> set[str]:
    """The distributions of which exactly one version is asked for."""
    return {name_in(each) for each in requirements if is_pin(each)}


def is_pin(requirement: str) -> bool:
    """Whether a requirement admits one version only (https://packaging.python.org/specifications/version-specifiers/)."""
    text = requirement.partition(";")[0]
    version = text.partition("==")[2].removeprefix("=").strip()
    return bool(version) and " @ " not in text and not version.endswith("*")


def _spelt_out() -> set[str]:
    """The whole names, not the beginnings, that are bound to private indexes."""
    if not _config.get("index"):
        return set()
    from load._install.indexes import bound

    return {name for index in bound() for name in index.names}


def pip_can() -> bool:
    """Whether the pip of this Python knows when files were uploaded."""
    from load._install.installed import installed_version

    return installed_version("pip") >= _FIRST_PIP

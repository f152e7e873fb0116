"""The plan: what an install would change, known before anything is changed."""

from __future__ import annotations

import os

from load._display import Shown
from load._events import Change
from load._install.failures import BackendError
from load._redact import redact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from load._install.job import Backend, Job
    from load._picture import Picture


class Plan(Shown):
    """What an install would change.

    It iterates over its changes, is true if there are any, and is a table as text.

    Attributes:
        requirements: what the backend would be given.
        changes: each distribution that would change, what comes along included.
        target: the environment or overlay, in words.
        backend: "uv" or "pip"; "" where nothing is to be done.
        verdict: "install", "ask" or "refuse": what the policy says of it.
        reasons: why it has to be asked about or is refused, a sentence each.
    """

    __slots__ = ("backend", "changes", "reasons", "requirements", "target", "verdict")

    def __init__(
        self,
        requirements: Sequence[str],
        changes: Sequence[Change],
        *,
        target: str,
        backend: str,
        verdict: str = "install",
        reasons: Sequence[str] = (),
    ) -> None:
        self.requirements = tuple(redact(each) for each in requirements)
        self.changes = tuple(changes)
        self.target = target
        self.backend = backend
        self.verdict = verdict
        self.reasons = tuple(dict.fromkeys(reasons))

    @property
    def replacements(self) -> tuple[Change, ...]:
        """The changes of something that is installed already."""
        return tuple(change for change in self.changes if change.is_replacement)

    @property
    def size(self) -> int | None:
        """Bytes that would be fetched, or None where the index does not say it of each file."""
        sizes = [change.size for change in self.changes if change.new is not None]
        return None if any(size is None for size in sizes) else sum(size for size in sizes if size is not None)

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)

    def __repr__(self) -> str:
        count = "1 change" if len(self.changes) == 1 else f"{len(self.changes)} changes"
        return f"<Plan: {count} in {self.target}, {self.verdict}>"

    def _picture(self) -> Picture:
        from load._console.plan_table import picture

        return picture(
            self.changes, target=self.target, backend=self.backend, reasons=self.reasons, verdict=self.verdict
        )

    def as_dict(self) -> dict[str, Any]:
        """What `load install --dry-run --json` prints."""
        return {
            "requirements": list(self.requirements),
            "target": self.target,
            "backend": self.backend,
            "verdict": self.verdict,
            "reasons": list(self.reasons),
            "changes": [_facts(change) for change in self.changes],
        }


def _facts(change: Change) -> dict[str, Any]:
    names = ("name", "old", "new", "kind", "size", "uploaded", "source", "requested")
    return {**{name: getattr(change, name) for name in names}, "replacement": change.is_replacement}


def with_facts(changes: Sequence[Change], backend: Backend, job: Job, requested: Sequence[str]) -> list[Change]:
    """The changes with what the index says of each file: wheel or build, size, age, source."""
    pins = [f"{each.name}=={each.new}" for each in changes if each.new is not None and not _is_location(each.new)]
    direct = [each for each in job.requirements if " @ " in each or "://" in each or each.endswith(".whl")]
    try:
        text = backend.lock(job.but(requirements=[*pins, *direct], editables=(), constraints=(), dependencies=False))
    except BackendError:  # the plan itself stands; only what is told besides is not known then
        text = ""
    import tomllib

    known = {each["name"]: each for each in tomllib.loads(text).get("packages", ())}
    return [_told(change, known.get(change.name, {}), job, requested=change.name in requested) for change in changes]


def _is_location(version: str) -> bool:
    """Whether a backend put the address in the place of the version, as for what is not built yet."""
    return "://" in version or version.startswith("/")


def _told(change: Change, package: dict[str, Any], job: Job, *, requested: bool) -> Change:
    """One change with what a lock (PEP 751) says of its distribution."""
    location = change.new if change.new is not None and _is_location(change.new) else ""
    file = _file_here(package)
    uploaded = file.get("upload-time")
    vcs = package.get("vcs", {})
    address = file.get("url") or file.get("path") or ""
    at_commit = f"{vcs.get('url')}@{vcs.get('commit-id')}" if vcs else ""
    return Change(
        change.name,
        change.old,
        package.get("version", change.new) if location else change.new,
        kind=_kind(change, package, job),
        size=file.get("size") or _size_here(address),
        uploaded=None if uploaded is None else uploaded.isoformat().replace("+00:00", "Z"),
        source=redact(at_commit or location or address or package.get("index", "")),
        requested=requested,
    )


def _size_here(address: str) -> int | None:
    """Bytes of a file on this machine, of which no index tells the size."""
    path = address.removeprefix("file://")
    if path == address and "://" in address:
        return None
    from urllib.parse import unquote

    try:
        return os.stat(unquote(path)).st_size if address else None
    except OSError:
        return None


def _kind(change: Change, package: dict[str, Any], job: Job) -> str:
    if change.new is None:
        return ""
    if any(change.new.endswith(each) or f"file://{each}" in change.new for each in job.editables):
        return "editable"
    if "wheels" in package and change.name not in job.built:
        return "wheel"
    if {"sdist", "vcs", "directory"} & package.keys() or change.name in job.built:
        return "build"
    location = package.get("archive", {}).get("url", change.new).partition("#")[0]
    return "wheel" if location.endswith(".whl") else ""


def _file_here(package: dict[str, Any]) -> dict[str, Any]:
    """The file that would be fetched: of several wheels the one that suits this Python best."""
    wheels: list[dict[str, Any]] = package.get("wheels", [])
    if len(wheels) < 2:
        found: dict[str, Any] = wheels[0] if wheels else package.get("sdist", package.get("archive", {}))
        return found
    from packaging.tags import sys_tags
    from packaging.utils import parse_wheel_filename

    order = {tag: rank for rank, tag in enumerate(sys_tags())}

    def rank(wheel: dict[str, Any]) -> int:
        name = wheel.get("name") or wheel.get("url", wheel.get("path", "")).rpartition("/")[2]
        return min((order.get(tag, len(order)) for tag in parse_wheel_filename(name)[3]), default=len(order))

    return min(wheels, key=rank)

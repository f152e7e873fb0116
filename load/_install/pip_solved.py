"""Two steps where one call of pip cannot keep the rules: a solve that changes nothing, then exactly its files.

Source: https://pip.pypa.io/en/stable/reference/installation-report/
"""

from __future__ import annotations

from load._install.failures import BOUND, BackendError
from load._install.indexes import index_of
from load._install.installed import name_in
from load._install.upload_limit import is_pin
from load._names import normalize
from load._redact import redact, redact_command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from load._install.job import Job
    from load._process import Finished

    Installed = Sequence[dict[str, Any]]


def pins_of(job: Job) -> Job:
    """The part of a job that asks for one version each."""
    pins = [each for each in job.requirements if is_pin(each)]
    return job.but(requirements=pins, editables=(), constraints=(), dependencies=False)


def as_files(job: Job, pins: Installed) -> Job:
    """A job in which the pins are the files that were found for them; what is installed already stays a pin."""
    from packaging.requirements import Requirement

    files = {_name(each): _location(each) for each in pins}
    requirements = []
    for text in job.requirements:
        requirement = Requirement(text) if is_pin(text) else None
        if requirement is not None and normalize(requirement.name) in files:
            extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
            text = f"{requirement.name}{extras} @ {files[normalize(requirement.name)]}"  # noqa: PLW2901
        requirements.append(text)
    return job.but(requirements=requirements)


def unpinned(solved: Installed, pins: Installed) -> None:
    """Have a report say of the pins that they come from an index, as they do."""
    names = {_name(each) for each in pins}
    for each in solved:
        if _name(each) in names:
            each["is_direct"] = False


def check_bound(solved: Installed, finished: Finished) -> None:
    """Make sure that no bound name comes from an address that some other distribution gives.

    Raises:
        BackendError: one would (`kind` is "bound").
    """
    for each in solved:
        name = _name(each)
        index = index_of(name)
        if index is not None and each["is_direct"] and not each["requested"]:
            from load._console.terminal import readable

            raise BackendError(
                f"{name!r} is bound to the index {index.name!r}, and would have come from elsewhere.",
                context=[readable(f"it would have come from {redact(each['download_info']['url'])}")],
                hint="ask those who made what depends on it, or name its source yourself",
                kind=BOUND,
                command=redact_command(finished.command),
                exit_code=finished.returncode,
                last_lines=(),
            )


def exactly(job: Job, solved: Installed) -> Job:
    """The job that installs what was found, and has nothing left to look for."""
    lines = [_line(each) for each in solved if not each["is_direct"]]
    direct = [each for each in job.requirements if " @ " in each or not name_in(each)]
    return job.but(requirements=direct, constraints=(), dependencies=False, hashed=[*job.hashed, *lines])


def _line(each: dict[str, Any]) -> str:
    hashes = " ".join(f"--hash={kind}:{digest}" for kind, digest in sorted(_hashes(each).items()))
    return f"{_name(each)}=={each['metadata']['version']} {hashes}"


def _location(each: dict[str, Any]) -> str:
    """The address of a file, with its hash."""
    kind, digest = next(iter(_hashes(each).items()))
    return f"{each['download_info']['url'].partition('#')[0]}#{kind}={digest}"


def _hashes(each: dict[str, Any]) -> dict[str, str]:
    """The hashes of a file that pip will check; what it built itself has one as well."""
    info = each["download_info"]["archive_info"]
    if info.get("hashes"):
        return {kind: digest for kind, digest in info["hashes"].items() if kind in ("sha256", "sha384", "sha512")}
    kind, _, digest = info["hash"].partition("=")
    return {kind: digest}


def _name(each: dict[str, Any]) -> str:
    return normalize(each["metadata"]["name"])

"""What a backend's failure means: its output read once, and one typed error made of it."""

from __future__ import annotations

import sys

from load._install.redact import redact, redact_command
from load.errors import InstallError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from load._process import Finished

NOT_FOUND = "not-found"
NO_WHEEL = "no-wheel"
CONFLICT = "conflict"
NETWORK = "network"
GIT_REF = "git-ref"
GIT_REPOSITORY = "git-repository"
NO_PROJECT = "no-project"
PERMISSION = "permission"
BUILD = "build"
HASH = "hash"
PYTHON = "python"
OTHER = "other"

# Looked for in this order in what uv and pip print; the first that occurs decides.
_SIGNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (HASH, ("hash mismatch", "do not match the hashes", "doesn't match the expected hash")),
    (GIT_REPOSITORY, ("could not read from remote repository", "repository not found")),
    (
        GIT_REF,
        (
            "find remote ref",
            "failed to fetch branch or tag",
            "failed to fetch commit",
            "git checkout -q",
            "did not match any file",
        ),
    ),
    (
        NETWORK,
        (
            "network was disabled",
            "could not resolve host",
            "error sending request",
            "dns error",
            "failed to establish a new connection",
            "newconnectionerror",
            "connection refused",
            "temporary failure in name resolution",
            "max retries exceeded",
            "network is unreachable",
        ),
    ),
    (GIT_REPOSITORY, ("git operation failed", "git clone", "does not appear to be a git repository")),
    (
        NO_PROJECT,
        ("does not appear to be a python project", "is not installable", "distribution not found at"),
    ),
    (
        NO_WHEEL,
        ("no usable wheels", "building from source is disabled", "building source distributions is disabled"),
    ),
    (PERMISSION, ("permission denied", "read-only file system", "externally managed", "externally-managed")),
    (BUILD, ("failed to build", "build backend", "failed building wheel", "metadata-generation-failed")),
    (PYTHON, ("does not satisfy python", "requires a different python", "requires-python")),
    (CONFLICT, ("resolutionimpossible", "conflicting dependencies")),
    (
        NOT_FOUND,
        (
            "was not found in the package registry",
            "no matching distribution found",
            "could not find a version",
        ),
    ),
    (CONFLICT, ("no solution found",)),
)

_FACTS = {
    NOT_FOUND: (
        "The index has no such distribution, or not in this version.",
        "check the name: load why NAME",
    ),
    NO_WHEEL: (
        "There is no wheel for this Python and platform, and building runs code.",
        "try another version",
    ),
    CONFLICT: (
        "The requirements exclude each other, or what is installed already.",
        "see the last lines above",
    ),
    NETWORK: ("The package index or the repository could not be reached.", "check the network and try again"),
    GIT_REF: ("The repository has no such branch, tag or commit.", "check the part after the @"),
    GIT_REPOSITORY: ("The repository could not be read.", "check its address and that you may read it"),
    NO_PROJECT: ("The folder is no Python project.", "a project has a pyproject.toml or a setup.py"),
    PERMISSION: ("The target may not be written to.", "use a virtual environment: python -m venv .venv"),
    BUILD: ("Building the project failed.", "see the last lines above"),
    HASH: (
        "The file is not the one that its hash promises; nothing was installed.",
        "check where the file comes from",
    ),
    PYTHON: (f"No version of it supports this Python ({sys.version.split()[0]}).", "try another version"),
}


class BackendError(InstallError):
    """A backend's failure, with what it means."""

    kind: str = OTHER


def kind_of(output: str) -> str:
    """What a backend's output says that went wrong."""
    lowered = output.lower()
    for kind, signs in _SIGNS:
        if any(sign in lowered for sign in signs):
            return kind
    return OTHER


def backend_error(name: str, finished: Finished, kind: str | None = None) -> BackendError:
    """The error for a command that ended with another exit code than 0."""
    output = redact(finished.stderr + finished.stdout)
    kind = kind or kind_of(output)
    fact, hint = _FACTS.get(kind, (f"{name} failed with exit code {finished.returncode}.", "see the last lines above"))
    command = redact_command(finished.command)
    lines = (line for line in output.splitlines() if line.strip() and not line.startswith("Using "))
    last_lines = tuple(lines)[-8:]
    return BackendError(
        fact,
        context=[f"{name}: {line.strip()}" for line in last_lines],
        hint=hint,
        kind=kind,
        command=command,
        exit_code=finished.returncode,
        last_lines=last_lines,
    )

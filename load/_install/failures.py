"""What a backend's failure means: its output read once, and one typed error made of it."""

from __future__ import annotations

import sys

from load._redact import redact, redact_command
from load.errors import InstallError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from load._process import Finished

NOT_FOUND = "not-found"
NO_VERSION = "no-version"
NO_WHEEL = "no-wheel"
CONFLICT = "conflict"
NETWORK = "network"
GIT_REF = "git-ref"
GIT_REPOSITORY = "git-repository"
NO_PROJECT = "no-project"
CACHE = "cache"
PERMISSION = "permission"
BUILD = "build"
HASH = "hash"
NO_HASH = "no-hash"
NO_DATES = "no-dates"
TOO_NEW = "too-new"
UNAUTHORISED = "unauthorised"
INDEX = "index"
TIMEOUT = "timeout"
BOUND = "bound"
CERTIFICATE = "certificate"
DAMAGED = "damaged"
YANKED = "yanked"
PYTHON = "python"
OTHER = "other"

# Looked for in this order in what uv and pip print; the first that occurs decides.
_SIGNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (NO_WHEEL, ("building from source is disabled",)),  # what we keep pip from; it tells of a git clone before it
    (
        HASH,
        (
            "hash mismatch",
            "do not match the hashes",
            "doesn't match the expected hash",
            "--require-hashes` mode",
            "in --require-hashes mode",
        ),
    ),
    (
        CERTIFICATE,
        ("invalid peer certificate", "certificate verify failed", "certificate_verify_failed"),
    ),
    (
        UNAUTHORISED,
        (
            "401 unauthorized",
            "403 forbidden",
            "401 client error",
            "403 client error",
            "lack of valid authentication credentials",
        ),
    ),
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
    (INDEX, ("error responses",)),  # pip says "max retries exceeded" of them as well
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
            "tcp connect error",
            "operation timed out",
            "read timed out",
            "connection aborted",
            ": connection error: ",
            "didn't respond within",
        ),
    ),
    (GIT_REPOSITORY, ("git operation failed", "git clone", "does not appear to be a git repository")),
    (
        NO_PROJECT,
        ("does not appear to be a python project", "is not installable", "distribution not found at"),
    ),
    (
        NO_WHEEL,
        (
            "no usable wheels",
            "building source distributions is disabled",
            "building source distributions for `",
        ),
    ),
    (
        INDEX,
        (
            "http status server error",
            "http status client error",
            "server error: ",
            "http error 4",
            "http error 5",
            "error decoding response body",
            "unexpected json",
            "unexpected html",
            "jsondecodeerror",
            "unicodedecodeerror",
            "connection broken",
            "incomplete-download",
            "not a trusted or secure host",
        ),
    ),
    (DAMAGED, ("invalid package format", "failed to read from zip file", "is invalid.", "badzipfile", "invalid wheel")),
    (CACHE, ("failed to initialize cache",)),  # uv's; pip goes on without one
    (PERMISSION, ("permission denied", "read-only file system", "externally managed", "externally-managed")),
    (BUILD, ("failed to build", "build backend", "failed building wheel", "metadata-generation-failed")),
    (PYTHON, ("does not satisfy python", "requires a different python", "requires-python")),
    (NO_DATES, ("does not provide upload-time metadata",)),
    (YANKED, (" was yanked", "ignored the following yanked versions")),
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
    NO_VERSION: ("No version on the index is the one asked for.", "ask for one that there is, or for any"),
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
    GIT_REPOSITORY: (
        "The repository could not be read.",
        "check its address and that you may read it; a private one on GitHub: GITHUB_TOKEN",
    ),
    NO_PROJECT: ("The folder is not a Python project.", "a project has a pyproject.toml or a setup.py"),
    CACHE: ("The cache of uv cannot be written to.", "set UV_CACHE_DIR to a folder that can be, or UV_NO_CACHE=1"),
    PERMISSION: ("The target may not be written to.", "use a virtual environment: python -m venv .venv"),
    BUILD: ("Building the project failed.", "see the last lines above"),
    HASH: (
        "The file is not the one that its hash promises; nothing was installed.",
        "check where the file comes from",
    ),
    NO_DATES: (
        "The index gives no upload dates, so exclude-newer cannot be held.",
        'set exclude-newer to "", bind the name to a private index, or name a version exactly: NAME==VERSION',
    ),
    TOO_NEW: (
        "The versions on the index are newer than exclude-newer lets through.",
        "wait, or name a version exactly: NAME==VERSION",
    ),
    YANKED: (
        "The versions that would do were taken back by their makers (yanked).",
        "if it has to be one of them, name it exactly: NAME==VERSION",
    ),
    UNAUTHORISED: (
        "The index asks for a login, or does not take the one that it got.",
        "set LOAD_INDEX_NAME_USERNAME and LOAD_INDEX_NAME_PASSWORD for the index NAME, or write a netrc file",
    ),
    INDEX: (
        "The index answered with an error, or with something that is no answer.",
        "try again later; if it stays so, tell those who run the index",
    ),
    CERTIFICATE: (
        "The index has a certificate that is not trusted here.",
        "name the file of your own authority in SSL_CERT_FILE",
    ),
    DAMAGED: ("The file that the index gives is not a package that could be read.", "try another version"),
    PYTHON: (f"No version of it supports this Python ({sys.version.split()[0]}).", "try another version"),
}


class BackendError(InstallError):
    """A backend's failure, with what it means.

    Attributes:
        needed: the requirement that it is about, where that is none that was asked for, but one that those have; or "".
    """

    kind: str = OTHER
    needed: str = ""

    def tell(self, kind: str) -> None:
        """Have it be of another kind, with the words for that."""
        self.kind = kind
        self.message, self.hint = _FACTS[kind]


def kind_of(output: str) -> str:
    """What a backend's output says that went wrong."""
    lowered = output.lower()
    for kind, signs in _SIGNS:
        if any(sign in lowered for sign in signs):
            return _cooled(lowered) or kind if kind in (CONFLICT, NOT_FOUND, YANKED) else kind
    return OTHER


def _cooled(output: str) -> str:
    """Whether it was the cooldown of uv that left nothing: for want of dates, or because all is too new."""
    filtered = "was filtered by `exclude-newer" in output
    if "missing an upload date" in output and not (filtered and "published at" in output):
        return NO_DATES
    return TOO_NEW if filtered else ""


def backend_error(name: str, finished: Finished, kind: str | None = None, unseen: str = "") -> BackendError:
    """The error for a command that ended with another exit code than 0.

    Args:
        name: "uv" or "pip".
        finished: the command.
        kind: what went wrong, where that is known.
        unseen: what it said elsewhere than in its output.
    """
    output = redact(f"{unseen}{finished.stderr}{finished.stdout}")
    kind = kind or kind_of(output)
    fact, hint = _FACTS.get(kind, (f"{name} failed with exit code {finished.returncode}.", "see the last lines above"))
    last_lines = _readable([line for line in output.splitlines() if not line.startswith("Using ")])[-8:]
    return BackendError(
        fact,
        context=[f"{name}: {line.strip()}" for line in last_lines],
        hint=hint,
        kind=kind,
        command=redact_command(finished.command),
        exit_code=finished.returncode,
        last_lines=last_lines,
    )


def timed_out(name: str, command: Sequence[str], error: InstallError) -> BackendError:
    """The error for a command that was stopped because it took too long."""
    last_lines = _readable([redact(line) for line in error.last_lines])
    return BackendError(
        error.message,
        context=[f"{name}: {line.strip()}" for line in last_lines],
        hint=error.hint,
        kind=TIMEOUT,
        command=redact_command(command),
        last_lines=last_lines,
    )


def _readable(lines: Sequence[str]) -> tuple[str, ...]:
    """What a backend said, but for empty lines: it repeats what strangers wrote, and none of that steers a terminal."""
    from load._console.terminal import readable

    return tuple(readable(line.expandtabs()) for line in lines if line.strip())

"""One call of a backend, and the typed error where it fails."""

from __future__ import annotations

import os

from load import _config, _process
from load._install.failures import CONFLICT, NO_VERSION, NOT_FOUND, UNAUTHORISED, BackendError, backend_error, timed_out
from load._install.job import inherited, scratch_file
from load.errors import InstallError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from load._install.job import Job
    from load._install.routes import Route


def run(backend: str, command: Sequence[str], route: Route, job: Job | None = None) -> _process.Finished:
    """Run it to its end.

    Args:
        backend: "uv" or "pip".
        command: the program and its arguments.
        route: its way to the indexes.
        job: what it is for.

    Raises:
        BackendError: it ended with another exit code than 0, or took longer than the `timeout` setting.
    """
    finished = attempt(backend, command, route, job)
    if finished.returncode != 0:
        raise failure(backend, finished)
    return finished


def failure(backend: str, finished: _process.Finished, kind: str | None = None, unseen: str = "") -> BackendError:
    """The error for a command that failed; the arguments are those of `failures.backend_error`.

    What is bound to a private index is named, because it was looked up there alone.
    """
    error = backend_error(backend, finished, kind, unseen)
    if _config.get("index") and error.kind in (NOT_FOUND, NO_VERSION, CONFLICT, UNAUTHORISED):
        from load._install.indexes import explain

        explain(error)
    return error


def attempt(backend: str, command: Sequence[str], route: Route, job: Job | None = None) -> _process.Finished:
    """The same, without judging how it ended.

    Raises:
        BackendError: it took longer than the `timeout` setting.
    """
    try:
        finished = _process.run(
            command,
            env=route.environment,
            timeout=_config.get("timeout"),
            on_line=_hearing(route, job),
            tells_output=backend == "pip",  # uv tells on standard error what it does
            meanwhile=_get_ready,
            inherit=(*route.descriptors, *(inherited(job) if job is not None else ())),
        )
    except InstallError as error:
        raise timed_out(backend, command, error) from None
    finished.stdout, finished.stderr = route.plain(finished.stdout), route.plain(finished.stderr)
    return finished


def given(job: Job, option: str, requirements: Sequence[str]) -> list[str]:
    """The last arguments of a command: requirements, and those that may hold a secret as a file.

    Other users of the machine can read the arguments of every process.

    Args:
        job: what the command is for.
        option: what has the backend read a file of requirements.
        requirements: what it is given.

    Raises:
        SourceError: one would be read as something else in a file.
    """
    private = [each for each in requirements if _may_hold_a_secret(each)]
    if not private:
        return ["--", *requirements]
    path = os.path.join(job.scratch, "private.txt")
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
    options = [option, scratch_file(job.scratch, "private.txt", private)]
    return [*options, "--", *(each for each in requirements if each not in private)]


def _may_hold_a_secret(requirement: str) -> bool:
    """Whether it has an address with a user or a query."""
    _, found, rest = requirement.partition("://")
    rest = rest.partition("#")[0]
    return bool(found) and ("?" in rest or "@" in rest.partition("/")[0])


def _get_ready() -> None:
    """Import what is needed when the backend is done: that takes some milliseconds, in which nobody waits now."""
    import load._install.journal  # noqa: F401


def _hearing(route: Route, job: Job | None) -> Callable[[str], object] | None:
    if job is None or job.on_line is None:
        return None
    from load._console.terminal import readable

    hear = job.on_line
    return lambda line: hear(readable(route.plain(line)))

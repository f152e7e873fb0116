"""Asking a backend for what a lock is made of: one solve, nothing installed."""

from __future__ import annotations

from load.errors import InstallError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from load._install.failures import BackendError
    from load._install.policy import Need


def resolve(needs: Sequence[Need], pins: Sequence[str], *, preferred: bool) -> Mapping[str, Any]:
    """What a backend resolves needs to: the table of a PEP 751 file.

    Args:
        needs: what is asked for.
        pins: versions that are to be kept, as requirements.
        preferred: whether these are let go where they stand in the way.

    Raises:
        InstallError: there is no solution, or the backend failed.
        BackendNotFound: there is none.
    """
    from load._install.failures import CONFLICT, BackendError

    try:
        return _ask_backend(needs, pins)
    except BackendError as error:
        if error.kind != CONFLICT or not (preferred and pins):
            raise _explained(error) from None
    try:
        return _ask_backend(needs, ())
    except BackendError as error:
        raise _explained(error) from None


def _ask_backend(needs: Sequence[Need], constraints: Sequence[str]) -> Mapping[str, Any]:
    import tomllib

    from load import _console
    from load._install.backends import choose
    from load._install.job import Job
    from load._install.order import tell
    from load._install.scratch import Scratch

    _console.attach()
    with Scratch() as scratch:
        job = Job(
            list(dict.fromkeys(need.requirement for need in needs if not need.editable)),
            editables=list(dict.fromkeys(_folder(need) for need in needs if need.editable)),
            constraints=constraints,
            universal=True,
            scratch=scratch,
            on_line=tell,
        )
        if not (job.requirements or job.editables):
            return {"packages": []}
        return tomllib.loads(choose().lock(job))


def _folder(need: Need) -> str:
    """The project folder of a need that is installed in place."""
    from load._resolve.versions import path_of

    url = need.requirement.rpartition(" @ ")[2]
    return path_of(url) if url.startswith("file:") else url


def _explained(error: BackendError) -> InstallError:
    return InstallError(
        f"Not locked: {error.message[:1].lower()}{error.message[1:]}",
        context=error.context,
        hint=error.hint,
        command=error.command,
        exit_code=error.exit_code,
        last_lines=error.last_lines,
        kind=error.kind,
    )

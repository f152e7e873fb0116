"""Asking a backend for what a lock is made of: one solve, nothing installed."""

from __future__ import annotations

from load import _config
from load.errors import InstallError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Any

    from load._install.failures import BackendError
    from load._install.policy import Need


def resolve(
    needs: Sequence[Need], pins: Sequence[str], *, preferred: bool, allowed: Collection[str] = ()
) -> Mapping[str, Any]:
    """What a backend resolves needs to: the table of a PEP 751 file.

    Args:
        needs: what is asked for.
        pins: versions that are to be kept, as requirements.
        preferred: whether these are let go where they stand in the way.
        allowed: what may be built, as it was asked for or by its distribution, besides what was judged as a build.

    Raises:
        InstallError: there is no solution, or the backend failed.
        BackendNotFound: there is none.
    """
    from load._install.failures import CONFLICT, BackendError

    try:
        return _ask_backend(needs, pins, allowed)
    except BackendError as error:
        if error.kind != CONFLICT or not (preferred and pins):
            raise _explained(error, needs) from None
    try:
        return _ask_backend(needs, (), allowed)
    except BackendError as error:
        raise _explained(error, needs) from None


def _ask_backend(needs: Sequence[Need], constraints: Sequence[str], allowed: Collection[str]) -> Mapping[str, Any]:
    import tomllib

    from load import _console
    from load._console.status import shown_while
    from load._install.backends import choose
    from load._install.job import Job
    from load._install.order import tell
    from load._install.scratch import Scratch

    _console.attach()
    backend = choose()
    with Scratch() as scratch:
        job = Job(
            list(dict.fromkeys(need.requirement for need in needs if not need.editable)),
            editables=list(dict.fromkeys(_folder(need) for need in needs if need.editable)),
            constraints=constraints,
            built=_built(needs, allowed, named=backend.name == "uv"),
            universal=True,
            scratch=scratch,
            on_line=tell,
        )
        if not (job.requirements or job.editables):
            return {"packages": []}
        asked = len(job.requirements) + len(job.editables)
        with shown_while(f"finding versions for {asked} requirement{'s' if asked > 1 else ''} and all that these need"):
            return tomllib.loads(backend.lock(job))


def _built(needs: Sequence[Need], allowed: Collection[str], *, named: bool) -> list[str]:
    """What may be built to learn what it needs: sources that were agreed to, here or when they were installed.

    Where they have to be named, only those whose distributions are known: uv reads most of the others without a build.
    """
    if _config.get("install") == "never":
        return []
    built = []
    for need in needs:
        agreed = need.builds or need.table == "installed" or {need.asked, need.distribution} & {*allowed}
        is_wheel = need.requirement.partition("#")[0].partition("?")[0].endswith(".whl")
        if agreed and need.is_direct and not is_wheel and (need.distribution or not named):
            built.append(need.distribution or need.requirement)
    return built


def _folder(need: Need) -> str:
    """The project folder of a need that is installed in place."""
    from load._resolve.versions import path_of

    url = need.requirement.rpartition(" @ ")[2]
    return path_of(url) if url.startswith("file:") else url


def _explained(error: BackendError, needs: Sequence[Need]) -> InstallError:
    from load._install.blame import settled
    from load._install.failures import NO_WHEEL

    error = settled(error, [need.distribution or need.requirement for need in needs])
    return InstallError(
        f"Not locked: {error.message[:1].lower()}{error.message[1:]}",
        context=error.context,
        hint=_how_to_build() if error.kind == NO_WHEEL else error.hint,
        command=error.command,
        exit_code=error.exit_code,
        last_lines=error.last_lines,
        kind=error.kind,
    )


def _how_to_build() -> str:
    if _config.get("install") == "never":
        return "install = never: lock it where building is allowed"
    return "if it may be built: load lock SCRIPT --allow NAME"

"""What a backend is given to do, and with what: shared by uv and pip."""

from __future__ import annotations

import os
import sys

from load import _interpreter
from load._install.installed import name_in
from load.errors import InstallRefused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Protocol

    from load._events import Change

    class Backend(Protocol):
        """What installs."""

        name: str

        def run(self, job: Job) -> list[Change]:
            """Install, or look what an install would do, and tell what changed."""

        def remove(self, names: Sequence[str]) -> None:
            """Remove distributions from the environment."""

        def lock(self, job: Job) -> str:
            """Resolve a job without installing anything: the text of a lock (PEP 751), every file with its hashes."""


class Job:
    """What a backend is to do.

    Attributes:
        requirements: requirements, or direct references.
        editables: project folders to install in place.
        constraints: requirements that the solve must respect.
        built: distributions that may be built from their source.
        build_all: whether anything may be built.
        folder: the folder to install into, or None for the environment.
        dependencies: whether dependencies come along.
        dry_run: whether nothing is to be changed.
        hashed: requirement lines with their hashes: exactly these files, without what they depend on.
        reinstall: distributions that are installed anew although they are there.
        fresh: whether files are fetched and unpacked anew, whatever the backend's cache holds.
        universal: whether a lock is to hold for other platforms and Pythons as well.
        scratch: a folder for files that the backend reads.
        on_line: is told each line that the backend prints.
    """

    __slots__ = (
        "build_all",
        "built",
        "constraints",
        "dependencies",
        "dry_run",
        "editables",
        "folder",
        "fresh",
        "hashed",
        "on_line",
        "reinstall",
        "requirements",
        "scratch",
        "universal",
    )

    def __init__(  # noqa: PLR0913 - all but one have a default; a job is what is asked of a backend, and that is much
        self,
        requirements: Sequence[str],
        *,
        scratch: str,
        editables: Sequence[str] = (),
        constraints: Sequence[str] = (),
        built: Sequence[str] = (),
        build_all: bool = False,
        folder: str | None = None,
        dependencies: bool = True,
        dry_run: bool = False,
        hashed: Sequence[str] = (),
        reinstall: Sequence[str] = (),
        universal: bool = False,
        fresh: bool = False,
        on_line: Callable[[str], object] | None = None,
    ) -> None:
        self.requirements = tuple(requirements)
        self.editables = tuple(editables)
        self.constraints = tuple(constraints)
        self.built = tuple(built)
        self.build_all = build_all
        self.folder = folder
        self.dependencies = dependencies
        self.dry_run = dry_run
        self.hashed = tuple(hashed)
        self.reinstall = tuple(reinstall)
        self.universal = universal
        self.fresh = fresh
        self.scratch = scratch
        self.on_line = on_line

    def but(self, **changed: object) -> Job:
        """The same job with some things changed."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return Job(**{**fields, **changed})


def environment() -> dict[str, str]:
    """The environment that a backend gets: settings of its own that would change the target are taken out."""
    dropped = {
        "PYTHONPATH",
        "PYTHONHOME",
        "PYTHONSTARTUP",
        "VIRTUAL_ENV",
        "UV_PYTHON",
        "UV_SYSTEM_PYTHON",
        "UV_BREAK_SYSTEM_PACKAGES",
        "PIP_TARGET",
        "PIP_PREFIX",
        "PIP_ROOT",
        "PIP_USER",
        "PIP_PYTHON",
        "PIP_REQUIRE_VIRTUALENV",
        "PIP_BREAK_SYSTEM_PACKAGES",
        "PIP_DRY_RUN",
        "PIP_NO_DEPS",
        "PIP_IGNORE_INSTALLED",
        "PIP_FORCE_REINSTALL",
        "PIP_UPGRADE",
    }
    env = {key: value for key, value in os.environ.items() if key not in dropped}
    env["GIT_TERMINAL_PROMPT"] = "0"  # git must fail rather than ask behind our back
    if env.get("GITHUB_TOKEN") or env.get("GH_TOKEN"):
        from load._install.credentials import git_environment

        env.update(git_environment(env))
    return env


def shown_command(backend: str, verb: str, arguments: Iterable[str]) -> list[str]:
    """What a person would type for the same, without the options that `load` adds."""
    start = ["uv", "pip"] if backend == "uv" else ["python", "-m", "pip"]
    return [*start, verb, *arguments]


def inherited(job: Job) -> tuple[int, ...]:
    """The descriptors of the turns held: should we be killed, the next has to wait until the backend is done.

    Not where git runs: a credential cache that it starts would keep them for as long as it lives.
    """
    if job.dry_run or any("git+" in each for each in (*job.requirements, *job.hashed)):
        return ()
    from load._install.turn import descriptors

    return descriptors()


def interpreter() -> str:
    """This Python's own program.

    Raises:
        InstallRefused: this process is not Python, but a program that holds one: its `sys.executable` is the program.
    """
    why = _interpreter.why_not_python()
    if why is not None:
        raise InstallRefused(
            f"Nothing can be installed or removed here: {why}.",
            hint="do it where the program is built, or before it starts",
            reason="frozen",
        )
    return sys.executable


def parts(job: Job) -> list[Job]:
    """The calls of a backend that a job takes: what has hashes is installed apart from what can have none."""
    if not job.hashed:
        return [job]
    found = [job.but(hashed=())] if job.requirements or job.editables else []
    alone = job.but(requirements=(), editables=(), constraints=(), hashed=(), dependencies=False)
    direct = [line for line in job.hashed if _cannot_have_hashes(line)]
    hashed = [line for line in job.hashed if not _cannot_have_hashes(line)]
    if hashed:
        found.append(alone.but(hashed=hashed))
    if direct:
        found.append(alone.but(requirements=direct, built=[name_in(line) for line in direct]))
    return found


def _cannot_have_hashes(line: str) -> bool:
    """Whether it is a repository, which has its commit id in place of hashes, or a folder of this machine."""
    _, at, location = line.partition(" @ ")
    location = location.partition("#")[0].strip()
    if not at or " --hash=" in line:
        return False
    is_file = location.endswith((".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2"))
    return location.startswith("git+") or (not is_file and location.startswith("file:"))


def merged(results: Sequence[list[Change]]) -> list[Change]:
    """The changes of several calls as those of one: the first old version of each, and its last new one."""
    if len(results) == 1:
        return results[0]
    found: dict[str, Change] = {}
    for change in (each for result in results for each in result):
        first = found.get(change.name, change)
        found[change.name] = type(change)(change.name, first.old, change.new)
    return [found[name] for name in sorted(found)]


def scratch_file(folder: str, name: str, lines: Sequence[str], *, own_options: tuple[str, ...] = ()) -> str:
    """A file of requirements for a backend to read.

    Args:
        folder: where it is written.
        name: its name.
        lines: its lines.
        own_options: options that lines may begin with, because they were put there on purpose.

    Raises:
        SourceError: a line would be read as something else than a requirement.
    """
    for line in lines:
        _check_line(next((line[len(option) :] for option in own_options if line.startswith(option)), line))
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))
    return path


def _check_line(line: str) -> None:
    """Options, further lines and variables of the environment have a meaning in such files, and none may get in."""
    dangerous = line.startswith("-") or line.endswith("\\") or "${" in line
    if dangerous or not line.isprintable():
        from load.errors import SourceError

        raise SourceError(f"{line!r} cannot be given to a backend.", text=line, hint="write $ as %24 in a URL")

"""What a backend is given to do, and with what: shared by uv and pip."""

from __future__ import annotations

import os
import sys

from load.errors import InstallError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Protocol

    from load._events import Change

    class Backend(Protocol):
        """What installs."""

        name: str

        def run(self, job: Job) -> list[Change]:
            """Install, or look what an install would do, and tell what changed."""

        def remove(self, names: Sequence[str]) -> None:
            """Remove distributions from the environment."""


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
        "on_line",
        "requirements",
        "scratch",
    )

    def __init__(
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
    return env


def interpreter() -> str:
    """This Python's own program.

    Raises:
        InstallError: Python is embedded and has none.
    """
    if not sys.executable:
        raise InstallError(
            "This Python is embedded in another program and has no interpreter to install with.",
            hint="install what is needed before the program starts",
        )
    return sys.executable


def scratch_file(folder: str, name: str, lines: Sequence[str]) -> str:
    """A file of lines for a backend to read."""
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))
    return path

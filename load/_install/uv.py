"""uv as backend. Its `+`/`-` lines are read; they have been the same since its first versions, its JSON has not."""

from __future__ import annotations

from load import _config, _process
from load._events import Change
from load._install.failures import backend_error
from load._install.job import environment, interpreter, scratch_file
from load._install.redact import redact
from load._names import normalize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from load._install.job import Job


class Uv:
    """Installs by `uv pip`."""

    name = "uv"

    def __init__(self, program: str) -> None:
        self._program = program

    def run(self, job: Job) -> list[Change]:
        """Install, or look what an install would do, and tell what changed."""
        return _changes(self._call(job, self._command(job)))

    def remove(self, names: Sequence[str]) -> None:
        """Remove distributions from the environment."""
        command = [
            self._program,
            "pip",
            "uninstall",
            "--python",
            interpreter(),
            "--color",
            "never",
            "--",
            *names,
        ]
        finished = _process.run(command, env=environment(), timeout=_config.get("timeout"))
        if finished.returncode != 0:
            raise backend_error("uv", finished)

    def _command(self, job: Job) -> list[str]:
        command = [self._program, "pip", "install", "--python", interpreter(), "--color", "never"]
        if job.dry_run:  # a look at an environment that may not be written to is allowed
            command += ["--dry-run", "--break-system-packages"]
        if job.constraints:
            command += ["--constraint", scratch_file(job.scratch, "constraints.txt", job.constraints)]
        if not job.build_all:
            command += ["--only-binary", ":all:"]
        for name in job.built:
            command += ["--no-binary", name]
        if job.folder is not None:
            command += ["--target", job.folder]
        if not job.dependencies:
            command.append("--no-deps")
        if _config.get("offline"):
            command.append("--offline")
        for editable in job.editables:
            command += ["--editable", editable]
        return [*command, "--", *job.requirements]

    def _call(self, job: Job, command: list[str]) -> str:
        from load._install.pip_settings import for_uv

        env = {**environment(), **for_uv(), "UV_NO_PROGRESS": "1"}
        finished = _process.run(command, env=env, timeout=_config.get("timeout"), on_line=job.on_line)
        if finished.returncode != 0:
            raise backend_error("uv", finished)
        return finished.stderr


def _changes(output: str) -> list[Change]:
    """The changes that uv lists: ` - name==old`, ` + name==new (from …)`, ` + name @ url`, ` ~ name==same`."""
    old: dict[str, str] = {}
    new: dict[str, str] = {}
    for line in output.splitlines():
        sign, _, rest = line.strip().partition(" ")
        name, version = _name_and_version(rest.partition(" (from ")[0])
        if sign in ("+", "-", "~") and version:
            if sign != "-":
                new[name] = version
            if sign != "+":
                old[name] = version
    return [Change(name, old.get(name), new.get(name)) for name in sorted({*old, *new})]


def _name_and_version(text: str) -> tuple[str, str]:
    """The name and the version; for what is only planned from a URL, the URL stands in the place of the version."""
    for separator in ("==", " @ "):
        name, found, version = text.partition(separator)
        if found:
            return normalize(name.strip()), redact(version.strip())
    return "", ""

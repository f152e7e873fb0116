"""pip as backend, where uv is absent. What it did is read from its installation report."""

from __future__ import annotations

import os
import re

from load import _config, _process
from load._events import Change
from load._install.failures import NO_WHEEL, NOT_FOUND, backend_error
from load._install.installed import visible
from load._install.job import environment, interpreter, scratch_file
from load._names import normalize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from load._install.job import Job


class Pip:
    """Installs by `python -m pip`, under the same rules as uv."""

    name = "pip"

    def run(self, job: Job) -> list[Change]:
        """Install, or look what an install would do, and tell what changed."""
        return self._call(job)

    def remove(self, names: Sequence[str]) -> None:
        """Remove distributions from the environment."""
        finished = _process.run(
            [*_pip("uninstall"), "--yes", "--", *names], env=environment(), timeout=_config.get("timeout")
        )
        if finished.returncode != 0:
            raise backend_error("pip", finished)

    def _call(self, job: Job) -> list[Change]:
        report = os.path.join(job.scratch, "report.json")
        command = [*_pip("install"), "--report", report, "--no-compile", "--progress-bar", "off"]
        if job.dry_run:  # a look at an environment that may not be written to is allowed
            command += ["--dry-run", "--break-system-packages"]
        if job.constraints:
            command += ["--constraint", scratch_file(job.scratch, "constraints.txt", job.constraints)]
        if not job.build_all:
            command += [
                "--only-binary",
                ":all:",
            ]  # pip builds direct references all the same: those are judged before
        if job.folder is not None:
            command += ["--target", job.folder]
        if not job.dependencies:
            command.append("--no-deps")
        if _config.get("offline"):
            command.append("--no-index")
        for editable in job.editables:
            command += ["--editable", editable]
        before = visible()
        finished = _process.run(
            [*command, "--", *job.requirements],
            env=_environment(),
            timeout=_config.get("timeout"),
            on_line=job.on_line,
        )
        if finished.returncode != 0:
            raise self._failure(finished)
        into_folder = job.folder is not None
        old = {} if into_folder else {name: each.version for name, each in before.items()}
        return _changes(report, old)

    def _failure(self, finished: _process.Finished) -> Exception:
        error = backend_error("pip", finished)
        if error.kind == NOT_FOUND and self._has_versions(finished):
            # pip says the same of a distribution that is not there and of one without wheels.
            return backend_error("pip", finished, kind=NO_WHEEL)
        return error

    @staticmethod
    def _has_versions(finished: _process.Finished) -> bool:
        match = re.search(r"No matching distribution found for ([A-Za-z0-9._-]+)", finished.stderr + finished.stdout)
        if match is None:
            return False
        listed = _process.run(
            [*_pip("index"), "versions", match[1]], env=_environment(), timeout=_config.get("timeout")
        )
        return listed.returncode == 0


def _pip(command: str) -> list[str]:
    # -P keeps a pip.py in the working directory from being taken for pip.
    return [
        interpreter(),
        "-P",
        "-m",
        "pip",
        command,
        "--disable-pip-version-check",
        "--no-input",
        "--no-color",
    ]


def _environment() -> dict[str, str]:
    return {**environment(), "PIP_ROOT_USER_ACTION": "ignore"}


def _changes(report: str, old: dict[str, str]) -> list[Change]:
    """The changes in an installation report (https://pip.pypa.io/en/stable/reference/installation-report/)."""
    import json

    with open(report, encoding="utf-8") as file:
        installed = json.load(file)["install"]
    changes = []
    for each in installed:
        name = normalize(each["metadata"]["name"])
        changes.append(Change(name, old.get(name), each["metadata"]["version"]))
    return sorted(changes, key=lambda change: change.name)

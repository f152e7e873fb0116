"""uv as backend. Its `+`/`-` lines are read; they have been the same since its first versions, its JSON has not."""

from __future__ import annotations

import os

from load import _config
from load._events import Change
from load._install.installed import name_in, visible
from load._install.job import environment, interpreter, merged, parts, scratch_file
from load._install.routes import Route
from load._install.running import attempt, given, run
from load._names import normalize
from load._redact import redact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from load._install.job import Job


class Uv:
    """Installs by `uv pip`."""

    name = "uv"

    def __init__(self, program: str) -> None:
        self._program = program

    def run(self, job: Job) -> list[Change]:
        """Install, or look what an install would do, and tell what changed."""
        with _route(job) as route:
            bound: Collection[str] = ()
            if _cools_private_names(job):
                bound = _learn_bound(lambda found: self._install(job.but(dry_run=True), found), route)
            return merged([self._run(part, route, bound) for part in parts(job)])

    def _run(self, job: Job, route: Route, bound: Collection[str]) -> list[Change]:
        return _changes(run("uv", self._install(job, bound), route, job).stderr)

    def lock(self, job: Job) -> str:
        """Resolve a job without installing anything: the text of a lock (PEP 751), every file with its hashes.

        Raises:
            BackendError: uv failed, or a file has no SHA-256 hash (`kind` is "no-hash").
        """
        with _route(job) as route:
            bound: Collection[str] = ()
            if _cools_private_names(job):
                bound = _learn_bound(lambda found: self._compile(job, found), route)
            finished = run("uv", self._compile(job, bound), route, job)
        from load._install.hashes import check_hashes, with_private_indexes

        text = with_private_indexes(finished.stdout) if _config.get("index") else finished.stdout
        check_hashes(text, "uv", finished)
        return text

    def remove(self, names: Sequence[str]) -> None:
        """Remove distributions from the environment."""
        run("uv", [*self._start("uninstall"), "--", *names], Route(environment()))

    def _start(self, verb: str) -> list[str]:
        return [self._program, "pip", verb, "--python", interpreter(), "--color", "never"]

    def _compile(self, job: Job, bound: Collection[str]) -> list[str]:
        lines = [*map(_as_line, job.requirements), *(f"--editable {_as_line(each)}" for each in job.editables)]
        file = scratch_file(job.scratch, "requirements.txt", lines, own_options=("--editable ",))
        command = [*self._start("compile"), "--format", "pylock.toml", "--no-header", *self._rules(job)]
        if _config.get("exclude_newer"):
            from load._install.upload_limit import options_of_uv

            command += options_of_uv(job, bound, lock=True)
        if job.universal:
            command.append("--universal")
        return [*command, "--", file]

    def _install(self, job: Job, bound: Collection[str]) -> list[str]:
        command = self._start("install")
        if job.dry_run:  # a look at an environment that may not be written to is allowed
            command += ["--dry-run", "--break-system-packages"]
        command += self._rules(job)
        if _config.get("exclude_newer"):
            from load._install.upload_limit import options_of_uv

            command += options_of_uv(job, bound)
        if job.folder is not None:
            command += ["--target", job.folder]
        for name in job.reinstall:
            command += ["--reinstall-package", name]
        for editable in job.editables:
            command += ["--editable", editable]
        if job.hashed:
            file = scratch_file(job.scratch, "hashed.txt", job.hashed)
            return [*command, "--require-hashes", "--requirements", file]
        return [*command, *given(job, "--requirements", [*job.requirements, *_reinstalled_besides(job)])]

    def _rules(self, job: Job) -> list[str]:
        """What both an install and a lock keep to."""
        rules: list[str] = []
        if job.constraints:
            rules += ["--constraint", scratch_file(job.scratch, "constraints.txt", job.constraints)]
        if not job.build_all:
            rules += ["--only-binary", ":all:"]
        for name in job.built:
            rules += ["--no-binary", name]
        if not job.dependencies:
            rules.append("--no-deps")
        if job.fresh:
            rules.append("--no-cache")
        if _config.get("offline"):
            rules.append("--offline")
        return rules


def _route(job: Job) -> Route:
    from load._install import pip_settings

    env = {**environment(), **pip_settings.for_uv(), "UV_NO_PROGRESS": "1"}
    env.setdefault("RUST_LOG", "warn")  # else uv does not mention the files that it leaves out of a wheel
    if not _config.get("index"):
        return Route(env)
    from load._install.private_routes import UvRoute

    return UvRoute(env, job.scratch)


def _cools_private_names(job: Job) -> bool:
    return bool(_config.get("exclude_newer") and _config.get("index") and not job.hashed)


def _learn_bound(command: Callable[[Collection[str]], list[str]], route: Route) -> set[str]:
    """Names that are bound by their beginnings and needed here, which only a solve brings to light.

    They are exempt from the cooldown, and an exemption can bring in the next of them.
    """
    from load._install.indexes import bound_in

    found: set[str] = set()
    while True:
        finished = attempt("uv", command(found), route)
        new = bound_in(finished.stderr + finished.stdout) - found
        if not new:
            return found
        found |= new


def _as_line(requirement: str) -> str:
    """A requirement as a file of requirements has it: a path may hold blanks there only as a URL."""
    if not os.path.isabs(requirement):
        return requirement
    from pathlib import Path

    return Path(requirement).as_uri()


def _reinstalled_besides(job: Job) -> list[str]:
    """What is to be installed anew and is not a requirement: in the version that is there."""
    names = {name_in(each) for each in job.requirements}
    besides = [normalize(name) for name in job.reinstall if normalize(name) not in names]
    there = visible() if besides else {}
    return [f"{name}=={there[name].version}" for name in besides if name in there]


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

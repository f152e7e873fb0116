"""pip as backend, where uv is absent. What it did is read from its installation report."""

from __future__ import annotations

import os

from load import _config
from load._events import Change
from load._install import pip_without_builds
from load._install.failures import NO_VERSION, NO_WHEEL, NOT_FOUND, TOO_NEW
from load._install.installed import installed_version, name_in, visible
from load._install.job import environment, interpreter, merged, parts, scratch_file
from load._install.routes import Route
from load._install.running import attempt, failure, given, run
from load._names import normalize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from load._install.job import Job
    from load._process import Finished

    Report = dict[str, Any]


_READS_FILE_ADDRESSES = (24, 1)
_TELLS_PROGRESS = (24, 1)  # a line with the bytes that have come, several times a second


class Pip:
    """Installs by `python -m pip`, under the same rules as uv."""

    name = "pip"

    def run(self, job: Job) -> list[Change]:
        """Install, or look what an install would do, and tell what changed."""
        with _route(job) as route:
            return _PipRun(route).changes(job)

    def lock(self, job: Job) -> str:
        """Resolve a job without installing anything: the text of a lock (PEP 751), every file with its hashes.

        It holds for this Python on this platform only.

        Raises:
            BackendError: pip failed, or a file has no SHA-256 hash (`kind` is "no-hash").
        """
        from load._install.hashes import check_hashes, with_private_indexes
        from load._install.pip_lock import lock_text

        with _route(job) as route:
            alone = job.but(folder=None, dry_run=True)  # a look, for which nothing may be built that is not in `built`
            report, finished = _PipRun(route).solve(alone, "--ignore-installed")
        text = lock_text(report["install"])
        if _config.get("index"):
            text = with_private_indexes(text)
        check_hashes(text, "pip", finished)
        return text

    def remove(self, names: Sequence[str]) -> None:
        """Remove distributions from the environment."""
        run("pip", [*_pip("uninstall"), "--yes", "--", *names], Route(environment()))


class _PipRun:
    """The calls of pip that one job takes."""

    def __init__(self, route: Route) -> None:
        self._route = route

    def changes(self, job: Job) -> list[Change]:
        """Do the job."""
        if not (_config.get("index") or _has_exempt_pins(job)):
            return self._at_once(job)
        report, _ = self.solve(job)
        if job.dry_run:
            return _changes(report["install"], job)
        from load._install.pip_solved import exactly

        return self._at_once(exactly(job, report["install"]))

    def _at_once(self, job: Job) -> list[Change]:
        results = [self._install(part) for part in parts(job) if part.requirements or part.editables or part.hashed]
        anew = [] if job.dry_run or not job.reinstall else _installed_anew(job, results)
        return merged(results + [self._install(part, "--force-reinstall") for part in anew])

    def solve(self, job: Job, *options: str) -> tuple[Report, Finished]:
        """What the job would install, as pip reports it; nothing is changed.

        Raises:
            BackendError: there is no solution, or a bound name would not come from its index.
        """
        job = job.but(dry_run=True, built=job.built or _sources(job))
        if not _has_exempt_pins(job):
            report, finished = self._report(job, *options)
        else:  # pip exempts no single name: what is pinned is found first, and stands as a file in the solve
            from load._install.pip_solved import as_files, pins_of, unpinned

            pins, _ = self._report(pins_of(job), *options)
            report, finished = self._report(as_files(job, pins["install"]), *options)
            unpinned(report["install"], pins["install"])
        if _config.get("index"):
            from load._install.pip_solved import check_bound

            check_bound(report["install"], finished)
        return report, finished

    def _install(self, job: Job, *options: str) -> list[Change]:
        there = {} if job.folder is not None else visible()
        report, _ = self._report(job, *options)
        return _changes(report["install"], job, {name: each.version for name, each in there.items()})

    def _report(self, job: Job, *options: str) -> tuple[Report, Finished]:
        """Do it, and read what it did.

        Source: https://pip.pypa.io/en/stable/reference/installation-report/
        """
        import json

        path, log = os.path.join(job.scratch, "report.json"), os.path.join(job.scratch, "pip.log")
        asked = [*_cooldown(job), *options, "--report", path, "--log", log]
        finished = attempt("pip", _install_command(job, asked), self._route, job)
        finished.stdout = _without_progress(finished.stdout)
        if finished.returncode != 0:
            raise self._failure(job, finished, options, self._route.plain(_skipped(log)))
        with open(path, encoding="utf-8") as file:
            return json.load(file), finished

    def _failure(self, job: Job, finished: Finished, options: Sequence[str], skipped: str) -> Exception:
        """Pip says the same of a distribution that is not there, of one without wheels and of one that is too new."""
        error = failure("pip", finished, unseen=skipped)
        if error.kind != NOT_FOUND and not _passed_over_others(finished):
            return error
        if _cooldown(job):
            anyway = attempt("pip", _install_command(job.but(dry_run=True), options), self._route)
            if anyway.returncode == 0:
                return failure("pip", finished, kind=TOO_NEW)
        return failure("pip", finished, kind=self._kind(finished))

    def _kind(self, finished: Finished) -> str:
        """What it is that was not found: a distribution, a version of it, or a wheel of that."""
        name, specifiers = _not_found(finished)
        listed = attempt("pip", [*_pip("index"), "versions", "--pre", name], self._route) if name else None
        if listed is None or listed.returncode != 0:
            return NOT_FOUND
        _, found, rest = listed.stdout.partition("Available versions:")
        return NO_WHEEL if not found or _fits(rest.partition("\n")[0].split(","), specifiers) else NO_VERSION


def _not_found(finished: Finished) -> tuple[str, str]:
    """The distribution that pip has not found, and which versions of it would have done; "" if it says none."""
    import re

    output = finished.stderr + finished.stdout
    match = re.search(r"No matching distribution found for ([A-Za-z0-9._-]+)(?:\[.*?\])?([^\s;(]*)", output)
    return (match[1], match[2]) if match is not None else ("", "")


def _passed_over_others(finished: Finished) -> bool:
    """Whether what pip says that it has passed over, yanked or for another Python, was not asked for anyway."""
    import re

    passed = re.findall(r"Ignored the following [^:]*versions[^:]*: (.*)", finished.stderr + finished.stdout)
    versions = [each.split()[0] for line in passed for each in re.split("[,;]", line) if each.strip()]
    name, specifiers = _not_found(finished)
    return bool(name and versions) and not _fits(versions, specifiers)


def _fits(versions: Iterable[str], specifiers: str) -> bool:
    """Whether one of some versions is among those asked for; taken for granted where that cannot be told."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion

    try:
        return any(True for _ in SpecifierSet(specifiers, prereleases=True).filter(each.strip() for each in versions))
    except (InvalidSpecifier, InvalidVersion):
        return True


def _route(job: Job) -> Route:
    env = {**environment(), "PIP_ROOT_USER_ACTION": "ignore"}
    if not _config.get("index"):
        return Route(env)
    from load._install.private_routes import PipRoute

    return PipRoute(env, job.scratch)


def _without_progress(output: str) -> str:
    return "".join(line for line in output.splitlines(keepends=True) if not line.startswith("Progress "))


def _skipped(log: str) -> str:
    """The pages that pip could not fetch, which it only writes into its log; one that is not there is no failure."""
    try:
        with open(log, encoding="utf-8", errors="replace") as file:
            lines = [line.partition("Could not fetch URL ") for line in file]
    except OSError:  # pip did not come so far
        return ""
    told = dict.fromkeys(rest for _, found, rest in lines if found and "404 Client Error" not in rest)
    return "".join(f"failed to fetch: {each}" for each in told)


def _install_command(job: Job, options: Sequence[str]) -> list[str]:
    start = _pip("install", may_build=bool(job.build_all or job.built or _sources(job)))
    told = job.on_line is not None and installed_version("pip") >= _TELLS_PROGRESS
    command = [*start, "--no-compile", "--progress-bar", "raw" if told else "off", *_rules(job), *options]
    if job.folder is not None:
        command += ["--target", job.folder]
    for editable in job.editables:
        command += ["--editable", editable]
    if job.hashed:
        lines = [_as_pip_reads_it(line) for line in job.hashed]
        command += ["--require-hashes", "--requirement", scratch_file(job.scratch, "hashed.txt", lines)]
    return [*command, *given(job, "--requirement", list(map(_as_pip_reads_it, job.requirements)))]


def _sources(job: Job) -> tuple[str, ...]:
    """What an install builds without being told so: what was named itself, and was judged before. A look builds none.

    What it depends on is never among these; `--only-binary` would let pip build a direct reference there.
    """
    if job.dry_run:
        return ()
    return (*job.editables, *(each for each in job.requirements if _is_source(each)))


def _is_source(requirement: str) -> bool:
    """Whether it is a direct reference, and not on a wheel."""
    location = requirement.partition(" ; ")[0].rpartition(" @ ")[2]
    is_direct = " @ " in requirement or "://" in location or os.path.isabs(location)
    return is_direct and not location.partition("#")[0].partition("?")[0].strip().endswith(".whl")


def _as_pip_reads_it(requirement: str) -> str:
    """A requirement as this pip takes it: before 24.1, a named repository on this machine is not an address for it.

    Source: https://pip.pypa.io/en/stable/news/ (24.1: packaging 24.1)
    """
    name, at, url = requirement.partition(" @ ")
    if not (at and url.startswith("git+file:")) or installed_version("pip") >= _READS_FILE_ADDRESSES:
        return requirement
    return f"{url}{'&' if '#' in url else '#'}egg={name}"


def _rules(job: Job) -> list[str]:
    rules: list[str] = []
    if job.dry_run:  # a look at an environment that may not be written to is allowed
        rules += ["--dry-run", "--break-system-packages"]
    if job.constraints:
        rules += ["--constraint", scratch_file(job.scratch, "constraints.txt", job.constraints)]
    if not job.build_all:  # pip builds direct references all the same: `pip_without_builds` keeps it from that
        rules += ["--only-binary", ":all:"]
    if not job.dependencies:
        rules.append("--no-deps")
    if job.fresh:
        rules.append("--no-cache-dir")
    if _config.get("offline"):
        rules.append("--no-index")
    return rules


def _cooldown(job: Job) -> list[str]:
    if not _config.get("exclude_newer"):
        return []
    from load._install.upload_limit import options_of_pip

    return options_of_pip(job)


def _has_exempt_pins(job: Job) -> bool:
    if not (_config.get("exclude_newer") and job.requirements):
        return False
    from load._install.upload_limit import options_of_pip, pinned

    return bool(options_of_pip(job) and pinned(job.requirements))


def _pip(command: str, *, may_build: bool = False) -> list[str]:
    # -P keeps a pip.py in the working directory from being taken for pip.
    start = [interpreter(), "-P", *(("-m", "pip") if may_build else _guarded()), command]
    return [*start, "--disable-pip-version-check", "--no-input", "--no-color"]


def _guarded() -> tuple[str, ...]:
    """The start of pip that builds nothing: a file, or its text where `load` lies in an archive."""
    file = pip_without_builds.__file__
    if os.path.isfile(file):
        return (file,)
    return "-c", pip_without_builds.__loader__.get_source(pip_without_builds.__name__)  # type: ignore[union-attr]


def _changes(installed: Sequence[dict[str, Any]], job: Job, old: dict[str, str] | None = None) -> list[Change]:
    """The changes in the part of an installation report that tells them."""
    if old is None:
        old = {} if job.folder is not None else {name: each.version for name, each in visible().items()}
    changes = []
    for each in installed:
        name = normalize(each["metadata"]["name"])
        changes.append(Change(name, old.get(name), each["metadata"]["version"]))
    return sorted(changes, key=lambda change: change.name)


def _installed_anew(job: Job, results: Sequence[list[Change]]) -> list[Job]:
    """The calls that install anew what was there already and is to be."""
    changed = {change.name for result in results for change in result}
    names = [normalize(name) for name in job.reinstall if normalize(name) not in changed]
    there = visible() if names else {}
    hashed = [line for line in job.hashed if name_in(line) in names]
    held = {name_in(line) for line in hashed}
    pins = [f"{name}=={there[name].version}" for name in names if name in there and name not in held]
    alone = job.but(requirements=(), editables=(), constraints=(), hashed=(), dependencies=False)
    return [alone.but(requirements=pins)] * bool(pins) + [alone.but(hashed=hashed)] * bool(hashed)

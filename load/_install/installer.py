"""The way of an install: policy → consent → backend → refresh → verify → record.

Nothing is installed that the policy does not allow, nothing that is installed already is changed without a person's
yes, and what did not bring what was asked for is undone.
"""

from __future__ import annotations

import os
import sys
import time
from _thread import RLock

from load import _console, _events
from load._install import installed, overlay, refusal, target
from load._install.backends import choose
from load._install.failures import CONFLICT, NO_WHEEL, BackendError
from load._install.job import Job
from load._install.permission import Permission
from load._install.redact import redact
from load._install.scratch import Scratch
from load._names import normalize
from load.errors import InstallError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from load._caller import Caller
    from load._events import Change
    from load._install.job import Backend
    from load._install.policy import Need

_one_at_a_time = RLock()


class Outcome:
    """What an install led to.

    Attributes:
        changes: what changed; empty where all was there.
        folders: the folders in which what was asked for lies now.
    """

    __slots__ = ("changes", "folders")

    def __init__(self, changes: Sequence[Change], folders: Sequence[str]) -> None:
        self.changes = tuple(changes)
        self.folders = tuple(folders)


def install(
    needs: Sequence[Need], caller: Caller, *, importable: Callable[[str], bool], explicit: bool = False
) -> Outcome:
    """Install all that is needed, in one solve.

    Args:
        needs: what has to be there afterwards.
        caller: who asked.
        importable: whether an import name can be found now, without importing it.
        explicit: whether a person typed these names as an order to install them.

    Raises:
        InstallRefused: the policy or a person said no; nothing was changed.
        VersionConflict: something that is loaded stands in the way; nothing was changed.
        NotProvided: a distribution came without the import name; it was removed again.
        InstallError: the backend failed.
        BackendNotFound: there is none.
    """
    with _one_at_a_time:
        open_needs = [need for need in needs if not (need.module and _stands(need, importable))]
        if not open_needs:
            return Outcome((), ())
        _console.attach()
        try:
            return _Install(open_needs, caller, importable, explicit=explicit).carry_out()
        except BaseException as error:  # also where a person interrupts it: what was announced has ended
            _events.emit(_events.InstallFailed([need.requirement for need in open_needs], error))
            raise


def _stands(need: Need, importable: Callable[[str], bool]) -> bool:
    """Whether another thread has brought it meanwhile; a version asked for is checked by the backend."""
    return need.requirement == need.distribution and importable(need.module)


class _Install:
    """One install on its way."""

    def __init__(
        self, needs: Sequence[Need], caller: Caller, importable: Callable[[str], bool], *, explicit: bool
    ) -> None:
        self.needs = list(needs)
        self.importable = importable
        self.target = target.choose()
        self.visible = installed.visible()
        self.requirements = [need.requirement for need in needs]
        self.permission = Permission(needs, caller, self.target, explicit=explicit)

    def carry_out(self) -> Outcome:
        if self.target.is_overlay:
            key = overlay.request_key(self.requirements, installed.fingerprint(self.visible))
            found = overlay.find(key)
            if found is not None and self._reuse(key, found):
                return Outcome((), found)
        self.permission.apply_policy()
        backend = choose()
        with Scratch() as scratch:
            job = self._job(backend, scratch)
            if self.target.is_overlay:
                return self._into_overlay(backend, job, key)
            return self._into_environment(backend, job)

    # -- the job -----------------------------------------------------------------------------------------------------

    def _job(self, backend: Backend, scratch: str) -> Job:
        job = Job(
            [need.requirement for need in self.needs if not need.editable],
            editables=[need.requirement for need in self.needs if need.editable],
            constraints=installed.constraints(self.visible),
            scratch=scratch,
            on_line=_tell,
        )
        built = [need for need in self.needs if need.builds and not need.editable]
        if built:
            self.permission.ask((), backend)  # its name may only be told by its own build
            job = job.but(built=[self._name_of(need, backend, job) for need in built])
        for need in self.needs:
            if need.editable:
                self.permission.ask((), backend)
                if self.target.is_overlay:  # its own pin must not be looked for on an index
                    self._name_of(need, backend, job)
        return job

    def _name_of(self, need: Need, backend: Backend, job: Job) -> str:
        """The distribution's name of a source that does not say it."""
        if not need.distribution:
            alone = job.but(
                requirements=[need.requirement],
                editables=(),
                dependencies=False,
                build_all=True,
                dry_run=True,
            )
            fresh = alone.but(constraints=(), folder=os.path.join(job.scratch, "nowhere"))
            try:
                names = [change.name for change in backend.run(fresh) if change.new is not None]
            except BackendError as error:
                raise refusal.explained(error, [need]) from None
            if len(names) != 1:
                raise InstallError(
                    f"{need.asked!r} gives {len(names)} distributions, not one.", hint="name it: NAME @ …"
                )
            need.distribution = names[0]
        return need.distribution

    # -- into the environment ----------------------------------------------------------------------------------------

    def _into_environment(self, backend: Backend, job: Job) -> Outcome:
        if self.permission.is_open or any(need.is_direct for need in self.needs):
            plan, job = self._attempt(backend, job.but(dry_run=True))
            self._ask_about_sources(plan, backend)
            self.permission.ask(plan, backend)
            job = job.but(dry_run=False)
        path_files = _path_files(self.target.folder) if job.editables else ()
        started = self._announce(backend)
        changes, job = self._attempt(backend, job)
        self._refresh()
        if job.editables and self.target.folder:
            overlay.add_path_files(self.target.folder, set(_path_files(self.target.folder)).difference(path_files))
        self._verify(changes, lambda: self._undo(backend, changes))
        self._finish(changes, backend.name, started, sys.prefix)
        return Outcome(changes, [self.target.folder or ""])

    def _attempt(self, backend: Backend, job: Job) -> tuple[list[Change], Job]:
        """Do it; where wheels are lacking or something installed is in the way, do it as a person agrees to."""
        try:
            return backend.run(job), job
        except BackendError as error:
            if error.kind == NO_WHEEL and not job.build_all:
                job = self._with_builds(backend, job, error)
            elif error.kind == CONFLICT and job.constraints:
                job = self._with_replacements(backend, job, error)
            else:
                raise refusal.explained(error, self.needs) from None
        try:
            return backend.run(job), job
        except BackendError as error:
            raise refusal.explained(error, self.needs) from None

    def _with_builds(self, backend: Backend, job: Job, error: BackendError) -> Job:
        if not _console.person_is_there():
            raise refusal.no_wheel(self.needs, error) from None
        self.permission.ask((), backend, "there is no wheel, and building its source runs its code")
        return job.but(build_all=True)

    def _with_replacements(self, backend: Backend, job: Job, error: BackendError) -> Job:
        """Free what is installed but not loaded, show what would change, and have a person decide."""
        loaded = _loaded(self.visible)
        if self.target.is_overlay:
            raise refusal.overlay_conflict(self.needs, error) from None
        free = job.but(constraints=installed.constraints(loaded))
        try:
            changes = backend.run(free.but(dry_run=True))
        except BackendError as conflict:
            raise refusal.loaded_conflict(self.needs, loaded, conflict) from None
        replaced = [change for change in changes if change.is_replacement]
        if not _console.person_is_there():
            raise refusal.replacement(self.needs, replaced) from None
        self.permission.ask(changes, backend, "it changes what is installed: " + ", ".join(map(str, replaced)))
        return free

    def _ask_about_sources(self, plan: Sequence[Change], backend: Backend) -> None:
        """The same version from another source is another distribution: the constraints do not see that."""
        replaced = [change for change in plan if change.old is not None and change.new is not None]
        if not replaced:
            return
        if not _console.person_is_there():
            raise refusal.replacement(self.needs, replaced)
        self.permission.ask(plan, backend, "it changes what is installed: " + ", ".join(map(str, replaced)))

    def _undo(self, backend: Backend, changes: Iterable[Change]) -> None:
        added = [change.name for change in changes if change.old is None]
        if added:
            backend.remove(added)
        self._refresh()

    # -- into an overlay ---------------------------------------------------------------------------------------------

    def _reuse(self, key: str, folders: Sequence[str]) -> bool:
        """Activate overlays that answered this request before; False where they do not answer it any more."""
        for folder in folders:
            overlay.activate(folder)
        if all(self.importable(need.module) for need in self.needs if need.module):
            return True
        overlay.forget(key)
        return False

    def _into_overlay(self, backend: Backend, job: Job, key: str) -> Outcome:
        plan, job = self._attempt(backend, job.but(dry_run=True))
        lacking = overlay.lacking(plan, {name: each.version for name, each in self.visible.items()})
        replaced = [change for change in lacking if change.name in self.visible]
        if replaced:
            raise refusal.overlay_conflict(self.needs, None, replaced)
        self.permission.ask(lacking, backend)
        folder = overlay.folder_of([f"{change.name}=={change.new}" for change in lacking] + self._exact_sources())
        started = self._announce(backend)
        is_new = not os.path.isdir(folder)
        if is_new:
            self._build_overlay(backend, job, lacking, folder)
        overlay.activate(folder)
        self._verify(lacking, lambda: overlay.discard(folder) if is_new else None)
        overlay.remember(key, [folder])
        self._finish(lacking, backend.name, started, folder)
        return Outcome(lacking, [folder])

    def _exact_sources(self) -> list[str]:
        """What tells two overlays with the same pins apart: the sources that are no index."""
        return [need.requirement for need in self.needs if need.requirement != need.distribution and need.is_direct]

    def _build_overlay(self, backend: Backend, job: Job, lacking: Sequence[Change], folder: str) -> None:
        direct = {need.distribution: need for need in self.needs if need.is_direct}
        pins = [f"{change.name}=={change.new}" for change in lacking if change.name not in direct]
        pins += [need.requirement for need in direct.values() if not need.editable]
        part = f"{folder}.{os.getpid()}.part"
        os.makedirs(os.path.dirname(part), exist_ok=True)
        try:
            backend.run(job.but(requirements=pins, constraints=(), dependencies=False, folder=part, dry_run=False))
            os.makedirs(part, exist_ok=True)
            overlay.put_in_place(part, folder)
        except BaseException:
            overlay.discard(part)
            raise

    # -- afterwards --------------------------------------------------------------------------------------------------

    def _announce(self, backend: Backend) -> float:
        _events.emit(_events.InstallStarted(self.requirements, backend.name, self.target.name))
        return time.perf_counter()

    def _finish(self, changes: Sequence[Change], backend: str, started: float, folder: str) -> None:
        _events.emit(
            _events.InstallFinished(
                self.requirements,
                changes,
                backend=backend,
                target=folder,
                overlay=self.target.is_overlay,
                seconds=time.perf_counter() - started,
            )
        )

    def _refresh(self) -> None:
        import importlib

        importlib.invalidate_caches()

    def _verify(self, changes: Sequence[Change], undo: Callable[[], None]) -> None:
        """Each import name asked for must be there now; else all that came is undone."""
        missing = [need for need in self.needs if need.module and not self.importable(need.module)]
        if missing:
            provided = _provided(missing[0], changes)
            undo()
            raise refusal.not_provided(missing, provided)


def _provided(need: Need, changes: Sequence[Change]) -> list[str]:
    """The import names that the distribution installed for a need does bring."""
    came = {change.name for change in changes}
    distributions = [each for name, each in installed.visible().items() if name in came]
    own = [each for each in distributions if each.name == normalize(need.distribution)]
    return sorted({name for each in own for name in installed.import_names_of(each)})


def _tell(line: str) -> None:
    _events.emit(_events.InstallProgress(redact(line)))


def _path_files(folder: str | None) -> list[str]:
    return [name for name in os.listdir(folder) if name.endswith(".pth")] if folder else []


def _loaded(visible: dict[str, installed.Installed]) -> dict[str, installed.Installed]:
    """The distributions of which something is in `sys.modules`: these may not change under the running program."""
    roots = {name.partition(".")[0] for name in sys.modules}
    return {name: each for name, each in visible.items() if roots.intersection(installed.import_names_of(each))}

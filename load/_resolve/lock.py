"""Locking: what a process has loaded, or what scripts need, resolved and written down with its hashes (PEP 751)."""

from __future__ import annotations

import os

from load import _config
from load._imports.scripts.program import read_program
from load._install import installed, lock_file
from load._install.lock_text import Contents, is_for_one_platform, lock_text
from load._install.policy import Need, is_known
from load._names import normalize
from load._redact import redact
from load._resolve.lock_result import LockResult, changes_between
from load._resolve.lock_solving import resolve
from load._resolve.origins import INDEX, LOCAL, origin_of, provider
from load._resolve.wanted import OWN, Wanted, declared_need, import_names, take_installed
from load.errors import ConfigError, InstallRefused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from load._caller import Caller
    from load._install.lock_file import Locked, LockFile


__all__ = ["LockResult", "lock", "relock"]


def lock(
    scripts: Sequence[str],
    caller: Caller,
    path: str | None = None,
    *,
    upgrade: bool = False,
    upgrade_packages: Sequence[str] = (),
    allow: Sequence[str] = (),
) -> LockResult:
    """Write a lock of what scripts need, or without any of what this process has loaded.

    What the process has loaded is locked at the versions that are installed; for scripts the versions of the lock that
    is there are kept, and its other scripts stay in it. The same needs give the same bytes.

    Args:
        scripts: paths of scripts and notebooks; relative ones start beside the caller's file.
        caller: who asked.
        path: the file to write; that of the project by default.
        upgrade: whether to let all locked versions go.
        upgrade_packages: the distributions whose locked versions are let go.
        allow: unknown names, and sources that have to be built, that may be locked all the same.

    Raises:
        SourceError: a script cannot be read, or the lock cannot be written.
        ConfigError: there is nothing to lock, the lock that is there cannot be read, or is another tool's.
        InstallRefused: a name is unknown, or one slip away from a known one.
        InstallError: the backend could not resolve it. The lock that is there stays as it is, as with every error.
    """
    named = [os.path.abspath(os.path.join(caller.folder, script)) for script in scripts]
    work = _Locking(_destination(path, named, caller), upgrade=upgrade, upgrade_packages=upgrade_packages, allow=allow)
    if named:
        work.take_scripts(named)
        work.keep_requirements()
    else:
        work.take_loaded()
    work.keep_scripts()
    return work.carry_out()


def relock(
    path: str | None = None,
    *,
    upgrade: bool = False,
    upgrade_packages: Sequence[str] = (),
    allow: Sequence[str] = (),
) -> LockResult:
    """Write a lock anew from the scripts and requirements that it names itself; arguments and errors are as for `lock`.

    Raises:
        ConfigError: there is no lock, or it names nothing.
    """
    work = _Locking(
        os.path.abspath(path or lock_file.place()), upgrade=upgrade, upgrade_packages=upgrade_packages, allow=allow
    )
    work.keep_scripts()
    work.keep_requirements()
    if work.is_empty:
        fact = "names no scripts" if work.old is not None else "is not there"
        raise ConfigError(f"Nothing to lock: {work.path} {fact}.", hint="load lock SCRIPT", key="", origin=work.path)
    return work.carry_out()


def _destination(path: str | None, scripts: Sequence[str], caller: Caller) -> str:
    if path is not None:
        return os.path.abspath(os.path.join(caller.folder, path))
    places = list(dict.fromkeys(lock_file.place(os.path.dirname(script)) for script in scripts))
    if len(places) > 1:
        raise ConfigError(
            "The scripts belong to different projects, each of which has a lock of its own.",
            context=places,
            hint="lock them one after the other, or say where: load lock --output pylock.load.toml …",
            key="",
            origin="",
        )
    return os.path.abspath(places[0] if places else lock_file.place())


class _Locking:
    """One lock on its way."""

    def __init__(self, path: str, *, upgrade: bool, upgrade_packages: Sequence[str], allow: Sequence[str]) -> None:
        _check_name(path)
        self.path = path
        self.old = _own_lock(path)
        self._released = {normalize(name) for name in upgrade_packages}
        self._upgrade = upgrade
        self._allow = {*allow, *map(normalize, allow)}
        self._wanted = Wanted()
        self._scripts: list[str] = []
        self._requirements: list[str] = []
        self._pins: dict[str, list[str]] = {}
        self._notes: list[str] = []
        self._check_released()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was taken."""
        return not (self._scripts or self._requirements)

    # -- what is wanted ----------------------------------------------------------------------------------------------

    def take_scripts(self, paths: Iterable[str]) -> None:
        from load._resolve.programs import activate

        for path in paths:
            if path not in self._scripts:
                program = read_program(path)
                activate(path)
                self._wanted.add(program)
                self._scripts.append(path)
        for name, place in self._wanted.local.items():
            if not any(place.startswith(os.path.dirname(script) + os.sep) for script in self._scripts):
                self._note(f"{name} is not locked: it belongs to no distribution, and lies at {place}")

    def keep_scripts(self) -> None:
        """Take the scripts that the lock held already; one that is gone is left out."""
        old = self.old.scripts if self.old is not None else ()
        for path in old:
            if not os.path.isfile(path):
                self._note(f"{path} is not there any more, and left out")
        self.take_scripts(path for path in old if os.path.isfile(path))

    def keep_requirements(self) -> None:
        """Take what the lock held besides its scripts."""
        for text in self.old.requirements if self.old is not None else ():
            self._requirements.append(text)
            self._wanted.declared.append(declared_need(text))

    def take_loaded(self) -> None:
        """Take what this process has loaded, at the versions that are installed."""
        from load._resolve.info import info
        from load._resolve.install import need_of
        from load._resolve.presence import Missing

        visible = installed.visible()
        for entry in info():
            found = provider(entry.module, visible)
            if found is None or found.name == OWN:
                continue
            need = need_of(Missing(entry.name, entry.module))
            take_installed(need, found)
            self._wanted.needs.append(need)
            if origin_of(found).kind != LOCAL:  # a path of this machine is not a requirement for others
                self._requirements.append(need.requirement)
        self._requirements = sorted(set(self._requirements))
        if not self._wanted.needs:
            raise ConfigError(
                "Nothing was loaded through load yet, so that there is nothing to lock.",
                hint="lock at the end of the program, or name scripts: load.lock('script.py')",
                key="",
                origin=self.path,
            )
        self._pins = {
            name: [f"{name}=={each.version}"]
            for name, each in visible.items()
            if name != OWN and origin_of(each).kind == INDEX
        }

    def _note(self, text: str) -> None:
        if text not in self._notes:
            self._notes.append(text)

    # -- what may be locked ------------------------------------------------------------------------------------------

    def _refuse_unknown(self) -> None:
        """A lock vouches for its names: what stands in one is installed without a question."""
        held = {each.name for each in self.old.packages} if self.old is not None else set()
        agreed = self._allow | held
        refused: list[tuple[Need, str, str]] = []
        for need in self._wanted:
            if need.table == "installed" or need.trusted_source or {need.asked, need.distribution} & agreed:
                continue
            reason, because = _objection(need)
            if reason:
                refused.append((need, reason, because))
        if refused:
            raise self._refusal(refused)

    def _refusal(self, refused: Sequence[tuple[Need, str, str]]) -> InstallRefused:
        need, reason, because = refused[0]
        lines = [f"{each.asked}: {why}" for each, _, why in refused] if len(refused) > 1 else []
        allowed = " ".join(f"--allow {_quoted(each.asked)}" for each, _, _ in refused)
        what = f"{need.asked!r} was not locked: {because}." if not lines else f"{len(refused)} names were not locked."
        return InstallRefused(
            what,
            context=[*lines, "what a lock holds is installed without a question"],
            hint=f"if that is what you mean: load lock {self._named()} {allowed}",
            name=need.module or None,
            reason=reason,
        )

    def _named(self) -> str:
        return " ".join(_quoted(os.path.relpath(script)) for script in self._scripts)

    def _check_released(self) -> None:
        held = {each.name for each in self.old.packages} if self.old is not None else set()
        unknown = sorted(self._released - held)
        if unknown:
            fact = f"{self.path} does not hold it" if self.old is not None else f"{self.path} is not there"
            raise ConfigError(
                f"{', '.join(unknown)} cannot be upgraded: {fact}.",
                hint=_instead_of_upgrading(unknown[0], held) if self.old is not None else "load lock SCRIPT",
                key="upgrade-package",
                origin=self.path,
            )

    def carry_out(self) -> LockResult:
        """Resolve it, write it, and tell what came of it."""
        import tomllib

        from load._install.lock_reading import lock_of
        from load._resolve.replacing import replace_file

        self._refuse_unknown()
        pins = {**self._locked_pins(), **self._pins}
        lines = [line for each in pins.values() for line in each]
        # What is installed was meant; what another lock held is a preference.
        resolved = resolve(list(self._wanted), lines, preferred=not self._pins, allowed=self._allow)
        contents = Contents(self._modules(resolved), self._scripts, self._requirements)
        text = lock_text(resolved, contents, path=self.path)
        new = lock_of(tomllib.loads(text), self.path)
        data = text.encode("utf-8")
        if not _holds(self.path, data):
            replace_file(self.path, data)
        universal = not is_for_one_platform(resolved)
        return LockResult(new, changes=changes_between(self.old, new), universal=universal, notes=self._notes)

    def _locked_pins(self) -> dict[str, list[str]]:
        """The versions of the lock that is there, as far as they are kept and what is asked for admits them."""
        pins: dict[str, list[str]] = {}
        for each in self.old.packages if self.old is not None and not self._upgrade else ():
            if each.version and not each.direct and each.name not in self._released and self._admits(each):
                marker = f" ; {each.marker}" if each.marker else ""
                pins.setdefault(each.name, []).append(f"{each.name}=={each.version}{marker}")
        return pins

    def _admits(self, locked: Locked) -> bool:
        from packaging.requirements import Requirement

        asked = [need.requirement for need in self._wanted if need.distribution == locked.name and not need.is_direct]
        return all(Requirement(text).specifier.contains(locked.version, prereleases=True) for text in asked)

    def _modules(self, resolved: Mapping[str, Any]) -> dict[str, str]:
        """Import name → distribution for all that was asked for."""
        held: dict[str, Any] = {normalize(each["name"]): each for each in resolved.get("packages", [])}
        modules: dict[str, str] = {}
        for need in self._wanted:
            name = need.distribution or _name_in(held, need)
            if name in held:
                for module in [need.module] if need.module else import_names(name):
                    modules.setdefault(module, name)
        return modules


def _objection(need: Need) -> tuple[str, str]:
    """Why a need is not locked unless somebody says so: the word of `InstallRefused.reason`, and the same in words."""
    from load._names import near_known

    if need.builds:
        return "build", "its source is built to be locked, which runs its code"
    if is_known(need):
        return "", ""
    meant = near_known(need.module.partition(".")[0] or need.distribution)
    if meant is not None:
        return "near-miss", f"it is one slip away from the well-known {meant!r}"
    if _config.get("install") == "always":
        return "", ""
    return "unknown-name", f"load does not know the name {need.distribution!r}"


def _instead_of_upgrading(name: str, held: Iterable[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, sorted(held), n=1)
    return (
        f"did you mean: load lock --upgrade-package {close[0]}" if close else "load lock --upgrade lets all of them go"
    )


def _quoted(text: str) -> str:
    from shlex import quote

    return quote(text)


def _name_in(held: Mapping[str, Mapping[str, Any]], need: Need) -> str:
    """The distribution that came from the source of a need which does not say its name."""
    location = need.requirement.rpartition(" @ ")[2].removeprefix("git+")
    for name, package in held.items():
        source = package.get("vcs") or package.get("directory") or package.get("archive") or {}
        where = source.get("url") or source.get("path") or ""
        if where and redact(location).startswith(redact(where)):
            return name
    return ""


def _check_name(path: str) -> None:
    """PEP 751 says how a lock is called; uv and pip take no other."""
    name = os.path.basename(path)
    middle = name.removeprefix("pylock.").removesuffix(".toml")
    if name != "pylock.toml" and (f"pylock.{middle}.toml" != name or not middle or "." in middle):
        raise ConfigError(
            f"{name!r} is not a name of a lock: uv and pip would not read it.",
            hint="call it pylock.toml or pylock.NAME.toml",
            key="output",
            origin=path,
        )


def _own_lock(path: str) -> LockFile | None:
    """The lock that is there, or None; another tool's is not written over."""
    if not os.path.lexists(path):
        return None
    old = lock_file.read(path)
    if old.created_by != "load":
        raise ConfigError(
            f"The lock {path} was made by {old.created_by}, and is not written over.",
            hint="say where to write: load lock --output pylock.load.toml …",
            key="created-by",
            origin=path,
        )
    return old


def _holds(path: str, data: bytes) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read() == data
    except FileNotFoundError:
        return False

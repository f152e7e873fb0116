"""Freezing a script: its needs at the versions that it runs with here, written into its own block (PEP 723)."""

from __future__ import annotations

import os

from load._display import Told
from load._imports.scripts.program import read_program
from load._install import installed, lock_file
from load._names import normalize
from load._resolve.origins import INDEX, LOCAL, origin_of
from load._resolve.wanted import OWN, Wanted
from load.errors import ResolveError, SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from packaging.requirements import Requirement

    from load._caller import Caller
    from load._imports.scripts.program import Program
    from load._install.installed import Installed
    from load._install.lock_file import LockFile


class Frozen(Told):
    """What was written into a script.

    Attributes:
        path: the script, an absolute path.
        requires_python: the Pythons that its block admits.
        requirements: the dependencies of its block.
        changed: whether the file was changed; it is not where its block said all that already.
        notes: what the author should know, a sentence each.
    """

    __slots__ = ("changed", "notes", "path", "requirements", "requires_python")

    def __init__(
        self, path: str, requires_python: str, requirements: Sequence[str], *, changed: bool, notes: Sequence[str]
    ) -> None:
        self.path = path
        self.requires_python = requires_python
        self.requirements = tuple(requirements)
        self.changed = changed
        self.notes = tuple(notes)

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return {name: _plain(getattr(self, name)) for name in sorted(self.__slots__)}

    def __str__(self) -> str:
        head = f"Froze {self.path}" if self.changed else f"{self.path} was frozen already"
        lines = [f"{head}: Python {self.requires_python}, {_counted(self.requirements)}."]
        lines += [f"  {each}" for each in self.requirements]
        lines += [f"  note: {each}" for each in self.notes]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Frozen: {self.path}, {_counted(self.requirements)}>"


def _counted(requirements: Sequence[str]) -> str:
    return "1 dependency" if len(requirements) == 1 else f"{len(requirements)} dependencies"


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def freeze(script: str, caller: Caller, *, loose: bool = False) -> Frozen:
    """Write what a script needs into its block, so that `uv run SCRIPT` works on another machine.

    What it imports and what its block lists is pinned at what is installed here, else at what the project's lock
    holds. All of the file but the block keeps every byte.

    Args:
        script: path of a script or a notebook; a relative one starts beside the caller's file.
        caller: who asked.
        loose: whether later versions are admitted, too (`>=` in place of `==`).

    Raises:
        SourceError: the script cannot be read or written, its block is malformed, or it needs something that lies on
            this machine only. Nothing was changed.
        ResolveError: something that it needs is neither installed nor locked. Nothing was changed.
    """
    from load._resolve.programs import activate
    from load._resolve.replacing import replace_file

    program = read_program(os.path.join(caller.folder, script))
    activate(program.path)
    pins = _Pins(program, loose=loose)
    replaced, added = pins.replaced(), pins.added()
    requires = _requires_python(program)
    written = program.with_block(requires_python=requires, replaced=replaced, added=added)
    requirements = [*(replaced.get(each, each) for each in program.needs.dependencies or ()), *added]
    _check(program.path, written, requirements)
    if written != program.data:
        replace_file(program.path, written)
    return Frozen(program.path, requires, requirements, changed=written != program.data, notes=pins.notes)


def _check(path: str, written: bytes, requirements: Sequence[str]) -> None:
    """Read what is about to be written as another tool would."""
    from load._imports.scripts.program import Program

    again = Program(path, written).needs.dependencies
    if again != tuple(requirements):
        raise SourceError(
            f"The block of {path} could not be written in its place.",
            hint="remove what is left of a `# /// script` block there, and freeze it again",
        )


def _requires_python(program: Program) -> str:
    """What the block says, as far as it admits this Python; else this Python and later ones."""
    import sys
    from platform import python_version

    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    declared = program.needs.requires_python
    if declared is None:
        return f">={sys.version_info[0]}.{sys.version_info[1]}"
    try:
        admits = SpecifierSet(declared).contains(python_version(), prereleases=True)
    except InvalidSpecifier:
        raise SourceError(
            f"`requires-python` in the block of {program.path} cannot be read: {declared!r}.",
            hint="write it as >=3.11",
        ) from None
    if not admits:
        raise SourceError(
            f"The block of {program.path} is for Python {declared}, and this is {python_version()}.",
            hint="freeze it under a Python that it is for: what is installed here is for this one",
        )
    return declared


class _Pins:
    """The pins of one script."""

    def __init__(self, program: Program, *, loose: bool) -> None:
        self._program = program
        self._operator = ">=" if loose else "=="
        self._visible = installed.visible()
        self._lock = _lock_beside(program.path)
        self._wanted = Wanted()
        self._wanted.add(program)
        self.notes: list[str] = []
        for name, place in self._wanted.local.items():
            if not place.startswith(os.path.dirname(program.path) + os.sep):
                raise _only_here(name, place)

    def replaced(self) -> dict[str, str]:
        """The block's dependencies as they are written → with the versions that run here."""
        return {need.asked: self._repinned(need.asked) for need in self._wanted.declared}

    def added(self) -> list[str]:
        """What the block does not list yet."""
        pins = [self._pin_of(need.distribution, _extras(need.requirement), need.asked) for need in self._wanted.needs]
        listed = {need.distribution for need in self._wanted.declared}
        if self._program.uses_load and OWN not in listed:
            pins.append(self._own_pin())
        return sorted(dict.fromkeys(pins), key=str.lower)

    def _repinned(self, text: str) -> str:
        from packaging.requirements import Requirement

        old = Requirement(text)
        name = normalize(old.name)
        if name in self._names_with_sources():
            self.notes.append(f"{old.name} is left as it is: [tool.uv.sources] says where it comes from")
            return text
        if name not in self._visible and (self._lock is None or self._lock.package(name) is None):
            self.notes.append(f"{old.name} is left as it is: it is not installed here")
            return text
        marker = f" ; {old.marker}" if old.marker is not None else ""
        pinned = Requirement(self._pin_of(name, _extras(text), text) + marker)
        self._check_range(old, pinned)
        return text if _is_same(old, pinned) else str(pinned).replace("; ", " ; ") if pinned.url else str(pinned)

    def _check_range(self, old: Requirement, pinned: Requirement) -> None:
        """What the author excluded is not written over; what a freeze wrote before is."""
        own = all(each.operator in ("==", ">=") for each in old.specifier) and len(old.specifier) == 1
        version = next((each.version for each in pinned.specifier), None)
        if own or version is None or old.specifier.contains(version, prereleases=True):
            return
        raise SourceError(
            f"The block of {self._program.path} asks for {old}, and {version} is installed.",
            hint=f"install what it asks for (load install {str(old)!r}), or change the block",
        )

    def _names_with_sources(self) -> set[str]:
        uv = self._program.needs.tool.get("uv", {})
        sources = uv.get("sources", {}) if isinstance(uv, dict) else {}
        return {normalize(name) for name in sources} if isinstance(sources, dict) else set()

    def _pin_of(self, name: str, extras: str, asked: str) -> str:
        distribution = self._visible.get(name)
        if distribution is not None:
            return self._pin_of_installed(distribution, extras, asked)
        locked = self._lock.package(name) if self._lock is not None and name else None
        if locked is None:
            raise ResolveError(
                f"{asked!r} is neither installed nor locked, so that its version cannot be told.",
                hint=f"load run {self._program.path}, then freeze it",
                name=asked,
            )
        if locked.direct.startswith(("file:", "git+file:")):
            raise _only_here(name, locked.source)
        return f"{name}{extras} @ {locked.direct}" if locked.direct else self._at(name, extras, locked.version)

    def _pin_of_installed(self, distribution: Installed, extras: str, asked: str) -> str:
        origin = origin_of(distribution)
        if origin.kind == LOCAL and distribution.name == OWN:
            self.notes.append(f"{OWN} is installed from a folder here: elsewhere its version must be on an index")
        elif origin.kind == LOCAL:
            raise _only_here(asked, origin.reference)
        elif origin.kind != INDEX:
            return f"{distribution.name}{extras} @ {origin.reference}"
        return self._at(distribution.name, extras, distribution.version)

    def _own_pin(self) -> str:
        """`load` itself, which may run from a checkout that nobody installed."""
        import sys

        if OWN in self._visible:
            return self._pin_of_installed(self._visible[OWN], "", OWN)
        self.notes.append(f"{OWN} is not installed here: elsewhere its version must be on an index")
        return self._at(OWN, "", sys.modules["load"].__version__)

    def _at(self, name: str, extras: str, version: str) -> str:
        from packaging.version import Version

        # A label of this machine's own build (1.0+cu121) is on no index elsewhere; `==1.0` admits it as well.
        return f"{name}{extras}{self._operator}{Version(version).public}"


def _lock_beside(script: str) -> LockFile | None:
    path = lock_file.place(os.path.dirname(script))
    return lock_file.read(path) if os.path.isfile(path) else None


def _extras(requirement: str) -> str:
    """The extras of a requirement with their brackets, or ""."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        extras = sorted(Requirement(requirement).extras)
    except InvalidRequirement:  # a bare URL or a path has none
        return ""
    return f"[{','.join(extras)}]" if extras else ""


def _is_same(old: Requirement, new: Requirement) -> bool:
    """Whether two requirements say the same, however they are written."""
    return (normalize(old.name), old.extras, old.specifier, old.url, str(old.marker)) == (
        normalize(new.name),
        new.extras,
        new.specifier,
        new.url,
        str(new.marker),
    )


def _only_here(name: str, place: str) -> SourceError:
    return SourceError(
        f"{name!r} lies on this machine only, so that the script would not work on another: {place}.",
        hint="install it from an index or from a Git repository, or keep it beside the script",
    )

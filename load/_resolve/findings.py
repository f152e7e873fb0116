"""What would go wrong here, each thing as one line of fact and one thing to do."""

from __future__ import annotations

import os
import sys

from load import _config, _interpreter
from load._display import Told
from load._install import installed, intent, target
from load._resolve.wanted import OWN
from load._settings import SETTINGS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from load._install.installed import Installed

PROBLEM, NOTE = "problem", "note"
_LITTLE = 200_000_000  # bytes of free space, below which an install of a larger package fails


class Finding(Told):
    """One thing that would go wrong, or that is good to know.

    Attributes:
        severity: "problem" or "note".
        about: what it concerns, one word.
        fact: one line.
        advice: one thing to do.
    """

    __slots__ = ("about", "advice", "fact", "severity")

    def __init__(self, severity: str, about: str, fact: str, advice: str) -> None:
        self.severity = severity
        self.about = about
        self.fact = fact
        self.advice = advice

    def __repr__(self) -> str:
        return f"Finding({self.severity!r}, {self.about!r}, {self.fact!r})"

    def __str__(self) -> str:
        return f"{self.severity}: {' '.join(self.fact.splitlines())}\n  → {' '.join(self.advice.splitlines())}"

    def as_dict(self) -> dict[str, str]:
        """Its attributes by name."""
        return {name: getattr(self, name) for name in ("severity", "about", "fact", "advice")}


def checks() -> list[Callable[[], Iterator[Finding]]]:
    """All that is looked for without the network; each may raise a LoadError where the settings are wrong."""
    if not _interpreter.is_python():
        return [frozen, variables, changed_by_others]
    return [
        variables,
        cooldown,
        policy,
        changed_by_others,
        conflicts,
        cut_off,
        space,
        lock,
        damaged_overlays,
        command,
        programs,
    ]


def frozen() -> Iterator[Finding]:
    """A program that holds Python, and is none."""
    fact = f"{_interpreter.why_not_python()}: nothing is installed on demand, and what is missing stays missing"
    yield Finding(NOTE, "frozen", fact, "bundle what it needs where it is built, see docs/how-to/frozen.md")


# -- settings ----------------------------------------------------------------------------------------------------------


def variables() -> Iterator[Finding]:
    """Variables with a value that their setting cannot have; the error that reading them raises names one only."""
    for key, setting in SETTINGS.items():
        name = f"LOAD_{key.upper()}"
        value = setting.read(os.environ[name]) if name in os.environ else setting.default
        if not setting.valid(value):
            fact = f"{key} = {value!r} (from {name}) is not {setting.expected}."
            yield Finding(PROBLEM, "settings", fact, f"set {key} to {setting.expected}")


def cooldown() -> Iterator[Finding]:
    """A cooldown that cannot be held here; one that cannot be read is a ConfigError, as for an install."""
    from load._install.cooldown import unenforceable

    because = unenforceable()
    if because is not None:
        yield Finding(NOTE, "cooldown", f"{because}: names count as unknown", f"{_python()} -m pip install uv")


def policy() -> Iterator[Finding]:
    """Settings under which nothing, or only a lock, is installed."""
    mode, origin = _config.lookup("install")
    if mode == "never":
        yield Finding(
            NOTE, "policy", f"nothing is installed on demand: install = never (from {origin})", _other(origin)
        )
    offline, origin = _config.lookup("offline")
    if offline:
        yield Finding(NOTE, "policy", f"no index is asked: offline is on (from {origin})", _other(origin))


def _other(origin: str) -> str:
    return f"if that is not meant, change it in {origin}"


# -- what is installed -------------------------------------------------------------------------------------------------


def changed_by_others() -> Iterator[Finding]:
    """Other distributions that bring a folder `load/`, above all the one of that name on the package index."""
    own = os.path.dirname(os.path.abspath(_config.__file__))
    for each in installed.visible().values():
        if each.name != OWN and _brings_load(each):
            same = os.path.realpath(os.path.join(each.folder, "load")) == os.path.realpath(own)
            wrote = "has overwritten files of this load" if same else "can be imported in the place of this load"
            yield Finding(
                PROBLEM,
                "load",
                f"{each.name} {each.version} is another product with a folder load/, and {wrote}",
                f"{_python()} -m pip uninstall {each.name}, then {_python()} -m pip install --force-reinstall {OWN}",
            )


def _brings_load(distribution: Installed) -> bool:
    try:
        with open(os.path.join(distribution.metadata, "RECORD"), "rb") as file:
            text = file.read()
    except OSError:  # an older kind of metadata; its folder would be named by no record
        return distribution.name == "load"
    return (
        text.startswith((b"load/__init__.py,", b"load.py,")) or b"\nload/__init__.py," in text or b"\nload.py," in text
    )


def conflicts() -> Iterator[Finding]:
    """Requirements of installed distributions that what is installed does not meet, as `pip check` has them."""
    there = installed.visible()
    for each in sorted(there.values(), key=lambda each: each.name):
        for requirement in _requirements_of(each):
            yield from _unmet(each, requirement, there)


def _requirements_of(distribution: Installed) -> Iterator[str]:
    """The requirements that hold without extras; the file is read line by line, as parsing takes ten times as long."""
    try:
        with open(os.path.join(distribution.metadata, "METADATA"), encoding="utf-8", errors="replace") as file:
            for line in file:
                if line in ("\n", "\r\n"):
                    return
                key, _, value = line.partition(":")
                if key.lower() == "requires-dist" and "extra ==" not in value and "extra==" not in value:
                    yield value.strip()
    except OSError:
        return  # a distribution without metadata needs nothing that anybody could tell


def _unmet(distribution: Installed, text: str, there: Mapping[str, Installed]) -> Iterator[Finding]:
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.version import InvalidVersion

    try:
        requirement = Requirement(text)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            return
        present = there.get(installed.name_in(requirement.name))
        if present is not None and requirement.specifier.contains(present.version, prereleases=True):
            return
    except (InvalidRequirement, InvalidVersion):
        return  # what no tool can read, none can check
    state = f"{present.name} {present.version} is installed" if present is not None else "it is not installed"
    wanted = f"{requirement.name}{requirement.specifier}"
    fact = f"{distribution.name} {distribution.version} needs {wanted}, and {state}"
    yield Finding(PROBLEM, "conflict", fact, f"load install '{wanted}'")


def cut_off() -> Iterator[Finding]:
    """An install that a process began and did not end."""
    from load._install.turn import Busy, Turn

    goal = target.choose()
    if goal.is_overlay or not intent.is_there(goal):
        return
    try:
        with Turn(goal, patience=0):
            left = intent.read(goal)
    except Busy:
        yield Finding(NOTE, "install", f"a process installs into {goal.name} right now", "wait for its end")
        return
    if left is not None:
        what = ", ".join((*left.requirements, *left.editables)) or "something"
        fact = f"an install of {what} was cut off, and may be there in part"
        yield Finding(PROBLEM, "install", fact, "load something that is not there: the install is repaired first")


def lock() -> Iterator[Finding]:
    """A lock that cannot be used, or that is not what is installed."""
    from load._install import lock_file

    path = lock_file.find()
    mode, origin = _config.lookup("install")
    if path is None:
        if mode == "locked":
            fact = f"install = locked (from {origin}), and there is no lock {lock_file.place()}"
            yield Finding(PROBLEM, "lock", fact, "load lock SCRIPT")
        return
    lacking, other = lock_state(path)
    if lacking or other:
        fact = f"{path} is not what is installed: {len(lacking)} lacking, {len(other)} in another version"
        yield Finding(NOTE, "lock", fact, "load sync")


def lock_state(path: str) -> tuple[list[str], list[str]]:
    """The distributions of a lock that are not installed, and those that are in another version.

    Raises:
        ConfigError: the lock cannot be read, or is for another Python.
    """
    from load._install import lock_file

    there = installed.visible()
    lacking: list[str] = []
    other: list[str] = []
    for each in lock_file.read(path).applying():
        if each.name not in there:
            lacking.append(each.name)
        elif each.version not in ("", there[each.name].version):
            other.append(each.name)
    return lacking, other


# -- the machine -------------------------------------------------------------------------------------------------------


def space() -> Iterator[Finding]:
    """A cache that cannot be written to, and disks that are nearly full."""
    goal = target.choose()
    cache = _config.cache_folder()
    if not is_writable(cache):
        severity = PROBLEM if goal.is_overlay else NOTE
        yield Finding(severity, "cache", f"the cache {cache} cannot be written to", "set LOAD_CACHE_DIR=…")
        if goal.is_overlay:
            return  # how much room there is where nothing can be put says nothing
    for place in (goal.folder or cache,):
        free = free_space(place)
        if free < _LITTLE:
            from load._console.wording import size

            fact = f"only {size(free)} are free for installs, in {place}"
            yield Finding(PROBLEM, "disk", fact, "load cache prune, or make room otherwise")


def is_writable(folder: str) -> bool:
    """Whether a folder can be written to, or made; tried out, as not every file system says it beforehand."""
    from tempfile import mkdtemp

    place = _existing(folder)
    if not os.access(place, os.W_OK | os.X_OK):
        return False
    try:
        os.rmdir(mkdtemp(prefix=".load-", dir=place))
    except OSError:
        return False
    return True


def free_space(folder: str) -> int:
    """The bytes that are free where a folder lies, or would lie."""
    from shutil import disk_usage

    return disk_usage(_existing(folder)).free


def _existing(folder: str) -> str:
    """The folder, or the nearest above it that is there."""
    while not os.path.exists(folder) and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
    return folder


def damaged_overlays() -> Iterator[Finding]:
    """Overlays that a look tells to be damaged."""
    from load._install import overlay_cache

    damaged = [each for each in overlay_cache.overlays() if each.manifest is None]
    if damaged:
        count = "1 overlay has" if len(damaged) == 1 else f"{len(damaged)} overlays have"
        yield Finding(PROBLEM, "overlays", f"{count} no manifest", "load cache verify")


def command() -> Iterator[Finding]:
    """A command `load` on PATH that is not this one."""
    from shutil import which

    found = which("load")
    if found is None:
        yield Finding(NOTE, "PATH", "there is no command load on PATH", f"type {_python()} -m load")
    elif os.path.dirname(os.path.realpath(found)) not in _own_program_folders():
        fact = f"the command load on PATH is {found}, which is not of this Python"
        yield Finding(NOTE, "PATH", fact, f"type {_python()} -m load, or activate this environment")


def _own_program_folders() -> set[str]:
    from sysconfig import get_path

    return {os.path.realpath(folder) for folder in (get_path("scripts"), os.path.dirname(sys.executable))}


def programs() -> Iterator[Finding]:
    """Programs that are of use and not there."""
    from shutil import which

    if which("git") is None:
        yield Finding(NOTE, "git", "there is no git on PATH: gh: and git+ sources cannot be fetched", "install git")


def _python() -> str:
    return sys.executable if _interpreter.is_python() else "python"

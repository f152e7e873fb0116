"""What a distribution brings besides its modules, looked at before anything of it can run.

A wheel is a zip file that is unpacked into the environment: what it may put there is nearly everything. Looked for is
what takes effect without being imported, or takes the place of something else: what the interpreter reads at its
start, names of the standard library, files outside the environment, and whatever is there already.
Distributions that somebody vouches for (known names, `allow`, exact sources) are not looked at: some of them do such
things for good reasons.
"""

from __future__ import annotations

import os
import stat
import sys

from load._install import installed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from load._install.installed import Installed

_AT_START = ("sitecustomize", "usercustomize")
_CODE = (".py", ".pyc", ".so", ".pyd")
_PROGRAMS = ("python", "pip", "uv", "activate", "deactivate", "load")
_SCRIPTS = ("bin", "scripts")
_OUT_OF_LIBRARY = "../../"  # pip records the programs of a folder as those of a whole Python


class Danger:
    """One thing that a distribution would do to the environment.

    Attributes:
        distribution: its name.
        file: the file, relative to where packages lie.
        fact: what is wrong with it, in words.
        owner: the distribution whose file it takes the place of, or "".
    """

    __slots__ = ("distribution", "fact", "file", "owner")

    def __init__(self, distribution: str, file: str, fact: str, owner: str = "") -> None:
        self.distribution = distribution
        self.file = file
        self.fact = fact
        self.owner = owner

    def __str__(self) -> str:
        return f"{self.distribution}: {self.file!r} {self.fact}"


class Ground:
    """An environment that distributions are to go into, or have gone into.

    Args:
        folder: where its packages lie; None for an overlay, which holds nothing yet.
        prefix: the folder that nothing may lie outside of.
        there: the distributions in it.
    """

    def __init__(self, folder: str | None, prefix: str, there: Mapping[str, Installed]) -> None:
        self._folder = folder
        self._prefix = prefix
        self._owners: dict[str, str] = {}
        self._modules: dict[str, str] = {}
        for name, each in there.items():
            if folder is not None and os.path.realpath(each.folder) == os.path.realpath(folder):
                self._add(name, each)

    def _add(self, name: str, distribution: Installed) -> None:
        for file in (each.replace("\\", "/") for each in installed.files_of(distribution)):
            self._owners[os.path.normpath(os.path.join(distribution.folder, file))] = name
            module = _module(file)
            if module:
                self._modules[module] = name

    def owner_of(self, path: str) -> str:
        """The distribution that a file of the environment belongs to, or ""."""
        return self._owners.get(path, "")

    def has(self, path: str) -> bool:
        """Whether a file lies among the packages or programs already."""
        if self._folder is None or not os.path.lexists(path) or os.path.isdir(path):
            return False
        return _is_inside(path, self._folder) or os.path.basename(os.path.dirname(path)).lower() in _SCRIPTS

    def owner_of_module(self, file: str) -> str:
        """The distribution that has a top-level module which this file would be, too, or ""."""
        module = _module(file)
        return self._modules.get(module, "") if module else ""

    def places(self, file: str) -> Iterator[str]:
        """Where in the environment a file that was unpacked into a folder of its own could come to lie."""
        if self._folder is None:
            return
        top, _, rest = file.partition("/")
        if top.lower() in _SCRIPTS:
            yield os.path.join(self._prefix, "Scripts" if sys.platform == "win32" else "bin", rest)
        library, found, inside = file.partition("/site-packages/")
        if found and library.split("/")[0].lower() in ("lib", "lib64"):
            yield os.path.join(self._folder, inside)
        yield os.path.join(self._prefix, file)
        yield os.path.join(self._folder, file)


def _module(file: str) -> str:
    """The top-level module, no mere namespace, that a file is, or ""."""
    top, slash, rest = file.partition("/")
    if slash:
        return top if rest.partition(".")[0] == "__init__" and "/" not in rest else ""
    stem, dot, extension = top.partition(".")
    return stem if dot and f".{extension.rpartition('.')[2]}" in _CODE else ""


def dangers_aside(came: Sequence[Installed], stage: str, ground: Ground) -> list[Danger]:
    """What is wrong with distributions that were unpacked into a folder of their own.

    Args:
        came: as they lie there.
        stage: the folder.
        ground: where they are to go.
    """
    found: list[Danger] = []
    for distribution in came:
        for listed in installed.files_of(distribution):
            file = _as_unpacked(listed.replace("\\", "/"))
            path = os.path.normpath(os.path.join(stage, file))
            if not os.path.lexists(path) and not file.endswith(".pyc") and _is_inside(path, stage):
                found.append(Danger(distribution.name, listed, "is listed among its files, and was not unpacked"))
                continue
            danger = _wrong(distribution.name, file, path, stage) or _in_the_way(distribution.name, file, ground)
            if danger is not None:
                found.append(danger)
    return found


def _as_unpacked(file: str) -> str:
    rest = file.removeprefix(_OUT_OF_LIBRARY)
    return rest if rest.partition("/")[0].lower() in _SCRIPTS else file


def dangers_in_place(came: Sequence[Installed], prefix: str, before: Ground) -> list[Danger]:
    """What is wrong with distributions that lie in the environment already.

    Args:
        came: as they lie there.
        prefix: the folder that nothing may lie outside of.
        before: the environment as it was before they came.
    """
    found: list[Danger] = []
    for distribution in came:
        for file in (each.replace("\\", "/") for each in installed.files_of(distribution)):
            path = os.path.normpath(os.path.join(distribution.folder, file))
            owner = before.owner_of(path) or before.owner_of_module(file)
            danger = _wrong(distribution.name, file, path, prefix)
            if danger is None and owner and owner != distribution.name and ".dist-info/" not in file:
                danger = Danger(distribution.name, file, f"takes the place of what {owner} has", owner)
            if danger is not None:
                found.append(danger)
    return found


def _wrong(name: str, file: str, path: str, prefix: str) -> Danger | None:
    """What is wrong with a file wherever it goes."""
    fact = ""
    top, slash, _ = file.partition("/")
    stem = top.partition(".")[0]
    parts = file.split("/")
    if os.path.isabs(file) or not _is_inside(path, prefix):
        fact = "lies outside the environment"
    elif parts[-1].endswith(".pth"):
        fact = "takes effect at every start of Python"
    elif any(part.partition(".")[0] in _AT_START for part in parts):
        fact = "runs at every start of Python"
    elif stem in sys.stdlib_module_names and (slash or top.endswith(_CODE)):
        fact = "has the name of a module of the standard library"
    elif parts[-1] == "pyvenv.cfg":
        fact = "would change which Python the environment belongs to"
    elif len(parts) > 1 and parts[-2].lower() in _SCRIPTS and _is_program(parts):
        fact = "would take the place of a program of the environment"
    return Danger(name, file, fact) if fact else None


def _is_program(parts: Sequence[str]) -> bool:
    """Whether a script bears the name of one that every environment has."""
    if len(parts) > 2 and parts[0] != "..":  # a folder `bin` within a package is nobody's path
        return False
    return parts[-1].lower().partition(".")[0].rstrip("0123456789") in _PROGRAMS


def _in_the_way(name: str, file: str, ground: Ground) -> Danger | None:
    """Whether something is there already where a file would go."""
    for place in map(os.path.normpath, ground.places(file)):
        owner = ground.owner_of(place)
        if owner and owner != name:
            return Danger(name, file, f"belongs to {owner} already", owner)
        if not owner and ground.has(place):
            return Danger(name, file, "is there already, and belongs to no distribution")
    other = ground.owner_of_module(file)
    if other and other != name:
        return Danger(name, file, f"takes the place of a module of {other}", other)
    return None


def _is_inside(path: str, prefix: str) -> bool:
    prefix = os.path.normpath(prefix)
    return path == prefix or path.startswith(prefix.rstrip(os.sep) + os.sep)


def digest(distribution: Installed) -> str:
    """A digest of all files of a distribution that lie among the packages, whatever its record says of them.

    What an installer writes itself (the record, scripts, compiled code) is left out.
    """
    import hashlib

    whole = hashlib.sha256()
    for file in sorted(each.replace("\\", "/") for each in installed.files_of(distribution)):
        path = os.path.join(distribution.folder, file)
        is_own = ".dist-info/" not in file or file.endswith(("/METADATA", "/entry_points.txt"))
        if file.startswith("..") or file.endswith(".pyc") or not is_own or file.partition("/")[0] in _SCRIPTS:
            continue
        whole.update(f"{file}\0".encode())
        if os.path.isfile(path):
            with open(path, "rb") as stream:
                whole.update(hashlib.file_digest(stream, "sha256").digest())
    return whole.hexdigest()


def keep_to_own_files(distributions: Sequence[Installed], since: int) -> None:
    """Take from each record what did not come with its distribution: a backend removes whatever a record lists.

    Args:
        distributions: what came.
        since: when it began to come, in nanoseconds since the epoch, as the file system had it.
    """
    import csv

    for distribution in distributions:
        path = os.path.join(distribution.metadata, "RECORD")
        try:
            with open(path, encoding="utf-8", newline="") as file:
                rows = [row for row in csv.reader(file) if row]
        except OSError:  # nothing is listed, nothing is removed
            continue
        own = [row for row in rows if _came_since(os.path.join(distribution.folder, row[0]), since)]
        if len(own) < len(rows):
            with open(path, "w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(own)


def _came_since(path: str, since: int) -> bool:
    try:
        status = os.lstat(path)
    except OSError:  # code that is compiled when it is needed, say
        return True
    return not stat.S_ISDIR(status.st_mode) and status.st_ctime_ns > since


def disarm(distributions: Sequence[Installed]) -> None:
    """Take away what would run at the next start of Python, before the backend, which starts one, removes the rest.

    Only what lies among the packages: a record may list whatever it likes.
    """
    for distribution in distributions:
        for file in (each.replace("\\", "/") for each in installed.files_of(distribution)):
            parts = file.split("/")
            if ".." in parts or os.path.isabs(file):
                continue
            path = os.path.join(distribution.folder, file)
            at_start = parts[-1].endswith(".pth") or any(part.partition(".")[0] in _AT_START for part in parts)
            if at_start and os.path.isfile(path):
                os.remove(path)


class Programs:
    """The programs of an environment as they are now, to be put back where somebody's script takes their place.

    Args:
        prefix: the environment.
    """

    _LARGEST = 65_536  # bytes; the programs themselves are links, and installers do not write over those

    def __init__(self, prefix: str) -> None:
        self._kept: dict[str, tuple[bytes, int]] = {}
        folder = os.path.join(prefix, "Scripts" if sys.platform == "win32" else "bin")
        try:
            names = os.listdir(folder)
        except OSError:  # an environment without programs
            return
        for name in names:
            if name.lower().partition(".")[0].rstrip("0123456789") in _PROGRAMS:
                self._keep(os.path.join(folder, name))
        self._keep(os.path.join(prefix, "pyvenv.cfg"))

    def _keep(self, path: str) -> None:
        if os.path.isfile(path) and not os.path.islink(path) and os.path.getsize(path) <= self._LARGEST:
            with open(path, "rb") as file:
                self._kept[path] = file.read(), os.stat(path).st_mode

    def put_back(self) -> None:
        """Write those anew that are gone or changed."""
        for path, (content, mode) in self._kept.items():
            try:
                with open(path, "rb") as file:
                    is_same = file.read() == content
            except FileNotFoundError:
                is_same = False
            if not is_same:
                part = f"{path}.{os.getpid()}.part"
                with open(part, "wb") as file:
                    file.write(content)
                os.chmod(part, mode)
                os.replace(part, path)

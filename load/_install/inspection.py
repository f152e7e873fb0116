"""What a distribution brings besides its modules, looked at before anything of it can run.

A wheel is a zip file that is unpacked into the environment: what it may put there is nearly everything. Looked for is
what takes effect without being imported, or takes the place of something else: code that the interpreter runs at its
start, names of the standard library, files outside the environment, and files that other distributions own.
Distributions that somebody vouches for (known names, `allow`, exact sources) are not looked at: some of them do such
things for good reasons.
"""

from __future__ import annotations

import os
import sys

from load._install import installed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from load._install.installed import Installed

_AT_START = ("sitecustomize", "usercustomize")
_PROGRAMS = ("python", "pip", "uv", "activate", "load")


class Danger:
    """One thing that a distribution would do to the environment.

    Attributes:
        distribution: its name.
        file: the file, relative to where packages lie.
        fact: what is wrong with it, in words.
    """

    __slots__ = ("distribution", "fact", "file")

    def __init__(self, distribution: str, file: str, fact: str) -> None:
        self.distribution = distribution
        self.file = file
        self.fact = fact

    def __str__(self) -> str:
        return f"{self.distribution}: {self.file!r} {self.fact}"


def dangers(
    distributions: Sequence[Installed], *, prefix: str, owners: Mapping[str, str] | None = None, aside: bool = False
) -> list[Danger]:
    """What is wrong with distributions that were unpacked.

    Args:
        distributions: as they lie on disk.
        prefix: the folder that none of their files may lie outside of.
        owners: file in its place → the distribution that owns it already.
        aside: whether they were unpacked into a folder of their own, in which `bin` lies beside the packages.
    """
    found: list[Danger] = []
    for distribution in distributions:
        for file in installed.files_of(distribution):
            fact = _wrong(distribution, file.replace("\\", "/"), prefix, owners or {}, aside=aside)
            if fact:
                found.append(Danger(distribution.name, file, fact))
    return found


def _wrong(distribution: Installed, file: str, prefix: str, owners: Mapping[str, str], *, aside: bool) -> str:
    path = os.path.normpath(os.path.join(distribution.folder, file))
    if os.path.isabs(file) or not _is_inside(path, prefix):
        return "lies outside the environment"
    top, slash, _ = file.partition("/")
    stem = top.partition(".")[0]
    if stem in _AT_START and (slash or top.endswith((".py", ".so", ".pyd"))):
        return "runs at every start of Python"
    if file.endswith(".pth") and _runs_code(path):
        return "runs code at every start of Python"
    if stem in sys.stdlib_module_names and (slash or top.endswith((".py", ".so", ".pyd"))) and file[:2] != "..":
        return "has the name of a module of the standard library"
    return _takes_a_place(distribution, file, path, owners, aside=aside)


def _takes_a_place(distribution: Installed, file: str, path: str, owners: Mapping[str, str], *, aside: bool) -> str:
    folder, name = os.path.split(file)
    folder = os.path.basename(folder).lower()
    if folder in ("bin", "scripts") and (aside or file.startswith("..")):
        program = name.lower().removesuffix(".exe").rstrip("0123456789.")
        if program in _PROGRAMS:
            return "would take the place of a program of the environment"
    if name == "pyvenv.cfg":
        return "would change which Python the environment belongs to"
    owner = owners.get(file)
    if owner is not None and owner != distribution.name:
        return f"belongs to {owner} already"
    if file.startswith("..") and not os.path.exists(path):  # uv leaves out what would be written outside
        return "was to be written outside the folder of packages"
    return ""


def _is_inside(path: str, prefix: str) -> bool:
    prefix = os.path.normpath(prefix)
    return path == prefix or path.startswith(prefix.rstrip(os.sep) + os.sep)


def _runs_code(path: str) -> bool:
    """Whether a `.pth` file has a line that is executed (https://docs.python.org/3/library/site.html)."""
    try:
        with open(path, "rb") as file:
            return any(line.lstrip(b"\xef\xbb\xbf").startswith((b"import ", b"import\t")) for line in file)
    except OSError:
        return True  # what cannot be read now could hold anything later


def owners_of(distributions: Mapping[str, Installed]) -> dict[str, str]:
    """File → the distribution that has it in its record, for files that two could claim."""
    return {file: name for name, each in distributions.items() for file in _claimed(each)}


def _claimed(distribution: Installed) -> Iterator[str]:
    # Namespace packages share folders, never files; metadata lies in a folder of its own.
    return (file for file in installed.files_of(distribution) if ".dist-info/" not in file)


def disarm(distributions: Sequence[Installed]) -> None:
    """Take away what would run at the next start of Python, before the backend, which starts one, removes the rest."""
    for distribution in distributions:
        for file in installed.files_of(distribution):
            top = file.partition("/")[0].partition(".")[0]
            path = os.path.join(distribution.folder, file)
            if (file.endswith(".pth") or top in _AT_START) and os.path.isfile(path):
                os.remove(path)

"""What a lazy package's mapping says: submodules and their names, renamed names, references to anything else."""

from __future__ import annotations

import sys

from load._reference import Reference, absolute
from load.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import FrameType
    from typing import Any

    Target = str | tuple[str, str]  # as in `LazyPackage`


def namespace_of(package: object, frame: FrameType) -> dict[str, Any]:
    """The globals of a package that is declared from elsewhere, as by a function of its own.

    Raises:
        SourceError: there is no such package.
    """
    module = sys.modules.get(package) if isinstance(package, str) else None
    if module is None:
        raise SourceError(
            f"{package!r} is not a package that is being imported.",
            text=str(package),
            context=(f"declared in {frame.f_code.co_filename}:{frame.f_lineno}",),
            hint="the first argument is __name__ of the package",
        )
    return vars(module)


def targets_of(
    package: str, submodules: Iterable[str] | None, attributes: Mapping[str, Any], place: Callable[[], str]
) -> dict[str, Target]:
    """Name → what it leads to.

    Args:
        package: its import name.
        submodules: as for `attach`.
        attributes: as for `attach`.
        place: tells file and line of the declaration, for errors.

    Raises:
        SourceError: a name cannot be one, or stands for itself.
    """
    reader = _Reader(package, place)
    submodules = () if submodules is None else submodules
    if isinstance(submodules, str) or not hasattr(submodules, "__iter__") or hasattr(submodules, "items"):
        raise reader.error(submodules, "is not a list of submodules")
    if not hasattr(attributes, "items"):
        raise reader.error(attributes, "is not a mapping of submodules to names")
    for name in submodules:
        reader.take_submodule(name)
    for key, value in attributes.items():
        if isinstance(value, str):
            reader.take_reference(key, value)
        else:
            reader.take_names(key, value)
    reader.check_circles()
    return reader.targets


class _Reader:
    def __init__(self, package: str, place: Callable[[], str]) -> None:
        self.targets: dict[str, Target] = {}
        self._package = package
        self._place = place

    def take_submodule(self, name: str) -> None:
        name = self._checked(name)
        self.targets[name] = (f"{self._package}.{name}", "")

    def take_names(self, submodule: Any, names: Any) -> None:
        submodule = ".".join(map(self._checked, submodule.split(".") if isinstance(submodule, str) else (submodule,)))
        if not isinstance(names, (list, tuple, set, frozenset)):
            raise self.error(names, "are not names")
        for text in names:
            attribute, renamed, name = text.partition(" as ") if isinstance(text, str) else (text, "", "")
            attribute = self._checked(attribute)
            if renamed:
                self.targets[self._checked(name)] = (f"{self._package}.{submodule}", attribute)
            else:
                self.targets[attribute] = submodule

    def take_reference(self, name: str, text: str) -> None:
        name = self._checked(name)
        try:
            found = Reference.parse(absolute(text, self._package))
        except SourceError as error:
            error.context = (*error.context, f"declared in {self._place()}")
            raise
        self.targets[name] = (found.module, found.attribute)

    def check_circles(self) -> None:
        """A name of the package may stand for another one, but not, whatever the way, for itself."""
        others = {
            name: target[1].partition(".")[0]
            for name, target in self.targets.items()
            if not isinstance(target, str) and target[0] == self._package
        }
        for name, other in others.items():
            seen, each = {name}, other
            while each in others and each not in seen:
                seen.add(each)
                each = others[each]
            if each == name:
                raise self.error(name, "stands for itself")

    def _checked(self, name: object) -> str:
        """The name as Python knows it (PEP 3131)."""
        if not (isinstance(name, str) and name.isidentifier()):
            raise self.error(name, f"cannot be a name of the package {self._package!r}")
        if name.isascii():
            return name
        from unicodedata import normalize

        return normalize("NFKC", name)

    def error(self, what: object, fact: str) -> SourceError:
        """That something cannot be declared so."""
        return SourceError(
            f"{what!r} {fact}.",
            text=str(what),
            context=(f"declared in {self._place()}",),
            hint='write ["submodule"], {"submodule": ["name"]} or {"name": "package.module:attribute"}',
        )

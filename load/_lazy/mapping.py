"""What a lazy package's mapping says: submodules and their names, renamed names, references to anything else."""

from __future__ import annotations

from load._reference import Reference, absolute
from load.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Target = str | tuple[str, str]  # as in `LazyPackage`


def targets_of(
    package: str,
    submodules: Iterable[str],
    attributes: Mapping[str, str | Sequence[str]],
    place: Callable[[], str],
) -> dict[str, Target]:
    """Name → what it leads to.

    Args:
        package: its import name.
        submodules: as for `attach`.
        attributes: as for `attach`.
        place: tells file and line of the declaration, for errors.

    Raises:
        SourceError: a name cannot be one.
    """
    reader = _Reader(package, place)
    for name in submodules:
        reader.take_submodule(name)
    for key, value in attributes.items():
        if isinstance(value, str):
            reader.take_reference(key, value)
        else:
            reader.take_names(key, value)
    return reader.targets


class _Reader:
    def __init__(self, package: str, place: Callable[[], str]) -> None:
        self.targets: dict[str, Target] = {}
        self._package = package
        self._place = place

    def take_submodule(self, name: str) -> None:
        self._check(name)
        self.targets[name] = (f"{self._package}.{name}", "")

    def take_names(self, submodule: str, names: Sequence[str]) -> None:
        for part in submodule.split(".") if isinstance(submodule, str) else (submodule,):
            self._check(part)
        for text in names:
            attribute, _, name = text.partition(" as ") if isinstance(text, str) else (text, "", "")
            self._check(attribute)
            if name:
                self._check(name)
                self.targets[name] = (f"{self._package}.{submodule}", attribute)
            else:
                self.targets[attribute] = submodule

    def take_reference(self, name: str, text: str) -> None:
        self._check(name)
        try:
            found = Reference.parse(absolute(text, self._package))
        except SourceError as error:
            error.context = (*error.context, f"declared in {self._place()}")
            raise
        self.targets[name] = (found.module, found.attribute)

    def _check(self, name: object) -> None:
        if not (isinstance(name, str) and name.isidentifier()):
            raise SourceError(
                f"{name!r} cannot be a name of the package {self._package!r}.",
                text=str(name),
                context=(f"declared in {self._place()}",),
                hint='write {"submodule": ["name"]} or {"name": "package.module:attribute"}',
            )

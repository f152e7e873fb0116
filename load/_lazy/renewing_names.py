"""What names that stand for lazy things do when modules have run again: they stand for what these define now.

A reload finds them by the name of the method that leads here, and calls it; nothing else knows of it.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping
    from typing import Any, Protocol

    Undo = Callable[[], object]

    class Package(Protocol):
        """What there is of a `LazyPackage` for this."""

        namespace: dict[str, Any]
        _written: dict[str, Any]

        def target_of(self, name: str) -> tuple[str, str]: ...
        def get_again(self, name: str) -> None: ...


def renew_names(bound: Mapping[tuple[str, str], str], past: Mapping[str, Mapping[str, Any]]) -> Undo | None:
    """Have names that were declared as handles on objects, and have been used, stand for what these are now.

    Args:
        bound: module and name → what it was declared to be.
        past: the names of the modules that have run again, as they were.

    Returns:
        What undoes it; None where nothing was done.
    """
    before: list[tuple[dict[str, Any], str, Any]] = []
    for (declaring, name), text in list(bound.items()):
        module, _, attribute = text.partition(":")
        names = getattr(sys.modules.get(declaring), "__dict__", None)
        old = past.get(module, {}).get(attribute, _NOWHERE)
        if type(names) is not dict or names.get(name) is not old:
            continue
        new = sys.modules[module].__dict__.get(attribute, old)
        if new is not old:
            before.append((names, name, old))
            names[name] = new
    if not before:
        return None

    def undo() -> None:
        for names, name, old in before:
            names[name] = old

    return undo


_NOWHERE: Any = object()


def renew_package(package: Package, touched: Container[str], successors: Mapping[int, Any]) -> Undo | None:
    """Have the names of a lazy package that were used lead to what there is now.

    Args:
        package: the package.
        touched: as for `renew_object`.
        successors: as for `renew_object`.

    Returns:
        What undoes it; None where nothing was done.
    """
    names, written = package.namespace, package._written
    before: dict[str, Any] = {}
    for name, value in list(written.items()):
        if names.get(name) is not value and id(value) not in successors:
            continue  # somebody has bound another thing
        if package.target_of(name)[0] in touched or id(value) in successors:
            before[name] = value
            package.get_again(name)
    if not before:
        return None

    def undo() -> None:
        names.update(before)
        written.update(before)

    return undo

"""Exports that others need: loaded before these, in an order that suits all."""

from __future__ import annotations

from load.errors import RegistryError
from load.exports._table import TABLE, record_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from load.exports._declared import Declared


def in_order(names: Iterable[str]) -> list[str]:
    """Exports with all exports that they depend on, each after those that it depends on.

    What is not an export is left out: the package itself imports it.

    Args:
        names: what they are registered as.

    Raises:
        RegistryError: some depend on themselves; the error shows the circle.
    """
    ordered: dict[str, None] = {}
    for name in names:
        _visit(name, (), ordered)
    return list(ordered)


def _visit(name: str, path: tuple[str, ...], ordered: dict[str, None]) -> None:
    record = record_of(TABLE.get(name))
    if record is None or name in ordered:
        return
    if name in path:
        circle = (*path[path.index(name) :], name)
        raise RegistryError(
            f"The export {name!r} depends on itself.",
            context=(" → ".join(circle),),
            hint=f"take {circle[1]!r} out of the dependencies of {name!r}, or one further on",
        )
    for each in record.dependencies:
        _visit(each, (*path, name), ordered)
    ordered[name] = None


def load_dependencies(record: Declared) -> None:
    """Load the exports that one depends on.

    Raises:
        RegistryError: it depends on itself.
        Exception: what keeps one of them from coming.
    """
    from load._lazy.handle import materialize

    for name in in_order([*record.dependencies, record.name]):
        if name != record.name:
            materialize(TABLE.get(name))

"""Registries that are given back as they were: for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from load.registry._whole import restore, state_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from load.registry._storage import Storage

R = TypeVar("R")


class Isolated(Generic[R]):
    """A registry, or a namespace of them, for a `with`; a registry is the same object afterwards, as code may hold it.

    Args:
        held: what is given back; it may be entered again inside, by the same object.
        named: the registries by their names, in a dictionary of the moment.
        put: takes such a dictionary, and has the registries be those.
    """

    def __init__(
        self,
        held: R,
        named: Callable[[], dict[str, Storage[Any, Any]]],
        put: Callable[[dict[str, Any]], object],
    ) -> None:
        self._held = held
        self._named = named
        self._put = put
        self._before: list[list[tuple[str, Storage[Any, Any], dict[str, Any]]]] = []

    def __enter__(self) -> R:
        self._before.append([(name, each, state_of(each)) for name, each in self._named().items()])
        return self._held

    def __exit__(self, *_: object) -> None:
        before = self._before.pop()
        self._put({name: registry for name, registry, _ in before})
        for _name, registry, state in before:
            restore(registry, state)

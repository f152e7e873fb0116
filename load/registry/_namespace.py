"""Registries by their names."""

from load.registry._registry import Registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


class Namespace(dict["str", "Registry[Any, Any]"]):
    """Registries by their names; one that is not there yet is made when it is named.

    Args:
        strict: a name that is not there is an error; `create` makes registries.
        registry_factory: makes a registry of a name, such as a subclass of `Registry`.
    """

    __slots__ = ("__weakref__", "_factory", "_strict")

    def __init__(
        self, *, strict: bool = False, registry_factory: "Callable[..., Registry[Any, Any]] | None" = None
    ) -> None:
        super().__init__()
        self._strict = strict
        self._factory = Registry if registry_factory is None else registry_factory

    def __missing__(self, name: str) -> "Registry[Any, Any]":
        if self._strict:
            return self.require(name)
        return self.setdefault(name, self._made(name))

    def _made(self, name: str, **options: "Any") -> "Registry[Any, Any]":
        if not isinstance(name, str):
            raise TypeError(f"the name of a registry is text, not {type(name).__name__!r}")
        return self._factory(name, **options)

    def __setitem__(self, name: str, registry: "Registry[Any, Any]") -> None:
        if not issubclass(type(registry), Registry):
            from load.errors import RegistryTypeError

            raise RegistryTypeError(
                f"A namespace holds registries: {name!r} cannot be a {type(registry).__name__}.",
                hint=f"register it in one: namespace[{name!r}].register(key, value)",
            )
        super().__setitem__(name, registry)

    def create(self, name: str, **options: "Any") -> "Registry[Any, Any]":
        """Make a registry.

        Args:
            name: its name.
            options: as for `Registry`, or whatever `registry_factory` takes.

        Raises:
            RegistryError: there is one of that name.
        """
        made = self._made(name, **options)
        if self.setdefault(name, made) is not made:
            from load.errors import RegistryError

            raise RegistryError(
                f"There is a registry {name!r} already.", hint=f"use namespace[{name!r}], or choose another name"
            )
        return made

    def require(self, name: str) -> "Registry[Any, Any]":
        """A registry that has to be there.

        Raises:
            RegistryError: it is not.
        """
        found = self.get(name)
        if found is None:
            from load.registry._failing import unknown

            raise unknown(name, "the namespace", list(self), f"create({name!r})")
        return found

    def isolated(self) -> "_Isolated":
        """For tests: what is registered, replaced or taken out in the `with` is undone after it."""
        return _Isolated(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.values()))})"


class _Isolated:
    """A namespace that is given back as it was; a registry is the same object afterwards, as code may hold it."""

    def __init__(self, namespace: Namespace) -> None:
        self._namespace = namespace
        self._before: list[tuple[str, Registry[Any, Any], Mapping[str, Any]]] = []

    def __enter__(self) -> Namespace:
        self._before = [(name, each, each._snapshot()) for name, each in self._namespace.items()]
        return self._namespace

    def __exit__(self, *_: object) -> None:
        self._namespace.clear()
        for name, registry, snapshot in self._before:
            dict.__setitem__(self._namespace, name, registry)
            registry._restore(snapshot)


NAMESPACE = Namespace()

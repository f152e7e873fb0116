"""Registries by their names."""

from load.registry._registry import Registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from typing import Any, Self

    from load._picture import Picture


class Namespace(dict["str", "Registry[Any, Any]"]):
    """Registries by their names; one that does not exist yet is made when it is named.

    Args:
        strict: a name that does not exist is an error; `create` makes registries.
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
        return super().setdefault(name, self._made(name))  # one, if several threads name it at the same time

    def _made(self, name: str, **options: "Any") -> "Registry[Any, Any]":
        if not isinstance(name, str):
            raise TypeError(f"the name of a registry is text, not {type(name).__name__!r}")
        return self._factory(name, **options)

    def __setitem__(self, name: str, registry: "Registry[Any, Any]") -> None:
        super().__setitem__(name, self._taken(name, registry))

    @staticmethod
    def _taken(name: str, registry: object) -> "Registry[Any, Any]":
        """What may be put in.

        Raises:
            RegistryTypeError: anything but a registry.
        """
        if not issubclass(type(registry), Registry):
            from load.errors import RegistryTypeError

            raise RegistryTypeError(
                f"A namespace holds registries: {name!r} cannot be a {type(registry).__name__}.",
                hint=f"register it in one: namespace[{name!r}].register(key, value)",
            )
        return registry  # type: ignore[return-value]

    def update(  # type: ignore[override]
        self,
        registries: "Mapping[str, Registry[Any, Any]] | Iterable[tuple[str, Registry[Any, Any]]]" = (),
        /,
        **named: "Registry[Any, Any]",
    ) -> None:
        """Put in registries: all or, where one of them is none, none.

        Args:
            registries: a mapping of names to registries, or pairs.
            named: more registries, by name.

        Raises:
            RegistryTypeError: it is none.
        """
        given = dict(registries, **named)
        super().update({name: self._taken(name, each) for name, each in given.items()})

    def __ior__(self, registries: "Any") -> "Self":  # type: ignore[override,misc]
        self.update(registries)
        return self

    def setdefault(self, name: str, registry: "Registry[Any, Any] | None" = None, /) -> "Registry[Any, Any]":
        """The registry of a name, which is put in, or made, if there is none.

        Args:
            name: its name.
            registry: is put in where there is none; a new one where None.

        Raises:
            RegistryTypeError: it is not a registry.
        """
        made = self._made(name) if registry is None else self._taken(name, registry)
        return super().setdefault(name, made)

    def copy(self) -> "Self":
        """Another namespace with the same registries."""
        import copy

        return copy.copy(self)

    def create(self, name: str, **options: "Any") -> "Registry[Any, Any]":
        """Make a registry.

        Args:
            name: its name.
            options: as for `Registry`, or whatever `registry_factory` takes.

        Raises:
            RegistryError: there is one of that name.
        """
        made = self._made(name, **options)
        if super().setdefault(name, made) is not made:
            from load.errors import RegistryError

            raise RegistryError(
                f"There is a registry {name!r} already.", hint=f"use namespace[{name!r}], or choose another name"
            )
        return made

    def require(self, name: str) -> "Registry[Any, Any]":
        """Get a registry that must exist.

        Args:
            name: its name.

        Raises:
            RegistryError: it is not.
        """
        found = self.get(name)
        if found is None:
            from load.registry._failing import unknown

            raise unknown(name, "the namespace", list(self), f"create({name!r})")
        return found

    def isolated(self) -> "AbstractContextManager[Self]":
        """For tests: what is registered, replaced, taken out or frozen in the `with` is undone after it.

        What is loaded in it is loaded anew when it is asked for again.
        """
        from load.registry._isolated import Isolated

        def put(registries: "dict[str, Registry[Any, Any]]") -> None:
            self.clear()
            self.update(registries)

        return Isolated(self, lambda: dict(self), put)

    def _picture(self) -> "Picture":
        from load.registry._showing import picture_of_all

        return picture_of_all(self)

    def _repr_html_(self) -> str:
        from load._display import html_of

        return html_of(self._picture())

    def __rich_console__(self, console: "Any", options: "Any") -> "Iterator[Any]":
        from load._display import drawn

        return drawn(self._picture(), console, options)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.values()))})"


NAMESPACE = Namespace()

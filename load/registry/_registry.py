"""A registry: a lazy dictionary with a name, which nobody fills twice by accident."""

import sys

from load.registry._entries import ITSELF, origin_of, raw_of
from load.registry._mapping import LazyImportDict
from load.registry._storage import GUARD, NOTHING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from contextlib import AbstractContextManager
    from types import UnionType
    from typing import Any, Self, TypeVar, overload

    from typing_extensions import TypeVar as TypeVarWithDefault

    from load._reference import Reference
    from load.registry._entries import Origin, Raw
    from load.registry._mapping import Registrable
    from load.registry._storage import More

    K = TypeVarWithDefault("K", default=str)
    V = TypeVarWithDefault("V", default=Any)
    T = TypeVar("T")


class Registry(LazyImportDict["K", "V"]):
    """A named registry of things that are imported, or made, when somebody asks for them.

    Registering the same thing again, as a notebook cell that runs twice or a reloaded module does, replaces the entry.
    A different thing under a key that is taken is refused, unless `override` says otherwise.

    Args:
        name: what errors call it.
        base: a class, several, or a union of them. A value that is a class must be a subclass of it, any other
            value an instance.
        override: allow a key to be registered again with a different thing.
        eager_load: import everything at once when it is registered.
        resolve: gives the object that a `Reference` names; the import alone where None. With `load.resolve`, what is
            not there may be installed, as the policy says.

    Attributes:
        name: as given.
        eager_load: as given; whether what is registered from now on is imported at once.

    Raises:
        RegistryTypeError: values cannot be checked with `base`; or entries were given in place of the name.
    """

    __slots__ = ("_base", "_frozen", "_groups", "_override", "name")

    def __init__(
        self,
        name: str,
        *,
        base: "type | UnionType | tuple[type | UnionType, ...] | None" = None,
        override: bool = False,
        eager_load: bool = False,
        resolve: "Callable[[Reference], Any] | None" = None,
    ) -> None:
        self._set_up(name=name, base=base, override=override, eager_load=eager_load, resolve=resolve)

    def _set_up(self, *, name: "Any", base: "Any", override: bool, **more: "Any") -> None:  # type: ignore[override]
        super()._set_up(**more)
        if isinstance(name, dict):
            from load.registry._refusing import entries_for_name

            raise entries_for_name()
        if base is not None:
            from load.registry._refusing import bases_of

            base = bases_of(base)
        self.name: str = name
        self._base: tuple[type, ...] | None = base
        self._override = override
        self._frozen = False
        self._groups: list[str] = []  # of entry points, which were not read yet

    # -- registering ---------------------------------------------------------------------------------------------------

    if TYPE_CHECKING:

        @overload
        def register(
            self,
            key: K,
            *,
            is_instance: bool = ...,
            eager_load: bool = ...,
            metadata: Mapping[str, Any] | None = ...,
            aliases: Iterable[K] = ...,
            override: bool = ...,
        ) -> Callable[[T], T]: ...
        @overload
        def register(
            self,
            key: K,
            value: Registrable[V],
            *,
            is_instance: bool = ...,
            eager_load: bool = ...,
            metadata: Mapping[str, Any] | None = ...,
            aliases: Iterable[K] = ...,
            override: bool = ...,
        ) -> None: ...

    def register(
        self,
        key: "K",
        value: "Any" = NOTHING,
        *,
        is_instance: bool = False,
        eager_load: bool = False,
        metadata: "Mapping[str, Any] | None" = None,
        aliases: "Iterable[K]" = (),
        override: bool = False,
    ) -> "Any":
        """Register a value: as a call, or as a decorator.

        Args:
            key: what it is looked up by.
            value: an import string, a tuple of them, an entry point, a function that is called once for the value, or
                the value itself (a class, and all else); without it, what is decorated is the value.
            is_instance: it is the value itself, also if it is text or a function.
            eager_load: load it at once.
            metadata: facts about it, for `metadata(key)`.
            aliases: further keys that it can be looked up by.
            override: replace whatever has the key; an alias of that name then stands only for this.

        Raises:
            RegistryError: the key, or an alias, stands for another thing; or the registry is frozen.
            RegistryTypeError: aliases, metadata, or the value are of a wrong kind; it decorates without a key.
            SourceError: text that is not an import string.
            ImportError: it is to be loaded at once, and cannot be.
        """
        origin = origin_of(sys._getframe(1))
        more: More | None = None
        if aliases or metadata is not None:
            from load.registry._refusing import words_and_facts

            more = words_and_facts(key, aliases, metadata)
        if value is NOTHING:
            return self._decorator(sys._getframe(1), key, override=override, more=more)
        raw, loaded = (ITSELF, value) if is_instance else raw_of(value, is_recipe=True)
        self._put(key, raw, loaded, origin, eager=eager_load or self.eager_load, override=override, more=more)
        return None

    def _check(
        self,
        key: "K",
        raw: "Raw",
        loaded: "Any",
        origin: "Origin | str",
        override: bool = False,
        more: "More | None" = None,
    ) -> "Origin | str | None":
        if raw is ITSELF and self._base is not None:
            self._verify(key, loaded, origin)
        if more is None and not (self._frozen or key in self._raw or key in self._aliases):
            return None
        from load.registry import _refusing

        seen = _refusing.check(self, key, raw, loaded, origin, override or self._override)
        if more is not None:
            _refusing.check_words(self, key, more[0], override or self._override)
        return seen

    def _check_all(
        self,
        raws: "dict[K, Raw]",
        values: "dict[K, Any]",
        origins: "dict[K, Origin | str]",
        more: "dict[K, More]",
    ) -> "dict[K, Origin | str]":
        from load.registry._refusing import check_all

        return check_all(self, raws, values, origins, more, self._override)

    def _is_free(self, key: "K", override: bool, more: "More | None") -> bool:
        if self._frozen:
            return False
        may_claim = override or self._override
        return (may_claim or key not in self._aliases) and (more is None or self._are_words(key, more[0], may_claim))

    def _are_words(self, key: "K", words: "Iterable[K]", may_claim: bool) -> bool:
        """Whether these can be aliases of a key."""
        return all(
            (word not in self._raw or word in self._found) and (may_claim or self._aliases.get(word, key) == key)
            for word in words
        )

    def _are_free(self, raws: "dict[K, Raw]", more: "dict[K, More]") -> bool:
        if self._frozen or not (self._override or self._aliases.keys().isdisjoint(raws)):
            return False
        return all(self._are_words(key, words, self._override) for key, (words, _) in more.items())

    def load_entry_points(self, group: str) -> None:
        """Register the entry points of a group, as installed distributions declare them.

        They are read once, when somebody looks into the registry; what is registered by hand takes precedence.

        Args:
            group: its name, as in `[project.entry-points."myapp.plugins"]`.
        """
        self._check_open()
        with GUARD:
            self._groups.append(group)

    def freeze(self) -> None:
        """Refuse any further change; what is registered can still be loaded."""
        self._frozen = True

    def _check_open(self) -> None:
        if self._frozen:
            from load.registry._refusing import frozen

            raise frozen(self._named())

    def _taken_out(self, key: "K", only: "Origin | str | None" = None) -> bool:
        with GUARD:
            return not self._frozen and super()._taken_out(key, only)

    # -- looking up ----------------------------------------------------------------------------------------------------

    def create(self, key: "K", /, *args: "Any", **kwargs: "Any") -> "Any":
        """Call what is registered: `registry["bert"](...)`.

        Args:
            key: the key, or an alias.
            args: for the call.
            kwargs: for the call.

        Returns:
            What the call returns.

        Raises:
            RegistryError: the key is not there, or what is there cannot be called.
        """
        value: Any = self[key]
        if not callable(value):
            from load.errors import RegistryTypeError

            raise RegistryTypeError(
                f"{key!r} of {self._named()} cannot be called: it is of type {type(value).__name__}.",
                context=(f"registered in {self.registered_in(key)}",),
                hint=f"use registry[{key!r}] itself",
            )
        return value(*args, **kwargs)

    def metadata(self, key: "K") -> "dict[str, Any]":
        """The metadata that was given with an entry; nothing is loaded.

        Args:
            key: the key, or an alias.

        Raises:
            RegistryError: the key is not there.
        """
        return dict(self._metadata.get(self._key(key), {}))

    def aliases(self, key: "K") -> "tuple[K, ...]":
        """The further keys that an entry can be looked up by.

        Args:
            key: the key, or one of its aliases.

        Raises:
            RegistryError: the key is not there.
        """
        return self._words.get(self._key(key), ())

    def _table(self) -> "dict[K, Raw]":
        if self._groups:
            from load.registry._entry_points import read_into

            read_into(self)
        return self._raw

    def _unknown(self, key: "K") -> Exception:
        from load.registry._failing import unknown

        return unknown(key, self._named(), [*self._raw, *self._aliases], "register(…) it")

    def _verify(self, key: "K", value: object, origin: "Origin | str") -> None:
        base = self._base
        if base is None or (issubclass(value, base) if isinstance(value, type) else isinstance(value, base)):
            return
        from load.registry._refusing import not_of_base

        raise not_of_base(key, value, base, self._named(), origin)

    # -- as a whole ----------------------------------------------------------------------------------------------------

    def isolated(self) -> "AbstractContextManager[Self]":
        """For tests: what is registered, replaced, taken out or frozen in the `with` is undone after it.

        What is loaded in it is loaded anew when it is asked for again.
        """
        from load.registry._isolated import Isolated

        return Isolated(self, lambda: {self.name: self}, lambda _: None)

    def _named(self) -> str:
        return f"the registry {self.name!r}"

    def __repr__(self) -> str:
        from load.registry._whole import listed

        return f"{type(self).__name__}({self.name!r}, {listed(self)})"

    def _arguments(self) -> "dict[str, Any]":
        return {"name": self.name, "base": self._base, "override": self._override, **super()._arguments()}

    def _state(self) -> "dict[str, Any]":
        return {**super()._state(), "groups": list(self._groups), "frozen": self._frozen}

    def _restore(self, state: "Mapping[str, Any]") -> None:
        super()._restore(state)
        self._groups = list(state["groups"])
        self._frozen = state["frozen"]

"""A registry: a lazy dictionary with a name, which nobody fills twice by accident."""

import sys

from load.registry._entries import ITSELF, Nameless, origin_of, place_of, raw_of, target_of
from load.registry._mapping import LazyImportDict
from load.registry._table import NOTHING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, TypeVar, overload

    from load._reference import Reference
    from load.registry._entries import Origin, Raw
    from load.registry._mapping import Registrable

    K = TypeVar("K")
    V = TypeVar("V")
    T = TypeVar("T")


class Registry(LazyImportDict["K", "V"]):
    """A named registry of things that are imported, or made, when they are asked for.

    What is registered again, as by a notebook cell that runs twice or a module that is reloaded, replaces what was
    there; another thing under a key that is taken is refused, unless `override` says otherwise.

    Args:
        name: what errors call it.
        base: what each value has to be: a class is to be a subclass of it, anything else an instance.
        override: let a key be registered anew with another thing.
        eager_load: import everything at once when it is registered.
        resolve: gives the object that a `Reference` names; the import alone where None. With `load.resolve`, what is
            not there may be installed, as the policy says.

    Attributes:
        name: as given.
    """

    __slots__ = ("_aliases", "_base", "_found", "_frozen", "_groups", "_metadata", "_override", "name")

    def __init__(
        self,
        name: str,
        *,
        base: "type | tuple[type, ...] | None" = None,
        override: bool = False,
        eager_load: bool = False,
        resolve: "Callable[[Reference], Any] | None" = None,
    ) -> None:
        super().__init__(eager_load=eager_load, resolve=resolve)
        self.name = name
        self._base = base
        self._override = override
        self._frozen = False
        self._metadata: dict[K, dict[str, Any]] = {}
        self._aliases: dict[K, K] = {}
        self._groups: list[str] = []  # of entry points, which were not read yet
        self._found: set[K] = set()  # keys that entry points gave

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
            key: what it is to be looked up by.
            value: an import string, a tuple of them, an entry point, a function that is called once for the value, or
                the value itself (a class, and all else); without it, what is decorated is the value.
            is_instance: it is the value itself, also if it is text or a function.
            eager_load: load it at once.
            metadata: facts about it, for `metadata(key)`.
            aliases: further keys that it can be looked up by.
            override: let it take the place of another thing.

        Raises:
            RegistryError: the key, or an alias, stands for another thing; or the registry is frozen.
            SourceError: text that is no import string.
            ImportError: it is to be loaded at once, and cannot be.
        """
        origin = origin_of(sys._getframe(1))
        if value is not NOTHING:
            raw, loaded = (ITSELF, value) if is_instance else raw_of(value, is_recipe=True)
            if raw is ITSELF or key in self._raw or key in self._aliases or self._frozen:
                self._check(key, raw, loaded, origin, override=override)
            if aliases or metadata:
                eager = eager_load or self._eager
                self._put_with(key, raw, loaded, origin, eager=eager, metadata=metadata or {}, aliases=tuple(aliases))
            else:
                self._store(key, raw, loaded, origin, eager=eager_load or self._eager)
            return None
        words, facts = tuple(aliases), dict(metadata or {})

        def decorate(decorated: "Any") -> "Any":
            self._check(key, ITSELF, decorated, origin, override=override)
            self._put_with(key, ITSELF, decorated, origin, eager=False, metadata=facts, aliases=words)
            return decorated

        return decorate

    def _put_with(
        self,
        key: "K",
        raw: "Raw",
        loaded: "Any",
        origin: "Origin",
        *,
        eager: bool,
        metadata: "Mapping[str, Any]",
        aliases: "tuple[K, ...]",
    ) -> None:
        for alias in aliases:
            self._check_alias(alias, key)
        self._store(key, raw, loaded, origin, eager=eager)
        with self._guard:
            self._aliases.update(dict.fromkeys(aliases, key))
            if metadata:
                self._metadata[key] = dict(metadata)

    def _forget(self, key: "K") -> None:
        super()._forget(key)
        self._metadata.pop(key, None)
        self._found.discard(key)
        for alias in [alias for alias, to in self._aliases.items() if to == key]:
            del self._aliases[alias]

    def _check(self, key: "K", raw: "Raw", loaded: "Any", origin: "Origin | str", *, override: bool = False) -> None:
        if self._frozen:
            self._check_open()
        if key in self._aliases:
            raise self._refused(key, f"is another word for {self._aliases[key]!r}", origin)
        if key in self._raw and not (override or self._override or key in self._found):
            before = target_of(self._raw[key], self.peek(key))
            if before != target_of(raw, loaded) and not self._is_run_again(before, key, origin):
                raise self._refused(key, f"stands for {_told(before, self.peek(key))} already", origin)
        if raw is ITSELF and self._base is not None:
            self._verify(key, loaded, origin)

    def _is_run_again(self, before: object, key: "K", origin: "Origin | str") -> bool:
        """Whether the same line registers something that has no name of its own, as in a cell that runs twice."""
        return isinstance(before, Nameless) and place_of(self._origins[key]) == place_of(origin)

    def _check_alias(self, alias: "K", key: "K") -> None:
        self._check_open()
        if alias in self._raw or self._aliases.get(alias, key) != key:
            from load.errors import RegistryError

            taken = "a key" if alias in self._raw else f"another word for {self._aliases[alias]!r}"
            raise RegistryError(
                f"{alias!r} cannot be another word for {key!r} in {self._named()}: it is {taken} already.",
                hint="choose another alias",
            )

    def _to_check(self, raws: "Mapping[K, Raw]") -> "Iterable[K]":
        self._check_open()
        if self._base is None and not self._aliases and self._raw.keys().isdisjoint(raws):
            return ()
        return raws

    def _refused(self, key: "K", why: str, origin: "Origin | str") -> Exception:
        from load.errors import RegistryError

        places = [f"asked for in {place_of(origin)}"]
        owner = self._aliases.get(key, key)
        if owner in self._origins:
            places.insert(0, f"registered in {place_of(self._origins[owner])}")
        return RegistryError(
            f"{key!r} of {self._named()} {why}.",
            context=places,
            hint=f"choose another key, or register(..., override=True) to replace it; unregister({key!r}) takes it out",
        )

    def _check_open(self) -> None:
        if self._frozen:
            from load.errors import RegistryError

            raise RegistryError(f"{self._named()} is frozen.", hint="register before freeze(), or change a copy()")

    def load_entry_points(self, group: str) -> None:
        """Register the entry points of a group, as installed distributions declare them.

        They are read once, when somebody wants to know what is there; what is registered by hand goes before.

        Args:
            group: its name, as in `[project.entry-points."myapp.plugins"]`.
        """
        self._check_open()
        self._groups.append(group)

    def freeze(self) -> None:
        """Let nothing be registered or taken out any more; what is there can still be loaded."""
        self._frozen = True

    def _take_out(self, key: "K") -> None:
        self._check_open()
        super()._take_out(key)

    # -- looking up ----------------------------------------------------------------------------------------------------

    def create(self, key: "K", /, *args: "Any", **kwargs: "Any") -> "Any":
        """Call what is registered: `registry["bert"](...)`.

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
        """The facts that were given with an entry; nothing is loaded.

        Raises:
            RegistryError: the key is not there.
        """
        return dict(self._metadata.get(self._key(key), {}))

    def aliases(self, key: "K") -> "tuple[K, ...]":
        """The further keys that an entry can be looked up by.

        Raises:
            RegistryError: the key is not there.
        """
        key = self._key(key)
        return tuple(alias for alias, to in self._aliases.items() if to == key)

    def __contains__(self, key: object) -> bool:
        return key in self._table() or key in self._aliases

    def _table(self) -> "dict[K, Raw]":
        if self._groups:
            self._read_groups()
        return self._raw

    def _read_groups(self) -> None:
        from load.registry._entry_points import entries_of, reading

        with reading:  # another thread may be at it
            for group in list(self._groups):
                for name, raw, distribution in entries_of(group):
                    if name not in self._raw and name not in self._aliases:
                        self._take_found(name, raw, group, distribution)  # type: ignore[arg-type]
                self._groups.remove(group)

    def _take_found(self, key: "K", raw: "Raw", group: str, distribution: str) -> None:
        with self._guard:
            self._raw[key] = raw
            self._origins[key] = f"entry point {group!r} of {distribution}"
            self._metadata[key] = {"group": group, "distribution": distribution}
            self._found.add(key)

    def _key(self, key: "K") -> "K":
        if key in self._table():
            return key
        if key in self._aliases:
            return self._aliases[key]
        from load.registry._failing import unknown

        raise unknown(key, self._named(), [*self._raw, *self._aliases], "register(…) it")

    def _verify(self, key: "K", value: object, origin: "Origin | str") -> None:
        base = self._base
        if base is None or (issubclass(value, base) if isinstance(value, type) else isinstance(value, base)):
            return
        from load.errors import RegistryTypeError

        wanted = " or ".join(each.__name__ for each in (base if isinstance(base, tuple) else (base,)))
        found = f"the class {value.__name__}" if isinstance(value, type) else f"of type {type(value).__name__}"
        raise RegistryTypeError(
            f"{key!r} of {self._named()} is no {wanted}: it is {found}.",
            context=(f"registered in {place_of(origin)}",),
            hint=f"register a subclass, or an instance, of {wanted}",
        )

    # -- as a whole ----------------------------------------------------------------------------------------------------

    def _named(self) -> str:
        return f"the registry {self.name!r}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, {self._listed()})"

    def _arguments(self) -> "dict[str, Any]":
        return {"name": self.name, "base": self._base, "override": self._override, **super()._arguments()}

    def _snapshot(self) -> "dict[str, Any]":
        more = {"aliases": dict(self._aliases), "metadata": dict(self._metadata), "found": set(self._found)}
        return {**super()._snapshot(), **more}

    def _restore(self, snapshot: "Mapping[str, Any]") -> None:
        super()._restore(snapshot)
        self._aliases = dict(snapshot["aliases"])
        self._metadata = dict(snapshot["metadata"])
        self._found = set(snapshot["found"])


def _told(target: object, value: object) -> str:
    return target if isinstance(target, str) else repr(value)

"""What may not be registered, and the errors that say so."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from load.errors import RegistryError, RegistryTypeError
from load.registry._entries import place_of
from load.registry._same import is_run_again, is_undecorated, target_of
from load.registry._storage import NOTHING, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from load.registry._entries import Origin, Raw
    from load.registry._storage import More, RegistryTable


def entries_for_name() -> RegistryTypeError:
    """The error about a registry that is given entries where its name stands, as other registries take them."""
    return RegistryTypeError(
        "Entries stand where the name of a registry should.",
        hint='registry = Registry("name"), then registry.update({…})',
    )


# -- keys --------------------------------------------------------------------------------------------------------------


def check(
    registry: RegistryTable, key: Any, raw: Raw, loaded: Any, origin: Origin | str, override: bool
) -> Origin | str | None:
    """Raise where something must not be registered under a key.

    Args:
        registry: where.
        key: the key; it may be an alias.
        raw: what the value is made from.
        loaded: the value, where it is registered itself.
        origin: where it is registered.
        override: let it take the place of another thing.

    Returns:
        Where that was registered which it replaces; None where nothing is.

    Raises:
        RegistryError: the registry is frozen, or the key stands for another thing.
    """
    registry._check_open()
    if key in registry._aliases and not override:
        raise _refused_word(registry, key, origin)
    entry = registry._entry(key)
    if entry is None:
        return None
    there, value, before = entry
    if not (override or key in registry._found or is_run_again(before, origin)):
        target = target_of(there, value)
        if target != target_of(raw, loaded):
            told = target if isinstance(target, str) else repr(shown(there) if value is NOTHING else value)
            raise RegistryError(
                f"{key!r} of {registry._named()} stands for {told} already.",
                context=_places(before, origin),
                hint="choose another key, or register(..., override=True) to replace it; "
                f"unregister({key!r}) takes it out",
            )
    return before


def _refused_word(registry: RegistryTable, alias: Any, origin: Origin | str) -> RegistryError:
    key = registry._aliases.get(alias)
    return RegistryError(
        f"{alias!r} of {registry._named()} is another word for {key!r}.",
        context=_places(registry._origins.get(key, ""), origin),
        hint=f"choose another key, or register(..., override=True) to have {alias!r} stand for this alone",
    )


def _places(before: Origin | str, now: Origin | str) -> list[str]:
    there = place_of(before)
    return [*([f"registered in {there}"] if there else []), f"registered again in {place_of(now)}"]


def check_decorated(key: object, frame: types.FrameType, where: str) -> None:
    """Raise where what is given as a key is what stands below a decorator: it has to be given one.

    It is not registered under its `__name__`, as keys need be no text, and who renames a function does not mean to
    rename what others look up. A class or a function can still be a key: it has a name where it is used as one.

    Args:
        key: what was given.
        frame: whose code gave it.
        where: what errors call the registry.
    """
    if not is_undecorated(key, frame):
        return
    name = getattr(key, "__name__", "")
    raise RegistryTypeError(
        f"To decorate {name!r} with the register of {where}, a key is needed.",
        context=(f"decorated in {place_of((frame.f_code, frame.f_lasti))}",),
        hint=f"write @registry.register({name!r})",
    )


# -- aliases and metadata ----------------------------------------------------------------------------------------------


def words_and_facts(key: Any, aliases: Any, metadata: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Aliases and metadata as they are kept.

    Args:
        key: what they are for; as an alias it says nothing.
        aliases: several, of any kind; no text, which would be one for each letter.
        metadata: a mapping, or None.

    Raises:
        RegistryTypeError: they are of another kind.
    """
    if isinstance(aliases, (str, bytes)):
        raise RegistryTypeError(
            f"The aliases of {key!r} are a text; they are to be several.", hint=f"write aliases=({aliases!r},)"
        )
    try:
        words = tuple(dict.fromkeys(word for word in aliases if word != key))
        facts = dict(metadata or {})
    except (TypeError, ValueError) as error:
        raise RegistryTypeError(
            f"The aliases or the metadata of {key!r} are of a wrong kind: {error}",
            hint="write aliases=('word', ...) and metadata={'fact': value}",
        ) from error
    return words, facts


def check_words(registry: RegistryTable, key: Any, words: Iterable[Any], override: bool) -> None:
    """Raise where an alias has another meaning; one that is a key has it in any case, but for that of an entry point.

    Raises:
        RegistryError: so it is.
    """
    for word in words:
        owner = registry._aliases.get(word, key)
        is_key = word in registry._raw and word not in registry._found
        if not is_key and (override or owner == key):
            continue
        taken = "a key" if is_key else f"another word for {owner!r}"
        raise RegistryError(
            f"{word!r} cannot be another word for {key!r} in {registry._named()}: it is {taken} already.",
            hint=f"choose another alias, or unregister({word!r}) first",
        )


# -- what it has to be -------------------------------------------------------------------------------------------------


_UNIONS: tuple[object, ...] = (Union, types.UnionType)


def bases_of(base: Any) -> tuple[type, ...] | None:
    """The classes that `base=` names: one, several, or a union.

    Raises:
        RegistryTypeError: it is nothing that a value could be checked by.
    """
    if base is None:
        return None
    parts = base if isinstance(base, tuple) else (base,)
    parts = tuple(each for part in parts for each in (get_args(part) if get_origin(part) in _UNIONS else (part,)))
    for part in parts:
        if not isinstance(part, type):
            raise _no_base(part)
        try:
            isinstance(None, part)
        except TypeError as error:  # a protocol that is not runtime_checkable
            raise _no_base(part) from error
    return parts


def _no_base(part: object) -> RegistryTypeError:
    return RegistryTypeError(
        f"base={part!r} is nothing that a value can be checked by.",
        hint="give a class, a tuple of classes, a union of them, or a protocol that is runtime_checkable",
    )


def not_of_base(key: Any, value: object, bases: tuple[type, ...], where: str, origin: Origin | str) -> Exception:
    """The error about a value that is not an instance, or subclass, of what it has to be."""
    wanted = " or ".join(each.__name__ for each in bases)
    found = f"the class {value.__name__}" if isinstance(value, type) else f"of type {type(value).__name__}"
    return RegistryTypeError(
        f"{key!r} of {where} is not {_article(wanted)} {wanted}: it is {found}.",
        context=(f"registered in {place_of(origin)}",),
        hint=f"register a subclass, or an instance, of {wanted}",
    )


def _article(noun: str) -> str:
    return "an" if noun[:1] in "AEIOUaeiou" else "a"


def frozen(where: str) -> RegistryError:
    """The error about a registry that may not be changed."""
    return RegistryError(
        f"{where[:1].upper()}{where[1:]} is frozen.", hint="register before freeze(), or change a copy()"
    )


def check_all(
    registry: RegistryTable,
    raws: dict[Any, Raw],
    values: dict[Any, Any],
    origins: dict[Any, Origin | str],
    more: dict[Any, More],
    override: bool,
) -> dict[Any, Origin | str]:
    """Raise where one of many must not be registered; else where those were registered which they replace.

    Raises:
        RegistryError: the registry is frozen, or a key stands for another thing.
    """
    registry._check_open()
    for key, (words, _) in more.items():
        check_words(registry, key, words, override)
    if registry._base is not None:
        for key, value in values.items():
            registry._verify(key, value, origins[key])
    if not registry._aliases and registry._raw.keys().isdisjoint(raws):
        return {}
    seen: dict[Any, Origin | str] = {}
    for key in [key for key in raws if key in registry._raw or key in registry._aliases]:
        before = check(registry, key, raws[key], values.get(key), origins[key], override)
        if before is not None:
            seen[key] = before
    return seen

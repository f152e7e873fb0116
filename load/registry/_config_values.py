"""From what JSON can hold to what type hints say: nested configs, tuples, sets, paths, enumerations, numbers as keys.

Nothing else is checked or changed: whether a number is where a text should be is for the class of the config to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum
from pathlib import PurePath
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

from load.errors import ConfigError
from load.registry import _config_failing as failing

if TYPE_CHECKING:
    from collections.abc import Callable


def hints_of(cls: type) -> dict[str, Any]:
    """The types of the attributes of a class.

    Raises:
        TypeError: they name what cannot be found.
    """
    try:
        return get_type_hints(cls)
    except (NameError, AttributeError, TypeError, SyntaxError) as error:
        raise TypeError(
            f"the types of {cls.__name__} cannot be told: {error}; import what they name for real, not only below "
            "TYPE_CHECKING, and declare nested configs at the top of a module"
        ) from error


class Reader:
    """Makes values for type hints.

    Args:
        maker: gives what makes a config of a class from a dictionary; None where it is not a class of configs.
    """

    def __init__(self, maker: Callable[[type], Callable[[type, dict[str, Any]], Any] | None]) -> None:
        self._maker = maker

    def value(self, hint: Any, value: Any, where: str) -> Any:
        """A value as a type hint has it.

        Args:
            hint: the type, as `get_type_hints` gives it.
            value: from JSON.
            where: its key, with those above it.

        Raises:
            ConfigError: nothing of that type can be made from it.
        """
        hint = _meant(hint)
        origin, arguments = get_origin(hint), get_args(hint)
        if origin in (Union, UnionType):
            return self._of_union(arguments, value, where)
        cls = origin or hint
        if not isinstance(cls, type) or cls is Any:
            return value
        if (make := self._maker(cls)) is not None:
            return _nested(make, cls, value, where)
        if issubclass(cls, Enum):
            return _member(cls, value, where)
        if issubclass(cls, PurePath) and isinstance(value, str):
            return cls(value)
        if isinstance(value, list) and _is_of_many(cls):
            return self._of_list(cls, arguments, value, where)
        if isinstance(value, dict) and issubclass(cls, Mapping):
            return self._of_dict(arguments, value, where)
        return value

    def _of_union(self, hints: Sequence[Any], value: Any, where: str) -> Any:
        """By the type that JSON has itself, else by the first that can be made from the value."""
        if any(type(value) is hint for hint in hints):
            return value
        failure: ConfigError | None = None
        for hint in hints:
            if self._takes(_meant(hint), value):
                try:
                    return self.value(hint, value, where)
                except ConfigError as error:
                    failure = failure or error
        if failure is not None:
            raise failure
        return value

    def _takes(self, hint: Any, value: Any) -> bool:
        """Whether a value is of the form that a type is made from."""
        cls: Any = get_origin(hint) or hint
        if not isinstance(cls, type):
            return cls is Union
        if isinstance(value, dict):
            return self._maker(cls) is not None or issubclass(cls, Mapping)
        if isinstance(value, list):
            return _is_of_many(cls)
        return issubclass(cls, Enum) or (isinstance(value, str) and issubclass(cls, PurePath))

    def _of_list(self, cls: Any, arguments: Sequence[Any], value: list[Any], where: str) -> Any:
        is_named = issubclass(cls, tuple) and hasattr(cls, "_make")
        hints: Sequence[Any] = list(hints_of(cls).values()) if is_named else arguments or [Any]
        one_each = issubclass(cls, tuple) and Ellipsis not in hints and len(hints) == len(value)
        items = [
            self.value(hints[at] if one_each else hints[0], item, f"{where}[{at}]") for at, item in enumerate(value)
        ]
        if is_named:
            return cls._make(items)
        if issubclass(cls, (tuple, set, frozenset)):
            return cls(items)
        return set(items) if issubclass(cls, AbstractSet) else items

    def _of_dict(self, arguments: Sequence[Any], value: dict[str, Any], where: str) -> dict[Any, Any]:
        key_hint, hint = arguments if len(arguments) == 2 else (str, Any)
        return {
            self._key(key_hint, key, where): self.value(hint, each, f"{where}.{key}") for key, each in value.items()
        }

    def _key(self, hint: Any, key: str, where: str) -> Any:
        if hint is not int:
            return self.value(hint, key, where)
        try:
            return int(key)
        except ValueError as error:
            raise ConfigError(
                f"{where!r} has the key {failing.shown(key)}, which is not a number.", hint="correct the key", key=where
            ) from error


def _meant(hint: Any) -> Any:
    """What an alias of a type, or a type made by NewType, stands for."""
    while type(hint).__name__ in ("TypeAliasType", "NewType"):
        hint = hint.__value__ if hasattr(hint, "__value__") else hint.__supertype__
    return hint


def _is_of_many(cls: type) -> bool:
    return issubclass(cls, (Sequence, AbstractSet)) and not issubclass(cls, (str, bytes))


def _nested(make: Callable[[type, dict[str, Any]], Any], cls: type, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise ConfigError(
            f"{where!r} is {failing.word_for(value)}, and has to be an object with the keys of {cls.__name__}.",
            hint="write them in braces",
            key=where,
        )
    try:
        return make(cls, value)
    except ConfigError as error:
        error.context = (f"at {where!r}", *error.context)
        raise


def _member(cls: type[Enum], value: Any, where: str) -> Enum:
    try:
        return cls(tuple(value) if isinstance(value, list) else value)
    except ValueError as error:
        choices = [member.value for member in cls]
        raise ConfigError(
            f"{where!r} is {failing.shown(value)}, which is none of {cls.__name__}.",
            context=(f"there is {failing.listed(choices)}",),
            hint=failing.did_you_mean(failing.near(value, choices)) or "choose one of these",
            key=where,
        ) from error

"""The kinds of configs, and how each becomes what JSON can hold, and comes back.

Source of what JSON can hold: RFC 8259
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from enum import Enum
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Protocol

from load.errors import LoadError
from load.registry import _config_failing as failing
from load.registry._config_pydantic import Pydantic
from load.registry._config_values import Reader, hints_of

if TYPE_CHECKING:
    from collections.abc import Callable


class Kind(Protocol):
    """A way in which configs are made and read."""

    def dump(self, config: Any) -> object:
        """The values of a config, by its keys."""

    def build(self, cls: Any, values: dict[str, Any]) -> Any:
        """A config of these values, which come from JSON."""

    def merged(self, cls: Any, values: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
        """Values from JSON, with those that go before them, as JSON has them."""


class _ByKey:
    """What is merged by its keys alone."""

    def merged(self, cls: Any, values: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002 - see the protocol
        return {**values, **_plain_keys(overrides, "")}


class _Own(_ByKey):
    """A class with `to_dict` and `from_dict`, such as a PretrainedConfig."""

    def dump(self, config: Any) -> object:
        return config.to_dict()

    def build(self, cls: Any, values: dict[str, Any]) -> Any:
        with failing.own_errors(cls):
            return cls.from_dict(values)


class _Dataclass(_ByKey):
    """A dataclass: its fields are the keys."""

    def dump(self, config: Any) -> object:
        return {each.name: getattr(config, each.name) for each in dataclasses.fields(config) if each.init}

    def build(self, cls: Any, values: dict[str, Any]) -> Any:
        known = {each.name: each for each in dataclasses.fields(cls) if each.init}
        known |= {name: cls.__dataclass_fields__[name] for name in init_vars(cls)}
        needed = [
            name
            for name, each in known.items()
            if each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
        ]
        unknown = [key for key in values if key not in known]
        missing = [name for name in needed if name not in values]
        if unknown or missing:
            raise failing.wrong_keys(cls, unknown, missing, list(known))
        hints = {**hints_of(cls), **init_vars(cls)}
        arguments = {key: _READER.value(hints.get(key, Any), value, key) for key, value in values.items()}
        with failing.own_errors(cls):
            return cls(**arguments)


class _Mapping(_ByKey):
    """A dictionary: any keys."""

    def dump(self, config: Any) -> object:
        return config

    def build(self, cls: Any, values: dict[str, Any]) -> Any:
        return values if cls in (dict, Mapping) else cls(values)


_OWN, DATACLASS, _MAPPING = _Own(), _Dataclass(), _Mapping()


def _kind_of(cls: type) -> Kind | None:
    """How configs of a class are made; None where it is not a class of configs."""
    if hasattr(cls, "model_validate_json") and any(
        each.__name__ == "BaseModel" and each.__module__.partition(".")[0] == "pydantic" for each in cls.__mro__
    ):
        return _PYDANTIC
    if callable(getattr(cls, "to_dict", None)) and callable(getattr(cls, "from_dict", None)):
        return _OWN
    if dataclasses.is_dataclass(cls):
        return DATACLASS
    return _MAPPING if issubclass(cls, Mapping) else None


def _maker(cls: type) -> Callable[[type, dict[str, Any]], Any] | None:
    kind = _kind_of(cls)
    return None if kind is None or kind is _MAPPING else kind.build


_READER = Reader(_maker)


def kind_of(cls: object) -> Kind:
    """How configs of a class are made.

    Raises:
        TypeError: it is not a class of configs.
    """
    found = _kind_of(cls) if isinstance(cls, type) else None
    if found is None:
        shown = cls.__name__ if isinstance(cls, type) else repr(cls)
        raise TypeError(
            f"{shown} cannot be the class of a config; a pydantic 2 model, a dataclass, a PretrainedConfig, dict and a "
            "class with to_dict() and from_dict(values) can"
        )
    return found


def init_vars(cls: type) -> dict[str, Any]:
    """What a dataclass takes, and does not keep: names → types."""
    own: Any = cls
    if len(own.__dataclass_fields__) == len(dataclasses.fields(own)):
        return {}
    return {
        name: getattr(hint, "type", Any)
        for name, hint in hints_of(cls).items()
        if name in own.__dataclass_fields__ and (hint is dataclasses.InitVar or isinstance(hint, dataclasses.InitVar))
    }


# -- from a config to JSON ---------------------------------------------------------------------------------------------


def dumped(config: Any) -> dict[str, Any]:
    """What is written of a config.

    Raises:
        ConfigError: something in it cannot stand in JSON.
        TypeError: it is not a config.
    """
    kind_of(type(config))
    try:
        values = plain(config)
    except RecursionError as error:
        raise failing.not_json(type(config).__name__, "is nested too deep, or holds itself", "flatten it") from error
    if not isinstance(values, dict):
        raise failing.not_json(type(config).__name__, f"is {failing.word_for(values)}, not an object", "give it keys")
    return values


def plain(value: Any, where: str = "") -> Any:
    """A value as JSON has it.

    Args:
        value: anything.
        where: its key, with those above it.

    Raises:
        ConfigError: it cannot stand in JSON.
    """
    if isinstance(value, Enum):
        return plain(value.value, where)
    if isinstance(value, PurePath):
        return value.as_posix()
    if isinstance(value, float) and math.isfinite(value):
        return float(value)
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(each, f"{where}[{index}]") for index, each in enumerate(value)]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(each, where) for each in value), key=lambda each: (type(each).__name__, json.dumps(each)))
    values = _values_of(value, where)
    return _plain_keys(values, where) if isinstance(values, Mapping) else plain(values, where)


def _values_of(config: Any, where: str) -> object:
    kind = _kind_of(type(config))
    if kind is None:
        raise failing.no_form(where, config)
    try:
        return kind.dump(config)
    except (TypeError, ValueError) as error:
        if isinstance(error, LoadError):
            raise
        raise failing.not_dumped(type(config), error) from error


def _plain_keys(values: Mapping[Any, Any], where: str) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in values.items():
        word = plain(key, where) if isinstance(key, (Enum, PurePath)) else key
        if type(word) is int:
            word = str(word)
        if not isinstance(word, str) or word in result:
            raise failing.no_form(f"{where}[{failing.shown(key)}]", key)
        result[word] = plain(value, f"{where}.{word}" if where else word)
    return result


_PYDANTIC = Pydantic(plain)


# -- from JSON to a config ---------------------------------------------------------------------------------------------


def built(cls: Any, values: Mapping[str, Any], overrides: Mapping[str, Any], origin: str) -> Any:
    """A config.

    Args:
        cls: its class.
        values: what a file, or a dictionary, says.
        overrides: what goes before that.
        origin: where the values come from.

    Raises:
        ConfigError: they are not what the class takes.
        TypeError: it is not a class of configs.
    """
    kind = kind_of(cls)
    try:
        return kind.build(cls, kind.merged(cls, values, overrides) if overrides else dict(values))
    except RecursionError as error:
        raise failing.not_json(origin, "is nested too deep", "flatten it") from error
    except Exception as error:
        line = f"in {origin}"
        failing.told(error, f"{line}, with {failing.listed(list(overrides))} given" if overrides else line, origin)
        raise

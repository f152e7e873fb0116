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
from load.registry._config_values import Reader, hints_of

if TYPE_CHECKING:
    from collections.abc import Callable


class Kind(Protocol):
    """A way in which configs are made and read."""

    def dump(self, config: Any) -> object:
        """The values of a config, by its keys."""

    def build(self, cls: Any, values: dict[str, Any]) -> Any:
        """A config of these values, which come from JSON."""

    def keys(self, cls: Any) -> dict[str, str] | None:
        """What its values can be called → the key of each; None where anything goes, or where `build` tells."""


class _Pydantic:
    """A model of pydantic 2, by its own methods: pydantic is not imported."""

    def dump(self, config: Any) -> object:
        if config.model_config.get("ser_json_inf_nan") == "strings":
            return json.loads(config.model_dump_json(by_alias=True))
        return config.model_dump(mode="json", by_alias=True)  # infinity stays, and is refused, where null would be lost

    def build(self, cls: Any, values: dict[str, Any]) -> Any:
        with failing.own_errors(cls, list(cls.model_fields)):
            return cls.model_validate_json(json.dumps(values))

    def keys(self, cls: Any) -> dict[str, str] | None:
        if cls.model_config.get("extra") == "allow":
            return None
        keys: dict[str, str] = {}
        for name, field in cls.model_fields.items():
            alias = field.validation_alias if isinstance(field.validation_alias, str) else name
            keys[name] = keys[alias] = alias
        return keys


class _Own:
    """A class with `to_dict` and `from_dict`, such as a PretrainedConfig."""

    def dump(self, config: Any) -> object:
        return config.to_dict()

    def build(self, cls: Any, values: dict[str, Any]) -> Any:
        with failing.own_errors(cls):
            return cls.from_dict(values)

    def keys(self, cls: Any) -> dict[str, str] | None:  # noqa: ARG002 - see the protocol
        return None


class _Dataclass:
    """A dataclass: its fields are the keys."""

    def dump(self, config: Any) -> object:
        return {each.name: getattr(config, each.name) for each in dataclasses.fields(config) if each.init}

    def build(self, cls: Any, values: dict[str, Any]) -> Any:
        fields = [each for each in dataclasses.fields(cls) if each.init]
        known = {each.name: each for each in fields}
        needed = [
            each.name
            for each in fields
            if each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
        ]
        unknown = [key for key in values if key not in known]
        missing = [name for name in needed if name not in values]
        if unknown or missing:
            raise failing.wrong_keys(cls, unknown, missing, list(known))
        hints = hints_of(cls)
        arguments = {key: _READER.value(hints.get(key, Any), value, key) for key, value in values.items()}
        with failing.own_errors(cls):
            return cls(**arguments)

    def keys(self, cls: Any) -> dict[str, str] | None:  # noqa: ARG002 - see the protocol
        return None


class _Mapping:
    """A dictionary: any keys."""

    def dump(self, config: Any) -> object:
        return config

    def build(self, cls: Any, values: dict[str, Any]) -> Any:
        return values if cls in (dict, Mapping) else cls(values)

    def keys(self, cls: Any) -> dict[str, str] | None:  # noqa: ARG002 - see the protocol
        return None


_PYDANTIC, _OWN, DATACLASS, _MAPPING = _Pydantic(), _Own(), _Dataclass(), _Mapping()


def _kind_of(cls: type) -> Kind | None:
    """How configs of a class are made; None where it is no class of configs."""
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
        TypeError: it is no class of configs.
    """
    found = _kind_of(cls) if isinstance(cls, type) else None
    if found is None:
        shown = cls.__name__ if isinstance(cls, type) else repr(cls)
        raise TypeError(
            f"{shown} cannot be the class of a config; a pydantic 2 model, a dataclass, a PretrainedConfig, dict and a "
            "class with to_dict() and from_dict(values) can"
        )
    return found


# -- from a config to JSON ---------------------------------------------------------------------------------------------


def dumped(config: Any) -> dict[str, Any]:
    """What is written of a config.

    Raises:
        ConfigError: something in it cannot stand in JSON.
        TypeError: it is no config.
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
        TypeError: it is no class of configs.
    """
    kind = kind_of(cls)
    try:
        return kind.build(cls, {**values, **_by_key(kind, cls, _plain_keys(overrides, ""))})
    except RecursionError as error:
        raise failing.not_json(origin, "is nested too deep", "flatten it") from error
    except Exception as error:
        line = f"in {origin}"
        failing.told(error, f"{line}, with {failing.listed(list(overrides))} given" if overrides else line, origin)
        raise


def _by_key(kind: Kind, cls: Any, overrides: dict[str, Any]) -> dict[str, Any]:
    """Overrides by the keys that stand in a file; those that the class would pass over are refused."""
    keys = kind.keys(cls)
    if keys is None:
        return overrides
    unknown = [key for key in overrides if key not in keys]
    if unknown:
        raise failing.wrong_keys(cls, unknown, [], list(keys))
    return {keys[key]: value for key, value in overrides.items()}

"""Whether a config that is read again is the one that was written."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from load.errors import ConfigError
from load.registry import _config_failing as failing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def check(config: object, again: object, values: Any, values_again: Any) -> None:
    """Make sure that a config comes back as it is.

    Args:
        config: what is written.
        again: what is read again.
        values: what JSON holds of the one.
        values_again: of the other.

    Raises:
        ConfigError: a value is lost, or another, or a config in it comes back as one of another class.
    """
    differences = list(_differences(values, values_again, ""))
    if differences:
        raise _lost(type(config), differences)
    for where, before, after in _other_classes(config, again, ""):
        raise _other_class(where, before, after)


def _lost(cls: type, keys: Sequence[str]) -> ConfigError:
    """The error about values that are written, and do not come back."""
    return ConfigError(
        f"{cls.__name__} would not come back as it is: {failing.listed(keys)} would be lost, or be another.",
        context=("what the class writes was given to the class to read",),
        hint="let it read what it writes: the same alias for both, a validator that undoes what the serializer does",
        key=failing.cut(keys[0]),
    )


def _other_class(where: str, before: type, after: type) -> ConfigError:
    """The error about a config in a config that comes back as something else."""
    return ConfigError(
        f"{where!r} is a {before.__name__}, and would come back as a {after.__name__}.",
        hint=f"annotate it with {before.__name__}, or with a union in which a key tells the classes apart",
        key=where,
    )


def _text(values: Any) -> str:
    return values if isinstance(values, str) else json.dumps(values, sort_keys=True)


def _differences(before: Any, after: Any, where: str) -> Iterator[str]:
    """The keys of what is not the same in two values of JSON."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            place = f"{where}.{key}" if where else str(key)
            if key in before and key in after:
                yield from _differences(before[key], after[key], place)
            else:
                yield place
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _differences(one, other, f"{where}[{index}]")
    elif before != after and (before == before or after == after):  # noqa: PLR0124 - NaN is not itself
        yield where or "as a whole"


def _other_classes(before: Any, after: Any, where: str) -> Iterator[tuple[str, type, type]]:
    """The configs in a config that come back as something else; the outermost may."""
    own = _parts(before)
    if own is not None:
        if type(before) is not type(after) and where:
            yield where, type(before), type(after)
            return
        found = _parts(after) or {}
        for name, value in own.items():
            if name in found:
                yield from _other_classes(value, found[name], f"{where}.{name}" if where else name)
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for key, value in before.items():
            if key in after:
                yield from _other_classes(value, after[key], f"{where}.{key}")
    elif isinstance(before, (list, tuple)) and isinstance(after, (list, tuple)):
        for index, (one, other) in enumerate(zip(before, after, strict=False)):
            yield from _other_classes(one, other, f"{where}[{index}]")


def is_all_read(config: Any) -> bool:
    """Whether no field of a model, or of the models in it, has its value by default."""
    parts = _parts(config)
    if parts is not None:
        read = getattr(config, "model_fields_set", None)
        return (read is None or parts.keys() <= read) and all(map(is_all_read, parts.values()))
    if isinstance(config, Mapping):
        return all(map(is_all_read, config.values()))
    return not isinstance(config, (list, tuple)) or all(map(is_all_read, config))


def _parts(config: Any) -> dict[str, Any] | None:
    """What is in a config; None where it is none."""
    cls = type(config)
    if hasattr(cls, "model_fields") and hasattr(cls, "model_validate_json"):
        extra: dict[str, Any] = getattr(config, "__pydantic_extra__", None) or {}
        there = vars(config)  # not every field, where it was made by model_construct
        fields = {name: there[name] for name, each in cls.model_fields.items() if name in there and not each.exclude}
        return {**fields, **extra}
    if dataclasses.is_dataclass(cls):
        return {each.name: getattr(config, each.name) for each in dataclasses.fields(cls) if each.init}
    return None


# -- secrets -----------------------------------------------------------------------------------------------------------


def is_secret(value: object) -> bool:
    """Whether it is one of pydantic's, which write asterisks instead of what they hold."""
    return callable(getattr(value, "get_secret_value", None))


def check_secrets(config: object, again: object) -> None:
    """Make sure that the secrets in a config come back.

    Args:
        config: what is written.
        again: what was read again; None if that could not be read.

    Raises:
        ConfigError: one does not.
    """
    there, found = dict(_secrets(config, "")), dict(_secrets(again, ""))
    lost = [where for where, value in there.items() if found.get(where) != value]
    if lost:
        raise _lost_secret(type(config), lost)


def is_about_a_secret(error: ConfigError, config: object) -> bool:
    """Whether it is a secret in a config that was not understood: asterisks are no number, for one."""
    places = {where.replace("[", ".").replace("]", "") for where, _ in _secrets(config, "")}
    return error.key in places


def _lost_secret(cls: type, keys: Sequence[str]) -> ConfigError:
    """The error about secrets that are written as asterisks."""
    return ConfigError(
        f"{failing.listed(keys)} of {cls.__name__} {failing.is_or_are(keys)} secret: only asterisks would be written.",
        context=("a @field_serializer of the class that gives get_secret_value() writes it for all to read",),
        hint="keep it out of the file with Field(exclude=True), and give it to from_pretrained(folder, ...)",
        key=failing.cut(keys[0]),
    )


def _secrets(config: Any, where: str) -> Iterator[tuple[str, list[str]]]:
    """Each secret in a config, or all that are in a set, with its key."""
    parts = _parts(config)
    if is_secret(config):
        yield where, [repr(config.get_secret_value())]
    elif parts is not None or isinstance(config, Mapping):
        for key, value in (config if parts is None else parts).items():
            yield from _secrets(value, f"{where}.{key}" if where else str(key))
    elif isinstance(config, (list, tuple)):
        for index, value in enumerate(config):
            yield from _secrets(value, f"{where}[{index}]")
    elif isinstance(config, (set, frozenset)):
        found = sorted(text for each in config for _, texts in _secrets(each, "") for text in texts)
        if found:
            yield where, found


# -- sets --------------------------------------------------------------------------------------------------------------


def in_order(values: Any, config: Any) -> Any:
    """Values of JSON with what comes from sets sorted, as it comes in another order each time.

    Args:
        values: as JSON has them.
        config: what they were made from.
    """
    if isinstance(values, list) and isinstance(config, (set, frozenset)):
        pairs = zip(values, config, strict=False)
        return sorted(
            (in_order(value, each) for value, each in pairs), key=lambda each: (type(each).__name__, _text(each))
        )
    if isinstance(values, list) and isinstance(config, (list, tuple)) and len(values) == len(config):
        return [in_order(value, each) for value, each in zip(values, config, strict=True)]
    parts = _by_every_key(config)
    if isinstance(values, dict) and parts is not None:
        return {key: in_order(value, parts.get(key)) for key, value in values.items()}
    return values


def _by_every_key(config: Any) -> dict[str, Any] | None:
    """What is in a config, by its names and its aliases; None where it is none."""
    if isinstance(config, Mapping):
        return {str(getattr(key, "value", key)): value for key, value in config.items()}
    parts = _parts(config)
    if parts is None:
        return None
    fields = getattr(type(config), "model_fields", {})
    aliases = {each.serialization_alias: parts[name] for name, each in fields.items() if name in parts}
    return {**aliases, **parts}

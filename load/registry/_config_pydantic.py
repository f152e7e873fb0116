"""Configs that are models of pydantic 2, by their own methods: pydantic is never imported here.

What is written is read again before anything is saved: an alias that is only for writing, a value that is left out,
a secret that is written as asterisks are told then, and not found missing when the model is loaded.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from load.errors import ConfigError
from load.registry import _config_comparing as comparing
from load.registry import _config_failing as failing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Path = tuple[str | int, ...]


class Pydantic:
    """A model of pydantic 2.

    Args:
        plain: gives a value, with its key, as JSON has it.
    """

    def __init__(self, plain: Callable[[Any, str], Any]) -> None:
        self._plain = plain

    def dump(self, config: Any) -> object:
        """By aliases if it can be read again from those, else by the names of the fields.

        Raises:
            ConfigError: it cannot be read again as it is.
        """
        failure: ConfigError | None = None
        by_aliases, by_names = _dumped(config, by_alias=True), _dumped(config, by_alias=False)
        found: list[Any] = []
        for values in (by_aliases, by_names):
            try:
                again = self._read(config, values)
                comparing.check(config, again, by_names, _dumped(again, by_alias=False))
            except ConfigError as error:
                failure = failure or error
                continue
            if comparing.is_all_read(again):
                return values
            found.append(values)  # a default stands for what was not read
        if not found and failure is not None:
            raise failure
        return found[0]

    def _read(self, config: Any, values: Any) -> Any:
        cls = type(config)
        fields = cls.model_fields.items()
        there = vars(config)
        left_out = {name: there[name] for name, each in fields if name in there and each.exclude and each.is_required()}
        try:
            again = self.build(cls, self.merged(cls, values, left_out) if left_out else values)
        except ConfigError as error:
            if comparing.is_about_a_secret(error, config):
                comparing.check_secrets(config, None)
            error.context = (*error.context, "so that it could not be loaded again")
            raise
        comparing.check_secrets(config, again)
        return again

    def build(self, cls: Any, values: dict[str, Any]) -> Any:
        """As pydantic reads JSON: aliases and names are both keys, where it can do that (from 2.11)."""
        with failing.own_errors(cls, list(cls.model_fields)):
            return cls.model_validate_json(json.dumps(values), **_both(cls))

    def merged(self, cls: Any, values: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
        """What a file says, with what goes before it under each name that it can have there.

        Raises:
            ConfigError: there is no such field, or JSON cannot hold the value.
        """
        fields = {} if getattr(cls, "__pydantic_root_model__", False) else _spellings(cls)
        result: Any = dict(values)
        for key, value in overrides.items():
            new = self._jsonable(cls, value, key)
            paths = next((paths for name, paths in fields.items() if key == name or (key,) in paths), None)
            if paths is not None:
                for path in paths[1:]:
                    if len(path) == 1:
                        result.pop(path[0], None)
                _put(result, paths[0], new, key)
            elif fields and cls.model_config.get("extra") != "allow":
                known = [str(each) for name, paths in fields.items() for each in (name, *(path[0] for path in paths))]
                raise failing.wrong_keys(cls, [key], [], list(dict.fromkeys(known)))
            else:
                result[key] = new
        return dict(result)

    def _jsonable(self, cls: Any, value: Any, where: str) -> Any:
        """A value that somebody gives, whatever pydantic makes it from; a secret is given as it is."""
        if comparing.is_secret(value):
            value = value.get_secret_value()
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self._jsonable(cls, each, where) for each in value]
        if isinstance(value, Mapping):
            keys = self._plain(dict.fromkeys(value), where)
            return {
                key: self._jsonable(cls, each, f"{where}.{key}") for key, each in zip(keys, value.values(), strict=True)
            }
        try:
            return self._plain(value, where)
        except ConfigError:
            if hasattr(value, "model_dump"):
                raise
            core: Any = sys.modules["pydantic_core"]
            try:
                new = core.to_jsonable_python(value, bytes_mode=cls.model_config.get("val_json_bytes", "utf8"))
            except ValueError as error:
                raise failing.no_form(where, value) from error
            return self._plain(new, where)


def _dumped(config: Any, *, by_alias: bool) -> Any:
    """What JSON holds of a model; sets in order, so that a file is the same each time."""
    if config.model_config.get("ser_json_inf_nan") == "strings":
        values = json.loads(config.model_dump_json(by_alias=by_alias, round_trip=True, warnings=False))
    else:  # infinity stays, and is refused, where null would be lost
        values = config.model_dump(mode="json", by_alias=by_alias, round_trip=True, warnings=False)
    return comparing.in_order(values, config)


def _both(cls: Any) -> dict[str, bool]:
    function = getattr(cls.model_validate_json, "__func__", None)
    can = "by_name" in (getattr(function, "__kwdefaults__", None) or ())
    return {"by_alias": True, "by_name": True} if can else {}


def _spellings(cls: Any) -> dict[str, list[Path]]:
    """The fields → the paths in a file at which each is looked for, first to last."""
    by_name = bool(_both(cls)) or cls.model_config.get("populate_by_name") or cls.model_config.get("validate_by_name")
    result: dict[str, list[Path]] = {}
    for name, field in cls.model_fields.items():
        paths = list(_paths(field.validation_alias))
        if not paths or (by_name and (name,) not in paths):
            paths.append((name,))
        result[name] = paths
    return result


def _paths(alias: Any) -> Iterator[Path]:
    if isinstance(alias, str):
        yield (alias,)
    elif hasattr(alias, "choices"):
        for choice in alias.choices:
            yield from _paths(choice)
    elif hasattr(alias, "path"):
        yield tuple(alias.path)


def _put(values: Any, path: Path, new: Any, name: str) -> None:
    """Put a value to where a path leads, through copies of what is on the way.

    Raises:
        ConfigError: the path leads through what is not a list, or no object.
    """
    try:
        for step, following in pairwise(path):
            inner = values[step] if _has(values, step) else {} if isinstance(following, str) else []
            _set(values, step, inner.copy())
            values = values[step]
        _set(values, path[-1], new)
    except (LookupError, TypeError, AttributeError) as error:
        raise ConfigError(
            f"{name!r} cannot be overridden: it is looked for at {failing.place_of(path)}, which cannot be there.",
            hint=f"give {path[0]!r} as a whole",
            key=name,
        ) from error


def _set(values: Any, step: str | int, new: Any) -> None:
    if isinstance(values, list) and step == len(values):
        values.append(new)
    else:
        values[step] = new


def _has(values: Any, step: str | int) -> bool:
    if isinstance(values, list):
        return isinstance(step, int) and -len(values) <= step < len(values)
    return step in values

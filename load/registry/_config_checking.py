"""Whether what is saved of a config comes back, which is found out before anything is saved."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from load.errors import ConfigError
from load.registry import _config_comparing as comparing
from load.registry import _config_failing as failing
from load.registry import _config_kinds as kinds
from load.registry._pretrained_config import PretrainedConfig

if TYPE_CHECKING:
    from collections.abc import Sequence


def check(cls: type, config: Any, values: dict[str, Any]) -> None:
    """Make sure that a config comes back.

    Dictionaries come back as JSON has them; a class with its own `to_dict` or `from_dict` answers for both.

    Args:
        cls: the class that it is read as.
        config: it.
        values: what is to be written of it.

    Raises:
        ConfigError: it does not come back as it is.
    """
    if issubclass(cls, Mapping) or _has_its_own(cls) or _has_its_own(type(config)):
        return
    is_dataclass = dataclasses.is_dataclass(cls)
    passing = kinds.init_vars(cls) if is_dataclass else {}
    if any(_is_required(cls, name) for name in passing):  # whoever loads it gives them
        return
    if not is_dataclass and type(config) is cls:  # a model of pydantic, which was checked when it was dumped
        return
    try:
        again = kinds.built(cls, values, {}, "what would be saved")
    except ConfigError as error:
        error.context = (*error.context, "so that it could not be loaded again")
        raise
    comparing.check(config, again, values, kinds.dumped(again))
    if passing and type(config) is cls and _is_compared(cls) and again != config:
        raise _passed_over(cls, list(passing))


def _has_its_own(cls: type) -> bool:
    """Whether a class says itself what is written and read."""
    if issubclass(cls, PretrainedConfig):
        same_reader = getattr(cls.from_dict, "__func__", None) is PretrainedConfig.from_dict.__func__  # type: ignore[attr-defined]
        return cls.to_dict is not PretrainedConfig.to_dict or not same_reader
    return hasattr(cls, "to_dict") and hasattr(cls, "from_dict")


def _is_required(cls: Any, name: str) -> bool:
    return cls.__dataclass_fields__[name].default is dataclasses.MISSING


def _is_compared(cls: Any) -> bool:
    return bool(cls.__dataclass_params__.eq)


def _passed_over(cls: type, keys: Sequence[str]) -> ConfigError:
    """The error about what a dataclass was given with InitVar, which it does not keep."""
    return ConfigError(
        f"{cls.__name__} would not come back as it is: it does not keep {failing.listed(keys)}.",
        hint="make each an ordinary field, or leave the default away, so that who loads it gives it",
        key=keys[0],
    )

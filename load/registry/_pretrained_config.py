"""A base for configs: classes whose annotated attributes are their keys."""

from __future__ import annotations

import dataclasses
import inspect
import sys
from typing import TYPE_CHECKING, Any, dataclass_transform, get_type_hints

from load.registry import _config_files as files
from load.registry import _config_kinds as kinds

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self


@dataclass_transform(kw_only_default=True, field_specifiers=(dataclasses.field,))
@dataclasses.dataclass(kw_only=True)
class PretrainedConfig:
    """A config that is made with keyword arguments, compared by its values, and written as JSON.

    A class that derives from it is a dataclass without being decorated as one::

        class BertConfig(PretrainedConfig):
            model_type: str = "bert"
            hidden_size: int = 768

    Types are not checked. What JSON has no form for (nested configs, tuples, sets, paths, enumerations, keys that are
    numbers) comes back as the annotations say.

    Attributes:
        model_type: the key of its model in a registry.
    """

    model_type: str

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "__dataclass_fields__" in cls.__dict__:  # made anew by dataclass(slots=True)
            return
        _annotate(cls)
        dataclasses.dataclass(kw_only=True)(cls)
        for field in dataclasses.fields(cls):
            if field.default_factory is not dataclasses.MISSING and field.name in _annotations(cls):
                setattr(cls, field.name, field)  # as a second @dataclass would not find it any more

    def to_dict(self) -> dict[str, Any]:
        """The values by their keys, as JSON can hold them.

        Raises:
            ConfigError: one of them cannot stand in JSON.
        """
        values: dict[str, Any] = kinds.plain(kinds.DATACLASS.dump(self))
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """A config of these values.

        Args:
            values: field → value.

        Raises:
            ConfigError: a key is unknown, or missing, or a value is not what is to stand there.
        """
        config: Self = kinds.DATACLASS.build(cls, dict(values))
        return config

    def to_json(self) -> str:
        """The values as a JSON text.

        Raises:
            ConfigError: one of them cannot stand in JSON.
        """
        return files.text_of(kinds.dumped(self))

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """A config from a JSON text.

        Args:
            text: the text, or its bytes in UTF-8.

        Raises:
            ConfigError: it is not a JSON object, or not one of such a config.
        """
        config: Self = kinds.built(cls, files.parsed(text, "the text"), {}, "the text")
        return config


def _annotations(cls: type) -> dict[str, Any]:
    """Those of the class itself."""
    if sys.version_info >= (3, 14):
        import annotationlib

        return annotationlib.get_annotations(cls, format=annotationlib.Format.FORWARDREF)
    return inspect.get_annotations(cls)


def _annotate(cls: type) -> None:
    """Give `hidden_size = 1024` the type that it has in the base: without one, a dataclass passes it over."""
    own = _annotations(cls)
    inherited = [field for field in dataclasses.fields(cls) if field.name in cls.__dict__ and field.name not in own]
    if not inherited:
        return
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__[1:]):
        if dataclasses.is_dataclass(base):
            found.update(_hints(base))
    cls.__annotations__ = {**own, **{field.name: found.get(field.name, field.type) for field in inherited}}


def _hints(cls: type) -> dict[str, Any]:
    try:
        return get_type_hints(cls, include_extras=True)
    except Exception:  # noqa: BLE001 - whatever an annotation raises; it is told where the hints are needed
        return {}

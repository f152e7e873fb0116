"""What is saved to a folder with its config, and made anew from there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args, get_origin

from load.registry import _config_files as files
from load.registry import _config_kinds as kinds

if TYPE_CHECKING:
    from typing import Self, TypeAlias

    from typing_extensions import TypeVar as TypeVarWithDefault

    StrPath: TypeAlias = str | os.PathLike[str]
    C = TypeVarWithDefault("C", default=Any)
else:
    C = TypeVar("C")


class PretrainedMixin(Generic[C]):
    """Something with a `config`, which is saved to a folder and made anew from there.

    `PretrainedMixin[BertConfig]` says what class the config is of, and so does `config_class = BertConfig`. Without
    either it is a dictionary. What else there is to save goes through `save_state` and `load_state`.

    Args:
        config: the config; an `__init__` of your own takes it as its one argument, and keeps it as `self.config`.

    Attributes:
        config: as given.
        config_class: the class of it.
        config_filename: the name of its file in a folder.
    """

    config_class: type[C] = dict  # type: ignore[assignment]
    config_filename: str = "config.json"
    config: C

    def __init__(self, config: C) -> None:
        super().__init__()
        self.config = config

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "config_class" not in cls.__dict__:
            for base in cls.__dict__.get("__orig_bases__", ()):
                _take_config_class(cls, base)

    def save_pretrained(self, path: StrPath) -> None:
        """Save it to a folder, which is made where it is not there.

        The state goes first, and the file of the config last, in one step: where saving fails, the config that was
        there before is there still, and where none was, nothing can be loaded.

        Raises:
            ConfigError: the config cannot stand in JSON, or a file stands where the folder should be.
            TypeError: the config is not of `config_class`.
            OSError: it cannot be written.
        """
        name = self.config_filename
        files.check_filename(name)
        _check_class(type(self), self.config)
        text = files.text_of(kinds.dumped(self.config))
        folder = Path(path)
        with files.saving(folder, name):
            self.save_state(folder)
            files.write(os.path.join(folder, name), text)

    @classmethod
    def from_pretrained(cls, path: StrPath, **overrides: Any) -> Self:
        """Make it from a folder.

        Args:
            path: the folder.
            overrides: values that go before those of the file, as if they stood there.

        Raises:
            ConfigError: there is no config, it cannot be read, or `config_class` does not take it.
            OSError: it cannot be opened.
        """
        folder = Path(path)
        file, values = files.read(folder, cls.config_filename)
        made = cls(kinds.built(cls.config_class, values, overrides, file))
        made.load_state(folder)
        return made

    def save_state(self, folder: Path) -> None:
        """Save what is not in the config; called by `save_pretrained`, when the folder is there."""

    def load_state(self, folder: Path) -> None:
        """Load what `save_state` saved; called by `from_pretrained`, when the object is made."""


def _take_config_class(cls: type[PretrainedMixin[Any]], base: Any) -> None:
    """Take over what stands in the brackets of a base."""
    origin, arguments = get_origin(base), get_args(base)
    if len(arguments) != 1 or not isinstance(origin, type) or not issubclass(origin, PretrainedMixin):
        return
    given = get_origin(arguments[0]) or arguments[0]
    if isinstance(given, type) and given is not Any:
        cls.config_class = given
    elif hasattr(given, "__forward_arg__"):
        raise TypeError(f"{cls.__name__}: write config_class = {given.__forward_arg__}, as text cannot be looked up")


def _check_class(cls: type[PretrainedMixin[Any]], config: object) -> None:
    kinds.kind_of(cls.config_class)
    if not isinstance(config, Mapping if issubclass(cls.config_class, Mapping) else cls.config_class):
        raise TypeError(
            f"the config of a {cls.__name__} is to be a {cls.config_class.__name__}, and is a {type(config).__name__}: "
            f"write config_class = {type(config).__name__} in the class, or it could not be loaded again"
        )

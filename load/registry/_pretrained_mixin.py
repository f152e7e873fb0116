"""What is saved to a folder with its config, and made anew from there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args, get_origin

from load.registry import _config_checking as checking
from load.registry import _config_failing as failing
from load.registry import _config_files as files
from load.registry import _config_kinds as kinds
from load.registry import _config_saving as saving

if TYPE_CHECKING:
    import os
    from pathlib import Path
    from typing import Self, TypeAlias

    from typing_extensions import TypeVar as TypeVarWithDefault

    StrPath: TypeAlias = str | os.PathLike[str]
    C = TypeVarWithDefault("C", default=Any)
else:
    C = TypeVar("C")

_TRIES = 20  # to load what others save to


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

        All of it is made beside the old files first, and takes their places then, the file of the config last: where
        saving fails, what was there before is there still, and where nothing was, nothing can be loaded.

        Args:
            path: the folder.

        Raises:
            ConfigError: the config cannot stand in JSON, or would not come back from there as it is; or a file stands
                where the folder should be.
            TypeError: the config is not of `config_class`.
            OSError: it cannot be written.
        """
        name = self.config_filename
        files.check_filename(name)
        _check_class(type(self), self.config)
        values = kinds.dumped(self.config)
        text = files.text_of(values)
        checking.check(self.config_class, self.config, values)
        saving.save(files.folder_of(path), name, text, self.save_state)

    @classmethod
    def from_pretrained(cls, path: StrPath, **overrides: Any) -> Self:
        """Make it from a folder.

        Where somebody else saves to the folder meanwhile, it is made anew, from what was saved.

        Args:
            path: the folder.
            overrides: values that go before those of the file, as if they stood there.

        Raises:
            ConfigError: there is no config, it cannot be read, or `config_class` does not take it; or somebody else
                saves to the folder all the time.
            OSError: it cannot be opened.
        """
        folder = files.folder_of(path)
        for _ in range(_TRIES):
            file, values, stamp = files.read(folder, cls.config_filename)
            made = cls(kinds.built(cls.config_class, values, overrides, file))
            if cls.load_state is PretrainedMixin.load_state:
                return made
            try:
                made.load_state(folder)
            except Exception:
                if saving.is_still(folder, cls.config_filename, stamp):
                    raise
                continue  # what it read was of two saves
            if saving.is_still(folder, cls.config_filename, stamp):
                return made
        raise failing.restless(folder, _TRIES)

    def save_state(self, folder: Path) -> None:
        """Save what is not in the config; called by `save_pretrained`.

        Args:
            folder: an empty one. What is written there takes the places of the files of the same names in the folder
                that is saved to, when all of it is there; where this raises, it is thrown away, and those are as
                they were.
        """

    def load_state(self, folder: Path) -> None:
        """Load what `save_state` saved; called by `from_pretrained`, when the object is made.

        Args:
            folder: the one that was saved to.
        """


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

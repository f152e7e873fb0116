"""Models that are saved with their configs, and loaded again as what their config names.

::

    from load.registry import NAMESPACE
    from load.registry.pretrained import AutoRegistry, PretrainedConfig, PretrainedMixin

    class BertConfig(PretrainedConfig):
        model_type: str = "bert"
        hidden_size: int = 768

    AutoModel = AutoRegistry(NAMESPACE["models"])

    @AutoModel.register("bert")
    class BertModel(PretrainedMixin[BertConfig]): ...

    BertModel(BertConfig()).save_pretrained("saved")      # saved/config.json
    AutoModel.from_pretrained("saved")                    # a BertModel

A config is a pydantic 2 model, a dataclass, a `PretrainedConfig`, a dictionary, or an object of any class with
`to_dict()` and `from_dict(values)`. What a file says is only ever looked up in the registry: nothing is imported
that was not registered.

What is saved comes back as it was: a config that would not is refused before anything is written. All of a model takes
the place of what was saved before, or nothing of it does.

Whatever is wrong with a file is a `ConfigError`. Where it is not there, that is a FileNotFoundError as well, where a
file stands instead of the folder, a NotADirectoryError, and where it is not a file, an OSError, so that
`except OSError` catches all three. A type that nobody registered is a `RegistryError`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from load.errors import ConfigError, RegistryTypeError
from load.registry import _config_failing as failing
from load.registry import _config_files as files
from load.registry import _config_kinds as kinds
from load.registry._failing import unknown
from load.registry._pretrained_config import PretrainedConfig
from load.registry._pretrained_mixin import PretrainedMixin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import overload

    from load.registry._mapping import Registrable
    from load.registry._pretrained_mixin import StrPath
    from load.registry._registry import Registry

    T = TypeVar("T", bound=Callable[..., Any])
M = TypeVar("M")

__all__ = ["AutoRegistry", "PretrainedConfig", "PretrainedMixin"]


def __dir__() -> list[str]:
    return __all__


class AutoRegistry(Generic[M]):
    """Makes models of the type that a config names: `AutoModel = AutoRegistry(NAMESPACE["models"])`.

    If you need a class, with methods of your own::

        class AutoModel:
            _auto = AutoRegistry(NAMESPACE["models"])
            register = _auto.register
            from_pretrained = _auto.from_pretrained

    Args:
        registry: holds the classes of models by their types, or what else makes a model of a config.
        config_class: the class of configs, for models that have neither `from_pretrained` nor a `config_class`.
        type_key: the key in a config that says its type.
        config_filename: the name of the file of a config.

    Attributes:
        registry: as given.
        config_class: as given; dict where nothing was.
        type_key: as given.
        config_filename: as given.

    Raises:
        ConfigError: `config_filename` is not a name of a file.
        TypeError: `config_class` is not a class of configs.
    """

    def __init__(
        self,
        registry: Registry[str, type[M]],
        *,
        config_class: type | None = None,
        type_key: str = "model_type",
        config_filename: str = "config.json",
    ) -> None:
        files.check_filename(config_filename)
        kinds.kind_of(config_class or dict)
        self.registry = registry
        self.config_class: type = config_class or dict
        self.type_key = type_key
        self.config_filename = config_filename

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "registry" in cls.__dict__:
            raise TypeError(
                f"a registry of models is an instance: {cls.__name__} = AutoRegistry(registry, type_key=...); a class "
                "takes over its methods: register = auto.register; from_pretrained = auto.from_pretrained"
            )

    if TYPE_CHECKING:

        @overload
        def register(
            self,
            type_name: str,
            /,
            *,
            metadata: Mapping[str, Any] | None = None,
            aliases: Iterable[str] = (),
            override: bool = False,
        ) -> Callable[[T], T]: ...
        @overload
        def register(
            self,
            type_name: str,
            value: Registrable[type[M]] | Callable[..., M],
            /,
            *,
            is_instance: bool = False,
            eager_load: bool = False,
            metadata: Mapping[str, Any] | None = None,
            aliases: Iterable[str] = (),
            override: bool = False,
        ) -> None: ...
        def register(self, type_name: str, *value: Any, **options: Any) -> Any:
            """Register a model: as a call, or as a decorator; see `Registry.register`."""
    else:

        @property
        def register(self):
            """Register a model: as a call, or as a decorator; see `Registry.register`."""
            return self.registry.register  # itself, so that errors name the line of who registers

    def from_pretrained(self, path: StrPath, **overrides: Any) -> M:
        """Make the model that was saved to a folder.

        Args:
            path: the folder.
            overrides: as for `from_pretrained` of the model; the type stands in the file alone.

        Raises:
            ConfigError: there is no config, it cannot be read, or does not say its type, or the model does not take it.
            RegistryError: no such type is registered.
            ImportError: the model that is registered cannot be imported.
            OSError: the config cannot be opened.
        """
        if self.type_key in overrides:
            raise ConfigError(
                f"{self.type_key!r} cannot be overridden: it says which model it is.",
                hint=f"use from_pretrained of the class: registry[{overrides[self.type_key]!r}]",
                key=self.type_key,
            )
        file, values, _ = files.read(files.folder_of(path), self.config_filename)
        model = self._model(values, list(values), f"{file} says")
        own = getattr(model, "from_pretrained", None)
        if callable(own):
            made: M = own(path, **overrides)
            return made
        return model(kinds.built(self._config_class_of(model), values, overrides, file))

    def from_config(self, config: Any) -> M:
        """Make a new model.

        Args:
            config: an object, which is given to the model, or a dictionary, of which the model's config is made.

        Raises:
            ConfigError: it does not say its type, or the model does not take it.
            RegistryError: no such type is registered.
            ImportError: the model that is registered cannot be imported.
        """
        if not isinstance(config, Mapping):
            has = [self.type_key] if hasattr(config, self.type_key) else []
            return self._model({key: getattr(config, key) for key in has}, has, "the config says")(config)
        model = self._model(config, list(config), "the dictionary says")
        return model(kinds.built(self._config_class_of(model), config, {}, "the dictionary"))

    def _model(self, values: Mapping[str, Any], keys: list[str], says: str) -> Callable[..., M]:
        """What is registered for the type that a config says.

        Args:
            values: of the config.
            keys: those of its keys that may be shown.
            says: the beginning of a sentence about it.
        """
        name = values.get(self.type_key)
        if not isinstance(name, str):
            raise self._without_type(name, keys, says.removesuffix(" says"))
        if name not in self.registry:
            error = unknown(failing.cut(name), self.registry._named(), list(self.registry), "register(…) it")
            error.context = (f"{says} {self.type_key} = {failing.shown(name)}", *error.context)
            raise error
        model: Any = self.registry[name]
        if not callable(model):
            raise RegistryTypeError(
                f"{name!r} of {self.registry._named()} makes no model: it is of type {type(model).__name__}.",
                context=(f"registered in {self.registry.registered_in(name)}",),
                hint="register a class",
            )
        made: Callable[..., M] = model
        return made

    def _without_type(self, found: object, keys: list[str], where: str) -> ConfigError:
        near = failing.near(self.type_key, keys)
        there = failing.listed(list(self.registry))
        if self.type_key in keys:
            fact = f"{self.type_key!r} in {where} is {failing.word_for(found)}, and has to be a text: the type."
            hint = f"write one of the types as {self.type_key!r}"
        else:
            fact = f"There is no {self.type_key!r} in {where}, so that its type is not known."
            hint = (
                f"write {self.type_key!r} instead of {near[0]!r}"
                if near
                else f"add {self.type_key!r}, or say AutoRegistry(..., type_key=...) where another key has it"
            )
        return ConfigError(
            fact,
            context=((f"its keys are {failing.listed(keys)}",) if keys else ())
            + ((f"the types are {there}",) if there else ("no type is registered",)),
            hint=hint,
            key=self.type_key,
            origin=where,
        )

    def _config_class_of(self, model: object) -> type:
        own = getattr(model, "config_class", None)
        return own if isinstance(own, type) else self.config_class

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.registry!r}, type_key={self.type_key!r})"

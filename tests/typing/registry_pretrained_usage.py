"""What type checkers have to understand of `load.registry`, and of `pretrained` in it; nothing of it is executed."""

from __future__ import annotations

from collections.abc import ItemsView, KeysView, ValuesView
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, assert_type

from load.registry import NAMESPACE, LazyImportDict, Registry, lazy
from load.registry.pretrained import AutoRegistry, PretrainedConfig, PretrainedMixin

# -- configs


class BertConfig(PretrainedConfig):
    """A dataclass, though it does not say so."""

    model_type: str = "bert"
    hidden_size: int = 768
    layers: list[int] = field(default_factory=list)


config = BertConfig(hidden_size=3, layers=[1])
assert_type(config.hidden_size, int)
assert_type(BertConfig.from_dict({"hidden_size": 3}), BertConfig)
assert_type(BertConfig.from_json("{}"), BertConfig)
assert_type(config.to_dict(), dict[str, Any])
assert_type(config.to_json(), str)
BertConfig(hidden_size="many")  # expected: arg-type
BertConfig(hiden_size=3)  # expected: call-arg


@dataclass
class PlainConfig:
    """One that does."""

    size: int = 1


# -- models


class Model(PretrainedMixin[BertConfig]):
    """With a config of this class."""


class Special(Model):
    """The same."""

    weights: bytes = b""

    def save_state(self, folder: Path) -> None:
        """Beside the config."""
        (folder / "weights").write_bytes(self.weights)


class Untold(PretrainedMixin):
    """With a dictionary, or whatever `config_class` says."""


class Told(PretrainedMixin[PlainConfig]):
    """In both ways."""

    config_class = PlainConfig
    config_filename = "plain.json"


assert_type(Model.from_pretrained("saved"), Model)
assert_type(Special.from_pretrained(Path("saved"), hidden_size=3), Special)
assert_type(Special.from_pretrained("saved").config, BertConfig)
assert_type(Model(config).config.hidden_size, int)
assert_type(Untold({"a": 1}).config, Any)
assert_type(Told.from_pretrained("saved").config.size, int)
Model(config).save_pretrained(Path("saved"))
Model({"hidden_size": 3})  # expected: arg-type
Model.from_pretrained(3)  # expected: arg-type

# -- by the type
models: Registry[str, type[Model]] = Registry("models")
auto = AutoRegistry(models)
assert_type(auto, AutoRegistry[Model])
assert_type(auto.from_pretrained("saved", hidden_size=3), Model)
assert_type(auto.from_config(config), Model)
anything: AutoRegistry[Any] = AutoRegistry(NAMESPACE["models"], config_class=PlainConfig, type_key="name")
assert_type(anything.from_pretrained("saved"), Any)
auto.register("lazy", "myapp.models:Lazy", aliases=["idle"])
auto.register("special", Special, override=True)
auto.register("other", PlainConfig)  # expected: arg-type
AutoRegistry(models, typekey="name")  # expected: call-arg


@auto.register("bert")
class Bert(Model):
    """Stays what it is when it is decorated."""


assert_type(Bert.from_pretrained("saved"), Bert)


class AutoModel:
    """The same as a class."""

    register = auto.register
    from_pretrained = auto.from_pretrained


assert_type(AutoModel.from_pretrained("saved"), Model)

# -- registries themselves
assert_type(models["bert"], type[Model])
assert_type(Registry[str, type[Model]]("models")["bert"], type[Model])
assert_type(models.get("bert", 3), type[Model] | int)
assert_type(models.pop("bert"), type[Model])
assert_type(models.pop("bert", None), type[Model] | None)
assert_type(models.setdefault("bert", "myapp.models:Bert"), type[Model])
assert_type(models.popitem(), tuple[str, type[Model]])
assert_type(models.keys(), KeysView[str])
assert_type(models.values(), ValuesView[type[Model]])
assert_type(models.items(), ItemsView[str, type[Model]])
assert_type([value for _, value in models.items()], list[type[Model]])
assert_type(models | {"gpt": Bert}, Registry[str, type[Model]])
models["lazy"] = lazy("myapp.models:Lazy")
models["number"] = 3  # expected: assignment
models[3] = "myapp.models:Three"  # expected: index
models.pop(3)  # expected: call-overload
with models.isolated() as same:
    assert_type(same, Registry[str, type[Model]])

# -- without types: keys are text, and values anything
things = Registry("things")
assert_type(things, Registry[str, Any])
assert_type(things["thing"], Any)
things["pair"] = ("json:dumps", "json:loads")
numbers = LazyImportDict({1: "json:dumps"})
assert_type(list(numbers), list[int])
several: Registry[str, int | str] = Registry("several", base=int | str)

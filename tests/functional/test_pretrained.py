"""Models that are saved with their configs: what comes back, what is refused, and what stays as it was."""

from __future__ import annotations

import copy
import dataclasses
import enum
import importlib.util
import json
import os
import pickle
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from typing import Any, NamedTuple, NewType, Optional, TypedDict

import pytest

from load.errors import ConfigError, RegistryError, RegistryTypeError
from load.registry import NAMESPACE, Registry
from load.registry.pretrained import AutoRegistry, PretrainedConfig, PretrainedMixin
from tests.functional import test_typing
from tests.support.environments import Python
from tests.support.library import CHECKOUT

# -- configs of every kind ---------------------------------------------------------------------------------------------


class Activation(enum.Enum):
    RELU = "relu"
    GELU = "gelu"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Range(NamedTuple):
    low: int
    high: Optional[Path] = None  # noqa: UP045 - both ways of writing it


Count = NewType("Count", int)


@dataclass
class Optimizer:
    """A config in a config."""

    lr: float = 0.001
    betas: tuple[float, float] = (0.9, 0.999)
    made: str = field(default="later", init=False)


@dataclass
class Schedule:
    """Another."""

    steps: list[int]
    optimizer: Optimizer | None = None


@dataclass
class Everything:
    """What JSON has no form for."""

    model_type: str = "everything"
    optimizer: Optimizer = field(default_factory=Optimizer)
    either: Optimizer | Schedule | None = None
    several: list[Schedule] = field(default_factory=list)
    by_number: dict[int, Schedule] = field(default_factory=dict)
    by_name: Mapping[str, Optimizer] = field(default_factory=dict)
    activation: Activation = Activation.GELU
    level: Level = Level.LOW
    root: Path = Path("models/größe")
    pure: PurePosixPath | None = None
    sizes: tuple[int, ...] = (1, 2)
    mixed: tuple[int, Path] = (1, Path("a"))
    tags: frozenset[str] = frozenset({"b", "a"})
    words: AbstractSet[str] = frozenset({"x"})
    row: Sequence[int] = (3,)
    span: Range = Range(1, Path("b"))  # noqa: RUF009 - it cannot be changed
    one_or_many: int | list[Path] = 3
    count: Count = Count(3)
    anything: Any = None
    plain: dict[str, Any] = field(default_factory=dict)


class Bert(PretrainedConfig):
    """A dataclass that nobody decorated."""

    model_type: str = "bert"
    hidden_size: int = 768
    activation: Activation = Activation.GELU
    optimizer: Optimizer = field(default_factory=Optimizer)
    title: str = "bärt – 模型"


class Large(Bert):
    """Values without annotations."""

    model_type = "large"
    hidden_size = 1024
    activation = Activation.RELU


class Positive(PretrainedConfig):
    """One that has its own opinion."""

    model_type: str = "positive"
    size: int = 1

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError("size must not be negative")


class Own:
    """Neither of the kinds, with the two methods."""

    def __init__(self, size: int) -> None:
        self.size = size

    def to_dict(self) -> dict[str, Any]:
        """Its values."""
        return {"model_type": "own", "size": self.size}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Own:
        """Made of them."""
        return cls(values["size"])


class Keys(TypedDict):
    model_type: str
    size: int


class BertModel(PretrainedMixin[Bert]): ...


class PlainModel(PretrainedMixin): ...


class EverythingModel(PretrainedMixin[Everything]): ...


class PositiveModel(PretrainedMixin[Positive]): ...


class OwnModel(PretrainedMixin[Own]): ...


class StateModel(PretrainedMixin[Bert]):
    """With something beside its config."""

    weights = b"new"

    def save_state(self, folder: Path) -> None:
        """The weights."""
        (folder / "weights").write_bytes(self.weights)

    def load_state(self, folder: Path) -> None:
        """The weights."""
        self.weights = (folder / "weights").read_bytes()


class FailingModel(StateModel):
    """On a disk that is full."""

    def save_state(self, folder: Path) -> None:
        """Half of it."""
        super().save_state(folder)
        (folder / "weights").unlink()
        raise OSError(28, "No space left on device")


@pytest.fixture
def auto() -> AutoRegistry[Any]:
    """With a model for each type."""
    made: AutoRegistry[Any] = AutoRegistry(Registry("models"))
    made.register("bert", BertModel)
    made.register("large", StateModel)
    made.register("everything", EverythingModel)
    made.register("plain", PlainModel)
    return made


def write(folder: Path, content: str | bytes | Mapping[str, Any]) -> Path:
    """A folder with a config."""
    folder.mkdir(exist_ok=True)
    data = json.dumps(content) if isinstance(content, Mapping) else content
    (folder / "config.json").write_bytes(data.encode() if isinstance(data, str) else data)
    return folder


def names(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(each.name for each in folder.iterdir())


# -- there and back ----------------------------------------------------------------------------------------------------


EVERYTHING = Everything(
    optimizer=Optimizer(0.1, (0.5, 0.6)),
    either=Schedule([1, 2], Optimizer(0.2)),
    several=[Schedule([1]), Schedule([], Optimizer())],
    by_number={3: Schedule([4]), -1: Schedule([])},
    by_name={"ä": Optimizer(1)},
    activation=Activation.RELU,
    level=Level.HIGH,
    root=Path("/data/größe"),
    pure=PurePosixPath("c"),
    sizes=(5, 6, 7),
    mixed=(2, Path("d")),
    tags=frozenset({"é"}),
    words={"y", "z"},
    row=[1, 2],
    span=Range(5),
    one_or_many=[Path("e")],
    count=Count(9),
    anything=[1, {"a": None}],
    plain={"x": [1.5, True]},
)


@pytest.mark.parametrize(
    "model",
    [
        BertModel(Bert(hidden_size=3, activation=Activation.RELU, optimizer=Optimizer(0.5))),
        PlainModel({"model_type": "plain", "größe": [1, {"tief": None}], "x": 1.5}),
        EverythingModel(EVERYTHING),
        EverythingModel(Everything(row=[3])),
        PositiveModel(Positive(size=4)),
    ],
    ids=lambda model: type(model).__name__,
)
@pytest.mark.parametrize("kind", [str, Path, lambda path: SimpleFolder(str(path))])
def test_what_is_saved_comes_back(model: Any, kind: Callable[[Path], Any], tmp_path: Path) -> None:
    """As what it was, from text and paths of any kind; folders are made."""
    path = kind(tmp_path / "größer" / "模型")
    model.save_pretrained(path)
    again = type(model).from_pretrained(path)
    assert type(again) is type(model)
    assert type(again.config) is type(model.config)
    assert again.config == model.config


class SimpleFolder:
    """Something that is a path."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __fspath__(self) -> str:
        return self.path


def test_what_a_file_looks_like(tmp_path: Path) -> None:
    """UTF-8, for people to read, with a line end, and nothing beside it."""
    BertModel(Bert()).save_pretrained(tmp_path)
    data = (tmp_path / "config.json").read_bytes()
    assert data.decode("utf-8").startswith(
        '{\n  "model_type": "bert",\n  "hidden_size": 768,\n  "activation": "gelu",\n'
    )
    assert "bärt – 模型" in data.decode("utf-8")
    assert data.endswith(b"}\n")
    assert b"\r" not in data
    assert names(tmp_path) == ["config.json"]


def test_names_of_files_that_are_no_text(tmp_path: Path) -> None:
    """Half of a surrogate pair comes back, too."""
    config = {"name": os.fsdecode(b"caf\xe9"), "ok": "é"}
    PlainModel(config).save_pretrained(tmp_path)
    assert PlainModel.from_pretrained(tmp_path).config == config


def test_a_class_with_the_two_methods_is_a_config(tmp_path: Path) -> None:
    """Whatever it is otherwise."""
    OwnModel(Own(3)).save_pretrained(tmp_path)
    assert OwnModel.from_pretrained(tmp_path, size=4).config.size == 4
    with pytest.raises(ConfigError, match="Own does not take these values: there is no 'size'"):
        OwnModel.from_pretrained(write(tmp_path / "x", {"siz": 3}))


def test_a_typed_dict_is_a_dictionary(tmp_path: Path) -> None:
    """As it is at run time."""

    class KeysModel(PretrainedMixin[Keys]): ...

    KeysModel({"model_type": "keys", "size": 3}).save_pretrained(tmp_path)
    assert KeysModel.from_pretrained(tmp_path).config == {"model_type": "keys", "size": 3}


def test_a_pretrained_config_is_a_dataclass() -> None:
    """Keyword arguments, comparing, copies; values without annotations count; a second decorator does no harm."""
    assert Bert() == Bert(hidden_size=768) != Bert(hidden_size=3)
    assert (Large().hidden_size, Large().model_type, Large().activation) == (1024, "large", Activation.RELU)
    assert Large.from_dict({"activation": "gelu"}).activation is Activation.GELU
    assert repr(Positive(size=2)) == "Positive(model_type='positive', size=2)"
    assert copy.deepcopy(Bert()) == pickle.loads(pickle.dumps(Bert())) == Bert()
    assert [each.name for each in dataclasses.fields(Positive)] == ["model_type", "size"]
    assert Bert().optimizer is not Bert().optimizer
    with pytest.raises(TypeError, match="model_type"):
        PretrainedConfig()  # type: ignore[call-arg]

    @dataclass
    class Twice(PretrainedConfig):
        model_type: str = "twice"
        items: list[int] = field(default_factory=list)

    @dataclass(slots=True)
    class Slots(PretrainedConfig):
        model_type: str = "slots"
        size: int = 3

    assert Twice.from_dict({}) == Twice() == Twice(items=[])
    assert Slots(size=4).to_dict() == {"model_type": "slots", "size": 4}


def test_a_config_as_a_dictionary_and_as_text() -> None:
    """Both ways."""
    config = Bert(optimizer=Optimizer(0.5))
    values = config.to_dict()
    assert values == json.loads(config.to_json())
    assert values["optimizer"] == {"lr": 0.5, "betas": [0.9, 0.999]}
    assert Bert.from_dict(values) == Bert.from_json(config.to_json()) == config
    assert Bert.from_json(b"\xef\xbb\xbf{}") == Bert.from_json("\ufeff{}") == Bert()
    with pytest.raises(ConfigError, match="the text:1:2 is not JSON"):
        Bert.from_json("{")
    with pytest.raises(ConfigError, match="Bert has no 'hiden_size'"):
        Bert.from_dict({"hiden_size": 3})


def test_what_the_brackets_say_is_the_class_of_the_config() -> None:
    """In a base as well; what is written in the class goes before."""
    assert BertModel.config_class is Bert
    assert PlainModel.config_class is dict

    class Sub(BertModel): ...

    class Other(PretrainedMixin[Bert]):
        config_class = Large

    class Any1(PretrainedMixin[Any]): ...

    class Dict(PretrainedMixin[dict[str, int]]): ...

    assert (Sub.config_class, Other.config_class, Any1.config_class, Dict.config_class) == (Bert, Large, dict, dict)
    with pytest.raises(TypeError, match="config_class = Bert"):

        class Text(PretrainedMixin["Bert"]): ...


def test_a_mixin_goes_with_other_bases(tmp_path: Path) -> None:
    """Each `__init__` is called."""

    class Module:
        def __init__(self) -> None:
            self.parts: list[int] = []

    class Net(PretrainedMixin[Bert], Module): ...

    Net(Bert()).save_pretrained(tmp_path)
    assert Net.from_pretrained(tmp_path).parts == []


def test_a_config_of_another_class_is_not_saved(tmp_path: Path) -> None:
    """It could not be loaded again; nor is what is not a config at all."""
    with pytest.raises(TypeError, match="is to be a dict, and is a Bert: write config_class = Bert"):
        PlainModel(Bert()).save_pretrained(tmp_path / "a")
    BertModel(Large()).save_pretrained(tmp_path / "b")

    class Odd(PretrainedMixin[int]): ...

    with pytest.raises(TypeError, match="int cannot be the class of a config"):
        Odd(3).save_pretrained(tmp_path / "a")
    with pytest.raises(TypeError, match="int cannot be the class of a config"):
        Odd.from_pretrained(tmp_path / "b")
    assert names(tmp_path) == ["b"]


# -- pydantic ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def models() -> SimpleNamespace:
    """Classes of pydantic, where it is installed."""
    pydantic = pytest.importorskip("pydantic", minversion="2")

    class Config(pydantic.BaseModel):
        name: str
        hidden_size: int = 768
        where: Path = Path("a")
        many: set[int] = {1}  # noqa: RUF012 - pydantic copies it

    class Strict(Config):
        model_config = pydantic.ConfigDict(extra="forbid")

    class Aliased(pydantic.BaseModel):
        hidden_size: int = pydantic.Field(768, alias="hiddenSize")

    class Strange(pydantic.BaseModel):
        anything: Any = None
        number: float = 1.0

    class Endless(Strange):
        model_config = pydantic.ConfigDict(ser_json_inf_nan="strings")

    @pydantic.dataclasses.dataclass
    class Checked:
        size: int

    return SimpleNamespace(
        Config=Config, Strict=Strict, Aliased=Aliased, Strange=Strange, Checked=Checked, Endless=Endless
    )


def of(kind: Any) -> Any:
    """A model with configs of a class."""

    class Model(PretrainedMixin[Any]):
        config_class = kind

    return Model


def test_pydantic_models(models: SimpleNamespace, tmp_path: Path) -> None:
    """There and back, with aliases, and with values that go before those of the file."""
    config = models.Config(name="ä", hidden_size=3, where="b/c", many={2, 3})
    model = of(models.Config)
    model(config).save_pretrained(tmp_path)
    assert model.from_pretrained(tmp_path).config == config
    assert model.from_pretrained(tmp_path, hidden_size=4, where=Path("d")).config.where == Path("d")
    model = of(models.Aliased)
    model(models.Aliased(hiddenSize=3)).save_pretrained(tmp_path)
    assert json.loads((tmp_path / "config.json").read_text()) == {"hiddenSize": 3}
    assert model.from_pretrained(tmp_path).config.hidden_size == 3
    assert model.from_pretrained(tmp_path, hidden_size=5).config.hidden_size == 5
    assert model.from_pretrained(tmp_path, hiddenSize=5).config.hidden_size == 5


def test_what_pydantic_does_not_take(models: SimpleNamespace, tmp_path: Path) -> None:
    """Each place is named, with its own error as the cause; a slip in an override is never passed over."""
    write(tmp_path, {"hidden_size": "many"})
    with pytest.raises(ConfigError, match=r"Config does not take these values: name: Field required") as caught:
        of(models.Config).from_pretrained(tmp_path)
    assert "hidden_size: Input should be a valid integer" in str(caught.value)
    assert str(tmp_path / "config.json") in str(caught.value)
    assert type(caught.value.__cause__).__name__ == "ValidationError"
    assert caught.value.origin == str(tmp_path / "config.json")
    write(tmp_path, {"name": "x", "hiden_size": 3})
    assert of(models.Config).from_pretrained(tmp_path).config.name == "x"
    with pytest.raises(ConfigError, match="did you mean 'hidden_size' instead of 'hiden_size'"):
        of(models.Strict).from_pretrained(tmp_path)
    with pytest.raises(ConfigError, match="did you mean 'hidden_size' instead of 'hiden_size'"):
        of(models.Config).from_pretrained(tmp_path, hiden_size=3)
    with pytest.raises(ConfigError, match=r"Checked does not take these values: size: Input should be"):
        of(models.Checked).from_pretrained(write(tmp_path / "x", {"size": "many"}))
    with pytest.raises(ConfigError, match=r"cannot be written as JSON|cannot stand in JSON"):
        of(models.Strange)(models.Strange(anything=object())).save_pretrained(tmp_path / "y")
    with pytest.raises(ConfigError, match="'number' is inf"):
        of(models.Strange)(models.Strange(number=float("inf"))).save_pretrained(tmp_path / "y")
    assert not (tmp_path / "y").exists()
    of(models.Endless)(models.Endless(number=float("inf"))).save_pretrained(tmp_path / "y")
    assert of(models.Endless).from_pretrained(tmp_path / "y").config.number == float("inf")


def test_pydantic_is_imported_by_nobody_else(child: Python) -> None:
    """Nor is this module by `load.registry`, nor anything that is not the standard library's by this module."""
    code = """
import sys
import load.registry
assert "load.registry.pretrained" not in sys.modules
assert not [name for name in sys.modules if name.startswith(("load.registry._config", "load.registry._pretrained"))]
from load.registry.pretrained import PretrainedConfig, PretrainedMixin, AutoRegistry
class Config(PretrainedConfig):
    model_type: str = "x"
class Model(PretrainedMixin[Config]): ...
auto = AutoRegistry(load.registry.Registry("models"))
auto.register("x", Model)
Model(Config()).save_pretrained("saved")
assert type(auto.from_pretrained("saved")) is Model
roots = {name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names)
assert not roots & {"pydantic", "pydantic_core", "typing_extensions", "attr", "packaging"}, roots
"""
    child.run(["-c", code]).check()


# -- the seed ----------------------------------------------------------------------------------------------------------

SEED = """
from pathlib import Path
from typing import ClassVar, Type
from pydantic import BaseModel
from load.registry import NAMESPACE, Registry

# Create a registry for models
MODEL_REGISTRY: Registry[str, Type["ModelMixin"]] = NAMESPACE["models"]

class ModelConfig(BaseModel):
    name: str
    hidden_size: int = 768

class ModelMixin:
    config_cls: ClassVar[Type[ModelConfig]]

    def __init__(self, config: ModelConfig):
        self.config = config

    def save_pretrained(self, path: str) -> None:
        Path(path).mkdir(parents=True, exist_ok=True)
        (Path(path) / "config.json").write_text(
            self.config.model_dump_json()
        )

    @classmethod
    def from_pretrained(cls, path: str):
        config_file = Path(path) / "config.json"
        config = cls.config_cls.model_validate_json(
            config_file.read_text()
        )
        return cls(config)

class AutoModel:
    @classmethod
    def register(cls, name: str):
        def decorator(model_cls: Type[ModelMixin]):
            MODEL_REGISTRY.register(name, model_cls, is_instance=True)
            return model_cls
        return decorator

    @classmethod
    def from_pretrained(cls, path: str):
        config = ModelConfig.model_validate_json(
            (Path(path) / "config.json").read_text()
        )
        model_cls = MODEL_REGISTRY[config.name]
        return model_cls.from_pretrained(path)

# Register models
@AutoModel.register("bert")
class BertModel(ModelMixin):
    config_cls = ModelConfig

@AutoModel.register("gpt")
class GPTModel(ModelMixin):
    config_cls = ModelConfig

# Use the auto-loader
"""


@pytest.fixture
def seed() -> Iterator[dict[str, Any]]:
    """The names of the seed's advanced example."""
    pytest.importorskip("pydantic", minversion="2")
    with NAMESPACE.isolated():
        scope: dict[str, Any] = {"__name__": "seed"}
        exec(SEED, scope)
        yield scope


def test_the_example_of_the_seed_runs(seed: dict[str, Any]) -> None:
    """As it stands there."""
    seed["GPTModel"](seed["ModelConfig"](name="gpt", hidden_size=3)).save_pretrained("./saved_model")
    exec('model = AutoModel.from_pretrained("./saved_model")', seed)
    assert type(seed["model"]) is seed["GPTModel"]
    assert seed["model"].config.hidden_size == 3


def test_an_auto_registry_takes_the_place_of_the_seed_s_class(seed: dict[str, Any]) -> None:
    """Over the same registry and the same models, and as a class."""
    auto = AutoRegistry[Any](NAMESPACE["models"], type_key="name")
    seed["GPTModel"](seed["ModelConfig"](name="gpt")).save_pretrained("./saved_model")
    assert type(auto.from_pretrained("./saved_model")) is seed["GPTModel"]
    assert type(auto.from_config(seed["ModelConfig"](name="bert"))) is seed["BertModel"]

    class AutoModel:
        register = auto.register
        from_pretrained = auto.from_pretrained

    @AutoModel.register("new")
    class New(seed["ModelMixin"]): ...  # type: ignore[misc]

    assert NAMESPACE["models"]["new"] is New
    assert type(AutoModel.from_pretrained("./saved_model")) is seed["GPTModel"]


# -- by the type -------------------------------------------------------------------------------------------------------


def test_the_type_in_the_file_says_what_is_made(auto: AutoRegistry[Any], tmp_path: Path) -> None:
    """With overrides; by aliases; what is lazy is imported then and not before."""
    StateModel(Bert(model_type="large")).save_pretrained(tmp_path)
    assert type(auto.from_pretrained(tmp_path)) is StateModel
    assert auto.from_pretrained(str(tmp_path), hidden_size=5).config == Bert(model_type="large", hidden_size=5)
    auto.register("lazy", "lazy_model_of_a_test:Model", aliases=["idle"])
    assert "lazy_model_of_a_test" not in sys.modules
    (tmp_path / "lazy_model_of_a_test.py").write_text(
        "from load.registry.pretrained import PretrainedMixin\nclass Model(PretrainedMixin): pass\n"
    )
    sys.path.insert(0, str(tmp_path))
    importlib.invalidate_caches()
    made = auto.from_pretrained(write(tmp_path / "x", {"model_type": "idle", "a": 1}))
    assert type(made) is sys.modules.pop("lazy_model_of_a_test").Model
    assert made.config == {"model_type": "idle", "a": 1}


def test_a_model_of_a_config(auto: AutoRegistry[Any]) -> None:
    """Of any kind; a dictionary becomes what the model wants."""
    config = Bert()
    assert auto.from_config(config).config is config
    assert auto.from_config({"model_type": "bert", "hidden_size": 3}).config == Bert(hidden_size=3)
    assert auto.from_config({"model_type": "plain", "x": 3}).config == {"model_type": "plain", "x": 3}
    with pytest.raises(ConfigError, match="did you mean 'hidden_size'"):
        auto.from_config({"model_type": "bert", "hiden_size": 3})
    for odd in (object(), None, 3, "bert"):
        with pytest.raises(ConfigError, match="There is no 'model_type' in the config"):
            auto.from_config(odd)


def test_models_that_know_nothing_of_it(tmp_path: Path) -> None:
    """A class, and a function, that take a config: of the class that the registry of models names."""
    auto = AutoRegistry[Any](Registry("models"), config_class=Bert, type_key="model_type", config_filename="bert.json")

    @auto.register("class")
    class Model:
        def __init__(self, config: Bert) -> None:
            self.config = config

    @auto.register("function")
    def function(config: Bert) -> tuple[str, Bert]:
        return "made", config

    (tmp_path / "bert.json").write_text('{"model_type": "class", "hidden_size": 3}')
    assert auto.from_pretrained(tmp_path, hidden_size=4).config == Bert(model_type="class", hidden_size=4)
    assert auto.from_config({"model_type": "function"}) == ("made", Bert(model_type="function"))
    auto.registry.register("value", 3, is_instance=True)
    with pytest.raises(RegistryTypeError, match="makes no model: it is of type int"):
        auto.from_config({"model_type": "value"})
    assert (auto.type_key, auto.config_class, auto.config_filename) == ("model_type", Bert, "bert.json")
    assert repr(auto).startswith("AutoRegistry(Registry('models', {'class': ")


def test_a_class_that_names_a_registry_is_told_how_it_is_done() -> None:
    """As its methods could not be called on the class; one that adds methods is as good as any."""
    with pytest.raises(TypeError, match=r"AutoModel = AutoRegistry\(registry"):

        class AutoModel(AutoRegistry[Any]):
            registry = NAMESPACE["models"]

    class More(AutoRegistry[Any]):
        def types(self) -> list[str]:
            return list(self.registry)

    assert More(Registry("models")).types() == []


def test_threads_that_save_to_one_folder_leave_a_whole_config(tmp_path: Path) -> None:
    """That of one of them, and nothing beside it."""

    def save(number: int) -> set[int]:
        seen: set[int] = set()
        for _ in range(20):
            PlainModel({"numbers": [number] * 2000}).save_pretrained(tmp_path)
            values = set(PlainModel.from_pretrained(tmp_path).config["numbers"])
            assert len(values) == 1
            seen |= values
        return seen

    with ThreadPoolExecutor(8) as pool:
        assert set.union(*pool.map(save, range(8))) <= set(range(8))
    assert names(tmp_path) == ["config.json"]


def test_registering_is_the_registry_s_own(auto: AutoRegistry[Any]) -> None:
    """With the line of who registers; a taken key is refused."""
    line = sys._getframe().f_lineno + 1
    auto.register("new", BertModel, metadata={"size": 3})
    assert auto.registry.registered_in("new") == f"{__file__}:{line}"
    assert auto.registry.metadata("new") == {"size": 3}
    with pytest.raises(RegistryError, match="stands for"):
        auto.register("new", PlainModel)
    auto.register("new", PlainModel, override=True)
    assert auto.registry["new"] is PlainModel


def test_the_state_goes_beside_the_config(tmp_path: Path) -> None:
    """By the two hooks."""
    model = StateModel(Bert())
    model.weights = b"trained"
    model.save_pretrained(tmp_path / "a")
    assert names(tmp_path / "a") == ["config.json", "weights"]
    assert StateModel.from_pretrained(tmp_path / "a").weights == b"trained"


# -- all or nothing ----------------------------------------------------------------------------------------------------


def test_where_saving_fails_the_config_is_as_it_was(tmp_path: Path) -> None:
    """A new folder goes again; one that holds something stays."""
    folder = tmp_path / "a" / "b"
    with pytest.raises(OSError, match="No space left"):
        FailingModel(Bert()).save_pretrained(folder)
    assert names(tmp_path) == []
    StateModel(Bert(hidden_size=1)).save_pretrained(folder)
    before = (folder / "config.json").read_bytes()
    with pytest.raises(OSError, match="No space left"):
        FailingModel(Bert(hidden_size=2)).save_pretrained(folder)
    assert (folder / "config.json").read_bytes() == before
    assert (folder / "weights").read_bytes() == b"new"
    assert names(folder) == ["config.json", "weights"]


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
def test_a_full_disk_leaves_the_old_config(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever step finds it full; nothing lies about."""
    BertModel(Bert(hidden_size=1)).save_pretrained(tmp_path)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, full)
    with pytest.raises(OSError, match="No space left"):
        BertModel(Bert(hidden_size=2)).save_pretrained(tmp_path)
    monkeypatch.undo()
    assert BertModel.from_pretrained(tmp_path).config.hidden_size == 1
    assert names(tmp_path) == ["config.json"]


def test_what_cannot_be_written_is_refused_before_anything_is_touched(tmp_path: Path) -> None:
    """By its key."""
    circle: dict[str, Any] = {}
    circle["self"] = circle
    for config, what in {
        "NaN": ({"a": {"b": [1, float("nan")]}}, r"'a\.b\[1\]' is nan, which cannot stand in JSON"),
        "infinity": ({"a": float("-inf")}, "'a' is -inf"),
        "an object": ({"a": object()}, "'a' is of type object"),
        "bytes": ({"a": b"x"}, "'a' is of type bytes"),
        "a key": ({1.5: 1}, r"is of type float|is 1\.5"),
        "one key twice": ({1: 1, "1": 2}, "is of type str"),
        "a circle": (circle, "is nested too deep, or holds itself"),
        "a number": ({"a": 10**5000}, "cannot stand in JSON"),
    }.values():
        with pytest.raises(ConfigError, match=what):
            PlainModel(config).save_pretrained(tmp_path / "a")
        assert names(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="there are no such modes")
def test_a_config_that_may_not_be_written(child: Python, tmp_path: Path) -> None:
    """Is not gone around, and nothing else is saved beside it."""
    write(tmp_path, {"size": 1})
    (tmp_path / "config.json").chmod(0o444)
    child.give_up_rights()
    code = """
from load.registry.pretrained import PretrainedMixin
class Model(PretrainedMixin):
    def save_state(self, folder): print("not to be called")
try:
    Model({"size": 2}).save_pretrained(".")
except PermissionError as error:
    print(error.strerror)
"""
    result = child.run(code, cwd=tmp_path)
    assert (result.stdout, result.stderr) == ("it is read-only\n", "")
    assert (names(tmp_path), PlainModel.from_pretrained(tmp_path).config) == (["config.json"], {"size": 1})


@pytest.mark.skipif(os.name == "nt", reason="there are no such modes")
def test_modes_are_kept(tmp_path: Path) -> None:
    """As with any file that is written anew."""
    umask = os.umask(0o027)
    try:
        BertModel(Bert()).save_pretrained(tmp_path)
        assert (tmp_path / "config.json").stat().st_mode & 0o777 == 0o640
        (tmp_path / "config.json").chmod(0o600)
        BertModel(Bert()).save_pretrained(tmp_path)
        assert (tmp_path / "config.json").stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(umask)


# -- what is not there -------------------------------------------------------------------------------------------------

BOTH = pytest.mark.parametrize("way", ["model", "auto"])


def loading(way: str, auto: AutoRegistry[Any]) -> Callable[..., Any]:
    """From_pretrained of a model, or of an AutoRegistry."""
    return BertModel.from_pretrained if way == "model" else auto.from_pretrained


@BOTH
def test_a_config_that_is_not_there(way: str, auto: AutoRegistry[Any], tmp_path: Path) -> None:
    """What files there are; what is meant; it is a FileNotFoundError, too."""
    load = loading(way, auto)
    (tmp_path / "saved").mkdir()
    with pytest.raises(ConfigError, match=r"There is no 'config.json' in .*saved") as caught:
        load(tmp_path / "saved")
    assert isinstance(caught.value, FileNotFoundError)
    assert isinstance(caught.value.__cause__, FileNotFoundError)
    assert caught.value.filename == str(tmp_path / "saved" / "config.json")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.filename, again.errno) == (str(caught.value), caught.value.filename, caught.value.errno)
    (tmp_path / "saved" / "confg.json").write_text("{}")
    (tmp_path / "saved" / "weights").write_text("")
    with pytest.raises(FileNotFoundError, match=r"there is 'confg.json', 'weights'\n  → did you mean 'confg.json'"):
        load(tmp_path / "saved")
    with pytest.raises(FileNotFoundError, match=r"There is no folder .*savd\.\n.*\n  → did you mean '.*saved'"):
        load(tmp_path / "savd")
    with pytest.raises(OSError, match="nothing is downloaded"):
        load("bert-base-uncased")


@pytest.mark.skipif(os.name == "nt", reason="links take rights there")
def test_a_config_that_is_a_link(tmp_path: Path) -> None:
    """Is read through, and replaced; one that leads nowhere is told."""
    real = write(tmp_path / "real", {"hidden_size": 3}) / "config.json"
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "config.json").symlink_to(real)
    assert BertModel.from_pretrained(tmp_path / "linked").config.hidden_size == 3
    BertModel(Bert()).save_pretrained(tmp_path / "linked")
    assert real.read_text() == '{"hidden_size": 3}'
    (tmp_path / "lost").mkdir()
    (tmp_path / "lost" / "config.json").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match="is a link that leads nowhere"):
        BertModel.from_pretrained(tmp_path / "lost")


@BOTH
def test_a_file_where_the_folder_should_be(way: str, auto: AutoRegistry[Any], tmp_path: Path) -> None:
    """Reading and writing, at every level."""
    file = write(tmp_path, {"model_type": "bert"}) / "config.json"
    for path in (file, file / "deeper"):
        for act in (loading(way, auto), BertModel(Bert()).save_pretrained):
            with pytest.raises(ConfigError, match=r"config\.json is a file, not a folder") as caught:
                act(path)
            assert isinstance(caught.value, NotADirectoryError)
            assert caught.value.__cause__ is not None
            assert f"give the folder: {str(tmp_path)!r}" in str(caught.value)
    assert file.read_text() == '{"model_type": "bert"}'


# -- what is in it -----------------------------------------------------------------------------------------------------

NO_CONFIGS: dict[str, tuple[bytes, str]] = {
    "empty": (b" \n", "config.json is empty"),
    "no JSON": (b'{\n  "a": 1,\n  b\n}', r"config\.json:3:3 is not JSON: Expecting property name"),
    "cut off": (b'{"a": [1, 2', r"config\.json:1:12 is not JSON: Expecting ',' delimiter"),
    "two objects": (b"{}\n{}", r"config\.json:2:1 is not JSON: Extra data"),
    "a list": (b"[]", "holds a list, not an object"),
    "a text": (b'"x"', "holds a text, not an object"),
    "null": (b"null", "holds null, not an object"),
    "a number": (b"3", "holds a number, not an object"),
    "latin-1": (b'{\n "a": "caf\xe9"}', r"config\.json:2:11 is not UTF-8: the byte 0xe9"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), r"config\.json:1:1 is not UTF-8"),
    "NaN": (b'{"a": NaN}', "holds NaN, which is not JSON"),
    "infinity": (b'{"a": -Infinity}', "holds -Infinity, which is not JSON"),
    "too large": (b'{"a": 1e999}', "holds the number 1e999, which is too large"),
    "digits": (b'{"a": ' + b"9" * 10000 + b"}", "holds a number of too many digits"),
    "twice": (b'{"model_type": "bert", "a": {"b": 1, "b": 2}}', "has the key 'b' twice"),
    "types twice": (b'{"model_type": "bert", "model_type": "os:system"}', "has the key 'model_type' twice"),
    "deep": (b'{"a": ' + b"[" * 200_000, "is nested too deep"),
    "deep objects": (b'{"a": ' * 200_000, "is nested too deep"),
}


@BOTH
@pytest.mark.parametrize("case", NO_CONFIGS)
def test_what_is_no_config(way: str, case: str, auto: AutoRegistry[Any], tmp_path: Path) -> None:
    """A precise error for each, with the file; a ValueError, too."""
    data, message = NO_CONFIGS[case]
    write(tmp_path, data)
    with pytest.raises(ConfigError, match=message) as caught:
        loading(way, auto)(tmp_path)
    assert isinstance(caught.value, ValueError)
    assert not isinstance(caught.value, OSError)
    assert str(tmp_path / "config.json") in str(caught.value)
    assert "\n  → " in str(caught.value)
    assert len(str(caught.value)) < 1000


def test_a_byte_order_mark_does_no_harm(auto: AutoRegistry[Any], tmp_path: Path) -> None:
    """As editors on Windows write it."""
    write(tmp_path, b'\xef\xbb\xbf{"model_type": "bert"}\r\n')
    assert auto.from_pretrained(tmp_path).config == Bert()


def test_a_config_that_does_not_say_its_type(auto: AutoRegistry[Any], tmp_path: Path) -> None:
    """Or says it in another form, or under another key."""
    with pytest.raises(ConfigError, match=r"There is no 'model_type' in .*config.json") as caught:
        auto.from_pretrained(write(tmp_path, {"a": 1}))
    assert "the types are 'bert', 'large'" in str(caught.value)
    assert "add 'model_type'" in str(caught.value)
    with pytest.raises(ConfigError, match="write 'model_type' instead of 'modeltype'"):
        auto.from_pretrained(write(tmp_path, {"modeltype": "bert"}))
    for odd in (3, ["bert"], {"a": 1}, True):
        with pytest.raises(ConfigError, match="has to be a text"):
            auto.from_pretrained(write(tmp_path, {"model_type": odd}))
    write(tmp_path, {"model_type": "bert"})
    with pytest.raises(ConfigError, match="'model_type' cannot be overridden"):
        auto.from_pretrained(tmp_path, model_type="large")


def test_a_type_that_nobody_registered(auto: AutoRegistry[Any], tmp_path: Path) -> None:
    """With the file, the choices, and what is meant."""
    with pytest.raises(RegistryError, match="There is no 'brt' in the registry 'models'") as caught:
        auto.from_pretrained(write(tmp_path, {"model_type": "brt"}))
    text = str(caught.value)
    assert isinstance(caught.value, KeyError)
    assert f"{tmp_path / 'config.json'} says model_type = 'brt'" in text
    assert "there is 'bert', 'large', 'everything', 'plain'" in text
    assert "did you mean 'bert'" in text
    with pytest.raises(RegistryError, match="nothing is registered"):
        AutoRegistry[Any](Registry("none")).from_pretrained(tmp_path)


WRONG_VALUES: dict[str, tuple[dict[str, Any], str]] = {
    "unknown": ({"optimiser": 1}, "Everything has no 'optimiser'.*did you mean 'optimizer' instead of 'optimiser'"),
    "unknown two": ({"xyz": 1, "uvw": 1}, "has no 'xyz' and no 'uvw'.*take out 'xyz', 'uvw'"),
    "in a config": ({"optimizer": {"lrr": 1}}, "Optimizer has no 'lrr'.*at 'optimizer'.*did you mean 'lr'"),
    "not to be set": ({"optimizer": {"made": "x"}}, "Optimizer has no 'made'"),
    "in a list": ({"several": [{"steps": []}, {}]}, r"Schedule: 'steps' is missing.*at 'several\[1\]'.*add 'steps'"),
    "in a dictionary": ({"by_number": {"3": {"step": 1}}}, "Schedule has no 'step'; 'steps' is missing"),
    "a key": ({"by_number": {"x": {}}}, "'by_number' has the key 'x', which is not a number"),
    "no object": ({"optimizer": [1]}, "'optimizer' is a list, and has to be an object with the keys of Optimizer"),
    "null": ({"optimizer": None}, "'optimizer' is null, and has to be an object"),
    "in a union": ({"either": {"stepps": []}}, "Optimizer has no 'stepps'"),
    "a choice": ({"activation": "gelo"}, "'gelo', which is none of Activation.*'relu', 'gelu'.*did you mean 'gelu'"),
    "another": ({"level": 7}, "'level' is 7, which is none of Level"),
}


@pytest.mark.parametrize("case", WRONG_VALUES)
def test_values_that_a_dataclass_does_not_take(case: str, tmp_path: Path) -> None:
    """Each with its place."""
    values, message = WRONG_VALUES[case]
    with pytest.raises(ConfigError, match=f"(?s){message}") as caught:
        EverythingModel.from_pretrained(write(tmp_path, values))
    assert f"in {tmp_path / 'config.json'}" in str(caught.value)
    with pytest.raises(ConfigError, match=f"(?s){message}"):
        EverythingModel.from_pretrained(write(tmp_path, {}), **values)


def test_what_the_class_of_a_config_refuses(tmp_path: Path) -> None:
    """Is the cause; what is no matter of values arrives as it is, with the file as a note."""
    write(tmp_path, {"size": -1})
    with pytest.raises(ConfigError, match="Positive does not take these values: size must not be negative") as caught:
        PositiveModel.from_pretrained(tmp_path)
    assert type(caught.value.__cause__) is ValueError

    @dataclass
    class Broken:
        size: int = 1

        def __post_init__(self) -> None:
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken") as other:
        of(Broken).from_pretrained(tmp_path)
    assert other.value.__notes__ == [f"in {tmp_path / 'config.json'}"]


def test_types_that_cannot_be_told_are_an_error(tmp_path: Path) -> None:
    """Else a nested config would be a dictionary, and a path a text, without a word."""

    @dataclass
    class Hidden:
        inner: Nowhere  # type: ignore[name-defined]  # noqa: F821

    with pytest.raises(TypeError, match="the types of Hidden cannot be told: name 'Nowhere'"):
        of(Hidden).from_pretrained(write(tmp_path, {"inner": {}}))


def test_overrides_are_as_if_they_stood_in_the_file(tmp_path: Path) -> None:
    """Converted, and checked."""
    write(tmp_path, {"hidden_size": 1})
    config = BertModel.from_pretrained(tmp_path, activation=Activation.RELU, optimizer=Optimizer(0.5)).config
    assert config == Bert(hidden_size=1, activation=Activation.RELU, optimizer=Optimizer(0.5))
    assert BertModel.from_pretrained(tmp_path, optimizer={"lr": 0.5}).config.optimizer == Optimizer(0.5)
    with pytest.raises(ConfigError, match="with 'hiden_size' given"):
        BertModel.from_pretrained(tmp_path, hiden_size=1)
    with pytest.raises(ConfigError, match="'title' is of type object, which cannot stand in JSON"):
        BertModel.from_pretrained(tmp_path, title=object())


# -- what somebody else wrote ------------------------------------------------------------------------------------------

HOSTILE: list[dict[str, Any]] = [
    {"model_type": "os:system"},
    {"model_type": "hostile_module_of_a_test:run"},
    {"model_type": "hostile_module_of_a_test"},
    {"model_type": "../../etc/passwd"},
    {"model_type": "__class__"},
    {"model_type": "bert", "__class__": "hostile_module_of_a_test:run"},
    {"model_type": "bert", "__init__": "x", "config_class": "hostile_module_of_a_test:run"},
    {"model_type": "plain", "_target_": "hostile_module_of_a_test.run", "auto_map": {"AutoModel": "x.y"}},
    {"model_type": "plain", "config_filename": "../../secret", "!!python/object": "hostile_module_of_a_test.run"},
    {"model_type": "everything", "optimizer": {"__class__": "hostile_module_of_a_test:run", "lr": 1}},
    {"model_type": "everything", "optimizer": {"__dict__": {}, "__reduce__": []}},
]


@pytest.mark.parametrize("values", HOSTILE, ids=lambda values: json.dumps(values)[:60])
def test_nothing_that_a_config_names_is_imported(
    values: dict[str, Any], auto: AutoRegistry[Any], tmp_path: Path
) -> None:
    """It is data: looked up in the registry, or in the config, or refused."""
    (tmp_path / "hostile_module_of_a_test.py").write_text("raise SystemExit('it ran')\n")
    sys.path.insert(0, str(tmp_path))
    importlib.invalidate_caches()
    folder = write(tmp_path / "saved", values)
    loaded = set(sys.modules)
    for load in (auto.from_pretrained, BertModel.from_pretrained, PlainModel.from_pretrained):
        try:
            made = load(folder)
        except (ConfigError, RegistryError):
            continue
        assert type(made) in (PlainModel, BertModel)
        assert made.config == (values if type(made) is PlainModel else Bert(model_type=values["model_type"]))
    assert {name for name in set(sys.modules) - loaded if not name.startswith(("load.", "difflib"))} == set()


@pytest.mark.parametrize(
    "name", ["../secret.json", "/etc/passwd", "a/b", "a\\b", "C:x", "", ".", "..", "a\0b", None, 3]
)
def test_the_name_of_the_file_is_no_path(name: Any, tmp_path: Path) -> None:
    """Neither for a registry nor for a model."""
    (tmp_path / "secret.json").write_text("{}")
    with pytest.raises(ConfigError, match="is not a name of a file in a folder"):
        AutoRegistry[Any](Registry("models"), config_filename=name)

    class Model(PretrainedMixin[dict[str, Any]]):
        config_filename = name

    with pytest.raises(ConfigError, match="is not a name of a file in a folder"):
        Model.from_pretrained(tmp_path / "a")
    with pytest.raises(ConfigError, match="is not a name of a file in a folder"):
        Model({}).save_pretrained(tmp_path / "a")
    assert names(tmp_path) == ["secret.json"]


def test_configs_that_are_deep_but_can_be_read(tmp_path: Path) -> None:
    """What is deeper than what makes them of it can go is an error of ours, too."""
    deep: dict[str, Any] = {}
    for _ in range(900):
        deep = {"node": deep}
    model = of(Node)
    assert model.from_pretrained(write(tmp_path, '{"node": ' * 50 + "{}" + "}" * 50)).config.node.node.node
    with pytest.raises(ConfigError, match="is nested too deep"):
        model.from_pretrained(tmp_path, node=deep)


@dataclass
class Node:
    """One in another."""

    node: Node | None = None


# -- what the pages say, and the types ---------------------------------------------------------------------------------

PAGE = CHECKOUT / "docs" / "how-to" / "registries.md"


def test_the_examples_of_the_page_run(child: Python, tmp_path: Path) -> None:
    """Each, in the order of the page, in one process; a value after an arrow is what stands there."""
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) > 10
    if importlib.util.find_spec("pydantic") is None:
        blocks = [each for each in blocks if "from pydantic import" not in each]
    code, count = re.subn(
        r"^(\S.*?) +# → (.+)$", r"assert repr(\1) == repr(\2), \1", "\n".join(blocks), flags=re.MULTILINE
    )
    assert count == "".join(blocks).count("# → ")
    (tmp_path / "page.py").write_text(code, encoding="utf-8")
    result = child.run(["page.py"]).check()
    assert "'wrong' of the registry 'stores' is not a MutableMapping" in result.stdout


@pytest.mark.parametrize("checker", [test_typing.test_mypy_understands_it, test_typing.test_pyright_understands_it])
def test_type_checkers_understand_it(
    checker: Callable[[Python, Path], None], child: Python, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As they do with the rest."""
    usage = CHECKOUT / "tests" / "typing" / "registry_pretrained_usage.py"
    lines = usage.read_text(encoding="utf-8").splitlines()
    expected = {
        number: line.rpartition("# expected: ")[2] for number, line in enumerate(lines, 1) if "# expected: " in line
    }
    monkeypatch.setattr(test_typing, "USAGE", usage)
    monkeypatch.setattr(test_typing, "EXPECTED", expected)
    checker(child, tmp_path)

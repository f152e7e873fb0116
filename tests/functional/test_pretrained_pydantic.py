"""Configs that are models of pydantic: what is saved comes back, or is refused before anything is written."""

# ruff: noqa: RUF012 - pydantic copies defaults

from __future__ import annotations

import enum
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest

from load.errors import ConfigError
from load.registry.pretrained import PretrainedMixin

pydantic = pytest.importorskip("pydantic", minversion="2")
Base: Any = pydantic.BaseModel
Field: Any = pydantic.Field
Options: Any = pydantic.ConfigDict
BY_NAME = "by_name" in (pydantic.BaseModel.model_validate_json.__kwdefaults__ or ())
reads_names = pytest.mark.skipif(not BY_NAME, reason="from pydantic 2.11")


READS_BASE64 = "val_json_bytes" in Options.__annotations__  # from pydantic 2.9


class Color(enum.Enum):
    RED = "red"
    BLUE = 2


class Inner(Base):
    size: int = Field(1, alias="theSize")


class Cat(Base):
    kind: Literal["cat"] = "cat"
    lives: int = 9


class Dog(Base):
    kind: Literal["dog"] = "dog"
    tricks: set[str] = set()


class Kinds(Base):
    """What JSON has no form for."""

    when: datetime = datetime(2020, 1, 2, 3, 4, 5, 6, UTC)
    day: date = date(2020, 1, 2)
    rest: timedelta = timedelta(days=1, microseconds=3)
    price: Decimal = Decimal("1.10")
    place: Path = Path("a/b")
    text: bytes = b"abc"
    many: set[str] = {"b", "a", "c"}
    frozen: frozenset[int] = frozenset({3})
    pair: tuple[int, Path] = (1, Path("c"))
    by_number: dict[int, Color] = {1: Color.RED}
    by_color: dict[Color, list[Inner]] = {Color.RED: [Inner(theSize=7)]}
    color: Color = Color.BLUE
    key: UUID = UUID(int=5)
    nothing: int | None = None


class Strict(Kinds):
    model_config = Options(strict=True, extra="forbid", frozen=True)


class Binary(Base):
    model_config = Options(ser_json_bytes="base64", val_json_bytes="base64")
    data: bytes = b""


class Both(Base):
    model_config = Options(extra="forbid")
    size: int = Field(1, alias="theSize")
    inner: Inner = Inner()
    several: dict[str, list[Inner]] = {}


class ForWriting(Base):
    model_config = Options(extra="forbid")
    size: int = Field(1, serialization_alias="written")


class ForReading(Base):
    model_config = Options(extra="forbid")
    size: int = Field(validation_alias="read")


class Different(Base):
    size: int = Field(1, validation_alias="read", serialization_alias="written")


class Choices(Base):
    model_config = Options(extra="forbid")
    size: int = Field(1, validation_alias=pydantic.AliasChoices("one", "other"))


class Deep(Base):
    size: int = Field(1, validation_alias=pydantic.AliasPath("sizes", "list", 0))
    width: int = Field(1, validation_alias=pydantic.AliasChoices("w", pydantic.AliasPath("sizes", "width")))


class Generated(Base):
    model_config = Options(alias_generator=lambda name: name.title(), extra="forbid")
    hidden_size: int = 1


class Named(Generated):
    model_config = Options(populate_by_name=True)


class Swapped(Base):
    one: int = Field(1, alias="two")
    two: int = Field(2, alias="one")


class Computed(Base):
    model_config = Options(extra="forbid")
    size: int = 1

    @pydantic.computed_field
    @property
    def area(self) -> int:
        """What is told of it."""
        return self.size**2


class Holding(Base):
    computed: Computed = Computed()
    pet: Annotated[Cat | Dog, Field(discriminator="kind")] = Cat()
    pets: list[Annotated[Cat | Dog, Field(discriminator="kind")]] = []


class More(Base):
    model_config = Options(extra="allow")
    size: int = Field(1, alias="theSize")


class Root(pydantic.RootModel[dict[str, list[int]]]):  # type: ignore[misc]
    """A dictionary, and nothing beside."""


class Private(Base):
    size: int = 1
    _seen: list[int] = pydantic.PrivateAttr(default_factory=list)
    cache: dict[str, int] = Field({}, exclude=True)


class Serialized(Base):
    size: int = 1
    names: list[str] = []

    @pydantic.field_serializer("names")
    def _joined(self, names: list[str]) -> str:
        return ",".join(names)

    @pydantic.field_validator("names", mode="before")
    @classmethod
    def _split(cls, names: Any) -> Any:
        return names.split(",") if isinstance(names, str) else names


class Text(Base):
    texts: pydantic.Json[list[int]] = []


class Told(Base):
    """A secret that its class writes."""

    token: pydantic.SecretStr

    @pydantic.field_serializer("token", when_used="json")
    def _revealed(self, token: Any) -> str:
        return str(token.get_secret_value())


class Hidden(Base):
    """Secrets that its class keeps out of the file."""

    size: int = 1
    token: pydantic.SecretStr = Field(exclude=True, min_length=3)
    data: pydantic.SecretBytes | None = Field(None, exclude=True)


def model_of(kind: type) -> Any:
    """A model with configs of a class."""
    return type("Model", (PretrainedMixin,), {"config_class": kind})


def there_and_back(config: Any, folder: Path, **overrides: Any) -> Any:
    """What comes back."""
    model = model_of(type(config))
    model(config).save_pretrained(folder)
    return model.from_pretrained(folder, **overrides).config


class Piece(Base):
    model_config = Options(frozen=True)
    size: int = Field(1, alias="theSize")
    names: frozenset[str] = frozenset()


class Pieces(Base):
    """What can be in a set, with sets in it."""

    pieces: set[Piece] = set()
    pairs: frozenset[tuple[str, int]] = frozenset({("a", 1), ("b", 2)})
    anything: Any = None


class Without(Base):
    """A class that leaves out what is None."""

    size: int | None = None
    names: set[str] = {"a", "b", "c"}

    @pydantic.model_serializer(mode="wrap")
    def _without(self, handler: Any) -> Any:
        return {key: value for key, value in handler(self).items() if value is not None}


@dataclass
class Point:
    x: int = 0
    words: frozenset[str] = frozenset()


class Pointing(Base):
    point: Point = Point()
    points: list[Point] = []


COME_BACK: dict[str, Callable[[], Any]] = {
    "kinds": lambda: Kinds(many={"x", "y"}, color=Color.RED, price="2.50", nothing=3),
    "strict, frozen": lambda: Strict(many={"x"}, pair=(3, Path("d"))),
    **({"binary": lambda: Binary(data=b"\xff\xfe")} if READS_BASE64 else {}),
    "alias": lambda: Both(theSize=3, inner={"theSize": 4}, several={"a": [{"theSize": 5}]}),
    "alias generator": lambda: Generated(Hidden_Size=3),
    "by name, too": lambda: Named(hidden_size=3),
    "computed": lambda: Computed(size=3),
    "discriminated": lambda: Holding(computed={"size": 4}, pet=Dog(tricks={"sit"}), pets=[Dog(), Cat(lives=1)]),
    "more": lambda: More(theSize=3, other={"deep": [1]}),
    "root": lambda: Root({"a": [1, 2]}),
    "own serializer": lambda: Serialized(names=["a", "b"]),
    "JSON in JSON": lambda: Text(texts="[1, 2]"),
    "a secret that is written": lambda: Told(token="hunter2"),
    "an empty secret": lambda: pydantic.create_model("Empty", token=(pydantic.SecretStr, ...))(token=""),
    "models in a set": lambda: Pieces(
        pieces={Piece(theSize=3, names=set("xyz")), Piece(theSize=4), Piece(theSize=5, names={"a"})},
        anything=[1, {"a": 2}],
    ),
    "what is None left out": lambda: Without(names=set("vwxyz")),
    "dataclasses": lambda: Pointing(point=Point(3, frozenset("abc")), points=[Point(4)]),
    "aliases that are swapped": lambda: Swapped(two=3, one=4),
}
COME_BACK_BY_NAME: dict[str, Callable[[], Any]] = {
    "for writing": lambda: ForWriting(size=3),
    "for reading": lambda: ForReading(read=3),
    "different": lambda: Different(read=3),
    "choices": lambda: Choices(other=3),
    "paths": lambda: Deep(sizes={"list": [3], "width": 4}),
}


@pytest.mark.parametrize("case", [*COME_BACK, *(pytest.param(case, marks=reads_names) for case in COME_BACK_BY_NAME)])
def test_what_is_saved_comes_back(case: str, tmp_path: Path) -> None:
    """As what it was; the file is the same each time."""
    config = {**COME_BACK, **COME_BACK_BY_NAME}[case]()
    again = there_and_back(config, tmp_path)
    assert type(again) is type(config)
    assert again == config
    text = (tmp_path / "config.json").read_text()
    there_and_back(again, tmp_path)
    assert (tmp_path / "config.json").read_text() == text


def test_the_keys_of_a_file_are_the_aliases(tmp_path: Path) -> None:
    """As others write it for this class; sets are in order, and what is computed is not there."""
    there_and_back(Both(theSize=3, inner={"theSize": 4}), tmp_path)
    assert json.loads((tmp_path / "config.json").read_text()) == {
        "theSize": 3,
        "inner": {"theSize": 4},
        "several": {},
    }
    there_and_back(Holding(pet=Dog(tricks=set("fdbace"))), tmp_path)
    assert json.loads((tmp_path / "config.json").read_text()) == {
        "computed": {"size": 1},
        "pet": {"kind": "dog", "tricks": list("abcdef")},
        "pets": [],
    }


@reads_names
def test_the_keys_of_a_file_do_not_depend_on_the_values(tmp_path: Path) -> None:
    """A default is written so that it is read, and not only taken for it: the default may be another one day."""
    for size in (1, 3):
        there_and_back(Different(read=size), tmp_path)
        assert json.loads((tmp_path / "config.json").read_text()) == {"size": size}
    later = pydantic.create_model("Later", size=(int, Field(5, validation_alias="read")))
    there_and_back(Different(read=1), tmp_path)
    assert model_of(later).from_pretrained(tmp_path).config.size == 1


def test_models_in_configs_of_other_kinds(tmp_path: Path) -> None:
    """In a dataclass, by their aliases as well."""

    @dataclass
    class Holder:
        inner: Both
        several: list[Computed]

    Holder.__annotations__ = {"inner": Both, "several": list[Computed]}
    config = Holder(Both(theSize=3), [Computed(size=4)])
    assert there_and_back(config, tmp_path) == config


def test_what_the_class_keeps_to_itself(tmp_path: Path) -> None:
    """Private attributes, and fields that it excludes, are not saved; they do no harm."""
    config = Private(size=3, cache={"a": 1})
    config._seen.append(1)
    again = there_and_back(config, tmp_path)
    assert (again.size, again.cache, again._seen) == (3, {}, [])


def test_a_number_that_was_set_and_not_checked(tmp_path: Path) -> None:
    """An int where a float belongs is not a loss; what the class does not read is refused, without a warning."""
    kind = pydantic.create_model("Number", number=(float, 1.0))
    config = kind()
    config.number = 3
    assert there_and_back(config, tmp_path).number == 3.0
    config.number = "3"
    with pytest.raises(ConfigError, match=r"Number would not come back as it is: 'number' would be lost"):
        there_and_back(config, tmp_path / "x")
    config.number = "many"
    with pytest.raises(ConfigError, match=r"(?s)Number does not take .*number: .*so that it could not be loaded again"):
        there_and_back(config, tmp_path / "x")
    assert not (tmp_path / "x").exists()


# -- what would be lost ------------------------------------------------------------------------------------------------


class Secret(Base):
    token: pydantic.SecretStr = pydantic.SecretStr("hunter2")


class SecretNumber(Base):
    number: pydantic.Secret[int]


class Secrets(Base):
    inner: Secret = Secret()
    several: dict[str, list[pydantic.SecretBytes]] = {"a": [pydantic.SecretBytes(b"hunter2")]}
    many: set[pydantic.SecretStr] = {pydantic.SecretStr("hunter2")}


class SubCat(Cat):
    color: str = "black"


class SameCat(Cat):
    """Of other behaviour alone."""


class Owner(Base):
    pet: Cat = Cat()
    pets: dict[str, list[Cat]] = {}
    anything: Any = None


class Growing(Base):
    size: int = 1

    @pydantic.field_validator("size")
    @classmethod
    def _more(cls, size: int) -> int:
        return size + 1


class Unread(Base):
    names: list[str] = []

    @pydantic.field_serializer("names")
    def _joined(self, names: list[str]) -> str:
        return ",".join(names)


class Base64(Base):
    model_config = Options(ser_json_bytes="base64")
    data: bytes = b"x"


LOST: dict[str, tuple[Callable[[], Any], str]] = {
    "a secret": (Secret, "'token' of Secret is secret: only asterisks would be written"),
    "a secret number": (lambda: SecretNumber(number=31337), "'number' of SecretNumber is secret"),
    "secrets": (Secrets, r"'inner\.token', 'several\.a\[0\]', 'many' of Secrets are secret"),
    "keys of a subclass": (lambda: Owner(pet=SubCat()), "'pet' is a SubCat, and would come back as a Cat"),
    "a subclass": (lambda: Owner(pets={"a": [Cat(), SameCat()]}), r"'pets\.a\[1\]' is a SameCat, .* as a Cat"),
    "a config without its class": (lambda: Owner(anything=Cat()), "'anything' is a Cat, and would come back as a dict"),
    "a value that grows": (Growing, "Growing would not come back as it is: 'size'"),
    "a serializer alone": (
        lambda: Unread(names=["a"]),
        r"(?s)Unread does not take these values: names: .*be loaded",
    ),
    "bytes by halves": (Base64, "Base64 would not come back as it is: 'data'"),
    "keys that it cannot read": (lambda: Kinds(by_color={Color.BLUE: []}), r"(?s)by_color\.2.*could not be loaded"),
    "a field that is not there": (lambda: ForReading.model_construct(), r"(?s)read: Field required.*be loaded again"),
    "bytes that are no text": (lambda: Kinds(text=b"\xff"), "Kinds cannot be written as JSON"),
}


@pytest.mark.parametrize("case", LOST)
def test_what_would_be_lost_is_refused(case: str, tmp_path: Path) -> None:
    """By its key, before anything is touched; no secret is shown."""
    make, message = LOST[case]
    with pytest.raises(ConfigError, match=message) as caught:
        there_and_back(make(), tmp_path / "x")
    assert not {"hunter2", "31337"} & set(re.findall(r"\w+", str(caught.value)))
    assert "\n  → " in str(caught.value)
    assert not (tmp_path / "x").exists()


def test_a_config_of_a_subclass_of_the_class_of_configs(tmp_path: Path) -> None:
    """Is saved if nothing is lost by reading it as its base."""
    model = model_of(Cat)
    model(SameCat(lives=3)).save_pretrained(tmp_path)
    assert model.from_pretrained(tmp_path).config == Cat(lives=3)
    with pytest.raises(ConfigError, match="SubCat would not come back as it is: 'color'"):
        model(SubCat()).save_pretrained(tmp_path)


def test_a_secret_that_is_kept_out_of_the_file_is_given_to_load(tmp_path: Path) -> None:
    """As text or as a secret; saving does not ask for it to be there, and the file does not have it."""
    config = Hidden(size=3, token="hunter2", data=b"x")
    for token in ("hunter2", pydantic.SecretStr("hunter2")):
        again = there_and_back(config, tmp_path, token=token, data=pydantic.SecretBytes(b"x"))
        assert again == config
    assert json.loads((tmp_path / "config.json").read_text()) == {"size": 3}
    with pytest.raises(ConfigError, match="token: Field required"):
        model_of(Hidden).from_pretrained(tmp_path)


# -- overrides ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Writes a file, and loads it with overrides; the file stays as it is."""
    texts: list[str] = []

    def load(kind: type, values: dict[str, Any], **overrides: Any) -> Any:
        texts[:] = [json.dumps(values)]
        (tmp_path / "config.json").write_text(texts[0])
        return model_of(kind).from_pretrained(tmp_path, **overrides).config

    yield load
    assert (tmp_path / "config.json").read_text() == texts[0]


def test_an_override_goes_before_the_file_whatever_the_key_is(written: Callable[..., Any]) -> None:
    """By the name of the field, or by any of its aliases, wherever the file has it."""
    for key in ("size", "theSize"):
        assert written(Both, {"theSize": 3}, **{key: 4}).size == 4
    for key in ("size", "one", "other"):
        for old in ("one", "other"):
            assert written(Choices, {old: 3}, **{key: 4}).size == 4
    assert written(Deep, {"sizes": {"list": [3, 1], "width": 5}}, size=4) == Deep(sizes={"list": [4], "width": 5})
    assert written(Deep, {"sizes": {"list": [3], "width": 5}}, width=4) == Deep(sizes={"list": [3]}, w=4)
    assert written(Deep, {}, size=4).size == 4
    assert written(Named, {"hidden_size": 3}, hidden_size=4).hidden_size == 4
    assert written(Named, {"hidden_size": 3}, Hidden_Size=4).hidden_size == 4
    assert written(More, {"theSize": 3}, size=4, other=5) == More(theSize=4, other=5)
    assert written(Root, {"a": [1]}, b=[2]) == Root({"a": [1], "b": [2]})
    with pytest.raises(ConfigError, match="did you mean 'theSize' instead of 'theSiz'"):
        written(Both, {}, theSiz=3)
    with pytest.raises(ConfigError, match=r"'size' cannot be overridden: it is looked for at sizes\.list\.0"):
        written(Deep, {"sizes": {"list": 3}}, size=4)


@reads_names
def test_a_file_with_the_names_of_the_fields_is_overridden_too(written: Callable[..., Any]) -> None:
    """As it is written where aliases do not come back."""
    assert written(Choices, {"size": 3}, size=4).size == 4
    assert written(ForReading, {"size": 3}, read=4).size == 4
    assert written(Deep, {"size": 3}, size=4).size == 4


def test_overrides_are_whatever_pydantic_takes(written: Callable[..., Any]) -> None:
    """And not only what JSON holds; strict models as well."""
    values: dict[str, Any] = {
        "when": datetime(2021, 1, 1, tzinfo=UTC),
        "rest": timedelta(seconds=1),
        "price": Decimal(3),
        "text": b"xyz",
        "many": {"z"},
        "by_number": {5: Color.BLUE},
        "by_color": {Color.RED: [Inner(theSize=3)]},
        "key": UUID(int=9),
    }
    for kind in (Kinds, Strict):
        assert written(kind, {}, **values) == kind(**values)
    assert not READS_BASE64 or written(Binary, {}, data=b"\xff").data == b"\xff"
    assert written(Secrets, {}, several={"b": [pydantic.SecretBytes(b"y")]}).several["b"][0].get_secret_value() == b"y"
    for odd in (object(), float("nan")):
        with pytest.raises(ConfigError, match=r"'price' is .*, which cannot stand in JSON"):
            written(Kinds, {}, price=odd)
    with pytest.raises(ConfigError, match="only asterisks"):
        written(Secrets, {}, inner=Secret())

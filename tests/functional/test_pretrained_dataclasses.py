"""Configs that are dataclasses of every form: what is saved comes back, or is refused before anything is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import KW_ONLY, InitVar, dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum, Flag, IntEnum, StrEnum
from pathlib import Path
from typing import Any, ClassVar, Generic, Optional, TypeVar

import pytest

from load.errors import ConfigError
from load.registry.pretrained import PretrainedConfig, PretrainedMixin

T = TypeVar("T")


class Color(Enum):
    RED = 1
    GREEN = "green"
    BOTH = (1, 2)


class Number(IntEnum):
    ONE = 1


class Word(StrEnum):
    YES = "yes"


class Bits(Flag):
    A = 1
    B = 2


@dataclass
class Point:
    x: int = 0
    y: int = 0


@dataclass
class Pixel(Point):
    color: str = "black"


@dataclass
class SamePoint(Point):
    """Of other behaviour alone."""


@dataclass
class Other:
    x: int = 0
    y: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    sizes: tuple[int, ...] = ()
    names: frozenset[str] = frozenset()


@dataclass
class Derived:
    """With what is made of its values, and what is not a value."""

    size: int
    area: int = field(init=False)
    cache: dict[str, object] = field(default_factory=dict, init=False, compare=False)
    shared: ClassVar[list[int]] = []

    def __post_init__(self) -> None:
        self.area = self.size**2


@dataclass
class Mixed:
    first: int
    _: KW_ONLY
    second: Optional[Color] = None  # noqa: UP045 - both ways of writing it
    third: list[Point | None] = field(default_factory=list)


@dataclass
class Enums:
    color: Color = Color.RED
    number: Number = Number.ONE
    word: Word = Word.YES
    bits: Bits = Bits.A | Bits.B
    by_color: dict[Color, list[Word]] = field(default_factory=dict)


@dataclass
class Box(Generic[T]):
    value: T
    inner: Box[T] | None = None


@dataclass
class Given:
    """Made with what it does not keep."""

    size: int = 1
    factor: InitVar[int] = 2
    area: int = field(init=False)

    def __post_init__(self, factor: int) -> None:
        self.area = self.size * factor


@dataclass
class NeedsGiven(Given):
    root: InitVar[Path] = field(kw_only=True)
    name: str = field(init=False)

    def __post_init__(self, factor: int, root: Path) -> None:  # type: ignore[override]
        super().__post_init__(factor)
        self.name = root.name


@dataclass
class Growing:
    size: int = 1

    def __post_init__(self) -> None:
        self.size *= 2


@dataclass
class Shrunk:
    size: int = 1

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError("size must be positive")


@dataclass
class Anything:
    value: Any = None


@dataclass
class Owner:
    point: Point = field(default_factory=Point)
    points: dict[str, list[Point]] = field(default_factory=dict)
    either: Point | Other | None = None


class Config(PretrainedConfig):
    """Without a decorator."""

    model_type: str = "config"
    point: Point = field(default_factory=Point)
    made: str = field(default="later", init=False)


class Special(PretrainedConfig):
    """One that says itself what is written."""

    model_type: str = "special"
    size: int = 1

    def to_dict(self) -> dict[str, Any]:
        """More than there is."""
        return {**super().to_dict(), "version": 3}

    @classmethod
    def from_dict(cls, values: Any) -> Special:
        """Without that."""
        return super().from_dict({key: value for key, value in values.items() if key != "version"})


def model_of(kind: type) -> Any:
    """A model with configs of a class."""
    return type("Model", (PretrainedMixin,), {"config_class": kind})


def there_and_back(config: Any, folder: Path, **overrides: Any) -> Any:
    """What comes back."""
    model = model_of(type(config))
    model(config).save_pretrained(folder)
    return model.from_pretrained(folder, **overrides).config


def used(config: Derived) -> Derived:
    """With something in its cache that is not JSON."""
    config.cache["lock"] = object()
    return config


COME_BACK: dict[str, Callable[[], Any]] = {
    "frozen, slots, keywords": lambda: Frozen(sizes=(3, 4), names=frozenset({"a", "ä"})),
    "derived": lambda: used(Derived(3)),
    "mixed": lambda: Mixed(1, second=Color.GREEN, third=[Point(1), None]),
    "enums": lambda: Enums(Color.BOTH, by_color={Color.GREEN: [Word.YES]}, bits=Bits.B),
    "generic": lambda: Box(3, Box(4)),
    "given the default": lambda: Given(3),
    "configs of one class or the other": lambda: Owner(Point(1), {"a": [Point(2)]}, Point(3)),
    "nothing": Anything,
    "without a decorator": lambda: Config(point=Point(1)),
    "with its own methods": lambda: Special(size=3),
}


@pytest.mark.parametrize("case", COME_BACK)
def test_what_is_saved_comes_back(case: str, tmp_path: Path) -> None:
    """As what it was; the file is the same each time."""
    config = COME_BACK[case]()
    again = there_and_back(config, tmp_path)
    assert type(again) is type(config)
    assert again == config
    text = (tmp_path / "config.json").read_text()
    there_and_back(again, tmp_path)
    assert (tmp_path / "config.json").read_text() == text


LOST: dict[str, tuple[Callable[[], Any], str]] = {
    "what it was made with": (lambda: Given(3, factor=5), "Given would not come back .*: it does not keep 'factor'"),
    "a value that grows": (lambda: Growing(3), "Growing would not come back as it is: 'size'"),
    "a value set since": (
        lambda: changed(Shrunk(), size=0),
        r"(?s)size must be positive.*so that it could not be loaded again",
    ),
    "a subclass": (lambda: Owner(SamePoint()), "'point' is a SamePoint, and would come back as a Point"),
    "a subclass in a list": (lambda: Owner(points={"a": [SamePoint()]}), r"'points\.a\[0\]' is a SamePoint"),
    "keys of a subclass": (lambda: Owner(Pixel()), r"(?s)Point has no 'color'.*at 'point'.*could not be loaded again"),
    "the other class": (lambda: Owner(either=Other(1)), "'either' is a Other, and would come back as a Point"),
    "a config without its class": (lambda: Anything(Point()), "'value' is a Point, and would come back as a dict"),
    "a date": (lambda: Anything(date(2020, 1, 1)), "'value' is of type date, which cannot stand in JSON"),
    "a decimal": (lambda: Anything([Decimal(1)]), r"'value\[0\]' is of type Decimal"),
    "bytes": (lambda: Anything({"a": b"x"}), r"'value\.a' is of type bytes"),
    "a class": (lambda: Anything(int), "'value' is of type type"),
    "of a config without a decorator": (lambda: Config(point=SamePoint()), "'point' is a SamePoint"),
}


def changed(config: Any, **values: Any) -> Any:
    """With values that were set after it was made."""
    for name, value in values.items():
        setattr(config, name, value)
    return config


@pytest.mark.parametrize("case", LOST)
def test_what_would_be_lost_is_refused(case: str, tmp_path: Path) -> None:
    """By its key, before anything is touched."""
    make, message = LOST[case]
    with pytest.raises(ConfigError, match=message) as caught:
        there_and_back(make(), tmp_path / "x")
    assert "\n  → " in str(caught.value)
    assert not (tmp_path / "x").exists()


def test_what_is_not_kept_is_given_to_load(tmp_path: Path) -> None:
    """InitVar, with a default and without one; converted by its type as any other."""
    again = there_and_back(NeedsGiven(3, root=Path("a/b")), tmp_path, root="c/d", factor=7)
    assert (again.size, again.area, again.name) == (3, 21, "d")
    assert json.loads((tmp_path / "config.json").read_text()) == {"size": 3}
    with pytest.raises(ConfigError, match="NeedsGiven: 'root' is missing"):
        model_of(NeedsGiven).from_pretrained(tmp_path)
    with pytest.raises(ConfigError, match="did you mean 'factor' instead of 'facto'"):
        model_of(Given).from_pretrained(tmp_path, facto=7)


def test_what_is_derived_cannot_be_overridden(tmp_path: Path) -> None:
    """As it would be made anew anyway."""
    with pytest.raises(ConfigError, match="Derived has no 'area'"):
        there_and_back(Derived(3), tmp_path, area=5)


def test_a_dictionary_comes_back_as_json_has_it(tmp_path: Path) -> None:
    """There are no annotations to say more."""
    config = {"pair": (1, 2), "where": Path("a/b"), "color": Color.RED, 3: {"x"}, "point": Point()}
    assert there_and_back(config, tmp_path) == {
        "pair": [1, 2],
        "where": "a/b",
        "color": 1,
        "3": ["x"],
        "point": {"x": 0, "y": 0},
    }

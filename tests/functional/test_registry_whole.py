"""Registries as a whole: aliases and metadata, merging, copies and pickles, derived classes, and isolation in tests."""

from __future__ import annotations

import copy
import functools
import json
import math
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import pytest

from load.errors import AttributeNotFound, RegistryError, RegistryTypeError
from load.registry import LazyImportDict, Namespace, Registry, instance, lazy


@pytest.fixture
def things() -> Registry[str, Any]:
    """With an alias and metadata."""
    made: Registry[str, Any] = Registry("things")
    made.register("gzip", "gzip:compress", aliases=("gz", "z"), metadata={"suffix": ".gz"})
    return made


# -- aliases and metadata ----------------------------------------------------------------------------------------------


def test_an_alias_can_become_a_key(things: Registry[str, Any]) -> None:
    """Where it is said to; what it stood for stays as it is. Without, the hint says how, and harms nothing."""
    with pytest.raises(RegistryError, match="'gz' of the registry 'things' is another word for 'gzip'") as caught:
        things["gz"] = "json:dumps"
    assert "unregister" not in str(caught.value)
    assert str(caught.value).count(f"in {__file__}:") == 2
    things.register("gz", "json:dumps", override=True)
    assert list(things) == ["gzip", "gz"]
    assert things["gz"].__name__ == "dumps"
    assert (things.aliases("gzip"), things.aliases("gz")) == (("z",), ())
    free: Registry[str, Any] = Registry("free", override=True)
    free.update(things)
    free["z"] = "json:loads"
    free.update({"gz": "json:load"})
    assert (free["z"].__name__, free["gz"].__name__, free.aliases("gzip")) == ("loads", "load", ())


def test_an_alias_can_move(things: Registry[str, Any]) -> None:
    """With an override; a key is never hidden by one."""
    with pytest.raises(RegistryError, match=r"'gz' cannot be another word for 'zlib'.*for 'gzip' already"):
        things.register("zlib", "zlib:compress", aliases=("gz",))
    things.register("zlib", "zlib:compress", aliases=("gz",), override=True)
    assert (things.aliases("gzip"), things.aliases("zlib")) == (("z",), ("gz",))
    with pytest.raises(RegistryError, match="it is a key already"):
        things.register("lzma", "lzma:compress", aliases=("zlib",), override=True)
    assert list(things) == ["gzip", "zlib"]


def test_an_alias_is_taken_out_alone(things: Registry[str, Any]) -> None:
    """What it stands for stays."""
    things.unregister("gz")
    assert things.pop("z") is things["gzip"]
    assert (list(things), things.aliases("gzip"), "gz" in things) == (["gzip"], (), False)
    things.register("gzip", "gzip:compress", aliases=("gzip", "gz", "gz"))
    assert things.aliases("gzip") == ("gz",)
    del things["gzip"]
    assert "gz" not in things


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"aliases": "gz"}, r"write aliases=\('gz',\)"),
        ({"aliases": 5}, "aliases="),
        ({"metadata": 5}, "metadata="),
        ({"metadata": "ab"}, "metadata="),
        ({"aliases": ([],)}, "aliases="),
    ],
)
def test_what_is_of_a_wrong_kind_changes_nothing(things: Registry[str, Any], options: Any, hint: str) -> None:
    """Neither by a call nor by a decorator."""
    before = pickle.dumps(things)
    for way in (
        lambda: things.register("gzip", "json:dumps", override=True, **options),
        lambda: things.register("new", "json:dumps", **options),
        lambda: things.register("new", **options),
    ):
        with pytest.raises(TypeError, match=hint):
            way()
    assert pickle.dumps(things) == before


def test_many_aliases_cost_what_they_are() -> None:
    """Each is found by itself, not by going through all of them, when it is registered anew, or taken out."""
    counted = 0

    class Word(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            nonlocal counted
            counted += 1
            return str.__eq__(self, other)

    things: Registry[str, Any] = Registry("things")
    for _ in range(2):
        for number in range(500):
            things.register(Word(f"key {number}"), "json:dumps", aliases=(Word(f"alias {number}"),))
    things.clear()
    assert counted < 500 * 40
    assert len(things) == 0


# -- merging -----------------------------------------------------------------------------------------------------------

MERGES: dict[str, Callable[[Registry[str, Any]], Registry[str, Any]]] = {
    "update": lambda things: updated(Registry("other"), things),
    "update itself": lambda things: updated(things, things),
    "|": lambda things: Registry("other") | things,
    "| of a dict": lambda things: {"more": "json:dumps"} | things,
    "|=": lambda things: functools.reduce(lambda one, other: one.__ior__(other), [Registry("other"), things]),
    "copy": lambda things: things.copy(),
    "copy.copy": copy.copy,
    "copy.deepcopy": copy.deepcopy,
    "pickle": lambda things: pickle.loads(pickle.dumps(things)),
}


def updated(one: Registry[str, Any], other: Registry[str, Any]) -> Registry[str, Any]:
    """One with the entries of another."""
    one.update(other)
    return one


@pytest.mark.parametrize("merge", MERGES)
def test_aliases_and_metadata_are_kept(things: Registry[str, Any], merge: str) -> None:
    """However registries are merged; and they are of the merged one alone."""
    merged = MERGES[merge](things)
    assert merged["z"] is things["gzip"]
    assert (merged.aliases("gzip"), merged.metadata("gzip")) == (("gz", "z"), {"suffix": ".gz"})
    assert merged.registered_in("gzip") == things.registered_in("gzip")
    merged.unregister("gz")
    assert ("gz" in things) is (merged is not things)


def test_a_plain_lazy_dictionary_takes_aliases_over(things: Registry[str, Any]) -> None:
    """They lead where they led, until something is registered under them; a key that is there is not hidden."""
    plain: LazyImportDict[str, Any] = LazyImportDict(things)
    assert plain["gz"] is plain["z"] is things["gzip"]
    plain["gz"] = "json:dumps"
    assert (list(plain), plain["gz"].__name__) == (["gzip", "gz"], "dumps")
    del plain["z"]
    assert ("z" in plain, "gzip" in plain) == (False, True)
    full: LazyImportDict[str, Any] = LazyImportDict({"gz": "json:loads"})
    full.update(things)
    assert (full["gz"].__name__, full["z"]) == ("loads", things["gzip"])


def test_merging_is_refused_as_registering_is(things: Registry[str, Any]) -> None:
    """An alias of the other one that is a key here; nothing is registered then."""
    other: Registry[str, Any] = Registry("other")
    other["gz"] = "json:dumps"
    with pytest.raises(RegistryError, match="it is a key already"):
        other.update(things)
    with pytest.raises(RegistryError, match="is another word for 'gzip'"):
        things.update(other)
    with pytest.raises(RegistryError, match="is another word for 'gzip'"):
        _ = things | {"gz": "json:dumps"}
    assert (list(other), list(things)) == (["gz"], ["gzip"])
    other.clear()
    other.update(things, gz="json:dumps")
    assert other["gz"].__name__ == "dumps"
    assert other.aliases("gzip") == ("z",)


def test_what_is_no_dictionary_is_not_merged(things: Registry[str, Any]) -> None:
    """As of any dictionary."""
    for way in (lambda: things | 5, lambda: [("a", "json:dumps")] | things):
        with pytest.raises(TypeError, match=r"unsupported operand type\(s\) for \|"):
            way()


def test_equality_is_of_keys_and_not_of_aliases(things: Registry[str, Any]) -> None:
    """What is not a number is itself."""
    other: Registry[str, Any] = Registry("other")
    other.register("zlib", "zlib:compress", aliases=("gzip",))
    assert things != other
    assert other != things
    assert things != {"zlib": 1}
    not_a_number: LazyImportDict[str, float] = LazyImportDict({"x": math.nan})
    assert not_a_number == not_a_number.copy() == {"x": math.nan}
    assert LazyImportDict({"x": math.nan}) != LazyImportDict({"x": float("nan")})


def test_registries_that_hold_each_other() -> None:
    """Are shown, pickled and copied deeply."""
    one: Registry[str, Any] = Registry("one")
    one["other"] = other = Registry("other")
    other["list"] = [one]
    assert repr(one) == "Registry('one', {'other': Registry('other', {'list': [Registry('one', {...})]})})"
    for twin in (pickle.loads(pickle.dumps(one)), copy.deepcopy(one)):
        assert twin["other"]["list"] == [twin]
        assert twin["other"] is not other


def test_json_needs_a_plain_dictionary(things: Registry[str, Any]) -> None:
    """`json` looks into what is loaded alone, where nothing is: `dict(registry)` is what it wants, and loads all."""
    settings: Registry[str, Any] = Registry("settings")
    settings["lr"] = lazy(lambda: 0.1)
    assert json.dumps(dict(settings)) == '{"lr": 0.1}'


# -- derived classes ---------------------------------------------------------------------------------------------------


class Mine(Registry[str, Any]):
    """With an `__init__` and attributes of its own."""

    __slots__ = ("color", "extra")

    def __init__(self, color: str) -> None:
        super().__init__("mine", base=(type, int))
        self.color = color


def test_a_derived_class_with_an_init_of_its_own() -> None:
    """It is copied, merged and pickled with what it has."""
    mine = Mine("red")
    mine["one"] = 1
    mine.freeze()
    for twin in (mine.copy(), mine | {"two": 2}, {"two": 2} | mine, copy.deepcopy(mine), copy.copy(mine)):
        assert (type(twin), twin.color, twin["one"], hasattr(twin, "extra")) == (Mine, "red", 1, False)
        with pytest.raises(RegistryTypeError, match="is not a type or int"):
            twin.register("text", "a text", is_instance=True)
    twin = pickle.loads(pickle.dumps(mine))
    assert (type(twin), twin.color, twin["one"]) == (Mine, "red", 1)
    with pytest.raises(RegistryError, match="is frozen"):
        twin["two"] = 2


@runtime_checkable
class Running(Protocol):
    """Something that runs."""

    def run(self) -> None:
        """Run."""


class Silent(Protocol):
    """Nothing can be checked by it."""

    def run(self) -> None:
        """Run."""


@pytest.mark.parametrize("base", [int | str, (int, str), (int | str,), (bool | int, str)])
def test_a_union_is_a_base(base: Any) -> None:
    """As several classes are."""
    things: Registry[str, Any] = Registry("things", base=base)
    things.update({"one": 1, "two": instance("two"), "class": int})
    with pytest.raises(RegistryTypeError, match=r"is not an? (bool or )?int or str: it is of type float"):
        things["wrong"] = 1.5
    with pytest.raises(RegistryTypeError, match=r"is not an? (bool or )?int or str: it is the class float"):
        things["wrong"] = float
    assert pickle.loads(pickle.dumps(things)) == things


def test_none_may_be_part_of_a_union() -> None:
    """As in annotations; and protocols that can be checked are bases."""
    things: Registry[str, Any] = Registry("things", base=int | None)
    things["none"] = None
    assert things["none"] is None
    running: Registry[str, Any] = Registry("running", base=Running)
    with pytest.raises(RegistryTypeError, match="is not a Running"):
        running["wrong"] = 1


@pytest.mark.parametrize("base", [42, list[int], "int", (int, "str"), Silent, [int]])
def test_what_is_no_base_is_told_at_once(base: Any) -> None:
    """By the constructor, not by the first value."""
    with pytest.raises(TypeError, match="is nothing that a value can be checked by"):
        Registry("things", base=base)


# -- isolation ---------------------------------------------------------------------------------------------------------


def holder(kind: str) -> tuple[Any, Registry[str, Any]]:
    """A registry, or a namespace with one."""
    if kind == "registry":
        made: Registry[str, Any] = Registry("things")
        return made, made
    space = Namespace()
    return space, space["things"]


@pytest.mark.parametrize("kind", ["registry", "namespace"])
def test_everything_in_the_block_is_undone(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is registered, replaced and taken out; aliases; freezing; entry points; also where a test fails."""
    info = tmp_path / "one-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: one\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[load.isolated]\na = json:dumps\n[load.before]\nb = json:loads\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    held, things = holder(kind)
    things.register("gzip", "gzip:compress", aliases=("gz",), metadata={"suffix": ".gz"})
    things["kept"] = [1]
    things.load_entry_points("load.before")
    with pytest.raises(ZeroDivisionError), held.isolated() as same:
        assert same is held
        things.register("gzip", "json:dumps", aliases=("new",), override=True)
        del things["kept"]
        things.load_entry_points("load.isolated")
        assert {"a", "b"} <= set(things)
        things.freeze()
        raise ZeroDivisionError
    things["more"] = "json:loads"
    assert list(things) == ["gzip", "kept", "more", "b"]
    assert things.peek("gzip") == "gzip:compress"
    assert (things.aliases("gzip"), things.metadata("gzip")) == (("gz",), {"suffix": ".gz"})
    assert things["kept"] == [1]


@pytest.mark.parametrize("kind", ["registry", "namespace"])
def test_a_block_in_a_block(kind: str) -> None:
    """By the same object, or another."""
    held, things = holder(kind)
    things["a"] = "json:dumps"
    block = held.isolated()
    with block:
        things["b"] = "json:dumps"
        with block:
            things["c"] = "json:dumps"
            with held.isolated():
                things.clear()
        assert list(things) == ["a", "b"]
    assert list(things) == ["a"]


def test_a_namespace_holds_registries_however_they_come() -> None:
    """All or none."""
    space, more = Namespace(), Registry[str, Any]("more")
    space.update({"more": more})
    space |= {"again": more}
    assert space.setdefault("more", Registry("other")) is more
    assert space.setdefault("made").name == "made"
    assert type(space.copy()) is Namespace
    assert space.copy() == space
    for way in (
        lambda: space.update({"new": Registry("new"), "wrong": 1}),
        lambda: space.update(wrong=[]),
        lambda: space.setdefault("wrong", 2),  # type: ignore[arg-type]
        lambda: space.__ior__({"wrong": 3}),
    ):
        with pytest.raises(RegistryTypeError, match="'wrong' cannot be a"):
            way()
    assert list(space) == ["more", "again", "made"]


# -- entry points ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_read", [False, True])
def test_what_is_registered_by_hand_goes_before(is_read: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An alias as well as a key, whether somebody looked before or not."""
    info = tmp_path / "two-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: two\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[load.order]\na = json:dumps\nb = json:dumps\nc = json:dumps\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    things: Registry[str, Any] = Registry("things")
    things.load_entry_points("load.order")
    if is_read:
        assert len(things) == 3
    things.register("a", "json:loads")
    things.register("mine", "json:load", aliases=("b",))
    assert {key: things[key].__name__ for key in ("a", "b", "c", "mine")} == {
        "a": "loads",
        "b": "load",
        "c": "dumps",
        "mine": "load",
    }
    assert set(things) == {"a", "c", "mine"}
    del things["c"]
    assert "c" not in things


# -- looking around while it changes -----------------------------------------------------------------------------------

LOOPS: dict[str, Callable[[Registry[str, Any]], object]] = {
    "iteration": lambda things: [things[key] for key in things],
    "keys": lambda things: [things[key] for key in things.keys()],  # noqa: SIM118
    "values": lambda things: list(things.values()),
    "items": lambda things: list(things.items()),
    "reversed items": lambda things: list(reversed(things.items())),
    "reversed values": lambda things: list(reversed(things.values())),
    "reversed keys": lambda things: [things[key] for key in reversed(things.keys())],
    "in values": lambda things: 5 in things.values(),
    "dict": dict,
    "resolve_all": lambda things: things.resolve_all(),
}


@pytest.mark.parametrize("loop", LOOPS)
def test_what_is_imported_on_the_way_may_register_more(loop: str) -> None:
    """As plugins do."""
    things: Registry[str, Any] = Registry("things")
    things.register("one", lambda: things.register("three", 3, override=True))
    things.register("two", lambda: things.register("four", 4, override=True))
    LOOPS[loop](things)
    assert set(things.loaded()) == {"one", "two", "three", "four"}


def test_what_is_taken_out_on_the_way_is_passed_over() -> None:
    """By what is loaded before."""
    things: Registry[str, Any] = Registry("things")
    things.register("one", lambda: things.pop("two"))
    things["two"] = 2
    assert list(things.items()) == [("one", 2)]
    assert list(things.values()) == [2]


def test_the_keys_are_keys() -> None:
    """Without aliases; views are sets where those of dictionaries are."""
    things: Registry[str, Any] = Registry("things")
    things.register("one", 1, aliases=("uno",))
    assert things.keys() & {"one", "uno"} == {"one"}
    assert things.keys() == {"one"}
    assert ("one", 1) in things.items()


def test_update_is_all_or_nothing() -> None:
    """Where the code of a key is broken, too."""

    class Broken:
        def __hash__(self) -> int:
            return hash("two")

        def __eq__(self, other: object) -> bool:
            raise ValueError("broken")

    things: Registry[Any, Any] = Registry("things")
    things.register("two", "json:dumps", aliases=("zwei",), metadata={"a": 1})
    before = pickle.dumps(things)
    with pytest.raises(ValueError, match="broken"):
        things.update({"new": 1, Broken(): 2})
    assert pickle.dumps(things) == before
    eager: Registry[str, Any] = Registry("eager", eager_load=True)
    with pytest.raises(AttributeNotFound):
        eager.setdefault("wrong", "json:nothing")
    assert list(eager) == []
    assert eager.setdefault("right", "json:dumps").__name__ == "dumps"


# -- hints -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"), [("nunpy:array", "numpy"), ("sklaern.linear_model:Ridge", "sklearn.linear_model")]
)
def test_a_near_miss_is_not_to_be_installed(text: str, meant: str) -> None:
    """What is meant is said instead."""
    things: Registry[str, Any] = Registry("things")
    things["thing"] = text
    with pytest.raises(ModuleNotFoundError, match=f"did you mean '{meant}'") as caught:
        _ = things["thing"]
    assert "pip install" not in str(caught.value)


def test_a_tuple_tells_which_of_its_texts() -> None:
    """As it was written."""
    things: Registry[str, Any] = Registry("things")
    things["sizes"] = ("json:dumps", "nothing_of_that_name")
    with pytest.raises(ModuleNotFoundError, match="is 'nothing_of_that_name': there is no module"):
        _ = things["sizes"]

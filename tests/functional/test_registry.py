"""Registries: what is registered is imported when it is asked for, once, and never by looking around."""

from __future__ import annotations

import copy
import importlib
import itertools
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

import load
from load.errors import AttributeNotFound, ImportFailed, RegistryError, RegistryTypeError, ResolveError, SourceError
from load.registry import Factory, ImportString, LazyImportDict, Namespace, Registry, instance, lazy
from tests.support.environments import Python
from tests.support.library import CHECKOUT

_NUMBERS = itertools.count(1)
BODY = """
class Base: pass
class Model(Base): pass
class Other(Base): pass
class Nested:
    class Inner: pass
value = 42
def function(): return "called"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on `sys.path`."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


@pytest.fixture
def shop(folder: Path) -> Iterator[str]:
    """The name of a module that nobody has imported."""
    name = module(folder, BODY)
    yield name
    sys.modules.pop(name, None)


def module(folder: Path, body: str) -> str:
    """A module on disk."""
    name = f"shop_{next(_NUMBERS)}"
    (folder / f"{name}.py").write_text(body, encoding="utf-8")
    importlib.invalidate_caches()
    return name


def plain() -> LazyImportDict[str, Any]:
    """The dictionary."""
    return LazyImportDict()


def named() -> Registry[str, Any]:
    """With a name."""
    return Registry("things")


KINDS = pytest.mark.parametrize("make", [plain, named])

# -- what is registered ------------------------------------------------------------------------------------------------


@KINDS
def test_an_import_string_is_imported_when_it_is_asked_for(make: Callable[[], Any], shop: str) -> None:
    """Both ways of registering; a nested attribute; a module."""
    things = make()
    things.register("model", f"{shop}:Model")
    things["inner"] = f"{shop}:Nested.Inner"
    things["module"] = shop
    assert shop not in sys.modules
    assert things["model"].__name__ == "Model"
    assert things["inner"].__qualname__ == "Nested.Inner"
    assert things["module"] is sys.modules[shop]
    assert things["model"] is things["model"]


@KINDS
def test_what_else_can_be_registered(make: Callable[[], Any], shop: str) -> None:
    """Tuples, factories, entry points, classes, and values that are meant themselves."""
    calls: list[str] = []
    things = make()
    things.register("factory", lambda: calls.append("made") or object())
    things["lazy"] = lazy(lambda: calls.append("lazy") or object())
    things["pair"] = (f"{shop}:Model", f"{shop}:value")
    things["entry"] = EntryPoint("entry", f"{shop}:Other [extra]", "group")
    things.register("class", dict)
    things.register("function", len, is_instance=True)
    things["handler"] = print
    things["text"] = instance("good morning")
    things.register("more text", "pkg.mod:name", is_instance=True)
    things["words"] = instance(("a", "b"))
    assert (calls, shop in sys.modules) == ([], False)
    assert things["factory"] is things["factory"]
    assert things["lazy"] is things["lazy"]
    assert calls == ["made", "lazy"]
    model, value = things["pair"]
    assert (model.__name__, value) == ("Model", 42)
    assert things["entry"].__name__ == "Other"
    assert things["class"] is dict
    assert (things["function"], things["handler"]) == (len, print)
    assert (things["text"], things["more text"], things["words"]) == ("good morning", "pkg.mod:name", ("a", "b"))


@KINDS
def test_a_decorator_registers_what_it_decorates(make: Callable[[], Any]) -> None:
    """A class or a function, which is not called."""
    things = make()

    @things.register("class")
    class Thing: ...

    @things.register("function")
    def function() -> str:
        raise AssertionError("is not called")

    assert things["class"] is Thing
    assert things["function"] is function


@KINDS
@pytest.mark.parametrize(
    "text", ["not an import string", "", ":", "a:", ":b", "a..b", "a:b:c", "a.b:c d", "1a:b", "a-b:c", "a\nb:c"]
)
def test_text_that_names_nothing(make: Callable[[], Any], text: str) -> None:
    """Is refused by every way of registering, and nothing is there afterwards."""
    things = make()
    things["kept"] = "json:dumps"
    for way in (
        lambda: things.register("new", text),
        lambda: things.__setitem__("new", text),
        lambda: things.update({"first": "json:loads", "new": text}),
        lambda: things.__ior__({"first": "json:loads", "new": text}),
        lambda: things.setdefault("new", text),
        lambda: things.__setitem__("new", ("json:loads", text)),
        lambda: lazy(text),
        lambda: ImportString(text),
    ):
        with pytest.raises(SourceError, match="is not an import string") as caught:
            way()
        assert "instance(" in str(caught.value)
    assert list(things) == ["kept"]
    assert things.peek("kept") == "json:dumps"


def test_lazy_takes_text_or_something_to_call() -> None:
    """Anything else is a mistake."""
    assert isinstance(lazy("json:dumps"), ImportString)
    assert isinstance(lazy(dict), Factory)
    with pytest.raises(TypeError, match="something to call"):
        lazy(3)  # type: ignore[arg-type]


def test_an_import_string_tells_about_itself(shop: str) -> None:
    """Without importing anything."""
    text = ImportString(f"{shop}:Nested.Inner")
    assert (text.module, text.attr, str(text.reference)) == (shop, "Nested.Inner", str(text))
    assert text.is_available()
    assert not ImportString("nothing_of_that_name:X").is_available()
    assert isinstance(text, str)
    assert repr(text) == f"lazy('{shop}:Nested.Inner')"
    assert pickle.loads(pickle.dumps(text)) == text
    assert type(copy.deepcopy(text)) is ImportString
    assert shop not in sys.modules
    assert text.load().__qualname__ == "Nested.Inner"


# -- looking around imports nothing ------------------------------------------------------------------------------------

LOOKS: dict[str, Callable[[Any], object]] = {
    "len": len,
    "bool": bool,
    "iteration": list,
    "reversed": lambda things: list(reversed(things)),
    "keys": lambda things: list(things.keys()),
    "in": lambda things: "model" in things,
    "in keys": lambda things: "model" in things.keys() and "nope" not in things.keys(),  # noqa: SIM118
    "==": lambda things: things == things.copy(),
    "== a dict": lambda things: things == {"model": 1, "value": 2},
    "!=": lambda things: things != {},
    "copy": lambda things: things.copy(),
    "copy.copy": copy.copy,
    "copy.deepcopy": copy.deepcopy,
    "pickle": lambda things: pickle.loads(pickle.dumps(things)),
    "repr": repr,
    "str": str,
    "get of nothing": lambda things: things.get("nope"),
    "get with a default": lambda things: things.get("nope", 3),
    "peek": lambda things: things.peek("model"),
    "raw_items": lambda things: list(things.raw_items()),
    "is_loaded": lambda things: things.is_loaded("model"),
    "loaded": lambda things: things.loaded(),
    "|": lambda things: things | {"more": "json:dumps"},
    "reversed |": lambda things: {"more": "json:dumps"} | things,
    "|=": lambda things: things.__ior__({"more": "json:dumps"}),
    "update": lambda things: things.update(more="json:dumps"),
    "update from another": lambda things: type(things)(*(["x"] if isinstance(things, Registry) else [])).update(things),
    "unregister": lambda things: things.unregister("model"),
    "del": lambda things: things.__delitem__("model"),
    "pop of nothing": lambda things: things.pop("nope", None),
    "clear": lambda things: things.clear(),
    "isinstance": lambda things: isinstance(things, (Mapping, MutableMapping, dict)),
}


@KINDS
@pytest.mark.parametrize("look", LOOKS)
def test_looking_around_imports_nothing(make: Callable[[], Any], look: str, shop: str) -> None:
    """Whatever a dictionary can do that needs no value."""
    things = make()
    things["model"] = f"{shop}:Model"
    things["value"] = f"{shop}:value"
    LOOKS[look](things)
    assert shop not in sys.modules


@KINDS
def test_values_and_items_import_as_they_go(make: Callable[[], Any], folder: Path) -> None:
    """Each when the iteration comes to it."""
    first, second = module(folder, BODY), module(folder, BODY)
    things = make()
    things.update({"first": f"{first}:value", "second": f"{second}:value"})
    values = iter(things.values())
    assert next(values) == 42
    assert (first in sys.modules, second in sys.modules) == (True, False)
    assert dict(things.items()) == {"first": 42, "second": 42}
    assert dict(things) == {"first": 42, "second": 42}
    assert {**things} == {"first": 42, "second": 42}
    assert len(things.values()) == len(things.items()) == 2


@KINDS
def test_the_order_is_that_of_registering(make: Callable[[], Any], shop: str) -> None:
    """Whatever was loaded first."""
    things = make()
    for key in ("c", "a", "b"):
        things[key] = f"{shop}:value"
    _ = things["b"], things["a"]
    assert list(things) == list(things.keys()) == [key for key, _ in things.items()] == ["c", "a", "b"]
    assert list(things.loaded()) == ["c", "a", "b"]
    assert things.popitem() == ("b", 42)


@KINDS
def test_equality_without_importing(make: Callable[[], Any], shop: str) -> None:
    """The same names are equal whether they are loaded or not; order does not count."""
    one, other = make(), make()
    one.update({"a": f"{shop}:Model", "b": instance([1])})
    other.update({"b": instance([1]), "a": f"{shop}:Model"})
    assert one == other
    assert one["a"]
    assert one == other
    assert other["a"] is one["a"]
    assert one == {"a": one["a"], "b": [1]}
    other["c"] = "json:dumps"
    assert one != other
    assert one != {"a": 1, "b": [1]}
    assert one != 3
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)


@KINDS
def test_get_gives_its_default_for_a_missing_key_only(make: Callable[[], Any]) -> None:
    """What cannot be imported is an error."""
    things = make()
    things["broken"] = "nothing_of_that_name:X"
    assert things.get("nope") is None
    assert things.get("nope", "default") == "default"
    with pytest.raises(ModuleNotFoundError, match="nothing_of_that_name"):
        things.get("broken", "default")
    assert things.setdefault("number", 3) == 3
    assert things.setdefault("number", 4) == 3


@KINDS
def test_pop_loads_or_leaves(make: Callable[[], Any], shop: str) -> None:
    """What cannot be loaded stays."""
    things = make()
    things.update({"value": f"{shop}:value", "broken": "nothing_of_that_name:X"})
    assert things.pop("value") == 42
    with pytest.raises(ImportError):
        things.pop("broken")
    with pytest.raises(ImportError):
        things.popitem()
    assert list(things) == ["broken"]
    with pytest.raises(KeyError):
        things.pop("nope")
    things.clear()
    with pytest.raises(KeyError):
        things.popitem()


@KINDS
def test_what_is_loaded_can_be_looked_at(make: Callable[[], Any], shop: str) -> None:
    """`peek`, `raw_items`, `is_loaded`, `loaded`."""
    things = make()
    things.update({"model": f"{shop}:Model", "value": instance(1), "pair": ("json:dumps", "json:loads")})
    assert isinstance(things.peek("model"), ImportString)
    assert things.peek("pair") == ("json:dumps", "json:loads")
    assert things.peek("value") == 1
    assert things.peek("nope", None) is None
    assert [things.is_loaded(key) for key in things] == [False, True, False]
    model = things["model"]
    assert things.peek("model") is model
    assert things.is_loaded("model")
    assert things.loaded() == {"model": model, "value": 1}
    assert dict(things.raw_items()) == {
        "model": f"{shop}:Model",
        "value": 1,
        "pair": ("json:dumps", "json:loads"),
    }
    for ask in (things.peek, things.is_loaded, things.unregister):
        with pytest.raises(KeyError):
            ask("nope")


@KINDS
def test_many_are_loaded_together(make: Callable[[], Any], shop: str) -> None:
    """The first error, none, or all of them."""
    things = make()
    things.update({"value": f"{shop}:value", "gone": "nothing_of_that_name:X", "wrong": f"{shop}:Modell"})
    with pytest.raises(ImportError, match="nothing_of_that_name"):
        things.resolve_all()
    assert things.resolve_all("skip") == {"value": 42}
    found = things.resolve_all(on_error="collect")
    assert found == {"value": 42}
    assert {key: type(error) for key, error in found.errors.items()} == {
        "gone": ResolveError,
        "wrong": AttributeNotFound,
    }
    with pytest.raises(ValueError, match="'raise', 'skip', 'collect'"):
        things.resolve_all("ignore")


@KINDS
@pytest.mark.parametrize("background", [True, False])
def test_what_is_loaded_ahead(make: Callable[[], Any], background: bool, folder: Path) -> None:
    """In a thread or here; what failed is tried again when it is asked for."""
    name = module(folder, BODY)
    things = make()
    things.update({"value": f"{name}:value", "model": f"{name}:Model", "gone": "nothing_of_that_name:X"})
    found = things.preload(["value"], background=background).result(timeout=30)
    assert (found, found.errors) == ({"value": 42}, {})
    assert not things.is_loaded("model")
    everything = things.preload(background=background).result(timeout=30)
    assert things.is_loaded("model")
    assert list(everything.errors) == ["gone"]
    with pytest.raises(KeyError):
        things.preload(["nope"], background=background)


def test_entries_are_no_name() -> None:
    """Other registries take them first; here it would have been what errors call it."""
    with pytest.raises(RegistryTypeError, match="Entries stand where the name") as caught:
        Registry({"k": "json:JSONDecoder"})  # type: ignore[arg-type]
    assert "update(" in (caught.value.hint or "")


# -- eager -------------------------------------------------------------------------------------------------------------


def test_eager_registering_is_all_or_nothing(shop: str) -> None:
    """By entry and for the whole registry, one by one and many at once."""
    things = named()
    things.register("value", f"{shop}:value", eager_load=True)
    assert things.is_loaded("value")
    with pytest.raises(ImportError):
        things.register("gone", "nothing_of_that_name:X", eager_load=True)
    things.eager_load = True  # from now on
    with pytest.raises(ImportError):
        things["gone"] = "nothing_of_that_name:X"
    eager: Registry[str, Any] = Registry("eager", eager_load=True)
    with pytest.raises(AttributeNotFound):
        eager.update({"value": f"{shop}:value", "wrong": f"{shop}:Modell"})
    assert (list(things), list(eager)) == (["value"], [])
    eager["value"] = f"{shop}:value"
    eager |= {"model": f"{shop}:Model"}
    assert list(eager.loaded()) == ["value", "model"]
    calls: list[int] = []
    eager.register("factory", lambda: calls.append(1))
    assert calls == [1]


# -- what fails --------------------------------------------------------------------------------------------------------


@KINDS
def test_errors_say_what_and_where(make: Callable[[], Any], shop: str) -> None:
    """Of the module, of the attribute, of a dotted name, with the cause and the line that registered it."""
    things = make()
    things["gone"] = "nothing_of_that_name.part:X"
    things["wrong"] = f"{shop}:Modle"
    things["dotted"] = f"{shop}.Model"
    with pytest.raises(ResolveError, match="pip install nothing-of-that-name") as gone:
        _ = things["gone"]
    with pytest.raises(AttributeNotFound, match="did you mean 'Model'") as wrong:
        _ = things["wrong"]
    with pytest.raises(ResolveError, match=f"write '{shop}:Model'") as dotted:
        _ = things["dotted"]
    assert gone.value.name == "nothing_of_that_name"
    assert isinstance(gone.value.__cause__, ModuleNotFoundError)
    assert isinstance(wrong.value.__cause__, AttributeError)
    for caught in (gone, wrong, dotted):
        assert f"was registered in {__file__}:" in str(caught.value)
        assert not isinstance(caught.value, KeyError)


@KINDS
@pytest.mark.parametrize("error", ["ValueError", "AttributeError", "KeyError", "ImportError", "SystemExit"])
def test_a_module_that_raises(make: Callable[[], Any], folder: Path, error: str) -> None:
    """Its own error each time, with the place; one that would look like a missing key is told as an ImportError."""
    name = module(folder, f"raise {error}('broken')\n")
    things = make()
    things["thing"] = f"{name}:x"
    expected: type[BaseException] = ImportFailed if error in ("AttributeError", "KeyError") else eval(error)
    for _ in range(2):
        with pytest.raises(expected, match="broken") as caught:
            _ = things["thing"]
        if expected is ImportFailed:
            assert type(caught.value.__cause__).__name__ == error
    if expected is ValueError:
        assert any(f"registered in {__file__}:" in note for note in caught.value.__notes__)
    (folder / f"{name}.py").write_text("x = 1\n", encoding="utf-8")
    importlib.invalidate_caches()
    assert things["thing"] == 1


@KINDS
def test_a_dependency_that_is_missing_is_its_own_error(make: Callable[[], Any], folder: Path) -> None:
    """Not the module that was registered, but something that it imports."""
    name = module(folder, "import nothing_of_that_name\n")
    things = make()
    things["thing"] = f"{name}:x"
    with pytest.raises(ModuleNotFoundError, match="No module named 'nothing_of_that_name'") as caught:
        _ = things["thing"]
    assert not isinstance(caught.value, ResolveError)


@KINDS
def test_a_factory_that_failed_is_called_again(make: Callable[[], Any]) -> None:
    """Until it gives something; None is something."""
    answers: Iterator[Any] = iter([ValueError("not yet"), KeyError("nor now"), None])
    calls: list[object] = []

    def factory() -> None:
        answer = next(answers)
        calls.append(answer)
        if answer is not None:
            raise answer

    things = make()
    things.register("thing", factory)
    with pytest.raises(ValueError, match="not yet"):
        _ = things["thing"]
    with pytest.raises(ImportFailed, match="could not be made: KeyError"):
        _ = things["thing"]
    assert things["thing"] is None
    assert things["thing"] is None
    assert len(calls) == 3


def test_a_factory_that_asks_for_itself_is_told_so() -> None:
    """Directly, or by way of another; it does not wait for ever."""
    things = named()
    things.register("one", lambda: things["two"])
    things.register("two", lambda: things["one"])
    with pytest.raises(RegistryError, match="asks for 'one' itself"):
        _ = things["one"]
    things.register("two", 2, override=True)
    assert things["one"] == 2


def test_what_is_replaced_while_it_is_loaded(folder: Path) -> None:
    """Who asked gets what was registered then; what is registered now stands."""
    things = named()

    def factory() -> str:
        things.register("thing", "new", is_instance=True, override=True)
        return "old"

    things.register("thing", factory)
    assert things["thing"] == "old"
    assert things["thing"] == "new"
    assert folder


# -- what only a registry does -----------------------------------------------------------------------------------------


def test_an_unknown_key_says_what_is_there() -> None:
    """With what it resembles."""
    things = named()
    with pytest.raises(RegistryError, match="nothing is registered there"):
        _ = things["bert"]
    things.update({"bert": "json:dumps", "gpt": "json:loads"})
    with pytest.raises(KeyError, match="did you mean 'bert'") as caught:
        _ = things["brt"]
    assert str(caught.value) == (
        "There is no 'brt' in the registry 'things'.\n  there is 'bert', 'gpt'\n  → did you mean 'bert'?"
    )
    things.update({f"key{number}": "json:dumps" for number in range(100)})
    with pytest.raises(RegistryError, match="and 90 more"):
        _ = things[3]  # type: ignore[index]


def test_the_same_again_replaces_and_another_is_refused(shop: str) -> None:
    """By its name, however it is given; both places are named."""
    things = named()
    things.register("model", f"{shop}:Model")
    model = importlib.import_module(shop).Model
    things.register("model", f"{shop}:Model")
    things["model"] = f"{shop}:Model"
    things.register("model", model)
    things["model"] = model
    things.update(model=f"{shop}:Model")
    for way in (
        lambda: things.register("model", f"{shop}:Other"),
        lambda: things.__setitem__("model", f"{shop}:Other"),
        lambda: things.update({"new": "json:dumps", "model": f"{shop}:Other"}),
        lambda: things | {"model": f"{shop}:Other"},
        lambda: things.register("model")(dict),
        lambda: things.register("model", 3),
    ):
        with pytest.raises(RegistryError, match=f"stands for {shop}:Model already") as caught:
            way()
        text = str(caught.value)
        assert text.count(f"in {__file__}:") == 2
        assert "override=True" in text
    assert list(things) == ["model"]
    things.register("model", f"{shop}:Other", override=True)
    assert things["model"].__name__ == "Other"
    free: Registry[str, Any] = Registry("free", override=True)
    free["x"] = "json:dumps"
    free["x"] = "json:loads"
    assert free.peek("x") == "json:loads"


def test_a_cell_that_runs_twice() -> None:
    """Classes, functions, and values without a name are registered anew; another lambda is another thing."""
    things = named()
    cell = """
@things.register("class")
class Thing: pass
@things.register("function")
def function(): pass
things["value"] = [1]
things.register("factory", lambda: 1)
"""
    for _ in range(2):
        exec(compile(cell, "<cell>", "exec"), scope := {"things": things, "__name__": "__main__"})
        assert things["class"] is scope["Thing"]
        assert things["function"] is scope["function"]
    with pytest.raises(RegistryError, match="stands for"):
        things.register("factory", lambda: 2)
    with pytest.raises(RegistryError, match="stands for"):
        things["value"] = [2]


def test_what_a_value_has_to_be(shop: str) -> None:
    """A subclass, or an instance; what is lazy is looked at when it is loaded, and stays as it is."""
    base = importlib.import_module(shop).Base
    things: Registry[str, Any] = Registry("models", base=base)
    things.update({"model": f"{shop}:Model", "wrong": f"{shop}:value"})
    things.register("itself", base())
    things.register("factory", lambda: 3)
    assert things["model"].__name__ == "Model"
    for key, found in {"wrong": "of type int", "factory": "of type int"}.items():
        for _ in range(2):
            with pytest.raises(RegistryTypeError, match=f"is not a Base: it is {found}"):
                _ = things[key]
        assert not things.is_loaded(key)
    for way in (
        lambda: things.register("new", dict),
        lambda: things.__setitem__("new", 3),
        lambda: things.update(new=3),
    ):
        with pytest.raises(TypeError, match="is not a Base"):
            way()
    assert "new" not in things
    both: Registry[str, Any] = Registry("both", base=(int, str))
    with pytest.raises(RegistryTypeError, match="is not an int or str"):
        both["x"] = 1.5


def test_aliases() -> None:
    """Further keys for the same entry; they are not counted, and never hide a key."""
    things = named()
    things.register("bert", "json:dumps", aliases=("bert-base", "BERT"), metadata={"size": 3})
    assert "BERT" in things
    assert things["BERT"] is things["bert"]
    assert things.get("bert-base") is things["bert"]
    assert (len(things), list(things)) == (1, ["bert"])
    assert things.aliases("BERT") == ("bert-base", "BERT")
    assert things.metadata("BERT") == {"size": 3}
    assert things.is_loaded("BERT")
    assert things.peek("BERT") is things["bert"]
    things.register("gpt", "json:loads")
    with pytest.raises(RegistryError, match=r"cannot be another word for 'gpt'.*for 'bert' already"):
        things.register("gpt", "json:loads", aliases=("BERT",))
    with pytest.raises(RegistryError, match="it is a key already"):
        things.register("t5", "json:load", aliases=("gpt",))
    with pytest.raises(RegistryError, match="is another word for 'bert'"):
        things["BERT"] = "json:loads"
    assert list(things) == ["bert", "gpt"]
    with pytest.raises(RegistryError, match="did you mean 'bert-base'"):
        _ = things["bert-bass"]
    twin = pickle.loads(pickle.dumps(things))
    assert (twin.aliases("bert"), twin.metadata("bert")) == (("bert-base", "BERT"), {"size": 3})
    assert things.copy().aliases("bert") == ("bert-base", "BERT")
    things.register("bert", "json:dumps", aliases=("BERT",))
    assert things.aliases("bert") == ("BERT",)
    assert things.metadata("bert") == {}
    del things["bert"]
    assert "BERT" not in things


def test_frozen() -> None:
    """Nothing can be registered or taken out; what is there can be loaded, and copied."""
    things = named()
    things["a"] = "json:dumps"
    things.freeze()
    for way in (
        lambda: things.register("b", "json:loads"),
        lambda: things.register("b")(dict),
        lambda: things.__setitem__("a", "json:dumps"),
        lambda: things.update(b="json:loads"),
        lambda: things.unregister("a"),
        lambda: things.pop("a"),
        lambda: things.clear(),
        lambda: things.load_entry_points("group"),
    ):
        with pytest.raises(RegistryError, match="is frozen"):
            way()
    assert things["a"]
    twin = things.copy()
    twin["b"] = "json:loads"
    assert (list(things), list(twin)) == (["a"], ["a", "b"])


def test_create_calls_what_is_registered(shop: str) -> None:
    """With the arguments; what cannot be called is told."""
    things = named()
    things.update({"fraction": "fractions:Fraction", "value": f"{shop}:value"})
    assert things.create("fraction", 1, denominator=2) * 2 == 1
    assert things.create("fraction", numerator=3) == 3
    with pytest.raises(RegistryTypeError, match="cannot be called: it is of type int"):
        things.create("value")
    with pytest.raises(RegistryError, match="There is no 'nope'"):
        things.create("nope")


def test_where_it_was_registered() -> None:
    """File and line."""
    things = named()
    things["a"] = "json:dumps"
    line = test_where_it_was_registered.__code__.co_firstlineno + 3
    assert things.registered_in("a") == f"{__file__}:{line}"
    assert pickle.loads(pickle.dumps(things)).registered_in("a") == f"{__file__}:{line}"
    other = named()
    other.update(things)
    assert other.registered_in("a") == f"{__file__}:{line}"


def test_entry_points_are_read_once_and_late(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When somebody wants to know what is there; what is registered by hand goes before; a clash is an error."""
    import importlib.metadata as metadata

    for distribution, text in {
        "one": "a = json:dumps\nshared = json:loads\nboth = json:load\n",
        "two": "b = json:dump\nshared = json:loads\nboth = json:tool\n",
    }.items():
        info = folder / f"{distribution}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[load.test.group]\n{text}", encoding="utf-8")
    reads: list[str] = []
    real = metadata.entry_points

    def counted(**options: Any) -> Any:
        reads.append(options["group"])
        return real(**options)

    monkeypatch.setattr("load.registry._entry_points.entry_points", counted)
    things = named()
    things.load_entry_points("load.test.group")
    things.register("a", "decimal:Decimal")
    assert reads == []
    assert set(things) == {"a", "b", "shared", "both"}
    assert (len(things), "b" in things) == (4, True)
    assert reads == ["load.test.group"]
    assert things["a"].__name__ == "Decimal"
    assert things["b"].__name__ == "dump"
    assert things["shared"].__name__ == "loads"
    assert things.metadata("b") == {"group": "load.test.group", "distribution": "two"}
    assert things.registered_in("b") == "entry point 'load.test.group' of two"
    with pytest.raises(RegistryError, match="Several distributions"):
        _ = things["both"]
    things.register("both", "json:load")
    assert things["both"].__name__ == "load"
    assert pickle.loads(pickle.dumps(things)) == things


def test_a_malformed_entry_point_harms_no_other(folder: Path) -> None:
    """It is told of when it is asked for."""
    info = folder / "odd-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[load.odd.group]\noops = not valid!\nfine = json:dumps\n", encoding="utf-8")
    things = named()
    things.load_entry_points("load.odd.group")
    assert things["fine"].__name__ == "dumps"
    with pytest.raises(RegistryError, match="names nothing"):
        _ = things["oops"]


def test_what_is_replaced_may_change_the_registry_as_it_goes() -> None:
    """Its end runs anybody's code; nobody waits for himself."""
    things: Registry[str, Any] = Registry("things", override=True)

    class Going:
        def __del__(self) -> None:
            things.unregister("other")

    things["other"] = 1
    things.register("going", Going())
    things["going"] = 2
    assert list(things) == ["going"]


def test_named_entries_beside_another_registry() -> None:
    """All that was given can be looked up, and tells where it is from."""
    one, other = named(), named()
    one["x"] = "json:dumps"
    other.update(one, y="json:loads")
    assert other["y"].__name__ == "loads"
    assert other.registered_in("y").startswith(f"{__file__}:")


def test_a_factory_that_exits_ends_the_waiting() -> None:
    """Who waits for what is loaded ahead is told."""
    things = named()
    things.register("exits", lambda: sys.exit(3))
    with pytest.raises(SystemExit):
        things.preload(["exits"]).result(timeout=30)


def test_installing_is_opt_in() -> None:
    """With `load.resolve` what is not there may be installed; without it never."""
    sources = {"made-up-thing": "class Thing: pass\n"}
    with load.testing.installable(sources) as asked:
        things = named()
        things["thing"] = "made_up_thing:Thing"
        with pytest.raises(ImportError):
            _ = things["thing"]
        assert asked == []
        installing: Registry[str, Any] = Registry("installing", resolve=load.resolve)
        installing["thing"] = "made_up_thing:Thing"
        assert installing["thing"].__name__ == "Thing"
        assert asked == ["made_up_thing"]


def test_a_registry_is_subscriptable_and_can_be_derived_from() -> None:
    """At run time, as the seeds write it."""
    assert Registry[str, type["Any"]]
    kinds: Registry[str, type[Exception]] = Registry(name="kinds")

    class Mine(Registry[str, int]):
        def double(self, key: str) -> int:
            return 2 * self[key]

    mine = Mine("mine")
    mine["a"] = 3
    assert mine.double("a") == 6
    assert type(mine.copy()) is type(mine | {"b": 1}) is Mine
    assert repr(kinds) == "Registry('kinds', {})"
    assert repr(mine) == "Mine('mine', {'a': 3})"
    kinds.register("self", kinds, is_instance=True)
    assert repr(kinds) == "Registry('kinds', {'self': ...})"


def test_the_example_runs(child: Python) -> None:
    """As its first lines say."""
    result = child.run([CHECKOUT / "examples" / "plugins.py"]).check()
    assert result.stdout.splitlines() == ["fraction, decimal, whole", "3/4", "imported: True - loaded: fraction, whole"]


# -- namespaces --------------------------------------------------------------------------------------------------------


def test_a_namespace_makes_what_is_named() -> None:
    """For writing and reading alike; asking whether it is there makes nothing."""
    space = Namespace()
    assert "models" not in space
    assert space.get("models") is None
    assert len(space) == 0
    space["models"].register("bert", "json:dumps")
    assert space["models"]["bert"]
    assert space["models"] is space["models"]
    assert space["models"].name == "models"
    assert len(space["tokenizers"]) == 0
    assert list(space) == ["models", "tokenizers"]
    with pytest.raises(RegistryError, match="There is no 'brt' in the registry 'models'"):
        _ = space["models"]["brt"]
    with pytest.raises(TypeError, match="the name of a registry is text"):
        _ = space[3]  # type: ignore[index]


def test_a_strict_namespace() -> None:
    """Reading a name that is not there is an error with what it resembles; `create` makes registries."""
    space = Namespace(strict=True)
    models = space.create("models", base=dict)
    assert space["models"] is models
    with pytest.raises(RegistryError, match="did you mean 'models'"):
        _ = space["model"]
    with pytest.raises(RegistryError, match="There is a registry 'models' already"):
        space.create("models")
    with pytest.raises(RegistryTypeError, match="is not a dict"):
        models["x"] = 3
    with pytest.raises(RegistryError, match=r"create\('other'\)"):
        Namespace().require("other")


def test_a_registry_class_of_ones_own() -> None:
    """Made by `registry_factory`; nothing else can be put in."""

    class Mine(Registry[str, Any]):
        pass

    space = Namespace(registry_factory=Mine)
    assert type(space["x"]) is Mine
    space["y"] = Registry("y")
    assert space["y"].name == "y"
    with pytest.raises(RegistryTypeError, match="A namespace holds registries"):
        space["z"] = {"a": "json:dumps"}  # type: ignore[assignment]


def test_a_namespace_is_given_back_after_a_test() -> None:
    """What was registered, replaced, taken out or made in the block is undone; registries stay the same objects."""
    space = Namespace()
    models = space["models"]
    models.register("bert", "json:dumps", aliases=("b",))
    models["value"] = [1]
    with pytest.raises(ZeroDivisionError), space.isolated() as same:
        assert same is space
        models.register("bert", "json:loads", override=True)
        models["new"] = "json:load"
        del models["value"]
        _ = space["other"], models["bert"]
        del space["models"]
        raise ZeroDivisionError
    assert list(space) == ["models"]
    assert space["models"] is models
    assert dict(models.raw_items()) == {"bert": "json:dumps", "value": [1]}
    assert (models.aliases("bert"), models.is_loaded("bert")) == (("b",), False)


def test_the_namespace_of_everybody(child: Python) -> None:
    """`NAMESPACE` is one, whoever imports it, and pickles as what it holds."""
    code = """
        import pickle
        from load.registry import NAMESPACE, Registry
        from load import registry
        import load
        assert load.registry.NAMESPACE is registry.NAMESPACE is NAMESPACE
        models: Registry[str, type["Model"]] = NAMESPACE["models"]
        models.register("od", "collections:OrderedDict")
        twin = pickle.loads(pickle.dumps(NAMESPACE))
        print(NAMESPACE, twin == NAMESPACE, twin["models"].is_loaded("od"), "NAMESPACE" in dir(registry))
    """
    assert child.run(code).check().stdout == (
        "Namespace(Registry('models', {'od': lazy('collections:OrderedDict')})) True False True\n"
    )

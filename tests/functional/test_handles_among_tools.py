"""Handles in the hands of libraries: what reads a thing gets the real one, what only looks at it loads nothing."""

from __future__ import annotations

import collections.abc
import contextlib
import dataclasses
import functools
import importlib
import inspect
import io
import itertools
import os
import pydoc
import rlcompleter
import sys
import types
import typing
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import rich
from rich.console import Console
from rich.pretty import pretty_repr

import load
from load.errors import ResolveError
from tests.support.environments import Python

_NUMBERS = itertools.count(1)
BODY = '''
"""Of the module."""
import dataclasses
__author__ = "ada"
value = 1
number: int = 5
items = [1, 2]
def function(a: int, b: str = "q") -> int:
    "Of the function."
    return a
@dataclasses.dataclass
class Point:
    "Of the class."
    x: int = 1
'''
OWN = '''
"""Of the module."""
import sys, types
class Own(types.ModuleType):
    "Of the class."
    shared = "of the class"
    def __call__(self, *args, **options): return args, options
    def __getitem__(self, key): return key
    def __len__(self): return 5
    def __contains__(self, key): return key == "in"
    def __iter__(self): return iter("ab")
    def __enter__(self): return self
    def __exit__(self, *_): return None
    def __add__(self, other): return ("sum", other)
    def __str__(self): return "as text"
    def method(self): return self
    @classmethod
    def of_class(cls): return cls
    {more}
value: int = 1
own = Own(__name__, __doc__)
vars(own).update({{key: each for key, each in globals().items()}})
sys.modules[__name__] = own
'''
PROPERTY = """@property
    def live(self): return self.value + 1
    @live.setter
    def live(self, to): self.value = to"""
HOOK = """def __getattribute__(self, name):
        return "live" if name == "live" else super().__getattribute__(name)"""


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Makes a module that nobody has imported, and tells its name."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(body: str = BODY) -> str:
        name = f"among_tools_{next(_NUMBERS)}"
        (tmp_path / f"{name}.py").write_text(body, encoding="utf-8")
        importlib.invalidate_caches()
        return name

    return make


# -- what reads --------------------------------------------------------------------------------------------------------

READ: dict[str, Callable[[Any], object]] = {
    "__name__": lambda f: f.__name__ == "function",
    "__qualname__": lambda f: f.__qualname__ == "function",
    "__doc__": lambda f: f.__doc__ == "Of the function.",
    "__module__": lambda f: f.__module__.startswith("among_tools_"),
    "__annotations__": lambda f: f.__annotations__["a"] is int,
    "__dict__": lambda f: f.__dict__ == {},
    "vars": lambda f: vars(f) == {},
    "__defaults__": lambda f: f.__defaults__ == ("q",),
    "inspect.signature": lambda f: list(inspect.signature(f).parameters) == ["a", "b"],
    "inspect.getdoc": lambda f: inspect.getdoc(f) == "Of the function.",
    "inspect.get_annotations": lambda f: inspect.get_annotations(f)["b"] is str,
    "typing.get_type_hints": lambda f: typing.get_type_hints(f)["return"] is int,
    "functools.wraps": lambda f: _described(functools.wraps(f)(lambda: 0)) == ("function", "Of the function."),
    "functools.cache": lambda f: _described(functools.cache(f)) == ("function", "Of the function."),
}


def _described(function: Any) -> tuple[str, str | None]:
    return function.__name__, function.__doc__


@pytest.mark.parametrize("loaded", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("read", READ)
def test_what_reads_a_function(made: Callable[..., str], read: str, loaded: bool) -> None:
    """It sees the function, loaded or not."""
    holder = [load.lazy_import(f"{made()}:function")]
    if loaded:
        assert holder[0](3) == 3
    assert READ[read](holder[0])


@pytest.mark.parametrize("loaded", [False, True], ids=["before", "after"])
def test_what_reads_a_class(made: Callable[..., str], loaded: bool) -> None:
    """Its fields, its name, its methods that every object has."""
    holder = [load.lazy_import(f"{made()}:Point")]
    if loaded:
        assert holder[0]().x == 1
    assert [each.name for each in dataclasses.fields(holder[0])] == ["x"]
    assert (holder[0].__name__, holder[0].__doc__, holder[0].__mro__[1]) == ("Point", "Of the class.", object)
    assert holder[0].__init__ is load.materialize(holder[0]).__init__
    assert "x" in vars(holder[0])


def test_a_name_that_a_module_has_is_read_from_it_where_source_says_so(made: Callable[..., str]) -> None:
    """`module._repr_x` is a use, whoever else asks for such names."""
    handle = load.lazy_import(made("_repr_x = _typ = 1"))
    assert handle._repr_x == handle._typ == 1


def test_code_that_runs_often_reads_the_same(made: Callable[..., str]) -> None:
    """The interpreter has ways of its own for what it has done a few times."""
    name = made()
    for _ in range(100):
        module, function = load.lazy_import(name), load.lazy_import(f"{name}:function")
        assert module.__doc__ == "Of the module."
        assert function.__doc__ == "Of the function."
        assert module.__spec__.name == load.lazy_import(name).__spec__.name == name
    for _ in range(100):
        assert not hasattr(load.lazy_import(name), "__doc_of_nobody__")
        assert getattr(load.lazy_import(f"{name}:function"), "__doc__", 1) is None


# -- what looks --------------------------------------------------------------------------------------------------------


def _traceback_with_locals(handle: object) -> None:
    local = [handle]
    try:
        assert not local
    except AssertionError:
        _console().print_exception(show_locals=True)


def _console() -> Console:
    return Console(file=io.StringIO())


def _VSCODE_getVariable(handle: Any) -> None:
    def describe(value: Any) -> tuple[object, ...]:
        return hasattr(value, "__dict__"), hasattr(value, "shape") and value.shape, repr(value)

    assert describe(handle)[:2] == (isinstance(handle, types.ModuleType), False)
    with contextlib.suppress(TypeError):
        len(handle)


LOOKS: dict[str, Callable[[Any], object]] = {
    "the variables of VS Code": _VSCODE_getVariable,
    "rich.print": lambda h: _console().print(h),
    "rich.print in a list": lambda h: _console().print([h], {"h": h}),
    "rich.inspect": lambda h: rich.inspect(h, console=_console()),
    "rich.pretty": pretty_repr,
    "rich with locals": _traceback_with_locals,
    "getattr __doc__": lambda h: getattr(h, "__doc__", 1) is None,
    "hasattr": lambda h: [hasattr(h, name) for name in ("__array__", "_typ", "_fields", "__html__", "_repr_html_")],
    "inspect.iscoroutinefunction": inspect.iscoroutinefunction,
    "inspect.isawaitable": inspect.isawaitable,
    "functools.partialmethod": lambda h: type("T", (), {"h": h}).__dict__["h"] is h,
    "dataclasses.is_dataclass": dataclasses.is_dataclass,
    "tab at a prompt": lambda h: rlcompleter.Completer({"h": h}).attr_matches("h."),
    "singledispatch": lambda h: functools.singledispatch(lambda value: type(value))(h),
}


@pytest.mark.parametrize("what", ["", ":function"], ids=["module", "object"])
@pytest.mark.parametrize("look", LOOKS)
def test_what_looks_loads_nothing(made: Callable[..., str], look: str, what: str) -> None:
    """Nor does it fail."""
    name = made("raise RuntimeError('loaded')")
    handle = load.lazy_import(name + what)
    LOOKS[look](handle)
    assert not load.is_loaded(handle)
    assert name not in sys.modules


@pytest.mark.parametrize("name", ["nothing_of_that_name", "nothing_of_that_name:x", "nothing_of_that_name.part"])
def test_a_page_has_room_for_what_is_missing(name: str) -> None:
    """What is written of a module or class that holds it is written; who asks for its own documentation is told."""
    handle = load.lazy_import(name)
    page = pydoc.render_doc(type("Holder", (), {"held": handle, "__doc__": "Of the holder."}))
    assert "Of the holder." in page
    sphinx: dict[str, Any] = {"__name__": "sphinx.util.inspect", "inspect": inspect}
    exec("def getdoc(value): return inspect.getdoc(value)", sphinx)
    assert sphinx["getdoc"](handle) is None
    with pytest.raises(ModuleNotFoundError):
        inspect.getdoc(handle)


@pytest.mark.skipif(find_spec("pandas") is None, reason="pandas is not installed")
def test_pandas_looks_and_loads_nothing(child: Python) -> None:
    """`isna` and the checks of kind ask each value for `_typ`."""
    code = """
        import load, pandas
        for handle in (load.lazy_import("nothing_of_that_name"), load.lazy_import("nothing_of_that_name:x")):
            pandas.isna(handle), pandas.Series([handle]), isinstance(handle, pandas.DataFrame)
            print(isinstance(handle, pandas.core.dtypes.generic.ABCDataFrame), load.is_loaded(handle))
    """
    assert child.run(code).check().stdout == "False False\n" * 2


# -- claims ------------------------------------------------------------------------------------------------------------

_LEFT_OUT = ("Hashable", "Iterable", "Sized", "Container", "Callable", "Collection", "ByteString")  # the last is gone
CLAIMS: list[type] = [
    *(getattr(collections.abc, name) for name in collections.abc.__all__ if name not in _LEFT_OUT),
    *(typing.SupportsInt, typing.SupportsFloat, typing.SupportsIndex, typing.SupportsComplex, typing.SupportsAbs),
    *(typing.SupportsRound, typing.SupportsBytes, os.PathLike),
    *(contextlib.AbstractContextManager, contextlib.AbstractAsyncContextManager),
]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__)
def test_an_object_makes_no_claim(made: Callable[..., str], claim: type) -> None:
    """What is not known yet is not a path, no awaitable and no number; a mock of a function is none either."""
    handle = load.lazy_import(f"{made()}:function")
    assert not isinstance(handle, claim)
    assert not load.is_loaded(handle)


def test_a_mock_of_an_object_is_no_coroutine(made: Callable[..., str]) -> None:
    """It returns what mocks return."""
    made_mock = mock.create_autospec(load.lazy_import(f"{made()}:function"))
    assert not inspect.iscoroutinefunction(made_mock)
    assert isinstance(made_mock(1), mock.Mock)


def test_a_module_is_not_callable_before_it_is_known_to_be(made: Callable[..., str]) -> None:
    """Nor a sequence: what modules are not, handles on them are not."""
    handle = load.lazy_import(made(OWN.format(more="")))
    assert not callable(handle)
    assert load.materialize(handle)("a") == (("a",), {})


# -- modules of a class of their own -----------------------------------------------------------------------------------

OWN_USES: dict[str, Callable[[Any], object]] = {
    "a call": lambda h: h(1, a=2) == ((1,), {"a": 2}),
    "a subscript": lambda h: h["key"] == "key",
    "len": lambda h: len(h) == 5,
    "in": lambda h: "in" in h and "out" not in h,
    "iteration": lambda h: [*h] == ["a", "b"],
    "addition": lambda h: h + 1 == ("sum", 1),
    "str": lambda h: str(h) == "as text" == f"{h}",
    "a value": lambda h: h.value == 1,
    "of the class": lambda h: h.shared == "of the class",
    "a method": lambda h: h.method() is load.materialize(h),
    "a class method": lambda h: h.of_class() is type(load.materialize(h)),
    "documentation": lambda h: h.__doc__ == "Of the module.",
    "vars": lambda h: vars(h) is vars(load.materialize(h)) is h.__dict__,
    "annotations": lambda h: h.__annotations__ == {"value": int},
    "isinstance": lambda h: isinstance(h, types.ModuleType) and isinstance(h, type(load.materialize(h))),
    "setting": lambda h: setattr(h, "value", 7) is None and load.materialize(h).value == 7,
    "deleting": lambda h: delattr(h, "value") is None and not hasattr(load.materialize(h), "value"),
    "dir": lambda h: dir(h) == dir(load.materialize(h)),
    "repr": lambda h: repr(h) == repr(load.materialize(h)),
    "with": lambda h: h.__enter__() is load.materialize(h),
    "truth": lambda h: bool(h),
}


@pytest.mark.parametrize("more", ["", PROPERTY, HOOK], ids=["plain", "property", "hook"])
@pytest.mark.parametrize("use", OWN_USES)
def test_a_module_of_its_own_class(made: Callable[..., str], use: str, more: str) -> None:
    """A handle that was used does what the module does, `len` and calls included."""
    holder = [load.lazy_import(made(OWN.format(more=more)))]
    assert holder[0].value == 1
    assert OWN_USES[use](holder[0])


def test_what_a_class_computes_is_computed_each_time(made: Callable[..., str]) -> None:
    """A property is asked, and set, though the namespace has such a name, too."""
    holder = [load.lazy_import(made(OWN.format(more=PROPERTY)))]
    assert holder[0].live == 2
    holder[0].live = 10
    assert (holder[0].value, holder[0].live) == (10, 11)
    vars(holder[0])["live"] = "hidden"
    assert holder[0].live == 11
    hooked = [load.lazy_import(made(OWN.format(more=HOOK)))]
    assert hooked[0].live == "live"


def test_the_root_itself() -> None:
    """`load` is such a module."""
    handle = load.lazy_import("load")
    holder = [handle]
    assert holder[0].is_loaded(holder[0])
    assert holder[0]("json") is sys.modules["json"]
    assert holder[0]["json"] is sys.modules["json"]


# -- what is known before ----------------------------------------------------------------------------------------------

KNOWN = ("__file__", "__path__", "__loader__", "__package__", "__spec__")
NAMED: dict[str, Callable[[Any], object]] = {
    "__file__": lambda h: h.__file__,
    "__path__": lambda h: h.__path__,
    "__loader__": lambda h: h.__loader__,
    "__package__": lambda h: h.__package__,
    "__spec__": lambda h: h.__spec__,
    "__doc__": lambda h: h.__doc__,
    "__dict__": lambda h: h.__dict__,
}


@pytest.mark.parametrize("name", NAMED)
def test_a_missing_module_says_that_it_is_missing(name: str) -> None:
    """Where source names what cannot be told of it; who only looks is told that it has none."""
    handle = load.lazy_import("nothing_of_that_name", install=False)
    with pytest.raises(ImportError, match="nothing_of_that_name"):
        NAMED[name](handle)
    assert [hasattr(handle, each) for each in KNOWN] == [False] * len(KNOWN)


def test_what_cannot_be_told_is_loaded(made: Callable[..., str]) -> None:
    """`os.path` has a file, which its spec does not tell on every Python; a plain module has no path."""
    handle = load.lazy_import("os.path")
    assert handle.__file__ == os.path.__file__
    plain = load.lazy_import(made())
    with pytest.raises(AttributeError, match="__path__"):
        _ = plain.__path__


def test_a_finder_that_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is no matter to who only looks; a use shows its error."""

    class Broken:
        @staticmethod
        def find_spec(name: str, *_: object) -> None:
            if name == "found_by_nobody":
                raise ValueError("the finder is broken")

    monkeypatch.setattr(sys, "meta_path", [Broken, *sys.meta_path])
    handle = load.lazy_import("found_by_nobody")
    assert [hasattr(handle, name) for name in KNOWN] == [False] * len(KNOWN)
    assert inspect.getmembers(handle) == [("__name__", "found_by_nobody")]
    with pytest.raises(ValueError, match="the finder is broken"):
        _ = handle.__file__


# -- reloading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [BODY, OWN.format(more=""), OWN.format(more=HOOK)], ids=["plain", "own", "hook"])
def test_a_reload_says_how(made: Callable[..., str], body: str) -> None:
    """`importlib.reload` takes what stands in `sys.modules`, and no handle on it."""
    holder = [load.lazy_import(made(body))]
    for _ in range(2):
        with pytest.raises(TypeError, match=r"use importlib.reload\(load.materialize\(…\)\)"):
            importlib.reload(holder[0])
        assert holder[0].value == 1
    assert holder[0].__spec__ is load.materialize(holder[0]).__spec__


def test_a_reload_of_what_is_behind(made: Callable[..., str]) -> None:
    """Reaches whoever holds a handle."""
    holder = [load.lazy_import(made())]
    vars(holder[0])["value"] = 9
    importlib.reload(load.materialize(holder[0]))
    assert holder[0].value == 1


# -- what is missing, and may be ---------------------------------------------------------------------------------------


@pytest.fixture
def placeholder() -> Any:
    """What stands for a name of a lazy package whose dependency is missing."""
    from load._lazy.missing import Placeholder

    return Placeholder(ResolveError("needs 'torch'", hint="pip install torch", name="torch"))


def _entered(value: Any) -> None:
    with value:
        pass


USED: dict[str, Callable[[Any], object]] = {
    "a call": lambda p: p(),
    "an attribute": lambda p: p.zeros,
    "setting": lambda p: setattr(p, "a", 1),
    "deleting": lambda p: delattr(p, "a"),
    "a subscript": lambda p: p[0],
    "in": lambda p: 1 in p,
    "len": len,
    "iteration": list,
    "with": _entered,
    "+": lambda p: p + 1,
    "reflected": lambda p: 2 @ p,
    "-": lambda p: -p,
    "<": lambda p: p < 1,
    "abs": abs,
    "|": lambda p: p | None,
    "a subclass": lambda p: type("T", (), {})() if types.resolve_bases((p,)) else None,
}


@pytest.mark.parametrize("use", USED)
def test_a_placeholder_says_what_is_missing(placeholder: Any, use: str) -> None:
    """Whatever is done with it."""
    with pytest.raises(ResolveError, match="needs 'torch'"):
        USED[use](placeholder)


def test_a_placeholder_is_passed_on(placeholder: Any) -> None:
    """Copied, pickled, asked what it is."""
    import copy
    import pickle

    assert copy.copy(placeholder) is copy.deepcopy([placeholder])[0] is placeholder
    again = pickle.loads(pickle.dumps(placeholder))
    assert repr(again) == repr(placeholder) == "<missing: needs 'torch' → pip install torch>"
    with pytest.raises(ResolveError, match="needs 'torch'"):
        again()
    assert not placeholder
    assert not isinstance(1, placeholder)
    assert not issubclass(int, placeholder)
    assert not inspect.isawaitable(placeholder)
    assert not isinstance(placeholder, (os.PathLike, collections.abc.Iterator))


@pytest.mark.filterwarnings("ignore:.*nothing_of_that_name.*:UserWarning")
def test_nothing_is_false() -> None:
    """What `missing="none"` gives for a module, whose every attribute is None."""
    import copy
    import pickle

    nothing = load.materialize(load.lazy_import("nothing_of_that_name", install=False, missing="none"))
    assert not nothing
    assert repr(nothing) == "<nothing: the module 'nothing_of_that_name' is missing>"
    assert (nothing.anything, nothing.__version__, nothing.__file__) == (None, None, None)
    assert not hasattr(nothing, "__array__")
    for again in (copy.copy(nothing), copy.deepcopy(nothing), pickle.loads(pickle.dumps(nothing))):
        assert repr(again) == repr(nothing)
    with pytest.raises(AttributeError, match="nothing is there that could have the attribute 'x'"):
        nothing.x = 1

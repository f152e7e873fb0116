"""Asked for, or probed: what the instruction of the calling frame says."""

from __future__ import annotations

import asyncio
import functools
import operator
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest

from load._facade.asked import attributes_after, is_asked_for
from load._imports.statements import import_names


class Listener:
    """Tells of every attribute that is looked up on it whether it was asked for, and what the source adds to it."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, bool]] = []
        self.after: tuple[str, ...] = ()

    def __getattr__(self, name: str) -> Any:
        frame = sys._getframe(1)
        self.heard.append((name, is_asked_for(frame, name)))
        self.after = attributes_after(frame)
        return Something()


class Something:
    """Does with itself whatever is wanted."""

    def __call__(self, *args: object, **kwargs: object) -> Any:
        """Decorate, or do nothing."""
        return args[0] if args and callable(args[0]) else self

    def __getattr__(self, name: str) -> Any:
        return self

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *args: object) -> None:
        """Leave."""

    def __await__(self) -> Iterator[Any]:
        return iter(())

    def __getitem__(self, key: object) -> Any:
        return self

    def __add__(self, other: object) -> Any:
        return self


@pytest.fixture
def listener() -> Listener:
    """A fresh listener."""
    return Listener()


ASKING = {
    "expression": "x.name",
    "statement": "y = x.name",
    "call of it": "x.name()",
    "call with arguments": "x.name(1, a=2)",
    "chain": "x.name.more.of_it",
    "call in a chain": "x.name.more(1).other",
    "subscript": "x.name[0]",
    "argument": "print(x.name, file=x.name)",
    "lambda": "(lambda: x.name)()",
    "list comprehension": "[x.name for _ in range(2)]",
    "dict comprehension": "{i: x.name for i in range(2)}",
    "generator expression": "list(x.name for _ in range(2))",
    "nested comprehension": "[[x.name for _ in '12'] for _ in '12']",
    "f-string": "f'{x.name}'",
    "class body": "class A:\n    b = x.name",
    "base class": "class A(x.name and object): pass",
    "decorator": "@x.name\ndef f(): pass",
    "decorator with arguments": "@x.name.more(1)\ndef f(): pass",
    "default": "def f(a=x.name): pass",
    "function body": "def f():\n    return x.name\nf()",
    "closure": "def f():\n    y = x\n    return lambda: y.name\nf()()",
    "global in a function": "def f():\n    global x\n    return x.name()\nf()",
    "several lines": "(x\n  .name\n  .more)",
    "with": "with x.name: pass",
    "with a call": "with x.name() as y: pass",
    "augmented assignment": "a = x.name; a += x.name",
    "value pattern": "match 1:\n    case x.name: pass",
    "condition": "if x.name and not x.name: pass",
    "assignment expression": "(y := x.name)",
    "try": "try:\n    x.name\nfinally:\n    pass",
    "eval": "eval('x.name')",
    "exec": "exec('x.name')",
    "eval in a function": "def f():\n    return eval('x.name', {'x': x})\nf()",
    "coroutine": "async def f():\n    return await x.name\nasyncio.run(f())",
    "generator": "def f():\n    yield x.name\nlist(f())",
    "assert": "assert x.name",
    "star": "print(*[x.name])",
    "comparison": "x.name is x.name",
}


@pytest.mark.parametrize("source", ASKING.values(), ids=ASKING)
def test_source_that_names_it_asks_for_it(listener: Listener, source: str) -> None:
    """Every form in which source can name an attribute is a request."""
    exec(compile(source, "script.py", "exec"), {"x": listener, "asyncio": asyncio})
    assert listener.heard
    assert set(listener.heard) == {("name", True)}


PROBING: dict[str, Callable[[Any], object]] = {
    "getattr": lambda x: getattr(x, "name"),  # noqa: B009
    "getattr with a default": lambda x: getattr(x, "name", None),
    "hasattr": lambda x: hasattr(x, "name"),
    "attrgetter": lambda x: operator.attrgetter("name")(x),
    "methodcaller": lambda x: operator.methodcaller("name")(x),
    "map": lambda x: list(map(getattr, [x], ["name"])),
    "partial": lambda x: functools.partial(getattr, x)("name"),
    "getattr with another attribute in the line": lambda x: (x.__class__, getattr(x, "name")),  # noqa: B009
    "dunder getattr": lambda x: x.__getattr__("name"),
}


@pytest.mark.parametrize("probe", PROBING.values(), ids=PROBING)
def test_code_that_only_looks_it_up_does_not_ask(listener: Listener, probe: Callable[[Any], object]) -> None:
    """What names the attribute in a text, and not in the source, is a question."""
    probe(listener)
    assert ("name", False) in listener.heard
    assert ("name", True) not in listener.heard


def test_a_class_pattern_does_not_ask(listener: Listener) -> None:
    """A keyword in a class pattern looks whether there is such an attribute."""
    match listener:
        case object(name=found):
            assert found
    assert listener.heard == [("name", False)]


@pytest.mark.parametrize("name", ["_name", "__name", "__wrapped__", "_"])
def test_names_with_a_leading_underscore_are_never_asked_for(listener: Listener, name: str) -> None:
    """Private names and protocols are not names of packages."""
    exec(f"x.{name}", {"x": listener})
    assert listener.heard == [(name, False)]


def test_hot_code_asks_each_time(listener: Listener) -> None:
    """Specialised instructions are seen as what they were written as."""

    def hot() -> None:
        listener.name  # noqa: B018
        listener.name()

    for _ in range(2000):
        hot()
    assert listener.heard == [("name", True)] * 4000


def test_a_probe_in_hot_code_stays_one(listener: Listener) -> None:
    """An attribute load that is near does not make a request of a lookup."""

    def hot(other: Any) -> None:
        other.heard  # noqa: B018
        getattr(listener, "name")  # noqa: B009
        other.after  # noqa: B018

    for _ in range(2000):
        hot(listener)
    assert listener.heard == [("name", False)] * 2000


@pytest.mark.parametrize("count", [100, 127, 128, 129, 130, 255, 256, 257, 300, 33_000])
def test_functions_with_many_names(listener: Listener, count: int) -> None:
    """An argument that does not fit a byte is put together from its prefixes."""
    before = "\n".join(f"    if False: a{i}" for i in range(count))
    names = ("name", "n" * 40, f"a{count - 1}")
    asked = "\n".join(f"    x.{name}.b{count}.c{count}; x.{name}()" for name in names)
    namespace: dict[str, Any] = {"x": listener}
    code = compile(f"def f():\n    global a0\n{before}\n{asked}\n    getattr(x, 'a1')", "script.py", "exec", optimize=0)
    exec(code, namespace)
    namespace["f"]()
    assert listener.heard == [(name, True) for name in names for _ in range(2)] + [("a1", False)]


def test_the_attributes_after_it_are_read_ahead(listener: Listener) -> None:
    """Of `x.a.b.c` the load of `a` knows what comes after it, up to a call."""
    assert listener.a.b.c(listener.b).d
    exec("x.first.second.third", {"x": listener})
    assert listener.after == ("second", "third")
    exec("x.first.second().third", {"x": listener})
    assert listener.after == ("second",)
    exec("x.first, x.second", {"x": listener})
    assert listener.after == ()
    many = "\n".join(f"if 0: a{i}" for i in range(300))
    exec(f"{many}\nx.first.second.third", {"x": listener})
    assert listener.after == ("second", "third")


def _ask_in_every_way(listener: Listener) -> None:
    for _ in range(50):
        exec("x.name; x.name(); [x.name for _ in '1']; getattr(x, 'other')", {"x": listener})


_EXPECTED = [("name", True), ("name", True), ("name", True), ("other", False)] * 50


def test_tracing_does_not_change_the_answer(listener: Listener) -> None:
    """Under `sys.settrace`, with opcodes traced, requests are requests and probes are probes."""

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        frame.f_trace_opcodes = True
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        _ask_in_every_way(listener)
    finally:
        sys.settrace(before)
    assert listener.heard == _EXPECTED


def test_profiling_does_not_change_the_answer(listener: Listener) -> None:
    """The same under `sys.setprofile`."""
    sys.setprofile(lambda frame, event, argument: None)
    try:
        _ask_in_every_way(listener)
    finally:
        sys.setprofile(None)
    assert listener.heard == _EXPECTED


@pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring came with Python 3.12")
def test_monitoring_does_not_change_the_answer(listener: Listener) -> None:
    """The same while every kind of event is monitored and the code is instrumented (PEP 669)."""
    monitoring: Any = sys.monitoring  # type: ignore[attr-defined, unused-ignore]
    tool, events = 4, monitoring.events
    chosen = events.LINE | events.INSTRUCTION | events.CALL | events.PY_START | events.PY_RETURN | events.JUMP
    monitoring.use_tool_id(tool, "test")
    try:
        for event in (events.LINE, events.INSTRUCTION, events.CALL, events.PY_START):
            monitoring.register_callback(tool, event, lambda *args: None)
        monitoring.set_events(tool, chosen)
        _ask_in_every_way(listener)
    finally:
        monitoring.set_events(tool, 0)
        monitoring.free_tool_id(tool)
    assert listener.heard == _EXPECTED


def test_an_expression_that_a_completer_evaluates_is_no_request(listener: Listener) -> None:
    """`x.name.` and the tabulator key: nobody has asked for anything yet."""
    from rlcompleter import Completer

    Completer({"x": listener}).complete("x.name.", 0)
    assert listener.heard == [("name", False)]


class Finding:
    """A finder that writes down what the import statement means for which it is asked."""

    def __init__(self) -> None:
        self.names: list[tuple[str, ...]] = []

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Find nothing."""
        if name.startswith("no_such"):
            self.names.append(import_names(sys._getframe(1)))


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("import no_such", ("no_such",)),
        ("import no_such.part.of_it", ("no_such.part.of_it",)),
        ("import no_such.part as p", ("no_such.part",)),
        ("from no_such import a", ("no_such.a",)),
        ("from no_such.part import a, b", ("no_such.part.a", "no_such.part.b")),
        ("from no_such import *", ("no_such.*",)),
        ("__import__('no_such.part')", ("no_such.part",)),
        ("import importlib; importlib.import_module('no_such.part')", ("no_such.part",)),
        ("\n".join(f"a{i} = {i}.5" for i in range(400)) + "\nfrom no_such import a", ("no_such.a",)),
    ],
)
def test_what_an_import_statement_means(
    monkeypatch: pytest.MonkeyPatch, statement: str, names: tuple[str, ...]
) -> None:
    """From within the import of the package above, the whole statement is known."""
    finder = Finding()
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    with pytest.raises(ModuleNotFoundError):
        exec(compile(statement, "script.py", "exec"), {})
    assert finder.names == [names]

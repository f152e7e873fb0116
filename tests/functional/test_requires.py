"""`requires`: what a function needs is there from its first call on, and the function stays what it is."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import load
from load import errors
from tests.support.environments import Python


@pytest.fixture(autouse=True)
def _isolated() -> Iterator[None]:
    """What a test loads goes again."""
    with load.testing.isolated():
        yield


def module_of(source: str, **names: Any) -> Any:
    """A module of somebody's own with this source."""
    module = ModuleType("script")
    vars(module).update(load=load, **names)
    exec(compile(source, "script.py", "exec"), vars(module))
    return module


def test_names_are_bound_in_the_module_at_the_first_call() -> None:
    """Not before, and then for good, as import statements there would do it."""
    script = module_of("""
@load.requires("colorsys", "Number=decimal:Decimal", "d=xml.dom")
def convert(value):
    return colorsys.rgb_to_hsv(value, value, value), Number(1), d
""")
    assert not {"colorsys", "Number", "d"} & set(vars(script))
    assert script.convert(1.0)[0] == (0.0, 0.0, 1.0)
    assert script.colorsys is sys.modules["colorsys"]
    assert script.d is sys.modules["xml.dom"]
    del script.Number
    with pytest.raises(NameError, match="Number"):
        script.convert(1.0)


def test_every_kind_of_function_stays_of_its_kind() -> None:
    """Coroutine functions, generators and asynchronous generators are recognised as such, and work whole."""

    @load.requires("colorsys")
    def plain(a: int, *, b: str = "x") -> int:
        """Say what it is."""
        return a

    @load.requires("colorsys")
    async def coroutine(a: int) -> int:
        return a + 1

    @load.requires("colorsys")
    def generator(a: int) -> Iterator[int]:
        yield a

    @load.requires("colorsys")
    async def asynchronous(a: int) -> AsyncIterator[int]:
        yield a

    checks = {
        plain: (),
        coroutine: (inspect.iscoroutinefunction,),
        generator: (inspect.isgeneratorfunction,),
        asynchronous: (inspect.isasyncgenfunction,),
    }
    for function, true in checks.items():
        for check in (inspect.iscoroutinefunction, inspect.isgeneratorfunction, inspect.isasyncgenfunction):
            assert check(function) == (check in true), (function, check)
    assert (plain.__name__, plain.__doc__, plain.__module__) == ("plain", "Say what it is.", __name__)
    assert str(inspect.signature(plain)) == "(a: 'int', *, b: 'str' = 'x') -> 'int'"
    assert plain(3) == 3
    assert asyncio.run(coroutine(3)) == 4
    assert list(generator(3)) == [3]

    async def collect() -> list[int]:
        return [each async for each in asynchronous(3)]

    assert asyncio.run(collect()) == [3]
    assert globals().pop("colorsys") is sys.modules["colorsys"]


def test_generators_pass_on_what_is_sent_thrown_and_returned() -> None:
    """The wrapper is not to be noticed from outside."""
    script = module_of("""
closed = []

@load.requires("colorsys")
def generator():
    got = yield 1
    try:
        yield got
    except KeyError as error:
        yield error.args[0]
    try:
        yield "last"
    finally:
        closed.append("sync")
    return "result"

@load.requires("colorsys")
async def asynchronous():
    got = yield 1
    try:
        yield got
    except KeyError as error:
        yield error.args[0]
    try:
        yield "last"
    finally:
        closed.append("async")
""")
    running = script.generator()
    assert "colorsys" not in vars(script)  # as with an import statement in its body, which runs with the first `next`
    assert [next(running), running.send("sent"), running.throw(KeyError("thrown")), next(running)] == [
        1,
        "sent",
        "thrown",
        "last",
    ]
    with pytest.raises(StopIteration) as stopped:
        next(running)
    assert stopped.value.value == "result"
    other = script.generator()
    for _ in range(2):
        next(other)
    other.close()

    async def use() -> list[Any]:
        running = script.asynchronous()
        found = [await anext(running), await running.asend("sent"), await running.athrow(KeyError("thrown"))]
        found.append(await anext(running))
        with pytest.raises(StopAsyncIteration):
            await anext(running)
        with pytest.raises(StopAsyncIteration):
            await anext(running)
        other = script.asynchronous()
        await anext(other)
        with pytest.raises(ZeroDivisionError):
            await other.athrow(ZeroDivisionError())
        third = script.asynchronous()
        found += [
            await anext(third),
            await third.asend(None),
            await third.athrow(KeyError("again")),
            await anext(third),
        ]
        await third.aclose()
        return found

    assert asyncio.run(use()) == [1, "sent", "thrown", "last", 1, None, "again", "last"]
    assert script.closed == ["sync", "async", "async"]


def test_methods_of_all_kinds() -> None:
    """In a class, above and below `staticmethod` and `classmethod`."""
    script = module_of("""
class A:
    @load.requires("colorsys")
    def method(self): return self, colorsys

    @load.requires("colorsys")
    @staticmethod
    def static_below(a): return a, colorsys

    @staticmethod
    @load.requires("colorsys")
    def static_above(a): return a, colorsys

    @load.requires("colorsys")
    @classmethod
    def class_below(cls): return cls, colorsys

    @classmethod
    @load.requires("colorsys")
    def class_above(cls): return cls, colorsys

    @property
    @load.requires("colorsys")
    def value(self): return self, colorsys

    @load.requires("colorsys")
    async def coroutine(self): return self, colorsys
""")
    instance, module = script.A(), importlib.import_module("colorsys")
    assert instance.method() == (instance, module)
    assert script.A.static_below(1) == script.A.static_above(1) == instance.static_below(1) == (1, module)
    assert script.A.class_below() == instance.class_above() == (script.A, module)
    assert instance.value == (instance, module)
    assert asyncio.run(instance.coroutine()) == (instance, module)
    assert isinstance(vars(script.A)["static_below"], staticmethod)


@pytest.mark.parametrize("thing", [3, "text", None, type("C", (), {}), property(lambda self: 1)])
def test_what_is_no_function_is_refused(thing: Any) -> None:
    """At the decoration, with what was decorated in the message."""
    with pytest.raises(TypeError, match="decorates functions and methods"):
        load.requires("colorsys")(thing)


@pytest.mark.parametrize("specs", [("numpy>>1",), ("os", "path.os"), ("a=os", "a=sys"), ("-e .",), ("",)])
def test_what_is_no_spec_is_refused_at_the_decoration(specs: tuple[str, ...]) -> None:
    """And so are two with one name."""
    with pytest.raises(errors.SourceError):
        load.requires(*specs)


def test_another_binding_is_an_error() -> None:
    """A name that stands for something else in the module is not overwritten, and nothing else is bound then."""
    script = module_of("""
colorsys = "mine"
@load.requires("wave", "colorsys")
def f(): return colorsys
""")
    for _ in range(2):
        with pytest.raises(
            errors.SourceError, match="'colorsys' stands for something else in script already: 'mine'"
        ) as e:
            script.f()
        assert "other=colorsys" in str(e.value)
    assert script.colorsys == "mine"
    assert "wave" not in vars(script)
    script.colorsys = importlib.import_module("colorsys")
    assert script.f() is sys.modules["colorsys"]


def test_the_same_object_may_be_bound_already() -> None:
    """By an import statement, or by another function that needs it."""
    script = module_of("""
import colorsys
@load.requires("colorsys", "w=wave")
def f(): return colorsys
@load.requires("w=wave")
def g(): return w
""")
    assert script.f() is sys.modules["colorsys"]
    assert script.g() is sys.modules["wave"]


def test_a_failure_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was missing may be installed in the meantime; until then each call fails and nothing is bound."""
    monkeypatch.syspath_prepend(str(tmp_path))
    script = module_of("""
@load.requires("wave", "late_comer")
def f(): return late_comer
""")
    for _ in range(2):
        with pytest.raises(ImportError, match="late_comer"):
            script.f()
        assert not {"wave", "late_comer"} & set(vars(script))
    (tmp_path / "late_comer.py").write_text("", encoding="utf-8")
    importlib.invalidate_caches()
    assert script.f() is sys.modules["late_comer"]


def test_the_error_of_the_function_is_its_own() -> None:
    """What its body raises arrives unchanged."""
    script = module_of("""
@load.requires("colorsys")
def f(): raise KeyError(colorsys.__name__)
""")
    with pytest.raises(KeyError, match="colorsys"):
        script.f()


def test_threads_that_call_it_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All find the names bound, and the module runs once."""
    monkeypatch.syspath_prepend(str(tmp_path))
    body = "import threading\nthreading.Event().wait(0.05)\nruns = []\nruns.append(1)\n"
    (tmp_path / "slow_one.py").write_text(body, encoding="utf-8")
    script = module_of("""
@load.requires("s=slow_one", "colorsys")
def f(): return s.runs, colorsys
""")
    barrier, found = threading.Barrier(16), []

    def call() -> None:
        barrier.wait()
        found.append(script.f())

    threads = [threading.Thread(target=call) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [([1], sys.modules["colorsys"])] * 16


def test_paths_start_beside_the_file_of_the_decoration(child: Python, tmp_path: Path) -> None:
    """A relative path means the file that has the decorator, whoever calls the function."""
    folder = tmp_path / "tool"
    folder.mkdir()
    (folder / "beside.py").write_text("here = True\n", encoding="utf-8")
    (folder / "tool.py").write_text(
        "import load\n@load.requires('./beside.py')\ndef f(): return beside.here\n", encoding="utf-8"
    )
    source = f"import sys; sys.path.append({str(folder)!r}); import tool; print(tool.f())"
    assert child.run(source, cwd=tmp_path).check().stdout == "True\n"

"""What is registered again: the same thing, the same code run anew, and another thing under the key."""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from load.errors import RegistryError, RegistryTypeError
from load.registry import Registry, instance

VALUES = {
    "a list": "[1]",
    "an object": "object()",
    "a text": "instance('good morning')",
    "a partial": "functools.partial(int, base=2)",
    "a lambda": "lazy(lambda: 1)",
    "a bound method": "[].append",
    "an import string": "'json:dumps'",
    "a tuple": "('json:dumps', 'json:loads')",
}
# Names of files, as notebooks and prompts give them: before, and after the cell was edited.
CELLS = {
    "IPython": ("<ipython-input-3-8b2f1c9d0e7a>", "<ipython-input-11-0c7e5a1f3b2d>"),
    "ipykernel": ("/tmp/ipykernel_4242/1234567.py", "/tmp/ipykernel_4242/7654321.py"),
    "Colab": ("/tmp/ipython-input-3-2483464024.py", "/tmp/ipython-input-9-1111111111.py"),
    "the prompt": ("<python-input-3>", "<python-input-4>"),
    "an old prompt": ("<stdin>", "<stdin>"),
    "a module": ("/somewhere/module.py", "/somewhere/module.py"),
}


def run(text: str, filename: str, **names: Any) -> dict[str, Any]:
    """Run a cell."""
    scope = {"__name__": "__main__", **names}
    exec("import functools\nfrom load.registry import instance, lazy", scope)
    exec(compile(text, filename, "exec"), scope)
    return scope


@pytest.fixture
def things() -> Registry[str, Any]:
    """A registry."""
    return Registry("things")


@pytest.mark.parametrize("kind", CELLS)
@pytest.mark.parametrize("value", VALUES)
def test_a_cell_that_runs_again_replaces_what_it_registered(things: Registry[str, Any], kind: str, value: str) -> None:
    """As it is, with its lines moved, and with another value: also where the value has no name."""
    first, second = CELLS[kind]
    text = f"things['key'] = {VALUES[value]}\n"
    run(text, first, things=things)
    run(text, first, things=things)
    run(f"# a comment\n\n{text}", second, things=things)
    run("things['key'] = instance('another')", second, things=things)
    assert things["key"] == "another"


@pytest.mark.parametrize("value", ["[number]", "functools.partial(int, base=number)", "(lambda n: lambda: n)(number)"])
def test_a_loop_that_registers_different_things_under_one_key_is_told(things: Registry[str, Any], value: str) -> None:
    """They come from one line, of one run: the first stays, and an override takes the last."""
    text = f"for number in (2, 8): things['key'] = {value}"
    with pytest.raises(RegistryError, match="'key' of the registry 'things' stands for") as caught:
        run(text, "<ipython-input-3-8b2f1c9d0e7a>", things=things)
    assert str(caught.value).count("<ipython-input-3-8b2f1c9d0e7a>:1") == 2
    free: Registry[str, Any] = Registry("free", override=True)
    run(text, "<ipython-input-3-8b2f1c9d0e7a>", things=free)
    assert "key" in free


def test_a_function_that_is_called_twice_may_register_the_same(things: Registry[str, Any]) -> None:
    """What is equal as far as that can be told without running anybody's code; another thing is refused."""

    class Model:
        def run(self) -> None: ...

    def fill(model: Model, size: int) -> None:
        things["text"] = instance("good morning")
        things["function"] = lambda: model
        things["method"] = model.run
        things["partial"] = functools.partial(int, base=size)

    model = Model()
    fill(model, 2)
    fill(model, 2)
    for other, size, key in ((Model(), 2, "function"), (model, 8, "partial")):
        with pytest.raises(RegistryError, match=f"'{key}' of the registry 'things' stands for"):
            fill(other, size)


def test_two_lines_of_one_run_are_two_things(things: Registry[str, Any]) -> None:
    """Of one cell, or of two files; and text that is given to `exec` has no place of its own."""
    with pytest.raises(RegistryError, match="stands for"):
        run("things['key'] = [1]\nthings['key'] = [1]", "<ipython-input-1-0a>", things=things)
    with pytest.raises(RegistryError, match="stands for"):
        run("things['key'] = [1]", "/somewhere/else.py", things=things)
    run("things['text'] = [1]", "<string>", things=things)
    run("things['text'] = [1]", "<string>", things=things)
    with pytest.raises(RegistryError, match="stands for"):
        run("things['text'] = [2]", "<string>", things=things)


def test_lambdas_of_other_lines_are_no_rerun(things: Registry[str, Any]) -> None:
    """They share a name, and are two pieces of code all the same."""
    first = lambda: things.register("key", [1], is_instance=True)  # noqa: E731
    second = lambda: things.register("key", [2], is_instance=True)  # noqa: E731
    first()
    with pytest.raises(RegistryError, match="stands for"):
        second()


def test_a_module_that_is_edited_and_reloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that moved, and values without a name: what it registers takes the place of what it had registered."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    text = """
from load.registry import Registry, instance
try:
    things
except NameError:
    things = Registry("things")
@things.register("class")
class Thing: pass
things["value"] = Thing()
things.register("made", lambda: VERSION)
VERSION = 1
"""
    file = tmp_path / "plugin_that_is_reloaded.py"
    file.write_text(text, encoding="utf-8")
    module = importlib.import_module("plugin_that_is_reloaded")
    try:
        file.write_text(f"# moved\n# and edited\n{text.replace('VERSION = 1', 'VERSION = 2')}", encoding="utf-8")
        importlib.invalidate_caches()
        importlib.reload(module)
        assert module.things["class"] is module.Thing
        assert type(module.things["value"]) is module.Thing
        assert module.things["made"] == 2
    finally:
        del sys.modules["plugin_that_is_reloaded"]


@pytest.mark.parametrize("below", ["def thing(): pass", "class thing: pass"])
@pytest.mark.parametrize("around", ["{}", "def outer():\n {}\nouter()", "class Outer:\n {}"])
def test_a_decorator_without_brackets_is_told(things: Registry[str, Any], below: str, around: str) -> None:
    """It would take what it decorates for a key, and its name for something else."""
    text = around.format(f"@things.register\n {below}" if around != "{}" else f"@things.register\n{below}")
    with pytest.raises(RegistryTypeError, match="a key is needed") as caught:
        run(text, "/somewhere/module.py", things=things)
    assert "write @registry.register('thing')" in str(caught.value)
    assert len(things) == 0


def test_classes_and_functions_can_be_keys_all_the_same() -> None:
    """They are bound to their names where they are used as such."""
    writers: Registry[type | Callable[..., Any], Any] = Registry("writers")

    class Event: ...

    @writers.register(Event)
    def write() -> None: ...

    @writers.register(write)
    @writers.register(dict)
    def write_dictionary() -> None: ...

    assert list(writers) == [Event, dict, write]
    assert writers[Event] is write

"""Random edits, every second of which fails first: all is as it was then, and as in a fresh program in the end."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reloads.sources import FAILURES, pair
from tests.reloads.states import State
from tests.support.environments import Python

FEW = 40  # `tests/stress` does many


def test_few(child: Python) -> None:
    """Forty of them."""
    *wrong, last = child.run(["-m", "tests.reloads.pairs", "0", str(FEW)]).check().stdout.splitlines()
    assert not wrong, "\n".join(wrong)
    done = json.loads(last)["done"]
    assert sum(done.values()) == FEW
    assert done[""] == FEW / 2


def test_what_they_are() -> None:
    """A seed always gives the same ones, they fail in all ways, and about half of all kinds of things are changed."""
    assert pair(11, "p", fails=True) == pair(11, "p", fails=True)
    pairs = [pair(seed, "p", fails=True) for seed in range(300)]
    assert {each.why for each in pairs} == {*FAILURES, "dependent"}
    assert all(each.failing != each.after for each in pairs)
    assert all(each.after.keys() <= each.before.keys() for each in pairs)
    assert sum(len(each.after) > 1 for each in pairs) > 100


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a module with a bit of everything."""
    text = """
import abc, dataclasses, enum, functools
def plain(a=[1]): return a
plain.mark = 1
def _make(n):
    def inner(): return n
    return inner
made = _make([2])
cached = functools.cache(plain)
class Base(abc.ABC):
    @property
    def x(self): return 1
class Other(Base): ...
class Third: ...
class Fourth(Third): ...
class Fifth: ...
lone = Third()
class Colour(enum.Enum):
    RED = 1
thing = Other()
thing.own = 1
table = {"a": [1, {2: 3}]}
"""
    (tmp_path / "states_of.py").write_text(text, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.import_module("states_of")
    yield "states_of"
    sys.modules.pop("states_of", None)


@pytest.mark.parametrize(
    "deed",
    [
        "m.new = 1",
        "del m.plain",
        "m.table = {'a': [1, {2: 3}]}",
        "m.table['a'][1][2] = 4",
        "m.table['b'] = 1",
        "first = m.plain; del m.plain; m.plain = first",
        "m.plain.__code__ = (lambda a: a).__code__",
        "m.plain.__defaults__ = ([2],)",
        "m.plain.__defaults__[0].append(2)",
        "m.plain.__kwdefaults__ = {'b': 1}",
        "m.plain.__doc__ = 'x'",
        "m.plain.__annotations__ = {'a': int}",
        "m.plain.mark = 2",
        "m.made.__closure__[0].cell_contents = [2]",
        "m.made.__closure__[0].cell_contents.append(1)",
        "m.cached.__wrapped__.__defaults__ = (1,)",
        "m.Base.x = property(lambda self: 1)",
        "m.Base.x.fget.__code__ = (lambda self: 1).__code__",
        "m.Base.y = 1",
        "m.Fourth.__bases__ = (m.Fifth,)",
        "m.Base.__abstractmethods__ = frozenset(['x'])",
        "m.Colour._member_map_['BLUE'] = m.Colour.RED",
        "m.thing.own = 2",
        "m.lone.__class__ = m.Fifth",
        "sys.modules['states_of'] = type(m)('states_of')",
        "del sys.modules['states_of']",
        "m.__class__ = type('Sub', (type(m),), {})",
    ],
)
def test_every_change_is_seen(module: str, deed: str) -> None:
    """By the comparison that these tests stand on; and where nothing is changed, it sees nothing."""
    before = State([module])
    assert before.differences(State([module])) == []
    exec(deed, {"m": sys.modules[module], "sys": sys})
    assert before.differences(State([module]))

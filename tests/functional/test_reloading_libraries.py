"""What libraries have made of one's classes and functions, and hold somewhere of their own, when these are reloaded."""

from __future__ import annotations

import gc
import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from load import unload
from load.errors import ReloadError
from load.imports import reload_dependencies, reload_module
from tests.support.environments import Python


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on `sys.path`, whose modules are gone afterwards."""
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in [name for name in sys.modules if name.partition(".")[0].endswith("_rl")]:
        del sys.modules[name]


def write(folder: Path, name: str, text: str) -> None:
    """A module."""
    (folder / f"{name}.py").write_text(text, encoding="utf-8")
    importlib.invalidate_caches()


def loaded(folder: Path, name: str, text: str) -> Any:
    """A module, imported."""
    write(folder, name, text)
    return importlib.import_module(name)


# -- models of pydantic ------------------------------------------------------------------------------------------------

ITEM = "from pydantic import BaseModel\nclass Item(BaseModel):\n    name: str\n"
PAGE = """
from typing import Generic, TypeVar
from pydantic import BaseModel
T = TypeVar("T")
class Page(BaseModel, Generic[T]):
    items: list[T]
"""


def test_a_generic_model_has_the_fields_that_what_it_is_of_has_now(folder: Path) -> None:
    """`Page[Item]` is kept by the library, and no source binds it when it runs again."""
    pytest.importorskip("pydantic")
    page = loaded(folder, "page_rl", PAGE).Page
    item = loaded(folder, "item_rl", ITEM)
    held = page[item.Item]
    deeper = page[page[item.Item]]
    write(folder, "item_rl", f"{ITEM}    price: float = 2.5\n")
    assert reload_module(item) == ["item_rl"]
    assert page[item.Item] is held
    assert held(items=[item.Item(name="a")]).model_dump() == {"items": [{"name": "a", "price": 2.5}]}
    given = {"items": [{"items": [{"name": "a"}]}]}
    assert deeper.model_validate(given).model_dump() == {"items": [{"items": [{"name": "a", "price": 2.5}]}]}


def test_a_model_that_did_not_run_has_the_fields_of_those_within_it(folder: Path) -> None:
    """The schema of a field's class is part of its own; after a failure, it is the one before."""
    pytest.importorskip("pydantic")
    item = loaded(folder, "item_rl", ITEM)
    order = loaded(
        folder,
        "order_rl",
        "from typing import Optional\nfrom pydantic import BaseModel\nfrom item_rl import Item\n"
        "class Order(BaseModel):\n    items: dict[str, Optional[Item]]\n"
        "class Orders(BaseModel):\n    all: list[Order]\n",
    )
    write(folder, "item_rl", f"{ITEM}    price: float = 2.5\n")
    assert reload_module(item) == ["item_rl"]
    found = order.Orders.model_validate({"all": [{"items": {"one": {"name": "a"}}}]})
    assert found.all[0].items["one"].price == 2.5
    write(folder, "item_rl", f"{ITEM}    price: int = 7\nraise LookupError\n")
    with pytest.raises(ReloadError):
        reload_module(item)
    found = order.Orders.model_validate({"all": [{"items": {"one": {"name": "a"}}}]})
    assert found.all[0].items["one"].price == 2.5


# -- order -------------------------------------------------------------------------------------------------------------

ORDER = """
import json, sys
from pathlib import Path
folder = Path(sys.argv[1])
sys.path.insert(0, sys.argv[1])
names = ["delta", "alpha", "charlie", "bravo", "echo"]
Path(folder, "base.py").write_text("X = 1")
for name in names:
    Path(folder, name + ".py").write_text("from base import X")
    __import__(name)
from load.imports import reload_dependencies
print(json.dumps(list(reload_dependencies("base"))))
"""


def test_what_does_not_need_one_another_runs_in_the_order_in_which_it_was_imported(
    child: Python, tmp_path: Path
) -> None:
    """It is the same in each run of a program, however its texts are hashed."""
    for seed in ("1", "2"):
        found = child.run(["-c", ORDER, tmp_path], env={"PYTHONHASHSEED": seed}).check().stdout
        assert json.loads(found) == ["base", "delta", "alpha", "charlie", "bravo", "echo"]


# -- what others remember by a function --------------------------------------------------------------------------------

SIGNALS = """
import weakref
from functools import lru_cache
receivers = {}

@lru_cache(maxsize=512)
def takes_any(function, first):
    return True

def connect(function):
    takes_any(function, False)
    receivers[id(function)] = weakref.ref(function, lambda _, key=id(function): receivers.pop(key))
    return function

def send():
    return [receiver()() for receiver in receivers.values()]
"""


@pytest.mark.parametrize("ends", ["", "raise LookupError\n"])
def test_a_receiver_that_is_held_weakly_stays_one_though_a_cache_has_it_for_a_key(folder: Path, ends: str) -> None:
    """As with Django's, which would be called once more after each reload."""
    signals = loaded(folder, "signals_rl", SIGNALS)
    source = "from signals_rl import connect\n@connect\ndef saved():\n    return 'old'\n"
    loaded(folder, "receivers_rl", source)
    write(folder, "receivers_rl", source.replace("old", "new") + ends)
    if ends:
        with pytest.raises(ReloadError):
            reload_module("receivers_rl")
    else:
        reload_module("receivers_rl")
    assert signals.send() == ["old" if ends else "new"]


WEAK = """
from weakref import WeakSet, WeakValueDictionary, ref
named, every, receivers, listed = WeakValueDictionary(), WeakSet(), {}, []

class Plugin:
    def __init_subclass__(cls):
        named[cls.__name__] = cls

def connect(function):
    every.add(function)
    receivers[id(function)] = ref(function, lambda _, key=id(function): receivers.pop(key, None))
    listed.append((id(function), ref(function)))
    return function

def answers():
    called = [*every, *(each() for each in receivers.values()), *(each() for _, each in listed)]
    return [each() for each in called if each is not None] + [cls().run() for cls in named.values()]
"""
WEAKLY_HELD = """
import weak_rl
@weak_rl.connect
def saved():
    return "old"
class One(weak_rl.Plugin):
    def run(self):
        return "old"
"""


def test_what_is_held_weakly_is_held_still(folder: Path) -> None:
    """A class in a register by its name, a receiver of a signal: the new one goes at once, as the old one goes on."""
    weak = loaded(folder, "weak_rl", WEAK)
    module = loaded(folder, "weakly_rl", WEAKLY_HELD)
    assert weak.answers() == ["old"] * 4
    write(folder, "weakly_rl", WEAKLY_HELD.replace("old", "new"))
    reload_module(module)
    assert weak.answers() == ["new"] * 4
    assert reload_dependencies(weak) == ["weak_rl", "weakly_rl"]  # with empty registers
    assert weak.answers() == ["new"] * 4
    write(folder, "weakly_rl", f"{WEAKLY_HELD}raise LookupError\n")
    with pytest.raises(ReloadError):
        reload_module(module)
    assert weak.answers() == ["new"] * 4
    assert [cls.__name__ for cls in weak.Plugin.__subclasses__()] == ["One"]


# -- what is told ------------------------------------------------------------------------------------------------------


def test_what_a_library_has_made_for_a_class_is_not_told_as_patched(folder: Path) -> None:
    """The source says nothing of a dataclass's `__init__`."""
    source = (
        "from dataclasses import dataclass\n@dataclass(order=True)\nclass Point:\n    x: int\n    def far(self): ...\n"
    )
    loaded(folder, "point_rl", source)
    write(folder, "point_rl", source.replace("x: int", "x: int = 1"))
    assert reload_dependencies("point_rl").patched == {"point_rl": ("Point.far", "Point")}


# -- what others still have --------------------------------------------------------------------------------------------

TABLE = """
TASKS = {}
def task(function):
    def wrapper(*args):
        return function(*args)
    TASKS[function.__name__] = wrapper
    return wrapper
"""


def test_a_function_that_is_gone_and_stands_in_a_table_is_told(folder: Path) -> None:
    """Each time that its module runs, until it is taken out there; a fresh program would not have it."""
    table = loaded(folder, "table_rl", TABLE)
    source = "from table_rl import task\n@task\ndef add():\n    return 1\ndef plain(): ...\n"
    loaded(folder, "tasks_rl", source)
    write(folder, "tasks_rl", "from table_rl import task\n@task\ndef plus():\n    return 2\n")
    report = reload_module("tasks_rl")
    assert report.left == report.as_dict()["left"] == {"tasks_rl.add": "table_rl.TASKS"}
    assert "left tasks_rl.add: the one of before is held by table_rl.TASKS" in str(report)
    assert reload_module("tasks_rl").left == {"tasks_rl.add": "table_rl.TASKS"}
    del table.TASKS["add"]
    report = reload_module("tasks_rl")
    assert report.left == {}
    assert "left" not in str(report)


def test_an_application_that_a_server_was_given_is_told(folder: Path) -> None:
    """It has the routes of before; one that nobody serves is garbage, though it holds itself."""
    serving = loaded(
        folder,
        "serving_rl",
        "class App:\n    def __init__(self):\n        self.routes, self.me = [], self\n"
        "class Server:\n    def __init__(self, app):\n        self.config = {'app': app}\n",
    )
    main = loaded(folder, "main_rl", "from serving_rl import App\napp = App()\n")
    assert reload_module(main).left == {}
    server = serving.Server(main.app)
    report = reload_module(main)
    assert server.config["app"] is not main.app
    assert report.left == {"main_rl.app": "a serving_rl.Server"}
    assert report.headline.endswith("main_rl; main_rl.app of before is still held by a serving_rl.Server")


def test_a_container_that_somebody_has_is_told_unless_it_says_the_same(folder: Path) -> None:
    """What is equal, and of plain values, is taken for a constant; an empty one is there to be filled."""
    holder = loaded(folder, "holder_rl", "class Holder: ...\n").Holder()
    module = loaded(folder, "values_rl", "CACHE = {}\nNAMES = ['a', 'b']\nURLS = [object]\n")
    holder.all = (module.CACHE, module.NAMES, module.URLS)
    told = {"values_rl.CACHE": "a holder_rl.Holder", "values_rl.URLS": "a holder_rl.Holder"}
    assert reload_module(module).left == told
    del holder
    assert reload_module(module).left == {}


RINGS = """
import weakref
class Part: ...
class Slotted:
    __slots__ = ("me", "part")
REGISTER = {"part": Part()}
REGISTER["part"].all = REGISTER
slotted = Slotted()
slotted.me, slotted.part = slotted, Part()
marks = [weakref.ref(REGISTER["part"]), weakref.ref(slotted.part)]
"""


def test_what_nobody_has_is_not_kept_by_being_looked_for(folder: Path) -> None:
    """Rings through containers go, and so does what cannot be held weakly."""
    module = loaded(folder, "rings_rl", RINGS)
    marks = list(module.marks)
    report = reload_module(module)
    assert report.left == {}
    assert reload_module(module).left == {}
    gc.collect()
    assert [mark() for mark in marks] == [None, None]


def test_a_name_that_was_only_imported_is_not_told(folder: Path) -> None:
    """It is where it was, and goes on."""
    loaded(
        folder, "settings_rl", "class Settings: ...\nsettings = Settings()\nsettings.cache = []\ndef helper(): ...\n"
    )
    loaded(folder, "user_rl", "from settings_rl import settings, helper\n")
    write(folder, "user_rl", "X = 1\n")
    assert reload_module("user_rl").left == {}


LOOP = """
def serve(asks, answers):
    for each in iter(asks.get, None):
        answers.put("old")
def count():
    while True:
        yield "old"
"""


LOOPING = """
import pickle, sys, threading
from pathlib import Path
from queue import SimpleQueue
from load.imports import reload_module

sys.path.insert(0, sys.argv[1])
file = Path(sys.argv[1], "loop_rl.py")
loop = file.read_text()
import loop_rl

def left(text):
    file.write_text(text)
    report = reload_module(loop_rl)
    assert list(report) == ["loop_rl"], report
    return report.left

asks, answers = SimpleQueue(), SimpleQueue()
thread = threading.Thread(target=loop_rl.serve, args=(asks, answers), name="server")
thread.start()
counted = loop_rl.count()
try:
    asks.put(1)
    assert answers.get(timeout=30) == next(counted) == "old"
    assert left("# other lines\\n" + loop) == {}
    new = loop.replace("old", "new")
    told = {
        "loop_rl.serve": "thread 'server', which runs it",
        "loop_rl.count": "a generator that has not ended",
    }
    found = left(new)
    assert found == told, found
    asks.put(1)
    assert answers.get(timeout=30) == next(counted) == "old"
    found = left(new)
    assert found == told, found
    file.write_text(new)
    assert pickle.loads(pickle.dumps(reload_module(loop_rl))).left == told  # as it was found here
finally:
    asks.put(None)
    thread.join()
del counted
found = left(new)
assert found == {}, found
assert next(loop_rl.count()) == "new"
"""


def test_a_loop_that_runs_on_with_its_old_code_is_told(child: Python, tmp_path: Path) -> None:
    """As long as it does so; that it stands on other lines by now is nothing to be told."""
    write(tmp_path, "loop_rl", LOOP)
    child.run(["-c", LOOPING, tmp_path]).check()


def test_what_is_told_keeps_no_module(folder: Path) -> None:
    """Nothing pins one that is unloaded, though a report of its reload is kept."""
    loaded(folder, "holder_rl", "class Holder: ...\nheld = Holder()\n")
    module = loaded(
        folder, "pinned_rl", "import holder_rl\ndef page(): ...\nURLS = [page]\nholder_rl.held.urls = URLS\n"
    )
    taken = module.URLS
    source = "import holder_rl\ndef page(): ...\nURLS = [page, 1]\n"
    write(folder, "pinned_rl", source)
    report = reload_module(module)
    del taken, module, sys.modules["holder_rl"].held
    found = unload("pinned_rl")
    assert (set(found.removed), list(found.alive), report.left) == ({"holder_rl", "pinned_rl"}, [], {})

"""Modules whose source cannot run a second time: edits of what is within functions reach them all the same."""

from __future__ import annotations

import importlib
import py_compile
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from load.errors import ReloadError
from load.imports import reload_changed, reload_dependencies, reload_module
from tests.support.environments import Python

REGISTER = """
known = {}
def once(thing):
    if thing.__name__ in known:
        raise ValueError(f"{thing.__name__} is known already")
    known[thing.__name__] = thing
    return thing
"""
USER = """
import counted_o
import register_o
from limits_o import LIMIT
counted_o.tries.append("x")
SIZES = [each * 2 for each in (1, 2)]

@register_o.once
class Model:
    kind = "plain"
    size: int = 1
    def tell(self, more=1):
        "What it tells."
        return "old", LIMIT
    @property
    def shown(self):
        return "old"
    @staticmethod
    def make():
        return lambda: "old"

def outer():
    def inner():
        return "old"
    return inner

def fails():
    raise LookupError("old")
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Modules, for imports that write down what they compile."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    texts = {"register_o": REGISTER, "limits_o": "LIMIT = 1\n", "counted_o": "tries = []\n", "user_o": USER}
    for name, text in texts.items():
        write(tmp_path, name, text)
    yield tmp_path
    for name in [name for name in sys.modules if name.endswith("_o")]:
        del sys.modules[name]


def write(folder: Path, name: str, text: str) -> None:
    """A module."""
    (folder / f"{name}.py").write_text(text, encoding="utf-8")
    importlib.invalidate_caches()


def user() -> Any:
    """The module that cannot run twice."""
    return importlib.import_module("user_o")


def test_bodies_of_functions_are_taken_over(folder: Path) -> None:
    """Whoever holds them: an instance, a bound method, a closure; with docstrings and lines; the report says how."""
    module = user()
    model, inner, lambda_ = module.Model(), module.outer(), module.Model.make()
    tell = model.tell
    text = "\n\n" + USER.replace('"old"', '"new"').replace("What it tells", "What it says")
    write(folder, "user_o", text)
    report = reload_module("user_o")
    assert (tell(), model.shown, inner(), lambda_()) == (("new", 1), "new", "new", "new")
    assert module.Model.tell.__doc__ == "What it says."
    with pytest.raises(LookupError, match="new") as caught:
        module.fails()
    assert [each.lineno for each in traceback.extract_tb(caught.tb)][-1] == text.splitlines().index(
        '    raise LookupError("new")'
    ) + 1
    assert report == ["user_o"]
    assert report.not_run == {"user_o": "ValueError: Model is known already"}
    assert {"Model.tell", "Model.shown", "fails", "outer", "outer.<locals>.inner"} <= {*report.patched["user_o"]}
    assert str(report).splitlines()[0].endswith("ms: user_o (its functions alone)")
    assert report.as_dict()["not_run"] == report.not_run
    assert not report.left


def test_only_what_was_edited_is_told_as_patched(folder: Path) -> None:
    """What stands on other lines now has not changed."""
    user()
    write(folder, "user_o", "# moved\n" + USER.replace('return "old", LIMIT', 'return "new", LIMIT'))
    assert reload_module("user_o").patched == {"user_o": ("Model.tell",)}


def test_it_is_tried_once(folder: Path) -> None:
    """By the next edit it is known that it cannot run, and what it does outside is not done again."""
    module = user()
    for word in ("first", "second", "third"):
        write(folder, "user_o", USER.replace('"old"', f'"{word}"'))
        assert reload_module("user_o") == ["user_o"]
        assert (module.Model().tell()[0], module.outer()()) == (word, word)
    assert len(module.counted_o.tries) == 3  # the import; the edit; and what ran before, which fails alike
    assert "user_o" not in reload_changed(dry_run=True).planned


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('kind = "plain"', 'kind = "other"'),
        ("size: int = 1", "size: str = 1"),
        ("size: int = 1", "size: int = True"),
        ("more=1", "more=2"),
        ("more=1", "other=1"),
        ("def outer():", "async def outer(most):"),
        ("each * 2", "each * 3"),
        ("@property", "@staticmethod"),
        ("\ndef fails", "\ndef added(): pass\n\ndef fails"),
        ("import register_o\n", "import register_o, json\n"),
    ],
)
def test_other_edits_are_refused(folder: Path, old: str, new: str) -> None:
    """What the source itself does cannot be done: all is as before, and what can be edited is said."""
    module = user()
    write(folder, "user_o", USER.replace('"old"', '"new"'))
    reload_module("user_o")
    assert USER.count(old) == 1
    write(folder, "user_o", USER.replace(old, new).replace('"old"', '"newest"'))
    with pytest.raises(ReloadError, match="Model is known already") as caught:
        reload_module("user_o")
    assert (
        caught.value.hint == "it cannot run twice in a process: edit bodies of functions alone, or restart the program"
    )
    assert (module.Model().tell(), module.Model.kind, module.SIZES) == (("new", 1), "plain", [2, 4])


def test_what_needs_an_edited_module_stays_as_it_is(folder: Path) -> None:
    """It was not edited; what it took by name is bound anew."""
    module = user()
    write(folder, "limits_o", "LIMIT = 2\n")
    report = reload_dependencies("limits_o")
    assert report == ["limits_o"]
    assert report.skipped["user_o"] == "it cannot run twice in a process: ValueError: Model is known already"
    assert report.rebound == {"user_o": ("LIMIT",)}
    assert module.Model().tell() == ("old", 2)


def test_what_was_not_edited_at_all_stays(folder: Path) -> None:
    """That is no plan of anything."""
    user()
    report = reload_module("user_o")
    assert (list(report), list(report.skipped)) == ([], ["user_o"])
    assert (report.headline, repr(report)) == ("nothing to reload", "<ReloadReport of []>")
    assert reload_module("user_o", dry_run=True).headline == "would reload: user_o"


def test_with_what_it_needs_it_runs(folder: Path) -> None:
    """A register that is new does not know it."""
    module = user()
    for word in ("first", "second"):
        write(folder, "user_o", USER.replace('"old"', f'"{word}"'))
        reload_module("user_o")
    write(folder, "user_o", USER.replace('"plain"', '"other"'))
    report = reload_dependencies("register_o")
    assert (list(report), report.not_run) == (["register_o", "user_o"], {})
    assert module.Model.kind == "other"


def test_it_may_have_run_twice_before(folder: Path) -> None:
    """It is known what ran then, decorated or not; who reloads it by other means has to be known by what it holds."""
    text = USER.replace("@register_o.once", "@functools.partial(dict().setdefault, 'x')").replace(
        "import register_o", "import functools\nif len(counted_o.tries) == 2: raise LookupError('twice')"
    )
    write(folder, "user_o", text)
    module = user()
    for word in ("first", "second", "third"):
        write(folder, "user_o", text.replace('"old"', f'"{word}"'))
        report = reload_module("user_o")
        assert (module.Model().tell()[0], module.outer()(), module.Model.make()()) == (word, word, word)
        assert report.not_run.keys() == ({"user_o"} if word != "first" else set())
    write(folder, "user_o", text.replace('"old"', '"other"'))
    module.counted_o.tries.clear()
    importlib.reload(module)
    module.counted_o.tries.append("x")
    write(folder, "user_o", text.replace('"old"', '"last"'))
    with pytest.raises(ReloadError, match="twice"):
        reload_module("user_o")
    assert module.Model().tell()[0] == "other"


def test_an_edit_that_is_to_blame_fails(folder: Path) -> None:
    """What ran before would run once more: then the new body of a function is wrong, here or in what it needs."""
    text = "def share():\n    return 1\n\nSHARE = share()\n"
    write(folder, "made_o", text)
    module = importlib.import_module("made_o")
    write(folder, "made_o", text.replace("return 1", "return 1 / 0"))
    with pytest.raises(ReloadError, match="ZeroDivisionError") as caught:
        reload_module("made_o")
    assert caught.value.hint == "mend its source and reload it once more"
    assert module.share() == 1


def test_without_what_was_compiled_it_fails(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows what else was edited."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    module = user()
    write(folder, "user_o", USER.replace('"old"', '"new"'))
    with pytest.raises(ReloadError, match="Model is known already"):
        reload_module("user_o")
    assert module.Model().tell() == ("old", 1)


def test_what_was_not_edited_needs_nothing_compiled(folder: Path, child: Python) -> None:
    """A file that is older than the process is what ran: in a container, nothing is written down."""
    code = """
        import pathlib, sys, time
        from load._imports.reload import changed
        changed._started = lambda: time.time_ns() + 60 * 10**9  # all files are older
        sys.path.insert(0, ".")
        import user_o, limits_o
        from load.imports import reload_dependencies
        pathlib.Path("limits_o.py").write_text("LIMIT = 2\\n")
        report = reload_dependencies("limits_o")
        print(list(report), list(report.skipped), user_o.Model().tell())
    """
    ran = child.run(code, cwd=folder, env={"PYTHONDONTWRITEBYTECODE": "1"}).check()
    assert ran.stdout == "['limits_o'] ['user_o'] ('old', 2)\n"


def test_an_interrupt_while_it_is_tried_leaves_all_as_it_was(folder: Path) -> None:
    """Ctrl-C in what runs to find out whether it can run at all."""
    stopped = "if len(counted_o.tries) == 3: raise KeyboardInterrupt"
    text = USER.replace('tries.append("x")', f'tries.append("x")\n{stopped}')
    write(folder, "user_o", text)
    module = user()
    before = dict(vars(module))
    write(folder, "user_o", text.replace('"old"', '"new"'))
    with pytest.raises(KeyboardInterrupt):
        reload_module("user_o")
    assert dict(vars(module)) == before
    assert module.Model().tell() == ("old", 1)
    assert reload_module("user_o") == ["user_o"]
    assert module.Model().tell() == ("new", 1)


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("SIZE = dict(one=1)", "one", "other"),
        ("SIZE = sorted([1, 2], key=lambda each: each)", ": each", ": -each"),
        ("def size(): return 1\nSIZE = size()\ndel size", "return 1", "return 2"),
        ("def size():\n    return 1", "def", "async def"),
        ("def size():\n    return 1", "return", "yield"),
        (
            "try:\n    A = 1\n    B = int('2')\nexcept LookupError: A = 2\n",
            "    B = int('2')\nexcept LookupError: A = 2",
            "except LookupError: A = 2\nelse: B = int('2')",
        ),
        (
            "def decorated(function):\n    return lambda *args: function(*args)\n@decorated\ndef size(): return 1",
            "*args: function(*args)",
            "*args, **more: function(*args, **more)",
        ),
        pytest.param(
            "type Size = list[int]",
            "int",
            "str",
            marks=pytest.mark.skipif(sys.version_info < (3, 12), reason="a statement of 3.12"),
        ),
        pytest.param(
            "class Size[Of: int]: pass",
            "int",
            "str",
            marks=pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of 3.12"),
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:Assigning a code object:DeprecationWarning")  # the run that fails does (3.13)
def test_what_the_source_makes_is_no_body(folder: Path, text: str, old: str, new: str) -> None:
    """Arguments by name; functions that the source calls and nobody has; what decorators have looked at, or made."""
    write(folder, "user_o", f"{text}\n{USER}")
    module = user()
    before = dict(vars(module))
    assert text.count(old)
    write(folder, "user_o", f"{text.replace(old, new)}\n" + USER.replace('"old"', '"new"'))
    with pytest.raises(ReloadError, match="Model is known already"):
        reload_module("user_o")
    assert dict(vars(module)) == before
    assert module.Model().tell() == ("old", 1)


def test_of_another_branch(folder: Path) -> None:
    """A function that was never made has no say."""
    text = USER + "if SIZES:\n    def size(): return 'old'\nelse:\n    def size(): return 'old too'\n"
    write(folder, "user_o", text)
    module = user()
    write(folder, "user_o", text.replace("old", "new"))
    assert reload_module("user_o").not_run
    assert module.size() == "new"


def test_what_was_computed_is_forgotten(folder: Path) -> None:
    """By `lru_cache`, of the edited function or of what it calls."""
    text = "import functools\n@functools.lru_cache\ndef size(): return more()\ndef more(): return 1\n" + USER
    write(folder, "user_o", text)
    module = user()
    assert module.size() == 1
    for number in (2, 3):
        write(folder, "user_o", text.replace("return 1", f"return {number}"))
        reload_module("user_o")
        assert module.size() == number


def test_what_others_were_given_is_what_the_module_has(folder: Path) -> None:
    """Before the source fails, it has put its functions into registers of others, and so has what ran apart."""
    write(
        folder,
        "register_o",
        REGISTER
        + "import functools\nhooks, table = [], {}\n@functools.singledispatch\ndef show(it): pass\n"
        + "def enter(thing):\n    hooks.append(thing)\n    table[thing.__name__] = thing\n    return thing\n",
    )
    text = """
import register_o
@register_o.enter
def hook(): return "old"
@register_o.enter
class Hook:
    def tell(self): return "old"
@register_o.show.register(int)
def _(it): return "old"
@register_o.show.register(str)
def _(it): return "old"
"""
    write(folder, "user_o", text + USER)
    module = user()
    register = module.register_o
    write(folder, "user_o", (text + USER).replace('"old"', '"new"'))
    assert reload_module("user_o").not_run
    assert register.hooks == [module.hook, module.Hook]
    assert register.table == {"hook": module.hook, "Hook": module.Hook}
    assert (register.hooks[0](), register.show(1), register.show("")) == ("new", "new", "new")
    assert register.hooks[1]().tell() == "new"


def test_an_edit_that_fails_in_another_place_is_to_blame(folder: Path) -> None:
    """An error of the same class as that of what cannot be there twice."""
    text = "def size():\n    return 1\nsize()\n" + USER
    write(folder, "user_o", text)
    module = user()
    write(folder, "user_o", text.replace("return 1", "raise ValueError('edited')"))
    with pytest.raises(ReloadError, match="edited"):
        reload_module("user_o")
    assert module.size() == 1
    write(folder, "user_o", text.replace("return 1", "return 2"))
    assert reload_module("user_o").not_run
    assert module.size() == 2


def test_what_needs_one_that_cannot_run_twice_is_tried_once(folder: Path) -> None:
    """If that stays, nothing is new for it; one that can run does so."""
    write(folder, "register_o", REGISTER)
    write(
        folder,
        "views_o",
        "import register_o, counted_o, user_o\ncounted_o.tries.append('v')\n@register_o.once\ndef view(): pass\n",
    )
    module = user()
    importlib.import_module("views_o")
    for word in ("first", "second", "third"):
        write(folder, "user_o", USER.replace('"old"', f'"{word}"'))
        report = reload_dependencies("user_o")
        assert list(report) == ["user_o"]
        assert "views_o" in report.skipped
        assert module.Model().tell()[0] == word
    assert module.counted_o.tries.count("v") == 3


def test_what_another_process_has_compiled_since_is_not_what_ran(folder: Path) -> None:
    """As tests in a second terminal do: the edit is refused, and not taken for none."""
    module = user()
    reload_changed(dry_run=True)  # looks at it
    write(folder, "user_o", USER.replace('"plain"', '"other"'))
    py_compile.compile(str(folder / "user_o.py"))
    for _ in range(2):
        with pytest.raises(ReloadError, match="Model is known already"):
            reload_dependencies("user_o")
    assert module.Model.kind == "plain"


def test_what_failed_is_gone(folder: Path) -> None:
    """A register that finds classes by their names, and holds them weakly, has the module's alone."""
    weakly = "import weakref\nseen = weakref.WeakSet()\n"
    write(folder, "register_o", weakly + REGISTER.replace("    if thing", "    seen.add(thing)\n    if thing"))
    module = user()
    write(folder, "user_o", USER.replace('"old"', '"new"'))
    assert reload_module("user_o").not_run
    assert list(module.register_o.seen) == [module.Model]

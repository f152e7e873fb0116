"""Modules that run again: what their sources do to themselves while they do, and what is left when they fail."""

from __future__ import annotations

import importlib
import json
import os
import pickle
import sys
import threading
import traceback
import types
import zipfile
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from load import _events
from load.errors import ReloadError, SourceError
from load.imports import ImportCache, ImportOptimizer, reload_changed, reload_dependencies, reload_module
from tests.support.environments import Python
from tests.support.library import CHECKOUT
from tests.support.pages import program_of


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on `sys.path`, whose modules are gone afterwards."""
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in [name for name in sys.modules if name.partition(".")[0].endswith("_r")]:
        del sys.modules[name]


def write(folder: Path, name: str, text: str) -> None:
    """A module."""
    (folder / f"{name}.py").write_text(text, encoding="utf-8")
    importlib.invalidate_caches()


def loaded(folder: Path, name: str, text: str) -> Any:
    """A module, imported."""
    write(folder, name, text)
    return importlib.import_module(name)


def failed(folder: Path, name: str, text: str) -> str:
    """What is said when a module's new source fails, which begins with what it is about."""
    write(folder, name, text)
    with pytest.raises(ReloadError) as caught:
        ImportCache().reload(name)
    assert caught.value.rolled_back == (name,)
    return caught.value.message


UNDONE = """
import sys
from pathlib import Path
from load.errors import ReloadError
from load.imports import reload_module

asked = []

class Keeper:
    def __load_renew__(self, *_):
        asked.append(self)
        if len(asked) > 1:
            raise LookupError("not again")
        return self.undo

    def undo(self):
        raise OSError("it has been sent")

sys.path.insert(0, sys.argv[1])
path = Path(sys.argv[1], "kept.py")
path.write_text("VALUE = 1\\ndef answer():\\n    return 1\\n")
import kept
code = kept.answer.__code__
keepers = [Keeper(), Keeper()]
path.write_text("VALUE = 2\\ndef answer():\\n    return 2\\n")
try:
    reload_module("kept")
except ReloadError as error:
    print(*error.context, error.hint, sep="|")
print(kept.VALUE, kept.answer.__code__ is code, kept.answer())
"""


def test_what_cannot_be_undone_is_told_and_all_else_is_undone(child: Python, tmp_path: Path) -> None:
    """Nobody is told then that all is as before."""
    said = "could not be undone: OSError: it has been sent|as before is all else of: kept|restart the program"
    assert child.run(["-c", UNDONE, tmp_path]).check().stdout == f"{said}\n1 True 1\n"


# -- a source that fails -----------------------------------------------------------------------------------------------


def test_annotations(folder: Path) -> None:
    """Are what they were; and of the new source alone where it does not fail."""
    module = loaded(folder, "notes_r", "x: int = 1\n")
    assert module.__annotations__ == {"x": int}
    kept = module.__annotations__
    failed(folder, "notes_r", "x: str = 2\ny: str = 'a'\n1 / 0\n")
    assert (module.__annotations__, module.x, hasattr(module, "y")) == ({"x": int}, 1, False)
    assert module.__annotations__ is kept
    write(folder, "notes_r", "y: str = 'a'\n")
    ImportCache().reload("notes_r")
    assert module.__annotations__ == {"y": str}
    write(folder, "notes_r", "if True:\n    z: int = 1\n")
    ImportCache().reload("notes_r")
    assert module.__annotations__ == {"z": int}
    write(folder, "notes_r", "z = 1\n")
    ImportCache().reload("notes_r")
    assert module.__annotations__ == {}


def test_warnings_are_told_again(folder: Path) -> None:
    """What a failed source warned of is no reason to be silent about it later."""
    text = "import warnings\nwarnings.warn('old', UserWarning)\n"
    module = loaded(folder, "warns_r", "__warningregistry__ = {'mine': 1}\n")
    with pytest.warns(UserWarning, match="old"):
        failed(folder, "warns_r", f"{text}1 / 0\n")
    assert module.__warningregistry__ == {"mine": 1}


@pytest.mark.parametrize(
    "deed", ["sys.modules[__name__] = object()", "del sys.modules[__name__]", "sys.modules[__name__] = None"]
)
def test_its_place_among_the_modules(folder: Path, deed: str) -> None:
    """Is its own again, under all its names."""
    module = loaded(folder, "place_r", "x = 1\n")
    sys.modules["place_r_too"] = module
    failed(folder, "place_r", f"import sys\n{deed}\nsys.modules.pop('place_r_too')\n1 / 0\n")
    assert (sys.modules["place_r"], sys.modules["place_r_too"]) == (module, module)


def test_its_class(folder: Path) -> None:
    """Is the one it had, also where that lets nobody set anything."""
    text = """
import sys, types
class Own(types.ModuleType):
    x = property(lambda self: 1)
    def __setattr__(self, name, value):
        raise TypeError(name)
object.__setattr__(sys.modules[__name__], "__class__", Own)
"""
    module = loaded(folder, "class_r", text)
    own = type(module)
    change = "import sys, types\nobject.__setattr__(sys.modules[__name__], '__class__', {})\n1 / 0\n"
    for other in ("types.ModuleType", "type('Other', (types.ModuleType,), {'__setattr__': None})"):
        failed(folder, "class_r", change.format(other))
        assert type(module) is own
        assert module.x == 1


def test_the_path_of_a_package(folder: Path) -> None:
    """Is what it was; what it imported for the first time stays bound, as Python would never bind it again."""
    (folder / "pack_r").mkdir()
    write(folder / "pack_r", "__init__", "")
    write(folder / "pack_r", "old", "")
    write(folder / "pack_r", "new", "x = 5\n")
    module = importlib.import_module("pack_r")
    old = importlib.import_module("pack_r.old")
    path = module.__path__
    write(
        folder / "pack_r",
        "__init__",
        "import sys\n__path__.append('elsewhere')\nfrom . import new\n"
        "del sys.modules['pack_r.old']\nfrom . import old\n"
        "globals().clear()\n1 / 0\n",
    )
    with pytest.raises(ReloadError, match="'pack_r' failed"):
        ImportCache().reload("pack_r")
    assert module.__path__ is path
    assert path == [str(folder / "pack_r")]
    assert (sys.modules["pack_r.old"], module.old) == (old, old)
    assert module.new is importlib.import_module("pack_r.new")


def test_what_it_did_to_another(folder: Path) -> None:
    """Modules that were to run after it are what they were."""
    base = loaded(folder, "first_r", "x = 1\n")
    user = loaded(folder, "second_r", "import first_r\n")
    write(folder, "first_r", "import second_r\nsecond_r.added = 1\n1 / 0\n")
    with pytest.raises(ReloadError) as caught:
        ImportOptimizer().reload_dependencies("first_r")
    assert caught.value.rolled_back == ("first_r",)
    assert (base.x, hasattr(user, "added"), hasattr(base, "second_r")) == (1, False, False)


def test_an_error_without_a_text(folder: Path) -> None:
    """Is told by its class."""
    module = loaded(folder, "error_r", "x = 1\n")
    said = failed(folder, "error_r", "class E(Exception):\n    def __str__(self):\n        1 / 0\nx = 2\nraise E\n")
    assert said == "'error_r' failed when its source ran again: E: <its text raised ZeroDivisionError>"
    assert module.x == 1


@pytest.mark.parametrize("error", ["SystemExit(3)", "KeyboardInterrupt"])
def test_what_is_no_error(folder: Path, error: str) -> None:
    """Goes on as it is, and the module is what it was."""
    module = loaded(folder, "exits_r", "x = 1\n")
    write(folder, "exits_r", f"x = 2\nraise {error}\n")
    with pytest.raises((SystemExit, KeyboardInterrupt)):
        ImportCache().reload("exits_r")
    assert module.x == 1


@pytest.mark.parametrize("text", ["x = (\n", "x = " + "-" * 100_000 + "1\n", "x = '\0'\n"])
def test_what_cannot_be_compiled(folder: Path, text: str) -> None:
    """Is refused, whatever the compiler raises, before anything ran."""
    module = loaded(folder, "deep_r", "x = 1\n")
    user = loaded(folder, "deep_user_r", "import deep_r\nruns = []\n")
    write(folder, "deep_r", text)
    with pytest.raises(ReloadError, match=r"'deep_r' cannot be compiled: .") as caught:
        ImportOptimizer().reload_dependencies("deep_r")
    assert caught.value.rolled_back == ()
    assert (module.x, user.runs) == (1, [])


# -- a source that does not fail ---------------------------------------------------------------------------------------


def test_one_that_takes_itself_out(folder: Path) -> None:
    """Fails, as it does when it is imported, and with it all that ran before."""
    base = loaded(folder, "base_r", "x = 1\n")
    gone = loaded(folder, "gone_r", "import base_r\n")
    write(folder, "base_r", "x = 2\n")
    write(folder, "gone_r", "import base_r, sys\ndel sys.modules[__name__]\n")
    with pytest.raises(ReloadError, match=r"'gone_r' failed .*: ImportError: it took itself out of sys\.modules"):
        ImportOptimizer().reload_dependencies("base_r")
    assert (base.x, sys.modules["gone_r"]) == (1, gone)


def test_one_that_puts_something_in_its_place(folder: Path) -> None:
    """May: that is what is given then, and whether its file changes is known on."""
    loaded(folder, "swap_r", "")
    loaded(folder, "swap_user_r", "import swap_r\n")
    text = "import sys\nclass P:\n    x = 5\nsys.modules[__name__] = P()\n"
    write(folder, "swap_r", text)
    optimizer = ImportOptimizer()
    assert optimizer.reload_dependencies("swap_r") == ["swap_r", "swap_user_r"]
    stands: Any = sys.modules["swap_r"]
    assert stands.x == 5
    assert sys.modules["swap_user_r"].swap_r is stands
    assert optimizer.cache.get("swap_r") is stands
    write(folder, "swap_r", f"{text}# edited\n")
    assert optimizer.cache.changed() == ["swap_r"]
    with pytest.raises(ReloadError, match="'swap_r' is not a module, but a 'P' in its place"):
        optimizer.reload_module("swap_r")


def test_one_of_two_names(folder: Path) -> None:
    """Runs once, and is unchanged under both."""
    module = loaded(folder, "twice_r", "import sys\nsys.ran_r = getattr(sys, 'ran_r', 0) + 1\n")
    sys.modules["alias_r"] = module
    cache = ImportCache()
    cache.set("twice_r", module)
    cache.set("alias_r", module)
    write(folder, "twice_r", "import sys\nsys.ran_r += 1\n")
    assert cache.changed() == ["twice_r", "alias_r"]
    try:
        assert cache.reload_all(["alias_r", "twice_r"]) == ["alias_r"]
        assert sys.ran_r == 2  # type: ignore[attr-defined]
    finally:
        del sys.ran_r  # type: ignore[attr-defined]
    assert cache.changed() == []


def test_new_imports_count(folder: Path) -> None:
    """What depends on a module is told from the sources that ran last."""
    loaded(folder, "low_r", "x = 1\n")
    loaded(folder, "high_r", "x = 1\n")
    optimizer = ImportOptimizer()
    assert optimizer.reload_dependencies("low_r") == ["low_r"]
    write(folder, "high_r", "import low_r\n")
    optimizer.reload_module("high_r")
    assert optimizer.reload_dependencies("low_r") == ["low_r", "high_r"]


def test_an_edit_while_it_runs(folder: Path) -> None:
    """Is one: what ran is what was read before."""
    loaded(folder, "edit_r", "")
    cache = ImportCache()
    write(folder, "edit_r", "with open(__file__, 'a') as file:\n    file.write('# more')\n")
    cache.reload("edit_r")
    assert cache.changed() == ["edit_r"]


def test_the_program_under_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does not run again either."""
    main = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", main)
    monkeypatch.setitem(sys.modules, "app_r", main)
    with pytest.raises(ReloadError, match="'app_r' is the program itself"):
        ImportCache().reload("app_r")


# -- the report --------------------------------------------------------------------------------------------------------


def test_a_report(folder: Path) -> None:
    """Is the names in their order, and tells all else."""
    loaded(folder, "told_r", "LIMIT = 1\ndef f(): return 1\nclass C: __slots__ = ()\n")
    loaded(folder, "teller_r", "from told_r import LIMIT, f, C\n")
    write(folder, "told_r", "LIMIT = 22\ndef f(): return 2\nclass C: __slots__ = ('x',)\n")
    planned = reload_dependencies("told_r", dry_run=True)
    assert (planned, planned.planned) == ([], ("told_r", "teller_r"))
    assert str(planned) == "would reload: told_r, teller_r"
    assert repr(planned) == "<ReloadReport: 2 planned, nothing done>"
    assert sys.modules["told_r"].LIMIT == 1
    report = reload_module("told_r")
    assert (list(report), len(report), report[0], "told_r" in report, report[:1]) == (
        ["told_r"],
        1,
        "told_r",
        True,
        ("told_r",),
    )
    assert report == ["told_r"]
    assert report != ["teller_r"]
    assert report == reload_module(sys.modules["told_r"])
    assert repr(report) == "<ReloadReport of ['told_r']>"
    assert (report.patched, report.skipped, report.failed, report.rolled_back) == ({"told_r": ("f",)}, {}, None, ())
    assert {name: set(names) for name, names in report.rebound.items()} == {"teller_r": {"LIMIT", "C"}}
    assert report.replaced == {"told_r.C": "its __slots__ are others"}
    assert report.seconds > 0
    assert json.loads(json.dumps(report.as_dict()))["reloaded"] == ["told_r"]
    lines = str(report).splitlines()
    assert lines[0].startswith("reloaded in ")
    assert "  patched in told_r: f" in lines
    assert "  replaced told_r.C: its __slots__ are others" in lines
    assert pickle.loads(pickle.dumps(report)) == report


def test_nothing_to_do(folder: Path) -> None:
    """Is no error."""
    loaded(folder, "still_r", "x = 1\n")
    reload_module("still_r")
    assert "still_r" not in reload_changed().planned
    assert str(reload_changed()).splitlines()[0] == "nothing to reload"


def test_the_report_of_a_failure(folder: Path) -> None:
    """Says which module failed, and which had run."""
    loaded(folder, "low_f_r", "x = 1\n")
    loaded(folder, "high_f_r", "import low_f_r\n")
    write(folder, "high_f_r", "import low_f_r\nraise LookupError('no')\n")
    with pytest.raises(ReloadError) as caught:
        reload_dependencies("low_f_r")
    report = caught.value.report
    assert (report.failed, report.rolled_back, list(report)) == ("high_f_r", ("low_f_r", "high_f_r"), [])
    assert str(report) == "failed: high_f_r; as before are: low_f_r, high_f_r"
    assert "  → mend its source" in str(caught.value)
    assert pickle.loads(pickle.dumps(caught.value)).report.failed == "high_f_r"


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", [None, 5, b"name", ["name"]])
def test_what_is_no_module(target: Any) -> None:
    """Is a TypeError."""
    for call in (reload_module, reload_dependencies):
        with pytest.raises(TypeError, match=r"a module, or its name, is reloaded, not a '"):
            call(target)


@pytest.mark.parametrize("target", ["", "a b", ".relative", "a..b", "./file.py"])
def test_what_is_no_name(target: str) -> None:
    """Is a SourceError."""
    with pytest.raises(SourceError, match="is not a dotted import name"):
        reload_module(target)


def test_what_load_is_made_of() -> None:
    """Does not reload itself."""
    import load

    for target in (load, "load.errors"):
        with pytest.raises(ReloadError, match="is part of load, which reloads"):
            reload_module(target)


def test_a_module_that_is_not_the_loaded_one(folder: Path) -> None:
    """Is refused, as another stands under its name."""
    module = loaded(folder, "double_r", "")
    del sys.modules["double_r"]
    importlib.import_module("double_r")
    with pytest.raises(ReloadError, match="'double_r' is not the module that is loaded under its name"):
        reload_module(module)


def test_what_became_a_package(folder: Path) -> None:
    """Or was one; nothing is changed."""
    module = loaded(folder, "grows_r", "x = 1\n")
    (folder / "grows_r").mkdir()
    write(folder / "grows_r", "__init__", "x = 2\n")
    with pytest.raises(ReloadError, match="'grows_r' has become a package"):
        reload_module("grows_r")
    (folder / "grows_r.py").unlink()
    with pytest.raises(ReloadError, match="'grows_r' has become a package"):
        reload_module("grows_r")
    assert module.x == 1
    (folder / "shrinks_r").mkdir()
    write(folder / "shrinks_r", "__init__", "")
    importlib.import_module("shrinks_r")
    (folder / "shrinks_r" / "__init__.py").unlink()
    write(folder, "shrinks_r", "")
    with pytest.raises(ReloadError, match="'shrinks_r' has become a module"):
        reload_module("shrinks_r")


def test_what_is_gone(folder: Path) -> None:
    """Is told by `reload_changed`, which goes on with the others."""
    loaded(folder, "gone_c_r", "x = 1\n")
    other = loaded(folder, "stays_c_r", "x = 1\n")
    (folder / "gone_c_r.py").unlink()
    write(folder, "stays_c_r", "x = 22\n")
    report = reload_changed()
    assert "stays_c_r" in report
    assert report.skipped["gone_c_r"] == "its file is gone"
    assert other.x == 22


def test_what_lies_in_an_archive(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is not told of as a file that is gone; where it is named, that says why it cannot run again."""
    archive = folder / "archive.zip"
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr("zipped_r.py", "x = 1\n")
    monkeypatch.syspath_prepend(str(archive))
    module = importlib.import_module("zipped_r")
    assert "zipped_r" not in reload_changed().skipped
    with pytest.raises(ReloadError, match="'zipped_r' has no source that could run again") as caught:
        reload_module("zipped_r")
    assert caught.value.hint
    assert module.x == 1


def test_what_another_loader_has_made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As pytest does, which writes assertions anew: the loader is named, as the file is there."""

    class Rewriting:
        """A loader that gives nobody any code."""

        def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
            return spec_from_file_location(name, folder / "made_r.py", loader=self) if name == "made_r" else None

        def create_module(self, spec: ModuleSpec) -> None:
            return None

        def exec_module(self, module: types.ModuleType) -> None:
            exec((folder / "made_r.py").read_text(), vars(module))

    monkeypatch.setattr(sys, "meta_path", [Rewriting(), *sys.meta_path])
    module = loaded(folder, "made_r", "x = 1\n")
    write(folder, "made_r", "x = 22\n")
    said = "was loaded by a 'Rewriting', which gives no code of a source that could run again"
    assert reload_changed().skipped["made_r"] == f"it {said}"
    with pytest.raises(ReloadError, match=f"'made_r' {said}"):
        reload_module("made_r")
    assert module.x == 1


def test_a_dependent_that_is_gone(folder: Path) -> None:
    """Stays as it is; the others run."""
    loaded(folder, "base_d_r", "x = 1\n")
    loaded(folder, "left_d_r", "import base_d_r\n")
    user = loaded(folder, "user_d_r", "import base_d_r\ny = base_d_r.x\n")
    reload_changed()
    (folder / "left_d_r.py").unlink()
    write(folder, "base_d_r", "x = 22\n")
    report = reload_changed()
    assert (list(report), user.y) == (["base_d_r", "user_d_r"], 22)
    report = reload_dependencies("base_d_r")
    assert (list(report), report.skipped["left_d_r"]) == (["base_d_r", "user_d_r"], "its file is gone")


def test_what_is_imported_for_the_first_time(folder: Path) -> None:
    """And has taken a name from a module that runs only afterwards."""
    loaded(folder, "late_n_r", "LIMIT = 1\n")
    loaded(folder, "first_n_r", "")
    reload_changed()
    write(folder, "fresh_n_r", "from late_n_r import LIMIT\n")
    write(folder, "first_n_r", "import fresh_n_r\n")
    write(folder, "late_n_r", "LIMIT = 22\n")
    report = reload_changed()
    assert sorted(report) == ["first_n_r", "late_n_r"]
    assert sys.modules["fresh_n_r"].LIMIT == 22


def test_events(folder: Path) -> None:
    """Tell of each reload, and of each that failed."""
    loaded(folder, "heard_r", "")
    heard: list[_events.Event] = []
    stop = _events.subscribe(heard.append)
    try:
        report = reload_module("heard_r")
        write(folder, "heard_r", "1 / 0\n")
        with pytest.raises(ReloadError) as caught:
            reload_module("heard_r")
        reload_module("heard_r", dry_run=True)
    finally:
        stop()
    done, failed = heard
    assert isinstance(done, _events.Reloaded)
    assert done.report is report
    assert isinstance(failed, _events.ReloadFailed)
    assert failed.error is caught.value


@pytest.mark.parametrize("where", ["body", "hook"])
def test_a_reload_within_a_reload(folder: Path, where: str) -> None:
    """Is an error of the module that asks for it."""
    loaded(folder, "nests_r", "x = 1\n")
    call = "load.imports.reload_module('nests_r')"
    text = f"{call}\n" if where == "body" else f"def __reload__(old):\n    {call}\n"
    write(folder, "nests_r", f"import load.imports\n{text}")
    with pytest.raises(ReloadError, match=r"'nests_r' failed .*: ReloadError: A module that is being reloaded asks"):
        reload_module("nests_r")
    assert sys.modules["nests_r"].x == 1


def test_a_body_that_runs_now(folder: Path) -> None:
    """Is not run a second time meanwhile: by its own thread, or another."""
    text = """
import threading
from load.errors import ReloadError
from load.imports import reload_module
said = []
def ask():
    try:
        reload_module("runs_r")
    except ReloadError as error:
        said.append(error.message)
ask()
thread = threading.Thread(target=ask)
thread.start()
thread.join()
"""
    module = loaded(folder, "runs_r", text)
    assert module.said == ["'runs_r' is being imported: its body is running now."] * 2


def test_threads_take_turns(folder: Path) -> None:
    """Each reload has the program for itself."""
    text = """
import threading
inside = []
def enter(name):
    inside.append(name)
    most.append(len(inside))
    threading.Event().wait(0.01)
    inside.remove(name)
most = []
"""
    counter = loaded(folder, "counts_r", text)
    for name in ("one_t_r", "two_t_r"):
        loaded(folder, name, "")
        write(folder, name, f"import counts_r\ncounts_r.enter({name!r})\n")
    threads = [threading.Thread(target=reload_module, args=(name,)) for name in ("one_t_r", "two_t_r")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.most == [1, 1]


def test_modules_of_others(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run again where they are named, and are left alone otherwise."""
    installed = folder / "site-packages"
    installed.mkdir()
    monkeypatch.syspath_prepend(str(installed))
    base = loaded(folder, "mine_o_r", "x = 1\n")
    write(installed, "theirs_o_r", "import mine_o_r\nruns = []\n")
    theirs = importlib.import_module("theirs_o_r")
    runs = theirs.runs
    write(folder, "mine_o_r", "x = 22\n")
    write(installed, "theirs_o_r", "import mine_o_r\nruns = [1]\n")
    report = reload_changed()
    assert "theirs_o_r" not in report
    assert report.skipped["theirs_o_r"] == "it is installed, or of the standard library"
    assert (base.x, theirs.runs is runs) == (22, True)
    assert reload_module("theirs_o_r") == ["theirs_o_r"]
    assert theirs.runs == [1]


# -- what was compiled, and what lines say -----------------------------------------------------------------------------


def test_a_later_process_sees_the_edit(child: Python, tmp_path: Path) -> None:
    """Also one of the same second and size; and so does `importlib.reload`."""
    code = """
        import importlib, os, pathlib, sys
        from load.imports import reload_changed
        file = pathlib.Path("quick.py")
        file.write_text("value = 1\\n")
        import quick
        status = file.stat()
        file.write_text("value = 2\\n")
        os.utime(file, ns=(status.st_mtime_ns, status.st_mtime_ns))
        print(list(reload_changed()), quick.value)
        print(importlib.reload(quick).value)
    """
    environ = {"PYTHONPATH": f"{child.environ['PYTHONPATH']}{os.pathsep}{tmp_path}", "PYTHONDONTWRITEBYTECODE": None}
    assert child.run(code, cwd=tmp_path, env=environ).check().stdout.splitlines() == ["['quick'] 2", "2"]
    assert child.run("import quick; print(quick.value)", cwd=tmp_path, env=environ).check().stdout == "2\n"


def test_lines_of_tracebacks(folder: Path) -> None:
    """Are those of the source that ran."""
    module = loaded(folder, "lines_r", "def f():\n    raise LookupError  # old\n")
    with pytest.raises(LookupError) as caught:
        module.f()
    assert "# old" in "".join(traceback.format_exception(caught.value))
    path = folder / "lines_r.py"
    status = path.stat()
    path.write_text("def f():\n    raise LookupError  # new\n", encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    reload_module("lines_r")
    with pytest.raises(LookupError) as caught:
        module.f()
    assert "# new" in "".join(traceback.format_exception(caught.value))


def test_without_compiled_files(child: Python, tmp_path: Path) -> None:
    """What changed is found out all the same; what nobody can tell of counts as changed, once."""
    code = """
        import pathlib, sys
        sys.path.insert(0, ".")
        from load.imports import reload_changed
        file = pathlib.Path("plain.py")
        file.write_text("value = 1\\n")
        import plain
        print(list(reload_changed()), list(reload_changed()))
        file.write_text("value = 2\\n")
        print(list(reload_changed()), plain.value, list(reload_changed()))
    """
    done = child.run(code, cwd=tmp_path, env={"PYTHONDONTWRITEBYTECODE": "1"}).check()
    assert done.stdout.splitlines() == ["['plain'] []", "['plain'] 2 []"]


# -- what else keeps what it was given ---------------------------------------------------------------------------------


def test_a_registry_when_the_edit_fails(folder: Path) -> None:
    """Holds what it held: what the failed source registered is gone."""
    plugins = loaded(folder, "plugins_r", "from load.registry import Registry\nplugins = Registry('plugins')\n").plugins
    module = loaded(
        folder, "plugin_r", "from plugins_r import plugins\n@plugins.register('one')\nclass One:\n    x = 1\n"
    )
    write(
        folder,
        "plugin_r",
        "from plugins_r import plugins\n@plugins.register('one')\nclass One:\n    x = 2\n"
        "plugins.register('two', One)\n1 / 0\n",
    )
    with pytest.raises(ReloadError):
        reload_module("plugin_r")
    assert (list(plugins), plugins["one"] is module.One, module.One.x) == (["one"], True, 1)
    text = (folder / "plugin_r.py").read_text(encoding="utf-8").replace("1 / 0\n", "")
    write(folder, "plugin_r", text)
    reload_module("plugin_r")
    assert (list(plugins), plugins["one"] is module.One, plugins["two"] is module.One) == (["one", "two"], True, True)


def test_the_hook_of_a_lazy_package(folder: Path) -> None:
    """Goes with the last name after a reload as before."""
    (folder / "lazy_r").mkdir()
    text = "import load\n__getattr__, __dir__, __all__ = load.attach(__name__, attributes={'core': ['run']})\n"
    write(folder / "lazy_r", "__init__", text)
    write(folder / "lazy_r", "core", "def run(): return 1\n")
    package = importlib.import_module("lazy_r")
    assert package.run() == 1
    assert "__getattr__" not in vars(package)
    reload_module("lazy_r")
    assert "run" not in vars(package)
    assert package.run() == 1
    assert "__getattr__" not in vars(package)
    write(folder / "lazy_r", "core", "LIMIT = 1\n")
    reload_module("lazy_r.core")
    with pytest.raises(ImportError, match="run"):
        package.run()


def test_dotted_use_through_load(child: Python, tmp_path: Path) -> None:
    """Goes on, after the hook that the new source brings."""
    code = """
        import pathlib, sys
        sys.path.insert(0, ".")
        for name in ("tower/__init__.py", "tower/floor.py", "tower/attic.py", "tower/roof.py"):
            pathlib.Path(name).parent.mkdir(exist_ok=True)
            pathlib.Path(name).write_text("")
        import load
        from load.imports import reload_module
        load.tower
        print(load.tower.floor.__name__)
        pathlib.Path("tower/__init__.py").write_text("def __getattr__(name): raise AttributeError(f'no {name} here')")
        reload_module("tower")
        print(load.tower.attic.__name__)
        try:
            load.tower.cellar
        except AttributeError as error:
            print(error)
        pathlib.Path("tower/__init__.py").write_text("")
        reload_module("tower")
        print(load.tower.roof.__name__)
        try:
            load.tower.cellar
        except AttributeError as error:
            print(error)
    """
    assert child.run(code, cwd=tmp_path).check().stdout.splitlines() == [
        "tower.floor",
        "tower.attic",
        "no cellar here",
        "tower.roof",
        "module 'tower' has no attribute 'cellar'",
    ]


# -- what names become -------------------------------------------------------------------------------------------------

KEPT = """
try:
    cache
except NameError:
    cache = {}
if "table" not in globals():
    table = []
count = globals().get("count", 0) + 1
def connect():
    global connection
    connection = "made"
if count > 5:
    rare = 1
"""


def test_which_names_stay(folder: Path) -> None:
    """Those that the source looks at before it binds them, and those that its functions bind."""
    module = loaded(folder, "names_r", KEPT)
    cache, table = module.cache, module.table
    module.connect()
    module.rare = module.stray = module.__version__ = "set from outside"
    for number in (2, 3):
        reload_module("names_r")
        assert (module.cache is cache, module.table is table, module.count, module.connection) == (
            True,
            True,
            number,
            "made",
        )
        assert not {"rare", "stray", "__version__"} & vars(module).keys()


@pytest.mark.parametrize(
    ("before", "after", "left"),
    [
        ("import os.path as p, json\n", "import json\n", {"json"}),
        ("for i in range(3): last = i\n", "x = 1\n", {"x"}),
        ("with open(__file__) as f: text = f.name\n", "", set()),
        ("match 5:\n    case n if n > 1: big = n\n", "match 0:\n    case n if n > 1: big = n\n", {"n"}),
        ("a, (b, *c) = 1, (2, 3)\n", "a, (b, d) = 1, (2, 3)\n", {"a", "b", "d"}),
        ("if (w := 1): x = w\n", "if (w := 0): x = w\n", {"w"}),
        ("try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    no = 1\n", "no: int\n", set()),
        ("from math import *\n", "from math import pi\n", {"pi"}),
        ("x = y = 1\ndel y\n", "y = x = 1\ndel x\n", {"y"}),
    ],
)
def test_names_that_go(folder: Path, before: str, after: str, left: set[str]) -> None:
    """Whatever bound them."""
    module = loaded(folder, "goes_r", before)
    write(folder, "goes_r", after)
    reload_module("goes_r")
    assert {name for name in vars(module) if not name.startswith("__")} == left


def test_a_package_that_adds_to_its_path(folder: Path) -> None:
    """Has it once."""
    (folder / "wide_r").mkdir()
    write(folder / "wide_r", "__init__", "__path__.append('elsewhere')\n")
    package = importlib.import_module("wide_r")
    path = package.__path__
    reload_module(package)
    assert package.__path__ is path
    assert path == [str(folder / "wide_r"), "elsewhere"]


def test_submodules_stay_bound(folder: Path) -> None:
    """As the import system, which binds them, does so once."""
    (folder / "house_r").mkdir()
    write(folder / "house_r", "__init__", "")
    write(folder / "house_r", "room", "")
    room = importlib.import_module("house_r.room")
    package = sys.modules["house_r"]
    reload_module("house_r")
    assert package.room is room


def test_state_when_the_edit_fails(folder: Path) -> None:
    """Is what it was, also where the failed source has written into what it kept."""
    module = loaded(folder, "state_r", KEPT + "class State:\n    seen = []\nstate = State()\nstate.x = [1]\n")
    inner = [module.cache, module.table, module.State.seen, vars(module.state), module.state.x]
    module.cache["a"] = module.table
    before = [each.copy() for each in inner]
    names = list(vars(module))
    write(
        folder,
        "state_r",
        KEPT + "cache['b'] = 1\ndel cache['a']\ntable.append(2)\n"
        "if 'state' not in globals():\n    state = None\n"
        "state.x.append(3)\nstate.y = 1\nstate.seen.append(4)\n1 / 0\n",
    )
    with pytest.raises(ReloadError, match="ZeroDivisionError"):
        reload_module("state_r")
    assert [module.cache, module.table, module.State.seen, vars(module.state), module.state.x] == before
    assert all(one is other for one, other in zip(inner[:2], [module.cache, module.table], strict=True))
    assert list(vars(module)) == names


# -- registers of other modules ----------------------------------------------------------------------------------------

HUB = """
plugins = []
table = {}
def plugin(thing):
    plugins.append(thing)
    table[thing.__name__] = thing
    return thing
class Base:
    kinds = []
    def __init_subclass__(cls):
        Base.kinds.append(cls)
"""
PLUGIN = """
import hub_r
@hub_r.plugin
class Csv(hub_r.Base):
    value = 1
@hub_r.plugin
def read():
    return 1
"""


@pytest.mark.parametrize("fails", [False, True])
def test_registers_of_other_modules(folder: Path, fails: bool) -> None:
    """Hold what goes on, once, whether all goes well or not."""
    hub = loaded(folder, "hub_r", HUB)
    module = loaded(folder, "plug_r", PLUGIN)
    write(folder, "plug_r", PLUGIN.replace("1\n", "22\n") + ("1 / 0\n" if fails else ""))
    if fails:
        with pytest.raises(ReloadError, match="ZeroDivisionError"):
            reload_module("plug_r")
    else:
        reload_module("plug_r")
    assert hub.plugins == [module.Csv, module.read]
    assert hub.table == {"Csv": module.Csv, "read": module.read}
    assert hub.Base.kinds == hub.Base.__subclasses__() == [module.Csv]
    assert (hub.plugins[0].value, hub.plugins[1]()) == ((1, 1) if fails else (22, 22))


# -- threads, and things that answer with errors -----------------------------------------------------------------------

BUSY = """
import functools
from unittest.mock import Mock
import load
LIMIT = {number}
json = load.lazy_import("json")
spoofs = Mock(spec=type)
class Evil:
    __class__ = property(lambda self: 1 / 0)
    def __getattr__(self, name):
        raise LookupError(name)
    def __eq__(self, other):
        raise LookupError("==")
    def __bool__(self):
        raise LookupError("bool")
    __hash__ = None
evil = Evil()
class Meta(type):
    def __eq__(cls, other):
        raise LookupError("==")
    __hash__ = type.__hash__
class Kind(metaclass=Meta):
    held = evil
def double(x, spare=evil):
    return x + x + LIMIT * 0
class Count:
    held = evil
    def value(self, x=1):
        return double(x)
    @functools.cached_property
    def cached(self):
        return LIMIT
"""


def test_threads_that_go_on(folder: Path) -> None:
    """And call what is reloaded, all the time: nothing is missing, and nothing half."""
    module = loaded(folder, "busy_r", BUSY.format(number=0))
    user = loaded(
        folder, "user_b_r", "from busy_r import LIMIT, Count, double\ndef use(): return double(2), Count().value()\n"
    )
    wrong: list[object] = []
    ended = threading.Event()

    def call() -> None:
        instance = module.Count()
        while not ended.is_set():
            try:
                if (user.use(), instance.value(), module.double(3)) != ((4, 2), 2, 6):
                    wrong.append("a value")
            except Exception as error:  # whatever it is, it is told below
                wrong.append(error)

    threads = [threading.Thread(target=call) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for number in range(1, 7):
            write(folder, "busy_r", BUSY.format(number=number) + ("1 / 0\n" if number % 3 == 0 else ""))
            if number % 3 == 0:
                with pytest.raises(ReloadError, match="ZeroDivisionError"):
                    reload_dependencies("busy_r")
            else:
                reload_dependencies("busy_r")
            assert user.LIMIT == module.LIMIT == number - (number % 3 == 0)
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert wrong == []


LOOKED_AT = """
import lookout_r
{star}
if {number}:
    branch = 1
else:
    branch = 2
try:
    import no_such_module_r as module
except ImportError:
    import json as module
with open(__file__):
    inside = {number}
for turn in range(2):
    turned = turn
if {number} == 1:
    dropped = 1
    deferred: int = 1
    deferred += 1
    def function(): pass
    class Class: pass
lookout_r.look()
"""
LOOKED_FOR = ("branch", "module", "inside", "turn", "turned", "starred", "dropped", "deferred", "function", "Class")


def test_what_others_may_look_for_as_it_runs(folder: Path) -> None:
    """Is there all the time, where the source binds it in some way; what it has not bound goes when it has run."""
    loaded(folder, "stars_r", "starred = 1\nmore = 1\n")
    look = "import sys\nseen = []\ndef look(): seen.append(set(vars(sys.modules['looked_r'])) & set({}))\n"
    lookout = loaded(folder, "lookout_r", look.format(LOOKED_FOR))
    star = "lookout_r.look()\nfrom stars_r import *\n"
    module = loaded(folder, "looked_r", LOOKED_AT.format(number=1, star=star))
    lookout.seen.clear()
    write(folder, "looked_r", LOOKED_AT.format(number=0, star=star))
    reload_module("looked_r")
    assert lookout.seen == [set(LOOKED_FOR)] * 2
    gone = {"dropped", "deferred", "function", "Class"}
    assert gone.isdisjoint(vars(module))
    assert (module.branch, module.turn, module.inside, module.starred, module.more) == (2, 1, 0, 1, 1)
    write(folder, "looked_r", LOOKED_AT.format(number=1, star=""))
    reload_module("looked_r")
    assert not hasattr(module, "starred")
    assert gone <= vars(module).keys()


def test_nobody_sees_what_does_not_stay(folder: Path) -> None:
    """A function, a class: whoever looks while the source runs finds the object that goes on, never the new one."""
    text = "import os\n@os.fspath\n@str\ndef text(): pass\ndef function(): return {0}\nclass Class:\n    value = {0}\n"
    module = loaded(folder, "defined_r", text.format(1))
    function, kind = module.function, module.Class
    lines = function.__code__.co_firstlineno
    bound: list[object] = []

    def trace(frame: types.FrameType, event: str, argument: object) -> Any:
        if frame.f_globals is vars(module):
            bound.append((vars(module)["function"] is function, vars(module)["Class"] is kind))
        return trace

    write(folder, "defined_r", text.format(2))
    sys.settrace(trace)
    try:
        reload_module("defined_r")
    finally:
        sys.settrace(None)
    assert set(bound) == {(True, True)}
    assert (function(), kind.value, function.__code__.co_firstlineno) == (2, 2, lines)


# -- the page ----------------------------------------------------------------------------------------------------------

PAGE = {
    "pricing.py": "RATE = 1.1\n\n\ndef total(count):\n    return count * RATE\n",
    "shop.py": """
from pricing import RATE, total


class Order:
    def __init__(self, count):
        self.count = count

    def total(self):
        assert RATE in (1.1, 1.5)
        return total(self.count)
""",
    "sessions.py": "LIMIT = 10\ntry:\n    open_sessions\nexcept NameError:\n    open_sessions = {}\n",
    "prelude": """
import pathlib
import sys

sys.path.insert(0, ".")


def edit(name, old, new):
    file = pathlib.Path(name)
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


""",
}


def test_the_page(child: Python, tmp_path: Path) -> None:
    """Its examples run as they stand."""
    for name, text in PAGE.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    program = program_of(CHECKOUT / "docs" / "how-to" / "reloading.md")
    (tmp_path / "page.py").write_text(PAGE["prelude"] + program, encoding="utf-8")
    child.run(["page.py"], cwd=tmp_path).check()

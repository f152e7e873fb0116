"""The IPython extension: `%use`, `%whyload`, completion, `load.name?`, and advice where an import of a cell fails."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import Environment, Python
from tests.support.index import Index
from tests.support.library import CHECKOUT
from tests.support.processes import Result

pytest.importorskip("IPython")

SHELL = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.colors = "NoColor"

def cell(code):
    return shell.run_cell(code)

cell("%load_ext load\\nimport load")
"""


def in_shell(python: Python, code: str, folder: Path, **options: Any) -> Result:
    """Run code that has a shell with the extension."""
    env = {"IPYTHONDIR": str(folder / "ipython"), "NO_COLOR": "1", **options.pop("env", {})}
    return python.run(SHELL + code, env=env, **options).check()


def test_use_binds_what_is_named(child: Python, tmp_path: Path) -> None:
    """Modules, aliases of one's own and known ones, objects, files beside the notebook; comments are none."""
    (tmp_path / "beside.py").write_text("VALUE = 3\n")
    code = """
cell("%use tabnanny dec=json.decoder json.decoder:JSONDecoder './beside.py'  # and no more")
print(*(getattr(shell.user_ns[name], "__name__", "") for name in ("tabnanny", "dec", "JSONDecoder", "beside")))
"""
    assert in_shell(child, code, tmp_path, cwd=tmp_path).stdout == "tabnanny json.decoder JSONDecoder beside\n"


def test_use_installs_all_that_is_missing_at_once(
    venv: Environment, index: Index, wheel: Callable[..., Path], tmp_path: Path
) -> None:
    """In one solve, and what it says goes to standard error."""
    index.add(wheel("first-thing", "1.0"), wheel("second-thing", "2.0"))
    found = importlib.util.find_spec("IPython")
    assert found is not None
    assert found.origin is not None
    code = """
cell("load.configure(install='always')")
cell("%use first_thing two=second_thing")
print(shell.user_ns["first_thing"].__name__, shell.user_ns["two"].__name__)
"""
    ipython = str(Path(found.origin).parents[1])
    result = in_shell(venv, code, tmp_path, env={"PYTHONPATH": f"{venv.environ.get('PYTHONPATH') or ''}:{ipython}"})
    assert result.stdout == "first_thing second_thing\n"
    assert result.stderr.count("load: installed") == 1
    assert "first-thing 1.0, second-thing 2.0" in result.stderr


def test_use_that_fails_ends_the_cell_and_binds_nothing(child: Python, tmp_path: Path) -> None:
    """With the error alone, without the frames of IPython and of `load`."""
    expected = {
        "nothing_like_that_at_all": "InstallRefused: 'nothing_like_that_at_all' is not installed",
        "tabnanny nothing_like_that_at_all": "InstallRefused: 'nothing_like_that_at_all' is not installed",
        "a=tabnanny a=netrc": "SourceError: Two specs are for the name 'a'.",
        "tabnanny==": "SourceError: ",
        "'tabnanny": 'SourceError: "\'tabnanny" cannot be read: No closing quotation.',
        "": "SourceError: Nothing is named.",
    }
    code = f"""
for line in {list(expected)!r}:
    result = cell(f"%use {{line}}\\nprint('went on')")
    print("---", type(result.error_in_exec).__name__, "tabnanny" in shell.user_ns)
"""
    result = in_shell(child, code, tmp_path, env={"LOAD_INSTALL": "known"})
    shown = result.stdout.split("---")
    for said, before, after in zip(expected.values(), shown[:-1], shown[1:], strict=True):
        assert said in before
        assert after.split()[:2] == [said.partition(":")[0], "False"]
    assert "Traceback" not in result.stdout
    assert "went on" not in result.stdout


def test_a_library_that_uses_the_magic_is_who_asks(child: Python, tmp_path: Path) -> None:
    """Installed code installs nothing, by whatever way."""
    package = tmp_path / "site-packages" / "sly.py"
    package.parent.mkdir()
    package.write_text("def act(shell):\n    shell.run_line_magic('use', 'seaborn_of_nobody')\n")
    code = """
result = cell("import sly; sly.act(get_ipython())")
print(result.error_in_exec.reason)
"""
    path = f"{child.environ['PYTHONPATH']}:{package.parent}"
    shown = in_shell(child, code, tmp_path, env={"PYTHONPATH": path, "LOAD_INSTALL": "ask"}).stdout
    assert shown.splitlines()[-1] == "third-party"


def test_whyload_tells_and_does_nothing(child: Python, tmp_path: Path) -> None:
    """It was asked to print, and so it does, on standard output."""
    code = """
before = set(sys.modules)
cell("%whyload markdown_it nothing_like_that_at_all")
cell("%whyload ==")
print("markdown_it" in sys.modules)
"""
    result = in_shell(child, code, tmp_path)
    assert "markdown_it: there, and would be imported" in result.stdout
    assert "\n\nnothing_like_that_at_all: would be refused" in result.stdout
    assert not result.stdout.startswith("\n")
    assert "SourceError: " in result.stdout
    assert result.stdout.splitlines()[-1] == "False"


@pytest.mark.parametrize("name", ["tabnanny", "nothing_like_that_at_all", "tabnanny:check"])
def test_a_question_about_a_lazy_import_loads_nothing(name: str, child: Python, tmp_path: Path) -> None:
    """The help of a notebook asks it as the cursor moves: it tells what was declared, and fails for none."""
    code = f"""
cell("lazy = load.lazy_import({name!r})")
for mark in ("?", "??"):
    cell("lazy" + mark)
import load
told = shell.object_inspect_mime("lazy")["text/plain"]
print(told.count("<lazy "), load.is_loaded(shell.user_ns["lazy"]))
print("tabnanny" in sys.modules)
"""
    result = in_shell(child, code, tmp_path)
    assert result.stdout.splitlines()[-2:] == ["1 False", "False"]
    assert "Traceback" not in result.stdout


AS_BEFORE = """
import IPython.core.completer
cell("%unload_ext load")
del IPython.core.completer.context_matcher
cell("%load_ext load")
"""


@pytest.mark.parametrize(("jedi", "before"), [(True, ""), (False, ""), (True, AS_BEFORE), (False, AS_BEFORE)])
def test_names_are_completed_without_importing_anything(jedi: bool, before: str, child: Python, tmp_path: Path) -> None:
    """Of the face, by whatever name; of specs in calls and magics, aliases and submodules included; by old hooks."""
    (tmp_path / "wholly" / "inner").mkdir(parents=True)
    for name in ("wholly/__init__.py", "wholly/inner/__init__.py", "wholly/innermost.py"):
        (tmp_path / name).write_text("raise RuntimeError('imported')\n")
    code = f"""
{before}
cell("import load as l")
shell.Completer.use_jedi = {jedi}

def completed(line):
    import warnings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # IPython calls its own completions provisional
        return [line[:each.start] + each.text for each in shell.Completer.completions(line, len(line))]

lines = ["load.markdown_i", "l.enable_auto_p", "x = load.markdown_i", "load('markdown_i", 'load["markdown_i',
         "load('json', 'x=markdown_i", "%use markdown_i", "%use json m=markdown_i", "%whyload markdown_i",
         "%use wholly.in", "%use wholl", "load('beautifu", "print('markdown_i", "json.markdown_i"]
print(json.dumps([completed(line) for line in lines]))
print([name for name in ("markdown_it", "wholly") if name in sys.modules])
"""
    result = in_shell(child, code, tmp_path, cwd=tmp_path)
    shown, imported = result.stdout.splitlines()[-2:]
    assert imported == "[]"
    assert json.loads(shown) == [
        ["load.markdown_it"],
        ["l.enable_auto_print"],
        ["x = load.markdown_it"],
        ["load('markdown_it"],
        ['load["markdown_it'],
        ["load('json', 'x=markdown_it"],
        ["%use markdown_it"],
        ["%use json m=markdown_it"],
        ["%whyload markdown_it"],
        ["%use wholly.inner", "%use wholly.innermost"],
        ["%use wholly"],
        [],
        [],
        [],
    ]


def test_known_names_are_completed_that_are_not_installed(child: Python, tmp_path: Path) -> None:
    """From two letters on; what there is to import is offered at once."""
    code = """
import load
from load._notebook.completion import completions
few, all = completions("%use cu", {})[1], completions("%use ", {})[1]
print("cupy" in few, "cupy" in all, "json" in all, "cupy" in completions("load.cu", {"load": load})[1])
print(completions("%use google.cloud.stor", {}), "errors" in completions("%use err", {})[1])
"""
    result = in_shell(child, code, tmp_path)
    assert result.stdout.splitlines() == [
        "True False True True",
        "('google.cloud.stor', ['google.cloud.storage']) False",
    ]


def test_a_question_mark_tells_of_what_is_not_loaded(child: Python, tmp_path: Path) -> None:
    """What is there and what is not: it is neither imported nor installed; what is bound is shown as ever."""
    code = """
load = shell.user_ns["load"]
for name in ("load.markdown_it", "load.nothing_like_that_at_all", "load._private", "load.tabnanny", "nothing.at_all"):
    info = shell.object_inspect(name, detail_level=0)
    print(name, info["found"], "markdown_it" in sys.modules)
found = shell.object_inspect("load.markdown_it")
print(found["docstring"])
print(found["file"])
print(shell.object_inspect("load.zlib")["string_form"], "zlib" in vars(load))
print(shell.object_inspect_text("load.nothing_like_that_at_all"))
print("__getattr__" in shell.object_inspect_text("load"), "load.np.arange(3)" in shell.object_inspect_text("load"))
load.tabnanny
print(shell.object_inspect("load.tabnanny")["string_form"], shell.object_inspect("load")["type_name"])
"""
    shown = in_shell(child, code, tmp_path).stdout
    assert shown.splitlines()[:5] == [
        "load.markdown_it True False",
        "load.nothing_like_that_at_all True False",
        "load._private False False",
        "load.tabnanny True False",
        "nothing.at_all False False",
    ]
    assert "Python port of markdown-it" in shown
    assert "markdown_it: there, and would be imported" in shown
    assert "load.markdown_it loads it; nothing was imported or installed to show this" in shown
    assert re.search(r"^/.*/markdown_it/__init__\.py$", shown, re.MULTILINE)
    assert re.search(r"^<module 'zlib' .*> False$", shown, re.MULTILINE)
    assert "load.nothing_like_that_at_all loads it" not in shown
    assert "Nothing was imported or installed to show this" in shown
    assert "looking.py" not in shown
    assert "False True" in shown.splitlines()  # `load?` is for people who use it
    assert "would be refused: load does not know the name 'nothing_like_that_at_all'" in shown
    assert shown.splitlines()[-1].startswith("<module 'tabnanny' ")
    assert shown.splitlines()[-1].endswith(" LoadModule")


MISSING = "pyfiglet"  # known, and never among what the tests have


def said_of(child: Python, cells: list[str], folder: Path, **options: Any) -> list[list[str]]:
    """What is said on standard error after each of several cells, which show so many tracebacks as there are errors."""
    (folder / f"beside_{MISSING}.py").write_text(f"import {MISSING}\n")
    code = "for each in json.loads(sys.argv[1]):\n    cell(each)\n    print('---', file=sys.stderr, flush=True)\n"
    env = {"IPYTHONDIR": str(folder / "ipython"), "LOAD_INSTALL": "known"}
    result = child.run(["-c", SHELL + code, json.dumps(cells)], env=env, cwd=folder, **options).check()
    return [each.splitlines() for each in result.stderr.split("---\n")[:-1]]


def test_a_missing_import_gets_advice(child: Python, tmp_path: Path) -> None:
    """One line under the traceback, for what the cell itself imports and is not there."""
    advice = {
        f"import {MISSING} as cp": f"%use cp={MISSING}",
        f"x = 1\nfrom {MISSING}.fonts import norm, inv as i": f"%use {MISSING}.fonts:norm i={MISSING}.fonts:inv",
        f"try:\n    import nothing_at_all_1\nexcept ImportError:\n    import {MISSING}": f"%use {MISSING}",
        f"from {MISSING} import *": f"%use {MISSING}",
        f"%time import {MISSING}": "",  # its code is not the cell's
    }
    said = said_of(child, list(advice), tmp_path)
    gets = f"load: {MISSING} is not installed: {{}}, or load.{MISSING}, gets it ({MISSING})"
    assert said == [[gets.format(each)] if each else [] for each in advice.values()]


def test_whatever_else_fails_gets_none(child: Python, tmp_path: Path) -> None:
    """What fails inside of what a cell calls or imports, what is not a statement, what is handled, what `load` says."""
    cells = [
        "import json.nothing",
        f"def f():\n    import {MISSING}\nf()",
        f"import beside_{MISSING}",
        f"import importlib\nimportlib.import_module({MISSING!r})",
        f"exec('import {MISSING}')",
        f"raise ModuleNotFoundError('no', name={MISSING!r})",
        f"try:\n    import {MISSING}\nexcept ImportError:\n    pass",
        "import load.nothing_at_all_1",
        "import (",
        "1 / 0",
    ]
    assert said_of(child, cells, tmp_path) == [[] for _ in cells]


def test_what_would_be_refused_is_not_advised(child: Python, tmp_path: Path) -> None:
    """It says why, and how it is done by hand; a slip names what was meant."""
    code = "cell('import nothing_at_all_1')\ncell('import nunpy')"
    first, second = in_shell(child, code, tmp_path).stderr.splitlines()
    assert first.startswith("load: nothing_at_all_1 is not installed, and would be refused: ")
    assert "; by hand: " in first
    assert "'numpy'" in second
    assert "%use" not in first + second


def test_somebody_elses_handler_is_respected(child: Python, tmp_path: Path) -> None:
    """It shows what it shows, and nothing is added."""
    code = f"""
shell.set_custom_exc((ImportError,), lambda self, kind, value, trace, tb_offset=None: print("theirs", value))
cell("import {MISSING}")
"""
    result = in_shell(child, code, tmp_path)
    assert result.stdout == f"theirs No module named '{MISSING}'\n"
    assert result.stderr == ""


def test_old_hooks_are_silent_afterwards(child: Python, tmp_path: Path) -> None:
    """They cannot be taken back; what cannot be looked up is not there, in the dictionaries of then."""
    code = f"""{AS_BEFORE}
from IPython.core.completer import provisionalcompleter
original = shell._ofind
shell._ofind = lambda *args, **options: dict(vars(original(*args, **options)))
cell("%reload_ext load")
print([shell._ofind(name)["found"] for name in ("load.tabnanny", "nothing", "load")])
cell("%unload_ext load")
with provisionalcompleter():
    print([each.text for each in shell.Completer.completions("%use tabnann", 12)])
"""
    assert in_shell(child, code, tmp_path).stdout.splitlines() == ["[True, False, True]", "[]"]


def test_unloaded_nothing_is_left(child: Python, tmp_path: Path) -> None:
    """Neither magics nor hooks; a magic that bore the name before is back."""
    code = f"""
cell("%unload_ext load")
before = {{name: len(calls) for name, calls in shell.events.callbacks.items()}}
shell.register_magic_function(lambda line: print("theirs", line), "line", "use")
cell("%load_ext load")
cell("%load_ext load")
cell("%use tabnanny")
cell("%unload_ext load")
cell("%use this")
print(shell.user_ns["tabnanny"].__name__)
print(before == {{name: len(calls) for name, calls in shell.events.callbacks.items()}}, shell.Completer.custom_matchers)
print({{"whyload", "autoload"}} & shell.magics_manager.magics["line"].keys(), "_ofind" in vars(shell))
cell("import {MISSING}")
"""
    result = in_shell(child, code, tmp_path)
    for line in ("theirs this", "True []", "set() False"):
        assert line in result.stdout.splitlines()
    assert result.stderr == ""


def test_reloaded_it_goes_on_as_before(child: Python, tmp_path: Path) -> None:
    """`%autoload` keeps its mode and what it knows of the cells; unloaded and loaded anew, it begins anew."""
    (tmp_path / "mine.py").write_text("VALUE = 1\n")
    code = """
import os
cell("%autoload 1 mine")
cell("from mine import VALUE as taken")
cell("%reload_ext load")
def write(text):
    with open("mine.py", "w") as file:
        file.write(text)
write("VALUE = 22\\n")
cell("value = taken")
print(shell.user_ns["value"])
cell("%unload_ext load")
cell("%load_ext load")
write("VALUE = 333\\n")
cell("value = taken")
print(shell.user_ns["value"], len(shell.Completer.custom_matchers))
"""
    result = in_shell(child, code, tmp_path, cwd=tmp_path)
    assert result.stdout.splitlines() == ["22", "22 1"]


def test_an_error_ends_where_the_cell_asked(child: Python, tmp_path: Path) -> None:
    """Without the frames of `load` and of the import system behind it, by whatever way; `LOAD_DEBUG=1` keeps them."""
    (tmp_path / "asks.py").write_text("import load\n\ndef it():\n    return load.nunpy\n")
    code = """
for source in ("load.nunpy", "import load.nunpy", "from load import nunpy", "load('==')", "load.unload('nunpy')",
               "import asks; asks.it()"):
    cell(source)
    print("=====")
"""
    shown = in_shell(child, code, tmp_path, cwd=tmp_path, env={"LOAD_INSTALL": "never"}).stdout
    each = re.sub(r"\x1b\[[0-9;]*m", "", shown).split("=====\n")[:-1]
    for text in each:
        assert "Traceback (most recent call last)" in text
        assert "Cell In[" in text or "Input In [" in text
        assert str(CHECKOUT / "load") not in text
        assert "importlib" not in text
    assert "InstallRefused: 'nunpy' is not installed" in each[0]
    assert "return load.nunpy" in each[-1]
    assert re.search(r"asked of load as 'nunpy' in cell In ?\[[0-9]+\], line 1$", each[0], re.MULTILINE)
    assert f"asked of load as 'nunpy' in {tmp_path / 'asks.py'}:4" in each[-1]
    kept = in_shell(child, "cell('load.nunpy')", tmp_path, env={"LOAD_INSTALL": "never", "LOAD_DEBUG": "1"}).stdout
    assert "request.py" in kept


def test_autoload_by_hand_always_answers(child: Python, tmp_path: Path) -> None:
    """Also where there is nothing to do; before a cell that is not worth a word."""
    code = "cell('%autoload')\ncell('%autoload 2')\ncell('1')\ncell('2')"
    result = in_shell(child, code, tmp_path, cwd=tmp_path)
    assert result.stderr == "load: nothing has changed\n"

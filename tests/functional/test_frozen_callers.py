"""Who is named as the caller where code says that it lies elsewhere, as in a frozen program."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.environments import Python
from tests.support.library import CHECKOUT

RENAME = '''
import os, sys, types
import importlib.machinery as machinery

def renamed(code, name):
    """The code, and all that lies in it, as a freezer leaves it."""
    inner = [renamed(each, name) if isinstance(each, types.CodeType) else each for each in code.co_consts]
    return code.replace(co_filename=name, co_consts=tuple(inner))

class Loader(machinery.SourceFileLoader):
    def get_code(self, fullname):
        end = "/__init__.py" if self.path.endswith("__init__.py") else ".py"
        return renamed(super().get_code(fullname), NAME(fullname.replace(".", os.sep) + end))

hook = machinery.FileFinder.path_hook(
    (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES), (Loader, machinery.SOURCE_SUFFIXES)
)
sys.path_hooks.insert(0, hook)
sys.path_importer_cache.clear()
for each in [name for name in sys.modules if name.partition(".")[0] in ("encodings", "contextlib", "functools")]:
    del sys.modules[each]
import encodings, contextlib, functools
'''


def as_pyinstaller(path: str) -> str:
    """The name that code has in the file `path` of a top-level folder: a relative one."""
    return path


def as_cx_freeze(path: str) -> str:
    """The name on the machine where the program was built."""
    folder = {"load": "python3/site-packages", "mine": "project"}.get(path.partition("/")[0], "python3")
    return f"/build/{folder}/{path}"


@pytest.mark.parametrize("name", [as_pyinstaller, as_cx_freeze])
def test_the_caller_is_named_where_code_says_another_place(
    child: Python, tmp_path: Path, name: Callable[[str], str]
) -> None:
    """PyInstaller makes the names of files relative, cx_Freeze leaves those of the machine that built the program."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "__init__.py").write_text(
        "import contextlib, functools, load\n"
        "def ask(): return load.nothing_of_this_name\n"
        "def ask_through(): return functools.reduce(lambda one, two: ask(), [1, 2])\n",
        encoding="utf-8",
    )
    code = f"""
{inspect.getsource(name)}
{RENAME.replace("NAME", name.__name__)}
import json, mine, load
from load import _caller
from load._api import installing
for ask in (mine.ask, mine.ask_through):
    try:
        ask()
    except ImportError as error:
        print(error.__notes__)
own = (_caller.find_caller, installing.install)
print([_caller.is_own_code(each.__code__.co_filename) for each in (*own, mine.ask)])
those = (json.dumps, functools.wraps, mine.ask, *own)
print([_caller.is_standard_library(each.__code__.co_filename) for each in those])
bundle = os.path.dirname(os.path.dirname(_caller.__file__))
print([_caller.is_standard_library(os.path.join(bundle, each, "__init__.py")) for each in ("json", "mine")])
"""
    Path("code.txt").write_text(code, encoding="utf-8")
    result = child.run(
        "exec(compile(open('code.txt').read(), '<string>', 'exec'))",
        env={"PYTHONPATH": os.pathsep.join((str(tmp_path), child.environ["PYTHONPATH"])), "LOAD_INSTALL": "never"},
    ).check()
    note = [f"asked of load as 'nothing_of_this_name' in {name('mine/__init__.py')}:2"]
    assert result.stdout.splitlines() == [
        str(note),
        str(note),
        "[True, True, False]",
        "[True, True, False, False, False]",
        "[True, False]",
    ]


def test_one_folder_may_hold_all(child: Python) -> None:
    """Nuitka puts the program beside the standard library, and code says where its file lies."""
    code = f"""
        import os
        folder = {str(CHECKOUT)!r}
        os.__file__ = os.path.join(folder, "os.py")
        from load import _caller
        for name in ("os.py", "json/decoder.py", "mine.py", "mine/__init__.py", "load/errors.py"):
            print(_caller.is_standard_library(os.path.join(folder, name)), end=" ")
        print(_caller.is_own_code(os.path.join(folder, "load", "errors.py")))
    """
    assert child.run(code).check().stdout == "True True False False False True\n"


def test_python_without_files_of_its_own_library(child: Python) -> None:
    """cx_Freeze gives `os` no `__file__`."""
    code = """
        import os, json
        del os.__file__
        import load
        from load import _caller
        from load._install import target
        print(load.lazy_import("json").dumps(1), target.is_externally_managed(), target.choose() is not None)
        print(_caller.is_standard_library(json.__file__), _caller.is_standard_library(os.path.abspath("x.py")))
        try:
            load.nothing_of_this_name
        except ImportError as error:
            print(type(error).__name__)
        print(load.doctor().facts["kind"] != "")
    """
    result = child.run(code, env={"LOAD_INSTALL": "never"}).check()
    assert result.stdout.splitlines() == ["1 False True", "True False", "InstallRefused", "True"]

"""The extension in the IPython of 2022 that Colab goes on with."""

from __future__ import annotations

import pytest

from tests.support.environments import Environment
from tests.support.library import CHECKOUT

pytestmark = pytest.mark.registry

CODE = """
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.colors = "NoColor"
shell.use_jedi = False

def cell(code):
    return shell.run_cell(code)

def completed(line):
    with provisionalcompleter():
        return [line[:each.start] + each.text for each in shell.Completer.completions(line, len(line))]

cell("import load")
for way in ("load_ext", "reload_ext", "unload_ext", "load_ext"):
    assert cell(f"%{way} load").success, way
assert cell("%use tabnanny plain=json.decoder").success
print(shell.user_ns["tabnanny"].__name__, shell.user_ns["plain"].__name__)
print(completed("load.netr"), completed("load.pyfigl"), completed("%use mailbo"), completed("load('mailbo"))
print(str(shell._ofind("load.netrc")["obj"].getdoc()).splitlines()[0])
print(cell("load.netrc??").success, cell("len?").success, "netrc" in __import__("sys").modules)
cell("import pyfiglet")
"""


def test_the_ipython_of_colab(venv: Environment) -> None:
    """Magics, completion, `?`, and advice."""
    old = venv.uv_pip("install", "ipython==7.34.0", "setuptools<81", timeout=300)
    if old.returncode != 0 or venv.run("import IPython.core.interactiveshell").returncode != 0:
        pytest.skip("IPython 7.34 does not run on this Python")
    result = venv.run(CODE, env={"PYTHONPATH": str(CHECKOUT), "NO_COLOR": "1"}, timeout=120).check()
    lines = result.stdout.splitlines()
    assert "tabnanny json.decoder" in lines
    assert "['load.netrc'] ['load.pyfiglet'] ['%use mailbox'] [\"load('mailbox\"]" in lines
    assert "netrc: there, and would be imported" in lines
    assert "True True False" in lines
    assert "load: pyfiglet is not installed: %use pyfiglet, or load.pyfiglet, gets it" in result.stderr

"""What is typed at the prompts of Python: it is asked for, and told of."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.support.environments import Python

pty = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")

TYPED = [
    "import load, tabnanny as known; load.enable_auto_print(memory=False)",
    "found = load.netrc; print('found', found.__name__)",
    "load.colorsys.rgb_to_hsv(0, 0, 0)",
    "exit()",
]


@pty
@pytest.mark.parametrize("basic", ["", "1"])
def test_the_prompt_at_a_terminal_loads_what_is_typed(child: Python, basic: str) -> None:
    """With the editor that newer Pythons have, and without: the attribute is asked for, and a line tells of it."""
    typed = [(">>> ", f"{line}\n") for line in TYPED]
    env = {"PYTHON_BASIC_REPL": basic or None, "PYTHON_COLORS": "0", "PYTHON_HISTORY": "/dev/null"}
    result = child.run_in_pty(["-q"], typed, env=env, stdout_at_terminal=True)
    assert (result.returncode, result.unanswered) == (0, ()), result
    shown = re.sub(r"\x1b(\[[0-9;?]*[@-~]|[=>])|\r", "", result.stderr)
    assert "Traceback" not in shown
    assert "found netrc" in shown
    assert re.search(r"^netrc · imported · [^\n]*from the standard library$", shown, re.MULTILINE), shown
    assert re.search(r"^colorsys · imported · ", shown, re.MULTILINE)


@pytest.mark.parametrize("module", ["_pyrepl.console", "idlelib.run", "ptpython.repl", "_pydev_bundle._pydev_execfile"])
def test_a_shell_that_runs_code_itself_asks(child: Python, module: str) -> None:
    """As their consoles do, and a debugger with the program, by the names that their modules have."""
    code = f"""
        shell = {{"__name__": {module!r}}}
        exec("def run(code, where): exec(code, where)", shell)
        shell["run"](compile("import load; print(load.netrc.__name__)", "<input>", "exec"), {{"__name__": "__main__"}})
    """
    assert child.run(code).check().stdout == "netrc\n"


@pytest.mark.parametrize(
    "module",
    ["_pyrepl.fancycompleter", "idlelib.autocomplete", "ptpython.completer", "_pydev_bundle._pydev_completer"],
)
def test_what_a_completer_evaluates_asks_for_nothing(child: Python, module: str) -> None:
    """It looks what is bound, while somebody still types."""
    code = f"""
        import load, sys
        completer = {{"__name__": {module!r}}}
        exec("def look(text, where): return eval(text, where)", completer)
        try:
            completer["look"]("load.netrc", {{"load": load, "__name__": "__main__"}})
        except AttributeError:
            print("netrc" in sys.modules)
    """
    assert child.run(code).check().stdout == "False\n"


def test_the_debugger_shows_the_error(child: Python, tmp_path: Path) -> None:
    """It shows the last line of what there is to show of one, which is a note if it has any."""
    script = tmp_path / "program.py"
    script.write_text("import load\nprint(1)\n", encoding="utf-8")
    typed = "next\nload.nothing_like_that_at_all\nquit\n"
    shown = child.run(["-m", "pdb", script], input=typed).stdout
    assert "*** load.errors.InstallRefused: 'nothing_like_that_at_all' is not installed" in shown

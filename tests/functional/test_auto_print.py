"""Auto-print where people work: a script, the plain REPL, IPython, a terminal."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.support.environments import Python

TIME = r"[0-9.]+ m?s"


def test_a_script_gets_a_line_for_each_thing(child: Python) -> None:
    """Name, version, how it came, how long it took; memory where it is tracked."""
    code = """
        import load
        load.enable_auto_print()
        load.tabnanny
        load.markdown_it
        load.configure(track_memory=True)
        load("parso.python.tree")
        print("done")
    """
    result = child.run(code).check()
    assert result.stdout == "done\n"
    lines = [
        rf"tabnanny · imported · {TIME}",
        rf"markdown_it {re.escape(version('markdown-it-py'))} · imported · {TIME}",
        rf"parso.python.tree {re.escape(version('parso'))} · imported · {TIME} · [+-][0-9.]+ [kM]B",
    ]
    assert re.fullmatch("\n".join(lines) + "\n", result.stderr), result.stderr


def test_the_environment_switches_it_on_for_a_program_that_says_nothing(child: Python) -> None:
    """For the facade in all its forms: attribute, call, import statement."""
    code = "import load\nload.tabnanny\nload('netrc')\nfrom load import colorsys\n"
    result = child.run(code, env={"LOAD_AUTO_PRINT": "1"}).check()
    assert [line.split(" · ")[:2] for line in result.stderr.splitlines()] == [
        ["tabnanny", "imported"],
        ["netrc", "imported"],
        ["colorsys", "imported"],
    ]
    assert child.run(code).check().stderr == ""
    assert child.run(code, env={"LOAD_AUTO_PRINT": "0"}).check().stderr == ""


def test_a_local_file_says_that_it_is_local(child: Python, tmp_path: Path) -> None:
    """Its version is what it says of itself."""
    (tmp_path / "plugin_of_mine.py").write_text("__version__ = '0.3'\n")
    code = "import load; load.enable_auto_print(); load('./plugin_of_mine.py')"
    assert re.fullmatch(rf"plugin_of_mine 0\.3 · local · {TIME}\n", child.run(code, cwd=tmp_path).check().stderr)


def test_the_plain_repl_gets_lines(child: Python) -> None:
    """Between the prompts, on standard error."""
    result = child.run(["-i", "-q"], input="import load\nload.enable_auto_print()\nt = load.tabnanny\n")
    assert re.search(rf"tabnanny · imported · {TIME}\n", result.check().stderr)
    assert "tabnanny" not in result.stdout


def test_ipython_gets_lines(child: Python, tmp_path: Path) -> None:
    """At its prompt, without anything of IPython being changed."""
    pytest.importorskip("IPython")
    commands = "import load\nload.enable_auto_print()\nt = load.tabnanny\nload.disable_auto_print()\nn = load.netrc\n"
    arguments = [
        "-m",
        "IPython",
        "--simple-prompt",
        "--no-banner",
        "--colors=NoColor",
        "--HistoryManager.enabled=False",
    ]
    result = child.run(arguments, input=commands, env={"IPYTHONDIR": str(tmp_path)}).check()
    assert re.fullmatch(rf"tabnanny · imported · {TIME}\n", result.stderr), result
    assert " · " not in result.stdout


def test_a_terminal_gets_the_same_line(child: Python) -> None:
    """Plain, so that it can be copied; and no rich is imported for it."""
    code = "import load, sys; load.enable_auto_print(); load.tabnanny; print('rich' in sys.modules)"
    result = child.run_in_pty(code)
    assert result.check().stdout == "False\n"
    assert re.fullmatch(rf"tabnanny · imported · {TIME}\n", result.stderr)


def test_a_stream_that_cannot_show_it_gets_what_it_can(child: Python) -> None:
    """ASCII gets ASCII; a stream that is gone gets nothing, and the program goes on."""
    code = "import load; load.enable_auto_print(); load.tabnanny; print('went on')"
    result = child.run(code, env={"PYTHONIOENCODING": "ascii:strict"}).check()
    assert re.fullmatch(rf"tabnanny - imported - {TIME}\n", result.stderr)
    for breaking in ("sys.stderr = None", "sys.stderr.close()", "os.close(2)"):
        result = child.run(f"import os, sys; {breaking}; {code}")
        assert (result.returncode, result.stdout) == (0, "went on\n"), result


def test_a_failing_write_is_no_warning_either(child: Python) -> None:
    """Where warnings are errors they would reach the program."""
    code = "import load, os, sys; load.enable_auto_print(); os.close(2); load.tabnanny; print('went on')"
    result = child.run(["-W", "error", "-c", code])
    assert (result.returncode, result.stdout) == (0, "went on\n")

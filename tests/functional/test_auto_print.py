"""Auto-print where people work: a script, the plain REPL, IPython, a terminal."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import Environment, Python
from tests.support.index import Index
from tests.support.processes import Result

MakeWheel = Callable[..., Path]

TIME = r"[0-9.]+ m?s(?: \([0-9.]+ m?s in [\w, ]+\))?"
MEMORY = r"[+-][0-9.]+ [kM]B"
STANDARD = "from the standard library"


def test_a_script_gets_a_line_for_each_thing(child: Python) -> None:
    """Name, version, how it came, how long it took, its memory, and where it lies."""
    code = """
        import load
        load.enable_auto_print()
        load.tabnanny
        load.markdown_it
        load.enable_auto_print(memory=False)
        load("parso.python.tree")
        print("done")
    """
    result = child.run(code).check()
    assert result.stdout == "done\n"
    lines = [
        rf"tabnanny · imported · {TIME} · {MEMORY} · {STANDARD}",
        rf"markdown_it {re.escape(version('markdown-it-py'))} · imported · {TIME} · {MEMORY} · from site-packages",
        rf"parso.python.tree {re.escape(version('parso'))} · imported · {TIME} · from site-packages",
    ]
    assert re.fullmatch("\n".join(lines) + "\n", result.stderr), result.stderr


def test_the_time_that_went_into_other_packages_is_told(child: Python, tmp_path: Path) -> None:
    """By the name of what was pulled in; also where a module itself loads through `load`."""
    (tmp_path / "outer.py").write_text("import load, time\nload.middle\n")
    (tmp_path / "middle.py").write_text("import inner\n")
    (tmp_path / "inner.py").write_text(
        "import time\nend = time.perf_counter() + 0.02\nwhile time.perf_counter() < end: pass\n"
    )
    code = "import load; load.enable_auto_print(); load.tabnanny; load.outer"  # the first brings what a line takes
    shown = child.run(code, env={"PYTHONPATH": f"{child.environ['PYTHONPATH']}:{tmp_path}"}).check().stderr
    _, middle, outer = shown.splitlines()
    assert re.search(r"^middle · imported · [\d.]+ m?s \([\d.]+ m?s in inner\) · ", middle)
    assert re.search(
        r"^outer · imported · [\d.]+ m?s \([\d.]+ m?s in [\w, ]*\binner\b[\w, ]*\) · .* · from .*outer.py$", outer
    )


def test_an_install_shows_what_was_installed(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """In the line of what was asked for: with what came along."""
    index.add(wheel("parent-thing", "2.1", requires=["child-thing"]), wheel("child-thing", "0.4"))
    code = "import load; load.configure(install='always'); load.enable_auto_print(); load.parent_thing"
    announced, told = venv.run(code).check().stderr.splitlines()
    assert announced.startswith("load: installed parent-thing 2.1 and what it needs (child-thing 0.4)")
    shown = rf"parent_thing 2\.1 · installed with child-thing 0\.4 · {TIME} · {MEMORY} · from site-packages"
    assert re.fullmatch(shown, told), told


def test_what_is_shown_can_be_sent_elsewhere(child: Python) -> None:
    """Standard error as it is at the time, and nothing of a block that wants silence."""
    code = """
        import contextlib, io, load
        load.enable_auto_print(limit=2)
        with contextlib.redirect_stderr(io.StringIO()) as text:
            load.tabnanny
        with load.no_print():
            load.netrc
        print(text.getvalue().partition(" ")[0])
        load.colorsys, load.bdb, load.cmd
    """
    result = child.run(code).check()
    assert result.stdout == "tabnanny\n"
    assert [line.partition(" ·")[0] for line in result.stderr.splitlines()] == ["colorsys", "load: and 2 more"]


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
    assert re.fullmatch(
        rf"plugin_of_mine 0\.3 · local · {TIME} · from plugin_of_mine.py\n",
        child.run(code, cwd=tmp_path).check().stderr,
    )


def test_the_plain_repl_gets_lines(child: Python) -> None:
    """Between the prompts, on standard error."""
    result = child.run(["-i", "-q"], input="import load\nload.enable_auto_print()\nt = load.tabnanny\n")
    assert re.search(rf"tabnanny · imported · {TIME} · {MEMORY} · {STANDARD}\n", result.check().stderr)
    assert "tabnanny" not in result.stdout


def in_ipython(child: Python, cells: str, folder: Path, **options: Any) -> Result:
    """Type cells at IPython's simple prompt."""
    pytest.importorskip("IPython")
    arguments = ["-m", "IPython", "--simple-prompt", "--no-banner", "--colors=NoColor"]
    env = {"IPYTHONDIR": str(folder), **options.pop("env", {})}
    return child.run([*arguments, "--HistoryManager.enabled=False"], input=cells, env=env, **options).check()


def tables(shown: str) -> list[list[str]]:
    """The first words of the lines of each table."""
    lines = [line.split()[0] for line in shown.splitlines()]
    starts = [index for index, word in enumerate(lines) if word == "name"]
    return [lines[start + 1 : end] for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]


def test_ipython_gets_a_table_after_each_cell_that_loads_something(child: Python, tmp_path: Path) -> None:
    """One for all that it has loaded, by whichever thread; nothing after others, nor once it is switched off."""
    cells = """import load
load.enable_auto_print(); load.enable_auto_print()
t, m = load.tabnanny, load.markdown_it
1 + 1
import threading; thread = threading.Thread(target=lambda: load("colorsys")); thread.start(); thread.join()
with load.no_print(): load.netrc
load.disable_auto_print()
b = load.bdb
"""
    result = in_ipython(child, cells, tmp_path)
    assert tables(result.stderr) == [["tabnanny", "markdown_it"], ["colorsys"]]
    row = rf"markdown_it +{re.escape(version('markdown-it-py'))} +imported +{TIME.partition('(')[0]} .*{MEMORY} +"
    assert re.search(rf"^{row}markdown-it-py$", result.stderr, re.MULTILINE), result.stderr
    assert "imported" not in result.stdout


def test_a_table_has_no_figure_that_says_nothing(child: Python, tmp_path: Path) -> None:
    """What was there has no time; and a package that was there is no row where a module of it is one."""
    cells = """import load, xml, json; load.enable_auto_print()
j = load.json
e = load.xml.etree.ElementTree, load.json
"""
    result = in_ipython(child, cells, tmp_path)
    assert re.sub(" +", " ", result.stderr).splitlines()[:2] == [
        "name how distribution",
        "json cached the standard library",
    ]
    assert tables(result.stderr)[1] == ["xml.etree", "xml.etree.ElementTree"]


def test_printers_that_do_what_they_should_not_end_nothing(child: Python, tmp_path: Path) -> None:
    """Exit, raise what cannot be shown, load something, say something long; also where nobody can be warned."""
    pytest.importorskip("IPython")
    code = """
        import sys
        from IPython.core.interactiveshell import InteractiveShell
        shell = InteractiveShell.instance()
        class Odd(Exception):
            def __repr__(self): raise ValueError
        def exits(arrival): raise SystemExit(3)
        def odd(arrival): raise Odd
        def loads(arrival):
            if arrival.name == "netrc": shell.user_ns["load"].colorsys
        shell.user_ns.update(printers=(exits, odd, loads))
        shell.run_cell("import load; load.enable_auto_print()")
        shell.run_cell("ends = [load.register_printer(each) for each in printers]; n = load.netrc")
        shell.run_cell("import io, sys; kept, sys.stderr = sys.stderr, io.StringIO(); sys.stderr.close()")
        shell.run_cell("ends.append(load.register_printer(lambda: 1)); w = load.wave; print('went on')")
        shell.run_cell("sys.stderr = kept; [end() for end in ends]; t = load.tabnanny")
    """
    result = child.run(code, env={"IPYTHONDIR": str(tmp_path)}).check()
    warned = [line for line in result.stderr.splitlines() if "RuntimeWarning" in line]
    assert [line.rpartition("failed: ")[2] for line in warned] == ["odd: Odd", "exits: SystemExit(3)"]
    assert not any("printers.py" in line for line in warned)
    assert re.search("^colorsys · (?:imported|cached)", result.stderr, re.MULTILINE)
    assert [row for table in tables(result.stderr[result.stderr.index("name ") :]) for row in table] == [
        "netrc",
        "tabnanny",
    ]
    assert "went on" in result.stdout
    assert "Error in callback" not in result.stdout


def test_what_a_module_says_of_itself_leaves_room_for_the_rest(child: Python, tmp_path: Path) -> None:
    """Its version may be of any length, no text, or no version at all."""
    for name, version_of_it in {"long": "'1' * 500", "none": "None", "odd": "type('V', (), {'__str__': 1})()"}.items():
        (tmp_path / f"{name}_in_version.py").write_text(f"__version__ = {version_of_it}\n")
    cells = """import load; load.enable_auto_print()
found = load("long_in_version", "none_in_version", "odd_in_version", "tabnanny")
"""
    lines = in_ipython(child, cells, tmp_path, cwd=tmp_path).stderr.splitlines()
    assert [line.split()[0] for line in lines[1:]] == [
        *("long_in_version", "none_in_version", "odd_in_version", "tabnanny")
    ]
    assert "1" * 59 + "…" in lines[1]
    assert all(len(line) < 200 for line in lines)


def test_of_several_each_has_its_own_time_and_memory(child: Python, tmp_path: Path) -> None:
    """They come one after the other, so that together they take no longer than the request."""
    (tmp_path / "inner_of_first.py").write_text(
        "from time import perf_counter as now\nend = now() + 0.02\nwhile now() < end: pass\n"
    )
    (tmp_path / "first_of_two.py").write_text("import inner_of_first\nheld = b'x' * int(2e7)\n")
    (tmp_path / "second_of_two.py").write_text("")
    code = """
        import load, time
        from load import _memory
        load.configure(track_memory=True)
        load.enable_auto_print()
        seen = []
        load.register_printer(lambda arrival: seen.append(arrival) or "")
        began = time.perf_counter()
        load.import_aliases("first_of_two", "x=second_of_two", "time")
        took = time.perf_counter() - began
        first, second, third = seen
        print(sum(each.seconds for each in seen) < took, list(first.pulled_in), second.pulled_in)
        print(_memory.is_peak or first.memory > 15e6 > second.memory)  # without /proc there is but the peak
    """
    assert child.run(code, cwd=tmp_path).check().stdout == "True ['inner_of_first'] {}\nTrue\n"


def test_the_environment_makes_tables_from_the_first_cell_on(child: Python, tmp_path: Path) -> None:
    """Also of the cell in which it is switched on; `%%capture` has what its cell would show."""
    pytest.importorskip("IPython")
    code = """
        from IPython.core.interactiveshell import InteractiveShell
        shell = InteractiveShell.instance()
        shell.run_cell("import load; t = load.tabnanny")
        shell.run_cell("%%capture kept\\nn = load.netrc")
        shell.run_cell("one = 1 + 1")
        print(len(shell.user_ns["kept"].stderr.splitlines()), "netrc" in shell.user_ns["kept"].stderr)
    """
    result = child.run(code, env={"LOAD_AUTO_PRINT": "1", "IPYTHONDIR": str(tmp_path)}).check()
    assert tables(result.stderr) == [["tabnanny"]]
    assert result.stdout == "2 True\n"


def test_a_cell_that_sends_standard_error_elsewhere_sends_what_is_told_there(child: Python, tmp_path: Path) -> None:
    """As lines, as there is no end of a cell there; and what is loaded between cells is told at once."""
    cells = """import load, contextlib, io; load.enable_auto_print()
with contextlib.redirect_stderr(io.StringIO()) as text: load.tabnanny

print(text.getvalue().count("tabnanny · imported"))
get_ipython().run_cell("n = load.netrc", silent=True); b = load.bdb
"""
    result = in_ipython(child, cells, tmp_path)
    assert "1\n" in result.stdout
    assert tables(result.stderr) == [["netrc", "bdb"]]


def test_thousands_of_loads_in_a_cell_are_a_short_table(child: Python, tmp_path: Path) -> None:
    """The first of them; the rest is counted."""
    pytest.importorskip("IPython")
    code = """
        from IPython.core.interactiveshell import InteractiveShell
        shell = InteractiveShell.instance()
        shell.run_cell("import load; load.enable_auto_print(limit=3); from load._events import Loaded, emit")
        shell.run_cell("for n in range(5000): emit(Loaded(f'mod{n}', f'mod{n}', 'imported', seconds=0.001))")
        shell.run_cell("load.set_print_limit(None); t, n = load('tabnanny', 'netrc')")
    """
    result = child.run(code, env={"IPYTHONDIR": str(tmp_path)}).check()
    assert tables(result.stderr) == [["mod0", "mod1", "mod2", "and"], ["tabnanny", "netrc"]]
    assert "and 4997 more" in result.stderr


def test_a_shell_that_is_started_later_gets_tables_too(child: Python, tmp_path: Path) -> None:
    """And another one after it; the lines that were told before stay lines."""
    pytest.importorskip("IPython")
    code = """
        import load
        load.enable_auto_print()
        load.colorsys
        from IPython.core.interactiveshell import InteractiveShell
        for name in ("tabnanny", "netrc"):
            shell = InteractiveShell.instance()
            shell.run_cell(f"import load; found = load.{name}")
            events = shell.events.callbacks
            InteractiveShell.clear_instance()
        load.disable_auto_print()
        print([len(events[name]) for name in ("pre_run_cell", "post_run_cell")])
        import sys
        print([type(finder).__name__ for finder in sys.meta_path if "load" in type(finder).__module__])
    """
    result = child.run(code, env={"IPYTHONDIR": str(tmp_path)}).check()
    assert tables(result.stderr) == [["tabnanny"], ["netrc"]]
    assert result.stderr.startswith("colorsys · imported · ")
    assert result.stdout == "[0, 0]\n['PrefixFinder']\n"


@pytest.mark.parametrize("columns", ["20", "80"])
def test_a_table_fits_the_terminal(columns: str, child: Python, tmp_path: Path) -> None:
    """However narrow; nothing is folded."""
    pytest.importorskip("IPython")
    code = """
        from IPython.core.interactiveshell import InteractiveShell
        shell = InteractiveShell.instance()
        import load
        load.enable_auto_print()
        shell.run_cell("import load; t, m = load.tabnanny, load.markdown_it")
    """
    env = {"COLUMNS": columns, "IPYTHONDIR": str(tmp_path), "NO_COLOR": "1"}
    lines = child.run_in_pty(code, env=env).check().stderr.splitlines()
    assert [re.sub(r"\x1b\[[0-9;]*m", "", line).split()[0] for line in lines] == ["name", "tabnanny", "markdown_it"]
    assert all(len(re.sub(r"\x1b\[[0-9;]*m", "", line)) < int(columns) for line in lines)


def test_a_terminal_gets_the_same_line(child: Python) -> None:
    """Plain, so that it can be copied; and no rich is imported for it."""
    code = "import load, sys; load.enable_auto_print(); load.tabnanny; print('rich' in sys.modules)"
    result = child.run_in_pty(code)
    assert result.check().stdout == "False\n"
    assert re.fullmatch(rf"tabnanny · imported · {TIME} · {MEMORY} · {STANDARD}\n", result.stderr)


def test_a_stream_that_cannot_show_it_gets_what_it_can(child: Python) -> None:
    """ASCII gets ASCII; a stream that is gone gets nothing, and the program goes on."""
    code = "import load; load.enable_auto_print(); load.tabnanny; print('went on')"
    result = child.run(code, env={"PYTHONIOENCODING": "ascii:strict"}).check()
    assert re.fullmatch(rf"tabnanny - imported - {TIME} - {MEMORY} - {STANDARD}\n", result.stderr)
    for breaking in ("sys.stderr = None", "sys.stderr.close()", "os.close(2)"):
        result = child.run(f"import os, sys; {breaking}; {code}")
        assert (result.returncode, result.stdout) == (0, "went on\n"), result


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such devices")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("breaking", ["os.close(2)", "os.dup2(os.open('/dev/full', os.O_WRONLY), 2)"])
def test_a_failing_write_changes_no_exit_code(child: Python, unbuffered: str, breaking: str) -> None:
    """Nothing stays behind that Python could not write at its end either; nor is there a warning, of errors here."""
    if "full" in breaking and not os.path.exists("/dev/full"):
        pytest.skip("there is no device that is always full")
    code = f"import load, os, sys; load.enable_auto_print(); {breaking}; load.tabnanny; print('went on')"
    result = child.run(["-W", "error", "-c", code], env={"PYTHONUNBUFFERED": unbuffered})
    assert (result.returncode, result.stdout) == (0, "went on\n")


def test_nothing_reaches_a_cell_where_standard_error_is_gone(child: Python, tmp_path: Path) -> None:
    """Closed, absent, of another locale: no exception, and the cell goes on."""
    pytest.importorskip("IPython")
    code = """
        import os, sys
        from IPython.core.interactiveshell import InteractiveShell
        shell, kept = InteractiveShell.instance(), open(os.dup(2), "w")
        shell.run_cell("import load; load.enable_auto_print(); t = load.tabnanny")
        for breaking in ("sys.stderr.close()", "sys.stderr = None", "sys.stderr = io.BufferedReader(io.BytesIO())"):
            shell.run_cell(f"import io, sys; {breaking}; load(['netrc', 'bdb', 'cmd'][number]); print('went on')")
            shell.user_ns["number"] += 1
            sys.stderr = sys.__stderr__ = kept  # which IPython itself writes to
    """
    code = code.replace("t = load.tabnanny", "t = load.tabnanny; number = 0")
    env = {"IPYTHONDIR": str(tmp_path), "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    result = child.run(code, env=env).check()
    assert result.stdout.splitlines() == ["went on"] * 3
    assert tables(result.stderr) == [["tabnanny"]]

"""Auto-print and the extension in a real Jupyter kernel, driven by nbclient."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

import pytest

pytest.importorskip("ipykernel", reason="needs a Jupyter kernel: pip install ipykernel")
from tests.notebook.cells import run

# Warnings of the client's own event loop are not what is tested here.
pytestmark = pytest.mark.filterwarnings("ignore")


def test_each_cell_that_loads_something_gets_one_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """As HTML and as text; nothing on standard output or error, and nothing after other cells."""
    shown = run(
        monkeypatch,
        "import load\nload.enable_auto_print()\nload.enable_auto_print()",
        "t, m = load.tabnanny, load.markdown_it\nprint('cell')",
        "1 + 1",
        "import asyncio\nawait asyncio.sleep(0)\nload('parso')",
        "with load.no_print():\n    load('colorsys')",
        "1 / (load('mailbox') is None)",
        "load.disable_auto_print()\nload('wave')",
    )
    tables = [[], [["tabnanny", "markdown_it"]], [], [["parso"]], [], [["mailbox"]], []]
    assert [each.tables for each in shown] == tables
    assert shown[1].stdout == "cell\n"
    assert not any(each.stderr for each in shown)
    (table,) = (bundle for bundle in shown[1].bundles)
    html, text = table["text/html"], table["text/plain"]
    assert "<script" not in html
    found = re.escape(version("markdown-it-py"))
    row = rf"markdown_it +{found} +imported +[0-9.]+ m?s .*[+-][0-9.]+ [kM]B +markdown-it-py$"
    assert re.search(row, text, re.MULTILINE), text
    for cell in ("markdown_it", version("markdown-it-py"), "markdown-it-py", "imported"):
        assert f">{cell}</t" in html


def test_threads_of_a_cell_are_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that load while it runs are in its table; one that loads between two cells tells at once, in a line."""
    shown = run(
        monkeypatch,
        "import load, threading; load.enable_auto_print()",
        "names = ('tabnanny', 'netrc', 'mailbox', 'wave')\n"
        "threads = [threading.Thread(target=load, args=(name,)) for name in names * 4]\n"
        "for thread in threads: thread.start()\n"
        "for thread in threads: thread.join()",
        "go = threading.Event(); late = threading.Thread(target=lambda: (go.wait(), load('colorsys')))\nlate.start()",
        "go.set(); late.join()",
    )
    (table,) = shown[1].tables
    assert sorted(set(table)) == ["mailbox", "netrc", "tabnanny", "wave"]
    assert [each.tables for each in shown[2:]] == [[], [["colorsys"]]]


def test_what_is_shown_can_be_captured(monkeypatch: pytest.MonkeyPatch) -> None:
    """By `%%capture`, or a redirection; what a kernel cannot show as HTML is text."""
    shown = run(
        monkeypatch,
        "import load, io, contextlib; load.enable_auto_print()",
        "%%capture kept\nt = load.tabnanny",
        "kept.show()",
        "with contextlib.redirect_stderr(io.StringIO()) as text: load.netrc\nprint(text.getvalue())",
        "def broken(*args, **kwargs): raise RuntimeError('no display')\nget_ipython().display_pub.publish = broken",
        "w = load.wave",
        "del get_ipython().display_pub.publish\nimport sys",
        "kept, sys.stderr = sys.stderr, None\nload('mailbox')\nsys.stderr = kept\nprint('went on')",
        "sys.stderr = io.StringIO(); sys.stderr.close()\nload('colorsys')\nsys.stderr = kept\nprint('went on')",
        "load.enable_auto_print(limit=2)\n[load(name) for name in ('tomllib', 'zipapp', 'pyclbr', 'symtable')]",
    )
    assert [each.tables for each in shown[:4]] == [[], [], [["tabnanny"]], []]
    assert shown[3].stdout.startswith("netrc · imported · ")
    assert [line.split()[0] for line in shown[5].stderr.splitlines()] == ["name", "wave"]
    assert [each.stdout for each in shown[7:9]] == ["went on\n"] * 2
    assert not any(each.error for each in shown)
    (last,) = shown[9].tables
    assert last[2:] == ["and"]


def test_the_environment_switches_it_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the first cell that loads something; the limit too."""
    shown = run(
        monkeypatch,
        "import load\nload.tabnanny, load.netrc",
        "load.mailbox",
        LOAD_AUTO_PRINT="1",
        LOAD_PRINT_LIMIT="1",
    )
    assert [each.tables for each in shown] == [[["tabnanny", "and"]], [["mailbox"]]]


def test_use_and_advice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What cannot be had ends the cell with its error alone; advice stands below the one traceback."""
    shown = run(
        monkeypatch,
        "%load_ext load",
        "%use tabnanny dec=json.decoder\nprint(tabnanny.__name__, dec.__name__)",
        "%use nothing_like_that_at_all\nprint('went on')",
        "import pyfiglet as art",
        "%unload_ext load",
        "import pyfiglet as art",
    )
    assert shown[1].stdout == "tabnanny json.decoder\n"
    assert shown[2].error.startswith("InstallRefused: 'nothing_like_that_at_all' is not installed")
    assert 'load.configure(allow=["' in shown[2].traceback.replace("'", '"')
    assert "magics.py" not in shown[2].traceback
    assert shown[2].stdout == ""
    advice = "load: pyfiglet is not installed: %use art=pyfiglet, or load.pyfiglet, gets it (pyfiglet)\n"
    assert [each.stderr for each in shown[3:]] == [advice, "", ""]


@pytest.mark.parametrize(
    ("setting", "hint"),
    [
        ({}, "→ load.configure(allow=['nothing_like_that_at_all']) in a cell before, where nobody can be asked"),
        ({"LOAD_INSTALL": "ask"}, "→ run the notebook with LOAD_INSTALL=known"),
    ],
)
def test_a_refusal_says_what_to_set(setting: dict[str, str], hint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the front end cannot ask, nobody waits; done, it works."""
    first, second = run(
        monkeypatch,
        "import load\nload.nothing_like_that_at_all",
        "load.configure(install='ask')\nload.nothing_like_that_at_all",
        **setting,
    )
    assert hint in first.traceback
    if not setting:
        assert '→ load.configure(install="known") in a cell before' in second.traceback


def test_places_are_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of imports in a profile, and of who asked for an install: the kernel's file says nothing to anybody."""
    asked = "with load.testing.isolated(install='always'), load.testing.installable({'freshly_made': ''}):\n"
    shown = run(
        monkeypatch,
        "from load.imports import profile_imports\nwith profile_imports() as profile:\n    import zipapp",
        "print(profile.profiles['zipapp'].place)",
        f"import load.testing\n{asked}    load.freshly_made\n    print(load.history())",
    )
    assert shown[1].stdout == "cell In[1]:3\n"
    assert shown[2].stdout.endswith("install    freshly-made 1.0  (cell In[3]:3, install = always)\n")


def test_what_autoload_did_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It stands below the cell like its results, not on standard error, which is red; a source that fails does."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine_to_edit.py").write_text("VALUE = 1\n")
    shown = run(
        monkeypatch,
        "%load_ext load\n%autoload 2\nimport mine_to_edit as m, pathlib\nfile = pathlib.Path(m.__file__)",
        "file.write_text('VALUE = 22');",
        "m.VALUE",
        "file.write_text('VALUE = = 3 # broken');",
        "m.VALUE",
    )
    assert [bundle["text/plain"] for bundle in shown[2].bundles][1] == "22"
    assert re.fullmatch(r"load: reloaded in [0-9.]+ m?s: mine_to_edit", shown[2].bundles[0]["text/plain"])
    assert shown[2].stderr == ""
    assert "mine_to_edit" in shown[4].stderr
    assert [bundle["text/plain"] for bundle in shown[4].bundles] == ["22"]


def test_a_kernel_that_is_not_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without IPython.display and get_ipython, with a hook that fails, with cells in cells: a table each."""
    shown = run(
        monkeypatch,
        "import load, sys; load.enable_auto_print()",
        "sys.modules['IPython.display'] = None\nget_ipython = None\nt = load.tabnanny",
        "del sys.modules['IPython.display'], get_ipython\nshell = get_ipython()\n"
        "def fails(*given): raise RuntimeError('theirs')\n"
        "shell.events.register('post_run_cell', fails)\nn = load.netrc",
        "shell.events.unregister('post_run_cell', fails)",
        "shell.run_cell('c = load.sched'); b = load.pyclbr",
        "a = load.symtable\nraise ValueError('mine')",
    )
    assert [each.tables for each in shown] == [
        *([], [["tabnanny"]], [["netrc"]], []),
        *([["sched"], ["pyclbr"]], [["symtable"]]),
    ]

"""The manners of the command line: closed pipes, full disks, narrow terminals, slips, and what it cannot run."""

from __future__ import annotations

import ast
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.environments import Environment, Python
from tests.support.index import Index
from tests.support.processes import Result

MakeWheel = Callable[..., Path]


def load(python: Python, *arguments: str, **options: object) -> Result:
    """`load` with these arguments."""
    return python.run(["-m", "load", *arguments], **options)  # type: ignore[arg-type]


def write_journal(venv: Environment, *entries: dict[str, object]) -> None:
    """Write entries into the journal of an environment."""
    folder = venv.site_packages / ".load"
    folder.mkdir()
    facts = {
        "time": "2026-11-21T08:19:33Z",
        "action": "install",
        "requirements": [],
        "command": [],
        "file": "/a/b.py",
        "line": 3,
        "reason": "a known name",
    }
    lines = [json.dumps({**facts, **entry}) for entry in entries]
    (folder / "history.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def came(*names: str) -> list[dict[str, object]]:
    """The changes of an entry in which these were installed."""
    return [{"name": name, "old": None, "new": "1.0", "source": ""} for name in names]


# -- what becomes of the output ----------------------------------------------------------------------------------------

_INTO = """
    import json, os, subprocess, sys

    def into(place, *command):
        if place is None:
            unread, place = os.pipe()
            os.close(unread)
        done = subprocess.run([sys.executable, *command], stdout=place, stderr=subprocess.PIPE, text=True)
        return done.returncode, done.stderr
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other pipes")
def test_a_command_that_nobody_reads_ends_quietly(venv: Environment, tmp_path: Path) -> None:
    """As `load history | true` does; a program of `load run` ends as Python has it end."""
    write_journal(venv, {"changes": came("humanize")})
    (tmp_path / "script.py").write_text("print('x' * 100_000)\n", encoding="utf-8")
    code = f"""{_INTO}
    commands = ["doctor", "history", "history --json", "why cv2 --json", "install --dry-run packaging", "--help"]
    print({{into(None, "-m", "load", *command.split()) for command in commands}})
    print(into(None, "-m", "load", "run", "script.py") == into(None, "script.py"))
    """
    # Without a buffer, argparse itself passes over what becomes of its help.
    quiet, same = venv.run(code, cwd=tmp_path, env={"PYTHONUNBUFFERED": ""}).check().stdout.splitlines()
    assert ast.literal_eval(quiet) == {(141, "")}
    assert same == "True"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_told_in_one_line(venv: Environment, unbuffered: str) -> None:
    """Without a traceback, and with the exit code of an error."""
    code = f"""{_INTO}
    print(*into(os.open("/dev/full", os.O_WRONLY), "-m", "load", "info"))
    """
    told = venv.run(code, env={"PYTHONUNBUFFERED": unbuffered}).check().stdout
    assert told == "1 load: standard output: No space left on device\n\n"


# -- what it says ------------------------------------------------------------------------------------------------------


def test_slips_are_answered_by_the_usage_of_what_was_typed(venv: Environment, tmp_path: Path) -> None:
    """The command that was meant, the usage of the command, and exit code 2."""
    said = {
        ("instal", "x"): ("usage: load [-h]", "invalid choice: 'instal' (did you mean install?)"),
        ("cache", "lst"): ("usage: load cache [-h]", "(did you mean list?)"),
        ("sync", "--exakt"): ("usage: load sync [-h]", "unrecognized arguments: --exakt"),
        ("history", "-n", "0"): ("usage: load history [-h]", "invalid count (1 or more) value: '0'"),
        ("lock", "nofile.py"): ("load: ", "nofile.py cannot be read: No such file or directory."),
        ("freeze", "nofile.py"): ("load: ", "nofile.py cannot be read: No such file or directory."),
        ("run", "-m"): ("usage: load run SCRIPT", "what is missing is the module"),
        ("run", "report.ipynb"): ("load: report.ipynb is a notebook", "load freeze report.ipynb"),
    }
    (tmp_path / "report.ipynb").write_text("{}", encoding="utf-8")
    for words, (start, fact) in said.items():
        result = load(venv, *words, cwd=tmp_path).check(2)
        assert result.stderr.startswith(start)
        assert fact in result.stderr


def test_the_help_fits_into_80_columns(child: Python) -> None:
    """Each command stands on the line of what it does; a terminal that is narrower gets narrower help."""
    code = """
        from load._cli.parser import _parser
        def texts(parser):
            yield parser.format_help()
            for other in (parser._commands.choices.values() if parser._commands else ()):
                yield from texts(other)
        found = list(texts(_parser()))
        print(len(found), max(len(line) for text in found for line in text.splitlines()))
        print(found[0])
    """
    wide = child.run(code, env={"COLUMNS": "200"}).check().stdout
    count, width = map(int, wide.splitlines()[0].split())
    assert count >= 15
    assert width <= 80
    assert "    uninstall   remove distributions from this environment\n" in wide
    narrow = child.run(code, env={"COLUMNS": "60"}).check().stdout
    assert int(narrow.split()[1]) <= 60


def test_a_program_on_standard_input_is_run_as_python_runs_it(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """What it needs is installed first; the rest is as with `python -`."""
    program = "import sys\nprint(sys.argv, sys.path[0], __file__, sorted(globals()), __loader__)\nsys.exit(7)\n"
    expected = venv.run(["-", "a"], cwd=tmp_path, input=program).check(7)
    assert load(venv, "run", "-", "a", cwd=tmp_path, input=program).check(7).stdout == expected.stdout
    index.add(wheel("humanize"))
    needy = load(venv, "run", "-", cwd=tmp_path, input="import humanize; print(humanize.__name__)").check()
    assert needy.stdout == "humanize\n"
    assert needy.stderr.startswith("load: installed humanize 1.0 ")


def test_a_dry_run_says_what_would_become_of_it(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """In words below the table; `sync` shows the same table."""
    index.add(wheel("humanize", "1.0"))
    planned = load(venv, "install", "--dry-run", "humanize").check().stdout
    assert planned.endswith("\nwould be installed\n")
    slip = load(venv, "install", "--dry-run", "nunpy").check().stdout
    assert slip == "would be refused, because 'nunpy' is one slip away from the well-known 'numpy'\n"
    (tmp_path / "app.py").write_text("import humanize\n", encoding="utf-8")
    load(venv, "lock", "app.py", cwd=tmp_path).check()
    synced = load(venv, "sync", "--dry-run", cwd=tmp_path).check().stdout
    assert synced.splitlines()[0] == planned.splitlines()[0]
    assert re.search(r"^ +distribution +version +kind +size +uploaded", synced, re.MULTILINE)
    assert re.search(r"^\* +humanize +1\.0 +wheel", synced, re.MULTILINE)
    index.add(wheel("humanize", "2.0"))
    venv.uv_pip("install", "humanize==2.0").check()
    replaced = load(venv, "sync", "--dry-run", cwd=tmp_path).check().stdout
    assert replaced.endswith("\nwould be asked about, because it changes what is installed\n")


def test_what_goes_is_announced(venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path) -> None:
    """By `uninstall`, and by `sync --exact`, which nobody has to be asked about."""
    index.add(wheel("humanize"), wheel("colorama", "1.5"))
    (tmp_path / "app.py").write_text("import humanize\n", encoding="utf-8")
    load(venv, "lock", "app.py", cwd=tmp_path).check()
    venv.uv_pip("install", "humanize", "colorama").check()
    place = re.escape(f"(from the environment {venv.root})\n")
    gone = load(venv, "sync", "--exact", "--yes", cwd=tmp_path).check()
    assert re.fullmatch(rf"load: removed colorama 1\.5 with uv( in \d\.\d s)? {place}", gone.stderr)
    gone = load(venv, "uninstall", "humanize").check()
    assert re.fullmatch(rf"load: removed humanize 1\.0 with uv in \d\.\d s {place}", gone.stderr)


# -- narrow terminals --------------------------------------------------------------------------------------------------


def test_history_is_a_line_for_each_entry_where_no_terminal_is(venv: Environment) -> None:
    """Of a long list of changes the rest is counted."""
    many = came(*(f"package-{number}" for number in range(40)))
    write_journal(venv, {"changes": came("humanize")}, {"changes": many, "file": "<command line>", "line": 0})
    first, second = load(venv, "history").check().stdout.splitlines()
    assert first == "2026-11-21T08:19:33Z  install    humanize 1.0  (/a/b.py:3, a known name)"
    assert re.search(r", package-\d+ 1\.0 and \d+ more  \(<command line>, a known name\)$", second)
    assert len(second) < 300


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
@pytest.mark.parametrize("columns", [40, 80, 120])
def test_history_breaks_no_word_at_a_terminal(venv: Environment, columns: int) -> None:
    """A table where there is room, else lists; times and names stay whole."""
    removed = [{"name": "beautifulsoup4", "old": "1.0", "new": None, "source": ""}]
    write_journal(venv, {"changes": came("humanize")}, {"action": "uninstall", "changes": removed})
    env = {"COLUMNS": str(columns), "NO_COLOR": "1"}
    shown = venv.run_in_pty(["-m", "load", "history"], env=env, stdout_at_terminal=True).check().stderr
    text = re.sub(r"\x1b\[\d*m", "", shown)
    assert max(map(len, text.splitlines())) <= columns
    for word in ("2026-11-21 08:19", "uninstall", "humanize", "beautifulsoup4", "/a/b.py:3", "allowed", "known"):
        assert word in text
    assert ("allowed because:  a known name" in text) == (columns == 40)


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_the_question_fits_into_the_terminal(child: Python, tmp_path: Path) -> None:
    """It is folded between words, below where they began; the project's file is named as from here."""
    code = f"""
        from load._console.consent import Consent, ask_install
        question = Consent(
            ["pandas"], [], target="the environment /home/ada/project/.venv", reasons=["a reason of many words " * 4],
            project={str(tmp_path / "pyproject.toml")!r},
        )
        print(ask_install(question))
    """
    env = {"COLUMNS": "50", "TERM": "dumb"}
    result = child.run_in_pty(code, [(r"Install\? \[y/a/N\] ", "y\n")], env=env, cwd=tmp_path)
    lines = result.check().stderr.splitlines()
    assert max(map(len, lines)) < 50
    assert lines[-5:] == [
        "  answer:     y yes",
        "              a always for this project (written",
        "              to pyproject.toml)",
        "              anything else no",
        "Install? [y/a/N] y",
    ]
    assert "  because:    a reason of many words a reason of" in lines


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_a_line_moves_while_a_command_waits(child: Python) -> None:
    """As for `install --dry-run` and `doctor --online`; `quiet` is quiet."""
    code = """
        import os
        from load._console import status
        with status.shown_while("asking the indexes"):
            while not all(job.seen for job in status._status._jobs):
                os.sched_yield()
    """
    shown = child.run_in_pty(code).check().stderr
    assert "0 s \x1b[0masking the indexes" in shown
    assert shown.endswith("\x1b[2K")
    assert child.run_in_pty(code, env={"LOAD_QUIET": "1"}).check().stderr == ""

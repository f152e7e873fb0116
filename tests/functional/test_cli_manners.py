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
        ("app.py", "x"): ("usage: load [-h]", "invalid choice: 'app.py' (did you mean run app.py?)"),
        ("remove", "x"): ("usage: load [-h]", "invalid choice: 'remove' (did you mean uninstall?)"),
        ("cache",): ("usage: load cache [-h]", "required: COMMAND (list, prune, verify)"),
        ("sync", "--exakt"): ("usage: load sync [-h]", "unrecognized arguments: --exakt (did you mean --exact?)"),
        ("sync", "pylock.toml"): ("usage: load sync [-h]", "pylock.toml (did you mean --lock pylock.toml?)"),
        ("install", "--dryrun", "x"): ("usage: load install [-h]", "--dryrun (did you mean --dry-run?)"),
        ("install", "-U", "x"): ("usage: load install [-h]", "unrecognized arguments: -U (see load install --help)"),
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


def test_a_file_without_its_folder_is_no_name(venv: Environment, index: Index, tmp_path: Path) -> None:
    """`requirements.txt` is not the distribution `requirements`: nothing is asked of an index, and a way is told."""
    said = {
        "requirements.txt": "uv pip install -r requirements.txt",
        "app.py": "load run app.py installs what it needs",
        "dist/tool-1.0-py3-none-any.whl": "load install ./dist/tool-1.0-py3-none-any.whl",
    }
    (tmp_path / "dist").mkdir()
    for name, way in said.items():
        (tmp_path / name).touch()
        for options in ([], ["--dry-run"]):
            result = load(venv, "install", *options, name, cwd=tmp_path).check(1)
            assert result.stderr == f"load: {name} is a file here, not a name.\n  → {way}\n"
    assert index.requests == []


def test_an_empty_spec_is_called_empty(venv: Environment, index: Index) -> None:
    """As a variable of a shell gives it that was never set."""
    for command in ("install", "why"):
        result = load(venv, command, "").check(1)
        assert result.stderr == "load: The spec is empty.\n  → name a module or a distribution, as numpy\n"
    assert index.requests == []


def test_a_package_that_is_not_there_is_told_without_a_traceback(venv: Environment) -> None:
    """By both commands that look at a package."""
    for command in ("check-stub", "check-lazy"):
        result = load(venv, command, "nosuchpkg").check(1)
        assert result.stderr.startswith("load: ")
        assert "'nosuchpkg'" in result.stderr.splitlines()[0]
    assert "Traceback" not in load(venv, "check-stub", "nosuchpkg").stderr


def test_what_is_to_be_typed_names_what_was_meant(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """And a path that is not there is told as the absolute one that was looked at."""
    index.add(wheel("humanize"))
    (tmp_path / "app.py").write_text("import humanize\n", encoding="utf-8")
    lacking = load(venv, "lock", "--upgrade-package", "humanize", cwd=tmp_path).check(1).stderr
    assert lacking.endswith("pylock.load.toml is not there.\n  → load lock SCRIPT\n")
    load(venv, "lock", "app.py", cwd=tmp_path).check()
    said = {
        ("lock", "--upgrade-package", "humanise"): "did you mean: load lock --upgrade-package humanize",
        ("lock", "--upgrade-package", "pandas"): "load lock --upgrade lets all of them go",
        ("uninstall", "humanize==1.0"): "load uninstall humanize",
        ("install", "./nodir"): "a relative path starts beside the file that names it, at a command line in the "
        "working directory",
    }
    for words, hint in said.items():
        assert load(venv, *words, cwd=tmp_path).check(1).stderr.splitlines()[-1] == f"  → {hint}"
    nowhere = load(venv, "install", "./nodir", cwd=tmp_path).stderr
    assert nowhere.startswith(f"load: There is nothing at {tmp_path / 'nodir'}.\n")


def test_a_lock_that_is_none_is_met_with_what_would_help(venv: Environment, tmp_path: Path) -> None:
    """What is told to be typed makes a lock of that name, where one may have it."""
    for name in ("pylock.x.toml", "notes.toml"):
        (tmp_path / name).write_text("no lock [", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    said = {
        "notes.toml": ("is not valid TOML", "name a lock: pylock.toml or pylock.NAME.toml"),
        "nowhere.toml": ("cannot be read: No such file", "name a lock: pylock.toml or pylock.NAME.toml"),
        "folder": ("cannot be read: ", "name a file: pylock.toml or pylock.NAME.toml"),
        "pylock.y.toml": ("cannot be read: No such file", "load lock SCRIPT --output pylock.y.toml"),
        "pylock.x.toml": (
            "is not valid TOML",
            "mend it, or remove it and make it anew: load lock SCRIPT --output pylock.x.toml",
        ),
    }
    for name, (fact, hint) in said.items():
        first, *_, last = load(venv, "sync", "--lock", name, cwd=tmp_path).check(1).stderr.splitlines()
        assert first.startswith(f"load: The lock {name} {fact}")
        assert last == f"  → {hint}"
    (tmp_path / "app.py").write_text("import json\n", encoding="utf-8")
    load(venv, "lock", "app.py", "--output", "pylock.y.toml", cwd=tmp_path).check()
    load(venv, "sync", "--lock", "pylock.y.toml", cwd=tmp_path).check()


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
    assert re.search(r"\d+ s \x1b\[0masking the indexes", shown)
    assert shown.endswith("\x1b[2K")
    assert child.run_in_pty(code, env={"LOAD_QUIET": "1"}).check().stderr == ""

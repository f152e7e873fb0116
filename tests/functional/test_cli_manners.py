"""The manners of the command line: closed pipes, full disks, narrow terminals, slips, and what it cannot run."""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import sys
import textwrap
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.support.environments import Environment, Python
from tests.support.index import Index
from tests.support.library import CHECKOUT
from tests.support.processes import Result

MakeWheel = Callable[..., Path]


def load(python: Python, *arguments: str, **options: object) -> Result:
    """`load` with these arguments."""
    return python.run(["-m", "load", *arguments], **options)  # type: ignore[arg-type]


def all_of(python: Python, commands: Iterable[str], cwd: Path) -> dict[str, tuple[int, str, str]]:
    """Command line → exit code, standard output, standard error; all in one process, which is faster by far."""
    code = f"""
        import contextlib, json, shlex, tempfile
        from load import _cli
        from load._cli import printing
        found = {{}}
        for command in {list(commands)!r}:
            printing._wants_document = printing._has_document = False
            with contextlib.ExitStack() as stack:
                out, err = [stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8")) for _ in "12"]
                with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                    code = _cli.run(shlex.split(command))
                found[command] = code, *(stream.seek(0) or stream.read() for stream in (out, err))
        print(json.dumps(found))
    """
    found = json.loads(python.run(code, cwd=cwd).check().stdout)
    return {command: tuple(each) for command, each in found.items()}


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
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_command_that_nobody_reads_ends_quietly(venv: Environment, tmp_path: Path, unbuffered: str) -> None:
    """As `load history | true` does; a program of `load run` ends as Python has it end."""
    write_journal(venv, {"changes": came("humanize")})
    (tmp_path / "script.py").write_text("print('x' * 100_000)\n", encoding="utf-8")
    code = f"""{_INTO}
    commands = ["history", "history --json", "why cv2", "install --dry-run packaging", "--help", "--version"]
    print({{into(None, "-m", "load", *command.split()) for command in commands}})
    print(into(None, "-m", "load", "run", "script.py") == into(None, "script.py"))
    """
    quiet, same = venv.run(code, cwd=tmp_path, env={"PYTHONUNBUFFERED": unbuffered}).check().stdout.splitlines()
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


def test_a_slip_is_answered_with_what_was_meant(child: Python, tmp_path: Path) -> None:
    """A line of fact, the names that are near, and exit code 2: no list of all that there is."""
    said = {
        "instal x": ("There is no command 'instal'.", "did you mean load install?"),
        "profle x": ("There is no command 'profle'.", "did you mean load profile?"),
        "lok": ("There is no command 'lok'.", "did you mean load lock?"),
        "help instal": ("There is no command 'instal'.", "did you mean load install?"),
        "cache lst": ("cache has no command 'lst'.", "did you mean load cache list?"),
        "help cache lst": ("cache has no command 'lst'.", "did you mean load cache list?"),
        "cache zzzz": ("cache has no command 'zzzz'.", "load help cache lists its commands"),
        "app.py x": ("There is no command 'app.py'.", "did you mean load run app.py?"),
        "report.ipynb": (
            "There is no command 'report.ipynb'.",
            "Jupyter runs notebooks; load lock report.ipynb writes down what one needs",
        ),
        "pylock.toml": ("There is no command 'pylock.toml'.", "did you mean load sync --lock pylock.toml?"),
        "remove x": ("There is no command 'remove'.", "did you mean load uninstall?"),
        "numpy": (
            "There is no command 'numpy'.",
            "load why numpy tells about the module; load help lists the commands",
        ),
        "xyzzy": ("There is no command 'xyzzy'.", "load help lists the commands"),
        "--jsn": ("There is no option '--jsn'.", "options stand after their command: load COMMAND --jsn"),
        "cache --jsn list": (
            "cache has no option '--jsn'.",
            "options stand after their command: load cache COMMAND --jsn",
        ),
        "info -- x": ("info takes no argument 'x'.", "load help info tells more"),
        "info --quiet=1": ("info: -q/--quiet takes no value, so not '1'", "load help info tells more"),
        "--vershon": ("There is no option '--vershon'.", "did you mean --version?"),
        "-m x": ("There is no option '-m'.", "did you mean load run -m MODULE?"),
        "sync --exakt": ("sync has no option '--exakt'.", "did you mean --exact?"),
        "sync pylock.toml": ("sync takes no argument 'pylock.toml'.", "did you mean --lock pylock.toml?"),
        "info x": ("info takes no argument 'x'.", "load help info tells more"),
        "install --dry x": ("install has no option '--dry'.", "did you mean --dry-run?"),
        "why --js np": ("why has no option '--js'.", "did you mean --json?"),
        "cache pr": ("cache has no command 'pr'.", "did you mean load cache prune?"),
        "check x": ("There is no command 'check'.", "did you mean load check-lazy or load check-stub?"),
        "upgrade": ("There is no command 'upgrade'.", "did you mean load lock --upgrade?"),
        "help cache list x": ("cache list has no commands, so not 'x'.", "load help cache list tells what it takes"),
        "completion fih": ("completion: SHELL is bash, zsh, fish or powershell, not 'fih'.", "did you mean fish?"),
        "__complete": ("There is no command '__complete'.", "load help lists the commands"),
        "__complete bash x": ("There is no command '__complete'.", "load help lists the commands"),
        "install --dryrun x": ("install has no option '--dryrun'.", "did you mean --dry-run?"),
        "install --jsn": ("install has no option '--jsn'.", "did you mean --json?"),
        "install -Z x": ("install has no option '-Z'.", "load help install lists its options"),
        "install -U x": ("install has no option '-U'.", "name the version: load install 'NAME>=VERSION'"),
        "install -r x.txt": (
            "install has no option '-r'.",
            "what a file lists is installed by: uv pip install -r FILE",
        ),
        "install --index-url=x y": (
            "install has no option '--index-url'.",
            "indexes are set in uv or pip: load doctor shows them",
        ),
        "uninstall -y x": ("uninstall has no option '-y'.", "nothing is asked: load uninstall NAME"),
        "run -c x": ("run has no option '-c'.", "python -c CODE"),
        "show x": ("There is no command 'show'.", "did you mean load why?"),
        "list": (
            "There is no command 'list'.",
            "load history shows what load installed here, uv pip list shows all that is installed",
        ),
        "run --relod x": ("run has no option '--relod'.", "did you mean --reload?"),
        "lock nofile.py": (f"{tmp_path}/nofile.py cannot be read: No such file or directory.", None),
        "freeze nofile.py": (f"{tmp_path}/nofile.py cannot be read: No such file or directory.", None),
        "run report.ipynb": ("report.ipynb is a notebook, which is run by Jupyter and not by Python.", None),
    }
    for name in ("analyse.py", "it's.py"):
        (tmp_path / name).touch()
    there = {
        "run analyze.py": "run analyse.py",
        "run it\\'": """run 'it'"'"'s.py'""",
        "run http.server": "run -m http.server",
    }
    for typed, meant in there.items():
        name = shlex.split(typed)[1]
        fact = f"can't open file {str(tmp_path / name)!r}: [Errno 2] No such file or directory"
        said[typed] = (fact, f"did you mean load {meant}?")
    said["lock analyze.py"] = (
        f"{tmp_path}/analyze.py cannot be read: No such file or directory.",
        "did you mean load lock analyse.py?",
    )
    (tmp_path / "report.ipynb").write_text("{}", encoding="utf-8")
    for words, (code, out, err) in all_of(child, said, tmp_path).items():
        first, *_, last = err.splitlines()
        fact, hint = said[words]
        assert (code, out, first) == (2, "", f"load: {fact}")
        assert hint is None or last == f"  → {hint}"


def test_names_of_modules_and_programs_are_met_with_near_ones(child: Python, tmp_path: Path) -> None:
    """Of what is installed, of what lies here, and of the standard library; exit code 1, not that of wrong use."""
    (tmp_path / "analyse.py").touch()
    (tmp_path / "myshop").mkdir()
    (tmp_path / "myshop" / "__init__.py").touch()
    said = {
        "graph myshp": "did you mean myshop?",
        "check-lazy jsno": "did you mean json?",
        "registry show packging:x": "did you mean packaging?",
        "profile --import jsno": "did you mean json?",
        "profile analyze.py": "did you mean load profile analyse.py?",
        "profile json.tool": "did you mean load profile -m json.tool?",
        "graph xyzzy_plugh": "go to the folder that holds it, or install it; load why xyzzy_plugh tells more",
    }
    for words, (code, out, err) in all_of(child, said, tmp_path).items():
        assert (code, out, err.splitlines()[-1]) == (1, "", f"  → {said[words]}"), words


def test_what_lacks_is_told_with_the_usage(child: Python, tmp_path: Path) -> None:
    """A line of fact, the usage of the command that was typed, and where there is more."""
    said = {
        "cache": ("cache: the command is missing: list, prune, verify", "load cache [OPTIONS] COMMAND ..."),
        "install": ("install: the following arguments are required: SPEC", "load install [OPTIONS] SPEC [SPEC ...]"),
        "history -n 0": (
            "history: argument -n: '0' is not 1 or more",
            "load history [OPTIONS] [NAME]",
        ),
        "check-lazy json --max-ms nan": (
            "check-lazy: argument --max-ms: 'nan' is not 0 or more",
            "load check-lazy [OPTIONS] PKG",
        ),
        "graph json --most=-1": ("graph: argument --most: '-1' is not 0 or more", "load graph [OPTIONS] PKG"),
        "cache -- list": (
            "cache: the command is missing: list, prune, verify",
            "load cache [OPTIONS] COMMAND ...",
        ),
        "run ''": ("run: the path of the script is empty", "load run [OPTIONS] SCRIPT [ARG ...]"),
        "run -m": ("run: the module is missing", "load run [OPTIONS] SCRIPT [ARG ...]"),
    }
    for words, (code, _, err) in all_of(child, said, tmp_path).items():
        fact, usage = said[words]
        told = err.splitlines()
        assert (code, told[:2]) == (2, [f"load: {fact}", f"  usage: {usage}"])
        assert told[-1] == f"  → load help {words.split()[0]} tells more"


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


def test_what_is_printed_does_not_steer_the_terminal(child: Python, tmp_path: Path) -> None:
    """Names that are typed, folders that a command is typed in: an escape code is shown as what it is."""
    folder = tmp_path / "red \x1b[31m"
    if sys.platform != "win32":
        folder.mkdir()
        (folder / "pyproject.toml").write_text("[project]\nname = 'x'\nversion = '1'\n", encoding="utf-8")
    commands = [
        "history '\x1b[2Jx'",
        "info",
        "why 'x\x1b'",
        "registry show '\x1b]0;x\x07:y'",
        "'\x1b[1m'",
        "run '\x1b[1m'",
    ]
    found = all_of(child, commands, folder if folder.exists() else tmp_path)
    assert [out + err for _, out, err in found.values() if "\x1b" in out + err or "\x07" in out + err] == []
    assert found[commands[0]][1] == "\\x1b[2Jx: nothing changed.\n"
    assert "red \\x1b[31m" in found["info"][1] or not folder.exists()


def test_an_empty_spec_is_called_empty(venv: Environment, index: Index) -> None:
    """As a variable of a shell gives it that was never set."""
    for command in ("install", "why"):
        result = load(venv, command, "").check(1)
        assert result.stderr == "load: The spec is empty.\n  → name a module or a distribution, as numpy\n"
    assert index.requests == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows removes no folder that a process is in")
def test_a_working_directory_that_was_removed_is_told(child: Python, tmp_path: Path) -> None:
    """By what needs one; with unbuffered output, too, where an error that names no file may be one of writing."""
    code = f"""
        import contextlib, io, os, sys
        from load import _cli
        sys.argv[0] = {str(tmp_path / "load")!r}
        os.makedirs("gone")
        os.chdir("gone")
        os.rmdir({str(tmp_path / "gone")!r})
        for words in (["info"], ["lock"], ["check-lazy", "json"], ["help", "info"], ["run", "-m", "this"]):
            with contextlib.redirect_stdout(io.StringIO()) as out:
                code = _cli.run(words)
            print(code, out.getvalue().partition("\\n")[0])
    """
    result = child.run(code, cwd=tmp_path, env={"PYTHONUNBUFFERED": "1"}).check()
    assert result.stdout == "1 \n1 \n1 \n0 usage: load info [OPTIONS]\n0 The Zen of Python, by Tim Peters\n"
    told = "load: The working directory is not there any more.\n  → cd to a folder that is there\n"
    assert result.stderr == told * 3


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
        from load._cli.parser import CommandLine
        def texts(parser):
            yield parser.format_help()
            for other in parser.parts.values():
                yield from texts(other)
        line = CommandLine()
        line.whole()
        found = list(texts(line))
        lines = [line for text in found for line in text.splitlines() if not line.startswith("  load ")]
        print(len(found), max(map(len, lines)))
        print(found[0])
    """
    wide = child.run(code, env={"COLUMNS": "200"}).check().stdout
    count, width = map(int, wide.splitlines()[0].split())
    assert count >= 15
    assert width <= 80
    assert "  uninstall      remove distributions from this environment\n" in wide
    for columns in (60, 40):
        narrow = child.run(code, env={"COLUMNS": str(columns)}).check().stdout
        assert int(narrow.split()[1]) <= columns
    assert child.run(code, env={"COLUMNS": "1"}).check().stdout == child.run(code, env={"COLUMNS": "20"}).check().stdout


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
    assert re.fullmatch(rf"load: removed colorama 1\.5 with uv( in \d+\.\d s)? {place}", gone.stderr)
    gone = load(venv, "uninstall", "humanize").check()
    assert re.fullmatch(rf"load: removed humanize 1\.0 with uv in \d+\.\d s {place}", gone.stderr)


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
    assert shown.endswith("\x1b[J")
    assert child.run_in_pty(code, env={"LOAD_QUIET": "1"}).check().stderr == ""


# -- the options of every command --------------------------------------------------------------------------------------


def test_the_options_of_every_command_stand_before_it_or_after(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """`--offline` fetches nothing, `--quiet` says nothing; a program of `load run` has them, too."""
    index.add(wheel("humanize"), wheel("tabulate"))
    refused = (
        "load: 'humanize' is not installed, and load may not install it here.\n"
        "  humanize: offline = true (from LOAD_OFFLINE)\n"
    )
    for words in (["--offline", "install", "humanize"], ["install", "humanize", "--offline"]):
        assert load(venv, *words).check(1).stderr.startswith(refused)
    script = tmp_path / "script.py"
    script.write_text(
        "import os, humanize\nprint(os.environ['LOAD_QUIET'], os.environ['NO_COLOR'])\n", encoding="utf-8"
    )
    assert load(venv, "run", "--offline", "script.py", cwd=tmp_path).check(1).stderr.startswith(refused)
    for words in (["-q", "run", "--no-color", "script.py"], ["run", "--no-color", "--quiet", "script.py", "-q"]):
        result = load(venv, *words, cwd=tmp_path).check()
        assert (result.stdout, result.stderr) == ("1 1\n", "")
    result = load(venv, "install", "--quiet", "tabulate").check()
    assert (result.stdout, result.stderr) == ("", "")
    assert load(venv, "install", "tabulate").check().stdout == "Nothing to do: all of it is there.\n"
    assert load(venv, "install", "-q", "tabulate").check().stdout == ""
    assert set(venv.installed()) >= {"humanize", "tabulate"}


def test_an_option_of_a_program_is_its_own(child: Python, tmp_path: Path) -> None:
    """What stands after the script, or after `--`, is none of ours."""
    (tmp_path / "script.py").write_text("import os, sys\nprint(sys.argv[1:], 'LOAD_QUIET' in os.environ)\n", "utf-8")
    for words in (["run", "script.py", "-q", "--help"], ["run", "--", "script.py", "-q", "--help"]):
        assert load(child, *words, cwd=tmp_path).check().stdout == "['-q', '--help'] False\n"
    told = load(child, "profile", "--most", "1", "script.py", "-q", "--help", cwd=tmp_path).check()
    assert told.stdout.startswith("['-q', '--help'] False\n")


# -- help --------------------------------------------------------------------------------------------------------------


def test_the_help_of_a_command_is_had_in_many_ways(child: Python, tmp_path: Path) -> None:
    """`load help` and `load` alone tell the commands."""
    same = [
        ["", "help", "--help", "-h", "-q --help"],
        ["help cache", "cache --help", "cache -h", "-q cache -h"],
        ["help cache prune", "cache prune --help"],
        ["help run", "run --help", "run -q --reload -h"],
        ["help profile", "profile --memory -h"],
    ]
    found = all_of(child, [each for group in same for each in group], tmp_path)
    for group in same:
        assert {found[each] for each in group} == {found[group[0]]}
    helps = [found[group[0]] for group in same]
    assert [(code, err) for code, _, err in helps] == [(0, "")] * len(same)
    starts = ["load [OPTIONS] COMMAND ...", "load cache [OPTIONS] COMMAND ...", "load cache prune [OPTIONS]"]
    starts += ["load run [OPTIONS] SCRIPT [ARG ...]", "load profile [OPTIONS] (SCRIPT | -m MODULE) [ARG ...]"]
    assert [out.splitlines()[0] for _, out, _ in helps] == [f"usage: {start}" for start in starts]


def test_help_has_colours_where_python_gives_them(child: Python) -> None:
    """From 3.14 on, unless somebody says no; an error has none, as it may be shown elsewhere."""
    colored = load(child, "help", "info", env={"FORCE_COLOR": "1"}).check().stdout
    assert ("\x1b[" in colored) == (sys.version_info >= (3, 14))
    plain = load(child, "help", "info").check().stdout
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == plain
    for words, env in ((["--no-color", "help", "info"], {}), (["help", "info"], {"NO_COLOR": "1"})):
        assert load(child, *words, env={"FORCE_COLOR": "1", **env}).check().stdout == plain
    assert "\x1b" not in load(child, "install", env={"FORCE_COLOR": "1"}).check(2).stderr


def test_little_is_imported_for_what_is_asked(child: Python) -> None:
    """`--version` needs no parser, and help no command but the one that it is about."""
    code = """
        import contextlib, io, sys
        from load import _cli
        before = set(sys.modules)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            _cli.run(sys.argv[1:])
        print(*sorted(set(sys.modules) - before))
    """
    version = child.run(["-c", textwrap.dedent(code), "--version"]).check().stdout.split()
    assert set(version) <= {"load._cli.output", "errno"}
    whole = child.run(["-c", textwrap.dedent(code), "--help"]).check().stdout.split()
    assert not [name for name in whole if name.endswith("_commands")]
    found = child.run(["-c", textwrap.dedent(code), "help", "install"]).check().stdout.split()
    commands = [name for name in found if name.startswith("load.") and name.endswith("_commands")]
    assert commands == ["load._cli.help_commands", "load._cli.install_commands"]
    heavy = ("rich", "json", "subprocess", "shutil", "load._config", "load._install", "load._resolve", "load._imports")
    assert [name for name in (*whole, *found) if name.startswith(heavy)] == []


# -- JSON --------------------------------------------------------------------------------------------------------------

_PAGE = CHECKOUT / "docs" / "reference" / "command-line.md"


def documented() -> dict[str, dict[str, set[str]]]:
    """Command → the keys that the page names for its JSON, each with those of the objects in its list."""
    text = _PAGE.read_text(encoding="utf-8").partition("## JSON")[2].partition("An error is a document")[0]
    found: dict[str, dict[str, set[str]]] = {}
    for commands, cell in re.findall(r"^\| (`.*?) \| (.*) \|$", text, re.MULTILINE):
        keys: dict[str, set[str]] = {}
        for part in cell.split("; "):
            first, *more = re.findall(r"`(.+?)`", part)
            of_list = part.startswith(f"`{first}`: a list of ")
            keys.update({first: set(more)} if of_list else {key: set() for key in (first, *more)})
        found.update(dict.fromkeys(re.findall(r"`(.+?)`", commands), keys))
    return found


def test_the_json_of_each_command_has_the_keys_of_the_page(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """And no others at its top: the page names each."""
    index.add(wheel("humanize", "1.0"))
    (tmp_path / "app.py").write_text("import humanize\n", encoding="utf-8")
    (tmp_path / "shop.py").write_text(
        "from load.registry import Registry\nPLUGINS = Registry('plugins')\nPLUGINS['a'] = 'json:dumps'\n", "utf-8"
    )
    (tmp_path / "lazy").mkdir()
    (tmp_path / "lazy" / "__init__.py").write_text(
        "import load\n__getattr__, __dir__, __all__ = load.attach(__name__, {'a': ['b']})\n", encoding="utf-8"
    )
    (tmp_path / "lazy" / "__init__.pyi").write_text("from .a import b as b\n", encoding="utf-8")
    (tmp_path / "lazy" / "a.py").write_text("b = 1\n", encoding="utf-8")
    typed = ["why json", "why json cv2", "info", "install --dry-run humanize", "install humanize", "lock app.py"]
    typed += ["freeze app.py", "uninstall humanize", "sync --dry-run", "sync", "history", "doctor", "cache list"]
    typed += ["cache prune", "cache verify", "exports torch", "registry show shop:PLUGINS", "check-lazy shop"]
    typed += ["check-stub lazy", "profile --import json"]
    found = all_of(venv, [f"{each} --json" for each in typed], tmp_path)
    told = documented()
    assert told.keys() - {"graph"} == {_named(told, command) for command in typed}
    for command, (_, out, _) in found.items():
        name = _named(told, command)
        document = json.loads(out)
        if name == "registry show":
            document = document["plugins"]
        for each in document if isinstance(document, list) else [document]:
            assert each.keys() == told[name].keys(), command
            for key, nested in told[name].items():
                assert not nested or all(item.keys() == nested for item in each[key]), command


def _named(names: Iterable[str], command: str) -> str:
    """The longest of the names that a command begins with."""
    return max((name for name in names if f"{command} ".startswith(f"{name} ")), key=len)


def test_the_json_of_a_graph_has_the_keys_of_the_page(child: Python) -> None:
    """It needs grimp, which the tests bring along."""
    pytest.importorskip("grimp")
    document = json.loads(load(child, "graph", "json", "--json").check().stdout)
    assert document.keys() == documented()["graph"].keys()


def test_an_error_is_json_as_well(child: Python, tmp_path: Path) -> None:
    """Whoever asks for JSON can read what standard output holds; people read the same on standard error."""
    said = {
        "why --json ''": (1, "SourceError", "source"),
        "check-lazy nosuch --json": (1, "ResolveError", "resolve"),
        "lock nofile.py --json": (2, "SourceError", "source"),
        "uninstall nosuch --json": (1, "InstallError", "install"),
        "profile --json --read nowhere.log": (1, "FileNotFoundError", "os"),
        "profile --json nofile.py": (1, "SourceError", "source"),
        "install --json --nothing x": (2, "WrongUse", "wrong-use"),
        "install --json": (2, "WrongUse", "wrong-use"),
        "cache prune --json --days x": (2, "WrongUse", "wrong-use"),
        "instal x --json": (2, "WrongUse", "wrong-use"),
        "cache lst --json": (2, "WrongUse", "wrong-use"),
        "--json": (2, "WrongUse", "wrong-use"),
        "help nothing --json": (2, "WrongUse", "wrong-use"),
    }
    for words, (found_code, out, err) in all_of(child, said, tmp_path).items():
        code, kind, name = said[words]
        document = json.loads(out)
        assert list(document) == ["error"], words
        error = document["error"]
        assert (found_code, error["type"], error["code"]) == (code, kind, name), words
        lines = [f"load: {error['message']}", *(f"  {line}" for line in error["context"])]
        lines += [f"  → {error['hint']}"] if error["hint"] else []
        assert err == "".join(f"{line}\n" for line in lines), words


def test_there_is_one_document_whatever_happens(child: Python, tmp_path: Path) -> None:
    """A budget that is not held comes after the profile; a program of `load profile` prints elsewhere."""
    (tmp_path / "budget.toml").write_text("modules = 1\n", encoding="utf-8")
    (tmp_path / "app.py").write_text("import json\nprint('hello')\n", encoding="utf-8")
    result = load(child, "profile", "--json", "--budget", "budget.toml", "app.py", cwd=tmp_path).check(1)
    assert json.loads(result.stdout)["title"] == "app.py"
    assert "hello" in result.stderr
    assert "over its budget" in result.stderr


# -- how it ends -------------------------------------------------------------------------------------------------------


def test_an_interrupted_command_ends_with_130_and_no_word(child: Python, tmp_path: Path) -> None:
    """As a shell counts it; nothing half is left on standard output."""
    source = "import os, signal, sys\nos.kill(os.getpid(), signal.SIGINT)\n"
    (tmp_path / "waits.py").write_text(source, encoding="utf-8")
    result = load(child, "registry", "show", "waits:NAMES", "--json", cwd=tmp_path).check(130)
    assert (result.stdout, result.stderr) == ("", "")
    code = """
        import os, signal, sys
        class Finder:
            def find_spec(self, name, path=None, target=None):
                if name == "load._cli.install_commands":
                    os.kill(os.getpid(), signal.SIGINT)
        sys.meta_path.insert(0, Finder())
        from load import _cli
        sys.exit(_cli.run(["help", "install"]))
    """
    result = child.run(code).check(130)
    assert (result.stdout, result.stderr) == ("", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other pipes")
def test_an_interrupt_before_the_program_is_read_has_no_traceback(child: Python) -> None:
    """`load run -` waits for a program that does not come."""
    code = """
        import os, signal, sys
        from load import _cli
        wakes, written = os.pipe()
        class Waiting:
            def read(self):
                os.kill(os.getpid(), signal.SIGINT)
                return os.read(wakes, 1)
        class Stdin:
            buffer = Waiting()
            def isatty(self):
                return False
        sys.stdin = Stdin()
        sys.exit(_cli.run(["run", "-"]))
    """
    result = child.run(code).check(130)
    assert (result.stdout, result.stderr) == ("", "")


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell closes the streams")
def test_closed_streams_are_borne(child: Python, tmp_path: Path) -> None:
    """None of them has to be there."""
    lines = ["info >&-", "--version >&-", "help >&-", "nothing 2>&-", "nothing >&- 2>&-", "why cv2 <&- >&- 2>&-"]
    script = "".join(
        f'"$0" -m load {line} >/dev/null; echo $?\n'
        if ">&-" not in line.replace("2>&-", "")
        else f'"$0" -m load {line}; echo $?\n'
        for line in lines
    )
    code = f"""
        import subprocess, sys
        sys.exit(subprocess.run(["sh", "-c", {script!r}, sys.executable]).returncode)
    """
    result = child.run(code, cwd=tmp_path).check()
    assert result.stdout.split() == ["0", "0", "0", "2", "2", "0"]
    assert result.stderr == ""


def test_help_and_errors_come_out_in_any_encoding(child: Python) -> None:
    """Where an arrow cannot be shown, something like it is."""
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii:strict"}
    assert load(child, "instal", env=env).check(2).stderr.endswith("\n  -> did you mean load install?\n")
    code = """
        import sys
        from load._cli.parser import CommandLine
        line = CommandLine()
        for parser in (line, *line.whole().values()):
            parser.print_help()
        print(1 + len(line.parts))
    """
    *lines, count = child.run(code, env=env).check().stdout.splitlines()
    assert sum(line.startswith("usage: load") for line in lines) == int(count) > 15

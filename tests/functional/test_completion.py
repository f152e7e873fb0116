"""Completion in real shells, and what `load` answers them."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import Python
from tests.support.library import CHECKOUT
from tests.support.processes import kill_tree

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the shells are POSIX")

_START = {
    "bash": ["--norc", "--noprofile", "-i"],
    "zsh": ["-f", "-i"],
    "fish": ["--no-config", "-i"],
}
_READY = {
    "bash": "bind 'set enable-bracketed-paste off'; bind 'set bell-style none'; source <(load completion bash)",
    "zsh": "unsetopt prompt_cr prompt_sp; source <(load completion zsh)",
    "fish": "function fish_prompt; end; set -g fish_autosuggestion_enabled 0; load completion fish | source",
}


class Shell:
    """A shell at a terminal, in a folder with some files, where `load` is this checkout's."""

    def __init__(self, name: str, folder: Path, ready: str = "", home: Path | None = None) -> None:
        """Start it; with the files that it reads at its start only where it has a home."""
        pexpect = pytest.importorskip("pexpect", reason="pexpect drives the shells")
        program = shutil.which(name)
        if program is None:
            pytest.skip(f"{name} is not installed")
        _require_terminals()
        programs = folder / "bin of ada"
        programs.mkdir()
        script = programs / "load"
        script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m load "$@"\n', encoding="utf-8")
        script.chmod(0o755)
        env = {
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "PYTHONPATH": str(CHECKOUT),
            "TERM": "xterm",
            "LC_ALL": "C.UTF-8",
            "FISH_UNIT_TESTS_RUNNING": "1",  # else a new user's fish reads all manual pages, also when it has ended
        }
        if home is not None:
            env["HOME"] = str(home)
            env.pop("XDG_CONFIG_HOME", None)
            env.pop("ZDOTDIR", None)
            _install_in(home, name, env)
        self._child: Any = pexpect.spawn(
            program,
            _START[name] if home is None else ["-i"],
            env=env,
            cwd=str(folder),
            encoding="utf-8",
            timeout=60,
            dimensions=(40, 200),
        )
        self._said(f"{ready or _READY[name]}; echo RE''ADY", "READY")

    def _said(self, line: str, expected: str) -> None:
        self._child.sendline(line)
        self._child.expect(expected)

    def completed(self, line: str) -> str:
        """What a line is after the tabulator key: it is handed to `echo` rather than run."""
        self._child.send(f"{line}\t")
        self._child.send("\x01echo RE''SULT: \n")
        self._child.expect(r"RESULT: ([^\r\n]*)\r?\n")
        return str(self._child.match.group(1)).strip()

    def said(self, line: str) -> str:
        """What a line prints, between two marks."""
        self._child.sendline(f"echo BE''GIN; {line}; echo E''ND")
        self._child.expect(r"BEGIN\r?\n(.*?)END\r?\n")
        return str(self._child.match.group(1)).replace("\r\n", "\n")

    def close(self) -> None:
        """End it and all that it started, of which nothing may write into the test's folders any more."""
        kill_tree(self._child.pid)
        self._child.wait()
        self._child.close()


def _install_in(home: Path, name: str, env: dict[str, str]) -> None:
    """Do what `load help completion` tells to have it in every new shell."""
    told = subprocess.run(["load", "help", "completion"], env=env, capture_output=True, text=True, check=True).stdout
    lines = [
        line for line in told.partition("in this one:")[0].splitlines() if f"{name} >" in line or f"/{name}/" in line
    ]
    assert lines
    subprocess.run(["sh", "-e", "-c", "\n".join(lines)], env=env, check=True)


def _require_terminals() -> None:
    """Skip the test where no pseudo-terminal can be opened, as in a bare chroot."""
    try:
        ends = os.openpty()
    except OSError as error:
        pytest.skip(f"no pseudo-terminal can be opened here: {error}")
    for end in ends:
        os.close(end)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a script, a lock, and a package that must not be imported."""
    (tmp_path / "analysis of ada.py").touch()
    (tmp_path / "pylock.mine.toml").touch()
    (tmp_path / "trapped").mkdir()
    (tmp_path / "trapped" / "__init__.py").write_text("open('imported', 'w')\n", encoding="utf-8")
    (tmp_path / "trapped" / "secondary.py").write_text("open('imported', 'w')\n", encoding="utf-8")
    return tmp_path


@pytest.fixture(params=["bash", "zsh", "fish"])
def shell(request: pytest.FixtureRequest, folder: Path) -> Iterator[Shell]:
    """Each of the shells that are installed."""
    with closing(Shell(request.param, folder)) as made:
        yield made


def test_the_tabulator_key_completes_in_a_real_shell(shell: Shell, folder: Path) -> None:
    """Commands, options and their values, files, modules: at a terminal, by the key."""
    typed = {
        "load prof": "load profile",
        "load cache ver": "load cache verify",
        "load sync --lock=pyl": "load sync --lock=pylock.mine.toml",
        "load profile --import trapped.sec": "load profile --import trapped.secondary",
        "load run -m trapped.s": "load run -m trapped.secondary",
        "load exports --level=comp": "load exports --level=comprehensive",
    }
    assert {line: shell.completed(line) for line in typed} == typed
    assert shell.completed("load run ana") == "load run analysis of ada.py"  # `echo` takes the quotes away
    assert shell.completed("load run 'ana") == "load run analysis of ada.py"
    assert shell.completed('load why "humani') == "load why humanize"
    assert not (folder / "imported").exists()


def test_bash_completes_behind_its_word_breaks(folder: Path) -> None:
    """At `:` and `=` bash begins a new word, and within quotes."""
    with closing(Shell("bash", folder)) as shell:
        assert shell.completed("load registry show load.reg") == "load registry show load.registry"
        assert shell.completed("FOO=1 load unins") == "FOO=1 load uninstall"


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_what_is_told_to_be_typed_brings_it_into_new_shells(name: str, folder: Path) -> None:
    """In a home that has none of the folders yet."""
    home = folder / "home"
    home.mkdir()
    quiet = {"fish": "function fish_prompt; end; set -g fish_autosuggestion_enabled 0"}.get(
        name, _READY[name].rpartition(";")[0]
    )
    with closing(Shell(name, folder, quiet, home)) as shell:
        assert shell.completed("load cache ver") == "load cache verify"


def test_zsh_takes_the_function_from_its_path(folder: Path) -> None:
    """As `_load` in a folder of `fpath`, where what is installed for all lies."""
    ready = "mkdir site; load completion zsh > site/_load; fpath=($PWD/site $fpath)"
    with closing(Shell("zsh", folder, f"{ready}; autoload -Uz compinit; compinit -i -D")) as shell:
        assert [shell.completed("load prof") for _ in range(2)] == ["load profile"] * 2


def test_fish_shows_what_each_word_means(folder: Path) -> None:
    """Beside it, as for its own commands."""
    with closing(Shell("fish", folder)) as shell:
        assert shell.said("complete -C'load syn'") == "sync\tmake this environment match a lock\n"
        assert shell.said("complete -C'load freeze --lo'") == "--loose\tallow later versions: write >= instead of ==\n"


# -- what is answered --------------------------------------------------------------------------------------------------


def answers(python: Python, lines: list[str], folder: Path) -> dict[str, list[str]]:
    """Line → what its last word can become, or `<files>`."""
    code = f"""
        import json
        from load._cli.completing import answer_to, split
        found = {{}}
        for line in {lines!r}:
            kind, words = answer_to(split(line))
            found[line] = ["<files>"] if kind == "files" else [word for word, _ in words]
        print(json.dumps(found))
    """
    found: dict[str, list[str]] = json.loads(python.run(code, cwd=folder).check().stdout)
    return found


def test_words_become_what_is_wanted_in_their_place(child: Python, folder: Path) -> None:
    """Each place of a command line wants something of its own."""
    said = {
        "": ["run", "install", "lock", "sync", "freeze", "why", "info", "history", "doctor", "exports", "registry"],
        "c": ["cache", "check-lazy", "check-stub", "completion"],
        "-q c": ["cache", "check-lazy", "check-stub", "completion"],
        "cache ": ["list", "prune", "verify"],
        "cache -q p": ["prune"],
        "cache list ": [],
        "cache prune --days ": [],
        "help ": ["run", "install"],
        "help cache ": ["list", "prune", "verify"],
        "help run ": [],
        "completion ": ["bash", "zsh", "fish", "powershell"],
        "completion bash ": [],
        "run ": ["<files>"],
        "run --rel": ["--reload"],
        "run a.py --rel": ["<files>"],
        "run -m trapped --rel": ["<files>"],
        "run -- ": ["<files>"],
        "profile --memory ": ["<files>"],
        "profile --me": ["--memory"],
        "profile a.py --me": ["<files>"],
        "profile --most 3 --html ": ["<files>"],
        "profile --most ": [],
        "install ./": ["<files>"],
        "install humani": ["humanize"],
        "install humanize humani": ["humanize"],
        "install ": [],
        "install --json --js": [],
        "lock --upgrade-package x --upgrade-p": ["--upgrade-package"],
        "lock a.py b": ["<files>"],
        "freeze a.py ": [],
        "uninstall packagin": ["packaging"],
        "graph trapped.": ["trapped.secondary"],
        "graph trapped.nothing.": [],
        "check-lazy trapped --not-loaded trapped.s": ["trapped.secondary"],
        "registry ": ["show"],
        "exports torchvis": ["torchvision"],
    }
    found = answers(child, list(said), folder)
    shown = {line: words[: len(said[line])] if line in ("", "help ") else words for line, words in found.items()}
    assert shown == said
    assert not (folder / "imported").exists()


def test_private_modules_are_offered_to_who_types_an_underscore(child: Python, folder: Path) -> None:
    """As elsewhere in Python."""
    (folder / "_hidden.py").touch()
    found = answers(child, ["graph ", "graph _hid", "graph trapped.__"], folder)
    assert "trapped" in found["graph "]
    assert "json" in found["graph "]
    assert not [name for name in found["graph "] if name.startswith("_")]
    assert found["graph _hid"] == ["_hidden"]


@pytest.mark.parametrize("line", ["nothing ", "help cache nothing "])
def test_what_there_is_not_has_no_completion(child: Python, line: str) -> None:
    """And nothing is printed that a shell would offer."""
    result = child.run(["-m", "load", "__complete", "bash", f"load {line}", ""])
    assert result.stdout in ("", "words\n")
    assert "Traceback" not in result.stderr


def test_bash_that_splits_words_gets_the_rest_of_them(child: Python) -> None:
    """What bash has taken for words of their own is not repeated; a line may end within quotes."""
    said = {
        ("load exports --level=comp", "comp"): "comprehensive",
        ("load exports --level=", "="): "none",
        ("load why 'humani", "'humani"): "humanize",
        ("load exports --level 'str", "'str"): "strict",
    }
    for (line, part), word in said.items():
        printed = child.run(["-m", "load", "__complete", "bash", line, part]).check().stdout
        assert printed.splitlines()[:2] == ["words", f"{word}\t"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("load prof", ["profile"]),
        ("load cache ", ["list", "prune", "verify"]),
        ('C:\\tools\\load.exe exports --level "comp', ["comprehensive"]),
        ("load why 'humani", ["humanize"]),
        ("load cache list ", []),
        ("load run my` fi", None),
        ("load run 'my fi", None),
        ("load", None),
    ],
)
def test_powershell_hands_over_its_line(child: Python, line: str, words: list[str] | None) -> None:
    """In the environment: its quotes and backticks are not those of the others, and a backslash is but one."""
    result = child.run(["-m", "load", "__complete", "powershell"], env={"_LOAD_COMPLETED": line}).check()
    kind, *found = result.stdout.splitlines()
    if line == "load":
        assert (kind, found[0].partition("\t")[0]) == ("words", "run")
    else:
        assert (kind, [each.partition("\t")[0] for each in found]) == (
            ("files", []) if words is None else ("words", words)
        )


def test_powershell_completes(folder: Path) -> None:
    """Where it is installed: what its own completion gives."""
    program = shutil.which("pwsh")
    if program is None:
        pytest.skip("PowerShell is not installed")
    (folder / "load").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m load "$@"\n', encoding="utf-8")
    (folder / "load").chmod(0o755)
    lines = ["load prof", "load cache ", "load exports --level 'comp", "load why humani"]
    code = "load completion powershell | Out-String | Invoke-Expression\n"
    code += "".join(
        f'(TabExpansion2 "{line}" {len(line)}).CompletionMatches.CompletionText -join " "\n' for line in lines
    )
    env = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(CHECKOUT)}
    command = [program, "-NoProfile", "-NonInteractive", "-Command", code]
    done = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["profile", "list prune verify", "comprehensive", "humanize"]


def test_shells_get_lines_that_end_as_theirs_do(child: Python, folder: Path) -> None:
    """On Windows, too; and names that the stream cannot take do not keep the others away."""
    (folder / "qqgr\u00f6\u00dfe.py").touch()
    (folder / "qqgreen.py").touch()
    code = """
        import os, sys
        from load import _cli
        os.dup2(os.open("written", os.O_WRONLY | os.O_CREAT), 1)
        sys.stdout.reconfigure(newline="\\r\\n", encoding="ascii")
        _cli.run(["completion", "bash"])
        _cli.run(["__complete", "zsh", "run", "-m", "qq"])
    """
    child.run(code, cwd=folder).check()
    written = (folder / "written").read_bytes()
    assert b"\r" not in written
    assert written.endswith(b"\nwords\nqqgreen\t\nqqgr\\xf6\\xdfe\t\n")


def test_a_shell_that_is_not_known_is_told(child: Python) -> None:
    """With those that are."""
    result = child.run(["-m", "load", "completion", "tcsh"]).check(2)
    assert "bash" in result.stderr
    assert "fish" in result.stderr

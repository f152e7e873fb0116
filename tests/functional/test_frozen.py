"""A frozen program holds Python and is none: nothing is installed, and `sys.executable`, itself, is not started."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import Environment, Python
from tests.support.index import Index

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="the program that stands for the frozen one is a shell script"
)

MakeWheel = Callable[..., Path]
KINDS = {
    "PyInstaller": ("sys.frozen = True; sys._MEIPASS = sys.prefix", "this program is frozen by PyInstaller"),
    "cx_Freeze": ("sys.frozen = True", "this program is frozen"),
    "Nuitka": (
        "import types; __compiled__ = types.SimpleNamespace(standalone=True)",
        "this program is frozen by Nuitka",
    ),
    "embedded": ("sys.executable = ''", "this Python is embedded in another program"),
}


class Frozen:
    """A Python that takes itself for a frozen program.

    Attributes:
        python: the environment that it runs in.
        started: written to by whatever starts the program.
        program: the program.
    """

    def __init__(self, python: Python, folder: Path) -> None:
        """Make the program."""
        self.python = python
        self.started = folder / "started"
        self.program = folder / "program"
        self.program.write_text(f'#!/bin/sh\necho "$@" >> "{self.started}"\n', encoding="utf-8")
        self.program.chmod(0o755)

    def tell(self, code: str, kind: str = "PyInstaller", **options: Any) -> Any:
        """What `code` leaves in `told`; an error is told as its class, its reason and its text."""
        options["env"] = {"LOAD_INSTALL": "always", **options.get("env", {})}
        lines = [
            "import json, sys",
            f"sys.executable = {str(self.program)!r}",
            KINDS[kind][0],
            "import load",
            "try:",
            *(f"    {line}" for line in code.splitlines()),
            "except load.errors.LoadError as error:",
            "    told = [type(error).__name__, getattr(error, 'reason', ''), str(error)]",
            "print(json.dumps(told))",
        ]
        result = self.python.run("\n".join(lines), **options).check()
        assert not self.started.exists(), self.started.read_text(encoding="utf-8")
        return json.loads(result.stdout)


@pytest.fixture
def frozen(venv: Environment, index: Index, wheel: MakeWheel, workspace: Path) -> Frozen:
    """A frozen program in an environment that could be installed into, with an index that has what it misses."""
    index.add(wheel("humanize", "4.0"))
    return Frozen(venv, workspace)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("backend", ["uv", "pip"])
def test_what_is_missing_is_refused_before_any_process(frozen: Frozen, index: Index, kind: str, backend: str) -> None:
    """The reason is a word, the hint fits the program, and no index is asked."""
    name, reason, text = frozen.tell("told = load.humanize.__name__", kind, env={"LOAD_BACKEND": backend})
    assert (name, reason) == ("InstallRefused", "frozen")
    assert KINDS[kind][1] in text
    assert str(frozen.program) not in text
    assert "install humanize " in text.splitlines()[-1]
    assert ("pyinstaller --hidden-import humanize" in text) == (kind == "PyInstaller")
    assert ("nuitka --include-module=humanize" in text) == (kind == "Nuitka")
    assert not index.requests


def test_what_nuitka_has_only_compiled_is_python(frozen: Frozen) -> None:
    """Its `sys.executable` is the Python that is installed, and what it imports comes from there."""
    code = "from load import _interpreter\ntold = _interpreter.is_python()\n"
    assert frozen.tell(code) is False
    assert frozen.tell(f"sys.modules['__main__'].__compiled__.standalone = False\n{code}", "Nuitka") is True


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ("told = load('humanize>=4').__name__", "frozen"),
        ("told = load.lazy_import('humanize').__version__", "frozen"),
        ("told = load.import_aliases('humanize', 'arrow')[0].__name__", "frozen"),
        ("load.enable_auto_install()\nimport humanize\ntold = 1", "frozen"),
        ("told = len(load.install('humanize'))", "frozen"),
        ("told = len(load.uninstall('rich'))", "frozen"),
        ("told = load.lock('script.py')", "frozen"),
        ("told = load.humanise.__name__", "near-miss"),
    ],
)
def test_no_way_leads_to_an_install(frozen: Frozen, index: Index, order: str, reason: str) -> None:
    """Whoever asks, and however; a slip of the pen is told as one."""
    Path("script.py").write_text("import humanize\n", encoding="utf-8")
    assert frozen.tell(order)[:2] == ["InstallRefused", reason]
    assert not index.requests


def test_a_lock_is_not_installed(frozen: Frozen, child: Python) -> None:
    """`load.sync()` of a lock that was made where there is a Python."""
    Path("script.py").write_text("import humanize\n", encoding="utf-8")
    frozen.python.run(["-m", "load", "lock", "script.py"]).check()
    told = frozen.tell("told = len(load.sync('pylock.load.toml'))")
    assert told[:2] == ["InstallRefused", "frozen"]


def test_a_plan_says_so(frozen: Frozen, index: Index) -> None:
    """Nothing is solved for it."""
    code = "plan = load.plan('humanize')\ntold = [plan.verdict, *plan.reasons]"
    verdict, because = frozen.tell(code)
    assert verdict == "refuse"
    assert because.startswith("this program is frozen by PyInstaller")
    assert not index.requests


def test_what_is_there_is_imported_as_ever(frozen: Frozen) -> None:
    """The facade, handles and questions."""
    code = "told = [load.json.loads('1'), load.lazy_import('json').loads('2'), load.available('humanize')]"
    assert frozen.tell(code) == [1, 2, False]


def test_a_declared_module_that_is_missing_is_told_with_what_to_do(frozen: Frozen) -> None:
    """The program is not shown as something to type `-m pip` after; the module has its own name."""
    code = "told = load.lazy_import('sklearn', install=False).svm"
    error, _, text = frozen.tell(code)
    assert error == "InstallRefused"
    hint = "install scikit-learn where the program is built, and bundle sklearn: pyinstaller --hidden-import sklearn"
    assert hint in text
    code = """
from load._lazy.missing import command
told = [command('scikit-learn'), command('humanize'), command('pkg[extra]')]
"""
    install = "where the program is built, and bundle"
    assert frozen.tell(code) == [
        f"install scikit-learn {install} sklearn: pyinstaller --hidden-import sklearn",
        f"install humanize {install} humanize: pyinstaller --hidden-import humanize",
        f"install 'pkg[extra]' {install} what it brings",
    ]


def test_why_names_what_brings_it(frozen: Frozen) -> None:
    """What would be typed by hand is not a command of the program."""
    text = frozen.tell("told = str(load.why('humanize'))")
    assert "would be refused: this program is frozen by PyInstaller" in text
    assert str(frozen.program) not in text


def test_doctor_says_that_it_is_a_frozen_program(frozen: Frozen) -> None:
    """One note, and no advice that would start the program."""
    code = "found = load.doctor(online=True)\ntold = [found.as_dict(), str(found)]"
    for kind, (_, what) in KINDS.items():
        diagnosis, text = frozen.tell(code, kind)
        assert [(each["about"], each["severity"]) for each in diagnosis["findings"]] == [("frozen", "note")]
        assert diagnosis["facts"]["kind"] == what
        assert f"{frozen.program} -m" not in text


def test_nothing_else_starts_the_program(frozen: Frozen) -> None:
    """The one place that starts processes does not start this one, whoever asks; a keyring is no reason either."""
    told = frozen.tell("from load import _process\ntold = _process.run([sys.executable, '-c', 'pass']).returncode")
    assert told[0] == "LoadError"
    assert "No Python can be started here: this program is frozen" in told[2]
    told = frozen.tell("from load._lazy import fresh\ntold = fresh.ask('json')")
    assert told[0] == "LoadError"
    Path("keyring.py").touch()
    code = "from load._install import credentials\ntold = credentials._keyring_command('https://a.example/', 'a', '')"
    assert frozen.tell(code, env={"PYTHONPATH": os.getcwd()}) == []

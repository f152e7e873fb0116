"""`load run`: what a script needs in one solve, then the script as `python SCRIPT` would run it."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.environments import Environment
from tests.support.index import Index

MakeWheel = Callable[..., Path]


def write(folder: Path, name: str, code: str) -> Path:
    """Write a script; return its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(code), encoding="utf-8")
    return path


def test_all_imports_are_installed_in_one_solve_and_the_script_runs(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """Plain imports, imports in functions and `load.x` are seen; local modules and optional imports are left alone."""
    index.add(wheel("humanize"), wheel("tabulate"), wheel("colorama"), wheel("requests"))
    write(tmp_path / "app", "mine.py", "import colorama\nVALUE = 5\n")
    path = write(
        tmp_path / "app",
        "script.py",
        """
        import sys
        import humanize, mine
        import load
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            import pandas
        try:
            import requests
        except ImportError:
            requests = None
        def later():
            import tabulate
            return tabulate
        print(sys.argv[1:], __name__, mine.VALUE, later().__name__, load.colorama.__name__, requests)
        sys.exit(7)
        """,
    )
    result = venv.run(["-m", "load", "run", path, "--flag", "x"], cwd=tmp_path)
    assert result.returncode == 7, result
    assert result.stdout.strip() == "['--flag', 'x'] __main__ 5 tabulate colorama None"
    assert result.stderr.count("load: installed") == 1
    assert "pandas" not in venv.installed()


def test_the_command_is_the_same(venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path) -> None:
    """The script `load` of the environment does what `python -m load` does."""
    index.add(wheel("humanize"))
    path = write(tmp_path, "script.py", "import humanize; print(humanize.__name__)")
    command = venv.python.parent / "load"
    result = venv.run(
        ["-c", f"import subprocess, sys; sys.exit(subprocess.call([{str(command)!r}, 'run', {str(path)!r}]))"]
    )
    assert result.check().stdout.strip() == "humanize"


def test_a_second_run_into_an_overlay_starts_no_process(
    bare: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """Plain imports find the overlay in any order, the second time without uv or pip."""
    index.add(wheel("humanize"), wheel("tabulate"))
    path = write(
        tmp_path, "script.py", "import tabulate\nimport humanize\nimport load\nprint(load.humanize is humanize)\n"
    )
    assert bare.run(["-m", "load", "run", path]).check().stdout.strip() == "True"
    index.requests.clear()
    watched = f"""
        import sys
        started = []
        sys.addaudithook(lambda event, args: started.append(args) if event == "subprocess.Popen" else None)
        from load._cli import run
        code = run(["run", {str(path)!r}])
        print(code, started)
    """
    assert bare.run(watched).check().stdout.split("\n")[:2] == ["True", "0 []"]
    assert index.requests == []


def test_a_script_block_is_read(venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path) -> None:
    """A PEP 723 block says what is needed: its names are the author's, whatever the table knows."""
    index.add(
        wheel("frobnicator-tools", "1.0", import_names=["frob"]),
        wheel("frobnicator-tools", "2.0", import_names=["frob"]),
    )
    path = write(
        tmp_path,
        "script.py",
        """
        # /// script
        # requires-python = ">=3.11"
        # dependencies = ["frobnicator-tools<2", "tabulate; python_version < '3'"]
        # ///
        import frob
        print(frob.__name__)
        """,
    )
    assert venv.run(["-m", "load", "run", path]).check().stdout.strip() == "frob"
    assert venv.installed()["frobnicator-tools"] == "1.0"


def test_a_script_for_another_python_is_not_started(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """Nor is anything installed for it, from a file or from standard input, and by `load profile` no more."""
    index.add(wheel("humanize"))
    block = "# /// script\n# requires-python = '{}'\n# dependencies = ['humanize']\n# ///\n"
    path = write(tmp_path, "script.py", block.format(">=4") + "print('started')\n")
    present = ".".join(map(str, sys.version_info[:3]))
    told = f"load: {path} needs Python >=4, and this is {present}.\n"
    hint = f"  → uv run {path}, which finds or fetches such a Python\n"
    for words in (["run", path], ["profile", path]):
        result = venv.run(["-m", "load", *words]).check(1)
        assert (result.stdout, result.stderr.startswith(told), result.stderr.endswith(hint)) == ("", True, True)
    only = block.format(f"!={present}").replace("# dependencies = ['humanize']\n", "")
    result = venv.run(["-m", "load", "run", "-"], input=f"{only}print('started')").check(1)
    assert result.stderr.startswith(f"load: <stdin> needs Python !={present}, and this is {present}.\n")
    path = write(tmp_path, "script.py", block.format("a Python") + "print('started')\n")
    result = venv.run(["-m", "load", "run", path]).check(1)
    assert result.stderr.startswith(f"load: The requires-python of {path} cannot be read: a Python.\n")
    assert index.requests == []
    path = write(tmp_path, "script.py", block.format(f"=={present}") + "print('started')\n")
    assert venv.run(["-m", "load", "run", path]).check().stdout == "started\n"


def test_a_module_is_installed_and_run(venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path) -> None:
    """`load run -m` installs the module's distribution and runs it as `python -m` would."""
    index.add(
        wheel(
            "humanize",
            files={"humanize/__init__.py": "", "humanize/__main__.py": "import sys; print(sys.argv[1:], __name__)"},
        )
    )
    result = venv.run(["-m", "load", "run", "-m", "humanize", "a"], cwd=tmp_path).check()
    assert result.stdout.strip() == "['a'] __main__"


@pytest.mark.parametrize(
    ("arguments", "code", "fact"),
    [
        (["run"], 2, "usage"),
        (["run", "--nothing"], 2, "run has no option '--nothing'."),
        (["run", "nowhere.py"], 2, "can't open file"),
        (["nothing"], 2, "There is no command 'nothing'."),
        (["install", "--index-url=x"], 2, ""),
        (["install", "gh:a"], 1, "OWNER/REPO is expected here"),
        (["install", "./nothing"], 1, "There is nothing at"),
        (["install", "numpy; rm -rf /"], 1, "has no place here"),
        (["why", "a b"], 1, "has no place here"),
    ],
)
def test_wrong_use_gives_one_message_and_no_traceback(
    venv: Environment, index: Index, tmp_path: Path, arguments: list[str], code: int, fact: str
) -> None:
    """Exit codes are those that are documented."""
    result = venv.run(["-m", "load", *arguments], cwd=tmp_path)
    assert result.returncode == code
    assert fact in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_a_need_that_is_refused_stops_before_the_script_runs(venv: Environment, index: Index, tmp_path: Path) -> None:
    """Nothing is run half-way: the refusal comes first, as text, with exit code 1."""
    path = write(tmp_path, "script.py", "print('ran')\nimport frobnicator\n")
    result = venv.run(["-m", "load", "run", path])
    assert result.returncode == 1
    assert result.stdout == ""
    assert "load install frobnicator" in result.stderr
    assert "Traceback" not in result.stderr


def test_install_and_why_and_info(venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path) -> None:
    """The other commands, as text and as JSON."""
    import json

    index.add(wheel("frobnicator"), wheel("humanize"))
    facts = json.loads(venv.run(["-m", "load", "why", "cv2", "--json"]).check().stdout)
    assert facts["distribution"] == "opencv-python"
    assert facts["known"] is True
    assert facts["found"] is None
    assert facts["verdict"].startswith("would be installed")
    done = venv.run(["-m", "load", "install", "frobnicator", "humanize", "--json"]).check()
    assert [each["name"] for each in json.loads(done.stdout)["changes"]] == ["frobnicator", "humanize"]
    assert venv.run(["-m", "load", "install", "humanize"]).check().stdout.startswith("Nothing to do")
    info = json.loads(venv.run(["-m", "load", "info", "--json"], cwd=tmp_path).check().stdout)
    assert str(venv.python) in info["python"]
    assert info["backend"] == "uv"
    assert "found" in venv.run(["-m", "load", "why", "humanize"]).check().stdout

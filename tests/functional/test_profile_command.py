"""`load profile`: what the imports of a program cost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.environments import Python
from tests.support.processes import Result


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A script with two modules of its own, one of which cannot be imported."""
    (tmp_path / "slow_part.py").write_text("import threading\nthreading.Event().wait(0.05)\n", encoding="utf-8")
    (tmp_path / "broken_part.py").write_text("raise ValueError('broken')\n", encoding="utf-8")
    script = tmp_path / "program.py"
    script.write_text(
        "import sys\nimport slow_part\ntry:\n    import broken_part\nexcept ValueError:\n    pass\n"
        "print(sys.argv[1:], __name__, 'argparse' in sys.modules)\nexit(int(sys.argv[1]))\n",
        encoding="utf-8",
    )
    return script


def profile(child: Python, folder: Path, *words: str) -> Result:
    """`load profile`, typed in a folder."""
    return child.run(["-m", "load", "profile", *words], cwd=folder, env={"PYTHONSAFEPATH": None})


def test_a_script(child: Python, program: Path) -> None:
    """What it prints and its exit code are its own; each import is a line, with where it was asked for."""
    result = profile(child, program.parent, "program.py", "7", "--memory").check(7)
    printed, title, summary, *lines = result.stdout.splitlines()
    assert printed == "['7', '--memory'] __main__ False"
    assert title == "program.py 7 --memory"
    assert " modules · " in summary
    assert "1 failed" in summary
    slow = next(line for line in lines if "slow_part" in line)
    assert float(slow.split()[1]) > 50
    assert slow.endswith("program.py:2")
    assert any("ValueError: broken" in line for line in lines)


def test_a_module_and_an_import(child: Python, program: Path) -> None:
    """As `python -m` runs it; and an import alone."""
    assert "-m program 0" in profile(child, program.parent, "-m", "program", "0").check().stdout
    result = profile(child, program.parent, "--import", "slow_part").check()
    assert result.stdout.startswith("import slow_part\n")


def test_for_programs(child: Python, program: Path) -> None:
    """JSON alone on standard output, which can be read again; a trace and a page beside it."""
    result = profile(
        child, program.parent, "--json", "--trace", "t.json", "--html", "p.html", "program.py", "0"
    ).check()
    document = json.loads(result.stdout)
    assert "['0'] __main__ False" in result.stderr
    modules = {each["module"]: each for each in document["modules"]}
    assert modules["broken_part"]["errors"] == ["ValueError: broken"]
    assert modules["slow_part"]["duration"] > 0.05
    assert any(
        event["name"] == "slow_part" for event in json.loads((program.parent / "t.json").read_text())["traceEvents"]
    )
    page = (program.parent / "p.html").read_text(encoding="utf-8")
    assert "slow_part" in page
    assert "https://" not in page
    (program.parent / "saved.json").write_text(result.stdout, encoding="utf-8")
    again = profile(child, program.parent, "--read", "saved.json").check()
    assert again.stdout.startswith("program.py 0\n")


def test_cycles(child: Python, tmp_path: Path) -> None:
    """Of the program's modules, in the page and in JSON."""
    (tmp_path / "ring_a.py").write_text("import ring_b\n", encoding="utf-8")
    (tmp_path / "ring_b.py").write_text("import ring_a\n", encoding="utf-8")
    document = json.loads(profile(child, tmp_path, "--json", "--import", "ring_a").check().stdout)
    assert [sorted(cycle["modules"]) for cycle in document["cycles"]] == [["ring_a", "ring_b"]]


def test_suggestions(child: Python, tmp_path: Path) -> None:
    """What was not used is told, after the tree, in JSON and in the page."""
    (tmp_path / "heavy.py").write_text("import threading\nthreading.Event().wait(0.05)\nx = 1\n", encoding="utf-8")
    (tmp_path / "light.py").write_text("import heavy\n\ndef f():\n    return heavy.x\n", encoding="utf-8")
    shown = profile(child, tmp_path, "--suggest", "--html", "p.html", "light.py").check().stdout
    assert "what could be done" in shown
    assert "light.py:1: import heavy (" in shown
    assert 'load.lazy_import("heavy")' in shown
    document = json.loads(profile(child, tmp_path, "--suggest", "--json", "light.py").check().stdout)
    assert [each["statement"] for each in document["suggestions"]] == ["import heavy"]
    assert "load.lazy_import" in (tmp_path / "p.html").read_text(encoding="utf-8")
    nothing = profile(child, tmp_path, "--suggest", "--import", "json").check().stdout
    assert "nothing to suggest" in nothing


def test_a_budget(child: Python, program: Path) -> None:
    """That is not held fails, with the chain to blame, after the profile was told; one that is no budget at once."""
    (program.parent / "budget.toml").write_text('[budget]\nforbidden = ["slow_part"]\n', encoding="utf-8")
    result = profile(child, program.parent, "--budget", "budget.toml", "program.py", "0").check(1)
    assert "slow_part is imported, which is forbidden" in result.stderr
    assert "program.py:2 imports slow_part" in result.stderr
    assert "slow_part" in result.stdout
    (program.parent / "budget.toml").write_text("modules = 5000\nstartup_ratio = 1e6\n", encoding="utf-8")
    profile(child, program.parent, "--budget", "budget.toml", "program.py", "0").check()
    (program.parent / "budget.toml").write_text("modlues = 50\n", encoding="utf-8")
    result = profile(child, program.parent, "--budget", "budget.toml", "program.py", "0").check(1)
    assert "modlues" in result.stderr
    assert result.stdout == ""


def test_a_log_of_importtime(child: Python, tmp_path: Path) -> None:
    """Is read instead."""
    done = subprocess.run([sys.executable, "-X", "importtime", "-c", "import json"], capture_output=True, check=True)
    (tmp_path / "imports.log").write_bytes(done.stderr)
    assert "├ json.decoder" in profile(child, tmp_path, "--read", "imports.log").check().stdout


@pytest.mark.parametrize(
    ("end", "code", "said"),
    [
        ("raise KeyError('x')", 1, "KeyError: 'x'"),
        ("import sys; sys.exit('enough')", 1, "enough"),
        ("import nothing_of_that_name", 1, "nothing_of_that_name"),
    ],
)
def test_however_it_ends(child: Python, tmp_path: Path, end: str, code: int, said: str) -> None:
    """Its profile is told after its own last words."""
    (tmp_path / "ends.py").write_text(f"import colorsys\nif True:\n    {end}\n", encoding="utf-8")
    words = ["-m", "load", "profile", "--most", "200", "-m", "ends"]
    result = child.run(words, cwd=tmp_path, env={"PYTHONSAFEPATH": None, "LOAD_INSTALL": "never"}).check(code)
    assert said in result.stderr
    assert "colorsys" in result.stdout


def test_a_process_that_is_gone_at_once(child: Python, tmp_path: Path) -> None:
    """Leaves no profile, which is said."""
    (tmp_path / "gone.py").write_text("import os\nos._exit(3)\n", encoding="utf-8")
    result = profile(child, tmp_path, "gone.py").check(1)
    assert "The program ended before its profile could be written." in result.stderr
    assert "it ended with the exit code 3" in result.stderr


def test_a_child_of_the_program_writes_nothing(child: Python, tmp_path: Path) -> None:
    """A fork that ends as the program does leaves the profile alone."""
    if sys.platform == "win32":
        pytest.skip("there is no fork on Windows")
    text = "import os, sys\nif os.fork() == 0:\n    sys.exit(0)\nos.wait()\nimport colorsys\n"
    (tmp_path / "forks.py").write_text(text, encoding="utf-8")
    assert "colorsys" in profile(child, tmp_path, "forks.py").check().stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "what is missing is the script"),
        (["nowhere.py"], 1, "There is no file 'nowhere.py'."),
        (["--import", "nothing_of_that_name"], 1, "There is no module 'nothing_of_that_name'."),
        (["--import", "json", "word"], 2, "unrecognized arguments: word"),
        (["--read", "nowhere.log"], 1, "nowhere.log: No such file or directory"),
        (["--read", "text.log"], 1, "No line of this text was written by `python -X importtime`."),
        (["--read", "bad.json"], 1, "load_profile"),
        (["--most", "0", "--import", "json"], 2, "--most"),
        (["--htlm", "x", "--import", "json"], 2, "--html"),
    ],
)
def test_bad_input(child: Python, tmp_path: Path, words: list[str], code: int, said: str) -> None:
    """One line that says what is wrong, and no traceback."""
    (tmp_path / "text.log").write_text("some text\n", encoding="utf-8")
    (tmp_path / "bad.json").write_text("{}", encoding="utf-8")
    result = profile(child, tmp_path, *words).check(code)
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_no_python(child: Python, tmp_path: Path) -> None:
    """A path that is no Python is told by Python itself, and the profile so far is written."""
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    result = profile(child, tmp_path, "picture.png").check(1)
    assert "SyntaxError" in result.stderr
    assert "0 modules" in result.stdout

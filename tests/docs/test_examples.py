"""The examples: each runs as its docstring says, and does what it promises."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.environments import Environment, Python
from tests.support.library import CHECKOUT
from tests.support.processes import changed, kill_tree, run

SHIPPED = CHECKOUT / "examples"
TIMEOUT = 100.0  # seconds; an edit is there after a fraction of one


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    """A copy, so that what runs writes nothing into the checkout."""
    return shutil.copytree(SHIPPED, tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))


def test_each_is_listed_and_short() -> None:
    """The page names every one, and no script has sixty lines."""
    page = (SHIPPED / "README.md").read_text(encoding="utf-8")
    links = {SHIPPED / link for link in re.findall(r"^\| \[.*?\]\((.*?)\)", page, re.MULTILINE)}
    assert all(link.is_file() for link in links)
    listed = {link.relative_to(SHIPPED).parts[0] for link in links if link.parent.name != "notebooks"}
    there = {path.relative_to(SHIPPED).parts[0] for path in SHIPPED.rglob("*.py") if "__pycache__" not in path.parts}
    assert there == listed
    assert {link for link in links if link.parent.name == "notebooks"} == set(SHIPPED.rglob("*.ipynb"))
    long = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in SHIPPED.rglob("*.py")}
    assert {name: lines for name, lines in long.items() if lines >= 60} == {}


def test_plugins_are_imported_when_they_are_asked_for(child: Python, examples: Path) -> None:
    """And what is asked for is made."""
    out = child.run([examples / "plugins.py"]).check().stdout.splitlines()
    assert out == ["fraction, decimal, whole", "3/4", "imported: True - loaded: fraction, whole"]


def test_a_plugin_of_another_distribution_is_found(
    venv: Environment, wheel: Callable[..., Path], examples: Path
) -> None:
    """By its entry point; it is not imported to be listed."""
    code = "raise RuntimeError('nobody asked for it')"
    made = wheel("roman", "1.0", files={"roman.py": code}, entry_points={"plugins.formats": {"roman": "roman:Roman"}})
    venv.uv_pip("install", str(made)).check()
    out = venv.run([examples / "plugins.py"]).check().stdout.splitlines()
    assert out[0] == "fraction, decimal, whole, roman"
    assert out[2] == "imported: True - loaded: fraction, whole"


def test_type_checkers_know_the_names_of_the_lazy_package(examples: Path) -> None:
    """With what they take and give; a name that there is not is an error."""
    pytest.importorskip("mypy", reason="mypy is not installed: pip install '.[lint]'")
    program = "import shapes\nfrom shapes import svg\nreveal_type(shapes.circle)\nreveal_type(svg)\nshapes.cube\n"
    (examples / "lazy_package" / "asks.py").write_text(program, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--cache-dir", os.devnull, "asks.py"]
    said = run(command, cwd=examples / "lazy_package", timeout=120).stdout
    assert said.count('"def (radius: float) -> ') == 2
    assert 'Module has no attribute "cube"' in said
    assert "Found 1 error" in said


def test_a_lazy_package_imports_what_is_used(child: Python, examples: Path) -> None:
    """Each of its parts at its first use."""
    result = child.run([examples / "lazy_package" / "use.py"]).check()
    lines = result.stdout.splitlines()
    assert lines[0] == "after `import shapes`: nothing"
    assert lines[1] == "a circle covers 12.57, by shapes.areas"
    assert lines[2].startswith("<svg ")
    assert lines[3].startswith("after drawing: shapes.areas, shapes.drawing, ")
    assert lines[4] == "all its names: circle, drawing, square, svg"
    assert result.stderr == ""


@pytest.mark.parametrize("there", [False, True], ids=["missing", "installed"])
def test_an_optional_dependency_is_told_with_its_extra(
    venv: Environment, wheel: Callable[..., Path], examples: Path, there: bool
) -> None:
    """Where it is missing; where it is there, it is used, and neither is imported before."""
    if there:
        code = "def load_workbook(path, read_only):\n    raise FileNotFoundError(path)\n"
        venv.uv_pip("install", str(wheel("openpyxl", "3.1", files={"openpyxl/__init__.py": code}))).check()
    result = venv.run([examples / "optional_dependency" / "use.py"]).check()
    lines = result.stdout.splitlines()
    assert lines[0] == "24 rows of month, station, high_c, low_c, rain_mm"
    if there:
        assert lines[1:] == ["openpyxl: not imported, could be", "openpyxl is there, but no workbook"]
    else:
        assert lines[1] == "openpyxl: not imported, and not installed"
        assert lines[-1].endswith("-m pip install 'sheets[excel]'")
    assert result.stderr == ""


def test_a_locked_script_installs_what_its_lock_holds(venv: Environment, examples: Path) -> None:
    """The lock is what `load lock` writes, but for the Python; once changed, the wheel is not taken."""
    folder = examples / "locked"
    shipped = (folder / "pylock.load.toml").read_text(encoding="utf-8")
    (folder / "pylock.load.toml").unlink()
    venv.run(["-m", "load", "lock", folder / "report.py"]).check()
    made = (folder / "pylock.load.toml").read_text(encoding="utf-8")
    assert re.sub(r'(?m)^requires-python = ".*"$', 'requires-python = ">=3.11"', made) == shipped
    (folder / "pylock.load.toml").write_text(shipped, encoding="utf-8")
    with (folder / "frost-1.0-py3-none-any.whl").open("ab") as file:
        file.write(b"\0")
    refused = venv.run(["-m", "load", "run", folder / "report.py"])
    assert refused.returncode == 1
    assert "hash" in refused.stderr.lower()
    assert "frost" not in venv.installed()
    shutil.copy(SHIPPED / "locked" / "frost-1.0-py3-none-any.whl", folder)
    out = venv.run(["-m", "load", "run", folder / "report.py"]).check().stdout.splitlines()
    assert out == ["harbour: 2 of 12 months with frost", "summit: 6 of 12 months with frost"]
    assert venv.installed()["frost"] == "1.0"


@pytest.fixture
def server(child: Python, examples: Path) -> Iterator[subprocess.Popen[str]]:
    """`load run --reload server.py`, on a port that is free."""
    pytest.importorskip("watchfiles", reason="watchfiles is not installed: pip install '.[test]'")
    process = subprocess.Popen(
        child.command(["-m", "load", "run", "--reload", examples / "hot_reload" / "server.py", "0"]),
        env=changed(os.environ, child.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with process:
        yield process
        kill_tree(process.pid)


def test_a_server_goes_on_while_its_pages_are_edited(server: subprocess.Popen[str], examples: Path) -> None:
    """The next answers are the new ones, from the process that counted the first."""
    assert server.stdout is not None
    address = server.stdout.readline().strip()
    assert ask(address) == "1: Good morning, world!\n"
    pages = examples / "hot_reload" / "pages.py"
    pages.write_text(pages.read_text(encoding="utf-8").replace("Good morning", "Good evening"), encoding="utf-8")
    answers = ask_until(address, "Good evening")
    assert answers[-1] == f"{len(answers) + 1}: Good evening, world!\n"
    os.killpg(server.pid, signal.SIGINT)  # as Ctrl-C does
    assert server.wait(TIMEOUT) in (0, 130)
    assert "closed" in server.stdout.read()


def ask(address: str) -> str:
    """What the server answers."""
    with urllib.request.urlopen(address, timeout=TIMEOUT) as answer:
        return str(answer.read().decode())


def ask_until(address: str, text: str) -> list[str]:
    """All answers, up to the first with a text."""
    answers = [ask(address)]
    deadline = time.monotonic() + TIMEOUT
    while text not in answers[-1]:
        assert time.monotonic() < deadline, answers[-1]
        threading.Event().wait(0.02)
        answers.append(ask(address))
    return answers

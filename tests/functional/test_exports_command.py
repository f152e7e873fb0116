"""`load exports`."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import Python
from tests.support.processes import Result

KEYS = [
    *("name", "import_name", "attr", "installed", "distribution", "version", "origin", "level", "declared_in"),
    *("dependencies", "seconds", "validation_seconds", "bytes", "result", "error"),
]
SHOP = {
    "shop": "from load.exports import *\nprint('hello from the shop')\n"
    "LazyPackageExport('good', validation_level='strict', dependencies=['colorsys'])\n"
    "LazyPackageExport('colorsys', attr='rgb_to_hsv', enable_performance_monitoring=False)\n"
    "LazyPackageExport('off', enabled='OFF_ENABLED')\n"
    "LazyPackageExport('this_is_nowhere', install=True)\n",
    "good": "print('hello from good')\nvalue = 1\n",
    "off": "",
    "bad": "from load.exports import *\n[LazyPackageExport(name) for name in ('wrong', 'lacks', 'crash')]\n",
    "wrong": "1 / 0\n",
    "lacks": "__all__ = ['nothing']\n",
    "crash": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n",
    "leave": "import os\nos._exit(0)\n",
    "quits": "import sys\nsys.exit('enough')\n",
    "stays": "import threading\nthreading.Thread(target=threading.Event().wait).start()\n",
}
IS_MEASURED = sys.platform != "linux" or Path("/proc/self/statm").exists()  # memory, which a bare chroot does not tell
OWN = ("good", "colorsys:rgb_to_hsv", "off", "this_is_nowhere")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with modules that make exports, and what these stand for."""
    for name, text in SHOP.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    return tmp_path


def exports(child: Python, folder: Path, *arguments: str, **options: Any) -> Result:
    """Run the command in a folder."""
    return child.run(["-m", "load", "exports", *arguments], cwd=folder, **options)


def facts(result: Result) -> dict[str, dict[str, Any]]:
    """What it printed as JSON, by name."""
    return {each["name"]: each for each in json.loads(result.stdout)["exports"]}


def test_what_there_is(child: Python, shop: Path) -> None:
    """The exports of a module, and the listed ones; no package is imported."""
    result = exports(child, shop, "--module", "shop")
    lines = result.check().stdout.splitlines()
    assert re.fullmatch(r"26 exports, \d+ installed", lines[0])
    assert lines[1].split() == ["export", "version", "level", "declared", "in"]
    rows = {line.split()[0]: line.split(maxsplit=1)[1] for line in lines[3:]}
    assert list(rows)[:5] == [*OWN, "PIL"]
    assert rows["good"].split() == ["installed", "STRICT", str(shop / "shop.py") + ":3"]
    assert rows["this_is_nowhere"].split()[:3] == ["not", "installed", "BASIC"]
    assert result.stderr == "hello from the shop\n"


def test_as_json(child: Python, shop: Path) -> None:
    """Each key is there, checked or not; figures are seconds and bytes."""
    listed = facts(exports(child, shop, "--json", "--module", "shop").check())
    assert all(list(each) == KEYS for each in listed.values())
    assert listed["torch"]["declared_in"] is listed["good"]["result"] is listed["good"]["seconds"] is None
    assert listed["good"] | {"origin": ""} == {
        **dict.fromkeys(KEYS),
        "name": "good",
        "import_name": "good",
        "attr": "",
        "installed": True,
        "origin": "",
        "level": "STRICT",
        "declared_in": f"{shop / 'shop.py'}:3",
        "dependencies": ["colorsys"],
    }
    result = exports(child, shop, "--json", "--module", "shop", "--check", "good", "colorsys:rgb_to_hsv")
    checked = facts(result.check())
    assert list(checked) == ["good", "colorsys:rgb_to_hsv"]
    assert all(list(each) == KEYS for each in checked.values())
    for each in checked.values():
        assert (each["result"], each["error"]) == ("passed", None)
        assert 0 < each["validation_seconds"] < each["seconds"] < 60
        assert abs(each["bytes"]) < 100e6 if IS_MEASURED else each["bytes"] is None
    assert result.stderr == "hello from the shop\n"


def test_all_that_is_installed_is_checked(child: Python, shop: Path) -> None:
    """In a process for each; what is not there, or switched off, is not a failure; nothing is installed."""
    (shop / "einops.py").write_text("__version__ = '7.0'\nprint('hello')\n", encoding="utf-8")
    env = {"OFF_ENABLED": "0", "LOAD_INSTALL": "always"}
    command = ["-S", "-m", "load", "exports", "--check", "--module", "shop"]  # nothing that is installed here is seen
    result = child.run(command, cwd=shop, env=env).check()
    lines = result.stdout.splitlines()
    assert lines[0] == "26 exports, 4 installed: 3 passed, 0 failed"
    rows = {line.split()[0]: line.split() for line in lines[3:7]}
    assert {name: row[3] for name, row in rows.items()} == {
        "good": "passed",
        "colorsys:rgb_to_hsv": "passed",
        "einops": "passed",
        "off": "switched",
    }
    assert rows["einops"][1] == "7.0"
    assert re.fullmatch(r"\d+\.\d ms [+-]\d+\.\d MB" if IS_MEASURED else r"\d+\.\d ms", " ".join(rows["einops"][4:]))
    assert "The export 'off' is switched off: the environment variable OFF_ENABLED is '0'." in result.stdout
    assert result.stderr == "hello from the shop\n"


@pytest.mark.skipif(sys.platform == "win32", reason="the packages end themselves with signals")
def test_what_fails_fails_alone(child: Python, shop: Path) -> None:
    """An error, a check, a crash, the end of the process: each is told, the rest goes on, and the exit code says it."""
    names = ("wrong", "lacks", "crash", "leave", "quits", "stays")
    arguments = ("--check", "--level", "strict", "--module", "bad", *names)
    result = exports(child, shop, "--json", *arguments).check(1)
    told = facts(result)
    assert {name: each["result"] for name, each in told.items()} == {
        **dict.fromkeys(names, "failed"),
        "stays": "passed",
    }
    assert {each["error"]["type"] for each in told.values() if each["error"]} == {
        *("ZeroDivisionError", "ExportValidationError", "ResolveError", "SystemExit")
    }
    assert told["wrong"]["error"]["context"] == [f"{shop / 'wrong.py'}:1: 1 / 0"]
    shown = exports(child, shop, *arguments).check(1).stdout
    assert "6 exports, 6 installed: 1 passed, 5 failed" in shown
    assert (
        "lacks: The export 'lacks' failed 1 of 7 checks at STRICT.\n  it lacks what its __all__ has: nothing" in shown
    )
    assert "crash: 'crash' ends the process that imports it, with the exit code -9.\n  → " in shown
    assert "leave: 'leave' ends the process that imports it, with the exit code 0." in shown
    assert "quits: SystemExit: enough" in shown


def test_an_import_without_end(child: Python, shop: Path) -> None:
    """It is told as one that took too long, the rest is checked, and its process is not left behind."""
    (shop / "endless.py").write_text("while True: pass\n", encoding="utf-8")
    code = """
        import sys
        from load import _cli
        from load._cli import export_checking

        def check(name, *rest, check=export_checking.check):
            *others, timeout = rest
            return check(name, *others, timeout if name == "endless" else 60)

        export_checking.check = check  # on a slow machine what comes to an end may take longer than this test should
        sys.exit(_cli.run(sys.argv[1:]))
    """
    arguments = ("--module", "shop", "--check", "--timeout", "1.5", "--json", "endless", "good")
    result = child.run(["-c", textwrap.dedent(code), "exports", *arguments], cwd=shop).check(1)
    told = facts(result)
    assert {name: each["result"] for name, each in told.items()} == {"endless": "timed out", "good": "passed"}
    error = told["endless"]["error"]
    assert error["message"] == "'endless' was not imported within 1.5 s."
    assert "--timeout" in error["hint"]
    assert (told["endless"]["seconds"], list(told["endless"])) == (None, KEYS)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such timers")
def test_the_process_of_a_check_ends_without_the_command(child: Python, shop: Path) -> None:
    """Whoever waits may be gone; and the title counts what took too long."""
    (shop / "endless.py").write_text("while True: pass\n", encoding="utf-8")
    code = "from load._cli import export_checking; export_checking.checked('endless', 'BASIC', [], -0.7)"
    env = {"PYTHONPATH": f"{shop}{os.pathsep}{child.environ['PYTHONPATH']}"}
    assert child.run(code, cwd=shop, env=env).check(-signal.SIGALRM).stdout == ""
    shown = exports(child, shop, "--check", "--timeout=0.2", "endless").check(1).stdout
    assert shown.startswith("1 export, 1 installed: 0 passed, 0 failed, 1 timed out\n")


def test_packages_that_nobody_listed(child: Python, shop: Path) -> None:
    """Known or there, by either name; what is named and not installed is wrong, and how to have it is told."""
    (shop / "requests.py").write_text("", encoding="utf-8")
    result = exports(child, shop, "json", "onnxruntime", "this_is_nowhere", "--module", "shop", "--check").check(1)
    assert result.stdout.startswith("3 exports, 1 installed: 1 passed, 0 failed\n")
    assert re.search(r"^onnxruntime +not installed +BASIC +not installed", result.stdout, re.MULTILINE)
    assert re.search(r"\n  → \S+ -m pip install onnxruntime\n", result.stdout)
    assert exports(child, shop, "onnxruntime").check().stdout.startswith("1 export, 0 installed\n")


def test_the_names_of_tables(child: Python, tmp_path: Path) -> None:
    """At COMPREHENSIVE what `EinopsExports` names has to be there, but for what is optional."""
    body = "class EinopsError(Exception): ...\ndef rearrange(array, _): return array.T\nreduce = repeat = rearrange\n"
    (tmp_path / "einops.py").write_text(body, encoding="utf-8")
    arguments = ("einops", "--check", "--level", "Comprehensive")
    options = {"env": {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(child.environ["PYTHONPATH"])])}}
    result = exports(child, tmp_path, *arguments, **options).check(1)
    assert "einops: 'einops' lacks 2 of 7 names of EinopsExports.\n  EinopsExports.asnumpy: " in result.stdout
    (tmp_path / "einops.py").write_text(f"{body}asnumpy = parse_shape = rearrange\n", encoding="utf-8")
    assert (
        "1 passed"
        in exports(child, tmp_path, "einops", "--check", "--level", "comprehensive", **options).check().stdout
    )


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["nunpy"], 1, "load: There is neither an export nor a package 'nunpy'.\n  → did you mean numpy?\n"),
        (["--check", "a b"], 1, "load: There is neither an export nor a package 'a b'.\n  → load exports lists them"),
        (["--module", "shop_of_nobody"], 1, "load: There is no module 'shop_of_nobody'."),
        (["--module", "quits"], 1, "load: The module 'quits' ends the program that imports it: SystemExit: enough."),
        (["--check", "--timeout", "0"], 2, "'0' is not a number of seconds: more than 0, and at most 86400"),
        (["--check", "--timeout=-1"], 2, "'-1' is not a number of seconds"),
        (["--check", "--timeout", "nan"], 2, "'nan' is not a number of seconds"),
        (["--check", "--timeout", "1e300"], 2, "'1e300' is not a number of seconds"),
        (["--check", "--timeout", "soon"], 2, "'soon' is not a number of seconds"),
        (["--check", "--timeout"], 2, "--timeout"),
        (["--level", "strictest"], 2, "(none, basic, strict, comprehensive)"),
        (["--chek"], 2, "did you mean --check?"),
    ],
)
def test_wrong_use(child: Python, shop: Path, arguments: list[str], code: int, told: str) -> None:
    """It is said on standard error, in words; standard output stays empty."""
    result = exports(child, shop, *arguments).check(code)
    assert told in result.stderr
    assert (result.stdout, "Traceback" in result.stderr) == ("", False)


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_at_a_narrow_terminal(child: Python, shop: Path) -> None:
    """No line is too long, and there are no colours where they are not wanted."""
    arguments = ["-m", "load", "exports", "good", "off", "--module", "shop", "--check"]
    env = {"COLUMNS": "40", "NO_COLOR": "1"}
    result = child.run_in_pty(arguments, cwd=shop, env=env, stdout_at_terminal=True).check()
    shown = re.sub(r"\x1b7.*?\x1b8", "", result.stderr, flags=re.DOTALL)  # without the moving line, below what is said
    text = re.sub(r"\x1b(\[[0-9;?]*)?[A-Zhlm]", "", shown)
    assert "good" in text
    assert "STRICT" in text
    lines = [line.rpartition("\r")[2].rstrip() for line in text.splitlines() if str(shop) not in line]
    assert max(map(len, lines)) <= 40
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", result.stderr)


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_how_far_it_is(child: Python) -> None:
    """A bar at a terminal, and nothing elsewhere, nor where it is to be quiet."""
    code = """
        import os, sys
        from load._console import status
        with status.counted_while("checking 4 packages", 4) as step:
            step(1, "torch")
            while status._status._jobs and sys.argv[1:] and not all(job.seen for job in status._status._jobs):
                os.sched_yield()
    """
    shown = child.run_in_pty(["-c", textwrap.dedent(code), "wait"]).check().stderr
    assert "━ 1/4 " in re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert "checking 4 packages" in shown
    assert "· torch" in shown
    assert child.run_in_pty(code, env={"LOAD_QUIET": "1"}).check().stderr == ""
    assert child.run(code).check().stderr == ""

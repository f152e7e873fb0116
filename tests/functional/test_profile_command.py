"""`load profile`: what the imports of a program cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

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


def profile_with(child: Python, folder: Path, options: list[str], *words: str) -> Result:
    """The command `load profile`, which has not the working directory on its path, under options of Python."""
    start = folder / "bin" / "load-command"
    start.parent.mkdir(exist_ok=True)
    start.write_text("import sys\nfrom load.__main__ import main\nsys.exit(main())\n", encoding="utf-8")
    command = [*options, start, "profile", *words]
    return child.run(command, cwd=folder, env={"PYTHONSAFEPATH": None, "LOAD_INSTALL": "never"})


def modules(result: Result) -> list[str]:
    """The modules of a profile that was printed as JSON."""
    return [each["module"] for each in json.loads(result.stdout)["modules"]]


def statements(document: dict[str, Any]) -> list[str]:
    """What is suggested of import statements; that an entry of the path is slow may be so where the machine is busy."""
    return [each["statement"] for each in document["suggestions"] if each["kind"] in ("unused", "lazy")]


def test_a_script(child: Python, program: Path) -> None:
    """What it prints and its exit code are its own; each import is a line, with where it was asked for."""
    result = profile(child, program.parent, "program.py", "7", "--memory").check(7)
    printed, title, summary, *lines = result.stdout.splitlines()
    assert printed == "['7', '--memory'] __main__ False"
    assert title == "program.py 7 --memory"
    assert " modules · " in summary
    assert "1 failed" in summary
    slow = next(line for line in lines if "slow_part" in line)
    assert float(slow.split()[1].replace(",", "")) >= 50
    assert slow.endswith("program.py:2")
    assert any("ValueError: broken" in line for line in lines)
    assert lines[-1].startswith("failed: ")
    assert lines[-1].endswith("program.py:4: ValueError: broken")


def test_a_module_and_an_import(child: Python, program: Path) -> None:
    """As `python -m` runs it; and an import alone."""
    assert "-m program 0" in profile(child, program.parent, "-m", "program", "0").check().stdout
    result = profile(child, program.parent, "--import", "slow_part").check()
    assert result.stdout.startswith("import slow_part\n")
    for words in (["--import", "slow_part"], ["-m", "slow_part"]):  # nobody wrote a line that asks for it
        document = json.loads(profile(child, program.parent, "--json", *words).check().stdout)
        assert not any("<stdin>" in each["place"] or "runpy" in each["place"] for each in document["modules"])


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
    (tmp_path / "program.py").write_text("import ctypes, ring_a\n", encoding="utf-8")
    document = json.loads(profile(child, tmp_path, "--json", "program.py").check().stdout)
    first, *_ = [sorted(cycle["modules"]) for cycle in document["cycles"]]  # those of installed code come after
    assert first == ["ring_a", "ring_b"]
    group, *_ = document["cycle_groups"]
    assert (group["cycles"], len(group["breakers"]), group["is_smallest"]) == ([0], 1, True)


def test_a_terminal_that_knows_ascii_alone(child: Python, tmp_path: Path) -> None:
    """Gets a tree of it; JSON is whole all the same."""
    (tmp_path / "größe.py").write_text("import json\n", encoding="utf-8")
    env = {"PYTHONIOENCODING": "ascii", "PYTHONSAFEPATH": None}

    def told(*words: str) -> str:
        return child.run(["-m", "load", "profile", *words], cwd=tmp_path, env=env).check().stdout

    shown = told("--most", "3", "größe.py")
    assert shown.startswith("gr\\xf6\\xdfe.py\n")
    assert "| json.decoder" in shown
    assert "` ... " in shown
    assert json.loads(told("--json", "größe.py"))["title"] == "größe.py"


def test_what_was_asked_for_is_the_first_root(child: Python, tmp_path: Path) -> None:
    """Though it failed at once, and what was imported on the way cost all of the time."""
    result = profile(child, tmp_path, "--import", "json.absent", "--most", "2").check(1)
    rows = result.stdout.splitlines()[4:]
    assert "json.absent (failed)" in rows[0]
    assert "No module named 'json.absent'" in rows[0]
    assert rows[1].split()[4] == "json"


def test_suggestions(child: Python, tmp_path: Path) -> None:
    """What was not used is told, after the tree, in JSON and in the page."""
    (tmp_path / "heavy.py").write_text("import threading\nthreading.Event().wait(0.05)\nx = 1\n", encoding="utf-8")
    (tmp_path / "light.py").write_text("import heavy\n\ndef f():\n    return heavy.x\n", encoding="utf-8")
    shown = profile(child, tmp_path, "--suggest", "--html", "p.html", "light.py").check().stdout
    assert "what could be done" in shown
    assert "light.py:1: import heavy (" in shown
    assert ("`lazy import heavy`" if sys.version_info >= (3, 15) else 'load.lazy_import("heavy")') in shown
    document = json.loads(profile(child, tmp_path, "--suggest", "--json", "light.py").check().stdout)
    assert statements(document) == ["import heavy"]
    assert ("lazy import heavy" if sys.version_info >= (3, 15) else "load.lazy_import") in (
        tmp_path / "p.html"
    ).read_text(encoding="utf-8")
    (tmp_path / "nothing.json").write_text(json.dumps({**document, "suggestions": []}), encoding="utf-8")
    shown = profile(child, tmp_path, "--read", "nothing.json", "--suggest").check().stdout
    assert "nothing to suggest: your own code imports nothing that costs much and was not needed at once" in shown
    (tmp_path / "plain.json").write_text(
        profile(child, tmp_path, "--json", "light.py").check().stdout, encoding="utf-8"
    )
    assert "made without --suggest" in profile(child, tmp_path, "--read", "plain.json", "--suggest").check().stdout


def test_suggestions_know_all_statements_of_the_script(child: Python, tmp_path: Path) -> None:
    """To take one out spares nothing where another of them needs the same; the script has ended by then."""
    (tmp_path / "heavy.py").write_text("import threading\nthreading.Event().wait(0.05)\nx = 1\n", encoding="utf-8")
    (tmp_path / "both.py").write_text("import heavy\nfrom heavy import x\nprint(x)\n", encoding="utf-8")
    document = json.loads(profile(child, tmp_path, "--suggest", "--json", "both.py").check().stdout)
    assert statements(document) == []


def test_suggestions_for_a_module_whose_package_imports_it(child: Python, tmp_path: Path) -> None:
    """It runs twice, the second time as the program, which then imports nothing first; it is told once."""
    (tmp_path / "heavy.py").write_text("import threading\nthreading.Event().wait(0.05)\nx = 1\n", encoding="utf-8")
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit" / "__init__.py").write_text("from kit import core\n", encoding="utf-8")
    (tmp_path / "kit" / "core.py").write_text("import heavy\n", encoding="utf-8")
    shown = profile(child, tmp_path, "--suggest", "-m", "kit.core").check().stdout
    assert "core.py:1: import heavy (" in shown
    assert "so can" not in shown


def test_suggestions_of_what_failed(child: Python, tmp_path: Path) -> None:
    """It is said that the program may have needed more, had it gone on."""
    (tmp_path / "heavy.py").write_text("import threading\nthreading.Event().wait(0.05)\nx = 1\n", encoding="utf-8")
    (tmp_path / "fails.py").write_text("import heavy\n1 / 0\nprint(heavy.x)\n", encoding="utf-8")
    shown = profile(child, tmp_path, "--suggest", "fails.py").check(1).stdout
    assert "(the exit code is 1: what the program did not come to counts as not used)" in shown
    assert "exit code" not in profile(child, tmp_path, "--suggest", "heavy.py").check().stdout


def test_failed_imports_of_extension_modules(child: Python, program: Path) -> None:
    """Those of installed ones are counted; of somebody's own they are told, though no line can be."""
    document = json.loads(profile(child, program.parent, "--json", "program.py", "0").check().stdout)
    broken = next(each for each in document["modules"] if each["module"] == "broken_part")
    for place, told in (("/venv/lib/site-packages/lxml/etree.so", False), ("/home/me/fast.so", True)):
        saved = {**document, "modules": [{**broken, "place": place}]}
        (program.parent / "saved.json").write_text(json.dumps(saved), encoding="utf-8")
        shown = profile(child, program.parent, "--read", "saved.json").check().stdout
        assert ("\nfailed: /" in shown) is told


def test_an_error_that_went_up_is_told_where_it_began(child: Python, tmp_path: Path) -> None:
    """In one's own code; and of many failures a few."""
    (tmp_path / "outer.py").write_text("import inner\n", encoding="utf-8")
    (tmp_path / "inner.py").write_text("import nothing_there\n", encoding="utf-8")
    (tmp_path / "app.py").write_text("import outer\n", encoding="utf-8")
    shown = profile_with(child, tmp_path, [], "app.py").check(1).stdout
    told = [line for line in shown.splitlines() if line.startswith("failed: ")]
    inner = tmp_path / "inner.py"
    assert told == [f"failed: {inner}:1: ModuleNotFoundError: No module named 'nothing_there'"]
    tries = "".join(f"try:\n    import nothing_{number}\nexcept ImportError:\n    pass\n" for number in range(25))
    (tmp_path / "many.py").write_text(tries, encoding="utf-8")
    lines = profile_with(child, tmp_path, [], "many.py").check().stdout.splitlines()
    assert len([line for line in lines if line.startswith("failed: ")]) == 21
    assert lines[-1] == "failed: … and 5 more imports of your own code"


def test_what_python_takes_to_start_is_written(child: Python, program: Path) -> None:
    """And counts where the profile is read, on whichever machine; a log does not tell."""
    folder = program.parent
    (folder / "b.toml").write_text("startup_ratio = 1000\n", encoding="utf-8")
    document = json.loads(profile(child, folder, "--json", "program.py", "0").check().stdout)
    assert 0.001 < document["startup_seconds"] < 30
    for seconds, code in ((1e-6, 1), (1e3, 0)):
        (folder / "saved.json").write_text(json.dumps({**document, "startup_seconds": seconds}), encoding="utf-8")
        said = profile(child, folder, "--read", "saved.json", "--budget", "b.toml").check(code).stderr
        assert ("what Python takes to start (0.0 ms), more than 1000 times" in said) is bool(code)
        assert "does not tell" not in said
    (folder / "imports.log").write_text("import time: 7 | 7 | colorsys\n", encoding="utf-8")
    said = profile(child, folder, "--read", "imports.log", "--budget", "b.toml").check().stderr
    assert said.startswith("load: this profile does not tell how long Python took to start: ")


def test_a_budget_of_a_project(child: Python, program: Path) -> None:
    """Its table is not a setting, and keeps no command from running."""
    (program.parent / "pyproject.toml").write_text("[tool.load.budget]\nmodules = 1\n", encoding="utf-8")
    result = profile(child, program.parent, "--budget", "pyproject.toml", "program.py", "0").check(1)
    assert "more than 1" in result.stderr
    profile(child, program.parent, "program.py", "0").check()


def test_a_budget(child: Python, program: Path) -> None:
    """That is not held fails, with the chain to blame, after the profile was told; one that is not a budget at once."""
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
    shown = profile(child, tmp_path, "--read", "imports.log", "--most", "999").check().stdout
    assert "├ json.decoder" in shown
    assert "Python" not in shown  # which it was is not told


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
    """Leaves no profile, which is said; the exit code is that of the program, but for 0."""
    (tmp_path / "gone.py").write_text("import os, sys\nos._exit(int(sys.argv[1]))\n", encoding="utf-8")
    profile(child, tmp_path, "gone.py", "0").check(1)
    result = profile(child, tmp_path, "gone.py", "3").check(3)
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
        ([], 2, "the script is missing"),
        (["nowhere.py"], 1, "There is no file 'nowhere.py'."),
        (["--import", "nothing_of_that_name"], 1, "There is no module 'nothing_of_that_name'."),
        (["--import", "os.path; print()"], 1, "'os.path; print()' is not a name of a module."),
        (["--import", "json", "word"], 2, "profile takes no argument 'word'."),
        (["--read", "nowhere.log"], 1, "nowhere.log: No such file or directory"),
        (["--read", "text.log"], 1, "No line of this text was written by `python -X importtime`."),
        (["--read", "bad.json"], 1, "load_profile"),
        (["--most", "0", "--import", "json"], 2, "argument --most: '0' is not 1 or more"),
        (["-m"], 2, "argument -m: expected one argument"),
        (["-m", ""], 2, "argument -m: it is empty"),
        (["--import", ""], 2, "argument --import: it is empty"),
        (["--import", "json", "-m", "json.tool"], 2, "argument -m: not allowed with argument --import"),
        (["--read", "bad.json", "text.py"], 2, "profile takes no argument 'text.py'."),
        (["-"], 1, "- is not a file, and cannot be read twice."),
        (["book.ipynb"], 2, "book.ipynb is a notebook"),
        (
            ["--html", "nowhere/page.html", "text.py"],
            1,
            "nowhere/page.html cannot be written: its folder is not there.",
        ),
        (["--trace", ".", "text.py"], 1, ". cannot be written: it is a folder."),
        (["--htlm", "x", "--import", "json"], 2, "--html"),
    ],
)
def test_bad_input(child: Python, tmp_path: Path, words: list[str], code: int, said: str) -> None:
    """One line that says what is wrong, and no traceback."""
    (tmp_path / "text.log").write_text("some text\n", encoding="utf-8")
    (tmp_path / "text.py").write_text("print('it ran')\n", encoding="utf-8")
    for name in ("bad.json", "book.ipynb"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    result = profile(child, tmp_path, *words).check(code)
    assert said in result.stderr
    assert "it ran" not in result.stdout
    assert "Traceback" not in result.stderr


def test_no_python(child: Python, tmp_path: Path) -> None:
    """A path that is not Python is told by Python itself, and the profile so far is written."""
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    result = profile(child, tmp_path, "picture.png").check(1)
    assert "SyntaxError" in result.stderr
    assert "0 modules" in result.stdout


@pytest.mark.parametrize(
    ("options", "program"),
    [(["-m", "says"], True), (["-msays"], True), (["says.py"], False), (["--", "says.py"], False)],
)
def test_words_after_the_program_are_its_own(child: Python, tmp_path: Path, options: list[str], program: bool) -> None:
    """Even if they are options of load as well, or begin as several of them do."""
    (tmp_path / "says.py").write_text("import sys, colorsys\nprint(sys.argv[1:])\n", encoding="utf-8")
    words = ["--json", "-m", "3", "--m", "-q", "--", "--read"]
    result = profile(child, tmp_path, "--most=3", "--memory", *options, *words).check()
    assert result.stdout.splitlines()[:2] == [str(words), ("-m says " if program else "says.py ") + " ".join(words)]


def test_modules_of_the_program_are_none_of_load(child: Python, tmp_path: Path) -> None:
    """Names that load, or what writes the profile, would import are found beside the script by the script alone."""
    for name in ("load", "json", "platform", "ast", "gc", "tempfile", "linecache", "opcode"):
        (tmp_path / f"{name}.py").write_text(f"raise ValueError('this is {name} of the program')\n", encoding="utf-8")
    (tmp_path / "app.py").write_text("import colorsys\ntry:\n    import json\nexcept ValueError:\n    print('!')\n")
    result = profile_with(child, tmp_path, [], "--json", "--suggest", "app.py").check()
    assert modules(result)[:2] == ["colorsys", "json"]
    assert result.stderr == "!\n"


@pytest.mark.parametrize(
    "harm",
    [
        "import builtins, marshal; builtins.open = builtins.len = builtins.sum = marshal.dumps = None",
        "import os, sys; os.open = os.write = os.getpid = sys.exit = sys.stdout = sys.stderr = None",
        "import sys; sys.setrecursionlimit(60); sys.setrecursionlimit = None",
        "import sys; sys.path = None; sys.meta_path = None",
        "import wave, sys; __name__ = object(); import quopri; sys.modules.clear()",
    ],
)
def test_whatever_the_program_breaks(child: Python, tmp_path: Path, harm: str) -> None:
    """What it imported is told."""
    (tmp_path / "breaks.py").write_text(f"import colorsys\n{harm}\n", encoding="utf-8")
    assert modules(profile_with(child, tmp_path, [], "--json", "breaks.py").check())[0] == "colorsys"


def test_a_search_that_fails(child: Python, tmp_path: Path) -> None:
    """Is told in a line; the profile is there all the same."""
    text = "import colorsys\nimport load._imports.module_manager as m\nm.ModuleManager = None\n"
    (tmp_path / "breaks.py").write_text(text, encoding="utf-8")
    result = profile_with(child, tmp_path, [], "--json", "breaks.py").check()
    assert "colorsys" in modules(result)
    (line,) = result.stderr.splitlines()
    assert line.startswith("load: no cycles could be looked for, after what the program did: TypeError: ")


def test_sources_that_nobody_can_read(child: Python, tmp_path: Path) -> None:
    """As those in an archive: it is said that there is no word of them in what is suggested."""
    with zipfile.ZipFile(tmp_path / "app.pyz", "w") as archive:
        archive.writestr("__main__.py", "import part\n")
        archive.writestr("part.py", "import colorsys\n")
    said = profile_with(child, tmp_path, [], "--suggest", "app.pyz").check().stderr
    assert f"2 of its sources cannot be read, as {tmp_path / 'app.pyz'}" in said


def test_threads_that_outlive_the_program(child: Python, tmp_path: Path) -> None:
    """Are seen to their end, those of an idle executor end, and daemons are not waited for."""
    text = """\
import threading
from concurrent.futures import ThreadPoolExecutor
started = threading.Event()
def late():
    started.wait(0.2)
    import colorsys
def daemon():
    threading.Event().wait()
threading.Thread(target=late).start()
threading.Thread(target=daemon, daemon=True).start()
ThreadPoolExecutor(1).submit(int)
raise ValueError("the end")
"""
    (tmp_path / "threads.py").write_text(text, encoding="utf-8")
    result = profile_with(child, tmp_path, [], "--json", "threads.py").check(1)
    assert "ValueError: the end" in result.stderr
    assert modules(result)[-1] == "colorsys"  # and none that the traceback took


def test_options_of_python(child: Python, tmp_path: Path) -> None:
    """Are passed on, and what the program sees of them is what it was started with."""
    text = "import sys\nprint(sys.flags, sys.warnoptions, sys._xoptions, sys.path[0] == sys.argv[1])\n"
    (tmp_path / "flags.py").write_text(text, encoding="utf-8")
    for options in ([], ["-OO", "-W", "ignore::UserWarning", "-X", "own=1", "-E", "-s", "-B"], ["-I"]):
        expected = child.run([*options, "flags.py", str(tmp_path)], cwd=tmp_path).check().stdout
        seen = profile_with(child, tmp_path, options, "flags.py", str(tmp_path)).check().stdout
        assert seen.splitlines()[0] == expected.strip()


def test_folders_and_archives(child: Python, tmp_path: Path) -> None:
    """What runs them is no part of what they import."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__main__.py").write_text("import colorsys\n", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "app.pyz", "w") as archive:
        archive.write(tmp_path / "app" / "__main__.py", "__main__.py")
    for program in ("app", "app.pyz"):
        assert modules(profile_with(child, tmp_path, [], "--json", program).check()) == ["colorsys"]


@pytest.mark.skipif(sys.platform != "linux", reason="paths are text elsewhere")
def test_paths_of_their_own_kind(child: Python, tmp_path: Path) -> None:
    """A name that is not UTF-8 is a name; what can be read only once is refused."""
    path = tmp_path / os.fsdecode(b"caf\xe9.py")
    path.write_text("import colorsys\ntry:\n    import nothing_of_that_name\nexcept ImportError:\n    pass\n")
    assert "colorsys" in profile_with(child, tmp_path, [], path.name).check().stdout
    os.mkfifo(tmp_path / "pipe.py")
    assert "pipe.py is not a file" in profile_with(child, tmp_path, [], "pipe.py").check(1).stderr


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="there is no /dev/stdout here")
def test_a_page_on_standard_output(child: Python, tmp_path: Path) -> None:
    """Is written into the pipe that it is, behind the tree."""
    shown = profile_with(child, tmp_path, [], "--html", "/dev/stdout", "--import", "colorsys").check().stdout
    assert "  colorsys\n" in shown
    assert "</html>" in shown


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell, signals")
def test_closed_streams_and_signals(child: Python, tmp_path: Path) -> None:
    """JSON needs no standard error; what asks `load profile` to end asks its program."""
    (tmp_path / "app.py").write_text("import colorsys\nprint('said')\n", encoding="utf-8")
    command = [sys.executable, "-m", "load", "profile", "--json", "app.py"]
    done = subprocess.run(["sh", "-c", '"$@" 2>&-', "sh", *command], cwd=tmp_path, capture_output=True, check=True)
    assert json.loads(done.stdout)["title"] == "app.py"
    text = "import colorsys, os, signal, sys, threading\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(9))\n"
    text += "os.kill(os.getppid(), signal.SIGTERM)\nwhile not threading.Event().wait(0.1): pass\n"
    (tmp_path / "waits.py").write_text(text, encoding="utf-8")
    assert "colorsys" in profile(child, tmp_path, "waits.py").check(9).stdout
    (tmp_path / "ends.py").write_text("import os, signal\nos.kill(os.getppid(), 15)\nsignal.pause()\n")
    assert "signal 15 ended it" in profile(child, tmp_path, "ends.py").check(128 + 15).stderr


def test_a_file_that_cannot_be_written_in_the_end(child: Python, tmp_path: Path) -> None:
    """Is named as it was given; the exit code is the program's, but for 0."""
    (tmp_path / "out").mkdir()
    (tmp_path / "takes.py").write_text("import os, sys\nos.rmdir('out')\nsys.exit(int(sys.argv[1]))\n")
    said = "load: out/t.json: "
    for code, expected in (("7", 7), ("0", 1)):
        (tmp_path / "out").mkdir(exist_ok=True)
        result = profile(child, tmp_path, "--trace", "out/t.json", "takes.py", code).check(expected)
        assert said in result.stderr
        assert result.stdout.startswith("takes.py")


def test_lines_of_the_program_in_a_log(child: Python, tmp_path: Path) -> None:
    """May speak of import times as well."""
    rows = "import time: self [us] | cumulative | imported package\nimport time:       100 |        100 | found\n"
    text = f"My own import time: 3 s\n{rows}import time: 3 s\nmy import time: a | b\n"
    (tmp_path / "imports.log").write_text(text, encoding="utf-8")
    assert "1 module ·" in profile(child, tmp_path, "--read", "imports.log").check().stdout

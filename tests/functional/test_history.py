"""The journal of a target, and removing from it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functional.test_install_names import BACKENDS, failing
from tests.support.environments import Environment
from tests.support.index import Index

MakeWheel = Callable[..., Path]


@BACKENDS
def test_an_install_is_written_down(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str
) -> None:
    """When, who asked, what changed, why it was allowed, by which command."""
    index.add(wheel("beautifulsoup4", "4.99", import_names=["bs4"], requires=["soupsieve"]), wheel("soupsieve", "2.0"))
    script = tmp_path / "script.py"
    script.write_text("import load\n\nload.bs4\n")
    venv.run([str(script)], env={"LOAD_BACKEND": backend}).check()
    (entry,) = json.loads(venv.run(["-m", "load", "history", "--json"]).check().stdout)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", entry["time"])
    assert entry["action"] == "install"
    assert entry["requirements"] == ["beautifulsoup4"]
    assert [(each["name"], each["old"], each["new"]) for each in entry["changes"]] == [
        ("beautifulsoup4", None, "4.99"),
        ("soupsieve", None, "2.0"),
    ]
    assert (entry["file"], entry["line"], entry["script"]) == (str(script), 3, str(script))
    assert entry["reason"] == "a known name"
    program = ["uv", "pip"] if backend == "uv" else ["python", "-m", "pip"]
    assert entry["command"] == [*program, "install", "beautifulsoup4"]
    assert entry["backend"] == backend
    text = venv.run(["-m", "load", "history"]).check().stdout
    assert "beautifulsoup4 4.99, soupsieve 2.0" in text
    assert f"{script}:3" in text


def test_the_script_is_the_program_and_not_the_command(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """Of `load run` it is what is run, however that is called; who types names at a command line has no script."""
    index.add(*(wheel(name) for name in ("humanize", "tabulate", "rich-click")))
    script = tmp_path / "script.py"
    script.write_text("import humanize\n", encoding="utf-8")
    venv.run(["-m", "load", "run", "script.py"], cwd=tmp_path).check()
    venv.run(["-m", "load", "install", "tabulate"], cwd=tmp_path).check()
    launcher = tmp_path / "load"
    launcher.write_text("import sys\nfrom load.__main__ import main\nsys.exit(main())\n", encoding="utf-8")
    venv.run([str(launcher), "run", "-"], cwd=tmp_path, input="# load('rich_click')\nimport rich_click\n").check()
    entries = json.loads(venv.run(["-m", "load", "history", "--json"]).check().stdout)
    told = [(each["requirements"], each["file"], each["script"]) for each in entries]
    assert told == [
        (["humanize"], str(script), str(script)),
        (["tabulate"], "<command line>", None),
        (["rich-click"], "<stdin>", "<stdin>"),
    ]


def test_overlays_are_written_down_too(bare: Environment, index: Index, wheel: MakeWheel) -> None:
    """Their journal is read wherever the user is."""
    index.add(wheel("humanize", "4.0"))
    result = bare.run("import load; load.humanize; print(len(load.history()), load.history()[0].changes[0]['name'])")
    assert result.check().stdout == "1 humanize\n"


def test_a_torn_line_does_not_swallow_the_next(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """A crash in the middle of a line costs that line only."""
    index.add(wheel("humanize"), wheel("tabulate"))
    venv.run("import load; load.humanize").check()
    journal = venv.site_packages / ".load" / "history.jsonl"
    journal.write_bytes(journal.read_bytes() + b'{"time": "2026-01-01T00:00')
    venv.run("import load; load.tabulate").check()
    entries = json.loads(venv.run(["-m", "load", "history", "--json"]).check().stdout)
    assert [each["requirements"] for each in entries] == [["humanize"], ["tabulate"]]


def test_one_name_and_the_newest(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """`load history NAME` and `-n`."""
    index.add(wheel("humanize"), wheel("tabulate"))
    venv.run("import load; load.humanize; load.tabulate").check()
    about = json.loads(venv.run(["-m", "load", "history", "--json", "humanize"]).check().stdout)
    assert [each["requirements"] for each in about] == [["humanize"]]
    newest = json.loads(venv.run(["-m", "load", "history", "--json", "-n", "1"]).check().stdout)
    assert [each["requirements"] for each in newest] == [["tabulate"]]
    assert venv.run(["-m", "load", "history", "nothing"]).check().stdout == "nothing: nothing changed.\n"


@BACKENDS
def test_uninstall_removes_and_writes_it_down(venv: Environment, index: Index, wheel: MakeWheel, backend: str) -> None:
    """By the import name as well; it can be asked for again afterwards."""
    index.add(wheel("beautifulsoup4", "4.99", import_names=["bs4"]))
    env = {"LOAD_BACKEND": backend}
    venv.run("import load; load.bs4", env=env).check()
    venv.run(["-m", "load", "uninstall", "bs4"], env=env).check()
    assert "beautifulsoup4" not in venv.installed()
    code = "import load; h = load.history(); print([(e.action, e.changes[0]['new']) for e in h])"
    assert venv.run(code).check().stdout == "[('install', '4.99'), ('uninstall', None)]\n"
    assert venv.run("import load; print(load.bs4.__name__)", env=env).check().stdout == "bs4\n"


def test_uninstall_is_seen_by_the_same_process(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """What was never imported goes, and is not found any more."""
    index.add(wheel("humanize"))
    code = """
        import load
        load.install("humanize")
        print(load.available("humanize"), [str(each) for each in load.uninstall("humanize").changes])
        print(load.available("humanize"))
    """
    assert venv.run(code).check().stdout == "True ['humanize 1.0 → removed']\nFalse\n"


REFUSED = {
    "what is not there": ("'humaniz'", "InstallError", "did you mean 'humanize'?"),
    "an option": ("'-y'", "SourceError", "not a name of a distribution"),
    "a path": ("'../x'", "SourceError", "not a name of a distribution"),
    "load itself": ("'load-module'", "InstallRefused needed", "what load itself works with"),
    "what it works with": ("'pip'", "InstallRefused needed", "what load itself works with"),
    "what others need": ("'wcwidth'", "InstallRefused needed", "humanize 1.0 needs wcwidth"),
}


@pytest.mark.parametrize(("name", "kind", "text"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_removed(
    venv: Environment, index: Index, wheel: MakeWheel, name: str, kind: str, text: str
) -> None:
    """A typed error that says why, and nothing is changed."""
    index.add(wheel("humanize", requires=["wcwidth"]), wheel("wcwidth"))
    venv.run("import load; load.install('humanize')").check()
    before = venv.installed()
    code = f"""
        import load
        try:
            load.uninstall({name})
        except load.errors.LoadError as error:
            print(type(error).__name__, getattr(error, "reason", ""))
            print(error)
    """
    result = venv.run(code).check()
    assert result.stdout.startswith(kind)
    assert text in result.stdout
    assert venv.installed() == before


def test_force_removes_what_others_need(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """Who says so means it."""
    index.add(wheel("humanize", requires=["wcwidth"]), wheel("wcwidth"))
    venv.run("import load; load.install('humanize')").check()
    venv.run(["-m", "load", "uninstall", "--force", "wcwidth"]).check()
    assert "wcwidth" not in venv.installed()


def test_what_is_loaded_is_not_removed(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """The files of a running program stay where they are."""
    index.add(wheel("humanize"))
    code = failing("load.humanize; load.uninstall('humanize')")
    assert "VersionConflict" in venv.run(code).check().stdout
    assert "humanize" in venv.installed()


def test_never_means_never(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """The ceiling holds for removing as well."""
    index.add(wheel("humanize"))
    venv.run("import load; load.humanize").check()
    result = venv.run(["-m", "load", "uninstall", "humanize"], env={"LOAD_INSTALL": "never"})
    assert result.returncode == 1
    assert "install = never (from LOAD_INSTALL" in result.stderr
    assert "humanize" in venv.installed()


def test_a_base_that_may_not_be_changed_is_not(bare: Environment) -> None:
    """Outside an environment nothing is removed from the Python that others use."""
    result = bare.run(["-m", "load", "uninstall", "packaging", "--force"])
    assert result.returncode == 1
    assert "not in an environment that load may change" in result.stderr

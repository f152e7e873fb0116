"""`load doctor`: what it works with, and one line with one advice for each thing that would go wrong."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import Environment, Python
from tests.support.index import Index
from tests.support.library import CHECKOUT
from tests.support.processes import Result

MakeWheel = Callable[..., Path]
Facts = dict[str, Any]


def doctor(python: Python, *arguments: str, **options: Any) -> Result:
    """`load doctor`."""
    return python.run(["-m", "load", "doctor", *arguments], **options)


def found(python: Python, *arguments: str, code: int = 1, **options: Any) -> list[Facts]:
    """The findings of `load doctor --json`, which ended with this exit code."""
    diagnosis: Facts = json.loads(doctor(python, "--json", *arguments, **options).check(code).stdout)
    assert diagnosis["problems"] == sum(each["severity"] == "problem" for each in diagnosis["findings"])
    findings: list[Facts] = diagnosis["findings"]
    return findings


def about(findings: list[Facts], what: str, severity: str = "problem") -> Facts:
    """The one finding of this kind."""
    (only,) = [each for each in findings if each["about"] == what and each["severity"] == severity]
    assert only["advice"]
    return only


def without_space(text: str) -> list[str]:
    """The lines, but for the one that has the free space in it, which changes at any time."""
    return [line for line in text.splitlines() if not line.startswith("cache:")]


# -- what it works with ------------------------------------------------------------------------------------------------


def test_a_healthy_environment_has_no_problem(venv: Environment, index: Index) -> None:
    """The facts are those of this Python, and the exit code is for CI."""
    result = doctor(venv, "--json").check()
    diagnosis = json.loads(result.stdout)
    facts = diagnosis["facts"]
    assert str(venv.python) in facts["python"]
    assert facts["target"] == f"the environment {venv.root}: it is an environment that may be changed"
    assert facts["backend"] == "uv"
    assert str(venv.scripts) in facts["uv"]
    assert str(venv.site_packages) in facts["pip"]
    assert facts["index"] == index.url
    assert facts["cache"].startswith(os.environ["LOAD_CACHE_DIR"])
    assert (facts["lock"], facts["overlays"]) == ("none", "none")
    assert diagnosis["problems"] == 0
    settings = {each["name"]: each for each in diagnosis["settings"]}
    assert settings["install"] == {"name": "install", "value": "known", "text": "known", "origin": "default"}
    values = [settings[name]["value"] for name in ("offline", "timeout", "cache_dir", "allow", "packages")]
    assert values == [False, 600.0, os.environ["LOAD_CACHE_DIR"], [], {}]
    assert settings["offline"]["text"] == "false"
    assert index.requests == []


def test_people_get_the_same(venv: Environment, tmp_path: Path) -> None:
    """Facts, settings with their origins, findings with what to do; `load.doctor()` is the same."""
    (tmp_path / "pyproject.toml").write_text('[tool.load]\ninstall = "never"\n', encoding="utf-8")
    typed = doctor(venv).check().stdout
    origin = f"[tool.load] of {tmp_path / 'pyproject.toml'}"
    assert re.search(rf"^install +never +{re.escape(origin)}$", typed, re.MULTILINE)
    assert f"nothing is installed on demand: install = never (from {origin})" in typed
    assert re.search(r"^note: .*install = never.*\n  → if that is not meant, change it", typed, re.MULTILINE)
    called = venv.run("import load; print(load.doctor())").check().stdout
    assert without_space(called) == without_space(typed)


def test_the_target_is_explained(make_bare: Callable[..., Environment]) -> None:
    """Why installs go into an overlay: the marker of PEP 668, or no environment."""
    marked = json.loads(doctor(make_bare(externally_managed=True), "--json").check().stdout)["facts"]
    assert marked["target"].startswith("an overlay: this Python is not an environment (marked as externally managed")
    plain = json.loads(doctor(make_bare(), "--json").check().stdout)["facts"]
    assert plain["target"] == "an overlay: this Python is not an environment, which is left as it is"


def test_a_read_only_environment_is_explained(venv: Environment) -> None:
    """The folder that cannot be written to is named."""
    venv.make_read_only()
    facts = json.loads(doctor(venv, "--json").check().stdout)["facts"]
    assert facts["target"] == f"an overlay: {venv.site_packages} cannot be written to"


@pytest.mark.parametrize("backend", ["uv", "pip"])
def test_credentials_are_not_shown(venv: Environment, index: Index, backend: str) -> None:
    """Those in the address of an index become stars."""
    env = {**index.environ("somebody", "open-sesame"), "LOAD_BACKEND": backend}
    result = doctor(venv, env=env).check()
    assert "open-sesame" not in result.stdout
    assert "****@127.0.0.1" in result.stdout


def test_private_indexes_are_shown(venv: Environment, tmp_path: Path) -> None:
    """With the names that are bound to them."""
    text = '[tool.load.index.acme]\nurl = "https://packages.example/simple"\nnames = ["acme-*", "tool"]\n'
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    facts = json.loads(doctor(venv, "--json").check().stdout)["facts"]
    assert facts["index acme"] == "https://packages.example/simple/ for tool, acme-*"


# -- settings ----------------------------------------------------------------------------------------------------------


def test_wrong_settings_are_findings(venv: Environment) -> None:
    """All of them, each once, and the rest of the diagnosis goes on."""
    env = {"LOAD_OFFLINE": "maybe", "LOAD_TIMEOUT": "soon"}
    facts = [each["fact"] for each in found(venv, env=env) if each["about"] == "settings"]
    assert facts == [
        "offline = 'maybe' (from LOAD_OFFLINE) is not true or false.",
        "timeout = 'soon' (from LOAD_TIMEOUT) is not a positive number of seconds.",
    ]
    shown = doctor(venv, env=env).check(1)
    assert str(venv.python) in shown.stdout
    assert shown.stderr == ""


def test_a_cooldown_that_cannot_be_read_is_a_problem(venv: Environment, tmp_path: Path) -> None:
    """It would stop every install."""
    (tmp_path / "pyproject.toml").write_text('[tool.load]\nexclude-newer = "soon"\n', encoding="utf-8")
    finding = about(found(venv), "settings")
    assert finding["fact"].startswith("exclude_newer = 'soon' (from [tool.load] of ")
    assert '"3d"' in finding["advice"]


def test_a_mistyped_variable_is_a_problem(venv: Environment) -> None:
    """It protects from nothing, and says nothing."""
    finding = about(found(venv, env={"LOAD_INSTAL": "never"}), "settings")
    assert "LOAD_INSTAL" in finding["fact"]
    assert "LOAD_INSTALL" in finding["advice"]


def test_a_broken_file_is_a_problem(venv: Environment, tmp_path: Path) -> None:
    """The file is named."""
    (tmp_path / "pyproject.toml").write_text("[tool.load\n", encoding="utf-8")
    assert str(tmp_path / "pyproject.toml") in about(found(venv), "settings")["fact"]


# -- backends and indexes ----------------------------------------------------------------------------------------------


def test_no_backend_is_a_problem(venv: Environment) -> None:
    """The one that the settings want is not there."""
    venv.uv_pip("uninstall", "pip").check()
    finding = about(found(venv, env={"LOAD_BACKEND": "pip"}), "backend-not-found")
    assert finding["fact"] == "No pip was found to install with."
    assert finding["advice"].endswith("-m ensurepip")


def test_the_index_is_asked_only_on_request(venv: Environment, index: Index) -> None:
    """With `--online`, and it is told that it answers; that it has not the name that is asked for is an answer."""
    diagnosis = json.loads(doctor(venv, "--online", "--json").check().stdout)
    assert not [each for each in diagnosis["findings"] if each["about"] == "network"]
    assert re.fullmatch(rf"{re.escape(index.url)}: answers, \d+\.\d s", diagnosis["facts"]["index"])
    assert index.requests


@pytest.mark.parametrize("backend", ["uv", "pip"])
def test_an_index_that_does_not_answer_is_a_problem(venv: Environment, index: Index, backend: str) -> None:
    """Nobody listens at its address."""
    index.close()
    env = {"LOAD_BACKEND": backend, "PIP_RETRIES": "0", "UV_HTTP_RETRIES": "0"}
    finding = about(found(venv, "--online", env=env), "network")
    assert finding["fact"].startswith("the index does not answer: ")


def test_offline_is_a_note(venv: Environment, index: Index) -> None:
    """Who wants no network is not told that there is none."""
    notes = found(venv, "--online", code=0, env={"LOAD_OFFLINE": "1"})
    assert about(notes, "network", "note")["fact"] == "the indexes were not asked: offline is on"
    assert index.requests == []


# -- what is installed -------------------------------------------------------------------------------------------------


def test_conflicts_are_problems(venv: Environment, wheel: MakeWheel) -> None:
    """As `pip check` has them, without those of extras and other platforms."""
    needs = ["inner>=2", "absent", "other; extra == 'more'", "elsewhere; sys_platform == 'nowhere'", "rich>=1"]
    outer = wheel("outer", "1.0", requires=needs, extras={"more": ["other"]})
    venv.pip("install", "--no-index", "--no-deps", str(outer), str(wheel("inner", "1.5"))).check()
    facts = [(each["fact"], each["advice"]) for each in found(venv) if each["about"] == "conflict"]
    assert facts == [
        ("outer 1.0 needs inner>=2, and inner 1.5 is installed", "load install 'inner>=2'"),
        ("outer 1.0 needs absent, and it is not installed", "load install 'absent'"),
    ]


def test_another_product_in_our_folder_is_a_problem(venv: Environment, wheel: MakeWheel) -> None:
    """The distribution that is called `load` on the package index brings a folder of that name, too."""
    shutil.copytree(CHECKOUT / "load", venv.site_packages / "load", ignore=shutil.ignore_patterns("__pycache__"))
    other = wheel("load", "2020.9", files={"load/__init__.py": "def load(name): ...\n"})
    venv.pip("install", "--no-index", str(other)).check()
    code = "from load._resolve.doctor import doctor; print([each.as_dict() for each in doctor().problems])"
    (finding,) = ast.literal_eval(venv.run(code).check().stdout)
    assert finding["fact"].startswith("load 2020.9 is another product with a folder load/, and has overwritten files")
    assert "pip uninstall load" in finding["advice"]


def test_an_install_that_was_cut_off_is_a_problem(venv: Environment) -> None:
    """It is named; the diagnosis changes nothing of it."""
    code = """
        from load._install import intent, target
        from load._install.job import Job
        intent.about_to(target.choose(), Job(["humanize"], scratch=""))
    """
    venv.run(code).check()
    for _ in range(2):
        assert about(found(venv), "install")["fact"].startswith("an install of humanize was cut off")


def test_a_lock_is_compared(venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path) -> None:
    """That it is not what is installed is a note; that it is wanted and not there is a problem."""
    index.add(wheel("humanize", "4.0"))
    missing = about(found(venv, env={"LOAD_INSTALL": "locked"}), "lock")
    assert missing["fact"].startswith("install = locked (from LOAD_INSTALL), and there is no lock ")
    (tmp_path / "app.py").write_text("import humanize\n", encoding="utf-8")
    venv.run(["-m", "load", "lock", "app.py"]).check()
    lock = tmp_path / "pylock.load.toml"
    note = about(found(venv, code=0), "lock", "note")
    assert note["fact"] == f"{lock} is not what is installed: 1 lacking, 0 in another version"
    venv.run(["-m", "load", "sync"]).check()
    diagnosis = json.loads(doctor(venv, "--json").check().stdout)
    assert diagnosis["facts"]["lock"] == f"{lock}: all of it is installed"
    assert not [each for each in diagnosis["findings"] if each["about"] == "lock"]
    lock.write_text("packages = 1\n", encoding="utf-8")
    assert str(lock) in about(found(venv), "settings")["fact"]


# -- the machine -------------------------------------------------------------------------------------------------------


def test_an_unwritable_cache_is_a_problem_where_it_is_needed(
    make_venv: Callable[[], Environment], bare: Environment, tmp_path: Path
) -> None:
    """Overlays lie in it; an environment can do without."""
    (tmp_path / "file").touch()
    env = {"LOAD_CACHE_DIR": str(tmp_path / "file" / "cache")}
    assert "cannot be written to" in about(found(bare, env=env), "cache")["fact"]
    other = make_venv()
    assert "cannot be written to" in about(found(other, env=env, code=0), "cache", "note")["fact"]
    if os.path.isdir("/proc/self"):  # whose folder says that root may write to it
        env = {"LOAD_CACHE_DIR": "/proc/x"}
        assert "cannot be written to" in about(found(other, env=env, code=0), "cache", "note")["fact"]
        assert "cache:     /proc/x (cannot be written to)\n" in doctor(other, env=env).check().stdout


def test_a_damaged_overlay_is_a_problem(bare: Environment, index: Index, wheel: MakeWheel) -> None:
    """One that says nothing of itself."""
    index.add(wheel("humanize"))
    folder = Path(bare.run("import load, os; print(os.path.dirname(load.humanize.__file__))").check().stdout.strip())
    assert json.loads(doctor(bare, "--json").check().stdout)["facts"]["overlays"].startswith("1, ")
    (folder / ".load" / "overlay.json").unlink()
    assert about(found(bare), "overlays")["advice"] == "load cache verify"


def test_another_command_on_path_is_a_note(venv: Environment, tmp_path: Path) -> None:
    """What is typed as `load` would be another program."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "load").write_text("#!/bin/sh\n", encoding="utf-8")
    (programs / "load").chmod(0o755)
    other = os.pathsep.join([str(programs), str(venv.scripts), os.environ["PATH"]])
    finding = about(found(venv, code=0, env={"PATH": other}), "PATH", "note")
    assert str(programs / "load") in finding["fact"]
    own = os.pathsep.join([str(venv.scripts), os.environ["PATH"]])
    assert not [each for each in found(venv, code=0, env={"PATH": own}) if each["about"] == "PATH"]

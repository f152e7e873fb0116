"""`load lock`: what scripts need, or what a process has loaded, written down with its hashes (PEP 751)."""

from __future__ import annotations

import json
import os
import shutil
import textwrap
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.functional.test_install_names import BACKENDS
from tests.support.environments import Environment
from tests.support.git import Forge
from tests.support.index import Index
from tests.support.processes import Result
from tests.support.wheels import project

MakeWheel = Callable[..., Path]
LOCK = "pylock.load.toml"


def write(folder: Path, name: str, code: str) -> Path:
    """Write a script; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(textwrap.dedent(code).lstrip("\n"), encoding="utf-8")
    return path


def load(venv: Environment, *arguments: object, backend: str = "uv", **options: Any) -> Result:
    """Run a command of load."""
    return venv.run(["-m", "load", *map(str, arguments)], env={"LOAD_BACKEND": backend}, **options)


def content(path: Path) -> dict[str, Any]:
    """What a lock says."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def versions(path: Path) -> dict[str, str]:
    """The versions in a lock."""
    return {each["name"]: each.get("version", "") for each in content(path)["packages"]}


@BACKENDS
def test_a_lock_holds_what_a_script_needs_and_what_that_needs(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str
) -> None:
    """Versions, files with SHA-256, the import names; and the second time the same bytes."""
    index.add(wheel("beautifulsoup4", "4.9", import_names=["bs4"], requires=["soupsieve"]), wheel("soupsieve", "2.0"))
    path = write(tmp_path, "script.py", "import bs4\ntry:\n    import missing\nexcept ImportError:\n    pass\n")
    done = load(venv, "lock", path, "--json", backend=backend, cwd=tmp_path).check()
    facts = json.loads(done.stdout)
    lock = tmp_path / LOCK
    assert facts["path"] == str(lock)
    assert facts["modules"] == {"bs4": "beautifulsoup4"}
    assert facts["universal"] is (backend == "uv")
    found = content(lock)
    assert (found["lock-version"], found["created-by"]) == ("1.0", "load")
    assert found["tool"]["load"] == {"scripts": ["script.py"], "modules": {"bs4": "beautifulsoup4"}}
    assert ("environments" in found) is (backend == "pip")
    assert versions(lock) == {"beautifulsoup4": "4.9", "soupsieve": "2.0"}
    for package in found["packages"]:
        assert all(len(file["hashes"]["sha256"]) == 64 for file in package["wheels"])
        assert all(file["url"].startswith("http://127.0.0.1") for file in package["wheels"])
    assert str(tmp_path) not in lock.read_text()
    before = lock.read_bytes()
    load(venv, "lock", path, backend=backend, cwd=tmp_path).check()
    load(venv, "lock", backend=backend, cwd=tmp_path).check()
    assert lock.read_bytes() == before
    assert "beautifulsoup4" not in venv.installed()


@pytest.mark.parametrize("command", ["uv install", "uv sync", "pip install"])
@BACKENDS
def test_uv_and_pip_install_from_it(
    make_venv: Callable[[], Environment],
    index: Index,
    wheel: MakeWheel,
    tmp_path: Path,
    backend: str,
    command: str,
) -> None:
    """The file is in the standard's form: both take it, and get what it says although there is something newer."""
    index.add(wheel("humanize", "1.0", requires=["tabulate"]), wheel("tabulate", "1.0"))
    path = write(tmp_path, "script.py", "import humanize, load\n")
    load(make_venv(), "lock", path, backend=backend).check()
    index.add(wheel("humanize", "2.0"), wheel("tabulate", "2.0"))
    other = make_venv()
    tool, verb = command.split()
    if tool == "uv":
        arguments = [str(tmp_path / LOCK)] if verb == "sync" else ["-r", str(tmp_path / LOCK)]
        other.uv_pip(verb, *arguments).check()
    else:
        if tuple(map(int, other.installed()["pip"].split(".")[:2])) < (26, 1):
            pytest.skip("this pip does not read locks")
        other.pip("install", "-r", str(tmp_path / LOCK)).check()
    there = other.installed()
    assert (there["humanize"], there["tabulate"]) == ("1.0", "1.0")


@BACKENDS
def test_locked_versions_are_kept(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str
) -> None:
    """Until they are let go: one by its name, all, or where a script asks for another."""
    index.add(wheel("humanize", "1.0"), wheel("tabulate", "1.0"))
    path = write(tmp_path, "script.py", "import humanize, tabulate\n")
    lock = tmp_path / LOCK
    load(venv, "lock", path, backend=backend, cwd=tmp_path).check()
    index.add(wheel("humanize", "2.0"), wheel("tabulate", "2.0"))
    load(venv, "lock", backend=backend, cwd=tmp_path).check()
    assert versions(lock) == {"humanize": "1.0", "tabulate": "1.0"}
    done = load(venv, "lock", "--upgrade-package", "Humanize", backend=backend, cwd=tmp_path).check()
    assert "humanize 1.0 → 2.0" in done.stdout
    assert versions(lock) == {"humanize": "2.0", "tabulate": "1.0"}
    index.add(wheel("humanize", "3.0"))
    write(tmp_path, "script.py", "import load\nload('humanize>=3')\nload.tabulate\n")
    load(venv, "lock", backend=backend, cwd=tmp_path).check()
    assert versions(lock) == {"humanize": "3.0", "tabulate": "1.0"}
    load(venv, "lock", "--upgrade", backend=backend, cwd=tmp_path).check()
    assert versions(lock) == {"humanize": "3.0", "tabulate": "2.0"}


def test_what_depends_on_another_version_lets_the_locked_one_go(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """A locked version is a preference: where nothing fits it any more, the lock changes and says so."""
    index.add(wheel("humanize", "1.0"))
    lock = tmp_path / LOCK
    load(venv, "lock", write(tmp_path, "a.py", "import humanize\n"), cwd=tmp_path).check()
    index.add(wheel("humanize", "2.0"), wheel("tabulate", "1.0", requires=["humanize>=2"]))
    done = load(venv, "lock", write(tmp_path, "b.py", "import tabulate\n"), cwd=tmp_path).check()
    assert "humanize 1.0 → 2.0" in done.stdout
    assert content(lock)["tool"]["load"]["scripts"] == ["a.py", "b.py"]
    (tmp_path / "b.py").unlink()
    done = load(venv, "lock", cwd=tmp_path).check()
    assert "is not there any more, and left out" in done.stdout
    assert versions(lock) == {"humanize": "2.0"}


def test_other_platforms_are_locked_too(venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path) -> None:
    """All of them are resolved for, and markers say which."""
    index.add(wheel("humanize", "1.0", requires=["colorama; sys_platform == 'nowhere'"]), wheel("colorama", "1.0"))
    load(venv, "lock", write(tmp_path, "script.py", "import humanize\n"), cwd=tmp_path).check()
    packages = {each["name"]: each for each in content(tmp_path / LOCK)["packages"]}
    assert "nowhere" in packages["colorama"]["marker"]
    plan = json.loads(load(venv, "sync", "--dry-run", "--json", cwd=tmp_path).check().stdout)
    assert [each["name"] for each in plan["changes"]] == ["humanize"]


def test_blocks_and_notebooks_are_read(venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path) -> None:
    """A PEP 723 block counts with its ranges and markers, a notebook's cells as a script's lines."""
    index.add(wheel("frobnicator", "1.0", import_names=["frob"]), wheel("frobnicator", "2.0"), wheel("humanize", "1.0"))
    script = write(
        tmp_path,
        "script.py",
        """
        # /// script
        # dependencies = ["frobnicator<2", "nowhere; python_version < '3'"]
        # ///
        import frob
        """,
    )
    cell = {"cell_type": "code", "source": ["%pip list\n", "import humanize\n", "await humanize.x"]}
    notebook = tmp_path / "report.ipynb"
    notebook.write_text(json.dumps({"cells": [cell], "nbformat": 4, "nbformat_minor": 4, "metadata": {}}))
    index.add(wheel("nowhere", "1.0"))
    load(venv, "lock", script, notebook, cwd=tmp_path).check()
    assert {name: version for name, version in versions(tmp_path / LOCK).items() if name != "nowhere"} == {
        "frobnicator": "1.0",
        "humanize": "1.0",
    }
    assert content(tmp_path / LOCK)["tool"]["load"]["scripts"] == ["report.ipynb", "script.py"]


@BACKENDS
def test_a_repository_is_locked_at_its_commit(
    venv: Environment, index: Index, forge: Forge, tmp_path: Path, backend: str
) -> None:
    """A full commit id needs no question; a branch is built, and has to be allowed."""
    repo = forge.repository("acme/tool")
    project(repo.path, "acme-tool", "1.0", {"tool_of_acme/__init__.py": ""})
    commit = repo.commit()
    path = write(tmp_path, "script.py", "import load\nload('tool_of_acme @ gh:acme/tool')\n")
    refused = load(venv, "lock", path, backend=backend, cwd=tmp_path)
    assert refused.returncode == 1
    assert "its source is built" in refused.stderr
    assert not (tmp_path / LOCK).exists()
    write(tmp_path, "script.py", f"import load\nload('tool_of_acme @ gh:acme/tool@{commit}')\n")
    load(venv, "lock", path, backend=backend, cwd=tmp_path).check()
    (package,) = content(tmp_path / LOCK)["packages"]
    assert package["vcs"]["url"].removesuffix(".git") == "https://github.com/acme/tool"
    assert package["vcs"]["commit-id"] == commit
    assert content(tmp_path / LOCK)["tool"]["load"]["modules"] == {"tool_of_acme": "acme-tool"}


@pytest.mark.parametrize(
    ("module", "fact"),
    [("nunpy", "one slip away from the well-known 'numpy'"), ("frobnicator", "load does not know the name")],
)
def test_a_lock_vouches_for_no_stranger(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, module: str, fact: str
) -> None:
    """What stands in a lock is installed without a question, so that a stranger's name has to be allowed first."""
    index.add(wheel(module, "1.0"))
    path = write(tmp_path, "script.py", f"import {module}\n")
    refused = load(venv, "lock", path, cwd=tmp_path)
    assert (refused.returncode, fact in refused.stderr) == (1, True)
    assert f"--allow {module}" in refused.stderr
    assert index.lookups(module) == 0
    assert not (tmp_path / LOCK).exists()
    load(venv, "lock", path, "--allow", module, cwd=tmp_path).check()
    load(venv, "lock", cwd=tmp_path).check()
    assert versions(tmp_path / LOCK) == {module: "1.0"}


@BACKENDS
def test_what_a_process_has_loaded_is_locked_at_its_versions(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str
) -> None:
    """`load.lock()` writes what is installed now, also where the index has something newer."""
    index.add(wheel("humanize", "1.0", requires=["tabulate"]), wheel("tabulate", "1.0"))
    code = """
        import load
        load.humanize, load.json
        index_has_newer = input()
        result = load.lock()
        print(result.modules, len(result.packages))
    """
    path = write(tmp_path, "app.py", textwrap.dedent(code))
    venv.uv_pip("install", "humanize").check()
    index.add(wheel("humanize", "2.0"), wheel("tabulate", "2.0"))
    done = venv.run([path], env={"LOAD_BACKEND": backend}, input="\n").check()
    assert done.stdout.strip() == "{'humanize': 'humanize'} 2"
    assert versions(tmp_path / LOCK) == {"humanize": "1.0", "tabulate": "1.0"}
    load(venv, "lock", backend=backend, cwd=tmp_path).check()
    assert versions(tmp_path / LOCK) == {"humanize": "1.0", "tabulate": "1.0"}


def test_the_lock_stands_where_the_scripts_project_is(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """Beside the `pyproject.toml` above the script, wherever the command is typed."""
    index.add(wheel("humanize", "1.0"))
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "pyproject.toml").touch()
    path = write(tmp_path / "p" / "tools", "script.py", "import humanize\n")
    load(venv, "lock", path, cwd=tmp_path).check()
    assert content(tmp_path / "p" / LOCK)["tool"]["load"]["scripts"] == ["tools/script.py"]
    other = write(tmp_path / "q", "script.py", "import humanize\n")
    done = load(venv, "lock", path, other, cwd=tmp_path)
    assert (done.returncode, "different projects" in done.stderr) == (1, True)


def test_credentials_never_reach_the_lock(venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path) -> None:
    """The index asks for a password; neither the file nor the output has it."""
    index.add(wheel("humanize", "1.0"))
    index.require_login("somebody", "s3cret")
    path = write(tmp_path, "script.py", "import humanize\n")
    done = venv.run(
        ["-m", "load", "lock", str(path)], env=dict(index.environ("somebody", "s3cret")), cwd=tmp_path
    ).check()
    assert "s3cret" not in (tmp_path / LOCK).read_text() + done.stdout + done.stderr
    assert versions(tmp_path / LOCK) == {"humanize": "1.0"}


@pytest.mark.parametrize(
    ("arguments", "fact"),
    [
        (["lock"], "Nothing to lock"),
        (["lock", "nowhere.py"], "cannot be read"),
        (["lock", "."], "is a folder"),
        (["lock", "wrong.py"], "not valid Python"),
        (["lock", "script.py", "--output", "lock.toml"], "not a name of a lock"),
        (["lock", "script.py", "--output", "pylock.other.toml"], "was made by somebody"),
        (["lock", "script.py", "--output", "pylock.broken.toml"], "packages[0].name"),
        (["lock", "script.py", "--output", "nowhere/pylock.toml"], "cannot be written"),
        (["lock", "script.py", "--upgrade-package", "pandas"], "cannot be upgraded"),
        (["lock", "unknown.py"], "was not found"),
    ],
)
def test_what_cannot_be_locked_changes_nothing(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, arguments: list[str], fact: str
) -> None:
    """One message, exit code 1 (2 where there is no script to read), no file half written and none written over."""
    index.add(wheel("humanize", "1.0"))
    write(tmp_path, "script.py", "import humanize\n")
    write(tmp_path, "unknown.py", "import tabulate\n")
    write(tmp_path, "wrong.py", "import (\n")
    write(tmp_path, "pylock.other.toml", 'lock-version = "1.0"\ncreated-by = "somebody"\npackages = []\n')
    write(tmp_path, "pylock.broken.toml", 'lock-version = "1.0"\ncreated-by = "load"\n[[packages]]\nname = "A"\n')
    before = {name: (tmp_path / name).read_bytes() for name in os.listdir(tmp_path)}
    done = load(venv, *arguments, cwd=tmp_path)
    assert done.returncode == (2 if arguments[1:] in (["nowhere.py"], ["."]) else 1)
    assert fact in done.stderr
    assert "Traceback" not in done.stderr
    assert {name: (tmp_path / name).read_bytes() for name in os.listdir(tmp_path)} == before


def test_local_wheels_are_locked_by_relative_paths(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """A folder of wheels may move with the project: the lock says no absolute path, and uv finds them."""
    (tmp_path / "wheels").mkdir()
    shutil.copy(wheel("humanize", "1.0"), tmp_path / "wheels")
    path = write(tmp_path / "app", "script.py", "import humanize\n")
    env = {"UV_FIND_LINKS": str(tmp_path / "wheels")}
    venv.run(["-m", "load", "lock", str(path)], env=env, cwd=tmp_path).check()
    (package,) = content(tmp_path / "app" / LOCK)["packages"]
    assert package["wheels"][0]["path"] == "../wheels/humanize-1.0-py3-none-any.whl"
    venv.uv_pip("install", "-r", str(tmp_path / "app" / LOCK)).check()
    assert venv.installed()["humanize"] == "1.0"


def test_help_shows_examples(venv: Environment) -> None:
    """Each of the commands has examples in its help."""
    for command in ("lock", "sync", "freeze"):
        assert f"load {command} " in load(venv, command, "--help").check().stdout.partition("examples:")[2]

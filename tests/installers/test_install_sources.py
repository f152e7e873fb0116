"""Sources: Git repositories, wheels, project folders, files and package folders."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functional.test_install_names import BACKENDS, failing
from tests.support.environments import Environment
from tests.support.git import Forge
from tests.support.index import Index
from tests.support.wheels import project

MakeWheel = Callable[..., Path]


def script(folder: Path, code: str) -> list[str]:
    """A script in a folder of its own, from which relative paths start."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "script.py"
    path.write_text(textwrap.dedent(code), encoding="utf-8")
    return [str(path)]


def repository(forge: Forge, tmp_path: Path, name: str = "acme/tool", below: str = "") -> str:
    """A repository with a project whose import name is not its own name; gives the commit id."""
    repo = forge.repository(name)
    project(repo.path / below, "acme-tool", "1.0", {"tool_of_acme/__init__.py": "VERSION = 'first'\n"})
    return repo.commit()


@BACKENDS
def test_a_commit_of_a_repository_is_installed(
    venv: Environment, index: Index, forge: Forge, tmp_path: Path, backend: str
) -> None:
    """A full commit id names the code exactly: the name is not unknown, and its import name comes from its metadata."""
    commit = repository(forge, tmp_path)
    code = f"import load; tool = load('gh:acme/tool@{commit}'); print(tool.__name__, tool.VERSION)"
    result = venv.run(code, env={"LOAD_BACKEND": backend}).check()
    assert result.stdout.split() == ["tool_of_acme", "first"]
    again = venv.run(code, env={"LOAD_BACKEND": backend, "LOAD_INSTALL": "never"}).check()
    assert again.stdout == result.stdout


def test_a_branch_is_unknown_and_a_tag_too(venv: Environment, index: Index, forge: Forge, tmp_path: Path) -> None:
    """What a branch or tag means can change: where nobody is, it is refused; `always` installs it."""
    repository(forge, tmp_path)
    for spec in ("gh:acme/tool", "gh:acme/tool@main"):
        result = venv.run(failing(f"load({spec!r})")).check()
        assert "InstallRefused build" in result.stdout
    assert "acme-tool" not in venv.installed()
    venv.run("import load; assert load('gh:acme/tool@main')", env={"LOAD_INSTALL": "always"}).check()


@BACKENDS
def test_a_subdirectory_and_a_name(venv: Environment, index: Index, forge: Forge, tmp_path: Path, backend: str) -> None:
    """`#subdirectory=` and `alias = name @ source` in one."""
    commit = repository(forge, tmp_path, below="python/lib")
    spec = f"t = tool_of_acme @ gh:acme/tool@{commit}#subdirectory=python/lib"
    code = f"import load; got = load.import_aliases({spec!r}); print(got._fields, got.t.VERSION)"
    result = venv.run(code, env={"LOAD_BACKEND": backend}).check()
    assert result.stdout.split() == ["('t',)", "first"]


@pytest.mark.parametrize(
    ("spec", "fact"),
    [
        ("gh:acme/nowhere@{commit}", "repository could not be read"),
        ("gh:acme/tool@0123456789012345678901234567890123456789", "no such branch, tag or commit"),
        ("wrong_name @ gh:acme/tool@{commit}", "provides 'tool_of_acme'"),
    ],
)
def test_repositories_that_are_not_what_was_said(
    venv: Environment, index: Index, forge: Forge, tmp_path: Path, spec: str, fact: str
) -> None:
    """No repository, no such commit, another import name: typed errors, and nothing stays."""
    commit = repository(forge, tmp_path)
    before = venv.installed()
    result = venv.run(failing(f"load({spec.format(commit=commit)!r})"), env={"LOAD_INSTALL": "always"}).check()
    assert fact in result.stdout
    assert "Traceback" not in result.stderr
    assert venv.installed() == before


@BACKENDS
def test_a_wheel_beside_the_script(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str
) -> None:
    """A relative path starts at the caller's file, not at the working directory."""
    made = wheel("local-thing", "3.1", import_names=["local_thing"])
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / made.name).write_bytes(made.read_bytes())
    code = f"import load; print(load('./{made.name}').__name__)"
    result = venv.run(script(folder, code), env={"LOAD_BACKEND": backend}, cwd=tmp_path).check()
    assert result.stdout.strip() == "local_thing"
    assert venv.installed()["local-thing"] == "3.1"


@BACKENDS
def test_a_project_folder_is_installed_in_place(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str
) -> None:
    """A project's files stay where they are: an edit is seen by the next run, which starts no backend."""
    index.add(wheel("humanize"))
    project(tmp_path / "app" / "proj", "proj-x", "0.1", {"projx/__init__.py": "VALUE = 1\n"}, requires=["humanize"])
    code = "import load; module = load('./proj'); print(module.__name__, module.VALUE)"
    first = venv.run(script(tmp_path / "app", code), env={"LOAD_BACKEND": backend}).check()
    assert first.stdout.split() == ["projx", "1"]
    (tmp_path / "app" / "proj" / "src" / "projx" / "__init__.py").write_text("VALUE = 22\n", encoding="utf-8")
    index.requests.clear()
    second = venv.run(script(tmp_path / "app", code), env={"LOAD_BACKEND": backend}).check()
    assert second.stdout.split() == ["projx", "22"]
    assert index.requests == []


def test_a_file_is_imported_where_it_lies(venv: Environment, tmp_path: Path) -> None:
    """A `.py` file becomes a module once, without being installed, and shadows nothing."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "json.py").write_text("VALUE = 'mine'\n", encoding="utf-8")
    (tmp_path / "app" / "sub").mkdir()
    (tmp_path / "app" / "sub" / "plugin.py").write_text("VALUE = 'plugin'\n", encoding="utf-8")
    code = """
        import sys, load
        sys.path[:] = [entry for entry in sys.path if not entry.endswith("app")]
        mine = load("./json.py")
        import json
        assert json.dumps and mine is not json and mine.VALUE == "mine", mine
        assert load("./json.py") is mine and sys.modules[mine.__name__] is mine
        plugin = load("./sub/plugin.py")
        assert plugin.__name__ == "plugin" and plugin.VALUE == "plugin"
        print("fine")
    """
    assert venv.run(script(tmp_path / "app", code)).check().stdout.strip() == "fine"


def test_a_package_folder_is_imported_with_its_submodules(venv: Environment, tmp_path: Path) -> None:
    """Relative imports and its own name work in a package that is loaded from its folder."""
    package = tmp_path / "app" / "tools" / "kit"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("from . import part\nimport kit.part as same\n", encoding="utf-8")
    (package / "part.py").write_text("VALUE = 7\n", encoding="utf-8")
    code = "import load; kit = load('./tools/kit'); print(kit.part.VALUE, kit.same is kit.part)"
    assert venv.run(script(tmp_path / "app", code)).check().stdout.split() == ["7", "True"]


def test_a_file_that_fails_leaves_nothing_behind(venv: Environment, tmp_path: Path) -> None:
    """Its own error comes out, nothing of it stays in sys.modules, and a repaired file can be loaded."""
    package = tmp_path / "app" / "kit"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("from . import part\nraise RuntimeError('broken')\n", encoding="utf-8")
    (package / "part.py").write_text("", encoding="utf-8")
    code = """
        import os, sys, load
        sys.path[:] = [entry for entry in sys.path if not entry.endswith("app")]
        try:
            load("./kit")
        except RuntimeError as error:
            assert str(error) == "broken"
        else:
            raise SystemExit("no error")
        assert not [name for name in sys.modules if "kit" in name.split(".")[0] and "part" in name or name == "kit"]
        with open(os.path.join(os.path.dirname(__file__), "kit", "__init__.py"), "w") as file:
            file.write("from . import part\\nVALUE = 'repaired'\\n")
        print(load("./kit").VALUE)
    """
    assert venv.run(script(tmp_path / "app", code)).check().stdout.strip() == "repaired"


@pytest.mark.parametrize(
    ("spec", "fact"),
    [
        ("./nothing_here", "There is nothing at"),
        ("./empty", "neither a project nor a package"),
        ("./notes.txt", "neither a Python source nor a wheel"),
        ("json @ ./mine.py", "'json' is loaded already"),
    ],
)
def test_paths_that_lead_to_nothing(venv: Environment, tmp_path: Path, spec: str, fact: str) -> None:
    """Each says what it found and what was expected."""
    app = tmp_path / "app"
    (app / "empty").mkdir(parents=True)
    (app / "notes.txt").write_text("words", encoding="utf-8")
    (app / "mine.py").write_text("", encoding="utf-8")
    code = f"""
        import json, load
        try:
            load({spec!r})
        except load.errors.SourceError as error:
            print(error)
    """
    assert fact in venv.run(script(app, code)).check().stdout


def test_a_wheel_at_an_address_with_its_hash(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """With its hash it is named exactly; with a wrong one, or without, it is refused."""
    import hashlib

    made = wheel("remote-thing", "2.0", import_names=["remote_thing"])
    index.add(made)
    digest = hashlib.sha256(made.read_bytes()).hexdigest()
    url = index.file_url(made.name)
    refused = venv.run(failing(f"load({url!r})")).check()
    assert "InstallRefused unknown-name" in refused.stdout
    wrong = venv.run(failing(f"load('{url}#sha256={'0' * 64}')")).check()
    assert "hash" in wrong.stdout
    assert "remote-thing" not in venv.installed()
    venv.run(f"import load; assert load('{url}#sha256={digest}').__name__ == 'remote_thing'").check()


@BACKENDS
def test_extras_are_installed_with_what_they_need(
    venv: Environment, index: Index, wheel: MakeWheel, backend: str
) -> None:
    """`name[extra]` is satisfied only where what the extra needs is there too."""
    index.add(wheel("humanize", "1.0", extras={"fast": ["tabulate"]}), wheel("tabulate", "1.0"))
    venv.run("import load; load.humanize", env={"LOAD_BACKEND": backend}).check()
    assert "tabulate" not in venv.installed()
    venv.run("import load; load('humanize[fast]>=1')", env={"LOAD_BACKEND": backend}).check()
    assert "tabulate" in venv.installed()
    index.requests.clear()
    venv.run("import load; load('humanize[fast]>=1')", env={"LOAD_BACKEND": backend}).check()
    assert index.requests == []

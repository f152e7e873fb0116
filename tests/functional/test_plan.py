"""The plan: what an install would change, told before anything is changed, as an object, a table and JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from tests.faults.test_hostile_wheels import state
from tests.functional.test_install_names import BACKENDS
from tests.support.environments import Environment
from tests.support.git import Forge
from tests.support.index import UPLOADED, Index
from tests.support.wheels import project, sdist

MakeWheel = Callable[..., Path]
SHOW = """
    import load
    plan = load.plan({specs})
    for each in plan:
        print(each.name, each.old, each.new, each.kind, each.size, each.uploaded, each.requested, each.is_replacement)
    print(plan.verdict, bool(plan), len(plan), plan.reasons)
"""


@BACKENDS
def test_a_plan_names_what_comes_along_and_changes_nothing(
    venv: Environment, index: Index, wheel: MakeWheel, backend: str
) -> None:
    """Each distribution with its version and what the index says of its file; the environment is as before."""
    main = wheel("beautifulsoup4", "4.99", import_names=["bs4"], requires=["soupsieve"])
    index.add(main, wheel("soupsieve", "2.0"))
    before = state(venv)
    result = venv.run(SHOW.format(specs="'bs4'"), env={"LOAD_BACKEND": backend}).check()
    lines = result.stdout.splitlines()
    assert lines[0].startswith("beautifulsoup4 None 4.99 wheel ")
    assert lines[1].startswith("soupsieve None 2.0 wheel ")
    assert lines[0].endswith("True False")
    assert lines[1].endswith("False False")
    assert lines[2] == "install True 2 ()"
    if backend == "uv":
        assert f" {main.stat().st_size} {UPLOADED} " in lines[0]
    assert result.stderr == ""
    assert state(venv) == before


@BACKENDS
def test_what_is_there_needs_no_plan(venv: Environment, index: Index, backend: str) -> None:
    """Nothing is looked up, and no process is started."""
    result = venv.run("import load; plan = load.plan('packaging'); print(bool(plan), plan)").check()
    assert result.stdout == "False Nothing to do: all of it is there.\n"
    assert index.requests == []


def test_a_replacement_is_marked_and_would_be_asked_about(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """Old → new, though nobody is there to be asked: a plan asks nobody."""
    index.add(wheel("soupsieve", "1.0"), wheel("soupsieve", "2.0"))
    venv.uv_pip("install", "soupsieve==1.0").check()
    index.add(wheel("beautifulsoup4", "4.99", import_names=["bs4"], requires=["soupsieve>=2"]))
    result = venv.run(SHOW.format(specs="'bs4'")).check()
    assert re.search(r"^soupsieve 1\.0 2\.0 wheel .* False True$", result.stdout, re.MULTILINE)
    assert "ask True 2 ('it changes what is installed: soupsieve 1.0 → 2.0',)" in result.stdout
    assert venv.installed()["soupsieve"] == "1.0"


def test_what_the_policy_refuses_is_planned_all_the_same(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """The plan says that it would be refused, and why."""
    index.add(wheel("frobnicator", "1.0"))
    result = venv.run(SHOW.format(specs="'frobnicator'")).check()
    assert "frobnicator None 1.0 wheel" in result.stdout
    assert "refuse True 1 (\"load does not know the name 'frobnicator'\",)" in result.stdout


def test_a_repository_is_planned_without_running_its_code(
    venv: Environment, index: Index, wheel: MakeWheel, forge: Forge, tmp_path: Path
) -> None:
    """What a project declares is read; its commit, and what it needs, stand in the plan."""
    marker = tmp_path / "ran"
    repository = forge.repository("acme/tool")
    project(repository.path, "acme-tool", "1.2", requires=["companion"], marker=marker)
    commit = repository.commit()
    index.add(wheel("companion", "2.5"))
    result = venv.run(SHOW.format(specs=f"'gh:acme/tool@{commit}'")).check()
    assert re.search(r"^acme-tool None 1\.2 build None None True False$", result.stdout, re.MULTILINE)
    assert re.search(r"^companion None 2\.5 wheel", result.stdout, re.MULTILINE)
    assert not marker.exists()


@BACKENDS
def test_what_only_its_own_code_could_tell_is_refused(
    venv: Environment, index: Index, tmp_path: Path, backend: str
) -> None:
    """A plan never runs a build: where there is only a source, that is the answer."""
    marker = tmp_path / "ran"
    index.add(sdist(tmp_path / "sdists", "humanize", marker=marker, dynamic=True))
    code = """
        import load
        try:
            load.plan("humanize")
        except load.errors.InstallRefused as error:
            print(error.reason)
    """
    assert venv.run(code, env={"LOAD_BACKEND": backend}).check().stdout == "build\n"
    assert not marker.exists()


def test_dry_run_at_the_command_line(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """A table for people, JSON for programs; exit code 0, and nothing is installed."""
    index.add(wheel("beautifulsoup4", "4.99", import_names=["bs4"], requires=["soupsieve"]), wheel("soupsieve", "2.0"))
    text = venv.run(["-m", "load", "install", "--dry-run", "bs4"]).check().stdout
    assert re.search(r"\* +beautifulsoup4 +4\.99 +wheel +\d+ B +.* ago +127\.0\.0\.1", text)
    assert re.search(r"\+ +soupsieve +2\.0", text)
    facts = json.loads(venv.run(["-m", "load", "install", "--dry-run", "--json", "bs4"]).check().stdout)
    assert [change["name"] for change in facts["changes"]] == ["beautifulsoup4", "soupsieve"]
    assert facts["changes"][0]["uploaded"] == UPLOADED
    assert facts["verdict"] == "install"
    assert "bs4" not in venv.installed()
    nothing = venv.run(["-m", "load", "install", "--dry-run", "packaging"]).check().stdout
    assert nothing == "Nothing to do: all of it is there.\n"


def test_a_plan_for_an_overlay_names_it(bare: Environment, index: Index, wheel: MakeWheel) -> None:
    """The target is part of the plan, and nothing is put anywhere."""
    index.add(wheel("humanize", "4.0"))
    result = bare.run("import load; print(load.plan('humanize'))").check()
    assert result.stdout.startswith("uv would change in an overlay:\n")
    assert re.search(r"\* +humanize +4\.0", result.stdout)


def test_always_is_written_into_the_project(venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path) -> None:
    """The next run installs without a question; the file keeps its form."""
    index.add(wheel("frobnicator"))
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x" # mine\n')
    (tmp_path / "script.py").write_text("import load; print(load.frobnicator.__name__)\n")
    prompt = r"Install\? \[y/a/d/N\] "
    result = venv.run_in_pty([str(tmp_path / "script.py")], [(prompt, "d\n"), (prompt, "always\n")])
    assert result.check().stdout == "frobnicator\n"
    assert result.unanswered == ()
    assert 'name = "x" # mine\n' in (tmp_path / "pyproject.toml").read_text()
    assert 'allow = ["frobnicator"]' in (tmp_path / "pyproject.toml").read_text()
    venv.uv_pip("uninstall", "frobnicator").check()
    again = venv.run_in_pty([str(tmp_path / "script.py")])
    assert again.check().stdout == "frobnicator\n"
    assert "asks" not in again.stderr


@BACKENDS
def test_consent_to_a_branch_shows_its_plan_first(
    venv: Environment, index: Index, wheel: MakeWheel, forge: Forge, tmp_path: Path, backend: str
) -> None:
    """What a person agrees to is the whole plan; with uv no code of the branch runs before."""
    marker = tmp_path / "ran"
    repository = forge.repository("acme/tool")
    project(repository.path, "acme-tool", "1.2", requires=["companion"], files={"acme_tool.py": ""})
    repository.commit()
    repository.branch("dev")
    index.add(wheel("companion", "2.5"))
    code = "import load; print(load('acme_tool @ gh:acme/tool@dev').__name__)"
    asked = [(r"Install\? \[y(/d)?/N\] ", "y\n")] * (1 if backend == "uv" else 2)
    result = venv.run_in_pty(code, asked, env={"LOAD_BACKEND": backend})
    assert result.check().stdout == "acme_tool\n"
    assert result.unanswered == ()
    assert re.search(r"\+ +companion +2\.5", result.stderr)
    assert not marker.exists()


def test_a_near_miss_is_looked_up_nowhere(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """Its name goes to no index, for a plan as little as for a dry run; what the index would give is not told."""
    index.add(wheel("nunpy"))
    for env in ({}, {"LOAD_INSTALL": "always"}, {"LOAD_BACKEND": "pip"}):
        plan = venv.run("import load; print(load.plan('nunpy'))", env=env).check()
        assert plan.stdout == "would be refused, because 'nunpy' is one slip away from the well-known 'numpy'\n"
        dry = venv.run(["-m", "load", "install", "--dry-run", "nunpy"], env=env).check()
        assert dry.stdout == plan.stdout
        both = venv.run(["-m", "load", "install", "--dry-run", "humanize", "nunpy"], env=env).check()
        assert "one slip away" in both.stdout
    assert index.requests == []

"""Overlays: where the environment may not be changed, installs go aside and are found again without a process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functional.test_install_names import BACKENDS, failing
from tests.installers.test_install_sources import script
from tests.support.environments import Environment
from tests.support.git import Forge
from tests.support.index import Index
from tests.support.wheels import project

MakeWheel = Callable[..., Path]

# Any process that a child starts is printed: a second run must start none.
WATCHED = """
    import sys
    started = []
    sys.addaudithook(lambda event, args: started.append(args) if event == "subprocess.Popen" else None)
    {code}
    print(len(started), "processes")
"""


def watched(code: str) -> str:
    """Code that prints how many processes it started."""
    return WATCHED.format(code=code)


@BACKENDS
def test_an_overlay_holds_it_and_is_found_again(
    bare: Environment, index: Index, wheel: MakeWheel, backend: str
) -> None:
    """A Python that is not an environment stays as it is; the second run starts no process at all."""
    index.add(wheel("beautifulsoup4", "4.9", import_names=["bs4"], requires=["soupsieve"]), wheel("soupsieve", "2.0"))
    before = bare.installed()
    code = watched("import load; print(load.bs4.__file__)")
    first = bare.run(code, env={"LOAD_BACKEND": backend}).check()
    assert "overlays" in first.stdout
    assert "into an overlay: seen by programs that use load" in first.stderr
    assert bare.installed() == before
    index.requests.clear()
    second = bare.run(code, env={"LOAD_BACKEND": backend}).check()
    assert second.stdout.splitlines() == [first.stdout.splitlines()[0], "0 processes"]
    assert second.stderr == ""
    assert index.requests == []


def test_an_externally_managed_python_gets_an_overlay(
    make_bare: Callable[..., Environment], index: Index, wheel: MakeWheel
) -> None:
    """PEP 668: the marker is honoured, and people get on all the same."""
    bare = make_bare(externally_managed=True)
    index.add(wheel("humanize"))
    before = bare.installed()
    assert "overlays" in bare.run("import load; print(load.humanize.__file__)").check().stdout
    assert bare.installed() == before


def test_a_read_only_environment_gets_an_overlay(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """A virtual environment that may not be written to is left alone."""
    index.add(wheel("humanize"))
    venv.make_read_only()
    assert "overlays" in venv.run("import load; print(load.humanize.__file__)").check().stdout


def test_an_overlay_holds_only_what_the_base_lacks(bare: Environment, index: Index, wheel: MakeWheel) -> None:
    """What is visible already constrains the solve and is not installed a second time."""
    version = bare.installed()["psutil"]
    index.add(wheel("humanize", requires=["psutil"]), wheel("psutil", "99.0"))
    code = "import load, os; print(sorted(os.listdir(os.path.dirname(load.humanize.__file__))))"
    result = bare.run(code).check()
    assert "humanize" in result.stdout
    assert "psutil" not in result.stdout
    assert bare.installed()["psutil"] == version


def test_what_needs_another_version_of_the_base_is_a_conflict(
    bare: Environment, index: Index, wheel: MakeWheel
) -> None:
    """An overlay only adds: it never shadows what lies below it."""
    index.add(wheel("humanize", requires=["psutil>=99"]), wheel("psutil", "99.0"))
    result = bare.run(failing("load.humanize")).check()
    assert "VersionConflict" in result.stdout
    assert "virtual environment" in result.stdout


def test_two_overlays_agree_in_one_process(bare: Environment, index: Index, wheel: MakeWheel) -> None:
    """A second solve is held to the overlay that is active, and both can be imported together."""
    index.add(wheel("soupsieve", "1.0"))
    index.add(wheel("beautifulsoup4", "4.9", import_names=["bs4"], requires=["soupsieve"]))
    bare.run("import load; load.bs4").check()
    index.add(wheel("soupsieve", "2.0"), wheel("humanize", requires=["soupsieve"]))
    code = "import load; load.bs4; load.humanize; print(load.soupsieve.__file__, len(load.activate()))"
    result = bare.run(code).check()
    assert result.stdout.split()[1] == "2"
    assert "soupsieve" in result.stdout


def test_plain_imports_work_after_activate(bare: Environment, index: Index, wheel: MakeWheel, tmp_path: Path) -> None:
    """`load.activate()` puts the script's overlays on the path, and `child_env` passes them on."""
    index.add(wheel("humanize"))
    code = """
        import subprocess, sys, load
        if len(sys.argv) > 1:
            load.humanize
        load.activate()
        import humanize
        child = [sys.executable, "-c", "import humanize; print('child', humanize.__name__)"]
        subprocess.run(child, env=load.child_env(), check=True)
    """
    path = script(tmp_path / "app", code)
    bare.run([*path, "first"]).check()
    assert bare.run(path).check().stdout.strip() == "child humanize"


def test_a_script_of_its_own_sees_nothing_of_the_overlay(bare: Environment, index: Index, wheel: MakeWheel) -> None:
    """Who does not use load sees no overlay."""
    index.add(wheel("humanize"))
    bare.run("import load; load.humanize").check()
    assert bare.run("import humanize").returncode == 1


def test_a_distribution_without_the_name_leaves_no_overlay(
    bare: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """The overlay that did not bring the name is removed, and the next run tries again."""
    index.add(wheel("wrongly-named", import_names=["other"]))
    for _ in range(2):
        result = bare.run(failing('load("wanted @ pypi:wrongly-named")'), env={"LOAD_INSTALL": "always"}).check()
        assert "NotProvided" in result.stdout
    left = bare.run("from load._install.overlay import root; import os; print(sorted(os.listdir(root())))").check()
    assert "-" not in left.stdout.replace("index", "")


def test_a_lost_overlay_is_made_again(bare: Environment, index: Index, wheel: MakeWheel) -> None:
    """Somebody emptied the cache: the index does not lead to a folder that is gone."""
    index.add(wheel("humanize"))
    code = "import load, os; print(os.path.dirname(load.humanize.__file__))"
    folder = bare.run(code).check().stdout.strip()
    bare.run(f"import shutil; shutil.rmtree({folder!r})").check()
    assert bare.run(code).check().stdout.strip() == folder


@pytest.mark.parametrize("kind", ["commit", "project"])
def test_direct_sources_go_into_an_overlay(
    bare: Environment, index: Index, forge: Forge, tmp_path: Path, kind: str
) -> None:
    """A repository and a project folder work without an environment too, and are found again."""
    repo = forge.repository("acme/tool")
    project(repo.path, "acme-tool", "1.0", {"tool_of_acme/__init__.py": "VERSION = 'first'\n"})
    commit = repo.commit()
    spec = f"gh:acme/tool@{commit}" if kind == "commit" else str(repo.path)
    code = watched(f"import load; print(load({spec!r}).VERSION)")
    assert bare.run(code).check().stdout.split()[0] == "first"
    again = bare.run(code, env={"LOAD_INSTALL": "never"}).check()
    assert again.stdout.split() == ["first", "0", "processes"]

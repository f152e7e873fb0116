"""What is loaded is never changed on disk under the running program, and what is installed only with a yes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.test_hostile_wheels import state
from tests.functional.test_install_names import BACKENDS, failing
from tests.support.environments import Environment
from tests.support.index import Index

MakeWheel = Callable[..., Path]


@pytest.fixture
def two_versions(venv: Environment, index: Index, wheel: MakeWheel) -> Environment:
    """An environment with an older `soupsieve`, and an index with a newer one and what needs it or does not."""
    index.add(wheel("soupsieve", "1.0"), wheel("soupsieve", "2.0"))
    venv.uv_pip("install", "soupsieve==1.0").check()
    index.add(wheel("beautifulsoup4", "4.99", import_names=["bs4"], requires=["soupsieve>=2"]))
    index.add(wheel("humanize", "1.0", requires=["soupsieve"]), wheel("humanize", "2.0", requires=["soupsieve>=2"]))
    return venv


@BACKENDS
def test_what_is_loaded_is_kept_where_a_solution_exists(two_versions: Environment, backend: str) -> None:
    """An older release of what is asked for goes with what the program has loaded: that one is taken."""
    code = "import soupsieve, load; print(load.humanize.__version__, soupsieve.__version__)"
    assert two_versions.run(code, env={"LOAD_BACKEND": backend}).check().stdout == "1.0 1.0\n"
    assert two_versions.installed()["soupsieve"] == "1.0"


@BACKENDS
@pytest.mark.parametrize("tty", [True, False])
def test_what_is_loaded_is_never_replaced(two_versions: Environment, backend: str, tty: bool) -> None:
    """Where there is no solution: a `VersionConflict` that names it, at a terminal too, and every file as it was."""
    before = state(two_versions)
    code = "import soupsieve, load\ntry:\n    load.bs4\nexcept load.errors.VersionConflict as error:\n    print(error)"
    result = two_versions.run(code, env={"LOAD_BACKEND": backend}, tty=tty).check()
    assert "it needs other versions of what this program has loaded" in result.stdout
    assert "loaded: soupsieve 1.0" in result.stdout
    assert "in a fresh process" in result.stdout
    assert state(two_versions) == before


@BACKENDS
def test_what_is_installed_is_replaced_only_with_a_yes(two_versions: Environment, backend: str) -> None:
    """Nobody there: refused. A no: refused. A yes: done."""
    env = {"LOAD_BACKEND": backend, "LOAD_INSTALL": "always"}
    assert "InstallRefused replacement" in two_versions.run(failing("load.bs4"), env=env).check().stdout
    prompt = r"Install\? \[y/d/N\] "
    refused = two_versions.run_in_pty(failing("load.bs4"), [(prompt, "n\n")], env=env).check()
    assert "InstallRefused declined" in refused.stdout
    assert two_versions.installed()["soupsieve"] == "1.0"
    agreed = two_versions.run_in_pty("import load; print(load.bs4.__version__)", [(prompt, "y\n")], env=env).check()
    assert agreed.stdout == "4.99\n"
    assert re.search(r"! +soupsieve +1\.0 → 2\.0", agreed.stderr)
    assert two_versions.installed()["soupsieve"] == "2.0"


@BACKENDS
def test_a_replacement_that_did_not_bring_the_name_is_taken_back(
    two_versions: Environment, index: Index, wheel: MakeWheel, backend: str
) -> None:
    """The older version returns, and what came new goes."""
    index.add(wheel("tabulate", import_names=["other"], requires=["soupsieve>=2"]))
    prompt = r"Install\? \[y/d/N\] "
    env = {"LOAD_BACKEND": backend}
    result = two_versions.run_in_pty(failing("load.tabulate"), [(prompt, "y\n")], env=env).check()
    assert "NotProvided" in result.stdout
    found = two_versions.installed()
    assert found["soupsieve"] == "1.0"
    assert "tabulate" not in found
    assert two_versions.run("import soupsieve; print(soupsieve.__version__)").check().stdout == "1.0\n"

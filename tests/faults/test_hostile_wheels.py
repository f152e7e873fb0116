"""Hostile distributions: under the most lenient policy none runs code, writes outside the target, or is imported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functional.test_install_names import BACKENDS, failing
from tests.support.environments import Environment
from tests.support.index import WRONG, Index
from tests.support.wheels import Wheel, leaves, sdist

MakeWheel = Callable[..., Path]
LENIENT = {"LOAD_INSTALL": "always"}


def state(environment: Environment) -> set[str]:
    """Every file of an environment, but for what `load` and uv keep for themselves, and for byte code."""
    root = environment.root
    files = (path.relative_to(root) for path in root.rglob("*") if path.is_file() or path.is_symlink())
    return {str(file) for file in files if not {".load", ".lock"} & {*file.parts} and file.suffix != ".pyc"}


def refused(environment: Environment, code: str, backend: str, marker: Path) -> str:
    """What the request ends with; nothing ran, nothing came, and later starts of Python run nothing either."""
    before = state(environment)
    result = environment.run(failing(code), env={**LENIENT, "LOAD_BACKEND": backend}).check()
    assert "no error" not in result.stdout
    assert "Traceback" not in result.stderr
    environment.run("pass").check()
    assert not marker.exists(), "code of the hostile distribution ran"
    assert state(environment) == before
    assert environment.pip("check").returncode == 0
    return result.stdout


@BACKENDS
def test_an_sdist_that_would_run_code_in_its_build_is_not_built(
    venv: Environment, index: Index, workspace: Path, tmp_path: Path, backend: str
) -> None:
    """A build is code of strangers: without a person's yes there is none."""
    marker = tmp_path / "ran"
    index.add(sdist(workspace / "sdist", "hostile", marker=marker))
    assert "InstallRefused build" in refused(venv, "load.hostile", backend, marker)


@BACKENDS
@pytest.mark.parametrize("path", ["../../escaped.py", "../escaped.py", "/tmp/load-escaped.py"])
def test_a_wheel_with_paths_outside_is_refused(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str, path: str
) -> None:
    """Nothing is written outside, and what tried it is not there afterwards."""
    marker = tmp_path / "ran"
    index.add(wheel(Wheel("hostile").escaping(path, leaves(marker))))
    text = refused(venv, "load.hostile", backend, marker)
    assert "'hostile' is not installed" in text
    assert not Path("/tmp/load-escaped.py").exists()
    assert list(venv.root.parent.rglob("escaped.py")) == []


@BACKENDS
def test_a_wheel_with_code_for_every_start_is_refused(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str
) -> None:
    """A `.pth` file with code never gets into the environment, where the next Python would run it."""
    marker = tmp_path / "ran"
    index.add(wheel(Wheel("hostile").running_at_start(marker)))
    text = refused(venv, "load.hostile", backend, marker)
    assert "InstallRefused unsafe" in text
    assert "takes effect at every start of Python" in text


@BACKENDS
@pytest.mark.parametrize("name", ["sitecustomize.py", "usercustomize/__init__.py"])
def test_a_wheel_with_site_customisation_is_refused(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str, name: str
) -> None:
    """Modules that Python imports at its start are no different from `.pth` files."""
    marker = tmp_path / "ran"
    index.add(wheel(Wheel("hostile").adding({name: leaves(marker)})))
    assert "runs at every start of Python" in refused(venv, "load.hostile", backend, marker)


@BACKENDS
def test_a_stranger_that_comes_along_is_looked_at_too(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str
) -> None:
    """A known name that depends on a hostile one: all that came is taken out again, before anything could run."""
    marker = tmp_path / "ran"
    index.add(wheel("humanize", "4.0", requires=["hostile"]), wheel(Wheel("hostile").running_at_start(marker)))
    text = refused(venv, "load.humanize", backend, marker)
    assert "InstallRefused unsafe" in text
    assert "hostile" in text


@BACKENDS
def test_a_wheel_with_another_import_name_is_undone(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str
) -> None:
    """What does not bring the name asked for is removed, and never imported."""
    marker = tmp_path / "ran"
    index.add(wheel(Wheel("hostile").providing("something_else").running_on_import(marker)))
    text = refused(venv, "load.hostile", backend, marker)
    assert "NotProvided" in text
    assert "'something_else'" in text


@BACKENDS
def test_a_wheel_with_a_standard_library_name_is_refused(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str
) -> None:
    """A module of the standard library is never put where it could be found in its place."""
    marker = tmp_path / "ran"
    index.add(wheel(Wheel("hostile").providing("hostile", "json").running_on_import(marker)))
    text = refused(venv, "load.hostile", backend, marker)
    assert "has the name of a module of the standard library" in text


@BACKENDS
def test_a_wheel_that_takes_another_ones_files_is_refused(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str
) -> None:
    """The files of what is installed are not overwritten by a stranger."""
    marker = tmp_path / "ran"
    index.add(wheel("humanize", "4.0"))
    venv.run("import load; load.humanize", env={"LOAD_BACKEND": backend}).check()
    index.add(wheel(Wheel("hostile").adding({"humanize.py": leaves(marker)})))
    text = refused(venv, "load.hostile", backend, marker)
    assert "belongs to humanize already" in text
    assert venv.run("import humanize; print(humanize.DISTRIBUTION)").check().stdout == "humanize\n"


@BACKENDS
@pytest.mark.parametrize("path", ["hostile-1.0.data/scripts/python", "hostile-1.0.data/data/pyvenv.cfg"])
def test_a_wheel_that_takes_the_interpreters_place_is_refused(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str, path: str
) -> None:
    """The programs of the environment, and what makes it one, stay its own."""
    marker = tmp_path / "ran"
    index.add(wheel(Wheel("hostile").adding({path: "#!/bin/sh\nexit 1\n"})))
    text = refused(venv, "load.hostile", backend, marker)
    assert "'hostile' is not installed" in text
    assert venv.run("print('alive')").check().stdout == "alive\n"


@BACKENDS
@pytest.mark.parametrize("damage", ["hash", "truncated", "garbage"])
def test_a_file_that_is_not_what_the_index_says_is_refused(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str, damage: str
) -> None:
    """A wrong hash, half a file, no zip file at all: nothing of it is installed."""
    marker = tmp_path / "ran"
    made = Wheel("hostile").running_on_import(marker)
    if damage == "hash":
        index.add(wheel(made), sha256=WRONG)
    elif damage == "truncated":
        index.add(wheel(made.truncated()))
    else:
        path = wheel(made)
        path.write_bytes(b"this is not a wheel")
        index.add(path)
    text = refused(venv, "load.hostile", backend, marker)
    assert "InstallError" in text
    assert "'hostile' is not installed" in text


@BACKENDS
def test_a_yanked_version_is_not_taken(venv: Environment, index: Index, wheel: MakeWheel, backend: str) -> None:
    """Of two versions the one that was withdrawn is passed over, though it is the newer."""
    index.add(wheel("humanize", "1.0")).add(wheel("humanize", "2.0"), yanked="it eats files")
    result = venv.run("import load; print(load.humanize.__version__)", env={"LOAD_BACKEND": backend}).check()
    assert result.stdout == "1.0\n"


@BACKENDS
def test_a_name_one_letter_from_a_known_one_is_not_even_looked_up(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str
) -> None:
    """The stranger that waits for slips of the pen is not asked for, in the most lenient mode either."""
    marker = tmp_path / "ran"
    index.add(wheel(Wheel("reqeusts").running_on_import(marker)))
    text = refused(venv, "load.reqeusts", backend, marker)
    assert "InstallRefused near-miss" in text
    assert index.requests == []


@pytest.mark.parametrize("hostile", ["start", "outside", "name"])
def test_an_overlay_with_something_hostile_never_comes_to_be(
    bare: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, hostile: str
) -> None:
    """What is built aside is looked at before it is put in place, and nothing of it stays."""
    marker = tmp_path / "ran"
    made = {
        "start": Wheel("hostile").running_at_start(marker),
        "outside": Wheel("hostile").escaping(text=leaves(marker)),
        "name": Wheel("hostile").providing("other").running_on_import(marker),
    }[hostile]
    index.add(wheel(made))
    cache = tmp_path / "cache"
    result = bare.run(failing("load.hostile"), env={**LENIENT, "LOAD_CACHE_DIR": str(cache)}).check()
    assert "'hostile'" in result.stdout
    assert "no error" not in result.stdout
    assert not marker.exists()
    assert [path.name for path in cache.rglob("*") if "hostile" in path.name or path.name == "other.py"] == []

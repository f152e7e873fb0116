"""Installs where the surroundings are odd: read-only, full, without a home, far away, isolated, zipped, linked."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipapp
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.functional.test_install_names import BACKENDS, failing
from tests.support.environments import Environment
from tests.support.index import Index
from tests.support.templates import copy_template
from tests.support.wheels import Wheel

MakeWheel = Callable[..., Path]
SHOW = "import load; print(load.humanize.__version__, load.humanize.__file__)"


@pytest.fixture
def filled(index: Index, wheel: MakeWheel) -> Index:
    """An index with one package that the table knows."""
    return index.add(wheel("humanize", "4.0"))


@BACKENDS
def test_read_only_site_packages_lead_to_an_overlay(venv: Environment, filled: Index, backend: str) -> None:
    """Nothing can be written into the environment, so nothing is tried there."""
    before = venv.installed()
    venv.make_read_only()
    result = venv.run(SHOW, env={"LOAD_BACKEND": backend}).check()
    assert result.stdout.startswith("4.0 ")
    assert "overlays" in result.stdout
    assert venv.installed() == before
    assert filled.requests


@BACKENDS
def test_an_externally_managed_python_is_left_alone(
    make_bare: Callable[..., Environment], filled: Index, backend: str
) -> None:
    """PEP 668: its owner's marker is honoured by both backends."""
    bare = make_bare(externally_managed=True)
    before = bare.installed()
    assert "overlays" in bare.run(SHOW, env={"LOAD_BACKEND": backend}).check().stdout
    assert bare.installed() == before
    assert filled.requests


@pytest.fixture
def small_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A file system of half a megabyte, or of the size that is asked for."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", f"size={getattr(request, 'param', '512k')}", "tmpfs", str(folder)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("no file system may be mounted here")
    yield folder
    subprocess.run([shutil.which("umount") or "umount", "-l", str(folder)], check=True)  # whatever still looks at it


def test_a_full_disk_is_a_clear_error_and_nothing_half_done(
    bare: Environment, index: Index, wheel: MakeWheel, small_disk: Path
) -> None:
    """The cache lies on a disk that is too small: an error, no half overlay, and it works once there is room."""
    noise = os.urandom(900_000).hex()
    index.add(wheel(Wheel("humanize", "4.0", files={"humanize.py": f"__version__ = '4.0'\ndata = '{noise}'\n"})))
    env = {"LOAD_CACHE_DIR": str(small_disk / "cache"), "UV_LINK_MODE": "copy"}
    result = bare.run(failing("load.humanize"), env=env).check()
    assert "InstallError" in result.stdout
    assert "no space left" in result.stdout.lower()
    assert [path for path in (small_disk / "cache").rglob("humanize.py") if ".part" not in str(path)] == []
    elsewhere = {"LOAD_CACHE_DIR": str(small_disk.parent / "large")}
    assert bare.run(SHOW, env=elsewhere).check().stdout.startswith("4.0 ")


@pytest.mark.parametrize("small_disk", ["400m"], indirect=True)
def test_a_full_disk_under_an_environment_leaves_it_as_it_was(
    venv: Environment, index: Index, wheel: MakeWheel, small_disk: Path
) -> None:
    """There is room for half of the package: what was begun is taken out again, and it works once there is room."""
    noise = os.urandom(900_000).hex()
    index.add(wheel(Wheel("humanize", "4.0", files={"humanize.py": f"__version__ = '4.0'\ndata = '{noise}'\n"})))
    site = small_disk / "site-packages"
    shutil.copytree(venv.site_packages, site, symlinks=True)
    shutil.rmtree(venv.site_packages)
    venv.site_packages.symlink_to(site, target_is_directory=True)
    before = sorted(path for path in site.rglob("*") if ".load" not in path.parts)
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * (shutil.disk_usage(small_disk).free - 300_000))
    env = {"UV_LINK_MODE": "copy", "PYTHONDONTWRITEBYTECODE": "1"}
    result = venv.run(failing("load.humanize"), env=env).check()
    assert result.stdout.startswith("InstallError")
    assert "no space left" in result.stdout.lower()
    assert sorted(path for path in site.rglob("*") if ".load" not in path.parts) == before
    filler.unlink()
    assert venv.run(SHOW, env=env).check().stdout.startswith("4.0 ")


@pytest.mark.parametrize("kind", ["venv", "bare"])
def test_without_a_home(request: pytest.FixtureRequest, filled: Index, kind: str) -> None:
    """A service has no HOME; the user's entry in the system's table is used, as Python does."""
    assert filled
    python: Environment = request.getfixturevalue(kind)
    env = {"HOME": None, "XDG_CACHE_HOME": None, "XDG_CONFIG_HOME": None, "LOAD_CACHE_DIR": str(python.root / "cache")}
    assert python.run(SHOW, env=env).check().stdout.startswith("4.0 ")


@BACKENDS
def test_an_unwritable_cache_does_not_stop_an_environment(
    venv: Environment, filled: Index, tmp_path: Path, backend: str
) -> None:
    """What goes into the environment needs no cache of ours."""
    assert filled
    cache = tmp_path / "cache"
    cache.write_text("a file where a folder should be")
    result = venv.run(SHOW, env={"LOAD_CACHE_DIR": str(cache), "LOAD_BACKEND": backend}).check()
    assert result.stdout.startswith("4.0 ")


def test_an_unwritable_cache_and_no_environment_is_a_clear_error(
    bare: Environment, filled: Index, tmp_path: Path
) -> None:
    """There is nowhere to put it: the error says which folder, and what to set."""
    assert filled
    cache = tmp_path / "cache"
    cache.write_text("a file where a folder should be")
    result = bare.run(failing("load.humanize"), env={"LOAD_CACHE_DIR": str(cache)}).check()
    assert result.stdout.startswith("InstallError")
    assert str(cache) in result.stdout
    assert "LOAD_CACHE_DIR" in result.stdout


@BACKENDS
@pytest.mark.parametrize("name", ["mit Leerzeichen und Ümläuten 雪", "long" * 40], ids=["non-ascii", "long"])
def test_paths_of_every_kind(bare: Environment, filled: Index, tmp_path: Path, name: str, backend: str) -> None:
    """Overlays, scratch files and constraints lie below any folder that a file system can have."""
    assert filled
    cache = tmp_path / name / "cache"
    result = bare.run(SHOW, env={"LOAD_CACHE_DIR": str(cache), "LOAD_BACKEND": backend}).check()
    assert str(cache) in result.stdout


@BACKENDS
def test_an_environment_in_a_folder_with_a_difficult_name(
    template: Environment, filled: Index, tmp_path: Path, backend: str
) -> None:
    """The environment itself lies there."""
    assert filled
    python = copy_template(template, tmp_path / "Ümläut und Leerzeichen 雪")
    result = python.run(SHOW, env={"LOAD_BACKEND": backend}).check()
    assert str(python.site_packages) in result.stdout


@BACKENDS
def test_under_isolated_mode(venv: Environment, filled: Index, backend: str) -> None:
    """`python -I` reads no PYTHON variables and no user site, and installs all the same."""
    assert filled
    result = venv.run(["-I", "-c", SHOW], env={"LOAD_BACKEND": backend}).check()
    assert result.stdout.startswith("4.0 ")


def test_without_site(venv: Environment, filled: Index) -> None:
    """`python -S` reads no `.pth` files by itself; what was added by hand serves."""
    assert filled
    code = f"import site; site.addsitedir({str(venv.site_packages)!r})\n{SHOW}"
    result = venv.run(["-S", "-c", code]).check()
    assert result.stdout.startswith("4.0 ")


def test_in_a_zipapp(venv: Environment, filled: Index, tmp_path: Path) -> None:
    """A program in a zip file asks for what it needs."""
    assert filled
    source = tmp_path / "app"
    source.mkdir()
    (source / "__main__.py").write_text(SHOW + "\n")
    zipapp.create_archive(source, tmp_path / "app.pyz")
    assert venv.run([str(tmp_path / "app.pyz")]).check().stdout.startswith("4.0 ")


@BACKENDS
def test_a_symlinked_environment(venv: Environment, filled: Index, tmp_path: Path, backend: str) -> None:
    """Reached through a link, it is the same environment: one lock, one journal."""
    assert filled
    link = tmp_path / "link"
    link.symlink_to(venv.root, target_is_directory=True)
    relative = venv.python.relative_to(venv.root)
    python = Environment(link, link / relative, link / venv.site_packages.relative_to(venv.root), link / "bin")
    assert python.run(SHOW, env={"LOAD_BACKEND": backend}).check().stdout.startswith("4.0 ")
    assert "humanize" in venv.installed()
    assert venv.pip("check").returncode == 0

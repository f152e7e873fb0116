"""`local_modules`: which names mean a file or folder beside the script."""

from __future__ import annotations

import os
import sys
import zipfile
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from load._imports.scripts.beside import script_folder
from load._imports.scripts.scan import local_modules


def make(root: Path, *files: str) -> Path:
    """Make empty files; return the path of a script beside them."""
    for file in ("app.py", *files):
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return root / "app.py"


def test_files_and_packages_beside_the_script_are_local(tmp_path: Path) -> None:
    """Sources, bytecode, extensions, packages and folders with Python somewhere in them are the script's own."""
    script = make(
        tmp_path,
        "helper.py",
        "compiled.pyc",
        f"native{EXTENSION_SUFFIXES[0]}",
        "package/__init__.py",
        "bare_package/__init__.pyc",
        "spread/deep/deeper/leaf.py",
    )
    is_local = local_modules(script)
    assert all(map(is_local, ["app", "helper", "compiled", "native", "package", "bare_package", "spread"]))
    assert is_local("package.sub.attribute")


def test_what_is_no_module_is_not_local(tmp_path: Path) -> None:
    """Folders of data, left-over bytecode, other files and names that only differ by case are not."""
    script = make(
        tmp_path, "pandas/data.csv", "numpy/__pycache__/old.cpython-311.pyc", "torch.txt", "Yaml.py", "x.y.py"
    )
    is_local = local_modules(script)
    assert not any(map(is_local, ["pandas", "numpy", "torch", "yaml", "x", "nothing", "", "."]))


def test_folders_that_lead_in_circles_are_looked_through_once(tmp_path: Path) -> None:
    """Links below a folder are not followed; a folder that is a link itself is."""
    script = make(tmp_path, "data/inner/file.txt", "elsewhere/pkg/__init__.py")
    (tmp_path / "data" / "inner" / "up").symlink_to(tmp_path / "data")
    (tmp_path / "linked").symlink_to(tmp_path / "elsewhere" / "pkg")
    is_local = local_modules(script)
    assert not is_local("data")
    assert is_local("linked")


def test_a_script_that_is_a_link_has_its_modules_where_it_really_is(tmp_path: Path) -> None:
    """As the interpreter does, the link is followed."""
    script = make(tmp_path / "real", "helper.py")
    make(tmp_path / "bin", "other.py")
    link = tmp_path / "bin" / "tool"
    link.symlink_to(script)
    is_local = local_modules(link)
    assert is_local("helper")
    assert not is_local("other")
    assert script_folder(link) == str((tmp_path / "real").resolve())


def test_a_folder_or_an_archive_is_its_own_place(tmp_path: Path) -> None:
    """`__main__` and its neighbours lie inside."""
    make(tmp_path / "app", "__main__.py", "helper.py")
    archive = tmp_path / "app.pyz"
    with zipfile.ZipFile(archive, "w") as bundle:
        for name in ("__main__.py", "zipped.py", "zpkg/__init__.py"):
            bundle.writestr(name, "")
    assert local_modules(tmp_path / "app")("helper")
    in_archive = local_modules(str(archive))
    assert in_archive("zipped")
    assert in_archive("zpkg.sub")
    assert not in_archive("helper")
    assert script_folder(archive) == str(archive)


def test_a_relative_script_is_found_from_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is absolute, and stays so when the working directory changes."""
    make(tmp_path, "helper.py")
    monkeypatch.chdir(tmp_path)
    is_local = local_modules("app.py")
    monkeypatch.chdir("/")
    assert is_local("helper")


def test_a_script_that_is_not_there_has_nothing_beside_it(tmp_path: Path) -> None:
    """A missing folder is empty, and raises nothing."""
    assert not local_modules(tmp_path / "none" / "app.py")("helper")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="nothing is unreadable here")
def test_a_folder_that_cannot_be_read_is_empty(tmp_path: Path) -> None:
    """Folders without permission count as folders without Python."""
    script = make(tmp_path, "closed/__init__.py")
    (tmp_path / "closed").chmod(0)
    try:
        assert not local_modules(script)("closed")
    finally:
        (tmp_path / "closed").chmod(0o700)

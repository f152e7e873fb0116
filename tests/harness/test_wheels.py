"""The wheels and sdists that tests make are what they claim to be."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import tarfile
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from tests.support.wheels import Wheel, leaves, project, sdist


def read(path: Path) -> dict[str, bytes]:
    """The contents of a wheel by path."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def recorded(contents: dict[str, bytes]) -> dict[str, tuple[str, str]]:
    """Hash and size by path as RECORD tells them."""
    text = next(data for name, data in contents.items() if name.endswith("/RECORD")).decode()
    return {path: (hash_, size) for path, hash_, size in csv.reader(io.StringIO(text))}


def digest(data: bytes) -> str:
    """A hash as RECORD writes it."""
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def test_record_lists_every_file_with_its_hash_and_size(tmp_path: Path) -> None:
    """RECORD agrees with the archive, and has no hash of itself."""
    contents = read(Wheel("Big.Thing", files={"thing/__init__.py": "x = 1\n", "data.bin": b"\0\1"}).build(tmp_path))
    rows = recorded(contents)
    assert rows.pop("big_thing-1.0.dist-info/RECORD") == ("", "")
    del contents["big_thing-1.0.dist-info/RECORD"]
    assert rows == {name: (digest(data), str(len(data))) for name, data in contents.items()}


def test_a_wheel_has_one_module_of_its_own_name_by_default(tmp_path: Path) -> None:
    """The file name is escaped, and the module tells its version and its distribution."""
    path = Wheel("Big.Thing", "2.0").build(tmp_path / "made" / "here")
    names: dict[str, str] = {}
    exec(read(path)["big_thing.py"], names)
    assert path.name == "big_thing-2.0-py3-none-any.whl"
    assert (names["__version__"], names["DISTRIBUTION"]) == ("2.0", "Big.Thing")


def test_a_dotted_import_name_becomes_a_package(tmp_path: Path) -> None:
    """The parents are packages."""
    names = set(read(Wheel("x").providing("cv2", "a.b.c").build(tmp_path)))
    assert {"cv2.py", "a/__init__.py", "a/b/__init__.py", "a/b/c.py"} <= names


def test_metadata_tells_requirements_extras_and_python(tmp_path: Path) -> None:
    """Extras become markers, joined to those that stand there."""
    made = Wheel(
        "x",
        requires=["a>=1"],
        extras={"fast": ["b", "c; python_version > '3'"]},
        requires_python=">=3.11",
        declared_imports=["x"],
        entry_points={"console_scripts": {"x": "x:main"}},
        tag="py3-none-linux_x86_64",
    )
    contents = read(made.build(tmp_path))
    metadata = Parser().parsestr(contents["x-1.0.dist-info/METADATA"].decode())
    assert metadata.get_all("Requires-Dist") == [
        "a>=1",
        "b; extra == 'fast'",
        "c; (python_version > '3') and extra == 'fast'",
    ]
    assert metadata["Requires-Python"] == ">=3.11"
    assert (metadata["Metadata-Version"], metadata["Import-Name"]) == ("2.5", "x")
    assert contents["x-1.0.dist-info/entry_points.txt"] == b"[console_scripts]\nx = x:main\n"
    assert b"Tag: py3-none-linux_x86_64\n" in contents["x-1.0.dist-info/WHEEL"]


def test_hostile_wheels_are_hostile_in_the_one_way_asked_for(tmp_path: Path) -> None:
    """Each form differs from the plain wheel where it should."""
    plain = Wheel("x")
    marker = tmp_path / "marker"
    escaping = read(plain.escaping("../../out.py").build(tmp_path / "a"))
    starting = read(plain.running_at_start(marker).build(tmp_path / "b"))
    wrong = read(plain.with_wrong_record().build(tmp_path / "c"))
    truncated = plain.truncated().build(tmp_path / "d")
    assert set(escaping) - set(read(plain.build(tmp_path / "e"))) == {"../../out.py"}
    assert starting["x_start.pth"].startswith(b"import ")
    assert recorded(wrong)["x.py"][0] != digest(wrong["x.py"])
    assert recorded(wrong)["x-1.0.dist-info/METADATA"][0] == digest(wrong["x-1.0.dist-info/METADATA"])
    with pytest.raises(zipfile.BadZipFile):
        read(truncated)


def test_code_that_leaves_a_marker_does_so_each_time_it_runs(tmp_path: Path) -> None:
    """The marker is the proof that code was executed, so it counts."""
    marker = tmp_path / "it's here"
    module = read(Wheel("x").running_on_import(marker).build(tmp_path))["x.py"]
    exec(module, {})
    exec(leaves(marker), {})
    assert marker.read_text() == "ran\nran\n"


def test_a_project_is_described_by_valid_toml(tmp_path: Path) -> None:
    """Quotes, backslashes and non-ASCII text survive."""
    folder = project(
        tmp_path / "p",
        "x",
        files={"x/__init__.py": "pass"},
        requires=['a; sys_platform == "win32"'],
        scripts={"x": "x:main"},
        marker=tmp_path / "größe\\",
        requires_python=">=3.11",
    )
    table = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    assert table["project"]["dependencies"] == ['a; sys_platform == "win32"']
    assert table["project"]["scripts"] == {"x": "x:main"}
    assert table["tool"]["wheelhouse"]["marker"] == str(tmp_path / "größe\\")
    assert table["build-system"] == {
        "requires": [],
        "build-backend": "wheelhouse.backend",
        "backend-path": ["_build"],
    }
    assert (folder / "src" / "x" / "__init__.py").read_text() == "pass"


def test_an_sdist_holds_the_project_and_says_what_only_a_build_can_tell(tmp_path: Path) -> None:
    """Only the archive is left in the folder; dynamic requirements are not in PKG-INFO."""
    path = sdist(tmp_path / "out", "My-X", requires=["a"], dynamic=True)
    with tarfile.open(path) as archive:
        names = set(archive.getnames())
        info = archive.extractfile("my_x-1.0/PKG-INFO")
        assert info is not None
        metadata = Parser().parsestr(info.read().decode())
    assert list((tmp_path / "out").iterdir()) == [path]
    assert path.name == "my_x-1.0.tar.gz"
    assert {
        "my_x-1.0/pyproject.toml",
        "my_x-1.0/src/my_x.py",
        "my_x-1.0/_build/wheelhouse/backend.py",
    } <= names
    assert metadata["Dynamic"] == "Requires-Dist"
    assert metadata["Requires-Dist"] is None

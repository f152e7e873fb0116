"""The lock as a file: what is written can be read, by us and by others; what is wrong in it is named."""

from __future__ import annotations

import copy
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from load._install import lock_file
from load._install.lock_file import Locked
from load._install.lock_text import Contents, lock_text
from load.errors import ConfigError, InstallError

SHA = "a" * 64
COMMIT = "b" * 40
INDEX = "https://index.example/files"


def file(name: str, **more: Any) -> dict[str, Any]:
    """A file of a distribution, as backends list it."""
    return {"url": f"{INDEX}/{name}", "hashes": {"sha256": SHA}, **more}


def resolved(*packages: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What a backend resolved."""
    return {"lock-version": "1.0", "created-by": "uv", "requires-python": ">=3.11", "packages": list(packages), **more}


ONE = {"name": "one", "version": "1.0", "wheels": [file("one-1.0-py3-none-any.whl")]}


def written(table: dict[str, Any], folder: Path, modules: dict[str, str] | None = None) -> Path:
    """Write a lock into a folder; return its path."""
    path = folder / lock_file.FILE_NAME
    contents = Contents(modules or {}, [str(folder / "script.py")], ["one>=1"])
    path.write_text(lock_text(table, contents, path=str(path)), encoding="utf-8")
    return path


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """Packages, files, modules, scripts and requirements come back as they went in."""
    two = {
        "name": "two",
        "version": "2.0",
        "marker": "python_version >= '3.11'",
        "index": "https://user:secret@index.example/simple",
        "sdist": file("two-2.0.tar.gz", size=7),
        "wheels": [file("two-2.0-py3-none-any.whl")],
    }
    lock = lock_file.read(str(written(resolved(two, ONE), tmp_path, {"un": "one", "deux.trois": "two"})))
    assert [each.name for each in lock.packages] == ["one", "two"]
    assert lock.requires_python == ">=3.11"
    assert lock.scripts == (str(tmp_path / "script.py"),)
    assert lock.requirements == ("one>=1",)
    found = lock.package("Two")
    assert found is not None
    assert found.source == "https://index.example/simple"
    assert {each.name: each.size for each in found.files} == {"two-2.0-py3-none-any.whl": None, "two-2.0.tar.gz": 7}
    assert found.requirement() == f"two==2.0 --hash=sha256:{SHA}"


def test_an_import_name_leads_to_its_distribution(tmp_path: Path) -> None:
    """The lock's table first, from the whole name to its root; then the name itself, as far as the lock holds it."""
    lock = lock_file.read(str(written(resolved(ONE), tmp_path, {"un": "one"})))
    assert lock.distribution_for("un.part") == "one"
    assert lock.distribution_for("one") == "one"
    assert lock.distribution_for("numpy") is None


def test_the_order_of_the_backend_does_not_matter(tmp_path: Path) -> None:
    """The same packages give the same bytes."""
    wheels = [file("one-1.0-cp311-cp311-linux_x86_64.whl"), file("one-1.0-cp312-cp312-linux_x86_64.whl")]
    first = {"name": "one", "version": "1.0", "wheels": wheels}
    other = {"wheels": wheels[::-1], "version": "1.0", "name": "one"}
    two = {"name": "two", "version": "1", "wheels": [file("two-1-py3-none-any.whl")]}
    texts = {written(table, tmp_path).read_bytes() for table in (resolved(first, two), resolved(two, other))}
    assert len(texts) == 1


def test_nothing_of_this_machine_or_its_credentials_is_written(tmp_path: Path) -> None:
    """URLs lose user and password, files on disk become relative paths."""
    (tmp_path / "project").mkdir()
    folder = tmp_path / "project"
    wheel = (tmp_path / "wheels" / "a b-1-py3-none-any.whl").as_uri()
    table = resolved(
        {"name": "a", "version": "1", "wheels": [{"url": wheel, "hashes": {"sha256": SHA}}]},
        {"name": "b", "version": "1", "wheels": [{"url": "https://u:secret@h/b-1.whl", "hashes": {"sha256": SHA}}]},
        {"name": "c", "vcs": {"type": "git", "url": "ssh://git:secret@h/c", "commit-id": COMMIT}},
        {"name": "d", "directory": {"path": str(tmp_path / "d"), "editable": True}},
    )
    text = written(table, folder).read_text(encoding="utf-8")
    assert "secret" not in text
    assert str(tmp_path) not in text
    assert 'path = "../wheels/a b-1-py3-none-any.whl"' in text
    assert 'path = "../d"' in text
    assert "ssh://git@h/c" in text
    lock = lock_file.read(str(folder / lock_file.FILE_NAME))
    assert [each.direct for each in lock.packages] == ["", "", f"git+ssh://git@h/c@{COMMIT}", (tmp_path / "d").as_uri()]


def test_a_lock_of_one_platform_says_so(tmp_path: Path) -> None:
    """What pip resolves is for the running Python only, and the lock must not be taken for more."""
    path = written(resolved(ONE, **{"created-by": "pip"}), tmp_path)
    lock = lock_file.read(str(path))
    assert "only" in path.read_text(encoding="utf-8").splitlines()[1]
    assert lock.requires_python == f"=={sys.version_info[0]}.{sys.version_info[1]}.*"
    assert [each.name for each in lock.applying()] == ["one"]


def test_a_file_without_a_hash_is_not_written(tmp_path: Path) -> None:
    """Each file has its SHA-256, or there is no lock."""
    weak = {"name": "one", "version": "1", "wheels": [{"url": f"{INDEX}/one.whl", "hashes": {"md5": "0" * 32}}]}
    with pytest.raises(InstallError, match="no SHA-256 hash for a file of one"):
        lock_text(resolved(weak), Contents({}, [], []), path=str(tmp_path / "pylock.toml"))


def test_markers_choose_for_this_python(tmp_path: Path) -> None:
    """Of two versions of one distribution the one for this Python is meant."""
    old = {**ONE, "marker": "python_version < '3'"}
    new = {"name": "one", "version": "2.0", "marker": "python_version >= '3'", "wheels": ONE["wheels"]}
    lock = lock_file.read(str(written(resolved(old, new), tmp_path)))
    assert [each.version for each in lock.applying()] == ["2.0"]
    found = lock.package("one")
    assert found is not None
    assert found.version == "2.0"


@pytest.mark.parametrize(
    ("key", "value"), [("requires-python", ">=99"), ("environments", ["sys_platform == 'nowhere'"])]
)
def test_a_lock_for_elsewhere_is_no_lock_here(tmp_path: Path, key: str, value: object) -> None:
    """What was resolved for another Python or platform is not installed by chance."""
    lock = lock_file.read(str(written(resolved(ONE, **{key: value}), tmp_path)))
    with pytest.raises(ConfigError, match="another Python or platform") as caught:
        lock.applying()
    assert (caught.value.key, caught.value.hint) == (key, "make it anew for this Python: load lock --upgrade")


GOOD: dict[str, Any] = {
    "lock-version": "1.0",
    "created-by": "load",
    "packages": [
        {"name": "one", "version": "1.0", "wheels": [{"url": f"{INDEX}/one.whl", "hashes": {"sha256": SHA}}]},
        {"name": "two", "vcs": {"type": "git", "url": "https://host.example/o/two", "commit-id": COMMIT}},
    ],
    "tool": {"load": {"modules": {"one": "one"}}},
}
WRONG = [
    (("lock-version",), "2.0", "lock-version"),
    (("lock-version",), None, "lock-version"),
    (("created-by",), 7, "created-by"),
    (("requires-python",), "three", "requires-python"),
    (("environments",), ["os_name =="], "environments"),
    (("packages",), {}, "packages"),
    (("packages", 0, "name"), "One_", "packages[0].name"),
    (("packages", 0, "name"), "--index-url", "packages[0].name"),
    (("packages", 0, "name"), None, "packages[0].name"),
    (("packages", 0, "version"), "1.0 --index-url=x", "packages[0] (one).version"),
    (("packages", 0, "version"), None, "packages[0] (one)"),
    (("packages", 0, "marker"), "sys_platform is new", "packages[0] (one).marker"),
    (("packages", 0, "marker"), "'dev' in dependency_groups", "packages[0] (one).marker"),
    (("packages", 0, "vcs"), {"type": "git"}, "packages[0] (one)"),
    (("packages", 0, "wheels"), [], "packages[0] (one)"),
    (("packages", 0, "wheels", 0, "hashes"), {}, "packages[0] (one).wheels[0].hashes"),
    (("packages", 0, "wheels", 0, "hashes", "sha256"), "zz", "packages[0] (one).wheels[0].hashes.sha256"),
    (("packages", 0, "wheels", 0, "url"), "https://a b/", "packages[0] (one).wheels[0].url"),
    (("packages", 0, "wheels", 0, "url"), "ftp://host/one.whl", "packages[0] (one).wheels[0].url"),
    (("packages", 0, "wheels", 0, "size"), -1, "packages[0] (one).wheels[0].size"),
    (("packages", 1, "vcs", "type"), "hg", "packages[1] (two).vcs.type"),
    (("packages", 1, "vcs", "commit-id"), "main", "packages[1] (two).vcs.commit-id"),
    (("packages", 1, "vcs", "url"), "--upload-pack=x", "packages[1] (two).vcs.url"),
    (("packages", 1, "vcs", "url"), "https://-x/o/r", "packages[1] (two).vcs.url"),
    (("packages", 1, "vcs", "subdirectory"), "../x", "packages[1] (two).vcs.url"),
    (("tool", "load", "modules", "one"), "../one", "tool.load.modules.one"),
    (("tool", "load", "modules", "a-b"), "one", "tool.load.modules.a-b"),
    (("tool", "load", "scripts"), "a.py", "tool.load.scripts"),
]


@pytest.mark.parametrize(("place", "value", "key"), WRONG)
def test_what_is_wrong_is_named_with_its_place(place: tuple[Any, ...], value: object, key: str) -> None:
    """A lock edited by hand: the error says where it is off, and nothing of it can become an option."""
    from load._install.lock_reading import lock_of

    table = copy.deepcopy(GOOD)
    lock_of(copy.deepcopy(table), "/project/pylock.toml")
    inner: Any = table
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    if value is None:
        del inner[place[-1]]
    with pytest.raises(ConfigError) as caught:
        lock_of(table, "/project/pylock.toml")
    assert caught.value.key == key
    assert "/project/pylock.toml" in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize("content", [b"lock-version = ", b"\xff", b"a = " + b"[" * 5000])
def test_what_is_no_toml_is_an_error_of_ours(tmp_path: Path, content: bytes) -> None:
    """A file that is not TOML, and one that is not there, are named."""
    path = tmp_path / "pylock.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="not valid TOML"):
        lock_file.read(str(path))
    with pytest.raises(ConfigError, match="cannot be read"):
        lock_file.read(str(tmp_path / "nowhere.toml"))


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=20)
    | st.sampled_from(["1.0", "one", SHA, "--x", "a\nb"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "version", "wheels", "vcs", "url", "hashes", "sha256"]), inner)
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(VALUES, VALUES)
def test_any_table_is_a_lock_or_an_error_of_ours(packages: Any, tool: Any) -> None:
    """Only ConfigError comes out, and no requirement line has an option or a second line that we did not write."""
    from load._install.lock_reading import lock_of

    try:
        lock = lock_of({"lock-version": "1.0", "created-by": "x", "packages": packages, "tool": tool}, "/p/pylock.toml")
    except ConfigError:
        return
    for each in lock.packages:
        line = each.requirement()
        assert "\n" not in line
        assert not line.startswith("-")
        assert all(word.startswith("--hash=sha") for word in line.split(" ") if word.startswith("-"))


def test_the_lock_lies_beside_the_project_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The project's folder, else the script's, else the working one."""
    (tmp_path / "sub").mkdir()
    assert lock_file.place(str(tmp_path / "sub")) == str(tmp_path / "sub" / lock_file.FILE_NAME)
    (tmp_path / "pyproject.toml").touch()
    assert lock_file.place(str(tmp_path / "sub")) == str(tmp_path / lock_file.FILE_NAME)
    monkeypatch.chdir(tmp_path / "sub")
    monkeypatch.setattr(sys.modules["__main__"], "__file__", None, raising=False)
    assert lock_file.find() is None
    (tmp_path / lock_file.FILE_NAME).touch()
    assert lock_file.find() == str(tmp_path / lock_file.FILE_NAME)


def test_the_text_is_valid_to_the_reference(tmp_path: Path) -> None:
    """The reader of PEP 751 in packaging, where it has one, takes the file."""
    pylock = pytest.importorskip("packaging.pylock")
    path = written(resolved(ONE, GOOD["packages"][1], **{"created-by": "pip"}), tmp_path, {"a.b": "one"})
    found = pylock.Pylock.from_dict(tomllib.loads(path.read_text(encoding="utf-8")))
    assert [each.name for each in found.packages] == ["one", "two"]
    assert pylock.is_valid_pylock_path(path)


def test_a_repository_has_its_commit_in_place_of_hashes() -> None:
    """The line for a repository is its direct reference."""
    locked = Locked("two", "", direct=f"git+https://host.example/o/two@{COMMIT}", commit=COMMIT)
    assert locked.requirement() == f"two @ git+https://host.example/o/two@{COMMIT}"

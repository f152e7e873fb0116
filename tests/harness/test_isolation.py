"""A test sees nothing of the user's settings, and leaves nothing to the next one."""

from __future__ import annotations

import importlib
import importlib.abc
import os
import sys
import types
from pathlib import Path

import pytest

from tests.support import isolation
from tests.support.isolation import isolated_environ, isolated_process, registry_environ

USERS = {
    "PATH": "/bin",
    "HOME": "/home/u",
    "PIP_INDEX_URL": "http://user.invalid/simple",
    "UV_CACHE_DIR": "/home/u/.cache/uv",
    "UV_INDEX": "http://user.invalid/other",
    "LOAD_INSTALL": "always",
    "GIT_DIR": "/home/u/.git",
    "VIRTUAL_ENV": "/home/u/venv",
    "PYTHONPATH": "/home/u/lib",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONIOENCODING": "latin-1",
    "TTY_COMPATIBLE": "1",
    "GH_TOKEN": "s3cret",
    "SSH_ASKPASS": "/usr/bin/ask",
    "LC_ALL": "de_DE.ISO-8859-1",
    "LANG": "de_DE.ISO-8859-1",
    "https_proxy": "http://proxy.invalid",
    "SSL_CERT_FILE": "/etc/ca.pem",
}


@pytest.fixture
def users(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What pytest was started in, for this test."""
    monkeypatch.setattr(isolation, "original_environ", USERS)
    return USERS


@pytest.mark.usefixtures("users")
def test_the_environment_holds_no_setting_of_the_users(tmp_path: Path) -> None:
    """Tools are neutralised, folders lie in the given home, PATH and certificates stay."""
    environ = isolated_environ(tmp_path / "home", tmp_path / "uv")
    assert environ.keys().isdisjoint(
        {
            "PIP_INDEX_URL",
            "UV_INDEX",
            "LOAD_INSTALL",
            "GIT_DIR",
            "VIRTUAL_ENV",
            "PYTHONPATH",
            "PYTHONDONTWRITEBYTECODE",
            "PYTHONIOENCODING",
            "TTY_COMPATIBLE",
            "GH_TOKEN",
            "SSH_ASKPASS",
            "LC_ALL",
        }
    )
    assert environ["LANG"] == "C.UTF-8"
    assert (environ["PATH"], environ["SSL_CERT_FILE"]) == ("/bin", "/etc/ca.pem")
    assert (environ["PIP_CONFIG_FILE"], environ["UV_NO_CONFIG"]) == (os.devnull, "1")
    assert environ["UV_CACHE_DIR"] == str(tmp_path / "uv")
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "LOAD_CACHE_DIR"):
        assert Path(environ[name]).is_relative_to(tmp_path / "home")


@pytest.mark.usefixtures("users")
def test_every_address_but_this_machine_goes_to_a_proxy_that_refuses(tmp_path: Path) -> None:
    """In both spellings of the variables, and the user's proxy is gone."""
    environ = isolated_environ(tmp_path, tmp_path)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        assert environ[name] == "http://127.0.0.1:9"
    assert environ["NO_PROXY"] == environ["no_proxy"] == "127.0.0.1,localhost"


@pytest.mark.usefixtures("users")
def test_a_registry_test_gets_the_users_way_to_the_index_and_nothing_else(tmp_path: Path) -> None:
    """The settings of pip and uv and the proxy; caches and home stay the test's own.

    `load` has no settings.
    """
    environ = registry_environ(isolated_environ(tmp_path / "home", tmp_path / "uv"))
    assert environ["PIP_INDEX_URL"] == "http://user.invalid/simple"
    assert environ["UV_INDEX"] == "http://user.invalid/other"
    assert environ["https_proxy"] == "http://proxy.invalid"
    assert environ["UV_CACHE_DIR"] == str(tmp_path / "uv")
    assert environ["HOME"] == str(tmp_path / "home")
    assert environ.keys().isdisjoint({"LOAD_INSTALL", "PIP_CONFIG_FILE", "UV_NO_CONFIG", "HTTPS_PROXY", "NO_PROXY"})


def test_the_users_own_pip_file_is_named_for_registry_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The home is another one, so the file there must be said."""
    file = tmp_path / ".config" / "pip" / "pip.conf"
    file.parent.mkdir(parents=True)
    file.touch()
    monkeypatch.setattr(isolation, "original_environ", {"HOME": str(tmp_path)})
    environ = registry_environ(isolated_environ(tmp_path / "other", tmp_path / "uv"))
    assert environ["PIP_CONFIG_FILE"] == str(file)


def test_a_test_starts_isolated(tmp_path: Path, clean_environ: dict[str, str]) -> None:
    """The fixture is in force without being asked for."""
    seen = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    expected = {name: value for name, value in clean_environ.items() if not name.startswith("PYTEST_")}
    assert seen == expected
    assert Path.cwd() == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_environment_and_folder_are_put_back(tmp_path: Path) -> None:
    """Whatever the block did to them, also when it fails."""
    before = dict(os.environ), Path.cwd()
    folder = tmp_path / "there"
    folder.mkdir()
    with pytest.raises(KeyError), isolated_process({"ONLY": "1"}, folder):
        assert "PATH" not in os.environ
        assert (os.environ["ONLY"], Path.cwd()) == ("1", folder)
        os.environ["MORE"] = "1"
        raise KeyError
    assert (dict(os.environ), Path.cwd()) == before


def test_paths_and_finders_are_put_back_into_the_same_lists(tmp_path: Path) -> None:
    """The lists keep their identity."""
    before = sys.path, list(sys.path), sys.meta_path, list(sys.meta_path)
    with isolated_process(os.environ.copy(), tmp_path):
        sys.path.insert(0, str(tmp_path))
        sys.meta_path.insert(0, importlib.abc.MetaPathFinder())
        sys.meta_path.pop()
    assert sys.path is before[0]
    assert sys.meta_path is before[2]
    assert (sys.path, sys.meta_path) == (before[1], before[3])


def test_made_modules_go_and_real_ones_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real module stays (an extension module cannot be imported twice); another name for it does not."""
    (tmp_path / "made_here.py").touch()
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    with isolated_process(os.environ.copy(), tmp_path):
        sys.path.insert(0, str(tmp_path))
        importlib.import_module("made_here")
        real = importlib.import_module("colorsys")
        sys.modules["fake"] = types.ModuleType("fake")
        sys.modules["another.name"] = real
        sys.modules["nothing"] = None  # type: ignore[assignment]
    assert sys.modules.keys().isdisjoint({"made_here", "fake", "another.name", "nothing"})
    assert sys.modules["colorsys"] is real


def test_replaced_and_removed_modules_return(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The very objects that were there before."""
    first, second = types.ModuleType("first"), types.ModuleType("second")
    monkeypatch.setitem(sys.modules, "first", first)
    monkeypatch.setitem(sys.modules, "second", second)
    with isolated_process(os.environ.copy(), tmp_path):
        sys.modules["first"] = types.ModuleType("first")
        del sys.modules["second"]
    assert (sys.modules["first"], sys.modules["second"]) == (first, second)

"""The folders taken directly are those that platformdirs gives."""

from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path
from types import SimpleNamespace

import platformdirs
import pytest

from load import _folders
from tests.support.environments import Python

linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs itself is asked")


@pytest.mark.parametrize("config", [None, "", "  ", "/somewhere/config", "/with space/ü"])
@pytest.mark.parametrize("cache", [None, "", "/somewhere/cache"])
def test_the_users_folders_are_those_of_platformdirs(
    config: str | None, cache: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the variables of XDG set, empty, and not set."""
    for name, value in (("XDG_CONFIG_HOME", config), ("XDG_CACHE_HOME", cache)):
        if value is None:
            monkeypatch.delenv(name)
        else:
            monkeypatch.setenv(name, value)
    assert _folders.user_config() == platformdirs.user_config_dir("load", appauthor=False)
    assert _folders.user_cache() == platformdirs.user_cache_dir("load", appauthor=False)


@linux
def test_a_relative_folder_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """As https://specifications.freedesktop.org/basedir/latest/ has it: it would change with the program."""
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative/config")
    monkeypatch.setenv("XDG_CACHE_HOME", "./cache")
    assert _folders.user_config() == os.path.expanduser("~/.config/load")
    assert _folders.user_cache() == os.path.expanduser("~/.cache/load")


@linux
def test_a_user_without_home_variable_has_the_home_of_the_password_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As `~` has it."""
    import pwd

    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name)
    monkeypatch.setattr(pwd, "getpwuid", lambda uid: SimpleNamespace(pw_dir=str(tmp_path)))
    assert _folders.user_config() == platformdirs.user_config_dir("load", appauthor=False)
    assert _folders.user_cache() == str(tmp_path / ".cache" / "load")


@linux
def test_the_machines_folder_is_that_of_platformdirs_and_nobody_moves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """What caps the policy cannot be moved away by a variable of the user's."""
    monkeypatch.delenv("XDG_CONFIG_DIRS")
    assert _folders.machine_config() == platformdirs.site_config_dir("load", appauthor=False)
    monkeypatch.setenv("XDG_CONFIG_DIRS", "/mine")
    assert _folders.machine_config() == "/etc/xdg/load"


def test_on_another_platform_platformdirs_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing there is guessed."""
    monkeypatch.setattr(_folders, "_is_xdg", lambda: False)
    monkeypatch.setattr(platformdirs, "user_config_dir", lambda name, appauthor: f"{tmp_path}/config/{name}")
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name, appauthor: f"{tmp_path}/cache/{name}")
    monkeypatch.setattr(platformdirs, "site_config_dir", lambda name, appauthor: f"{tmp_path}/site/{name}")
    found = [_folders.user_config(), _folders.user_cache(), _folders.machine_config()]
    assert found == [f"{tmp_path}/{each}/load" for each in ("config", "cache", "site")]


@linux
def test_the_folders_cost_no_import(child: Python) -> None:
    """Neither platformdirs nor pathlib stands on the way to an install."""
    code = """
        import sys
        from load import _folders
        _folders.user_cache(), _folders.user_config(), _folders.machine_config()
        print(sorted({"platformdirs", "typing", "re"} & set(sys.modules)))
    """
    assert child.run(["-S", "-c", textwrap.dedent(code)]).check().stdout == "[]\n"

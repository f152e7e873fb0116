"""The target of an install: which folder an environment has for it."""

from __future__ import annotations

import os
import site
import sys
import sysconfig

import pytest

from load._install import target


def test_the_folder_of_the_running_environment_is_the_one_that_installers_use() -> None:
    """What sysconfig calls `purelib`."""
    if sys.prefix == sys.base_prefix:
        pytest.skip("the tests run outside an environment")
    assert os.path.realpath(target.site_packages()) == os.path.realpath(sysconfig.get_path("purelib"))


@pytest.mark.parametrize(
    ("folders", "chosen"),
    [
        (["/v/lib/python3.11/site-packages"], "/v/lib/python3.11/site-packages"),
        (["/v/lib64/python3.11/site-packages", "/v/lib/python3.11/site-packages"], "/v/lib/python3.11/site-packages"),
        (
            [
                "/v/lib/python3.11/site-packages",
                "/v/local/lib/python3.11/dist-packages",
                "/v/lib/python3/dist-packages",
                "/v/lib/python3.11/dist-packages",
            ],
            "/v/lib/python3.11/site-packages",
        ),
        (
            ["/usr/local/lib/python3.11/dist-packages", "/usr/lib/python3/dist-packages"],
            "/usr/lib/python3/dist-packages",
        ),
        (["/v", "/v/Lib/site-packages"], "/v/Lib/site-packages"),
    ],
    ids=["plain", "lib64", "Debian's venv", "Debian's own", "Windows"],
)
def test_the_folder_on_each_kind_of_python(folders: list[str], chosen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A virtual environment made with Debian's Python is written to, not passed over for an overlay."""
    monkeypatch.setattr(site, "getsitepackages", lambda prefixes: folders)
    assert target.site_packages() == chosen

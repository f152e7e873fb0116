"""`allow` of a project's file: a person's "always" is added, and everything else stays as it was."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from load import _config
from load._install import project_allow
from load.errors import ConfigError


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """The path of a project's file, that settings are read from."""
    _config.reread(str(tmp_path))
    yield tmp_path / "pyproject.toml"
    _config.reread()


FORMS = {
    "nothing": ("", '[tool.load]\nallow = ["acme-tool"]\n'),
    "another table": (
        '# kept\n[project]\nname = "x" # kept too\n',
        '# kept\n[project]\nname = "x" # kept too\n\n[tool.load]\nallow = ["acme-tool"]\n',
    ),
    "a table without it": (
        "[tool.load]\nquiet = true # why\n\n[tool.other]\na = 1\n",
        '[tool.load]\nquiet = true # why\nallow = ["acme-tool"]\n\n[tool.other]\na = 1\n',
    ),
    "a list": ('[tool.load]\nallow = [ "a" ]\n', '[tool.load]\nallow = [ "a" , "acme-tool"]\n'),
    "dotted keys": ('tool.load.allow = ["a"]\n', 'tool.load.allow = ["a", "acme-tool"]\n'),
    "inline tables": (
        'tool = { load = { allow = ["a"] } }\n',
        'tool = { load = { allow = ["a", "acme-tool"] } }\n',
    ),
    "it is there": ('[tool.load]\nallow = ["Acme.Tool"]\n', '[tool.load]\nallow = ["Acme.Tool"]\n'),
}


@pytest.mark.parametrize(("before", "after"), FORMS.values(), ids=FORMS)
def test_a_name_is_added_and_the_form_is_kept(project: Path, before: str, after: str) -> None:
    """Comments, order and blanks of what stands there are not touched."""
    project.write_text(before)
    assert project_allow.add(["Acme_Tool"]) == str(project)
    assert "".join(project.read_text().split()) == "".join(after.split())
    assert all(line in project.read_text().splitlines() for line in before.splitlines() if "allow" not in line)
    tomllib.loads(project.read_text())


def test_a_list_of_several_lines_keeps_its_style(project: Path) -> None:
    """Each name has a line of its own, and comments stay where they are."""
    project.write_text('[tool.load]\nallow = [\n    "a",  # the first\n    "b",\n]\n')
    project_allow.add(["acme-tool"])
    assert project.read_text() == '[tool.load]\nallow = [\n    "a",  # the first\n    "b",\n    "acme-tool",\n]\n'


def test_it_holds_at_once(project: Path) -> None:
    """The settings of this process know it without a restart."""
    project.write_text("[tool.load]\nquiet = true\n")
    assert _config.get("allow") == ()
    project_allow.add(["acme-tool", "other"])
    assert _config.get("allow") == ("acme-tool", "other")


def test_line_ends_mode_and_links_are_kept(project: Path, tmp_path: Path) -> None:
    """A file with Windows line ends, reached through a link, that others may read."""
    real = tmp_path / "real.toml"
    real.write_bytes(b"[tool.load]\r\nquiet = true\r\n")
    real.chmod(0o640)
    project.symlink_to(real)
    project_allow.add(["acme-tool"])
    assert real.read_bytes() == b'[tool.load]\r\nquiet = true\r\nallow = ["acme-tool"]\r\n'
    assert project.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert sorted(os.listdir(tmp_path)) == ["pyproject.toml", "real.toml"]


@pytest.mark.parametrize("text", ["[tool.load\n", "[tool.load]\nallow = 'a'\n"], ids=["no TOML", "no list"])
def test_what_cannot_be_understood_is_not_touched(project: Path, text: str) -> None:
    """A typed error, and every byte as before."""
    project.write_text(text)
    with pytest.raises(ConfigError) as caught:
        project_allow.add(["acme-tool"])
    assert str(project) in str(caught.value)
    assert project.read_text() == text


def test_without_a_project_there_is_nothing_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is made for it."""
    monkeypatch.setattr(_config, "project_file", lambda: None)
    with pytest.raises(ConfigError, match="no project"):
        project_allow.add(["acme-tool"])
    assert list(tmp_path.iterdir()) == []

"""The tables of environment variables on the page of the settings, and what the package reads."""

from __future__ import annotations

import re

import pytest

from load import _config, _settings
from load._config import reread
from load._settings import SETTINGS
from tests.support.library import CHECKOUT

PAGE = (CHECKOUT / "docs/reference/settings.md").read_text(encoding="utf-8")
TABLES = {"packages", "index"}  # settings that text cannot hold


def part(heading: str) -> str:
    """What stands below a heading, up to the next of its kind."""
    return PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


EXAMPLES = re.findall(r"^\| `LOAD_(\w+)=(.*?)` \|", part("In the environment"), re.MULTILINE)


def test_each_setting_has_its_variable() -> None:
    """In the order of their sections; those that are tables have none, and say so."""
    sections = re.findall(r"^### `(\w+)`$", PAGE, re.MULTILINE)
    assert set(sections) == set(SETTINGS)
    assert [name.lower() for name, _ in EXAMPLES] == [name for name in sections if name not in TABLES]
    for name in TABLES:
        section = PAGE.partition(f"### `{name}`\n")[2].partition("\n### ")[0]
        assert "Not to be set by an environment variable" in " ".join(section.split())


@pytest.mark.parametrize(("name", "text"), EXAMPLES)
def test_each_example_is_taken(name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the table says it, and as another value than the default."""
    monkeypatch.setenv(f"LOAD_{name}", text)
    before = _config._project_start
    reread(before)
    value, origin = _config.lookup(name.lower())
    assert origin == f"LOAD_{name}"
    assert value != SETTINGS[name.lower()].default
    monkeypatch.delenv(f"LOAD_{name}")
    reread(before)


def test_the_other_variables_are_those_that_are_read() -> None:
    """The page, the list that a slip is compared with, and the sources."""
    listed = set(re.findall(r"`LOAD_([A-Z_]+)=", part("Other variables")))
    assert listed == set(_settings._OTHER_VARIABLES)
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (CHECKOUT / "load").rglob("*.py"))
    assert {name for name in listed if f'"LOAD_{name}"' not in sources} == set()
    read = set(re.findall(r"environ(?:\.get\(|\[)\s*\"LOAD_([A-Z_]+)\"", sources))
    assert read <= listed | {name.upper() for name in SETTINGS}

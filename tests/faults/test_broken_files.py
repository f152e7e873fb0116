"""Files that somebody broke, or made to break a reader: a typed error or nothing, never a raw one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from load import _config, _folders
from load._imports.scripts.notebook import Notebook
from load._imports.scripts.program import Program
from load._install import intent, journal, lock_file, pip_settings, uv_settings
from load._install.job import Job
from load._install.target import Target
from load._resolve.programs import _spec_of_dependency
from load.errors import ConfigError, SourceError
from tests.functional.test_install_names import failing
from tests.support.environments import Environment

DEEP = "[" * 5_000 + "]" * 5_000
LONG = "1" + "0" * 5_000
DOTTED = ".".join("a" * 5_000)
ENTRY: dict[str, Any] = {
    "time": "2026-11-21T08:00:00Z",
    "action": "install",
    "requirements": ["humanize"],
    "changes": [{"name": "humanize", "old": None, "new": "4.0", "source": None}],
    "file": "program.py",
    "line": 1,
    "package": None,
    "script": None,
    "reason": "a known name",
    "command": ["uv", "pip", "install", "humanize"],
    "backend": "uv",
    "target": "the environment",
    "load": "0.1",
    "python": "3.11.7",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The `pyproject.toml` of a project, whose settings are the only ones."""
    for name in ("machine_config", "user_config"):
        monkeypatch.setattr(_folders, name, lambda: str(tmp_path / "nowhere"))
    monkeypatch.setattr(_config, "_configured", {})
    before = _config._project_start
    _config.reread(str(tmp_path))
    yield tmp_path / "pyproject.toml"
    _config.reread(before)


@pytest.mark.parametrize("value", [DEEP, LONG, "{a=" * 3_000 + "}" * 3_000], ids=["deep", "long", "tables"])
@pytest.mark.parametrize("key", ["tool.load.allow", "project.dependencies"])
def test_a_project_file_that_no_parser_gets_through_is_named(project: Path, key: str, value: str) -> None:
    """Nesting beyond all measure, and a number of thousands of digits."""
    project.write_text(f"{key} = {value} # load, dependencies\n")
    for ask in (lambda: _config.get("install"), _config.project_dependencies):
        with pytest.raises(ConfigError, match="not valid TOML") as caught:
            ask()
        assert caught.value.origin == str(project)


@pytest.mark.parametrize(
    "text",
    [
        f"packages.{DOTTED} = 1",
        f"index.{DOTTED} = 1",
        f"index.x.names = [{{{DOTTED} = 1}}]",
        f"timeout.{DOTTED} = 1",
        "timeout = 1" + "0" * 400,
        'cache_dir = "a\\u0000b"',
        f'cache_dir = "{"a" * 300}"',
        f'cache_dir = "{"a/" * 5_000}"',
    ],
    ids=lambda text: text[:16],
)
def test_a_value_beyond_all_measure_is_a_config_error_of_a_line(project: Path, text: str) -> None:
    """The setting is named, and its value shown as far as that helps."""
    project.write_text(f"[tool.load]\n{text}\n")
    with pytest.raises(ConfigError) as caught:
        _config.get("install")
    assert caught.value.key == text.partition(" ")[0].partition(".")[0]
    assert len(caught.value.message) < 1_000


def test_a_folder_that_no_file_name_can_be_is_none_by_configure_either() -> None:
    """A lone surrogate, and bytes."""
    for value in ("\ud800", b"cache", "~/" + "ä" * 200):
        with pytest.raises(ConfigError, match="is not a folder"):
            _config.configure(cache_dir=value)


@pytest.mark.parametrize("value", [LONG, DEEP], ids=["long", "deep"])
def test_a_lock_that_no_parser_gets_through_is_named(tmp_path: Path, value: str) -> None:
    """As a lock that is not TOML at all."""
    path = tmp_path / "pylock.load.toml"
    path.write_text(f'lock-version = "1.0"\na = {value}\n')
    with pytest.raises(ConfigError, match="not valid TOML"):
        lock_file.read(str(path))


@pytest.mark.parametrize("key", ["environments", "marker"])
def test_a_marker_of_a_lock_that_is_nothing_but_brackets_is_named(tmp_path: Path, key: str) -> None:
    """Who reads a marker goes down into each of them."""
    marker = "(" * 2_000 + "os_name == 'x'" + ")" * 2_000
    text = f'environments = ["{marker}"]' if key == "environments" else f'[[packages]]\nname = "x"\nmarker = "{marker}"'
    path = tmp_path / "pylock.load.toml"
    path.write_text(f'lock-version = "1.0"\ncreated-by = "x"\n{text}\n')
    with pytest.raises(ConfigError, match="nested too deeply") as caught:
        lock_file.read(str(path))
    assert key in caught.value.key


@pytest.mark.parametrize(
    ("line", "fact"),
    [
        (f"dependencies = {DEEP}", "not valid TOML"),
        (f"a = {LONG}", "not valid TOML"),
        (f"dependencies = ['frobx; {'(' * 2_000}']", "more than 100 brackets"),
        (f"dependencies = ['frobx; {'(' * 2_000}os_name==\"a\"{')' * 2_000}']", "more than 100 brackets"),
    ],
    ids=["deep", "long", "open", "closed"],
)
@pytest.mark.parametrize("name", ["script.py", "notebook.ipynb"])
def test_a_block_that_no_parser_gets_through_is_a_source_error(name: str, line: str, fact: str) -> None:
    """In a script and in a notebook."""
    source = f"# /// script\n# {line}\n# ///\nimport a\n"
    cells = {"cells": [{"cell_type": "code", "source": source}], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}
    data = source if name.endswith(".py") else json.dumps(cells)
    with pytest.raises(SourceError, match=fact) as caught:
        Program(name, data.encode())
    assert "script` block" in str(caught.value)


@pytest.mark.parametrize(
    "marker", ["'q' in dependency_groups", "dependency_groups == 'q'", "extras == 'a'", "os_name ~= 'x'"]
)
def test_a_dependency_for_a_group_that_a_script_cannot_have_is_a_source_error(marker: str) -> None:
    """What no script can decide is told with the dependency."""
    with pytest.raises(SourceError, match="dependency in the script's block") as caught:
        _spec_of_dependency(f"frobx; {marker}")
    assert "frobx" in caught.value.text


@pytest.mark.parametrize(
    "head", ['"nbformat": "x"', '"nbformat": null', '"nbformat": 4, "nbformat_minor": []', '"metadata": {}']
)
def test_a_notebook_whose_format_is_no_number_is_none(head: str) -> None:
    """Also one that does not say it."""
    with pytest.raises(SourceError, match="is not a notebook: it does not say"):
        Notebook(f'{{{head}, "cells": []}}'.encode(), "n.ipynb")


def test_a_notebook_with_odd_ids_of_cells_is_read() -> None:
    """They are only looked at so that a new one differs."""
    cells = [{"cell_type": "code", "source": "", "id": each} for each in ([1], {"a": 1}, None, "script-block")]
    read = Notebook(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5}).encode(), "n.ipynb")
    assert b'"script-block-2"' in read.with_first_cell("x")


@pytest.mark.parametrize(
    "text",
    [
        "tool = 5",
        "tool.uv = 5",
        "tool.uv.pip = 5",
        "tool.uv.index = 5",
        "tool.uv.index = ['x', 5]",
        "[[tool.uv.index]]\nurl = 5\nname = 5",
        "[[tool.uv.index]]\nurl = 5\ndefault = true",
        "[tool.uv]\nindex-url = 5\nextra-index-url = 5\nfind-links = [5]",
        f"a = {DEEP}",
        f"a = {LONG}",
    ],
    ids=lambda text: text[:24],
)
def test_settings_of_uv_that_uv_would_refuse_are_passed_over(project: Path, text: str) -> None:
    """It is uv that reports them; whoever only looks where uv would look, as `load doctor` does, goes on."""
    project.write_text(f"{text}\n")
    found = uv_settings.read()
    assert (found.default, [url for _, url in found.extra if url], found.links) == ("", [], [])


@pytest.mark.parametrize("content", [b"\xff", b"no section", b"[global]\nindex-url\n", b"[global]\na = 1\na = 2\n"])
def test_settings_of_pip_that_pip_would_refuse_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    """It is pip that reports them."""
    (tmp_path / "pip.conf").write_bytes(content)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    assert "index-url" not in pip_settings.read()


# -- what load itself keeps ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\u0085", "\v", "\f", "\x1c", "\r"])
def test_an_entry_of_the_journal_with_another_end_of_a_line_in_a_path_is_read(tmp_path: Path, end: str) -> None:
    """Lines end with a line feed, and with nothing else."""
    lines = [json.dumps({**ENTRY, "file": f"a{end}b.py"}, ensure_ascii=False), json.dumps(ENTRY)]
    (tmp_path / journal.FILE).write_text("\n".join(lines), encoding="utf-8", newline="")
    assert [each.file for each in journal.read(str(tmp_path))] == [f"a{end}b.py", "program.py"]


@pytest.mark.parametrize(
    "line",
    [
        "[" * 100_000,
        LONG,
        "5",
        "{}",
        '{"time": "2020", "changes": [5]}',
        json.dumps({**ENTRY, "changes": [5]}),
        json.dumps({**ENTRY, "changes": [{"name": 5}]}),
        json.dumps({**ENTRY, "changes": [{"name": "x"}]}),
        json.dumps({**ENTRY, "changes": [{"name": "x", "old": [], "new": None}]}),
        json.dumps({**ENTRY, "changes": {}}),
        json.dumps({**ENTRY, "time": 5}),
        json.dumps({**ENTRY, "action": None}),
        json.dumps({**ENTRY, "requirements": [5]}),
        json.dumps({**ENTRY, "requirements": None}),
        json.dumps({**ENTRY, "command": "uv"}),
        json.dumps({**ENTRY, "file": []}),
        json.dumps({**ENTRY, "line": "1"}),
        json.dumps({**ENTRY, "reason": {}}),
    ],
    ids=lambda line: line[-40:],
)
def test_a_line_of_the_journal_that_is_no_entry_is_passed_over(tmp_path: Path, line: str) -> None:
    """What stands before and after it is told."""
    (tmp_path / journal.FILE).write_text("\n".join([json.dumps(ENTRY), line, json.dumps(ENTRY), ""]))
    read = journal.read(str(tmp_path))
    assert [each.as_dict() for each in read] == [ENTRY, ENTRY]


INTENT: dict[str, Any] = {
    "before": {"humanize": "4.0"},
    "editables": (),
    "entries": ("humanize",),
    "hashed": (),
    "requirements": ("humanize",),
    "until": 5.0,
}


@pytest.mark.parametrize(
    "content",
    [
        b"\xff",
        b"",
        b"42",
        b"(" * 100_000,
        repr({**INTENT, "until": "soon"}).encode(),
        repr({**INTENT, "before": ["humanize"]}).encode(),
        repr({**INTENT, "before": {"humanize": 4}}).encode(),
        repr({**INTENT, "entries": 5}).encode(),
        repr({**INTENT, "requirements": "humanize"}).encode(),
        repr({**INTENT, "hashed": (5,)}).encode(),
        repr({**INTENT, "more": 5}).encode(),
        repr({**INTENT, "until": float("inf")}).encode(),
    ],
    ids=lambda content: content.decode(errors="replace")[:60],
)
def test_an_intent_that_nobody_can_read_is_removed(tmp_path: Path, content: bytes) -> None:
    """Bytes that are no text, and values of another kind than are written."""
    target = Target(str(tmp_path), "a folder")
    (tmp_path / ".load").mkdir()
    (tmp_path / ".load" / "intent").write_bytes(content)
    assert intent.read(target) is None
    assert not intent.is_there(target)


def test_an_intent_that_is_a_folder_is_removed(tmp_path: Path) -> None:
    """It would stand in the way of each install."""
    target = Target(str(tmp_path), "a folder")
    (tmp_path / ".load" / "intent" / "inner").mkdir(parents=True)
    assert intent.read(target) is None
    assert not intent.is_there(target)


def test_an_intent_of_any_length_of_time_can_be_read_again(tmp_path: Path) -> None:
    """`timeout = inf` is a time as well."""
    target = Target(str(tmp_path), "a folder")
    with _config.Override({"timeout": float("inf")}):
        intent.about_to(target, Job(["humanize"], scratch=""))
    found = intent.read(target)
    assert found is not None
    assert found.until > 1e11


def test_the_command_line_goes_on_where_files_are_broken(venv: Environment, tmp_path: Path) -> None:
    """`load doctor` with a project file of another form; a request with an intent that is a folder, and no entry."""
    (tmp_path / "pyproject.toml").write_text("tool = 5\n")
    state = venv.site_packages / ".load"
    (state / "intent").mkdir(parents=True)
    (state / journal.FILE).write_text('{"time": "2020", "changes": [5]}\n')
    asked = venv.run(failing("load.frobx"), env={"LOAD_INSTALL": "known"})
    assert "InstallRefused" in asked.check().stdout
    for command in ("doctor", "history"):
        result = venv.run(["-m", "load", command], cwd=tmp_path)
        assert "Traceback" not in result.stdout + result.stderr

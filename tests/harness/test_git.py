"""Made repositories are real ones, and are found at the addresses of the big hosts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.environments import Environment
from tests.support.git import Forge, GitRepo
from tests.support.processes import Result, run
from tests.support.wheels import project

BACKENDS = ["uv", "pip"]


def install(backend: str, venv: Environment, requirement: str) -> Result:
    """Install with one of the two, without an index."""
    verb = venv.uv_pip if backend == "uv" else venv.pip
    return verb("install", "--no-index", requirement)


def version(venv: Environment, name: str) -> str:
    """The version that a child imports."""
    return venv.run(f"import {name}; print({name}.__version__)").check().stdout.strip()


def test_commits_tags_and_branches_are_there(git_repo: Callable[..., GitRepo]) -> None:
    """Ids are full, and the same content made twice has the same id."""
    made, again = git_repo("one"), git_repo("two")
    first = made.commit({"a/b.txt": "text", "c.bin": b"\0"}, "first")
    made.tag("v1")
    made.tag("v2", "annotated")
    made.branch("other")
    second = made.commit({"c.bin": b"\1"})
    assert again.commit({"a/b.txt": "text", "c.bin": b"\0"}, "first") == first
    assert len(first) == 40
    assert made.git("rev-parse", "main", "v1", "v2^{commit}", "other").split() == [
        first,
        first,
        first,
        second,
    ]
    made.switch("main")
    assert (made.path / "c.bin").read_bytes() == b"\0"
    assert made.git("log", "--format=%an %s", "main") == "A Test first"


def test_the_users_hooks_and_settings_are_not_read(
    git_repo: Callable[..., GitRepo], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither by a configuration file nor by the variables that git sets for its hooks."""
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "pre-commit").write_text("#!/bin/sh\nexit 1\n")
    (hooks / "pre-commit").chmod(0o755)
    config = tmp_path / "config"
    config.write_text(f"[core]\n\thooksPath = {hooks}\n[commit]\n\tgpgSign = true\n[user]\n\tname = Somebody\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    repository = git_repo()
    repository.commit({"a": "b"})
    assert repository.git("log", "--format=%cn") == "A Test"
    assert (repository.path / ".git" / "HEAD").exists()


@pytest.mark.parametrize(
    ("backend", "reference"),
    [
        *(("uv", reference) for reference in ("", "@main", "@v1", "@{first}", "@feature/x")),
        *(("pip", reference) for reference in ("", "@v1", "@{first}")),
    ],
)
def test_a_repository_installs_from_the_address_of_its_host(
    backend: str, reference: str, venv: Environment, forge: Forge
) -> None:
    """By branch, by tag, by commit; no network is there."""
    repository = forge.repository("acme/tool")
    project(repository.path, "tool", "1.0")
    first = repository.commit()
    repository.tag("v1")
    repository.branch("feature/x")
    project(repository.path, "tool", "2.0")
    repository.commit()
    repository.switch("main")
    project(repository.path, "tool", "3.0")
    repository.commit()
    url = f"https://github.com/acme/tool{reference.format(first=first)}"
    install(backend, venv, f"tool @ git+{url}").check()
    expected = {"": "3.0", "@main": "3.0", "@feature/x": "2.0"}.get(reference, "1.0")
    assert version(venv, "tool") == expected


@pytest.mark.parametrize(
    ("backend", "address"),
    [
        ("uv", "https://github.com/acme/tool.git"),
        ("uv", "https://gitlab.com/acme/tool"),
        ("uv", "file"),
        ("pip", "https://gitlab.com/acme/tool.git"),
        ("pip", "file"),
    ],
)
def test_a_project_in_a_subdirectory_installs(backend: str, address: str, venv: Environment, forge: Forge) -> None:
    """From each host, with and without `.git`, and by the `file://` address."""
    repository = forge.repository("acme/tool")
    project(repository.path / "deep" / "down", "inner")
    sha = repository.commit()
    url = repository.url if address == "file" else address
    name = "" if address == "file" else "inner @ "  # before 24, pip takes no name with a file's address
    install(backend, venv, f"{name}git+{url}@{sha}#subdirectory=deep/down").check()
    assert version(venv, "inner") == "1.0"


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", ["acme/absent", "acme/tool@no-such-ref"])
def test_what_is_not_there_fails_at_once(backend: str, name: str, venv: Environment, forge: Forge) -> None:
    """A repository, a reference."""
    repository = forge.repository("acme/tool")
    project(repository.path, "tool")
    repository.commit()
    result = install(backend, venv, f"tool @ git+https://github.com/{name}")
    assert result.returncode != 0
    assert "tool" not in venv.installed()


def test_other_addresses_are_not_allowed(forge: Forge) -> None:
    """Git says so before it looks for a network."""
    result = run(["git", "ls-remote", "https://example.invalid/acme/tool"])
    assert result.returncode != 0
    assert "not allowed" in result.stderr
    assert forge.environ["GIT_ALLOW_PROTOCOL"] == "file"

"""Real Git repositories on this machine, also found at the addresses of the big hosts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from tests.support.processes import run
from tests.support.wheels import Files

GITHUB = "https://github.com/"
GITLAB = "https://gitlab.com/"

_WHO_AND_WHEN = {
    "GIT_AUTHOR_NAME": "A Test",
    "GIT_AUTHOR_EMAIL": "test@example.invalid",
    "GIT_AUTHOR_DATE": "2020-01-01T00:00:00Z",
    "GIT_COMMITTER_NAME": "A Test",
    "GIT_COMMITTER_EMAIL": "test@example.invalid",
    "GIT_COMMITTER_DATE": "2020-01-01T00:00:00Z",
}
_SETTINGS = {
    "commit.gpgSign": "false",
    "core.autocrlf": "false",
    "core.hooksPath": os.devnull,
    "init.templateDir": "",
    "tag.gpgSign": "false",
}


def private_environ(config: str = os.devnull) -> dict[str, str | None]:
    """Changes to an environment: git reads one configuration file, asks nobody, works where it is told to."""
    return {
        **{name: None for name in os.environ if name.startswith("GIT_")},
        "GIT_CONFIG_GLOBAL": config,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }


class GitRepo:
    """A repository with a working tree, on the branch `main`.

    Attributes:
        path: its folder.
    """

    def __init__(self, path: Path) -> None:
        """Make the repository, and its folder where it is missing."""
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "uploadpack.allowFilter", "true")  # as the big hosts do: pip clones with a filter
        self.git("config", "uploadpack.allowAnySHA1InWant", "true")

    @property
    def url(self) -> str:
        """Its `file://` address."""
        return self.path.as_uri()

    @property
    def head(self) -> str:
        """The full id of the commit that is checked out."""
        return self.git("rev-parse", "HEAD")

    def git(self, *arguments: str) -> str:
        """Run git in the repository and return what it printed, without the last line end."""
        settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        environ = {**private_environ(), **_WHO_AND_WHEN}
        return run(["git", *settings, *arguments], cwd=self.path, env=environ).check().stdout.rstrip("\n")

    def commit(self, files: Files | None = None, message: str = "change") -> str:
        """Write files, commit all that lies in the working tree, and return the commit's full id."""
        for name, data in (files or {}).items():
            target = self.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data if isinstance(data, bytes) else data.encode())
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.head

    def tag(self, name: str, message: str | None = None) -> None:
        """Tag what is checked out; with a message, as an annotated tag."""
        self.git("tag", *(["--annotate", "--message", message] if message else []), name)

    def branch(self, name: str) -> None:
        """Start a branch here and go on in it."""
        self.git("switch", "--quiet", "--create", name)

    def switch(self, name: str) -> None:
        """Go on in a branch that exists."""
        self.git("switch", "--quiet", name)


def instead_of(config: Path, folders: Mapping[str, Path]) -> dict[str, str]:
    """An environment in which git finds addresses in local folders, and nothing outside this machine.

    Args:
        config: where to write the configuration file.
        folders: the folder that stands for each beginning of an address, such as `https://github.com/`.
    """
    sections = [
        f'[url "{folder.as_uri().rstrip("/")}/"]\n\tinsteadOf = {address}\n' for address, folder in folders.items()
    ]
    config.write_text("".join(sections), encoding="utf-8")
    return {
        "GIT_CONFIG_GLOBAL": str(config),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "file",  # an address that no folder stands for fails at once, without a network
        "UV_NO_GITHUB_FAST_PATH": "true",  # uv would ask the host's own interface first, past git
    }


class Forge:
    """A folder that stands for a Git host: `repository("owner/repo")` is then found at `https://github.com/owner/repo`.

    Attributes:
        environ: the variables that make git, uv and pip find it.
    """

    def __init__(self, folder: Path, *addresses: str) -> None:
        """Make the folder and the configuration; where no `addresses` are given, GitHub's and GitLab's."""
        self._folder = folder / "repositories"
        self._folder.mkdir(parents=True)
        self.environ = instead_of(folder / "gitconfig", dict.fromkeys(addresses or (GITHUB, GITLAB), self._folder))

    def repository(self, name: str) -> GitRepo:
        """Make the repository `owner/name`; it is found with and without `.git` at the end."""
        repository = GitRepo(self._folder / name)
        (self._folder / f"{name}.git").symlink_to(repository.path, target_is_directory=True)
        return repository

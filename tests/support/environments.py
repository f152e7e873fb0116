"""Interpreters to run children with, and the environments that they belong to; `templates` makes these."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.launcher import NOT_POSSIBLE
from tests.support.processes import Result, run, through_launcher

Code = str | Sequence[str | os.PathLike[str]]


class Python:
    """An interpreter to run code with.

    Attributes:
        python: the path of its executable.
        environ: what it needs in its environment.
        unprivileged: children run without root's capabilities, so that read-only folders are so for root too.
    """

    def __init__(self, python: Path, environ: Mapping[str, str | None] | None = None) -> None:
        """Take the interpreter at `python`, whose children need `environ`."""
        self.python = python
        self.environ = dict(environ or {})
        self.unprivileged = False

    def command(self, code: Code) -> list[str]:
        """The command line for code (a string, dedented) or for arguments of the interpreter (a sequence)."""
        arguments = ["-c", textwrap.dedent(code)] if isinstance(code, str) else [os.fspath(part) for part in code]
        command = [str(self.python), *arguments]
        return through_launcher(command, "--unprivileged") if self.unprivileged else command

    def run(
        self,
        code: Code,
        *,
        env: Mapping[str, str | None] | None = None,
        cwd: str | os.PathLike[str] | None = None,
        input: str | None = None,  # noqa: A002 - the name that `subprocess.run` gives it
        timeout: float = 150,
        tty: bool = False,
    ) -> Result:
        """Run code, or the interpreter with arguments; see `processes.run`.

        Args:
            code: source text, or arguments such as `["-m", "load"]`.
            env: changes to the environment; None as a value removes a variable.
            cwd: the working directory.
            input: the text on standard input.
            timeout: seconds until it is killed with its children.
            tty: standard input and standard error are a terminal where nobody types.
        """
        environ = {**self.environ, **(env or {})}
        if tty:
            assert input is None, "what is typed at a terminal is given to run_in_pty"
            return self.run_in_pty(code, env=env, cwd=cwd, timeout=timeout)
        return run(self.command(code), env=environ, cwd=cwd, input=input, timeout=timeout)

    def run_in_pty(
        self,
        code: Code,
        answers: Sequence[tuple[str, str]] = (),
        *,
        env: Mapping[str, str | None] | None = None,
        **options: Any,
    ) -> Result:
        """Run it at a pseudo-terminal and answer its prompts; see `terminal.run_in_pty` for the options."""
        from tests.support.terminal import run_in_pty  # POSIX only

        return run_in_pty(self.command(code), answers, env={**self.environ, **(env or {})}, **options)

    def give_up_rights(self) -> None:
        """Run children without root's capabilities from now on; the test is skipped where these cannot be given up."""
        self.unprivileged = True
        probe = self.run("pass")
        if probe.returncode == NOT_POSSIBLE:
            pytest.skip(probe.stderr.strip())

    def pip(self, *arguments: str, **options: Any) -> Result:
        """Run pip in it."""
        return self.run(["-m", "pip", *arguments], **options)

    def uv_pip(self, verb: str, *arguments: str, **options: Any) -> Result:
        """Run `uv pip VERB` for it."""
        return run([uv_program(), "pip", verb, "--python", self.python, *arguments], **options)


class Environment(Python):
    """A Python with a site-packages folder of its own, in a folder that a test may do anything with.

    Attributes:
        root: its folder (`sys.prefix`).
        site_packages: where libraries are installed.
        scripts: where programs are installed.
    """

    def __init__(self, root: Path, python: Path, site_packages: Path, scripts: Path) -> None:
        """Describe an environment, which need not be there yet."""
        super().__init__(python)
        self.root = root
        self.site_packages = site_packages
        self.scripts = scripts

    def installed(self) -> dict[str, str]:
        """The versions of the distributions in site-packages, by name as written in their metadata."""
        found = importlib.metadata.distributions(path=[str(self.site_packages)])
        return {distribution.name: distribution.version for distribution in found}

    def replace(self, name: str, text: str) -> None:
        """Write a file of site-packages anew; the old one may be shared with other environments and stays as it is."""
        (self.site_packages / name).unlink()
        (self.site_packages / name).write_text(text, encoding="utf-8")

    def make_read_only(self) -> None:
        """Make the folders of site-packages and of the programs unwritable, for root's children as well.

        The test is skipped where root cannot give up its capabilities.
        """
        self.give_up_rights()
        self._chmod_folders(0o555)

    def remove(self) -> None:
        """Delete the whole folder, read-only or not."""
        if self.unprivileged:
            self._chmod_folders(0o755)
        shutil.rmtree(self.root)

    def _chmod_folders(self, mode: int) -> None:
        for top in (self.site_packages, self.scripts):
            for folder, _, _ in os.walk(top):
                os.chmod(folder, mode)


def uv_program() -> str:
    """The path of the uv that is installed with the running environment."""
    import uv

    return os.fsdecode(uv.find_uv_bin())

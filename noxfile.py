"""The sessions of development; `.ci/run` is what decides."""

from __future__ import annotations

import nox

nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["tests-3.11", "lint"]


@nox.session(python=["3.11", "3.12", "3.13", "3.14", "3.15"])
def tests(session: nox.Session) -> None:
    """The suite."""
    session.install("-e", ".[test]")
    session.run("pytest", *session.posargs)


@nox.session(python="3.11")
def lowest(session: nox.Session) -> None:
    """The suite with the lowest versions that pyproject.toml admits."""
    session.install("--resolution", "lowest-direct", "-e", ".[test]")
    session.run("pytest", "--registry", "never", *session.posargs)


@nox.session(python="3.11")
def lint(session: nox.Session) -> None:
    """Style, types and contracts."""
    session.install("-e", ".[lint]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("lint-imports")
    session.run("python", "-m", "tests.contracts_bite")


@nox.session(python="3.11")
def benchmarks(session: nox.Session) -> None:
    """The measures, as ratios in one run."""
    session.install(".[bench]")
    session.run("python", "-m", "benchmarks", *session.posargs)

"""The parts of `.ci/run`, by name, each in an environment of its own: `nox -l` lists them."""

from __future__ import annotations

import nox

nox.needs_version = ">=2024.4.15"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["lint", "types", "contracts", "tests"]
nox.options.error_on_missing_interpreters = False

PYTHONS = ["3.11", "3.12", "3.13", "3.14", "3.15"]
OLDEST = PYTHONS[0]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The whole suite; arguments go to pytest: `nox -s tests-3.13 -- tests/unit`."""
    session.install("-e", ".[test]")
    session.run("pytest", *session.posargs)


@nox.session(python=OLDEST)
def lint(session: nox.Session) -> None:
    """Style and form."""
    session.install("-e", ".[lint]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session(python=OLDEST)
def types(session: nox.Session) -> None:
    """Types, strictly."""
    session.install("-e", ".[lint]")
    session.run("mypy")


@nox.session(python=OLDEST)
def contracts(session: nox.Session) -> None:
    """The layers hold, and each contract refuses a breach."""
    session.install("-e", ".[lint]")
    session.run("lint-imports")
    session.run("python", "-m", "tests.contracts_bite")


@nox.session(python=OLDEST)
def minimum(session: nox.Session) -> None:
    """The suite with the oldest versions that the project says it works with."""
    session.install("uv")
    here = session.virtualenv.location
    session.run("uv", "pip", "install", "--python", here, "--resolution", "lowest-direct", "-e", ".[test]")
    session.run("pytest", *session.posargs)


@nox.session(python=OLDEST)
def docs(session: nox.Session) -> None:
    """The pages, built without a warning."""
    session.install("-e", ".[docs]")
    session.run("mkdocs", "build", "--strict")


@nox.session(python=OLDEST)
def benchmarks(session: nox.Session) -> None:
    """Ratios against the peers, in one run; arguments name the scripts."""
    session.install("-e", ".[bench]")
    session.env["PYTHONDONTWRITEBYTECODE"] = ""
    session.run("python", "-m", "benchmarks", *session.posargs)

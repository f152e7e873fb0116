"""An index that misbehaves: a clear error in bounded time, and nothing half-done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.test_hostile_wheels import state
from tests.functional.test_install_names import BACKENDS, failing
from tests.support.environments import Environment
from tests.support.index import Index
from tests.support.wheels import Wheel

MakeWheel = Callable[..., Path]
QUICK = {"LOAD_TIMEOUT": "3", "UV_HTTP_RETRIES": "0", "PIP_RETRIES": "0"}
QUICK |= {"UV_HTTP_TIMEOUT": "1000", "PIP_DEFAULT_TIMEOUT": "1000"}  # they themselves would wait longer than the test
ATTEMPTS = {
    "404": lambda index: index.fail(404),
    "500": lambda index: index.fail(500),
    "garbage": lambda index: index.garbage(),
    "nothing": lambda index: index.hang(),
    "a byte a second": lambda index: index.slow(1),
    "hanging up": lambda index: index.drop(),
    "half an answer": lambda index: index.cut_off(),
}


@BACKENDS
@pytest.mark.parametrize("behaviour", ATTEMPTS)
def test_an_index_that_misbehaves_ends_in_a_typed_error(
    venv: Environment, index: Index, wheel: MakeWheel, behaviour: str, backend: str
) -> None:
    """The error says which name it was about; the process ends within its timeout and the environment is as before."""
    index.add(wheel("humanize"))
    ATTEMPTS[behaviour](index)
    before = state(venv)
    result = venv.run(failing("load.humanize"), env={**QUICK, "LOAD_BACKEND": backend}).check()
    assert result.stdout.startswith("InstallError")
    assert "'humanize' is not installed" in result.stdout or "did not finish within 3 s" in result.stdout
    assert "→ " in result.stdout
    assert state(venv) == before
    index.behave_well()
    assert venv.run("import load; print(load.humanize.__name__)", env={"LOAD_BACKEND": backend}).check().stdout


@BACKENDS
@pytest.mark.parametrize("part", ["file", "page"])
def test_a_redirect_to_another_host_is_followed_without_credentials(
    venv: Environment, index: Index, wheel: MakeWheel, backend: str, part: str
) -> None:
    """What the index sends elsewhere is fetched there, but no password goes along."""
    with Index() as elsewhere:
        made = wheel("humanize")
        index.add(made)
        elsewhere.add(made)
        index.require_login("anna", "s3cret")
        goal = elsewhere.file_url(made.name) if part == "file" else f"{elsewhere.url}humanize/"
        pattern = "/files/humanize-*" if part == "file" else "/simple/humanize/"
        index.redirect(goal.replace("127.0.0.1", "localhost"), on=pattern)
        env = {**index.environ("anna", "s3cret"), "LOAD_BACKEND": backend}
        result = venv.run("import load; print(load.humanize.__name__)", env=env).check()
        assert result.stdout == "humanize\n"
        assert elsewhere.requests, "the redirect was followed"
        assert [request for request in elsewhere.requests if "authorization" in map(str.lower, request.headers)] == []
        assert "s3cret" not in result.stdout + result.stderr


@BACKENDS
def test_a_redirect_to_a_file_with_another_hash_is_refused(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str
) -> None:
    """The page promises one file, and another host answers with a different one."""
    marker = tmp_path / "ran"
    with Index() as elsewhere:
        index.add(wheel("humanize"))
        other = Wheel("humanize").running_on_import(marker).build(tmp_path / "other")
        elsewhere.add(other)
        index.redirect(elsewhere.file_url(other.name), on="/files/humanize-*")
        result = venv.run(failing("load.humanize"), env={"LOAD_BACKEND": backend}).check()
    assert "InstallError" in result.stdout
    assert "hash" in result.stdout.lower()
    assert not marker.exists()
    assert "humanize" not in venv.installed()

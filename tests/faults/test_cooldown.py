"""The cooldown: what was uploaded lately is not taken, unless it was named exactly or is a private index's."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.faults.test_indexes import ask, bind
from tests.functional.test_install_names import BACKENDS
from tests.installers.test_backend_lock import locked, told
from tests.support.environments import Environment
from tests.support.index import Index
from tests.support.wheels import sdist

MakeWheel = Callable[..., Path]


def ago(hours: float) -> str:
    """A moment before now, as an index writes it."""
    return (datetime.now(UTC) - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


@BACKENDS
@pytest.mark.parametrize(
    ("setting", "version"), [("3d", "1.0"), ("12h", "2.0"), ("1w", "1.0"), ("", "3.0"), ("{day}", "1.0")]
)
def test_what_was_uploaded_lately_is_left_out(
    venv: Environment, index: Index, wheel: MakeWheel, setting: str, version: str, backend: str
) -> None:
    """Hours, days, weeks, a date, or nothing; the same holds for what comes along."""
    for number, hours in (("1.0", 24 * 30), ("2.0", 24), ("3.0", 1)):
        index.add(wheel("app", number, requires=["dep"]), wheel("dep", number), upload_time=ago(hours))
    setting = setting.format(day=ago(24 * 20)[:10])
    assert "no error" in ask(venv, backend, "load.app", {"LOAD_EXCLUDE_NEWER": setting}).stdout
    assert venv.installed().items() >= {"app": version, "dep": version}.items()


@BACKENDS
def test_what_is_named_exactly_is_exempt(venv: Environment, index: Index, wheel: MakeWheel, backend: str) -> None:
    """Who writes `==` knows what he wants; what comes along is held to the cooldown all the same."""
    for number, hours in (("1.0", 24 * 30), ("2.0", 1)):
        index.add(wheel("app", number, requires=["dep"]), wheel("dep", number), upload_time=ago(hours))
    assert "no error" in ask(venv, backend, "load('app==2.0')", {"LOAD_EXCLUDE_NEWER": "3d"}).stdout
    assert venv.installed().items() >= {"app": "2.0", "dep": "1.0"}.items()


@BACKENDS
def test_files_with_hashes_are_exempt(venv: Environment, index: Index, wheel: MakeWheel, backend: str) -> None:
    """A lock was agreed to when it was written."""
    file = wheel("app")
    index.add(file, upload_time=ago(1))
    venv.environ["LOAD_EXCLUDE_NEWER"] = "3d"
    told("run", venv, backend, hashed=[f"app==1.0 --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"])
    assert venv.installed()["app"] == "1.0"


@BACKENDS
def test_a_lock_is_held_to_it(venv: Environment, index: Index, wheel: MakeWheel, backend: str) -> None:
    """With the same exemption."""
    for number, hours in (("1.0", 24 * 30), ("2.0", 1)):
        index.add(wheel("app", number, requires=["dep"]), wheel("dep", number), upload_time=ago(hours))
    venv.environ["LOAD_EXCLUDE_NEWER"] = "3d"
    packages = locked(venv, backend, "app==2.0")
    assert {name: package["version"] for name, package in packages.items()} == {"app": "2.0", "dep": "1.0"}
    assert all("wheels" in package for package in packages.values())


@pytest.mark.parametrize("names", [["acme-core", "acme-deep"], ["acme-*"]], ids=["exact", "prefix"])
def test_a_private_index_is_exempt(venv: Environment, index: Index, wheel: MakeWheel, names: list[str]) -> None:
    """With uv: its newest, and without any upload dates; also what only comes along."""
    index.add(wheel("app", requires=["acme-core"]))
    with Index(json=False) as private:
        bind(private, *names)
        private.add(wheel("acme-core", requires=["acme-deep"]), wheel("acme-deep"))
        assert "no error" in ask(venv, "uv", "load.app", {"LOAD_EXCLUDE_NEWER": "3d"}).stdout
        assert set(locked(venv, "uv", "app")) == {"app", "acme-core", "acme-deep"}
    assert venv.installed().items() >= {"app": "1.0", "acme-core": "1.0", "acme-deep": "1.0"}.items()


@BACKENDS
def test_an_index_without_dates_is_named_as_the_cause(venv: Environment, wheel: MakeWheel, backend: str) -> None:
    """Instead of "nothing found"."""
    with Index(json=False) as index:
        index.add(wheel("app"))
        os.environ.update(index.environ())
        text = ask(venv, backend, "load.app", {"LOAD_EXCLUDE_NEWER": "3d"}).stdout
    assert "the index gives no upload dates, so exclude-newer cannot be held" in text
    assert "NAME==VERSION" in text
    assert "app" not in venv.installed()


@BACKENDS
def test_that_all_is_too_new_is_named_as_the_cause(
    venv: Environment, index: Index, wheel: MakeWheel, backend: str
) -> None:
    """Instead of "nothing found"."""
    index.add(wheel("app"), upload_time=ago(1))
    text = ask(venv, backend, "load.app", {"LOAD_EXCLUDE_NEWER": "3d"}).stdout
    assert "the versions on the index are newer than exclude-newer lets through" in text
    assert "app" not in venv.installed()


@BACKENDS
def test_an_older_version_is_not_built_instead(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str
) -> None:
    """Freshness is not traded for code that runs: the only old enough one is a source."""
    marker = tmp_path / "ran"
    index.add(wheel("app", "2.0"), upload_time=ago(1))
    index.add(sdist(tmp_path / "sdist", "app", "1.0", marker=marker), upload_time=ago(24 * 30))
    text = ask(venv, backend, "load.app", {"LOAD_EXCLUDE_NEWER": "3d"}).stdout
    assert "no error" not in text
    assert not marker.exists()
    assert "app" not in venv.installed()


@pytest.mark.parametrize("setting", ["soon", "3", "3 fortnights", "2026-13-01", "-3d", "d"])
def test_a_cooldown_that_cannot_be_read_is_an_error(venv: Environment, index: Index, setting: str) -> None:
    """Before anything is asked for; the error shows what can be written."""
    code = "from load._install import cooldown\ntry: cooldown.moment()\nexcept ValueError as error: print(error)"
    text = venv.run(code, env={"LOAD_EXCLUDE_NEWER": setting}).check().stdout
    assert "is neither a duration nor a date" in text
    assert '"3d", "12h", "2w"' in text


def test_a_pip_that_knows_no_dates_is_told_of(venv: Environment) -> None:
    """The sentence for the policy; with uv, or without a cooldown, there is none."""
    code = "from load._install.cooldown import unenforceable; print(unenforceable())"
    metadata = next(venv.site_packages.glob("pip-*.dist-info"))
    metadata.rename(metadata.with_name("pip-25.3.dist-info"))
    old_pip = {"LOAD_BACKEND": "pip", "LOAD_EXCLUDE_NEWER": "3d"}
    assert "this pip does not know when files were uploaded" in venv.run(code, env=old_pip).check().stdout
    for env in ({**old_pip, "LOAD_BACKEND": "uv"}, {"LOAD_BACKEND": "pip"}):
        assert venv.run(code, env=env).check().stdout == "None\n"


def test_a_pip_that_knows_no_dates_makes_names_unknown(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """In every mode but for versions that are named exactly: nothing else is left to hold on to."""
    index.add(wheel("humanize"))
    metadata = next(venv.site_packages.glob("pip-*.dist-info"))
    metadata.rename(metadata.with_name("pip-25.3.dist-info"))
    code = """
        import load
        for spec in ("humanize", "humanize==1.0"):
            try:
                print(load(spec).__name__)
            except load.errors.InstallRefused as error:
                print(error.reason, error.context)
    """
    for mode in ("known", "always"):
        env = {"LOAD_BACKEND": "pip", "LOAD_EXCLUDE_NEWER": "3d", "LOAD_INSTALL": mode}
        refused, pinned = venv.run(code, env=env).check().stdout.splitlines()
        assert refused.startswith("unknown-name ('humanize: exclude_newer cannot be held: this pip does not know")
        assert pinned == "humanize"
        venv.uv_pip("uninstall", "humanize").check()

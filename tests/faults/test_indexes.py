"""Private indexes: a bound name comes from its index or not at all; an unbound one never does."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.functional.test_install_names import BACKENDS, failing
from tests.installers.test_backend_lock import locked
from tests.support.environments import Environment
from tests.support.index import Index
from tests.support.processes import Result
from tests.support.wheels import project

MakeWheel = Callable[..., Path]
LENIENT = {"LOAD_INSTALL": "always"}


@pytest.fixture
def private(index: Index) -> Iterator[Index]:
    """A second index; its host has another name than the public one's, as it would have anywhere."""
    with Index() as private:
        yield private


def bind(private: Index, *names: str, url: str | None = None) -> None:
    """Bind names to the private index, in the file of this user."""
    file = Path(os.environ["XDG_CONFIG_HOME"]) / "load" / "load.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    url = url or private.url_as(host="localhost")
    file.write_text(f"[index.acme]\nurl = {json.dumps(url)}\nnames = {json.dumps(names)}\n", encoding="utf-8")


def ask(environment: Environment, backend: str, code: str, env: Mapping[str, str] | None = None) -> Result:
    """What asking for something leads to."""
    return environment.run(failing(code), env={**LENIENT, "LOAD_BACKEND": backend, **(env or {})}).check()


@BACKENDS
@pytest.mark.parametrize("names", [["acme-core"], ["ACME.*"], ["x", "acme_c*"]], ids=["exact", "prefix", "other case"])
def test_a_bound_name_comes_from_its_index(
    venv: Environment, index: Index, private: Index, wheel: MakeWheel, names: list[str], backend: str
) -> None:
    """The same name on the public index has the higher version, and is not even asked for there."""
    index.add(wheel("acme-core", "9.0"))
    private.add(wheel("acme-core", "1.0"))
    bind(private, *names)
    assert "no error" in ask(venv, backend, "load.acme_core").stdout
    assert venv.installed()["acme-core"] == "1.0"
    assert index.lookups("acme-core") == 0


@BACKENDS
def test_a_bound_name_that_comes_along_does_so_too(
    venv: Environment, index: Index, private: Index, wheel: MakeWheel, backend: str
) -> None:
    """A public distribution depends on it, and it in turn on a public one and on a private one."""
    index.add(wheel("app", requires=["acme-core"]), wheel("acme-core", "9.0"), wheel("acme-deep", "9.0"), wheel("dep"))
    private.add(wheel("acme-core", "1.0", requires=["dep", "acme-deep"]), wheel("acme-deep", "1.0"))
    bind(private, "acme-*")
    assert "no error" in ask(venv, backend, "load.app").stdout
    expected = {"app": "1.0", "acme-core": "1.0", "acme-deep": "1.0", "dep": "1.0"}
    assert venv.installed().items() >= expected.items()
    assert (index.lookups("acme-core"), index.lookups("acme-deep"), private.lookups("app")) == (0, 0, 0)


@BACKENDS
@pytest.mark.parametrize("asked", ["acme_core", "app"], ids=["asked for", "comes along"])
def test_a_bound_name_that_its_index_has_not_is_an_error(
    venv: Environment, index: Index, private: Index, wheel: MakeWheel, asked: str, backend: str
) -> None:
    """Nothing comes from the public index, which has it: that is where a stranger would have put it."""
    index.add(wheel("app", requires=["acme-core"]), wheel("acme-core", "9.0"))
    bind(private, "acme-*")
    text = ask(venv, backend, f"load.{asked}").stdout
    assert "InstallError" in text
    assert "acme-core" in text
    assert not {"app", "acme-core"} & venv.installed().keys()
    assert (index.lookups("acme-core"), index.downloads("acme-core")) == (0, 0)


@BACKENDS
def test_a_version_that_the_private_index_has_not_is_told_of_with_it(
    venv: Environment, index: Index, private: Index, wheel: MakeWheel, backend: str
) -> None:
    """The public one has such a version, and that does not count; it is not asked."""
    index.add(wheel("acme-core", "9.0"))
    private.add(wheel("acme-core", "1.0"))
    bind(private, "acme-*")
    text = ask(venv, backend, "load('acme-core>=5')").stdout
    assert "no version on the index is the one asked for" in text
    assert "acme-core is bound to the index 'acme' and looked up there alone" in text
    assert (index.lookups("acme-core"), "acme-core" in venv.installed()) == (0, False)


@BACKENDS
def test_a_private_index_answers_for_no_other_name(
    venv: Environment, index: Index, private: Index, wheel: MakeWheel, backend: str
) -> None:
    """It has a public name too, in a higher version; it is not asked for that."""
    index.add(wheel("other", "1.0"))
    private.add(wheel("other", "5.0"))
    bind(private, "acme-*")
    assert "no error" in ask(venv, backend, "load.other").stdout
    assert venv.installed()["other"] == "1.0"
    assert private.requests == []


@BACKENDS
def test_a_bound_name_is_not_fetched_from_an_address_that_a_stranger_gives(
    venv: Environment, index: Index, private: Index, wheel: MakeWheel, backend: str
) -> None:
    """A public distribution that depends on a file of the bound name: neither backend gets that far."""
    stranger = wheel("acme-core", "9.0")
    index.add(stranger, wheel("app", requires=[f"acme-core @ {index.file_url(stranger.name)}"]))
    private.add(wheel("acme-core", "1.0"))
    bind(private, "acme-*")
    text = ask(venv, backend, "load.app").stdout
    assert "InstallError" in text
    assert not {"app", "acme-core"} & venv.installed().keys()
    if backend == "pip":
        assert "'acme-core' is bound to the index 'acme', and would have come from elsewhere" in text


@BACKENDS
def test_all_other_indexes_stay_in_use_and_none_is_asked_for_a_bound_name(
    venv: Environment, index: Index, private: Index, wheel: MakeWheel, backend: str
) -> None:
    """A second public index, by the backend's own setting."""
    private.add(wheel("acme-core", "1.0", requires=["elsewhere"]))
    bind(private, "acme-*")
    with Index() as second:
        second.add(wheel("elsewhere"), wheel("acme-core", "9.0"))
        env = {"UV_INDEX": f"mine={second.url}", "PIP_EXTRA_INDEX_URL": second.url}
        assert "no error" in ask(venv, backend, "load.acme_core", env).stdout
        assert (second.lookups("acme-core"), second.lookups("elsewhere") > 0) == (0, True)
    assert venv.installed().items() >= {"acme-core": "1.0", "elsewhere": "1.0"}.items()


@BACKENDS
def test_indexes_of_configuration_files_stay_in_use(
    venv: Environment, index: Index, private: Index, wheel: MakeWheel, tmp_path: Path, backend: str
) -> None:
    """Those of uv's and of pip's file; what else is written in uv's file still holds."""
    private.add(wheel("acme-core", "1.0", requires=["elsewhere"]))
    bind(private, "acme-*")
    with Index() as second:
        second.add(wheel("elsewhere", "1.0"), wheel("elsewhere", "2.0a1"), wheel("acme-core", "9.0"))
        (tmp_path / "uv.toml").write_text(f'prerelease = "allow"\n[[index]]\nurl = "{second.url}"\n')
        (tmp_path / "pip.conf").write_text(f"[global]\nextra-index-url = {second.url}\npre = true\n")
        env = {"UV_CONFIG_FILE": str(tmp_path / "uv.toml"), "PIP_CONFIG_FILE": str(tmp_path / "pip.conf")}
        result = venv.run(
            failing("load.acme_core"), env={**LENIENT, "LOAD_BACKEND": backend, **env, "UV_NO_CONFIG": None}
        )
        assert "no error" in result.check().stdout
        assert second.lookups("acme-core") == 0
    assert venv.installed().items() >= {"acme-core": "1.0", "elsewhere": "2.0a1"}.items()


@BACKENDS
def test_a_folder_of_files_gives_no_bound_name(
    venv: Environment, index: Index, private: Index, wheel: MakeWheel, tmp_path: Path, backend: str
) -> None:
    """What else lies there (find-links) is used as before."""
    private.add(wheel("acme-core", "1.0", requires=["elsewhere"]))
    bind(private, "acme-*")
    for file in (wheel("acme-core", "9.0"), wheel("elsewhere")):
        (tmp_path / "links").mkdir(exist_ok=True)
        file.rename(tmp_path / "links" / file.name)
    links = str(tmp_path / "links")
    env = {"UV_FIND_LINKS": links, "PIP_FIND_LINKS": links}
    assert "no error" in ask(venv, backend, "load.acme_core", env).stdout
    assert venv.installed().items() >= {"acme-core": "1.0", "elsewhere": "1.0"}.items()


@BACKENDS
def test_an_index_may_be_a_folder(
    venv: Environment, index: Index, private: Index, wheel: MakeWheel, tmp_path: Path, backend: str
) -> None:
    """As some machines without a network have it."""
    index.add(wheel("dep"))
    file = wheel("acme-core", requires=["dep"])
    page = tmp_path / "simple" / "acme-core"
    page.mkdir(parents=True)
    file.rename(page / file.name)
    (page / "index.html").write_text(f'<!DOCTYPE html><html><body><a href="{file.name}">x</a></body></html>')
    bind(private, "acme-*", url=(tmp_path / "simple").as_uri())
    assert "no error" in ask(venv, backend, "load.acme_core").stdout
    assert venv.installed().items() >= {"acme-core": "1.0", "dep": "1.0"}.items()


@BACKENDS
def test_a_lock_names_the_private_index(
    venv: Environment, index: Index, private: Index, wheel: MakeWheel, backend: str
) -> None:
    """Its true address, and those of its files; nothing of how it was reached."""
    private.add(wheel("acme-core", "1.0"))
    index.add(wheel("app", requires=["acme-core"]))
    bind(private, "acme-*")
    packages = locked(venv, backend, "app")
    assert packages["acme-core"]["index"] == private.url_as(host="localhost")
    assert packages["acme-core"]["wheels"][0]["url"].startswith(
        private.url_as(host="localhost").removesuffix("simple/")
    )
    assert "index" not in packages["app"] or packages["app"]["index"] == index.url


# -- credentials -----------------------------------------------------------------------------------------------------

SPY = """
    import load
    from load import _process
    real = _process.run
    def run(command, **options):
        print("COMMAND", command)
        return real(command, **options)
    _process.run = run
    try:
        load.acme_core
    except ImportError as error:
        print("kind", error.kind)
        print("vars", vars(error))
        print(error)
    else:
        print("no error")
"""
PASSWORD = "s3cret/w@rd"


def keyring_program(folder: Path) -> str:
    """A `keyring` on PATH that knows one login."""
    program = folder / "keyring"
    program.write_text(f'#!/bin/sh\n[ "$1 $3" = "get me" ] && echo "{PASSWORD}"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def credentials(where: str, folder: Path) -> dict[str, str]:
    """Put the login into one of the places that it may be in; the variables for that."""
    if where == "netrc":
        (folder / "netrc").write_text(f'machine localhost login me password "{PASSWORD}"\n')
        return {"NETRC": str(folder / "netrc")}
    if where == "keyring":
        return {"PATH": keyring_program(folder), "LOAD_INDEX_ACME_USERNAME": "me"}
    return {f"{where}_INDEX_ACME_USERNAME": "me", f"{where}_INDEX_ACME_PASSWORD": PASSWORD}


@BACKENDS
@pytest.mark.parametrize("where", ["LOAD", "UV", "netrc", "keyring"])
def test_credentials_come_from_where_they_are_kept(
    venv: Environment, index: Index, private: Index, wheel: MakeWheel, tmp_path: Path, where: str, backend: str
) -> None:
    """And go to that index alone: not to the public one, nor into a command line or an output."""
    index.add(wheel("dep"))
    private.add(wheel("acme-core", requires=["dep"]))
    private.require_login("me", PASSWORD)
    bind(private, "acme-*")
    env = {**LENIENT, "LOAD_BACKEND": backend, **credentials(where, tmp_path)}
    result = venv.run(SPY, env=env).check()
    assert "no error" in result.stdout
    assert "COMMAND" in result.stdout
    assert PASSWORD not in result.stdout + result.stderr
    assert all("authorization" not in request.headers for request in index.requests)
    assert any("authorization" in request.headers for request in private.requests)
    cache = Path(os.environ["LOAD_CACHE_DIR"])
    assert not [file for file in cache.rglob("*") if file.is_file() and PASSWORD in file.read_text(errors="replace")]


@BACKENDS
def test_a_login_that_is_refused_says_which_variables_there_are(
    venv: Environment, index: Index, private: Index, wheel: MakeWheel, backend: str
) -> None:
    """The error has nothing of the password in it, in none of its attributes."""
    private.add(wheel("acme-core"))
    private.require_login("me", "another")
    bind(private, "acme-*")
    env = {"LOAD_INDEX_ACME_USERNAME": "me", "LOAD_INDEX_ACME_PASSWORD": PASSWORD}
    text = venv.run(SPY, env={**LENIENT, "LOAD_BACKEND": backend, **env}).check().stdout
    assert "kind unauthorised" in text
    assert "set LOAD_INDEX_ACME_USERNAME and LOAD_INDEX_ACME_PASSWORD" in text
    assert private.url_as(host="localhost") in text
    assert PASSWORD not in text


@BACKENDS
def test_a_redirect_to_another_host_carries_no_credentials(
    venv: Environment, index: Index, private: Index, wheel: MakeWheel, backend: str
) -> None:
    """Files that lie elsewhere are fetched there without a login."""
    made = wheel("acme-core")
    private.add(made)
    private.require_login("me", PASSWORD)
    bind(private, "acme-*")
    env = {"LOAD_INDEX_ACME_USERNAME": "me", "LOAD_INDEX_ACME_PASSWORD": PASSWORD}
    with Index() as other:  # by the address 127.0.0.1, another host than localhost
        other.add(made)
        private.redirect(other, on="/files/*")
        assert "no error" in ask(venv, backend, "load.acme_core", env).stdout
        assert other.downloads("acme-core") >= 1
        assert all("authorization" not in request.headers for request in other.requests)


def test_a_github_token_is_told_to_git_for_github_alone(venv: Environment, index: Index) -> None:
    """By a credential helper after the user's own; the token is in no configuration value."""
    code = """
        import subprocess
        from load._install.job import environment
        env = environment()
        assert not any("gh-t0ken" in value for name, value in env.items() if name.startswith("GIT_CONFIG")), env
        for host in ("github.com", "example.invalid"):
            request = f"protocol=https\\nhost={host}\\n\\n"
            command = ["git", "credential", "fill"]
            answer = subprocess.run(command, env=env, input=request, capture_output=True, text=True)
            print(host, "gh-t0ken" in answer.stdout, "username=x-access-token" in answer.stdout)
    """
    result = venv.run(code, env={"GH_TOKEN": "gh-t0ken"}).check()
    assert result.stdout.splitlines() == ["github.com True True", "example.invalid False False"]


@BACKENDS
def test_a_repository_is_installed_with_a_token_that_stays_where_it_was(
    venv: Environment, index: Index, forge: Any, backend: str
) -> None:
    """Not in the record of where the distribution came from, nor in what is printed."""
    repository = forge.repository("acme/tool")
    project(repository.path, "tool")
    commit = repository.commit()
    code = f"load('tool @ gh:acme/tool@{commit}')"
    result = ask(venv, backend, code, {"GITHUB_TOKEN": "gh-t0ken"})
    assert "no error" in result.stdout
    record = next(venv.site_packages.glob("tool-*.dist-info/direct_url.json")).read_text()
    assert commit in record
    assert "gh-t0ken" not in record + result.stdout + result.stderr

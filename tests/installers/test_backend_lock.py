"""What both backends make of a job besides a plain install: locks, files with hashes, what is installed anew."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.functional.test_install_names import BACKENDS
from tests.support.environments import Environment
from tests.support.index import WRONG, Index
from tests.support.index_server import Answer, Handler
from tests.support.wheels import project

MakeWheel = Callable[..., Path]
RUN = """
    import json, os, sys, tempfile
    from load import _config
    from load._install.backends import choose
    from load._install.job import Job
    from load.errors import LoadError
    task = json.loads(sys.argv[1])
    with tempfile.TemporaryDirectory() as scratch:
        say = lambda line: print(line, file=sys.stderr)
        job = Job(task.pop("requirements", ()), scratch=scratch, on_line=say, **task)
        try:
            print(choose().{verb}(job))
        except LoadError as error:
            print(type(error).__name__, getattr(error, "kind", ""))
            print(error)
"""


def told(verb: str, environment: Environment, backend: str, **job: Any) -> str:
    """What the backend of an environment says to a job."""
    code = RUN.format(verb=verb)
    script = environment.root.parent / "run_a_job.py"
    script.write_text("\n".join(line[4:] for line in code.splitlines()), encoding="utf-8")
    result = environment.run([script, json.dumps(job)], env={"LOAD_BACKEND": backend}).check()
    return result.stdout + (result.stderr if verb == "run" else "")


def locked(environment: Environment, backend: str, *requirements: str, **job: Any) -> dict[str, Any]:
    """The packages of a lock by name."""
    table = tomllib.loads(told("lock", environment, backend, requirements=requirements, **job))
    assert table["lock-version"] == "1.0"
    return {package["name"]: package for package in table["packages"]}


def sha256(file: Path) -> str:
    """A file's digest."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


@BACKENDS
def test_a_lock_has_each_file_with_its_hash(venv: Environment, index: Index, wheel: MakeWheel, backend: str) -> None:
    """Dependencies come along, the highest versions are taken, and nothing is installed."""
    app, old, new = wheel("app", requires=["dep<3"]), wheel("dep", "2.0"), wheel("dep", "3.0")
    index.add(app, old, new)
    packages = locked(venv, backend, "app")
    assert {name: package["version"] for name, package in packages.items()} == {"app": "1.0", "dep": "2.0"}
    assert packages["app"]["wheels"][0]["hashes"] == {"sha256": sha256(app)}
    assert packages["dep"]["wheels"][0]["url"] == index.file_url(old.name)
    assert "app" not in venv.installed()


@BACKENDS
def test_a_lock_keeps_to_constraints_and_to_wheels(
    venv: Environment, index: Index, wheel: MakeWheel, backend: str
) -> None:
    """And with `dependencies=False` it holds what was asked for and nothing else."""
    index.add(wheel("app", requires=["dep"]), wheel("dep", "2.0"), wheel("dep", "3.0"))
    assert locked(venv, backend, "app", constraints=["dep==2.0"])["dep"]["version"] == "2.0"
    assert list(locked(venv, backend, "app", dependencies=False)) == ["app"]


@BACKENDS
def test_a_lock_has_what_is_installed_already(venv: Environment, index: Index, wheel: MakeWheel, backend: str) -> None:
    """A lock is for other machines too."""
    index.add(wheel("app", requires=["dep"]), wheel("dep"))
    venv.uv_pip("install", "dep").check()
    assert set(locked(venv, backend, "app")) == {"app", "dep"}


@BACKENDS
def test_a_lock_has_sources_of_their_own(
    venv: Environment, index: Index, wheel: MakeWheel, git_repo: Any, tmp_path: Path, backend: str
) -> None:
    """A file in a folder with a blank in its name, a project in place, a repository at its commit."""
    file = wheel("local")
    folder = tmp_path / "a folder"
    folder.mkdir()
    there = file.rename(folder / file.name)
    edited = project(tmp_path / "edited", "edited")
    repository = git_repo("stored")
    project(repository.path, "stored")
    commit = repository.commit()
    packages = locked(
        venv,
        backend,
        str(there),
        f"stored @ git+{repository.path.as_uri()}@{commit}",
        editables=[str(edited)],
        built=["stored", "edited"],
    )
    assert packages["local"]["archive"]["hashes"] == {"sha256": sha256(there)}
    assert packages["edited"]["directory"]["editable"] is True
    assert packages["stored"]["vcs"]["commit-id"] == commit


def with_fragment(index: Index, fragment: bytes) -> None:
    """Have the pages say something else, or nothing, in the place of the hash."""

    def behave(handler: Handler, answer: Answer) -> None:
        body = re.sub(rb"#sha256=[0-9a-f]+", fragment, answer.body)
        handler.send(Answer(answer.status, body, answer.headers))

    index.behave(behave, on="/simple/*")


@BACKENDS
def test_where_the_index_gives_no_hash_the_file_itself_does(venv: Environment, wheel: MakeWheel, backend: str) -> None:
    """Both backends fetch it for that."""
    file = wheel("app")
    with Index(json=False) as index:
        with_fragment(index.add(file), b"")
        venv.environ |= index.environ()
        packages = locked(venv, backend, "app")
    assert packages["app"]["wheels"][0]["hashes"] == {"sha256": sha256(file)}


@BACKENDS
def test_without_a_good_hash_there_is_no_lock(venv: Environment, wheel: MakeWheel, backend: str) -> None:
    """The error names the distribution and its file."""
    with Index(json=False) as index:
        file = wheel("app")
        with_fragment(index.add(file), b"#md5=" + hashlib.md5(file.read_bytes()).hexdigest().encode())
        venv.environ |= index.environ()
        text = told("lock", venv, backend, requirements=["app"])
    assert "BackendError no-hash" in text
    assert "gives no SHA-256 hash" in text
    assert f"{backend}: app: http://" in text


@BACKENDS
def test_files_with_hashes_are_installed_alone(venv: Environment, index: Index, wheel: MakeWheel, backend: str) -> None:
    """What they depend on does not come along: it has a line of its own, or it was not wanted."""
    app = wheel("app", requires=["dep"])
    index.add(app, wheel("dep"))
    text = told("run", venv, backend, hashed=[f"app==1.0 --hash=sha256:{WRONG} --hash=sha256:{sha256(app)}"])
    assert "Change('app', None, '1.0')" in text
    assert venv.installed().keys() & {"app", "dep"} == {"app"}


@BACKENDS
@pytest.mark.parametrize("line", ["app==1.0 --hash=sha256:" + WRONG, "app==1.0"], ids=["another", "none"])
def test_a_file_without_its_hash_is_not_installed(
    venv: Environment, index: Index, wheel: MakeWheel, line: str, backend: str
) -> None:
    """Neither with another hash nor with none at all."""
    index.add(wheel("app"))
    assert "BackendError hash" in told("run", venv, backend, hashed=[line])
    assert "app" not in venv.installed()


@BACKENDS
def test_a_repository_among_hashes_comes_by_its_commit(
    venv: Environment, index: Index, wheel: MakeWheel, git_repo: Any, backend: str
) -> None:
    """It can have no hash, and its requirements stay away like those of the others."""
    app = wheel("app")
    index.add(app)
    repository = git_repo("stored")
    project(repository.path, "stored", requires=["nowhere"])
    line = f"stored @ git+{repository.path.as_uri()}@{repository.commit()}"
    text = told("run", venv, backend, hashed=[line, f"app==1.0 --hash=sha256:{sha256(app)}"])
    assert "Change('app', None, '1.0')" in text
    assert "Change('stored', None, " in text
    assert venv.installed().keys() >= {"app", "stored"}


@BACKENDS
def test_what_is_there_is_installed_anew_on_request(
    venv: Environment, index: Index, wheel: MakeWheel, backend: str
) -> None:
    """The file that was lost is there again, in the version that was there; what it depends on stays as it is."""
    index.add(wheel("app", requires=["dep"]), wheel("dep", "1.0"))
    venv.uv_pip("install", "app").check()
    index.add(wheel("app", "2.0"), wheel("dep", "2.0"))
    (venv.site_packages / "app.py").unlink()
    (venv.site_packages / "dep.py").unlink()
    told("run", venv, backend, reinstall=["App"])
    assert (venv.site_packages / "app.py").exists()
    assert not (venv.site_packages / "dep.py").exists()
    assert venv.installed().items() >= {"app": "1.0", "dep": "1.0"}.items()


@BACKENDS
@pytest.mark.parametrize(
    "line", ["--index-url=http://example.invalid", "app @ https://example.invalid/${HOME}.whl", "app\n--pre", "app \\"]
)
def test_a_line_of_a_lock_never_becomes_an_option(venv: Environment, index: Index, line: str, backend: str) -> None:
    """Options, further lines and variables of the environment are refused before anything is started."""
    text = told("run", venv, backend, hashed=[line])
    assert "SourceError" in text
    assert index.requests == []

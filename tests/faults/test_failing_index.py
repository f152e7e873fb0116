"""An index that fails: each way of failing has its name in the error, and nothing is installed."""

from __future__ import annotations

import os
import platform
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Thread

import pytest

from tests.functional.test_install_names import BACKENDS
from tests.support.environments import Environment
from tests.support.index import Index
from tests.support.processes import run

MakeWheel = Callable[..., Path]
ONCE = {"UV_HTTP_RETRIES": "0", "PIP_RETRIES": "0"}
IMPATIENT = {"UV_HTTP_TIMEOUT": "1", "PIP_DEFAULT_TIMEOUT": "1"}  # where no answer comes at all: a busy machine is slow
KIND = """
    import load, sys
    try:
        load("app{version}")
    except ImportError as error:
        print(getattr(error, "kind", type(error)))
        print(error)
    else:
        print("no error")
"""


def kind(environment: Environment, backend: str, version: str = "", env: Mapping[str, str] | None = None) -> str:
    """What went wrong, by its name."""
    result = asked(environment, backend, version, env)
    assert "Traceback" not in result.partition("\n")[0]
    assert "app" not in environment.installed()
    return result.partition("\n")[0]


def asked(environment: Environment, backend: str, version: str = "", env: Mapping[str, str] | None = None) -> str:
    """All that was said."""
    variables = {"LOAD_INSTALL": "always", "LOAD_BACKEND": backend, **ONCE, **(env or {})}
    result = environment.run(KIND.format(version=version), env=variables).check()
    return result.stdout + result.stderr


WAYS: dict[str, tuple[Callable[[Index], None], str]] = {
    "no such page": (lambda index: index.fail(404, on="/simple/*"), "not-found"),
    "login": (lambda index: index.fail(401, on="/simple/*"), "unauthorised"),
    "forbidden": (lambda index: index.fail(403, on="/simple/*"), "unauthorised"),
    "forbidden file": (lambda index: index.fail(403, on="/files/*"), "unauthorised"),
    "broken": (lambda index: index.fail(500), "index"),
    "overloaded": (lambda index: index.fail(503, on="/simple/*"), "index"),
    "no such file": (lambda index: index.fail(404, on="/files/*"), "index"),
    "broken file": (lambda index: index.fail(500, on="/files/*"), "index"),
    "garbage": (lambda index: index.garbage(on="/simple/*"), "index"),
    "half a page": (lambda index: index.cut_off(on="/simple/*"), "index"),
    "no answer": (lambda index: index.drop(), "network"),
    "silence": (lambda index: index.hang(), "network"),
    "a way into nothing": (lambda index: index.redirect("http://127.0.0.1:9/", on="/simple/*"), "network"),
}


@BACKENDS
@pytest.mark.parametrize("way", WAYS)
def test_each_way_of_failing_is_told_from_the_others(
    venv: Environment, index: Index, wheel: MakeWheel, way: str, backend: str
) -> None:
    """By both backends in the same words, though pip itself says of most that there is no such distribution."""
    fail, expected = WAYS[way]
    fail(index.add(wheel("app")))
    assert kind(venv, backend, env=IMPATIENT if way == "silence" else {}) == expected


@BACKENDS
@pytest.mark.parametrize("version", ["==99", ">=99", ">=2.5,<3"])
def test_a_version_that_is_not_there_is_no_conflict(
    venv: Environment, index: Index, wheel: MakeWheel, version: str, backend: str
) -> None:
    """Nor is it one that was taken back, or for which there is no wheel; what there is stands below."""
    index.add(wheel("app", "1.0"), wheel("app", "2.0"), wheel("app", "4.0")).add(wheel("app", "3.5"), yanked="no")
    first, *rest = asked(venv, backend, version).splitlines()
    assert first == "no-version"
    assert rest[0] == f"'app{version}' is not installed: no version on the index is the one asked for."
    assert rest[-1] == "  → ask for one that there is, or for any"


NEEDED: dict[str, tuple[str, dict[str, str], str, str]] = {
    "nowhere": ("dependency", {}, "not-found", "it needs 'dependency', which the index does not have."),
    "no version": (
        *("dependency>=9", {"version": "2.0"}, "no-version"),
        "it needs 'dependency>=9', and the index has no such version.",
    ),
    "another Python": (
        *("dependency", {"requires_python": ">=3.99"}, "python"),
        f"it needs 'dependency', and no version of that supports this Python ({platform.python_version()}).",
    ),
}


@BACKENDS
@pytest.mark.parametrize("why", NEEDED)
def test_what_is_needed_and_not_to_be_had_is_named(
    venv: Environment, index: Index, wheel: MakeWheel, why: str, backend: str
) -> None:
    """It was told as if it were what was asked for that is missing, or as a conflict."""
    requirement, facts, expected, fact = NEEDED[why]
    index.add(wheel("app", requires=[requirement]))
    if facts:
        index.add(wheel("dependency", **facts))
    first, *rest = asked(venv, backend).splitlines()
    assert first == expected
    assert rest[0] == f"'app' is not installed: {fact}"
    assert rest[-1] == "  → try another version"


@pytest.mark.parametrize("backend", ["uv"])  # pip does not tell it from one that is nowhere
@pytest.mark.parametrize("missing", ["app", "dependency"])
def test_a_wheel_for_another_platform_is_no_conflict(
    venv: Environment, index: Index, wheel: MakeWheel, missing: str, backend: str
) -> None:
    """Of what was asked for, and of what that needs."""
    tags = {missing: "cp39-cp39-win_amd64"}
    for name, requires in (("app", ["dependency"]), ("dependency", [])):
        index.add(wheel(name, requires=requires, tag=tags.get(name, "py3-none-any")))
    first, second = asked(venv, backend).splitlines()[:2]
    assert first == "no-wheel"
    assert ("it needs 'dependency', of which there is no wheel" in second) == (missing == "dependency")


@BACKENDS
def test_what_excludes_each_other_is_a_conflict(
    venv: Environment, index: Index, wheel: MakeWheel, backend: str
) -> None:
    """Also where of each there is but one version."""
    index.add(wheel("app", requires=["other", "dependency>=2"]), wheel("other", requires=["dependency<2"]))
    index.add(wheel("dependency", "1.0"), wheel("dependency", "2.0"))
    assert kind(venv, backend) == "conflict"


@BACKENDS
def test_a_lock_says_which_version_is_not_there(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str
) -> None:
    """In the same words."""
    index.add(wheel("app", "1.0"))
    (tmp_path / "program.py").write_text('import load\n\napp = load("app==99")\n')
    command = [str(venv.python), "-m", "load", "lock", str(tmp_path / "program.py"), "--allow", "app"]
    result = run(command, env={"LOAD_BACKEND": backend})
    assert result.returncode == 1
    assert "Not locked: no version on the index is the one asked for." in result.stderr


@BACKENDS
def test_an_index_that_nobody_answers_for_is_unreachable(venv: Environment, backend: str) -> None:
    """A port where nothing listens."""
    nowhere = "http://127.0.0.1:9/simple/"
    assert kind(venv, backend, env={"UV_DEFAULT_INDEX": nowhere, "PIP_INDEX_URL": nowhere}) == "network"


@BACKENDS
def test_a_file_that_is_no_package_is_told_of(venv: Environment, index: Index, wheel: MakeWheel, backend: str) -> None:
    """By its hash with pip; uv does not come as far as that."""
    index.add(wheel("app")).garbage(on="/files/*")
    assert kind(venv, backend) in ("damaged", "hash")


@BACKENDS
def test_half_a_file_is_told_of(venv: Environment, index: Index, wheel: MakeWheel, backend: str) -> None:
    """Whether it is the connection or the file that is at fault."""
    index.add(wheel("app")).cut_off(on="/files/*")
    assert kind(venv, backend) in ("index", "network", "damaged", "hash")


@BACKENDS
def test_what_takes_too_long_is_stopped(venv: Environment, index: Index, wheel: MakeWheel, backend: str) -> None:
    """The `timeout` setting holds whatever the backend itself would wait for."""
    index.add(wheel("app")).hang()
    waiting = {"UV_HTTP_TIMEOUT": "60", "PIP_DEFAULT_TIMEOUT": "60", "LOAD_TIMEOUT": "2"}
    text = asked(venv, backend, env=waiting)
    assert text.startswith("timeout\n")
    assert "did not finish within 2 s and was stopped" in text
    assert "app" not in venv.installed()


@BACKENDS
def test_a_version_that_was_taken_back_is_told_of(
    venv: Environment, index: Index, wheel: MakeWheel, backend: str
) -> None:
    """PEP 592: installed only where it is named exactly, and then what its makers say of it is passed on."""
    index.add(wheel("app", "2.0"), yanked="it eats files")
    assert kind(venv, backend) == "yanked"
    code = """
        import load
        from load import _events
        _events.subscribe(lambda event: print(getattr(event, "line", "")))
        load("app==2.0")
    """
    result = venv.run(code, env={"LOAD_INSTALL": "always", "LOAD_BACKEND": backend}).check()
    assert "it eats files" in result.stdout
    assert venv.installed()["app"] == "2.0"


@BACKENDS
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to a process alone there")
@pytest.mark.parametrize("asked_for", ["load.app", 'load("app")', 'load.import_aliases("app")'])
def test_ctrl_c_shows_where_the_program_was_and_not_what_load_did(
    venv: Environment, index: Index, wheel: MakeWheel, backend: str, asked_for: str, tmp_path: Path
) -> None:
    """While the backend waits for the index: nothing is installed, nothing runs on."""
    index.add(wheel("app")).hang()
    (tmp_path / "asks.py").write_text(f"import os, load\nopen('pid', 'w').write(str(os.getpid()))\n{asked_for}\n")

    def interrupt() -> None:
        index.wait_for_requests(1)
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGINT)

    typist = Thread(target=interrupt)
    typist.start()
    try:
        result = venv.run([tmp_path / "asks.py"], cwd=tmp_path, env={"LOAD_INSTALL": "always", "LOAD_BACKEND": backend})
    finally:
        typist.join()
    assert result.returncode == -signal.SIGINT
    shown = result.stderr.splitlines()
    assert shown[-1] == "KeyboardInterrupt"
    assert f"    {asked_for}" in shown
    assert len([line for line in shown if line.startswith("  File ")]) <= 5, result.stderr
    assert "app" not in venv.installed()

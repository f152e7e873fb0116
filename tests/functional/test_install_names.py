"""`load.NAME` of something that is not installed: into the environment, under the policy, with uv and with pip."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.environments import Environment
from tests.support.index import Index
from tests.support.wheels import Wheel, sdist

MakeWheel = Callable[..., Path]
BACKENDS = pytest.mark.parametrize("backend", ["uv", "pip"])
FAIL = """
    import load
    try:
        {code}
    except ImportError as error:
        print(type(error).__name__, getattr(error, "reason", ""))
        print(error)
    else:
        print("no error")
"""


def failing(code: str) -> str:
    """Code that prints the kind of an ImportError, its reason, and its text."""
    return FAIL.format(code=code)


@BACKENDS
def test_a_known_name_is_installed_and_imported(
    venv: Environment, index: Index, wheel: MakeWheel, backend: str
) -> None:
    """An import name of the table installs its distribution, which may be called otherwise."""
    index.add(wheel("beautifulsoup4", "4.99", import_names=["bs4"], requires=["soupsieve"]), wheel("soupsieve", "2.0"))
    result = venv.run("import load; print(load.bs4.__name__, load.bs4.__file__)", env={"LOAD_BACKEND": backend}).check()
    assert result.stdout.startswith("bs4 ")
    assert str(venv.site_packages) in result.stdout
    assert venv.installed().items() >= {"beautifulsoup4": "4.99", "soupsieve": "2.0"}.items()
    assert f"load: installed beautifulsoup4 4.99 and what it needs (soupsieve 2.0) with {backend}" in result.stderr


@BACKENDS
def test_an_unknown_name_is_refused_where_nobody_is(
    venv: Environment, index: Index, wheel: MakeWheel, backend: str
) -> None:
    """A name that no table knows is not installed; the error holds the command, and the index was not even asked."""
    index.add(wheel("frobnicator"))
    result = venv.run(failing("load.frobnicator"), env={"LOAD_BACKEND": backend}).check()
    assert "InstallRefused unknown-name" in result.stdout
    assert "load install frobnicator" in result.stdout
    assert index.requests == []


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("load.install('nosuchthing')", "check its name, and its version, on the index"),
        ("load.nosuchthing", 'check the spelling, or name its distribution: "nosuchthing @ pypi:DISTRIBUTION"'),
    ],
)
@pytest.mark.usefixtures("index")
def test_what_the_index_does_not_have(venv: Environment, code: str, hint: str) -> None:
    """A distribution is looked up by its own name; a module may have come from one that is called otherwise."""
    result = venv.run(failing(code), env={"LOAD_INSTALL": "always"}).check()
    assert "'nosuchthing' is not installed: the index has no such distribution" in result.stdout
    assert result.stdout.endswith(f"  → {hint}\n")


@pytest.mark.parametrize(("typed", "meant"), [("nunpy", "numpy"), ("reqeusts", "requests"), ("panda", "pandas")])
@pytest.mark.parametrize("mode", ["known", "always", "ask"])
def test_a_slip_of_the_pen_is_never_installed_unasked(
    venv: Environment, index: Index, wheel: MakeWheel, typed: str, meant: str, mode: str
) -> None:
    """In no mode is a near-miss of a known name installed without a person; the error offers the right name."""
    index.add(wheel(typed))
    result = venv.run(failing(f"load.{typed}"), env={"LOAD_INSTALL": mode}).check()
    assert "InstallRefused near-miss" in result.stdout
    assert repr(meant) in result.stdout
    assert index.requests == []


def test_allow_lets_a_slip_pass(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """A name in `allow` is known, whatever it looks like."""
    index.add(wheel("nunpy"))
    venv.run("import load; assert load.nunpy", env={"LOAD_ALLOW": "nunpy"}).check()
    assert venv.installed()["nunpy"] == "1.0"


@pytest.mark.parametrize(
    ("mode", "name", "expected"),
    [
        ("never", "humanize", "InstallRefused policy"),
        ("locked", "humanize", "InstallRefused lock"),
        ("known", "humanize", "no error"),
        ("ask", "humanize", "InstallRefused policy"),
        ("always", "humanize", "no error"),
        ("always", "frobnicator", "no error"),
        ("known", "torch", "InstallRefused heavy"),
    ],
)
def test_each_mode_does_what_its_row_says_where_nobody_is(
    venv: Environment, index: Index, wheel: MakeWheel, mode: str, name: str, expected: str
) -> None:
    """The policy table, for known, unknown and heavy names, without a person."""
    index.add(wheel(name))
    result = venv.run(failing(f"load.{name}"), env={"LOAD_INSTALL": mode}).check()
    assert result.stdout.splitlines()[0].strip() == expected
    assert (name in venv.installed()) == (expected == "no error")


def test_a_refusal_under_never_names_the_command_that_works(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """What the error says to type does install it."""
    index.add(wheel("humanize"))
    result = venv.run(failing("load.humanize"), env={"LOAD_INSTALL": "never"}).check()
    command = next(line for line in result.stdout.splitlines() if "→" in line).partition("→ ")[2]
    assert command == f"{venv.python} -m pip install humanize"
    venv.run(command.split()[1:]).check()
    assert "humanize" in venv.installed()


@BACKENDS
def test_a_distribution_without_the_import_name_is_removed_again(
    venv: Environment, index: Index, wheel: MakeWheel, backend: str
) -> None:
    """Neither the wrong distribution nor what came with it stays, and the error says what it does provide."""
    index.add(wheel("wrongly-named", import_names=["other"], requires=["companion"]), wheel("companion"))
    before = venv.installed()
    result = venv.run(
        failing('load("wanted @ pypi:wrongly-named")'), env={"LOAD_INSTALL": "always", "LOAD_BACKEND": backend}
    ).check()
    assert "NotProvided" in result.stdout
    assert "provides 'other'" in result.stdout
    assert venv.installed() == before


@BACKENDS
def test_a_source_distribution_is_not_built_unasked(
    venv: Environment, index: Index, tmp_path: Path, backend: str
) -> None:
    """Where there is no wheel, nothing is built where nobody is there to agree."""
    marker = tmp_path / "built"
    index.add(sdist(tmp_path / "sdists", "humanize", marker=marker))
    result = venv.run(failing("load.humanize"), env={"LOAD_BACKEND": backend}).check()
    assert "InstallRefused build" in result.stdout
    assert not marker.exists()
    assert "humanize" not in venv.installed()


@BACKENDS
def test_what_is_installed_is_not_changed_unasked(
    venv: Environment, index: Index, wheel: MakeWheel, backend: str
) -> None:
    """A solve that must replace something installed is refused where nobody is there, with old → new."""
    index.add(wheel("soupsieve", "1.0"), wheel("soupsieve", "2.0"))
    venv.uv_pip("install", "soupsieve==1.0").check()
    index.add(wheel("beautifulsoup4", "4.99", import_names=["bs4"], requires=["soupsieve>=2"]))
    result = venv.run(failing("load.bs4"), env={"LOAD_BACKEND": backend}).check()
    assert "InstallRefused replacement" in result.stdout
    assert "soupsieve 1.0 → 2.0" in result.stdout
    assert venv.installed()["soupsieve"] == "1.0"
    assert "beautifulsoup4" not in venv.installed()


@BACKENDS
def test_an_older_version_that_fits_is_taken(venv: Environment, index: Index, wheel: MakeWheel, backend: str) -> None:
    """What is installed constrains the solve, so that a version that goes with it is chosen."""
    index.add(wheel("soupsieve", "1.0"))
    venv.uv_pip("install", "soupsieve==1.0").check()
    index.add(
        wheel("soupsieve", "2.0"),
        wheel("beautifulsoup4", "4.1", import_names=["bs4"], requires=["soupsieve"]),
        wheel("beautifulsoup4", "4.2", import_names=["bs4"], requires=["soupsieve>=2"]),
    )
    venv.run("import load; load.bs4", env={"LOAD_BACKEND": backend}).check()
    assert venv.installed().items() >= {"beautifulsoup4": "4.1", "soupsieve": "1.0"}.items()


@BACKENDS
def test_a_loaded_version_is_never_replaced(venv: Environment, index: Index, wheel: MakeWheel, backend: str) -> None:
    """A program that has imported a module keeps its version on disk; the conflict names it."""
    index.add(wheel("soupsieve", "1.0"), wheel("soupsieve", "2.0"))
    venv.uv_pip("install", "soupsieve==1.0").check()
    index.add(wheel("beautifulsoup4", "4.99", import_names=["bs4"], requires=["soupsieve>=2"]))
    result = venv.run("import soupsieve\n" + "import load\nload.bs4", env={"LOAD_BACKEND": backend})
    assert result.returncode == 1
    assert "VersionConflict" in result.stderr
    assert "soupsieve 1.0" in result.stderr
    assert venv.installed()["soupsieve"] == "1.0"


def test_a_module_that_fails_raises_its_own_error(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """What is there and fails is never reinstalled; its error stands, with a note of where it was asked for."""
    body = "import a_thing_that_is_not_there\n"
    index.add(wheel(Wheel("humanize", files={"humanize/__init__.py": body})))
    result = venv.run("import load\nload.humanize", env={})
    assert "ModuleNotFoundError: No module named 'a_thing_that_is_not_there'" in result.stderr
    assert "asked of load as 'humanize'" in result.stderr
    index.requests.clear()
    again = venv.run("import load\nload.humanize")
    assert "a_thing_that_is_not_there" in again.stderr
    assert index.requests == []


def test_a_request_from_site_packages_is_refused(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """Installed code cannot make load install; `trust` lets one package."""
    index.add(wheel("humanize"))
    (venv.site_packages / "thirdparty.py").write_text("import load\ndef want():\n    return load.humanize\n")
    result = venv.run(failing("__import__('thirdparty').want()")).check()
    assert "InstallRefused third-party" in result.stdout
    assert "humanize" not in venv.installed()
    venv.run("import thirdparty; thirdparty.want()", env={"LOAD_TRUST": "thirdparty"}).check()
    assert "humanize" in venv.installed()


def test_standard_library_names_are_never_installed(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """A name of another Python's standard library is an error, not an install."""
    index.add(wheel("telnetlib"), wheel("annotationlib"))
    name = "annotationlib" if sys.version_info < (3, 14) else "telnetlib"
    result = venv.run(failing(f"load.{name}"), env={"LOAD_INSTALL": "always"}).check()
    assert result.stdout.startswith("ResolveError")
    assert "standard library" in result.stdout
    assert index.requests == []


@BACKENDS
def test_several_names_are_installed_by_one_solve(
    venv: Environment, index: Index, wheel: MakeWheel, backend: str
) -> None:
    """`import_aliases` starts one backend for all that is missing, and gives the modules in order."""
    index.add(wheel("humanize"), wheel("tabulate"), wheel("colorama"))
    code = """
        import load
        runs = []
        load.subscribe(lambda event: runs.append(type(event).__name__))
        got = load.import_aliases("humanize", "tab=tabulate", "json", "colorama")
        print([module.__name__ for module in got], got.tab.__name__, runs.count("InstallFinished"))
    """
    result = venv.run(code, env={"LOAD_BACKEND": backend}).check()
    assert result.stdout.strip() == "['humanize', 'tabulate', 'json', 'colorama'] tabulate 1"


def test_one_that_is_refused_keeps_all_from_being_installed(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """All or nothing: an unknown name among several installs none, and the error names it."""
    index.add(wheel("humanize"), wheel("frobnicator"))
    result = venv.run(failing('load.import_aliases("humanize", "frobnicator", into=globals())')).check()
    assert "frobnicator" in result.stdout
    assert "humanize" not in venv.installed()


def test_a_wheel_with_a_wrong_hash_is_not_installed(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """A file that is not what the index promises leaves nothing behind."""
    index.add(wheel("humanize"), sha256="0" * 64)
    result = venv.run(failing("load.humanize")).check()
    assert "InstallError" in result.stdout
    assert "hash" in result.stdout
    assert "humanize" not in venv.installed()


def test_an_index_out_of_reach_is_said_so(venv: Environment, index: Index) -> None:
    """No network: one line of fact, and nothing changed."""
    environ = {
        "UV_HTTP_RETRIES": "0",
        **dict.fromkeys(("UV_DEFAULT_INDEX", "UV_INDEX_URL"), "http://127.0.0.1:9/simple"),
    }
    result = venv.run(failing("load.humanize"), env=environ).check()
    assert "could not be reached" in result.stdout


def test_offline_refuses_without_starting_anything(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """`offline = true` answers at once."""
    index.add(wheel("humanize"))
    result = venv.run(failing("load.humanize"), env={"LOAD_OFFLINE": "1"}).check()
    assert "InstallRefused offline" in result.stdout
    assert index.requests == []


def test_a_cache_of_uv_that_cannot_be_made_is_told(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """It is not the environment that cannot be written to; what is told to be set helps."""
    index.add(wheel("humanize"))
    (tmp_path / "file").touch()
    environ: dict[str, str | None] = {"UV_CACHE_DIR": str(tmp_path / "file" / "cache")}
    told = venv.run(["-m", "load", "install", "humanize"], env=environ).check(1).stderr.splitlines()
    assert told[0] == "load: 'humanize' is not installed: the cache of uv cannot be written to."
    assert told[-1] == "  → set UV_CACHE_DIR to a folder that can be, or UV_NO_CACHE=1"
    venv.run(["-m", "load", "install", "humanize"], env={**environ, "UV_NO_CACHE": "1"}).check()
    assert "humanize" in venv.installed()


def test_offline_tells_what_can_be_done_without_a_network(venv: Environment, wheel: MakeWheel, tmp_path: Path) -> None:
    """What is told to be typed does it: from a folder of wheels, or of the wheel that was named."""
    folder = wheel("humanize").parent
    offline = {"LOAD_OFFLINE": "1"}
    told = venv.run(["-m", "load", "install", "humanize"], env=offline).check(1).stderr.splitlines()
    pip = f"{shlex.quote(str(venv.python))} -m pip install --no-index"
    by_name = f"{pip} --find-links FOLDER humanize"
    assert told[1:] == [
        "  humanize: offline = true (from LOAD_OFFLINE)",
        f"  → switch offline off, or install it from a folder of wheels: {by_name}",
    ]
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'mine'\nversion = '1'\n", encoding="utf-8")
    told = venv.run(["-m", "load", "install", str(tmp_path)], env=offline).check(1).stderr.splitlines()
    assert told[-1] == f"  → where offline is off: load install {tmp_path}"
    (path,) = folder.glob("humanize*.whl")
    told = venv.run(["-m", "load", "install", str(path)], env=offline).check(1).stderr.splitlines()
    assert told[-1] == f"  → {pip} {path}"
    venv.run(shlex.split(by_name.replace("FOLDER", str(folder)))[1:]).check()
    assert "humanize" in venv.installed()

"""What tests make is installed, skipped and refused by the real uv and the real pip."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.environments import Environment
from tests.support.index import WRONG, Index
from tests.support.processes import ChildTimeoutError, Result
from tests.support.wheels import Wheel, project, sdist

WheelMaker = Callable[..., Path]
BACKENDS = ["uv", "pip"]


def install(backend: str, venv: Environment, *arguments: str, **options: object) -> Result:
    """Install with one of the two."""
    if backend == "uv":
        return venv.uv_pip("install", *arguments, **options)
    return venv.pip("install", *arguments, **options)


@pytest.mark.parametrize("json", [True, False], ids=["json", "html"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_made_wheel_installs_with_what_it_requires(
    backend: str, json: bool, venv: Environment, wheel: WheelMaker
) -> None:
    """From either form of the index, and it runs; metadata beside the wheel saves a look into it."""
    with Index(json=json) as index:
        index.add(wheel("My-X", requires=["dep>=2"], entry_points={"console_scripts": {"x": "my_x:print"}}))
        index.add(wheel("dep", "1.0"), wheel("dep", "2.5"), metadata=True)
        install(backend, venv, "my-x", env=index.environ()).check()
        assert (index.lookups("my-x"), index.lookups("dep")) == (1, 1)
        assert index.downloads("dep") == 1
    assert venv.installed().items() >= {"My-X": "1.0", "dep": "2.5"}.items()
    result = venv.run("import my_x, dep; print(my_x.DISTRIBUTION, dep.__version__)").check()
    assert result.stdout == "My-X 2.5\n"
    assert any(path.stem == "x" for path in venv.scripts.iterdir())


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_yanked_version_is_skipped_unless_pinned(
    backend: str, venv: Environment, index: Index, wheel: WheelMaker
) -> None:
    """PEP 592."""
    index.add(wheel("x", "1.0")).add(wheel("x", "2.0"), yanked="broken")
    install(backend, venv, "x").check()
    assert venv.installed()["x"] == "1.0"
    install(backend, venv, "x==2.0").check()
    assert venv.installed()["x"] == "2.0"


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_version_for_another_python_is_skipped(
    backend: str, venv: Environment, index: Index, wheel: WheelMaker
) -> None:
    """`requires-python` reaches the installer."""
    index.add(wheel("x", "1.0"), wheel("x", "2.0", requires_python=">=4"))
    install(backend, venv, "x").check()
    assert venv.installed()["x"] == "1.0"


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_wrong_hash_is_refused(backend: str, venv: Environment, index: Index, wheel: WheelMaker) -> None:
    """Nothing is installed."""
    index.add(wheel("x"), sha256=WRONG)
    result = install(backend, venv, "x")
    assert result.returncode != 0
    assert "hash" in result.stderr.lower()
    assert "x" not in venv.installed()


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_truncated_wheel_is_refused(backend: str, venv: Environment, index: Index, wheel: WheelMaker) -> None:
    """The hash is that of the truncated file, so it is the archive itself that is found wanting."""
    index.add(wheel(Wheel("x").truncated()))
    assert install(backend, venv, "x").returncode != 0
    assert "x" not in venv.installed()


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_escaping_wheel_writes_nothing_outside(
    backend: str, venv: Environment, index: Index, wheel: WheelMaker, workspace: Path
) -> None:
    """Both keep the file out; pip refuses the wheel, uv installs the rest of it."""
    index.add(wheel(Wheel("x").escaping("../../escaped.py")))
    install(backend, venv, "x")
    assert index.downloads("x") >= 1
    assert list(workspace.rglob("escaped.py")) == []


@pytest.mark.parametrize("backend", BACKENDS)
def test_code_of_hostile_wheels_runs_where_it_claims_to(
    backend: str, venv: Environment, index: Index, wheel: WheelMaker, tmp_path: Path
) -> None:
    """Not by installing: at the next start, or at the import; a foreign import name comes along."""
    started, imported = tmp_path / "started", tmp_path / "imported"
    index.add(wheel(Wheel("a").running_at_start(started)), wheel(Wheel("b").running_on_import(imported)))
    index.add(wheel(Wheel("c").providing("other_name")))
    install(backend, venv, "a", "b", "c").check()
    assert (started.exists(), imported.exists()) == (False, False)
    venv.run("import other_name").check()
    assert (started.exists(), imported.exists()) == (True, False)
    venv.run("import b").check()
    assert imported.read_text() == "ran\n"


@pytest.mark.parametrize("dynamic", [False, True], ids=["static", "dynamic"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_an_sdist_leaves_its_marker_when_it_is_built_and_only_then(
    backend: str, dynamic: bool, venv: Environment, index: Index, wheel: WheelMaker, tmp_path: Path
) -> None:
    """Refused under "wheels only" without running a line of it; then built, with its requirement."""
    marker = tmp_path / "marker"
    index.add(sdist(tmp_path / "out", "x", requires=["dep"], marker=marker, dynamic=dynamic), wheel("dep"))
    assert install(backend, venv, "--only-binary", ":all:", "x").returncode != 0
    assert not marker.exists()
    install(backend, venv, "x").check()
    assert marker.read_text().splitlines().count("build_wheel") == 1
    assert venv.installed().items() >= {"x": "1.0", "dep": "1.0"}.items()


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_broken_sdist_fails_with_its_message(backend: str, venv: Environment, index: Index, tmp_path: Path) -> None:
    """A build that raises."""
    index.add(sdist(tmp_path, "x", broken="this cannot be built"))
    result = install(backend, venv, "x")
    assert result.returncode != 0
    assert "this cannot be built" in result.stdout + result.stderr
    assert "x" not in venv.installed()


@pytest.mark.parametrize("editable", [False, True], ids=["copied", "editable"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_project_folder_installs_without_an_index(
    backend: str, editable: bool, venv: Environment, tmp_path: Path
) -> None:
    """No network, no build requirement; an editable one follows its sources."""
    folder = project(tmp_path / "p", "x", files={"x/__init__.py": "WHERE = 'first'"}, scripts={"x": "x:print"})
    arguments = ["--editable", str(folder)] if editable else [str(folder)]
    install(backend, venv, "--no-index", *arguments).check()
    (folder / "src" / "x" / "__init__.py").write_text("WHERE = 'second place'")
    result = venv.run("import x; print(x.WHERE)").check()
    assert result.stdout.strip() == ("second place" if editable else "first")


@pytest.mark.parametrize("backend", BACKENDS)
def test_uploads_after_a_date_are_left_out(backend: str, venv: Environment, index: Index, wheel: WheelMaker) -> None:
    """Upload times reach both installers; a file without one is not taken by uv (PEP 700)."""
    index.add(wheel("x", "1.0"), upload_time="2020-01-01T00:00:00Z")
    index.add(wheel("x", "2.0"), upload_time="2022-01-01T00:00:00Z")
    option = "--exclude-newer" if backend == "uv" else "--uploaded-prior-to"
    result = install(backend, venv, option, "2021-01-01T00:00:00Z", "x")
    if backend == "pip" and "no such option" in result.stderr:
        pytest.skip("this pip knows no upload times")
    result.check()
    assert venv.installed()["x"] == "1.0"


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_index_that_fails_or_talks_nonsense_is_an_error(
    backend: str, venv: Environment, index: Index, wheel: WheelMaker
) -> None:
    """Within seconds where the installer does not retry, and a good answer afterwards is taken."""
    index.add(wheel("x"))
    once = {"UV_HTTP_RETRIES": "0", "PIP_RETRIES": "0"}
    index.fail(500, on="/simple/x/")
    assert install(backend, venv, "x", env=once).returncode != 0
    index.garbage(on="/simple/x/")
    assert install(backend, venv, "x", env=once).returncode != 0
    index.behave_well()
    install(backend, venv, "x", env=once).check()


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_hanging_index_is_waited_for_until_the_test_says_enough(
    backend: str,
    venv: Environment,
    index: Index,
    wheel: WheelMaker,
    over_after: Callable[[Callable[[], object]], None],
) -> None:
    """The installer is killed with its children, and the error shows the command."""
    index.add(wheel("x"))
    index.hang()
    over_after(lambda: index.wait_for_requests(1))
    with pytest.raises(ChildTimeoutError, match=r"still running after 1\.5 s"):
        install(backend, venv, "x", timeout=1.5)
    assert index.lookups("x") == 1


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_login_and_a_redirect_are_followed(backend: str, venv: Environment, index: Index, wheel: WheelMaker) -> None:
    """Credentials go to the index that asked for them; the file comes from another host."""
    made = wheel("x")
    index.add(made)
    index.require_login("me", "secret")
    with Index() as other:
        other.add(made)
        index.redirect(other, on="/files/*")
        refused = install(backend, venv, "--no-cache-dir" if backend == "pip" else "--no-cache", "x", input="")
        install(backend, venv, "x", env=index.environ("me", "secret")).check()
        assert other.downloads("x") >= 1
        assert "authorization" not in other.requests[-1].headers
    assert refused.returncode != 0


@pytest.mark.parametrize("backend", BACKENDS)
def test_without_an_index_nothing_leaves_this_machine(backend: str, venv: Environment) -> None:
    """The isolated environment has no way to the real index."""
    result = install(backend, venv, "iniconfig", env={"UV_HTTP_RETRIES": "0", "PIP_RETRIES": "0"})
    assert result.returncode != 0
    assert "iniconfig" not in venv.installed()

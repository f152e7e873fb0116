"""`load sync` and `install = locked`: exactly what a lock holds, with its hashes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.functional.test_install_names import BACKENDS
from tests.installers.test_lock import LOCK, load, write
from tests.support.environments import Environment
from tests.support.git import Forge
from tests.support.index import Index
from tests.support.wheels import project

MakeWheel = Callable[..., Path]


def locked(venv: Environment, index: Index, wheel: MakeWheel, folder: Path) -> None:
    """Lock humanize 1.0 and tabulate 1.0, which it needs; then let the index have newer ones."""
    index.add(wheel("humanize", "1.0", requires=["tabulate"]), wheel("tabulate", "1.0"))
    load(venv, "lock", write(folder, "script.py", "import humanize\n"), cwd=folder).check()
    index.add(wheel("humanize", "2.0"), wheel("tabulate", "2.0"))


def changes(text: str) -> list[tuple[Any, ...]]:
    """The changes that a command printed as JSON."""
    return [(each["name"], each["old"], each["new"]) for each in json.loads(text)["changes"]]


@BACKENDS
def test_what_lacks_is_installed_as_locked(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str
) -> None:
    """A dry run tells, the sync does, and the next one has nothing to do; what else is there is left alone."""
    locked(venv, index, wheel, tmp_path)
    index.add(wheel("colorama", "1.0"))
    venv.uv_pip("install", "colorama").check()
    expected = [("humanize", None, "1.0"), ("tabulate", None, "1.0")]
    dry = load(venv, "sync", "--dry-run", "--json", backend=backend, cwd=tmp_path).check()
    assert changes(dry.stdout) == expected
    assert "humanize" not in venv.installed()
    done = load(venv, "sync", "--json", backend=backend, cwd=tmp_path).check()
    assert changes(done.stdout) == expected
    there = venv.installed()
    assert (there["humanize"], there["tabulate"], there["colorama"]) == ("1.0", "1.0", "1.0")
    again = load(venv, "sync", backend=backend, cwd=tmp_path).check()
    assert again.stdout.startswith("Nothing to do")


@BACKENDS
def test_another_version_is_replaced_with_a_yes_only(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str
) -> None:
    """Nobody is there: refused with both versions; `--yes` replaces it."""
    locked(venv, index, wheel, tmp_path)
    venv.uv_pip("install", "humanize==2.0").check()
    refused = load(venv, "sync", backend=backend, cwd=tmp_path)
    assert refused.returncode == 1
    assert "humanize 2.0 → 1.0" in refused.stderr
    assert "load sync --yes" in refused.stderr
    assert "tabulate" not in venv.installed()
    load(venv, "sync", "--yes", backend=backend, cwd=tmp_path).check()
    assert venv.installed()["humanize"] == "1.0"


def test_a_person_is_asked_at_a_terminal(venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path) -> None:
    """The question shows what would be replaced; a clear yes does it."""
    locked(venv, index, wheel, tmp_path)
    venv.uv_pip("install", "humanize==2.0").check()
    done = venv.run_in_pty(["-m", "load", "sync"], [("Install?", "y\n")], cwd=tmp_path)
    assert done.returncode == 0, done
    assert venv.installed()["humanize"] == "1.0"


def test_what_is_loaded_is_never_replaced(venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path) -> None:
    """A running program keeps the version that it has, whatever was agreed to."""
    locked(venv, index, wheel, tmp_path)
    venv.uv_pip("install", "humanize==2.0").check()
    code = f"""
        import humanize, load
        try:
            load.sync({str(tmp_path / LOCK)!r})
        except load.errors.VersionConflict as error:
            print(type(error).__name__, error.distribution, error.present)
    """
    assert venv.run(code, cwd=tmp_path).check().stdout.strip() == "VersionConflict humanize 2.0"
    assert venv.installed()["humanize"] == "2.0"


@BACKENDS
def test_exact_removes_the_rest_but_never_load_itself(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str
) -> None:
    """With `--exact` the environment is the lock, and pip, uv, load and what these need."""
    locked(venv, index, wheel, tmp_path)
    before = venv.installed()
    index.add(wheel("colorama", "1.0"))
    venv.uv_pip("install", "colorama").check()
    refused = load(venv, "sync", "--exact", backend=backend, cwd=tmp_path)
    assert (refused.returncode, "colorama 1.0 → removed" in refused.stderr) == (1, True)
    load(venv, "sync", "--exact", "--yes", backend=backend, cwd=tmp_path).check()
    assert venv.installed() == {**before, "humanize": "1.0", "tabulate": "1.0"}
    venv.run("import load, humanize").check()


def test_exact_is_refused_where_nothing_may_be_changed(
    bare: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """A Python of the system keeps what it has."""
    locked(bare, index, wheel, tmp_path)
    done = load(bare, "sync", "--exact", "--yes", cwd=tmp_path)
    assert (done.returncode, "not an environment that may be changed" in done.stderr) == (1, True)


@BACKENDS
def test_a_file_with_another_hash_is_refused(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str
) -> None:
    """Somebody put another wheel in the place of the locked one: it is not installed."""
    locked(venv, index, wheel, tmp_path)
    index.add(wheel("humanize", "1.0", files={"humanize/__init__.py": "print('stranger')"}))
    done = load(venv, "sync", backend=backend, cwd=tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "humanize" not in venv.installed()


def test_locked_installs_what_the_lock_holds_and_nothing_else(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """`install = locked`: the script's needs come from the lock beside it, another name is refused."""
    locked(venv, index, wheel, tmp_path)
    index.add(wheel("colorama", "1.0"))
    code = """
        import load
        print(load.humanize.__name__)
        try:
            load.colorama
        except load.errors.InstallRefused as error:
            print("and it is not in" in str(error))
    """
    path = write(tmp_path, "script.py", code)
    done = venv.run([path], env={"LOAD_INSTALL": "locked"}, cwd=tmp_path.parent)
    assert done.check().stdout.split() == ["humanize", "True"]
    assert (venv.installed()["humanize"], "colorama" in venv.installed()) == ("1.0", False)


def test_a_repository_at_another_commit_is_another_distribution(
    venv: Environment, index: Index, forge: Forge, tmp_path: Path
) -> None:
    """The same version from another commit is not what the lock holds."""
    repo = forge.repository("acme/tool")
    project(repo.path, "acme-tool", "1.0", {"tool_of_acme/__init__.py": "VALUE = 1\n"})
    first = repo.commit()
    path = write(tmp_path, "script.py", f"import load\nload('tool_of_acme @ gh:acme/tool@{first}')\n")
    load(venv, "lock", path, cwd=tmp_path).check()
    load(venv, "sync", cwd=tmp_path).check()
    assert venv.run("import tool_of_acme; print(tool_of_acme.VALUE)").check().stdout.strip() == "1"
    project(repo.path, "acme-tool", "1.0", {"tool_of_acme/__init__.py": "VALUE = 2\n"})
    second = repo.commit()
    venv.uv_pip("install", f"acme-tool @ git+https://github.com/acme/tool@{second}").check()
    dry = load(venv, "sync", "--dry-run", "--json", cwd=tmp_path).check()
    assert changes(dry.stdout) == [("acme-tool", "1.0", "1.0")]
    load(venv, "sync", "--yes", cwd=tmp_path).check()
    assert venv.run("import tool_of_acme; print(tool_of_acme.VALUE)").check().stdout.strip() == "1"


def test_without_a_lock_the_error_says_what_to_type(venv: Environment, tmp_path: Path) -> None:
    """Neither a lock nor one of that name."""
    for arguments in (["sync"], ["sync", "--lock", "pylock.nowhere.toml"]):
        done = load(venv, *arguments, cwd=tmp_path)
        assert done.returncode == 1
        assert "load lock SCRIPT" in done.stderr


@pytest.mark.parametrize("mode", ["never", "ask"])
def test_the_policy_holds_for_a_sync(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, mode: str
) -> None:
    """A ceiling from outside is a ceiling: on the command line and in a program."""
    locked(venv, index, wheel, tmp_path)
    index.requests.clear()
    for command in (["-m", "load", "sync"], ["-c", "import load; load.sync()"]):
        result = venv.run(command, env={"LOAD_INSTALL": mode}, cwd=tmp_path)
        assert result.returncode == 1
        assert f"The lock is not installed: install = {mode} (from LOAD_INSTALL" in result.stderr
    assert "humanize" not in venv.installed()
    assert index.requests == []


def test_installed_packages_neither_sync_nor_remove(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """They do not install by name, and not by a lock of their own either."""
    locked(venv, index, wheel, tmp_path)
    venv.uv_pip("install", "tabulate").check()
    lines = [
        "import load",
        f"def sync(): load.sync({str(tmp_path / LOCK)!r})",
        "def remove(): load.uninstall('tabulate')",
    ]
    (venv.site_packages / "library.py").write_text("\n".join(lines), encoding="utf-8")
    for call in ("sync", "remove"):
        result = venv.run(f"import library; library.{call}()")
        assert "InstallRefused" in result.stderr
        assert "the order comes from an installed package" in result.stderr
    assert "humanize" not in venv.installed()
    assert "tabulate" in venv.installed()

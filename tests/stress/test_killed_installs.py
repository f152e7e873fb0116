"""Installs that are killed at any moment: the next run succeeds, and nothing is half there."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.environments import Environment
from tests.support.index import Index
from tests.support.processes import changed, kill_tree
from tests.support.wheels import Wheel

MakeWheel = Callable[..., Path]
MOMENTS = 50
CODE = "import load; print(load.humanize.__version__, load.tabulate.__version__)"
FILES = 120


def big(name: str, requires: list[str]) -> Wheel:
    """A wheel with many files: there is a middle that it can be interrupted in."""
    body = "x = 1\n" * 2_000
    made = Wheel(name, "1.0", requires=requires)
    package = {f"{name}/__init__.py": "__version__ = '1.0'\n"}
    return Wheel(
        name, "1.0", files={**package, **{f"{name}/part{n}.py": body for n in range(FILES)}}, requires=made.requires
    )


@pytest.fixture
def filled(index: Index, wheel: MakeWheel) -> Index:
    """An index with two packages of many files that share a third."""
    return index.add(
        wheel(big("humanize", ["wcwidth"])), wheel(big("tabulate", ["wcwidth"])), wheel(big("wcwidth", []))
    )


def killed_after(environment: Environment, env: dict[str, str], seconds: float, *, tree: bool) -> float | None:
    """Start the program and kill it after some time; None where it still ran, else the seconds that it took."""
    started = time.perf_counter()
    child = subprocess.Popen(
        environment.command(CODE),
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        if tree:
            kill_tree(child.pid)
        else:
            os.kill(child.pid, signal.SIGKILL)
        child.wait()
        return None
    return time.perf_counter() - started


def time_of_a_run(environment: Environment, env: dict[str, str]) -> float:
    """Seconds that the program takes when nobody interferes."""
    started = time.perf_counter()
    environment.run(CODE, env=env).check()
    return time.perf_counter() - started


def whole(site_packages: Path) -> None:
    """Each package has all its files and its metadata."""
    for name in ("humanize", "tabulate", "wcwidth"):
        assert len(list((site_packages / name).glob("part*.py"))) == FILES
        assert (site_packages / f"{name}-1.0.dist-info" / "RECORD").is_file()


@pytest.mark.parametrize("backend", ["uv", "pip"])
@pytest.mark.parametrize("tree", [True, False], ids=["with-the-backend", "without-the-backend"])
def test_killed_in_the_middle_of_an_install_into_an_environment(
    make_venv: Callable[[], Environment], filled: Index, backend: str, tree: bool, tmp_path: Path
) -> None:
    """SIGKILL at random moments: the next run repairs what was left, succeeds, and `pip check` is clean."""
    assert filled
    moments = MOMENTS // 2 if backend == "uv" else 3
    chance = random.Random(f"{backend}{tree}")
    venv = make_venv()
    env = {"LOAD_BACKEND": backend, "UV_LINK_MODE": "copy", "LOAD_CACHE_DIR": str(tmp_path / "cache")}
    typical = time_of_a_run(venv, env)
    interrupted = 0
    for number in range(moments):
        venv.uv_pip("uninstall", "humanize", "tabulate", "wcwidth")
        everything = changed({**os.environ, **venv.environ, **env}, None)
        if number == 0:
            typical = min(typical, time_of_a_run(venv, env))
            venv.uv_pip("uninstall", "humanize", "tabulate", "wcwidth")
        taken = killed_after(venv, everything, chance.uniform(0.3, 0.9) * typical, tree=tree)
        interrupted += taken is None
        typical = typical if taken is None else min(typical, taken)  # the machine is less busy than it was
        assert venv.run(CODE, env=env).check().stdout == "1.0 1.0\n"
        whole(venv.site_packages)
        assert not (venv.site_packages / ".load" / "intent").exists()
    assert venv.pip("check").returncode == 0
    assert interrupted >= moments // 2, f"only {interrupted} of {moments} were interrupted"


def test_killed_in_the_middle_of_an_install_into_an_overlay(bare: Environment, filled: Index, tmp_path: Path) -> None:
    """An overlay is whole or not there, whenever the process that builds it dies."""
    assert filled
    chance = random.Random("overlay")
    env = {"UV_LINK_MODE": "copy"}
    typical = min(time_of_a_run(bare, {**env, "LOAD_CACHE_DIR": str(tmp_path / f"{n}")}) for n in range(3))
    interrupted = 0
    for number in range(MOMENTS):
        cache = tmp_path / f"cache{number}"
        env["LOAD_CACHE_DIR"] = str(cache)
        everything = changed({**os.environ, **bare.environ, **env}, None)
        taken = killed_after(bare, everything, chance.uniform(0.3, 0.9) * typical, tree=number % 2 == 0)
        interrupted += taken is None
        typical = typical if taken is None else min(typical, taken)  # the machine is less busy than it was
        assert bare.run(CODE, env=env).check().stdout == "1.0 1.0\n"
        for folder in (path for path in (cache / "overlays").iterdir() if not path.name.startswith((".", "index"))):
            if not folder.name.endswith(".part"):
                for package in folder.glob("*-1.0.dist-info"):
                    name = package.name.partition("-")[0]
                    assert len(list((folder / name).glob("part*.py"))) == FILES
    assert interrupted >= MOMENTS // 2, f"only {interrupted} of {MOMENTS} were interrupted"

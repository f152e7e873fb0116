"""Many threads and processes at once: one install at a time per target, and none for what came meanwhile."""

from __future__ import annotations

import os
import re
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functional.test_install_names import BACKENDS
from tests.support.environments import Environment
from tests.support.index import Index
from tests.support.processes import changed

MakeWheel = Callable[..., Path]

# Counts the backends that really are started, whatever starts them.
COUNTED = """
    import sys, threading
    installs = []
    def hook(event, args):
        if event == "subprocess.Popen" and "install" in args[1] and "--dry-run" not in args[1]:
            installs.append(args[1])
    sys.addaudithook(hook)
    import load
    {code}
    print(len(installs), "installs")
"""
THREADS = """
    barrier, found = threading.Barrier({count}), []
    def ask():
        barrier.wait()
        found.append(load.humanize)
    threads = [threading.Thread(target=ask) for _ in range({count})]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    print(len(found), len(set(map(id, found))), found[0] is sys.modules["humanize"])
"""


def counted(code: str) -> str:
    """Code that prints how many installs were started."""
    return COUNTED.format(code=code)


@BACKENDS
def test_sixty_four_threads_and_one_install(venv: Environment, index: Index, wheel: MakeWheel, backend: str) -> None:
    """All ask for the same missing name at the same moment: one backend, and the same module 64 times."""
    index.add(wheel("humanize", "4.0", requires=["wcwidth"]), wheel("wcwidth"))
    result = venv.run(counted(THREADS.format(count=64)), env={"LOAD_BACKEND": backend}, timeout=120).check()
    assert result.stdout.splitlines() == ["64 1 True", "1 installs"]
    assert index.downloads("humanize") <= 2, "uv may fetch a wheel twice: its metadata first"


def test_sixty_four_threads_and_one_overlay(bare: Environment, index: Index, wheel: MakeWheel) -> None:
    """The same where the environment may not be changed."""
    index.add(wheel("humanize", "4.0", requires=["wcwidth"]), wheel("wcwidth"))
    result = bare.run(counted(THREADS.format(count=64)), timeout=120).check()
    assert result.stdout.splitlines() == ["64 1 True", "1 installs"]


@pytest.mark.parametrize("backend", ["uv", "pip"])
def test_two_packages_in_two_threads(venv: Environment, index: Index, wheel: MakeWheel, backend: str) -> None:
    """Both arrive, and nobody waits for ever: each holds its own import lock while it waits for its turn."""
    index.add(wheel("humanize", requires=["wcwidth"]), wheel("wcwidth"), wheel("tabulate", requires=["wcwidth"]))
    code = counted("""
    barrier, found = threading.Barrier(2), {}
    def ask(name):
        barrier.wait()
        found[name] = load(name)
    threads = [threading.Thread(target=ask, args=[name]) for name in ("humanize", "tabulate")]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    print(sorted(found), len({id(module) for module in found.values()}))
""")
    result = venv.run(code, env={"LOAD_BACKEND": backend}).check()
    assert result.stdout.splitlines() == ["['humanize', 'tabulate'] 2", "2 installs"]
    assert venv.pip("check").returncode == 0


def test_modules_that_install_while_they_are_imported(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """Two modules, imported in two threads, whose bodies ask for the same missing one: no deadlock."""
    index.add(wheel("humanize"))
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text("import load\nfound = load.humanize\n")
    code = counted("""
    import importlib
    sys.path.insert(0, ".")
    barrier, found = threading.Barrier(2), []
    def ask(name):
        barrier.wait()
        found.append(importlib.import_module(name).found)
    threads = [threading.Thread(target=ask, args=[name]) for name in ("one", "two")]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    print(len(found), len(set(map(id, found))))
""")
    assert venv.run(code, cwd=tmp_path).check().stdout.splitlines() == ["2 1", "1 installs"]


@pytest.mark.parametrize("kind", ["venv", "bare"])
@BACKENDS
def test_sixteen_processes_and_one_install(
    request: pytest.FixtureRequest, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str, kind: str
) -> None:
    """All ask at once on one target: one installs, fifteen wait and find it, none fails."""
    target: Environment = request.getfixturevalue(kind)
    index.add(wheel("humanize", "4.0", requires=["wcwidth"]), wheel("wcwidth"))
    code = counted("""
    sys.stdin.read(1)
    print(load.humanize.__version__)
""")
    own = {"LOAD_BACKEND": backend, "LOAD_CACHE_DIR": str(tmp_path / "cache")}
    env = changed({**os.environ, **target.environ, **own}, None)
    start = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    children = [subprocess.Popen(target.command(code), env=env, **start) for _ in range(16)]
    for child in children:  # each waits for this: they start together though they were made one after the other
        assert child.stdin is not None
        child.stdin.write("x")
        child.stdin.flush()
    outputs = [child.communicate(timeout=200) for child in children]
    assert [child.returncode for child in children] == [0] * 16, "\n".join(err for _, err in outputs)
    installs = Counter(line for out, _ in outputs for line in out.splitlines())
    assert installs == {"4.0": 16, "1 installs": 1, "0 installs": 15}
    announced = [err for _, err in outputs if re.search(r"installed humanize 4\.0", err)]
    assert len(announced) == 1
    if kind == "venv":
        assert target.pip("check").returncode == 0


@pytest.mark.parametrize("kind", ["venv", "bare"])
@pytest.mark.parametrize(
    ("holder", "name"), [("load._install.installer", "Order"), ("load._install.permission:Permission", "apply_policy")]
)
def test_another_process_that_was_done_before_the_turn(
    request: pytest.FixtureRequest, index: Index, wheel: MakeWheel, kind: str, holder: str, name: str
) -> None:
    """Nobody is at it any more when this one comes: what the other has brought since the look is found all the same."""
    target: Environment = request.getfixturevalue(kind)
    index.add(wheel("humanize", "4.0"))
    code = f"""
    import pkgutil, subprocess
    holder = pkgutil.resolve_name("{holder}")
    real = holder.{name}
    def later(*args, **options):
        holder.{name} = real
        command = [sys.executable, "-c", "import load; print(load.humanize.__version__, flush=True)"]
        subprocess.run(command, check=True)
        return real(*args, **options)
    holder.{name} = later
    print(load.humanize.__version__)
"""
    assert target.run(counted(code)).check().stdout.splitlines() == ["4.0", "4.0", "0 installs"]


@BACKENDS
def test_processes_with_different_packages_share_a_target(
    venv: Environment, index: Index, wheel: MakeWheel, backend: str
) -> None:
    """Eight processes, eight packages that share a dependency: all arrive, and nothing is half there."""
    names = ["humanize", "tabulate", "colorama", "pluggy", "toolz", "xmltodict", "termcolor", "inflection"]
    index.add(wheel("wcwidth"), *(wheel(name, requires=["wcwidth"]) for name in names))
    env = changed({**os.environ, **venv.environ, "LOAD_BACKEND": backend}, None)
    start = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    children = [
        subprocess.Popen(venv.command(f"import load; print(load.{name}.__name__)"), env=env, **start) for name in names
    ]
    outputs = [child.communicate(timeout=200) for child in children]
    assert [out.strip() for out, _ in outputs] == names, "\n".join(err for _, err in outputs)
    assert {*names, "wcwidth"} <= venv.installed().keys()
    assert venv.pip("check").returncode == 0

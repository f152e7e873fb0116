"""What a stranger brings is what was looked at, and takes nobody's place: asked for by name, or coming along."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.test_hostile_wheels import LENIENT, refused, state
from tests.functional.test_install_names import BACKENDS, failing
from tests.support.environments import Environment
from tests.support.index import Index
from tests.support.wheels import Wheel, leaves

MakeWheel = Callable[..., Path]


def starting(marker: Path) -> dict[str, dict[str, str]]:
    """Ways to run code at the next start of Python."""
    code = leaves(marker).replace("\n", ";")
    return {
        "a line behind a comment": {"hostile.pth": f"#\rimport sys; exec({code!r})"},
        "a folder that a .pth adds": {"hostile.pth": "hostile_v", "hostile_v/sitecustomize.py": leaves(marker)},
        "sitecustomize": {"sitecustomize.py": leaves(marker)},
        "usercustomize in a package": {"usercustomize/__init__.py": leaves(marker)},
        "compiled": {"sitecustomize.pyc": "no code, but nobody can tell"},
    }


@BACKENDS
@pytest.mark.parametrize("way", sorted(starting(Path("x"))))
def test_nothing_runs_at_the_next_start(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str, way: str
) -> None:
    """Under the most lenient policy a stranger with any of them never gets into the environment."""
    marker = tmp_path / "ran"
    index.add(wheel(Wheel("hostile").adding(starting(marker)[way])))
    assert "every start of Python" in refused(venv, "load.hostile", backend, marker)


LIBRARY = f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
TAKING = {
    "a file of another one": {"humanize.py": "taken = True\n"},
    "the same by way of data": {f"hostile-1.0.data/data/{LIBRARY}/humanize.py": "taken = True\n"},
    "a module of another one": {"humanize/__init__.py": "taken = True\n"},
    "a program of another one": {"hostile-1.0.data/scripts/humanize-tool": "#!python\n"},
    "a program of the environment": {"hostile-1.0.data/scripts/activate.fish": "taken\n"},
    "the settings of the environment": {"hostile-1.0.data/data/pyvenv.cfg": "home = /nowhere\n"},
    "somebody's own file": {"own_module.py": "taken = True\n"},
}


def filled(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """An environment with a distribution that has a program, and with a module of somebody's own."""
    index.add(wheel(Wheel("humanize").adding({"humanize-1.0.data/scripts/humanize-tool": "#!python\nprint()\n"})))
    venv.uv_pip("install", "humanize").check()
    (venv.site_packages / "own_module.py").write_text("mine = True\n", encoding="utf-8")


@BACKENDS
@pytest.mark.parametrize("way", sorted(TAKING))
def test_nobodys_place_is_taken(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path, backend: str, way: str
) -> None:
    """What is there already stays what it is."""
    filled(venv, index, wheel)
    index.add(wheel(Wheel("hostile").adding(TAKING[way])))
    text = refused(venv, "load.hostile", backend, tmp_path / "ran")
    assert "InstallRefused unsafe" in text or "InstallError" in text


@BACKENDS
@pytest.mark.parametrize("way", ["a file of another one", "a module of another one", "a program of the environment"])
def test_nor_by_one_that_comes_along(venv: Environment, index: Index, wheel: MakeWheel, backend: str, way: str) -> None:
    """With a known name and without a setting: it is taken out again, and what it had overwritten is put back."""
    filled(venv, index, wheel)
    before = {path: (venv.root / path).read_bytes() for path in state(venv) if (venv.root / path).is_file()}
    index.add(wheel("tabulate", requires=["hostile"]), wheel(Wheel("hostile").adding(TAKING[way])))
    result = venv.run(failing("load.tabulate"), env={"LOAD_BACKEND": backend}).check()
    assert "InstallRefused unsafe" in result.stdout
    after = {path: (venv.root / path).read_bytes() for path in state(venv) if (venv.root / path).is_file()}
    assert {path for path in before if after.get(path) != before[path] and "dist-info" not in path} == set()
    assert venv.run("import humanize, own_module; print(own_module.mine)").check().stdout == "True\n"
    assert "hostile" not in venv.installed()
    assert venv.pip("check").returncode == 0


def test_an_interpreter_that_comes_along_is_never_started(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """Pip would put a script named `python` in the place of the environment's own, and `load` would start that."""
    marker = tmp_path / "ran"
    script = f"#!/bin/sh\ntouch {marker}\n"
    hostile = Wheel("hostile").adding({"hostile-1.0.data/scripts/python": script})
    index.add(wheel("tabulate", requires=["hostile"]), wheel(hostile))
    result = venv.run(failing("load.tabulate"), env={"LOAD_BACKEND": "pip"}).check()
    assert "InstallRefused unsafe" in result.stdout
    assert not marker.exists()
    assert "hostile" not in venv.installed()
    assert venv.run("print('sound')").check().stdout == "sound\n"


@BACKENDS
@pytest.mark.parametrize("way", ["asked for", "coming along", "known, without its module"])
def test_a_record_that_lists_what_is_not_its_own_removes_nothing(
    venv: Environment, index: Index, wheel: MakeWheel, backend: str, way: str
) -> None:
    """Neither outside of the environment, nor beside it, nor of another one: also where it is taken out again."""
    outside = venv.root.parent / "victim.pth"
    outside.write_text("# somebody's\n", encoding="utf-8")
    filled(venv, index, wheel)
    name = "tabulate" if way.startswith("known") else "hostile"
    made = Wheel(name).providing("another") if way.startswith("known") else Wheel(name)
    if way == "coming along":
        made = made.adding({"sitecustomize.py": "x = 1\n"})
        index.add(wheel("tabulate", requires=["hostile"]))
    index.add(wheel(made.recording("own_module.py", "humanize.py", "../../../../victim.pth", str(outside), "..")))
    code = "load.hostile" if way == "asked for" else "load.tabulate"
    mode = LENIENT if way == "asked for" else {}
    result = venv.run(failing(code), env={**mode, "LOAD_BACKEND": backend}).check()
    if backend == "pip" or way != "asked for":  # uv writes a record of its own, and then nothing is wrong with it
        assert "no error" not in result.stdout
        assert name not in venv.installed()
    assert outside.exists()
    assert venv.run("import humanize, own_module; print(own_module.mine)").check().stdout == "True\n"


def test_the_plan_that_was_agreed_to_is_what_is_installed(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """An index that has something newer by the time of the yes does not get it in."""
    index.add(wheel("frobx", "1.0"), wheel("extra-stranger", "6.6"))
    newer = wheel(Wheel("frobx", "2.0", requires=["extra-stranger"]))
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.001):
            if index.downloads("frobx"):
                index.add(newer)
                return

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        result = venv.run_in_pty(failing("load.frobx"), [(r"Install\? \[.*\] ", "y\n")])
    finally:
        done.set()
        watcher.join()
    assert "no error" in result.stdout
    assert venv.installed()["frobx"] == "1.0"
    assert "extra-stranger" not in venv.installed()


def test_a_harmless_stranger_with_a_program_is_let_in(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """With uv and with pip, which records programs in another way."""
    script = {"frobx-1.0.data/scripts/frobtool": "#!python\nprint()\n"}
    index.add(wheel(Wheel("frobx").adding(script)), wheel("frobx2"))
    for backend in ("uv", "pip"):
        venv.run("import load; load.frobx", env={**LENIENT, "LOAD_BACKEND": backend}).check()
        assert (venv.scripts / "frobtool").exists()
        venv.uv_pip("uninstall", "frobx").check()

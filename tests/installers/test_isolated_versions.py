"""Workers with versions of their own: what `load.isolated` installs, where, and what stays as it is."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functional.test_install_names import BACKENDS
from tests.support.environments import Environment
from tests.support.index import Index

MakeWheel = Callable[..., Path]


@BACKENDS
def test_versions_differ_from_those_here(venv: Environment, index: Index, wheel: MakeWheel, backend: str) -> None:
    """The worker has the old version, this process keeps the new one that it has loaded, and the environment stays."""
    index.add(wheel("humanize", "1.0"), wheel("humanize", "2.0"))
    venv.uv_pip("install", "humanize").check()
    before = venv.installed()
    code = """
        import sys
        import load, humanize
        for _ in range(2):
            with load.isolated("humanize<2") as worker, load.isolated("humanize") as same:
                print(worker.versions, same.versions, humanize.__version__, load.plan("humanize").changes)
                assert "overlays" in worker.call("builtins:eval", "__import__('humanize').__file__")
        assert not any("overlays" in each for each in sys.path)
    """
    result = venv.run(code, env={"LOAD_BACKEND": backend}).check()
    assert result.stdout.splitlines() == ["{'humanize': '1.0'} {'humanize': '2.0'} 2.0 ()"] * 2
    assert result.stderr.count("installed humanize 1.0") == 1
    assert "into an overlay of a worker: nothing changes for this program" in result.stderr
    assert venv.installed() == before
    refused = venv.run(code, env={"LOAD_INSTALL": "never"}).check()  # it is there from the first run
    assert refused.stdout == result.stdout
    assert refused.stderr == ""


@BACKENDS
def test_what_is_named_together_fits_together(venv: Environment, index: Index, wheel: MakeWheel, backend: str) -> None:
    """What is there already is solved anew where it would not fit, and refused where the policy says so."""
    index.add(wheel("soupsieve", "1.0"), wheel("soupsieve", "2.0"))
    index.add(wheel("beautifulsoup4", "4.1", import_names=["bs4"], requires=["soupsieve<2"]))
    index.add(wheel("beautifulsoup4", "4.2", import_names=["bs4"], requires=["soupsieve>=2"]))
    venv.uv_pip("install", "beautifulsoup4").check()
    code = """
        import load
        try:
            with load.isolated("soupsieve<2", "bs4", "json") as worker:
                print(worker.versions)
        except load.errors.InstallRefused as error:
            print(error)
    """
    refused = venv.run(code, env={"LOAD_INSTALL": "never"}).check().stdout
    assert refused.startswith("'soupsieve<2' is not installed, and load may not install it here.")
    assert "install = never" in refused
    result = venv.run(code, env={"LOAD_BACKEND": backend}).check()
    assert result.stdout == "{'soupsieve': '1.0', 'bs4': '4.1', 'json': None}\n"


def test_whatever_is_lacking_goes_aside(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """Plain names, names of distributions, sources and wheels; what a running worker uses is not pruned."""
    index.add(wheel("humanize", "1.0", requires=["soupsieve"]), wheel("soupsieve", "1.0"))
    index.add(wheel("python-dateutil", "9.0", import_names=["dateutil"]))
    file = wheel("attrs", "99.0", import_names=["attr"])
    before = venv.installed()
    code = f"""
        import load
        dateutil = "python-dateutil", "dateutil @ pypi:python-dateutil>=2", "pypi:python-dateutil"
        with load.isolated("humanize", *dateutil, {str(file)!r}) as worker:
            print(worker.versions)
            print(worker.call("load._install.overlay:active") == load.overlays().prune(days=0).in_use)
        try:
            import humanize
        except ImportError as error:
            print(error)
        print([*load.history("humanize")][0].target in load.overlays().prune(days=0).in_use, load.activate())
    """
    result = venv.run(code).check()
    assert result.stdout.splitlines() == [
        "{'humanize': '1.0', 'dateutil': '9.0', 'attr': '99.0'}",
        "True",
        "No module named 'humanize'",
        "True ()",
    ]
    assert venv.installed() == before


def test_a_lock_holds_for_workers(venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path) -> None:
    """Under `install = locked` a worker gets what the lock holds, and no other version."""
    index.add(wheel("humanize", "1.0"), wheel("humanize", "2.0"))
    app = tmp_path / "app.py"
    app.write_text("import load\nload.humanize\n")
    venv.run(["-m", "load", "lock", "app.py"]).check()
    app.write_text(
        "import load\n"
        "for spec in ('humanize<2', 'humanize'):\n"
        "    try:\n"
        "        with load.isolated(spec) as worker: print(worker.versions)\n"
        "    except load.errors.InstallRefused as error: print(error.reason, error)\n"
    )
    before = venv.installed()
    lines = venv.run(["app.py"], env={"LOAD_INSTALL": "locked"}).check().stdout.splitlines()
    assert lines[0] == "lock 'humanize<2' is not installed, and only what the lock holds may be."
    assert lines[1] == "  humanize<2: install = locked, and the lock holds humanize 2.0"
    assert lines[-1] == "{'humanize': '2.0'}"
    assert venv.installed() == before


def test_what_cannot_be_solved_is_a_clear_error(venv: Environment, index: Index, wheel: MakeWheel) -> None:
    """No version is the one asked for; the distribution does not bring the name: nothing changes, nothing runs on."""
    index.add(wheel("humanize", "1.0"), wheel("wrongly-named", "1.0", import_names=["other"]))
    code = """
        import os
        import load
        for spec in ("humanize>5", "wanted @ pypi:wrongly-named"):
            try:
                load.isolated(spec)
            except load.errors.InstallError as error:
                print(type(error).__name__, error.message)
        print(len(load.overlays()))
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            print("no children")
    """
    lines = venv.run(code, env={"LOAD_INSTALL": "always"}).check().stdout.splitlines()
    assert lines[0] == "InstallError 'humanize>5' is not installed: no version on the index is the one asked for."
    assert lines[1].startswith("NotProvided 'wrongly-named' was installed for 'wanted', but it provides 'other'")
    assert lines[2:] == ["0", "no children"]


@pytest.mark.registry
@pytest.mark.skipif(sys.version_info >= (3, 13), reason="numpy 1 has no wheels for it")
def test_arrays_pass_between_two_versions_of_numpy(venv: Environment) -> None:
    """The one that is loaded here, and an older one there, which pickles arrays in another way."""
    venv.uv_pip("install", "numpy>=2").check()
    code = """
        import load
        import numpy as np
        with load.isolated("numpy<2") as worker:
            print(worker.versions["numpy"][:2], np.__version__[:2], np is load.numpy)
            for array in (np.arange(1e5), np.eye(300).T, np.array(["a", None]), np.array("2024-02-29", "M8[D]")):
                back = worker.call(np.copy, array)
                assert (back == array).all() and back.dtype == array.dtype
            print(worker.call("numpy:sum", np.ones(3)), worker.call("numpy:__version__.startswith", "1.26"))
    """
    result = venv.run(["-W", "error", "-c", textwrap.dedent(code)], timeout=120).check()
    assert result.stdout.splitlines() == ["1. 2. True", "3.0 True"]

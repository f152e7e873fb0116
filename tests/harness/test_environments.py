"""Copied environments are complete, separate from their template, and as closed as a test wants them."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil  # type: ignore[import-untyped, unused-ignore]
import pytest

from tests.support.environments import Environment, Python
from tests.support.index import Index
from tests.support.library import CHECKOUT
from tests.support.processes import ChildTimeoutError, descendants, run
from tests.support.templates import copy_template, make_template

WHERE = "import sys; print(sys.prefix, sys.base_prefix, sep='\\n')"
VISIBLE = """
    import importlib.util
    for name in "load pip psutil rich packaging filelock platformdirs uv pytest numpy tests".split():
        print(name, importlib.util.find_spec(name) is not None)
"""
CARRIED = {"load", "pip", "psutil", "rich", "packaging", "filelock", "platformdirs", "uv"}


def visible(python: Python) -> set[str]:
    """Which of some import names a child finds, from an empty folder."""
    lines = python.run(VISIBLE).check().stdout.splitlines()
    return {line.split()[0] for line in lines if line.endswith("True")}


def place_of_load(python: Python) -> Path:
    """The folder that a child would import `load` from."""
    code = "import importlib.util as u; print(*u.find_spec('load').submodule_search_locations)"
    return Path(python.run(code).check().stdout.strip())


def has_ended(pid: int) -> bool:
    """Whether a process does nothing any more, collected or not."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def test_a_venv_has_load_and_its_dependencies_and_nothing_else(venv: Environment) -> None:
    """Neither the packages of the environment that runs the tests, nor what lies beside `load` in the checkout."""
    assert visible(venv) == CARRIED
    assert venv.installed().keys() >= {*CARRIED, "load-module"} - {"load"}
    assert {"numpy", "pytest"}.isdisjoint(venv.installed())
    assert place_of_load(venv).samefile(CHECKOUT / "load")


def test_a_venv_is_its_own_prefix_and_its_programs_run_its_python(venv: Environment) -> None:
    """After the copy, nothing leads back to the template."""
    prefix, base_prefix = venv.run(WHERE).check().stdout.split()
    assert Path(prefix).samefile(venv.root)
    assert prefix != base_prefix
    assert str(venv.site_packages) in venv.pip("--version").check().stdout
    assert str(venv.site_packages) in run([venv.scripts / "pip", "--version"]).check().stdout
    assert f"home = {Path(os.path.realpath(venv.python)).parent}" in (venv.root / "pyvenv.cfg").read_text()
    assert str(venv.root) in (venv.scripts / "activate").read_text()


@pytest.mark.parametrize("backend", ["uv", "pip"])
def test_a_copy_and_its_template_do_not_change_each_other(
    backend: str,
    make_venv: Callable[[], Environment],
    template: Environment,
    wheel: Callable[..., Path],
    index: Index,
) -> None:
    """Installing, replacing, uninstalling and editing in one is not seen in another, also in one made later."""
    first, second = make_venv(), make_venv()
    before = template.installed()
    index.add(wheel("new"), wheel("packaging", "9999"), wheel("pip", "9999", files={"pip/gone.py": ""}))
    run_in = first.pip if backend == "pip" else first.uv_pip
    run_in("install", "new", "packaging==9999", "pip==9999", timeout=120).check()
    first.replace("rich/__init__.py", "raise ImportError")
    first.uv_pip("uninstall", "psutil").check()
    assert first.installed()["pip"] == "9999"
    assert template.installed() == second.installed() == before
    assert (template.site_packages / "pip" / "__main__.py").exists()
    for other in (second, make_venv()):
        other.run("import rich, psutil, packaging.version").check()
        assert str(other.root) in run([other.scripts / "pip", "--version"]).check().stdout


def test_writing_into_a_shared_file_is_noticed_at_the_next_copy(tmp_path: Path) -> None:
    """It would change every other environment; the error names the file."""
    template = make_template(tmp_path / "template")
    first = copy_template(template, tmp_path / "first")
    shared = first.site_packages / "rich" / "__init__.py"
    shared.write_text("raise ImportError")
    later = time.time() + 10  # also where a file system counts in seconds
    os.utime(shared, (later, later))
    with pytest.raises(AssertionError, match=r"a test wrote into .*rich.__init__\.py"):
        copy_template(template, tmp_path / "second")


def test_pip_finds_a_copied_environment_consistent(venv: Environment) -> None:
    """Every dependency is there, in a version that suits."""
    venv.pip("check").check()
    venv.uv_pip("check").check()


def test_code_and_arguments_environment_folder_and_input_reach_the_child(venv: Environment, tmp_path: Path) -> None:
    """Code is dedented; None removes a variable; a result can be checked for any exit code."""
    os.environ["GOES"] = "1"
    result = venv.run(
        """
        import os, sys
        print(os.getcwd(), os.environ.get("GOES"), os.environ["COMES"], input())
        print("warned", file=sys.stderr)
        sys.exit(3)
        """,
        env={"GOES": None, "COMES": "é"},
        cwd=tmp_path.parent,
        input="typed\n",
    )
    assert result.check(3).stdout == f"{tmp_path.parent} None é typed\n"
    assert result.stderr == "warned\n"
    with pytest.raises(AssertionError, match=r"exit code 3, not 0(?s:.*)warned"):
        result.check()
    (tmp_path / "script.py").write_text("import sys; print(sys.argv[1:])")
    assert venv.run([Path("script.py"), "a b"]).check().stdout == "['a b']\n"


def test_a_child_has_no_terminal_and_an_empty_input(child: Python) -> None:
    """Even where pytest runs at one."""
    code = """
        import os, sys
        print(sys.stdin.isatty(), repr(sys.stdin.read()))
        try:
            os.open("/dev/tty", os.O_RDWR)
        except OSError:
            print("no terminal")
    """
    assert child.run(code).check().stdout == "False ''\nno terminal\n"


def test_the_running_interpreter_imports_the_checkout(child: Python) -> None:
    """`child` sees what the tests see, and `load` from the sources."""
    assert place_of_load(child).samefile(CHECKOUT / "load")
    assert "pytest" in visible(child)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pipe with a name")
def test_a_child_that_is_too_slow_is_killed_with_its_children(
    child: Python, tmp_path: Path, over_after: Callable[[Callable[[], object]], None]
) -> None:
    """The error shows what was written; the grandchild, in a process group of its own, is gone as well."""
    if descendants(os.getpid()) is None:
        pytest.skip("this system does not show which processes there are")
    code = """
        import pathlib, subprocess, sys
        grandchild = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"], process_group=0)
        print("said", flush=True)
        pathlib.Path("pid").write_text(str(grandchild.pid))
        grandchild.wait()
    """
    os.mkfifo(tmp_path / "pid")
    grandchildren: list[int] = []
    over_after(lambda: grandchildren.append(int((tmp_path / "pid").read_text())))
    with pytest.raises(ChildTimeoutError, match=r"after 2 s(?s:.*)said"):
        child.run(code, timeout=2)
    while not has_ended(grandchildren[0]):  # it was killed, and the machine may be busy
        threading.Event().wait(0.02)


def test_a_bare_python_is_no_virtual_environment(bare: Environment) -> None:
    """It has the same libraries, in its own folder, and none of the machine's."""
    prefix, base_prefix = bare.run(WHERE).check().stdout.split()
    assert prefix == base_prefix
    assert Path(prefix).samefile(bare.root)
    assert visible(bare) == CARRIED
    assert place_of_load(bare).samefile(CHECKOUT / "load")
    paths = bare.run("import sys; print(*filter(None, sys.path), sep='\\n')").check().stdout.splitlines()
    assert [path for path in paths if "site-packages" in path or "dist-packages" in path] == [str(bare.site_packages)]


@pytest.mark.parametrize("backend", ["uv", "pip"])
def test_a_bare_python_can_be_installed_into_unless_it_is_managed(
    backend: str, make_bare: Callable[..., Environment], wheel: Callable[..., Path], index: Index
) -> None:
    """PEP 668: both refuse, with the text of the marker."""
    index.add(wheel("x"))
    for managed in (False, True):
        bare = make_bare(externally_managed=managed)
        result = (bare.uv_pip if backend == "uv" else bare.pip)("install", "x")
        assert ("x" in bare.installed()) is not managed, result
        assert ("managed by its system" in result.stderr) is managed


def test_read_only_folders_are_so_for_root_as_well(bare: Environment, wheel: Callable[..., Path], index: Index) -> None:
    """Children can neither write nor claim that they could; reading goes on as before."""
    index.add(wheel("x"))
    bare.make_read_only()
    result = bare.run(f"import os, rich; print(os.access({str(bare.site_packages)!r}, os.W_OK))")
    assert result.check().stdout == "False\n"
    refused = bare.run(f"open({str(bare.site_packages / 'rich' / 'new.py')!r}, 'w')")
    assert "PermissionError" in refused.stderr
    bare.pip("install", "x")
    assert "x" not in bare.installed()


def test_a_read_only_environment_can_be_removed(template: Environment, workspace: Path) -> None:
    """Afterwards, whoever runs the tests."""
    copy = copy_template(template, workspace / "read-only")
    copy.make_read_only()
    copy.remove()
    assert not copy.root.exists()

"""Who asked: the nearest code that is neither `load` nor the standard library."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from load import _caller
from load._caller import (
    NOBODY,
    Caller,
    add_installed_folder,
    find_caller,
    is_library_code,
    is_own_code,
    is_standard_library,
    package_of,
)
from load._install import overlay, overlay_manifest
from tests.support.environments import Python

OWN = os.path.dirname(_caller.__file__)
LIBRARY = os.path.dirname(os.__file__)


def path(*parts: str) -> str:
    """A path below an invented root, in this platform's form."""
    return os.path.join(os.sep, "root", *parts)


def frame_of(filename: str, call: Callable[[], Any] = sys._getframe) -> Any:
    """The frame of code that says it is of `filename`, or what `call` gives there."""
    scope: dict[str, Any] = {"call": call}
    exec(compile("\n\nresult = call()", filename, "exec"), scope)
    return scope["result"]


@pytest.mark.parametrize(
    ("filename", "package"),
    [
        (path("site-packages", "numpy", "core", "x.py"), "numpy"),
        (path("site-packages", "six.py"), "six"),
        (path("dist-packages", "apt", "x.py"), "apt"),
        (path("site-packages", "pip", "_vendor", "rich", "x.py"), "pip"),
        (path("a", "site-packages", "b", "site-packages", "inner", "x.py"), "inner"),
        (path("project", "x.py"), None),
        (path("my-site-packages", "x.py"), None),
        (path("site-packages"), None),
        ("<stdin>", None),
        ("", None),
    ],
)
def test_the_package_is_the_first_part_below_site_packages(filename: str, package: str | None) -> None:
    """Code of somebody's own belongs to none."""
    assert package_of(filename) == package
    assert is_library_code(filename) == (package is not None)


@pytest.mark.parametrize(
    ("filename", "standard"),
    [
        (os.path.join(LIBRARY, "json", "decoder.py"), True),
        (os.path.join(LIBRARY, "site-packages", "numpy", "x.py"), False),
        (os.path.join(LIBRARY, "dist-packages", "apt", "x.py"), False),
        (LIBRARY + "-mine" + os.sep + "x.py", False),
        ("<frozen importlib._bootstrap>", True),
        ("<frozen os>", True),
        ("<string>", False),
        ("<stdin>", False),
        ("json/decoder.py", False),
    ],
)
def test_the_standard_library_is_pythons_own_folder_without_what_is_installed_in_it(
    filename: str, standard: bool
) -> None:
    """Frozen modules belong to it, a folder with a longer name does not."""
    assert is_standard_library(filename) is standard


def test_the_package_itself_is_own_code_and_a_neighbour_is_not() -> None:
    """`load_tools` beside `load` is somebody else's."""
    assert is_own_code(os.path.join(OWN, "_facade", "module.py"))
    assert not is_own_code(OWN + "_tools" + os.sep + "x.py")
    assert not is_own_code(__file__)


def test_the_caller_is_the_line_that_asks() -> None:
    """File and line of the nearest code of somebody's own, here this test."""
    found = find_caller()
    assert (found.filename, found.package) == (__file__, None)
    assert found.line == sys._getframe().f_lineno - 2


@pytest.mark.parametrize("between", [path("nothing"), os.path.join(OWN, "_api", "x.py"), os.path.join(LIBRARY, "x.py")])
def test_own_frames_and_those_of_the_standard_library_are_passed_over(between: str) -> None:
    """A request through `functools` or our own facade belongs to the code above it."""

    def ask() -> Caller:
        return frame_of(between, lambda: find_caller(sys._getframe(1)))  # type: ignore[no-any-return]

    found = frame_of(path("script.py"), ask)
    expected = between if "nothing" in between else __file__  # `ask` is written in this file
    assert (found.filename, found.package) == (expected, None)


def test_a_request_of_an_installed_package_names_the_package() -> None:
    """The nearest code counts, not who called the package."""
    found = frame_of(path("site-packages", "plotter", "core.py"), lambda: find_caller(sys._getframe(1)))
    assert (found.package, found.line) == ("plotter", 3)
    assert str(found) == f"{path('site-packages', 'plotter', 'core.py')}:3"


def test_where_nobody_is_above_it_is_the_command_line() -> None:
    """A stack of the standard library alone."""
    frame: FrameType = frame_of(os.path.join(LIBRARY, "runpy.py"), lambda: sys._getframe(1))

    class Bottom:
        """A frame without a caller."""

        f_code = frame.f_code
        f_lineno = 1
        f_back = None

    assert find_caller(Bottom()) is NOBODY  # type: ignore[arg-type]


def test_relative_paths_start_beside_the_file_or_in_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is there has a folder; a prompt, a cell and a text have none."""
    script = tmp_path / "folder" / "script.py"
    script.parent.mkdir()
    script.touch()
    assert Caller(str(script), 1).folder == str(script.parent)
    monkeypatch.chdir(tmp_path)
    assert Caller(os.path.join("folder", "script.py"), 1).folder == str(script.parent)
    for name in ("<stdin>", "<ipython-input-1-abc>", "<string>", NOBODY.filename, str(tmp_path / "gone.py")):
        assert Caller(name, 1).folder == str(tmp_path)


@pytest.fixture
def installed_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test adds to the folders of installed code goes with it."""
    monkeypatch.setattr(_caller, "_INSTALLED", list(_caller._INSTALLED))


@pytest.mark.usefixtures("installed_folders")
def test_code_in_an_overlay_is_installed_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stranger's package is no more trusted for lying in the cache than in site-packages."""
    folder = tmp_path / "overlays" / "key"
    (folder / "stranger").mkdir(parents=True)
    overlay_manifest.write(str(folder), requirements=(), python="key")
    monkeypatch.setattr(overlay, "_active", [])
    monkeypatch.setattr(sys, "path", list(sys.path))
    code = str(folder / "stranger" / "core.py")
    assert package_of(code) is None
    overlay.activate(str(folder))
    assert package_of(code) == "stranger"
    assert is_library_code(code)
    assert not is_standard_library(code)
    assert package_of(str(tmp_path / "overlays" / "key2" / "x.py")) is None
    overlay.deactivate(str(folder))


@pytest.mark.usefixtures("installed_folders")
def test_a_folder_counts_once() -> None:
    """Adding it again changes nothing."""
    add_installed_folder(path("o"))
    before = list(_caller._INSTALLED)
    add_installed_folder(path("o"))
    assert before == _caller._INSTALLED


def test_a_prompt_and_a_thread_are_somebodys_own(child: Python) -> None:
    """Code of `-c` is the caller, in the main thread as in another, and through the machinery of threads."""
    code = """
        import threading
        from concurrent.futures import ThreadPoolExecutor
        from load._caller import find_caller
        def ask(): return find_caller().filename
        with ThreadPoolExecutor(1) as pool:
            print(ask(), pool.submit(ask).result(), pool.submit(find_caller).result())
    """
    assert child.run(code).check().stdout == "<string> <string> <command line>:0\n"

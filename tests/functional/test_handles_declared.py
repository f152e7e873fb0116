"""Who declared a handle, and under what conditions: that holds whoever uses it, copies it, or sends it elsewhere."""

from __future__ import annotations

import importlib
import inspect
import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import load
from load._lazy.handle import declaration_of
from load.errors import InstallRefused, SourceError, VersionConflict
from tests.support.environments import Python


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on `sys.path`; what is imported from it is forgotten."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


def write(folder: Path, name: str, text: str) -> None:
    """A module."""
    (folder / f"{name}.py").write_text(text, encoding="utf-8")
    importlib.invalidate_caches()


def distribution(folder: Path, name: str, version: str) -> None:
    """What an installer leaves of one, with a module of its name."""
    write(folder, name, f"__version__ = {version!r}\n")
    record = folder / f"{name}-{version}.dist-info"
    record.mkdir()
    (record / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    (record / "RECORD").write_text(f"{name}.py,,\n", encoding="utf-8")


# -- pickled -----------------------------------------------------------------------------------------------------------


def _again(handle: Any) -> Any:
    return pickle.loads(pickle.dumps(handle))


@pytest.mark.parametrize("name", ["colorsys", "colorsys:rgb_to_hls"])
def test_a_round_trip_keeps_who_declared_it(name: str) -> None:
    """File and line, in its text, in its notes and for the policy, however often."""
    handle = load.lazy_import(name)
    declared = declaration_of(handle)
    for again in (_again(handle), _again(_again(handle))):
        assert str(declaration_of(again)) == str(declared)
        assert repr(again) == repr(handle)
        assert repr(declaration_of(again).caller) == repr(declared.caller)
    assert declared.caller.filename == __file__


def test_an_error_names_the_place_of_the_declaration(folder: Path) -> None:
    """Not that of the code which unpickled it."""
    write(folder, "declares", "import load\n\nbroken = load.lazy_import('is_broken')\n")
    write(folder, "is_broken", "1 / 0\n")
    handle = _again(importlib.import_module("declares").broken)
    with pytest.raises(ZeroDivisionError) as caught:
        _ = handle.value
    assert any(f"declared in {folder / 'declares.py'}:3" in note for note in caught.value.__notes__)


def test_a_name_of_who_unpickles_is_left_alone(folder: Path) -> None:
    """What an unpickled handle is bound to is not a declaration of its."""
    write(folder, "is_used", "value = 1\n")
    write(folder, "unpickles", "import pickle\ndef take(data):\n    global kept\n    kept = pickle.loads(data)\n")
    unpickles: Any = importlib.import_module("unpickles")
    unpickles.take(pickle.dumps(load.lazy_import("is_used")))
    held = unpickles.kept
    assert held.value == 1
    assert unpickles.kept is held


LIBRARY = """
import load, pickle
def declare():
    return load.lazy_import("cowsaypkg")
def again(handle):
    return pickle.loads(pickle.dumps(handle))
"""


@pytest.fixture
def library(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A module in site-packages."""
    site_packages = folder / "site-packages"
    site_packages.mkdir()
    monkeypatch.syspath_prepend(str(site_packages))
    write(site_packages, "installed_library", LIBRARY)
    return importlib.import_module("installed_library")


def test_unpickling_lends_no_right_to_install(library: Any) -> None:
    """What an installed package declared is not installed because somebody's own code unpickled it."""
    with load.testing.installable({"cowsaypkg": "x = 1"}, install="known") as asked, load.override(allow=["cowsaypkg"]):
        handle = _again(library.declare())
        with pytest.raises(InstallRefused, match="installed package, installed_library"):
            _ = handle.x
        assert asked == []


def test_unpickling_takes_no_right_to_install(library: Any) -> None:
    """What a package's workers unpickle is still what somebody's own code declared."""
    with load.testing.installable({"cowsaypkg": "x = 1"}, install="known") as asked, load.override(allow=["cowsaypkg"]):
        handle = library.again(load.lazy_import("cowsaypkg"))
        assert handle.x == 1
        assert asked == ["cowsaypkg"]


# -- install=False -----------------------------------------------------------------------------------------------------


def test_only_the_declared_thing_is_not_installed(folder: Path) -> None:
    """What its body asks for is installed as the policy says."""
    write(folder, "asks_itself", "import load\ncow = load('cowsaypkg')\n")
    with load.testing.installable({"cowsaypkg": "x = 1"}) as asked:
        handle = load.lazy_import("asks_itself", install=False)
        assert handle.cow.x == 1
        assert asked == ["cowsaypkg"]
        refused = load.lazy_import("otherpkg", install=False)
        with pytest.raises(InstallRefused) as caught:
            _ = refused.x
        assert caught.value.context == ("it was declared without install=True",)
        assert asked == ["cowsaypkg"]


def test_an_error_of_another_is_left_as_it_is(folder: Path) -> None:
    """The refusal of what the body asks for says why that was refused."""
    write(folder, "asks_in_vain", "import load\ncow = load('cowsaypkg')\n")
    with load.override(install="never"):
        handle = load.lazy_import("asks_in_vain", install=False)
        with pytest.raises(InstallRefused, match="cowsaypkg") as caught:
            _ = handle.cow
    assert "install = never" in caught.value.context[0]
    assert load.lazy_import("colorsys", install=True).ONE_THIRD


# -- require -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["raise", "warn", "none"])
@pytest.mark.parametrize("install", [None, False])
@pytest.mark.parametrize("imported", [False, True], ids=["installed", "imported"])
def test_another_version_is_a_conflict(folder: Path, missing: str, install: bool | None, imported: bool) -> None:
    """Not something that is missing, and never None."""
    distribution(folder, "versioned", "1.5")
    if imported:
        importlib.import_module("versioned")
    with load.override(install="never"):
        handle = load.lazy_import("versioned", require="versioned>=2", missing=missing, install=install)
        with pytest.raises(VersionConflict) as caught:
            _ = handle.value
    error = caught.value
    assert (error.distribution, error.present, error.wanted) == ("versioned", "1.5", "versioned>=2")
    assert f"versioned 1.5 is {'loaded' if imported else 'installed'}, and versioned>=2 was asked for." in str(error)
    assert "not installed" not in error.message
    assert f"declared in {__file__}:" in str(error)


def test_a_version_that_will_do(folder: Path) -> None:
    """With both ways of `install`."""
    distribution(folder, "versioned", "1.5")
    with load.override(install="never"):
        for install in (None, False):
            assert load.lazy_import("versioned", require="versioned<2", install=install).__version__ == "1.5"


@pytest.mark.parametrize("install", [None, False])
def test_a_module_of_no_distribution_has_no_version(folder: Path, install: bool | None) -> None:
    """It is there, and is not said to be missing."""
    write(folder, "of_nobody", "value = 1\n")
    with load.override(install="never"):
        handle = load.lazy_import("of_nobody", require="of-nobody>=2", missing="none", install=install)
        with pytest.raises(VersionConflict, match="'of_nobody' belongs to no distribution"):
            _ = handle.value


@pytest.mark.filterwarnings("ignore:.*nothing_of_that_name.*:UserWarning")
def test_what_is_not_there_at_all_is_missing() -> None:
    """As without a version."""
    with load.override(install="never"):
        handle = load.lazy_import("nothing_of_that_name", require="nothing-of-that-name>=2", missing="none")
        assert handle.value is None
        raising = load.lazy_import("nothing_of_that_name", require="nothing-of-that-name>=2")
        with pytest.raises(InstallRefused, match="not installed"):
            _ = raising.value


# -- what cannot be declared -------------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[Callable[[], object], type[Exception]]] = {
    "None": (lambda: load.lazy_import(None), TypeError),  # type: ignore[arg-type]
    "a number": (lambda: load.lazy_import(5), TypeError),  # type: ignore[arg-type]
    "bytes": (lambda: load.lazy_import(b"json"), TypeError),  # type: ignore[arg-type]
    "a module": (lambda: load.lazy_import(sys), TypeError),  # type: ignore[arg-type]
    "install": (lambda: load.lazy_import("json", install="no"), TypeError),  # type: ignore[arg-type]
    "install 0": (lambda: load.lazy_import("json", install=0), TypeError),  # type: ignore[arg-type]
    "require": (lambda: load.lazy_import("json", require=5), TypeError),  # type: ignore[arg-type]
    "an empty one": (lambda: load.lazy_import("json", require=""), SourceError),
    "versions only": (lambda: load.lazy_import("json", require=">=2"), SourceError),
    "spaces": (lambda: load.lazy_import("json", require=" "), SourceError),
    "missing": (lambda: load.lazy_import("json", missing=[]), ValueError),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_declared(what: str) -> None:
    """Is an error at the declaration, which names it."""
    declare, kind = REFUSED[what]
    with pytest.raises(kind) as caught:
        declare()
    assert type(caught.value) is kind
    line = inspect.getsourcelines(declare)[1]
    assert f"declared in {__file__}:{line}" in str(caught.value)


def test_workers_of_another_process_say_who_declared_it(child: Python, folder: Path) -> None:
    """The code is not there to be asked."""
    data = pickle.dumps(load.lazy_import("nothing_of_that_name", install=False))
    line = declaration_of(pickle.loads(data)).caller.line
    printed = child.run(f"import pickle; print(pickle.loads({data!r}))", cwd=folder).check().stdout
    assert printed == f"<lazy module 'nothing_of_that_name', declared in {__file__}:{line}>\n"

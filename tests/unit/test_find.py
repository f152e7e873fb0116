"""`find`: where an import would find a name, without importing anything."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import types
import zipfile
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

import pytest

from load._find import entry_finder, find, is_namespace
from tests.support.library import CHECKOUT

BOMB = "raise RuntimeError('imported')\n"


def write(root: Path, *files: str) -> Path:
    """Make files that raise when they are imported; return the folder."""
    for file in files:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(BOMB)
    return root


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder at the head of sys.path."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def origin(name: str) -> str | None:
    """Give the file in which a name is found."""
    spec = find(name)
    return spec.origin if spec else None


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        ".x",
        "x.",
        "a..b",
        "a b",
        "a-b",
        "a/b",
        "..",
        "1a",
        "os.",
        "\0",
        "\ud800",
        "json/tool",
        "C:\\x",
        "*",
    ],
)
def test_what_no_import_could_name_is_found_nowhere(name: str) -> None:
    """Odd names give None and raise nothing."""
    assert find(name) is None


def test_a_missing_name_is_none_at_every_depth() -> None:
    """A missing root, a missing submodule and a submodule of a plain module are all None."""
    assert find("no_such_module_at_all") is None
    assert find("no_such_module_at_all.sub.sub") is None
    assert find("json.no_such_submodule") is None
    assert find("keyword.sub") is None


def test_builtin_frozen_and_source_modules_are_found() -> None:
    """The three kinds of the standard library each have a spec."""
    assert origin("sys") == "built-in"
    assert find("os") is not None
    assert str(origin("json.tool")).endswith("tool.py")


def test_no_module_is_imported_by_finding_it(site: Path) -> None:
    """Neither the module nor any of its parents is imported: each of them would raise."""
    write(site, "boom/__init__.py", "boom/deep/__init__.py", "boom/deep/leaf.py", "lone.py")
    before = set(sys.modules)
    assert origin("boom.deep.leaf") == str(site / "boom" / "deep" / "leaf.py")
    assert origin("boom.deep") == str(site / "boom" / "deep" / "__init__.py")
    assert origin("lone") == str(site / "lone.py")
    assert set(sys.modules) == before


def test_a_namespace_below_an_unloaded_namespace_is_found(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Portions of nested namespaces (PEP 420) join over two entries of sys.path, with no parent loaded."""
    write(site, "one/ns_a/ns_b/left.py", "two/ns_a/ns_b/right.py", "two/ns_a/ns_b/pkg/__init__.py")
    monkeypatch.syspath_prepend(str(site / "one"))
    monkeypatch.syspath_prepend(str(site / "two"))
    assert origin("ns_a.ns_b.left") == str(site / "one" / "ns_a" / "ns_b" / "left.py")
    assert origin("ns_a.ns_b.right") == str(site / "two" / "ns_a" / "ns_b" / "right.py")
    assert origin("ns_a.ns_b.pkg") == str(site / "two" / "ns_a" / "ns_b" / "pkg" / "__init__.py")
    inner = find("ns_a.ns_b")
    assert inner is not None
    assert set(inner.submodule_search_locations or ()) == {
        str(site / "one" / "ns_a" / "ns_b"),
        str(site / "two" / "ns_a" / "ns_b"),
    }
    assert "ns_a" not in sys.modules


def test_a_mere_folder_is_a_namespace_and_nothing_else_is(site: Path) -> None:
    """A folder without a file of its own is one, loaded or not; packages and modules are not."""
    write(site, "mere_x/data.txt", "whole_x/__init__.py", "single_x.py", "mere_x/inner/data.txt")
    specs = [find(name) for name in ("mere_x", "mere_x.inner", "whole_x", "single_x", "sys")]
    assert [is_namespace(spec) for spec in specs if spec] == [True, True, False, False, False]
    module = importlib.import_module("mere_x")
    try:
        assert module.__spec__ is find("mere_x")
        assert is_namespace(module.__spec__)
    finally:
        del sys.modules["mere_x"]


def test_a_loaded_module_answers_with_its_own_spec(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in sys.modules is what an import would give, whatever lies on disk."""
    fake = types.ModuleType("json_like")
    fake.__spec__ = ModuleSpec("json_like", None, origin="somewhere")
    monkeypatch.setitem(sys.modules, "json_like", fake)
    assert find("json_like") is fake.__spec__
    assert find("os.path") is sys.modules["os.path"].__spec__


def test_a_loaded_module_without_a_spec_is_still_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module made by hand is importable, so a spec is made from what it says; it is not a namespace."""
    handmade = types.ModuleType("handmade")
    handmade.__file__ = "/there/handmade.py"
    monkeypatch.setitem(sys.modules, "handmade", handmade)
    monkeypatch.setitem(sys.modules, "an_object", object())
    spec, thing = find("handmade"), find("an_object")
    assert spec is not None
    assert thing is not None
    assert (spec.name, spec.origin, is_namespace(spec)) == ("handmade", "/there/handmade.py", False)
    assert not is_namespace(thing)
    assert find("handmade.sub") is None


def test_a_name_that_is_forbidden_in_sys_modules_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """None in sys.modules makes an import fail, of the name and of what lies below it."""
    monkeypatch.setitem(sys.modules, "wsgiref", None)
    assert find("wsgiref") is None
    assert find("wsgiref.headers") is None


def test_a_loaded_parent_is_searched_by_its_own_path(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`__path__` of a loaded package counts, also where it was changed after the import."""
    write(site, "elsewhere/extra.py")
    parent = types.ModuleType("grown")
    parent.__path__ = [str(site / "elsewhere")]
    monkeypatch.setitem(sys.modules, "grown", parent)
    assert origin("grown.extra") == str(site / "elsewhere" / "extra.py")


def test_lazy_modules_and_module_hooks_are_not_woken(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `LazyLoader` module and one with a PEP 562 hook are looked at without running them."""
    write(site, "sleeper/__init__.py", "sleeper/part.py")
    spec = importlib.util.find_spec("sleeper")
    assert spec is not None
    assert spec.loader is not None
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "sleeper", module)
    spec.loader.exec_module(module)
    hooked = types.ModuleType("hooked")
    del hooked.__spec__
    hooked.__getattr__ = lambda name: pytest.fail(f"asked for {name}")  # type: ignore[method-assign]
    monkeypatch.setitem(sys.modules, "hooked", hooked)
    assert find("sleeper") is spec
    assert origin("sleeper.part") == str(site / "sleeper" / "part.py")
    assert find("hooked") is not None
    assert find("hooked.sub") is None


class Importing:
    """A finder that must not be asked."""

    def find_spec(self, name: str, *_: object) -> ModuleSpec:
        """Fail the test."""
        raise AssertionError(name)


@pytest.mark.parametrize("kind", ["ImportHookFinder", "ModuleWatchdog", "DistutilsMetaFinder"])
def test_finders_that_import_are_not_asked(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Known finders that import while they look are passed over."""
    finder = type(kind, (Importing,), {})()
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    assert find("no_such_module_at_all") is None
    assert str(origin("json.tool")).endswith("tool.py")


def test_the_finder_of_load_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """`_load_prefix_finder` marks our own finder, which would answer for every name."""
    ours = type("Ours", (Importing,), {"_load_prefix_finder": True})()
    monkeypatch.setattr(sys, "meta_path", [ours, object(), *sys.meta_path])
    assert find("no_such_module_at_all") is None


def test_distutils_is_where_setuptools_puts_it(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Setuptools serves its own copy; its place is told without importing setuptools."""
    write(site, "setuptools/__init__.py", "setuptools/_distutils/__init__.py")
    for name in [name for name in sys.modules if name.partition(".")[0] in ("setuptools", "distutils")]:
        monkeypatch.delitem(sys.modules, name)
    finder = type("DistutilsMetaFinder", (Importing,), {})()
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    assert origin("distutils") == str(site / "setuptools" / "_distutils" / "__init__.py")
    assert "setuptools" not in sys.modules


def test_a_foreign_finder_places_what_it_knows(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editable install's finder is asked for roots and for submodules of packages that are not loaded."""
    write(site, "real/__init__.py", "built/native.py")

    class Redirecting:
        @staticmethod
        def find_spec(name: str, *_: object) -> ModuleSpec | None:
            found = {"real.native": site / "built" / "native.py"}.get(name)
            return importlib.util.spec_from_file_location(name, found) if found else None

    monkeypatch.setattr(sys, "meta_path", [Redirecting, *sys.meta_path])
    assert origin("real.native") == str(site / "built" / "native.py")


def test_a_finder_over_pathfinder_does_not_break_nested_namespaces(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PathFinder raises KeyError for a namespace below an unloaded one; the walk goes on."""
    write(site, "ns_c/ns_d/leaf.py")

    class Wrapping:
        @staticmethod
        def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
            return PathFinder.find_spec(name, path)  # type: ignore[arg-type]

    monkeypatch.setattr(sys, "meta_path", [Wrapping, *sys.meta_path])
    assert origin("ns_c.ns_d.leaf") == str(site / "ns_c" / "ns_d" / "leaf.py")


def test_modules_in_a_zip_are_found(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Archives on sys.path are looked into, at every depth."""
    archive = site / "lib.zip"
    with zipfile.ZipFile(archive, "w") as bundle:
        for name in ("zpkg/__init__.py", "zpkg/sub/__init__.py", "zpkg/sub/leaf.py"):
            bundle.writestr(name, BOMB)
    monkeypatch.syspath_prepend(str(archive))
    assert str(origin("zpkg.sub.leaf")).endswith("leaf.py")
    assert find("zpkg.sub.none") is None


def test_entry_finder_tells_archives_and_folders_from_files(site: Path) -> None:
    """A folder has a finder; a script that is not an archive has none."""
    write(site, "plain.py")
    assert entry_finder(str(site)) is not None
    assert entry_finder(str(site / "plain.py")) is None


def for_children() -> dict[str, str]:
    """The environment of the test, and where `load` is."""
    return {**os.environ, "PYTHONPATH": str(CHECKOUT)}


def test_finding_agrees_with_the_import_system_over_the_standard_library() -> None:
    """Every module of the standard library is where `importlib.util.find_spec` says it is."""
    code = """
import sys, pkgutil, importlib.util, pathlib
from load._find import find
root = pathlib.Path(pkgutil.__file__).parent
names = sorted(sys.stdlib_module_names - {"this", "antigravity", "idlelib", "turtledemo", "lib2to3"})
for package in ("json", "email", "xml", "concurrent", "importlib", "unittest", "http"):
    for file in (root / package).rglob("*.py"):
        parts = file.relative_to(root).with_suffix("").parts
        if "test" not in parts[0] and parts[-1] not in ("__init__", "__main__"):
            names.append(".".join(parts))
mine = {n: find(n) for n in names}
for n in names:
    theirs = importlib.util.find_spec(n)
    assert (mine[n] and mine[n].origin) == (theirs and theirs.origin), (n, mine[n], theirs)
print(len(names))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=for_children())
    assert done.stderr == ""
    assert int(done.stdout) > 300


def test_finding_brings_in_no_module_of_its_own() -> None:
    """The room is on the way of every `load.x`: it imports nothing but itself."""
    code = (
        "import sys, load._imports; before = set(sys.modules); from load._find import find; "
        "find('json.tool'); find('no.such'); find('numpy.linalg'); "
        "new = {name.partition('.')[0] for name in set(sys.modules) - before};"
        "print(sorted(new - {'load', '__future__'}))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, env=for_children()
    )
    assert done.stdout.strip() == "[]"

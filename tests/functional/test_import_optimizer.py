"""`ImportOptimizer` and `ImportCache`: the seed's hook, and what changed on disk."""

from __future__ import annotations

import importlib
import os
import sys
import types
import zipfile
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import pytest

from load.errors import ReloadError, SourceError
from load.imports import ImportCache, ImportOptimizer, ModuleManager, is_module_available, lazy_import, safe_import
from tests.support.environments import Python

LONG_AGO = 1_600_000_000


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on `sys.path` with `base_o`, `middle_o` that needs it, and `top_o` that needs that."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    write(tmp_path, "base_o", "VALUE = 1\n")
    write(tmp_path, "middle_o", "from base_o import VALUE\nDOUBLE = 2 * VALUE\n")
    write(tmp_path, "top_o", "import middle_o\nFOUR = 2 * middle_o.DOUBLE\n")
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def write(folder: Path, name: str, text: str) -> Path:
    """A module."""
    path = folder / f"{name}.py"
    path.write_text(text, encoding="utf-8")
    importlib.invalidate_caches()
    return path


# -- the hook ----------------------------------------------------------------------------------------------------------


def test_the_seed(child: Python, tmp_path: Path) -> None:
    """Its blocks, one after the other, in a program."""
    write(tmp_path, "my_base", "VALUE = 1\n")
    write(
        tmp_path, "my_module", "import my_base\nimport threading\nthreading.Event().wait(0.11)\nSEEN = my_base.VALUE\n"
    )
    code = """
        import sys
        from load.imports import ImportOptimizer, ModuleManager

        manager = ModuleManager()
        optimizer = ImportOptimizer(manager)
        sys.meta_path.insert(0, optimizer)

        import my_module

        profiles = optimizer.get_import_profiles()
        print(f"Total imports: {profiles['analysis']['total_imports'] >= 2}")
        print(f"Average duration: {profiles['analysis']['average_duration'] > 0.05}")
        slow_imports = profiles["slow_imports"]
        if slow_imports:
            print("Slow imports detected:", "my_module" in [p.module for p in slow_imports])

        open("my_base.py", "w").write("VALUE = 2\\n")
        path = "my_base.py"
        optimizer.invalidate_path(path)
        dependents = optimizer.get_dependent_modules(path)
        print(dependents)
        for module in dependents:
            optimizer.reload_module(module)
        print(my_module.SEEN)

        open("my_base.py", "w").write("VALUE = 3\\n")
        print(list(optimizer.reload_dependencies("my_base")), my_module.SEEN)

        try:
            import my_missing_module
        except ImportError as e:
            profiles = optimizer.get_import_profiles()
            profile = profiles["profiles"].get("my_missing_module")
            if profile and profile.errors:
                print("Import errors:", profile.errors)
    """
    assert child.run(code, cwd=tmp_path).check().stdout.splitlines() == [
        "Total imports: True",
        "Average duration: True",
        "Slow imports detected: True",
        "['my_base', 'my_module']",
        "2",
        "['my_base', 'my_module'] 3",
        "Import errors: [\"ModuleNotFoundError: No module named 'my_missing_module'\"]",
    ]


@pytest.mark.parametrize("place", ["first", "twice", "last before", "behind itself"])
def test_however_it_is_registered(folder: Path, place: str) -> None:
    """No recursion, every import once, and gone without trace."""
    optimizer = ImportOptimizer()
    before = list(sys.meta_path)
    try:
        sys.meta_path.insert(len(before) - 1 if place == "last before" else 0, optimizer)
        if place == "twice":
            sys.meta_path.insert(0, optimizer)
        if place == "behind itself":
            sys.meta_path.insert(1, ImportOptimizer())
        optimizer.install()
        module = importlib.import_module("top_o")
        assert importlib.util.find_spec("base_o") is not None
    finally:
        optimizer.uninstall()
        optimizer.uninstall()
    assert [finder for finder in sys.meta_path if isinstance(finder, ImportOptimizer)] == (
        [sys.meta_path[0]] if place == "behind itself" else []
    )
    sys.meta_path[:] = before
    assert module.FOUR == 4
    assert list(optimizer.get_import_profiles()["profiles"]) == ["top_o", "middle_o", "base_o"]


def test_modules_are_as_without_it(child: Python, tmp_path: Path) -> None:
    """Sources, packages, namespaces, archives, extension, frozen and built-in modules, and their resources."""
    (tmp_path / "pack").mkdir()
    write(tmp_path / "pack", "__init__", "from . import latin\n")
    (tmp_path / "pack" / "latin.py").write_bytes("# coding: latin-1\nTEXT = 'é'\n".encode("latin-1"))
    (tmp_path / "pack" / "data.txt").write_text("data", encoding="utf-8")
    (tmp_path / "space").mkdir()
    write(tmp_path / "space", "inner", "x = 1\n")
    code = """
        import sys, zipfile
        with zipfile.ZipFile("packed.zip", "w") as archive:
            archive.writestr("packed.py", "def f():\\n    return 1\\n")
        sys.path.append("packed.zip")
        names = ["pack", "pack.latin", "space", "space.inner", "packed", "_asyncio", "__hello__", "_symtable"]

        def facts():
            import importlib, importlib.resources, inspect, io
            found = {}
            for name in names:
                sys.stdout, shown = io.StringIO(), sys.stdout
                module = importlib.import_module(name)
                sys.stdout = shown
                spec = module.__spec__
                found[name] = (
                    getattr(module, "__file__", None), getattr(module, "__cached__", None), type(module.__loader__),
                    type(spec.loader), spec.loader is module.__loader__ or name == "space", spec.origin, spec.cached,
                    getattr(module, "__package__", None), str(getattr(module, "__path__", None)),
                )
            found["source"] = inspect.getsource(sys.modules["packed"].f), inspect.getsource(sys.modules["pack.latin"])
            found["data"] = importlib.resources.files("pack").joinpath("data.txt").read_text()
            for name in names:
                sys.modules.pop(name, None)
            return found

        plain = facts()
        from load.imports import ImportOptimizer
        with ImportOptimizer() as optimizer:
            watched = facts()
        different = {key: (plain[key], watched[key]) for key in plain if plain[key] != watched[key]}
        print(different, "pack.latin" in optimizer.profiler)
    """
    assert child.run(code, cwd=tmp_path).check().stdout == "{} True\n"


def test_a_finder_of_the_old_kind(folder: Path) -> None:
    """One without `find_spec` is passed over."""
    optimizer = ImportOptimizer()
    old = object()
    sys.meta_path.insert(0, old)  # type: ignore[arg-type]
    sys.meta_path.insert(0, optimizer)  # type: ignore[arg-type]
    try:
        assert importlib.import_module("base_o").VALUE == 1
    finally:
        optimizer.uninstall()
        sys.meta_path.remove(old)  # type: ignore[arg-type]


def test_cycles_and_graph(folder: Path) -> None:
    """Rings among what was imported, with their statements."""
    write(folder, "ring_one", "import ring_two\nx = 1\n")
    write(folder, "ring_two", "import ring_one\ny = 1\n")
    with ImportOptimizer() as optimizer:
        importlib.import_module("ring_one")
    found = optimizer.get_import_profiles()
    assert found["dependency_graph"] == {"ring_one": ["ring_two"], "ring_two": []}
    assert [set(cycle.modules) for cycle in found["cycles"]] == [{"ring_one", "ring_two"}]


def test_a_half_made_module(folder: Path) -> None:
    """The error says which statements lead round, and so does the profile."""
    write(folder, "half_one", "from half_two import y\nx = 1\n")
    write(folder, "half_two", "from half_one import x\ny = 1\n")
    with ImportOptimizer() as optimizer, pytest.raises(ImportError) as caught:
        importlib.import_module("half_one")
    (note,) = caught.value.__notes__
    assert note.startswith("'x' was not there yet in 'half_one': these modules import one another.")
    assert "half_one.py:1: from half_two import y" in note
    assert "half_two.py:1: from half_one import x" in note
    errors = optimizer.get_import_profiles()["errors"]
    assert note in errors["half_two"][0]
    assert list(errors) == ["half_one", "half_two"]


# -- the cache ---------------------------------------------------------------------------------------------------------


def test_a_changed_file(folder: Path) -> None:
    """Is told also where size and second are the same; a new time alone is not a change."""
    cache = ImportCache()
    module = importlib.import_module("base_o")
    cache.set("base_o", module)
    assert cache.get("base_o") is module
    path = write(folder, "base_o", "VALUE = 2\n")
    os.utime(path, ns=(os.stat(path).st_mtime_ns,) * 2)
    assert cache.get("base_o") is None
    assert (cache.is_stale("base_o"), cache.changed()) == (True, ["base_o"])
    assert cache.reload("base_o").VALUE == 2
    assert cache.get("base_o") is module
    os.utime(path, (LONG_AGO, LONG_AGO))
    assert cache.get("base_o") is module
    path.unlink()
    assert cache.get("base_o") is None
    assert sys.modules["base_o"] is module
    assert cache.stats == {"entries": 1, "hits": 3, "misses": 0, "stale": 2, "expired": 0, "evicted": 0}


def test_modules_noted_by_the_hook(folder: Path) -> None:
    """Are known with their files as they were when they ran."""
    for path in folder.glob("*.py"):
        os.utime(path, (LONG_AGO, LONG_AGO))
    with ImportOptimizer() as optimizer:
        importlib.import_module("top_o")
    assert optimizer.cache.changed() == []
    write(folder, "base_o", "VALUE = 5\n")
    assert optimizer.cache.changed() == ["base_o"]
    assert optimizer.invalidate_path(folder / "base_o.py") == ["base_o"]
    assert optimizer.get_dependent_modules(folder / "base_o.py") == ["base_o", "middle_o", "top_o"]


@pytest.mark.parametrize("kind", ["slots", "liar", "swap"])
def test_whatever_a_loader_makes(folder: Path, kind: str) -> None:
    """Is imported as without the hook: an object without names, one that answers with errors, one that goes."""

    class Slots:
        __slots__ = ("__file__", "__loader__", "__spec__")

    class Liar(types.ModuleType):
        def __getattribute__(self, name: str) -> object:
            if name in ("__dict__", "__file__"):
                raise ZeroDivisionError(name)
            return super().__getattribute__(name)

    made: Any = Liar("made_o") if kind == "liar" else Slots() if kind == "slots" else types.ModuleType("made_o")
    other: Any = Slots()

    class Maker:
        def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
            return ModuleSpec(name, self) if name == "made_o" else None  # type: ignore[arg-type]

        def create_module(self, spec: ModuleSpec) -> object:
            return made

        def exec_module(self, module: object) -> None:
            if kind == "swap":
                sys.modules["made_o"] = other

    maker: Any = Maker()
    sys.meta_path.insert(0, maker)
    try:
        with ImportOptimizer() as optimizer:
            found = importlib.import_module("made_o")
    finally:
        sys.meta_path.remove(maker)
    assert found is (other if kind == "swap" else made)
    assert optimizer.cache.get("made_o") is found
    assert optimizer.cache.changed() == []
    assert "made_o" not in optimizer.invalidate_path(folder / "base_o.py")


def test_a_file_named_hashlib(child: Python, tmp_path: Path) -> None:
    """Is its program's own business: what was written just now is read all the same."""
    write(tmp_path, "hashlib", "raise ImportError('not the real one')\n")
    write(tmp_path, "fresh", "x = 1\n")
    code = """
        from load.imports import ImportOptimizer
        with ImportOptimizer() as optimizer:
            import fresh
        print(fresh.x, "fresh" in optimizer.cache)
    """
    assert child.run(code, cwd=tmp_path).check().stdout == "1 True\n"


@pytest.mark.parametrize("of", ["file", "folder"])
def test_a_link_that_leads_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of: str) -> None:
    """Is a change, if what it leads to says something else; both files are known to be its own."""
    for release in ("one", "two", "same"):
        (tmp_path / release).mkdir()
        path = write(tmp_path / release, "linked_o", f"x = {1 + (release == 'two')}\n")
        os.utime(path, (LONG_AGO, LONG_AGO))
    link = tmp_path / "current"
    name = "" if of == "folder" else "linked_o.py"
    link.mkdir() if name else None
    (link / name).symlink_to(tmp_path / "one" / name)
    monkeypatch.syspath_prepend(str(link))
    cache = ImportCache()
    with ImportOptimizer() as optimizer:
        module = importlib.import_module("linked_o")
    try:
        cache.set("linked_o", module)
        told = []
        for release in ("same", "two", "one"):
            (link / name).unlink()
            (link / name).symlink_to(tmp_path / release / name)
            told.append((cache.changed(), optimizer.cache.changed()))
        assert told == [([], []), (["linked_o"], ["linked_o"]), ([], [])]
        for path in (tmp_path / "one" / "linked_o.py", tmp_path / "two" / "linked_o.py", link / "linked_o.py"):
            (link / name).unlink()
            (link / name).symlink_to(tmp_path / "one" / name)
            cache.set("linked_o", module)
            (link / name).unlink()
            (link / name).symlink_to(tmp_path / "two" / name)
            assert cache.invalidate_path(path) == ["linked_o"]
            assert "linked_o" not in cache
        assert cache.get_dependent_modules(tmp_path / "two" / "linked_o.py") == ["linked_o"]
    finally:
        del sys.modules["linked_o"]


def test_an_archive(folder: Path) -> None:
    """A file in it, and the whole of it."""
    with zipfile.ZipFile(folder / "packed_o.zip", "w") as archive:
        archive.writestr("inner_o.py", "x = 1\n")
        archive.writestr("pack_o/__init__.py", "")
        archive.writestr("pack_o/deep.py", "")
    sys.path.insert(0, str(folder / "packed_o.zip"))  # the folder's fixture puts the path back
    names = ["inner_o", "pack_o", "pack_o.deep"]
    write(folder, "user_o", "import inner_o, pack_o.deep\n")
    user = importlib.import_module("user_o")
    cache = ImportCache()

    def keep() -> None:
        for name in names:
            cache.set(name, sys.modules[name])

    keep()
    file = user.inner_o.__file__
    assert cache.get_dependent_modules(file) == ["inner_o", "user_o"]
    assert cache.invalidate_path(file) == ["inner_o"]
    assert [name in cache for name in names] == [False, True, True]
    keep()
    dependents = cache.get_dependent_modules(folder / "packed_o.zip")
    assert (sorted(dependents), dependents[-1]) == ([*names, "user_o"], "user_o")
    assert sorted(cache.invalidate_path(folder / "packed_o.zip")) == names
    assert len(cache) == 0
    assert cache.invalidate_path(folder) == cache.get_dependent_modules(folder) == []


def test_a_new_time_alone(folder: Path) -> None:
    """Is no change of a file that was looked at; of one that never was, nobody can tell, and it counts as one."""
    for name in ("base_o", "middle_o"):
        os.utime(folder / f"{name}.py", (LONG_AGO, LONG_AGO))
    with ImportOptimizer() as optimizer:
        importlib.import_module("base_o")
        assert optimizer.cache.changed() == []
        importlib.import_module("middle_o")
    for name in ("base_o", "middle_o"):
        os.utime(folder / f"{name}.py", (LONG_AGO + 9, LONG_AGO + 9))
    assert optimizer.cache.changed() == ["middle_o"]
    write(folder, "base_o", "VALUE = 2\n")
    assert optimizer.cache.is_stale("base_o")


@pytest.mark.parametrize("path", ["a\0b", "", b"nothing.py", "nowhere/\udc80.py"])
def test_a_file_that_cannot_be(path: str) -> None:
    """Is the source of nothing."""
    cache = ImportCache()
    cache.set("os", os)
    assert cache.invalidate_path(path) == cache.get_dependent_modules(path) == []
    assert "os" in cache


def test_limits() -> None:
    """The one asked for longest ago goes, and nothing leaves `sys.modules`."""
    cache = ImportCache(max_entries=2)
    cache.set("os", os)
    cache.set("sys", sys)
    assert cache.get("os") is os
    cache.set("types", types)
    assert (cache.get("sys"), cache.get("os"), cache.get("types")) == (None, os, types)
    assert (len(cache), "os" in cache, cache.stats["evicted"]) == (2, True, 1)
    assert cache.invalidate("os")
    assert not cache.invalidate("os")
    cache.clear()
    assert len(cache) == 0


def test_age(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is too old is not given."""
    clock = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    cache = ImportCache(ttl=10)
    cache.set("os", os)
    clock[0] += 9
    assert cache.get("os") is os
    clock[0] += 2
    assert cache.get("os") is None
    assert cache.stats["expired"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"max_entries": 0}, "max_entries is at least 1, or None, not 0"),
        ({"ttl": 0}, "ttl is above 0 seconds, or None, not 0"),
        ({"ttl": float("nan")}, "ttl is above 0 seconds, or None, not nan"),
        ({"ttl": "5"}, "ttl is a number of seconds, or None, not '5'"),
        ({"max_entries": 1.5}, "max_entries is a whole number, or None, not 1.5"),
        ({"max_entries": "5"}, "max_entries is a whole number, or None, not '5'"),
    ],
)
def test_limits_that_cannot_be(arguments: dict[str, object], said: str) -> None:
    """Are refused."""
    with pytest.raises((TypeError, ValueError), match=said):
        ImportCache(**arguments)  # type: ignore[arg-type]


def test_what_is_no_module() -> None:
    """Is refused."""
    with pytest.raises(TypeError, match="'numbers' stands for a module, not for 'int'"):
        ImportCache().set("numbers", 5)  # type: ignore[arg-type]


# -- running again -----------------------------------------------------------------------------------------------------


def test_all_or_nothing(folder: Path) -> None:
    """Where a dependent fails, every module is what it was."""
    top = importlib.import_module("top_o")
    middle, base = sys.modules["middle_o"], sys.modules["base_o"]
    before = [dict(vars(module)) for module in (base, middle, top)]
    optimizer = ImportOptimizer()
    write(folder, "base_o", "VALUE = 'text'\nNEW = 1\n")
    write(folder, "top_o", "import middle_o\nadded = 1\nFOUR = 2 / middle_o.DOUBLE\n")
    with pytest.raises(ReloadError, match="'top_o' failed when its source ran again: TypeError") as caught:
        optimizer.reload_dependencies("base_o")
    assert caught.value.rolled_back == ("base_o", "middle_o", "top_o")
    assert isinstance(caught.value.__cause__, TypeError)
    assert [dict(vars(module)) for module in (base, middle, top)] == before
    write(folder, "top_o", "import middle_o\nFOUR = middle_o.DOUBLE\n")
    assert optimizer.reload_dependencies("base_o") == ["base_o", "middle_o", "top_o"]
    assert top.FOUR == "texttext"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("nowhere_o", None, "'nowhere_o' is not loaded."),
        ("__main__", None, "'__main__' is the program itself, which runs."),
        ("sys", None, "'sys' has no source that could run again."),
        ("base_o", "VALUE = (\n", "'base_o' cannot be compiled: "),
        ("base_o", "", "'base_o' has no source any more: "),
    ],
)
def test_what_cannot_run_again(folder: Path, name: str, text: str | None, said: str) -> None:
    """Is refused, and nothing was changed."""
    base = importlib.import_module("base_o")
    if text:
        write(folder, "base_o", text)
    elif text == "":
        (folder / "base_o.py").unlink()
    with pytest.raises(ReloadError) as caught:
        ImportCache().reload(name)
    assert caught.value.message.startswith(said)
    assert base.VALUE == 1


# -- single questions --------------------------------------------------------------------------------------------------


def test_safe_import(folder: Path) -> None:
    """A default for what cannot be imported, and for nothing else."""
    write(folder, "raises_o", "raise ZeroDivisionError\n")
    assert safe_import("base_o").VALUE == 1
    assert safe_import("nowhere_o") is None
    assert safe_import("nowhere_o", default=5) == 5
    with pytest.raises(ZeroDivisionError):
        safe_import("raises_o")


@pytest.mark.parametrize("name", ["", ".x", "..", "a\0b", 5, None])
def test_what_is_no_name(name: str) -> None:
    """Is refused by both, and never taken for a module that is not there."""
    with pytest.raises(SourceError, match="is not an import name"):
        safe_import(name)
    with pytest.raises(SourceError, match="is not a dotted import name"):
        is_module_available(name)


def test_is_module_available(folder: Path) -> None:
    """Without importing it."""
    assert [is_module_available(name) for name in ("base_o", "nowhere_o", "json.tool", "base_o.x", "sys")] == [
        True,
        False,
        True,
        False,
        True,
    ]
    assert "base_o" in sys.modules  # the package above `base_o.x`
    assert "top_o" not in sys.modules
    with pytest.raises(SourceError, match="'numpy>=2' is not a dotted import name"):
        is_module_available("numpy>=2")


def test_lazy_import_is_the_root_s() -> None:
    """One and the same."""
    import load

    assert lazy_import is load.lazy_import
    assert "lazy_import" in dir(load.imports)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        load.imports.nothing  # type: ignore[attr-defined]  # noqa: B018


def test_dependencies(folder: Path) -> None:
    """Of a loaded module."""
    importlib.import_module("top_o")
    cache = ImportCache(manager=ModuleManager())
    assert cache.get_dependencies("top_o") == ["middle_o"]

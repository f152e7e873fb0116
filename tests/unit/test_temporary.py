"""`temporarily`: what a block brought in goes, and nothing else; crashes are looked for in children (functional)."""

from __future__ import annotations

import importlib
import linecache
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from load._caller import Caller
from load._unload import temporary
from load._unload.report import UnloadReport
from load._unload.temporary import Temporarily
from load._unload.verdict import (
    LATER_BLOCK,
    NO_SOURCE,
    OTHER_THREAD,
    STANDARD_LIBRARY,
    UNFINISHED,
    UNKNOWN_THREAD,
    Verdict,
)

if TYPE_CHECKING:
    from load._unload.temporary import HasValue
    from tests.support.environments import Python


def resolve(specs: Sequence[str], caller: Caller) -> list[HasValue]:
    """Import every spec, as the Resolver does for what is installed."""
    assert (caller.filename, caller.line) == (__file__, 1)
    return [SimpleNamespace(value=importlib.import_module(spec)) for spec in specs]


def temporarily(*specs: str) -> Temporarily:
    """Give the block, with a resolver that only imports."""
    return Temporarily(specs, Caller(__file__, 1), resolve)


@pytest.fixture(autouse=True)
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on sys.path with `pure` (which imports `dep`), its submodules, and `lone`."""
    for name, text in {
        "pure/__init__.py": "import dep\nfrom pure import inner\nTEXT = 'pure'\n",
        "pure/inner.py": "",
        "pure/extra/__init__.py": "from pure.extra import deep\n",
        "pure/extra/deep.py": "",
        "dep.py": "class Thing: pass\n",
        "lone.py": "import tabnanny\n",
        "broken.py": "import dep, lone\nraise ValueError('broken')\n",
    }.items():
        path = tmp_path / "library" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path / "library"))
    monkeypatch.delitem(sys.modules, "tabnanny", raising=False)
    return tmp_path / "library"


def ours() -> set[str]:
    """Give the names of the made modules that are loaded."""
    return {name for name in sys.modules if name.partition(".")[0] in ("pure", "dep", "lone", "broken")}


def test_what_the_block_brought_goes_again() -> None:
    """The module asked for, its submodules, what it needs, and what the block imported by itself."""
    with (block := temporarily("pure")) as pure:
        import lone

        assert pure is sys.modules["pure"]
        assert lone is sys.modules["lone"]
        assert block.report is None
    assert ours() == set()
    assert block.report is not None
    assert block.report.removed == ("dep", "lone", "pure", "pure.inner")
    assert pure.TEXT == "pure"


def test_the_next_import_gives_a_new_module() -> None:
    """The import system keeps nothing of the old one."""
    with temporarily("pure") as first:
        pass
    with temporarily("pure") as second:
        assert second is not first
        assert second.inner is not first.inner


def test_what_was_there_before_stays() -> None:
    """Also where the block asks for it, and where it got a submodule in the block, which goes alone."""
    before = importlib.import_module("pure")
    with (block := temporarily("pure.extra", "pure")) as (extra, pure):
        assert pure is before
        assert before.extra is extra
    assert ours() == {"pure", "pure.inner", "dep"}
    assert not hasattr(before, "extra")
    assert before.inner is sys.modules["pure.inner"]
    assert block.report is not None
    assert block.report.removed == ("pure.extra", "pure.extra.deep")


def test_an_attribute_that_is_another_thing_now_stays() -> None:
    """Only the binding to the removed module itself goes from its parent."""
    before = importlib.import_module("pure")
    with temporarily("pure.extra"):
        before.extra = 3  # type: ignore[attr-defined]
    assert before.extra == 3


def test_one_name_is_one_module_several_are_a_tuple_none_is_an_empty_one() -> None:
    """A dotted name gives the submodule."""
    with temporarily("pure.extra.deep") as deep:
        assert deep.__name__ == "pure.extra.deep"
    with temporarily("pure", "dep") as both:
        assert [module.__name__ for module in both] == ["pure", "dep"]
    with temporarily() as nothing:
        assert nothing == ()
        importlib.import_module("lone")
    assert ours() == set()


def test_the_standard_library_stays() -> None:
    """The report says so."""
    with (block := temporarily("lone")):
        pass
    assert "tabnanny" in sys.modules
    assert block.report is not None
    assert block.report.kept["tabnanny"] == STANDARD_LIBRARY
    with temporarily("xml.sax.handler") as handler:
        assert handler.__name__ == "xml.sax.handler"
    assert sys.modules["xml.sax.handler"] is handler


def test_an_exception_in_the_block_goes_on_its_way() -> None:
    """The modules go all the same."""
    with pytest.raises(KeyError), (block := temporarily("pure")):
        raise KeyError("x")
    assert ours() == set()
    assert block.report is not None


def test_a_module_that_fails_leaves_nothing_behind() -> None:
    """Neither itself nor what it had imported by then, nor a finder."""
    finders = list(sys.meta_path)
    block = temporarily("broken")
    with pytest.raises(ValueError, match="broken"), block:
        pytest.fail("the block was entered")
    assert ours() == set()
    assert sys.meta_path == finders
    assert temporary._open == []


def test_blocks_may_stand_in_one_another() -> None:
    """Each removes its own."""
    with (outer := temporarily("dep")) as dep:
        with (inner := temporarily("pure")):
            assert ours() == {"dep", "pure", "pure.inner"}
        assert ours() == {"dep"}
        assert sys.modules["dep"] is dep
    assert ours() == set()
    assert inner.report is not None
    assert outer.report is not None
    assert (inner.report.removed, outer.report.removed) == (("pure", "pure.inner"), ("dep",))


def test_a_block_may_be_entered_within_itself_and_again() -> None:
    """The report is that of the end before."""
    block = temporarily("dep")
    with block as first:
        with block as second:
            assert second is first
        assert block.report is not None
        assert block.report.removed == ()
        assert ours() == {"dep"}
    assert block.report.removed == ("dep",)
    with block as third:
        assert third is not first
    assert ours() == set()


def test_blocks_that_end_in_the_order_of_their_begin() -> None:
    """As two tasks or generators do: the later one goes on with what the earlier had brought."""
    first, second = temporarily("dep"), temporarily("dep", "lone")
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert ours() == {"dep", "lone"}
    assert first.report is not None
    assert first.report.kept["dep"] == LATER_BLOCK
    second.__exit__(None, None, None)
    assert ours() == set()


def test_leaving_what_was_not_entered_is_an_error() -> None:
    """And changes nothing."""
    with pytest.raises(RuntimeError, match=r"temporarily\('dep'\)"):
        temporarily("dep").__exit__(None, None, None)


def test_another_thread_keeps_what_it_imported() -> None:
    """It knows nothing of the block; packages that both had a hand in stay as well."""
    with (block := temporarily("dep", "pure")):  # `pure` imports `dep`
        thread = threading.Thread(target=lambda: [importlib.import_module(name) for name in ("lone", "pure.extra")])
        thread.start()
        thread.join()
        sys.modules["from_nowhere"] = ModuleType("from_nowhere")
    assert ours() == {"dep", "lone", "pure", "pure.inner", "pure.extra", "pure.extra.deep"}
    assert block.report is not None
    assert block.report.kept["lone"] == block.report.kept["pure.inner"] == OTHER_THREAD
    assert block.report.kept["dep"] == "used by pure, which stays"
    assert block.report.kept["from_nowhere"] == UNKNOWN_THREAD


def test_blocks_of_several_threads_do_not_touch_one_another() -> None:
    """Each removes what its own thread imported."""
    barrier = threading.Barrier(2, timeout=100)
    seen: dict[str, set[str]] = {}

    def work(name: str) -> None:
        with temporarily(name):
            barrier.wait()
            seen[name] = ours()
            barrier.wait()

    threads = [threading.Thread(target=work, args=(name,)) for name in ("dep", "lone")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {"dep": {"dep", "lone"}, "lone": {"dep", "lone"}}
    assert ours() <= {"dep", "lone"}
    assert temporary._open == []


def test_modules_made_by_programs_go_with_their_package() -> None:
    """As `six.moves`; one that stands alone could not be imported again, and stays."""
    with (block := temporarily("dep")):
        sys.modules["dep.moves"] = ModuleType("dep.moves")
        sys.modules["made_up"] = ModuleType("made_up")
    assert "dep.moves" not in sys.modules
    assert block.report is not None
    assert block.report.kept == {"made_up": NO_SOURCE}


def test_the_bindings_of_load_go_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """`load.dep` asks again, and `load.dep` in `sys.modules` is gone; what stays keeps its binding."""
    facade = ModuleType("load")
    monkeypatch.setitem(sys.modules, "load", facade)
    with temporarily("dep", "lone") as (dep, _):
        facade.dep, facade.lines = dep, linecache  # type: ignore[attr-defined]
        sys.modules["load.dep"] = dep
        sys.modules["load.linecache"] = linecache
    assert not hasattr(facade, "dep")
    assert "load.dep" not in sys.modules
    assert facade.lines is sys.modules.pop("load.linecache") is linecache


def test_caches_forget_what_went_and_nothing_else(packages: Path) -> None:
    """Lines of the sources, and finders of folders that were not known before."""
    known = str(packages)
    importlib.import_module("lone")
    with temporarily("pure.extra") as extra:
        assert linecache.getline(extra.__file__, 1) == "from pure.extra import deep\n"
        assert linecache.getline(sys.modules["lone"].__file__ or "", 1)
        assert str(packages / "pure") in sys.path_importer_cache
    assert extra.__file__ not in linecache.cache
    assert sys.modules["lone"].__file__ in linecache.cache
    assert str(packages / "pure") not in sys.path_importer_cache
    assert known in sys.path_importer_cache


def test_a_namespace_package_goes_whole(packages: Path) -> None:
    """It has no file, and its path is worked out anew whenever it is looked at."""
    (packages / "space" / "part").mkdir(parents=True)
    (packages / "space" / "part" / "leaf.py").write_text("")
    importlib.invalidate_caches()  # the folder may have changed a moment ago
    with (block := temporarily("space.part.leaf")):
        pass
    assert block.report is not None
    assert block.report.removed == ("space", "space.part", "space.part.leaf")


@pytest.mark.skipif(sys.platform == "linux" and not Path("/proc/self/statm").exists(), reason="there is no /proc here")
def test_memory_comes_back_where_nothing_holds_it(packages: Path, child: Python) -> None:
    """The figure is of the process: what a name still holds does not come back."""
    # Mapped by itself, in a process of its own: what the heap of this one has in reserve, after other tests, may come
    # back at any moment.
    (packages / "dep.py").write_text(
        "import mmap\nDATA = mmap.mmap(-1, 40_000_000)\nfor _ in range(40): DATA.write(b'x' * 1_000_000)\n"
    )
    code = f"""
        import sys
        import load
        sys.path.insert(0, {str(packages)!r})
        with (block := load.temporarily("dep")):
            pass
        print(block.report.freed > 30_000_000)
        with (block := load.temporarily("dep")) as dep:
            pass
        print(block.report.freed < 10_000_000)  # what else was there to give back is not much
        print(len(dep.DATA) == 40_000_000)
    """
    assert child.run(code).check().stdout.split() == ["True"] * 3


def test_extension_modules_keep_their_package_and_what_it_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package, and every other one whose modules, classes or functions it holds, and so on."""
    compiled, plain = ModuleType("fast._core"), ModuleType("fast")
    compiled.__file__ = "/site/fast/_core.abi3.so"
    plain.__file__ = "/site/fast/__init__.py"
    helper, base, apart = ModuleType("helper"), ModuleType("base"), ModuleType("apart")
    for module in (helper, base, apart):
        module.__file__ = f"/site/{module.__name__}.py"
    plain.helper = helper  # type: ignore[attr-defined]
    helper.Base = type("Base", (), {"__module__": "base"})  # type: ignore[attr-defined]
    apart.plain = plain  # type: ignore[attr-defined]
    candidates = {module.__name__: module for module in (plain, compiled, helper, base, apart)}
    for name, module in candidates.items():
        monkeypatch.setitem(sys.modules, name, module)
    verdict = Verdict(candidates)
    assert verdict.go == ["apart"]
    assert verdict.kept == {
        "fast": "part of fast, which contains extension modules (fast._core): "
        "removing extension modules can crash or corrupt the process",
        "fast._core": "an extension module: removing extension modules can crash or corrupt the process",
        "helper": "used by fast, which stays",
        "base": "used by helper, which stays",
    }


def test_a_module_that_is_being_imported_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another thread stands in its body."""
    dep = importlib.import_module("dep")
    assert dep.__spec__ is not None
    monkeypatch.setattr(dep.__spec__, "_initializing", True, raising=False)
    assert Verdict({"dep": dep}).kept == {"dep": UNFINISHED}


def test_a_file_with_a_name_of_the_standard_library_is_none_of_it(
    packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person's own `this.py`; that of Python has no class which something could hold still."""
    (packages / "this.py").write_text("")
    importlib.invalidate_caches()  # the folder may have changed a moment ago
    monkeypatch.delitem(sys.modules, "this", raising=False)
    with (block := temporarily("this")):
        pass
    assert block.report is not None
    assert block.report.removed == ("this",), str(block.report)


def test_the_report_is_short_and_says_why() -> None:
    """Packages are counted, long lists are cut, memory is told in words."""
    kept = {f"s{i}": STANDARD_LIBRARY for i in range(20)} | {"s3.x": STANDARD_LIBRARY, "a": OTHER_THREAD}
    assert str(UnloadReport(["b.c", "b", "d"], kept, 24_800_000)) == (
        "removed: b (2 modules), d\n"
        "kept:    a: imported by another thread during the block\n"
        "kept:    s3 (2 modules), s0, s1, s10, s11, s12 and 14 more: part of the standard library\n"
        "memory:  24.8 MB came back"
    )
    assert str(UnloadReport([], {}, 0)) == "removed: nothing\nmemory:  none came back"
    assert "1.2 MB more than before" in str(UnloadReport([], {}, -1_200_000))
    assert str(UnloadReport([], {}, None)) == "removed: nothing"
    assert repr(UnloadReport(["a"], kept, 5)) == "<UnloadReport: 1 removed, 22 kept, freed=5>"

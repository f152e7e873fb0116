"""`load.imports`: what imports cost, as a person asks for it."""

from __future__ import annotations

import copy
import importlib
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from load.errors import ProfileError
from load.imports import ImportProfiler, from_importtime, profile_imports
from tests.support.environments import Python


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on `sys.path`; what is imported from it goes again."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def write(folder: Path, **texts: str) -> None:
    """Modules by name."""
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    importlib.invalidate_caches()


def test_the_seed(child: Python, tmp_path: Path) -> None:
    """Its first block, with a module that takes its time."""
    text = "import colorsys, threading\nthreading.Event().wait(0.12)\n"
    (tmp_path / "my_module.py").write_text(text, encoding="utf-8")
    code = """
        from load.imports import ImportProfiler

        profiler = ImportProfiler()
        profiler.start_import("my_module")
        import my_module
        profile = profiler.finish_import("my_module")
        analysis = profiler.analyze_imports()
        print(profile.module, profile.duration > 0.12, profile.errors, "colorsys" in profile.dependencies)
        print(analysis["total_imports"], analysis["average_duration"] == profile.duration, analysis["slow_imports"])
        print(profiler.get_profile("my_module") is not None, profiler.get_profile("other"))
    """
    first, second, third = child.run(code, cwd=tmp_path).check().stdout.splitlines()
    assert first == "my_module True [] True"
    assert second.startswith("1 True [<ImportProfile of 'my_module': ")
    assert third == "True None"


def test_nothing_imported() -> None:
    """Averages of nothing are nothing."""
    analysis = ImportProfiler().analyze_imports()
    assert (analysis["total_imports"], analysis["average_duration"], analysis["slow_imports"]) == (0, 0.0, [])


def test_a_block(folder: Path) -> None:
    """Self and cumulative figures, who asked, the chain, and what failed."""
    write(
        folder,
        outer_p="import middle_p\n",
        middle_p="try:\n    import inner_p\nexcept ValueError:\n    pass\n",
        inner_p="raise ValueError('no')\n",
    )
    with profile_imports() as profile:
        importlib.import_module("outer_p")
    importlib.import_module("string.templatelib" if sys.version_info >= (3, 14) else "colorsys")
    assert list(profile.profiles) == ["outer_p", "middle_p", "inner_p"]
    outer, middle, inner = profile
    assert outer.duration == pytest.approx(outer.self_duration + middle.duration)
    assert profile.get_import_chain("inner_p") == ["outer_p", "middle_p", "inner_p"]
    assert profile.dependency_graph == {"outer_p": ["middle_p"], "middle_p": ["inner_p"], "inner_p": []}
    assert profile.errors == {"inner_p": ["ValueError: no"]}
    assert (inner.has_error, inner.importer, inner.place) == (True, "middle_p", f"{folder / 'middle_p.py'}:2")
    analysis = profile.analyze_imports(threshold=0.0)
    assert analysis["total_duration"] == pytest.approx(outer.duration)
    assert (analysis["error_count"], analysis["max_chain_length"]) == (1, 3)
    assert analysis["slow_imports"][0] is outer
    assert not profile.is_installed


def test_what_no_finder_finds_has_its_error() -> None:
    """And is asked for in vain as without the profiler."""
    with (
        profile_imports() as profile,
        pytest.raises(ModuleNotFoundError, match="No module named 'nowhere_to_be_found'"),
    ):
        importlib.import_module("nowhere_to_be_found")
    assert profile.profiles["nowhere_to_be_found"].errors == [
        "ModuleNotFoundError: No module named 'nowhere_to_be_found'"
    ]


def test_a_second_try_is_added(folder: Path) -> None:
    """The module that failed and then worked is one, with the error of the first time."""
    write(folder, twice_p="raise ValueError('not yet')\n")
    with profile_imports() as profile:
        with pytest.raises(ValueError, match="not yet"):
            importlib.import_module("twice_p")
        write(folder, twice_p="works = True\n")
        assert importlib.import_module("twice_p").works
    assert len(profile) == 1
    assert profile.profiles["twice_p"].errors == ["ValueError: not yet"]


def test_an_end_without_a_beginning() -> None:
    """Is told of, and what was gathered is kept."""
    profiler = ImportProfiler(memory=False)
    profiler.start_import("first")
    profiler.finish_import("first", dependencies=["second"], error=ImportError("no"))
    profiler.start_import("third")
    with pytest.raises(ProfileError) as caught:
        profiler.finish_import("thrid")
    assert str(caught.value) == (
        "The import of 'thrid' was not started in this thread.\n"
        "  started were: third\n"
        "  → call start_import('thrid') before it"
    )
    assert caught.value.profile is profiler
    assert profiler.profiles["first"].dependencies == ["second"]
    assert profiler.profiles["first"].errors == ["ImportError: no"]


def test_spans_and_imports_nest(folder: Path) -> None:
    """What is imported between the two calls is part of it, once."""
    write(folder, spanned_p="x = 1\n", beside_p="x = 1\n")
    with profile_imports() as profile:
        profile.start_import("spanned_p")
        importlib.import_module("spanned_p")
        importlib.import_module("beside_p")
        whole = profile.finish_import("spanned_p")
    assert whole.duration == pytest.approx(whole.self_duration + profile.profiles["beside_p"].duration)
    assert whole.dependencies == ["beside_p"]
    assert profile.analyze_imports()["total_duration"] == pytest.approx(whole.duration)


def test_a_span_that_nobody_ended(folder: Path) -> None:
    """What came in its course stands by itself, and nothing is below zero."""
    write(folder, alone_p="x = 1\n")
    with profile_imports() as profile:
        profile.start_import("never_ended")
        importlib.import_module("alone_p")
    assert list(profile.profiles) == ["alone_p"]
    assert profile.get_import_chain("alone_p") == ["alone_p"]


def test_what_an_extension_module_imports(child: Python) -> None:
    """Has that module for its importer, which has no lines."""
    code = """
        from load.imports import profile_imports
        with profile_imports() as profile:
            import _asyncio  # written in C, it imports asyncio
        brought = profile.profiles["asyncio"]
        print(brought.importer, brought.parent, brought.place == profile.profiles["_asyncio"].origin)
        print([each for each in profile if "_bootstrap" in each.place])
    """
    assert child.run(code).check().stdout == "_asyncio _asyncio True\n[]\n"


@pytest.mark.parametrize("error", ["RuntimeError('x')", "ImportError('x')"])
def test_tracebacks_are_as_without_it(child: Python, tmp_path: Path, error: str) -> None:
    """No frame of the import system stands between those of the modules, nor one of ours."""
    (tmp_path / "one_p.py").write_text("import two_p\n", encoding="utf-8")
    (tmp_path / "two_p.py").write_text("import three_p\n", encoding="utf-8")
    (tmp_path / "three_p.py").write_text(f"raise {error}\n", encoding="utf-8")
    plain = child.run("import one_p", cwd=tmp_path).stderr
    code = "from load.imports import ImportProfiler; p = ImportProfiler().install()\nimport one_p"
    watched = child.run(code, cwd=tmp_path).stderr
    assert plain.count("  File ") == 4
    assert watched.replace("line 2, in <module>", "line 1, in <module>") == plain


def test_what_load_imports_for_somebody(child: Python, tmp_path: Path) -> None:
    """Was asked for by whoever asked `load`; looking at the figures adds none."""
    (tmp_path / "wanted_p.py").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "asks_p.py").write_text("import load\n\ndef ask():\n    return load.wanted_p.x\n", encoding="utf-8")
    code = """
        import asks_p
        from load.imports import ImportOptimizer, ModuleManager
        with ImportOptimizer(ModuleManager()) as optimizer:
            asks_p.ask()
            first = optimizer.get_import_profiles()
            second = optimizer.get_import_profiles()
        one = first["profiles"]["wanted_p"]
        print(one.importer, one.place.endswith("asks_p.py:4"), first["profiles"].keys() == second["profiles"].keys())
    """
    assert child.run(code, cwd=tmp_path).check().stdout == "asks_p True True\n"


def test_spans_that_overlap() -> None:
    """Each ends by itself, in whatever order."""
    profiler = ImportProfiler(memory=False)
    for name in ("one", "two"):
        profiler.start_import(name)
    assert profiler.finish_import("one").duration >= 0
    two = profiler.finish_import("two", dependencies=["three"])
    assert (two.self_duration >= 0, profiler.profiles["two"].dependencies) == (True, ["three"])


def test_spans_in_threads(child: Python) -> None:
    """None is lost, and none lacks what it was told."""
    code = """
        import sys, threading
        from load.imports import ImportProfiler
        sys.setswitchinterval(1e-5)
        profiler = ImportProfiler(memory=False)
        def work(number):
            for index in range(50):
                profiler.start_import(f"m{number}_{index}")
                profiler.finish_import(f"m{number}_{index}", dependencies=["os"])
        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        [each.start() for each in threads]; [each.join() for each in threads]
        print(len(profiler), {tuple(each.dependencies) for each in profiler})
    """
    assert child.run(code).check().stdout == "200 {('os',)}\n"


def test_entered_twice(folder: Path) -> None:
    """It watches until the outer block ends; looking at the figures adds none."""
    write(folder, within_p="x = 1\n", after_p="x = 1\n")
    with ImportProfiler() as profiler:
        with profiler:
            importlib.import_module("within_p")
        importlib.import_module("after_p")
        profiler.as_document()
        _ = profiler.profiles["after_p"].place
    assert list(profiler.profiles) == ["within_p", "after_p"]


def test_threads(child: Python, tmp_path: Path) -> None:
    """Eight import side by side: each its own, nothing below zero, and no memory that could be another's."""
    for number in range(8):
        names = [f"t{number}_{part}" for part in range(20)]
        for name, following in zip(names, [*names[1:], "sys"], strict=True):
            (tmp_path / f"{name}.py").write_text(f"import {following}\nx = list(range(20_000))\n", encoding="utf-8")
        with (tmp_path / f"{names[-1]}.py").open("a") as deepest:
            deepest.write("sys.barrier.wait()\n")  # each has begun all of its own when the first comes to an end
    code = """
        import sys, threading
        from load.imports import profile_imports

        sys.setswitchinterval(1e-5)
        barrier = sys.barrier = threading.Barrier(8)
        def work(number):
            barrier.wait()
            __import__(f"t{number}_0")
        with profile_imports() as profile:
            threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
            [each.start() for each in threads]; [each.join() for each in threads]
        assert len(profile) == 160, len(profile)
        for number in range(8):
            chain = profile.get_import_chain(f"t{number}_19")
            assert chain == [f"t{number}_{part}" for part in range(20)], chain
            own = [profile.profiles[name] for name in chain]
            assert len({each.thread for each in own}) == 1
            assert abs(sum(each.self_duration for each in own) - own[0].duration) < 1e-9
        assert all(min(each.self_duration, each.find, each.create, each.execute) >= 0 for each in profile)
        together = [each for each in profile if each.memory is None]
        assert len(together) == 160, len(together)
        print(profile.analyze_imports()["memory_unknown"] == len(together))
    """
    assert child.run(code, cwd=tmp_path).check().stdout == "True\n"


def test_profiles_travel(folder: Path) -> None:
    """Copied, pickled and as plain data they say the same."""
    write(folder, travels_p="x = 1\n")
    with profile_imports(memory=False) as profile:
        importlib.import_module("travels_p")
    one = profile.profiles["travels_p"]
    assert pickle.loads(pickle.dumps(one)).as_dict() == copy.copy(one).as_dict() == one.as_dict()
    document = profile.as_document("a test")
    assert document["modules"] == [one.as_dict()]
    assert (document["title"], document["bytes"], one.as_dict()["memory"]) == ("a test", None, None)


def test_memory_as_python_counts_it(folder: Path) -> None:
    """On request, by tracemalloc, which stops again."""
    write(folder, traced_p="x = [object() for _ in range(1000)]\n")
    with profile_imports(memory="traced") as profile:
        importlib.import_module("traced_p")
    assert 16_000 <= (profile.profiles["traced_p"].memory or 0) < 200_000
    import tracemalloc

    assert not tracemalloc.is_tracing()


def test_memory_of_no_kind() -> None:
    """Is refused before anything is watched."""
    with pytest.raises(ValueError, match="memory is True, False, 'rss' or 'traced', not 'all'"):
        ImportProfiler(memory="all")  # type: ignore[arg-type]


def test_lazy_imports_of_python(child: Python, tmp_path: Path) -> None:
    """On 3.15 a lazy import shows where it was used first."""
    if sys.version_info < (3, 15):
        pytest.skip("lazy import statements (PEP 810) came with Python 3.15")
    (tmp_path / "used_later.py").write_text("value = 1\n", encoding="utf-8")
    (tmp_path / "program.py").write_text(
        "from load.imports import profile_imports\nlazy import used_later\n\nwith profile_imports() as profile:\n"
        "    assert 'used_later' not in profile\n    used_later.value\none = profile.profiles['used_later']\n"
        "print(one.place.rsplit(':')[-1], one.declared.rsplit(':')[-1])\n",
        encoding="utf-8",
    )
    assert (
        child.run("import runpy; runpy.run_path('program.py', run_name='program')", cwd=tmp_path).check().stdout
        == "6 2\n"
    )


TEXT = """\
import time: self [us] | cumulative | imported package
import time:       100 |        100 |     inner
a warning of somebody's
import time:        20 |        120 |   middle
import time: cached    | cached     |   middle
import time:         5 |        125 | outer
import time:         7 |          7 | last
"""


def test_importtime() -> None:
    """What `-X importtime` wrote, in the same questions; rows that =2 adds are passed over."""
    profile = from_importtime(TEXT)
    assert list(profile.profiles) == ["outer", "middle", "inner", "last"]
    assert profile.get_import_chain("inner") == ["outer", "middle", "inner"]
    assert profile.profiles["outer"].duration == pytest.approx(125e-6)
    assert profile.profiles["outer"].self_duration == pytest.approx(5e-6)
    assert profile.profiles["last"].started == pytest.approx(125e-6)
    assert profile.analyze_imports()["total_duration"] == pytest.approx(132e-6)
    assert profile.profiles["outer"].memory is None


def test_importtime_of_a_module_within_itself() -> None:
    """As extension modules are that import the package which imports them: what lies within is counted once."""
    text = "import time: 40 | 60 |     ext\nimport time: 10 | 70 |   pack\nimport time: 5 | 75 | ext\n"
    profile = from_importtime(text.replace("40 |", "60 |"))
    ext, pack = profile
    assert (ext.duration, pack.duration) == (pytest.approx(75e-6), pytest.approx(70e-6))
    assert sum(each.self_duration for each in profile) == pytest.approx(75e-6)


def test_importtime_of_a_real_process() -> None:
    """Sums are those of Python."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import json.tool"], capture_output=True, text=True, check=True
    )
    profile = from_importtime(done.stderr)
    assert profile.get_import_chain("json.decoder")[-2:] == ["json", "json.decoder"]
    tool = profile.profiles["json.tool"]
    assert tool.duration >= tool.self_duration > 0


@pytest.mark.parametrize(
    ("text", "message", "kept"),
    [
        (
            TEXT[: TEXT.index("import time:         5")],
            "The text ends in the middle: what imported 'middle' is missing.",
            2,
        ),
        (
            TEXT[: TEXT.index("| outer") - 4],
            "Line 6 is not a line of `python -X importtime`: 'import time:         5 |        '.",
            2,
        ),
        ("import time: x | y | z\n", "Line 1 is not a line of `python -X importtime`: 'import time: x | y | z'.", 0),
        ("nothing of that\n", "No line of this text was written by `python -X importtime`.", 0),
        ("", "No line of this text was written by `python -X importtime`.", 0),
    ],
)
def test_importtime_that_cannot_be_read(text: str, message: str, kept: int) -> None:
    """One line of fact, and what could be read."""
    with pytest.raises(ProfileError) as caught:
        from_importtime(text)
    assert caught.value.message == message
    assert len(caught.value.profile) == kept

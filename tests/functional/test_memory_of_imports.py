"""What imports bring of memory: in a block, since tracking began, and in processes of their own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import load
from load._imports.profiling.owners import owners
from load._imports.profiling.profile import ImportProfile, Profile
from load.errors import ProfileError, ResolveError, SourceError
from tests.support.environments import Python


def test_now() -> None:
    """Resident always; what would come back, and what Python allocated, where it is asked for."""
    usage = load.memory_usage()
    assert int(usage) == usage.resident > 5_000_000
    assert (usage.unique, usage.traced) == (None, None)
    assert str(usage) == f"{usage.resident / 1e6:.1f} MB resident"


# The kernel tells how much is resident as of some pages ago (proc(5)), so sizes lie well between two that are told.
needs_proc = pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="there is no /proc here")


@needs_proc
def test_a_block(child: Python, tmp_path: Path) -> None:
    """By module and distribution, with how much of the whole is told; `load.x` tells it in its event."""
    (tmp_path / "large.py").write_text("x = bytearray(b'x' * 54_000_000)\nimport large_part\n", encoding="utf-8")
    (tmp_path / "large_part.py").write_text("x = bytearray(b'x' * 21_000_000)\n", encoding="utf-8")
    code = """
        import load
        events = []
        load.subscribe(events.append)
        with load.track_memory() as memory:
            load.large
        report = memory.report()
        import colorsys
        print(list(report.modules)[:2], report.distributions[""] // 10_000_000, memory.bytes // 10_000_000)
        print(abs(report.coverage - 1) < 0.1, report.unknown, "colorsys" in report.modules)
        print(events[-1].memory // 10_000_000, "large" in str(memory), load.memory_usage(unique=True).unique > 7e7)
        load.json
        print(events[-1].memory)
        try:
            load.memory_report()
        except load.errors.ProfileError as error:
            print(error.hint)
    """
    shown = child.run(code, cwd=tmp_path).check().stdout.splitlines()
    assert shown == [
        "['large', 'large_part'] 7 7",
        "True [] False",
        "7 True True",
        "None",
        "load.configure(track_memory=True) before they are imported; or load.measure_import(NAME)",
    ]


def test_whose_memory_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of packages that share a namespace by their files; what was looked for in vain is that of who looked."""
    for name, module in (("corp-web", "web"), ("corp-mail", "mail")):
        (tmp_path / "corp_b" / module).mkdir(parents=True)
        (tmp_path / "corp_b" / module / "__init__.py").touch()
        info = tmp_path / f"{name.replace('-', '_')}-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n", encoding="utf-8")
        (info / "RECORD").write_text(f"corp_b/{module}/__init__.py,,\n{info.name}/RECORD,,\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    profile = Profile([ImportProfile(name) for name in ("mine", "corp_b.web", "corp_b.mail", "json", "gone", "lost")])
    every = profile.profiles
    every["mine"].origin = str(tmp_path / "mine.py")
    for part in ("web", "mail"):
        every[f"corp_b.{part}"].origin = str(tmp_path / "corp_b" / part / "__init__.py")
    for name, importer in (("gone", "corp_b.mail"), ("lost", "gone")):
        every[name].errors, every[name].importer = ["ModuleNotFoundError: no"], importer
    assert owners(profile) == {
        "mine": "",
        "corp_b.web": "corp-web",
        "corp_b.mail": "corp-mail",
        "json": "Python",
        "gone": "corp-mail",
        "lost": "corp-mail",
    }


@needs_proc
def test_a_profiled_block(child: Python, tmp_path: Path) -> None:
    """Self and cumulative bytes; in a process of its own, as one that was larger before has room to give."""
    (tmp_path / "outer.py").write_text("import large\n", encoding="utf-8")
    (tmp_path / "large.py").write_text("x = bytearray(b'x' * 30_000_000)\n", encoding="utf-8")
    code = """
        from load.imports import profile_imports
        with profile_imports() as profile:
            import outer
        of_outer, of_large = profile
        print(profile.get_memory_intensive_imports(20_000_000) == [of_large])
        print(of_outer.memory > 20_000_000 > of_outer.self_memory)
    """
    assert child.run(code, cwd=tmp_path).check().stdout == "True\nTrue\n"


@needs_proc
def test_since_tracking_began(child: Python, tmp_path: Path) -> None:
    """From the first thing that is asked of load with the setting on."""
    (tmp_path / "large.py").write_text("x = bytearray(b'x' * 55_000_000)\n", encoding="utf-8")
    code = """
        import load
        load.sys
        import large
        report = load.memory_report()
        print(report.modules["large"] // 10_000_000, report.total >= report.modules["large"])
    """
    assert child.run(code, cwd=tmp_path, env={"LOAD_TRACK_MEMORY": "1"}).check().stdout == "5 True\n"


@needs_proc
def test_configured(child: Python, tmp_path: Path) -> None:
    """From then on, also what is imported without `load`, and in a block, which can be entered again."""
    for name in ("one_m", "two_m", "three_m"):
        (tmp_path / f"{name}.py").write_text("x = bytearray(b'x' * 20_000_000)\n", encoding="utf-8")
    code = """
        import load
        load.configure(track_memory=True)
        import one_m
        with load.track_memory() as memory:
            import two_m
        with memory:
            import three_m
        print(list(memory.report().modules), abs(memory.report().coverage - 1) < 0.1)
        print(sorted(name for name in load.memory_report().modules if name.endswith("_m")))
    """
    shown = child.run(code, cwd=tmp_path).check().stdout
    assert shown == "['three_m'] True\n['one_m', 'three_m', 'two_m']\n"


def test_not_tracked() -> None:
    """There is nothing to tell, and it says what to do."""
    with pytest.raises(ProfileError, match="is not tracked now"):
        load.memory_report()


@needs_proc
def test_in_processes_of_their_own(child: Python, tmp_path: Path) -> None:
    """Median and spread."""
    (tmp_path / "large.py").write_text("x = bytearray(b'x' * 54_000_000)\nimport json.tool\n", encoding="utf-8")
    code = """
        import load
        one = load.measure_import("large", runs=3)
        print(one.runs, one.seconds.low <= one.seconds.median <= one.seconds.high, one.bytes.median // 10_000_000)
        print(one.modules > 3, str(one).startswith("large · "), one.as_dict()["seconds"]["low"] == one.seconds.low)
    """
    assert child.run(code, cwd=tmp_path).check().stdout == "3 True 5\nTrue True True\n"


def test_one_module_in_one_process(child: Python, tmp_path: Path) -> None:
    """Is told as one."""
    (tmp_path / "alone.py").write_text("", encoding="utf-8")
    shown = child.run("import load; print(load.measure_import('alone', runs=1))", cwd=tmp_path).check().stdout
    assert shown.endswith(" · 1 module · 1 run\n")


def test_what_cannot_be_measured() -> None:
    """Says why, before a process is started for what is not a name."""
    with pytest.raises(ResolveError, match="'nowhere_to_be_found' cannot be imported in a fresh process"):
        load.measure_import("nowhere_to_be_found", runs=1)
    with pytest.raises(SourceError, match="'pandas>=2' is not a dotted import name"):
        load.measure_import("pandas>=2")
    with pytest.raises(ValueError, match="runs is at least 1, not 0"):
        load.measure_import("json", runs=0)

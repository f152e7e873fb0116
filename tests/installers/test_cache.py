"""The cache of overlays: two Pythons, two solves, damage, pruning, and who uses what."""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.functional.test_install_names import BACKENDS, failing
from tests.installers.test_install_sources import script
from tests.installers.test_overlays import watched
from tests.support.environments import Environment, Python, uv_program
from tests.support.index import Index
from tests.support.index_server import Answer, Handler
from tests.support.isolation import original_environ
from tests.support.library import CHECKOUT
from tests.support.processes import Result, changed

MakeWheel = Callable[..., Path]
MONTHS_AGO = time.time() - 90 * 86_400
WHERE = "import load, os; print(os.path.dirname(load.humanize.__file__))"


def cache(python: Python, *arguments: str, **options: object) -> Result:
    """`load cache …`."""
    return python.run(["-m", "load", "cache", *arguments], **options)  # type: ignore[arg-type]


def overlay(python: Python, index: Index, wheel: MakeWheel, env: Mapping[str, str] | None = None) -> Path:
    """An overlay with two distributions, one of which has a program."""
    programs = {"console_scripts": {"hum": "humanize:main"}}
    index.add(wheel("humanize", "4.0", requires=["wcwidth"], entry_points=programs), wheel("wcwidth", "0.2"))
    return Path(python.run(WHERE, env=env).check().stdout.strip())


def manifest(folder: Path) -> Path:
    """What an overlay says of itself."""
    return folder / ".load" / "overlay.json"


def age(folder: Path, when: float = MONTHS_AGO) -> None:
    """Let the last use of an overlay be long ago."""
    os.utime(manifest(folder), (when, when))


def bytes_of(folder: Path) -> int:
    """What the files of a folder take that nobody else has."""
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file() and each.stat().st_nlink == 1)


# -- the manifest ------------------------------------------------------------------------------------------------------


@BACKENDS
def test_an_overlay_says_what_it_holds(bare: Environment, index: Index, wheel: MakeWheel, backend: str) -> None:
    """The manifest has the pins, what was asked for, the Python, and the digests of the records."""
    folder = overlay(bare, index, wheel, {"LOAD_BACKEND": backend})
    found = json.loads(manifest(folder).read_text(encoding="utf-8"))
    assert found["pins"] == {"humanize": "4.0", "wcwidth": "0.2"}
    assert found["requirements"] == ["humanize"]
    assert folder.name.startswith(found["python"])
    assert set(found["records"]) == {"humanize-4.0.dist-info", "wcwidth-0.2.dist-info"}
    listed = json.loads(cache(bare, "list", "--json").check().stdout)["overlays"]
    assert [(each["path"], each["pins"]) for each in listed] == [(str(folder), found["pins"])]
    files = [each for each in folder.rglob("*") if each.is_file()]
    assert listed[0]["size"] == sum(each.stat().st_size for each in files)
    assert "humanize 4.0, wcwidth 0.2" in cache(bare, "list").check().stdout


@BACKENDS
def test_a_fresh_overlay_is_sound(bare: Environment, index: Index, wheel: MakeWheel, backend: str) -> None:
    """What uv and pip leave, programs and compiled code included, is not a damage."""
    folder = overlay(bare, index, wheel, {"LOAD_BACKEND": backend})
    assert any(folder.rglob("*.pyc"))
    assert cache(bare, "verify").check().stdout == "1 sound, 0 damaged\n"
    assert folder.is_dir()
    assert not any(folder.rglob("*.pyc")), "compiled code is not checked, but made anew"
    assert bare.run(WHERE, env={"LOAD_INSTALL": "never"}).check().stdout.strip() == str(folder)


# -- two Pythons -------------------------------------------------------------------------------------------------------


@pytest.fixture
def other(tmp_path: Path) -> Python:
    """A Python of another version, outside of any environment, that can import `load` and has its uv on PATH."""
    path = other_interpreter()
    if path is None:
        pytest.skip("no other version of Python from 3.11 on is to be had here")
    libraries = tmp_path / "libraries"
    libraries.mkdir()
    for name in ("packaging", "psutil", "rich", "platformdirs"):  # what is compiled is not imported here
        (libraries / name).symlink_to(Path(importlib.import_module(name).__file__ or "").parent)
    search = os.pathsep.join([str(Path(uv_program()).parent), os.environ["PATH"]])
    return Python(path, {"PYTHONPATH": os.pathsep.join([str(CHECKOUT), str(libraries)]), "PATH": search})


def other_interpreter() -> Path | None:
    """An interpreter of another version: on PATH, or of pyenv."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path(original_environ.get("HOME", "/")) / ".pyenv")
    for minor in {11, 12, 13} - {sys.version_info.minor}:
        found = [shutil.which(f"python3.{minor}"), *map(str, pyenv.glob(f"versions/3.{minor}.*/bin/python"))]
        for path in filter(None, found):
            if Python(Path(path)).run(f"import sys; sys.exit(sys.version_info[:2] != (3, {minor}))").returncode == 0:
                return Path(path)
    return None


def test_two_pythons_never_share_one(bare: Environment, other: Python, index: Index, wheel: MakeWheel) -> None:
    """The same request and the same pins under two versions of Python: two overlays, each found again by its own."""
    mine = overlay(bare, index, wheel)
    others = Path(other.run(WHERE).check().stdout.strip())
    assert others.parent == mine.parent
    assert others != mine
    requests = len(index.requests)
    assert bare.run(WHERE).check().stdout.strip() == str(mine)
    assert other.run(WHERE).check().stdout.strip() == str(others)
    assert len(index.requests) == requests
    pythons = {each["python"] for each in json.loads(cache(bare, "list", "--json").check().stdout)["overlays"]}
    assert len(pythons) == 2


def test_two_environments_of_one_python_share_one(
    make_venv: Callable[[], Environment], index: Index, wheel: MakeWheel
) -> None:
    """They are the same Python with the same distributions: the second finds what the first has made."""
    first, second = make_venv(), make_venv()
    first.make_read_only()
    second.make_read_only()
    folder = overlay(first, index, wheel)
    index.requests.clear()
    assert second.run(watched(WHERE)).check().stdout.splitlines() == [str(folder), "0 processes"]
    assert index.requests == []


def test_two_copies_of_one_version_do_not_share(
    make_bare: Callable[..., Environment], index: Index, wheel: MakeWheel
) -> None:
    """Two installations of the same version may be built otherwise: each has overlays of its own."""
    assert overlay(make_bare(), index, wheel) != overlay(make_bare(), index, wheel)


# -- two solves in one process -----------------------------------------------------------------------------------------


def test_a_second_overlay_holds_only_what_the_first_lacks(bare: Environment, index: Index, wheel: MakeWheel) -> None:
    """The second solve is held to the first overlay, and a second run finds both without a process."""
    index.add(wheel("humanize", "1.0"))
    index.add(wheel("tabulate", "1.0", requires=["humanize"]))
    code = watched(
        "import load, os; load.humanize; folder = os.path.dirname(load.tabulate.__file__); "
        "print(sorted(name for name in os.listdir(folder) if name.endswith('.dist-info')))"
    )
    assert bare.run(code).check().stdout.splitlines()[0] == "['tabulate-1.0.dist-info']"
    assert len(cached(bare)) == 2
    index.add(wheel("humanize", "2.0"))  # what came later changes nothing of what is there
    index.requests.clear()
    assert bare.run(code).check().stdout.splitlines() == ["['tabulate-1.0.dist-info']", "0 processes"]
    assert index.requests == []


def test_a_program_and_its_children_see_both(bare: Environment, index: Index, wheel: MakeWheel, tmp_path: Path) -> None:
    """`load.activate()` and `load.child_env()` have all overlays of the script."""
    index.add(wheel("humanize", "1.0"), wheel("tabulate", "1.0", requires=["humanize"]))
    code = """
        import subprocess, sys, load
        if sys.argv[1:]:
            load.humanize, load.tabulate
        print(len(load.activate()), flush=True)
        import humanize, tabulate
        child = "import humanize, tabulate; print(humanize.__version__, tabulate.__version__)"
        subprocess.run([sys.executable, "-c", child], env=load.child_env(), check=True)
    """
    path = script(tmp_path / "app", code)
    bare.run([*path, "first"]).check()
    assert bare.run(path, env={"LOAD_INSTALL": "never"}).check().stdout.split() == ["2", "1.0", "1.0"]


def test_a_newer_version_of_what_an_overlay_holds_is_a_conflict(
    bare: Environment, index: Index, wheel: MakeWheel
) -> None:
    """What is active stays: a second solve never brings another version of it."""
    index.add(wheel("humanize", "1.0"), wheel("humanize", "2.0"))
    index.add(wheel("tabulate", "1.0", requires=["humanize>=2"]))
    code = f"import load\nload('humanize==1.0')\n{textwrap.dedent(failing('load.tabulate'))}"
    assert "VersionConflict" in bare.run(code).check().stdout


def test_a_script_that_asks_for_a_newer_version_gets_only_that(
    bare: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """The overlay with the older version is not activated for the script any more."""
    index.add(wheel("humanize", "1.0"), wheel("humanize", "2.0"))
    code = """
        import sys, load
        if sys.argv[1:]:
            load(sys.argv[1])
        load.activate()
        import humanize
        print(humanize.__version__)
    """
    path = script(tmp_path / "app", code)
    assert bare.run([*path, "humanize==1.0"]).check().stdout.strip() == "1.0"
    assert bare.run([*path, "humanize>=2"]).check().stdout.strip() == "2.0"
    assert bare.run(path).check().stdout.strip() == "2.0"


# -- damage ------------------------------------------------------------------------------------------------------------


def change_in_place(folder: Path) -> None:
    """Write into a file, whose size stays the same; it may be a hard link."""
    data = (folder / "humanize.py").read_bytes()
    (folder / "humanize.py").write_bytes(data.swapcase())


def remove_a_file(folder: Path) -> None:
    """Remove what a record lists."""
    (folder / "wcwidth.py").unlink()


def add_a_file(folder: Path) -> None:
    """Add a module that no record lists."""
    (folder / "intruder.py").write_text("", encoding="utf-8")


def forge_the_record(folder: Path) -> None:
    """Change a file and the record that lists it."""
    change_in_place(folder)
    record = folder / "humanize-4.0.dist-info" / "RECORD"
    record.write_text(re.sub(r"humanize\.py,.*", "humanize.py,,", record.read_text(encoding="utf-8")), encoding="utf-8")


def remove_the_metadata(folder: Path) -> None:
    """Remove what says which files belong to a distribution."""
    shutil.rmtree(folder / "wcwidth-0.2.dist-info")


def replace_by_a_link(folder: Path) -> None:
    """Put a link to a file elsewhere in the place of one with the same content."""
    elsewhere = folder.parent.parent / "elsewhere.py"
    shutil.copy(folder / "humanize.py", elsewhere)
    (folder / "humanize.py").unlink()
    (folder / "humanize.py").symlink_to(elsewhere)


def spoil_the_manifest(folder: Path) -> None:
    """Leave half of what the overlay says of itself."""
    manifest(folder).write_text('{"pins": {', encoding="utf-8")


DAMAGE = {
    change_in_place: "humanize.py was changed",
    remove_a_file: "wcwidth.py is missing",
    add_a_file: "intruder.py does not belong to it",
    forge_the_record: "humanize-4.0.dist-info/RECORD is missing or changed",
    remove_the_metadata: "wcwidth-0.2.dist-info/RECORD is missing or changed",
    replace_by_a_link: "humanize.py is missing",
    spoil_the_manifest: "its manifest is missing or damaged",
}


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
def test_damage_is_found_removed_and_made_good(
    bare: Environment, index: Index, wheel: MakeWheel, damage: Callable[[Path], None]
) -> None:
    """`verify` tells what is wrong and ends with 1; the next run makes the overlay anew."""
    folder = overlay(bare, index, wheel, {"UV_LINK_MODE": "copy"})  # the uv cache is other tests' too
    damage(folder)
    result = cache(bare, "verify").check(1)
    assert f"damaged: {folder.name}" in result.stdout
    assert DAMAGE[damage] in result.stdout
    assert "0 sound, 1 damaged" in result.stdout
    assert not folder.exists()
    assert list((folder.parent / "index").iterdir()) == []
    assert cache(bare, "verify").check().stdout == "0 sound, 0 damaged\n"
    assert bare.run(WHERE).check().stdout.strip() == str(folder)
    assert cache(bare, "verify", "--json").check().stdout


def test_an_overlay_without_its_manifest_is_not_used(bare: Environment, index: Index, wheel: MakeWheel) -> None:
    """What was lost from it cannot be told: it is made anew without a word."""
    folder = overlay(bare, index, wheel)
    manifest(folder).unlink()
    assert bare.run(WHERE).check().stdout.strip() == str(folder)
    assert manifest(folder).is_file()


def test_an_overlay_that_lost_a_module_is_made_anew(bare: Environment, index: Index, wheel: MakeWheel) -> None:
    """What was asked for is not in it any more: the next run does not stop there."""
    folder = overlay(bare, index, wheel)
    (folder / "humanize.py").unlink()
    assert bare.run(WHERE).check().stdout.strip() == str(folder)


# -- pruning -----------------------------------------------------------------------------------------------------------


def test_what_was_not_used_for_a_month_goes(bare: Environment, index: Index, wheel: MakeWheel) -> None:
    """And what was used stays; the bytes that uv's cache still holds are not called freed."""
    folder = overlay(bare, index, wheel, {"UV_LINK_MODE": "copy"})
    size = bytes_of(folder) + bytes_of(folder.parent / "index")
    assert cache(bare, "prune").check().stdout == "nothing to remove\n"
    age(folder)
    done = json.loads(cache(bare, "prune", "--json").check().stdout)
    assert [each["path"] for each in done["removed"]] == [str(folder)]
    assert done["removed"][0]["reason"] == "not used for 30 days"
    assert done["freed"] == size
    assert cached(bare) == []
    assert list((folder.parent / "index").iterdir()) == []


def test_a_shared_file_is_not_freed(bare: Environment, index: Index, wheel: MakeWheel) -> None:
    """A hard link into uv's cache frees nothing."""
    folder = overlay(bare, index, wheel, {"UV_LINK_MODE": "hardlink"})
    assert (folder / "humanize.py").stat().st_nlink > 1
    size = bytes_of(folder) + bytes_of(folder.parent / "index")
    done = json.loads(cache(bare, "prune", "--days", "0", "--json").check().stdout)
    assert done["freed"] == size


def test_use_is_noted_once_a_day(bare: Environment, index: Index, wheel: MakeWheel) -> None:
    """An overlay that is found again counts as used; within a day nothing is written."""
    folder = overlay(bare, index, wheel)
    hours_ago = time.time() - 3 * 3_600
    age(folder, hours_ago)
    bare.run(WHERE).check()
    assert manifest(folder).stat().st_mtime == pytest.approx(hours_ago, abs=1)
    age(folder)
    bare.run(WHERE).check()
    assert manifest(folder).stat().st_mtime == pytest.approx(time.time(), abs=60)
    assert cache(bare, "prune").check().stdout == "nothing to remove\n"


def test_what_a_process_uses_stays(bare: Environment, index: Index, wheel: MakeWheel) -> None:
    """However long ago it began; when it has ended, the overlay goes."""
    folder = overlay(bare, index, wheel)
    user = subprocess.Popen(
        bare.command("import load; load.humanize; print('ready', flush=True); input()"),
        env=changed(os.environ, bare.environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with user:
        assert user.stdout is not None
        assert user.stdout.readline() == b"ready\n"
        age(folder)
        kept = cache(bare, "prune").check().stdout
        assert "a running process uses it" in kept
        (folder / "humanize.py").unlink()
        assert "not removed: a running process uses it" in cache(bare, "verify").check(1).stdout
        assert folder.is_dir()
        user.communicate(b"\n")
    assert "not used for 30 days" in cache(bare, "prune").check().stdout
    assert not folder.exists()


def test_a_process_does_not_remove_what_it_uses_itself(bare: Environment, index: Index, wheel: MakeWheel) -> None:
    """Nor does a child that was forked of it make the overlay free by ending."""
    overlay(bare, index, wheel)
    code = """
        import os, load
        load.humanize
        if hasattr(os, "fork"):
            child = os.fork()
            if not child:
                os._exit(0)
            os.waitpid(child, 0)
        done = load.overlays().prune(days=0)
        print(len(done.removed), len(done.in_use))
    """
    assert bare.run(code).check().stdout.split() == ["0", "1"]


def test_nothing_is_removed_while_another_process_builds(bare: Environment, index: Index, wheel: MakeWheel) -> None:
    """The overlays' turn is taken: who cannot wait is told so, and the install arrives."""
    index.add(wheel("humanize", "4.0"))
    released = threading.Event()

    def hold_back(handler: Handler, answer: Answer) -> None:
        released.wait(150)
        handler.send(answer)

    index.behave(hold_back, on="/files/*")
    builder = subprocess.Popen(
        bare.command(WHERE), env=changed(os.environ, bare.environ), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    with builder:
        index.wait_for_requests(2)
        try:
            busy = cache(bare, "prune", "--days", "0", env={"LOAD_TIMEOUT": "0.2"}).check(1)
            assert "Another process installs into the overlays" in busy.stderr
        finally:
            released.set()
        output, _ = builder.communicate()
    assert builder.returncode == 0
    assert manifest(Path(os.fsdecode(output).strip())).is_file()


def test_an_overlay_that_goes_in_the_last_moment_is_made_anew(
    bare: Environment, index: Index, wheel: MakeWheel
) -> None:
    """Found in the index, and removed before it could be held."""
    folder = overlay(bare, index, wheel)
    code = f"""
        import shutil
        from load._install import overlay
        found = overlay.find
        def find(key):
            folders = found(key)
            if folders:
                shutil.rmtree(folders[0])
            return folders
        overlay.find = find
        {WHERE}
    """
    assert bare.run(code).check().stdout.strip() == str(folder)
    assert manifest(folder).is_file()


def test_an_overlay_of_a_python_that_is_gone_goes(
    make_bare: Callable[..., Environment], index: Index, wheel: MakeWheel
) -> None:
    """Nobody can use it any more, however young it is."""
    bare, gone = make_bare(), make_bare()
    kept = overlay(bare, index, wheel)
    lost = overlay(gone, index, wheel)
    made_for = json.loads((lost / ".load" / "overlay.json").read_text(encoding="utf-8"))["executable"]
    if not Path(made_for).is_relative_to(gone.root):
        pytest.skip("the interpreter of this Python is not in the copy that the test removes")
    for program in {*gone.scripts.glob("python*"), Path(made_for)}:
        program.unlink()
    assert f"removed {lost.name} (humanize 4.0, wcwidth 0.2" in cache(bare, "prune").check().stdout
    assert [kept] == cached(bare)


def test_leftovers_of_killed_processes_go(bare: Environment, index: Index, wheel: MakeWheel) -> None:
    """Unfinished folders, scratch, entries that lead nowhere; what others put there stays."""
    folder = overlay(bare, index, wheel)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    root = folder.parent
    scratch = root.parent / "scratch"
    left = [
        root / f"{folder.name}.{dead.pid}.part",
        root / "index" / ("0" * 40),
        root / "index" / f"{'1' * 40}.{dead.pid}",
        scratch / f"load-{dead.pid}-1",
    ]
    strange = [root / "notes.txt", root / "mine", root / "index" / "notes", scratch / "notes", root.parent / "notes"]
    young = scratch / f"load-{os.getpid()}-1"
    for path in (*left, young, *strange):
        path.parent.mkdir(exist_ok=True)
        path.mkdir() if path.suffix == ".part" or path.parent == scratch or path.name == "mine" else path.touch()
    (left[0] / "half.py").write_text("x", encoding="utf-8")
    os.utime(left[-1], (MONTHS_AGO, MONTHS_AGO))
    done = json.loads(cache(bare, "prune", "--days", "1", "--json").check().stdout)
    assert sorted(done["leftovers"]) == sorted(map(str, left))
    assert not any(path.exists() for path in left)
    assert all(path.exists() for path in (*strange, young, folder))


def test_the_next_build_removes_unfinished_folders(bare: Environment, index: Index, wheel: MakeWheel) -> None:
    """What a killed build left does not stay until somebody prunes."""
    folder = overlay(bare, index, wheel)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    part = folder.with_name(f"{folder.name}.{dead.pid}.part")
    folder.rename(part)
    assert bare.run(WHERE).check().stdout.strip() == str(folder)
    assert not part.exists()


def test_an_empty_cache_is_no_error(child: Python) -> None:
    """There is nothing to list, prune or verify, and no folder is made for it."""
    assert "none in" in cache(child, "list").check().stdout
    assert cache(child, "prune").check().stdout == "nothing to remove\n"
    assert cache(child, "verify").check().stdout == "0 sound, 0 damaged\n"
    assert not Path(os.environ["LOAD_CACHE_DIR"]).exists()


@pytest.mark.parametrize("days", ["-1", "nan", "soon"])
def test_days_are_a_number_from_zero_on(child: Python, days: str) -> None:
    """Anything else is wrong use."""
    assert "is not 0 or more" in cache(child, "prune", f"--days={days}").check(2).stderr


def cached(python: Python) -> list[Path]:
    """The folders of all overlays."""
    found = json.loads(cache(python, "list", "--json").check().stdout)["overlays"]
    return [Path(each["path"]) for each in found]

"""Plans of reloads in a second process, which finds in the cache what an earlier one read of many modules."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.support.environments import Python

_PLAN = """
import importlib, sys
sys.path.insert(0, {project!r})
import pack
{before}
for number in range(60):
    importlib.import_module(f"m{{number:02}}")
import load
for name in {names!r}:
    print(*sorted(load.imports.reload_dependencies(name, dry_run=True).planned))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Sixty modules, each of which takes a name of the one before; `pack`, with `part`, of which the last one takes."""
    folder = tmp_path / "project"
    write(folder / "pack" / "__init__.py", "part = 1\n")
    write(folder / "pack" / "part.py", "")
    write(folder / "m00.py", "VALUE = 0\n")
    for number in range(1, 60):
        write(folder / f"m{number:02}.py", f"from m{number - 1:02} import VALUE\n")
    write(folder / "m59.py", "from pack import part\n")
    return folder


def write(path: Path, text: str) -> None:
    """A source that was written long ago: what is new may change again, and is read every time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    then = time.time() - 1000 + len(text)
    os.utime(path, (then, then))


def planned(child: Python, project: Path, *names: str, before: str = "") -> list[list[str]]:
    """What a new process plans to run again for a change of each of these modules."""
    code = _PLAN.format(project=str(project), names=names, before=before)
    return [line.split() for line in child.run(["-c", code]).check().stdout.splitlines()]


def test_the_same_is_planned_again(child: Python, project: Path) -> None:
    """Nothing of it has to be read."""
    first = planned(child, project, "m57", "m00")
    assert first == [["m57", "m58"], [f"m{number:02}" for number in range(59)]]
    assert planned(child, project, "m57", "m00") == first


def test_what_was_edited_since_is_read(child: Python, project: Path) -> None:
    """The others are as they were."""
    planned(child, project, "m57")
    write(project / "m58.py", "import pack, m03\n")
    assert planned(child, project, "m57", "m03", "pack")[0] == ["m57"]
    assert planned(child, project, "m57", "m03", "pack")[1] == [*(f"m{each:02}" for each in range(3, 58)), "m58"]
    assert planned(child, project, "m57", "m03", "pack")[2] == ["m58", "m59", "pack"]


def test_a_name_may_have_become_a_submodule(child: Python, project: Path) -> None:
    """`from pack import part` takes a name, or the module where such a one is loaded."""
    for _ in range(2):
        assert planned(child, project, "pack") == [["m59", "pack"]]
        assert planned(child, project, "pack.part", before="import pack.part") == [["m59", "pack.part"]]

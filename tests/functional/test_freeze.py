"""`load freeze`: a script's needs, at the versions that it runs with, in its own block."""

from __future__ import annotations

import json
import os
import stat
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.environments import Environment, uv_program
from tests.support.git import Forge
from tests.support.index import Index
from tests.support.processes import run
from tests.support.wheels import project

MakeWheel = Callable[..., Path]
PYTHON = f">={sys.version_info[0]}.{sys.version_info[1]}"


def write(folder: Path, name: str, code: str) -> Path:
    """Write a script; return its path."""
    path = folder / name
    path.write_text(textwrap.dedent(code).lstrip("\n"), encoding="utf-8")
    return path


def freeze(venv: Environment, path: Path, *options: str) -> dict[str, object]:
    """Freeze a script; return what the command says as JSON."""
    done = venv.run(["-m", "load", "freeze", path, "--json", *options], cwd=path.parent).check()
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_a_frozen_script_runs_with_uv_elsewhere(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """Installed versions are pinned, and `uv run` in no environment of ours gets just these."""
    index.add(wheel("humanize", "1.0", requires=["tabulate"]), wheel("tabulate", "1.0"))
    venv.uv_pip("install", "humanize").check()
    index.add(wheel("humanize", "2.0", requires=["tabulate"]))
    path = write(
        tmp_path,
        "script.py",
        """
        import humanize
        from importlib.metadata import version
        print(version("humanize"))
        """,
    )
    found = freeze(venv, path)
    assert found["requirements"] == ["humanize==1.0"]
    assert found["requires_python"] == PYTHON
    assert found["changed"] is True
    done = run([uv_program(), "run", "--python", venv.python, path], env={"UV_NO_PROJECT": "1"})
    assert done.check().stdout.strip() == "1.0"


def test_freezing_again_changes_nothing(venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path) -> None:
    """The second time not a byte is written; a new version is."""
    index.add(wheel("humanize", "1.0"), wheel("humanize", "2.0"))
    venv.uv_pip("install", "humanize==1.0").check()
    path = write(tmp_path, "script.py", "import humanize\n")
    freeze(venv, path)
    before = path.read_bytes(), path.stat().st_mtime_ns
    assert freeze(venv, path)["changed"] is False
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    venv.uv_pip("install", "humanize==2.0").check()
    assert freeze(venv, path)["requirements"] == ["humanize==2.0"]
    assert freeze(venv, path, "--loose")["requirements"] == ["humanize>=2.0"]


def test_load_itself_is_among_what_a_script_needs(venv: Environment, index: Index, tmp_path: Path) -> None:
    """`uv run` makes an environment of its own, in which `import load` has to work as well."""
    path = write(tmp_path, "script.py", "import load\nload.json\n")
    version = venv.installed()["load-module"]
    assert freeze(venv, path)["requirements"] == [f"load-module=={version}"]


def test_a_block_is_updated_in_its_own_form(venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path) -> None:
    """Extras, markers, comments, other tables and what is not installed stay; the rest of the file keeps every byte."""
    index.add(wheel("humanize", "1.0"), wheel("tabulate", "1.0", extras={"wide": []}), wheel("colorama", "1.0"))
    venv.uv_pip("install", "humanize", "tabulate", "colorama").check()
    source = (
        "#!/usr/bin/env -S uv run\r\n# /// script\r\n# requires-python = '>=3.9'  # old\r\n# dependencies = [\r\n"
        "#   'Tabulate[wide]>=0.5',  # tables\r\n#   'nowhere',\r\n#   'colorama ; os_name != \"\"',\r\n# ]\r\n#\r\n"
        "# [tool.uv]\r\n# exclude-newer='2030-01-01T00:00:00Z'\r\n# ///\r\nimport humanize, tabulate\x0c\r\n\tx"
    ).replace("\tx", "y = 1")
    path = tmp_path / "script.py"
    path.write_bytes(source.encode())
    found = freeze(venv, path)
    assert found["requirements"] == [
        "tabulate[wide]==1.0",
        "nowhere",
        'colorama==1.0; os_name != ""',
        "humanize==1.0",
    ]
    assert found["notes"] == ["nowhere is left as it is: it is not installed here"]
    expected = (
        source.replace("'Tabulate[wide]>=0.5'", '"tabulate[wide]==1.0"')
        .replace("'colorama ; os_name != \"\"'", '"colorama==1.0; os_name != \\"\\""')
        .replace("# ]\r\n", '#   "humanize==1.0",\r\n# ]\r\n', 1)
    )
    assert path.read_bytes().decode() == expected


def test_a_repository_is_pinned_at_its_commit(venv: Environment, index: Index, forge: Forge, tmp_path: Path) -> None:
    """What was installed from a branch is written with the commit that is installed."""
    repo = forge.repository("acme/tool")
    project(repo.path, "acme-tool", "1.0", {"tool_of_acme/__init__.py": ""})
    commit = repo.commit()
    venv.uv_pip("install", "acme-tool @ git+https://github.com/acme/tool").check()
    path = write(tmp_path, "script.py", "import tool_of_acme\n")
    assert freeze(venv, path)["requirements"] == [f"acme-tool @ git+https://github.com/acme/tool@{commit}"]


def test_what_lies_on_this_machine_only_is_an_error(venv: Environment, index: Index, tmp_path: Path) -> None:
    """A project folder cannot be fetched elsewhere; modules beside the script go with it."""
    project(tmp_path / "tool", "acme-tool", "1.0", {"tool_of_acme/__init__.py": ""})
    venv.uv_pip("install", "--editable", str(tmp_path / "tool")).check()
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "mine.py").touch()
    path = write(tmp_path / "app", "script.py", "import mine, tool_of_acme\n")
    before = path.read_bytes()
    done = venv.run(["-m", "load", "freeze", path])
    assert done.returncode == 1
    assert "lies on this machine only" in done.stderr
    assert path.read_bytes() == before
    path.write_text("import mine\n")
    assert freeze(venv, path)["requirements"] == []


def test_what_is_not_installed_has_no_version(venv: Environment, index: Index, tmp_path: Path) -> None:
    """The script has to run here once, so that it is known what it runs with."""
    path = write(tmp_path, "script.py", "import humanize\n")
    done = venv.run(["-m", "load", "freeze", path])
    assert done.returncode == 1
    assert "neither installed nor locked" in done.stderr
    assert path.read_text() == "import humanize\n"


def test_a_range_of_the_author_is_not_written_over(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """A block that excludes what is installed is an error, and so is one for another Python."""
    index.add(wheel("humanize", "2.0"))
    venv.uv_pip("install", "humanize").check()
    path = write(tmp_path, "script.py", '# /// script\n# dependencies = ["humanize<2"]\n# ///\nimport humanize\n')
    assert "asks for humanize<2" in venv.run(["-m", "load", "freeze", path]).stderr
    path = write(tmp_path, "other.py", '# /// script\n# requires-python = ">=9"\n# ///\nimport humanize\n')
    done = venv.run(["-m", "load", "freeze", path])
    assert (done.returncode, "is for Python >=9" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    ("name", "content", "fact"),
    [
        ("nowhere.py", None, "cannot be read"),
        ("text.txt", b"hello", "neither a Python script nor"),
        ("wrong.py", b"import (\n", "not valid Python"),
        ("null.py", b"import a\0\n", "not valid Python"),
        ("coding.py", b"x = '\xff'\nimport a\n", "not valid Python"),
        ("deep.py", b"import a\nx = " + b"(" * 5000 + b")" * 5000, "not valid Python"),
        ("two.py", b"# /// script\n# a=1\n# ///\n\n# /// script\n# a=1\n# ///\nimport a\n", "more than one"),
        ("toml.py", b"# /// script\n# a=\n# ///\nimport a\n", "not valid TOML"),
        ("dep.py", b"# /// script\n# dependencies = ['a b']\n# ///\nimport a\n", "cannot be read"),
        ("wrong.ipynb", b"{}", "not a notebook"),
    ],
)
def test_bad_input_is_one_message_and_changes_nothing(
    venv: Environment, tmp_path: Path, name: str, content: bytes | None, fact: str
) -> None:
    """Exit code 1 (2 where it is not there), no traceback, the file as it was and nothing beside it."""
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    before = sorted(os.listdir(tmp_path))
    done = venv.run(["-m", "load", "freeze", path], cwd=tmp_path)
    assert done.returncode == (2 if content is None else 1)
    assert fact in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(os.listdir(tmp_path)) == before
    assert content is None or path.read_bytes() == content


def test_a_folder_is_no_script(venv: Environment, tmp_path: Path) -> None:
    """The error says what was expected."""
    done = venv.run(["-m", "load", "freeze", tmp_path])
    assert (done.returncode, "is a folder" in done.stderr) == (2, True)


def test_a_read_only_script_is_left_alone(venv: Environment, tmp_path: Path) -> None:
    """A file that may not be written to is not replaced behind that, and nothing is left beside it."""
    path = write(tmp_path, "script.py", "import json\n")
    path.chmod(0o444)
    venv.make_read_only()  # so that root's children, too, are held to permissions
    done = venv.run(["-m", "load", "freeze", path])
    assert (done.returncode, "is read-only" in done.stderr) == (1, True)
    assert path.read_text() == "import json\n"
    assert os.listdir(tmp_path) == ["script.py"]


@pytest.mark.skipif(sys.platform == "win32", reason="links and modes are POSIX")
def test_links_and_modes_stay(venv: Environment, tmp_path: Path) -> None:
    """The file that a link leads to is written, executable as it was."""
    (tmp_path / "real").mkdir()
    real = write(tmp_path / "real", "script.py", "#!/usr/bin/env python\nimport json\n")
    real.chmod(0o750)
    link = tmp_path / "link.py"
    link.symlink_to(real)
    freeze(venv, link)
    assert link.is_symlink()
    assert real.read_text().startswith("#!/usr/bin/env python\n# /// script\n")
    assert stat.S_IMODE(real.stat().st_mode) == 0o750
    assert os.listdir(tmp_path / "real") == ["script.py"]


def test_a_notebook_gets_its_block_in_a_first_cell(
    venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """The rest of the notebook keeps every byte, the second time changes nothing, and a version is updated in place."""
    index.add(wheel("humanize", "1.0"), wheel("humanize", "2.0"))
    venv.uv_pip("install", "humanize==1.0").check()
    cell = {"cell_type": "code", "execution_count": 3, "id": "a", "metadata": {}, "outputs": [], "source": []}
    table = {
        "cells": [{**cell, "source": ["%pip list\n", "import humanize  # é"]}],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path = tmp_path / "report.ipynb"
    path.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    before = path.read_bytes()
    assert freeze(venv, path)["requirements"] == ["humanize==1.0"]
    frozen = path.read_bytes()
    assert frozen.endswith(before[before.index(b"  {") :])
    assert "".join(json.loads(frozen)["cells"][0]["source"]).startswith("# /// script\n")
    assert freeze(venv, path)["changed"] is False
    assert path.read_bytes() == frozen
    venv.uv_pip("install", "humanize==2.0").check()
    freeze(venv, path)
    assert path.read_bytes() == frozen.replace(b"humanize==1.0", b"humanize==2.0")


def test_what_lies_in_an_overlay_is_pinned_too(
    bare: Environment, index: Index, wheel: MakeWheel, tmp_path: Path
) -> None:
    """A Python that is not an environment: the script's overlays hold what it runs with."""
    index.add(wheel("humanize", "1.0"))
    path = write(tmp_path, "script.py", "import humanize\n")
    bare.run(["-m", "load", "run", path]).check()
    assert freeze(bare, path)["requirements"] == ["humanize==1.0"]

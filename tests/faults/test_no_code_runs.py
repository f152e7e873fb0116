"""What nobody agreed to does not run, what is secret is on no command line, and what comes in steers no terminal."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from load._install import pip_without_builds
from tests.functional.test_install_names import BACKENDS, failing
from tests.support.environments import Environment
from tests.support.git import Forge
from tests.support.index import Index
from tests.support.index_server import Answer, Handler
from tests.support.wheels import project, sdist

MakeWheel = Callable[..., Path]
SECRET = "S3CR3T-word"
LOCK = """
    lock-version = "1.0"
    created-by = "somebody"
    [[packages]]
    name = "humanize"
    version = "1.0"
    [packages.archive]
    url = "{url}"
    hashes = {{ sha256 = "{digest}" }}
"""
WATCHED = """
    import load
    from load import _process

    run = _process.run

    def watched(command, **options):
        print(*command, sep="\\n")
        return run(command, **options)

    _process.run = watched
    for spec in {specs!r}:
        try:
            load(spec)
        except ImportError as error:
            print(error)
        else:
            print("there")
"""


@BACKENDS
@pytest.mark.parametrize("kind", ["archive", "folder", "repository"])
def test_a_source_that_a_dependency_names_is_not_built_unasked(
    venv: Environment, index: Index, wheel: MakeWheel, forge: Forge, tmp_path: Path, backend: str, kind: str
) -> None:
    """A known distribution may bring in an address: without a yes its code runs neither in an install nor in a look."""
    marker = tmp_path / "built"
    if kind == "archive":
        made = sdist(tmp_path / "sdist", "hostile", marker=marker)
        index.add(made)
        address = index.file_url(made.name)
    elif kind == "folder":
        address = project(tmp_path / "hostile", "hostile", marker=marker).as_uri()
    else:
        repository = forge.repository("acme/hostile")
        project(repository.path, "hostile", marker=marker)
        address = f"git+https://github.com/acme/hostile@{repository.commit()}"
    index.add(wheel("humanize", requires=[f"hostile @ {address}"]))
    result = venv.run(failing("load.humanize"), env={"LOAD_BACKEND": backend}).check()
    looked = venv.run(failing("load.plan('humanize')"), env={"LOAD_BACKEND": backend}).check()
    expected = "InstallRefused build" if backend == "pip" else "InstallError"  # uv takes no addresses of dependencies
    assert expected in result.stdout
    assert expected in looked.stdout
    assert not marker.exists()
    assert not {"humanize", "hostile"} & venv.installed().keys()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_pip_builds_it_after_a_yes(venv: Environment, index: Index, wheel: MakeWheel, tmp_path: Path) -> None:
    """The refusal of pip's hooks ends in the question, and a yes to it opens them."""
    marker = tmp_path / "built"
    folder = project(tmp_path / "companion", "companion", marker=marker)
    index.add(wheel("humanize", requires=[f"companion @ {folder.as_uri()}"]))
    code = "import load; print(load.humanize.__name__)"
    yes = (r"Install\? \[.*\]", "y\n")  # to the build, and to what it turns out to change
    result = venv.run_in_pty(code, [yes, yes], env={"LOAD_BACKEND": "pip"})
    assert "building its source runs its code" in result.stderr
    assert result.stdout.strip() == "humanize"
    assert marker.exists()


@BACKENDS
@pytest.mark.parametrize("mode", ["known", "never"])
def test_a_look_and_a_lock_run_no_code(
    venv: Environment, index: Index, tmp_path: Path, backend: str, mode: str
) -> None:
    """A project that only its own code can tell of: no plan, no lock, and nothing of it ran."""
    marker = tmp_path / "built"
    folder = project(tmp_path / "tool", "acme-tool", marker=marker, dynamic=True)
    block = f'# /// script\n# dependencies = ["acme-tool @ {folder.as_uri()}"]\n# ///\nimport acme_tool\n'
    (tmp_path / "script.py").write_text(block, encoding="utf-8")
    env = {"LOAD_BACKEND": backend, "LOAD_INSTALL": mode}
    for arguments in (["install", "--dry-run", "./tool"], ["lock", "script.py"]):
        result = venv.run(["-m", "load", *arguments], env=env, cwd=tmp_path)
        assert result.returncode == 1
        assert "building" in result.stderr
        assert "Traceback" not in result.stderr
    assert not marker.exists()
    assert not (tmp_path / "pylock.load.toml").exists()


@BACKENDS
def test_a_locked_archive_is_not_built(venv: Environment, index: Index, tmp_path: Path, backend: str) -> None:
    """A hash says which code it is, not that it may run."""
    marker = tmp_path / "built"
    made = sdist(tmp_path / "sdist", "humanize", marker=marker)
    index.add(made)
    digest = hashlib.sha256(made.read_bytes()).hexdigest()
    lock = textwrap.dedent(LOCK.format(url=index.file_url(made.name), digest=digest))
    (tmp_path / "pylock.load.toml").write_text(lock, encoding="utf-8")
    (tmp_path / "script.py").write_text(textwrap.dedent(failing("load.humanize")), encoding="utf-8")
    env = {"LOAD_BACKEND": backend, "LOAD_INSTALL": "locked"}
    result = venv.run(["script.py"], env=env, cwd=tmp_path).check()
    assert "no wheel for this Python" in result.stdout
    assert not marker.exists()
    assert "humanize" not in venv.installed()


@BACKENDS
def test_a_secret_in_an_address_is_on_no_command_line(
    venv: Environment, index: Index, wheel: MakeWheel, backend: str
) -> None:
    """Other users can read command lines; the address reaches the backend all the same."""
    made = wheel("frobnicator")
    index.add(made)
    address = index.file_url(made.name).replace("://", f"://user:{SECRET}@")
    code = WATCHED.format(specs=[f"frobnicator @ {address}?token={SECRET}", f"frobnicator @ {address}"])
    result = venv.run(code, env={"LOAD_BACKEND": backend, "LOAD_INSTALL": "always"}).check()
    assert "install" in result.stdout.splitlines()
    assert result.stdout.endswith("there\n")
    assert SECRET not in result.stdout + result.stderr


@BACKENDS
def test_what_a_backend_repeats_steers_no_terminal(
    venv: Environment, index: Index, wheel: MakeWheel, backend: str
) -> None:
    """Escapes in metadata and in an index's answer are shown as what they are; `last_lines` holds none either."""
    index.add(wheel("humanize", requires=["x\x1b]0;owned\x07y"]))

    def forbid(handler: Handler, _: Answer) -> None:
        handler.wfile.write(b"HTTP/1.1 403 \x1b]0;owned\x07\r\nContent-Length: 0\r\n\r\n")

    index.behave(forbid, on="*tabulate*")
    for name in ("humanize", "tabulate"):
        code = f"""
            import load
            try:
                load.{name}
            except ImportError as error:
                print(error, *error.last_lines, sep="\\n")
        """
        result = venv.run(code, env={"LOAD_BACKEND": backend}).check()
        assert result.stdout
        assert not {"\x1b", "\x07"} & {*result.stdout, *result.stderr}


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        ("subprocess.run([sys.executable, '-c', ''])", True),
        ("subprocess.run(['python3', '-c', ''])", True),
        ("subprocess.run([link, '-c', ''])", True),
        ("subprocess.run('anything', executable=sys.executable)", True),
        ("subprocess.run([sys.argv[2], '--version'], stdout=subprocess.DEVNULL)", False),
    ],
)
def test_only_interpreters_are_refused(tmp_path: Path, code: str, refused: bool) -> None:
    """By whatever name; git runs as ever."""
    from shutil import which

    git = which("git")
    assert git is not None
    link = tmp_path / "other-name"
    link.symlink_to(sys.executable)
    head = "import runpy, subprocess, sys; link = sys.argv[3]"
    body = f"sys.addaudithook(runpy.run_path(sys.argv[1])['refuse_interpreters']); {code}; print('ran')"
    arguments = [str(pip_without_builds.__file__), git, str(link)]
    done = subprocess.run([sys.executable, "-c", f"{head}; {body}", *arguments], capture_output=True, text=True)
    assert ("ran" not in done.stdout) == refused
    assert (pip_without_builds.REFUSAL in done.stderr) == refused

"""Makes the environments of tests: a template once, cheap copies, and Pythons that are no virtual one."""

from __future__ import annotations

import json
import os
import shutil
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

from tests.support import library
from tests.support.environments import Environment
from tests.support.processes import run

_LARGE = 1_000_000  # bytes
_FINISHED = "finished"
_WARM_UP = """
    import filelock, packaging.requirements, packaging.specifiers, platformdirs, psutil
    import rich.console, rich.progress, rich.prompt, rich.table, rich.text
"""
_ASK_LAYOUT = """
import json, sys, sysconfig
print(json.dumps([sys.prefix, sys.base_prefix, sysconfig.get_path("purelib"), sysconfig.get_path("scripts")]))
"""
_PEP_668 = "[externally-managed]\nError=This Python is managed by its system, says its maker.\n"


class NotPossibleError(Exception):
    """This machine's Python cannot be laid out a second time in another folder."""


def make_template(folder: Path) -> Environment:
    """Make, in `folder`, the virtual environment that is copied for tests.

    It holds pip, uv, the checkout, its dependencies, and nothing else. Code that children need first is
    compiled, because a copy keeps that.
    """
    folder.mkdir(parents=True)
    template = open_template(folder)
    venv.EnvBuilder(symlinks=sys.platform != "win32", with_pip=False).create(template.root)
    library.fill(template.site_packages, template.scripts, template.python, checkout=folder / "checkout")
    template.run(_WARM_UP).check()
    template.pip("install", "--dry-run", "--no-index", "rich").check()
    (folder / _FINISHED).touch()
    return template


def is_finished(folder: Path) -> bool:
    """Whether `make_template` came to its end in this folder."""
    return (folder / _FINISHED).exists()


def open_template(folder: Path) -> Environment:
    """The template that `make_template` made in `folder`."""
    return _venv(folder / "venv")


def copy_template(template: Environment, root: Path) -> Environment:
    """Copy the template to `root`, which must not exist."""
    shutil.copytree(template.root, root, symlinks=True, copy_function=_copier(template))
    copy = _venv(root)
    _relocate([root / "pyvenv.cfg", *copy.scripts.iterdir()], template.root, root)
    return copy


def _venv(root: Path) -> Environment:
    paths = {"base": str(root), "platbase": str(root)}
    scripts = Path(sysconfig.get_path("scripts", "venv", paths))
    python = scripts / ("python.exe" if sys.platform == "win32" else "python")
    return Environment(root, python, Path(sysconfig.get_path("purelib", "venv", paths)), scripts)


def _copier(template: Environment) -> Callable[[str, str], str]:
    """Links libraries and large programs, copies the rest.

    Links are ten times as fast, and safe because installers, and Python with compiled code, replace files whole.
    Whoever writes into one would write into the template: that is noticed here, at the next copy.
    """
    libraries = str(template.site_packages) + os.sep
    finished = (template.root.parent / _FINISHED).stat().st_mtime_ns

    def copy(source: str, target: str) -> str:
        status = os.stat(source)
        if status.st_size < _LARGE and not source.startswith(libraries):
            return str(shutil.copy2(source, target))
        assert status.st_mtime_ns <= finished, f"a test wrote into {source}: replace such a file, as an installer does"
        os.link(source, target)
        return target

    return copy


def _relocate(files: list[Path], old: Path, new: Path) -> None:
    """Replace the path of the one environment by that of the other in text files."""
    for file in files:
        if file.is_symlink() or not file.is_file() or file.stat().st_size >= _LARGE:
            continue
        data = file.read_bytes()
        if os.fsencode(old) in data:
            file.write_bytes(data.replace(os.fsencode(old), os.fsencode(new)))


def system_like(template: Environment, root: Path, *, externally_managed: bool = False) -> Environment:
    """Lay out this machine's Python again in `root`, as a system has it: no virtual environment.

    Its standard library is links to the real one; its site-packages holds what the template's does. The
    machine's own site-packages is not seen, and nothing that is installed reaches it.

    Args:
        template: where pip, uv, the checkout and its dependencies come from.
        root: the new folder, which must not exist.
        externally_managed: has the marker of PEP 668.

    Raises:
        NotPossibleError: this build of Python (Windows, a macOS framework) cannot be moved in this way.
    """
    if sys.platform == "win32":
        raise NotPossibleError("a Python for Windows cannot be laid out again")
    library_folder = _link_standard_library(root)
    if externally_managed:
        (library_folder / "EXTERNALLY-MANAGED").write_text(_PEP_668, encoding="utf-8")
    system = _ask_layout(root, _add_interpreter(root))
    shutil.copytree(template.site_packages, system.site_packages, copy_function=_copier(template), dirs_exist_ok=True)
    _copy_programs(template, system)
    return system


def _link_standard_library(root: Path) -> Path:
    source = Path(sysconfig.get_path("stdlib"))
    target = root / source.relative_to(sys.base_prefix)
    target.mkdir(parents=True)
    own = {"site-packages", "dist-packages", "EXTERNALLY-MANAGED", "sitecustomize.py"}
    for entry in source.iterdir():
        if entry.name not in own:
            (target / entry.name).symlink_to(entry)
    for entry in (Path(sys.base_prefix) / "lib").glob("libpython*"):
        (root / "lib" / entry.name).symlink_to(entry)
    return target


def _add_interpreter(root: Path) -> Path:
    """Copy the real executable: the prefix is found from where it lies, and a link would lead back."""
    source = Path(os.path.realpath(getattr(sys, "_base_executable", sys.executable)))
    programs = root / "bin"
    programs.mkdir()
    shutil.copy2(source, programs / source.name)
    for name in {"python", "python3"} - {source.name}:
        (programs / name).symlink_to(source.name)
    return programs / "python"


def _ask_layout(root: Path, python: Path) -> Environment:
    result = run([python, "-I", "-c", _ASK_LAYOUT])
    if result.returncode != 0:
        raise NotPossibleError(str(result))
    prefix, base_prefix, site_packages, scripts = json.loads(result.stdout)
    if not Path(prefix).samefile(root) or prefix != base_prefix:
        raise NotPossibleError(f"{python} takes {prefix} for its folder")
    return Environment(root, python, Path(site_packages), Path(scripts))


def _copy_programs(template: Environment, system: Environment) -> None:
    """Copy what packages brought, not what belongs to the virtual environment itself."""
    system.scripts.mkdir(parents=True, exist_ok=True)
    copy = _copier(template)
    for program in template.scripts.iterdir():
        if not program.name.lower().startswith(("python", "activate")) and not program.is_symlink():
            copy(str(program), str(system.scripts / program.name))
    copied = [file for file in system.scripts.iterdir() if not file.name.startswith("python")]
    _relocate(copied, template.root, system.root)

"""What a template environment holds: this checkout, and the distributions that it needs.

Copied, not linked as folders: an uninstall in a test's environment must not reach the one that runs the
tests.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import shutil
import sysconfig
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.wheelhouse.archive import Metadata, dist_info, record

CHECKOUT = Path(__file__).resolve().parents[2]

_SCRIPT = """\
#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import sys
from {module} import {attribute}
sys.exit({attribute}())
"""


def _project() -> dict[str, Any]:
    return tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))


def closure(requirements: Iterable[str]) -> dict[str, Distribution]:
    """The installed distributions that the requirements need, and those that these need, by normalised name.

    Raises:
        importlib.metadata.PackageNotFoundError: one is not installed in the running environment.
    """
    found: dict[str, Distribution] = {}
    waiting = [Requirement(text) for text in requirements]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if applies and name not in found:
            found[name] = importlib.metadata.distribution(requirement.name)
            waiting += [Requirement(text) for text in found[name].requires or ()]
    return found


def fill(site_packages: Path, scripts: Path, python: Path, *, checkout: Path) -> None:
    """Put the checkout's dependencies and a link to the checkout into an empty environment.

    Args:
        site_packages: its folder of libraries.
        scripts: its folder of programs.
        python: its interpreter, which console scripts shall run.
        checkout: a folder that will hold nothing but a link to the package, so that what lies beside it there
            (`tests`, `docs`) cannot be imported.
    """
    for distribution in closure(_project()["project"]["dependencies"]).values():
        _copy(distribution, site_packages, scripts)
    _add_checkout(site_packages, checkout)
    for distribution in importlib.metadata.distributions(path=[str(site_packages)]):
        for name, text in _console_scripts(distribution, python):
            (scripts / name).write_text(text, encoding="utf-8")
            (scripts / name).chmod(0o755)


def _copy(distribution: Distribution, site_packages: Path, scripts: Path) -> None:
    """Copy what RECORD lists, compiled code included, and programs that are no Python scripts."""
    own_scripts = Path(sysconfig.get_path("scripts")).resolve()
    files = distribution.files
    assert files, f"{distribution.name} has no RECORD: run the tests from a virtual environment"
    for file in files:
        source = Path(str(file.locate()))
        if not source.is_file():
            continue  # RECORD may list .pyc files that were never kept
        if ".." not in file.parts:
            target = site_packages / file
        elif source.resolve().parent == own_scripts and source.read_bytes()[:2] != b"#!":
            target = scripts / source.name
        else:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def _console_scripts(distribution: Distribution, python: Path) -> Iterator[tuple[str, str]]:
    for entry in distribution.entry_points.select(group="console_scripts"):
        yield entry.name, _SCRIPT.format(python=python, module=entry.module, attribute=entry.attr)


def _add_checkout(site_packages: Path, folder: Path) -> None:
    """Make the checkout importable and known as installed, as an editable install (PEP 660, PEP 610) does."""
    folder.mkdir()
    (folder / "load").symlink_to(CHECKOUT / "load", target_is_directory=True)
    project = _project()["project"]
    metadata = Metadata(
        project["name"],
        _version(),
        project["dependencies"],
        project.get("optional-dependencies", {}),
        {"console_scripts": project.get("scripts", {})},
        project["requires-python"],
    )
    origin = {"url": CHECKOUT.as_uri(), "dir_info": {"editable": True}}
    prefix = f"{metadata.stem}.dist-info"
    files = {
        **dist_info(metadata),
        f"{prefix}/INSTALLER": b"pip\n",
        f"{prefix}/direct_url.json": json.dumps(origin).encode(),
        "__editable__load_module.pth": f"{folder}\n".encode(),
    }
    files[f"{prefix}/RECORD"] = record(files, f"{prefix}/RECORD").encode()
    for name, data in files.items():
        (site_packages / name).parent.mkdir(exist_ok=True)
        (site_packages / name).write_bytes(data)


def _version() -> str:
    """The version in the checkout's sources; one that no release has while there is none."""
    source = CHECKOUT / "load" / "__init__.py"
    text = source.read_text(encoding="utf-8") if source.exists() else ""
    found = re.search(r"^__version__(?:: \w+)? = \"([^\"]+)\"", text, re.MULTILINE)
    return found[1] if found else "0+unknown"

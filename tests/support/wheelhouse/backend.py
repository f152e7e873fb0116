"""The build backend of made projects (PEP 517, PEP 660): in the tree, without build requirements.

Reads `pyproject.toml` of the project it lies in. `[tool.wheelhouse]` may say: `marker`, a file that gets a
line for each hook that runs; `broken`, an error to raise instead of building; `dependencies`, where
`[project]` calls them dynamic.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from .archive import Metadata, dist_info, escaped, write_sdist, write_wheel

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src"


def _pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _settings() -> dict[str, Any]:
    settings: dict[str, Any] = _pyproject()["tool"]["wheelhouse"]
    return settings


def _ran(hook: str) -> None:
    marker = _settings().get("marker")
    if marker:
        with open(marker, "a", encoding="utf-8") as file:
            file.write(f"{hook}\n")


def _metadata() -> Metadata:
    project = _pyproject()["project"]
    return Metadata(
        name=project["name"],
        version=project["version"],
        requires=project.get("dependencies", _settings().get("dependencies", [])),
        extras=project.get("optional-dependencies", {}),
        entry_points={"console_scripts": project["scripts"]} if "scripts" in project else {},
        requires_python=project.get("requires-python"),
    )


def _fail_if_broken() -> None:
    message = _settings().get("broken")
    if message:
        raise RuntimeError(message)


def _source_files() -> dict[str, bytes]:
    files = (path for path in sorted(SOURCES.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(SOURCES).as_posix(): path.read_bytes() for path in files}


def get_requires_for_build_wheel(config_settings: object = None) -> list[str]:
    """Nothing is needed to build a wheel."""
    _ran("get_requires_for_build_wheel")
    return []


def get_requires_for_build_editable(config_settings: object = None) -> list[str]:
    """Nothing is needed to build an editable wheel."""
    _ran("get_requires_for_build_editable")
    return []


def get_requires_for_build_sdist(config_settings: object = None) -> list[str]:
    """Nothing is needed to build an sdist."""
    _ran("get_requires_for_build_sdist")
    return []


def prepare_metadata_for_build_wheel(metadata_directory: str, config_settings: object = None) -> str:
    """Write the `.dist-info` folder and return its name."""
    _ran("prepare_metadata_for_build_wheel")
    metadata = _metadata()
    for path, data in dist_info(metadata).items():
        target = Path(metadata_directory, path)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(data)
    return f"{metadata.stem}.dist-info"


prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel


def build_wheel(wheel_directory: str, config_settings: object = None, metadata_directory: object = None) -> str:
    """Build the wheel and return its file name."""
    _ran("build_wheel")
    _fail_if_broken()
    return write_wheel(Path(wheel_directory), _metadata(), _source_files()).name


def build_editable(wheel_directory: str, config_settings: object = None, metadata_directory: object = None) -> str:
    """Build a wheel that only points to the sources, and return its file name."""
    _ran("build_editable")
    _fail_if_broken()
    metadata = _metadata()
    pointer = {f"__editable__{escaped(metadata.name)}.pth": f"{SOURCES}\n".encode()}
    return write_wheel(Path(wheel_directory), metadata, pointer).name


def build_sdist(sdist_directory: str, config_settings: object = None) -> str:
    """Pack the whole project and return the file's name."""
    _ran("build_sdist")
    return write_sdist(Path(sdist_directory), _metadata(), ROOT).name

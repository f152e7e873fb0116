"""Wheels, sdists and project folders made by tests: correct ones, and hostile ones on request."""

from __future__ import annotations

import dataclasses
import json
import shutil
import tempfile
import textwrap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.wheelhouse.archive import Metadata, escaped, write_sdist, write_wheel

_BACKEND = Path(__file__).with_name("wheelhouse")

Files = Mapping[str, str | bytes]


def leaves(marker: Path) -> str:
    """Source text that writes a line to the file `marker` when it runs: the proof that code was executed."""
    return f"with open({str(marker)!r}, 'a') as marker: marker.write('ran\\n')"


def _encoded(files: Files) -> dict[str, bytes]:
    return {path: data if isinstance(data, bytes) else textwrap.dedent(data).encode() for path, data in files.items()}


def _module(import_name: str, metadata: Metadata) -> dict[str, str]:
    """One module (or, for a dotted name, a package with it inside) that tells where it came from."""
    body = f"__version__ = {metadata.version!r}\nDISTRIBUTION = {metadata.name!r}\n"
    *parents, last = import_name.split(".")
    packages = {"/".join([*parents[: depth + 1], "__init__.py"]): "" for depth in range(len(parents))}
    return {**packages, "/".join([*parents, f"{last}.py"]): body}


@dataclass(frozen=True)
class Wheel:
    """A wheel to be made.

    Attributes:
        name: the distribution's name.
        version: its version.
        files: contents by path; None for one module for each import name. Text is dedented.
        import_names: what the default modules are called; None for the distribution's own name.
        requires: requirements (PEP 508).
        extras: requirements by extra.
        entry_points: targets by name by group.
        requires_python: a version specifier.
        declared_imports: `Import-Name` fields (PEP 794).
        tag: the compatibility tag.
        wrong_record: paths whose hash in RECORD is wrong.
        also_recorded: paths that RECORD lists besides, and that are no files of the wheel.
        kept: how much of the finished archive is kept, from 0 to 1.
    """

    name: str
    version: str = "1.0"
    files: Files | None = None
    import_names: Sequence[str] | None = None
    requires: Sequence[str] = ()
    extras: Mapping[str, Sequence[str]] = field(default_factory=dict)
    entry_points: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    requires_python: str | None = None
    declared_imports: Sequence[str] = ()
    tag: str = "py3-none-any"
    wrong_record: Collection[str] = ()
    also_recorded: Collection[str] = ()
    kept: float = 1.0

    @property
    def metadata(self) -> Metadata:
        """What the wheel says of itself."""
        return Metadata(
            self.name,
            self.version,
            self.requires,
            self.extras,
            self.entry_points,
            self.requires_python,
            self.declared_imports,
        )

    def contents(self) -> dict[str, bytes]:
        """The files outside the `.dist-info` folder, by path."""
        if self.files is not None:
            return _encoded(self.files)
        names = self.import_names if self.import_names is not None else [escaped(self.name)]
        return _encoded({path: text for name in names for path, text in _module(name, self.metadata).items()})

    def build(self, folder: Path) -> Path:
        """Write the wheel into `folder`, which is made where it is missing, and return its path."""
        folder.mkdir(parents=True, exist_ok=True)
        path = write_wheel(
            folder,
            self.metadata,
            self.contents(),
            tag=self.tag,
            wrong_record=self.wrong_record,
            also_recorded=self.also_recorded,
        )
        if self.kept < 1:
            data = path.read_bytes()
            path.write_bytes(data[: int(len(data) * self.kept)])
        return path

    def adding(self, files: Files) -> Wheel:
        """The same wheel with more files, at any path: `..`, absolute, another package's."""
        return dataclasses.replace(self, files={**self.contents(), **files})

    def escaping(self, path: str = "../../escaped.py", text: str = "") -> Wheel:
        """A wheel with a file that would land outside site-packages."""
        return self.adding({path: text})

    def running_at_start(self, marker: Path) -> Wheel:
        """A wheel with a `.pth` file whose code runs at each start of the interpreter."""
        return self.adding({f"{escaped(self.name)}_start.pth": f"import sys; exec({leaves(marker)!r})\n"})

    def running_on_import(self, marker: Path) -> Wheel:
        """A wheel whose modules write to the file `marker` when imported."""
        return self.adding(
            {
                path: data + leaves(marker).encode() + b"\n"
                for path, data in self.contents().items()
                if path.endswith(".py")
            }
        )

    def providing(self, *import_names: str) -> Wheel:
        """A wheel with other import names than its own: another package's, or the standard library's."""
        return dataclasses.replace(self, files=None, import_names=import_names)

    def with_wrong_record(self) -> Wheel:
        """A wheel whose RECORD has the wrong hash for each file."""
        return dataclasses.replace(self, wrong_record=frozenset(self.contents()))

    def recording(self, *paths: str) -> Wheel:
        """A wheel whose RECORD lists files that are not its own."""
        return dataclasses.replace(self, also_recorded=paths)

    def truncated(self, kept: float = 0.5) -> Wheel:
        """A wheel that ends in the middle."""
        return dataclasses.replace(self, kept=kept)


def project(
    folder: Path,
    name: str,
    version: str = "1.0",
    files: Files | None = None,
    *,
    requires: Sequence[str] = (),
    requires_python: str | None = None,
    scripts: Mapping[str, str] | None = None,
    marker: Path | None = None,
    broken: str | None = None,
    dynamic: bool = False,
) -> Path:
    """Write a project that builds without network and without build requirements; return `folder`.

    Args:
        folder: the project's folder, made where it is missing.
        name: the distribution's name.
        version: its version.
        files: contents by path under `src`; None for one module of the distribution's name.
        requires: requirements (PEP 508).
        requires_python: a version specifier.
        scripts: console scripts, target by name.
        marker: a file that gets a line for each build hook that runs.
        broken: the message of the error that building raises.
        dynamic: the requirements are known only by running the backend.
    """
    metadata = Metadata(name, version)
    sources = files if files is not None else _module(escaped(name), metadata)
    for path, data in _encoded(sources).items():
        target = folder / "src" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    shutil.copytree(
        _BACKEND,
        folder / "_build" / "wheelhouse",
        ignore=shutil.ignore_patterns("__pycache__"),
        dirs_exist_ok=True,
    )
    text = _pyproject(metadata, requires, requires_python, scripts, marker, broken, dynamic=dynamic)
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return folder


def _pyproject(
    metadata: Metadata,
    requires: Sequence[str],
    requires_python: str | None,
    scripts: Mapping[str, str] | None,
    marker: Path | None,
    broken: str | None,
    *,
    dynamic: bool,
) -> str:
    dependencies = f"dependencies = {_toml(list(requires))}"
    lines = [
        "[build-system]",
        "requires = []",
        'build-backend = "wheelhouse.backend"',
        'backend-path = ["_build"]',
        "[project]",
        f"name = {_toml(metadata.name)}",
        f"version = {_toml(metadata.version)}",
        'dynamic = ["dependencies"]' if dynamic else dependencies,
        *([f"requires-python = {_toml(requires_python)}"] if requires_python else []),
        *(["[project.scripts]"] if scripts else []),
        *(f"{_toml(name)} = {_toml(target)}" for name, target in (scripts or {}).items()),
        "[tool.wheelhouse]",
        *([dependencies] if dynamic else []),
        *([f"marker = {_toml(str(marker))}"] if marker else []),
        *([f"broken = {_toml(broken)}"] if broken else []),
    ]
    return "\n".join(lines) + "\n"


def _toml(value: str | list[str]) -> str:
    """A string or a list of strings; what JSON writes for these is TOML as well."""
    return json.dumps(value, ensure_ascii=False)


def sdist(
    folder: Path,
    name: str,
    version: str = "1.0",
    files: Files | None = None,
    *,
    requires: Sequence[str] = (),
    requires_python: str | None = None,
    marker: Path | None = None,
    broken: str | None = None,
    dynamic: bool = False,
) -> Path:
    """Pack a `project` (see there) into `folder` as a `.tar.gz`, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as made:
        root = project(
            Path(made),
            name,
            version,
            files,
            requires=requires,
            requires_python=requires_python,
            marker=marker,
            broken=broken,
            dynamic=dynamic,
        )
        metadata = Metadata(
            name,
            version,
            () if dynamic else requires,
            requires_python=requires_python,
            dynamic=["Requires-Dist"] if dynamic else [],
        )
        return write_sdist(folder, metadata, root)

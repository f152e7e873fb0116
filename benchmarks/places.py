"""Places to measure in: an environment with `load` installed as people install it, and a Python that is none's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from benchmarks.pairs import environment

ROOT = Path(__file__).parent.parent
VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"


class Place:
    """An environment made for a run.

    Attributes:
        python: its interpreter.
        uv: its uv.
        load: its command `load`.
    """

    def __init__(self, folder: Path) -> None:
        run([sys.executable, "-m", "venv", "--without-pip", str(folder)])
        programs = folder / ("Scripts" if os.name == "nt" else "bin")
        self.folder = folder
        self.python = str(programs / "python")
        self.uv = str(programs / "uv")
        self.load = str(programs / "load")
        run([_uv(), "pip", "install", "-q", "--python", self.python, str(ROOT), "lazy-loader"])

    def install(self, *names: str) -> None:
        """Install distributions, outside of what is measured."""
        run([self.uv, "pip", "install", "-q", "--python", self.python, *names])

    def installs(self, name: str) -> bool:
        """Install a distribution that may not be to be had for this Python; whether it is there."""
        try:
            self.install(name)
        except subprocess.CalledProcessError:
            return False
        return True

    def remove(self, *names: str) -> None:
        """Remove them again."""
        run([self.uv, "pip", "uninstall", "-q", "--python", self.python, *names])


class Bare:
    """The interpreter that the running environment was made from, with `load` on its path and none of its own."""

    def __init__(self, folder: Path) -> None:
        self.python = shutil.which(f"python{VERSION}", path=sysconfig.get_config_var("BINDIR")) or sys._base_executable
        library = folder / "library"
        run([_uv(), "pip", "install", "-q", "--python", sys.executable, "--target", str(library), str(ROOT)])
        self.options = {"PYTHONPATH": str(library), "LOAD_CACHE_DIR": str(folder / "cache")}
        self.cache = folder / "cache"
        self.uv = _uv()

    def forget(self) -> None:
        """Empty the cache of overlays; uv's own stays warm."""
        shutil.rmtree(self.cache, ignore_errors=True)


def _uv() -> str:
    from uv import find_uv_bin

    return os.fspath(find_uv_bin())


def run(command: list[str]) -> None:
    """Run what prepares a measure."""
    subprocess.run(command, env=environment(), check=True, capture_output=True)

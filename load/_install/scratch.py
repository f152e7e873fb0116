"""A folder for the files that a backend reads, removed afterwards."""

from __future__ import annotations

import os
import time

from load import _config


class Scratch:
    """Gives a fresh folder that only this user can look into, for the length of a `with` block."""

    def __enter__(self) -> str:
        name = f"load-{os.getpid()}-{time.time_ns()}"
        self.folder = os.path.join(_config.cache_folder(), "scratch", name)
        try:
            os.makedirs(self.folder, mode=0o700)
        except OSError:  # a cache that cannot be written to is no reason not to install into an environment
            from tempfile import mkdtemp

            self.folder = mkdtemp(prefix="load-")
        return self.folder

    def __exit__(self, *_: object) -> None:
        try:
            for name in os.listdir(self.folder):
                os.remove(os.path.join(self.folder, name))
            os.rmdir(self.folder)
        except OSError:  # a backend left more than files; `shutil` costs milliseconds to import
            from shutil import rmtree

            rmtree(self.folder, ignore_errors=True)

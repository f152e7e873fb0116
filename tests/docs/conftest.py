"""The site, built once for all tests of it."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from tests.support.browsers import chromium
from tests.support.library import CHECKOUT
from tests.support.processes import run


@pytest.fixture(scope="session")
def site(shared_folder: Path) -> Path:
    """The folder of the site; a warning of the build is an error."""
    pytest.importorskip("material", reason="mkdocs-material is not installed: pip install '.[docs]'")
    pytest.importorskip("mkdocstrings", reason="mkdocstrings is not installed: pip install '.[docs]'")
    folder = shared_folder / "site"
    with FileLock(f"{folder}.lock"):
        if not (folder / "finished").exists():
            shutil.rmtree(folder, ignore_errors=True)
            command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-d", folder]
            result = run(command, cwd=CHECKOUT, env={"NO_MKDOCS_2_WARNING": "1"}, timeout=200).check()
            assert "WARNING" not in result.stdout + result.stderr
            (folder / "finished").touch()
    return folder


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files, without a word."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the library
        """Say nothing."""


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    """Where the site is served: the search asks for a file, which a page from disk may not."""
    handler = functools.partial(Handler, directory=os.fspath(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A headless Chromium with a profile of its own."""
    with chromium(tmp_path_factory.mktemp("chromium")) as running:
        yield running

"""Whether the real package index can be reached: asked once, in the way that the tests will ask."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.support.environments import uv_program
from tests.support.processes import ChildTimeoutError, run

_TINY = "iniconfig"  # pytest needs it, so wherever these tests run an index has had it
_SECONDS = 20


def why_unreachable(environ: Mapping[str, str]) -> str | None:
    """Why uv cannot resolve a tiny package in this environment, in one line; None where it can."""
    with tempfile.TemporaryDirectory() as empty:
        command = [uv_program(), "pip", "install", "--dry-run", "--no-deps", "--target", empty]
        ours = dict.fromkeys(os.environ)
        try:
            result = run(
                [*command, "--python", sys.executable, _TINY],
                env={**ours, "UV_HTTP_RETRIES": "0", **environ},
                cwd=Path(empty),
                timeout=_SECONDS,
            )
        except ChildTimeoutError:
            return f"the package index did not answer within {_SECONDS} s"
    if result.returncode == 0:
        return None
    return "the package index cannot be reached: " + " ".join(result.stderr.split())[:200]

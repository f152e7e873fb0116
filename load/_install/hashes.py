"""What a lock of a backend lacks: every file has its SHA-256, or there is no lock; bound names have their index."""

from __future__ import annotations

from load._install.failures import NO_HASH, BackendError
from load._redact import redact, redact_command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from load._process import Finished


def with_private_indexes(text: str) -> str:
    """A lock of uv's with the index of what is bound to a private one; uv itself knows of one index only."""
    import re

    from load._install.indexes import index_of

    def with_index(match: re.Match[str]) -> str:
        index = index_of(match[2])
        return match[0] if index is None else f'{match[1]}index = "{index.url}"\n'

    head = r'^(name = "([^"\n]+)"\n(?:(?:version|marker|requires-python) = [^\n]+\n)*)(?:index = "[^"\n]*"\n)?'
    return re.sub(head, with_index, text, flags=re.MULTILINE)


def check_hashes(text: str, backend: str, finished: Finished) -> None:
    """Make sure that each file of a lock has its hash.

    Raises:
        BackendError: one has none (`kind` is "no-hash").
    """
    import tomllib

    from load._console.terminal import readable

    lacking = [
        readable(f"{package['name']}: {redact(file.get('url') or file.get('path', ''))}")
        for package in tomllib.loads(text).get("packages", ())
        for file in _files(package)
        if not file.get("hashes", {}).get("sha256")
    ]
    if lacking:
        raise BackendError(
            "The index gives no SHA-256 hash for a file, and nothing is locked without one.",
            context=[f"{backend}: {each}" for each in lacking],
            hint="lock from an index that gives the hashes of its files",
            kind=NO_HASH,
            command=redact_command(finished.command),
            exit_code=finished.returncode,
            last_lines=(),
        )


def _files(package: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from package.get("wheels", ())
    for kind in ("sdist", "archive"):
        if kind in package:
            yield package[kind]

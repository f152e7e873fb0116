"""Credentials never reach a message: user and password in a URL become stars."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def redact(text: str) -> str:
    """`text` with the credentials of every URL in it replaced by `****`; the bare user `git` of ssh stays."""
    if "://" not in text or "@" not in text:
        return text
    import re

    # Up to the last "@" before the path: a password may hold one. Begins at "://" so that long lines cost no more.
    return re.sub(r"://(?!git@)[^/?#\s'\"]*@", "://****@", text)


def redact_command(command: Sequence[str]) -> tuple[str, ...]:
    """A command line, redacted."""
    return tuple(redact(part) for part in command)

"""What a command was asked for goes to standard output."""

from __future__ import annotations

import sys


def print_json(value: object) -> None:
    """Print a value as JSON."""
    import json

    print_text(json.dumps(value, indent=2, ensure_ascii=False))


def print_text(text: str) -> None:
    """Print a text in whatever the terminal can show."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")

"""The shipped aliases: short names as people write them."""

from __future__ import annotations

from load._names.data import record, records

_FILE = "aliases.txt"


def shipped_alias(name: str) -> str | None:
    """Give the dotted import name that a shipped alias stands for; None where `name` is none."""
    line = record(_FILE, name)
    return line.partition(" ")[2] if line is not None else None


def shipped_aliases() -> dict[str, str]:
    """Give all shipped aliases and the import names they stand for, in a new dictionary."""
    return dict(line.split(" ") for line in records(_FILE))

"""The entry points of installed distributions, as a registry takes them.

Source: https://packaging.python.org/specifications/entry-points/
"""

from __future__ import annotations

from importlib.metadata import entry_points
from threading import RLock

from load.registry._entries import Clash, is_import_string, of_entry_point

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from load.registry._entries import Raw

reading = RLock()  # held by who registers them, so that nobody sees half of them


def entries_of(group: str) -> Iterator[tuple[str, Raw, str]]:
    """The names of a group, with what each stands for, and the distributions that it comes from."""
    found: dict[str, dict[str, str]] = {}  # name → what it stands for → distribution
    for each in entry_points(group=group):
        distribution = (each.dist.name if each.dist is not None else None) or "an unknown distribution"
        text = of_entry_point(each)
        target = text if is_import_string(text) else ""  # told of when somebody asks for it
        found.setdefault(each.name, {}).setdefault(target, distribution)
    for name, targets in found.items():
        only = next(iter(targets)) if len(targets) == 1 else ""
        raw: Raw = only or Clash({owner: text for text, owner in targets.items()})
        yield name, raw, " and ".join(targets.values())

"""The entry points of installed distributions, as a registry takes them.

Source: https://packaging.python.org/specifications/entry-points/
"""

from __future__ import annotations

from importlib.metadata import Distribution, distributions, entry_points

from load.registry._entries import Clash, is_import_string, of_entry_point
from load.registry._storage import GUARD, NOTHING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from load.registry._entries import Raw
    from load.registry._storage import RegistryTable


def _declared(group: str) -> list[tuple[str, str, str | None]]:
    """Name, what it names, and the distribution of each entry point of a group."""
    try:
        found = list(entry_points(group=group))
    except ValueError:  # since 3.15 one malformed entry point keeps all others from being read
        return [each for one in distributions() for each in _read(one, group)]
    return [(each.name, of_entry_point(each), each.dist.name if each.dist is not None else None) for each in found]


def _read(distribution: Distribution, group: str) -> list[tuple[str, str, str | None]]:
    from configparser import ConfigParser

    parser = ConfigParser(delimiters=("=",), interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(distribution.read_text("entry_points.txt") or "")
    if not parser.has_section(group):
        return []
    return [(name, "".join(text.partition("[")[0].split()), distribution.name) for name, text in parser.items(group)]


def read_into(registry: RegistryTable) -> None:
    """Register the entry points of the groups that a registry is to have; whatever is there already stays.

    Threads that come together each read them, as none is to wait for files, and imports, of another; one registers.
    """
    for group in list(registry._groups):
        found = list(entries_of(group))
        with GUARD:
            if group not in registry._groups:
                continue
            for name, raw, distribution in found:
                if name not in registry._raw and name not in registry._aliases:
                    more = (), {"group": group, "distribution": distribution}
                    registry._place(name, raw, NOTHING, f"entry point {group!r} of {distribution}", more)
                    registry._found.add(name)
            registry._groups.remove(group)


def entries_of(group: str) -> Iterator[tuple[str, Raw, str]]:
    """The names of a group, with what each stands for, and the distributions that it comes from."""
    found: dict[str, dict[str, str]] = {}  # name → what it stands for → distribution
    for name, text, distribution in _declared(group):
        target = text if is_import_string(text) else ""  # told of when somebody asks for it
        found.setdefault(name, {}).setdefault(target, distribution or "an unknown distribution")
    for name, targets in found.items():
        only = next(iter(targets)) if len(targets) == 1 else ""
        raw: Raw = only or Clash({owner: text for text, owner in targets.items()})
        yield name, raw, " and ".join(targets.values())

"""Who is to blame for what was imported: the chain of imports to a module, and the packages that cost most."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from load._imports.profiling.profile import ImportProfile, Profile


def chain(profile: Profile, module: str) -> list[str]:
    """Who brought a module, as lines "file:line imports name", from the outermost to itself.

    Where a function imported it, after the module of that function was imported, the lines lead to that module.

    Args:
        profile: what was imported.
        module: one of it; for any other there are no lines.
    """
    every = profile.profiles
    lines: list[str] = []
    seen: set[str] = set()
    each = every.get(module)
    while each is not None and each.module not in seen:
        seen.add(each.module)
        lines.append(f"{each.place or each.importer or each.parent or 'the program'} imports {each.module}")
        each = every.get(each.parent or each.importer)
    return lines[::-1]


def costliest(
    profile: Profile, cost: Callable[[ImportProfile], float], *, most: int = 3
) -> list[tuple[ImportProfile, float]]:
    """The packages that cost most, each by the module of it that was imported first, with what it cost.

    What a package imports of others is counted for it, unless that is more than its own: then they are told apart, so
    that the package which is asked for does not hide those that it brings. Nothing is counted twice.

    Args:
        profile: what was imported.
        cost: what one module cost, without what it imported.
        most: how many.
    """
    entries = _entries(profile, cost)
    shown: list[tuple[ImportProfile, float]] = []
    todo = [entry for entry in entries if entry.above is None]
    while todo:
        entry = todo.pop()
        apart = entry.whole - entry.own > entry.own
        shown.append((entry.profile, entry.own if apart else entry.whole))
        todo += entry.below if apart else ()
    shown = [each for each in shown if each[1] > 0]
    return sorted(shown, key=lambda each: (-each[1], each[0].started))[:most]


class _Entry:
    """The place at which a package was entered.

    Attributes:
        profile: the module of it that was imported there.
        above: where the package was entered that imports it, or None.
        below: where other packages were entered in its course.
        own: what all modules of the package cost that came in its course.
        whole: the same with what lies below.
    """

    __slots__ = ("above", "below", "own", "profile", "whole")

    def __init__(self, profile: ImportProfile, above: _Entry | None) -> None:
        self.profile = profile
        self.above = above
        self.below: list[_Entry] = []
        self.own = self.whole = 0.0
        if above is not None:
            above.below.append(self)


def _entries(profile: Iterable[ImportProfile], cost: Callable[[ImportProfile], float]) -> list[_Entry]:
    entries: list[_Entry] = []
    within: dict[str, _Entry] = {}  # module → the entry that it belongs to; parents begin before what they import
    for each in profile:
        entry = _entry_of(each, within)
        if entry.profile is each:
            entries.append(entry)
        within[each.module] = entry
        entry.own += cost(each)
    for entry in reversed(entries):
        entry.whole = entry.own + sum(below.whole for below in entry.below)
    return entries


def _entry_of(each: ImportProfile, within: Mapping[str, _Entry]) -> _Entry:
    above = within.get(each.parent)
    if above is None or _root(each.module) != _root(above.profile.module):
        return _Entry(each, above)
    return above


def _root(module: str) -> str:
    return module.partition(".")[0]

"""What a block of `temporarily()` took out again, in figures and words."""

from __future__ import annotations

from load._unload.verdict import root_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_SHOWN = 6  # packages named in a line; the rest is counted


class Report:
    """What became of the modules that a block brought in.

    Attributes:
        removed: names taken out of `sys.modules`.
        kept: name → why it stays, in words.
        freed: bytes by which the resident memory of the process shrank from the end of the block to after the
            removal and a garbage collection; negative where it grew meanwhile, None where the system does not
            tell. Memory comes back only when nothing refers to it any more: the name after `as` does.
    """

    __slots__ = ("freed", "kept", "removed")

    def __init__(self, removed: Iterable[str], kept: Mapping[str, str], freed: int | None) -> None:
        self.removed = tuple(sorted(removed))
        self.kept = dict(sorted(kept.items()))
        self.freed = freed

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def __repr__(self) -> str:
        return f"<Report: {len(self.removed)} removed, {len(self.kept)} kept, freed={self.freed}>"

    def _lines(self) -> Iterator[str]:
        yield f"removed: {_packages(self.removed) or 'nothing'}"
        for reason, names in self._kept_by_reason().items():
            yield f"kept:    {_packages(names)}: {reason}"
        if self.freed is not None:
            yield f"memory:  {_freed_in_words(self.freed)}"

    def _kept_by_reason(self) -> dict[str, list[str]]:
        """Reason → names; for each package the reason of the whole rather than of an extension in it."""
        reasons: dict[str, list[str]] = {}
        for root in dict.fromkeys(map(root_of, self.kept)):
            names = [name for name in self.kept if root_of(name) == root]
            told = next((name for name in names if self.kept[name].startswith("part of ")), names[0])
            reasons.setdefault(self.kept[told], []).extend(names)
        return reasons


def _packages(names: Iterable[str]) -> str:
    """Each package once, with the number of its modules; many are cut short, the largest come first."""
    counts: dict[str, int] = {}
    for name in names:
        counts[root_of(name)] = counts.get(root_of(name), 0) + 1
    if len(counts) > _SHOWN + 1:
        counts = dict(sorted(counts.items(), key=lambda item: -item[1]))
    words = [root if count == 1 else f"{root} ({count} modules)" for root, count in counts.items()]
    if len(words) <= _SHOWN + 1:
        return ", ".join(words)
    return f"{', '.join(words[:_SHOWN])} and {len(words) - _SHOWN} more"


def _freed_in_words(freed: int) -> str:
    if freed >= 50_000:
        return f"{freed / 1e6:.1f} MB came back"
    if freed > -50_000:
        return "none came back"
    return f"{-freed / 1e6:.1f} MB more than at the end of the block: nothing came back, and other things grew"

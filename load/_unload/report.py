"""What was taken out again, or would be, in figures and words."""

from __future__ import annotations

from load._display import Told
from load._unload.verdict import root_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

_SHOWN = 6  # packages named in a line; the rest is counted


class UnloadReport(Told):
    """What became of modules that were to go, or what would.

    Attributes:
        removed: names taken out of `sys.modules`; with `dry_run` those that would be.
        kept: name → why it stays, in words.
        freed: bytes by which the resident memory of the process shrank from before the removal to after it and a
            garbage collection; negative where it grew meanwhile, None where the system does not tell, or nothing was
            done. Memory comes back only when nothing refers to it any more: a name in a program does.
        holders: who holds something of what is, or was, to go: in words, as `shop.CACHE → dict → class yaml.Loader`.
        alive: names of removed modules of which classes or functions live on, as somebody holds them; with
            `dry_run` those of which they would.
        survivors: who holds those that live on; empty where none does.
        taken_back: registrations of the modules that were taken back, in words.
        trimmed: whether the C library gave memory back that it had in reserve; None where it was not asked, or has
            no way to be asked.
        dry_run: whether nothing was changed.
        refused: why `load.unload` would refuse, or None; only with `dry_run`.
    """

    __slots__ = (
        "alive",
        "dry_run",
        "freed",
        "holders",
        "kept",
        "refused",
        "removed",
        "survivors",
        "taken_back",
        "trimmed",
    )

    def __init__(
        self,
        removed: Iterable[str] = (),
        kept: Mapping[str, str] | None = None,
        freed: int | None = None,
        *,
        holders: Iterable[str] = (),
        alive: Iterable[str] = (),
        survivors: Iterable[str] = (),
        taken_back: Iterable[str] = (),
        trimmed: bool | None = None,
        dry_run: bool = False,
        refused: str | None = None,
    ) -> None:
        self.removed = tuple(sorted(removed))
        self.kept = dict(sorted((kept or {}).items()))
        self.freed = freed
        self.holders = tuple(holders)
        self.alive = tuple(sorted(alive))
        self.survivors = tuple(survivors)
        self.taken_back = tuple(taken_back)
        self.trimmed = trimmed
        self.dry_run = dry_run
        self.refused = refused

    def as_dict(self) -> dict[str, Any]:
        """The same in the types of JSON."""
        found = {name: getattr(self, name) for name in self.__slots__}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def __repr__(self) -> str:
        done = "would be removed" if self.dry_run else "removed"
        return f"<UnloadReport: {len(self.removed)} {done}, {len(self.kept)} kept, freed={self.freed}>"

    def _lines(self) -> Iterator[str]:
        if self.refused is not None:
            yield f"refused: {self.refused}"
            return
        yield f"{'would go:' if self.dry_run else 'removed:'} {_packages(self.removed) or 'nothing'}"
        for words in self.taken_back:
            yield f"{'would be taken back:' if self.dry_run else 'taken back:'} {words}"
        for reason, names in self._kept_by_reason().items():
            yield f"kept:    {_packages(names)}: {reason}"
        yield from self._living()
        if self.freed is not None:
            yield f"memory:  {_freed_in_words(self.freed)}"

    def _living(self) -> Iterator[str]:
        if self.alive:
            live = "would live on" if self.dry_run else "lives on"
            yield f"held:    of {_packages(self.alive)} something {live}, and with it most of its memory"
        for words in self.holders if self.dry_run or not self.alive else self.survivors:
            yield f"held by: {words}"

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
    return f"{-freed / 1e6:.1f} MB more than before: nothing came back, and other things grew"

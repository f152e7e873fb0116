"""Slips in `load`'s own names: `load.enable_autoprint` is no package."""

from __future__ import annotations

from load._reserved import OWN


def near_own(name: str) -> str | None:
    """Give the own name that `name` is a slip of, else None.

    Case and underscores do not count. One letter may be off, two in names of eight letters and more, three from
    sixteen on; those of four letters and fewer have no near-miss, for too many packages are called almost like them.
    """
    from load._names.near_miss import distance

    folded = _fold(name)
    best, fewest = None, len(folded)
    for own in OWN:
        right = _fold(own)
        most = 0 if len(right) < 5 else min(1 + len(right) // 8, 3)
        slips = distance(folded, right, most)
        if slips <= most and slips < fewest:
            best, fewest = own, slips
    return best


def _fold(name: str) -> str:
    return name.replace("_", "").casefold()

"""Did you mean: names that are a slip of the finger away.

The distance is that of optimal string alignment: the fewest letters to insert, drop or replace, or
neighbours to swap, no letter being touched twice. Case does not count, and `-`, `_` and `.` are the same.
"""

from __future__ import annotations

from load._names.aliases import shipped_alias
from load._names.spelling import ImportName, root_of
from load._names.standard import standard_library
from load._names.table import distributions, known_names, lookup, names_under

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_index: _Index | None = None


def near(name: str, candidates: Iterable[str], limit: int = 3) -> list[str]:
    """Give the candidates that a person may have meant by `name`, the nearest first.

    Args:
        name: what was written.
        candidates: names there are; `name` itself is passed over.
        limit: how many to give at most.
    """
    others = ((_fold(candidate), candidate) for candidate in candidates if candidate != name)
    return _nearest(name, others, _suggestion_reach(len(name)))[:limit]


def near_known(name: str) -> str | None:
    """Tell which known name `name` is a near-miss of, so that it is not installed by mistake.

    A near-miss is one slip away in a name of at least four letters, two in one of at least eight, or
    differs only by case or by `-`, `_` and `.`. It is one of a name of the table or of a distribution in it
    (`scikitlearn`). None are: a known name, a shipped alias, a name of the standard library, a distribution's
    own name, and what lies below these; nor is the root of a namespace package. A dotted name is judged
    whole, then by the packages above it.

    Returns:
        The right import name, with what `name` has below it (`nunpy.linalg` gives `numpy.linalg`); None where
        `name` is not a near-miss.
    """
    if lookup(ImportName(name)) or standard_library(name) or shipped_alias(root_of(name)):
        return None
    head, tail = name, ""
    while head:
        right = _near_one(head)
        if right is not None:
            return right + tail
        head, _, last = head.rpartition(".")
        tail = f".{last}{tail}"
    return None


def _near_one(name: str) -> str | None:
    if names_under(name):
        return None
    index = _the_index()
    folded = _fold(name)
    # `cython` is what a distribution is called, and no slip for `Cython`.
    if folded in index.imports and not (name in index.distributions and name.isidentifier()):
        return index.imports[folded]
    if folded in index.distributions:
        return None
    right = _nearest(name, index.spellings, _refusal_reach(name))
    return right[0] if right else None


class _Index:
    """The folded names of the table, and those of its distributions, each with the import name to mean."""

    def __init__(self) -> None:
        self.imports = {_fold(name): name for name in known_names()}
        # The normal form of a distribution's name is folded already.
        self.distributions = {str(name): names[0] for name, names in distributions().items()}
        self.spellings = [*(self.distributions | self.imports).items()]


def _the_index() -> _Index:
    global _index
    if _index is None:
        _index = _Index()
    return _index


def _nearest(name: str, spellings: Iterable[tuple[str, str]], reach: int) -> list[str]:
    """Give what is meant by the folded spellings within reach, each once, the nearest first."""
    folded = _fold(name)
    ranked = []
    for spelling, meant in _plausible(folded, spellings, reach):
        slips = distance(folded, spelling, reach)
        if slips <= reach:
            # A slip seldom hits the first letter, and seldom changes the length.
            rank = (slips, spelling[:1] != folded[:1], abs(len(spelling) - len(folded)), meant)
            ranked.append(rank)
    return list(dict.fromkeys(meant for *_, meant in sorted(ranked)))


def _plausible(folded: str, spellings: Iterable[tuple[str, str]], reach: int) -> list[tuple[str, str]]:
    """Pass on what can be within reach: a slip changes the length by at most 1, the set of letters by 2."""
    shortest, longest = len(folded) - reach, len(folded) + reach
    letters = set(folded)
    return [
        (spelling, meant)
        for spelling, meant in spellings
        if shortest <= len(spelling) <= longest and len(letters.symmetric_difference(spelling)) <= 2 * reach
    ]


def _fold(name: str) -> str:
    return name.casefold().replace("_", "-").replace(".", "-")


def _suggestion_reach(length: int) -> int:
    return 0 if length < 3 else 1 if length < 5 else 2 if length < 9 else 3


def _refusal_reach(name: str) -> int:
    # Members of a namespace share most of their letters (jaraco.text, jaraco.test): the last segment counts.
    length = len(name.rpartition(".")[2])
    return 0 if length < 4 else 1 if length < 8 else 2


def distance(left: str, right: str, most: int) -> int:
    """Count the slips between two texts, up to `most`; more are told as `most` + 1."""
    if abs(len(left) - len(right)) > most:
        return most + 1
    left, right = _without_common_ends(left, right)
    before: list[int] = []
    above = list(range(len(right) + 1))
    for row in range(1, len(left) + 1):
        current = _next_row(left, right, row, above, before)
        if min(current) > most and min(above) > most:
            return most + 1
        before, above = above, current
    return min(above[-1], most + 1)


def _next_row(left: str, right: str, row: int, above: list[int], before: list[int]) -> list[int]:
    letter, previous = left[row - 1], left[row - 2 : row - 1]
    current = [row]
    for column, other in enumerate(right, 1):
        slips = min(above[column] + 1, current[-1] + 1, above[column - 1] + (letter != other))
        if previous == other and column > 1 and right[column - 2] == letter:
            slips = min(slips, before[column - 2] + 1)
        current.append(slips)
    return current


def _without_common_ends(left: str, right: str) -> tuple[str, str]:
    shorter = min(len(left), len(right))
    start = 0
    while start < shorter and left[start] == right[start]:
        start += 1
    end = 0
    while end < shorter - start and left[-1 - end] == right[-1 - end]:
        end += 1
    return left[start : len(left) - end], right[start : len(right) - end]

"""Limits that were not held, and what is said of them: shared chains are told once, the rest is counted."""

from __future__ import annotations

from typing import NamedTuple

from load import _display

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

_MOST_LINES = 25
_MOST_NAMES = 8  # modules that came along with another
_FIRST, _LAST = 2, 3  # imports of a long chain that are shown: where it begins, and what brought the module


class Excess(NamedTuple):
    """One limit of a budget that was not held.

    Attributes:
        limit: the key of the limit.
        allowed: what it is set to; of `forbidden` the one entry that was met.
        found: what was found instead: a figure, or the name of a module.
        text: the same as a sentence.
        modules: the modules that are to blame, the worst first.
        chains: how each of them came: "file:line imports name", from the outermost import on.
        costs: what each of them costs, in words; empty where their being there is the fault.
    """

    limit: str
    allowed: float | str | tuple[str, ...]
    found: float | str
    text: str
    modules: tuple[str, ...]
    chains: tuple[tuple[str, ...], ...]
    costs: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """Who is to blame, a line each: the modules with what they cost and their chains, or the chain of the first."""
        if not self.costs:
            return self.chains[0] if self.chains else ()
        return tuple(
            line
            for module, cost, chain in zip(self.modules, self.costs, self.chains, strict=True)
            for line in (f"{module}: {cost}", *(f"  {each}" for each in chain))
        )

    def as_dict(self) -> dict[str, Any]:
        """All of it, in the types of JSON: seconds and bytes."""
        plain = {name: list(value) if isinstance(value, tuple) else value for name, value in self._asdict().items()}
        return {**plain, "chains": [list(each) for each in self.chains], "lines": list(self.lines)}

    def __str__(self) -> str:
        return "\n".join((self.text, *(f"  {line}" for line in self.lines)))

    def _repr_html_(self) -> str:
        return _display.html_of(_display.told(str(self)))

    def __rich_console__(self, console: Any, options: Any) -> Iterator[Any]:
        return _display.drawn(_display.told(str(self)), console, options)


def told(found: Sequence[Excess]) -> list[str]:
    """The limits that were not held, each with who is to blame.

    A forbidden module that came by way of another one is told of with that. Imports that lead to several modules stand
    with the first of them.

    Args:
        found: what `Budget.check` gave.
    """
    hosts = _hosts(found)
    lines: list[str] = []
    known: list[tuple[str, ...]] = []
    left: list[Excess] = []
    for excess in found:
        if id(excess) in hosts:
            continue
        along = [each for each in found if hosts.get(id(each)) is excess]
        part = _part(excess, along, known)
        if lines and (left or len(lines) + len(part) >= _MOST_LINES):
            left += (excess, *along)
        else:
            lines += part
            known += excess.chains
    if left:
        limits = [each.limit for each in left]
        counts = ", ".join(f"{limits.count(limit)} of {limit}" for limit in dict.fromkeys(limits))
        lines.append(f"… and {len(left)} more: {counts}")
    return lines


def _hosts(found: Sequence[Excess]) -> dict[int, Excess]:
    """Excesses that came in the course of another one → that one; of several the outermost."""
    named = [each for each in found if not each.costs and each.chains and each.chains[0]]
    by_chain = {each.chains[0]: each for each in reversed(named)}
    hosts = {}
    for each in named:
        chain = each.chains[0]
        above = (by_chain.get(chain[:count]) for count in range(1, len(chain) + 1))
        host = next((other for other in above if other is not None), each)
        if host is not each:
            hosts[id(each)] = host
    return hosts


def _part(excess: Excess, along: list[Excess], known: list[tuple[str, ...]]) -> list[str]:
    also = [each for each in along if each.found == excess.found]
    lines = [excess.text, *(each.text for each in also)]
    if len(along) > len(also):
        names = list(dict.fromkeys(str(each.found) for each in along if each not in also))
        more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
        lines.append(f"  with it came {', '.join(names[:_MOST_NAMES])}{more}")
    known = list(known)
    for index, chain in enumerate(excess.chains if excess.costs else excess.chains[:1]):
        inner = "  "
        if excess.costs:
            lines.append(f"  {excess.modules[index]}: {excess.costs[index]}{_as_above(chain, known)}")
            inner = "    "
        lines += [f"{inner}{line}" for line in _shortened(chain, known)]
        known.append(chain)
    return lines


def _as_above(chain: tuple[str, ...], known: list[tuple[str, ...]]) -> str:
    return ", by the imports told above" if chain and _shared(chain, known) == len(chain) else ""


def _shortened(chain: tuple[str, ...], known: list[tuple[str, ...]]) -> list[str]:
    """What of a chain was not told yet, without its middle where it is long."""
    shared = _shared(chain, known)
    if shared == len(chain):
        return []
    if shared >= _FIRST:
        rest = chain[shared:]
        return [f"… after {shared} imports that are told above", *_without_middle(rest)]
    return _without_middle(chain)


def _without_middle(chain: tuple[str, ...]) -> list[str]:
    hidden = len(chain) - _FIRST - _LAST
    if hidden <= 1:
        return list(chain)
    return [*chain[:_FIRST], f"… {hidden} imports", *chain[-_LAST:]]


def _shared(chain: tuple[str, ...], known: list[tuple[str, ...]]) -> int:
    """How many of the first imports of a chain were told with another."""
    most = 0
    for other in known:
        count = next((index for index, (one, two) in enumerate(zip(chain, other, strict=False)) if one != two), None)
        most = max(most, min(len(chain), len(other)) if count is None else count)
    return most

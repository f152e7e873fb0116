"""One thing that was loaded, in one line: `numpy 2.4.6 · imported · 84 ms · +21.6 MB · from site-packages`."""

from __future__ import annotations

from load._console.terminal import readable
from load._console.wording import duration, growth

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from load._notebook.arrival import Arrival

_NAMED = 2  # of what was pulled in, or came along; the rest is counted
_LEAST_SECONDS, _LEAST_PART = 0.001, 0.05  # below which what was pulled in is not worth a word


def line_of(arrival: Arrival) -> str:
    """The line of one thing that was loaded, whatever its name and version are made of."""
    parts = [name_of(arrival), how_of(arrival), time_of(arrival)]
    if arrival.memory is not None:
        parts.append(growth(arrival.memory))
    if arrival.place:
        parts.append(f"from {arrival.place}")
    return readable(" · ".join(parts))


def name_of(arrival: Arrival) -> str:
    """Name and version, and the alias that it was asked for by."""
    name = f"{arrival.module} {arrival.version or ''}".rstrip()
    return f"{name} (as {arrival.alias})" if arrival.alias else name


def how_of(arrival: Arrival) -> str:
    """How it came, with what an install brought besides."""
    return f"{arrival.how} with {_listed(arrival.along)}" if arrival.along else arrival.how


def time_of(arrival: Arrival) -> str:
    """The time that it took, and how much of that went into what it pulled in."""
    inner = inner_of(arrival)
    return f"{duration(arrival.seconds)} ({inner})" if inner else duration(arrival.seconds)


def inner_of(arrival: Arrival) -> str:
    """The time that went into what it pulled in, and into what: `31 ms in json, re and 3 more`; often nothing."""
    seconds = sum(arrival.pulled_in.values())
    if seconds < max(_LEAST_SECONDS, arrival.seconds * _LEAST_PART):
        return ""
    return f"{duration(seconds)} in {_listed(_worth_naming(arrival.pulled_in))}"


def _worth_naming(pulled_in: Mapping[str, float]) -> list[str]:
    """The names, those of accelerators and the like (`_json`) last: nobody knows them."""
    return sorted(pulled_in, key=lambda name: name.startswith("_"))


def _listed(names: Sequence[str]) -> str:
    if len(names) > _NAMED + 1:
        return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]

"""The text that `python -X importtime` writes, read into a profile.

Source: https://docs.python.org/3/using/cmdline.html#cmdoption-X; with `-X importtime=2` (3.14) modules that were loaded
already are listed as well.
"""

from __future__ import annotations

from load._imports.profiling.profile import ImportProfile, Profile
from load.errors import ProfileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    _Begun: TypeAlias = "tuple[_Row, _Begun | None, float]"  # with what it came in, and when it began

_MARK = "import time:"
_HEADING = "self [us]"
_SHOWN = 80  # characters of a line that is told of


def from_importtime(text: str) -> Profile:
    """Read what `python -X importtime` wrote on standard error; other lines in between are passed over.

    A line of the program may speak of its import time: what has no columns after that is such a line. Failed imports
    are not told from others there, finding and running are one, and modules that several threads imported at once stand
    below the wrong ones. Self times below zero, which it gives then, are taken as they stand.

    Args:
        text: what was written, whole.

    Returns:
        A profile without memory and importing lines.

    Raises:
        ProfileError: a line is none of these, or the text ends in the middle; what was read by then is its `profile`.
    """
    waiting: list[_Row] = []  # those whose importer did not come yet
    for number, line in enumerate(text.splitlines(), start=1):
        own, mark, columns = line.partition(_MARK)
        if mark and "|" in columns and _HEADING not in columns:
            try:
                row = _Row(columns)
            except ValueError:
                if own:
                    continue  # a line of the program that says so as well
                raise _unreadable(number, line, waiting) from None
            if not row.is_cached:
                while waiting and waiting[-1].depth > row.depth:
                    row.inner.insert(0, waiting.pop())
                waiting.append(row)
    if not waiting:
        raise _failed("No line of this text was written by `python -X importtime`.", waiting)
    if waiting[-1].depth:
        last = waiting[-1].name
        raise _failed(f"The text ends in the middle: what imported {last!r} is missing.", waiting)
    return _profile_of(waiting)


class _Row:
    """A line: a module, and those above it that were imported in its course."""

    def __init__(self, columns: str) -> None:
        own, cumulative, name = columns.split("|", 2)
        self.name = name.strip()
        if not self.name:
            raise ValueError("no name")
        self.depth = (len(name) - len(name.lstrip()) - 1) // 2
        self.inner: list[_Row] = []
        self.is_cached = own.strip() == "cached"
        if not self.is_cached:
            self.own, self.cumulative = int(own) / 1e6, int(cumulative) / 1e6


def _profile_of(rows: list[_Row]) -> Profile:
    every: dict[str, ImportProfile] = {}
    waiting: list[_Begun] = [(row, None, 0.0) for row in reversed(rows)]
    _begin_in_turn(waiting)
    while waiting:
        begun = waiting.pop()
        row, above, started = begun
        parent = above[0].name if above is not None else ""
        profile = every.get(row.name)
        if profile is None:
            profile = every[row.name] = ImportProfile(row.name, parent=parent, started=started)
            if parent:
                every[parent].dependencies.append(row.name)
        if not _is_within(row.name, above):  # what came in its own course is a part of it
            profile.duration += row.cumulative
        profile.self_duration += row.own
        below: list[_Begun] = [(each, begun, started) for each in reversed(row.inner)]
        _begin_in_turn(below)
        waiting += below
    return Profile(every.values())


def _is_within(name: str, above: _Begun | None) -> bool:
    while above is not None:
        if above[0].name == name:
            return True
        above = above[1]
    return False


def _begin_in_turn(rows: list[_Begun]) -> None:
    """Let each begin where the one before it ended; the last in the list is the first in time."""
    ended = rows[-1][2] if rows else 0.0
    for index in reversed(range(len(rows))):
        row, parent, _ = rows[index]
        rows[index] = row, parent, ended
        ended += row.cumulative


def _unreadable(number: int, line: str, rows: list[_Row]) -> ProfileError:
    return _failed(f"Line {number} is not a line of `python -X importtime`: {line[:_SHOWN]!r}.", rows)


def _failed(message: str, rows: list[_Row]) -> ProfileError:
    return ProfileError(
        message,
        hint="keep all that it writes on standard error: python -X importtime SCRIPT 2> import.log",
        profile=_profile_of(rows),
    )

"""A profile as a tree for the terminal: the dearest modules below those that imported them, the others folded."""

from __future__ import annotations

import heapq
import unicodedata

from load._report.document import checked
from load._report.nesting import Nesting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any, Literal, TypeAlias

    from load._report.document import Profile

    Segment: TypeAlias = tuple[str, str]
    Line: TypeAlias = tuple[Segment, ...]

_MEGABYTE = 1_000_000
_DEAR, _NOTABLE, _SMALL = 0.10, 0.03, 0.005  # parts of the whole
_WIDE = 72  # columns: below, time and memory have no room beside one another
_SLIM = 40  # columns: below, only what it costs with all that it brings has room beside the name
_NARROWEST = 20  # columns: below, names are cut to nothing
_GAP = 2  # columns between two of the table
_NAME_LEAST = 12  # columns: of a name that lies deep
_PLACE_LEAST = 16  # columns: below, a place says nothing


def tree(
    document: Mapping[str, Any],
    *,
    limit: int = 40,
    by: Literal["time", "memory"] = "time",
    width: int = 100,
    first: str = "",
) -> list[Line]:
    """The profile as lines, each of pieces of text with the name of a style ("bold", "dim", "red", …).

    Args:
        document: a profile.
        limit: how many modules are shown, the dearest with what they came in; others are folded into one line where
            they would stand.
        by: what makes them dear.
        width: columns of the terminal; no line is longer, but in fewer than 20.
        first: a module that is shown before those beside it, however little it cost, where it is in the profile.

    Raises:
        ProfileError: it is not a profile; or memory is asked for, and was not measured.
        ValueError: `limit` is less than 1, or `by` is neither "time" nor "memory".
    """
    if limit < 1:
        raise ValueError("limit has to be at least 1")
    if by not in ("time", "memory"):
        raise ValueError(f"by is {by!r}, and has to be 'time' or 'memory'")
    profile = checked(document)
    if by == "memory" and profile["bytes"] is None:
        from load.errors import ProfileError

        raise ProfileError("Memory was not measured in this profile.", hint="profile again with --memory")
    return _Drawing(profile, limit, by, max(width, _NARROWEST), first).lines()


def text_of(lines: Iterable[Line]) -> str:
    """The lines without styles."""
    return "".join("".join(text for text, _ in line).rstrip() + "\n" for line in lines)


class _Drawing:
    """One tree.

    Args:
        profile: what is drawn.
        limit: how many modules are shown.
        by: what they are ordered by.
        width: columns.
        first: a module that is shown in any case.
    """

    def __init__(self, profile: Profile, limit: int, by: str, width: int, first: str) -> None:
        modules = profile["modules"]
        self.profile, self.modules, self.by, self.width = profile, modules, by, width
        self.nesting = Nesting(modules)
        key = "self_memory" if by == "memory" else "self_duration"
        self.values = self.nesting.summed([each[key] or 0 for each in modules])  # type: ignore[literal-required]
        self.counts = self.nesting.counts()
        self.whole = sum(self.values[index] for index in self.nesting.roots) or 1.0
        self.first = next((index for index, each in enumerate(modules) if each["module"] == first), -1)
        self.shown = self._dearest(limit)
        self.has_memory = profile["bytes"] is not None

    def lines(self) -> list[Line]:
        """All of them: what was profiled, the names of the columns, the modules."""
        rows = list(self._rows())
        names, figures = self._figures()
        widths = [max([len(name), *(len(row[column]) for row in figures)]) for column, name in enumerate(names)]
        room = self.width - sum(widths) - _GAP * len(widths)
        named = _width_of_names(rows, room)
        has_places = room - named - _GAP >= _PLACE_LEAST
        drawn: list[Line] = [
            ((_cut(self.profile["title"] or "imports", self.width), "bold"),),
            ((_cut(self._summary(), self.width), ""),),
        ]
        if rows:
            heads = _joined(names, widths) + "module".ljust(named) + ("  where" if has_places else "")
            drawn += [(), ((heads, "dim"),)]
        for guides, name, style, index in rows:
            cells = _joined(figures[index] if index >= 0 else [""] * len(widths), widths)
            lead, shown = _fitted(guides, name, room if index < 0 or has_places else named)
            line: list[Segment] = [(cells, style), (lead, "dim"), (shown, style)]
            what, look = self._remark(index)
            rest = room - named - _GAP
            if what and has_places and _cells(lead + shown) <= named:
                padding = " " * (named - _cells(lead + shown) + _GAP)
                line += [(padding, ""), (_cut(what, rest, at_start=not look), look or "dim")]
            drawn.append(tuple(line))
        return drawn

    def _figures(self) -> tuple[list[str], list[list[str]]]:
        """The names of the columns, and those of each module; in a narrow terminal only what it is ordered by."""
        times = [(milliseconds(each["self_duration"]), milliseconds(each["duration"])) for each in self.modules]
        sizes = [(_size(each["self_memory"]), _size(each["memory"])) for each in self.modules]
        parts = [(("self ms", "total ms"), times), (("self MB", "total MB"), sizes)]
        if not self.has_memory:
            parts = parts[:1]
        elif self.width < _WIDE:
            parts = parts[1:] if self.by == "memory" else parts[:1]
        kept = slice(1 if self.width < _SLIM else 0, None)
        names = [name for heading, _ in parts for name in heading[kept]]
        return names, [
            [cell for pair in row for cell in pair[kept]] for row in zip(*(rows for _, rows in parts), strict=True)
        ]

    def _remark(self, index: int) -> Segment:
        """What stands behind a module, and its style where it is not the place that asked: why it failed."""
        if index < 0:
            return "", ""
        module = self.modules[index]
        return (module["errors"][0], "red") if module["errors"] else (module["place"], "")

    def _rows(self) -> Iterator[tuple[str, str, str, int]]:
        """Guides, text, style and index of each line; the index of what is folded is -1."""
        # What is still to be drawn, the last first: an index, or folded ones; the guides above; whether it is the last.
        waiting = self._below(self.nesting.roots, None)
        while waiting:
            what, above, is_last = waiting.pop()
            corner = "" if above is None else "└ " if is_last else "├ "
            guides = f"{above or ''}{corner}"
            if isinstance(what, list):
                yield guides, self._folded(what), "dim", -1
                continue
            module = self.modules[what]
            failed = bool(module["errors"])
            name = f"{module['module']} (failed)" if failed else module["module"]
            yield guides, name, "red" if failed else self._style(what), what
            inner = "" if above is None else f"{above}{'  ' if is_last else '│ '}"[-self.width :]
            waiting += self._below(self.nesting.children[what], inner)

    def _below(self, indexes: list[int], above: str | None) -> list[tuple[int | list[int], str | None, bool]]:
        shown = sorted((each for each in indexes if each in self.shown), key=lambda each: (each != self.first, -self.values[each]))  # fmt: skip  # noqa: E501
        folded = [index for index in indexes if index not in self.shown]
        every: list[int | list[int]] = [*shown, *([folded] if folded else [])]
        return [(each, above, position == len(every) - 1) for position, each in enumerate(every)][::-1]

    def _folded(self, indexes: list[int]) -> str:
        modules = sum(self.counts[index] for index in indexes)
        whole = sum(self.values[index] for index in indexes)
        parts = [
            f"… {modules:,} more",
            f"{megabytes(whole)} MB" if self.by == "memory" else f"{milliseconds(whole)} ms",
        ]
        failed = sum(bool(self.modules[index]["errors"]) for index in indexes)
        return ", ".join([*parts, *([f"{failed:,} failed"] if failed else [])])

    def _dearest(self, limit: int) -> set[int]:
        """The dearest ones, each with all that it came in, as these are at least as dear."""
        heap = [(-self.values[index], index) for index in self.nesting.roots]
        heapq.heapify(heap)
        shown: set[int] = set()
        index = self.first
        while index >= 0:
            shown.add(index)
            index = self.nesting.parents[index]
        while heap and len(shown) < limit:
            _, index = heapq.heappop(heap)
            shown.add(index)
            for child in self.nesting.children[index]:
                heapq.heappush(heap, (-self.values[child], child))
        return shown

    def _style(self, index: int) -> str:
        share = self.values[index] / self.whole
        styles = ((_DEAR, "bold"), (_NOTABLE, "yellow"), (_SMALL, ""))
        return next((style for least, style in styles if share >= least), "dim")

    def _summary(self) -> str:
        count = len(self.modules)
        threads = len({each["thread"] for each in self.modules})
        parts = [
            f"{count:,} module{'' if count == 1 else 's'}",
            f"{milliseconds(self.profile['seconds'])} ms{f' in {threads} threads' if threads > 1 else ''}",
        ]
        if self.profile["bytes"] is not None:
            known = sum(each["self_memory"] is not None for each in self.modules)  # of others threads keep it unknown
            parts.append(f"{megabytes(self.profile['bytes'])} MB{f' of {known:,} modules' if known < count else ''}")
        failed = sum(bool(each["errors"]) for each in self.modules)
        if failed:
            parts.append(f"{failed:,} failed")
        cycles = len(self.profile["cycles"])
        if cycles:
            parts.append(f"{cycles:,} cycle{'' if cycles == 1 else 's'}")
        if self.profile["python"]:
            parts.append(f"Python {self.profile['python']}")
        return " · ".join(parts)


def _width_of_names(rows: Sequence[tuple[str, str, str, int]], room: int) -> int:
    """The columns of the names: what all of them take, or less where that lets most of them have a place beside them.

    A few long names, and what is folded, which has no place, then take the room of the places.
    """
    widest = max([len("module"), *(_cells(guides + name) for guides, name, _, _ in rows)])
    left = room - _GAP - _PLACE_LEAST
    if widest <= left or left < _NAME_LEAST:
        return min(room, widest)
    modules = [_cells(guides + name) for guides, name, _, index in rows if index >= 0]
    fitting = [each for each in modules if each <= left]
    return max(len("module"), *fitting) if len(fitting) * 2 > len(modules) else min(room, widest)


def _joined(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "".join(cell.rjust(width) + " " * _GAP for cell, width in zip(cells, widths, strict=True))


def _size(size: int | None) -> str:
    return "–" if size is None else megabytes(size)


def milliseconds(seconds: float) -> str:
    """A time in milliseconds, with as many digits as matter."""
    value = seconds * 1e3
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.1f}" if abs(value) >= 1 else f"{value:.2f}"


def megabytes(size: float) -> str:
    """A size in megabytes."""
    value = size / _MEGABYTE
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.1f}"


def _cells(text: str) -> int:
    """How many columns a text takes: wide characters two, what is put above others none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def _fitted(guides: str, name: str, room: int) -> tuple[str, str]:
    """Guides and a name; of what lies deeper than there is room for, the guides next to the name are kept."""
    if _cells(guides + name) > room:
        guides = _cut(guides, max(0, room - min(_cells(name), _NAME_LEAST)), at_start=True)
    return guides, _cut(name, room - _cells(guides))


def _cut(text: str, room: int, *, at_start: bool = False) -> str:
    """As much of a text as there is room for, and a mark where the rest was."""
    if _cells(text) <= room:
        return text
    if room < 1:
        return ""
    kept = text[-(room - 1) :] if at_start and room > 1 else text[: room - 1]
    while _cells(kept) > room - 1:
        kept = kept[1:] if at_start else kept[:-1]
    return f"…{kept}" if at_start else f"{kept}…"

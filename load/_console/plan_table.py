"""A plan as people read it: each distribution, old → new, wheel or build, size, age, source."""

from __future__ import annotations

from load._console.terminal import readable
from load._console.wording import age, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TextIO

    from load._events import Change
    from load._picture import Picture

_LENGTH_OF_COMMIT, _SHORT_COMMIT = 40, 8  # hexadecimal digits of a commit's id, whole and as people read it
HEADERS = ("", "distribution", "version", "kind", "size", "uploaded", "from")


def rows(changes: Iterable[Change], *, now: float | None = None, whole: bool = False) -> list[tuple[str, ...]]:
    """The rows of the table: replacements first, then what was asked for, then what comes along.

    Args:
        changes: what would change.
        now: seconds since the epoch; the present by default.
        whole: whether sources are shown in full, and times instead of ages.
    """
    ordered = sorted(changes, key=lambda each: (not each.is_replacement, not each.requested, each.name))
    return [_row(each, now, whole=whole) for each in ordered]


def _row(change: Change, now: float | None, *, whole: bool) -> tuple[str, ...]:
    uploaded = change.uploaded or ""
    return (
        _mark(change),
        readable(change.name),
        readable(_versions(change)),
        change.kind,
        size(change.size) if change.size is not None else "",
        uploaded if whole or not uploaded else age(uploaded, now),
        readable(change.source if whole else _place(change.source)),
    )


def _mark(change: Change) -> str:
    """`!` changes what is installed, `-` goes, `*` was asked for, `+` comes along."""
    if change.new is None:
        return "-"
    if change.old is not None:
        return "!"
    return "*" if change.requested else "+"


def _versions(change: Change) -> str:
    if change.old is None:
        return change.new or ""
    return f"{change.old} → {change.new or 'removed'}"


def _place(source: str) -> str:
    """The part of a source that tells where it comes from: a host, a repository at its commit, or a folder."""
    scheme, has_scheme, rest = source.partition("://")
    if not has_scheme:
        return source
    if scheme.endswith("file"):
        folder, _, file = rest.rpartition("/")
        return folder if file.endswith((".whl", ".zip", ".gz")) else rest
    host, _, path = rest.partition("/")
    host = host.rpartition("@")[2]
    repository, _, commit = path.rpartition("@")
    if len(commit) == _LENGTH_OF_COMMIT and repository:
        return f"{host}/{repository}@{commit[:_SHORT_COMMIT]}"
    return host


def legend(changes: Sequence[Change]) -> str:
    """What the marks mean, as far as they occur, and how much would be fetched."""
    marks = {_mark(change) for change in changes}
    words = {"*": "asked for", "+": "comes along", "!": "replaces what is installed", "-": "is removed"}
    parts = [f"{mark} {text}" for mark, text in words.items() if mark in marks]
    sizes = [change.size for change in changes if change.new is not None]
    known = [each for each in sizes if each is not None]
    if known:
        parts.append(f"{size(sum(known))} to fetch" + ("" if len(known) == len(sizes) else " at least"))
    return ", ".join(parts)


def lines(changes: Sequence[Change], *, whole: bool = False, limit: int | None = None) -> list[tuple[str, str]]:
    """The table as aligned text, a line and its style each, without columns that are empty throughout."""
    table = rows(changes, whole=whole)
    shown = table if limit is None else table[:limit]
    kept = [index for index in range(len(HEADERS)) if any(row[index] for row in shown)]
    widths = {index: max(len(row[index]) for row in shown) for index in kept}
    styles = {"!": "bold red", "-": "bold red"}
    found = [
        ("  ".join(row[index].ljust(widths[index]) for index in kept).rstrip(), styles.get(row[0], "green"))
        for row in shown
    ]
    if len(table) > len(shown):
        found.append((f"and {len(table) - len(shown)} more (d shows all)", ""))
    return found


def picture(
    changes: Sequence[Change], *, target: str, backend: str, reasons: Sequence[str] = (), verdict: str = ""
) -> Picture:
    """What there is to show of a plan; the arguments are those of `print_plan`."""
    from load._picture import Picture, Table

    if not changes:
        return Picture("", notes=judged(verdict, reasons) if reasons else ["Nothing to do: all of it is there."])
    table = rows(changes)
    kept = [index for index in range(len(HEADERS)) if any(row[index] for row in table)]
    shown = Table(
        [HEADERS[index] for index in kept],
        [[row[index] for index in kept] for row in table],
        title=f"{backend} would change in {target}:",
        notes=[legend(changes)],
    )
    return Picture("", [shown], judged(verdict, reasons))


def print_plan(
    changes: Sequence[Change],
    *,
    target: str,
    backend: str,
    reasons: Sequence[str] = (),
    verdict: str = "",
    to: TextIO | None = None,
) -> None:
    """Print a plan as a table, and what would become of it.

    Args:
        changes: what would change.
        target: the environment or overlay, in words.
        backend: "uv" or "pip".
        reasons: why it has to be asked about or is refused, a sentence each.
        verdict: "install", "ask" or "refuse"; "" where nobody judged it.
        to: the stream; None for standard output.

    Raises:
        OSError: the stream cannot be written to.
    """
    from load._console.pictures import print_picture

    print_picture(picture(changes, target=target, backend=backend, reasons=reasons, verdict=verdict), to)


def judged(verdict: str, reasons: Sequence[str]) -> list[str]:
    """What the policy says of a plan, in words; the reasons alone where nobody judged it."""
    fates = {"install": "would be installed", "ask": "would be asked about", "refuse": "would be refused"}
    if verdict not in fates:
        return [f"because: {reason}" for reason in reasons]
    if len(reasons) < 2:
        return [", because ".join([fates[verdict], *reasons])]
    return [f"{fates[verdict]}, because", *(f"  {reason}" for reason in reasons)]

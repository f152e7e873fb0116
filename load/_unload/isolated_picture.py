"""What an isolated worker shows of itself."""

from __future__ import annotations

from load._picture import Picture, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from load._unload.isolated_answers import Now


def picture_of(
    title: str, pid: int | None, memory: int | None, now: Now, versions: Mapping[str, str | None] | None
) -> Picture:
    """What there is to show; the worker is not asked for it.

    Args:
        title: what was isolated, in words.
        pid: its process; None where there is none.
        memory: bytes that it holds; None where that is not known.
        now: what it does.
        versions: of its modules, where they were asked for.
    """
    from load._console.wording import size

    none = "none, it was closed" if now.is_closed else "none until the next call"
    facts = [
        ("process", none if pid is None else str(pid)),
        ("memory", "" if memory is None else size(memory)),
        ("runs", now.runs or ""),
        ("waiting", f"{now.waiting:,} {'call' if now.waiting == 1 else 'calls'}" if now.waiting else ""),
        ("closed", "after these calls" if now.is_closed and pid is not None else ""),
        ("versions", ", ".join(f"{name} {version or ''}".rstrip() for name, version in (versions or {}).items())),
    ]
    return Picture(f"isolated({title})", [Table((), [fact for fact in facts if fact[1]])])

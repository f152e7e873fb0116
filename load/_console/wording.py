"""The sentences in which installs are announced, and figures as people read them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from load._events import Change, InstallFinished

_SHOWN = 6  # distributions named in one line; the rest is counted


def duration(seconds: float) -> str:
    """Seconds in the unit that suits them: `0.4 ms`, `84 ms`, `1.2 s`, `2 min 5 s`."""
    if seconds < 0.01:
        return f"{seconds * 1e3:.1f} ms"
    if seconds < 0.9995:
        return f"{seconds * 1e3:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def growth(size: int) -> str:
    """Bytes with their sign, in decimal units: `+21.6 MB`, `-128 kB`, `+0 kB`."""
    if abs(size) < 999_500:
        return f"{size / 1e3:+.0f} kB".replace("-0 kB", "+0 kB")
    if abs(size) < 999_950_000:
        return f"{size / 1e6:+.1f} MB"
    return f"{size / 1e9:+.2f} GB"


def size(count: int) -> str:
    """Bytes in decimal units: `640 B`, `48 kB`, `12.9 MB`."""
    if count < 1_000:
        return f"{count} B"
    return growth(count).removeprefix("+")


def age(uploaded: str, now: float | None = None) -> str:
    """How long ago a file was uploaded, from ISO 8601 text: `3 hours ago`, `12 days ago`, `2 years ago`.

    Args:
        uploaded: the time.
        now: seconds since the epoch; the present by default.
    """
    import time
    from datetime import datetime

    then = datetime.fromisoformat(uploaded).timestamp()
    seconds = (time.time() if now is None else now) - then
    for unit, length in (("year", 31_557_600), ("month", 2_629_800), ("day", 86_400), ("hour", 3_600)):
        count = int(seconds // length)
        if count >= (2 if unit in ("month", "year") else 1):
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


def installed(event: InstallFinished) -> str | None:
    """What an install changed, in one line; None where nothing changed."""
    came = [change for change in event.changes if change.old is None]
    replaced = [str(change) for change in event.changes if change.is_replacement and change.new is not None]
    removed = [f"{change.name} {change.old}" for change in event.changes if change.old and change.new is None]
    parts = [f"installed {_listed(came, event.requirements)}"] if came else []
    parts += [f"replaced {_cut(replaced)}"] if replaced else []
    parts += [f"removed {_cut(removed)}"] if removed else []
    if not parts:
        return None
    way = "into" if came or replaced else "from"
    return f"load: {', '.join(parts)} with {event.backend}{_took(event.seconds)} {_place(event, way)}"


def _took(seconds: float) -> str:
    """How long it took; nothing where nobody measured it."""
    if not seconds:
        return ""
    return f" in {seconds:.1f} s" if seconds < 59.95 else f" in {duration(seconds)}"


def _place(event: InstallFinished, way: str) -> str:
    if event.for_worker:
        return "into an overlay of a worker: nothing changes for this program"
    if event.overlay:
        return "into an overlay: seen by programs that use load, not by plain `python`"
    return f"({way} the environment {event.target.removeprefix('the environment ')})"


def _listed(changes: Sequence[Change], requirements: Sequence[str]) -> str:
    """What was asked for first, then what came along."""
    asked = {distribution_key(requirement) for requirement in requirements}
    requested = [str(change) for change in changes if distribution_key(change.name) in asked]
    others = [str(change) for change in changes if distribution_key(change.name) not in asked]
    if not requested or not others:
        return _cut(requested or others)
    needed = "what it needs" if len(requested) == 1 else "what they need"
    return f"{_cut(requested)} and {needed} ({_cut(others)})"


def _cut(names: Sequence[str]) -> str:
    if len(names) <= _SHOWN + 1:
        return ", ".join(names)
    return f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more"


def distribution_key(requirement: str) -> str:
    """The name at the start of a requirement, in the form in which distribution names compare (PEP 503).

    Empty for a path or an address without a name.
    """
    text = requirement.strip()
    end = next((i for i, char in enumerate(text) if not (char.isalnum() or char in "-_.")), len(text))
    if text[end : end + 1] in tuple("+:/\\"):
        return ""
    words = text[:end].lower().replace("_", "-").replace(".", "-").split("-")
    return "-".join(word for word in words if word)

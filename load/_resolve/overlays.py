"""The overlays in this user's cache, for people: a table, pruning, verifying."""

from __future__ import annotations

import os
import time

from load._console.wording import size
from load._display import Shown, Told
from load._install import overlay, overlay_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, TextIO

    from load._install.overlay_cache import Damaged, Overlay
    from load._picture import Picture


class Overlays(Shown):
    """The overlays, of all Pythons; the one that was used last comes first.

    Iterating gives each with its `.path`, `.size` (bytes), `.pins` (distribution → version), `.python` (version),
    `.created` (ISO 8601) and `.last_used` (seconds since the epoch, to the day).
    """

    def __init__(self) -> None:
        self.folder = overlay.root()

    def __iter__(self) -> Iterator[Overlay]:
        return iter(overlay_cache.overlays())

    def __len__(self) -> int:
        return len(overlay_cache.overlays())

    def __repr__(self) -> str:
        return f"<Overlays: {len(self)} in {self.folder}>"

    def show(self, to: TextIO | None = None) -> None:
        """Print them as a table, on standard output by default.

        Raises:
            OSError: the stream cannot be written to.
        """
        from load._console.pictures import print_picture

        print_picture(self._picture(), to)

    def _picture(self) -> Picture:
        from load._picture import Picture, Table

        found = list(self)
        if not found:
            return Picture("", [Table((), [("overlays", f"none in {self.folder}")])])
        count = "1 overlay" if len(found) == 1 else f"{len(found)} overlays"
        title = f"{count} in {self.folder}, {size(sum(each.size for each in found))}"
        return Picture(title, [Table(_HEADERS, map(_row, found))])

    def prune(self, days: float = 30) -> Pruning:
        """Remove what is not needed any more; never what a running process uses.

        Args:
            days: how long an overlay must have been unused.

        Raises:
            ValueError: `days` is not a number from 0 on.
            InstallError: the cache cannot be written to, or another process installs and does not come to an end.
        """
        if not days >= 0:
            raise ValueError(f"days must be a number from 0 on, not {days!r}")
        return Pruning(overlay_cache.prune(days))

    def verify(self) -> Verification:
        """Check every file against the record that lists it, and remove the overlays that are damaged.

        Raises:
            InstallError: the cache cannot be written to, or another process installs and does not come to an end.
        """
        return Verification(overlay_cache.verify())

    def as_dict(self) -> dict[str, Any]:
        """What `load cache list --json` prints."""
        each = [_facts(one) for one in self]
        return {"folder": self.folder, "size": sum(one["size"] for one in each), "overlays": each}


def overlays() -> Overlays:
    """The overlays in this user's cache."""
    return Overlays()


class Pruning(Told):
    """What was removed.

    Attributes:
        removed: the folders of the overlays that went.
        in_use: the folders of those that a running process uses, and that stay.
        leftovers: what killed processes had left, and entries of the index that led nowhere.
        freed: bytes; what uv's cache still holds was not freed.
    """

    def __init__(self, done: overlay_cache.Pruned) -> None:
        self._done = done
        self.removed = tuple(each.path for each, _ in done.removed)
        self.in_use = tuple(each.path for each in done.in_use)
        self.leftovers = tuple(done.leftovers)
        self.freed = done.freed

    def __repr__(self) -> str:
        return f"<Pruning: {len(self.removed)} overlays, {self.freed} bytes>"

    def __str__(self) -> str:
        lines = [f"removed {_name(each)}: {reason}" for each, reason in self._done.removed]
        lines += [f"kept {_name(each)}: a running process uses it" for each in self._done.in_use]
        if self.leftovers:
            lines.append(f"removed {len(self.leftovers)} other leftovers")
        return "\n".join([*lines, f"{size(self.freed)} freed" if lines else "nothing to remove"])

    def as_dict(self) -> dict[str, Any]:
        """What `load cache prune --json` prints."""
        return {
            "removed": [{**_facts(each), "reason": reason} for each, reason in self._done.removed],
            "in_use": list(self.in_use),
            "leftovers": list(self.leftovers),
            "freed": self.freed,
        }


class Verification(Told):
    """What was found: true if all overlays are sound.

    Attributes:
        sound: the folders of the overlays that are as they were made.
        damaged: those that are not: `.overlay`, `.facts` (what is wrong), `.is_removed`.
    """

    def __init__(self, found: overlay_cache.Verified) -> None:
        self.sound = tuple(each.path for each in found.sound)
        self.damaged = tuple(found.damaged)

    def __bool__(self) -> bool:
        return not self.damaged

    def __repr__(self) -> str:
        return f"<Verification: {len(self.sound)} sound, {len(self.damaged)} damaged>"

    def __str__(self) -> str:
        lines = [line for each in self.damaged for line in _report(each)]
        return "\n".join([*lines, f"{len(self.sound)} sound, {len(self.damaged)} damaged"])

    def as_dict(self) -> dict[str, Any]:
        """What `load cache verify --json` prints."""
        return {
            "sound": list(self.sound),
            "damaged": [
                {"path": each.overlay.path, "facts": list(each.facts), "removed": each.is_removed}
                for each in self.damaged
            ],
        }


_SHOWN = 5  # of the facts on one overlay


def _report(each: Damaged) -> Iterator[str]:
    fate = "removed" if each.is_removed else "not removed: a running process uses it; verify again when it has ended"
    yield f"damaged: {_name(each.overlay)} ({fate})"
    yield from (f"  {fact}" for fact in each.facts[:_SHOWN])
    if len(each.facts) > _SHOWN:
        yield f"  and {len(each.facts) - _SHOWN} more"


_HEADERS = ("holds", "size", "python", "created", "last used", "folder")


def _row(each: Overlay) -> Sequence[str]:
    return _pins(each), size(each.size), each.python, each.created[:10], _day(each.last_used), _base(each)


def _pins(each: Overlay) -> str:
    pins = [f"{name} {version}" for name, version in each.pins.items()]
    more = f" and {len(pins) - 3} more" if len(pins) > 3 else ""
    return ", ".join(pins[:3]) + more if pins else "(damaged)" if each.manifest is None else "(nothing)"


def _name(each: Overlay) -> str:
    return f"{_base(each)} ({_pins(each)}, {size(each.size)})" if each.pins else _base(each)


def _base(each: Overlay) -> str:
    return os.path.basename(each.path)


def _day(seconds: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(seconds))


def _facts(each: Overlay) -> dict[str, Any]:
    used = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(each.last_used))
    return {
        "path": each.path,
        "pins": each.pins,
        "requirements": list(each.manifest.requirements) if each.manifest is not None else [],
        "python": each.python,
        "created": each.created,
        "last_used": used,
        "size": each.size,
    }

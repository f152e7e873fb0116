"""What this process knows of the network: who asks again right after the index was unreachable is refused at once.

A failed look at an index costs seconds, and a program that asks for optional modules one after the other would pay
them each time. The knowledge ages, and goes where something was installed, or a person orders an install.
"""

from __future__ import annotations

from time import monotonic

from load._install.failures import NETWORK, TIMEOUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from load._install.policy import Need
    from load.errors import InstallRefused

LASTS = 30.0  # seconds that an index which could not be reached counts as unreachable

_unreachable: tuple[float, str] | None = None  # when it was noticed, and what the backend said


def note(error: BaseException, clock: Callable[[], float] = monotonic) -> None:
    """Remember an error of a backend, if it says that the index or repository could not be reached."""
    global _unreachable
    if getattr(error, "kind", "") in (NETWORK, TIMEOUT):
        _unreachable = (clock(), str(getattr(error, "message", error)))


def forget() -> None:
    """Something was installed, or somebody wants it tried again."""
    global _unreachable
    _unreachable = None


def refuse_if_unreachable(needs: Sequence[Need], clock: Callable[[], float] = monotonic) -> None:
    """Refuse without starting anything, if the index was found unreachable a moment ago.

    Raises:
        InstallRefused: it was; `reason` is "offline".
    """
    if _unreachable is None:
        return
    noticed, said = _unreachable
    left = noticed + LASTS - clock()
    if left <= 0:
        forget()
        return
    raise _refusal(needs, said, left)


def _refusal(needs: Sequence[Need], said: str, left: float) -> InstallRefused:
    from load._install import refusal

    return refusal.unreachable(needs, said, left)

"""What to do next where a backend has failed to install something."""

from __future__ import annotations

from load import _config
from load._install.failures import NETWORK, NOT_FOUND
from load._install.indexes import index_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from load._install.failures import BackendError
    from load._install.policy import Need


def hint_for(error: BackendError, needs: Sequence[Need]) -> str | None:
    """What to do next.

    Args:
        error: the failure, told of the distribution that it is about.
        needs: what was asked for.
    """
    if error.kind == NOT_FOUND and needs and not error.needed:
        return _on_its_index(needs) or _did_you_mean(needs) or _another_name(needs[0])
    if error.kind == NETWORK and _config.get("offline"):
        return "offline = true: set load.configure(offline=False)"
    return error.hint


def _another_name(need: Need) -> str:
    if not need.module:  # what was asked for is a distribution
        return "check its name, and its version, on the index"
    return f'check the spelling, or name its distribution: "{need.module} @ pypi:DISTRIBUTION"'


def _on_its_index(needs: Sequence[Need]) -> str | None:
    """A bound name is nobody else's: no public one was meant."""
    index = next((found for need in needs if need.distribution and (found := index_of(need.distribution))), None)
    return f"see whether the index {index.name!r} has it under this name" if index is not None else None


def _did_you_mean(needs: Sequence[Need]) -> str | None:
    from load._names import known_names, near

    close = [name for need in needs for name in near(need.module or need.distribution, known_names())]
    return f"did you mean {', '.join(map(repr, close[:3]))}?" if close else None

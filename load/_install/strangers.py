"""Distributions that nobody vouches for are unpacked beside the target first, and looked at there.

What a wheel does while it is unpacked into an environment cannot be undone afterwards: it may have overwritten
something. Known names, exact sources and what `allow` lists go without this.
"""

from __future__ import annotations

import os

from load._install import inspection, installed, refusal
from load._install.failures import BackendError
from load._install.inspection import Danger, Ground
from load._install.policy import is_vouched_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from load._events import Change
    from load._install.installed import Installed
    from load._install.job import Job
    from load._install.order import Order
    from load._install.policy import Need


def is_strange(need: Need) -> bool:
    """Whether it takes a plan to know what comes: a source of its own, or a name that nobody vouches for."""
    return need.is_direct or not is_vouched_for(need.distribution)


def among(order: Order, names: Iterable[str]) -> set[str]:
    """Those of the distributions that nobody vouches for."""
    exact = {need.distribution for need in order.needs if need.trusted_source or need.editable or need.builds}
    exact |= {each.name for each in order.locked}
    return {name for name in names if name not in exact and not is_vouched_for(name)}


def look_aside(order: Order, changes: Sequence[Change], job: Job) -> dict[str, str]:
    """Unpack the strangers among what would come beside the target, and look at them.

    Returns:
        Distribution → digest of what was looked at: what is installed then has to be the same.

    Raises:
        InstallRefused: one would do more than be imported; the target was not touched.
        InstallError: the backend failed.
    """
    if job.build_all:  # who agreed to a build let its code run already
        return {}
    for need in order.needs:
        if not need.distribution:
            order.name_of(need, changes)
    # What comes from a source of its own was judged by that source.
    strange = among(order, [each.name for each in changes if is_pin(each)])
    pins = [f"{each.name}=={each.new}" for each in changes if each.name in strange]
    if not pins:
        return {}
    from load._console.status import shown_while

    stage = os.path.join(order.scratch, "stage")
    try:
        with shown_while(f"looking into {_listed(pins)} before anything is installed"):
            order.backend.run(_unpacking(job, pins, stage))
        came = list(installed.visible([stage]).values())
        _refuse(order, came, stage, ground(order))
        return {each.name: inspection.digest(each) for each in came}
    except BackendError as error:
        raise refusal.explained(error, order.needs) from None
    finally:
        from shutil import rmtree

        rmtree(stage, ignore_errors=True)


def _listed(pins: Sequence[str]) -> str:
    return pins[0] if len(pins) == 1 else f"{pins[0]} and {len(pins) - 1} more"


def is_pin(change: Change) -> bool:
    """Whether a change names a version from an index, and no place."""
    return change.new is not None and change.new[:1].isalnum() and "://" not in change.new


def _unpacking(job: Job, pins: Sequence[str], folder: str) -> Job:
    return job.but(
        requirements=pins,
        editables=(),
        constraints=(),
        hashed=(),
        dependencies=False,
        folder=folder,
        dry_run=False,
        fresh=True,
    )


def ground(order: Order) -> Ground:
    """The environment as it was when the order was made."""
    return Ground(order.target.folder, order.target.prefix, order.visible)


def differing(came: Iterable[Installed], looked: Mapping[str, str]) -> list[Danger]:
    """The strangers that are not what was looked at: an index may give another file the second time."""
    return [
        Danger(each.name, each.version, "is not what was looked at: the index gave another file")
        for each in came
        if each.name in looked and inspection.digest(each) != looked[each.name]
    ]


def _refuse(order: Order, came: Sequence[Installed], stage: str, there: Ground) -> None:
    found = inspection.dangers_aside(came, stage, there)
    name = came[0].name if len(came) == 1 else "one of them"
    found += [Danger(name, file, "was to be written outside the environment") for file in order.left_out]
    if found:
        raise refusal.unsafe(order.needs, found)

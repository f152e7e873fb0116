"""Removing distributions from the target, without breaking what needs them."""

from __future__ import annotations

import sys
import time

from load import _console, _events
from load._caller import NOBODY
from load._events import Change
from load._install import afterwards, installed, journal, refusal, target
from load._install.backends import choose
from load._install.job import shown_command
from load._install.order import Outcome
from load._install.order_policy import check_order
from load._install.turn import Turn
from load._names import near, normalize
from load.errors import InstallError, InstallRefused, SourceError, VersionConflict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from load._caller import Caller
    from load._install.installed import Installed
    from load._install.target import Target

OWN = "load-module"
_TOOLS = (OWN, "pip", "uv")


def uninstall(names: Sequence[str], caller: Caller, *, force: bool = False) -> Outcome:
    """Remove distributions.

    Args:
        names: names of distributions, or import names.
        caller: who asked.
        force: whether to remove what others need, and what `load` itself needs.

    Raises:
        SourceError: something is not a name.
        InstallRefused: nothing may be changed here, or something else needs it; nothing was changed.
        VersionConflict: it is loaded in this process; nothing was changed.
        InstallError: it is not installed, or the backend failed.
    """
    for name in names:
        _check(name)
    typed = f"load uninstall {' '.join(names)}"
    # Who types the names at a command line has agreed to it.
    because = check_order("Nothing is removed", caller, typed, agreed=caller is NOBODY)
    goal = target.choose()
    with Turn(goal):
        chosen = _chosen(names, goal)
        if not chosen:
            return Outcome((), ())
        _refuse_loaded(chosen)
        if not force:
            _refuse_needed(chosen)
        if because:
            _ask(chosen, goal, caller, because)
        return _remove(chosen, goal, caller)


def _check(name: str) -> None:
    """What could be an option, a path or a requirement is not a name."""
    if not name.replace("-", "").replace(".", "").replace("_", "").isalnum() or not name[0].isalnum():
        if name[:1] == "_" and name.isidentifier():
            return
        start = next((at for at, char in enumerate(name) if not (char.isalnum() or char in "-._")), len(name))
        hint = f"load uninstall {name[:start]}" if name[:1].isalnum() and start else "load uninstall NAME"
        raise SourceError(f"{name!r} is not a name of a distribution.", text=name, position=start, hint=hint)


def _chosen(names: Sequence[str], goal: Target) -> dict[str, Installed]:
    """The distributions meant, each once."""
    visible = installed.visible()
    there = installed.visible([goal.folder]) if goal.folder is not None else {}
    chosen: dict[str, Installed] = {}
    for name in names:
        found = visible.get(normalize(name)) or (installed.provider_of(name, visible) if name.isidentifier() else None)
        if found is None:
            raise _not_installed(name, visible)
        if found.name not in there or there[found.name].metadata != found.metadata:
            raise _elsewhere(found)
        chosen[found.name] = found
    return chosen


def _not_installed(name: str, visible: Mapping[str, Installed]) -> InstallError:
    close = near(name, visible)
    hint = f"did you mean {', '.join(map(repr, close[:3]))}?" if close else "load info tells which environment this is"
    return InstallError(f"{name!r} is not installed here.", hint=hint)


def _elsewhere(found: Installed) -> InstallRefused:
    return InstallRefused(
        f"{found.name} {found.version} is not in an environment that load may change.",
        context=[f"it lies in {found.folder}"],
        hint="what lies in overlays goes with them: load cache prune",
        reason="read-only",
    )


def _refuse_loaded(chosen: Mapping[str, Installed]) -> None:
    from load._install.solving import loaded

    standing = loaded(dict(chosen))
    if not standing:
        return
    first = next(iter(standing.values()))
    again = f"load uninstall {' '.join(chosen)}"
    if installed.own_needs().intersection(standing):  # a fresh process would have loaded it, too
        again = " ".join(shown_command("pip", "uninstall", chosen))
    raise VersionConflict(
        f"{', '.join(standing)} is loaded in this program and cannot be removed under it.",
        hint=f"in a fresh process: {again}",
        distribution=first.name,
        present=first.version,
    )


def _refuse_needed(chosen: Mapping[str, Installed]) -> None:
    """What other distributions need stays; so do the tools, and `load` with what it needs."""
    own = sorted(set(chosen) & {*_TOOLS})
    if own:
        raise InstallRefused(
            f"{', '.join(own)} is what load itself works with.",
            hint=f"if you mean it: {' '.join(shown_command('pip', 'uninstall', own))}",
            reason="needed",
        )
    lines = [
        f"{other.name} {other.version} needs {name}"
        for other in installed.visible().values()
        if other.name not in chosen
        for name in installed.requires(other)
        if name in chosen
    ]
    if lines:
        raise InstallRefused(
            f"{', '.join(chosen)} not removed: something that is installed needs it.",
            context=lines,
            hint=f"remove that as well, or: load uninstall --force {' '.join(chosen)}",
            reason="needed",
        )


def _ask(chosen: Mapping[str, Installed], goal: Target, caller: Caller, because: str) -> None:
    from load._install.permission import Permission

    changes = [Change(each.name, each.version, None) for each in chosen.values()]
    Permission((), caller, goal, explicit=False).ask(changes, choose(), because)


def _remove(chosen: Mapping[str, Installed], goal: Target, caller: Caller) -> Outcome:
    from load._install.failures import BackendError

    backend = choose()
    _console.attach()
    started = time.perf_counter()
    try:
        backend.remove(list(chosen))
    except BackendError as error:
        raise refusal.not_removed(list(chosen), error) from None
    afterwards.refresh()
    changes = [Change(each.name, each.version, None) for each in chosen.values()]
    journal.append(
        goal.state_folder,
        action="uninstall",
        requirements=list(chosen),
        changes=changes,
        caller=caller,
        reason="asked for by name",
        command=shown_command(backend.name, "uninstall", chosen),
        backend=backend.name,
        target=sys.prefix,
        script=None,
    )
    seconds = time.perf_counter() - started
    _events.emit(
        _events.InstallFinished(
            list(chosen), changes, backend=backend.name, target=sys.prefix, overlay=False, seconds=seconds
        )
    )
    return Outcome(changes, [goal.folder or ""])

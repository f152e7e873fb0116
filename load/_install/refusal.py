"""The errors of installing, in words: what was refused or went wrong, and what to type next."""

from __future__ import annotations

import os
import sys

from load import _config, _interpreter
from load._console.person import running_kernel
from load._install.blame import settled
from load._install.hints import hint_for
from load._install.indexes import index_of
from load.errors import InstallError, InstallRefused, NotProvided, VersionConflict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from load._events import Change
    from load._install.failures import BackendError
    from load._install.inspection import Danger
    from load._install.installed import Installed
    from load._install.lock_file import Locked
    from load._install.policy import Need, Verdict
    from load._install.target import Target


_SHOWN = 5  # dangers told one by one


def refused(pairs: Sequence[tuple[Need, Verdict]], target: Target) -> InstallRefused:
    """The policy said no."""
    need, verdict = pairs[0]
    if verdict.reason == "lock":
        return _not_in_lock(pairs)
    lines = [f"{each.asked}: {why.because}" for each, why in pairs]
    return InstallRefused(
        f"{_names([each for each, _ in pairs])} not installed, and load may not install {_it(pairs)} here.",
        context=lines,
        hint=_next_step([each for each, _ in pairs], verdict, target),
        name=_missing_name(need),
        reason=verdict.reason,
    )


def _not_in_lock(pairs: Sequence[tuple[Need, Verdict]]) -> InstallRefused:
    """Under `install = locked` only what the lock holds may come."""
    return InstallRefused(
        f"{_names([each for each, _ in pairs])} not installed, and only what the lock holds may be.",
        context=[f"{each.asked}: {why.because}" for each, why in pairs],
        hint="write it into the lock where it is installed: load lock SCRIPT",
        name=_missing_name(pairs[0][0]),
        reason="lock",
    )


def _missing_name(need: Need) -> str | None:
    """`ImportError.name`: the first missing part, as Python has it (3.15 imports the parents of a dotted one)."""
    root = need.module.partition(".")[0]
    return (need.module if root in sys.modules else root) or None


def _next_step(needs: Sequence[Need], verdict: Verdict, target: Target) -> str:
    if verdict.reason == "near-miss" and not needs[0].is_direct:
        return f"did you mean {verdict.suggestion!r}? If not, list {needs[0].asked!r} in the setting allow"
    if verdict.reason == "third-party":
        return f"load install {_arguments(needs)}, or list the package in the setting trust"
    if running_kernel() is not None and (setting := _what_to_set(needs, verdict)):
        return setting
    if verdict.reason == "policy" and _config.get("install") == "ask":
        return f"at a terminal: load install {_arguments(needs)}"
    if verdict.reason == "offline":
        return _without_network(needs, target)
    if verdict.reason in ("policy", "frozen"):
        return command(needs, target)
    return f"load install {_arguments(needs)}"


def _what_to_set(needs: Sequence[Need], verdict: Verdict) -> str:
    """What a notebook needs that is run where nobody answers, as under nbconvert and papermill."""
    if verdict.reason == "policy" and _config.get("install") == "ask":
        if _config.lookup("install")[1].startswith("LOAD_INSTALL"):
            return "run the notebook with LOAD_INSTALL=known"
        return 'load.configure(install="known") in a cell before, where nobody can be asked'
    by_name = not any(need.is_direct for need in needs) and not _config.get("exclude_newer")
    if verdict.reason in ("unknown-name", "heavy") and by_name:
        names = [*_config.get("allow"), *(need.distribution or need.module for need in needs)]
        return f"load.configure(allow={names!r}) in a cell before, where nobody can be asked"
    return ""


def _without_network(needs: Sequence[Need], target: Target) -> str:
    """What brings it where nothing may be fetched: pip, of what lies on this machine."""
    if all(need.requirement.endswith(".whl") and os.path.isfile(need.requirement) for need in needs):
        return f"{_pip(target)} --no-index {_arguments(needs)}"
    if any(need.is_direct for need in needs):
        return f"where offline is off: load install {_arguments(needs)}"
    by_pip = f"{_pip(target)} --no-index --find-links FOLDER {_arguments(needs)}"
    return f"switch offline off, or install it from a folder of wheels: {by_pip}"


def command(needs: Sequence[Need], target: Target) -> str:
    """What brings it without `load`; a bound name is left to `load`, which keeps it to its index."""
    if not _interpreter.is_python():
        modules = [need.module for need in needs if need.module]
        return _interpreter.how_to_bundle([need.requirement for need in needs], modules)
    if any(need.distribution and index_of(need.distribution) for need in needs):
        return f"load install {_arguments(needs)}, where that is allowed (it is bound to a private index)"
    return f"{_pip(target)} {_arguments(needs)}"


def _pip(target: Target) -> str:
    if target.is_overlay:
        return "in a virtual environment: python -m pip install"
    return f"{_quoted(sys.executable)} -m pip install"


def _arguments(needs: Sequence[Need]) -> str:
    return " ".join(_quoted(need.requirement) for need in needs)


def _quoted(text: str) -> str:
    from shlex import quote

    return quote(text)


def _names(needs: Sequence[Need]) -> str:
    names = [repr(need.asked) for need in needs]
    return f"{names[0]} is" if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]} are"


def _subject(needs: Sequence[Need]) -> str:
    return _names(needs) if needs else "the lock was"


def _it(items: Sequence[object]) -> str:
    return "it" if len(items) == 1 else "them"


def declined(needs: Sequence[Need]) -> InstallRefused:
    """A person said no."""
    return InstallRefused(
        f"{_subject(needs)} not installed: the answer was no.",
        hint=f"to install it after all: load install {_arguments(needs)}" if needs else "load sync --yes",
        name=_missing_name(needs[0]) if needs else None,
        reason="declined",
    )


def no_wheel(needs: Sequence[Need], error: BackendError) -> InstallRefused:
    """Only its source is there, and nobody could agree to a build."""
    return InstallRefused(
        f"{_names(needs)} not installed: there is no wheel for this Python, and building its source runs its code.",
        context=error.context,
        hint=f"at a terminal: load install {_arguments(needs)}",
        name=_missing_name(needs[0]),
        reason="build",
        command=error.command,
        last_lines=error.last_lines,
    )


def replacement(needs: Sequence[Need], replaced: Sequence[Change]) -> InstallRefused:
    """It would change what is installed, and nobody could agree to that."""
    return InstallRefused(
        f"{_subject(needs)} not installed: it would change what is installed already.",
        context=[str(change) for change in replaced],
        hint=f"at a terminal: load install {_arguments(needs)}" if needs else "load sync --yes",
        name=_missing_name(needs[0]) if needs else None,
        reason="replacement",
    )


def source_build(needs: Sequence[Need]) -> InstallRefused:
    """Only the source's own code could say what it needs, and nobody could agree to run it."""
    built = [need for need in needs if need.builds and not need.trusted_source]
    return InstallRefused(
        f"{_names(built)} not installed: its source has to be built, which runs its code.",
        hint=f"name a full commit id, or at a terminal: load install {_arguments(built)}",
        name=_missing_name(built[0]),
        reason="build",
    )


def not_removed(names: Sequence[str], error: BackendError) -> InstallError:
    """The backend could not remove something."""
    return InstallError(
        f"{', '.join(names)} could not be removed.",
        context=error.context,
        hint="see the last lines above",
        command=error.command,
        exit_code=error.exit_code,
        last_lines=error.last_lines,
        kind=error.kind,
    )


def unreachable(needs: Sequence[Need], said: str, seconds: float) -> InstallRefused:
    """The index could not be reached a moment ago; it is not tried again at once."""
    return InstallRefused(
        f"{_names(needs)} not installed: the package index could not be reached a moment ago.",
        context=[said, f"it is tried again in {seconds:.0f} s, or at once by: load install {_arguments(needs)}"],
        hint="check the network, or install it where there is one",
        name=_missing_name(needs[0]),
        reason="offline",
    )


def unsafe(needs: Sequence[Need], dangers: Sequence[Danger]) -> InstallRefused:
    """What came with it would do more than be imported; it was removed, or never put there."""
    names = list(dict.fromkeys(danger.distribution for danger in dangers))
    return InstallRefused(
        f"{_subject(needs)} not installed: {', '.join(names)} would do more than be imported.",
        context=[str(danger) for danger in dangers[:_SHOWN]] + _and_more(len(dangers) - _SHOWN),
        hint=f"if you trust it, list it in the setting allow: {', '.join(names)}",
        name=_missing_name(needs[0]) if needs else None,
        reason="unsafe",
    )


def _and_more(count: int) -> list[str]:
    return [f"and {count} more"] if count > 0 else []


def not_repaired(target: Target, requirements: Sequence[str], error: BackendError) -> InstallError:
    """An install that was cut off has taken something away, and it could not be installed anew."""
    return InstallError(
        f"An install into {target.name} was cut off while it replaced something, and could not be carried out anew.",
        context=error.context,
        hint=f"load install {' '.join(_quoted(each) for each in requirements)}",
        command=error.command,
        exit_code=error.exit_code,
        last_lines=error.last_lines,
        kind=error.kind,
    )


def locked_conflict(blocked: Sequence[tuple[Installed, Locked]]) -> VersionConflict:
    """The lock holds other versions of what this program has loaded."""
    first, locked = blocked[0]
    return VersionConflict(
        "The lock holds another version of what this program has loaded.",
        context=[f"loaded: {each.name} {each.version}, locked: {other.version}" for each, other in blocked],
        hint="in a fresh process, before anything else is imported: load sync",
        distribution=first.name,
        present=first.version,
        wanted=f"{locked.name}=={locked.version}",
    )


def loaded_conflict(
    needs: Sequence[Need], loaded: Mapping[str, Installed], error: BackendError
) -> VersionConflict | BackendError | InstallError:
    """What is asked for cannot live with what the running program has loaded."""
    involved = [each for name, each in loaded.items() if any(name in line for line in error.last_lines)]
    if not involved:
        return explained(error, needs)
    standing = ", ".join(f"{each.name} {each.version}" for each in involved)
    return VersionConflict(
        f"{_names(needs)} not installed: it needs other versions of what this program has loaded.",
        context=[f"loaded: {standing}", *error.context],
        hint=f"in a fresh process, before anything else is imported: load install {_arguments(needs)}",
        name=_missing_name(needs[0]),
        distribution=involved[0].name,
        present=involved[0].version,
        wanted=", ".join(need.requirement for need in needs),
    )


def overlay_conflict(
    needs: Sequence[Need], error: BackendError | None, replaced: Sequence[Change] = ()
) -> VersionConflict:
    """An overlay only adds; what lies below it cannot be changed by it."""
    lines = [*(str(change) for change in replaced), *(error.context if error is not None else ())]
    return VersionConflict(
        f"{_subject(needs)} not installed: an overlay cannot change what is installed below it.",
        context=lines,
        hint=f"make a virtual environment for it (python -m venv .venv), or use {_in_a_worker(needs)}",
        name=_missing_name(needs[0]) if needs else None,
        wanted=", ".join(need.requirement for need in needs),
    )


def _in_a_worker(needs: Sequence[Need]) -> str:
    """The call that has other versions in a process of their own."""
    return f"load.isolated({', '.join(repr(need.asked) for need in needs)})"


def not_provided(needs: Sequence[Need], provided: Sequence[str]) -> NotProvided:
    """The distribution came without the import name."""
    need = needs[0]
    what = f"it provides {', '.join(map(repr, provided))}" if provided else "it provides no module of that name"
    return NotProvided(
        f"{need.distribution or need.requirement!r} was installed for {need.module!r}, but {what}; "
        "it was removed again.",
        context=[f"asked for {each.asked!r}, installed {each.requirement!r}" for each in needs],
        hint=f'name the distribution: "{need.module} @ pypi:DISTRIBUTION"',
        name=_missing_name(need),
    )


def explained(error: BackendError, needs: Sequence[Need]) -> InstallError:
    """A backend's failure, saying what it was about."""
    error = settled(error, [need.distribution or need.requirement for need in needs])
    return InstallError(
        f"{_subject(needs)} not installed: {error.message[:1].lower()}{error.message[1:]}",
        context=error.context,
        hint=hint_for(error, needs),
        name=_missing_name(needs[0]) if needs else None,
        command=error.command,
        exit_code=error.exit_code,
        last_lines=error.last_lines,
        kind=error.kind,
    )

"""The functions of `load` itself that change an environment, or tell of it: installs, locks, overlays, the journal."""

from __future__ import annotations

import sys

from load._caller import find_caller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from load._install.installer import Outcome
    from load._install.plan import Plan
    from load._resolve.doctor import Diagnosis
    from load._resolve.freeze import Frozen
    from load._resolve.history import History
    from load._resolve.lock import LockResult
    from load._resolve.overlays import Overlays
    from load._resolve.plain_imports import AutoInstall


def install(*specs: str) -> Outcome:
    """Install whatever is missing, in one step, and import nothing.

    Args:
        specs: as for `load(...)`.

    Returns:
        What changed (`.changes`).

    Raises:
        SourceError: a spec cannot be read, or leads nowhere.
        InstallRefused: the policy or a person said no.
        InstallError: the backend failed.
    """
    from load._resolve.install import install_specs

    return install_specs(specs, find_caller(sys._getframe(1)))


def plan(*specs: str) -> Plan:
    """Tell what `install` would change, without changing anything and without asking anybody.

    Args:
        specs: as for `load(...)`.

    Returns:
        A plan, which is true if something would change. Iterate over its changes (`.name`, `.old`, `.new`, `.kind`,
        `.size` in bytes, `.uploaded`, `.source`); `.verdict` and `.reasons` say what the policy would do; `print` shows
        a table.

    Raises:
        SourceError: a spec cannot be read, or leads nowhere.
        InstallRefused: the plan cannot be made without running code that nobody agreed to.
        VersionConflict: something that is loaded stands in the way.
        InstallError: there is no solution, or the backend failed.
    """
    from load._resolve.install import plan_specs

    return plan_specs(specs, find_caller(sys._getframe(1)))


def uninstall(*names: str, force: bool = False) -> Outcome:
    """Remove distributions from the environment, or from the overlays.

    Args:
        names: names of distributions, or import names.
        force: also remove what other distributions, or `load` itself, need.

    Returns:
        What changed (`.changes`).

    Raises:
        InstallRefused: nothing may be changed here, or something else needs it.
        VersionConflict: it is loaded in this process.
        InstallError: it is not installed, or the backend failed.
    """
    from load._resolve.uninstall import uninstall as remove

    return remove(names, find_caller(sys._getframe(1)), force=force)


def history(name: str | None = None) -> History:
    """Tell what was installed here: when, who asked, what changed, why it was allowed, by which command.

    Args:
        name: a distribution; only the entries in which it changed.

    Returns:
        Entries of the journals of the environment and the overlays, oldest first; `print` shows a table.

    Raises:
        OSError: a journal is there and cannot be read.
    """
    from load._resolve.history import history as read

    return read() if name is None else read().about(name)


def lock(
    *scripts: str,
    path: str | None = None,
    upgrade: bool = False,
    upgrade_packages: Sequence[str] = (),
    allow: Sequence[str] = (),
) -> LockResult:
    """Write a lock (PEP 751) of what this process has loaded, or of what scripts need.

    Args:
        scripts: paths of scripts and notebooks; none means what this process has loaded.
        path: the file to write; `pylock.load.toml` beside the project's file by default.
        upgrade: allow newer versions than those in an existing lock.
        upgrade_packages: allow newer versions of these distributions.
        allow: names that `load` does not know, but that may be locked.

    Returns:
        What was locked (`.path`, `.packages`, `.modules`).

    Raises:
        SourceError: a script cannot be read.
        InstallError: the backend could not resolve it.
        ConfigError: there is nothing to lock, or a lock that is there cannot be read.
    """
    from load._resolve.lock import lock as write

    caller = find_caller(sys._getframe(1))
    return write(scripts, caller, path, upgrade=upgrade, upgrade_packages=upgrade_packages, allow=allow)


def sync(path: str | None = None, *, dry_run: bool = False, exact: bool = False, yes: bool = False) -> Outcome | Plan:
    """Make the target match a lock.

    Args:
        path: the lock; the project's by default.
        dry_run: change nothing, and only tell what would change.
        exact: also remove what is not in the lock.
        yes: replace and remove without asking.

    Returns:
        What changed, or with `dry_run` what would change.

    Raises:
        ConfigError: there is no lock, or it cannot be read.
        VersionConflict: another version of something is loaded.
        InstallRefused: something would be replaced, and nobody agreed.
        InstallError: the backend failed.
    """
    from load._resolve.sync import sync as match

    return match(path, dry_run=dry_run, exact=exact, yes=yes, caller=find_caller(sys._getframe(1)))


def freeze(script: str, *, loose: bool = False) -> Frozen:
    """Write what a script needs into it (PEP 723), so that `uv run SCRIPT` works on another machine.

    Args:
        script: path of a script or notebook; only its block is changed, every other byte stays.
        loose: allow later versions (`>=`) instead of exactly the installed ones (`==`).

    Returns:
        What was written (`.path`, `.requirements`, `.changed`).

    Raises:
        SourceError: the script cannot be read, or its block is not valid.
        ResolveError: something that it needs is not installed, so that its version is not known.
    """
    from load._resolve.freeze import freeze as write

    return write(script, find_caller(sys._getframe(1)), loose=loose)


def doctor(*, online: bool = False) -> Diagnosis:
    """Tell what `load` uses here, and what would go wrong; nothing is changed.

    Args:
        online: also ask the indexes, which takes as long as they take to answer.

    Returns:
        A diagnosis (`.facts`, `.settings`, `.findings`, `.problems`); print it to read it.
    """
    from load._resolve.doctor import doctor as examine

    return examine(online=online)


def overlays() -> Overlays:
    """Give the overlays in this user's cache: iterate over them, `.prune(days=…)` them, `.verify()` them."""
    from load._resolve.overlays import overlays as collect

    return collect()


def enable_auto_install() -> None:
    """Let ordinary import statements install what is missing, under the same policy as `load.<name>`."""
    from load._resolve.plain_imports import enable

    enable()


def disable_auto_install() -> None:
    """Undo `enable_auto_install`."""
    from load._resolve.plain_imports import disable

    disable()


def auto_install() -> AutoInstall:
    """Let ordinary import statements install what is missing within a `with` block."""
    from load._resolve.plain_imports import AutoInstall as Block

    return Block()

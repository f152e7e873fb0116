"""The functions of `load` itself, each one call deep.

The facade imports this module when the first of them is named; what one needs is imported when it is called.
"""

from __future__ import annotations

import sys

from load._caller import find_caller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping, Sequence
    from typing import Any, TypeVar

    from load._config import Override
    from load._events import Event
    from load._install.installer import Outcome
    from load._install.plan import Plan
    from load._reference import Reference
    from load._resolve.doctor import Diagnosis
    from load._resolve.freeze import Frozen
    from load._resolve.history import History
    from load._resolve.ledger import Info
    from load._resolve.lock import LockResult
    from load._resolve.overlays import Overlays
    from load._resolve.plain_imports import AutoInstall
    from load._resolve.why import Why
    from load._unload.temporary import Temporarily

    AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])


def alias(name: str, target: str | None) -> None:
    """Give an import name a short name of your own, for this process: `load.alias("tk", "tkinter")`, then `load.tk`.

    It goes before everything else that `load.<name>` could mean, the API excepted.

    Args:
        name: the short name: an identifier that is no keyword and that `load` does not use itself.
        target: the dotted import name that it stands for; None takes the alias back.

    Raises:
        ConfigError: `name` or `target` cannot be used so.
    """
    from load._api.own_aliases import set_alias

    set_alias(name, target)


def available(name: str) -> bool:
    """Tell whether a module could be imported now, without importing or installing anything.

    Args:
        name: a dotted import name or an alias; or "package.name", a name of a lazy package, which is there
            if what it leads to, and what that imports at once, can be found.

    Raises:
        SourceError: it is no name but a spec; `load.why` tells about those.
    """
    from load._api.availability import is_available

    return is_available(name)


def why(spec: str) -> Why:
    """Tell how a name or spec would be resolved, without doing it.

    Args:
        spec: whatever `load(...)` takes.

    Returns:
        An object with `.module`, `.distribution`, `.known`, `.found`, `.table`, `.verdict` and more; `str` of it is
        for people, `.as_dict()` is what `load why --json` prints.

    Raises:
        SourceError: it cannot be read.
    """
    from load._resolve.why import why as explain

    return explain(spec, find_caller(sys._getframe(1)))


def info() -> Info:
    """Tell what was loaded through `load` in this process: when, from where, how long it took, which version.

    Returns:
        Entries in the order in which they were asked for; `info()["numpy"]` gives one, `str` a table.
    """
    from load._resolve.ledger import info as collect

    return collect()


def import_aliases(*specs: str, into: MutableMapping[str, Any] | None = None) -> Any:
    """Load several things at once, as in `np, plt = load.import_aliases("np=numpy", "plt=matplotlib.pyplot")`.

    All that is missing is installed in one solve.

    Args:
        specs: as for `load(...)`. The field of each is its alias, else the last segment of its name.
        into: a namespace that they are bound in as well, as `globals()`.

    Returns:
        A named tuple in the order of the specs, also for a single one.

    Raises:
        SourceError: a spec cannot be read, or two have the same field.
        ImportError: something cannot be had; one error names all that failed, and nothing is bound.
    """
    from load._api.binding import resolve_together

    return resolve_together(specs, find_caller(sys._getframe(1)), into)


def requires(*specs: str) -> Callable[[AnyFunction], AnyFunction]:
    """Decorate a function with what it needs: `@requires("numpy>=1.21", "plt=matplotlib.pyplot")`.

    At its first call they are loaded and bound in the function's module for good, as import statements there would do;
    the names are those of `import_aliases`. If that fails, the next call tries again.

    Args:
        specs: as for `load(...)`.

    Returns:
        A decorator for functions, methods, coroutine functions, generators and asynchronous generators; the
        decorated one is still of that kind, and keeps its name, docstring and signature.

    Raises:
        SourceError: a spec cannot be read or two have the same name, at the decoration; the name stands for
            something else in the module already, at the call.
        ImportError: something cannot be had, at the call.
    """
    from load._api.decorator import requirement

    return requirement(specs, find_caller(sys._getframe(1)))


def resolve(target: str | Reference) -> Any:
    """Give the object that a spec or a reference names; the same as `load(spec)`.

    Raises:
        SourceError: it cannot be read.
        ImportError: it cannot be had.
    """
    from load._api.binding import resolve_each

    return resolve_each((str(target),), find_caller(sys._getframe(1)))[0].value


def install(*specs: str) -> Outcome:
    """Install what is not there, in one solve, and import nothing.

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
        A plan: true if something would change; it iterates over the changes (`.name`, `.old`, `.new`, `.kind`, `.size`
        in bytes, `.uploaded`, `.source`), `.verdict` and `.reasons` are the policy's word, `str` is a table.

    Raises:
        SourceError: a spec cannot be read, or leads nowhere.
        InstallRefused: it cannot be told without running code that nobody agreed to.
        VersionConflict: something that is loaded stands in the way.
        InstallError: there is no solution, or the backend failed.
    """
    from load._resolve.install import plan_specs

    return plan_specs(specs, find_caller(sys._getframe(1)))


def uninstall(*names: str, force: bool = False) -> Outcome:
    """Remove distributions from the environment, or from the overlays.

    Args:
        names: names of distributions, or import names.
        force: whether to remove what other distributions need, and what `load` itself needs.

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
        Entries of the environment's and the overlays' journals, the oldest first; `str` is a table.

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
        upgrade: whether the versions that an existing lock holds are given up.
        upgrade_packages: distributions whose versions are given up.
        allow: names that no table knows and that may be locked all the same.

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
        dry_run: whether only to tell what would change.
        exact: whether what the lock does not hold is removed.
        yes: whether replacing and removing is agreed to already.

    Returns:
        What changed, or with `dry_run` what would.

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
        script: path of a script or notebook; all but the block keeps every byte.
        loose: whether later versions are admitted (`>=`), not only those that are installed (`==`).

    Returns:
        What was written (`.path`, `.requirements`, `.changed`).

    Raises:
        SourceError: the script cannot be read, or its block is not valid.
        ResolveError: something that it needs is not installed, so that its version is not known.
    """
    from load._resolve.freeze import freeze as write

    return write(script, find_caller(sys._getframe(1)), loose=loose)


def doctor(*, online: bool = False) -> Diagnosis:
    """Tell what `load` would work with here, and what would go wrong; nothing is changed.

    Args:
        online: whether the indexes are asked, too; that takes as long as they do.

    Returns:
        A diagnosis (`.facts`, `.settings`, `.findings`, `.problems`); `str` is for people.
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
    """Take `enable_auto_install` back, without trace."""
    from load._resolve.plain_imports import disable

    disable()


def auto_install() -> AutoInstall:
    """Let ordinary import statements install what is missing within a `with` block."""
    from load._resolve.plain_imports import AutoInstall as Block

    return Block()


def temporarily(*specs: str) -> Temporarily:
    """Load modules for the length of a `with` block: `with load.temporarily("yaml") as yaml:`.

    What the block brought in is taken out after it, and nothing that was there before; packages with extension modules
    stay. `t = load.temporarily(...)` tells in `t.report` what became of each.

    Args:
        specs: as for `load(...)`; with several the block gets a tuple.

    Raises:
        SourceError: a spec cannot be read, at the entry.
        ImportError: something cannot be had, at the entry.
    """
    from load._api.binding import resolve_each
    from load._unload.temporary import Temporarily

    return Temporarily(specs, find_caller(sys._getframe(1)), resolve_each)


import_temporarily = temporarily


def configure(**settings: object) -> None:
    """Set settings for this process, as in `load.configure(install="never")`; None takes one back.

    Args:
        settings: install, backend, allow, trust, packages, offline, timeout (seconds), cache_dir, submodules,
            track_memory, auto_print, quiet.

    Raises:
        ConfigError: there is no such setting, or it cannot have that value; nothing is changed then.
    """
    from load._config import configure as set_settings

    set_settings(**settings)
    if settings.get("track_memory"):
        from load._imports.memory import watch

        watch()


def override(**settings: object) -> Override:
    """Set settings for the length of a `with` block, in this thread or task only.

    Raises:
        ConfigError: there is no such setting, or it cannot have that value.
    """
    from load._config import Override

    return Override(settings)


def activate(script: str | None = None) -> tuple[str, ...]:
    """Put the overlays that a script used before on `sys.path`, so that plain imports find what is in them.

    Args:
        script: path of the script; the one that runs, by default.

    Returns:
        The folders of all overlays that are active now.
    """
    from load._resolve.programs import activate as activate_overlays

    return activate_overlays(script)


def child_env() -> dict[str, str]:
    """Give the environment for a subprocess that is to find what this process finds, active overlays included."""
    from load._resolve.programs import child_env as environment

    return environment()


def subscribe(subscriber: Callable[[Event], object]) -> Callable[[], None]:
    """Call `subscriber` with every event from now on, in the thread where it happens.

    Returns:
        A function that ends it.
    """
    from load._events import subscribe as begin

    return begin(subscriber)


def enable_auto_print() -> None:
    """Print one line on standard error for each thing loaded from now on: name, version, how it came, time, memory."""
    from load._notebook.auto_print import enable_auto_print as enable

    enable()


def disable_auto_print() -> None:
    """Print nothing any more for what is loaded, whatever the setting `auto_print` says."""
    from load._notebook.auto_print import disable_auto_print as disable

    disable()

"""The functions of `load` itself, each one call deep.

The facade imports this module when the first of them is named; what one needs is imported when it is called.
"""

from __future__ import annotations

import sys

from load._caller import find_caller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping
    from typing import Any, TypeVar

    from load._config import Override
    from load._events import Event
    from load._reference import Reference
    from load._resolve.info import Info
    from load._resolve.why import Why
    from load._unload.temporary import Temporarily

    AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])


def alias(name: str, target: str | None) -> None:
    """Give an import name a short name of your own, for this process: `load.alias("tk", "tkinter")`, then `load.tk`.

    It takes precedence over everything else that `load.<name>` could mean, except the API itself.

    Args:
        name: the short name: an identifier that is not a keyword and that `load` does not use itself.
        target: the dotted import name that it stands for; None removes the alias.

    Raises:
        ConfigError: `name` or `target` cannot be used for this.
    """
    from load._api.own_aliases import set_alias

    set_alias(name, target)


def available(name: str) -> bool:
    """Tell whether a module could be imported now, without importing or installing anything.

    Args:
        name: a dotted import name or an alias; or "package.name" for a name of a lazy package, which is available
            if the module that it leads to, and what that module imports at once, can be found.

    Raises:
        SourceError: it is not a name but a spec; ask `load.why` about those.
    """
    from load._api.availability import is_available

    return is_available(name)


def why(spec: str) -> Why:
    """Tell how a name or spec would be resolved; nothing is imported or installed.

    Args:
        spec: whatever `load(...)` takes.

    Returns:
        An object with `.module`, `.distribution`, `.known`, `.found`, `.table`, `.verdict` and more. Print it, or use
        `.as_dict()`, which is what `load why --json` prints.

    Raises:
        SourceError: it cannot be read.
    """
    from load._resolve.why import why as explain

    return explain(spec, find_caller(sys._getframe(1)))


def info() -> Info:
    """Tell what was loaded through `load` in this process: when, from where, how long it took, which version.

    Returns:
        Entries in the order in which they were asked for; `info()["numpy"]` gives one, and `print` shows a table.
    """
    from load._resolve.info import info as collect

    return collect()


def import_aliases(*specs: str, into: MutableMapping[str, Any] | None = None) -> Any:
    """Load several things at once, as in `np, plt = load.import_aliases("np=numpy", "plt=matplotlib.pyplot")`.

    Everything that is missing is installed in one step.

    Args:
        specs: as for `load(...)`. The field of each is its alias, else the last segment of its name.
        into: a namespace in which they are bound as well, such as `globals()`.

    Returns:
        A named tuple in the order of the specs, also for a single one.

    Raises:
        SourceError: a spec cannot be read, or two have the same field.
        ImportError: something could not be loaded; one error names everything that failed, and nothing is bound.
    """
    from load._api.binding import resolve_together

    return resolve_together(specs, find_caller(sys._getframe(1)), into)


def requires(*specs: str) -> Callable[[AnyFunction], AnyFunction]:
    """Decorate a function with what it needs: `@requires("numpy>=1.21", "plt=matplotlib.pyplot")`.

    At the first call they are loaded and bound in the function's module for good, as import statements there would do,
    under the names that `import_aliases` would give them. If that fails, the next call tries again.

    Args:
        specs: as for `load(...)`.

    Returns:
        A decorator for functions, methods, coroutine functions, generators and asynchronous generators; what it
        decorates stays of that kind, and keeps its name, docstring and signature.

    Raises:
        SourceError: at the decoration, if a spec cannot be read or two have the same name; at the call, if the name
            already stands for something else in the module.
        ImportError: at the call, if something could not be loaded.
    """
    from load._api.decorator import requirement

    return requirement(specs, find_caller(sys._getframe(1)))


def resolve(target: str | Reference) -> Any:
    """Give the object that a spec or a reference names; the same as `load(spec)`.

    Args:
        target: a spec, or a `Reference`.

    Returns:
        The object itself: a module, or what its attribute is.

    Raises:
        SourceError: it cannot be read.
        ImportError: it could not be loaded.
    """
    from load._api.binding import resolve_each

    return resolve_each((str(target),), find_caller(sys._getframe(1)))[0].value


def temporarily(*specs: str) -> Temporarily:
    """Load modules for the length of a `with` block: `with load.temporarily("yaml") as yaml:`.

    What the block imported is removed after it, with what it has registered, and nothing that was there before.
    Packages with extension modules stay, and so does what something else keeps. With `t = load.temporarily(...)`,
    `t.report` says what became of each module, and `t.preview()`, within the block, what would. The folder of a path
    is the last entry of `sys.path` during the block.

    Args:
        specs: as for `load(...)`; with several the block gets a tuple.

    Raises:
        SourceError: on entry, if a spec cannot be read.
        ImportError: on entry, if something could not be loaded.
    """
    from load._api.binding import resolve_each
    from load._unload.temporary import Temporarily

    return Temporarily(specs, find_caller(sys._getframe(1)), resolve_each)


import_temporarily = temporarily


def configure(**settings: object) -> None:
    """Set settings for this process, as in `load.configure(install="never")`; None undoes one.

    Args:
        settings: install, allow, trust, packages, backend, index, exclude_newer, offline, timeout (seconds), cache_dir,
            submodules, track_memory, auto_print, print_limit, quiet.

    Raises:
        ConfigError: there is no such setting, or the value is not valid; nothing is changed then.
    """
    from load._config import configure as set_settings

    set_settings(**settings)
    if settings.get("track_memory"):
        from load._imports.profiling.memory import watch

        watch()


def override(**settings: object) -> Override:
    """Set settings for the length of a `with` block, in this thread or task only.

    Args:
        settings: their names and values, as for `configure`.

    Returns:
        A context manager: `with load.override(install="never"): …`.

    Raises:
        ConfigError: there is no such setting, or the value is not valid.
    """
    from load._config import Override

    return Override(settings)


def activate(script: str | None = None) -> tuple[str, ...]:
    """Put the overlays that a script used before on `sys.path`, so that plain imports find what is in them.

    Args:
        script: path of the script; by default the one that runs.

    Returns:
        The folders of all overlays that are active now.
    """
    from load._resolve.programs import activate as activate_overlays

    return activate_overlays(script)


def child_env() -> dict[str, str]:
    """Give the environment for a subprocess that should find what this process finds, active overlays included."""
    from load._resolve.programs import child_env as environment

    return environment()


def subscribe(subscriber: Callable[[Event], object]) -> Callable[[], None]:
    """Call `subscriber` with every event from now on, in the thread where it happens.

    Args:
        subscriber: called with one event each time; the reference lists the kinds of events.

    Returns:
        A function that ends the subscription.
    """
    from load._events import subscribe as begin

    return begin(subscriber)

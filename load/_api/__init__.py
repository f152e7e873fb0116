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
    from load._resolve.info import info as collect

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

    Args:
        target: a spec, or a `Reference`.

    Returns:
        The object itself: a module, or what its attribute is.

    Raises:
        SourceError: it cannot be read.
        ImportError: it cannot be had.
    """
    from load._api.binding import resolve_each

    return resolve_each((str(target),), find_caller(sys._getframe(1)))[0].value


def temporarily(*specs: str) -> Temporarily:
    """Load modules for the length of a `with` block: `with load.temporarily("yaml") as yaml:`.

    What the block brought in is taken out after it, with what that has registered, and nothing that was there before;
    packages with extension modules stay, and what something holds for good. `t = load.temporarily(...)` tells in
    `t.report` what became of each, and in `t.preview()`, within the block, what would. The folder of a path is on
    `sys.path` for the length of the block, as its last entry.

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
            track_memory, auto_print, print_limit, quiet.

    Raises:
        ConfigError: there is no such setting, or it cannot have that value; nothing is changed then.
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
        What stands in the `with`.

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

    Args:
        subscriber: is called with one event each time; see the page of the events for their kinds.

    Returns:
        A function that ends it.
    """
    from load._events import subscribe as begin

    return begin(subscriber)

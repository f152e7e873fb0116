"""The functions of `load` itself that take modules out again."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, ModuleType

    from load._unload.report import UnloadReport


def unload(name: str | ModuleType, *, dry_run: bool = False, force: bool = False) -> UnloadReport:
    """Remove a module from the process, with everything below it, and with what only it needed.

    First it is worked out what can go completely and what would stay alive. Packages with extension modules and the
    standard library stay. So does a package that something else would keep in memory, such as a registration with
    `atexit`, `copyreg` or logging, or an object in a cache: the next import would only make a second copy of it.
    The report says which packages stay, and why.

    Args:
        name: the module, its name, or an alias of it.
        dry_run: change nothing, and only report what would go.
        force: remove it even if other modules use it or something keeps it in memory, and take back what it has
            registered with `copyreg`, logging, `warnings` and the import system. Packages with extension modules and
            the standard library stay nevertheless.

    Returns:
        A report, to be printed: what went, what stays and why, the bytes freed, what is still alive and who holds it.

    Raises:
        UnloadRefused: it is not loaded, is the program itself, `load`, something that `load` runs on or part of the
            interpreter; its code is running, or it is still being imported; without `force`, also if other modules
            use it, or its file is gone. Nothing was changed.
    """
    from load._unload.unloading import name_of
    from load._unload.unloading import unload as take_out

    name = name_of(name)
    return take_out(name, _asker(sys._getframe(1)), dry_run=dry_run, force=force)


def unload_report(name: str | ModuleType, *, force: bool = False) -> UnloadReport:
    """Tell what `load.unload` would do, without doing it; `.refused` says why it would refuse.

    Args:
        name: as for `load.unload`.
        force: as for `load.unload`.

    Raises:
        UnloadRefused: there is nothing to report: it is not loaded, or can never be removed.
    """
    from load._unload.unloading import name_of
    from load._unload.unloading import unload as look

    name = name_of(name)
    return look(name, _asker(sys._getframe(1)), dry_run=True, force=force)


def _asker(frame: FrameType) -> str:
    """The module that a frame runs."""
    name = frame.f_globals.get("__name__")
    return name if isinstance(name, str) else "__main__"

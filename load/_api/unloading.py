"""The functions of `load` itself that take modules out again."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, ModuleType

    from load._unload.report import UnloadReport


def unload(name: str | ModuleType, *, dry_run: bool = False, force: bool = False) -> UnloadReport:
    """Take a module out of the process: with all below it, and with what only it needed.

    First it is worked out what can go whole and what would go on living. Packages with extension modules and the
    standard library stay, as does a package that something holds which cannot let it go: what is registered with
    `atexit`, `copyreg` or logging, an object in somebody's cache. It would only be there twice after the next import.
    The report says which and why.

    Args:
        name: the module, or its name; an alias means what it stands for.
        dry_run: whether nothing is changed, and the report tells what would be.
        force: whether it goes also where other modules use it, or something holds it; and what it has registered
            with `copyreg`, logging, `warnings` and the import system is taken back. Extension packages and the
            standard library stay all the same.

    Returns:
        What went, what stays and why, the bytes that came back, what lives on and who holds it; `str` is for people.

    Raises:
        UnloadRefused: it is not loaded, is the program itself, `load`, something that `load` runs on or part of the
            interpreter; its code is running, or it is still being imported; without `force`, also where other modules
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
        UnloadRefused: there is nothing to tell: it is not loaded, or never goes.
    """
    from load._unload.unloading import name_of
    from load._unload.unloading import unload as look

    name = name_of(name)
    return look(name, _asker(sys._getframe(1)), dry_run=True, force=force)


def _asker(frame: FrameType) -> str:
    """The module that a frame runs."""
    name = frame.f_globals.get("__name__")
    return name if isinstance(name, str) else "__main__"

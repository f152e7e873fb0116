"""The working directory, and packages of one's own that a command imports: those in it, too, as with `python -m`."""

from __future__ import annotations

import os
import sys


def working_directory() -> str:
    """The folder in which a command was typed.

    Raises:
        LoadError: it was removed.
    """
    from load.errors import LoadError

    try:
        return os.getcwd()
    except OSError:
        raise LoadError("The working directory is not there any more.", hint="cd to a folder that is there") from None


def require(module: str) -> None:
    """Make sure that a module can be found, from here on in the working directory as well.

    Raises:
        SourceError: it is not an import name.
        ResolveError: it is not there.
    """
    from load._find import find
    from load._reference import Reference
    from load.errors import ResolveError

    Reference(module)
    here = working_directory()
    if here not in sys.path and not sys.flags.safe_path:
        sys.path.insert(0, here)
    if find(module) is None:
        raise ResolveError(
            f"There is no module {module!r}.",
            context=[f"looked for in {here}, and where Python looks"],
            hint=_meant(module) or f"go to the folder that holds it, or install it; load why {module} tells more",
            name=module,
        )


def _meant(module: str) -> str:
    """The modules beside it whose names are near; "" where none are."""
    from load._cli.completed_names import modules
    from load._names import near

    parent, dot, _ = module.rpartition(".")
    close = near(module, modules(f"{parent}{dot}"))
    return f"did you mean {', '.join(close)}?" if close else ""

"""Packages of one's own that a command imports: those of the working directory, too, as with `python -m`."""

from __future__ import annotations

import os
import sys


def require(module: str) -> None:
    """Make sure that a module can be found, from here on in the working directory as well.

    Raises:
        SourceError: it is no import name.
        ResolveError: it is not there.
    """
    from load._find import find
    from load._reference import Reference
    from load.errors import ResolveError

    Reference(module)
    here = os.getcwd()
    if here not in sys.path and not sys.flags.safe_path:
        sys.path.insert(0, here)
    if find(module) is None:
        raise ResolveError(
            f"There is no module {module!r}.",
            context=[f"looked for in {here}, and where Python looks"],
            hint=f"go to the folder that holds it, or install it; load why {module} tells more",
            name=module,
        )

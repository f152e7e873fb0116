"""Whether the cooldown can be held here; what it leaves out and what it spares stands in `upload_limit`."""

from __future__ import annotations

from load import _config
from load._install.upload_limit import moment, pip_can

__all__ = ["moment", "unenforceable"]


def unenforceable() -> str | None:
    """Why the cooldown cannot be held here, in a sentence; None where there is none, or where it can.

    Names count as unknown then.

    Raises:
        ConfigError: `exclude_newer` is neither a duration nor a date.
    """
    if not _config.get("exclude_newer"):
        return None
    from load._install.backends import choose
    from load.errors import BackendNotFound

    moment()
    try:
        backend = choose()
    except BackendNotFound:  # an install says so itself
        return None
    if backend.name != "pip" or pip_can():
        return None
    return "exclude_newer cannot be held: this pip does not know when files were uploaded (pip 26.0 and uv do)"

"""What people see of `load` where they work step by step: the auto-print, and later the IPython extension."""

from __future__ import annotations

from load import _config


def enable_where_wanted() -> None:
    """Switch auto-print on where the settings ask for it; every request begins with this, so that it is light."""
    if _config.get("auto_print"):
        from load._notebook.auto_print import maybe_enable

        maybe_enable()

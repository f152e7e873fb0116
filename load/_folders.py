"""Where the user's and the machine's own files lie.

On Linux the three XDG folders are taken directly: `platformdirs`, which knows every platform, costs 25 ms to import,
and this stands on the way to each install. A test holds the two equal.
"""

from __future__ import annotations

import os
import sys


def user_config() -> str:
    """The folder of the user's settings of `load`."""
    if _is_xdg():
        return os.path.join(_xdg("XDG_CONFIG_HOME", ".config"), "load")
    from platformdirs import user_config_dir

    return user_config_dir("load", appauthor=False)


def user_cache() -> str:
    """The folder of what `load` keeps for the user and can make again."""
    if _is_xdg():
        return os.path.join(_xdg("XDG_CACHE_HOME", ".cache"), "load")
    from platformdirs import user_cache_dir

    return user_cache_dir("load", appauthor=False)


def machine_config() -> str:
    """The folder of the administrator's settings; on Linux no variable of the user's moves it."""
    if _is_xdg():
        return "/etc/xdg/load"
    from platformdirs import site_config_dir

    return site_config_dir("load", appauthor=False)


def _is_xdg() -> bool:
    return sys.platform == "linux" and "ANDROID_DATA" not in os.environ


def _xdg(variable: str, below_home: str) -> str:
    chosen = os.environ.get(variable, "").strip()
    if os.path.isabs(chosen):  # the specification has relative ones ignored: they would change with the folder
        return chosen
    return os.path.join(os.path.expanduser("~"), below_home)

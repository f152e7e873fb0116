"""What `load` would work with here: the Python, the target, the backend, the policy, the cache."""

from __future__ import annotations

import sys

from load import _config
from load._install import backends, overlay, target
from load.errors import BackendNotFound

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def surroundings() -> dict[str, Any]:
    """Plain facts, each under its name."""
    policy, origin = _config.lookup("install")
    return {
        "python": f"{sys.version.split()[0]} ({sys.executable})",
        "target": target.choose().name,
        "backend": _backend(),
        "policy": f"install = {policy} (from {origin})",
        "project": _config.project_file() or "none",
        "cache": _config.cache_folder(),
        "overlays": overlay.root(),
    }


def _backend() -> str:
    try:
        return backends.choose().name
    except BackendNotFound as error:
        return f"none: {error.message}"

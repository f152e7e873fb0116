"""See what imports cost: the time and memory of each, who asked for it, and what depends on what.

`with profile_imports() as profile:` watches a block; `from_importtime` reads what `python -X importtime` wrote.
"""

from __future__ import annotations

from load._imports.importtime import from_importtime
from load._imports.profile import ImportProfile, Profile
from load._imports.profiler import ImportProfiler, profile_imports

__all__ = [
    "ImportProfile",
    "ImportProfiler",
    "Profile",
    "from_importtime",
    "profile_imports",
]


def __dir__() -> list[str]:
    return __all__

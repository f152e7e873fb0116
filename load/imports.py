"""See what imports cost, which module needs which, and what changed since.

`with profile_imports() as profile:` watches the imports of a block, `ImportOptimizer` those of a program;
`from_importtime` reads what `python -X importtime` wrote. `ModuleManager` knows who imports whom among the loaded
modules, and in which rings; `ImportCache` whose files have changed.
"""

from __future__ import annotations

from load._imports.budget import Budget, Excess, measure_startup
from load._imports.cache import ImportCache
from load._imports.cycles import Cycle
from load._imports.edges import Edge
from load._imports.graph import DependencyGraph
from load._imports.importtime import from_importtime
from load._imports.module_manager import ModuleManager
from load._imports.optimizer import ImportOptimizer, is_module_available, safe_import
from load._imports.package_graph import package_graph
from load._imports.partial import Explanation, explain_partial
from load._imports.profile import ImportProfile, Profile
from load._imports.profiler import ImportProfiler, profile_imports
from load._imports.suggestions import Suggestion, suggest
from load._imports.usage import UsageRecorder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "Budget",
    "Cycle",
    "DependencyGraph",
    "Edge",
    "Excess",
    "Explanation",
    "ImportCache",
    "ImportOptimizer",
    "ImportProfile",
    "ImportProfiler",
    "ModuleManager",
    "Profile",
    "Suggestion",
    "UsageRecorder",
    "explain_partial",
    "from_importtime",
    "is_module_available",
    "lazy_import",  # noqa: F822 - given by `__getattr__`
    "measure_startup",
    "package_graph",
    "profile_imports",
    "safe_import",
    "suggest",
]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    """`lazy_import`, which is `load.lazy_import`: it stands above this module, and is looked up when it is used."""
    if name != "lazy_import":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from load._reference import Reference
    from load._reserved import OWN

    found = globals()[name] = Reference.parse(OWN[name]).resolve()
    return found

"""See what imports cost, which modules need which, and which files have changed.

`with profile_imports() as profile:` records the imports of a block, `ImportOptimizer` those of a program;
`from_importtime` reads what `python -X importtime` wrote. `ModuleManager` knows which loaded modules import which,
and the import cycles; `ImportCache` knows whose files have changed; `reload_changed()` runs these again, and what
depends on them.
"""

from __future__ import annotations

from load._imports.budgets.budget import Budget, measure_startup
from load._imports.budgets.report import Excess
from load._imports.cache import ImportCache
from load._imports.graph.cycles import Cycle, CycleGroup
from load._imports.graph.graph import DependencyGraph
from load._imports.graph.package_graph import package_graph
from load._imports.graph.partial import Explanation, explain_partial
from load._imports.module_manager import ModuleManager
from load._imports.optimizer import ImportOptimizer, is_module_available, safe_import
from load._imports.profiling.importtime import from_importtime
from load._imports.profiling.profile import ImportProfile, Profile
from load._imports.profiling.profiler import ImportProfiler, profile_imports
from load._imports.reload.calls import reload_changed, reload_dependencies, reload_module
from load._imports.reload.report import ReloadReport
from load._imports.source.edges import Edge
from load._imports.suggesting.suggestions import Suggestion, suggest
from load._imports.suggesting.usage import UsageRecorder
from load._imports.watch.watching import Watcher, watch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "Budget",
    "Cycle",
    "CycleGroup",
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
    "ReloadReport",
    "Suggestion",
    "UsageRecorder",
    "Watcher",
    "explain_partial",
    "from_importtime",
    "is_module_available",
    "lazy_import",  # noqa: F822 - given by `__getattr__`
    "measure_startup",
    "package_graph",
    "profile_imports",
    "reload_changed",
    "reload_dependencies",
    "reload_module",
    "safe_import",
    "suggest",
    "watch",
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

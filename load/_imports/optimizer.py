"""All of it as one import hook: what imports cost, which files changed since, and what depends on them."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec

from load._display import Shown
from load._imports.cache import AboutToRun, ImportCache
from load._imports.module_manager import ModuleManager
from load._imports.profiling.profile import SLOW
from load._imports.profiling.profiler import profiler_for
from load._imports.reload.calls import Reloads
from load._reference import is_dotted_name
from load.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType, TracebackType
    from typing import Any, Self

    from load._imports.reload.report import ReloadReport
    from load._picture import Picture


class ImportOptimizer(Shown):
    """Records every import, as a finder that is added by `install()` or `sys.meta_path.insert(0, optimizer)`.

    Modules are found, loaded and named as without it. Modules that were loaded before have no figures, but what depends
    on them is known.

    Args:
        manager: tells what depends on what; one of its own where None.
        memory: as for `ImportProfiler`.
        max_cache_entries: how many modules the cache keeps; the one that was asked for longest ago goes first. None
            for no limit.
        cache_ttl: seconds after which what it keeps is old; None for never.

    Attributes:
        manager: as given.
        profiler: what imports cost.
        cache: the modules that were imported, and whether their files have changed.
    """

    def __init__(
        self,
        manager: ModuleManager | None = None,
        *,
        memory: bool = True,
        max_cache_entries: int | None = None,
        cache_ttl: float | None = None,
    ) -> None:
        self.manager = manager if manager is not None else ModuleManager()
        self.cache = ImportCache(max_entries=max_cache_entries, ttl=cache_ttl, manager=self.manager)
        self.profiler = profiler_for(self, self.cache.note, memory=memory)

    # -- among the finders ---------------------------------------------------------------------------------------------

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What the finders after it find (`importlib.abc.MetaPathFinder`)."""
        return self.profiler.find_spec(name, path, target)

    def install(self) -> Self:
        """Add it to the finders. Calling it again changes nothing."""
        self.profiler.install()
        return self

    def uninstall(self) -> None:
        """Remove it from the finders, however often it was added; what was recorded is kept."""
        self.profiler.uninstall()

    def __enter__(self) -> Self:
        return self.install()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.uninstall()

    @property
    def is_installed(self) -> bool:
        """Whether it is among the finders."""
        return self.profiler.is_installed

    # -- what was seen -------------------------------------------------------------------------------------------------

    def get_import_profiles(self, threshold: float = SLOW) -> dict[str, Any]:
        """Everything that is known of the imports since it was added.

        Args:
            threshold: what is slow, in seconds.

        Returns:
            `profiles` (module → `ImportProfile`, those that failed included), `analysis` (see
            `ImportProfiler.analyze_imports`), `slow_imports` (profiles), `dependency_graph` (module → those first
            imported in its course), `errors` (module → what kept it from being imported), `error_counts`, and `cycles`
            (see `DependencyGraph.find_cycles`) in which one of these modules is.
        """
        profiler = self.profiler
        profiles, errors = profiler.profiles, profiler.errors
        with profiler.aside():
            cycles = self.cache.manager.find_cycles()
        return {
            "profiles": profiles,
            "analysis": profiler.analyze_imports(threshold),
            "slow_imports": profiler.get_slow_imports(threshold),
            "dependency_graph": profiler.dependency_graph,
            "errors": errors,
            "error_counts": {name: len(each) for name, each in errors.items()},
            "cycles": [cycle for cycle in cycles if not profiles.keys().isdisjoint(cycle.modules)],
        }

    def clear_profiles(self) -> None:
        """Forget what was seen so far."""
        self.profiler.clear()

    # -- files and dependents ------------------------------------------------------------------------------------------

    def invalidate_path(self, path: str | os.PathLike[str]) -> list[str]:
        """As `ImportCache.invalidate_path`."""
        return self.cache.invalidate_path(path)

    def get_dependent_modules(self, path: str | os.PathLike[str]) -> list[str]:
        """As `ImportCache.get_dependent_modules`."""
        with self.profiler.aside():
            return self.cache.get_dependent_modules(path)

    def invalidate_cache(self, name: str) -> bool:
        """Forget a module; whether it was known.

        Args:
            name: its name.
        """
        return self.cache.invalidate(name)

    def clear_cache(self) -> None:
        """Forget all modules; they stay loaded."""
        self.cache.clear()

    def reload_module(self, target: str | ModuleType, *, dry_run: bool = False) -> ReloadReport:
        """As `load.imports.reload_module`."""
        return self._reload(lambda reloads: reloads.these([target], dry_run=dry_run))

    def reload_dependencies(self, target: str | ModuleType, *, dry_run: bool = False) -> ReloadReport:
        """As `load.imports.reload_dependencies`; what the manager was told of imports that were seen counts as well."""
        return self._reload(lambda reloads: reloads.dependencies(target, dry_run=dry_run))

    def reload_changed(self, *, dry_run: bool = False) -> ReloadReport:
        """As `load.imports.reload_changed`; what the manager was told of imports that were seen counts as well."""
        return self._reload(lambda reloads: reloads.changed(dry_run=dry_run))

    def _reload(self, call: Callable[[Reloads], ReloadReport]) -> ReloadReport:
        with self.profiler.aside():  # its own modules are none of the program's imports
            from load._imports.reload import transaction  # noqa: F401
        about = AboutToRun()
        return self.cache.ran(call(Reloads(more=self._seen, about=about)), about)

    def _seen(self) -> dict[str, set[str]]:
        """What was imported eagerly, as it was seen to happen, and by whom."""
        found: dict[str, set[str]] = {}
        if self.manager._imports:
            for edge in self.cache.manager.graph.edges():
                if edge.origin != "source" and edge.kind == "eager":
                    found.setdefault(edge.imported, set()).add(edge.importer)
        return found

    def _picture(self) -> Picture:
        with self.profiler.aside():
            return self.profiler._picture()

    def __repr__(self) -> str:
        return f"<ImportOptimizer: {len(self.profiler)} imports{'' if self.is_installed else ', not installed'}>"


def safe_import(name: str, default: object = None) -> Any:
    """Import a module, or return a default if it cannot be imported.

    Only an `ImportError` leads to the default: any other error of the module's body is raised.

    Args:
        name: a dotted import name; nothing is installed.
        default: what is returned instead.

    Raises:
        SourceError: it is not the name of a module: empty, relative, or not a string.
    """
    if not isinstance(name, str) or not name or name.startswith(".") or "\0" in name:
        raise SourceError(f"{name!r} is not an import name.", text=str(name), hint="safe_import('numpy')")
    try:
        return import_module(name)
    except ImportError:
        return default


def is_module_available(name: str) -> bool:
    """Whether a module could be imported now; of a dotted name, the packages above it are imported.

    Args:
        name: its name.

    Raises:
        SourceError: it is not a dotted name.
    """
    if not isinstance(name, str) or not is_dotted_name(name):
        raise SourceError(f"{name!r} is not a dotted import name.", text=str(name), hint="is_module_available('numpy')")
    if name in sys.modules:
        return sys.modules[name] is not None
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):  # a package above it is not there, or has no spec
        return False

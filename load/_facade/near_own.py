"""What was meant by a name that `load` does not have: a slip, or what stands in a submodule or is called otherwise.

No package should be looked for because a class of `load.exports` was asked of `load` itself. The tables are data, so
that a wrong name costs no import of what has the right one; a test holds the first equal to the submodules.
"""

from __future__ import annotations

from load._reserved import OWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

IN_SUBMODULES: dict[str, str] = {
    "errors": (
        "AttributeNotFound BackendNotFound BackgroundError ConfigError ExportDisabled ExportValidationError"
        " ImportFailed InstallError InstallRefused LoadError NotProvided ProfileError RegistryError RegistryTypeError"
        " ReloadError ResolveError SourceError UnloadRefused VersionConflict WorkerDied WorkerError WorkerTimeout"
    ),
    "exports": (
        "LISTED AiohttpExports BackgroundFinished BackgroundLoading BackgroundProgress BackgroundStatus CleanupReport"
        " EinopsExports ExportFailed ExportLoaded ExportMetadata ExportMetrics ExportStatus ExportSuggestion"
        " ExportValidationLevel ImageFormat LazyPackageExport PILExports SpecializedExports TensorflowExports"
        " TorchExports TransformersExports check_image_plugin_support cleanup_exports create_lazy_export"
        " create_specialized_export get_all_performance_metrics get_export get_export_metadata get_export_registry"
        " get_supported_image_formats optimization_suggestions register_export register_export_checks"
        " start_background_loading"
    ),
    "imports": (
        "Budget Cycle CycleGroup DependencyGraph Edge Excess Explanation ImportCache ImportOptimizer ImportProfile"
        " ImportProfiler ModuleManager Profile ReloadReport Suggestion UsageRecorder Watcher explain_partial"
        " from_importtime is_module_available measure_startup package_graph profile_imports reload_changed"
        " reload_dependencies reload_module safe_import suggest watch"
    ),
    "registry": "NAMESPACE Factory ImportString LazyImportDict Namespace Registry instance lazy",
    "testing": "assert_lazy installable",
}

_INDEX = "[tool.load.index.NAME] into pyproject.toml"
_RELOAD = "load.imports.reload_module(NAME)"
# What earlier products call things that are here: `load` 1.0 of the package index above all.
CALLED_OTHERWISE: dict[str, str] = {
    "ALLOWED_REGISTRIES": _INDEX,
    "LoadRegistry": _INDEX,
    "PRIVATE_REGISTRIES": _INDEX,
    "REGISTRIES": _INDEX,
    "add_registry": _INDEX,
    "cache_stats": "load.info()",
    "clear_cache": "load.unload(NAME)",
    "configure_private_registry": _INDEX,
    "get_version": "load.why(NAME).version",
    "invalidate_cache": _RELOAD,
    "is_installed": "load.available(NAME)",
    "list_registries": _INDEX,
    "load_decorator": "load.requires(SPEC)",
    "load_file": 'load("./FILE.py")',
    "load_github": 'load("gh:OWNER/REPO@REF")',
    "load_local": 'load("./FILE.py")',
    "load_module": 'load("./FILE.py")',
    "load_pypi": 'load("NAME @ pypi:DISTRIBUTION")',
    "load_url": 'load("https://HOST/FILE.whl#sha256=HASH")',
    "many": "load(NAME, OTHER)",
    "print_settings": "load.set_print_limit(ROWS)",
    "reload": _RELOAD,
    "remove_registry": _INDEX,
    "safe_load": 'load.configure(install="locked")',
    "set_auto_install": 'load.configure(install="never")',
    "set_install_timeout": "load.configure(timeout=SECONDS)",
    "smart_print": "load.register_printer(PRINTER)",
}
# One `load_<name>` each in the same product.
_SHORTCUTS = "cv2 datetime json matplotlib numpy os pandas pathlib pil random requests sklearn sys time torch yaml"


def near_own(name: str) -> str | None:
    """What is to be written instead of `load.<name>`, where something of `load`'s is meant by that.

    In a slip case and underscores do not count. One letter may be off, two in names of eight letters and more, three
    from sixteen on; those of four letters and fewer have no near-miss, for too many packages are called almost like
    them. Names of submodules are only compared with what does not look like a package's name.

    Args:
        name: a name that `load` does not have.

    Returns:
        Source text; None where it may be the name of a package.
    """
    exactly = CALLED_OTHERWISE.get(name) or _shortcut(name) or _in_submodule(name)
    if exactly is not None:
        return exactly
    candidates = {own: f"load.{own}" for own in OWN}
    if "_" in name or not name.islower():
        candidates.update(_in_submodules())
    nearest = _nearest(name, candidates)
    return None if nearest is None else candidates[nearest]


def _in_submodule(name: str) -> str | None:
    return next(
        (f"load.{submodule}.{name}" for submodule, names in IN_SUBMODULES.items() if name in names.split()), None
    )


def _in_submodules() -> Iterator[tuple[str, str]]:
    for submodule, names in IN_SUBMODULES.items():
        for name in names.split():
            yield name, f"load.{submodule}.{name}"


def _shortcut(name: str) -> str | None:
    module = name.removeprefix("load_")
    if module == name or module not in _SHORTCUTS.split():
        return None
    return f"load.{'PIL' if module == 'pil' else module}"


def _nearest(name: str, candidates: dict[str, str]) -> str | None:
    from load._names.near_miss import distance

    folded = _fold(name)
    best, fewest = None, len(folded)
    for own in candidates:
        right = _fold(own)
        most = 0 if len(right) < 5 else min(1 + len(right) // 8, 3)
        if abs(len(folded) - len(right)) > most:
            continue
        slips = distance(folded, right, most)
        if slips <= most and slips < fewest:
            best, fewest = own, slips
    return best


def _fold(name: str) -> str:
    return name.replace("_", "").casefold()

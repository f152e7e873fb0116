"""Packages that are loaded at their first use, checked, and measured.

::

    from load.exports import ExportValidationLevel, LazyPackageExport, get_export_metadata

    torch = LazyPackageExport("torch", validation_level=ExportValidationLevel.STRICT)   # nothing is imported
    torch.nn                                                                            # imported, and checked
    get_export_metadata("torch").load_time                                              # seconds

    from load.exports import numpy, PIL             # the listed packages, by their names (`load.exports.LISTED`)
"""

from __future__ import annotations

import sys

# Where each name lives: `import load.exports` is nearly free, and each name brings what it needs. Type checkers read
# `__init__.pyi`, also of the listed packages: what is imported here, a tool that freezes programs would bundle.
_HOMES = {
    "LISTED": "load.exports._listed",
    "AiohttpExports": "load.exports._tables",
    "BackgroundError": "load.errors",
    "BackgroundFinished": "load.exports._background_events",
    "BackgroundLoading": "load.exports._background",
    "BackgroundProgress": "load.exports._background_events",
    "BackgroundStatus": "load.exports._background_status",
    "CleanupReport": "load.exports._cleanup",
    "EinopsExports": "load.exports._tables",
    "ExportDisabled": "load.errors",
    "ExportFailed": "load.exports._events",
    "ExportLoaded": "load.exports._events",
    "ExportMetadata": "load.exports._metadata",
    "ExportMetrics": "load.exports._metadata",
    "ExportStatus": "load.exports._background_status",
    "ExportSuggestion": "load.exports._suggestions",
    "ExportValidationError": "load.errors",
    "ExportValidationLevel": "load.exports._levels",
    "ImageFormat": "load.exports._pictures",
    "LazyPackageExport": "load.exports._export",
    "PILExports": "load.exports._tables",
    "SpecializedExports": "load.exports._special",
    "TensorflowExports": "load.exports._tables",
    "TorchExports": "load.exports._tables",
    "TransformersExports": "load.exports._tables",
    "check_image_plugin_support": "load.exports._pictures",
    "cleanup_exports": "load.exports._cleanup",
    "create_lazy_export": "load.exports._factories",
    "create_specialized_export": "load.exports._factories",
    "get_all_performance_metrics": "load.exports._metadata",
    "get_export": "load.exports._factories",
    "get_export_metadata": "load.exports._metadata",
    "get_export_registry": "load.exports._table",
    "get_supported_image_formats": "load.exports._pictures",
    "optimization_suggestions": "load.exports._suggestions",
    "register_export": "load.exports._factories",
    "register_export_checks": "load.exports._checks",
    "start_background_loading": "load.exports._background",
}

__all__ = [
    "LISTED",
    "AiohttpExports",
    "BackgroundError",
    "BackgroundFinished",
    "BackgroundLoading",
    "BackgroundProgress",
    "BackgroundStatus",
    "CleanupReport",
    "EinopsExports",
    "ExportDisabled",
    "ExportFailed",
    "ExportLoaded",
    "ExportMetadata",
    "ExportMetrics",
    "ExportStatus",
    "ExportSuggestion",
    "ExportValidationError",
    "ExportValidationLevel",
    "ImageFormat",
    "LazyPackageExport",
    "PILExports",
    "SpecializedExports",
    "TensorflowExports",
    "TorchExports",
    "TransformersExports",
    "check_image_plugin_support",
    "cleanup_exports",
    "create_lazy_export",
    "create_specialized_export",
    "get_all_performance_metrics",
    "get_export",
    "get_export_metadata",
    "get_export_registry",
    "get_supported_image_formats",
    "optimization_suggestions",
    "register_export",
    "register_export_checks",
    "start_background_loading",
]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> object:
    """A name of this package, or the export of a listed one, which is not bound here."""
    home = _HOMES.get(name)
    if home is None:
        from load.exports._listed import listed

        return listed(name, sys._getframe(1))
    __import__(home)
    value = globals()[name] = getattr(sys.modules[home], name)
    return value

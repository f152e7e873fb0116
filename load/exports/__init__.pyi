# The names of the package, and the listed ones with the types of their modules where these are installed.
# ruff: noqa: ICN001 - what is listed is called by its name
import accelerate as accelerate  # type: ignore[import-not-found, import-untyped, unused-ignore]
import aiohttp as aiohttp  # type: ignore[import-not-found, import-untyped, unused-ignore]
import cv2 as cv2  # type: ignore[import-not-found, import-untyped, unused-ignore]
import datasets as datasets  # type: ignore[import-not-found, import-untyped, unused-ignore]
import diffusers as diffusers  # type: ignore[import-not-found, import-untyped, unused-ignore]
import einops as einops  # type: ignore[import-not-found, import-untyped, unused-ignore]
import jax as jax  # type: ignore[import-not-found, import-untyped, unused-ignore]
import keras as keras  # type: ignore[import-not-found, import-untyped, unused-ignore]
import matplotlib as matplotlib  # type: ignore[import-not-found, import-untyped, unused-ignore]
import numpy as numpy  # type: ignore[import-not-found, import-untyped, unused-ignore]
import onnxruntime as onnxruntime  # type: ignore[import-not-found, import-untyped, unused-ignore]
import pandas as pandas  # type: ignore[import-not-found, import-untyped, unused-ignore]
import PIL as PIL  # type: ignore[import-not-found, import-untyped, unused-ignore]
import safetensors as safetensors  # type: ignore[import-not-found, import-untyped, unused-ignore]
import scipy as scipy  # type: ignore[import-not-found, import-untyped, unused-ignore]
import sklearn as sklearn  # type: ignore[import-not-found, import-untyped, unused-ignore]
import tensorflow as tensorflow  # type: ignore[import-not-found, import-untyped, unused-ignore]
import tokenizers as tokenizers  # type: ignore[import-not-found, import-untyped, unused-ignore]
import torch as torch  # type: ignore[import-not-found, import-untyped, unused-ignore]
import torchaudio as torchaudio  # type: ignore[import-not-found, import-untyped, unused-ignore]
import torchvision as torchvision  # type: ignore[import-not-found, import-untyped, unused-ignore]
import transformers as transformers  # type: ignore[import-not-found, import-untyped, unused-ignore]

from load.errors import BackgroundError as BackgroundError
from load.errors import ExportDisabled as ExportDisabled
from load.errors import ExportValidationError as ExportValidationError
from load.exports._background import BackgroundLoading as BackgroundLoading
from load.exports._background import start_background_loading as start_background_loading
from load.exports._background_events import BackgroundFinished as BackgroundFinished
from load.exports._background_events import BackgroundProgress as BackgroundProgress
from load.exports._background_status import BackgroundStatus as BackgroundStatus
from load.exports._background_status import ExportStatus as ExportStatus
from load.exports._checks import register_export_checks as register_export_checks
from load.exports._cleanup import CleanupReport as CleanupReport
from load.exports._cleanup import cleanup_exports as cleanup_exports
from load.exports._events import ExportFailed as ExportFailed
from load.exports._events import ExportLoaded as ExportLoaded
from load.exports._export import LazyPackageExport as LazyPackageExport
from load.exports._factories import create_lazy_export as create_lazy_export
from load.exports._factories import create_specialized_export as create_specialized_export
from load.exports._factories import get_export as get_export
from load.exports._factories import register_export as register_export
from load.exports._levels import ExportValidationLevel as ExportValidationLevel
from load.exports._listed import LISTED as LISTED
from load.exports._metadata import ExportMetadata as ExportMetadata
from load.exports._metadata import ExportMetrics as ExportMetrics
from load.exports._metadata import get_all_performance_metrics as get_all_performance_metrics
from load.exports._metadata import get_export_metadata as get_export_metadata
from load.exports._pictures import ImageFormat as ImageFormat
from load.exports._pictures import check_image_plugin_support as check_image_plugin_support
from load.exports._pictures import get_supported_image_formats as get_supported_image_formats
from load.exports._special import SpecializedExports as SpecializedExports
from load.exports._suggestions import ExportSuggestion as ExportSuggestion
from load.exports._suggestions import optimization_suggestions as optimization_suggestions
from load.exports._table import get_export_registry as get_export_registry
from load.exports._tables import AiohttpExports as AiohttpExports
from load.exports._tables import EinopsExports as EinopsExports
from load.exports._tables import PILExports as PILExports
from load.exports._tables import TensorflowExports as TensorflowExports
from load.exports._tables import TorchExports as TorchExports
from load.exports._tables import TransformersExports as TransformersExports

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

from typing import Any, Final

from load import errors as errors
from load import exports as exports
from load import imports as imports
from load import registry as registry
from load import testing as testing
from load._api import activate as activate
from load._api import alias as alias
from load._api import available as available
from load._api import child_env as child_env
from load._api import configure as configure
from load._api import import_aliases as import_aliases
from load._api import import_temporarily as import_temporarily
from load._api import info as info
from load._api import override as override
from load._api import requires as requires
from load._api import resolve as resolve
from load._api import subscribe as subscribe
from load._api import temporarily as temporarily
from load._api import why as why
from load._api.installing import auto_install as auto_install
from load._api.installing import disable_auto_install as disable_auto_install
from load._api.installing import doctor as doctor
from load._api.installing import enable_auto_install as enable_auto_install
from load._api.installing import freeze as freeze
from load._api.installing import history as history
from load._api.installing import install as install
from load._api.installing import lock as lock
from load._api.installing import overlays as overlays
from load._api.installing import plan as plan
from load._api.installing import sync as sync
from load._api.installing import uninstall as uninstall
from load._api.isolating import isolated as isolated
from load._api.lazy import is_loaded as is_loaded
from load._api.lazy import lazy_import as lazy_import
from load._api.lazy import materialize as materialize
from load._api.lazy import reference as reference
from load._api.measuring import measure_import as measure_import
from load._api.measuring import memory_report as memory_report
from load._api.measuring import memory_usage as memory_usage
from load._api.measuring import track_memory as track_memory
from load._api.printing import disable_auto_print as disable_auto_print
from load._api.printing import enable_auto_print as enable_auto_print
from load._api.printing import no_print as no_print
from load._api.printing import register_printer as register_printer
from load._api.printing import set_print_limit as set_print_limit
from load._api.unloading import unload as unload
from load._api.unloading import unload_report as unload_report
from load._facade import LoadModule as LoadModule
from load._lazy.package import attach as attach
from load._lazy.stub import attach_stub as attach_stub
from load._notebook.extension import load_ipython_extension as load_ipython_extension
from load._notebook.extension import unload_ipython_extension as unload_ipython_extension

__version__: Final[str]
__all__ = [
    "LoadModule",
    "activate",
    "alias",
    "attach",
    "attach_stub",
    "auto_install",
    "available",
    "child_env",
    "configure",
    "disable_auto_install",
    "disable_auto_print",
    "doctor",
    "enable_auto_install",
    "enable_auto_print",
    "errors",
    "exports",
    "freeze",
    "history",
    "import_aliases",
    "import_temporarily",
    "imports",
    "info",
    "install",
    "is_loaded",
    "isolated",
    "lazy_import",
    "load",
    "load_ipython_extension",
    "lock",
    "materialize",
    "measure_import",
    "memory_report",
    "memory_usage",
    "no_print",
    "overlays",
    "override",
    "plan",
    "reference",
    "register_printer",
    "registry",
    "requires",
    "resolve",
    "set_print_limit",
    "subscribe",
    "sync",
    "temporarily",
    "testing",
    "track_memory",
    "uninstall",
    "unload",
    "unload_ipython_extension",
    "unload_report",
    "why",
]

# Names that people ask for most have the types of their modules, where these are installed; all others are Any.
import csv as csv
import datetime as datetime
import functools as functools
import itertools as itertools
import json as json
import math as math
import os as os
import pathlib as pathlib
import random as random
import re as re
import statistics as statistics
import sys as sys
import time as time

import httpx as httpx  # type: ignore[import-not-found, import-untyped, unused-ignore]
import matplotlib.pyplot as _pyplot  # type: ignore[import-not-found, import-untyped, unused-ignore]
import numpy as numpy  # type: ignore[import-not-found, import-untyped, unused-ignore]
import pandas as pandas  # type: ignore[import-not-found, import-untyped, unused-ignore]
import polars as polars  # type: ignore[import-not-found, import-untyped, unused-ignore]
import requests as requests  # type: ignore[import-not-found, import-untyped, unused-ignore]
import seaborn as seaborn  # type: ignore[import-not-found, import-untyped, unused-ignore]
import torch as torch  # type: ignore[import-not-found, import-untyped, unused-ignore]

np = numpy
pd = pandas
pl = polars
plt = _pyplot
sns = seaborn

load: LoadModule

def __getattr__(name: str) -> Any: ...

from typing import Any, Final

from load import errors as errors
from load import imports as imports
from load import registry as registry
from load import testing as testing
from load._api import activate as activate
from load._api import alias as alias
from load._api import auto_install as auto_install
from load._api import available as available
from load._api import child_env as child_env
from load._api import configure as configure
from load._api import disable_auto_install as disable_auto_install
from load._api import disable_auto_print as disable_auto_print
from load._api import doctor as doctor
from load._api import enable_auto_install as enable_auto_install
from load._api import enable_auto_print as enable_auto_print
from load._api import freeze as freeze
from load._api import history as history
from load._api import import_aliases as import_aliases
from load._api import import_temporarily as import_temporarily
from load._api import info as info
from load._api import install as install
from load._api import lock as lock
from load._api import overlays as overlays
from load._api import override as override
from load._api import plan as plan
from load._api import requires as requires
from load._api import resolve as resolve
from load._api import subscribe as subscribe
from load._api import sync as sync
from load._api import temporarily as temporarily
from load._api import uninstall as uninstall
from load._api import why as why
from load._api.lazy import is_loaded as is_loaded
from load._api.lazy import lazy_import as lazy_import
from load._api.lazy import materialize as materialize
from load._api.lazy import reference as reference
from load._api.measuring import measure_import as measure_import
from load._api.measuring import memory_report as memory_report
from load._api.measuring import memory_usage as memory_usage
from load._api.measuring import track_memory as track_memory
from load._facade import LoadModule as LoadModule
from load._lazy.package import attach as attach
from load._lazy.stub import attach_stub as attach_stub

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
    "freeze",
    "history",
    "import_aliases",
    "import_temporarily",
    "imports",
    "info",
    "install",
    "is_loaded",
    "lazy_import",
    "load",
    "lock",
    "materialize",
    "measure_import",
    "memory_report",
    "memory_usage",
    "overlays",
    "override",
    "plan",
    "reference",
    "registry",
    "requires",
    "resolve",
    "subscribe",
    "sync",
    "temporarily",
    "testing",
    "track_memory",
    "uninstall",
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

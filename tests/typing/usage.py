"""What type checkers have to understand; they are run on this file, and nothing of it is executed."""

from __future__ import annotations

from types import ModuleType
from typing import Any, assert_type

import load
from load import pandas as pd  # noqa: F401
from load.errors import LoadError
from load.registry import NAMESPACE, ImportString, LazyImportDict, Namespace, Registry

# -- well-known names have the types of their modules
assert_type(load.json.dumps({"a": 1}), str)
assert_type(load.math.sqrt(2), float)
assert_type(load.re.escape("a"), str)
load.math.sqrt("two")  # expected: arg-type
load.json.dump_all({})  # expected: attr-defined

# -- all others are Any, their submodules too
assert_type(load.anything_at_all, Any)
load.PIL.Image.open("photo.png")
load.xml.etree.ElementTree.fromstring("<a/>")
load.sklearn.linear_model.Ridge(alpha=1.0)

# -- the API
assert_type(load.load("numpy>=2"), Any)
assert_type(load.available("numpy"), bool)
assert_type(load.child_env(), dict[str, str])
np, plt = load.import_aliases("np=numpy", "plt=matplotlib.pyplot")
load.available("numpy", 3)  # expected: call-arg


@load.requires("numpy")
def mean(values: list[float]) -> float:
    """The mean of some numbers."""
    return float(np.mean(values))


assert_type(mean([1.0]), float)

# -- handles
handle = load.lazy_import("numpy")
assert_type(handle, Any)
assert_type(load.is_loaded(handle), bool)
assert_type(str(load.reference(handle)), str)
load.lazy_import(1)  # expected: arg-type

# -- lazy packages
__getattr__, __dir__, __all__ = load.attach(__name__, submodules=["sub"], attributes={"area": ["area"], "np": "numpy"})
assert_type(__getattr__("area"), Any)
assert_type(__dir__(), list[str])

# -- registries
kinds: Registry[str, type[LoadError]] = Registry("kinds", base=LoadError)
kinds.register("resolve", "load.errors:ResolveError", aliases=["r"], metadata={"a": 1})
kinds["source"] = "load.errors:SourceError"
kinds["config"] = load.errors.ConfigError
assert_type(kinds["source"], type[LoadError])
assert_type(kinds.get("source"), type[LoadError] | None)
assert_type(kinds.loaded(), dict[str, type[LoadError]])
assert_type(kinds.copy(), Registry[str, type[LoadError]])
assert_type(list(kinds), list[str])
assert_type(kinds.resolve_all("collect").errors, dict[str, Exception])
kinds[3] = "a:b"  # expected: index
kinds["number"] = 3  # expected: assignment
kinds.register("number", 3)  # expected: call-overload
kinds.register("made", lambda: load.errors.InstallError)
kinds.update({"one": "a:b"}, two="c:d")
kinds |= {"one": "a:b"}
lazy_ones: LazyImportDict[str, type] = LazyImportDict()
lazy_ones.register("numpy", "numpy:ndarray")
assert_type(lazy_ones["numpy"], type)
assert_type(ImportString("a:b").module, str)


@kinds.register("decorated")
class Decorated(LoadError):
    """It keeps its type."""


assert_type(Decorated("a").hint, str | None)
models: Registry[str, type[LoadError]] = NAMESPACE["models"]
Namespace(strict=True, registry_factory=Registry).create("x").register("a", "b:c")

with load.temporarily("yaml") as yaml, load.override(quiet=True):
    yaml.safe_load("a: 1")
try:
    raise load.errors.ResolveError("no")
except LoadError as error:
    assert_type(error.hint, str | None)
module: ModuleType = load

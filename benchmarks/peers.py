"""The peers: who else gives lazy handles and lazy packages, and how one of each is made with them.

This runs in the environment that has them all, where `benchmarks` is not a package: it imports nothing of it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

# What is asked of an index, and what is imported of it. lazy-loader is there in any case.
DISTRIBUTIONS = {
    "lazy-imports": "lazy_imports",
    "wrapt": "wrapt",
    "apipkg": "apipkg",
    "etils[epy]": "etils.epy",
}
NATIVE = sys.version_info >= (3, 15)  # `lazy import`, PEP 810

# Makes ready, outside of what is measured, for giving a handle on each module of those names.
Maker = Callable[[Sequence[str]], Callable[[], Sequence[Any]]]


def makers() -> dict[str, Maker]:
    """How handles are made: ours first, under "load", then those of all peers that are there."""
    import load

    found: dict[str, Maker] = {
        "load": lambda names: lambda: [load.lazy_import(name) for name in names],
        "`importlib.util.LazyLoader`": _recipe,
    }
    for module, given in (
        ("lazy_loader", _lazy_loader),
        ("lazy_imports", _lazy_imports),
        ("wrapt", _wrapt),
        ("apipkg", _apipkg),
        ("etils.epy", _etils),
    ):
        try:
            library = import_module(module)
        except ImportError:
            continue
        found.update(given(library))
    if NATIVE:
        found["`lazy import` (PEP 810)"] = _native
    return found


def _recipe(names: Sequence[str]) -> Callable[[], Sequence[Any]]:
    """As the documentation of `importlib` has it."""
    from importlib.util import LazyLoader, find_spec, module_from_spec

    def lazy_import(name: str) -> Any:
        spec: Any = find_spec(name)
        loader = LazyLoader(spec.loader)
        spec.loader = loader
        module = module_from_spec(spec)
        sys.modules[name] = module
        loader.exec_module(module)
        return module

    return lambda: [lazy_import(name) for name in names]


def _lazy_loader(library: Any) -> dict[str, Maker]:
    return {"`lazy_loader.load`": lambda names: lambda: [library.load(name) for name in names]}


def _lazy_imports(library: Any) -> dict[str, Maker]:
    """It has no handle on a module: the nearest is a lazy module that has one name of it."""

    def prepared(names: Sequence[str]) -> Callable[[], Sequence[Any]]:
        declared = [(name, f"from {name} import value") for name in names]
        return lambda: [library.LazyModule(statement, name=name) for name, statement in declared]

    return {"`lazy_imports.LazyModule`": prepared}


def _wrapt(library: Any) -> dict[str, Maker]:
    return {
        "`wrapt.lazy_import` (a `LazyObjectProxy`)": lambda names: lambda: [library.lazy_import(name) for name in names]
    }


def _apipkg(library: Any) -> dict[str, Maker]:
    def prepared(names: Sequence[str]) -> Callable[[], Sequence[Any]]:
        declared = [(name, {"value": f"{name}:value"}) for name in names]
        return lambda: [library.ApiModule(name, targets) for name, targets in declared]

    return {
        "`apipkg.AliasModule`": lambda names: lambda: [library.AliasModule(name, name) for name in names],
        "`apipkg.ApiModule`": prepared,
    }


def _etils(library: Any) -> dict[str, Maker]:
    def prepared(names: Sequence[str]) -> Callable[[], Sequence[Any]]:
        body = "".join(f"    import {name}\n" for name in names)
        return _executing(f"with lazy_imports():\n{body}", names, lazy_imports=library.lazy_imports)

    return {"`etils.epy.lazy_imports`": prepared}


def _native(names: Sequence[str]) -> Callable[[], Sequence[Any]]:
    return _executing("".join(f"lazy import {name}\n" for name in names), names)


def _executing(statements: str, names: Sequence[str], **known: Any) -> Callable[[], Sequence[Any]]:
    """Peers whose handles are made by a statement: those that are used are taken out of its namespace."""
    code = compile(statements, "<handles>", "exec")

    def run() -> Sequence[Any]:
        namespace = {"__name__": "handles", **known}
        exec(code, namespace)
        return _Named(namespace, names)

    return run


class _Named(Sequence[Any]):
    """What stands under names in a namespace, looked up when it is asked for: a list would be more work."""

    def __init__(self, namespace: dict[str, Any], names: Sequence[str]) -> None:
        self._namespace = namespace
        self._names = names

    def __len__(self) -> int:
        return len(self._names)

    def __getitem__(self, index: Any) -> Any:
        return self._namespace[self._names[index]]

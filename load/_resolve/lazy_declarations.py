"""What the names of a lazy package lead to: as it declared them, or, before it is imported, as its source would."""

from __future__ import annotations

import ast
import sys

from load._find import find
from load._lazy.package import packages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.machinery import ModuleSpec
    from typing import Any

    Targets = dict[str, tuple[str, str]]  # name → module and attribute, "" for the module itself


def declared_names(package: str) -> Targets | None:
    """The lazy names of a package; None where it is not lazy, or where that cannot be told without importing it."""
    module = sys.modules.get(package)
    if module is not None:
        lazy = packages.get(package)
        if lazy is None or lazy.namespace is not getattr(module, "__dict__", None):
            return None
        return {name: lazy.target_of(name) for name in lazy.targets}
    spec = find(package)
    if spec is None or not spec.has_location or not spec.origin or not spec.origin.endswith(".py"):
        return None
    try:
        return _read(package, spec)
    except (OSError, SyntaxError, TypeError, ValueError, RecursionError):  # its import will say what is wrong with it
        return None


def _read(package: str, spec: ModuleSpec) -> Targets | None:
    source: bytes = spec.loader.get_data(spec.origin)  # type: ignore[union-attr]
    if b"attach" not in source:
        return None
    targets: Targets | None = None
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            read = _READERS.get(getattr(node.func, "attr", getattr(node.func, "id", "")))
            targets = (read(package, spec, node) if read else None) or targets
    return targets


def _of_mapping(package: str, _: ModuleSpec, call: ast.Call) -> Targets | None:
    """What `attach` is called with, where that is written out."""
    from load._lazy.mapping import targets_of

    given: dict[str, Any] = {"submodules": (), "attributes": {}}
    written = dict(zip(("", *given), call.args, strict=False))
    written.update({each.arg: each.value for each in call.keywords if each.arg is not None})
    given.update({name: ast.literal_eval(written[name]) for name in given if name in written})
    targets = targets_of(package, given["submodules"], given["attributes"], lambda: "")
    return {
        name: (f"{package}.{target}", name) if isinstance(target, str) else target for name, target in targets.items()
    }


def _of_stub(package: str, spec: ModuleSpec, call: ast.Call) -> Targets | None:
    """What the stub beside the package says, where it is declared by that one."""
    from load._lazy.stub_sources import base_of, declared, stub_beside

    file = spec.origin or ""
    is_beside = len(call.args) > 1 and isinstance(call.args[1], ast.Name) and call.args[1].id == "__file__"
    namespace: dict[str, Any] = {"__spec__": spec}
    found = declared(stub_beside(file), file, namespace) if is_beside else None
    return None if found is None else found.targets(package, base_of(package, namespace))


_READERS: dict[str, Callable[[str, ModuleSpec, ast.Call], Targets | None]] = {
    "attach": _of_mapping,
    "attach_stub": _of_stub,
}

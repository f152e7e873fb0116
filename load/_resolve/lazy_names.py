"""Whether a name of a lazy package could be had, told without importing what it leads to.

The source that would be imported is read: what it and the packages that it lies in import at once has to be findable.
"""

from __future__ import annotations

import ast
import sys
from types import ModuleType

from load._find import find
from load._resolve.lazy_declarations import declared_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

# What a source may make names with that are not written in it.
_MAKERS = frozenset(("*", "__getattr__", "__dict__", "exec", "eval", "globals", "locals", "setattr", "vars"))


def is_available(package: str, name: str) -> bool | None:
    """Whether a name of a package could be had now; None where it is not a lazy name, as far as can be told."""
    return _is_available(package, name, set())


def _is_available(package: str, name: str, seen: set[str]) -> bool | None:
    targets = declared_names(package)
    if targets is None or name not in targets or f"{package}:{name}" in seen:
        return None
    seen.add(f"{package}:{name}")
    if package not in sys.modules and not _can_be_imported(package, seen):
        return False
    module, attribute = targets[name]
    return _can_be_imported(module, seen) and (not attribute or _has(module, attribute.partition(".")[0], seen))


def _can_be_imported(module: str, seen: set[str]) -> bool:
    if sys.modules.get(module) is not None or module in seen:
        return True
    seen.add(module)
    spec = find(module)
    parent = module.rpartition(".")[0]
    if spec is None or (parent and not _can_be_imported(parent, seen)):
        return False
    return all(_is_there(each, module, seen) for each in _needed_at_once(spec))


def _is_there(wanted: str, importer: str, seen: set[str]) -> bool:
    """Whether an imported module is there; of the same package, whether that could be imported itself."""
    if wanted.partition(".")[0] == importer.partition(".")[0]:
        return _can_be_imported(wanted, seen)
    return find(wanted) is not None


def _has(module: str, attribute: str, seen: set[str]) -> bool:
    """Whether a module has an attribute, or a submodule of that name; where that cannot be told, it may have."""
    loaded = sys.modules.get(module)
    if loaded is not None and attribute in getattr(loaded, "__dict__", ()):
        return True
    of_lazy = _is_available(module, attribute, seen)
    if of_lazy is not None:
        return of_lazy
    may_have = _may_have(module, attribute) if loaded is None else _may_make(loaded, attribute)
    return may_have or _can_be_imported(f"{module}.{attribute}", seen)


def _may_make(loaded: object, attribute: str) -> bool:
    """Whether a module that is there makes an attribute when it is asked; a lazy package of ours was asked already."""
    if not isinstance(loaded, ModuleType):
        return hasattr(loaded, attribute)
    if hasattr(type(loaded), attribute) or hasattr(type(loaded), "__getattr__"):
        return True
    return "__getattr__" in vars(loaded) and declared_names(loaded.__name__) is None


def _needed_at_once(spec: ModuleSpec) -> list[str]:
    """The modules without which the body of a module fails; none where its source cannot be read."""
    from load._imports.scripts.scan import scan_file

    path = _source(spec)
    if path is None:  # compiled code: that it is there is all that can be told
        return []
    try:
        needs = scan_file(path, package=spec.parent or "").required(lambda name: find(name) is not None)
    except (OSError, SyntaxError, ValueError, RecursionError):  # its import will say what is wrong with it
        return []
    return [need.name for need in needs if need.via == "import" and not need.deferred]


def _source(spec: ModuleSpec | None) -> str | None:
    if spec is None or not spec.has_location or spec.origin is None or not spec.origin.endswith(".py"):
        return None
    return spec.origin


def _tree(path: str | None) -> ast.Module | None:
    if path is None:
        return None
    try:
        with open(path, "rb") as file:
            return ast.parse(file.read(), path)
    except (OSError, SyntaxError, ValueError, RecursionError):  # its import will say what is wrong with it
        return None


def _may_have(module: str, attribute: str) -> bool:
    """Whether a module's source could define an attribute; where that cannot be told, it may."""
    tree = _tree(_source(find(module)))
    if tree is None:
        return True
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Attribute) and (isinstance(node.ctx, ast.Store) or node.attr in _MAKERS):
            names.add(node.attr)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
            names.add(node.name)
    return attribute in names or not _MAKERS.isdisjoint(names)

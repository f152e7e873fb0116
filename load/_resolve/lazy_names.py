"""Whether a name of a lazy package could be had, told without importing what it leads to.

The source that would be imported is read: what it and its own package import at once has to be findable.
"""

from __future__ import annotations

from load._find import find
from load._lazy.package import packages

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from importlib.machinery import ModuleSpec


def is_available(package: str, name: str) -> bool | None:
    """Whether a name of a package could be had now; None where the package is not lazy, or was not imported yet."""
    lazy = packages.get(package)
    if lazy is None:
        return None
    if name not in lazy.targets:
        return False
    module, attribute = lazy.target_of(name)
    return _can_be_imported(module, set()) and (not attribute or _may_have(module, attribute.partition(".")[0]))


def _can_be_imported(module: str, seen: set[str]) -> bool:
    import sys

    if module in sys.modules or module in seen:
        return True
    seen.add(module)
    spec = find(module)
    return spec is not None and all(_is_there(each, module, seen) for each in _needed_at_once(spec))


def _is_there(wanted: str, importer: str, seen: set[str]) -> bool:
    """Whether an imported module is there; of the same package, whether that could be imported itself."""
    if wanted.partition(".")[0] == importer.partition(".")[0]:
        return _can_be_imported(wanted, seen)
    return find(wanted) is not None


def _needed_at_once(spec: ModuleSpec) -> list[str]:
    """The modules without which the body of a module fails; none where its source cannot be read."""
    from load._imports.scan import scan_file

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
    import ast

    if path is None:
        return None
    try:
        with open(path, "rb") as file:
            return ast.parse(file.read(), path)
    except (OSError, SyntaxError, ValueError, RecursionError):  # its import will say what is wrong with it
        return None


def _may_have(module: str, attribute: str) -> bool:
    """Whether a module's source could define an attribute; where that cannot be told, it may."""
    import ast
    import sys

    if module in sys.modules:
        return hasattr(sys.modules[module], attribute)
    tree = _tree(_source(find(module)))
    if tree is None:
        return True
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).partition(".")[0])
    return bool({attribute, "__getattr__", "*"} & names)

"""Whether a name of a lazy package could be had, told without importing what it leads to.

The source that would be imported is read: what it and its own package import at once has to be findable.
"""

from __future__ import annotations

from load._find import find
from load._lazy.package import packages

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

_ABSORBING = frozenset(("ImportError", "ModuleNotFoundError", "Exception", "BaseException"))


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
    if spec is None:
        return False
    tree = _tree(spec.origin if spec.has_location else None)
    if tree is None:  # compiled code: that it is there is all that can be told
        return True
    package = module if spec.submodule_search_locations is not None else module.rpartition(".")[0]
    return all(_is_there(each, module, seen) for each in _imports(tree.body, package))


def _is_there(wanted: str, importer: str, seen: set[str]) -> bool:
    """Whether an imported module is there; of the same package, whether that could be imported itself."""
    if wanted.partition(".")[0] == importer.partition(".")[0]:
        return _can_be_imported(wanted, seen)
    return find(wanted) is not None


def _tree(path: str | None) -> ast.Module | None:
    import ast

    if path is None or not path.endswith(".py"):
        return None
    try:
        with open(path, "rb") as file:
            return ast.parse(file.read(), path)
    except (OSError, SyntaxError, ValueError, RecursionError):  # its import will say what is wrong with it
        return None


def _imports(body: list[ast.stmt], package: str) -> Iterator[str]:
    """The modules that are imported as soon as the body runs."""
    import ast

    for node in body:
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield _absolute(node, package)
        elif isinstance(node, ast.If):
            if "TYPE_CHECKING" not in ast.unparse(node.test):
                yield from _imports([*node.body, *node.orelse], package)
        elif isinstance(node, ast.Try):
            if not any(_absorbs(each) for each in node.handlers):
                yield from _imports([*node.body, *node.orelse, *node.finalbody], package)
        elif isinstance(node, (ast.With, ast.ClassDef, ast.For, ast.While)):
            yield from _imports(node.body, package)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    base = ".".join(parts[: len(parts) - node.level + 1])
    return f"{base}.{node.module}" if node.module else base


def _absorbs(handler: ast.ExceptHandler) -> bool:
    import ast

    names = {each.id for each in ast.walk(handler.type) if isinstance(each, ast.Name)} if handler.type else _ABSORBING
    return bool(names & _ABSORBING)


def _may_have(module: str, attribute: str) -> bool:
    """Whether a module's source could define an attribute; where that cannot be told, it may."""
    import ast
    import sys

    if module in sys.modules:
        return hasattr(sys.modules[module], attribute)
    spec = find(module)
    tree = _tree(spec.origin if spec is not None and spec.has_location else None)
    if tree is None:
        return True
    if any(isinstance(each, ast.ImportFrom) and each.names[0].name == "*" for each in tree.body):
        return True
    names = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)}
    names |= {
        each.name for each in ast.walk(tree) if isinstance(each, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef))
    }
    names |= {(each.asname or each.name).partition(".")[0] for each in ast.walk(tree) if isinstance(each, ast.alias)}
    return bool({attribute, "__getattr__"} & names)

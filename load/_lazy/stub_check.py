"""Whether a lazy package, its stub and its `__all__` say the same, and every name leads somewhere."""

from __future__ import annotations

import os

from load._lazy.package import packages

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable
    from types import ModuleType
    from typing import Any

    from load._lazy.package import LazyPackage


class StubCheck:
    """What was found.

    Attributes:
        package: its import name.
        names: its lazy names.
        faults: what is wrong, a line each; empty where all agrees.
        skipped: names that could not be tried, as an optional dependency is not installed, with the reason.
    """

    def __init__(self, package: str, names: Iterable[str], faults: Iterable[str], skipped: dict[str, str]) -> None:
        self.package = package
        self.names = tuple(names)
        self.faults = tuple(faults)
        self.skipped = dict(skipped)

    def __bool__(self) -> bool:
        return not self.faults

    def __repr__(self) -> str:
        return f"<StubCheck of {self.package!r}: {len(self.names)} names, {len(self.faults)} faults>"


def check_stub(package: str) -> StubCheck:
    """Compare what a lazy package declares with its stub, or with its imports below `if TYPE_CHECKING:`.

    Every name is resolved: what that imports stays imported.

    Args:
        package: its import name.

    Raises:
        SourceError: `package` is no import name, is not lazy, or its stub cannot be parsed.
        ImportError: it cannot be imported.
    """
    from load._reference import Reference

    Reference(package)
    module = _imported(package)
    lazy = packages.get(package)
    if lazy is None:
        from load.errors import SourceError

        raise SourceError(
            f"The package {package!r} is not lazy: it calls neither load.attach nor load.attach_stub.",
            text=package,
            hint="__getattr__, __dir__, __all__ = load.attach_stub(__name__, __file__)",
        )
    skipped: dict[str, str] = {}
    faults = [*_against_stub(module, lazy), *_against_all(module, lazy), *_tried(module, lazy, skipped)]
    return StubCheck(package, lazy.all, faults, skipped)


def _imported(package: str) -> ModuleType:
    from importlib import import_module

    return import_module(package)


# -- the stub ----------------------------------------------------------------------------------------------------------


def _against_stub(module: ModuleType, lazy: LazyPackage) -> list[str]:
    from load._lazy.stub_parsing import parse_stub
    from load._reference import absolute

    file = getattr(module, "__file__", None) or ""
    stub = f"{os.path.splitext(file)[0]}.pyi"
    if os.path.isfile(stub):
        exported, own = parse_stub(stub), _defined_in(_tree(stub))
    elif file.endswith(".py"):
        stub, exported = file, _below_condition(_tree(file))
        own = set(vars(module))
    else:
        return [f"{module.__name__} has no stub, and no source to look into"]
    if not exported:
        return [f"{stub} imports no names for type checkers"]
    targets = {name: (absolute(where, lazy.name), attribute) for name, (where, attribute) in exported.items()}
    faults = [f"{name!r} is not in {stub}" for name in lazy.all if name not in targets and name not in own]
    for name, target in targets.items():
        if name not in lazy.targets:
            faults.append(f"{name!r} of {stub} is no name of the package")
        elif lazy.target_of(name) != target:
            faults.append(f"{name!r} is {_shown(target)} in {stub}, and {_shown(lazy.target_of(name))} in the package")
    faults += [f"{name!r} of {stub} is not defined in the package" for name in sorted(own) if not _has(module, name)]
    return faults


def _has(module: ModuleType, name: str) -> bool:
    return name in vars(module)


def _shown(target: tuple[str, str]) -> str:
    return f"{target[0]}:{target[1]}" if target[1] else target[0]


def _tree(path: str) -> ast.Module:
    import ast

    with open(path, "rb") as file:
        return ast.parse(file.read(), path)


def _defined_in(tree: ast.Module) -> set[str]:
    """The public names that a stub defines itself."""
    import ast

    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.Assign):
            names.update(each.id for each in node.targets if isinstance(each, ast.Name))
    return {name for name in names if not name.startswith("_")}


def _below_condition(tree: ast.Module) -> dict[str, tuple[str, str]]:
    """The imports of a source below `if TYPE_CHECKING:`."""
    import ast

    from load._lazy.stub_parsing import exports_of
    from load._truth import branches

    conditions = [node for node in tree.body if isinstance(node, ast.If)]
    guarded = [node for node in conditions if branches(node.test)[0] == "typing"]
    return exports_of(ast.Module([each for node in guarded for each in node.body], []), "")


# -- the rest ----------------------------------------------------------------------------------------------------------


def _against_all(module: ModuleType, lazy: LazyPackage) -> list[str]:
    told = list(getattr(module, "__all__", ()))
    faults = [f"{name!r} is not in __all__" for name in lazy.all if name not in told]
    there = {*lazy.all, *vars(module)}
    return faults + [f"{name!r} of __all__ is no name of the package" for name in told if name not in there]


def _tried(module: ModuleType, lazy: LazyPackage, skipped: dict[str, str]) -> list[str]:
    from load._lazy.missing import Placeholder
    from load.errors import ResolveError

    faults: list[str] = []
    for name in lazy.all:
        try:
            value: Any = getattr(module, name)
        except ResolveError as error:
            skipped[name] = error.message
        except Exception as error:  # noqa: BLE001 - whatever keeps a name from being resolved is what is looked for
            faults.append(f"{name!r} cannot be resolved: {type(error).__name__}: {str(error).splitlines()[0]}")
        else:
            if isinstance(value, Placeholder) or value is None:
                skipped[name] = "an optional dependency is not installed"
    return faults
